from pathlib import Path

from claimstance import dataset, schema
from claimstance.release.manifest import manifest, written

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A release whose licence was lost after it was made."""
    licence = folder / "LICENSE"
    licence.write_text("CC0-1.0\n", encoding="utf-8")
    settings = dataset.read(corpus / "corpus" / "dataset.yaml")
    written(folder, manifest(folder, schema.load(corpus / "schemas"), settings))
    licence.unlink()
