from pathlib import Path


def damage(folder: Path, corpus: Path) -> None:
    """A file says that it is one of two, and the other was lost."""
    path = folder / "sources" / "train-00000-of-00001.parquet"
    path.rename(path.with_name("train-00000-of-00002.parquet"))
