"""The mechanical checks: what schemas/tables/ says of each table, as checks of the files that were written.

Of an article whose text_status is standoff_only the columns of its words are null, and only there.

Great Expectations judges labels, numbers and patterns; SQL what is null, wide, or takes another table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from claimstance.gate import offsets
from claimstance.gate.check import Check, Expectation
from claimstance.gate.offsets import source_id
from claimstance.table import Field, Schemas, Table

SINCE = "0.1.0"
_PAIR = "[a-z0-9-]+[.]c[0-9]+-[0-9]+[|][a-z0-9-]+[.][rt][0-9]+(x[0-9]*)?"  # the id of a claim and a source


def derived(schemas: Schemas) -> Iterator[Check]:
    """It will give the checks of each table: required, labels, patterns, ranges, key, references, spans, filled.

    Those of a table that only releases have apply to releases.
    """
    for table in schemas.values():
        yield from (
            replace(check, needs=("release",)) if table.released else check
            for check in (
                _required(table),
                _labels(table),
                _patterns(table),
                _ranges(table),
                _key(table),
                _references(table, schemas),
                _spans(table),
                _filled(table),
            )
            if check.derived
        )
    if {"articles", "sources"} <= set(schemas):
        yield _withheld_words(schemas)


def _required(table: Table) -> Check:
    due = [field for field in table.fields if field.required]
    return Check(
        f"{table.name}.required",
        says=f"Every row of {table.name} has a value in {_names(due)}.",
        why="Whoever reads the table counts on these columns in every row.",
        fix="Look where the rows come from; a stage that cannot know a value must not make the row.",
        severity="critical",
        since=SINCE,
        of=table.name,
        rows=_union(
            f"""SELECT {table.key} AS id, '{field.name} is null' AS found FROM {table.name}
                WHERE {_q(field.name)} IS NULL{f" AND NOT {_standoff(table)}" if field.words else ""}"""
            for field in due
        ),
        derived=len(due),
    )


def _labels(table: Table) -> Check:
    scalars = [field for field in table.fields if field.vocabulary and field.type == "string"]
    pieces = [field for field in table.fields if field.vocabulary and field.items == "span"]
    return Check(
        f"{table.name}.labels",
        says=f"Labels of {table.name} are of their closed sets: {_names([*scalars, *pieces])}.",
        why="A number beyond the set reads as another label, or stops a training run in the middle.",
        fix="Restore the file; labels are only ever appended to schemas/labels.yaml.",
        severity="critical",
        since=SINCE,
        of=table.name,
        rows=_union(
            f"SELECT {table.key} AS id, '{field.name} has a kind that is no label' AS found FROM {table.name}"
            f" WHERE len(list_filter({_q(field.name)}, lambda one: one.kind IS NULL OR one.kind[1] = '?')) > 0"
            for field in pieces
        ),
        expects=tuple(
            Expectation(
                "expect_column_values_to_be_in_set",
                {"column": field.name, "value_set": list(range(len(field.vocabulary.labels)))},
            )
            for field in scalars
            if field.vocabulary
        ),
        derived=len(scalars) + len(pieces),
    )


def _patterns(table: Table) -> Check:
    due = [field for field in table.fields if field.pattern]
    return Check(
        f"{table.name}.patterns",
        says=f"Values of {table.name} are written as their columns demand: {_names(due)}.",
        why="Ids and digests that are written otherwise are not found again.",
        fix="See `pattern` in schemas/tables/" + f"{table.name}.yaml.",
        severity="critical",
        since=SINCE,
        of=table.name,
        # GX looks for the expression anywhere, and its $ accepts a newline behind the value.
        expects=tuple(
            Expectation(
                "expect_column_values_to_match_regex", {"column": field.name, "regex": rf"\A(?:{field.pattern})\Z"}
            )
            for field in due
        ),
        derived=len(due),
    )


def _ranges(table: Table) -> Check:
    offsets_of = {column for rule in table.spans for column in (rule.start, rule.end)}  # these are _spans' to judge
    limited = [field for field in table.fields if field.minimum is not None or field.maximum is not None]
    due = [field for field in limited if field.name not in offsets_of]
    real = [field for field in table.fields if field.type == "number"]
    return Check(
        f"{table.name}.ranges",
        says=f"Numbers of {table.name} are finite and lie in their ranges: {_names(dict.fromkeys([*due, *real]))}.",
        why="A number that cannot be comes of a mistake in what made it, and the mistake is rarely alone.",
        fix="See `minimum` and `maximum` in schemas/tables/" + f"{table.name}.yaml.",
        severity="critical",
        since=SINCE,
        of=table.name,
        rows=_union(
            f"""SELECT {table.key} AS id, '{field.name} is no finite number' AS found FROM {table.name}
                WHERE {_endless(field)}"""
            for field in real
        ),
        expects=tuple(
            Expectation(
                "expect_column_values_to_be_between",
                {"column": field.name}
                | {
                    f"{end}_value": value
                    for end, value in (("min", field.minimum), ("max", field.maximum))
                    if value is not None
                },
            )
            for field in due
        ),
        derived=len(due) + len(real),
    )


def _key(table: Table) -> Check:
    return Check(
        f"{table.name}.key",
        says=f"No two rows of {table.name} have one {table.key}.",
        why="A row that is there twice counts twice, and whatever refers to it is joined with both.",
        fix="Restore the files from their build; conform() refuses a key that comes twice.",
        severity="critical",
        since=SINCE,
        of=table.name,
        rows=f"""SELECT {table.key} AS id, count(*) || ' times' AS found FROM {table.name}
                 GROUP BY {table.key} HAVING count(*) > 1""",
        derived=1,
    )


def _references(table: Table, schemas: Schemas) -> Check:
    return Check(
        f"{table.name}.references",
        says=f"What rows of {table.name} refer to is there: {', '.join(column for column, _ in table.references)}.",
        why="A row that refers to nothing disappears in the first join.",
        fix="Restore the files of both tables from one build.",
        severity="critical",
        since=SINCE,
        of=table.name,
        rows=_union(
            f"""SELECT {table.key} AS id, '{column} is no row of {target}' AS found FROM {table.name} one
                WHERE {column} IS NOT NULL
                  AND NOT EXISTS (SELECT 1 FROM {target} other WHERE other.{schemas[target].key} = one.{column})"""
            for column, target in table.references
        ),
        derived=len(table.references),
    )


def _spans(table: Table) -> Check:
    return Check(
        f"{table.name}.spans",
        says=f"Offsets of {table.name} lie inside their text, and the text at them is the copy beside them.",
        why="Offsets that are off by one mark other words, and nobody sees it in a number.",
        fix="Restore the files from their build. Offsets count Unicode code points, not bytes and not UTF-16 units.",
        severity="critical",
        since=SINCE,
        of=table.name,
        rows=_union((offsets.slices if rule.start else offsets.pieces)(table, rule) for rule in table.spans),
        derived=len(table.spans),
    )


def _filled(table: Table) -> Check:
    due = [field for field in table.fields if not field.sparse and not field.required]
    return Check(
        f"{table.name}.filled",
        says=f"Columns of {table.name} that are not called sparse have a value somewhere: {_names(due)}.",
        why="A column that was lost on the way comes back all null, and loads without a word.",
        fix="Find out which stage lost it; a column that may be empty in a whole corpus is `sparse` in its schema.",
        severity="critical",
        since=SINCE,
        of=table.name,
        rows=f"""
            SELECT name AS id, 'null in every row' AS found FROM (
                SELECT unnest([{", ".join(f"'{table.name}.{field.name}'" for field in due)}]) AS name,
                       unnest([{", ".join(_given(table, field) for field in due)}]) AS given
                FROM {table.name} HAVING count(*) > 0) WHERE given = 0"""
        if due
        else "",
        derived=len(due),
    )


def _withheld_words(schemas: Schemas) -> Check:
    """It will give the check that no column of a release has words that may not be passed on, by what schemas/ says of
    each column.
    """
    held = [(table, field) for table in schemas.values() for field in table.fields if field.words]
    return Check(
        "release.standoff",
        says="Of a text that may not be passed on, a release has offsets and no word, in any column that repeats some.",
        why="Its publisher allowed to work with the text, not to hand it out.",
        fix="Make the release again; it leaves out the text of what has `redistributable: no` in its front matter.",
        severity="critical",
        since=SINCE,
        of="articles",
        needs=("release",),
        rows=_union(
            [
                """SELECT article_id AS id, 'text_status is ' || text_status AS found FROM articles
                   WHERE NOT redistributable AND text_status NOT IN ('standoff_only', 'withdrawn')""",
                *(_told(table, field) for table, field in held),
            ]
        ),
        derived=len(held) + 1,
    )


def _told(table: Table, field: Field) -> str:
    """Rows that have words in a column although these may not be passed on; ids and labels are no words."""
    column = _q(field.name)
    there = f"len({column}) > 0"
    if field.words == "annotator":
        there += f" AND {column} NOT IN (SELECT label FROM vocabularies)"
    if field.words == "shown":
        there += f" AND NOT regexp_full_match({column}, '{_PAIR}')"
    owners = {"evidence": [_of_closed_source(table)], "shown": [_of_closed(), _of_closed_source(table)]}
    return f"""SELECT {table.key} AS id, '{table.name}.{field.name}' AS found FROM {table.name}
               WHERE {there} AND ({" OR ".join(owners.get(field.words, [_of_closed()]))})"""


def _of_closed() -> str:
    return "article_id IN (SELECT article_id FROM articles WHERE NOT redistributable)"


def _of_closed_source(table: Table) -> str:
    return f"{source_id(table)} IN (SELECT source_id FROM sources WHERE NOT evidence_redistributable)"


def _standoff(table: Table) -> str:
    """Whether a row is of an article whose words are not there."""
    if table.name == "articles":
        return "coalesce(text_status IN ('standoff_only', 'withdrawn'), false)"
    return "coalesce(article_id IN (SELECT article_id FROM articles WHERE text_status = 'standoff_only'), false)"


def _given(table: Table, field: Field) -> str:
    """How many rows have a value, or would have one if it could be passed on."""
    given = f"{_q(field.name)} IS NOT NULL"
    return f"count_if({given} OR {_standoff(table)})" if field.words else f"count({_q(field.name)})"


def _endless(field: Field) -> str:
    """What no limit tells: Great Expectations takes NaN for null, and infinity for a number where no limit is.

    As words, because the statistics of Parquet leave NaN out, and where all other values are one DuckDB believes them
    and skips isnan(), isfinite() and comparisons.
    """
    ends = [end for end, limit in (("inf", field.maximum), ("-inf", field.minimum)) if limit is None]
    return f"regexp_full_match({_q(field.name)}::VARCHAR, '{'|'.join(['nan', *ends])}')"


def _q(name: str) -> str:
    return f'"{name}"'


def _union(queries: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(queries)


def _names(fields: Iterable[Field]) -> str:
    return ", ".join(field.name for field in fields)
