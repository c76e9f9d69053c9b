"""Texts that somebody brings along to restore a release with: files, or lines of JSON. An edge, like `read`.

They go the way of a corpus file: front matter off, NFC, LF. Ids are looked up among what is there, so no id of a
release leads anywhere else.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from claimstance.articles import frontmatter
from claimstance.articles.normalise import normalise, one_line
from claimstance.articles.streams import ARTICLE_BYTES
from claimstance.errors import ArticleError, InputError, UsageError
from claimstance.folders import is_hidden

_SUFFIXES = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class Given:
    """A text as it would be in a corpus; `title` is the one beside it, null where there is none."""

    where: str
    text: str
    title: str | None


class _Line(msgspec.Struct):
    text: str
    article_id: str | None = None
    source_id: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Where the text of each id is: in a file, or in a file at a place and a line. Texts are read when asked for."""

    places: Mapping[str, tuple[tuple[Path, int, int], ...]] = field(default_factory=dict)

    def of(self, one: str) -> list[Given]:
        """It will give what stands there for an id: with and without what may be front matter; empty where nothing is.

        Raises ArticleError for what cannot be read.
        """
        return [text for path, start, line in self.places.get(one, ()) for text in _read(path, start, line)]

    def all(self) -> Iterator[tuple[str, Given]]:
        """It will give every text that can be read, by its name, in order of names."""
        for one in sorted(self.places):
            with contextlib.suppress(ArticleError):
                yield from ((one, text) for text in self.of(one))


def texts(place: Path) -> Texts:
    """It will look where texts are: in a folder of <id>.md and <id>.txt, or in a file of lines
    {"article_id": …, "text": …}, where `source_id` may stand for `article_id`, and `title` beside it.

    Raises UsageError where neither is there, BadInput or ArticleError for lines that are none of these.
    """
    found: dict[str, list[tuple[Path, int, int]]] = {}
    if place.is_dir():
        for path in sorted(place.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file() and not is_hidden(path, place):
                found.setdefault(path.stem, []).append((path, -1, 0))
    elif place.is_file():
        for one, start, line in _lines(place):
            found.setdefault(one, []).append((place, start, line))
    else:
        raise UsageError(
            f"{place}: no such folder or file. Texts are <article_id>.md or .txt in a folder, or JSON Lines."
        )
    return Texts({one: tuple(places) for one, places in found.items()})


def _lines(path: Path) -> Iterator[tuple[str, int, int]]:
    """The id of each line, and where the line begins."""
    with path.open("rb") as file:
        start, number = 0, 0
        while data := file.readline(ARTICLE_BYTES + 1):
            number += 1
            if data.strip():
                said = _line(data, f"{path}:{number}")
                one = said.article_id or said.source_id
                if not one:
                    raise ArticleError(f"{path}:{number}", "no article_id", "Say which article's text it is.")
                yield one, start, number
            start = file.tell()


def _line(data: bytes, where: str) -> _Line:
    if len(data) > ARTICLE_BYTES:
        raise ArticleError(where, f"a line of more than {ARTICLE_BYTES:,} bytes", "A line holds one text.")
    try:
        return msgspec.json.decode(data, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = f"no text of an article ({' '.join(str(error).split())})"
        raise ArticleError(where, what, 'A line is {"article_id": "…", "text": "…"}.') from None


def _read(path: Path, start: int, number: int) -> list[Given]:
    """What stands in a file, or in a line of it."""
    with path.open("rb") as file:
        file.seek(max(0, start))
        data = file.readline(ARTICLE_BYTES + 1) if number else file.read(ARTICLE_BYTES + 1)
    if number:
        said = _line(data, f"{path}:{number}")
        return [Given(f"{path}:{number}", normalise(said.text), one_line(said.title) or None if said.title else None)]
    where = str(path)
    if len(data) > ARTICLE_BYTES:
        raise ArticleError(where, f"more than {ARTICLE_BYTES:,} bytes", "A file holds one text.")
    try:
        content = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ArticleError(where, "not UTF-8", "Save it as UTF-8.") from None
    return [*_with_front_matter(content, where), Given(where, normalise(content), None)]


def _with_front_matter(content: str, where: str) -> Iterator[Given]:
    """The text below the front matter, where the file looks as if it had one."""
    try:
        parts = frontmatter.split(content, where)
        said = frontmatter.parse(parts[0], where) if parts else {}
    except InputError:
        return
    if parts:
        yield Given(where, normalise(parts[1]), one_line(said.get("title", "")) or None)
