"""Runs of bytes that two texts have in common, however long both are.

Of the texts that are looked for every STEP-th window is kept, as a hash of 64 bits; of those that are looked into STEP
windows of every STEP * STEP are hashed. However the two lie to each other, a pair of equal windows is met in each run
of WINDOW + STEP * STEP - 1 bytes that they share.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

WINDOW = 24  # bytes, as three numbers of 64 bits
STEP = 4  # so of a run of 39 bytes some window is met. At 1 all is hashed, which takes four times the time
ALIKE = 100  # places of one window that are followed, where texts repeat a phrase
REACH = 1024  # bytes to both sides of a window that are compared
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)  # odd, random otherwise
_PART = 1 << 16  # windows at once, so that what is computed stays in the cache
_BLANK = bytes(range(33))


class Run(NamedTuple):
    """Where texts are the same: which of those that are looked for, from where to where in it, how many characters."""

    owner: int
    start: int
    end: int
    characters: int


class Runs:
    """The texts that are looked for, one behind the other, each closed by a zero, which no squeezed text has."""

    def __init__(self, texts: Sequence[Bytes]) -> None:
        """It will keep the windows of squeezed texts, in four bytes for each of theirs, besides tables of 80 MB."""
        zero = np.zeros(1, np.uint8)
        self.text: Bytes = np.concatenate([part for text in texts for part in (text, zero)] or [zero])
        self._ends = np.cumsum([len(text) + 1 for text in texts])  # one past the zero
        at = np.arange(0, max(0, len(self.text) - WINDOW + 1), STEP)
        inside = at + WINDOW < self._ends[self._owners(at)] if texts else at.astype(bool)
        hashes = _hashes(self.text, 0, STEP)[inside]
        order = np.argsort(hashes)
        self._hashes, self._at = hashes[order], at[inside][order].astype(np.uint32)
        self._dropped = np.zeros(len(order), bool)
        bits = min(24, max(10, len(order).bit_length() + 1))
        # The first table is small and stays in the cache; what it lets through by chance the second mostly does not.
        self._tables = [(bits, np.zeros(1 << bits, bool)), (bits + 2, np.zeros(4 << bits, bool))]
        for nth, (bits, table) in enumerate(self._tables):
            table[_slots(self._hashes, nth, bits)] = True

    def drop(self, data: Bytes) -> None:
        """It will look no more for what a short piece of text has."""
        for _, windows in self._met(data, 0, 1):
            for window in windows.tolist():
                self._dropped[self._alike(window, len(self._hashes))] = True

    def shared(self, data: Bytes) -> Iterator[Run]:
        """It will give the runs that `data` shares with the texts, by windows that were not dropped."""
        followed: dict[int, int] = {}  # how far, for each way of lying to each other
        for start in range(STEP):
            for places, windows in self._met(data, start, STEP * STEP):
                for place, window in zip(places.tolist(), windows.tolist(), strict=True):
                    alike = () if self._dropped[window] else self._at[self._alike(window, ALIKE)].tolist()
                    for at in alike:
                        if followed.get(at - place, -1) <= place:
                            run = self._around(data, place, at)
                            followed[at - place] = place + run.end - at
                            yield run

    def _alike(self, window: int, most: int) -> slice:
        """The windows that are the same as one, which is the first of them."""
        value = self._hashes[window : window + 1]
        return slice(window, min(window + most, int(np.searchsorted(self._hashes, value, "right")[0])))

    def _around(self, data: Bytes, place: int, at: int) -> Run:
        """How far the two are the same around one window."""
        start = at - _same(data[max(0, place - REACH) : place][::-1], self.text[max(0, at - REACH) : at][::-1])
        end = at + _same(data[place : place + REACH], self.text[at : at + REACH])
        characters = np.count_nonzero((self.text[start:end] & 0xC0) != 0x80)
        return Run(int(self._owners(np.array([at]))[0]), start, end, int(characters))

    def _met(self, data: Bytes, start: int, step: int) -> Iterator[tuple[Places, Places]]:
        """Places in `data`, from `start` in steps, whose window is kept, and the first of those that are the same."""
        for part in range(start, len(data) - WINDOW + 1, _PART * step):
            hashes = _hashes(data[part : part + (_PART - 1) * step + WINDOW], 0, step)
            places = np.arange(len(hashes))
            for nth, (bits, table) in enumerate(self._tables):
                kept = np.flatnonzero(table.take(_slots(hashes, nth, bits)))
                places, hashes = places[kept], hashes[kept]
            windows = np.searchsorted(self._hashes, hashes)
            met = np.flatnonzero(self._hashes.take(windows, mode="clip") == hashes) if len(windows) else windows
            if len(met):
                yield part + places[met] * step, windows[met]

    def _owners(self, at: Places) -> Places:
        return np.searchsorted(self._ends, at, "right")


def squeezed(data: bytes | memoryview) -> Bytes:
    """It will give the bytes without white space and control characters."""
    return np.frombuffer(bytes(data).translate(None, _BLANK), np.uint8)


def _hashes(data: Bytes, start: int, step: int) -> Numbers:
    """A number for each window from `start` in steps."""
    count = max(0, len(data) - WINDOW + 1)
    total = np.zeros(len(range(start, count, step)), np.uint64)
    if count:
        words = np.ndarray((len(data) - 7,), np.dtype("<u8"), np.ascontiguousarray(data), strides=(1,))
        for place, factor in enumerate(_FACTORS):
            total += words[start + 8 * place : count + 8 * place : step] * factor
    return total


def _slots(hashes: Numbers, nth: int, bits: int) -> Places:
    """Where each hash has its place in the nth table."""
    spread = hashes * _FACTORS[nth] if nth else hashes
    return (spread >> np.uint64(64 - bits)).view(np.int64)


def _same(one: Bytes, other: Bytes) -> int:
    """How many bytes are the same from the beginning."""
    count = min(len(one), len(other))
    differs = np.flatnonzero(one[:count] != other[:count])
    return int(differs[0]) if len(differs) else count
