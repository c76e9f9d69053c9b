"""Bytes from outside to characters. An edge: files, archives and standard input are opened here and nowhere else.

1. open the file, unpack gzip or zstd as a stream
2. look at the first HEAD_BYTES: is it text, and in which encoding?
3. hand it on whole (one article) or line by line (rows); both are bounded, so neither an archive that unpacks to
   terabytes nor a line without an end fills the memory
"""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from claimstance.errors import ArticleError

ARTICLE_BYTES = 16 * 2**20  # one article in its file or line; 999,999 code points escaped as JSON take at most 12 MB
SKIPPED_BYTES = 64 * ARTICLE_BYTES  # how much of a line that is too long is passed over before the file is given up
HEAD_BYTES = 2**16  # what the encoding is told from; more costs seconds and changes nothing
COHERENCE_MIN, CHAOS_MAX = 0.1, 0.05  # swept over 18 languages in 26 encodings: no wrong reading is left
NUL_ONE_IN = 20  # UTF-16 without its mark has one in two, pictures and programs one in ten
DAMAGE = (OSError, EOFError, zlib.error)
CONVERT = "Convert it to UTF-8 (iconv -f ITS_ENCODING -t UTF-8), then add it again."

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SIGN_IN_WORD = re.compile(r"[^\W\d_][\x80-©«-´¶¸¹»-¿×÷][^\W\d_]|[a-zß-ÿ][À-ÞĽĄŁŚŠŻŽ]")
_ALPHABETS = (  # what each language adds to a-z: fr de es pt it sv da nl pl cs sk hu ro tr ru uk
    *("àâæçèéêëîïôœùûüÿ", "äöüß", "áéíñóúüªº", "áâãàçéêíóôõúªº", "àèéìíîòóùú", "åäöé", "åæøé", "áéíóúèëïöü"),
    *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "âçğıi̇îöşûü"),
    *("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
)
_UTF8_PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")


def opened(path: Path) -> BinaryIO:
    """It will open a file for reading, unpacked where its name ends in .gz or .zst. Raises OSError."""
    if path.suffix.lower() == ".zst":
        import pyarrow as pa

        return buffered(pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
    if path.suffix.lower() == ".gz":
        return buffered(gzip.open(path))
    return path.open("rb")


def buffered(stream: Any) -> BinaryIO:
    """Any stream of bytes with the reads of a file."""
    return cast(BinaryIO, io.BufferedReader(stream, HEAD_BYTES))


def whole(stream: BinaryIO, where: str) -> bytes:
    """All bytes of one article. Raises ArticleError where there are more than ARTICLE_BYTES."""
    data = stream.read(ARTICLE_BYTES + 1)
    if len(data) > ARTICLE_BYTES:
        raise ArticleError(where, f"more than {ARTICLE_BYTES:,} bytes in one article", "Cut it into articles.")
    return data


def decoded(data: bytes, where: str, declared: str | None = None) -> tuple[str, str]:
    """The text of one article and the name of its encoding. `declared` is what the article itself says.

    Raises ArticleError.
    """
    encoding = _encoding(data, where, declared)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise ArticleError(where, f"not {encoding} throughout", CONVERT) from None
    if "\0" in text:
        raise ArticleError(where, "holds NUL characters, so it is no text", "Give the text of the article.")
    return text, encoding


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a file of rows that is read from its middle: its encoding, and the line that comes first."""

    encoding: str
    line: int


class Lines:
    """The lines of a stream, decoded, numbered from 1, each with its line break.

    `number` is that of the line handed out last. A byte that the encoding does not have comes as a lone surrogate, so
    that only its row is bad. A line that is too long comes as an ArticleError; the lines after it follow. Where a
    stream is no file from its beginning, `begun` says what its head cannot.
    """

    def __init__(self, stream: BinaryIO, where: str, begun: Begun | None = None) -> None:
        head = stream.read(HEAD_BYTES)
        self.encoding = begun.encoding if begun else encoding_of_rows(head, where)
        self.number, self._where = begun.line - 1 if begun else 0, where
        # UTF-16 has no bytes to escape; there a lone surrogate becomes U+FFFD at once.
        errors = "replace" if self.encoding == "utf-16" else "surrogateescape"
        self._text = io.TextIOWrapper(buffered(joined(head, stream)), self.encoding, errors=errors, newline="")

    def __iter__(self) -> Iterator[str | ArticleError]:
        """Every line, or what is wrong with it. Raises one of DAMAGE where the file is cut off or damaged."""
        while line := self._text.readline(ARTICLE_BYTES):
            self.number += 1
            if len(line) < ARTICLE_BYTES or line.endswith(("\n", "\r")):
                yield line
                continue
            self._skip()
            yield ArticleError(
                f"{self._where}:{self.number}", f"a line of more than {ARTICLE_BYTES:,} characters", "Cut it."
            )

    def _skip(self) -> None:
        for _ in range(0, SKIPPED_BYTES, HEAD_BYTES):
            if not (part := self._text.readline(HEAD_BYTES)) or part.endswith(("\n", "\r")):
                return
        raise OSError("a line without an end")


def joined(head: bytes, rest: BinaryIO) -> io.RawIOBase:
    """The bytes that were read already, then the rest of their stream."""
    return _Joined(head, rest)


class _Joined(io.RawIOBase):
    """The head that was looked at, then the rest of its stream."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


def encoding_of_rows(head: bytes, where: str) -> str:
    """The encoding of a file of rows, by its first HEAD_BYTES. Raises ArticleError."""
    return _encoding(head, where, None, rows=True)


def _encoding(data: bytes, where: str, declared: str | None, *, rows: bool = False) -> str:
    """The encoding of `data`, which may be cut off in the middle of a character. Raises ArticleError.

    Among rows of which some are UTF-8, or none can be told, those that are not UTF-8 are single bad rows.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if data.count(0, 0, HEAD_BYTES) * NUL_ONE_IN > min(
        len(data), HEAD_BYTES
    ):  # one in a thousand rows is its row's fault
        raise ArticleError(where, "holds NUL bytes, so it is no text", "Give the text; UTF-16 needs its mark (BOM).")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
        return "utf-8"
    except UnicodeDecodeError as error:
        first = error.start
    if rows and any(_is_utf8(line) for line in data.split(b"\n") if not line.isascii()):
        return "utf-8"
    guess = declared or _detected(_lines_from(data, first))
    if guess is None and not rows:
        raise ArticleError(where, "not UTF-8, and its encoding cannot be told", CONVERT)
    return guess or "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines_from(data: bytes, first: int) -> bytes:
    """At most HEAD_BYTES from the line of byte `first` on; cut between lines, since a cut character misleads."""
    start = data.rfind(b"\n", max(0, first - HEAD_BYTES), first) + 1
    end = start + HEAD_BYTES
    return data[start:end] if end >= len(data) else data[start : data.rfind(b"\n", first, end) + 1 or end]


def _detected(sample: bytes) -> str | None:
    """The encoding of `sample`, where one reading is better than all others; null where that would be a guess."""
    from charset_normalizer import from_bytes

    if len(_UTF8_PAIR.findall(sample)) > len(re.findall(rb"[\x80-\xff]", sample)) / 4:
        return None  # UTF-8 with some other bytes in it; any other reading garbles most of it
    found = from_bytes(sample)
    best = found.best()
    if best is None or best.chaos > CHAOS_MAX or best.coherence < COHERENCE_MIN:
        return None
    equal = {
        str(one): str(one.encoding) for one in found if one.chaos <= best.chaos and one.coherence >= best.coherence
    }
    readings = {str(best): str(best.encoding), **equal}
    if len(readings) > 1:  # windows-1250 and -1252 tie for most of western Europe: "forêt" or "foręt"?
        readings = {text: name for text, name in readings.items() if _is_spelled(text)}
    readings = {text: name for text, name in readings.items() if not _SIGN_IN_WORD.search(text)}
    return next(iter(readings.values())) if len(readings) == 1 else None


def _is_spelled(text: str) -> bool:
    """Whether one language has all the letters of the text."""
    letters = {letter for letter in text.lower() if letter.isalpha() and not letter.isascii()}
    return any(letters.issubset(alphabet) for alphabet in _ALPHABETS)
