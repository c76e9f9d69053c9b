"""Intervals over articles: how often they hold what is true, and how often chance alone would be called a shift.

2,000 rounds each of invented releases whose articles have 2 to 14 rows, alike within an article (correlation 0.1):

    articles before and after, of which both have, share    holds 0    beyond 5 points    surely beyond
     14,  20,  14, .20                                         1.00                .08             .000
     14,  14,   0, .50                                          .96                .58             .010
     40,  40,  20, .20                                          .97                .10             .001
    100, 100,   0, .20                                          .96                .06             .001
    300, 360, 300, .50                                          .96                .00             .000

So a warning of any shift beyond 5 points would be chance in every second small release; one of those that are surely
beyond is chance in one of 100 at worst, where two small releases share nothing. A true shift of 10 points was seen in
.88 of releases that grew from 100 articles to 150, one of 6.7 points in .97 of those from 1,000 to 1,500.
"""

import numpy as np
import pytest

from claimstance.gate.facts.intervals import Estimate, Floats, ratio, shift

ROUNDS = 500


def rows(dice: np.random.RandomState, articles: int, share: float) -> tuple[Floats, Floats]:
    """Rows with a label, and all rows, of each article."""
    wholes = 2 + dice.binomial(12, 0.4, articles)
    own = dice.beta(9 * share, 9 * (1 - share), articles)
    return dice.binomial(wholes, own).astype(np.float64), wholes.astype(np.float64)


def moved(dice: np.random.RandomState, before: int, after: int, kept: int, share: float, new: float) -> Estimate:
    """The shift between two releases that have `kept` articles in common, whose other articles have another share."""
    (old, all_old), (added, all_added) = rows(dice, before, share), rows(dice, after - kept, new)
    parts, wholes = np.concatenate([old, added]), np.concatenate([all_old, all_added])
    then = np.arange(len(parts)) < before
    now = np.arange(len(parts)) >= before - kept
    return shift((parts * then, wholes * then), (parts * now, wholes * now))


@pytest.mark.parametrize(
    ("before", "after", "kept", "share", "held", "surely"),
    [
        (14, 20, 14, 0.2, 0.97, 0.0),
        (14, 14, 0, 0.5, 0.93, 0.02),
        (40, 40, 20, 0.2, 0.95, 0.005),
        (100, 100, 0, 0.2, 0.93, 0.005),
        (300, 360, 300, 0.5, 0.93, 0.0),
    ],
)
def test_where_nothing_changed_the_interval_holds_zero_and_hardly_ever_leaves_five_points(
    before: int, after: int, kept: int, share: float, held: float, surely: float
) -> None:
    dice = np.random.RandomState(before)

    found = [moved(dice, before, after, kept, share, share) for _ in range(ROUNDS)]

    holds = np.mean([one.low <= 0 <= one.high for one in found])
    beyond = np.mean([one.low > 0.05 or one.high < -0.05 for one in found])
    assert (bool(holds >= held), bool(beyond <= surely)) == (True, True)


@pytest.mark.parametrize(("articles", "new", "seen"), [(100, 0.5, 0.8), (300, 0.5, 0.95), (1000, 0.4, 0.9)])
def test_a_third_of_new_articles_with_other_labels_is_seen_in_a_corpus_that_is_large_enough(
    articles: int, new: float, seen: float
) -> None:
    dice = np.random.RandomState(articles)

    found = [moved(dice, articles, articles * 3 // 2, articles, 0.2, new) for _ in range(ROUNDS // 5)]

    assert np.mean([one.low > 0.05 for one in found]) >= seen


def test_the_interval_of_a_share_is_that_of_its_articles_not_of_its_rows() -> None:
    parts = np.array([10.0, 0.0, 10.0, 0.0])
    wholes = np.array([10.0, 10.0, 10.0, 10.0])

    found = ratio(parts, wholes)

    # Deviations of 5 from 0.5 * 10 over 40 rows: variance 4 / 3 * 4 * (5 / 40) ** 2, and t of 3 degrees is 3.182.
    reach = 3.182446 * (4 / 3 * 4 * (5 / 40) ** 2) ** 0.5
    assert (found.value, round(found.low, 5), round(found.high, 5)) == (
        0.5,
        round(0.5 - reach, 5),
        round(0.5 + reach, 5),
    )


def test_an_article_that_both_releases_have_moves_nothing() -> None:
    same = np.array([3.0, 1.0, 2.0]), np.array([5.0, 4.0, 6.0])

    found = shift(same, same), shift(same, same, relative=True)

    assert found == (Estimate(0.0, 0.0, 0.0), Estimate(0.0, 0.0, 0.0))


def test_a_mean_moves_by_a_part_of_what_it_was() -> None:
    then = np.array([100.0, 100.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0, 0.0])
    now = np.array([0.0, 0.0, 150.0, 150.0]), np.array([0.0, 0.0, 1.0, 1.0])

    found = shift(then, now, relative=True)

    assert found == Estimate(0.5, 0.5, 0.5)


@pytest.mark.parametrize("wholes", [[0.0, 0.0], [4.0, 0.0], [4.0]])
def test_of_less_than_two_articles_there_is_no_interval(wholes: list[float]) -> None:
    whole = np.array(wholes)

    found = ratio(whole / 2, whole)

    assert bool(np.isnan(found.low) and np.isnan(found.high))
