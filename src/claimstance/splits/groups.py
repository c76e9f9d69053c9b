"""Groups: which articles may never lie in two splits.

Articles are linked by event, by near-duplicate text, by the wording of a claim, and by an address that they cite or
stand at; never by publisher, which joins two thirds of a corpus into one component. An address that more than HUB
articles cite (a statistics office, a stock index) says nothing about what they tell and links nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimstance.splits import signatures as signing
from claimstance.splits.signatures import BANDS, U32, U64, Stored, bands, similarity, within
from claimstance.splits.values import Ints, Numbered, chained

# What near-duplicates are: changing anything that decides it, here or in signatures.py, changes this name. A release's
# manifest has it. Articles that the ledger knows stay where they are whatever it says. Who is compared with whom
# follows from the ledger's order, new articles by id at its end: whatever comes later, what has joined stays joined. It
# followed from the order of files with within64-1, from the ids with within64-2.
VERSION = f"within64-3/{signing.VERSION}"
HUB = 20  # articles that cite one address; beyond this it links nobody
# Two texts are near-duplicates when of the shorter one's word triples this share is estimated to stand in the longer.
# On planted copies (benchmarks/duplicates.py, seeds 1 to 5) .64 finds all 14,525 light ones with a precision of .997;
# .67 loses one of them and a third more of the others; .60 joins texts of one template, at a precision of .968.
WITHIN = 0.64
LEAST = 0.3  # and their Jaccard similarity is at least this: of a text four times as long, the estimate says little
CHUNK = 4096  # signatures that are looked at together, 2 MB
SORTED = 2**18  # texts that are sorted together: 2 MB, and as much again four times while they are
TOGETHER = 2  # bands of all articles that are in memory together: 16 bytes an article; 8 take 1.7 s a million, not 2.9

I32 = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
NOBODY: I32 = np.empty(0, np.int32)
Parts = Iterable[Numbered]  # all pairs of one value are in one part


@dataclass(frozen=True, slots=True)
class Linked:
    """For each article the first that it is linked with, directly or not: in any way (`together`), and by
    near-duplicate text (`alike`). Both by place: 0 is the article with the smallest id. `hubs` are the numbers of
    addresses that link nobody.
    """

    together: I32
    alike: I32
    hubs: U64


def linked(place: I32, near: Iterable[I32], events: Parts, wordings: Parts, addresses: Parts) -> Linked:
    """It will group the articles. `place` is where each comes in order of the ids; the indices of `events`, `wordings`
    and `addresses` are in the order of `place`, whatever that is; `near` are links between near-duplicates, by place.
    """
    alike = np.arange(len(place), dtype=np.int32)
    for found in near:
        _join(alike, found)
    together, hubs = alike.copy(), [np.empty(0, np.uint64)]
    for kind, hub in ((addresses, HUB), (events, None), (wordings, None)):
        for pairs in kind:
            links, often = chained(pairs, hub)
            _join(together, place[links])
            hubs.append(often)
    return Linked(together, alike, np.concatenate(hubs))


def near_links(
    signatures: U32 | Stored, place: I32, among: range = range(BANDS), joined: I32 = NOBODY
) -> Iterator[I32]:
    """It will give links, of shape (n, 2), between near-duplicates that share one of the bands `among`, by place; none
    that joins who is joined already. `signatures` (n, WIDTH) are in the order of `place`, which tells who comes first.

    The first ones were compared before: `joined` has for each the place of one that stands for all that it is linked
    with. So each pair that is compared has a new article.
    """
    first = np.arange(len(place), dtype=np.int32)
    first[: len(joined)] = joined
    for found in _candidates(signatures, place, among, len(joined)):
        for part in np.array_split(found, len(found) // CHUNK + 1):
            places = place[part]
            apart = part[(np.diff(first[places])[:, 0] != 0) & (places.max(axis=1) >= len(joined))]
            links = place[_near(signatures, apart)[0]]
            _join(first, links)
            yield links


def near_duplicates(signatures: U32 | Stored) -> tuple[Ints, Floats]:
    """It will give links between near-duplicates, and the estimated Jaccard similarity of the two texts of each.

    They share a band, and so much of the shorter one is in the longer as WITHIN says. Sorted bands bring candidates
    together, in n log n: of those that share one, each is compared with the next and with the first. So of many copies
    of one text not all pairs are linked, but enough to join them all: whichever way they are divided, some link leads
    across.
    """
    pairs = [*_candidates(signatures, np.arange(len(signatures), dtype=np.int32), range(BANDS))]
    found = _unlike(np.concatenate(pairs), len(signatures)) if pairs else np.empty((0, 2), np.int64)
    parts = [_near(signatures, part) for part in np.array_split(found, len(found) // CHUNK + 1)]
    links, alike = zip(*parts, strict=True)
    return np.concatenate(links), np.concatenate(alike)


def _candidates(signatures: U32 | Stored, place: I32, among: range, known: int = 0) -> Iterator[Ints]:
    """Pairs of texts that share one of some bands, some at a time; a pair comes once a band. Not all of those come that
    are of the first `known` articles both.
    """
    count = len(place)
    held, new = np.empty((TOGETHER, count), np.uint64), place >= known
    for first in range(among.start, among.stop, TOGETHER) if new.any() else ():
        some_bands = held[: among.stop - first]
        for start in range(0, count, CHUNK):
            some = signatures[start : start + CHUNK]
            some_bands[:, start : start + CHUNK] = bands(some, first, first + len(some_bands)).T
        for band in some_bands:
            if known:
                _leave_new(band, new)
            yield from _neighbours(band, place)


def _near(signatures: U32 | Stored, pairs: Ints) -> tuple[Ints, Floats]:
    """Those of the pairs that are near-duplicates, and how alike they are."""
    one, other = signatures[pairs[:, 0]], signatures[pairs[:, 1]]
    alike = similarity(one, other)
    near = (alike >= LEAST) & (within(one, other, alike) >= WITHIN)
    return pairs[near], alike[near]


def _unlike(pairs: Ints, count: int) -> Ints:
    """Each pair once, in order. A number a pair is sorted in a twentieth of the time that np.unique takes for it."""
    held = np.sort(pairs[:, 0] * count + pairs[:, 1])
    return np.stack(np.divmod(held[np.diff(held, prepend=-1) != 0], count), axis=1)


def _leave_new(band: U64, new: npt.NDArray[np.bool_]) -> None:
    """Take away what no new article has, and leave, for want of an exact look, what has the same highest 20 bits. With
    one new in a hundred a search among a million takes 3.7 s so, and 5.2 otherwise.
    """
    low = np.uint64(64 - 20)
    there = np.zeros(1 << 20, np.bool_)
    parts = len(band) // SORTED + 1
    for part, own in zip(np.array_split(band, parts), np.array_split(new, parts), strict=True):
        there[part[own] >> low] = True
    for part in np.array_split(band, parts):
        part[~there[part >> low]] = 0


def _neighbours(band: U64, place: I32) -> Iterator[Ints]:
    """Texts that share a band: each with the one that came before it of its run and with the first, so that no odd text
    breaks a run.

    Parts of the band's values are sorted one after the other, about SORTED texts at a time.
    """
    parts = len(band) // SORTED + 1
    for part in range(parts):
        first, last = (max(1, one * 2**64 // parts) for one in (part, part + 1))  # 0 is no signature
        order = np.flatnonzero((band >= np.uint64(first)) & (band <= np.uint64(last - 1)))
        order = order[_shared(band[order])]
        order = order[np.lexsort((place[order], band[order]))]
        values = band[order]
        same = np.flatnonzero(values[1:] == values[:-1])
        begins = np.searchsorted(values, values[same])
        ends = [np.stack([order[one], order[same + 1]], axis=1) for one in (begins, same)]
        yield _unlike(np.sort(np.concatenate(ends), axis=1), len(band))


def _shared(values: U64) -> Ints:
    """Where the values are that come twice, and perhaps a few more, in no order. It takes half the time of an argsort
    of all: the place stands in the lowest bits of what is sorted.
    """
    low = np.uint64((1 << len(values).bit_length()) - 1)
    held = values & ~low
    held |= np.arange(len(values), dtype=np.uint64)
    held.sort()
    same = held[1:] ^ held[:-1] <= low
    found: Ints = (held[(np.append(same, False) | np.append(False, same))[: len(held)]] & low).astype(np.int64)
    return found


def _join(first: I32, links: I32) -> None:
    """Take links into `first`, which has for each article the first of those that it is linked with.

    Each round, a first that is linked with a smaller one goes to it; in two rounds that halves what is to be joined.
    """
    one, other = first[links].T
    while len(apart := np.flatnonzero(one != other)):
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        np.minimum.at(first, high, low)
        while ((further := first[first]) != first).any():
            first[:] = further
        one, other = first[low], first[high]
