"""WARC to rows: the pages that a crawl kept, one record at a time. `formats` opens the files.

1. a record is some lines, an empty one, and as many bytes as the lines say; what is not read of them is passed over
2. an article is a `response` with status 200, or a `resource`, from the web (http, https), whose type is one of PAGES
   and which is no robots.txt; all else is none: requests, redirects, pictures, pages that had not changed since they
   were kept before, what the crawler tells of itself
3. what the server sent is put together (chunks), unpacked (gzip, deflate, br, zstd), and read as a saved page is

One record is in memory at a time, and of that no more than ARTICLE_BYTES, packed and unpacked. A record that cannot be
taken is an error and the next one follows; where it cannot be told where the next one begins, the file ends.
"""

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from claimstance.articles.columns import VALUE_CHARS, Row, row
from claimstance.articles.metadata import ADDRESS
from claimstance.articles.normalise import one_line
from claimstance.articles.pages import declared, page
from claimstance.articles.streams import ARTICLE_BYTES, HEAD_BYTES, buffered, decoded, whole
from claimstance.errors import ArticleError

PAGES = ("text/html", "application/xhtml+xml", "text/plain")
CODINGS = 2  # one over the other; a server sends one
_CODECS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "zstd": "zstd"}
_LEAVE = "The rest goes on. In a pool, leave it out by its number, see corpus/README.md."
_VERSION = re.compile(r"WARC/\d+\.\d+")
_STATUS = re.compile(r"HTTP/\d(?:\.\d)?\s+(\d{3})(?!\d)")
_ON_THE_WEB = re.compile(r"https?://(?!.*/robots\.txt$)", re.IGNORECASE)
_LENGTH = re.compile(r"\d{1,18}")
_DAY = re.compile(r"\d{4}(?:-\d{2}){0,2}(?=T|$)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,20})", re.IGNORECASE)
_CHUNK = re.compile(rb"(?:\r?\n)?([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")

Fields = Mapping[str, str]  # by name in small letters


def warc_rows(stream: BinaryIO, where: str, mapping: Mapping[str, str]) -> Iterator[Row | ArticleError]:
    """It will give every article of a WARC file. Raises OSError or EOFError where the file is cut off or damaged."""
    number = 0
    while lines := _head(stream, where):
        number += 1
        fields = _fields(lines[1:])
        length = fields.get("content-length", "")
        if not _VERSION.fullmatch(lines[0]) or not _LENGTH.fullmatch(length):
            what = f"record {number:,} has no head of a WARC record, so none is found after it"
            raise ArticleError(where, what, "What came before was taken.")
        block = buffered(_Block(stream, int(length)))
        if found := _taken(fields, block, f"{where}:{number}"):
            yield found
        while block.read(HEAD_BYTES):
            pass


class _Block(io.RawIOBase):
    """As many bytes of a stream as a record says that it has."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream, self._left = stream, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._stream.read(min(len(buffer), self._left))
        if self._left and not part:
            raise EOFError("it ends in the middle of a record")
        buffer[: len(part)] = part
        self._left -= len(part)
        return len(part)


def _head(stream: BinaryIO, where: str) -> list[str]:
    """The lines up to an empty one, or to the end; empty ones before the first are passed over. Raises ArticleError."""
    lines: list[str] = []
    left = HEAD_BYTES
    while line := stream.readline(left):
        left -= len(line)
        if not left:
            raise ArticleError(where, f"a head of {HEAD_BYTES:,} bytes or more", "What came before was taken.")
        if text := line.decode(errors="replace").rstrip():
            lines.append(text)
        elif lines:
            break
    return lines


def _fields(lines: list[str]) -> Fields:
    """What "name: value" says, for each line; the first of a name counts. Folded lines are in no field that we read."""
    said: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        said.setdefault(name.lower(), value.strip())
    return said


def _taken(fields: Fields, block: BinaryIO, where: str) -> Row | ArticleError | None:
    """The article that a record is, why it cannot be taken, or null where it is none."""
    url = fields.get("warc-target-uri", "").strip("<>")
    try:
        return _article(fields, block, url, where) if _ON_THE_WEB.match(url) else None
    except ArticleError as error:
        return ArticleError(where, f"{error.what} ({one_line(url[:200])})", _LEAVE)


def _article(fields: Fields, block: BinaryIO, url: str, where: str) -> Row | None:
    sent = fields
    kind = fields.get("warc-type", "").lower()
    if kind == "response" and fields.get("content-type", "").lower().startswith("application/http"):
        lines = _head(block, where)
        if not (status := _STATUS.match(lines[0] if lines else "")):
            raise ArticleError(where, "is no answer of a server")
        if status[1] != "200":
            return None
        sent = _fields(lines[1:])
    elif kind != "resource":
        return None
    said = sent.get("content-type", "")
    media, charset = said.partition(";")[0].strip().lower(), _CHARSET.search(said)
    if media not in PAGES:
        return None
    if "warc-truncated" in fields or "warc-segment-number" in fields:
        raise ArticleError(where, "was not kept whole")
    data = whole(block, where) if sent is fields else _unpacked(whole(block, where), sent, where)
    day = _DAY.match(fields.get("warc-date", ""))
    known = {
        "url": url if ADDRESS.fullmatch(url) and len(url) <= VALUE_CHARS else None,
        "retrieved": day[0] if day else None,
    }
    if media != "text/plain":
        return page(data, where, charset[1] if charset else "", known)
    text, encoding = decoded(data, where, declared(charset[1]) if charset else None)
    return row({"text": text, **known}, where, encoding)


def _unpacked(data: bytes, sent: Fields, where: str) -> bytes:
    """The page that a server sent in pieces, packed. Crawlers that undo this themselves keep the lines that tell of it,
    so what is none of it is taken as it is, if it looks like a page. Raises ArticleError.
    """
    if sent.get("transfer-encoding", "").lower().endswith("chunked"):
        data = _together(data, where)
    codings = [coding.strip() for coding in sent.get("content-encoding", "identity").lower().split(",")]
    if len(codings) > CODINGS:
        raise ArticleError(where, f"is packed more than {CODINGS} times")
    for coding in reversed(codings):
        try:
            data = data if coding in ("", "identity") else _inflated(data, coding)
        except (OSError, EOFError, zlib.error, KeyError):
            if data.lstrip()[:1] != b"<":
                raise ArticleError(where, f"cannot be unpacked as {coding[:20]!r}") from None
        if len(data) > ARTICLE_BYTES:
            raise ArticleError(where, f"more than {ARTICLE_BYTES:,} bytes in one article")
    return data


def _together(data: bytes, where: str) -> bytes:
    """The chunks of a body, joined; the body itself where it does not begin with one. Raises ArticleError."""
    parts: list[bytes] = []
    at = 0
    while found := _CHUNK.match(data, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts)
        at = found.end() + size
        parts.append(data[found.end() : at])
    if parts:
        raise ArticleError(where, "ends before its last chunk")
    return data


def _inflated(data: bytes, coding: str) -> bytes:
    """What was packed, or ARTICLE_BYTES of it and one more. Raises OSError, EOFError, zlib.error, KeyError."""
    if coding == "deflate":  # with the head that the standard wants, or without, as some servers send it
        whole_head = len(data) > 1 and data[0] & 15 == 8 and not int.from_bytes(data[:2]) % 31
        unpack = zlib.decompressobj(zlib.MAX_WBITS if whole_head else -zlib.MAX_WBITS)
        found = unpack.decompress(data, ARTICLE_BYTES + 1)
        if not unpack.eof and len(found) <= ARTICLE_BYTES:
            raise EOFError
        return found
    import pyarrow as pa

    with pa.CompressedInputStream(pa.BufferReader(data), _CODECS[coding]) as stream:
        return bytes(stream.read(ARTICLE_BYTES + 1))
