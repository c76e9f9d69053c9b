"""What only several tables together show: the SQL of the checks over the Parquet files, into one narrow audit table.

Nothing is within reach of the SQL but the files of the views, and the folder in which the database puts aside what does
not fit into memory, for as long as they are open: the connection is locked before the first check runs. Only SELECT is
run, so nothing is written there either.
"""

import contextlib
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from claimstance.gate import views
from claimstance.gate.check import Check
from claimstance.gate.facts import figures
from claimstance.gate.folder import Folder
from claimstance.gate.offsets import MACROS
from claimstance.table import Table

LAST = "last_"  # before the name of a table: the last release's
PATIENCE = 60.0  # seconds for a figure; those of this project's datasheet take 0.01 each
VOCABULARIES = "vocabularies"  # every label of schemas/labels.yaml: vocabulary, label
AUDIT = pa.schema([("check", pa.string()), ("id", pa.string()), ("found", pa.string()), ("holds", pa.bool_())])


@dataclass(frozen=True, slots=True)
class Ran:
    """What the SQL of one check gave: rows of the schema AUDIT, and how many rows there were to look at.

    `error` says why it gave nothing; then the check did not run.
    """

    rows: pa.Table
    examined: int = 0
    error: str = ""


class Views:
    """The tables of a folder as views, labels by name, and the facts beside them, in a database that sees no more."""

    def __init__(self, folder: Folder, facts: Mapping[str, pa.Table], without: Iterable[str] = ()) -> None:
        """Open the views of every table that is not among `without`, where a broken one would stop every query."""
        self._sizes: dict[str, int] = {}
        self._made: dict[str, str] = {}
        with contextlib.ExitStack() as opened:
            self._database = opened.enter_context(views.connected())
            self._show(folder, facts, set(folder.schemas) - set(without))
            self._opened = opened.pop_all()

    def run(self, check: Check) -> Ran:
        """It will run the SQL of a check. An error of the database is the outcome, not an exception."""
        import duckdb

        limits = {
            name: list(v) if isinstance(v, tuple) else v for name, v in check.limits.items() if f"${name}" in check.rows
        }
        try:
            self._make(check)
            found = (
                self._database.sql(self._select(check.rows), params=limits).to_arrow_table()
                if check.rows
                else AUDIT.empty_table()
            )
            return Ran(_audit(check, found), self.size(check.of))
        except (duckdb.Error, pa.ArrowException, ValueError) as error:
            return Ran(AUDIT.empty_table(), error=views.first_line(error))

    def size(self, of: str) -> int:
        """How many rows a table or a fact has."""
        if of not in self._sizes:
            self._sizes[of] = self._database.execute(f'SELECT count(*) FROM "{of}"').fetchall()[0][0]
        return self._sizes[of]

    def figure(self, sql: str) -> str:
        """It will give the one value of a query, as text.

        Raises ValueError where it is none, or more than one, or takes longer than PATIENCE.
        """
        import duckdb

        late = threading.Timer(PATIENCE, self._database.interrupt)
        late.start()
        try:
            rows = self._database.execute(self._select(sql)).fetchmany(2)
        except duckdb.Error as error:
            raise ValueError(views.first_line(error)) from None
        finally:
            late.cancel()
        if len(rows) != 1 or len(rows[0]) != 1 or rows[0][0] is None:
            raise ValueError("not one value")
        return str(rows[0][0])

    def close(self) -> None:
        """Let go of the files."""
        self._opened.close()

    def _show(self, folder: Folder, facts: Mapping[str, pa.Table], names: Collection[str]) -> None:
        """Make the views of these tables, and let the database see no more."""
        for macro in (*MACROS, *figures.MACROS):
            self._database.execute(macro)
        last = Folder(folder.last, folder.schemas) if folder.last else None
        for name in sorted(names):
            self._view(name, folder, folder.schemas[name])
            if last:
                self._view(LAST + name, last, folder.schemas[name], last.columns(name))
        for name, rows in {**facts, VOCABULARIES: _labels(folder)}.items():
            self._database.register(name, rows)
        views.locked(
            self._database, files=[path for one in (folder, last) if one for name in names for path in one.files(name)]
        )

    def _view(self, name: str, folder: Folder, table: Table, held: Collection[str] | None = None) -> None:
        paths = folder.files(table.name)
        if held is not None or not paths:
            self._database.register(f"no_{name}", table.arrow_schema.remove_metadata().empty_table())
        self._database.execute(f'CREATE VIEW "{name}" AS {views.selection(table, paths, f"no_{name}", held)}')

    def _select(self, sql: str) -> str:
        return views.one_select(self._database, sql)

    def _make(self, check: Check) -> None:
        """Compute the views of its suite that the check reads, once for all checks of it, which come in a row."""
        if check.used:
            for name in [name for name, sql in self._made.items() if check.views.get(name) != sql]:
                self._database.execute(f"DROP TABLE {name}")
                del self._made[name]
        for name, sql in check.used.items():
            if name not in self._made:
                self._database.execute(f"CREATE TEMP TABLE {name} AS {self._select(sql)}")
                self._made[name] = sql


def table_of(ran: Mapping[str, Ran]) -> pa.Table:
    """It will give the audit table: what all checks found, each row named for its check."""
    return pa.concat_tables([AUDIT.empty_table(), *(one.rows for one in ran.values())])


def _labels(folder: Folder) -> pa.Table:
    """The labels of all vocabularies, as they stand in schemas/labels.yaml."""
    labels = [(name, label) for name, one in sorted(folder.schemas.vocabularies.items()) for label in one.names]
    return pa.table({"vocabulary": [name for name, _ in labels], "label": [label for _, label in labels]})


def _audit(check: Check, found: pa.Table) -> pa.Table:
    """The result of a query as rows of the audit table, sorted; `found` and `holds` may be absent."""
    if "id" not in found.column_names:
        raise ValueError("its SQL gives no column id")
    count = len(found)

    def column(name: str, otherwise: Any) -> Any:
        if name not in found.column_names:
            return pa.array([otherwise] * count, AUDIT.field(name).type)
        return pc.fill_null(found[name].cast(AUDIT.field(name).type), otherwise)

    values = [pa.array([check.id] * count, pa.string()), column("id", ""), column("found", ""), column("holds", False)]
    return pa.table(values, schema=AUDIT).sort_by([("holds", "ascending"), ("id", "ascending"), ("found", "ascending")])
