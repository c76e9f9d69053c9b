import shutil
from pathlib import Path


def damage(folder: Path, corpus: Path) -> None:
    """The folder of a table is gone."""
    shutil.rmtree(folder / "agreement")
