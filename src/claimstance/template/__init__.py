"""An empty corpus, as `claimstance new` makes it: the files beside this module, with two names filled in."""

import re
import shutil
from pathlib import Path

from claimstance.errors import UsageError

HERE = Path(__file__).parent
EMPTY = ("corpus/articles", "corpus/sources")  # folders that git and wheels do not carry


def new(folder: Path) -> None:
    """It will make an empty corpus in `folder`, which is not there yet or is empty; it is named for the folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is there already. Choose a folder that is not there yet, or an empty one.")
    name = "-".join(re.findall(r"[a-z0-9]+", folder.resolve().name.lower())) or "corpus"
    shutil.copytree(HERE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
    for empty in EMPTY:
        (folder / empty).mkdir(parents=True, exist_ok=True)
    (folder / "gitignore").rename(folder / ".gitignore")  # under its own name it would count here
    (folder / "github").rename(folder / ".github")
    settings = folder / "corpus" / "dataset.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("my-corpus", name), encoding="utf-8")
