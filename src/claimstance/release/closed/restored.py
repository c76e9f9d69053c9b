"""Rows of a release whose words were withheld, with their words again, once somebody has the text: the other way of
claimstance.release.closed.standoff.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from claimstance.errors import ReleaseError
from claimstance.release.closed.pieces import words
from claimstance.release.closed.standoff import WITHHELD, coded, each, put, source_ids, status
from claimstance.spans import GAP
from claimstance.table import Row, SpanRule, Table


@dataclass(frozen=True, slots=True)
class Given:
    """What there is to restore from: `text` gives the text of each of these articles and sources, by id."""

    articles: frozenset[str]
    sources: frozenset[str]
    text: Callable[[str], str]
    titles: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Restoring:
    """What is done to rows of one table; see `rewritten`. `computed` makes columns that follow from the other words."""

    table: Table
    given: Given
    computed: Mapping[str, Callable[[Row], Any]]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that `concerns` reads."""
        return "article_id", "source_id", "item_id"

    def concerns(self, rows: pa.Table) -> bool:
        """Whether any of the rows gets words."""
        return any(self._own(rows)) or any(self._sourced(rows))

    def made(self, rows: pa.Table) -> pa.Table:
        """The rows with their words. Raises ReleaseError for places that are none of the text."""
        own, sourced = self._own(rows), self._sourced(rows)
        places = [nth for nth in range(len(rows)) if own[nth] or sourced[nth]]
        new = self._rows(rows.take(pa.array(places, pa.int64())), [(own[nth], sourced[nth]) for nth in places])
        taken = list(range(len(rows)))
        for nth, place in enumerate(places):
            taken[place] = len(rows) + nth
        return pa.concat_tables([rows, new]).take(pa.array(taken, pa.int64()))

    def _own(self, rows: pa.Table) -> list[bool]:
        return [one in self.given.articles for one in rows["article_id"].to_pylist()]

    def _sourced(self, rows: pa.Table) -> list[bool]:
        return [one in self.given.sources for one in source_ids(rows).to_pylist()]

    def _rows(self, rows: pa.Table, due: Sequence[tuple[bool, bool]]) -> pa.Table:
        """Rows of which the article, the source's text, or both are there again."""
        columns: dict[str, list[Any]] = {field.name: [] for field in self.table.fields if field.words}
        for row, (own, sourced) in zip(each(rows), due, strict=True):
            for name, value in self._words(row, own=own, sourced=sourced).items():
                columns[name].append(value)
        made = rows
        for name, values in columns.items():
            made = put(made, name, pa.array(values, rows.schema.field(name).type))
        owned = pa.array([own for own, _ in due], pa.bool_())
        if WITHHELD in rows.column_names:
            made = put(made, WITHHELD, pc.if_else(owned, pa.scalar(None, pa.string()), rows[WITHHELD]))
        if "text_status" in rows.column_names:
            made = put(made, "text_status", pc.if_else(owned, status(self.table, "full"), rows["text_status"]))
        return made

    def _words(self, row: Row, *, own: bool, sourced: bool) -> Row:
        """The columns of words of a row."""
        made = {field.name: row[field.name] for field in self.table.fields if field.words}
        try:
            if own:
                made |= self._of_article(row)
            if sourced:
                made |= self._of_source(row)
        except (ValueError, RecursionError) as error:
            where = f"{self.table.name}, {self.table.key} {row[self.table.key]!r}"
            raise ReleaseError(where, f"its words cannot be restored ({error})", "Get the release again.") from None
        return made

    def _of_article(self, row: Row) -> Row:
        text, title = self.given.text(row["article_id"]), self.given.titles[row["article_id"]]
        said = json.loads(row[WITHHELD] or "{}") if WITHHELD in row else {}
        if not isinstance(said, dict):
            raise ValueError(f"{WITHHELD} is no object")
        made: Row = {rule.copy: _copy(rule, row, text) for rule in self._rules("articles.text")}
        for field in self.table.fields:
            if field.words == "title":
                made[field.name] = title
        made |= {field.name: words(said[field.name], text) for field in coded(self.table) if field.name in said}
        if self.table.name == "articles":
            made["text"] = text
        return made | {name: make(made) for name, make in self.computed.items() if self._has(name)}

    def _of_source(self, row: Row) -> Row:
        text = self.given.text(row["source_id"] if "source_id" in row else row["item_id"].rpartition("|")[2])
        made: Row = {rule.copy: _copy(rule, row, text) for rule in self._rules("sources.evidence_text")}
        copies = set(made)
        held = [field for field in self.table.fields if field.words == "evidence" and field.name not in copies]
        return made | {field.name: text for field in held}

    def _rules(self, of: str) -> list[SpanRule]:
        return [rule for rule in self.table.spans if rule.of == of and rule.copy]

    def _has(self, name: str) -> bool:
        return any(field.name == name for field in self.table.fields)


def _copy(rule: SpanRule, row: Row, text: str) -> Any:
    """What stands at the offsets of a row, as the stage that made the row copied it."""
    if rule.start:
        return _slice(text, row[rule.start], row[rule.end])
    found = [_slice(text, one["start"], one["end"]) for one in row[rule.pieces] or ()]
    return (GAP.join(found) or None) if rule.joined else found


def _slice(text: str, start: int, end: int) -> str:
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start} to {end} is no place of a text of {len(text)} characters")
    return text[start:end]
