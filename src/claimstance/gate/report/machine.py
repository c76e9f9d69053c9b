"""The verdict for machines: validation.json.

One object, in this order of keys, indented, in ASCII, the same bytes for the same verdict:

    format     "claimstance-validation/1"; the number grows when a key changes its meaning or goes
    title, version, folder   what was judged
    against    the release that it was compared with, or null
    passed     true or false: whether nothing critical failed, and every check ran
    counts     checks, and of these failed, not_run, blocked, warning, note, held, not_applicable; a failed check counts
               as failed when it is critical, else as warning or note
    checks     in the order of the suites, each with
      id, of (the table or fact whose rows are examined), severity (critical, warning, info), since
      derived  how many rules a mechanical check holds, made from schemas/tables/; 0 of one that stands in a suite
      status   held, failed, not_run, blocked or not_applicable; kind, what counts counts it as
      says, why, fix     what must be true, why it matters, what to do
      limits   thresholds by name, each a number or a list of strings; needs and facts, lists of strings
      rows, examined, excused     failing rows, rows looked at, rows that exceptions.yaml excuses and `rows` lacks
      places   the first few failing rows: id, and found, which may be empty
      figures  the same for what is measured whether or not the check holds
      note     why a check did not run, is blocked, or does not apply; else empty

Ids are whole, so that they can be compared, but what reads like text, an address or an annotator is not shown.
"""

import json
import math
from collections.abc import Iterable
from typing import Any

from claimstance.gate.check import Limit
from claimstance.gate.outcomes import Outcome, Place, Verdict
from claimstance.gate.report.words import by_kind, kind
from claimstance.shown import WHOLE, named, noted, shown

FORMAT = "claimstance-validation/1"


def document(verdict: Verdict) -> str:
    """It will be the JSON text, with a line end."""
    counts = {"checks": len(verdict.outcomes)} | {one: len(own) for one, own in by_kind(verdict).items()}
    said = {
        "format": FORMAT,
        "title": _text(verdict.title),
        "version": _text(verdict.version),
        "folder": _text(verdict.folder),
        "against": None if verdict.against is None else _text(verdict.against),
        "passed": verdict.passed,
        "counts": counts,
        "checks": [_check(outcome) for outcome in verdict.outcomes],
    }
    return json.dumps(said, indent=1, allow_nan=False) + "\n"


def _check(outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    return {
        "id": _text(check.id),
        "of": _text(check.of),
        "severity": check.severity,
        "since": _text(check.since),
        "derived": check.derived,
        "status": outcome.status,
        "kind": kind(outcome),
        "says": _text(check.says),
        "why": _text(check.why),
        "fix": _text(check.fix),
        "limits": {_text(name): _limit(value) for name, value in check.limits.items()},
        "needs": list(map(_text, check.needs)),
        "facts": list(map(_text, check.facts)),
        "rows": outcome.rows,
        "examined": outcome.examined,
        "excused": outcome.excused,
        "places": _places(outcome.places),
        "figures": _places(outcome.figures),
        "note": noted(outcome.note),
    }


def _places(places: Iterable[Place]) -> list[dict[str, str]]:
    return [{"id": named(place.id, WHOLE), "found": _text(place.found)} for place in places]


def _text(text: str) -> str:
    return shown(text, WHOLE)


def _limit(value: Limit) -> float | str | list[str]:
    """JSON has no infinity."""
    if isinstance(value, tuple):
        return list(map(_text, value))
    return value if math.isfinite(value) else str(value)
