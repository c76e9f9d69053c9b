"""Two folders of tables, compared: what is not as it was, by table and row."""

import contextlib
import filecmp
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from claimstance.errors import ReleaseError
from claimstance.gate import views
from claimstance.release.diff import columns, moved, rows, sums, withheld
from claimstance.release.diff.columns import Altered, Column
from claimstance.release.diff.found import ROWS, Came, Compared, End, Found
from claimstance.release.diff.sides import Held, Side
from claimstance.table import Schemas, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 100_000  # rows of changes that are held at once on their way to a file
_CHANGES = """CREATE TEMP TABLE changes (of_table VARCHAR, id VARCHAR, change VARCHAR, field VARCHAR, old VARCHAR,
    new VARCHAR, hidden BOOLEAN, article_id VARCHAR, was VARCHAR, now VARCHAR)"""
_WHOLE = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, false, NULL, NULL, NULL)"  # about a column, or a table
_SORTED = """
    SELECT concat_ws('/', of_table, coalesce(id, ''), change, coalesce(field, '')) AS change_id, of_table AS "table",
           id, change, field, old, new, hidden, article_id, was, now
    FROM changes ORDER BY change_id"""


@dataclass(frozen=True, slots=True)
class _Pair:
    """One table on both sides: how many rows each has (None: it is not there), what its columns and labels tell."""

    was: int | None
    now: int | None
    altered: tuple[Altered, ...]
    came: tuple[Came, ...] = ()


def compare(old: Side, new: Side, schemas: Schemas, withdrawn: Mapping[str, str] | None = None) -> Found:
    """It will compare all tables that `schemas` know, row by row, and others by their columns.

    `withdrawn` are the articles of which there is a tombstone, each with its reason; what the new side tells in its own
    table of changes is added to them. A table that is not there is one without rows; tables about a release are not
    compared. Raises ReleaseError where a side cannot be read, or a key is null or comes twice.
    """
    both = f"{old.name}, {new.name}"
    names = {name for name in (*old.tables, *new.tables) if name not in schemas or not schemas[name].released}
    pairs: dict[str, _Pair] = {}
    with tempfile.TemporaryDirectory(prefix="claimstance-") as place, _database(old, new) as database:
        with _asked(both):
            reasons, secret = withheld.found(database, old, new, withdrawn or {})
        for name in sorted(names, key=lambda name: (moved.ORDER.index(name) if name in moved.ORDER else 9, name)):
            with _asked(f"{both}: {name}"):
                pairs[name] = _pair(database, old, new, name, schemas.get(name), secret)
        with _asked(both):
            tables = _summed(database, pairs, schemas)
            found = _set_aside(database, Path(place) / "changes.arrow")
    return Found(End(old.name, old.version), End(new.name, new.version), tables, found, reasons)


@contextlib.contextmanager
def _database(old: Side, new: Side) -> Iterator["DuckDBPyConnection"]:
    """A database that sees the two folders."""
    with views.connected() as database:
        database.execute("SET preserve_insertion_order = false")
        views.locked(database, (old.path, new.path))
        for statement in (_CHANGES, moved.ANCHORS, moved.MOVES):
            database.execute(statement)
        yield database


@contextlib.contextmanager
def _asked(where: str) -> Iterator[None]:
    """Errors of the database as what they mean to people; its own words may quote the data."""
    import duckdb

    try:
        yield
    except (duckdb.Error, pa.ArrowException) as error:
        what = f"cannot be compared ({type(error).__name__})"
        raise ReleaseError(where, what, "See what claimstance validate says of each of them.") from None


def _pair(database: "DuckDBPyConnection", old: Side, new: Side, name: str, table: Table | None, secret: str) -> _Pair:
    """Compare one table, and write down what is not as it was."""
    ours, theirs = old.tables.get(name), new.tables.get(name)
    was, now = ours or theirs, theirs or ours
    assert was and now  # noqa: S101 - one of the sides has it
    if ours and theirs and _same_files(ours, theirs):
        return _Pair(_size(database, ours), _size(database, theirs), ())
    altered = tuple(columns.differing(was, now))
    _tell(database, name, altered)
    if table is None:
        if not (ours and theirs):
            database.execute(_WHOLE, [name, None, "added" if theirs else "removed", None, None, None])
        return _Pair(_size(database, ours), _size(database, theirs), altered)
    due = {column.name: column for column in columns.shared(table, was, now)}
    sizes: dict[str, int | None] = {}
    for side, own, held, place in (("old", ours, was, old), ("new", theirs, now, new)):
        database.execute(rows.view(side, table.name, list(due.values()), withheld.selected(held), there=bool(own)))
        sizes[side] = _keyed(database, table, side, place) if own else None
    _compare(database, table, due, secret)
    came = sums.came(database, table, due)
    for kind, one in (("VIEW", f"old_{name}"), ("VIEW", f"new_{name}"), ("TABLE", f"d_{name}")):
        database.execute(f"DROP {kind} {one}")
    return _Pair(sizes["old"], sizes["new"], altered, came)


def _tell(database: "DuckDBPyConnection", name: str, altered: tuple[Altered, ...]) -> None:
    """Write down the columns that were added, lost or changed; what their labels are stands in labels.yaml."""
    for one in altered:
        if not one.label:
            database.execute(_WHOLE, [name, None, one.change, one.column, one.old or None, one.new or None])


def _same_files(ours: Held, theirs: Held) -> bool:
    """Whether both sides have the same bytes under the same names: many a release leaves most tables as they were."""
    names = [[path.name for path in held.files] for held in (ours, theirs)]
    return names[0] == names[1] and all(map(partial(filecmp.cmp, shallow=False), ours.files, theirs.files))


def _size(database: "DuckDBPyConnection", held: Held | None) -> int | None:
    if held is None:
        return None
    return int(database.sql(f"SELECT count(*) FROM ({withheld.selected(held)})").fetchall()[0][0])


def _keyed(database: "DuckDBPyConnection", table: Table, side: str, place: Side) -> int:
    """How many rows there are; each has to have a key of its own, or nobody knows which became which."""
    ((size, named, keys),) = database.sql(rows.keys(table, side)).fetchall()
    if keys < size:
        what = f"{size - named} rows have no {table.key}"
        what = what if named < size else f"{size - keys} rows have the {table.key} of another row"
        raise ReleaseError(f"{place.name}/{table.name}", what, "See what claimstance validate says of it.")
    return int(size)


def _compare(database: "DuckDBPyConnection", table: Table, due: Mapping[str, Column], secret: str) -> None:
    """Write down the changes of all rows of a table."""
    database.execute(rows.paired(table, list(due.values())))
    for statement in moved.statements(table, due):
        database.execute(statement)
    again = database.execute("SELECT count(*) FROM moves WHERE of_table = ?", [table.name]).fetchall()[0][0] > 0
    for statement in rows.rejoined(table) if again else ():
        database.execute(statement)
    database.execute(rows.came_and_went(table))
    database.execute(rows.changed(table, list(due.values()), secret, moved=again))


def _summed(database: "DuckDBPyConnection", pairs: Mapping[str, _Pair], schemas: Schemas) -> dict[str, Compared]:
    counts, first, steps = sums.counts(database), sums.first(database), sums.steps(database)
    return {
        name: Compared(
            name,
            pairs[name].was,
            pairs[name].now,
            known=name in schemas,
            whole=name in schemas and schemas[name].whole,
            altered=pairs[name].altered,
            counts=counts.get(name, {}),
            first=first.get(name, {}),
            steps=steps.get(name, ()),
            came=pairs[name].came,
        )
        for name in sorted(pairs)
    }


def _set_aside(database: "DuckDBPyConnection", path: Path) -> pa.Table:
    """All changes in order, in a file that is read as it is needed, and gone as soon as nobody reads it."""
    reader = database.sql(_SORTED).to_arrow_reader(BATCH)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, ROWS) as writer:
        for batch in reader:
            writer.write_batch(batch.cast(ROWS))
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
