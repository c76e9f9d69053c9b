"""Texts that may not be passed on, taken out of the tables of a build: offsets, digests and labels stay.

Which columns hold whose words is said by `words` in schemas/tables/. Files are written anew, so that neither statistics
nor dictionaries remember what was there; files that have none of it are not touched.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.digests import sha256
from claimstance.errors import ReleaseError
from claimstance.gate.folder import Folder, split_of
from claimstance.parquet import PARQUET, ROW_GROUP
from claimstance.release.closed.pieces import pieces
from claimstance.table import Field, Row, Schemas, Table

WITHHELD = "withheld"  # the column that says where the words of a row stand
STEP = 200  # code points; at each of them is told what the text was up to there
CHECK = 8  # hexadecimal digits of that
CODED = ("article", "shown", "annotator")  # words that WITHHELD has as places in the text
_BATCH = 64  # rows that are Python objects at once


@dataclass(frozen=True, slots=True)
class Closed:
    """The ids of the articles, and of the sources, whose text may not be passed on."""

    articles: pa.Array
    sources: pa.Array


def withhold(folder: Path, schemas: Schemas) -> list[str]:
    """It will take the texts that may not be passed on out of the tables of the build in `folder`, in place: those of
    articles that are not `redistributable`, and of sources whose evidence is not.

    The ids of these articles and sources come back, sorted, articles first; where there are none nothing is touched. In
    their rows, columns of their words are null, `text_status` is standoff_only, and `withheld` says where words stand
    that no other column has the offsets of. The card speaks of other files afterwards: write it anew. Raises
    ReleaseError for a folder that no build made.
    """
    held = Folder(folder, schemas)
    closed = Closed(
        _ids(held, "articles", "redistributable", "text"),
        _ids(held, "sources", "evidence_redistributable", "evidence_text"),
    )
    if len(closed.articles) or len(closed.sources):
        names = [name for name in schemas if not schemas[name].whole and name != "articles"]
        for name in (*names, "articles"):  # the last, because all others ask it for the texts
            labels = {label for one in schemas.vocabularies.values() for label in one.names}
            for path in held.files(name):
                texts = Texts([one for one in held.files("articles") if split_of(one) == split_of(path)])
                rewritten(path, _Withholding(schemas[name], closed, texts, frozenset(labels)))
    return [*closed.articles.to_pylist(), *closed.sources.to_pylist()]


def rewritten(path: Path, change: Any) -> None:
    """It will write a file anew with `change` made to its row groups, as a build writes it.

    `change.concerns(rows)` says whether any row changes, of key columns alone; where none does the file stays.
    """
    with pq.ParquetFile(path) as file:
        keys = [name for name in change.keys if name in file.schema_arrow.names]
        groups = range(file.num_row_groups)
        if not any(change.concerns(file.read_row_group(nth, columns=keys)) for nth in groups):
            return
        partial = path.with_suffix(".partial")
        schema = change.table.arrow_schema  # the file's own names lists otherwise
        with pq.ParquetWriter(partial, schema, **PARQUET) as writer:
            for nth in groups:
                rows = file.read_row_group(nth)
                made = change.made(rows) if change.concerns(rows) else rows
                writer.write_table(made.cast(schema).combine_chunks(), row_group_size=ROW_GROUP)
    partial.replace(path)


class Texts:
    """The texts of the articles of a split, for whoever asks in order of article_id: a few are held at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._rows = self._read(paths)
        self._last: tuple[str, str] = "", ""

    def of(self, article_id: str) -> str:
        """It will give the text of an article; none before the last one asked for. Raises ReleaseError."""
        while self._last[0] < article_id:
            self._last = next(self._rows, ("\U0010ffff", ""))
        if self._last[0] != article_id:
            raise ReleaseError(article_id, "has rows, and no text in articles", "Build again.")
        return self._last[1]

    @staticmethod
    def _read(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
        for path in paths:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BATCH, columns=["article_id", "text"]):
                    yield from zip(*(batch[name].to_pylist() for name in ("article_id", "text")), strict=True)


@dataclass(frozen=True, slots=True)
class _Withholding:
    """What is done to rows of one table."""

    table: Table
    closed: Closed
    texts: Texts
    labels: frozenset[str]

    @property
    def keys(self) -> tuple[str, ...]:
        return "article_id", "source_id", "item_id"

    def concerns(self, rows: pa.Table) -> bool:
        return any(pc.any(mask).as_py() for mask in (self._own(rows), self._evidence(rows)))

    def made(self, rows: pa.Table) -> pa.Table:
        """The rows without the words."""
        own, evidence = self._own(rows), self._evidence(rows)
        made = rows
        for field in (one for one in self.table.fields if one.words and one.name in rows.column_names):
            masked = {"evidence": evidence, "shown": pc.or_(own, evidence)}.get(field.words, own)
            masked = pc.and_(masked, pc.invert(self._kept(field, rows)))
            made = put(made, field.name, rows[field.name].take(_where(masked, None)))
        if WITHHELD in rows.column_names:
            said = [
                self._said(row) if closed else None for row, closed in zip(each(rows), own.to_pylist(), strict=True)
            ]
            made = put(made, WITHHELD, pa.array(said, pa.string()))
        if "text_status" in rows.column_names:
            made = put(made, "text_status", pc.if_else(own, status(self.table, "standoff_only"), rows["text_status"]))
        return made

    def _own(self, rows: pa.Table) -> pa.ChunkedArray:
        return pc.is_in(rows["article_id"], value_set=self.closed.articles)

    def _evidence(self, rows: pa.Table) -> pa.ChunkedArray:
        """Rows that may hold words of a source that is closed."""
        return pc.is_in(source_ids(rows), value_set=self.closed.sources)

    def _kept(self, field: Field, rows: pa.Table) -> pa.Array:
        """Values that are nobody's words: names of labels, and ids, which hold offsets only."""
        values = rows[field.name].to_pylist() if field.words in ("annotator", "shown") else [None] * len(rows)
        ids = rows["article_id"].to_pylist()
        return pa.array([kept(value, owner, self.labels) for value, owner in zip(values, ids, strict=True)], pa.bool_())

    def _said(self, row: Row) -> str | None:
        """What it takes to restore the row from the text of its article."""
        text = self.texts.of(row["article_id"])
        said: dict[str, Any] = {}
        for field in coded(self.table):
            value = row[field.name]
            if value is not None and not kept(value, row["article_id"], self.labels):
                said[field.name] = pieces(value, text, own=field.words == "annotator")
        if self.table.name == "articles":
            said |= {"title": pieces(row["title"] or "", text) or None, "checks": checks(text)}
            if row["title"] and not said["title"]:
                said["title_sha256"] = sha256(row["title"], text)
        there = {name: value for name, value in said.items() if value is not None}
        return json.dumps(there, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if there else None


def coded(table: Table) -> list[Field]:
    """It will be the columns of an article's words of which no other column has the offsets."""
    copies = {rule.copy for rule in table.spans} | ({"text"} if table.name == "articles" else set())
    return [field for field in table.fields if field.words in CODED and field.name not in copies]


def kept(value: str | None, article_id: str, labels: frozenset[str]) -> bool:
    """Whether a value is the name of a label, or the id of a pair of the article."""
    if value is None:
        return False
    own = re.escape(article_id)
    return value in labels or bool(re.fullmatch(rf"{own}\.c\d{{6,}}-\d{{6,}}\|{own}\.[rt]\d+(x\d*)?", value))


def checks(text: str) -> list[str]:
    """It will be the head of the SHA-256 of the text up to each STEP: it tells where another begins to differ."""
    digest, found = hashlib.sha256(), []
    for start in range(0, len(text) - STEP + 1, STEP):
        digest.update(text[start : start + STEP].encode())
        found.append(digest.copy().hexdigest()[:CHECK])
    return found


def source_ids(rows: pa.Table) -> pa.Array:
    """It will be the source of each row; of a judgement, that of the pair that it is about; null where none is."""
    if "source_id" in rows.column_names:
        return rows["source_id"].combine_chunks()
    items = rows["item_id"].to_pylist() if "item_id" in rows.column_names else [None] * len(rows)
    return pa.array([item.rpartition("|")[2] if item and "|" in item else None for item in items], pa.string())


def put(rows: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    """It will be the rows with these values in a column."""
    place = rows.column_names.index(name)
    return rows.set_column(place, rows.schema.field(place), values)


def status(table: Table, name: str) -> int:
    """It will be the number of a text_status."""
    known = next(field.vocabulary for field in table.fields if field.name == "text_status")
    return known.names.index(name) if known else 0


def _where(masked: Any, other: int | None) -> pa.Array:
    """Places of rows to take: null where they are masked."""
    places = pa.array(range(len(masked)), pa.int64())
    return pc.if_else(masked, pa.scalar(other, pa.int64()), places)


def each(rows: pa.Table) -> Iterator[Row]:
    """It will give the rows one by one; few of them are Python objects at once."""
    for batch in rows.to_batches(max_chunksize=_BATCH):
        yield from batch.to_pylist()


def _ids(held: Folder, table: str, allowed: str, text: str) -> pa.Array:
    """The rows of a table whose text is there and is not allowed to go anywhere."""
    found: list[str] = []
    key = held.schemas[table].key
    for rows in held.batches(table, [key, allowed, text]):
        closed = pc.and_(pc.equal(rows[allowed], False), pc.is_valid(rows[text]))
        found += rows[key].filter(closed).to_pylist()
    return pa.array(sorted(found), pa.string())
