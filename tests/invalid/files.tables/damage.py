import shutil
from pathlib import Path

from damage import described, released, seal

SEALED = False  # before it is a release


def damage(folder: Path, corpus: Path) -> None:
    """A release without a table, of which its card does not speak."""
    shutil.rmtree(folder / "agreement")
    seal(folder, corpus, described(corpus / "schemas"))
    released(folder, corpus)
