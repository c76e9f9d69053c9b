"""The words that all forms of the report share: what an outcome is called, how much was found, what it all comes to."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from claimstance.gate.check import Check
from claimstance.gate.outcomes import Outcome, Verdict
from claimstance.shown import cut, noted, shown

Kind = Literal["failed", "not_run", "blocked", "warning", "note", "held", "not_applicable"]

# In the order in which people should read of them.
KINDS: dict[Kind, str] = {
    "failed": "failed",
    "not_run": "not run",
    "blocked": "blocked",
    "warning": "warning",
    "note": "note",
    "held": "held",
    "not_applicable": "not applicable",
}
_COUNTED: tuple[Kind, ...] = ("held", "warning", "note", "failed", "not_run", "blocked", "not_applicable")
_LIMITS = 200  # characters of the thresholds of a check; a list of languages may have hundreds


def kind(outcome: Outcome) -> Kind:
    """What an outcome is to people: a failed check may block a release, be a warning, or be a note."""
    if outcome.status != "failed" or outcome.check.severity == "critical":
        return outcome.status
    return "warning" if outcome.check.severity == "warning" else "note"


def about(verdict: Verdict) -> str:
    """What was judged, by its name and its version, as far as they are known."""
    return f"{shown(verdict.title)} {shown(verdict.version)}".strip()


def by_kind(verdict: Verdict) -> dict[Kind, list[Outcome]]:
    """The outcomes of each kind, all kinds, in the order of KINDS and then of the verdict."""
    found: dict[Kind, list[Outcome]] = {one: [] for one in KINDS}
    for outcome in verdict.outcomes:
        found[kind(outcome)].append(outcome)
    return found


def tables(verdict: Verdict) -> dict[str, list[Outcome]]:
    """The outcomes of each table or fact, in order of its name."""
    found: dict[str, list[Outcome]] = {}
    for outcome in sorted(verdict.outcomes, key=lambda outcome: outcome.check.of):
        found.setdefault(outcome.check.of, []).append(outcome)
    return found


def reasons(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of each reason why they were not judged, the most frequent first."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(reason(outcome), []).append(outcome)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def reason(outcome: Outcome) -> str:
    """Why an outcome was not judged, as a clause."""
    return noted(outcome.note).rstrip(".") or "no reason given"


def amount(outcome: Outcome) -> str:
    """How much was found: "3 of 1,200 rows of claims, 2 more excused"; "" of a check that was not judged."""
    of = shown(outcome.check.of)
    if outcome.status in ("not_run", "blocked", "not_applicable") or (outcome.status == "failed" and not outcome.rows):
        said = ""
    elif outcome.rows > outcome.examined:
        said = f"{outcome.rows:,} found in {of}"
    else:
        said = f"{outcome.rows:,} of {outcome.examined:,} {plural(outcome.examined, 'row')} of {of}"
    excused = f"{outcome.excused:,} {'more ' * bool(said)}excused" if outcome.excused else ""
    return ", ".join(filter(None, (said, excused)))


def limits(check: Check) -> str:
    """The thresholds of a check: "share 0.05; allowed CC-BY-4.0, CC0-1.0"."""
    return cut("; ".join(f"{shown(name)} {_limit(value)}" for name, value in check.limits.items()), _LIMITS)


def result(verdict: Verdict) -> str:
    """The verdict in a word."""
    return "passed" if verdict.passed else "failed"


def total(verdict: Verdict) -> str:
    """What it all comes to: "118 checks: 114 held, 2 warnings, 1 failed, 1 not applicable (nothing to compare)"."""
    counts = Counter(kind(outcome) for outcome in verdict.outcomes)
    said = [f"{counts[one]:,} {_called(one, counts[one])}" for one in _COUNTED if counts[one]]
    skipped = reasons(outcome for outcome in verdict.outcomes if outcome.status == "not_applicable")
    if skipped:
        alone = len(skipped) == 1
        said[-1] += f" ({'; '.join(why if alone else f'{len(own):,}: {why}' for why, own in skipped.items())})"
    return f"{counts.total():,} {plural(counts.total(), 'check')}: {', '.join(said) or 'nothing was checked'}"


def plural(number: int, word: str) -> str:
    """The word, in its plural but for one."""
    return word if number == 1 else f"{word}s"


def _called(one: Kind, number: int) -> str:
    return plural(number, KINDS[one]) if one in ("warning", "note") else KINDS[one]


def _limit(value: object) -> str:
    return ", ".join(map(shown, value)) if isinstance(value, tuple) else f"{value:,}"
