"""The verdict as a page for people: index.html. It asks nobody for anything, runs no script, and prints.

See claimstance.page for what keeps it so.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimstance import page
from claimstance.gate.outcomes import SHOWN as PLACES
from claimstance.gate.outcomes import Outcome, Place, Verdict
from claimstance.gate.report.words import KINDS, Kind, amount, by_kind, kind, limits, reasons, result, tables, total
from claimstance.shown import named, noted, shown

if TYPE_CHECKING:
    import jinja2

FIGURES = 100  # of one check; validation.json has all
GLYPHS: dict[Kind, str] = {
    "failed": "✗",
    "not_run": "✗",
    "blocked": "■",
    "warning": "!",
    "note": "i",
    "held": "✓",
    "not_applicable": "–",
}
_SECTIONS: dict[Kind, tuple[str, str]] = {
    "failed": ("Failed", "What keeps this dataset from passing."),
    "not_run": ("Did not run", "A check that did not run counts as failed: nobody knows what it would have found."),
    "blocked": ("Blocked", "What these checks read is broken, and another check says so. They count as failed."),
    "warning": ("Warnings", "To look at; they keep nothing from passing."),
    "note": ("Notes", "Worth knowing; nothing need be done."),
}


def document(verdict: Verdict) -> str:
    """It will be the HTML text of index.html."""
    found = by_kind(verdict)
    anchors = {outcome.check.id: f"check-{nth}" for nth, outcome in enumerate(verdict.outcomes)}
    return rendered(
        "index.html.j2",
        name=shown(verdict.title),
        version=shown(verdict.version),
        result=result(verdict),
        total=total(verdict),
        count=f"{len(verdict.outcomes):,}",
        folder=shown(verdict.folder),
        against=shown(verdict.against) if verdict.against else "",
        sections=[_section(one, found[one], anchors) for one in _SECTIONS if found[one]],
        figures=[_figures(outcome) for outcome in verdict.outcomes if outcome.figures],
        tables=[_table(of, own, anchors) for of, own in tables(verdict).items()],
    )


def rendered(template: str, **words: Any) -> str:
    """It will be a template of templates/ filled in; text is escaped there."""
    return _templates().get_template(template).render(words=KINDS, glyphs=GLYPHS, **words)


@cache
def _templates() -> "jinja2.Environment":
    return page.templates(Path(__file__).parent / "templates")


def _section(one: Kind, outcomes: Sequence[Outcome], anchors: dict[str, str]) -> dict[str, Any]:
    """All outcomes of a kind: each explained, or, where they are blocked, named under what blocks them."""
    head, lead = _SECTIONS[one]
    blocked = reasons(outcomes) if one == "blocked" else {}
    return {
        "anchor": one,
        "head": head,
        "lead": lead,
        "count": f"{len(outcomes):,}",
        "findings": [] if blocked else [_finding(outcome, anchors) for outcome in outcomes],
        "groups": [{"why": why, "ids": [shown(outcome.check.id) for outcome in own]} for why, own in blocked.items()],
    }


def _finding(outcome: Outcome, anchors: dict[str, str]) -> dict[str, Any]:
    check = outcome.check
    return {
        "id": shown(check.id),
        "anchor": anchors[check.id],
        "kind": kind(outcome),
        "amount": amount(outcome),
        "says": shown(check.says, 1000),
        "why": shown(check.why, 1000),
        "fix": shown(check.fix, 1000),
        "limits": limits(check),
        "note": noted(outcome.note),
        "places": _places(outcome.places[:PLACES]),
        "more": max(0, outcome.rows - len(outcome.places[:PLACES])),
    }


def _figures(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": shown(outcome.check.id),
        "figures": _places(outcome.figures[:FIGURES]),
        "more": max(0, len(outcome.figures) - FIGURES),
    }


def _places(places: Sequence[Place]) -> list[Place]:
    return [Place(named(place.id), shown(place.found)) for place in places]


def _table(of: str, outcomes: Sequence[Outcome], anchors: dict[str, str]) -> dict[str, Any]:
    """All checks of a table; it is open where there is something to look at."""
    counts = Counter(kind(outcome) for outcome in outcomes)
    said = [f"{len(outcomes):,} checks" if len(outcomes) != 1 else "1 check"]
    said += [f"{counts[one]:,} {KINDS[one]}" for one in KINDS if counts[one]]
    return {
        "name": shown(of),
        "total": ", ".join(said),
        "open": any(counts[one] for one in _SECTIONS),
        "checks": [_check(outcome, anchors) for one in KINDS for outcome in outcomes if kind(outcome) == one],
    }


def _check(outcome: Outcome, anchors: dict[str, str]) -> dict[str, Any]:
    judged = outcome.status in ("held", "failed")
    return _finding(outcome, anchors) | {
        "found": kind(outcome) in _SECTIONS and outcome.status != "blocked",
        "severity": outcome.check.severity,
        "rows": f"{outcome.rows:,}" if judged else "–",
        "examined": f"{outcome.examined:,}" if judged else "–",
        "excused": f"{outcome.excused:,}" if outcome.excused else "",
    }
