"""Corpora of which some texts may not be passed on, and a look for words in every byte of a folder."""

import contextlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance import schema
from claimstance.release.closed import standoff
from conftest import REPOSITORY, Good, copied, corpus
from damage import seal
from gating import released

ZSTD = b"\x28\xb5\x2f\xfd"  # how every compressed page begins


def closed(place: Path, script: Callable[[str], ModuleType], *texts: str) -> Good:
    """tests/whole with its build, in which these texts, files below corpus/, may not be passed on."""
    root = corpus(REPOSITORY / "tests" / "whole", place / "whole")
    for text in texts:
        close(root / "corpus" / text)
    with contextlib.redirect_stdout(io.StringIO()):
        script("build").main(["--corpus", str(root)])
    return Good(root, root / "build")


def close(path: Path) -> None:
    """Say in the front matter of a corpus file that its text may not be passed on."""
    text = re.sub(r"^redistributable:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(text.replace("---\n", "---\nredistributable: no\n", 1), encoding="utf-8")


def release(good: Good, place: Path) -> tuple[Good, list[str]]:
    """A release of a build, in a copy of its corpus, and the ids of what it withholds."""
    own = copied(good, place)
    schemas = schema.load(own.corpus / "schemas")
    ids = standoff.withhold(own.folder, schemas.of_build)
    seal(own.folder, own.corpus, schemas.of_build)
    released(own)
    return own, ids


def holding(folder: Path, words: Iterable[str]) -> set[tuple[str, str]]:
    """The files that hold one of the words, and which: in their bytes, their pages, and their decoded values."""
    wanted = {word: word.encode() for word in words}
    return {
        (path.relative_to(folder).as_posix(), word)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for data in _contents(path)
        for word, own in wanted.items()
        if own in data
    }


def _contents(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    if path.suffix == ".parquet":
        yield repr(pq.read_table(path, partitioning=None).to_pylist()).encode()
        yield from (_unpacked(data[found.start() :]) for found in re.finditer(re.escape(ZSTD), data))


def _unpacked(data: bytes) -> bytes:
    """What a page says; what follows it is no page, and ends the reading."""
    found = b""
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        try:
            while part := stream.read(4096):
                found += part
        except OSError:
            pass
    return found
