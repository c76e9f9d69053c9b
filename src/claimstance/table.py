"""What schemas/ describes: vocabularies, columns, tables. The Arrow schema and the Hub's features follow from them."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Protocol, TypeVar

import msgspec
import pyarrow as pa

from claimstance.conform import conformed

Row = dict[str, Any]
Rows = list[Row]

SPLITS = ("train", "validation", "test")
WHOLE = "release"  # the one split of a table about the whole corpus
_Item = TypeVar("_Item")
_Stage = TypeVar("_Stage", bound=Callable[..., Rows])

SCALARS = {
    "string": (pa.string(), "string"),
    "integer": (pa.int32(), "int32"),
    "number": (pa.float64(), "float64"),
    "boolean": (pa.bool_(), "bool"),
    "datetime": (pa.timestamp("ms", tz="UTC"), "timestamp[ms, tz=UTC]"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a vocabulary: its name, its meaning, and everything else that labels.yaml says of it."""

    name: str
    meaning: str
    more: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed set of labels. Their order is their number in the files, so labels are only ever appended."""

    name: str
    description: str
    labels: tuple[Label, ...]

    @property
    def names(self) -> list[str]:
        """The labels' names, in order of their numbers."""
        return [label.name for label in self.labels]


class SpanRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which columns hold offsets: `start` and `end`, or `pieces`; `copy` is the column that repeats the text."""

    of: Literal["articles.text", "sources.evidence_text"]
    start: str = ""
    end: str = ""
    pieces: str = ""
    copy: str = ""
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `words` says whose words it holds: the article's, its title's, what an annotator was shown, an
    annotator's, the source's own (evidence), or nobody's.
    """

    name: str
    type: str
    description: str
    required: bool = False
    decided: bool = False
    sparse: bool = False
    items: str = ""
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None
    vocabulary: Vocabulary | None = None
    keys: Vocabulary | None = None
    words: str = ""

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of the column; a label is its number."""
        if self.type == "array":
            return pa.list_(_span_type(self) if self.items == "span" else pa.string())
        if self.type == "object" and self.keys:
            return pa.struct([(name, pa.float64()) for name in self.keys.names])
        return pa.int64() if self.vocabulary else SCALARS[self.type][0]

    @property
    def feature(self) -> Any:
        """The column as `datasets.Features.to_dict` writes it."""
        if self.type == "array":
            member = {name: _value(dtype) for name, dtype in (("start", "int32"), ("end", "int32"))}
            if self.vocabulary:
                member["kind"] = _label(self.vocabulary)
            return {"feature": member if self.items == "span" else _value("string"), "_type": "List"}
        if self.type == "object" and self.keys:
            return {name: _value("float64") for name in self.keys.names}
        return _label(self.vocabulary) if self.vocabulary else _value(SCALARS[self.type][1])


class Batches(Protocol):
    """The rows of a table as a stage of the whole corpus gets them: an Arrow table, or what need not be held whole."""

    def to_batches(self) -> Iterable[pa.RecordBatch]:
        """The rows from the first to the last, as often as is asked."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, its key, and where its spans point.

    A `whole` table is about no article: it is made once, after all of them, and has one split. One that is `released`
    is about two releases, so a build has none of it, and the first release no row.
    """

    name: str
    description: str
    key: str
    fields: tuple[Field, ...]
    spans: tuple[SpanRule, ...]
    references: tuple[tuple[str, str], ...]
    whole: bool = False
    released: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that rows are sorted by."""
        return (self.key,) if self.whole else ("article_id", self.key)

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that it has."""
        return (WHOLE,) if self.whole else SPLITS

    @property
    def features(self) -> dict[str, Any]:
        """The columns as `datasets.Features.to_dict` writes them."""
        return {field.name: field.feature for field in self.fields}

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema, with the Hub's features in its metadata as `datasets.Features.arrow_schema` has them."""
        metadata = {"huggingface": json.dumps({"info": {"features": self.features}})}
        return pa.schema([(field.name, field.arrow_type) for field in self.fields], metadata=metadata)

    def conform(self, rows: Sequence[Row], *, where: str = "") -> pa.Table:
        """It will turn rows into an Arrow table of exactly this schema, or refuse: see claimstance.conform."""
        return conformed(self, rows, where)


@dataclass(frozen=True, slots=True)
class Schemas(Mapping[str, Table]):
    """All tables by name, and the vocabularies that they use."""

    tables: Mapping[str, Table]
    vocabularies: Mapping[str, Vocabulary]

    @property
    def of_build(self) -> "Schemas":
        """Those of a build: without the tables that only releases have."""
        return self.only(name for name, table in self.tables.items() if not table.released)

    def only(self, names: Iterable[str]) -> "Schemas":
        """Some of the tables, in this order."""
        return Schemas({name: self.tables[name] for name in names}, self.vocabularies)

    def __getitem__(self, name: str) -> Table:
        """The table called `name`."""
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        """The tables' names, sorted."""
        return iter(self.tables)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self.tables)


def whole(stage: _Stage) -> _Stage:
    """It will mark a stage as one of the whole corpus: called once, after all shards, with what they set aside as
    Batches.
    """
    vars(stage)["whole"] = True
    return stage


def is_whole(stage: Callable[..., Rows]) -> bool:
    """Whether the stage was marked so."""
    return "whole" in vars(stage)


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """It will give the items, `size` at a time, the last time what is left."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def by_article(rows: Iterable[Row]) -> dict[str, Rows]:
    """The rows of each article, in their order."""
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["article_id"]].append(row)
    return grouped


def _span_type(field: Field) -> pa.DataType:
    members = [("start", pa.int32()), ("end", pa.int32())]
    return pa.struct([*members, ("kind", pa.int64())] if field.vocabulary else members)


def _value(dtype: str) -> dict[str, Any]:
    return {"dtype": dtype, "_type": "Value"}


def _label(vocabulary: Vocabulary) -> dict[str, Any]:
    return {"names": vocabulary.names, "_type": "ClassLabel"}
