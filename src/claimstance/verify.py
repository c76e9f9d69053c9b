"""The promise about spans: wherever a table holds offsets, the text at them is the copy beside them."""

from collections.abc import Mapping
from operator import itemgetter

from claimstance.errors import ConformError
from claimstance.spans import GAP
from claimstance.table import Row, Rows, Schemas, SpanRule

BUG = "This is a bug; report it."


def spans_hold(schemas: Schemas, made: dict[str, Rows]) -> None:
    """It will check every span of every table against its text. Raises ConformError at the first that fails."""
    texts = {article["article_id"]: article["text"] for article in made["articles"]}
    held = {source["source_id"]: source["evidence_text"] for source in made["sources"] if source["evidence_text"]}
    for name, table in schemas.items():
        for rule in table.spans:
            owner = texts if rule.of == "articles.text" else held
            bad = (_wrong_slice if rule.start else _wrong_pieces)(rule, made[name], owner)
            if bad:
                where = f"{name}, {table.key} {bad[table.key]!r}"
                what = f"{rule.copy or rule.pieces} is not what stands at its offsets in {rule.of}"
                raise ConformError(where, what, BUG)


def _wrong_slice(rule: SpanRule, rows: Rows, owner: Mapping[str, str]) -> Row | None:
    """The first row whose start and end do not select its copy."""
    places = map(itemgetter("article_id", rule.start, rule.end, rule.copy), rows)
    for row, (owned, start, end, copy) in zip(rows, places, strict=True):
        text = owner[owned]
        if text[start:end] != copy or not 0 <= start < end <= len(text):
            return row
    return None


def _wrong_pieces(rule: SpanRule, rows: Rows, owner: Mapping[str, str]) -> Row | None:
    """The first row whose pieces do not select its copy."""
    for row in rows:
        pieces, copy = row[rule.pieces], row[rule.copy] if rule.copy else None
        if not pieces and not copy:
            continue
        text, slices = owner.get(row["article_id"] if rule.of == "articles.text" else _source(row), ""), []
        for span in pieces:
            start, end = span["start"], span["end"]
            if not 0 <= start < end <= len(text):
                return row
            slices.append(text[start:end])
        if rule.copy and copy != (GAP.join(slices) if rule.joined else slices):
            return row
    return None


def _source(row: Row) -> str:
    """The source whose text the row's spans point into."""
    return str(row.get("source_id") or row["item_id"].rpartition("|")[2])
