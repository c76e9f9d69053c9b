"""A release copied to a folder or to any store that fsspec knows, as <place>/<version>/.

A folder is a release by its MANIFEST.json, which goes last, when all else was read back. Until then there is a mark
that says which release is on its way, so that the next run goes on with it, and no other replaces it.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance.errors import ClaimstanceError, PublishError, UsageError
from claimstance.gate.folder import MANIFEST
from claimstance.release.publishing.sealed import Sealed
from claimstance.version import numbers

MARK = "INCOMPLETE"
LATEST = "latest"  # a file beside the versions: the number of the newest that is whole, and a line end

_PARTIAL = ".partial"  # a file of a folder while it is written; it is renamed when it is whole
_PART = 2**20  # bytes that are read at once
_VERSION = re.compile(r"([0-9]+)\.([0-9]+)\.([0-9]+)\n?")
_TRIES = 5  # at pointing to the newest, while others do the same


def copy(release: Sealed, url: str, *, dry: bool = False) -> str:
    """It will bring the release to `url`/<version>, or say what it would do, and say in a line what is where.

    Raises PublishError where something else is there, or where it cannot be written or read back. To call it again is
    right after any failure.
    """
    place = _opened(url)
    with place.asking():
        if place.is_at(release.folder, release.version):
            raise UsageError(f"{place.shown}/{release.version} is the release itself. Name another place.")
        held = place.files(release.version)
        if MANIFEST in held and not _cut(place, release, MANIFEST, held):
            _same(place, release, held)
            if not dry:
                place.remove(release.version, [MARK] if MARK in held else [])
                _point(place)
            return (
                f"{release.name} {release.version} was at {place.shown}/{release.version} already, each file verified."
            )
        _ours(place, release, held)
        fit = [path for path in held if path in release.files and place.has(release, path, held)]
        missing = [path for path in release.files if path not in (*fit, MANIFEST)]
        if dry:
            lines = (f"  add    {path}" for path in (*missing, MANIFEST))
            return "\n".join([f"To {place.shown}/{release.version} would go:", *lines, "Nothing was written."])
        if held.get(MARK) != len(_mark(release)):
            place.write(f"{release.version}/{MARK}", _mark(release))
        for path in missing:
            place.put(release.folder / path, f"{release.version}/{path}")
        _finish(place, release, missing)
        _point(place)
    count = len(release.files)
    return f"{release.name} {release.version} is at {place.shown}/{release.version}: {count} files, each verified."


def _finish(place: "_Place", release: Sealed, copied: list[str]) -> None:
    """Make it a release, if all of it is there and nobody else is at it."""
    held = place.files(release.version)
    place.remove(release.version, [path for path in held if path.endswith(_PARTIAL)])
    _ours(place, release, held)
    if MANIFEST in held and not _cut(place, release, MANIFEST, held):  # somebody else was faster
        _same(place, release, held)
    for path in copied:
        if not place.has(release, path, held):
            raise PublishError(f"{place.shown}/{release.version}/{path}", "what is read there is not what was written")
    place.put(release.folder / MANIFEST, f"{release.version}/{MANIFEST}")
    _same(place, release, place.files(release.version), listed_only=True)
    place.remove(release.version, [MARK])


def _same(place: "_Place", release: Sealed, held: Mapping[str, int], *, listed_only: bool = False) -> None:
    """Raise PublishError where a folder that is a release is not this one."""
    where = f"{place.shown}/{release.version}"
    if not place.has(release, MANIFEST, held):
        then = "A release is never replaced, because people use it: give this one another version."
        raise PublishError(where, f"it is another {release.version}", then)
    wrong = sorted(held.keys() - release.files.keys() - {MARK}) + sorted(release.files.keys() - held.keys())
    if not listed_only:
        wrong += [path for path in release.files if path in held and not place.has(release, path, held)]
    if wrong:
        then = "Somebody changed it after it was copied: look why, put it away, and run this again."
        raise PublishError(where, f"it is not as its MANIFEST.json says: {', '.join(wrong[:5])}", then)


def _ours(place: "_Place", release: Sealed, held: Mapping[str, int]) -> None:
    """Raise PublishError where a folder that is no release is not this one on its way either."""
    where = f"{place.shown}/{release.version}"
    expected = {*release.files, MARK}
    strange = sorted(path for path in held if path.removesuffix(_PARTIAL) not in expected)
    begun = MARK in held or held.keys() <= {MARK + _PARTIAL}
    if strange or not begun:
        what = f"files are there that this did not bring: {', '.join((strange or sorted(held))[:5])}"
        raise PublishError(where, what, "Take another place, or put them away and run this again.")
    if MARK in held and not _mark(release).startswith(place.read(f"{release.version}/{MARK}") or b""):
        what = f"a copy of another {release.version} began there"
        raise PublishError(where, what, "If it is not to be finished, put the folder away and run this again.")


def _cut(place: "_Place", release: Sealed, path: str, held: Mapping[str, int]) -> bool:
    """Whether a file is the beginning of ours, written by a copy that ended there: some stores show half a file."""
    begun = MARK in held and held[path] < release.files[path].size
    return begun and (release.folder / path).read_bytes().startswith(place.read(f"{release.version}/{path}") or b"")


def _mark(release: Sealed) -> bytes:
    digest = release.files[MANIFEST].sha256
    return f"{release.name} {release.version} is being copied here and is not whole yet.\n{digest}\n".encode()


def _point(place: "_Place") -> None:
    """Let `latest` name the newest version that is whole; a file of that name that says something else is left alone.

    Whoever points looks again afterwards, so that of two who point at the same time the newer one stays.
    """
    for _ in range(_TRIES):
        now = place.read(LATEST)
        if now is not None and not re.fullmatch(rb"[0-9.]*\n?", now):
            return
        newest = max(place.versions(), default="", key=numbers)
        if not newest or now == f"{newest}\n".encode():
            return
        place.write(LATEST, f"{newest}\n".encode())


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder of a file system, as fsspec has it. `shown` is its address without what opens it."""

    system: Any
    root: str
    shown: str
    local: bool

    def is_at(self, folder: Path, below: str) -> bool:
        """Whether a folder of this machine is the same."""
        return self.local and Path(self.root, below).resolve() == folder.resolve()

    def files(self, below: str) -> dict[str, int]:
        """Paths and sizes of all files of a folder, as they are now."""
        self.system.invalidate_cache()
        start = f"{self.root}/{below}/"
        found = self.system.find(start.rstrip("/"), detail=True)
        return {
            path.removeprefix(start): int(one["size"])
            for path, one in sorted(found.items())
            if path.startswith(start) and one["type"] == "file"
        }

    def versions(self) -> list[str]:
        """Those that are whole."""
        self.system.invalidate_cache()
        names = [str(path).rstrip("/").rsplit("/", 1)[-1] for path in self.system.ls(self.root, detail=False)]
        known = [name for name in names if _VERSION.fullmatch(name)]
        return [name for name in known if self.system.exists(f"{self.root}/{name}/{MANIFEST}")]

    def has(self, release: Sealed, path: str, held: Mapping[str, int]) -> bool:
        """Whether a file is there as it is in the release: its bytes are read."""
        own = release.files[path]
        if held.get(path) != own.size:
            return False
        digest = hashlib.sha256()
        with self.system.open(f"{self.root}/{release.version}/{path}", "rb") as file:
            while part := file.read(_PART):
                digest.update(part)
        return digest.hexdigest() == own.sha256

    def read(self, path: str) -> bytes | None:
        """A small file; nothing if it is not there."""
        try:
            return bytes(self.system.cat_file(f"{self.root}/{path}"))
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """A small file."""
        with self._whole(path) as where:
            self.system.pipe_file(where, data)

    def put(self, file: Path, path: str) -> None:
        """A file of this machine."""
        with self._whole(path) as where:
            self.system.put_file(str(file), where)

    def remove(self, below: str, paths: list[str]) -> None:
        """Delete some files."""
        for path in paths:
            with contextlib.suppress(FileNotFoundError):  # somebody else did it
                self.system.rm_file(f"{self.root}/{below}/{path}")

    @contextlib.contextmanager
    def _whole(self, path: str) -> Iterator[str]:
        """Where to write, so that nobody sees half a file: a store shows a file when it is closed, a folder at once."""
        target = f"{self.root}/{path}"
        self.system.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
        yield target + _PARTIAL if self.local else target
        if self.local:
            Path(target + _PARTIAL).replace(target)

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Say in our words what any store raises in its own."""
        try:
            yield
        except (ClaimstanceError, KeyboardInterrupt):
            raise
        except Exception as error:  # each store has its own, of many libraries
            why = " ".join(_plain(error).split()) or type(error).__name__
            raise PublishError(self.shown, why.rstrip("."), "Run this again: it goes on from what is there.") from None


def _opened(url: str) -> _Place:
    import fsspec
    from fsspec.implementations.local import LocalFileSystem

    shown = _plain(url).rstrip("/")
    try:
        system, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{shown} is no place that can be opened: {_plain(error)}.") from None
    except Exception as error:  # each store has its own
        raise PublishError(shown, f"it cannot be opened: {_plain(error)}".rstrip("."), "Run this again.") from None
    return _Place(system, str(root).rstrip("/"), shown, isinstance(system, LocalFileSystem))


def _plain(said: object) -> str:
    """What is said, without who may open an address."""
    return re.sub(r"//[^/@\s]*@", "//", str(said))
