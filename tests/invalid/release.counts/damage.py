from pathlib import Path

from claimstance import dataset, schema
from claimstance.release.manifest import manifest, written

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A release that counts one claim more than it has."""
    settings = dataset.read(corpus / "corpus" / "dataset.yaml")
    said = manifest(folder, schema.load(corpus / "schemas"), settings)
    said.counts["claims"]["test"].rows += 1
    written(folder, said)
