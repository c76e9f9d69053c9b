"""Signatures of texts: what near-duplicates are told by, about 0.5 kB an article.

One-permutation MinHash (Li, Owen & Zhang 2012) over shingles of three words, empty bins filled by rotation
(Shrivastava & Li 2014): 128 bins, and behind them how many shingles there are. Bands of 4 bins make candidates. Each
bin is in two, of neighbours and of bins that lie far apart: 64 bands. At Jaccard .63 a pair shares none of 32 bands
once in 240 times, and none of 64 once in 60,000. All arithmetic is 64-bit integer arithmetic of our own, so that no
library's next version moves a split. Changing a bin changes VERSION, which tombstones hold; changing anything else
here, the VERSION of groups.py.

A word is a run of letters and digits up to U+07FF (Latin, Cyrillic, Greek, Hebrew, Arabic), lower-cased; each character
beyond (Chinese, Japanese, Thai, …) is a word of its own, because many of those scripts have no spaces.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

VERSION = "words3-oph128-1"
BINS = 128
WIDTH = BINS + 1  # of a signature: the bins, then the number of its shingles, each counted once
ROWS = 4  # bins of a band
_BINS_OF = np.concatenate([np.arange(BINS).reshape(-1, ROWS), np.arange(BINS).reshape(ROWS, -1).T])  # of each band
BANDS = len(_BINS_OF)
SHINGLE = 3
TOGETHER = 16  # texts that share the cost of a numpy call; 128 take twice the time
SHORTEST = 8  # shingles; a shorter text has no signature, exact copies aside it is nobody's near-duplicate

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIERS = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], np.uint64)
_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_ROW = WIDTH * np.dtype(np.uint32).itemsize  # bytes of a signature
ABSENT = np.uint32(0xFFFFFFFF)
_OFFSET = np.uint64(0xA24BAED4963EE407)


def _mix(numbers: U64) -> U64:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014): every bit of the input moves every bit of the output."""
    with np.errstate(over="ignore"):
        numbers = numbers + _BASE
        numbers = (numbers ^ (numbers >> np.uint64(30))) * _MULTIPLIERS[0]
        numbers = (numbers ^ (numbers >> np.uint64(27))) * _MULTIPLIERS[1]
        return numbers ^ (numbers >> np.uint64(31))


# Whether a byte of lower-cased UTF-8 is part of a word. U+2000 to U+2FFF (typographic quotes and dashes, arrows, signs)
# and U+3000 to U+303F (、。「」) begin with bytes that letters have too, so _words takes them out.
_INSIDE = np.zeros(256, bool)
_INSIDE[[*range(0x30, 0x3A), *range(0x61, 0x7B), *range(0x80, 0x100)]] = True
_BYTES = _mix(np.arange(256, dtype=np.uint64)) | np.uint64(1)
_END = _BYTES[0]
# What a byte adds to the number of its word, by the byte behind it: the order of letters counts, and what stands behind
# the word does not. What is part of no word adds nothing.
_ADDS = (np.where(_INSIDE, _BYTES, 0)[:, None] * np.where(_INSIDE, _BYTES, _END)).reshape(-1)


def signatures(texts: Sequence[str]) -> U32:
    """It will give an array (len(texts), WIDTH) of uint32; a row of all ones is a text that is too short to tell."""
    result = np.full((len(texts), BINS), _EMPTY, np.uint64)
    sizes = np.full((len(texts), 1), ABSENT, np.uint32)
    for start in range(0, len(texts), TOGETHER):
        together = texts[start : start + TOGETHER]
        shingles, owner = _shingles(together)
        part = result[start : start + TOGETHER]
        np.minimum.at(part.reshape(-1), owner * BINS + (shingles >> np.uint64(57)).astype(np.int64), shingles)
        long = np.bincount(owner, minlength=len(together)) >= SHORTEST
        part[~long] = _EMPTY
        sizes[start : start + TOGETHER, 0] = np.where(long, _unlike(shingles, owner, len(together)), ABSENT)
    bins = (_filled(result) >> np.uint64(25)).astype(np.uint32)  # the bits below those that tell the bin
    return np.concatenate([bins, sizes], axis=1)


class Stored:
    """Signatures whose bytes were written to a file one after the other. What is asked for is read and not kept: of a
    file that stays mapped, each page that was read counts as memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __len__(self) -> int:
        """How many there are."""
        return self._path.stat().st_size // _ROW

    def __getitem__(self, which: slice | npt.NDArray[np.int64]) -> U32:
        """Some of them: neighbours, or each wherever it is."""
        with self._path.open("rb", buffering=0) as file:
            if isinstance(which, slice):
                first, last, _ = which.indices(len(self))
                file.seek(first * _ROW)
                return np.fromfile(file, np.uint32, (last - first) * WIDTH).reshape(-1, WIDTH)
            held = bytearray()
            for row in which.tolist():
                file.seek(row * _ROW)
                held += file.read(_ROW)
            return np.frombuffer(held, np.uint32).reshape(-1, WIDTH)


def bands(found: U32, first: int = 0, last: int = BANDS) -> U64:
    """It will give one number a band, of the bands `first` to `last`, shape (n, last - first); texts that share one are
    candidates, 0 is no signature.
    """
    rows = found[:, _BINS_OF[first:last]]
    with np.errstate(over="ignore"):
        mixed = np.zeros(rows.shape[:2], np.uint64)
        for column in range(rows.shape[2]):
            mixed = _mix(mixed * _MULTIPLIERS[2] + rows[:, :, column])
    mixed[(found == ABSENT).all(axis=1)] = 0
    return mixed


def similarity(one: U32, other: U32) -> npt.NDArray[np.float64]:
    """Estimated Jaccard similarity, row by row. Standard error at 0.5: 0.044."""
    estimate: npt.NDArray[np.float64] = (one[:, :BINS] == other[:, :BINS]).mean(axis=1)
    return estimate


def within(one: U32, other: U32, alike: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Estimated share of the shorter text's shingles that stand in the longer, row by row; `alike` is their similarity.

    Of n + m shingles of two texts with a similarity of j, (n + m) j / (1 + j) are common.
    """
    sizes = np.stack([one[:, BINS], other[:, BINS]]).astype(np.float64)
    share: npt.NDArray[np.float64] = alike / (1 + alike) * sizes.sum(axis=0) / sizes.min(axis=0)
    return share


def _unlike(shingles: U64, owner: npt.NDArray[np.int64], count: int) -> list[int]:
    """How many shingles each text has, each counted once, by 60 bits of it."""
    ends = np.searchsorted(owner, np.arange(count + 1)).tolist()
    each = [np.sort(shingles[first:last] >> np.uint64(4)) for first, last in pairwise(ends)]
    return [1 + int(np.count_nonzero(held[1:] != held[:-1])) if len(held) else 0 for held in each]


def _shingles(texts: Sequence[str]) -> tuple[U64, npt.NDArray[np.int64]]:
    """One number a run of three words, and the index of the text that it stands in."""
    encoded = [text.lower().encode("utf-8", "ignore") + b" " for text in texts]
    numbers, starts = _words(np.frombuffer(b"".join([*encoded, b" "]), np.uint8))
    words = np.add.reduceat(numbers, starts) if len(starts) else numbers[:0]
    held = np.diff(np.searchsorted(starts, np.cumsum([0, *map(len, encoded)])))
    owner = np.repeat(np.arange(len(texts)), held)
    whole = owner[SHINGLE - 1 :] == owner[: len(owner) - SHINGLE + 1]
    with np.errstate(over="ignore"):
        shingles = np.zeros(len(whole), np.uint64)
        for nth in range(SHINGLE):
            shingles += words[nth : nth + len(whole)] * _MULTIPLIERS[nth]
    return _mix(shingles[whole]), owner[: len(whole)][whole]


def _words(data: npt.NDArray[np.uint8]) -> tuple[U64, npt.NDArray[np.int64]]:
    """What each byte but the last, a space, adds to the number of its word, and where words begin."""
    numbers = _ADDS.take(data[:-1].astype(np.uint16) << 8 | data[1:])
    inside = _INSIDE[data]
    long = np.flatnonzero(data >= 0xE0)  # where characters beyond U+07FF begin
    signs = long[(data[long] == 0xE2) | ((data[long] == 0xE3) & (data[long + 1] == 0x80))]
    for nth in range(3):
        inside[signs + nth] = False
        numbers[signs + nth] = 0
    edges = np.concatenate([long, long + np.where(data[long] < 0xF0, 3, 4)])
    before = edges[edges > 0] - 1
    numbers[before] = np.where(inside[before], _BYTES[data[before]] * _END, 0)
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    begins[edges] = inside[edges]
    return numbers, np.flatnonzero(begins)


def _filled(result: U64) -> U64:
    """Give an empty bin what its next filled neighbour holds, changed by the distance; an empty row stays empty."""
    empty = result == _EMPTY
    held = np.flatnonzero(~empty)
    rows, bins = np.nonzero(empty & ~empty.all(axis=1, keepdims=True))
    begin = rows * BINS
    after = np.append(held, result.size)[np.searchsorted(held, begin + bins)]
    around = after >= begin + BINS  # the neighbour of the last bins is the first one
    source = np.where(around, held[np.searchsorted(held, begin)], after)
    distance = (source - begin - bins + BINS * around).astype(np.uint64)
    with np.errstate(over="ignore"):
        result[rows, bins] = result.reshape(-1)[source] + distance * _OFFSET
    return result
