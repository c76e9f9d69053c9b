from pathlib import Path


def damage(folder: Path, corpus: Path) -> None:
    """A copy that was broken off."""
    path = folder / "citations" / "test-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-1000])
