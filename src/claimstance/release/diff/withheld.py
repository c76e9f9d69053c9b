"""Articles that were withdrawn, and those whose words no comparison may tell: of the first kind, or not redistributable
on either side, or with a source whose own text is not, or is gone: it may have been that of a withdrawn article.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from claimstance.gate import views
from claimstance.release.diff.sides import Held, Side

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEEDED = {"article_id", "redistributable", "text_status"}
_HIDDEN = "redistributable IS NOT true OR text_status IS DISTINCT FROM 'full'"
_CLOSED_BY = {"article_id", "evidence_redistributable"}
_CLOSED = "evidence_redistributable = false"  # the text of a source of theirs, which rows of theirs repeat
_HELD = {"article_id", "source_id", "evidence_text"}
_GONE = """SELECT o.article_id FROM ({}) AS o JOIN ({}) AS n USING (source_id)
    WHERE o.evidence_text IS NOT NULL AND n.evidence_text IS NULL"""
_TOLD = """SELECT id, max(reason) FROM ({}) WHERE "table" = 'articles' AND change = 'withdrawn' AND id IS NOT NULL
    GROUP BY id"""


def found(database: "DuckDBPyConnection", old: Side, new: Side, given: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """It will make the tables `withdrawn` and `private` of article ids, and give the reasons of withdrawals by article.

    `given` are the tombstones that are known; what the new side tells of itself is added. Beside the reasons comes SQL:
    whether a row of an article `d.article_id` is to be told without its words. Where a side does not say which articles
    may be redistributed, that is so of all.
    """
    reasons = {**dict(_told(database, new.tables.get("changes"))), **given}
    database.register("tombstones", pa.table({"article_id": pa.array(sorted(reasons), pa.string())}))
    open_ = [side.tables["articles"] for side in (old, new) if _says(side)]
    gone = ["FROM tombstones"]
    if _says(new):
        gone.append(f"SELECT article_id FROM ({selected(new.tables['articles'])}) WHERE text_status = 'withdrawn'")
    private = ["FROM tombstones", *(f"SELECT article_id FROM ({selected(one)}) WHERE {_HIDDEN}" for one in open_)]
    sources = [side.tables["sources"] for side in (old, new) if "sources" in side.tables]
    closed = [one for one in sources if set(one.types) >= _CLOSED_BY]
    private += [f"SELECT article_id FROM ({selected(one)}) WHERE {_CLOSED}" for one in closed]
    if len(sources) == 2 and all(set(one.types) >= _HELD for one in sources):
        private.append(_GONE.format(*map(selected, sources)))
    for name, queries in (("withdrawn", gone), ("private", private)):
        database.execute(f"CREATE TEMP TABLE {name} AS {' UNION '.join(queries)}")
    known = "coalesce(d.article_id IN (SELECT article_id FROM private), false)"
    return reasons, known if len(open_) == 2 else "d.article_id IS NOT NULL"


def selected(held: Held) -> str:
    """SQL for the rows of a table as its side has them, labels by name."""
    return views.selection(held.table, held.files, "")


def _says(side: Side) -> bool:
    return "articles" in side.tables and set(side.tables["articles"].types) >= NEEDED


def _told(database: "DuckDBPyConnection", changes: Held | None) -> Iterator[tuple[str, str]]:
    """Withdrawn articles that a release tells in its own table of changes."""
    if changes and {"table", "id", "change", "reason"} <= set(changes.types):
        for article_id, reason in database.sql(_TOLD.format(selected(changes))).fetchall():
            yield article_id, reason or ""
