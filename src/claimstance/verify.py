"""The promise about spans: wherever a table holds offsets, the text at them is the copy beside them."""

from typing import Any

from claimstance.errors import ConformError
from claimstance.schema import Row, Rows, Schemas, SpanRule, Table
from claimstance.spans import GAP


def spans_hold(schemas: Schemas, made: dict[str, Rows]) -> None:
    """It will check every span of every table against its text. Raises ConformError at the first that fails."""
    texts = {article["article_id"]: article["text"] for article in made["articles"]}
    held = {source["source_id"]: source["evidence_text"] for source in made["sources"] if source["evidence_text"]}
    for name, table in schemas.items():
        for rule in table.spans:
            owner = texts if rule.of == "articles.text" else held
            for row in made[name]:
                _hold(table, rule, row, owner.get(_owner(row, rule), ""))


def _owner(row: Row, rule: SpanRule) -> Any:
    """Whose text the row's spans point into."""
    if rule.of == "articles.text":
        return row["article_id"]
    return row.get("source_id") or row["item_id"].rpartition("|")[2]


def _hold(table: Table, rule: SpanRule, row: Row, text: str) -> None:
    if rule.start:
        start, end = row[rule.start], row[rule.end]
        good = 0 <= start < end <= len(text) and text[start:end] == row[rule.copy]
    else:
        pieces = [(span["start"], span["end"]) for span in row[rule.pieces]]
        slices = [text[start:end] for start, end in pieces]
        good = all(0 <= start < end <= len(text) for start, end in pieces) and _copied(rule, row, slices)
    if not good:
        column = rule.copy or rule.pieces
        where = f"{table.name}, {table.key} {row[table.key]!r}"
        raise ConformError(
            where, f"{column} is not what stands at its offsets in {rule.of}", "This is a bug; report it."
        )


def _copied(rule: SpanRule, row: Row, slices: list[str]) -> bool:
    if not rule.copy:
        return True
    return bool(row[rule.copy] == ((GAP.join(slices) or None) if rule.joined else slices))
