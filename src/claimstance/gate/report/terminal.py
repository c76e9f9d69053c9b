"""The verdict for whoever waits for it at a terminal: plain text of at most 120 columns, worst first."""

import textwrap
from collections.abc import Sequence

from claimstance.gate.outcomes import SHOWN, Outcome, Place, Verdict
from claimstance.gate.report.words import (
    Kind,
    about,
    amount,
    by_kind,
    kind,
    limits,
    plural,
    reason,
    reasons,
    result,
    total,
)
from claimstance.shown import cut, named, noted, shown

WIDTH = 120
FIGURES = 12  # of one check: shares of four labels in three splits
_HEADS: dict[Kind, str] = {"failed": "FAILED", "not_run": "NOT RUN", "blocked": "BLOCKED", "warning": "WARNING"}


def lines(verdict: Verdict) -> list[str]:
    """It will be all lines of the summary, without line ends: what blocks, warnings, notes and figures, the count."""
    head = f"{about(verdict)}, {shown(verdict.folder)}"
    said = _wrapped(head + (f", against {shown(verdict.against)}" if verdict.against else ""), "", "  ")
    found = by_kind(verdict)
    for outcome in (*found["failed"], *found["not_run"]):
        said += ["", *told(outcome)]
    for why, own in reasons(found["blocked"]).items():
        said += ["", *_blocked(why, own)]
    for outcome in found["warning"]:
        said += ["", *told(outcome)]
    aside = [line for outcome in found["note"] for line in told(outcome)]
    for outcome in verdict.outcomes:
        aside += figures(outcome)
    said += ["", "Notes and figures", *aside] if aside else []
    return [*said, "", *_wrapped(f"{result(verdict).capitalize()}. {total(verdict)}", "", "  ")]


def told(outcome: Outcome) -> list[str]:
    """It will be what is said of one outcome: a failed check with rule, reason, rows and remedy; the others shorter."""
    if outcome.status == "blocked":
        return _blocked(reason(outcome), [outcome])
    if kind(outcome) not in _HEADS:
        return _aside(outcome)
    head = f"{_HEADS[kind(outcome)]} {shown(outcome.check.id)}"
    much = "a check that did not run counts as failed" if outcome.status == "not_run" else amount(outcome)
    said = _wrapped(f"{head}: {much}" if much else head, "", "  ")
    check = outcome.check
    said += _labelled("Rule", check.says)
    if outcome.status == "not_run":  # the check itself is at fault, so its remedy would lead astray
        return said + _labelled("Note", noted(outcome.note))
    said += _labelled("Why", check.why) + _labelled("Limit", limits(check)) + _labelled("Note", noted(outcome.note))
    return said + _places(outcome) + _labelled("Fix", check.fix)


def _labelled(label: str, text: str) -> list[str]:
    return _wrapped(shown(text, 1000), f"  {label + ':':<7}", " " * 9) if text else []


def _places(outcome: Outcome) -> list[str]:
    """The first few rows; what was found stands beside the id, or under it where both are too long for a line."""
    said = []
    for place in outcome.places[:SHOWN]:
        key, found = named(place.id, WIDTH - 4), shown(place.found, WIDTH - 6)
        one = f"    {key}  {found}".rstrip()
        said += [one] if len(one) <= WIDTH else [f"    {key}", f"      {found}"]
    more = outcome.rows - len(outcome.places[:SHOWN])
    return said + ([f"    and {more:,} more"] if said and more > 0 else [])


def _blocked(why: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Checks that wait for one and the same thing, in a line or two."""
    ids = [shown(outcome.check.id) for outcome in outcomes]
    few = ", ".join(ids[:3]) + (f" and {len(ids) - 3:,} more" if len(ids) > 3 else "")
    return _wrapped(f"BLOCKED {len(ids):,} {plural(len(ids), 'check')} ({few}): {why}", "", "  ")


def _aside(outcome: Outcome) -> list[str]:
    """A note: an informative check that found something, in a line and its rows. Or a check that is all well."""
    much = reason(outcome) if outcome.status == "not_applicable" else amount(outcome)
    first = f"{shown(outcome.check.id)}: {much}. {shown(outcome.check.says, 1000)}"
    return _wrapped(first, "  ", "    ") + (_places(outcome) if outcome.status == "failed" else [])


def figures(outcome: Outcome) -> list[str]:
    """It will be what a check measures whether or not it holds, in one paragraph."""
    if not outcome.figures:
        return []
    more = len(outcome.figures) - FIGURES
    said = [*map(_figure, outcome.figures[:FIGURES]), *([f"and {more:,} more, see the report"] if more > 0 else [])]
    return _wrapped(f"{shown(outcome.check.id)}: {'; '.join(said)}", "  ", "    ")


def _figure(place: Place) -> str:
    return f"{named(place.id)} {shown(place.found)}".rstrip()


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """Lines of the width; a word that is longer than a line is cut."""
    words = " ".join(cut(word, WIDTH - len(rest)) for word in text.split(" "))
    return textwrap.wrap(
        words, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
    )
