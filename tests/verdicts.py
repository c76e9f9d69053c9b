"""Verdicts to report on, put together by hand."""

from collections.abc import Mapping
from typing import Any

from claimstance.gate.check import Check, Limit, Severity
from claimstance.gate.outcomes import Outcome, Place, Verdict

MAIL, PSEUDONYM, SENTENCE = "jo.roe@mail.example", "quiet-heron", "The quay was shut for nine days in May."
# What a file may hold where an id should be, and what no reader may be given as it is.
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "`code` | **bold** [a](b) ![c](d) | @someone #12",
    "\x1b]0;title\x07\x1b[31mred",
    "a\u202egnp.exe\u2066\ud800\ufffe\x00\x0b",
    "one\ntwo\r\n### three\n",
    "]]> <!-- &amp; -->",
    "{{ 7 * 7 }}${7*7}",
    "x" * 5000,
    "",
)


def check(
    name: str = "claims.overlap",
    severity: Severity = "critical",
    *,
    of: str = "claims",
    limits: Mapping[str, Limit] | None = None,
    says: str = "No two claims overlap.",
) -> Check:
    why, fix = "Words would count twice.", "Choose one of them."
    return Check(name, says, why, fix, severity, "0.1.0", of, limits=limits or {})


def failed(one: Check, rows: int, examined: int, *places: tuple[str, str], **more: Any) -> Outcome:
    return Outcome(one, "failed", rows, examined, tuple(Place(*place) for place in places), **more)


def verdict(*outcomes: Outcome, title: str = "Mini", version: str = "0.1.0", against: str | None = None) -> Verdict:
    return Verdict(title, version, "build", against, outcomes)


def every_kind() -> Verdict:
    """An outcome of every kind, two of some."""
    return verdict(
        Outcome(check("claims.held"), "held", 0, 9, figures=(Place("train", "0.31"), Place("test", "0.29"))),
        failed(check("claims.few", "warning", limits={"share": 0.05, "allowed": ("CC0-1.0",)}), 1, 1, ("train", "0.1")),
        failed(check("claims.noted", "info"), 1, 9, ("a.c1", "")),
        *(Outcome(check(f"stances.{one}", of="stances"), "blocked", note="stances cannot be read.") for one in "abcd"),
        Outcome(check("claims.moved"), "not_applicable", note="no release"),
        Outcome(check("claims.sql", "warning"), "not_run", note="no column x"),
        failed(check("claims.overlap"), 12, 1200, ("a.c1", "overlaps a.c2"), ("a.c3", "overlaps a.c4"), excused=2),
        against="0.0.9",
    )


def hostile() -> Verdict:
    """A verdict all of whose words are hostile."""
    return verdict(
        *(failed(check(one, of=one, says=one, limits={one: (one,)}), 9, 9, (one, one), note=one) for one in HOSTILE),
        *(Outcome(check(f"b.{one}"), "blocked", note=one) for one in HOSTILE),
        *(Outcome(check(f"h.{one}"), "held", figures=(Place(one, one),)) for one in HOSTILE),
        title="".join(HOSTILE),
        version=HOSTILE[0],
        against=HOSTILE[0],
    )
