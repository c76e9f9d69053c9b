"""Rows that are the same under another id: an article's text changed, and ids that are made of offsets with it.

Told where it is sure, and else as one row removed and one added:

- a sentence, where its words stand in one sentence only of the article, on both sides
- a claim, a marker, a source named in the text: at the same place of such a sentence (or of one that kept its id and
  words), in the same words
- a stance, where its claim and its source are the same, by the above
"""

from collections.abc import Iterator, Mapping

from claimstance.gate.views import name, quoted
from claimstance.release.diff.columns import Column
from claimstance.table import Table

SENTENCES, STANCES = "sentences", "stances"
# Where a row of the table begins, and its words.
PLACED = {
    "sources": ('mentions[1]."start"', "raw_text", {"mentions", "raw_text"}),
    "claims": ('spans[1]."start"', "text", {"spans", "text"}),
    "citations": ('"start"', "marker_text || ' ' || marker", {"start", "marker_text", "marker"}),
}
ORDER = (SENTENCES, *PLACED, STANCES)  # of the tables; each needs what comes before it

ANCHORS = "CREATE TEMP TABLE anchors (article_id VARCHAR, old_start INTEGER, old_end INTEGER, new_start INTEGER)"
MOVES = "CREATE TEMP TABLE moves (of_table VARCHAR, old_id VARCHAR, new_id VARCHAR)"


def statements(table: Table, columns: Mapping[str, Column]) -> Iterator[str]:
    """It will fill `moves` with the rows of a table that have another id now, from d_<table>."""
    due = {table.key, "article_id"}
    if table.name == SENTENCES and due | {"start", "end", "text"} <= set(columns):
        yield from _sentences(table)
    elif table.name in PLACED and due | PLACED[table.name][2] <= set(columns):
        yield _placed(table)
    elif table.name == STANCES and due | {"claim_id", "source_id"} <= set(columns):
        yield _stances(table)


def _sentences(table: Table) -> Iterator[str]:
    """Sentences by their words, in articles of which one is gone; they are what other rows are placed by."""
    key = name(table.key)
    own = f"""
        SELECT {key} AS id, article_id, "start", "end", text, count(*) OVER (PARTITION BY article_id, text) AS times
        FROM {{side}}_{table.name}
        WHERE article_id IN (SELECT article_id FROM d_{table.name} WHERE old_id IS NULL OR new_id IS NULL)"""
    yield f"""
        CREATE TEMP TABLE same_words AS
        SELECT o.id AS old_id, n.id AS new_id, o.article_id, o."start" AS old_start, o."end" AS old_end,
               n."start" AS new_start
        FROM ({own.format(side="old")}) o JOIN ({own.format(side="new")}) n
        ON n.article_id = o.article_id AND n.text = o.text WHERE o.id = n.id OR (o.times = 1 AND n.times = 1)"""
    yield "INSERT INTO anchors SELECT article_id, old_start, old_end, new_start FROM same_words"
    yield f"""
        INSERT INTO moves SELECT {quoted(table.name)}, s.old_id, s.new_id FROM same_words s
        JOIN d_{table.name} o ON o.old_id = s.old_id AND o.new_id IS NULL
        JOIN d_{table.name} n ON n.new_id = s.new_id AND n.old_id IS NULL"""
    yield "DROP TABLE same_words"


def _placed(table: Table) -> str:
    start, words, _ = PLACED[table.name]
    own = f"""SELECT d.{{side}}_id AS id, d.article_id, {start} AS place, {words} AS words
        FROM d_{table.name} d JOIN {{side}}_{table.name} one ON one.{name(table.key)} = d.{{side}}_id
        WHERE d.{{other}}_id IS NULL"""
    return f"""
        INSERT INTO moves SELECT {quoted(table.name)}, o.id, n.id
        FROM ({own.format(side="old", other="new")}) o
        JOIN anchors a ON a.article_id = o.article_id AND a.old_start <= o.place AND o.place < a.old_end
        JOIN ({own.format(side="new", other="old")}) n ON n.article_id = o.article_id AND n.words = o.words
        AND n.place = o.place - a.old_start + a.new_start
        QUALIFY count(*) OVER (PARTITION BY o.id) = 1 AND count(*) OVER (PARTITION BY n.id) = 1"""


def _stances(table: Table) -> str:
    key, now = name(table.key), {}
    for column, target in (("claim_id", "claims"), ("source_id", "sources")):
        now[column] = f"LEFT JOIN moves {target} ON {target}.of_table = '{target}' AND {target}.old_id = one.{column}"
    return f"""
        INSERT INTO moves SELECT {quoted(table.name)}, o.id, n.id FROM (
            SELECT d.old_id AS id, coalesce(claims.new_id, one.claim_id) AS claim_id,
                   coalesce(sources.new_id, one.source_id) AS source_id
            FROM d_{table.name} d JOIN old_{table.name} one ON one.{key} = d.old_id {" ".join(now.values())}
            WHERE d.new_id IS NULL) o
        JOIN (SELECT d.new_id AS id, one.claim_id, one.source_id
              FROM d_{table.name} d JOIN new_{table.name} one ON one.{key} = d.new_id WHERE d.old_id IS NULL) n
        USING (claim_id, source_id)
        QUALIFY count(*) OVER (PARTITION BY o.id) = 1 AND count(*) OVER (PARTITION BY n.id) = 1"""
