"""The verdict as JUnit XML, which CI systems show beside tests: junit.xml.

A suite a table or fact, a case a check. What keeps the verdict from passing is a failure, what does not apply is
skipped; a warning is a case that passed and says so in its output.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from claimstance.gate.outcomes import Outcome, Verdict
from claimstance.gate.report.terminal import figures, told
from claimstance.gate.report.words import KINDS, about, amount, kind, reason, tables
from claimstance.shown import noted, shown

_FAILURES = ("failed", "not_run", "blocked")


def document(verdict: Verdict) -> str:
    """It will be the XML text; times are zero, because a report has no clock."""
    root = ET.Element("testsuites", {"name": about(verdict), **_counts(verdict.outcomes)})
    for of, own in tables(verdict).items():
        suite = ET.SubElement(root, "testsuite", {"name": shown(of), **_counts(own)})
        for outcome in own:
            _case(suite, outcome)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, outcome: Outcome) -> None:
    """One check: what failed carries the text of the terminal; so does the output of one that only warns."""
    check, one = outcome.check, kind(outcome)
    case = ET.SubElement(suite, "testcase", {"name": shown(check.id), "classname": shown(check.of), "time": "0"})
    if one in _FAILURES:
        much = noted(outcome.note) or amount(outcome) or KINDS[one]
        failure = ET.SubElement(case, "failure", {"message": f"{shown(check.says, 500)} {much}", "type": KINDS[one]})
        failure.text = "\n".join(told(outcome))
    elif one == "not_applicable":
        ET.SubElement(case, "skipped", {"message": reason(outcome)})
    said = (told(outcome) if one in ("warning", "note") else []) + figures(outcome)
    if said:
        ET.SubElement(case, "system-out").text = "\n".join(said)


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    kinds = [kind(outcome) for outcome in outcomes]
    return {
        "tests": str(len(kinds)),
        "failures": str(sum(one in _FAILURES for one in kinds)),
        "errors": "0",
        "skipped": str(kinds.count("not_applicable")),
        "time": "0",
    }
