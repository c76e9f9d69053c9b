from pathlib import Path

from claimstance.manifest import Manifest
from damage import released

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A release that counts one claim more than it has."""

    def more(said: Manifest) -> None:
        said.counts["claims"]["test"].rows += 1

    released(folder, corpus, more)
