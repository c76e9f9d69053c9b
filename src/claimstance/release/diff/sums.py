"""All changes of a comparison in numbers, and the first of each kind."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from claimstance.gate.views import name
from claimstance.release.diff.columns import Column
from claimstance.release.diff.found import SHOWN, Came, Step, Told
from claimstance.table import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LABELLED = {"claims": "claim_type", "stances": "stance"}  # of rows that came or went, how many had which label
# A row that touches the test split is counted there, wherever it came from or went.
_SPLIT = "CASE WHEN was = 'test' OR now = 'test' THEN 'test' ELSE coalesce(now, was) END"
_COUNTS = f"""
    SELECT of_table, change, {_SPLIT} AS split, count(DISTINCT id) FROM changes WHERE id IS NOT NULL
    GROUP BY ALL ORDER BY ALL"""
_STEPS = f"""
    SELECT of_table, field, old, new, count(*), count(*) FILTER ({_SPLIT} = 'test')
    FROM changes WHERE change = 'relabelled' GROUP BY ALL ORDER BY of_table, field, old NULLS LAST, new NULLS LAST"""
_FIRST = f"""
    SELECT of_table, change, id, field, old, new, hidden, {_SPLIT} FROM changes WHERE id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY of_table, change ORDER BY id, field) <= {SHOWN}
    ORDER BY of_table, change, id, field"""

Counts = Mapping[str, Mapping[Any, Mapping[str, int]]]


def counts(database: "DuckDBPyConnection") -> Counts:
    """It will count the rows that changed, by table, change and split."""
    found: dict[str, dict[Any, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for table, change, split, count in database.sql(_COUNTS).fetchall():
        found[table][change][split] = count
    return found


def first(database: "DuckDBPyConnection") -> Mapping[str, Mapping[Any, tuple[Told, ...]]]:
    """It will give the first changes of each kind, by table and change."""
    found: dict[str, dict[Any, tuple[Told, ...]]] = defaultdict(lambda: defaultdict(tuple))
    for table, change, *rest in database.sql(_FIRST).fetchall():
        found[table][change] += (Told(*rest),)
    return found


def steps(database: "DuckDBPyConnection") -> Mapping[str, tuple[Step, ...]]:
    """It will count how many labels went from which to which, by table."""
    found: dict[str, tuple[Step, ...]] = defaultdict(tuple)
    for table, *rest in database.sql(_STEPS).fetchall():
        found[table] += (Step(*rest),)
    return found


def came(database: "DuckDBPyConnection", table: Table, columns: Mapping[str, Column]) -> tuple[Came, ...]:
    """It will count the labels of the rows that came and went, from d_<table>."""
    field = LABELLED.get(table.name, "")
    if field not in columns or columns[field].change != "relabelled":
        return ()
    own = f"""
        SELECT {name(field)} AS label, {{}} FROM d_{table.name} d
        JOIN {{}}_{table.name} one ON one.{name(table.key)} = d.{{}}_id WHERE d.{{}}_id IS NULL"""
    both = f"{own.format('1 AS came, 0 AS went', 'new', 'new', 'old')} UNION ALL"
    both += own.format("0, 1", "old", "old", "new")
    found = database.sql(
        f"SELECT label, sum(came)::BIGINT, sum(went)::BIGINT FROM ({both}) GROUP BY label ORDER BY label NULLS LAST"
    )
    return tuple(Came(field, *row) for row in found.fetchall())
