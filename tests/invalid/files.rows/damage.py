from pathlib import Path

import pyarrow.parquet as pq

from claimstance.parquet import PARQUET


def damage(folder: Path, corpus: Path) -> None:
    """A second file of a split holds nothing."""
    path = folder / "judgements" / "validation-00000-of-00001.parquet"
    path = path.rename(path.with_name("validation-00000-of-00002.parquet"))
    pq.write_table(pq.read_schema(path).empty_table(), path.with_name("validation-00001-of-00002.parquet"), **PARQUET)
