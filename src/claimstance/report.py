"""What a build made, for the people who read about it."""

from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from claimstance.articles.audit import Audit
from claimstance.dataset import Dataset
from claimstance.scores import Scores
from claimstance.table import Rows, Table


@dataclass(slots=True)
class Report:
    """Rows (`counts`) and bytes (`sizes`) a table and split, labels of the stances, the audit, what to look at.

    `torn` are groups that lie in several splits, `hubs` addresses that are cited too often to link articles, `orphans`
    judged pairs whose claim or source is not gold, `agreement` the rows of that table, by key; `corrected` counts the
    corrections of annotations that were applied; `anchored` counts judgements whose text changed by how they were
    anchored again, `lost` tells those that could not be; `sha256` is by path of each file; `scores` are those of the
    baselines, `unscored` why there are none although dataset.yaml names a file of them.
    """

    dataset: Dataset
    out: Path
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    sizes: dict[str, dict[str, int]] = field(default_factory=dict)
    stances: Counter[str] = field(default_factory=Counter)
    languages: set[str] = field(default_factory=set)
    licences: set[str] = field(default_factory=set)
    audit: Audit = field(default_factory=Audit)
    torn: dict[str, dict[str, int]] = field(default_factory=dict)
    hubs: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    agreement: Rows = field(default_factory=list)
    anchored: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    new_in_ledger: int = 0
    corrected: int = 0
    sha256: dict[str, str] = field(default_factory=dict)
    scores: Scores | None = None
    unscored: str = ""

    def total(self, table: str) -> int:
        """How many rows the table has in all splits."""
        return sum(self.counts.get(table, {}).values())

    def tally(self, table: Table, rows: pa.Table) -> None:
        """Count what is said beyond the number of rows: languages and licences of articles, labels of stances."""
        if table.name == "articles":
            self.languages.update(filter(None, pc.unique(rows["language"]).to_pylist()))  # a damaged row may have none
            self.licences.update(filter(None, pc.unique(rows["licence"]).to_pylist()))
        if table.name == "stances":
            vocabulary = next(column.vocabulary for column in table.fields if column.name == "stance")
            names = vocabulary.names if vocabulary else []
            self.stances.update("tie" if label is None else names[label] for label in rows["stance"].to_pylist())

    def tally_whole(self, table: str, rows: Rows) -> None:
        """Keep what people read of a table about the whole corpus."""
        if table == "agreement":
            self.agreement = sorted(rows, key=itemgetter("agreement_id"))

    def take(self, other: "Report") -> None:
        """Add what another one tells of other tables."""
        self.counts |= other.counts
        self.sizes |= other.sizes
        self.sha256 |= other.sha256
        self.stances += other.stances
        self.languages |= other.languages
        self.licences |= other.licences
        self.agreement += other.agreement
