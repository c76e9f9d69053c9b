"""Stances as typed Python objects, for code that is checked by mypy and reads better with names than with numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from claimstance.errors import LoadError
from claimstance.spans import Span
from claimstance.table import Row
from claimstance.training.views import needs, read

_COLUMNS = (
    "stance_id",
    "article_id",
    "claim_id",
    "source_id",
    "title",
    "claim",
    "source",
    "evidence_text",
    "stance",
    "support_degree",
    "evidence",
    "basis",
    "soft_label",
    "entropy",
    "n_judgements",
    "aggregation",
    "tie",
)


class Stance(StrEnum):
    """What a source says about a claim; meanings are in schemas/labels.yaml."""

    SUPPORTS = "SUPPORTS"
    REFUTES = "REFUTES"
    NOT_ENOUGH_INFO = "NOT_ENOUGH_INFO"
    DISPUTED = "DISPUTED"
    DISCUSSES = "DISCUSSES"


@dataclass(frozen=True, slots=True)
class StanceRow:
    """One claim and one source. `stance` is None at a tie; `evidence` are offsets in `evidence_text`."""

    stance_id: str
    article_id: str
    claim_id: str
    source_id: str
    title: str | None
    claim: str
    source: str
    evidence_text: str | None
    stance: Stance | None
    support_degree: str | None
    evidence: tuple[Span, ...]
    basis: str
    soft_label: Mapping[Stance, float]
    entropy: float
    n_judgements: int
    aggregation: str
    tie: bool


def rows(data: Any) -> Iterator[StanceRow]:
    """It will give the rows of the table `stances` one by one, of several splits one after the other.

    Raises LoadError for a stance that this version of claimstance does not know, and at a row whose words are withheld.
    """
    needs(data, "rows", *_COLUMNS)
    for own in data.values() if isinstance(data, Mapping) else [data]:
        names = {column: own.features[column].names for column in ("stance", "support_degree", "basis", "aggregation")}
        unknown = sorted(set(names["stance"]) - set(Stance))
        if unknown:
            then = "Update claimstance, or use the dataset's own features."
            raise LoadError("rows", f"the stance {', '.join(unknown)} is not known", then)
        yield from (_row(row, names) for row in read(own, *_COLUMNS))


def _row(row: Row, names: Mapping[str, list[str]]) -> StanceRow:
    if row["claim"] is None:
        then = (
            "Put them back with `claimstance rehydrate`, or filter: data.filter(lambda row: row['claim'] is not None)."
        )
        raise LoadError(f"rows, {row['stance_id']}", "its words are not in the release, which may not carry them", then)
    labels = {column: None if row[column] is None else own[row[column]] for column, own in names.items()}
    return StanceRow(
        **{
            **row,
            **labels,
            "stance": None if labels["stance"] is None else Stance(labels["stance"]),
            "evidence": tuple((span["start"], span["end"]) for span in row["evidence"] or ()),
            "soft_label": {Stance(name): share or 0.0 for name, share in (row["soft_label"] or {}).items()},
        }
    )
