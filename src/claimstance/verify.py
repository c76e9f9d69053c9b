"""The promise about spans: wherever a table holds offsets, the text at them is the copy beside them."""

from collections.abc import Mapping

from claimstance.errors import ConformError
from claimstance.spans import GAP
from claimstance.table import Row, Rows, Schemas, SpanRule

BUG = "This is a bug; report it."
CHANGED = "Did the source's text in corpus/sources/ change since it was judged? Restore it."


def spans_hold(schemas: Schemas, made: dict[str, Rows]) -> None:
    """It will check every span of every table against its text. Raises ConformError at the first that fails."""
    texts = {article["article_id"]: article["text"] for article in made["articles"]}
    held = {source["source_id"]: source["evidence_text"] for source in made["sources"] if source["evidence_text"]}
    for name, table in schemas.items():
        for rule in table.spans:
            owner = texts if rule.of == "articles.text" else held
            holds = _slice_holds if rule.start else _pieces_hold
            for row in made[name]:
                if not holds(rule, row, owner):
                    where = f"{name}, {table.key} {row[table.key]!r}"
                    what = f"{rule.copy or rule.pieces} is not what stands at its offsets in {rule.of}"
                    raise ConformError(where, what, BUG if rule.of == "articles.text" else CHANGED)


def _slice_holds(rule: SpanRule, row: Row, owner: Mapping[str, str]) -> bool:
    start, end = row[rule.start], row[rule.end]
    text = owner[row["article_id"]]
    return 0 <= start < end <= len(text) and bool(text[start:end] == row[rule.copy])


def _pieces_hold(rule: SpanRule, row: Row, owner: Mapping[str, str]) -> bool:
    pieces = row[rule.pieces]
    if not pieces:
        return not rule.copy or not row[rule.copy]
    text = owner.get(_owner(row, rule), "")
    slices = [text[span["start"] : span["end"]] for span in pieces]
    if not all(0 <= span["start"] < span["end"] <= len(text) for span in pieces):
        return False
    return not rule.copy or bool(row[rule.copy] == (GAP.join(slices) if rule.joined else slices))


def _owner(row: Row, rule: SpanRule) -> str:
    """Whose text the row's spans point into."""
    if rule.of == "articles.text":
        return str(row["article_id"])
    return str(row.get("source_id") or row["item_id"].rpartition("|")[2])
