"""Tables of Parquet as views of DuckDB, labels by name, in a database that sees no more than it is shown."""

import contextlib
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from claimstance.table import Field, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1GB"  # what joins may hold before they go to disk


@contextlib.contextmanager
def connected() -> Iterator["DuckDBPyConnection"]:
    """It will open a database in memory, that loads nothing; what does not fit goes to a folder of its own, for as long
    as it is open.
    """
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="claimstance-", ignore_cleanup_errors=True) as aside,
        contextlib.closing(
            duckdb.connect(
                config={
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                    "memory_limit": MEMORY,
                    "temp_directory": aside,
                }
            )
        ) as database,
    ):
        yield database


def selection(table: Table, paths: Sequence[Path], empty: str, held: Collection[str] | None = None) -> str:
    """It will select the rows of the files of a table; `file_split` is the split that each file is named for.

    All files are read as one: a query holds something for each SELECT of a union, and a million articles have 44 files
    of sentences. Without any file it selects those of `empty`, a table without rows that is there already. So it does
    first where the files have fewer columns, those that are `held`: the others are null.
    """
    none = f"SELECT {', '.join(map(decoded, table.fields))}, '' AS file_split FROM {empty}"
    if not paths:
        return none
    columns = ", ".join(decoded(field) for field in table.fields if held is None or field.name in held)
    split = """split_part(parse_filename(":file"), '-', 1) AS file_split"""  # as split_of has it
    # No column of ours is called so; and a folder that is called language=en says nothing about its files.
    options = "filename = ':file', hive_partitioning = false"
    rows = f"SELECT {columns}, {split} FROM read_parquet([{', '.join(quoted(str(one)) for one in paths)}], {options})"
    return rows if held is None else f"{none} UNION ALL BY NAME {rows}"


def locked(database: "DuckDBPyConnection", folders: Iterable[Path] = (), files: Iterable[Path] = ()) -> None:
    """It will let the database reach what is below these folders, and these files, nothing else, for good."""
    for setting, paths in (("allowed_directories", folders), ("allowed_paths", files)):
        database.execute(f"SET {setting} = [{', '.join(quoted(str(one)) for one in paths)}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET python_enable_replacements = false")  # a name in a query is no variable of ours
    database.execute("SET lock_configuration = true")


def one_select(database: "DuckDBPyConnection", sql: str) -> str:
    """It will give the SQL back if that is one SELECT, because other statements write.

    Raises ValueError for what is none, duckdb's errors for what is no SQL.
    """
    if [statement.type.name for statement in database.extract_statements(sql)] != ["SELECT"]:
        raise ValueError("not one SELECT")
    return sql


def decoded(field: Field) -> str:
    """A column with its labels by name; a number that is no label's is "?" and the number. Whole numbers have 64 bits,
    so that one that is as large as a file may hold can still be reckoned with.
    """
    column = name(field.name)
    if field.type == "integer":
        return f"{column}::BIGINT AS {column}"
    if field.type == "datetime":  # without a time zone, which would take an extension; it is UTC
        return f"make_timestamp(epoch_us({column})) AS {column}"
    if field.items == "span" and not field.vocabulary:
        return f'{column}::STRUCT("start" BIGINT, "end" BIGINT)[] AS {column}'
    if not field.vocabulary:
        return column
    names = f"[{', '.join(map(quoted, field.vocabulary.names))}]"
    if field.items == "span":
        kind = _label("one.kind", len(field.vocabulary.names), names)
        span = f'struct_pack("start" := one."start"::BIGINT, "end" := one."end"::BIGINT, kind := {kind})'
        return f"list_transform({column}, lambda one: {span}) AS {column}"
    return f"{_label(column, len(field.vocabulary.names), names)} AS {column}"


def _label(number: str, count: int, names: str) -> str:
    return f"coalesce(CASE WHEN {number} BETWEEN 0 AND {count - 1} THEN {names}[{number} + 1] END, '?' || {number})"


def first_line(error: Exception) -> str:
    """What an error says first; it may say a page."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def name(column: str) -> str:
    """A name as SQL has it, whatever it is."""
    doubled = column.replace('"', '""')
    return f'"{doubled}"'


def quoted(text: str) -> str:
    """A text as SQL has it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
