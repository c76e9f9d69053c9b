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
from pathlib import Path
from typing import Any

import pyarrow as pa
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
TABLE_WORDS = {"description", "primaryKey", "foreignKeys", "spans", "fields"}
FIELD_WORDS = {"name", "type", "description", "constraints", "vocabulary", "items", "keys", "decided"}


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


@dataclass(frozen=True, slots=True)
class SpanRule:
    """Which columns hold offsets: `start` and `end`, or `pieces`; `copy` is the column that repeats the text."""

    of: str
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
        self._check_columns(rows, set(names), where)
        rows = sorted(rows, key=lambda row: (row["article_id"], row[self.key]))
        self._check_keys(rows, where)
        columns = [
            pa.nulls(len(rows), field.arrow_type) if field.decided else self._column(field, rows, where)
            for field in self.fields
        ]
        return pa.Table.from_arrays(columns, schema=self.arrow_schema)

    def _check_columns(self, rows: Sequence[Row], names: set[str], where: str) -> None:
        for row in rows:
            if row.keys() != names:
                missing, unknown = sorted(names - row.keys()), sorted(row.keys() - names)
                said = [f"no column {name}" for name in missing] + [f"an unknown column {name}" for name in unknown]
                raise self._error(where, row, " and ".join(said), f"schemas/tables/{self.name}.yaml lists them.")

    def _check_keys(self, rows: Sequence[Row], where: str) -> None:
        last = None
        for row in rows:
            if row[self.key] == last:
                raise self._error(where, row, "the key occurs twice", "Each row needs a key of its own.")
            last = row[self.key]

    def _column(self, field: Field, rows: Sequence[Row], where: str) -> pa.Array:
        values = [row[field.name] for row in rows]
        if field.required and None in values:
            raise self._error(where, rows[values.index(None)], f"{field.name} is null", field.description)
        if field.pattern:
            match = re.compile(field.pattern).fullmatch
            self._check(field, rows, where, lambda value: match(value) is not None, f"match {field.pattern}")
        if field.minimum is not None:
            self._check(field, rows, where, lambda value: value >= field.minimum, f"be at least {field.minimum}")
        if field.maximum is not None:
            self._check(field, rows, where, lambda value: value <= field.maximum, f"be at most {field.maximum}")
        try:
            return pa.array(_numbered(field, values), field.arrow_type)
        except (pa.ArrowException, TypeError, KeyError, OverflowError, AttributeError):
            raise self._misfit(field, rows, where) from None

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
        wanted = f"one of {', '.join(field.vocabulary.names)}" if field.vocabulary else f"a {field.type}"
        for row in rows:
            try:
                pa.array(_numbered(field, [row[field.name]]), field.arrow_type)
            except (pa.ArrowException, TypeError, KeyError, OverflowError, AttributeError):
                said = str(row[field.name])[:80]
                return self._error(where, row, f"{field.name} is {said!r}, not {wanted}", field.description)
        return ConformError(where or self.name, f"{field.name} does not fit {wanted}", field.description)

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
    return Schemas({path.stem: _table(path, vocabularies) for path in paths}, vocabularies)


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


def _vocabularies(path: Path) -> dict[str, Vocabulary]:
    found = {}
    for name, entry in strings(path)["vocabularies"].items():
        labels = []
        for label, more in entry["labels"].items():
            if not more.get("meaning"):
                raise SchemaError(str(path), f"{name}.{label} has no meaning", "Say in a line what the label means.")
            rest = {key: value for key, value in more.items() if key != "meaning" and value != "null"}
            labels.append(Label(label, more["meaning"], rest))
        found[name] = Vocabulary(name, entry["description"], tuple(labels))
    return found


def _table(path: Path, vocabularies: Mapping[str, Vocabulary]) -> Table:
    said = strings(path)
    _known(path, said, TABLE_WORDS)
    fields = tuple(_field(path, field, vocabularies) for field in said["fields"])
    references = tuple((key["fields"], key["reference"]["resource"]) for key in said.get("foreignKeys", []))
    spans = tuple(SpanRule(**{**rule, "joined": rule.get("joined") == "true"}) for rule in said.get("spans", []))
    names = {field.name for field in fields}
    used = {said["primaryKey"], *(column for column, _ in references)}
    used |= {column for rule in spans for column in (rule.start, rule.end, rule.pieces, rule.copy) if column}
    if used - names:
        raise SchemaError(str(path), f"no field is called {', '.join(sorted(used - names))}", "Add it, or rename.")
    return Table(path.stem, said["description"], said["primaryKey"], fields, spans, references)


def _field(path: Path, said: dict[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Field:
    _known(path, said, FIELD_WORDS)
    for word in ("vocabulary", "keys"):
        if said.get(word) and said[word] not in vocabularies:
            raise SchemaError(str(path), f"{said['name']}: labels.yaml has no vocabulary {said[word]}", "Add it there.")
    if said["type"] not in {*SCALARS, "array", "object"}:
        raise SchemaError(str(path), f"{said['name']}: unknown type {said['type']}", f"Types: {', '.join(SCALARS)}.")
    limits = said.get("constraints", {})
    return Field(
        name=said["name"],
        type=said["type"],
        description=said["description"],
        required=limits.get("required") == "true",
        decided=said.get("decided") == "true",
        items=said.get("items", ""),
        pattern=limits.get("pattern", ""),
        minimum=int(limits["minimum"]) if "minimum" in limits else None,
        maximum=int(limits["maximum"]) if "maximum" in limits else None,
        vocabulary=vocabularies[said["vocabulary"]] if "vocabulary" in said else None,
        keys=vocabularies[said["keys"]] if "keys" in said else None,
    )


def _known(path: Path, said: dict[str, Any], words: set[str]) -> None:
    unknown = sorted(set(said) - words)
    if unknown:
        raise SchemaError(str(path), f"unknown word {unknown[0]}", f"Known: {', '.join(sorted(words))}.")


def _numbered(field: Field, values: list[Any]) -> list[Any]:
    """Labels as their numbers, in a column and inside the spans of one; everything else as it is."""
    if field.keys:
        return [_shares(field.keys, value) for value in values]
    if field.vocabulary is None:
        return values
    number: dict[str | None, int | None] = {name: index for index, name in enumerate(field.vocabulary.names)}
    number[None] = None
    if field.type == "array":
        return [[{**span, "kind": number[span["kind"]]} for span in spans] for spans in values]
    return [number[value] for value in values]


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
