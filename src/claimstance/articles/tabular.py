"""Rows out of JSON Lines, CSV and Parquet, as streams. An edge: the only importer of pyarrow.parquet in this wing."""

import contextlib
import csv
import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO, cast

import msgspec

from claimstance.articles.columns import Columns, Row, row
from claimstance.articles.streams import ARTICLE_BYTES, CONVERT, DAMAGE, Begun, Lines
from claimstance.errors import ArticleError, is_full

Taken = Iterator[Row | ArticleError]

PARQUET_ROWS = 16  # rows decoded at once: 4 µs a row; 64 take 3 µs, and four times the memory where values are huge
SPOOLED_BYTES = 4 * 2**30  # a Parquet file inside an archive is unpacked to disk, since it is read from its end
BOMB_BYTES, BOMB_RATIO = 2**26, 200  # a column chunk that unpacks to this much at this ratio holds no prose (3 to 10)
# Each row may name the longest entry of a dictionary, so its size counts PARQUET_ROWS times; writers stop at 1 MB.
DICTIONARY_BYTES, DICTIONARY_PAGE = 2**24, 2
_ESCAPED = re.compile("[\udc80-\udcff]")
# Half of a surrogate pair, which scrapers leave where they cut a text; it becomes U+FFFD, as in any other text.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_STRINGS = msgspec.json.Decoder(list[str])
_STRING = msgspec.json.Decoder(str)


def json_rows(stream: BinaryIO, where: str, mapping: Mapping[str, str], begun: Begun | None = None) -> Taken:
    """JSON Lines: an object a line."""
    lines, columns = Lines(stream, where, begun), Columns(mapping)
    keys: tuple[str, ...] = ()
    for line in _undamaged(lines, where):
        if isinstance(line, ArticleError):
            yield line
            continue
        place = f"{where}:{lines.number}"
        try:
            said = _json_object(line, place, lines.encoding)
            keys = tuple(said)
            plan = columns.plan(keys)
            if wrong := columns.without_text(place, keys):
                raise wrong
            yield row({field: _json_value(said[key]) for field, key in plan.items()}, place, lines.encoding)
        except ArticleError as error:
            if line.strip():
                yield error
    if keys and (wrong := columns.absent(where, keys)):
        yield wrong


def _undamaged(lines: Lines, where: str) -> Iterator[str | ArticleError]:
    """The lines up to the place where the file is damaged, and what is wrong there."""
    try:
        yield from lines
    except DAMAGE as error:
        what = getattr(error, "strerror", None) or str(error) or type(error).__name__
        place = f"{where}:{lines.number + 1}"
        yield ArticleError(place, f"cannot be read from here on ({what})", "What came before was taken.")


def _json_object(line: str, place: str, encoding: str) -> dict[str, msgspec.Raw]:
    try:
        return _OBJECT.decode(line.encode())
    except UnicodeEncodeError:
        raise ArticleError(place, f"holds bytes that are not {encoding}", CONVERT) from None
    except msgspec.ValidationError:
        raise ArticleError(place, "is no JSON object", 'Write one object a line: {"text": "…", …}') from None
    except (msgspec.DecodeError, RecursionError) as error:
        whole = _ESCAPE.sub(lambda found: r"\ufffd" if found["lone"] else found[0], line)
        if whole != line:
            return _json_object(whole, place, encoding)
        raise ArticleError(place, f"is not JSON ({error})", "Mend the line.") from None


def _json_value(raw: msgspec.Raw) -> object:
    """A value, decoded where it is text or a list of texts; of all else only what it is, so that none can unfold."""
    view = memoryview(raw)
    first = view[:1].tobytes()
    if first == b'"':
        return _STRING.decode(raw)
    if first == b"[":
        try:
            return _STRINGS.decode(raw)
        except msgspec.ValidationError:
            return [None]  # some other list
    if first == b"{":
        return {}
    return msgspec.json.decode(raw) if len(view) < 30 else 0.0


def csv_rows(stream: BinaryIO, where: str, mapping: Mapping[str, str]) -> Taken:
    """CSV or TSV with a header; the delimiter is the one that the header has most of."""
    lines, columns = Lines(stream, where), Columns(mapping)
    problems: list[ArticleError] = []
    feed = _feed(_undamaged(lines, where), problems)
    first = next(feed, "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(chain([first], feed), delimiter=delimiter, strict=True)
    header: tuple[str, ...] | None = None
    while True:
        place = f"{where}:{lines.number + 1 if header else 1}"
        try:
            cells = _cells(reader)
        except csv.Error as error:
            yield ArticleError(place, f"is not CSV ({error})", "Double each quotation mark inside quoted text.")
            continue
        yield from problems
        problems.clear()
        if cells is None:
            return
        if header is None:
            header = tuple(cells)
            if wrong := _header_error(columns, header, where):
                yield wrong
                return
        elif cells:
            yield _csv_row(header, cells, columns.plan(header), place, lines.encoding)


def _cells(reader: Iterator[list[str]]) -> list[str] | None:
    """The next row. The limit is the whole process's, so it is put back: others count on theirs."""
    before = csv.field_size_limit(ARTICLE_BYTES)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(before)


def _feed(lines: Iterator[str | ArticleError], problems: list[ArticleError]) -> Iterator[str]:
    """The good lines; what is wrong with the others goes to `problems`."""
    for line in lines:
        if isinstance(line, ArticleError):
            problems.append(line)
        else:
            yield line


def _header_error(columns: Columns, header: tuple[str, ...], where: str) -> ArticleError | None:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        return ArticleError(where, f"has two columns {twice[0]}", "Rename one of them.")
    columns.plan(header)
    return columns.without_text(where, header) or columns.absent(where, header)


def _csv_row(
    header: tuple[str, ...], cells: list[str], plan: dict[str, str], place: str, encoding: str
) -> Row | ArticleError:
    try:
        if len(cells) != len(header):
            what = f"has {len(cells)} cells where the header has {len(header)}"
            raise ArticleError(place, what, "Quote a cell that holds the delimiter.")
        said = dict(zip(header, cells, strict=True))
        for cell in cells:
            if "\0" in cell:
                raise ArticleError(place, "holds NUL characters", "Take them out.")
            if not cell.isascii() and _ESCAPED.search(cell):
                raise ArticleError(place, f"holds bytes that are not {encoding}", CONVERT)
        return row({field: said[column] for field, column in plan.items()}, place, encoding)
    except ArticleError as error:
        return error


def parquet_rows(
    stream: BinaryIO, where: str, mapping: Mapping[str, str], groups: range | None = None, before: int = 0
) -> Taken:
    """Parquet, a few rows at a time, page by page; of all row groups, or of some, `before` which there are rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = Columns(mapping)
    try:
        with _seekable(stream, where) as file:
            names = tuple(pq.read_schema(file).names)
            if wrong := _header_error(columns, names, where):
                yield wrong
                return
            plan = columns.plan(names)
            _check_bomb(file, pq.read_metadata(file), set(plan.values()), where)
            table = pq.ParquetFile(file, pre_buffer=False, buffer_size=2**16)
            number, some = before, groups if groups is None else list(groups)
            for batch in table.iter_batches(PARQUET_ROWS, some, list(plan.values())):
                for index in range(batch.num_rows):
                    number += 1
                    yield _parquet_row(batch, index, plan, f"{where}, row {number}")
    except (pa.ArrowException, *DAMAGE) as error:
        if is_full(error):  # of where it is unpacked
            raise
        what = " ".join(str(error).split())[:200]
        yield ArticleError(where, f"cannot be read as Parquet ({what})", "Write it again.")


def row_groups(stream: BinaryIO) -> list[int]:
    """How many rows each row group has, of a Parquet file that can be read in parts: if something is wrong with it, it
    is to be read as a whole, and none are told.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = Columns({})
    try:
        names, metadata = tuple(pq.read_schema(stream).names), pq.read_metadata(stream)
        if _header_error(columns, names, ""):
            return []
        _check_bomb(stream, metadata, set(columns.plan(names).values()), "")
    except (pa.ArrowException, ArticleError, *DAMAGE):
        return []
    return [metadata.row_group(nth).num_rows for nth in range(metadata.num_row_groups)]


@contextlib.contextmanager
def _seekable(stream: BinaryIO, where: str) -> Iterator[BinaryIO]:
    """The stream itself where it is a file, else what it unpacks to, on disk."""
    if isinstance(getattr(stream, "raw", None), io.FileIO):
        yield stream
        return
    with tempfile.TemporaryFile() as file:
        for _ in range(0, SPOOLED_BYTES, 2**20):
            if not (part := stream.read(2**20)):
                break
            file.write(part)
        else:
            raise ArticleError(where, f"unpacks to more than {SPOOLED_BYTES:,} bytes", "Unpack it yourself.")
        yield cast(BinaryIO, file)


def _check_bomb(file: BinaryIO, metadata: Any, columns: set[str], where: str) -> None:
    """It will refuse a file that unpacks to what no prose unpacks to, by its own account and by its dictionaries."""
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(index)
            if (name := chunk.path_in_schema) not in columns:
                continue
            size = chunk.total_uncompressed_size
            if size > max(BOMB_BYTES, BOMB_RATIO * chunk.total_compressed_size):
                raise ArticleError(where, f"column {name} unpacks to {size:,} bytes", "That is no prose.")
            file.seek(chunk.dictionary_page_offset or chunk.data_page_offset)
            kind, size = _page(file.read(16))
            if kind == DICTIONARY_PAGE and size > DICTIONARY_BYTES:
                then = "Write it without dictionaries (use_dictionary=False)."
                raise ArticleError(where, f"column {name} has a dictionary of {size:,} bytes", then)


def _page(head: bytes) -> tuple[int, int]:
    """Kind and unpacked size in the header of a page: two zigzag varints, each after the byte of its field."""
    numbers, at = [], 0
    for _ in range(2):
        at += 1
        number = shift = 0
        for byte in head[at:]:
            number |= (byte & 127) << shift
            shift, at = shift + 7, at + 1
            if byte < 128:
                break
        numbers.append(number >> 1)
    return numbers[0], numbers[1]


def _parquet_row(batch: Any, index: int, plan: dict[str, str], place: str) -> Row | ArticleError:
    try:
        return row({field: _cell(batch.column(column), index) for field, column in plan.items()}, place, "utf-8")
    except ArticleError as error:
        return error
    except (ValueError, OverflowError) as error:
        what = " ".join(str(error).split())[:200]
        return ArticleError(place, f"holds a value that cannot be read ({what})", "Mend it.")


def _cell(column: Any, index: int) -> object:
    """One value; of nested ones but lists of texts only that they are such, so that none can unfold."""
    import pyarrow as pa

    kind = column.type
    texts = pa.types.is_list(kind) and (
        pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type)
    )
    return [None] if pa.types.is_nested(kind) and not texts else column[index].as_py()
