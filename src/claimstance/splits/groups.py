"""Groups: which articles may never lie in two splits.

Articles are linked by event, by near-duplicate text, by the wording of a claim, and by an address that they cite or
stand at; never by publisher, which joins two thirds of a corpus into one component. An address that more than HUB
articles cite (a statistics office, a stock index) says nothing about what they tell and links nobody.
"""

import hashlib
from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimstance.splits import signatures as signing
from claimstance.splits.signatures import BANDS, U32, U64, bands, similarity, within

# What near-duplicates are: changing anything that decides it, here or in signatures.py, changes this name. A release's
# manifest has it. Articles that the ledger knows stay where they are whatever it says.
VERSION = f"within64-1/{signing.VERSION}"
HUB = 20  # articles that cite one address; beyond this it links nobody
# Two texts are near-duplicates when of the shorter one's word triples this share is estimated to stand in the longer.
# On planted copies (benchmarks/duplicates.py, seeds 1 to 5) .64 finds all 14,525 light ones with a precision of .997;
# .67 loses one of them and a third more of the others; .60 joins texts of one template, at a precision of .968.
WITHIN = 0.64
LEAST = 0.3  # and their Jaccard similarity is at least this: of a text four times as long, the estimate says little
CHUNK = 4096  # signatures that are looked at together, 2 MB
TOGETHER = 8  # bands of all articles that are in memory together: 64 bytes an article; all 64 take eight times that

Ints = npt.NDArray[np.int64]  # links have the shape (n, 2): indices of two articles
Floats = npt.NDArray[np.float64]
Pairs = Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Groups:
    """For each article: its group for splitting, and its group of near-duplicates (null where it is alone).

    A group is named for the smallest article_id in it. `hubs` are the addresses that were left out.
    """

    of: list[str]
    near_duplicates: list[str | None]
    hubs: list[str]


def groups(
    article_ids: Sequence[str], signatures: U32, events: Sequence[str | None], wordings: Pairs, addresses: Pairs
) -> Groups:
    """It will group the articles.

    `signatures` (n, WIDTH) and `events` are in the order of `article_ids`, whatever that is; `wordings` and `addresses`
    are (article_id, claim group) and (article_id, canonical address), in any order, and are gone through twice.
    """
    place = {article_id: index for index, article_id in enumerate(article_ids)}
    near, _ = near_duplicates(signatures)
    cited, hubs = _by_value(((place[one], address) for one, address in addresses), hub=HUB)
    told, _ = _by_value((index, event) for index, event in enumerate(events) if event)
    worded, _ = _by_value((place[one], wording) for one, wording in wordings)
    order = np.array(sorted(range(len(article_ids)), key=article_ids.__getitem__), np.int64)
    together = _components(order, np.concatenate([near, cited, told, worded]))
    alike = _components(order, near)
    sizes = np.bincount(alike, minlength=len(article_ids))
    return Groups(
        of=[article_ids[first] for first in together.tolist()],
        near_duplicates=[article_ids[first] if sizes[first] > 1 else None for first in alike.tolist()],
        hubs=sorted({address for _, address in addresses if number(address) in hubs}) if hubs else [],
    )


def near_duplicates(signatures: U32) -> tuple[Ints, Floats]:
    """It will give links between near-duplicates, and the estimated Jaccard similarity of the two texts of each.

    They share a band, and so much of the shorter one is in the longer as WITHIN says. Sorted bands bring candidates
    together, in n log n: nobody is compared with everybody. Of many copies not all pairs are linked, but enough to join
    them all: whichever way they are divided, some link leads across.
    """
    pairs = []
    for first in range(0, BANDS if len(signatures) else 0, TOGETHER):
        held = [
            bands(signatures[start : start + CHUNK], first, first + TOGETHER)
            for start in range(0, len(signatures), CHUNK)
        ]
        pairs += [_neighbours(band) for band in np.concatenate(held).T]
    found = _unlike(np.concatenate(pairs), len(signatures)) if pairs else np.empty((0, 2), np.int64)
    parts = [_near(signatures, part) for part in np.array_split(found, len(found) // CHUNK + 1)]
    links, alike = zip(*parts, strict=True)
    return np.concatenate(links), np.concatenate(alike)


def _near(signatures: U32, pairs: Ints) -> tuple[Ints, Floats]:
    """Those of the pairs that are near-duplicates, and how alike they are."""
    one, other = signatures[pairs[:, 0]], signatures[pairs[:, 1]]
    alike = similarity(one, other)
    near = (alike >= LEAST) & (within(one, other, alike) >= WITHIN)
    return pairs[near], alike[near]


def _unlike(pairs: Ints, count: int) -> Ints:
    """Each pair once, in order. A number a pair is sorted in a twentieth of the time that np.unique takes for it."""
    held = np.sort(pairs[:, 0] * count + pairs[:, 1])
    return np.stack(np.divmod(held[np.diff(held, prepend=-1) != 0], count), axis=1)


def _neighbours(band: U64) -> Ints:
    """Texts that share a band: each with the next of its run and with the first, so that no odd text breaks a run."""
    order = np.argsort(band, kind="stable")
    values = band[order]
    same = np.flatnonzero((values[1:] == values[:-1]) & (values[1:] != 0))
    first = np.searchsorted(values, values[same])
    ends = [np.stack([order[one], order[same + 1]], axis=1) for one in (first, same)]
    return np.sort(np.concatenate(ends), axis=1)


def _by_value(members: Iterable[tuple[int, str]], hub: int | None = None) -> tuple[Ints, set[int]]:
    """Chain the articles that share a value; the numbers of values that more than `hub` articles share are returned."""
    dtype = np.dtype([("value", np.uint64), ("index", np.int64)])
    held = np.fromiter(((number(value), index) for index, value in members), dtype)
    held = held[np.lexsort((held["index"], held["value"]))]  # np.unique of pairs takes several times as long
    held = held[np.append(True, held[1:] != held[:-1])[: len(held)]]
    same = held["value"][1:] == held["value"][:-1]
    hubs: set[int] = set()
    if hub is not None:
        values, counts = np.unique(held["value"], return_counts=True)
        hubs = set(values[counts > hub].tolist())
        same &= ~np.isin(held["value"][1:], values[counts > hub])
    return np.stack([held["index"][:-1][same], held["index"][1:][same]], axis=1), hubs


def number(value: str) -> int:
    """It will give 64 bits of a hash in place of the string, which would take ten times the memory."""
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest())


def _components(order: Ints, links: Ints) -> Ints:
    """For each article the one it is linked with, directly or not, that comes first in `order`: a union-find."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    # By place in `order`, so that the smaller of two roots is the first. An array takes a fifth of what a list would.
    parent = array("q", range(len(order)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        return one

    for one, other in place[links].tolist():
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    roots = np.fromiter(map(root, range(len(order))), np.int64, len(order))
    first: Ints = order[roots[place]]
    return first
