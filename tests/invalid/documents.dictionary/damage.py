from pathlib import Path

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A column is described as it used to be."""
    card = folder / "README.md"
    said = card.read_text(encoding="utf-8")
    card.write_text(said.replace("One past the last code point.", "The last code point."), encoding="utf-8")
