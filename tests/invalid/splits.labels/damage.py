from pathlib import Path

from claimstance.validate import record


def damage(folder: Path, corpus: Path) -> None:
    """The limits are as low as the corpus is small."""
    path = corpus / "schemas" / "suites" / "splits.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{pairs: 50, expected: 5}", "{pairs: 5, expected: 0.5}"), encoding="utf-8")
    record(corpus)
