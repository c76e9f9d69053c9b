"""What people and machines are told of a verdict."""

from collections.abc import Mapping
from typing import Any

import pytest

from claimstance.gate.check import Check, Limit, Severity
from claimstance.gate.outcomes import Outcome, Place, Verdict
from claimstance.gate.report import lines, told
from claimstance.gate.report.shown import named, shown

MAIL, PSEUDONYM, SENTENCE = "jo.roe@mail.example", "quiet-heron", "The quay was shut for nine days in May."


def check(
    name: str = "claims.overlap",
    severity: Severity = "critical",
    *,
    of: str = "claims",
    limits: Mapping[str, Limit] | None = None,
    says: str = "No two claims overlap.",
) -> Check:
    return Check(
        name, says, "Words would count twice.", "Choose one of them.", severity, "0.1.0", of, limits=limits or {}
    )


def failed(one: Check, rows: int, examined: int, *places: tuple[str, str], **more: Any) -> Outcome:
    return Outcome(one, "failed", rows, examined, tuple(Place(*place) for place in places), **more)


def verdict(*outcomes: Outcome, title: str = "Mini", against: str | None = None) -> Verdict:
    return Verdict(title, "0.1.0", "build", against, outcomes)


def test_a_failed_check_is_told_with_its_rule_reason_rows_and_remedy() -> None:
    outcome = failed(check(limits={"share": 0.05}), 12, 1200, ("a.c1", "overlaps a.c2"), ("a.c3", ""), excused=2)

    said = told(outcome)

    assert said == [
        "FAILED claims.overlap: 12 of 1,200 rows of claims, 2 more excused",
        "  Rule:  No two claims overlap.",
        "  Why:   Words would count twice.",
        "  Limit: share 0.05",
        "    a.c1  overlaps a.c2",
        "    a.c3",
        "    and 10 more",
        "  Fix:   Choose one of them.",
    ]


def test_the_summary_tells_what_blocks_first_and_counts_at_its_end() -> None:
    given = verdict(
        Outcome(check("claims.held"), "held", 0, 9, figures=(Place("train", "0.31"), Place("test", "0.29"))),
        failed(check("claims.few", "warning"), 1, 1, ("train", "0.1")),
        failed(check("claims.noted", "info"), 1, 9, ("a.c1", "")),
        *(Outcome(check(f"stances.{one}"), "blocked", note="stances cannot be read.") for one in "abcd"),
        Outcome(check("claims.moved"), "not_applicable", note="no release"),
        Outcome(check("claims.sql", "warning"), "not_run", note="no column x"),
        failed(check("claims.overlap"), 1, 9, ("a.c1", "")),
        against="0.0.9",
    )

    said = lines(given)

    assert said == [
        "Mini 0.1.0, build, against 0.0.9",
        "",
        "FAILED claims.overlap: 1 of 9 rows of claims",
        "  Rule:  No two claims overlap.",
        "  Why:   Words would count twice.",
        "    a.c1",
        "  Fix:   Choose one of them.",
        "",
        "NOT RUN claims.sql: a check that did not run counts as failed",
        "  Rule:  No two claims overlap.",
        "  Note:  no column x",
        "",
        "BLOCKED 4 checks (stances.a, stances.b, stances.c and 1 more): stances cannot be read",
        "",
        "WARNING claims.few: 1 of 1 row of claims",
        "  Rule:  No two claims overlap.",
        "  Why:   Words would count twice.",
        "    train  0.1",
        "  Fix:   Choose one of them.",
        "",
        "Notes and figures",
        "  claims.noted: 1 of 9 rows of claims. No two claims overlap.",
        "    a.c1",
        "  claims.held: train 0.31; test 0.29",
        "",
        "Failed. 10 checks: 1 held, 1 warning, 1 note, 1 failed, 1 not run, 4 blocked, 1 not applicable (no release)",
    ]


def test_a_verdict_without_faults_is_a_line_or_two() -> None:
    given = verdict(Outcome(check(), "held", 0, 9), Outcome(check("claims.moved"), "not_applicable", note="no corpus"))

    said = lines(given)

    assert said == ["Mini 0.1.0, build", "", "Passed. 2 checks: 1 held, 1 not applicable (no corpus)"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a.c1", "a.c1"),
        ("two\nlines\x85and\u2028more\u00a0", "two lines and more"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("abc\u202edef\u2066\ufeff", "abc\\u202edef\\u2066\\ufeff"),
        ("\ud800\ufffe\x00\U000e0041", "\\ud800\\ufffe\\x00\\U000e0041"),
        ("مرحبا 日本 👩\u200d🚀", "مرحبا 日本 👩\u200d🚀"),
        (f"by <{MAIL}>, {MAIL}", "by <(e-mail)>, (e-mail)"),
        ("a\u200b@b", "(e-mail)"),
        ("see https://a.example/x?y and www.b.example", "see (address) and (address)"),
        ("stance/pair/alpha/annotators=ann-1+ann-2", "stance/pair/alpha/annotators=(withheld)"),
        ("x" * 200, f"{'x' * 79}…{'x' * 40}"),
    ],
)
def test_what_is_shown_gives_no_orders_and_names_nobody(text: str, wanted: str) -> None:
    assert shown(text) == wanted


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        (
            "2025-10-09-wells.c000210-000280|2025-10-09-wells.r001",
            "2025-10-09-wells.c000210-000280|2025-10-09-wells.r001",
        ),
        ("train, SUPPORTS", "train, SUPPORTS"),
        ("", "(empty)"),
        (" \n", "(empty)"),
        (SENTENCE, "(no id: a text of 39 characters)"),
        ("港は五月に九日間閉鎖されていました", "(no id: a text of 17 characters)"),
        (MAIL, "(e-mail)"),
    ],
)
def test_an_id_that_reads_like_text_is_not_shown(key: str, wanted: str) -> None:
    assert named(key) == wanted


def test_no_line_is_longer_than_a_terminal_is_wide() -> None:
    long = "x-" * 300
    given = verdict(
        failed(check(says=f"{long} {'word ' * 90}"), 10**15, 10**18, (long, long), ("a", long), (long, "")),
        *(Outcome(check(long + str(nth)), "blocked", note=long) for nth in range(5)),
        Outcome(check(), "held", figures=tuple(Place(long, long) for _ in range(9))),
        title="A Long Title " * 30,
        against=long,
    )

    said = lines(given)

    assert [line for line in said if len(line) > 120 or "\n" in line] == []
