"""The digest that the project began with, from a text file to tables."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from claimstance import build as way
from claimstance import template
from claimstance.report import Report

Row = dict[str, Any]


class Digest:
    """Its tables, its text, and the report of the build."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.tables = {name: self._rows(report.out / name) for name in report.counts}
        self.article = self.tables["articles"][0]
        self.text: str = self.article["text"]

    @staticmethod
    def _rows(folder: Path) -> list[Row]:
        return [row for path in sorted(folder.glob("*.parquet")) for row in pq.read_table(path).to_pylist()]

    def sources(self, kind: str) -> list[Row]:
        number = {"listed": 0, "in_text": 1}[kind]
        return [row for row in self.tables["sources"] if row["kind"] == number]


@pytest.fixture(scope="module")
def digest(shared: Path, script: Callable[[str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Digest:
    """Added and built in an empty corpus, without annotations."""
    root = tmp_path_factory.mktemp("digest")
    template.new(root)
    given = shared / "seed" / "voice-calls-digest.txt"
    code = script("add_articles").main(["--corpus", str(root), "--licence", "LicenseRef-unknown", str(given)])
    assert code == 0
    return Digest(way.build(root, root / "build", script("build").STAGES))


def test_the_title_stands_apart_from_a_body_of_8_paragraphs_and_17_sentences(digest: Digest) -> None:
    first_line = digest.text.partition("\n")[0]

    told = digest.article["title"], len(digest.article["paragraphs"]), len(digest.tables["sentences"])

    inside = [row["text"] for row in digest.tables["sentences"] if first_line in row["text"]]
    assert (told, inside) == ((first_line, 8, 17), [])


def test_each_of_the_11_sources_has_its_publisher_year_and_title(digest: Digest) -> None:
    listed = sorted(digest.sources("listed"), key=lambda row: int(row["marker"]))

    said = [f"{row['publisher']} ({row['year']}): {row['title']}." for row in listed]

    assert (said, [row["marker"] for row in listed]) == (
        [row["raw_text"] for row in listed],
        [str(number) for number in range(1, 12)],
    )


def test_every_marker_resolves_to_the_source_of_its_number(digest: Digest) -> None:
    marker_of = {row["source_id"]: row["marker"] for row in digest.sources("listed")}

    pairs = [(row["marker"], marker_of.get(row["source_id"])) for row in digest.tables["citations"]]

    in_body = sum(digest.text[span["start"] : span["end"]].count("[") for span in digest.article["paragraphs"])
    assert (len(pairs), [pair for pair in pairs if pair[0] != pair[1]]) == (in_body, [])


def test_no_sentence_holds_anything_of_the_source_list_or_of_what_to_read_next(digest: Digest) -> None:
    body = digest.text[: digest.text.index("\nSources:")]

    ends = max(row["end"] for row in digest.tables["sentences"])

    assert ends == len(body)


def test_who_speaks_in_the_text_is_a_candidate(digest: Digest) -> None:
    wanted = {"Critics", "Human Rights Watch", "Analysts", "Lawmakers", "Reuters reporters", "Moscow"}

    named = " | ".join(text for row in digest.sources("in_text") for text in row["mention_texts"])

    assert [name for name in sorted(wanted) if name not in named] == []


def test_the_audit_names_the_two_sources_with_one_title(digest: Digest) -> None:
    audit = digest.report.audit

    article_id = digest.article["article_id"]
    told = [place.replace(article_id, "") for place in audit.examples["duplicate"]]
    title = next(row["raw_text"] for row in digest.sources("listed") if row["marker"] == "5")
    assert (audit.counts["dangling"], audit.counts["uncited"], told) == (0, 0, [f".r005 {title[:60]} (of .r003)"])
