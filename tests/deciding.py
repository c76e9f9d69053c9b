"""Splits decided for tests: as the tool does it, on numbers, and as the rule is said, an article after the other."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from claimstance.splits import ledger
from claimstance.splits.ledger import NEW, SPLITS, Entry


class Told(NamedTuple):
    """The split of each article, the lines for the ledger, and the groups that lie in several splits."""

    split_of: dict[str, str]
    new: list[Entry]
    torn: dict[str, dict[str, int]]


def decide(
    article_ids: Sequence[str],
    groups: Sequence[str],
    recorded: Mapping[str, Entry],
    shares: Mapping[str, float],
    version: str,
) -> Told:
    """What the tool decides; groups may have any names."""
    first: dict[str, int] = {}
    of = np.array([first.setdefault(group, place) for place, group in enumerate(groups)], np.int32)
    known = [SPLITS.index(recorded[one].split) if one in recorded else NEW for one in article_ids]
    names = pa.array(list(groups), pa.string())
    made = ledger.decide(of, np.array(known, np.int8), lambda places: names.take(pa.array(places)), shares)
    split_of = {one: SPLITS[code] for one, code in zip(article_ids, made.splits.tolist(), strict=True)}
    return Told(split_of, _new(split_of, groups, recorded, version), made.torn)


def plainly(
    article_ids: Sequence[str],
    groups: Sequence[str],
    recorded: Mapping[str, Entry],
    shares: Mapping[str, float],
    version: str,
) -> Told:
    """What the rule says."""
    older: dict[str, Counter[str]] = {}
    for article_id, group in zip(article_ids, groups, strict=True):
        if article_id in recorded:
            older.setdefault(group, Counter())[recorded[article_id].split] += 1
    split_of: dict[str, str] = {}
    for article_id, group in zip(article_ids, groups, strict=True):
        if article_id in recorded:
            split_of[article_id] = recorded[article_id].split
        elif known := older.get(group):
            split_of[article_id] = max(SPLITS, key=lambda name: known[name])
        else:
            split_of[article_id] = _by_hash(group, shares)
    held: dict[str, Counter[str]] = {}
    for article_id, group in zip(article_ids, groups, strict=True):
        held.setdefault(group, Counter())[split_of[article_id]] += 1
    torn = {group: dict(counts) for group, counts in held.items() if len(counts) > 1}
    return Told(split_of, _new(split_of, groups, recorded, version), torn)


def _by_hash(group: str, shares: Mapping[str, float]) -> str:
    point = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8]) / 2**64
    for split in SPLITS:
        point -= shares[split]
        if point < 0:
            return split
    return SPLITS[0]


def _new(
    split_of: Mapping[str, str], groups: Sequence[str], recorded: Mapping[str, Entry], version: str
) -> list[Entry]:
    told = zip(split_of.items(), groups, strict=True)
    return [Entry(one, group, split, version) for (one, split), group in told if one not in recorded]
