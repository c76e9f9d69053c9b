from pathlib import Path

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """The card of the version before, as far as one table goes."""
    card = folder / "README.md"
    card.write_text(card.read_text(encoding="utf-8").replace("version: 0.1.0", "version: 0.0.9", 1), encoding="utf-8")
