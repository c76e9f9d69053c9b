"""SQL for the promise about spans: wherever a table holds offsets, the text at them is the copy beside them.

In the same words as claimstance.verify, which holds rows to it before they are written; here the files are read back.
"""

from claimstance.spans import GAP
from claimstance.table import SpanRule, Table

# Of one span and the text that it points into.
MACROS = (
    """CREATE MACRO inside(span, whole) AS
       0 <= span."start" AND span."start" < span."end" AND span."end" <= length(whole)""",
    """CREATE MACRO words(span, whole) AS substring(whole, span."start" + 1, span."end" - span."start")""",
    # How many UTF-16 units come before the place where a copy stands.
    r"""CREATE MACRO utf16(copy, whole) AS strpos(whole, copy) - 1
        + len(regexp_extract_all(whole[:strpos(whole, copy) - 1], '[\x{10000}-\x{10FFFF}]'))""",
)


def slices(table: Table, rule: SpanRule) -> str:
    """Rows whose start and end do not select their copy."""
    span = f"{{'start': one.\"{rule.start}\", 'end': one.\"{rule.end}\"}}"
    copy = f'one."{rule.copy}"'
    return f"""
        SELECT {table.key} AS id, CASE
            WHEN NOT inside({span}, whole)
            THEN '{rule.start} ' || one."{rule.start}" || ', {rule.end} ' || one."{rule.end}" || ' in a text of '
                 || length(whole)
            WHEN strpos(whole, {copy}) > 0 AND utf16({copy}, whole) = one."{rule.start}"
            THEN '{rule.copy} stands elsewhere: as if offsets counted UTF-16 units'
            ELSE '{rule.copy} is not what stands at {rule.start} ' || one."{rule.start}" END AS found
        FROM {_beside(table, rule)} one
        WHERE whole IS NOT NULL AND {copy} IS NOT NULL
          AND NOT (inside({span}, whole) AND words({span}, whole) = {copy})"""


def pieces(table: Table, rule: SpanRule) -> str:
    """Rows whose pieces do not select their copy, or that have a copy and no piece; without a copy, pieces that leave
    the text.
    """
    spans, whole = f'one."{rule.pieces}"', "whole" if rule.of == "articles.text" else "coalesce(whole, '')"
    inside = f"coalesce(len(list_filter({spans}, lambda span: NOT inside(span, {whole}))), 0) = 0"
    same, copied = "true", "false"
    if rule.copy:
        found = f"list_transform({spans}, lambda span: words(span, {whole}))"
        if rule.joined:  # one piece is the common case, and six times as fast without a list
            found = (
                f"CASE len({spans}) WHEN 1 THEN words({spans}[1], {whole}) ELSE array_to_string({found}, '{GAP}') END"
            )
        same = f'coalesce({found} = one."{rule.copy}", false)'
        copied = f'len(one."{rule.copy}") > 0'
    return f"""
        SELECT {table.key} AS id, CASE
            WHEN {inside} THEN '{rule.copy or rule.pieces} is not what stands at its offsets'
            ELSE '{rule.pieces} leave a text of ' || length({whole}) END AS found
        FROM {_beside(table, rule)} one
        WHERE {whole} IS NOT NULL AND (len({spans}) > 0 OR {copied}) AND NOT ({inside} AND {same})"""


def _beside(table: Table, rule: SpanRule) -> str:
    """The rows of the table with the text that the rule's offsets point into, as `whole`; not those whose source has a
    text that is withheld.
    """
    owner, _, text = rule.of.partition(".")
    key = "article_id" if owner == "articles" else source_id(table)
    there = "true" if owner == "articles" else "evidence_text IS NOT NULL OR evidence_redistributable IS NOT false"
    whole = f"SELECT {owner[:-1]}_id AS owner_id, {text} AS whole FROM {owner} WHERE {there}"
    return f"(SELECT one.*, whole FROM {table.name} one JOIN ({whole}) ON owner_id = {key})"


def source_id(table: Table) -> str:
    """It will be the source of a row; of a judgement, that of the pair that it is about."""
    return "source_id" if "source_id" in {field.name for field in table.fields} else "split_part(item_id, '|', 2)"
