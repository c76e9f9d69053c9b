from pathlib import Path


def damage(folder: Path, corpus: Path) -> None:
    """The ledger of checks has one more than there is."""
    path = corpus / "schemas" / "checks.csv"
    path.write_text(path.read_text(encoding="utf-8") + "claims.lost,critical,1,0.1.0,00000000\n", encoding="utf-8")
