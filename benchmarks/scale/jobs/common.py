"""What the peers take from us: the functions for each article, and those that decide groups and splits. How rows are
read, moved, joined and written is theirs.
"""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from benchmarks.grouped import groups

from build import STAGES
from claimstance import dataset, schema
from claimstance.articles.columns import row
from claimstance.articles.read import Raw, raw_of
from claimstance.splits import ledger
from claimstance.splits.signatures import U32
from claimstance.stages import Beside, Made
from claimstance.table import is_whole

TABLES = ("articles", "sentences", "citations", "sources")  # the others are empty without annotations
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 3}
_GIVEN = {"tasks": [], **Beside().given}
_STAGES = [(stage, tuple(inspect.signature(stage).parameters)) for stage in STAGES if not is_whole(stage)]


@dataclass(frozen=True, slots=True)
class Decided:
    """The split of each article, and its group of near-duplicates, null where it is alone."""

    splits: Mapping[str, str]
    dup_groups: Mapping[str, str | None]


def raw(values: Mapping[str, Any]) -> Raw:
    """One row of a pool as a raw article."""
    return raw_of(row({**values, "article_id": values["id"]}, values["id"], "utf-8"))


def tables(articles: Sequence[Raw]) -> Made:
    """The tables of some articles. What a stage reads is found out once, which a call an article would pay for."""
    made: Made = {"raw": articles, **_GIVEN}
    for stage, wanted in _STAGES:
        made[stage.__name__] = stage(**{name: made[name] for name in wanted})
    return made


def decided(root: Path, article_ids: Sequence[str], signatures: U32, listed: Sequence[tuple[str, str]]) -> Decided:
    """Groups and splits of all articles, which have no events and no claims."""
    of = dataset.read(root / "corpus" / "dataset.yaml")
    found = groups(article_ids, signatures, [None] * len(article_ids), [], listed)
    splits = {one: ledger.by_hash(group, of.shares) for one, group in zip(article_ids, found.of, strict=True)}
    return Decided(splits, dict(zip(article_ids, found.near_duplicates, strict=True)))


@lru_cache
def shapes(root: Path) -> dict[str, pa.Schema]:
    """The Arrow schema of each table; labels stay names, where a build has their numbers."""
    schemas = schema.load(root / "schemas")
    return {name: pa.schema([(one.name, _named(one.type)) for one in schemas[name].arrow_schema]) for name in TABLES}


def _named(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(_named(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(one.name, _named(one.type)) for one in kind])
    return pa.string() if pa.types.is_int64(kind) else kind
