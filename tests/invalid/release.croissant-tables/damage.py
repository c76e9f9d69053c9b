import json
from pathlib import Path

from damage import released, resealed

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A description that leaves a table out."""
    released(folder, corpus)
    path = folder / "croissant.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["recordSet"] = [one for one in said["recordSet"] if one["@id"] != "citations"]
    path.write_text(json.dumps(said), encoding="utf-8")
    resealed(folder, corpus)
