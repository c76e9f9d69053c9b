from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance.parquet import PARQUET

SEALED = False  # the card is as long with it as without


def damage(folder: Path, corpus: Path) -> None:
    """A byte of a title is none of UTF-8."""
    path = folder / "articles" / "test-00000-of-00001.parquet"
    rows = pq.read_table(path, partitioning=None)
    nth = rows.column_names.index("title")
    (title,) = rows["title"].to_pylist()
    broken = pa.array([b"\xff" + title.encode()[1:]], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 1, broken.buffers())
    pq.write_table(rows.set_column(nth, rows.schema.field(nth), text), path, **PARQUET)
