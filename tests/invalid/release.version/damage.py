from dataclasses import replace
from pathlib import Path

from claimstance import dataset, schema
from claimstance.release.manifest import manifest, written

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A release under another number than its card has."""
    settings = dataset.read(corpus / "corpus" / "dataset.yaml")
    written(folder, manifest(folder, schema.load(corpus / "schemas"), replace(settings, version="0.2.0")))
