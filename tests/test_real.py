"""Real articles, from the files that people have to rows that training code loads: nothing lost, nothing refused."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from datasets import load_dataset

from claimstance import build as way
from claimstance import template
from claimstance.report import Report

Row = dict[str, Any]
Scripts = Callable[[str], ModuleType]


class Built:
    """What came out of an empty corpus to which files were added: exit code, refusals, report, tables as loaded."""

    def __init__(self, root: Path, script: Scripts, *arguments: str) -> None:
        template.new(root)
        self.code = script("add_articles").main(["--corpus", str(root), *arguments])
        rejects = root / "rejects.jsonl"
        self.rejected = rejects.read_text(encoding="utf-8").splitlines() if rejects.exists() else []
        self.report: Report = way.build(root, root / "build", script("build").STAGES)
        self.cache = root / "cache"

    def rows(self, table: str) -> list[Row]:
        """All rows of a table, as `datasets` gives them."""
        loaded = load_dataset(str(self.report.out), table, cache_dir=str(self.cache))
        return [dict(row) for rows in loaded.values() for row in rows]


@pytest.fixture(scope="module")
def wikinews(shared: Path, script: Scripts, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """295 articles in two CSV files, with title, address and date beside the text."""
    return Built(tmp_path_factory.mktemp("wikinews"), script, "--licence", "CC-BY-2.5", str(shared / "wikinews"))


@pytest.fixture(scope="module")
def answers(shared: Path, script: Scripts, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """240 answers with markers and a column of numbered references, whose claims people have judged."""
    arguments = ["--map", "article_id=doc_id", "--licence", "MIT", str(_answers(shared))]
    return Built(tmp_path_factory.mktemp("answers"), script, *arguments)


@pytest.fixture(scope="module")
def given(shared: Path) -> list[Row]:
    """The answers as their authors published them."""
    return [json.loads(line) for line in _answers(shared).read_text(encoding="utf-8").splitlines()]


def _answers(shared: Path) -> Path:
    return shared / "expertqa" / "numbered_citations.jsonl"


def test_every_news_article_goes_in_and_is_loaded_with_its_title_apart_from_its_body(wikinews: Built) -> None:
    articles = wikinews.rows("articles")

    untitled = [row["article_id"] for row in articles if not row["title"] or not row["published"] or not row["url"]]
    bodiless = [row["article_id"] for row in articles if not row["paragraphs"]]
    assert (wikinews.code, wikinews.rejected, len(articles), untitled, bodiless) == (0, [], 295, [], [])


def test_the_date_line_of_a_news_article_is_no_part_of_its_body(wikinews: Built) -> None:
    line = re.compile(r"[A-Z][a-z]+day, [A-Z][a-z]+ \d{1,2}, \d{4}(?=\s)")

    dated = [(found.end(), row) for row in wikinews.rows("articles") if (found := line.match(row["text"]))]

    inside = [row["article_id"] for end, row in dated if row["paragraphs"][0]["start"] < end]
    assert (len(dated), inside) == (174, [])


def test_news_without_source_lists_has_the_one_marker_that_lost_its_list(wikinews: Built) -> None:
    citations = wikinews.rows("citations")

    told = [(row["marker_text"], row["source_id"]) for row in citations]

    assert (told, wikinews.report.audit.listed) == ([("[3]", None)], 0)


def test_every_answer_goes_in(answers: Built, given: list[Row]) -> None:
    ids = {row["article_id"] for row in answers.rows("articles")}

    assert (answers.code, answers.rejected, ids) == (0, [], {row["doc_id"] for row in given})


def test_every_marker_of_an_answer_resolves_but_the_two_that_number_no_reference(
    answers: Built, given: list[Row]
) -> None:
    citations = answers.rows("citations")

    found = {(row["article_id"], row["start"]) for row in citations}
    markers = [found.start() for row in given for found in re.finditer(r"\[[\d, ]+\]", row["text"])]
    dangling = [(row["article_id"], row["marker_text"]) for row in citations if row["source_id"] is None]
    wanted = [("expertqa-0064", "[49]"), ("expertqa-0064", "[50]")]  # it has five references
    assert (len(found), sorted(dangling)) == (len(markers), wanted)


def test_every_reference_of_an_answer_is_a_source_with_its_address(answers: Built, given: list[Row]) -> None:
    sources = sorted((row for row in answers.rows("sources") if row["marker"]), key=lambda row: int(row["marker"]))

    found: dict[str, list[str]] = {}
    for row in sources:
        found.setdefault(row["article_id"], []).append(f"[{row['marker']}] {row['url']}")

    assert found == {row["doc_id"]: [entry.strip() for entry in row["references"]] for row in given}


def test_every_claim_that_is_verbatim_in_its_answer_is_found_in_the_article(answers: Built, given: list[Row]) -> None:
    texts = {row["article_id"]: row["text"] for row in answers.rows("articles")}

    claims = [(row, claim["claim_string"]) for row in given for claim in row["claims"]]
    verbatim = [claim for row, claim in claims if claim in row["text"]]
    found = [claim for row, claim in claims if claim in texts[row["doc_id"]]]

    assert (len(claims), len(verbatim), found) == (1453, 1192, verbatim)
