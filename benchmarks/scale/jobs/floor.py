"""The floor: JSON Lines to Parquet, a block at a time, by one thread of pyarrow. Nothing is made of the text."""

from pathlib import Path

import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq
from benchmarks.scale.pools import COLUMNS, POOL

BLOCK = 2**24  # bytes; about 5,000 articles, and so a row group


def run(root: Path, out: Path, workers: int) -> None:
    """Read and write."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    (out / "articles").mkdir(parents=True)
    reading = pj.ReadOptions(use_threads=False, block_size=BLOCK)
    with (
        pj.open_json(root / POOL, reading, pj.ParseOptions(explicit_schema=schema)) as reader,
        pq.ParquetWriter(out / "articles" / "train.parquet", schema, compression="zstd", compression_level=3) as writer,
    ):
        for batch in reader:
            writer.write_batch(batch)
