from pathlib import Path

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A word in the header that makes the reader leave out rows."""
    card = folder / "README.md"
    said = card.read_text(encoding="utf-8")
    filters = "  filters:\n  - - claim_id\n    - '>'\n    - c\n"
    card.write_text(said.replace("- config_name: claims\n", f"- config_name: claims\n{filters}", 1), encoding="utf-8")
