"""Pages out of WARC files: what is an article, how it is unpacked, and what a damaged or hostile file can do."""

import gzip
import io
import random
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimstance.articles.columns import Row
from claimstance.articles.formats import rows
from claimstance.articles.streams import ARTICLE_BYTES, buffered
from claimstance.articles.warc import warc_rows
from claimstance.errors import ArticleError
from crawling import answer, page, record
from test_read import written, zst

TEXT = "Boats may moor at the quay again, the harbour says."
GOOD = record(answer(page()))
LAST = record(answer(page("Last", "The last page of this crawl is here.")), "https://quay.example/last")


def told(path: Path) -> list[str]:
    """Each row as its number and the start of its text, each refusal as its place and reason."""
    return [
        f"{one.where} {one.text[:10]}" if isinstance(one, Row) else f"{one.where}: {one.what}" for one in rows(path, {})
    ]


def crawl(folder: Path, *records: bytes, name: str = "a.warc") -> list[str]:
    """What a file of these records gives, the folder left out."""
    return [line.replace(f"{folder}/", "") for line in told(written(folder / name, b"".join(records)))]


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x;note=1\r\n%b\r\n" % (len(part), part) for part in (data[:7], data[7:])) + b"0\r\n\r\n"


def brotli(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="brotli", asbytes=True))


def bare(data: bytes) -> bytes:
    pack = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return pack.compress(data) + pack.flush()


def test_a_page_is_a_row_with_what_the_crawl_and_the_page_say_of_it(tmp_path: Path) -> None:
    head = "<meta property='og:site_name' content='The Quay'><meta name='author' content='Ada Lund'>"
    head += "<meta name='date' content='2026-03-01'><link rel='canonical' href='https://other.example/'>"
    body = page().replace(b"</head>", head.encode() + b"</head>")
    path = written(tmp_path / "a.warc", record(answer(body)))

    (found,) = rows(path, {})

    assert found == Row(
        where=f"{path}:1",
        text=TEXT,
        title="The quay is open",
        url="https://quay.example/1",
        published="2026-03-01",
        publisher="The Quay",
        author="Ada Lund",
        language="en",
        licence=None,
        redistributable=None,
        event=None,
        article_id=None,
        retrieved="2026-03-04",
        encoding="utf-8",
    )


def test_what_is_no_article_is_passed_over_and_counted(tmp_path: Path) -> None:
    found = crawl(
        tmp_path,
        record(b"software: a crawler\r\n", kind="warcinfo", Content_Type="application/warc-fields"),
        record(b"GET /1 HTTP/1.1\r\n\r\n", kind="request", Content_Type="application/http; msgtype=request"),
        record(answer(page(), status="404 Not Found")),
        record(answer(b"", status="301 Moved", Location="https://quay.example/")),
        record(answer(b"\x89PNG\0", "image/png")),
        record(b"20260304 10.0.0.1", "dns:quay.example", Content_Type="text/dns"),
        record(answer(b""), kind="revisit"),
        record(b"Wrote 12 files.", "metadata://crawler/log", kind="resource", Content_Type="text/plain"),
        record(b"via: x", kind="metadata", Content_Type="application/warc-fields"),
        record(answer(b"User-agent: *\nDisallow:", "text/plain"), "https://quay.example/robots.txt"),
        record(answer(page()), "<https://quay.example/1>"),
        record(page(), kind="resource", Content_Type="text/html"),
        record(answer(b"A plain text.", "Text/Plain")),
    )

    assert found == ["a.warc:11 Boats may ", "a.warc:12 Boats may ", "a.warc:13 A plain te"]


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ({}, page()),
        ({"Transfer_Encoding": "chunked"}, chunked(page())),
        ({"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}, chunked(gzip.compress(page()))),
        ({"Content_Encoding": "br"}, brotli(page())),
        ({"Content_Encoding": "zstd"}, zst(page())),
        ({"Content_Encoding": "deflate"}, zlib.compress(page())),
        ({"Content_Encoding": "deflate"}, bare(page())),
        ({"Content_Encoding": "gzip, br"}, brotli(gzip.compress(page()))),
        ({"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}, page()),
        ({"Content_Encoding": "utf-8"}, page()),
    ],
    ids=["plain", "chunks", "gzip", "br", "zstd", "deflate", "deflate-bare", "two", "undone", "no-coding"],
)
def test_a_page_is_unpacked_as_its_server_packed_it_unless_the_crawler_did(
    tmp_path: Path, coding: dict[str, str], packed: bytes
) -> None:
    path = written(tmp_path / "a.warc", record(answer(packed, **coding)))

    texts = [one.text for one in rows(path, {}) if isinstance(one, Row)]

    assert texts == [TEXT]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.warc", lambda records: b"".join(records)),
        ("a.warc.gz", lambda records: b"".join(map(gzip.compress, records))),
        ("a.WARC.GZ", lambda records: gzip.compress(b"".join(records))),
        ("a.warc.zst", lambda records: b"".join(map(zst, records))),
    ],
)
def test_records_are_packed_one_by_one_or_together(
    tmp_path: Path, name: str, pack: Callable[[list[bytes]], bytes]
) -> None:
    found = crawl(tmp_path, pack([GOOD, LAST]), name=name)

    assert found == [f"{name}:1 Boats may ", f"{name}:2 The last p"]


def test_the_encoding_is_what_the_server_said_then_what_the_page_says(tmp_path: Path) -> None:
    russian = page("Мост", "Мэр заявил, что мост через реку будет закрыт.")
    wrong = russian.replace(b"<head>", b"<head><meta charset='windows-1252'>").decode().encode("koi8-r")
    unsaid = russian.replace(b"<head>", b"<head><meta charset='koi8-r'>").decode().encode("koi8-r")
    records = [record(answer(wrong, "text/html; charset=KOI8-R")), record(answer(unsaid, "text/html"))]
    records.append(record(answer("Мост закрыт.".encode("koi8-r"), 'text/plain; charset="koi8-r"')))

    found = crawl(tmp_path, *records)

    assert found == ["a.warc:1 Мэр заявил", "a.warc:2 Мэр заявил", "a.warc:3 Мост закры"]


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (record(answer(b"<html><body></body></html>")), "has no text"),
        (record(answer(page()), WARC_Truncated="length"), "was not kept whole"),
        (record(b"\0\1\2"), "is no answer of a server"),
        (record(answer(b"\0" * 99)), "holds NUL bytes, so it is no text"),
        (record(answer(b"x", X=70_000 * "a")), "a head of 65,536 bytes or more"),
        (record(answer(chunked(page())[:-5], Transfer_Encoding="chunked")), "ends before its last chunk"),
        (record(answer(b"\x1f\x8bno", Content_Encoding="gzip")), "cannot be unpacked as 'gzip'"),
        (record(answer(zlib.compress(page())[:-9], Content_Encoding="deflate")), "cannot be unpacked as 'deflate'"),
        (record(answer(b"?", Content_Encoding="lzw")), "cannot be unpacked as 'lzw'"),
        (record(answer(b"?", Content_Encoding="gzip,gzip,gzip")), "is packed more than 2 times"),
        (
            record(answer(gzip.compress(bytes(ARTICLE_BYTES + 1)), Content_Encoding="gzip")),
            f"more than {ARTICLE_BYTES:,} bytes in one article",
        ),
        (
            record(answer(zlib.compress(bytes(ARTICLE_BYTES + 1)), Content_Encoding="deflate")),
            f"more than {ARTICLE_BYTES:,} bytes in one article",
        ),
        (record(answer(bytes(ARTICLE_BYTES + 1))), f"more than {ARTICLE_BYTES:,} bytes in one article"),
    ],
    ids=range(13),
)
def test_a_record_that_cannot_be_taken_is_named_and_the_rest_goes_on(tmp_path: Path, bad: bytes, what: str) -> None:
    found = crawl(tmp_path, GOOD, bad, LAST)

    assert found == ["a.warc:1 Boats may ", f"a.warc:2: {what} (https://quay.example/1)", "a.warc:3 The last p"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (GOOD + LAST[:-40], "cannot be read to its end (it ends in the middle of a record)"),
        (GOOD + LAST[:50], "record 2 has no head of a WARC record, so none is found after it"),
        (GOOD + b"PK\3\4" + LAST, "record 2 has no head of a WARC record, so none is found after it"),
        (GOOD + record(b"", Content_Length="-1"), "record 2 has no head of a WARC record, so none is found after it"),
        (GOOD + record(b"", Content_Length=18 * "9"), "cannot be read to its end (it ends in the middle of a record)"),
        (GOOD + bytes(70_000), "a head of 65,536 bytes or more"),
        (GOOD + 70_000 * b"\n" + LAST, "a head of 65,536 bytes or more"),
    ],
    ids=["cut", "cut-head", "strange", "length", "long", "nul", "blank"],
)
def test_where_no_next_record_can_be_found_what_came_before_is_taken(tmp_path: Path, data: bytes, what: str) -> None:
    found = crawl(tmp_path, data)

    assert found == ["a.warc:1 Boats may ", f"a.warc: {what}"]


def test_an_archive_that_was_cut_off_says_so(tmp_path: Path) -> None:
    long = record(answer(random.Random(0).randbytes(2**20), "image/png"))  # noqa: S311

    found = crawl(tmp_path, *map(gzip.compress, (GOOD, long)), gzip.compress(LAST)[:-30], name="a.warc.gz")

    end = "Compressed file ended before the end-of-stream marker was reached"
    assert found == ["a.warc.gz:1 Boats may ", f"a.warc.gz: cannot be read to its end ({end})"]


WHOLE = GOOD + record(answer(chunked(gzip.compress(page())), Transfer_Encoding="chunked", Content_Encoding="gzip"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WHOLE) - 1), bad=st.binary(max_size=8), gone=st.integers(0, 40), packed=st.booleans())
def test_whatever_is_damaged_the_reader_says_it_and_does_not_fail(
    tmp_path: Path, at: int, bad: bytes, gone: int, packed: bool
) -> None:
    data = WHOLE[:at] + bad + WHOLE[at + gone :]
    packs = gzip.compress(WHOLE)
    at = at % len(packs)
    name = "a.warc.gz" if packed else "a.warc"
    path = written(tmp_path / name, packs[:at] + bad + packs[at + gone :] if packed else data)

    found = list(rows(path, {}))

    assert {type(one) for one in found} <= {Row, ArticleError}


@given(st.binary(max_size=400))
def test_any_bytes_behind_a_head_give_rows_errors_or_a_damaged_file(data: bytes) -> None:
    stream = io.BytesIO(b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\n" + data)

    try:
        found = list(warc_rows(stream, "a.warc", {}))
    except (EOFError, ArticleError):
        found = []

    assert {type(one) for one in found} <= {Row, ArticleError}


class Zeros(io.RawIOBase):
    """A head, zeros that nobody ever wrote, and an end."""

    def __init__(self, head: bytes, zeros: int, end: bytes) -> None:
        self._head, self._zeros, self._end = io.BytesIO(head), zeros, io.BytesIO(end)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._head.read(len(buffer))
        if not part and self._zeros:
            part = bytes(min(len(buffer), self._zeros))
            self._zeros -= len(part)
        part = part or self._end.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(("kind", "taken"), [("image/png", []), ("text/html", [ArticleError])])
def test_of_a_record_of_gigabytes_no_more_is_in_memory_than_of_an_article(kind: str, taken: list[type]) -> None:
    head = answer(b"", kind)
    first = record(b"", Content_Length=str(len(head) + 2**31)).removesuffix(b"\r\n\r\n") + head
    stream = buffered(Zeros(first, 2**31, b"\r\n\r\n" + LAST))

    found, peak = measured(stream)

    assert (found, peak < 3 * ARTICLE_BYTES) == ([*taken, Row], True)


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("br", brotli), ("zstd", zst), ("deflate", bare)]
)
def test_a_page_that_unfolds_to_more_is_given_up_where_an_article_ends(
    coding: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = record(answer(pack(bytes(8 * ARTICLE_BYTES)), Content_Encoding=coding))

    found, peak = measured(io.BytesIO(bomb + LAST))

    assert (found, peak < 3 * ARTICLE_BYTES) == ([ArticleError, Row], True)


def measured(stream: BinaryIO) -> tuple[list[type], int]:
    """What kinds of things a file gives, and how many bytes of memory Python had for that at once."""
    list(warc_rows(io.BytesIO(GOOD), "a.warc", {}))  # imports what is imported late
    tracemalloc.start()
    try:
        return [type(one) for one in warc_rows(stream, "a.warc", {})], tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
