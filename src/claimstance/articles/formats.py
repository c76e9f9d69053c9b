"""Outside files to rows: every format that raw articles come in. An edge, together with `streams`, which opens them.

`rows` goes through a file, a folder or standard input and hands out one Row an article, or the ArticleError that says
why one was not taken; it never raises for what it reads, and goes on. Memory stays flat however long a file is.
"""

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec

from claimstance.articles import frontmatter
from claimstance.articles.columns import FIELDS, Columns, Row, row
from claimstance.articles.pages import page
from claimstance.articles.streams import ARTICLE_BYTES, DAMAGE, Begun, buffered, decoded, joined, opened, whole
from claimstance.articles.tabular import csv_rows, json_rows, parquet_rows
from claimstance.articles.warc import warc_rows
from claimstance.errors import ArticleError, UsageError, is_full

Taken = Iterator[Row | ArticleError]
Reader = Callable[[BinaryIO, str, Mapping[str, str]], Taken]

STDIN = Path("-")
_ARRAY = "Make it JSON Lines: jq -c '.[]' FILE > FILE.jsonl"


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """What "FIELD=COLUMN" says, for each. Raises UsageError."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        field = next((field for field, names in FIELDS.items() if name in (field, *names)), None)
        if not sign or not column or field is None:
            raise UsageError(f"{pair!r} is not FIELD=COLUMN. The fields are {', '.join(FIELDS)}.")
        if field in mapping:
            raise UsageError(f"{field} is mapped twice: to {mapping[field]} and to {column}.")
        mapping[field] = column
    return mapping


def rows(path: Path, mapping: Mapping[str, str]) -> Taken:
    """It will give every article in a file, in a folder (sorted), or in standard input ("-"), one at a time.

    `mapping`: field -> column, for rows whose columns have other names. Raises UsageError, at once.
    """
    unknown = sorted(set(mapping) - set(FIELDS))
    if unknown:
        raise UsageError(f"there is no field {unknown[0]!r}. The fields are {', '.join(FIELDS)}.")
    return _all(path, mapping)


def lines_between(path: Path, start: int, stop: int, begun: Begun) -> Taken:
    """It will give the articles in some lines of a JSON Lines file: those of the bytes from `start` to `stop`."""

    def reader(stream: BinaryIO, where: str, mapping: Mapping[str, str]) -> Taken:
        stream.seek(start)
        yield from json_rows(io.BytesIO(stream.read(stop - start)), where, mapping, begun)

    yield from _file(path, {}, reader)


def rows_between(path: Path, groups: range, before: int) -> Taken:
    """It will give the articles in some row groups of a Parquet file, `before` which there are so many rows."""
    yield from _file(path, {}, partial(parquet_rows, groups=groups, before=before))


def _all(path: Path, mapping: Mapping[str, str]) -> Taken:
    empty = True
    found = _stdin(mapping) if path == STDIN else _folder(path, mapping) if path.is_dir() else _file(path, mapping)
    for one in found:
        empty = False
        yield one
    if empty:
        yield ArticleError(str(path), "holds no article", "Did you mean another folder or file?")


def _folder(folder: Path, mapping: Mapping[str, str]) -> Taken:
    """Every file below a folder. A link may not lead out of it; hidden files are passed over."""
    try:
        home, paths = folder.resolve(), sorted(folder.iterdir())
    except OSError as error:
        yield ArticleError(str(folder), f"cannot be read ({error.strerror})", "")
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.is_symlink() and (path.is_dir() or not Path(os.path.realpath(path)).is_relative_to(home)):
            yield ArticleError(
                str(path), "is a link to a folder or out of it", "Give what it leads to by its own name."
            )
        elif path.is_dir():
            yield from _folder(path, mapping)
        else:
            yield from _file(path, mapping)


def _file(path: Path, mapping: Mapping[str, str], reader: Reader | None = None) -> Taken:
    """Every article in one file, by the end of its name, or by a reader of its own."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] in ([".gz"], [".zst"])
    kind = (suffixes[:-1] if packed else suffixes)[-1:]
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ArticleError(str(path), "is no file", "Give a file, a folder, or - for standard input.")
        if (reader := reader or _KINDS.get(kind[0] if kind else "")) is None:
            known = " ".join(sorted(_KINDS))
            raise ArticleError(str(path), "is of no known kind", f"Known: {known}; each also with .gz or .zst.")
        with opened(path) as stream:
            yield from reader(stream, str(path), mapping)
    except ArticleError as error:
        yield error
    except (FileNotFoundError, PermissionError) as error:
        yield ArticleError(str(path), f"cannot be read ({error.strerror})", "")
    except DAMAGE as error:
        if is_full(error):
            raise
        yield _damaged(str(path), error)


def _stdin(mapping: Mapping[str, str]) -> Taken:
    """Standard input: JSON Lines where it begins with {, a page where it begins with <, WARC, else a plain text."""
    where = "standard input"
    head = sys.stdin.buffer.read(2**16)
    stream = buffered(joined(head, sys.stdin.buffer))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    reader = json_rows if start == b"{" else _html if start == b"<" else _text
    try:
        yield from (warc_rows if head.startswith(b"WARC/") else reader)(stream, where, mapping)
    except ArticleError as error:
        yield error
    except DAMAGE as error:
        yield _damaged(where, error)


def _damaged(where: str, error: Exception) -> ArticleError:
    what = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return ArticleError(where, f"cannot be read to its end ({what})", "What came before was taken.")


def _text(stream: BinaryIO, where: str, mapping: Mapping[str, str]) -> Taken:
    text, encoding = decoded(whole(stream, where), where)
    yield row({"text": text}, where, encoding)


def _markdown(stream: BinaryIO, where: str, mapping: Mapping[str, str]) -> Taken:
    """A Markdown file; what the front matter says of known fields is taken, the rest of it is not text."""
    text, encoding = decoded(whole(stream, where), where)
    text = text.replace("\r\n", "\n")
    try:
        parts = frontmatter.split(text, where)
        said = frontmatter.parse(parts[0], where) if parts else {}
    except ArticleError:
        parts, said = None, {}  # a rule of hyphens above a text, or front matter of another kind: it stays text
    plan = Columns(mapping).plan(tuple(said))
    values = {field: said[column] or None for field, column in plan.items()}
    yield row({**values, "text": parts[1] if parts else text}, where, encoding)


def _html(stream: BinaryIO, where: str, mapping: Mapping[str, str]) -> Taken:
    yield page(whole(stream, where), where)


def _json(stream: BinaryIO, where: str, mapping: Mapping[str, str]) -> Taken:
    """A .json file: one object, or in truth JSON Lines."""
    head = stream.read(ARTICLE_BYTES + 1)
    if head.lstrip()[:1] == b"[":
        raise ArticleError(where, "a JSON array, which cannot be read row by row", _ARRAY)
    if len(head) <= ARTICLE_BYTES and not _is_object(head.split(b"\n", 1)[0]):
        text, _ = decoded(head, where)
        head = text.replace("\n", " ").replace("\r", " ").encode()
    yield from json_rows(buffered(joined(head, stream)), where, mapping)


def _is_object(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


_KINDS: dict[str, Reader] = {
    ".txt": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".json": _json,
    ".jsonl": json_rows,
    ".ndjson": json_rows,
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".parquet": parquet_rows,
    ".warc": warc_rows,
}
