"""Columns of a table as both sides have them: what was added, lost or changed, and how values are compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from claimstance.gate.views import name
from claimstance.release.diff.sides import Held
from claimstance.table import Field, Table

LONG = 500  # characters of a value that are told; of longer ones it is how many, and their SHA-256
Change = Literal["added", "removed", "relabelled", "respanned", "resplit", "withdrawn", "edited"]


@dataclass(frozen=True, slots=True)
class Altered:
    """What is not as it was of a column, or of one label of it: `old` and `new` are types, or numbers of labels."""

    column: str
    label: str
    change: Literal["added", "removed", "edited"]
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that both sides have, of one type: as what a change of it counts, and how each side's files give it.

    `words` says that it holds words of an article or of a source.
    """

    name: str
    change: Change
    kind: Literal["scalar", "list", "struct", "datetime"]
    words: bool
    old: str
    new: str

    @property
    def hashed(self) -> str:
        """Its part of the hash of a row. The hash of a list is the same for [] and null, and does not tell where it
        ends, so its length is hashed too.
        """
        value = name(self.name)
        return value + {"list": f", len({value})", "struct": f", {value} IS NULL"}.get(self.kind, "")

    def text(self, value: str) -> str:
        """A value as a text that people and programs can read, cut where it is long."""
        if self.kind in ("list", "struct"):
            told = f"to_json({value})::VARCHAR"
        elif self.kind == "datetime":
            told = f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%gZ')"
        else:
            told = f"{value}::VARCHAR"
        return (
            f"CASE WHEN length({told}) > {LONG} THEN length({told}) || ' characters, sha256 ' || sha256({told})"
            f" ELSE {told} END"
        )


def shared(table: Table, old: Held, new: Held) -> list[Column]:
    """It will give the columns that can be compared, in the order of the new side; `table` is as schemas/ have it."""
    return [
        _column(table, old.fields[field.name], field, old.types[field.name], new.types[field.name])
        for field in new.table.fields
        if field.name in old.types and _type(old, field.name) == _type(new, field.name)
    ]


def differing(old: Held, new: Held) -> Iterator[Altered]:
    """It will give the columns and labels that one side has and the other has not, or has otherwise."""
    for column in old.types:
        if column not in new.types:
            yield Altered(column, "", "removed", _type(old, column))
    for column in new.types:
        if column not in old.types:
            yield Altered(column, "", "added", "", _type(new, column))
        elif _type(old, column) != _type(new, column):
            yield Altered(column, "", "edited", _type(old, column), _type(new, column))
        else:
            yield from _labels(column, _numbers(old, column), _numbers(new, column))


def _labels(column: str, old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[Altered]:
    for label in old:
        if label not in new:
            yield Altered(column, label, "removed", str(old[label]))
    for label, number in new.items():
        if label not in old:
            yield Altered(column, label, "added", "", str(number))
        elif old[label] != number:
            yield Altered(column, label, "edited", str(old[label]), str(number))


def _numbers(held: Held, column: str) -> dict[str, int]:
    """The labels of a column by the number that stands for each; members of an object of numbers have none."""
    vocabulary, kind = held.fields[column].vocabulary, held.types[column]
    if vocabulary:
        return {label: number for number, label in enumerate(vocabulary.names)}
    return {member.name: 0 for member in kind} if _is_shares(kind) else {}


def _type(held: Held, column: str) -> str:
    """A type in a word or two; labels are no part of it, what they are among the changes of the labels is."""
    field, kind = held.fields[column], held.types[column]
    if field.vocabulary:
        return "spans with a label" if field.items else "label"
    return "a number for each label" if _is_shares(kind) else str(kind)


def _is_shares(kind: pa.DataType) -> bool:
    return bool(pa.types.is_struct(kind)) and all(pa.types.is_float64(member.type) for member in kind)


def _column(table: Table, old: Field, new: Field, was: pa.DataType, now: pa.DataType) -> Column:
    column = new.name
    named = {table.key, "article_id", "split", *(one for one, _ in table.references)}
    listed = pa.types.is_list(now) or pa.types.is_large_list(now)
    texts = (now.value_type if listed else now) in (pa.string(), pa.large_string())
    values = [name(column), name(column)]
    if _is_shares(now):
        members = list(dict.fromkeys(member.name for kind in (was, now) for member in kind))
        values = [_filled(column, kind, members) for kind in (was, now)]
    kind: Literal["scalar", "list", "struct", "datetime"] = (
        "list"
        if listed
        else "struct"
        if pa.types.is_struct(now)
        else "datetime"
        if new.type == "datetime"
        else "scalar"
    )
    return Column(column, _change(table, new), kind, texts and column not in named, values[0], values[1])


def _change(table: Table, field: Field) -> Change:
    """As what a change of the column counts."""
    if field.name in {one for rule in table.spans for one in (rule.start, rule.end, rule.pieces, rule.copy)}:
        return "respanned"
    if field.name == "split":
        return "resplit"
    return "relabelled" if field.vocabulary and not field.items else "edited"


def _filled(column: str, kind: pa.DataType, members: list[str]) -> str:
    """An object of numbers with the members of both sides; a label that there was not had no vote."""
    own = {member.name for member in kind}
    parts = (f"{name(one)} := {f'{name(column)}.{name(one)}' if one in own else '0.0::DOUBLE'}" for one in members)
    return f"CASE WHEN {name(column)} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
