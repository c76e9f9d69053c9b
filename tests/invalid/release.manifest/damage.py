from pathlib import Path

from damage import released

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A release whose licence was lost after it was made."""
    released(folder, corpus)
    (folder / "LICENSE.md").unlink()
