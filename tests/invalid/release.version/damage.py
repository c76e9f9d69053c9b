from pathlib import Path

from claimstance.manifest import Manifest
from damage import released

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A release under another number than its card has."""

    def later(said: Manifest) -> None:
        said.version = "0.2.0"

    released(folder, corpus, later)
