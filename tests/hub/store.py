"""What the Hub keeps, in a folder and nowhere else, so that it can be killed and started again.

blobs/<sha>                        contents: small files by git's id, large ones by SHA-256
xorbs/<hash>  xet/<hash>.json      what hf_xet uploaded, and the files that are made of it
repos/<owner>/<name>/settings.json  refs.json  pulls.json  commits/<oid>.json
"""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from hub.xet import File, Term, content, files

MAIN = "refs/heads/main"
LARGE = ("*.parquet", "*.arrow", "*.zip", "*.gz", "*.zst", "*.png", "*.jpg", "*.npy", "*.bin")
ATTRIBUTES = "".join(f"{one} filter=lfs diff=lfs merge=lfs -text\n" for one in LARGE)
_YEAR = 1_767_225_600  # the first of January 2026: a commit's date is this and a second for each before it


@dataclass(frozen=True)
class Entry:
    """A file of a commit. A large one is in git by a pointer; then `sha256` is that of its content."""

    oid: str
    size: int
    sha256: str | None = None
    xet: str | None = None

    @property
    def blob(self) -> str:
        """The name of its content in blobs/."""
        return self.sha256 or self.oid


@dataclass(frozen=True)
class Commit:
    """All files at one moment, and what was there before."""

    oid: str
    parent: str | None
    number: int
    title: str
    description: str
    author: str
    files: Mapping[str, Entry]

    @property
    def seconds(self) -> int:
        """Its date. Nothing here reads a clock."""
        return _YEAR + self.number


class Store:
    """The contents of all repositories."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("blobs", "xorbs", "xet", "repos"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def repo(self, name: str) -> "Repo | None":
        """The repository of that name, if it is there."""
        folder = self.folder / "repos" / name
        return Repo(name, folder) if (folder / "refs.json").exists() else None

    def create(self, name: str, author: str, private: bool) -> "Repo":
        """A repository as the Hub makes it: with one commit that says which files are large."""
        made = Repo(name, self.folder / "repos" / name)
        (made.folder / "commits").mkdir(parents=True, exist_ok=True)
        _write(made.folder / "settings.json", {"private": private, "gated": False})
        _write(made.folder / "pulls.json", {})
        first = made.add(None, "initial commit", "", author, {".gitattributes": self.keep(ATTRIBUTES.encode())})
        made.point(MAIN, first.oid)
        return made

    def keep(self, data: bytes) -> Entry:
        """A small file."""
        entry = Entry(git_id("blob", data), len(data))
        _write_bytes(self.folder / "blobs" / entry.oid, data)
        return entry

    def keep_large(self, sha256: str, data: bytes) -> None:
        """The content of a large file. It will raise ValueError for another one's."""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"these are not the bytes of {sha256}")
        _write_bytes(self.folder / "blobs" / sha256, data)

    def keep_xorb(self, name: str, data: bytes) -> None:
        """What files may be made of."""
        _write_bytes(self.folder / "xorbs" / name, data)

    def keep_shard(self, shard: bytes) -> None:
        """The files that it lists, made of their xorbs. It will raise ValueError or OSError where that cannot be."""
        for file in files(shard):
            self.keep_large(file.sha256, content(file, self.xorb))
            _write(self.folder / "xet" / f"{file.name}.json", asdict(file))
            _write_bytes(self.folder / "xet" / file.sha256, file.name.encode())

    def large(self, sha256: str) -> Entry | None:
        """A large file, if its content was uploaded."""
        path, xet = self.folder / "blobs" / sha256, self.folder / "xet" / sha256
        if not path.exists():
            return None
        size = path.stat().st_size
        return Entry(git_id("blob", pointer(sha256, size)), size, sha256, xet.read_text() if xet.exists() else None)

    def blob(self, entry: Entry) -> bytes:
        """The content of a file."""
        return (self.folder / "blobs" / entry.blob).read_bytes()

    def xorb(self, name: str) -> bytes:
        """What was kept by that name. It will raise OSError if nothing was."""
        return (self.folder / "xorbs" / name).read_bytes()

    def xet(self, name: str) -> File | None:
        """What a file of that Xet hash is made of."""
        path = self.folder / "xet" / f"{name}.json"
        if not path.exists():
            return None
        said = json.loads(path.read_bytes())
        return File(said["name"], said["sha256"], tuple(Term(**term) for term in said["terms"]))


class Repo:
    """A repository: commits, and names for some of them."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder

    @property
    def settings(self) -> dict[str, Any]:
        """Who may see it."""
        said: dict[str, Any] = _read(self.folder / "settings.json")
        return said

    @property
    def refs(self) -> dict[str, str]:
        """Branches, tags and pull requests by their full name, sorted."""
        path = self.folder / "refs.json"
        return _read(path) if path.exists() else {}

    @property
    def pulls(self) -> dict[str, dict[str, str]]:
        """Pull requests by number: title, author, status."""
        said: dict[str, dict[str, str]] = _read(self.folder / "pulls.json")
        return said

    def change(self, **settings: Any) -> None:
        """Other settings."""
        _write(self.folder / "settings.json", self.settings | settings)

    def pull(self, number: int, **said: str) -> None:
        """Open a pull request, or say something else of it."""
        _write(self.folder / "pulls.json", self.pulls | {str(number): self.pulls.get(str(number), {}) | said})

    def point(self, ref: str, oid: str | None) -> None:
        """Let a name stand for a commit, or be gone."""
        kept = {name: at for name, at in self.refs.items() if name != ref}
        _write(self.folder / "refs.json", dict(sorted((kept | ({ref: oid} if oid else {})).items())))

    def commit(self, revision: str) -> Commit | None:
        """The commit that a branch, a tag, a full name or an id stands for."""
        refs = self.refs
        found = (refs[name] for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision) if name in refs)
        oid = next(found, revision)
        path = self.folder / "commits" / f"{oid}.json"
        if "/" in oid or not path.exists():
            return None
        said = _read(path)
        return Commit(**said | {"files": {name: Entry(**entry) for name, entry in said["files"].items()}})

    def history(self, commit: Commit) -> Iterator[Commit]:
        """It, and those before it."""
        before: Commit | None = commit
        while before:
            yield before
            before = self.commit(before.parent) if before.parent else None

    def add(
        self, parent: Commit | None, title: str, description: str, author: str, entries: Mapping[str, Entry]
    ) -> Commit:
        """A commit behind `parent`. Its id follows from what it says and from the parent's."""
        number = parent.number + 1 if parent else 0
        made = Commit(
            "", parent.oid if parent else None, number, title, description, author, dict(sorted(entries.items()))
        )
        made = replace(made, oid=git_id("commit", _json(asdict(made))))
        _write(self.folder / "commits" / f"{made.oid}.json", asdict(made))
        return made


def git_id(kind: str, data: bytes) -> str:
    """The id that git gives an object."""
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def pointer(sha256: str, size: int) -> bytes:
    """What git keeps in place of a large file."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


def _json(said: Any) -> bytes:
    return json.dumps(said, sort_keys=True, ensure_ascii=False).encode()


def _read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _write(path: Path, said: Any) -> None:
    _write_bytes(path, _json(said))


def _write_bytes(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{threading.get_ident()}.partial")
    partial.write_bytes(data)
    partial.replace(path)
