"""Files for workers that see none of this machine's: to them and back through any store that fsspec opens (`s3://`).

What is sent is pickled; each path in it becomes one below a folder of the worker's own, and the files go to the store,
named by the digest of what is in them and by a number of chance: of two that bring the same (each shard has its tables
without a row) nobody reads what the other has half written. Of a range of articles only its own bytes go. On the way
back the same is done to the result: its paths, and the words that name one, are those of the machine that leads again.

A file that is not as its digest says is an error.
"""

import contextlib
import io
import pickle
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from claimstance.articles.ranges import Range
from claimstance.digests import of_file, remembered
from claimstance.errors import ClusterError

Files = list[tuple[str, str]]  # the path on the machine that leads, and the name in the store
Cut = tuple[int, int, int]  # of a file: where its bytes begin in it, where among those of the range, and how many
A_LINK = -1  # in place of a size


@dataclass
class Store:
    """A folder of a store. `known` are the names of files that are there, by digest."""

    url: str
    known: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        import fsspec

        system, root = fsspec.core.url_to_fs(self.url)
        return system, str(root).rstrip("/")

    def put(self, files: Sequence[tuple[Path, str]]) -> None:
        """It will bring files there, of which it is told the digests. Raises ClusterError."""
        new = {digest: str(path) for path, digest in files if digest not in self.known}
        if not new:
            return
        names = {digest: f"{digest}.{secrets.token_hex(8)}" for digest in new}
        with self._asking():
            system, root = self._opened
            system.makedirs(root, exist_ok=True)
            system.put(list(new.values()), [f"{root}/{name}" for name in names.values()])
        self.known |= names

    def brought(self, path: Path) -> str:
        """It will be the name there of a file, which is brought unless it is there. Raises ClusterError."""
        digest = of_file(path)
        self.put([(path, digest)])
        return self.known[digest]

    def get(self, files: Sequence[tuple[Path, str]]) -> None:
        """It will bring files here, by their names. Raises ClusterError where one is not what was put there."""
        if not files:
            return
        for path, _ in files:
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._asking():
            system, root = self._opened
            system.get([f"{root}/{name}" for _, name in files], [str(path) for path, _ in files])
        for path, name in files:
            if of_file(path) != _digest(name):
                raise ClusterError(plain(self.url), f"{name} is not what was put there", "Run it again.")
            self.known[_digest(name)] = name

    def clear(self) -> None:
        """It will remove all of it."""
        with contextlib.suppress(Exception):  # what is left is in nobody's way
            self._opened[0].rm(self._opened[1], recursive=True)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Say in our words what any store raises in its own."""
        try:
            yield
        except Exception as error:  # each store has its own, of many libraries
            why = plain(" ".join(str(error).split()) or type(error).__name__).rstrip(".")
            for login in re.findall(r"//([^/@\s]*@)", self.url):
                why = why.replace(login, "")
            then = "See that all machines may read and write there, and run it again: what is finished is kept."
            raise ClusterError(plain(self.url), why, then) from None


def _digest(name: str) -> str:
    """The digest of a file, from its name in the store."""
    return name.partition(".")[0]


def plain(said: str) -> str:
    """It will be what is said, without who may open an address."""
    return re.sub(r"//[^/@\s]*@", "//", said)


def begun(url: str) -> Store:
    """It will be a new folder of a store, for one build."""
    return Store(f"{url.rstrip('/')}/claimstance-{secrets.token_hex(8)}")


def sent(store: Store, what: object) -> bytes:
    """It will be `what`, with its files in the store. Raises ClusterError."""
    out = io.BytesIO()
    _Sender(out, store).dump(what)
    return out.getvalue()


def came(store: Store, said: tuple[bytes, Files]) -> Any:
    """It will be what a worker made, with its files where they belong. Raises ClusterError."""
    what, files = said
    store.get([(Path(path), name) for path, name in files])
    return _Reader(io.BytesIO(what)).load()


def done(url: str, below: Path, work: bytes, task: bytes) -> tuple[bytes, Files]:
    """It will do a task that was sent, in a folder of this machine, and send what it comes to. What `work` itself
    brought stays there for the next task, what belongs to the task goes.
    """
    store, home = Store(url), below / url.rpartition("/")[2]
    if not home.exists():
        for old in below.glob("claimstance-*"):  # of an earlier build
            shutil.rmtree(old, ignore_errors=True)
        home.mkdir()
    call = _received(store, home, work)
    before = {path for path in home.rglob("*") if not path.is_dir()}
    try:
        result = call(*_received(store, home, task))
        out = io.BytesIO()
        returner = _Returner(out, home)
        returner.dump(result)
        store.put([(Path(f"{home}{path}"), digest) for path, digest in returner.files.items()])
        return out.getvalue(), [(path, store.known[digest]) for path, digest in returner.files.items()]
    finally:
        for path in home.rglob("*"):
            if path not in before and not path.is_dir():
                path.unlink()


def _received(store: Store, home: Path, said: bytes) -> Any:
    """What was sent, with its files below `home`."""
    receiver = _Receiver(io.BytesIO(said), home)
    what = receiver.load()
    store.get(receiver.files)
    for name, cuts in receiver.cuts:
        with tempfile.TemporaryDirectory(dir=home) as place:
            blob = Path(place) / name
            store.get([(blob, name)])
            _lay_out(blob, cuts)
    return what


def _lay_out(blob: Path, cuts: Sequence[tuple[Path, Cut]]) -> None:
    """Write the files of a range, each with no more than the bytes of the range, at their place."""
    with blob.open("rb") as source:
        for path, (start, at, size) in cuts:
            path.parent.mkdir(parents=True, exist_ok=True)
            if size == A_LINK:
                path.symlink_to("elsewhere")  # where it leads does not matter: whoever reads it refuses it
                continue
            with path.open("wb") as file:
                source.seek(at)
                file.seek(start)  # what is before it stays empty, and takes no room
                file.write(source.read(size))


class _Sender(pickle.Pickler):
    def __init__(self, out: io.BytesIO, store: Store) -> None:
        super().__init__(out, protocol=5)
        self.store = store

    def persistent_id(self, one: Any) -> Any:
        """What stands for a path or a range, whose bytes are in the store from now on."""
        if isinstance(one, Range) and not (one.pooled and (one.is_parquet or one.stop is None)):
            return ("range", *self._cut(one))
        if not isinstance(one, Path):
            return None
        if one.is_dir():
            return "path", str(one), ""
        return "path", str(one), self.store.brought(one)

    def _cut(self, one: Range) -> tuple[list[str], tuple[Any, ...], str, list[Cut]]:
        """Its paths and its shape, the name of its bytes, and where those of each file are among them."""
        with tempfile.NamedTemporaryFile() as blob:
            cuts: list[Cut] = []
            for path in one.paths:
                if path.is_symlink():
                    cuts.append((0, 0, A_LINK))
                    continue
                with path.open("rb") as file:
                    file.seek(one.start)
                    at = blob.tell()
                    size = blob.write(file.read() if one.stop is None else file.read(one.stop - one.start))
                    cuts.append((one.start, at, size))
            blob.flush()
            name = self.store.brought(Path(blob.name))
        shape = tuple(getattr(one, each.name) for each in fields(one))[1:]
        return [str(path) for path in one.paths], shape, name, cuts


class _Returner(pickle.Pickler):
    def __init__(self, out: io.BytesIO, home: Path) -> None:
        super().__init__(out, protocol=5)
        self.home, self.files = str(home), dict[str, str]()

    def persistent_id(self, one: Any) -> Any:
        """What stands for a path, or for words with one in them, on the machine that leads."""
        if isinstance(one, str) and self.home in one:
            return "words", one.replace(self.home, "")
        if not isinstance(one, Path):
            return None
        for path in sorted(one.rglob("*")) if one.is_dir() else [one]:
            theirs = str(path).removeprefix(self.home)
            if path.is_file() and theirs not in self.files:
                self.files[theirs] = of_file(path)
        return "path", str(one).removeprefix(self.home)


class _Receiver(pickle.Unpickler):
    def __init__(self, said: io.BytesIO, home: Path) -> None:
        super().__init__(said)
        self.home = home
        self.files: list[tuple[Path, str]] = []
        self.cuts: list[tuple[str, list[tuple[Path, Cut]]]] = []

    def persistent_load(self, said: Any) -> Path | Range:
        """The path or the range here, whose files are yet to come."""
        return self._range(*said[1:]) if said[0] == "range" else self._path(*said[1:])

    def _path(self, theirs: str, name: str) -> Path:
        path = Path(f"{self.home}{theirs}")
        if not name:
            path.mkdir(parents=True, exist_ok=True)
        elif not (path.is_file() and remembered(path) == _digest(name)):
            self.files.append((path, name))
        return path

    def _range(self, theirs: Sequence[str], shape: tuple[Any, ...], name: str, cuts: Sequence[Cut]) -> Range:
        paths = tuple(Path(f"{self.home}{path}") for path in theirs)
        self.cuts.append((name, list(zip(paths, cuts, strict=True))))
        return Range(paths, *shape)


class _Reader(pickle.Unpickler):
    def persistent_load(self, said: Any) -> Path | str:
        """The path or the words that this stands for."""
        kind, what = said
        return Path(what) if kind == "path" else str(what)
