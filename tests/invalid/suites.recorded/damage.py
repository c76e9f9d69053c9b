from pathlib import Path


def damage(folder: Path, corpus: Path) -> None:
    """The ledger of checks has one less than there are."""
    path = corpus / "schemas" / "checks.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("claims.key,")), encoding="utf-8")
