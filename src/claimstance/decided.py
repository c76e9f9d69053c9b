"""What was decided of every article, in a file: written by whoever decides, read by whoever finishes a table."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path

import pyarrow as pa

RANGE = 2000  # articles that are read, and merged, at once
_STRINGS = ("article_id", "split", "dup_group", "group")
COLUMNS = pa.schema([*((name, pa.string()) for name in _STRINGS), ("new", pa.bool_())])  # the last two are the ledger's


def written(path: Path, parts: Iterable[pa.Table]) -> Path:
    """It will write parts that have COLUMNS and come in ascending order of article_id."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, COLUMNS) as writer:
        for part in parts:
            writer.write_table(part, max_chunksize=RANGE)
    return path


def ranges(path: Path) -> Iterator[tuple[pa.RecordBatch, str | None]]:
    """It will give article_id, split and dup_group of RANGE articles after the other, and before which article the next
    range begins; null at the last.
    """
    for own, following in pairwise(chain(_read(path, ("article_id", "split", "dup_group")), [None])):
        yield own, None if following is None else following["article_id"][0].as_py()


def new(path: Path) -> Iterator[tuple[str, str, str]]:
    """It will give article_id, group and split of the articles that the ledger lacks, in order."""
    for own in _read(path, ("article_id", "split", "group", "new")):
        lacked = own.filter(own["new"])
        yield from zip(*(lacked[name].to_pylist() for name in ("article_id", "group", "split")), strict=True)


def _read(path: Path, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Some of the columns, RANGE articles at a time."""
    options = pa.ipc.IpcReadOptions(included_fields=[COLUMNS.get_field_index(name) for name in names])
    with pa.OSFile(str(path)) as file:
        reader = pa.ipc.open_file(file, options=options)
        yield from map(reader.get_batch, range(reader.num_record_batches))
