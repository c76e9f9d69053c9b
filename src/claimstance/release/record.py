"""releases/: of every release its manifest (<version>.json) and what changed, in words (<version>.md); committed, and
never changed again.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from claimstance.digests import of_file
from claimstance.errors import ReleaseError
from claimstance.folders import written
from claimstance.gate.folder import MANIFEST, irregular
from claimstance.manifest import Manifest, understood
from claimstance.version import VERSION, numbers

RESTORE = "Restore the file from its history."
_NAMED = 5  # files that a refusal names


def newest(folder: Path, before: str) -> str | None:
    """It will be the last release that is recorded before the version `before`; none where it is the first.

    Raises ReleaseError where one that comes later is recorded already, unless `before` is recorded too.
    """
    known = sorted((path.stem for path in folder.glob("*.json") if re.fullmatch(VERSION, path.stem)), key=numbers)
    if known and numbers(known[-1]) > numbers(before) and before not in known:
        raise ReleaseError(before, f"{known[-1]} is released already", "Numbers go up: choose a larger one.")
    older = [one for one in known if numbers(one) < numbers(before)]
    return older[-1] if older else None


def recorded(folder: Path, version: str) -> Manifest | None:
    """It will be the manifest of a release, as recorded; none where the version is not released yet.

    Raises ReleaseError.
    """
    path = folder / f"{version}.json"
    if not path.exists():
        return None
    said = understood(path.read_bytes())
    if isinstance(said, str):
        raise ReleaseError(str(path), said, RESTORE)
    return said


def differences(made: Manifest, said: Manifest) -> list[str]:
    """It will name the files, inputs and versions that two manifests do not agree on."""
    parts = ((made.files, said.files), (made.inputs, said.inputs), (made.versions, said.versions))
    return [
        name for own, other in parts for name in sorted(own.keys() | other.keys()) if own.get(name) != other.get(name)
    ]


def verify(folder: Path, said: Manifest) -> None:
    """It will see that `folder` holds the release that is recorded, and nothing else by those names.

    Raises ReleaseError.
    """
    wrong = list(_wrong(folder, said))
    if wrong:
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        what = f"is not the release {said.version} that was recorded: {', '.join(wrong[:_NAMED])}{more}"
        raise ReleaseError(str(folder), what, "Move it away, and get or make it again.")


def _wrong(folder: Path, said: Manifest) -> Iterator[str]:
    for name, one in said.files.items():
        path = folder / name
        if not path.is_file() or irregular(path) or path.stat().st_size != one.bytes or of_file(path) != one.sha256:
            yield name
    own = understood((folder / MANIFEST).read_bytes()) if (folder / MANIFEST).is_file() else ""
    if own != said:
        yield MANIFEST


def write(folder: Path, made: Path, version: str, words: str) -> None:
    """It will record the release in the folder `made`: what changed in words, then its manifest, which makes it one."""
    folder.mkdir(exist_ok=True)
    for name, content in ((f"{version}.md", words.encode()), (f"{version}.json", (made / MANIFEST).read_bytes())):
        written(folder / name, content)
