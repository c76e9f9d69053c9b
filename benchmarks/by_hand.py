"""The checks of the gate by hand in DuckDB: how many rows break each, and no more.

What follows from the tables' schemas is one scan a table for all rules of its columns, one join a table and text for
its offsets, one anti-join a reference. Checks of the suites that look at each row of a table alone are one scan a
table, too. Where a check needs more, its SQL is taken as it stands in the suite, over plain views and without an audit.
The facts come from the same functions.
"""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from claimstance import schema
from claimstance.facts import FACTS
from claimstance.gate import suites
from claimstance.gate.check import Check
from claimstance.gate.folder import Folder
from claimstance.spans import GAP
from claimstance.table import Field, Schemas, SpanRule, Table

Counts = dict[str, int]
# SQL that filters the rows of one table, and words of SQL that does more.
ALONE = re.compile(r"SELECT .+?\bFROM (?P<table>\w+)\s+WHERE (?P<condition>.+)", re.DOTALL)
MORE = re.compile(r"SELECT.*\bSELECT\b|\b(?:JOIN|UNION|GROUP BY|OVER|AS holds)\b", re.DOTALL)


def checks(root: Path) -> dict[str, Any]:
    """It will do all checks that apply to the build of the corpus at `root`.

    `found` are rows by check, `how` the checks by how they were asked, `facts` the CPU seconds of the facts.
    """
    import duckdb

    schemas = schema.load(root / "schemas").of_build
    folder = Folder(root / "build", schemas, root)
    database = duckdb.connect()
    found = mechanical(database, folder.path, schemas)
    how = {"in one scan or join a table": sorted(found)}
    due = [
        check
        for check in suites.load(root / "schemas", schemas)
        if not check.derived and not {"last", "release"} & {*check.needs}
    ]
    facts = sorted({name for check in due for name in (*check.facts, check.of) if name in FACTS})
    began = time.process_time()
    for name in facts:
        database.register(name, FACTS[name](folder))
    took = time.process_time() - began
    for name, table in schemas.items():
        columns = ", ".join(_decoded(field) for field in table.fields)
        database.execute(
            f"CREATE VIEW {name} AS SELECT {columns}, split_part(parse_filename(filename), '-', 1) AS file_split"
            f" FROM read_parquet('{folder.path / name}/*.parquet', filename = true)"
        )
    labels = [(name, label) for name, one in schemas.vocabularies.items() for label in one.names]
    database.register("vocabularies", pa.table({"vocabulary": [a for a, _ in labels], "label": [b for _, b in labels]}))
    alone = _alone(database, due)
    rest = [check for check in due if check.id not in alone]
    found |= alone | {check.id: _asked(database, check) for check in rest}
    how["in one scan or join a table"] += sorted(alone)
    how["by the same SQL"] = sorted(check.id for check in rest)
    how["from the same facts"] = sorted(check.id for check in due if {*check.facts, check.of} & {*facts})
    return {"found": found, "how": how, "facts": took}


def _alone(database: Any, due: Sequence[Check]) -> Counts:
    """How many rows break the checks that look at each row of a table alone: one scan a table."""
    asked: dict[str, dict[str, str]] = {}
    for check in due:
        one = ALONE.fullmatch(check.rows)
        if one and not MORE.search(check.rows):
            condition = one["condition"]
            for name, value in check.limits.items():
                condition = condition.replace(f"${name}", str([*value]) if isinstance(value, tuple) else str(value))
            asked.setdefault(one["table"], {})[check.id] = condition
    found: Counts = {}
    for table, conditions in asked.items():
        scan = f"SELECT {', '.join(map(_where, conditions.values()))} FROM {table}"
        _add(found, [*conditions], database.execute(scan).fetchall()[0])
    return found


def _asked(database: Any, check: Check) -> int:
    """How many rows break a check of the suites."""
    for name, sql in check.used.items():
        database.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS {sql}")
    limits = {name: [*v] if isinstance(v, tuple) else v for name, v in check.limits.items() if f"${name}" in check.rows}
    rows = database.sql(check.rows, params=limits)
    breaking = rows.filter("NOT holds") if "holds" in rows.columns else rows
    return int(breaking.aggregate("count(*)").fetchall()[0][0])


def _decoded(field: Field) -> str:
    """A column with its labels by name."""
    if not field.vocabulary:
        return f'"{field.name}"'
    names = str(field.vocabulary.names)
    if field.items == "span":
        kind = f'{{"start": one."start", "end": one."end", "kind": {names}[one.kind + 1]}}'
        return f'list_transform("{field.name}", lambda one: {kind}) AS "{field.name}"'
    return f'{names}["{field.name}" + 1] AS "{field.name}"'


def mechanical(database: Any, folder: Path, schemas: Schemas) -> Counts:
    """It will count what breaks the checks that follow from the tables' schemas."""
    found: Counts = {}
    for name in schemas:
        database.execute(f"CREATE VIEW raw_{name} AS SELECT * FROM read_parquet('{folder / name}/*.parquet')")
    for name, table in schemas.items():
        rules = list(_rules(table))
        scan = f"SELECT {', '.join(sql for _, sql in rules)} FROM raw_{name}"
        _add(found, [check for check, _ in rules], database.execute(scan).fetchall()[0])
        twice = f"SELECT count(*) FROM (SELECT 1 FROM raw_{name} GROUP BY {table.key} HAVING count(*) > 1)"
        _add(found, [f"{name}.key"], database.execute(twice).fetchall()[0])
        for column, target in table.references:
            lost = f"""SELECT count(*) FROM raw_{name} one ANTI JOIN raw_{target} other
                       ON one.{column} = other.{schemas[target].key} WHERE one.{column} IS NOT NULL"""
            _add(found, [f"{name}.references"], database.execute(lost).fetchall()[0])
        for owner in sorted({rule.of for rule in table.spans}):
            own = [rule for rule in table.spans if rule.of == owner]
            _add(found, [f"{name}.spans"] * len(own), database.execute(_offsets(table, owner, own)).fetchall()[0])
    return found


def _add(found: Counts, checks: Sequence[str], counts: Sequence[int] | None) -> None:
    for check, count in zip(checks, counts or (), strict=True):
        found[check] = found.get(check, 0) + count


def _rules(table: Table) -> Iterator[tuple[str, str]]:
    """Each rule of a column: the check that it belongs to, and what counts the rows that break it."""
    offsets = {column for rule in table.spans for column in (rule.start, rule.end)}
    for field in table.fields:
        name = f'"{field.name}"'
        if field.required:
            yield f"{table.name}.required", _where(f"{name} IS NULL")
        elif not field.sparse:
            yield f"{table.name}.filled", f"CAST(count(*) > 0 AND count({name}) = 0 AS INT)"
        if field.vocabulary:
            yield f"{table.name}.labels", _where(_no_label(field, name))
        if field.pattern:
            yield f"{table.name}.patterns", _where(f"NOT regexp_full_match({name}, '{field.pattern}')")
        for sign, limit in (("<", field.minimum), (">", field.maximum)):
            if limit is not None and field.name not in offsets:
                yield f"{table.name}.ranges", _where(f"{name} {sign} {limit}")


def _where(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _no_label(field: Field, name: str) -> str:
    count = len(field.vocabulary.labels) if field.vocabulary else 0
    if field.items == "span":
        return f"len(list_filter({name}, lambda one: NOT coalesce(one.kind BETWEEN 0 AND {count - 1}, false))) > 0"
    return f"NOT ({name} BETWEEN 0 AND {count - 1})"


def _offsets(table: Table, owner: str, rules: Sequence[SpanRule]) -> str:
    """How many rows break each rule about offsets into one text."""
    target, _, text = owner.partition(".")
    names = {field.name for field in table.fields}
    key = "article_id" if target == "articles" else "source_id" if "source_id" in names else None
    own = f"one.{key}" if key else "split_part(one.item_id, '|', 2)"
    counted = ", ".join(_where(f"NOT ({_slice(rule) if rule.start else _pieces(rule)})") for rule in rules)
    some = " OR ".join("true" if rule.start else f"len(one.{rule.pieces}) > 0" for rule in rules)
    return f"""SELECT {counted} FROM raw_{table.name} one
               JOIN raw_{target} other ON other.{target[:-1]}_id = {own} AND other.{text} IS NOT NULL WHERE {some}"""


def _slice(rule: SpanRule) -> str:
    start, end, text = f'one."{rule.start}"', f'one."{rule.end}"', f"other.{rule.of.partition('.')[2]}"
    found = f"substring({text}, {start} + 1, {end} - {start}) = one.{rule.copy}"
    return f"0 <= {start} AND {start} < {end} AND {end} <= length({text}) AND {found}"


def _pieces(rule: SpanRule) -> str:
    pieces, text = f"one.{rule.pieces}", f"other.{rule.of.partition('.')[2]}"
    inside = f'0 <= span."start" AND span."start" < span."end" AND span."end" <= length({text})'
    held = f"len(list_filter({pieces}, lambda span: NOT ({inside}))) = 0"
    words = f'list_transform({pieces}, lambda span: substring({text}, span."start" + 1, span."end" - span."start"))'
    if rule.copy:
        copy = f"array_to_string({words}, '{GAP}')" if rule.joined else words
        held += f" AND coalesce({copy} = one.{rule.copy}, false)"
    return f"len({pieces}) = 0 OR ({held})"
