import json
from pathlib import Path

from damage import released, resealed

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A description that has a column of claims under another name."""
    released(folder, corpus)
    path = folder / "croissant.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    claims = next(one for one in said["recordSet"] if one["@id"] == "claims")
    field = next(one for one in claims["field"] if one["@id"] == "claims/n_marked")
    field["source"]["extract"]["column"] = "n_marks"
    path.write_text(json.dumps(said), encoding="utf-8")
    resealed(folder, corpus)
