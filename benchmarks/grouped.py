"""Groups of articles whose ids are in memory, as tests and other tools have them; a build has them in files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from claimstance.splits.groups import linked, near_links
from claimstance.splits.signatures import U32, Stored
from claimstance.splits.values import number, paired

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
    article_ids: Sequence[str],
    signatures: U32 | Stored,
    events: Sequence[str | None],
    wordings: Pairs,
    addresses: Pairs,
) -> Groups:
    """It will group articles whose ids are in memory.

    `signatures` (n, WIDTH) and `events` are in the order of `article_ids`, whatever that is; `wordings` and `addresses`
    are (article_id, claim group) and (article_id, canonical address), in any order.
    """
    index = {article_id: nth for nth, article_id in enumerate(article_ids)}
    names = sorted(article_ids)
    place = np.empty(len(names), np.int32)
    place[[index[one] for one in names]] = np.arange(len(names))
    told = paired((number(event), nth) for nth, event in enumerate(events) if event)
    worded, cited = (paired((number(value), index[one]) for one, value in pairs) for pairs in (wordings, addresses))
    found = linked(place, near_links(signatures, place), [told], [worded], [cited])
    alike = found.alike[place]
    sizes = np.bincount(alike, minlength=len(names))
    hubs = set(found.hubs.tolist())
    return Groups(
        of=[names[first] for first in found.together[place].tolist()],
        near_duplicates=[names[first] if sizes[first] > 1 else None for first in alike.tolist()],
        hubs=sorted({address for _, address in addresses if number(address) in hubs}) if hubs else [],
    )
