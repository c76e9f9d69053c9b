"""Drift: what moved since the last release is told, and what few articles did by chance is no warning."""

import random
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from claimstance.gate.facts.drift import drift
from claimstance.gate.folder import Folder
from claimstance.table import Row
from planting import CHECKS, SCHEMAS, failing, holding, planted

Chance = random.Random


def stances(dice: Chance, share: float, articles: int, first: int = 0) -> list[Row]:
    """About six stances an article, of which `share` refute, more in some articles than in others."""
    rows = []
    for nth in range(first, first + articles):
        own = dice.betavariate(9 * share, 9 * (1 - share))
        for number in range(dice.randint(2, 10)):
            label = "REFUTES" if dice.random() < own else "SUPPORTS"
            rows.append({"article_id": f"n{nth:04d}", "stance_id": f"n{nth:04d}.{number}", "stance": label})
    return rows


def released(place: Path, rows: list[Row], last: Path | None = None) -> Folder:
    """A dataset of these stances and their articles."""
    names = sorted({row["article_id"] for row in rows})
    articles = [{"article_id": name, "split": "train"} for name in names]
    return planted(place, {"articles": articles, "stances": rows}, last)


@pytest.mark.parametrize(
    ("articles", "more", "share", "warned"),
    [
        (10, 2, 0.2, False),  # a small corpus that grows
        (10, 10, 0.6, False),  # what is new is of another kind, but there are ten of it
        (200, 40, 0.2, False),
        (200, 40, 0.6, False),  # of the 7 points that it moved 5 are not sure
        (200, 200, 0.6, True),
        (1000, 500, 0.6, True),
    ],
)
def test_a_shift_is_a_warning_where_it_is_surely_beyond_the_limit(
    tmp_path: Path, articles: int, more: int, share: float, warned: bool
) -> None:
    before = stances(Chance(1), 0.2, articles)
    new = stances(Chance(2), share, more, first=articles)
    last = released(tmp_path / "last", before).path
    folder = released(tmp_path / "now", [*before, *new], last)

    found, held = set(failing(folder, "drift.stances")), set(holding(folder, "drift.stances"))

    labels = {f"stances.stance={label}" for label in ("SUPPORTS", "REFUTES")}
    rest = {f"stances.stance={label}" for label in ("NOT_ENOUGH_INFO", "DISPUTED", "DISCUSSES")}
    assert (found, held) == ((labels, rest) if warned else (set(), labels | rest))


THEN: dict[str, list[Row]] = {
    "articles": [
        {"article_id": "a", "split": "train", "language": "en", "text": "x" * 100},
        {"article_id": "b", "split": "test", "language": "ru", "text": "ю" * 300},
    ],
    "citations": [{"article_id": "a", "citation_id": f"a.m{nth}", "citation_status": "ok"} for nth in range(4)],
    "claims": [
        {"article_id": "a", "claim_id": "a.c1", "text": "x" * 20, "claim_type": "quote"},
        {"article_id": "b", "claim_id": "b.c1", "text": "ю" * 40, "claim_type": None},
    ],
    "sentences": [
        {"article_id": "a", "sentence_id": f"a.s{nth}", "verification_worthy": nth > 0, "cited": nth > 1}
        for nth in range(5)
    ],
    "sources": [
        {"article_id": "a", "source_id": "a.r1", "kind": "listed", "n_citations": 4, "date_flag": "ok"},
        {"article_id": "a", "source_id": "a.t1", "kind": "in_text", "n_citations": 0, "date_flag": "unknown"},
    ],
    "stances": [
        {"article_id": "a", "stance_id": "a.1", "stance": "SUPPORTS", "link": "cited", "tie": False},
        {"article_id": "a", "stance_id": "a.2", "stance": None, "link": None, "tie": True},
    ],
}
NOW: dict[str, list[Row]] = {
    **THEN,
    "articles": [THEN["articles"][0], {**THEN["articles"][1], "language": "en"}],
    "citations": [*THEN["citations"][1:], {"article_id": "a", "citation_id": "a.m9", "citation_status": "dangling"}],
    "sources": [
        {**THEN["sources"][0], "n_citations": 0},
        *(
            {"article_id": "b", "source_id": f"b.r{nth}", "kind": "listed", "n_citations": 1, "date_flag": flag}
            | {"duplicate_of": "a.r1" if nth == 1 else None}
            for nth, flag in enumerate(("ok", "future", "after_article"))
        ),
    ],
}


def test_every_figure_is_a_share_or_a_mean_of_what_its_name_says(tmp_path: Path) -> None:
    last = planted(tmp_path / "last", THEN).path
    folder = planted(tmp_path / "now", NOW, last)

    found = {row["figure"]: (row["before"], row["now"]) for row in drift(folder).to_pylist()}

    labels = [f"stances.stance={name}" for name in SCHEMAS.vocabularies["stance"].names]
    types = [f"claims.claim_type={name}" for name in SCHEMAS.vocabularies["claim_type"].names]
    assert found == {
        **dict.fromkeys((*labels, *types), (0.0, 0.0)),
        **{name: (len(THEN.get(name, [])), len(NOW.get(name, []))) for name in SCHEMAS if not SCHEMAS[name].whole},
        "articles.characters": (200.0, 200.0),
        "articles.language=en": (0.5, 1.0),
        "articles.language=ru": (0.5, 0.0),
        "citations.dangling": (0.0, 0.25),
        "claims.characters": (30.0, 30.0),
        "claims.claim_type=quote": (1.0, 1.0),
        "claims.sources": (0.5, 0.5),
        "sentences.cited": (0.75, 0.75),
        "sources.duplicate": (0.0, 0.25),
        "sources.late": (0.0, 0.5),
        "sources.uncited": (0.0, 0.25),
        "stances.stance=SUPPORTS": (1.0, 1.0),
        "stances.tie": (0.5, 0.5),
    }


def test_every_figure_is_judged_by_one_check_of_the_suite(tmp_path: Path) -> None:
    folder = planted(tmp_path / "now", NOW, planted(tmp_path / "last", THEN).path)
    judging = [check for check in CHECKS.values() if "drift" in check.facts]

    said = [name for check in judging for name in (*failing(folder, check.id), *holding(folder, check.id))]

    assert sorted(said) == sorted(drift(folder)["figure"].to_pylist())


def test_a_release_held_against_itself_moved_nowhere(tmp_path: Path) -> None:
    last = planted(tmp_path / "last", THEN)

    moved = drift(replace(last, last=last.path))

    assert {row[end] for row in moved.to_pylist() for end in ("moved", "low", "high")} <= {0.0, None}


def test_of_a_first_release_there_are_no_figures(tmp_path: Path) -> None:
    folder = planted(tmp_path / "now", THEN)

    found = drift(folder)

    assert found.num_rows == 0


def test_what_a_release_had_nothing_of_is_nothing_to_compare(tmp_path: Path) -> None:
    last = planted(tmp_path / "last", {"articles": THEN["articles"]}).path
    folder = planted(tmp_path / "now", THEN, last)

    found = holding(folder, "drift.ties"), failing(folder, "drift.ties")

    assert found == ({"stances.tie": "too few to tell"}, {})


def test_a_figure_whose_column_the_last_release_had_not_is_not_compared_and_says_so(tmp_path: Path) -> None:
    last = planted(tmp_path / "last", THEN).path
    for table, gone in (("sentences", "cited"), ("stances", "link"), ("articles", "language")):
        for path in (last / table).glob("*.parquet"):
            pq.write_table(pq.read_table(path, partitioning=None).drop_columns(gone), path)
    folder = planted(tmp_path / "now", NOW, last)

    found = {row["figure"]: (row["before"], row["moved"], row["note"]) for row in drift(folder).to_pylist()}

    few = {name: said for name, said in found.items() if said[2] and said[2].startswith("not compared")}
    without = "not compared: the last release has no {}"
    assert few == {
        "articles.language=en": (None, None, without.format("articles.language")),
        "claims.sources": (None, None, without.format("stances.link")),
        "sentences.cited": (None, None, without.format("sentences.cited")),
    }


def figure(value: float, low: float | None, high: float | None, articles: int = 40) -> Row:
    return {
        "agreement_id": "stance/pair/alpha",
        "article_id": "a",
        "task": "stance",
        "metric": "alpha",
        "value": value,
    } | {"ci_low": low, "ci_high": high, "n_articles": articles, "annotators": []}


@pytest.mark.parametrize(
    ("before", "now", "warned"),
    [
        (figure(0.8, 0.75, 0.85), figure(0.7, 0.65, 0.74), True),
        (figure(0.8, 0.75, 0.85), figure(0.7, 0.6, 0.8), False),  # the intervals meet
        (figure(0.8, 0.79, 0.81), figure(0.77, 0.76, 0.78), False),  # it is not far
        (figure(0.7, 0.65, 0.74), figure(0.8, 0.75, 0.85), False),  # it rose
        (figure(1.0, None, None, 100), figure(0.8, 0.7, 0.9), True),  # everybody agreed, in a hundred articles
        (figure(1.0, None, None, 5), figure(0.8, 0.7, 0.9), False),  # in five
        (figure(0.9, None, None, 1), figure(0.2, 0.1, 0.3), False),  # nothing is known of its error
    ],
)
def test_agreement_fell_where_it_is_lower_by_more_than_chance(
    tmp_path: Path, before: Row, now: Row, warned: bool
) -> None:
    articles: list[Row] = [{"article_id": "a", "split": "train"}]
    last = planted(tmp_path / "last", {"articles": articles, "agreement": [before]}).path
    folder = planted(tmp_path / "now", {"articles": articles, "agreement": [now]}, last)

    found = failing(folder, "drift.agreement")

    assert bool(found) == warned


@pytest.mark.parametrize(("left", "warned"), [(40, False), (38, False), (37, True)])
def test_a_table_that_lost_more_than_a_twentieth_of_its_rows_is_told(tmp_path: Path, left: int, warned: bool) -> None:
    rows = stances(Chance(1), 0.5, 40)[:40]
    last = released(tmp_path / "last", rows).path
    folder = released(tmp_path / "now", rows[:left], last)

    found = failing(folder, "drift.rows")

    assert found.get("stances") == (f"{left} rows, were 40" if warned else None)
