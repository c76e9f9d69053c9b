"""What was decided of every article, in a file: written by whoever decides, read by whoever finishes a table."""

from collections.abc import Iterable, Iterator
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
    columns = pa.ipc.IpcReadOptions(included_fields=[0, 1, 2])
    with pa.OSFile(str(path)) as file:
        reader = pa.ipc.open_file(file, options=columns)
        batches = map(reader.get_batch, range(reader.num_record_batches))
        for own, following in pairwise(chain(batches, [None])):
            yield own, None if following is None else following["article_id"][0].as_py()
