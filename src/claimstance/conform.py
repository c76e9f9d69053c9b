"""`conform`: the one door that rows go through on their way to disk. Columns, types, labels, limits, keys, order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate, chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from claimstance.errors import ConformError

if TYPE_CHECKING:
    from claimstance.table import Field, Row, Table, Vocabulary

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


def conformed(table: Table, rows: Sequence[Row], where: str = "") -> pa.Table:
    """It will turn rows into an Arrow table of exactly this schema, sorted by article and key, or refuse.

    `rows`: one dict a row with exactly this table's columns but the decided ones, labels by name. Those columns
    come back null. Raises ConformError, which names the table, the row's key, the column, and what was expected.
    """
    names = [field.name for field in table.fields if not field.decided]
    try:
        ordered = sorted(rows, key=itemgetter(*table.keys))
        values = {name: list(map(itemgetter(name), ordered)) for name in names}
    except (KeyError, TypeError):  # a column is missing, or a key is no string
        ordered, values = [], {}
    if not values or not _are_sound(table, values, rows):
        _check_columns(table, rows, names, where)
        _check_keys(table, rows, where)
    columns = [
        pa.nulls(len(rows), field.arrow_type)
        if field.decided
        else _column(table, field, values[field.name], ordered, where)
        for field in table.fields
    ]
    return pa.Table.from_arrays(columns, schema=table.arrow_schema)


def _are_sound(table: Table, values: dict[str, list[Any]], rows: Sequence[Row]) -> bool:
    """Whether rows that have all columns have no others, and sound keys: column by column, in a quarter of the time
    that it takes row by row, to find the bad one.
    """
    return (
        set(map(len, rows)) <= {len(values)}
        and all(set(map(type, values[name])) <= {str} for name in table.keys)
        and len(set(values[table.key])) == len(rows)
    )


def _check_columns(table: Table, rows: Sequence[Row], names: Sequence[str], where: str) -> None:
    wanted = set(names)
    for row in rows:
        if row.keys() != wanted:
            said = [f"no column {name}" for name in sorted(wanted - row.keys())]
            said += [f"an unknown column {name}" for name in sorted(row.keys() - wanted)]
            raise _error(table, where, row, " and ".join(said), f"schemas/tables/{table.name}.yaml lists them.")


def _check_keys(table: Table, rows: Sequence[Row], where: str) -> None:
    for name in table.keys:
        if not set(map(type, map(itemgetter(name), rows))) <= {str}:
            row = next(row for row in rows if type(row[name]) is not str)
            raise _error(table, where, row, f"{name} is {row[name]!r}", "A key is a string.")
    keys = list(map(itemgetter(table.key), rows))
    if len(set(keys)) < len(keys):
        twice = next(row for nth, row in enumerate(rows) if keys.index(row[table.key]) < nth)
        raise _error(table, where, twice, "the key occurs twice", "Each row needs a key of its own.")


def _column(table: Table, field: Field, values: list[Any], rows: Sequence[Row], where: str) -> pa.Array:
    kinds = set(map(type, values))
    if field.required and type(None) in kinds:
        raise _error(table, where, rows[values.index(None)], f"{field.name} is null", field.description)
    if kinds <= {type(None)}:  # one column in five of a pool
        return pa.nulls(len(values), field.arrow_type)
    if field.pattern:
        match = re.compile(field.pattern).fullmatch
        _check(table, field, rows, where, lambda value: match(value) is not None, f"match {field.pattern}")
    try:
        column = _array(field, values, kinds)
    except _UNFIT:
        raise _misfit(table, field, rows, where) from None
    if field.minimum is not None or field.maximum is not None:
        limits = pc.min_max(column).as_py()
        low, high = field.minimum, field.maximum
        if limits["min"] is not None and (
            (low is not None and limits["min"] < low) or (high is not None and limits["max"] > high)
        ):
            rule = f"be {low if low is not None else '…'} to {high if high is not None else '…'}"
            bad = limits["min"] if low is not None and limits["min"] < low else limits["max"]
            _check(table, field, rows, where, lambda value: value != bad, rule)
    return column


def _check(table: Table, field: Field, rows: Sequence[Row], where: str, holds: Any, rule: str) -> None:
    for row in rows:
        value = row[field.name]
        if value is None:
            continue
        try:
            good = holds(value)
        except TypeError:
            good = False
        if not good:
            raise _error(table, where, row, f"{field.name} is {value!r}, which should {rule}", field.description)


def _misfit(table: Table, field: Field, rows: Sequence[Row], where: str) -> ConformError:
    """The error for the first row whose value does not fit the column."""
    wanted = f"one of {', '.join(field.vocabulary.names)}" if field.vocabulary else f"of type {field.type}"
    for row in rows:
        try:
            _array(field, [row[field.name]], {type(row[field.name])})
        except _UNFIT:
            said = str(row[field.name])[:80]
            return _error(table, where, row, f"{field.name} is {said!r}, not {wanted}", field.description)
    return ConformError(where or table.name, f"{field.name} is not {wanted}", field.description)


def _error(table: Table, where: str, row: Row, what: str, then: str) -> ConformError:
    place = f"{table.name}, {table.key} {row.get(table.key)!r}"
    return ConformError(f"{where}: {place}" if where else place, what, then)


def _array(field: Field, values: list[Any], kinds: set[type]) -> pa.Array:
    """The column, of values of these kinds; raises one of _UNFIT."""
    if not kinds <= {*VALUES[field.type], type(None)}:
        raise TypeError
    if field.type == "array":
        return _lists(field, values, type(None) in kinds)
    return pa.array(_numbered(field, values), field.arrow_type)


def _lists(field: Field, values: list[list[Any] | None], nulls: bool) -> pa.Array:
    """A column of lists, built flat: a third of the time that it takes as it stands."""
    filled: list[list[Any]] = [one or [] for one in values]
    flat = list(chain.from_iterable(filled))
    kind = field.arrow_type.value_type
    items = _spans(field, flat, kind) if field.items == "span" else _strings(flat, kind)
    offsets = pa.array([0, *accumulate(map(len, filled))], pa.int32())
    absent = pa.array([one is None for one in values]) if nulls else None
    return pa.ListArray.from_arrays(offsets, items, field.arrow_type, mask=absent)


def _strings(flat: list[Any], kind: pa.DataType) -> pa.Array:
    if not set(map(type, flat)) <= {str}:
        raise TypeError
    return pa.array(flat, kind)


def _spans(field: Field, flat: list[Any], kind: pa.StructType) -> pa.Array:
    """Spans, column by column. Other members than are due are refused."""
    members = {"start": int, "end": int} | ({"kind": str} if field.vocabulary else {})
    if not set(map(type, flat)) <= {dict}:
        raise TypeError
    columns = {name: list(map(itemgetter(name), flat)) for name in members}
    if not set(map(len, flat)) <= {len(members)}:
        raise TypeError
    if any(not set(map(type, columns[name])) <= {due} for name, due in members.items()):
        raise TypeError
    if field.vocabulary:
        columns["kind"] = _numbered(field, columns["kind"])
    arrays = [pa.array(columns[name], kind.field(name).type) for name in members]
    return pa.StructArray.from_arrays(arrays, list(members))


def _numbered(field: Field, values: list[Any]) -> list[Any]:
    """Labels as their numbers; everything else as it is. Raises KeyError for a label that there is not."""
    if field.keys:
        return [_shares(field.keys, value) for value in values]
    if not field.vocabulary:
        return values
    number: dict[str | None, int | None] = {name: index for index, name in enumerate(field.vocabulary.names)}
    number[None] = None
    return list(map(number.__getitem__, values))


def _shares(keys: Vocabulary, value: dict[str, float] | None) -> dict[str, float] | None:
    """A number for each key, 0 where none is given."""
    if value is not None and not set(value) <= set(keys.names):
        raise KeyError
    return None if value is None else {name: value.get(name, 0.0) for name in keys.names}
