"""The verdict for the summary of a CI run and for a comment on a pull request: summary.md, in GitHub's Markdown.

A comment takes 65,536 characters at most, so blocks are left out from the end, the least important, until it fits.
Whatever came from files stands in code, where nothing links, mentions or formats.
"""

import re
from collections.abc import Iterator, Sequence

from claimstance.gate.outcomes import SHOWN, Outcome, Place, Verdict
from claimstance.gate.report.words import Kind, about, amount, by_kind, kind, limits, reasons, result, tables, total
from claimstance.marked import code, prose
from claimstance.shown import named, noted, shown

LIMIT = 60_000  # bytes
_MORE = "\nThe rest did not fit. The index.html of the report has everything.\n"
_HEADS: dict[Kind, str] = {"failed": "Failed", "not_run": "Did not run", "warning": "Warnings", "note": "Notes"}


def document(verdict: Verdict) -> str:
    """It will be the Markdown text, of at most LIMIT bytes."""
    against = f", against {code(shown(verdict.against))}" if verdict.against else ""
    said = (
        f"## {_prose(about(verdict))}: {result(verdict)}\n\n"
        f"{_prose(total(verdict))}. Judged: {code(shown(verdict.folder))}{against}.\n"
    )
    size = len(said.encode())
    for block in _blocks(verdict):
        size += len(block.encode())
        if size > LIMIT - len(_MORE):
            return said + _MORE
        said += block
    return said


def _blocks(verdict: Verdict) -> Iterator[str]:
    """What the summary says, worst first; a heading stands with the first of its blocks."""
    found = by_kind(verdict)
    for one, head in _HEADS.items():
        for nth, outcome in enumerate(found[one]):
            yield ("" if nth else f"\n### {head}\n") + _told(outcome)
        if one == "not_run":
            for nth, (why, own) in enumerate(reasons(found["blocked"]).items()):
                yield ("" if nth else "\n### Blocked\n\n") + _blocked(why, own)
    for nth, outcome in enumerate(outcome for outcome in verdict.outcomes if outcome.figures):
        yield ("" if nth else "\n### Figures\n\n") + _figures(outcome)
    yield from _tables(verdict)


def _told(outcome: Outcome) -> str:
    """One check that something was found of."""
    check, much = outcome.check, amount(outcome)
    said = [f"\n#### {code(shown(check.id))}{f': {_prose(much)}' if much else ''}\n", _paragraph(check.says)]
    if kind(outcome) != "not_run":
        said += [f"**Why:** {_prose(check.why)}"]
    if check.limits:
        said += [f"**Limit:** {code(limits(check))}"]
    if outcome.note:
        said += [f"**Note:** {code(noted(outcome.note))}"]
    if outcome.places:
        more = outcome.rows - len(outcome.places[:SHOWN])
        places = [*map(_place, outcome.places[:SHOWN]), *([f"- and {more:,} more"] if more > 0 else [])]
        said += ["\n".join(places)]
    if kind(outcome) != "not_run":
        said += [f"**Fix:** {_prose(check.fix)}"]
    return said[0] + "\n" + "\n\n".join(said[1:]) + "\n"


def _blocked(why: str, outcomes: Sequence[Outcome]) -> str:
    ids = ", ".join(code(shown(outcome.check.id)) for outcome in outcomes[:SHOWN])
    more = f" and {len(outcomes) - SHOWN:,} more" if len(outcomes) > SHOWN else ""
    return f"- {code(why)}: {ids}{more}\n"


def _place(place: Place) -> str:
    found = shown(place.found)
    return f"- {code(named(place.id))}" + (f": {code(found)}" if found else "")


def _figures(outcome: Outcome) -> str:
    shares = "; ".join(f"{named(one.id)} {shown(one.found)}".rstrip() for one in outcome.figures[:SHOWN])
    more = f" and {len(outcome.figures) - SHOWN:,} more" if len(outcome.figures) > SHOWN else ""
    return f"- {code(shown(outcome.check.id))}: {code(shares)}{more}\n"


def _tables(verdict: Verdict) -> Iterator[str]:
    """How each table fared, in one table; its rows are blocks of their own."""
    heads = ("Table", "Checks", "Held", "Failed", "Warnings", "Other")
    yield f"\n### All checks\n\n| {' | '.join(heads)} |\n| --- |{' ---: |' * (len(heads) - 1)}\n"
    for of, own in tables(verdict).items():
        kinds = [kind(outcome) for outcome in own]
        held, bad, warned = kinds.count("held"), kinds.count("failed"), kinds.count("warning")
        counts = (len(own), held, bad, warned, len(own) - held - bad - warned)
        cells = [code(shown(of)).replace("|", "\\|"), *(f"{count:,}" for count in counts)]
        yield f"| {' | '.join(cells)} |\n"


def _prose(text: str) -> str:
    """Words of a suite or of dataset.yaml, which format nothing and mention nobody."""
    return prose(shown(text, 1000))


def _paragraph(text: str) -> str:
    """The same at the beginning of a line, where it is no list either."""
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", _prose(text))
