"""A corpus as ranges of articles: each can be read by itself, by whatever process, and together they are all of it.

1. corpus/articles/ by id, `size` files a range
2. corpus/pool/ file by file: JSON Lines in UTF-8 are cut at line ends, after `size` lines or RANGE_BYTES, Parquet
   between row groups; any other file (packed, CSV, UTF-16, WARC) is one range, because nobody can begin in its middle

Where a range ends changes no byte of a build, only how much is in memory and who works on it. An edge, as `streams` is.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from claimstance import digests
from claimstance.articles.pool import SILENT, TERMS, Terms, terms, unknown
from claimstance.articles.streams import ARTICLE_BYTES, HEAD_BYTES, encoding_of_rows
from claimstance.articles.tabular import row_groups
from claimstance.errors import ArticleError, InputError, SchemaError
from claimstance.folders import is_hidden
from claimstance.table import batched

PACKED_BYTES = 1000  # of a packed article of 3.4 kB
BUFFER = 2**20  # bytes that are read at once while a file is cut; with Python's 8 kB it takes twice as long
RANGE_BYTES = 2**24  # of JSON Lines; 2,000 articles of 3.4 kB are 7 MB

_ROWS = re.compile(r"[^.].*\.(?:jsonl|ndjson|csv|tsv|parquet|warc)(?:\.gz|\.zst)?", re.IGNORECASE)
_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Range:
    """Files of one article each, or, where they are `pooled`, the rows of one file: all, or the bytes from `start` to
    `stop`, of which the first is line `line`; of Parquet these are row groups, and `line` is a row.

    `articles` is how many there are, null where only reading tells; `terms` is what was said of the whole file.
    """

    paths: tuple[Path, ...]
    articles: int | None = None
    pooled: bool = False
    start: int = 0
    stop: int | None = None
    line: int = 1
    terms: Terms = SILENT

    def __str__(self) -> str:
        """The range as a message names it."""
        first, last = self.paths[0], self.paths[-1]
        if self.stop is not None:
            what = "rows" if self.is_parquet else "lines"
            return f"{first}, {what} {self.line} to {self.line + (self.articles or 1) - 1}"
        return str(first) if first == last else f"{first} to {last.name}, by id"

    @property
    def is_parquet(self) -> bool:
        """Whether its parts are row groups."""
        return self.paths[0].suffix.lower() == ".parquet"

    @property
    def is_warc(self) -> bool:
        """Whether it is a file whose rows never say their licence."""
        return self.paths[0].name.lower().removesuffix(".gz").removesuffix(".zst").endswith(".warc")


def planned(root: Path, size: int) -> tuple[list[Range], list[InputError]]:
    """It will cut a corpus into ranges of at most about `size` articles, in the order in which they are read, and say
    what is among them that cannot be read, or has the name of another.
    """
    problems: list[InputError] = list(_strangers(root / "corpus" / "articles"))
    ranges = [
        Range(tuple(paths), len(paths)) for paths in batched(_files(root / "corpus" / "articles", problems), size)
    ]
    return ranges + list(_pool(root / "corpus" / "pool", size, problems)), problems


class Expected:
    """How many articles ranges have, as far as can be seen from outside: of packed files by their bytes, and by those
    that an article took where some were read.
    """

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._told = [one.articles for one in ranges]
        self._bytes = {nth: _bytes(one) for nth, one in enumerate(ranges) if one.articles is None}
        self._known, self._left = sum(one.articles or 0 for one in ranges), sum(self._bytes.values())
        self._read = self._came = 0
        self.estimated = bool(self._bytes)

    @property
    def articles(self) -> int:
        """How many there are, about so many where that is `estimated`."""
        each = self._read / self._came if self._read and self._came else PACKED_BYTES
        return self._known + self._came + int(self._left / each)

    def came(self, nth: int, articles: int) -> None:
        """Hear how many articles one of the ranges had."""
        if (told := self._told[nth]) is not None:
            self._known += articles - told
        elif size := self._bytes.pop(nth, 0):
            self._left, self._read, self._came = self._left - size, self._read + size, self._came + articles


def digest(one: Range) -> str:
    """It will be the SHA-256 of what the range is and of its bytes (of Parquet: of the whole file). Raises OSError."""
    found = hashlib.sha256(repr(one).encode())
    if one.is_parquet:
        found.update(digests.remembered(one.paths[0]).encode())
        return found.hexdigest()
    for path in one.paths:
        with path.open("rb") as file:
            left = (path.stat().st_size if one.stop is None else one.stop) - file.seek(one.start)
            found.update(left.to_bytes(8))
            while left > 0 and (part := file.read(min(left, 2**20))):
                found.update(part)
                left -= len(part)
    return found.hexdigest()


def stamp(one: Range) -> list[tuple[int, int, int]]:
    """It will change when somebody writes to a file of the range. Raises OSError."""
    return [digests.stamp(path) for path in one.paths]


def a_link(path: Path) -> ArticleError:
    """What to say of a link."""
    return ArticleError(str(path), "is a link, which may lead anywhere", "Put the file itself there.")


def _files(folder: Path, problems: list[InputError]) -> Iterator[Path]:
    """The files of one article each, by id; of two with one id the first."""
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.md"), key=lambda path: (path.stem, path)):
        if path.name.startswith("."):
            continue
        if path.stem in seen:
            what = f"the id is taken by {seen[path.stem]}"
            problems.append(ArticleError(str(path), what, "Rename one of the two files."))
            continue
        seen[path.stem] = path
        yield path


def _pool(folder: Path, size: int, problems: list[InputError]) -> Iterator[Range]:
    """The ranges of the files of rows, each with what is said of its file."""
    try:
        said = terms(folder)
    except SchemaError as error:
        problems.append(error)
        return
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if _ROWS.fullmatch(path.name):
            own = said.pop(path, SILENT)
            if path.is_symlink():
                problems.append(a_link(path))
            else:
                yield from (replace(one, terms=own) for one in _cut(path, size))
        elif path != folder / TERMS and path.suffix != ".md" and not is_hidden(path, folder):
            then = "Make it JSON Lines, CSV, Parquet or WARC, or move it elsewhere."
            problems.append(ArticleError(str(path), "is of no kind that a pool has", then))
    problems.extend(unknown(folder, path) for path in said)


def _strangers(folder: Path) -> Iterator[ArticleError]:
    """Files among the articles that would be passed over."""
    for path in sorted(folder.rglob("*")):
        if path.suffix != ".md" and path.is_file() and not is_hidden(path, folder):
            yield ArticleError(str(path), "no .md file", "Add it with scripts/add_articles.py, or move it elsewhere.")


def _cut(path: Path, size: int) -> Sequence[Range]:
    """The ranges of a file of rows; one, without an end, where it cannot be cut. What is wrong, its reader says."""
    whole = [Range((path,), pooled=True)]
    if path.suffix.lower() == ".parquet":
        return list(_groups(path, size)) or whole
    if path.suffix.lower() not in _LINES:
        return whole
    ranges, filled = [], False
    start = at = count = 0
    line = number = 1
    try:
        with path.open("rb", buffering=BUFFER) as file:
            if encoding_of_rows(file.read(HEAD_BYTES), str(path)) != "utf-8":
                return whole
            file.seek(0)
            while said := file.readline(ARTICLE_BYTES):
                if len(said) == ARTICLE_BYTES and not said.endswith(b"\n"):
                    return whole
                filled = filled or bool(said.decode(errors="replace").strip())
                at, count = at + len(said), count + 1
                number += 1
                if b"\r" in said:  # alone it ends a line too; to count in every line takes as long as to read them
                    number += said.count(b"\r") - said.endswith(b"\r\n")
                if count == size or at - start >= RANGE_BYTES:
                    ranges.append(Range((path,), number - line, True, start, at, line))
                    start, line, count = at, number, 0
    except (OSError, ArticleError):
        return whole
    if count:
        ranges.append(Range((path,), number - line, True, start, at, line))
    if len(ranges) > 1 and filled:
        return ranges
    return [Range((path,), number - 1, pooled=True)]


def _groups(path: Path, size: int) -> Iterator[Range]:
    """Row groups of a Parquet file, `size` rows or more together; none where it is to be read as a whole."""
    try:
        with path.open("rb") as file:
            counts = row_groups(file)
    except OSError:
        return
    first, line, rows = 0, 1, 0
    for nth, count in enumerate(counts, 1):
        rows += count
        if rows and (rows >= size or nth == len(counts)):
            yield Range((path,), rows, True, first, nth, line)
            first, line, rows = nth, line + rows, 0


def _bytes(one: Range) -> int:
    with contextlib.suppress(OSError):
        return one.paths[0].stat().st_size
    return 0
