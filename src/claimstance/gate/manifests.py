"""The manifest of a folder, read whatever stands there, and the figures of one: counts, and digests of rows."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.gate.folder import MANIFEST, Folder, split_of
from claimstance.gate.sheets import page
from claimstance.manifest import Counts, File, Manifest, understood
from claimstance.table import Table

__all__ = ["Counts", "File", "Manifest", "counts", "logical", "read"]

BATCH = 10_000  # rows that a logical digest takes at a time; part of the digest


def read(folder: Path) -> Manifest | str:
    """It will read the manifest of a folder, or say why it cannot be read."""
    text, problem = page(folder / MANIFEST)
    return problem or understood(text)


def counts(folder: Folder, name: str) -> dict[str, Counts]:
    """It will count rows and labels of every split of a table, as read back from the files.

    Raises pyarrow's errors for a broken file.
    """
    table = folder.schemas[name]
    found: dict[str, Counts] = {}
    for path in folder.files(name):
        _count(found.setdefault(split_of(path), _none(table)), table, path)
    return found


def logical(path: Path) -> str:
    """It will be the SHA-256 of the schema of a Parquet file and of its rows, BATCH at a time, as `_plain` has them.

    It does not depend on how the file was written: row groups, pages, encodings and compression leave no trace in it.
    """
    digest = hashlib.sha256()
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        said = [[field.name, str(field.type)] for field in schema]
        digest.update(json.dumps(said).encode() + (schema.metadata or {}).get(b"huggingface", b""))
        for rows in _rebatched(file):
            for column in rows.columns:
                for part in _plain(column):
                    digest.update(pa.record_batch([part], names=["_"]).serialize())
    return digest.hexdigest()


def _plain(column: pa.Array) -> Iterator[pa.Array]:
    """A column as arrays without nulls: which rows have a value, how long their lists are, the values.

    What lies in memory in the place of a null is left from something else, so it must not be among the bytes; nor the
    bits behind the last of a row of them.
    """
    yield column.is_valid().cast(pa.uint8())
    there = column.drop_null()
    if pa.types.is_list(column.type):
        yield pc.list_value_length(there)
        yield from _plain(there.flatten())
    elif pa.types.is_struct(column.type):
        for member in there.flatten():
            yield from _plain(member)
    else:
        yield there.cast(pa.uint8()) if pa.types.is_boolean(column.type) else there


def _rebatched(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """The rows in batches of BATCH, whatever the row groups are."""
    pending: list[pa.RecordBatch] = []
    for batch in file.iter_batches(BATCH):
        pending.append(batch)
        rows = pa.Table.from_batches(pending)
        while len(rows) >= BATCH:
            yield _one(rows.slice(0, BATCH))
            rows = rows.slice(BATCH)
        pending = rows.to_batches()
    if pending:
        yield _one(pa.Table.from_batches(pending))


def _one(rows: pa.Table) -> pa.RecordBatch:
    (batch,) = rows.combine_chunks().to_batches()
    return batch


def _none(table: Table) -> Counts:
    return Counts(0, {field.name: {} for field in table.fields if field.vocabulary and field.type == "string"})


def _count(own: Counts, table: Table, path: Path) -> None:
    """Add the rows of one file."""
    with pq.ParquetFile(path) as file:
        own.rows += file.metadata.num_rows
        names = {field.name: field.vocabulary.names for field in table.fields if field.vocabulary}
        for nth in range(file.num_row_groups):
            rows = file.read_row_group(nth, columns=list(own.labels))
            for column, known in own.labels.items():
                for entry in pc.value_counts(rows[column]).to_pylist():
                    number, count = entry["values"], entry["counts"]
                    if number is not None:
                        label = names[column][number] if 0 <= number < len(names[column]) else str(number)
                        known[label] = known.get(label, 0) + count
