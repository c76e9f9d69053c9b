"""Data Docs: a page a suite of what Great Expectations judged, and their index, in data-docs/."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from claimstance.gate.docs import Line, Page
from claimstance.gate.outcomes import Verdict
from claimstance.gate.report.pages import rendered
from claimstance.gate.report.words import Kind, about
from claimstance.shown import named, shown


def documents(verdict: Verdict, pages: Iterable[Page]) -> Iterator[tuple[str, str]]:
    """It will be the name and the HTML text of each file."""
    suites: list[dict[str, Any]] = []
    for page in pages:
        suites.append(_suite(page, {suite["file"] for suite in suites}))
        yield suites[-1]["file"], rendered("suite.html.j2", name=about(verdict), suite=suites[-1])
    yield "index.html", rendered("docs.html.j2", name=about(verdict), suites=suites)


def _suite(page: Page, taken: set[str]) -> dict[str, Any]:
    lines = [_line(line) for line in page.lines]
    unmet = sum(line["kind"] != "held" for line in lines)
    file = re.sub(r"[^a-z0-9_-]+", "-", page.name.lower()) or "suite"
    while f"{file}.html" in {*taken, "index.html"}:
        file += "-"
    return {
        "name": shown(page.name),
        "file": f"{file}.html",
        "kind": "failed" if unmet else "held",
        "count": f"{len(lines):,}",
        "unmet": f"{unmet:,}",
        "lines": lines,
    }


def _line(line: Line) -> dict[str, Any]:
    one: Kind = "not_run" if line.met is None else "held" if line.met else "failed"
    return {
        "check": shown(line.check),
        "column": shown(line.column) if line.column != line.check else "",
        "kind": one,
        "expectation": line.expectation,
        "observed": line.observed,
        "first": list(map(named, line.keys)),
    }
