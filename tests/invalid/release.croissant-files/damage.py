import json
from pathlib import Path

from damage import released, resealed

SEALED = False


def damage(folder: Path, corpus: Path) -> None:
    """A description with the digest that a file had before."""
    released(folder, corpus)
    path = folder / "croissant.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    next(one for one in said["distribution"] if "sha256" in one)["sha256"] = "0" * 64
    path.write_text(json.dumps(said), encoding="utf-8")
    resealed(folder, corpus)
