"""One Parquet file, read to its end as if it were broken or meant harm, and held against the schema of its table."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.table import Table

FOOTER = 64 << 20  # bytes; one of ours has 20 kB for 500,000 rows
ROW_GROUP = 1 << 30  # bytes that a row group may say it has, unpacked; one of ours has 40 MB
_MAGIC = b"PAR1"
_NAMES = 1_000_000  # strings and lists in a footer: what a file may make the reader allocate


@dataclass(frozen=True, slots=True)
class Read:
    """How many rows a file says it has, where it says so, and (kind, problem) of all that is wrong with it."""

    rows: int | None
    problems: tuple[tuple[str, str], ...] = ()


def read(path: Path, table: Table, *, contents: bool = True) -> Read:
    """It will read every row group once, one at a time; without `contents` only the footer.

    What the file declares of sizes is believed, beyond ROW_GROUP and FOOTER nothing is read; but not of a dictionary
    whose words repeat, since a few bytes of it may stand for more than any memory holds.
    """
    try:
        if problem := _footer(path):
            return Read(None, (("unreadable", problem),))
        file = pq.ParquetFile(path, thrift_string_size_limit=FOOTER, thrift_container_size_limit=_NAMES)
    except (pa.ArrowException, OSError, ValueError):
        return Read(None, (("unreadable", "cannot be opened, or its footer is broken"),))
    with file:
        problems = [
            *_differences(file.schema_arrow, table),
            *(_sizes(file) or _refused(file) or _repeats(path, file) or (_contents(file) if contents else ())),
        ]
        return Read(file.metadata.num_rows, tuple(problems))


def bounded(path: Path) -> bool:
    """Whether a file, of whatever table, can be opened, and no row group of it takes more memory than ours do."""
    try:
        if _footer(path):
            return False
        with pq.ParquetFile(path, thrift_string_size_limit=FOOTER, thrift_container_size_limit=_NAMES) as file:
            return not (_sizes(file) or _refused(file) or _repeats(path, file))
    except (pa.ArrowException, OSError, ValueError):
        return False


def _footer(path: Path) -> str:
    """What is wrong with the file's ends; empty where it looks like Parquet."""
    with path.open("rb") as file:
        size = path.stat().st_size
        begins = file.read(4)
        file.seek(max(0, size - 8))
        ends = file.read(8)
    if size < 12 or begins != _MAGIC:
        return "has no byte" if not size else "is not Parquet"
    if ends[4:] != _MAGIC:
        return "is cut off: it has no footer"
    length = int.from_bytes(ends[:4], "little")
    return f"has a footer of {length} bytes" if length > min(FOOTER, size - 12) else ""


def _sizes(file: pq.ParquetFile) -> list[tuple[str, str]]:
    """The first row group that says it is larger than anything a build writes."""
    sizes = [file.metadata.row_group(nth).total_byte_size for nth in range(file.num_row_groups)]
    large = ((nth, size) for nth, size in enumerate(sizes) if not 0 <= size <= ROW_GROUP)
    return [("unreadable", f"row group {nth} says that it has {size} bytes") for nth, size in large][:1]


def _refused(file: pq.ParquetFile) -> list[tuple[str, str]]:
    """The first row group whose columns the footer describes so that a reader refuses them: a batch of no row asks.

    Asked for a column by itself, pyarrow 26 ends the process where the levels of its values do not add up.
    """
    leaves = list(range(file.metadata.num_columns))
    for nth in range(file.num_row_groups):
        try:
            next(file.reader.iter_batches(0, row_groups=[nth], column_indices=leaves), None)
        except (pa.ArrowException, OSError, ValueError, MemoryError):
            return [("unreadable", f"row group {nth} cannot be read")]
    return []


def _repeats(path: Path, file: pq.ParquetFile) -> list[tuple[str, str]]:
    """The first row group with a column whose strings, written out, are more than ROW_GROUP: they are counted by their
    dictionary, where they could be as many.
    """
    for nth, leaf in product(range(file.num_row_groups), range(file.metadata.num_columns)):
        chunk = file.metadata.row_group(nth).column(leaf)
        if chunk.physical_type != "BYTE_ARRAY" or chunk.num_values * chunk.total_uncompressed_size <= ROW_GROUP:
            continue
        try:
            with pq.ParquetFile(path, read_dictionary=[chunk.path_in_schema], memory_map=False) as packed:
                size = sum(
                    map(_written_out, packed.read_row_group(nth, columns=[chunk.path_in_schema]).column(0).chunks)
                )
        except (pa.ArrowException, OSError, ValueError, MemoryError):
            return [("unreadable", f"row group {nth} cannot be read")]
        if size > ROW_GROUP:
            return [("unreadable", f"row group {nth} has {size} bytes, written out")]
    return []


def _written_out(values: pa.Array) -> int:
    """How many bytes strings have that are told by a dictionary; other values are written out as they are."""
    while pa.types.is_list(values.type):
        values = values.flatten()
    if not pa.types.is_dictionary(values.type):
        return int(values.nbytes)
    lengths = pc.binary_length(values.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(values.indices.drop_null())).as_py() or 0)


def _contents(file: pq.ParquetFile) -> Iterator[tuple[str, str]]:
    """What is wrong with the rows themselves, told once a file."""
    wrong: set[str] = set()
    for nth in range(file.num_row_groups):
        try:
            rows = file.read_row_group(nth)
        except (pa.ArrowException, OSError, ValueError, MemoryError):
            yield "unreadable", f"row group {nth} cannot be read"
            return
        wrong |= _invalid(rows)
    for name in sorted(wrong):
        yield "utf8", f"column {name} holds what is not UTF-8"


def _invalid(rows: pa.Table) -> set[str]:
    """Columns whose strings are not UTF-8, or that are broken otherwise."""
    try:
        rows.validate(full=True)
    except pa.ArrowException:
        return {name for name in rows.column_names if not _valid(rows[name])}
    return set()


def _valid(column: pa.ChunkedArray) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowException:
        return False
    return True


def _differences(found: pa.Schema, table: Table) -> Iterator[tuple[str, str]]:
    """Where the file's schema is not that of its table: columns, their order, their types, the Hub's features."""
    due = table.arrow_schema
    names = [name for name in found.names if name in due.names]
    told = [f"lacks the column {name}" for name in due.names if name not in found.names]
    told += [f"has a column {name} that the table has not" for name in found.names if name not in due.names]
    if len(set(found.names)) < len(found.names):
        told.append("has two columns of one name")
    elif not told and found.names != due.names:
        moved = next(name for name, wanted in zip(found.names, due.names, strict=True) if name != wanted)
        told.append(f"has its columns in another order: {moved} comes too early or too late")
    for name in dict.fromkeys(names):
        own, wanted = found.field(found.names.index(name)), due.field(name)
        if not own.type.equals(wanted.type):
            told.append(f"{name} is {own.type}, and {wanted.type} is due")
        elif not own.nullable:
            told.append(f"{name} is declared not to be null, which readers take for another type")
    if not told and _features(found.metadata) != _features(due.metadata):
        told.append("has other features of the Hub in its metadata than the table")
    for what in told:
        yield "schema", what


def _features(metadata: dict[bytes, bytes] | None) -> Any:
    """What the metadata of a schema say of its features, as JSON says it."""
    try:
        return json.loads((metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
