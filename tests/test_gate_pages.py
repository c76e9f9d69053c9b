"""The pages of a report: the verdict, and what Great Expectations judged. They ask nobody for anything and quote
nothing.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import html

from claimstance import schema
from claimstance.facts import FACTS
from claimstance.gate.outcomes import Outcome
from claimstance.gate.report import lines, pages, write
from claimstance.gate.run import Suite
from claimstance.page import STYLE
from claimstance.validate import Validated, validate
from conftest import Good, copied, files
from damage import changed, seal
from verdicts import MAIL, PSEUDONYM, SENTENCE, check, every_kind, failed, hostile, verdict

SECRETS = (MAIL, PSEUDONYM, SENTENCE, "ledger.example", "Zwölf")
LEAKS = """
UPDATE articles SET licence = 'The quay was shut for nine days in May.', text_sha256 = 'jo.roe@mail.example',
    url = 'https://ledger.example/a' WHERE article_id = 'well';
UPDATE claims SET article_id = 'jo.roe@mail.example' WHERE claim_id = (SELECT min(claim_id) FROM claims);
UPDATE claims SET text = 'The quay was shut for nine days in May.' WHERE claim_id = (SELECT max(claim_id) FROM claims);
UPDATE sentences SET sentence_id = 'jo.roe@mail.example', article_id = 'Zwölf'
    WHERE sentence_id = (SELECT min(sentence_id) FROM sentences);
UPDATE sentences SET sentence_id = 'The quay was shut for nine days in May.', text = 'jo.roe@mail.example'
    WHERE sentence_id = (SELECT max(sentence_id) FROM sentences);
UPDATE judgements SET annotator = 'quiet-heron', edited_by = 'jo.roe@mail.example' WHERE annotator != 'cy';
UPDATE judgements SET item_id = 'The quay was shut for nine days in May.'
    WHERE judgement_id = (SELECT min(judgement_id) FROM judgements);
UPDATE sources SET canonical_url = 'https://ledger.example/b', source_id = 'The quay was shut for nine days in May.'
    WHERE source_id = 'well.r001';
UPDATE agreement SET agreement_id = replace(agreement_id, 'ada', 'quiet-heron'), value = 7;
"""
# Attributes with which a page would fetch something, run something or send something.
FETCHING = ("src", "srcset", "poster", "data", "action", "formaction", "background", "cite", "ping", "manifest")


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory, good: Good) -> Validated:
    """What the gate says of a build that fails where mails, sentences, addresses and an annotator stand."""
    own = copied(good, tmp_path_factory.mktemp("leaky"))
    schemas = schema.load(own.corpus / "schemas")
    changed(own.folder, schemas, LEAKS)
    seal(own.folder, own.corpus, schemas)
    facts = dict(FACTS)
    facts.setdefault("files", lambda folder: pa.table({name: pa.array([], pa.string()) for name in ("table", "kind")}))
    return validate(own.folder, corpus=own.corpus, facts=facts)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, leaky: Validated) -> Path:
    """A report on an outcome of every kind, with the Data Docs of another."""
    folder = tmp_path_factory.mktemp("told") / "report"
    write(every_kind(), leaky.judged.suites, folder)
    return folder


def all_pages(folder: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    for path in sorted(folder.rglob("*.html")):
        yield str(path.relative_to(folder)), html.document_fromstring(path.read_bytes())


def text(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_the_page_of_the_verdict_tells_each_failure_with_reason_remedy_and_rows(report: Path) -> None:
    page = html.document_fromstring((report / "index.html").read_bytes())

    found = [text(one) for one in page.xpath("//section[@aria-labelledby='failed']//article")]
    assert found == [
        "claims.overlap ✗ failed 12 of 1,200 rows of claims, 2 more excused No two claims overlap. "
        "Why it matters Words would count twice. "
        "Found in a.c1 overlaps a.c2 a.c3 overlaps a.c4 and 10 more "
        "How to fix Choose one of them."
    ]


def test_the_page_of_the_verdict_has_every_check_by_table(report: Path) -> None:
    page = html.document_fromstring((report / "index.html").read_bytes())

    rows = [
        (text(table.find(".//h3")), *(text(cell) for cell in row.xpath("th | td")))
        for table in page.iter("details")
        for row in table.xpath(".//tbody/tr")
    ]
    says, wait = "No two claims overlap.", "stances cannot be read."
    assert rows == [
        ("claims", f"claims.overlap {says}", "✗ failed", "critical", "–", "12 2 excused", "1,200"),
        ("claims", f"claims.sql {says} no column x", "✗ not run", "warning", "–", "–", "–"),
        ("claims", f"claims.few {says}", "! warning", "warning", "share 0.05; allowed CC0-1.0", "1", "1"),
        ("claims", f"claims.noted {says}", "i note", "info", "–", "1", "9"),
        ("claims", f"claims.held {says}", "✓ held", "critical", "–", "0", "9"),
        ("claims", f"claims.moved {says} no release", "– not applicable", "critical", "–", "–", "–"),
        *(("stances", f"stances.{one} {says} {wait}", "■ blocked", "critical", "–", "–", "–") for one in "abcd"),
    ]


def test_pages_fetch_nothing_run_nothing_and_lead_only_to_files_of_the_report(report: Path) -> None:
    strange = []
    for name, page in all_pages(report):
        for element in page.iter(html.etree.Element):
            asks = [one for one in element.attrib if one in FETCHING or one.startswith("on")]
            leads = element.get("href", "").partition("#")[0]
            there = not leads or (report / name).parent.joinpath(leads).resolve().is_relative_to(report.resolve())
            exists = not leads or (report / name).parent.joinpath(leads).is_file()
            if (
                asks
                or element.tag in ("script", "link", "iframe", "img", "object", "form", "base")
                or not (there and exists)
            ):
                strange.append((name, element.tag, dict(element.attrib)))
        policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        strange += (
            [] if policy.startswith("default-src 'none'; style-src 'unsafe-inline'") else [(name, "policy", policy)]
        )
        strange += [
            (name, "style", style.text) for style in page.iter("style") if re.search(r"url\(|@import", style.text)
        ]

    assert strange == []


def test_pages_can_be_read_without_eyes(report: Path) -> None:
    wrong = []
    for name, page in all_pages(report):
        ids = page.xpath("//@id")
        labels = page.xpath("//@aria-labelledby")
        anchors = [leads[1:] for leads in page.xpath("//@href") if leads.startswith("#")]
        levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3")]
        wrong += [(name, "twice", one) for one in set(ids) if ids.count(one) > 1]
        wrong += [(name, "nowhere", one) for one in (*labels, *anchors) if one not in ids]
        wrong += [(name, "header without scope", text(one)) for one in page.xpath("//th[not(@scope)]")]
        wrong += [(name, "table without caption", "") for table in page.iter("table") if table.find("caption") is None]
        wrong += [(name, "level left out", "") for one, next_ in pairwise(levels) if next_ > one + 1]
        marks = (len(page.xpath("//main")), levels.count(1), page.get("lang"), bool(text(page.find(".//title"))))
        wrong += [] if marks == (1, 1, "en", True) else [(name, "marks", marks)]

    assert wrong == []


def test_what_files_say_is_only_text_in_pages(tmp_path: Path) -> None:
    write(hostile(), [Suite("<b>", _Nothing())], tmp_path / "report")

    tags = {element.tag for _, page in all_pages(tmp_path / "report") for element in page.iter(html.etree.Element)}
    ours = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "nav",
        "main",
        "footer",
        "section",
        "article",
    }
    ours |= {"details", "summary", "h1", "h2", "h3", "p", "strong", "span", "bdi", "code", "ul", "li", "dl", "dt", "dd"}
    ours |= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert tags - ours == set()


def test_data_docs_say_what_was_expected_and_observed_and_name_rows_by_their_ids(report: Path) -> None:
    page = html.document_fromstring((report / "data-docs" / "articles.html").read_bytes())

    rows = [[text(cell) for cell in row.xpath("th | td")] for row in page.xpath("//tbody/tr")]
    assert [row for row in rows if row[1] != "✓ held"] == [
        [
            "articles.patterns",
            "✗ failed",
            "licence",
            r"values must match this regular expression: "
            r"\A(?:[A-Za-z0-9][A-Za-z0-9.+-]*( (AND|OR|WITH) [A-Za-z0-9][A-Za-z0-9.+-]*)*)\Z . "
            "1 unexpected values found. 25% of 4 total rows.",
            "25% unexpected",
            "well",
        ],
        [
            "articles.patterns",
            "✗ failed",
            "text_sha256",
            r"values must match this regular expression: \A(?:[0-9a-f]{64})\Z . "
            "1 unexpected values found. 25% of 4 total rows.",
            "25% unexpected",
            "well",
        ],
    ]


def test_no_file_of_a_report_holds_text_mails_addresses_or_annotators(
    leaky: Validated, good: Good, tmp_path: Path
) -> None:
    write(leaky.verdict, leaky.judged.suites, tmp_path / "report")
    told = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "report").rglob("*") if path.is_file()}
    told["terminal"] = "\n".join(lines(leaky.verdict))

    judged = "".join(str(suite.raw) for suite in leaky.judged.suites)
    there = [one for one in SECRETS if one in judged]
    broken = {one.check.id for one in leaky.verdict.outcomes if one.status == "failed"}
    tables = [pq.read_table(good.folder / name, columns=["text"]) for name in ("sentences", "claims")]
    words = {one for table in tables for one in table["text"].to_pylist()}
    seen = [(name, one) for name, text in told.items() for one in (*SECRETS, *words) if one in text]
    assert (there, {"articles.patterns", "claims.spans", "sentences.references"} - broken, seen) == (
        [MAIL, SENTENCE],
        set(),
        [],
    )


def test_data_docs_are_the_same_to_the_byte_whenever_they_are_written(
    report: Path, tmp_path: Path, leaky: Validated
) -> None:
    write(every_kind(), leaky.judged.suites, tmp_path / "again")

    again = files(tmp_path / "again")
    assert (len(again) > 12, again == files(report)) == (True, True)


def test_a_thousand_checks_and_huge_numbers_are_a_page_like_another() -> None:
    many = [Outcome(check(f"claims.c{nth}", of=f"fact{nth % 7}"), "held", 0, 10**nth % 10**30) for nth in range(1000)]

    page = pages.document(verdict(failed(check(), 10**18, 10**20, ("a.c1", "")), *many))

    assert ("1,000,000,000,000,000,000 of 100,000" in page, page.count("<tr>"), len(page) < 2_000_000) == (
        True,
        1009,
        True,
    )


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_told_apart_by_weak_eyes(dark: bool) -> None:
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[dark]))

    pairs = [(front, back) for front in ("text", "muted", "link") for back in ("page", "card")]
    pairs += [(kind, f"{kind}-back") for kind in ("failed", "warning", "held", "plain")] + [
        ("text", "code"),
        ("plain", "code"),
    ]
    assert [pair for pair in pairs if _contrast(*(colours[one] for one in pair)) < 4.5] == []


def test_pages_open_in_a_browser_without_a_network(report: Path, browsers: Callable[[], Any]) -> None:
    driver = browsers()
    driver.execute_cdp_cmd("Network.enable", {})
    still = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", still)

    seen = []
    for name, check_id in (("index.html", "claims.overlap"), ("data-docs/articles.html", "articles.patterns")):
        for width in (1280, 360):
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            driver.get((report / name).as_uri())
            asked = driver.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
            wide = driver.execute_script("return document.documentElement.scrollWidth") > width
            styled = driver.execute_script("return getComputedStyle(document.body).maxWidth") == "1152px"
            told = check_id in driver.find_element("tag name", "body").text
            seen.append((name, asked, wide, styled, told, driver.get_log("browser")))

    wanted: list[Any] = [
        (name, [], False, True, True, []) for name in ("index.html", "data-docs/articles.html") for _ in range(2)
    ]
    assert seen == wanted


class _Nothing:
    """A suite that has no results."""

    results = ()


def _contrast(one: str, other: str) -> float:
    """As WCAG 2 has it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[nth : nth + 2], 16) / 255 for nth in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
