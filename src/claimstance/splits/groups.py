"""Groups: which articles may never lie in two splits.

Articles are linked by event, by near-duplicate text, by the wording of a claim, and by a cited address; never by
publisher, which joins two thirds of a corpus into one component. An address that more than HUB articles cite (a
statistics office, a stock index) says nothing about what they tell and links nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from claimstance.splits.signatures import U64, bands, similarity

HUB = 20  # articles that cite one address; beyond this it links nobody
NEAR = 0.5  # estimated Jaccard similarity of word triples from which two texts are near-duplicates

Links = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Groups:
    """For each article: its group for splitting, and its group of near-duplicates (null where it is alone).

    A group is named for the smallest article_id in it. `hubs` are the addresses that were left out.
    """

    of: list[str]
    near_duplicates: list[str | None]
    hubs: list[str]


def groups(
    article_ids: Sequence[str],
    signatures: U64,
    events: Sequence[str | None],
    wordings: Iterable[tuple[str, str]],
    addresses: Iterable[tuple[str, str]],
) -> Groups:
    """It will group the articles.

    `article_ids` in ascending order; `signatures` (n, BINS) and `events` in the same order; `wordings` and
    `addresses` are (article_id, claim group) and (article_id, canonical address) in any order.
    """
    place = {article_id: index for index, article_id in enumerate(article_ids)}
    near = _near(signatures)
    links, hubs = _by_value(((place[one], address) for one, address in addresses), hub=HUB)
    links += near
    links += _by_value((index, event) for index, event in enumerate(events) if event)[0]
    links += _by_value((place[one], wording) for one, wording in wordings)[0]
    count = len(article_ids)
    together, alike = _components(count, links), _components(count, near)
    sizes = np.bincount(alike, minlength=count)
    return Groups(
        of=[article_ids[first] for first in together],
        near_duplicates=[article_ids[first] if sizes[first] > 1 else None for first in alike],
        hubs=hubs,
    )


def _near(signatures: U64) -> Links:
    """Pairs of near-duplicates: they share a band, and their estimated similarity is at least NEAR."""
    numbers = bands(signatures)
    pairs: set[tuple[int, int]] = set()
    for band in numbers.T:
        order = np.argsort(band, kind="stable")
        values = band[order]
        same = np.flatnonzero((values[1:] == values[:-1]) & (values[1:] != 0))
        if len(same):
            starts = np.searchsorted(
                values, values[same]
            )  # each is held against the first of its run and its neighbour
            pairs.update(zip(order[starts].tolist(), order[same + 1].tolist(), strict=True))
            pairs.update(zip(order[same].tolist(), order[same + 1].tolist(), strict=True))
    if not pairs:
        return []
    found = np.array(sorted(pairs))
    alike = np.concatenate(
        [
            similarity(signatures[part[:, 0]], signatures[part[:, 1]]) >= NEAR
            for part in np.array_split(found, len(found) // 4096 + 1)
        ]
    )
    return [(one, other) for one, other in found[alike].tolist()]


def _by_value(members: Iterable[tuple[int, str]], hub: int | None = None) -> tuple[Links, list[str]]:
    """Chain the articles that share a value; a value of more than `hub` articles is returned instead."""
    holders: dict[str, set[int]] = {}
    for index, value in members:
        holders.setdefault(value, set()).add(index)
    links: Links = []
    hubs = []
    for value, indices in holders.items():
        if hub is not None and len(indices) > hub:
            hubs.append(value)
            continue
        ordered = sorted(indices)
        links.extend(pairwise(ordered))
    return links, sorted(hubs)


def _components(count: int, links: Links) -> npt.NDArray[np.int64]:
    """For each index the smallest index that it is linked with, directly or not."""
    ends = np.array(links or np.empty((0, 2)), dtype=np.int64).reshape(-1, 2)
    matrix = coo_array((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, label = connected_components(matrix, directed=False)
    _, first = np.unique(label, return_index=True)
    smallest: npt.NDArray[np.int64] = first[label]
    return smallest
