import shutil
from pathlib import Path

from claimstance.gate.folder import MANIFEST
from damage import released, resealed


def damage(folder: Path, corpus: Path) -> None:
    """A release that was made again, with another licence, after it was recorded."""
    released(folder, corpus)
    (corpus / "releases").mkdir()
    shutil.copy(folder / MANIFEST, corpus / "releases" / "0.1.0.json")
    with (folder / "LICENSE.md").open("a", encoding="utf-8") as page:
        page.write("All of it is free.\n")
    resealed(folder, corpus)


SEALED = False
