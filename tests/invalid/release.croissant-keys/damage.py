import json
from pathlib import Path

from damage import released, resealed

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A description with a slip of the pen in a key."""
    released(folder, corpus)
    path = folder / "croissant.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["rai:dataBiasses"] = said.pop("rai:dataBiases")
    path.write_text(json.dumps(said), encoding="utf-8")
    resealed(folder, corpus)
