"""Shards that a build finished before it was stopped, or was told to keep, found again by the next one.

A shard is a folder whose name is a digest of all that it was made of, so that what does not match is not found:

- the range (files, bytes, line, what pool.yaml says of the file) and every byte in it, read anew each time
- settings: the schemas, the names of the stages, the texts of sources, tombstones and weighed votes, as the build read
  them, and how many articles go through at once
- the code: every file of this package and of the modules that the stages come from, and the versions of Python and of
  what the package needs

Which annotations belong to a range, only its articles tell; so what was said of these is held against a digest in the
shard, and new annotations of others leave it as it is.

It gets that name last, in one step. Files may yet be cut off where not a process but the machine was stopped, so a
checksum of each is in it, and one that fails is as if it were not there. A range whose files were written to while it
was worked on is not kept.
"""

import contextlib
import dataclasses
import hashlib
import io
import pickle
import platform
import re
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimstance.annotation.exports import Tasks
from claimstance.articles import ranges
from claimstance.articles.ranges import Range
from claimstance.merge import Aside

if TYPE_CHECKING:
    from claimstance.shard import Setting, Shard

SAID = "shard.pickle"
OF_A_SHARD = frozenset(
    {
        ("claimstance.shard", "Shard"),
        ("claimstance.merge", "Aside"),
        ("claimstance.articles.audit", "Audit"),
        ("collections", "Counter"),
        ("pathlib", "PosixPath"),
        ("pathlib", "WindowsPath"),
        ("pathlib._local", "PosixPath"),  # Python 3.13
        ("pathlib._local", "WindowsPath"),
        ("builtins", "set"),
    }
)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


class _Reader(pickle.Unpickler):
    """What a shard is made of and nothing else: a folder that somebody else made must not run anything."""

    def find_class(self, module: str, name: str) -> Any:
        """The class, if it is one of those."""
        if (module, name) not in OF_A_SHARD:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a shard")
        return super().find_class(module, name)


def keyed(setting: "Setting") -> "Setting":
    """It will give the setting its key; none where a stage has no name, or no file, that its code is known by."""
    same = dataclasses.replace(setting.held, tasks=Tasks(), corrected=0)
    try:
        found = hashlib.sha256(pickle.dumps(dataclasses.replace(setting, held=same), protocol=5))
    except (pickle.PicklingError, AttributeError):
        return setting
    files = {getattr(sys.modules[stage.__module__], "__file__", None) for stage in setting.stages}
    code = {Path(file) for file in files if file} | set(Path(__file__).parent.rglob("*.py"))
    if None in files or not all(path.is_file() for path in code):
        return setting
    for path in sorted(code):
        found.update(f"{path}\0".encode() + path.read_bytes())
    found.update("\n".join([platform.python_version(), *versions()]).encode())
    return dataclasses.replace(setting, key=found.hexdigest())


def name(place: Path, key: str, part: Range) -> Path | None:
    """It will be where the shard of a range is kept; null where it is not, or the range cannot be read."""
    if not key:
        return None
    try:
        return place / hashlib.sha256((key + ranges.digest(part)).encode()).hexdigest()
    except OSError:
        return None


def found(name: Path, said_of: "Callable[[Shard], str]") -> "Shard | None":
    """It will be the shard that was kept under a name, if it is whole, and the same is said of its articles now."""
    if not name.is_dir():
        return None
    with contextlib.suppress(Exception):  # whatever is wrong with it, it is made anew
        told = (name / SAID).read_bytes()
        if hashlib.sha256(told[32:]).digest() == told[:32]:
            made: Shard
            made, sums = _Reader(io.BytesIO(told[32:])).load()
            if sums == _sums(name) and _moved(made, name).said == said_of(made):
                return made
    shutil.rmtree(name)
    return None


def keep(made: "Shard", name: Path, said_of: "Callable[[Shard], str]") -> None:
    """It will give a finished shard its name; where another process was faster, that one's is as good."""
    made.said = said_of(made)
    told = pickle.dumps((made, _sums(made.folder)), protocol=5)
    (made.folder / SAID).write_bytes(hashlib.sha256(told).digest() + told)
    try:
        made.folder.rename(name)
    except OSError:
        if not name.is_dir():
            raise
        return
    _moved(made, name)


def stamp(part: Range) -> Sequence[Any]:
    """It will be equal as long as nobody writes to the files of a range."""
    try:
        return ranges.stamp(part)
    except OSError:
        return ()


def forget(place: Path, but: Iterable[Path]) -> None:
    """It will remove shards that nobody needs any more, to have the room."""
    wanted = set(but)
    for path in place.iterdir():
        if path not in wanted:
            shutil.rmtree(path, ignore_errors=True)


def _moved(made: "Shard", folder: Path) -> "Shard":
    """The shard, whose files are in this folder now."""
    made.folder = folder
    made.places = [folder / path.name for path in made.places]
    made.tables = {
        name: [Aside(folder / one.path.name, one.first) for one in parts] for name, parts in made.tables.items()
    }
    return made


def _sums(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and checksum of each file."""
    sums = {}
    for path in sorted(folder.iterdir()):
        if path.name != SAID:
            data = path.read_bytes()
            sums[path.name] = (len(data), zlib.crc32(data))
    return sums


def versions() -> list[str]:
    """It will be the versions of what this package needs, as far as it is installed."""
    try:
        needed = metadata.requires("claimstance") or []
    except metadata.PackageNotFoundError:
        needed = []
    names = {match[0] for line in needed if (match := _NAME.match(line))}
    said = []
    for name in sorted(names):
        with contextlib.suppress(metadata.PackageNotFoundError):
            said.append(f"{name} {metadata.version(name)}")
    return said
