"""What is wrong on purpose in our own articles is found: by the audit of citations, or by the gold labels."""

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

from claimstance.table import Rows
from conftest import REPOSITORY, corpus

PLANTED = REPOSITORY / "tests" / "planted.csv"
MISSED = {
    ("2026-05-28-cape-herring-prichal", "unsupporting")
}  # no gold label says that its source does not bear it out


class Own:
    """The repository's own corpus, built."""

    def __init__(self, build: Path) -> None:
        self.build = build
        self.articles = {row["article_id"]: row for row in self.rows("articles")}
        self.sources = {row["source_id"]: row for row in self.rows("sources")}

    def rows(self, table: str) -> Rows:
        paths = sorted((self.build / table).glob("*.parquet"))
        return [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Own:
    root = corpus(REPOSITORY, tmp_path_factory.mktemp("own") / "own")
    with contextlib.redirect_stdout(io.StringIO()):
        script("build").main(["--corpus", str(root)])
    return Own(root / "build")


def planted(*kinds: str) -> list[tuple[str, str, str]]:
    """Article, kind and place of each flaw of these kinds."""
    with PLANTED.open(encoding="utf-8", newline="") as lines:
        rows = [(row["article_id"], row["flaw"], row["where"]) for row in csv.DictReader(lines)]
    return [row for row in rows if row[1] in kinds]


def source_of(article_id: str, where: str) -> str:
    """The id of the source at a place: an id, or a marker."""
    number = re.fullmatch(r"\[([0-9]+)\]", where)
    return f"{article_id}.r{int(number[1]):03d}" if number else where


def missing(rows: Iterable[tuple[str, str, str]], found: Callable[[str, str], bool]) -> list[tuple[str, str, str]]:
    return [(article_id, flaw, where) for article_id, flaw, where in rows if not found(article_id, where)]


def test_markers_that_resolve_to_nothing_are_the_planted_ones(own: Own) -> None:
    dangling = {(row["article_id"], row["marker_text"]) for row in own.rows("citations") if row["source_id"] is None}

    assert missing(planted("dangling"), lambda article_id, where: (article_id, where) in dangling) == []


def test_planted_entries_that_nobody_cites_are_cited_by_no_marker(own: Own) -> None:
    cited = {row["source_id"] for row in own.rows("citations")}

    lost = missing(planted("uncited"), lambda article_id, where: source_of(article_id, where) in own.sources)
    found = missing(planted("uncited"), lambda article_id, where: source_of(article_id, where) not in cited)

    assert (lost, found) == ([], [])


def test_planted_sources_from_the_future_are_dated_after_their_articles(own: Own) -> None:
    def later(article_id: str, where: str) -> bool:
        return bool(own.sources[where]["year"] > int(own.articles[article_id]["published"][:4]))

    assert missing(planted("after_event"), later) == []


def test_wire_copies_are_near_duplicates_of_their_wires(own: Own) -> None:
    def alike(article_id: str, where: str) -> bool:
        group = own.articles[article_id]["dup_group"]
        return group is not None and group == own.articles[where]["dup_group"]

    assert missing(planted("wire_copy"), alike) == []


def test_what_takes_a_reader_to_find_was_judged_otherwise_than_support(own: Own) -> None:
    judged: dict[str, set[int | None]] = {}
    for row in own.rows("stances"):
        judged.setdefault(row["source_id"], set()).add(row["stance"])

    def found(article_id: str, where: str) -> bool:
        return bool(judged.get(source_of(article_id, where), set()) - {0})

    kinds = ("figure_changed", "cut_quote", "unsupporting", "denial_as_confession")
    assert {(one, flaw) for one, flaw, _ in missing(planted(*kinds), found)} == MISSED
