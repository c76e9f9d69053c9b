"""A comparison for machines: one JSON object, in ASCII, the same bytes for the same two sides.

    format     "claimstance-diff/1"; the number grows when a key changes its meaning or goes
    old, new   name, as it was asked for, and version, as the side says, or ""
    demanded   part (major, minor, patch), and reasons, the most demanding first, each with
                 part, says, rows (0 where it is about no row), first (ids)
    withdrawn  by article: the reason, which may be ""
    tables     by name, each with
      old, new   how many rows; null where the side has no such table
      known      whether schemas/ describe it; the rows of one that is not known are not compared
      columns    what was added, removed, or has another type: column, label (null for the column itself), change,
                 old, new (types, or the numbers of a label)
      counts     by change and split: how many rows, a row once a change; what touches test counts there
      labels     field, old, new (null for no label), rows, and how many of them touch test
      came       field, label, added, removed: rows by label
    changes    in order of table, id, change and field, a line each: table, id (null for a whole column or table),
               change, field (null for a whole row), old, new, hidden (words that may not be told), was, now (splits)

A value is told as in schemas/tables/changes.yaml.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from claimstance.release.diff import words
from claimstance.release.diff.demands import demanded
from claimstance.release.diff.found import Compared, Found

FORMAT = "claimstance-diff/1"
TOLD = ("table", "id", "change", "field", "old", "new", "hidden", "was", "now")


def document(found: Found) -> Iterator[str]:
    """It will be the JSON text in parts, because there may be millions of changes."""
    due = demanded(found)
    said = {
        "format": FORMAT,
        "old": asdict(found.old),
        "new": asdict(found.new),
        "demanded": {"part": due.part, "reasons": [asdict(one) for one in due.reasons]},
        "withdrawn": dict(words.withdrawn(found)),
        "tables": {name: _table(table) for name, table in found.tables.items()},
    }
    yield json.dumps(said, indent=1).removesuffix("\n}") + ',\n "changes": ['
    first = True
    for batch in found.rows.select(TOLD).to_batches():
        for row in batch.to_pylist():
            yield ("\n  " if first else ",\n  ") + json.dumps(row)
            first = False
    yield "\n ]\n}\n"


def _table(table: Compared) -> dict[str, Any]:
    return {
        "old": table.was,
        "new": table.now,
        "known": table.known,
        "columns": [asdict(one) | {"label": one.label or None} for one in table.altered],
        "counts": {change: dict(table.counts[change]) for change in sorted(table.counts)},
        "labels": [asdict(one) for one in table.steps],
        "came": [asdict(one) for one in table.came],
    }
