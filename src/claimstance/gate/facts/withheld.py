"""Text that may not be passed on, looked for in every file of a release: in tables, in their footers and statistics, in
the card and in all else.

White space aside, a run of RUN characters that the text has and no open article has is always found: in the decoded
values of every Parquet file, in the bytes of every file, and in pages with their escapes resolved. A shorter run is
not, nor is what says the same in other words, or what a file has packed in a way of its own. What a source says in its
own words an article may quote, and name by its title, so in such columns only a run of QUOTED characters counts, or
half a text, and shorter ones are no matter elsewhere either.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.command import printable
from claimstance.errors import ClaimstanceError
from claimstance.gate import parquet
from claimstance.gate.facts.files import BESIDE
from claimstance.gate.facts.runs import Bytes, Runs, squeezed
from claimstance.gate.folder import Folder, irregular

Place = tuple[str, str, Bytes]  # a file, what of it, and what stands there

WITHHELD = pa.schema([("path", pa.string()), ("article_id", pa.string()), ("place", pa.string())])
RUN = 40  # characters without white space: some eight words
QUOTED = 500  # likewise; of 1,260 quotations in Wikinews four have as many, of articles nearly all

# Columns of what sources say in their own words, and of how they and articles are called.
_SAID_ELSEWHERE = {
    *("sources.evidence_text", "stances.evidence_text", "stances.evidence_quote", "judgements.evidence_text"),
    *("articles.title", "articles.publisher", "articles.author", "stances.title"),
    *("sources.title", "sources.publisher", "sources.author"),
}
_PAGES = frozenset({".md", ".json", ".jsonl", ".html", ".xml", ".yaml", ".yml", ".csv", ".txt", ".cff", ".svg"})
_ADDRESS = re.compile(r"https?://\S+")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\[\"\\/bfnrt]")
_PIECE, _OVERLAP = 1 << 22, 1 << 12  # bytes of a file at once, and how many of them once more with the next


def withheld(folder: Folder, texts: Mapping[str, str], others: Iterable[str]) -> pa.Table:
    """It will give, in the columns of WITHHELD, the files and places that hold text that may not be passed on.

    `texts` are the bodies of the articles that have it, by id; web addresses in them are no text. `others` are the
    texts of all other articles, which are read only if there are such.
    """
    if not texts:
        return WITHHELD.empty_table()
    parts = [(owner, part) for owner in sorted(texts) for part in _ADDRESS.split(texts[owner])]
    runs = Runs([_squeezed(part) for _, part in parts])
    half = {owner: len("".join(text.split())) / 2 for owner, text in texts.items()}
    found: set[tuple[str, str, str]] = set()

    def look(places: Iterable[Place], most: int) -> None:
        """Runs of `most` characters are found, or half a text; of shorter ones it looks no more for what they say."""
        for path, place, data in places:
            for run in runs.shared(data):
                owner = parts[run.owner][0]
                if run.characters >= min(most, max(half[owner], RUN)):
                    found.add((path, owner, place))
                elif run.characters >= RUN:
                    runs.drop(runs.text[run.start : run.end])

    for text in others:
        for run in runs.shared(_squeezed(text)):
            if run.characters >= RUN:
                runs.drop(runs.text[run.start : run.end])
    look(_columns(folder, _SAID_ELSEWHERE.__contains__), QUOTED)
    look(_columns(folder, lambda name: name not in _SAID_ELSEWHERE), RUN)
    look(_bytes(folder), RUN)
    rows = [dict(zip(WITHHELD.names, row, strict=True)) for row in sorted(found)]
    return pa.Table.from_pylist(rows, WITHHELD)


def _squeezed(text: str) -> Bytes:
    return squeezed(unicodedata.normalize("NFC", text).encode())


def _columns(folder: Folder, wanted: Callable[[str], bool]) -> Iterator[Place]:
    """The decoded strings of the columns that are wanted by `<folder>.<column>`, of every Parquet file there is."""
    for path in _files(folder):
        if path.suffix != ".parquet":
            continue
        if not parquet.bounded(path):
            raise ClaimstanceError(f"{_name(path, folder)} cannot be read, so nobody knows what stands in it.")
        fields = [field for field in pq.read_schema(path) if wanted(f"{path.parent.name}.{field.name}")]
        table = folder.schemas.get(path.parent.name)
        known = {field.name for field in table.fields} if table else set()
        repeated = [field.name for field in fields if pa.types.is_string(field.type)]
        with pq.ParquetFile(path, read_dictionary=repeated) as file:
            for group, field in product(range(file.num_row_groups), filter(_has_strings, fields)):
                for data in _strings(file.read_row_group(group, columns=[field.name]).column(0)):
                    yield _name(path, folder), f"column {field.name}" if field.name in known else "a column", data


def _has_strings(field: pa.Field) -> bool:
    kind = field.type
    parts = [kind.field(nth) for nth in range(kind.num_fields)]
    return any(map(_has_strings, parts)) or str(kind) in ("string", "large_string", "binary", "large_binary")


def _strings(values: pa.ChunkedArray | pa.Array) -> Iterator[Bytes]:
    """All strings in a column, whatever they are in, one behind the other."""
    for chunk in values.chunks if isinstance(values, pa.ChunkedArray) else [values]:
        kind = chunk.type
        if pa.types.is_dictionary(kind):
            yield from _strings(chunk.dictionary)
        elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
            yield from _strings(pc.list_flatten(chunk))
        elif pa.types.is_struct(kind):
            for part in chunk.flatten():
                yield from _strings(part)
        elif pa.types.is_string(kind) or pa.types.is_binary(kind):
            _, offsets, data = chunk.buffers()
            ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
            if data and len(ends):
                yield squeezed(memoryview(data)[ends[0] : ends[-1]])
        elif pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
            yield from _strings(chunk.cast(pa.binary()))


def _bytes(folder: Folder) -> Iterator[Place]:
    """Every file as it is, piece by piece: footers, statistics of pages, documents; pages also without escapes."""
    for path in _files(folder):
        name = _name(path, folder)
        before = b""
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield name, "bytes", squeezed(before + piece)
                if path.suffix in _PAGES:
                    yield name, "bytes", squeezed(_plain((before + piece).decode("utf-8", "ignore")).encode())
                before = piece[-_OVERLAP:]
        if path.suffix == ".parquet":
            schema = pq.read_schema(path)
            for metadata in (schema.metadata, *(field.metadata for field in schema)):
                for value in (metadata or {}).values():
                    yield name, "metadata", squeezed(value)


def _plain(page: str) -> str:
    """A page without the escapes of JSON and HTML, composed as texts are."""
    return unicodedata.normalize("NFC", html.unescape(_ESCAPES.sub(_unescaped, page)))


def _unescaped(found: re.Match[str]) -> str:
    return str(json.loads(f'"{found[0]}"')).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _files(folder: Folder) -> list[Path]:
    """The files of the folder that may be opened; not what git and the Hub's client keep beside them."""
    found = (path for path in folder.path.rglob("*") if path.relative_to(folder.path).parts[0] not in BESIDE)
    return sorted(path for path in found if not irregular(path))


def _name(path: Path, folder: Folder) -> str:
    return re.sub(r"\s", " ", printable(path.relative_to(folder.path).as_posix()))
