"""SQL that compares the rows of one table: a hash of each row first, and the columns only of rows whose hash differs.

A hash has 64 bits, so of 1,000,000 changed rows one in 18,000,000,000,000 such comparisons misses one.
"""

from collections.abc import Iterable, Sequence

from claimstance.gate.views import name, quoted
from claimstance.release.diff.columns import Column
from claimstance.table import Table


def view(side: str, of: str, columns: Sequence[Column], selection: str, *, there: bool) -> str:
    """The columns of a table that both sides have, as one side has them; no row of a table that is not `there`."""
    values = ", ".join(f"{column.old if side == 'old' else column.new} AS {name(column.name)}" for column in columns)
    return f"CREATE VIEW {side}_{of} AS SELECT {values}, file_split FROM ({selection}) WHERE {there}"


def keys(table: Table, side: str) -> str:
    """How many rows a side has, how many of them have a key, and how many keys there are."""
    return f"SELECT count(*), count({name(table.key)}), count(DISTINCT {name(table.key)}) FROM {side}_{table.name}"


def paired(table: Table, columns: Sequence[Column]) -> str:
    """The table d_<table>: pairs of a row and what it is now, where that is another, or one of them is not there."""
    article = "article_id" if any(column.name == "article_id" for column in columns) else "NULL::VARCHAR"
    hashed = ", ".join(column.hashed for column in columns)
    own = f"SELECT {name(table.key)} AS id, hash({hashed}) AS h, file_split AS split, {article} AS article_id"
    return f"""
        CREATE TEMP TABLE d_{table.name} AS
        SELECT o.id AS old_id, n.id AS new_id, coalesce(n.article_id, o.article_id) AS article_id,
               o.split AS was, n.split AS now
        FROM ({own} FROM old_{table.name}) o FULL JOIN ({own} FROM new_{table.name}) n ON o.id = n.id
        WHERE o.id IS NULL OR n.id IS NULL OR o.h <> n.h OR o.split <> n.split"""


def rejoined(table: Table) -> Iterable[str]:
    """Pairs of a row that is gone and one that was added become one, where `moves` says that they are the same."""
    mine = f"FROM moves m WHERE m.of_table = {quoted(table.name)}"
    both = f"""
        CREATE TEMP TABLE again AS
        SELECT m.old_id, m.new_id, o.article_id, o.was, n.now
        FROM moves m JOIN d_{table.name} o ON o.old_id = m.old_id AND o.new_id IS NULL
        JOIN d_{table.name} n ON n.new_id = m.new_id AND n.old_id IS NULL WHERE m.of_table = {quoted(table.name)}"""
    gone = f"""
        DELETE FROM d_{table.name} WHERE (new_id IS NULL AND old_id IN (SELECT m.old_id {mine}))
        OR (old_id IS NULL AND new_id IN (SELECT m.new_id {mine}))"""
    return both, gone, f"INSERT INTO d_{table.name} FROM again", "DROP TABLE again"


def came_and_went(table: Table) -> str:
    """Rows that one side has not."""
    return f"""
        INSERT INTO changes SELECT {quoted(table.name)}, coalesce(old_id, new_id), CASE WHEN old_id IS NULL THEN 'added'
            WHEN article_id IN (SELECT article_id FROM withdrawn) THEN 'withdrawn' ELSE 'removed' END,
            NULL, NULL, NULL, false, article_id, was, now
        FROM d_{table.name} WHERE old_id IS NULL OR new_id IS NULL"""


def changed(table: Table, columns: Sequence[Column], secret: str, *, moved: bool) -> str:
    """Each column whose value is another, of rows that both sides have; `moved`: some have another id now.

    `secret` is SQL: whether the words of a row are not told. Where a row with another id refers to one, it is the same
    as long as it refers to that row.
    """
    entries = [_change("resplit", "split", "d.was", "d.now", "d.was <> d.now")]
    if moved:
        entries.append(_change("respanned", table.key, "d.old_id", "d.new_id", "d.old_id <> d.new_id"))
    for column in columns:
        if column.name != table.key:
            entries.append(_compared(table, column, moved=moved))
    return f"""
        INSERT INTO changes
        WITH both_sides AS (
            SELECT coalesce(d.old_id, d.new_id) AS id, d.article_id, d.was, d.now,
                   {secret} AS is_private, list_filter([
                   {", ".join(entries)}], lambda one: one IS NOT NULL) AS found
            FROM d_{table.name} d JOIN old_{table.name} o ON o.{name(table.key)} = d.old_id
            JOIN new_{table.name} n ON n.{name(table.key)} = d.new_id
        ), each AS (SELECT id, article_id, was, now, is_private, unnest(found) AS one FROM both_sides)
        SELECT {quoted(table.name)}, id, one.change, one.field,
               CASE WHEN NOT (is_private AND one.words) THEN one.old END,
               CASE WHEN NOT (is_private AND one.words) THEN one.new END,
               is_private AND one.words, article_id, was, now
        FROM each"""


def _compared(table: Table, column: Column, *, moved: bool) -> str:
    old, new = f"o.{name(column.name)}", f"n.{name(column.name)}"
    same = f"{_again(table, column, old) if moved else old} IS NOT DISTINCT FROM {new}"
    change = quoted(column.change)
    if column.change == "resplit":  # the column beside what the file's name says; told once
        same = f"({same} OR d.was <> d.now)"
    if column.name == "text_status":
        change = f"CASE WHEN {new} = 'withdrawn' THEN 'withdrawn' ELSE {change} END"
    values = column.text(old), column.text(new)
    return _entry(change, column.name, *values, f"NOT ({same})", words=column.words)


def _again(table: Table, column: Column, value: str) -> str:
    """A value of a row that has another id now, with the ids that rows have now which it refers to."""
    target = dict(table.references).get(column.name)
    if target:
        mine = f"FROM moves m WHERE m.of_table = {quoted(target)} AND m.old_id = {value}"
        again = f"coalesce((SELECT any_value(m.new_id) {mine}), {value})"
    elif column.kind == "list" and column.words:
        again = f"""CASE WHEN {value} IS NOT NULL THEN (
            SELECT coalesce(list(coalesce(m.new_id, e.one) ORDER BY e.nth), [])
            FROM (SELECT unnest({value}) AS one, generate_subscripts({value}, 1) AS nth) e
            LEFT JOIN moves m ON m.old_id = e.one) END"""
    else:
        return value
    return f"CASE WHEN d.old_id <> d.new_id THEN {again} ELSE {value} END"


def _change(change: str, field: str, old: str, new: str, holds: str) -> str:
    return _entry(quoted(change), field, old, new, holds, words=False)


def _entry(change: str, field: str, old: str, new: str, holds: str, *, words: bool) -> str:
    """One change of a row as a STRUCT, or NULL."""
    struct = f"change: {change}, field: {quoted(field)}, old: {old}, new: {new}, words: {str(words).lower()}"
    return f"CASE WHEN {holds} THEN {{{struct}}} END"
