"""What a table is loaded from: its manifest where it is a release, and its files."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from claimstance.digests import of_file
from claimstance.errors import LoadError
from claimstance.manifest import Manifest

_FILE = re.compile(r"([a-z][a-z0-9_]*)/([a-z]+)-([0-9]{5})-of-([0-9]{5})\.parquet")
_ORDER = ("train", "validation", "test", "release")  # as claimstance.table has them, whose import takes pyarrow's


class Source(Protocol):
    """A folder, or a version in a repository."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def manifest(self) -> Manifest | None:
        """What the release says of itself; None for a build, which says nothing."""

    @property
    def listed(self) -> Collection[str]:
        """Paths of its files."""

    def files(self, paths: Collection[str], *, streaming: bool) -> Mapping[str, Path | str]:
        """It will bring these files, each with the digest that the manifest has; to stream, it need not."""


def splits(source: Source, table: str, split: str | None) -> dict[str, list[str]]:
    """It will give the paths of a table's files by split, or of the one split, in order.

    Raises LoadError, which lists what there is.
    """
    found: dict[str, dict[str, list[tuple[int, int, str]]]] = {}
    for path in source.listed:
        if match := _FILE.fullmatch(path):
            name, part, nth, of = match.groups()
            found.setdefault(name, {}).setdefault(part, []).append((int(nth), int(of), path))
    if table not in found:
        known = source.manifest is not None and table in source.manifest.counts
        what = f"{table} has no rows there" if known else f"there is no table {table!r}"
        raise LoadError(source.name, what, f"Tables: {', '.join(sorted(found)) or 'none'}.")
    own = found[table]
    names = sorted(own, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    if split is not None and split not in own:
        raise LoadError(source.name, f"{table} has no split {split!r}", f"Splits with rows: {', '.join(names)}.")
    chosen = [split] if split is not None else names
    return {name: _whole(source, table, name, own[name]) for name in chosen}


def checked(where: str, manifest: Manifest, path: str, file: Path, then: str) -> str:
    """The digest of a file if it is the one that the manifest has. Raises LoadError."""
    if not file.is_file():
        raise LoadError(where, f"{path} is not there", then)
    found = of_file(file)
    if found != manifest.files[path].sha256:
        raise LoadError(where, f"{path} is not what was released: its SHA-256 is another than the manifest's", then)
    return found


def _whole(source: Source, table: str, split: str, parts: list[tuple[int, int, str]]) -> list[str]:
    """The paths of a split whose file names say that none is missing, and none of another build among them."""
    parts = sorted(parts)
    if [(nth, of) for nth, of, _ in parts] != [(nth, len(parts)) for nth in range(len(parts))]:
        what = f"the files of {table}/{split} are not all there, or are of two builds"
        raise LoadError(source.name, what, "Build or fetch it again.")
    return [path for _, _, path in parts]
