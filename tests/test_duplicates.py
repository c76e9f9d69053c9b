"""Near-duplicates in a planted set: a copy of each article by every edit, beside texts that are alike and no copies."""

import random

import pytest
from benchmarks.copies import LIGHT, PARAGRAPH, Desk
from benchmarks.duplicates import Score, alike, ours, scored


@pytest.fixture(scope="module")
def score() -> Score:
    """Of what a build links, on the set of benchmarks/duplicates.py."""
    dice = random.Random(1)  # noqa: S311 - the same copies each time
    articles = [Desk(dice).article() for _ in range(300)]
    return scored(articles, list(alike(dice)), {"ours": ours}, 1)["ours"]


def test_every_copy_with_light_edits_is_found(score: Score) -> None:
    assert {kind: score.recall[kind] for kind in LIGHT} == dict.fromkeys(LIGHT, 1.0)


def test_nine_in_ten_copies_are_found_whatever_became_of_their_paragraphs(score: Score) -> None:
    assert [kind for kind in PARAGRAPH if score.recall[kind] < 0.9] == []


def test_of_a_hundred_pairs_that_are_linked_ninety_nine_are_copies(score: Score) -> None:
    assert score.precision >= 0.99, score.wrong
