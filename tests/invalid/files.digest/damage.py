from pathlib import Path

import pyarrow.parquet as pq

from claimstance.parquet import PARQUET

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A file was written again by hand, with the same rows."""
    path = folder / "claims" / "train-00000-of-00001.parquet"
    pq.write_table(pq.read_table(path, partitioning=None), path, **(PARQUET | {"compression_level": 19}))
