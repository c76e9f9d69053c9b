from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def damage(folder: Path, corpus: Path) -> None:
    """A column of one split is wider than that of the others."""
    path = folder / "sentences" / "test-00000-of-00001.parquet"
    rows = pq.read_table(path, partitioning=None)
    nth = rows.column_names.index("paragraph")
    rows = rows.set_column(nth, "paragraph", rows["paragraph"].cast(pa.int64()))
    pq.write_table(rows, path)
