"""schemas/ -> tables: the Arrow schema, the Hub's features, and `conform`, the one door that rows go through.

A column is written once, in schemas/tables/<table>.yaml, in the words of Table Schema (name, type, description,
constraints, primaryKey, foreignKeys) and five of ours:

vocabulary   the closed set in schemas/labels.yaml that the values come from (a ClassLabel for the reader)
items        what an array holds: string, or span ({start, end}; with a vocabulary also {kind})
keys         the vocabulary that names the members of an object of numbers
decided      filled in after all articles were seen (split, dup_group)
spans        which columns are offsets, into what, and which column copies the text
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from claimstance.errors import ConformError, SchemaError

Row = dict[str, Any]
Rows = list[Row]

SCALARS = {
    "string": (pa.string(), "string"),
    "integer": (pa.int32(), "int32"),
    "number": (pa.float64(), "float64"),
    "boolean": (pa.bool_(), "bool"),
    "datetime": (pa.timestamp("ms", tz="UTC"), "timestamp[ms, tz=UTC]"),
}
# What a value is in a row. pyarrow alone would cut 2.5 to 2, and "ab" into a list of two strings.
VALUES: dict[str, set[type]] = {
    "string": {str},
    "integer": {int},
    "number": {int, float},
    "boolean": {bool},
    "datetime": {datetime},
    "array": {list},
    "object": {dict},
}
_UNFIT = (pa.ArrowException, TypeError, KeyError, ValueError, OverflowError)


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
    """One column."""

    name: str
    type: str
    description: str
    required: bool = False
    decided: bool = False
    items: str = ""
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None
    vocabulary: Vocabulary | None = None
    keys: Vocabulary | None = None

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


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, its key, and where its spans point."""

    name: str
    description: str
    key: str
    fields: tuple[Field, ...]
    spans: tuple[SpanRule, ...]
    references: tuple[tuple[str, str], ...]

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
        """It will turn rows into an Arrow table of exactly this schema, sorted by article and key, or refuse.

        `rows`: one dict a row with exactly this table's columns but the decided ones, labels by name. Those columns
        come back null. Raises ConformError, which names the table, the row's key, the column, and what was expected.
        """
        names = [field.name for field in self.fields if not field.decided]
        self._check_columns(rows, names, where)
        self._check_keys(rows, where)
        rows = sorted(rows, key=itemgetter("article_id", self.key))
        columns = [
            pa.nulls(len(rows), field.arrow_type) if field.decided else self._column(field, rows, where)
            for field in self.fields
        ]
        return pa.Table.from_arrays(columns, schema=self.arrow_schema)

    def _check_columns(self, rows: Sequence[Row], names: Sequence[str], where: str) -> None:
        wanted, count = set(names), len(names)
        for row in rows:
            if len(row) != count or row.keys() != wanted:
                said = [f"no column {name}" for name in sorted(wanted - row.keys())]
                said += [f"an unknown column {name}" for name in sorted(row.keys() - wanted)]
                raise self._error(where, row, " and ".join(said), f"schemas/tables/{self.name}.yaml lists them.")

    def _check_keys(self, rows: Sequence[Row], where: str) -> None:
        for name in ("article_id", self.key):
            for row in rows:
                if type(row[name]) is not str:
                    raise self._error(where, row, f"{name} is {row[name]!r}", "A key is a string.")
        if len({row[self.key] for row in rows}) < len(rows):
            seen: set[str] = set()
            for row in rows:
                if row[self.key] in seen:
                    raise self._error(where, row, "the key occurs twice", "Each row needs a key of its own.")
                seen.add(row[self.key])

    def _column(self, field: Field, rows: Sequence[Row], where: str) -> pa.Array:
        values = list(map(itemgetter(field.name), rows))
        if field.required and type(None) in set(map(type, values)):
            raise self._error(where, rows[values.index(None)], f"{field.name} is null", field.description)
        if field.pattern:
            match = re.compile(field.pattern).fullmatch
            self._check(field, rows, where, lambda value: match(value) is not None, f"match {field.pattern}")
        try:
            column = _array(field, values)
        except _UNFIT:
            raise self._misfit(field, rows, where) from None
        if field.minimum is not None or field.maximum is not None:
            limits = pc.min_max(column).as_py()
            low, high = field.minimum, field.maximum
            if limits["min"] is not None and (
                (low is not None and limits["min"] < low) or (high is not None and limits["max"] > high)
            ):
                rule = f"be {low if low is not None else '…'} to {high if high is not None else '…'}"
                bad = limits["min"] if low is not None and limits["min"] < low else limits["max"]
                self._check(field, rows, where, lambda value: value != bad, rule)
        return column

    def _check(self, field: Field, rows: Sequence[Row], where: str, holds: Any, rule: str) -> None:
        for row in rows:
            value = row[field.name]
            if value is None:
                continue
            try:
                good = holds(value)
            except TypeError:
                good = False
            if not good:
                raise self._error(where, row, f"{field.name} is {value!r}, which should {rule}", field.description)

    def _misfit(self, field: Field, rows: Sequence[Row], where: str) -> ConformError:
        """The error for the first row whose value does not fit the column."""
        wanted = f"one of {', '.join(field.vocabulary.names)}" if field.vocabulary else f"of type {field.type}"
        for row in rows:
            try:
                _array(field, [row[field.name]])
            except _UNFIT:
                said = str(row[field.name])[:80]
                return self._error(where, row, f"{field.name} is {said!r}, not {wanted}", field.description)
        return ConformError(where or self.name, f"{field.name} is not {wanted}", field.description)

    def _error(self, where: str, row: Row, what: str, then: str) -> ConformError:
        place = f"{self.name}, {self.key} {row.get(self.key)!r}"
        return ConformError(f"{where}: {place}" if where else place, what, then)


@dataclass(frozen=True, slots=True)
class Schemas(Mapping[str, Table]):
    """All tables by name, and the vocabularies that they use."""

    tables: Mapping[str, Table]
    vocabularies: Mapping[str, Vocabulary]

    def __getitem__(self, name: str) -> Table:
        """The table called `name`."""
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        """The tables' names, sorted."""
        return iter(self.tables)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self.tables)


def load(folder: Path) -> Schemas:
    """It will read schemas/labels.yaml and schemas/tables/*.yaml below `folder`, or say which line of thought is off.

    Raises SchemaError.
    """
    vocabularies = _vocabularies(folder / "labels.yaml")
    paths = sorted((folder / "tables").glob("*.yaml"))
    if not paths:
        raise SchemaError(str(folder / "tables"), "no table is described there", "Is this the root of a corpus?")
    tables = {path.stem: _table(path, vocabularies) for path in paths}
    for path in paths:
        for column, name in tables[path.stem].references:
            if name not in tables:
                raise SchemaError(str(path), f"{column} refers to {name}, which is no table", "Describe it, or rename.")
    return Schemas(tables, vocabularies)


def by_article(rows: Iterable[Row]) -> dict[str, Rows]:
    """The rows of each article, in their order."""
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["article_id"]].append(row)
    return grouped


def strings(path: Path) -> Any:
    """The YAML file with every scalar as the string that stands there ("no" stays "no", 007 stays "007").

    Raises SchemaError.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - builds strings only
    except FileNotFoundError:
        raise SchemaError(str(path), "no such file", "Is this the root of a corpus?") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SchemaError(str(path), f"not YAML ({' '.join(str(error).split())})", "Mend the line it names.") from None


class _SaidVocabulary(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    labels: dict[str, dict[str, str]]


class _SaidLabels(msgspec.Struct, forbid_unknown_fields=True):
    vocabularies: dict[str, _SaidVocabulary]


class _SaidLimits(msgspec.Struct, forbid_unknown_fields=True):
    required: bool = False
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None


class _SaidField(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    type: Literal["string", "integer", "number", "boolean", "datetime", "array", "object"]
    description: str
    constraints: _SaidLimits = msgspec.field(default_factory=_SaidLimits)
    vocabulary: str = ""
    items: Literal["", "string", "span"] = ""
    keys: str = ""
    decided: bool = False


class _SaidTarget(msgspec.Struct, forbid_unknown_fields=True):
    resource: str
    fields: str


class _SaidReference(msgspec.Struct, forbid_unknown_fields=True):
    fields: str
    reference: _SaidTarget


class _SaidTable(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    primary_key: str = msgspec.field(name="primaryKey")
    fields: list[_SaidField]
    foreign_keys: list[_SaidReference] = msgspec.field(name="foreignKeys", default_factory=list)
    spans: list[SpanRule] = []


_Said = TypeVar("_Said")


def _said(path: Path, kind: type[_Said]) -> _Said:
    """The file as `kind` describes it."""
    try:
        return msgspec.convert(strings(path), kind, strict=False)
    except msgspec.ValidationError as error:
        raise SchemaError(str(path), str(error), "The files beside it show what is due there.") from None


def _vocabularies(path: Path) -> dict[str, Vocabulary]:
    found = {}
    for name, entry in _said(path, _SaidLabels).vocabularies.items():
        labels = []
        for label, more in entry.labels.items():
            if not more.get("meaning"):
                raise SchemaError(str(path), f"{name}.{label} has no meaning", "Say in a line what the label means.")
            rest = {key: value for key, value in more.items() if key != "meaning" and value != "null"}
            labels.append(Label(label, more["meaning"], rest))
        found[name] = Vocabulary(name, entry.description, tuple(labels))
    return found


def _table(path: Path, vocabularies: Mapping[str, Vocabulary]) -> Table:
    said = _said(path, _SaidTable)
    fields = tuple(_field(path, field, vocabularies) for field in said.fields)
    references = tuple((key.fields, key.reference.resource) for key in said.foreign_keys)
    names = {field.name for field in fields}
    if len(names) < len(fields):
        raise SchemaError(str(path), "two fields have one name", "Rename one of them.")
    used = {"article_id", said.primary_key, *(column for column, _ in references)}
    for rule in said.spans:
        if not rule.pieces and not (rule.start and rule.end and rule.copy):
            raise SchemaError(str(path), "a rule of spans names no columns", "Say pieces, or start, end and copy.")
        used |= {column for column in (rule.start, rule.end, rule.pieces, rule.copy) if column}
    if used - names:
        raise SchemaError(str(path), f"no field is called {', '.join(sorted(used - names))}", "Add it, or rename.")
    return Table(path.stem, said.description, said.primary_key, fields, tuple(said.spans), references)


def _field(path: Path, said: _SaidField, vocabularies: Mapping[str, Vocabulary]) -> Field:
    for name in (said.vocabulary, said.keys):
        if name and name not in vocabularies:
            raise SchemaError(str(path), f"{said.name}: labels.yaml has no vocabulary {name}", "Add it there.")
    for kind, word, given in (("array", "items", said.items), ("object", "keys", said.keys)):
        if (said.type == kind) != bool(given):
            raise SchemaError(str(path), f"{said.name}: {kind} and {word} go together", "Give both, or neither.")
    if said.vocabulary and said.type != "string" and said.items != "span":
        raise SchemaError(str(path), f"{said.name}: a label is a string, or the kind of a span", "Change the type.")
    limits = said.constraints
    try:
        re.compile(limits.pattern)
    except re.error as error:
        raise SchemaError(str(path), f"{said.name}: pattern: {error}", "A regular expression is due.") from None
    return Field(
        name=said.name,
        type=said.type,
        description=said.description,
        required=limits.required,
        decided=said.decided,
        items=said.items,
        pattern=limits.pattern,
        minimum=limits.minimum,
        maximum=limits.maximum,
        vocabulary=vocabularies[said.vocabulary] if said.vocabulary else None,
        keys=vocabularies[said.keys] if said.keys else None,
    )


def _array(field: Field, values: list[Any]) -> pa.Array:
    """The column; raises one of _UNFIT."""
    if field.items == "span" and None not in values:
        return _spans(field, values)
    return pa.array(_numbered(field, values), field.arrow_type)


def _spans(field: Field, values: list[list[dict[str, Any]]]) -> pa.Array:
    """A column of spans, built flat: a third of the time that dicts take."""
    flat = [span for spans in values for span in spans]
    members = {"start": int, "end": int} | ({"kind": str} if field.vocabulary else {})
    columns = {name: [span[name] for span in flat] for name in members}
    if not set(map(type, values)) <= {list} or not set(map(len, flat)) <= {len(members)}:
        raise TypeError
    if any(not set(map(type, columns[name])) <= {kind} for name, kind in members.items()):
        raise TypeError
    if field.vocabulary:
        number = {name: index for index, name in enumerate(field.vocabulary.names)}
        columns["kind"] = [number[kind] for kind in columns["kind"]]
    kinds = field.arrow_type.value_type
    arrays = [pa.array(columns[name], kinds.field(name).type) for name in members]
    offsets = pa.array([0, *accumulate(map(len, values))], pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, list(members)), field.arrow_type)


def _numbered(field: Field, values: list[Any]) -> list[Any]:
    """Labels as their numbers, in a column and inside the spans of one; everything else as it is.

    Raises TypeError, KeyError or ValueError for what does not fit the column.
    """
    if not set(map(type, values)) <= {*VALUES[field.type], type(None)}:
        raise TypeError
    if field.keys:
        return [_shares(field.keys, value) for value in values]
    number = {name: index for index, name in enumerate(field.vocabulary.names)} if field.vocabulary else {}
    if field.items == "span":
        return [spans and [_numbered_span(span, number) for span in spans] for spans in values]
    if field.items and not {type(one) for value in values for one in value or ()} <= {str}:
        raise TypeError
    return [None if value is None else number[value] for value in values] if number else values


def _numbered_span(span: dict[str, Any], number: Mapping[str, int]) -> dict[str, int]:
    """The span with its kind as a number, where it has kinds; a span with other members than are due is refused."""
    if type(span) is not dict or span.keys() != ({"start", "end", "kind"} if number else {"start", "end"}):
        raise TypeError
    if not type(span["start"]) is type(span["end"]) is int:
        raise TypeError
    return {**span, "kind": number[span["kind"]]} if number else span


def _shares(keys: Vocabulary, value: dict[str, float] | None) -> dict[str, float] | None:
    """A number for each key, 0 where none is given."""
    if value is not None and not set(value) <= set(keys.names):
        raise KeyError
    return None if value is None else {name: value.get(name, 0.0) for name in keys.names}


def _span_type(field: Field) -> pa.DataType:
    members = [("start", pa.int32()), ("end", pa.int32())]
    return pa.struct([*members, ("kind", pa.int64())] if field.vocabulary else members)


def _value(dtype: str) -> dict[str, Any]:
    return {"dtype": dtype, "_type": "Value"}


def _label(vocabulary: Vocabulary) -> dict[str, Any]:
    return {"names": vocabulary.names, "_type": "ClassLabel"}
