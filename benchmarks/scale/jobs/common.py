"""What the peers take from us: the functions for each article, among them those that hold offsets and audit citations,
and those that decide groups and splits; two of them our schemas' `conform`, too. How rows are read, moved, joined,
sorted and written is theirs.
"""

import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.grouped import groups

from build import STAGES
from claimstance import dataset, schema
from claimstance.articles.audit import Audit
from claimstance.articles.columns import row
from claimstance.articles.read import Raw, raw_of
from claimstance.splits import ledger
from claimstance.splits.signatures import U32
from claimstance.stages import Beside, Made
from claimstance.table import Field, Rows, Schemas, is_whole
from claimstance.verify import spans_hold

TABLES = ("articles", "sentences", "citations", "sources")  # the others are empty without annotations
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


@lru_cache
def schemas(root: Path) -> Schemas:
    """What each table of a build has to be."""
    return schema.load(root / "schemas").of_build


def tables(root: Path, articles: Sequence[Raw]) -> Made:
    """The tables of some articles, whose offsets hold, and under `audit` what there is to say of their citations.

    What a stage reads is found out once, which a call an article would pay for.
    """
    made: Made = {"raw": articles, **_GIVEN}
    for stage, wanted in _STAGES:
        made[stage.__name__] = stage(**{name: made[name] for name in wanted})
    spans_hold(schemas(root), made)
    made["audit"] = Audit()
    made["audit"].add(made["sentences"], made["citations"], made["sources"])
    return made


def numbers(field: Field) -> dict[str, int]:
    """The number of each label of a column, none where it has no labels."""
    return {name: number for number, name in enumerate(field.vocabulary.names)} if field.vocabulary else {}


def numbered(number: Mapping[str, int], spans: Rows) -> Rows:
    """Spans, each with the number of its label."""
    return [span | {"kind": number[span["kind"]]} for span in spans]


def told(out: Path, audit: Audit, name: str = "audit") -> None:
    """Write what the audit found beside the tables; a build has it in its card."""
    (out / f"{name}.json").write_text(json.dumps(asdict(audit)))


def decided(root: Path, article_ids: Sequence[str], signatures: U32, listed: Sequence[tuple[str, str]]) -> Decided:
    """Groups and splits of all articles, which have no events and no claims."""
    of = dataset.read(root / "corpus" / "dataset.yaml")
    found = groups(article_ids, signatures, [None] * len(article_ids), [], listed)
    splits = {one: ledger.by_hash(group, of.shares) for one, group in zip(article_ids, found.of, strict=True)}
    return Decided(splits, dict(zip(article_ids, found.near_duplicates, strict=True)))
