"""What a comparison found: numbers a table, and every change as a row of an Arrow table."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from claimstance.release.diff.columns import Altered, Change

CHANGES: tuple[Change, ...] = ("added", "removed", "withdrawn", "relabelled", "respanned", "resplit", "edited")
SHOWN = 100  # rows of each change of each table that are kept for people, in order of their keys

# `hidden`: there is a value, of an article whose words may not be told. `was` and `now` are splits.
ROWS = pa.schema(
    [
        *((column, pa.string()) for column in ("change_id", "table", "id", "change", "field", "old", "new")),
        ("hidden", pa.bool_()),
        *((column, pa.string()) for column in ("article_id", "was", "now")),
    ]
)


@dataclass(frozen=True, slots=True)
class End:
    """One side: what it was called, and the version that it says it is, or ""."""

    name: str
    version: str

    @property
    def called(self) -> str:
        """What people call it."""
        return self.version or self.name


@dataclass(frozen=True, slots=True)
class Step:
    """How many rows of a column of labels went from one label to another, and how many of them lie in the test split.

    No label, a tie, is None.
    """

    field: str
    old: str | None
    new: str | None
    rows: int
    test: int


@dataclass(frozen=True, slots=True)
class Came:
    """How many rows with a label were added, and how many went."""

    field: str
    label: str | None
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a row, for people."""

    id: str
    field: str | None
    old: str | None
    new: str | None
    hidden: bool
    split: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One table: how many rows each side has (None: it has no such table), its columns, and its rows by change.

    `counts` are rows by change and split, a row once a change; `first` the first of them. One that is not `known` to
    schemas/ is compared by its columns alone. A `whole` one has figures that are computed from the other tables.
    """

    name: str
    was: int | None
    now: int | None
    known: bool
    whole: bool
    altered: tuple[Altered, ...]
    counts: Mapping[Change, Mapping[str, int]]
    first: Mapping[Change, tuple[Told, ...]]
    steps: tuple[Step, ...]
    came: tuple[Came, ...]

    def total(self, change: Change) -> int:
        """How many rows have changed so."""
        return sum(self.counts.get(change, {}).values())


@dataclass(frozen=True, slots=True)
class Found:
    """What is not as it was, by table, and `rows`, all changes in order of change_id, see ROWS.

    `reasons` are those of withdrawn articles, by article.
    """

    old: End
    new: End
    tables: Mapping[str, Compared]
    rows: pa.Table
    reasons: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not any(
            one.altered or one.counts or (one.was is None) != (one.now is None) for one in self.tables.values()
        )
