"""Datasets of invented rows, written as a build writes them, and what one check says of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from claimstance import schema
from claimstance.facts import FACTS
from claimstance.gate import suites
from claimstance.gate.crosscheck import Views
from claimstance.gate.folder import Folder
from claimstance.table import Field, Row
from conftest import REPOSITORY
from damage import write

SCHEMAS = schema.load(REPOSITORY / "schemas")
CHECKS = {check.id: check for check in suites.load(REPOSITORY / "schemas", SCHEMAS)}


def planted(place: Path, tables: Mapping[str, Sequence[Row]], last: Path | None = None) -> Folder:
    """A folder of these tables; columns that a row does not name are null, and articles say the split of all rows."""
    place.mkdir()
    split_of = {row["article_id"]: row["split"] for row in tables["articles"]}
    for name, rows in tables.items():
        table = SCHEMAS[name]
        columns = [pa.array([_value(field, row) for row in rows], field.arrow_type) for field in table.fields]
        made = pa.table(columns, schema=table.arrow_schema)
        splits = pa.array([split_of[row["article_id"]] for row in rows], pa.string())
        write(place, table, made.append_column("file_split", splits))
    return Folder(place, SCHEMAS, last=last)


def _value(field: Field, row: Row) -> Any:
    value = row.get(field.name)
    return field.vocabulary.names.index(value) if field.vocabulary and isinstance(value, str) else value


def failing(folder: Folder, check: str) -> dict[str, str]:
    """What the check says of each row that breaks it, by id."""
    return {row["id"]: row["found"] for row in _rows(folder, check) if not row["holds"]}


def told(folder: Folder, check: str) -> set[tuple[str, str]]:
    """The rows that break the check, by id, with all that it says of each."""
    return {(row["id"], row["found"]) for row in _rows(folder, check) if not row["holds"]}


def holding(folder: Folder, check: str) -> dict[str, str]:
    """What it says of rows that it reports although they hold."""
    return {row["id"]: row["found"] for row in _rows(folder, check) if row["holds"]}


def _rows(folder: Folder, check: str) -> list[Row]:
    views = Views(folder, {name: FACTS[name](folder) for name in CHECKS[check].facts})
    try:
        ran = views.run(CHECKS[check])
    finally:
        views.close()
    assert not ran.error, ran.error
    rows: list[Row] = ran.rows.to_pylist()
    return rows
