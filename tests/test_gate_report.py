"""What people and machines are told of a verdict: terminal, Markdown, JUnit, JSON, and the folder that holds them."""

import json
import unicodedata
from pathlib import Path

import pytest
from lxml import etree
from markdown_it import MarkdownIt

from claimstance.errors import UsageError
from claimstance.gate.outcomes import Outcome, Place
from claimstance.gate.report import folder as report
from claimstance.gate.report import lines, told, write
from claimstance.gate.report.junit import document as junit
from claimstance.gate.report.machine import document as machine
from claimstance.gate.report.markdown import LIMIT
from claimstance.gate.report.markdown import document as markdown
from claimstance.shown import named, noted, shown
from conftest import files
from verdicts import MAIL, SENTENCE, check, every_kind, failed, hostile, verdict


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
    said = lines(every_kind())

    assert said == [
        "Mini 0.1.0, build, against 0.0.9",
        "",
        "FAILED claims.overlap: 12 of 1,200 rows of claims, 2 more excused",
        "  Rule:  No two claims overlap.",
        "  Why:   Words would count twice.",
        "    a.c1  overlaps a.c2",
        "    a.c3  overlaps a.c4",
        "    and 10 more",
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
        "  Limit: share 0.05; allowed CC0-1.0",
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
    given = [Outcome(check(), "held", 0, 9), Outcome(check("claims.moved"), "not_applicable", note="no corpus")]
    more = [Outcome(check("claims.gone"), "not_applicable", note="no release")] * 2

    said = [lines(verdict(*given)), lines(verdict(*given, *more))]

    assert said == [
        ["Mini 0.1.0, build", "", "Passed. 2 checks: 1 held, 1 not applicable (no corpus)"],
        ["Mini 0.1.0, build", "", "Passed. 4 checks: 1 held, 3 not applicable (2: no release; 1: no corpus)"],
    ]


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
        ("see (https://a.example/x?y) and www.b.example", "see ((address)) and (address)"),
        ("stance/pair/alpha/annotators=ann-1+ann-2", "stance/pair/alpha/annotators=(withheld)"),
        ("x" * 200, f"{'x' * 79}…{'x' * 40}"),
    ],
)
def test_what_is_shown_gives_no_orders_and_names_nobody(text: str, wanted: str) -> None:
    assert shown(text) == wanted


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("2025-wells.c000210-000280|2025-wells.r001", "2025-wells.c000210-000280|2025-wells.r001"),
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


def test_a_note_does_not_quote_the_value_that_a_database_choked_on() -> None:
    said = [noted(f"Conversion Error: no '{SENTENCE}' to INT32, it's no number"), noted("a table can't be read")]

    assert said == ["Conversion Error: no '…' to INT32, it's no number", "a table can't be read"]


def test_no_line_is_longer_than_a_terminal_is_wide() -> None:
    long = "x-" * 300
    given = verdict(
        failed(check(says=f"{long} {'word ' * 90}"), 10**15, 10**18, (long, long), ("a", long), (long, "")),
        *(Outcome(check(long + str(nth)), "blocked", note=long) for nth in range(5)),
        Outcome(check(), "held", figures=tuple(Place(long, long) for _ in range(99))),
        title="A Long Title " * 30,
        against=long,
    )

    said = lines(given)

    assert [line for line in said if len(line) > 120 or "\n" in line] == []


def test_what_ci_is_given_as_tests_fails_where_the_gate_does_and_skips_what_does_not_apply() -> None:
    root = etree.fromstring(junit(every_kind()).encode())

    cases = {
        case.get("name"): (case.getparent().get("name"), *(part.tag for part in case)) for case in root.iter("testcase")
    }
    blocked = {f"stances.{one}": ("stances", "failure") for one in "abcd"}
    assert (dict(root.attrib), cases) == (
        {"name": "Mini 0.1.0", "tests": "10", "failures": "6", "errors": "0", "skipped": "1", "time": "0"},
        blocked
        | {
            "claims.overlap": ("claims", "failure"),
            "claims.sql": ("claims", "failure"),
            "claims.few": ("claims", "system-out"),
            "claims.noted": ("claims", "system-out"),
            "claims.held": ("claims", "system-out"),
            "claims.moved": ("claims", "skipped"),
        },
    )


def test_the_text_of_a_failure_in_ci_is_what_the_terminal_says() -> None:
    outcome = every_kind().outcomes[-1]

    failure = etree.fromstring(junit(verdict(outcome)).encode()).find(".//failure")

    wanted = ("No two claims overlap. 12 of 1,200 rows of claims, 2 more excused", "\n".join(told(outcome)))
    assert (failure.get("message"), failure.text) == wanted


def test_machines_are_given_everything() -> None:
    given = verdict(
        failed(check(limits={"share": 0.05, "top": float("inf")}), 12, 1200, ("a.c1", "overlaps a.c2"), excused=2)
    )

    said = json.loads(machine(given))

    assert said == {
        "format": "claimstance-validation/1",
        "title": "Mini",
        "version": "0.1.0",
        "folder": "build",
        "against": None,
        "passed": False,
        "counts": {
            "checks": 1,
            "failed": 1,
            "not_run": 0,
            "blocked": 0,
            "warning": 0,
            "note": 0,
            "held": 0,
            "not_applicable": 0,
        },
        "checks": [
            {
                "id": "claims.overlap",
                "of": "claims",
                "severity": "critical",
                "since": "0.1.0",
                "derived": 0,
                "status": "failed",
                "kind": "failed",
                "says": "No two claims overlap.",
                "why": "Words would count twice.",
                "fix": "Choose one of them.",
                "limits": {"share": 0.05, "top": "inf"},
                "needs": [],
                "facts": [],
                "rows": 12,
                "examined": 1200,
                "excused": 2,
                "places": [{"id": "a.c1", "found": "overlaps a.c2"}],
                "figures": [],
                "note": "",
            }
        ],
    }


def test_the_summary_for_a_pull_request_reads_from_the_worst_to_the_least() -> None:
    page = MarkdownIt("commonmark").enable("table").parse(markdown(every_kind()))

    heads = [
        "".join(part.content for part in page[nth + 1].children or ())
        for nth, one in enumerate(page)
        if one.type == "heading_open"
    ]
    assert heads == [
        "Mini 0.1.0: failed",
        "Failed",
        "claims.overlap: 12 of 1,200 rows of claims, 2 more excused",
        "Did not run",
        "claims.sql",
        "Blocked",
        "Warnings",
        "claims.few: 1 of 1 row of claims",
        "Notes",
        "claims.noted: 1 of 9 rows of claims",
        "Figures",
        "All checks",
    ]


def test_words_of_files_are_only_words_in_markdown() -> None:
    page = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown(hostile()))

    kinds = {part.type for one in page for part in (one, *(one.children or ()))}
    heads = [one for one in page if one.type == "heading_open" and one.tag in ("h1", "h3")]
    names = {kind.removesuffix("_open").removesuffix("_close") for kind in kinds}
    plain = {
        "heading",
        "inline",
        "text",
        "code_inline",
        "paragraph",
        "strong",
        "bullet_list",
        "list_item",
        "text_special",
    }
    assert (names - plain - {"table", "thead", "tbody", "tr", "th", "td"}, len(heads)) == (set(), 4)


def test_the_summary_for_a_pull_request_fits_whatever_was_found() -> None:
    many = [
        failed(check(f"claims.c{nth}", of=f"fact{nth}"), 5, 9, *(("é" * 500, "ü" * 900),) * 5) for nth in range(3000)
    ]

    said = markdown(verdict(*many))

    assert (
        len(said.encode()) <= LIMIT,
        said.endswith("\nThe rest did not fit. The index.html of the report has everything.\n"),
    ) == (
        True,
        True,
    )


def test_nothing_that_is_said_anywhere_gives_orders_or_breaks_its_format() -> None:
    given = hostile()

    etree.fromstring(junit(given).encode())
    json.loads(machine(given))
    said = [*lines(given), *markdown(given).splitlines(), *junit(given).splitlines(), *machine(given).splitlines()]

    odd = {
        one
        for line in said
        for one in line
        if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co") and one != "\u200b"
    }
    assert odd == set()


def test_a_report_replaces_the_one_before_it(tmp_path: Path) -> None:
    write(hostile(), [], tmp_path / "report")

    write(every_kind(), [], tmp_path / "report")
    write(every_kind(), [], tmp_path / "other")

    names = {"index.html", "junit.xml", "summary.md", "validation.json", "data-docs/index.html"}
    left = sorted(path.name for path in tmp_path.iterdir())
    assert (set(files(tmp_path / "report")), files(tmp_path / "report") == files(tmp_path / "other"), left) == (
        names,
        True,
        ["other", "report"],
    )


def test_a_report_that_cannot_be_written_leaves_the_one_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(every_kind(), [], tmp_path / "report")
    before = files(tmp_path / "report")
    monkeypatch.setitem(report.FILES, "validation.json", lambda verdict: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        write(verdict(), [], tmp_path / "report")

    assert (files(tmp_path / "report"), [path.name for path in tmp_path.iterdir()]) == (before, ["report"])


@pytest.mark.parametrize("name", ["notes.txt", "data-docs/deeper/page.html", "data-docs/notes.txt"])
def test_a_folder_that_holds_more_than_a_report_is_not_replaced(tmp_path: Path, name: str) -> None:
    write(every_kind(), [], tmp_path / "report")
    strange = tmp_path / "report" / name
    strange.parent.mkdir(exist_ok=True)
    strange.write_text("mine", encoding="utf-8")
    before = files(tmp_path / "report")

    with pytest.raises(UsageError, match="no report has this"):
        write(verdict(), [], tmp_path / "report")

    assert files(tmp_path / "report") == before


@pytest.mark.parametrize("said", [None, "{}", '{"format": "other/1"}'])
def test_a_folder_that_is_no_report_is_not_replaced(tmp_path: Path, said: str | None) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "validation.json" if said else tmp_path / "report" / "letter").write_text(said or "mine")
    before = files(tmp_path / "report")

    with pytest.raises(UsageError, match="is no report"):
        write(verdict(), [], tmp_path / "report")

    assert files(tmp_path / "report") == before
