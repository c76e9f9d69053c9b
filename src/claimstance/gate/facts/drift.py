"""Fact `drift`: how far the figures of a dataset moved since the last release, with intervals.

A figure is a share (of a label, a language, ties, what the audit finds) or a mean (characters, sources a claim), named
<table>.<what>[=<label>], or a table's number of rows. How intervals are made stands in intervals.py; what is too far,
in schemas/suites/drift.yaml.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.gate.facts.intervals import Floats, shift
from claimstance.gate.folder import Folder
from claimstance.table import Schemas

SCHEMA = pa.schema(
    [
        ("figure", pa.string()),
        ("kind", pa.string()),  # share, mean, or rows: how many a table has, without an interval
        ("before", pa.float64()),
        ("now", pa.float64()),
        ("moved", pa.float64()),  # a share by how much, a mean by which part of what it was
        ("low", pa.float64()),  # 95 % interval of that; null where nothing can be said of it
        ("high", pa.float64()),
        ("articles", pa.int64()),  # of both releases together
        ("note", pa.string()),  # why nothing can be said of it, where that is so
    ]
)
MEANS = ("articles.characters", "claims.characters", "claims.sources")
FEW = "too few to tell"
_PART = pa.schema([("article_id", pa.string()), ("value", pa.float64())])

# A figure with what each row adds to it and to what it is a share or a mean of; None adds nothing.
Found = Iterator[tuple[str, Any, Any]]
Sums = dict[str, list[pa.Table]]  # what each article adds, a piece at a time


def drift(folder: Folder) -> pa.Table:
    """It will give one row a figure, see SCHEMA; none where there is no release to compare with."""
    if folder.last is None:
        return SCHEMA.empty_table()
    last = Folder(folder.last, folder.schemas)
    before, now = _sums(last), _sums(folder)
    lacking = _lacking(last)
    rows = [
        _row(name, before, now) | {"note": f"not compared: the last release has no {gone}" if gone else FEW}
        for name in sorted({*before[0], *now[0]})
        for gone in (lacking.get(name.partition("=")[0]),)
    ]
    for name in (name for name, table in folder.schemas.items() if not table.whole):
        rows.append({"figure": name, "kind": "rows", "before": _count(last, name), "now": _count(folder, name)})
    return pa.Table.from_pylist(rows, SCHEMA)


def _count(folder: Folder, table: str) -> int:
    return sum(pq.read_metadata(path).num_rows for path in folder.files(table))


def _row(name: str, before: tuple[Sums, Sums], now: tuple[Sums, Sums]) -> dict[str, Any]:
    whole, mean = name.partition("=")[0], name in MEANS
    parts_then, wholes_then, parts, wholes = _aligned(
        [side for at in (before, now) for side in (at[0][name], at[1][whole])]
    )
    moved = shift((parts_then, wholes_then), (parts, wholes), relative=mean)
    figures = {
        "before": _over(parts_then, wholes_then),
        "now": _over(parts, wholes),
        "moved": moved.value,
        "low": moved.low,
        "high": moved.high,
    }
    return {
        "figure": name,
        "kind": "mean" if mean else "share",
        **{key: None if np.isnan(value) else round(value, 9) + 0.0 for key, value in figures.items()},
        "articles": int(np.count_nonzero(wholes_then + wholes)),
    }


def _over(parts: Floats, wholes: Floats) -> float:
    total = float(wholes.sum())
    return float(parts.sum()) / total if total else float("nan")


def _aligned(sides: Sequence[list[pa.Table]]) -> list[Floats]:
    """The values of each side, an entry an article, the same articles in the same order."""
    tables = [pa.concat_tables([_PART.empty_table(), *side]) for side in sides]
    encoded = pa.concat_tables(tables)["article_id"].combine_chunks().dictionary_encode()
    places, first, found = encoded.indices.to_numpy(), 0, []
    for table in tables:
        own = places[first : first + len(table)]
        found.append(np.bincount(own, table["value"].to_numpy(), len(encoded.dictionary)).astype(np.float64))
        first += len(table)
    return found


def _sums(folder: Folder) -> tuple[Sums, Sums]:
    """What each article adds to each figure, and to what that is a share or a mean of; not of figures that lack a
    column.
    """
    parts: Sums = defaultdict(list)
    wholes: Sums = defaultdict(list)
    lacking = _lacking(folder)
    for table, (columns, figures) in _FIGURES.items():
        for held in folder.batches(table, ["article_id", *columns]):
            rows = _whole(held, folder.schemas[table].arrow_schema, columns)
            said = [
                (into[name], values)
                for name, *both in figures(rows, folder.schemas)
                if name.partition("=")[0] not in lacking
                for into, values in zip((parts, wholes), both, strict=True)
                if values is not None
            ]
            sums = _by_article(rows["article_id"], [values for _, values in said])
            for (into, _), summed in zip(said, sums, strict=True):
                into.append(summed)
    return parts, wholes


def _lacking(folder: Folder) -> dict[str, str]:
    """Figures that cannot be made, because a release is older than a column, with that column."""
    held = {table: folder.columns(table) for table in _FIGURES}
    gone = {
        figure: [
            f"{table}.{column}" for table, column in needs if (own := held[table]) is not None and column not in own
        ]
        for figure, needs in _NEEDS.items()
    }
    return {figure: columns[0] for figure, columns in gone.items() if columns}


def _whole(rows: pa.Table, schema: pa.Schema, columns: Sequence[str]) -> pa.Table:
    """The rows with all these columns; those that they lack are null."""
    for name in columns:
        if name not in rows.column_names:
            rows = rows.append_column(schema.field(name), pa.nulls(len(rows), schema.field(name).type))
    return rows


def _by_article(article_ids: pa.ChunkedArray, columns: Sequence[Any]) -> Iterator[pa.Table]:
    """The sum of each column's values for each article; a null adds nothing."""
    values = {str(nth): pc.fill_null(pc.cast(column, pa.float64()), 0.0) for nth, column in enumerate(columns)}
    rows = pa.table({"article_id": article_ids, **values}).group_by("article_id", use_threads=False)
    summed = rows.aggregate([(name, "sum") for name in values])
    for name in values:
        yield pa.table([summed["article_id"], summed[f"{name}_sum"]], schema=_PART)


def _articles(rows: pa.Table, schemas: Schemas) -> Found:
    yield "articles.characters", pc.utf8_length(rows["text"]), pc.is_valid(rows["text"])
    yield from _labels("articles.language", rows["language"], pc.unique(rows["language"]).to_pylist())


def _citations(rows: pa.Table, schemas: Schemas) -> Found:
    names = _names(schemas, "citations", "citation_status")
    yield from _among("citations.dangling", rows["citation_status"], names, ["dangling"])


def _claims(rows: pa.Table, schemas: Schemas) -> Found:
    yield "claims.characters", pc.utf8_length(rows["text"]), pc.is_valid(rows["text"])
    yield "claims.sources", None, pc.is_valid(rows["article_id"])
    yield from _labels("claims.claim_type", rows["claim_type"], _names(schemas, "claims", "claim_type"))


def _sentences(rows: pa.Table, schemas: Schemas) -> Found:
    worthy = rows["verification_worthy"]
    yield "sentences.cited", pc.and_(worthy, rows["cited"]), worthy


def _sources(rows: pa.Table, schemas: Schemas) -> Found:
    listed = pc.equal(rows["kind"], _names(schemas, "sources", "kind").index("listed"))
    yield "sources.uncited", pc.and_(listed, pc.equal(rows["n_citations"], 0)), listed
    yield "sources.duplicate", pc.and_(listed, pc.is_valid(rows["duplicate_of"])), listed
    names = _names(schemas, "sources", "date_flag")
    flags = pc.if_else(listed, rows["date_flag"], None)
    yield from _among("sources.late", flags, names, ["after_article", "future"])


def _stances(rows: pa.Table, schemas: Schemas) -> Found:
    yield "claims.sources", pc.is_valid(rows["link"]), None
    yield "stances.tie", rows["tie"], pc.is_valid(rows["tie"])
    yield from _labels("stances.stance", rows["stance"], _names(schemas, "stances", "stance"))


def _labels(name: str, column: pa.ChunkedArray, labels: Sequence[str]) -> Found:
    """The share of each label: of a column of strings the labels themselves, of numbers their names in order."""
    yield name, None, pc.is_valid(column)
    for number, label in enumerate(labels):
        yield f"{name}={label}", pc.equal(column, label if column.type == pa.string() else number), None


def _among(name: str, column: pa.ChunkedArray, names: Sequence[str], wanted: Sequence[str]) -> Found:
    """The share of some labels together."""
    numbers = pa.array([names.index(one) for one in wanted], column.type)
    yield name, pc.is_in(column, numbers), pc.is_valid(column)


def _names(schemas: Schemas, table: str, column: str) -> list[str]:
    found = next(field.vocabulary for field in schemas[table].fields if field.name == column)
    return found.names if found else []


# By table: its columns that figures are made of, and how.
_FIGURES: Mapping[str, tuple[Sequence[str], Callable[[pa.Table, Schemas], Found]]] = {
    "articles": (("text", "language"), _articles),
    "citations": (("citation_status",), _citations),
    "claims": (("text", "claim_type"), _claims),
    "sentences": (("verification_worthy", "cited"), _sentences),
    "sources": (("kind", "n_citations", "duplicate_of", "date_flag"), _sources),
    "stances": (("link", "stance", "tie"), _stances),
}

# By figure: the columns without which it says nothing.
_NEEDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "articles.characters": [("articles", "text")],
    "articles.language": [("articles", "language")],
    "citations.dangling": [("citations", "citation_status")],
    "claims.characters": [("claims", "text")],
    "claims.claim_type": [("claims", "claim_type")],
    "claims.sources": [("stances", "link")],
    "sentences.cited": [("sentences", "verification_worthy"), ("sentences", "cited")],
    "sources.duplicate": [("sources", "kind"), ("sources", "duplicate_of")],
    "sources.late": [("sources", "kind"), ("sources", "date_flag")],
    "sources.uncited": [("sources", "kind"), ("sources", "n_citations")],
    "stances.stance": [("stances", "stance")],
    "stances.tie": [("stances", "tie")],
}
