from pathlib import Path


def damage(folder: Path, corpus: Path) -> None:
    """Somebody kept a list beside a table."""
    (folder / "claims" / "to-do.csv").write_text("claim_id\n", encoding="utf-8")
