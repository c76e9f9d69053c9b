"""A few of many articles are as all of them are: sizes, shares, order, chance and scores."""

import random
from collections.abc import Sequence
from math import isqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstance.splits.balance import LIFTED, UNIT, Margin, Strata, chosen, quotas, shuffled, targets

WORDS = st.sampled_from("abcdefg")
POOLS = st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=60)
Article = tuple[str, str, str]
NAMES = ("language", "publisher", "month")


def margins(pool: Sequence[tuple[str, ...]]) -> list[Margin]:
    return [Strata(said).margin(name) for name, said in zip(NAMES, zip(*pool, strict=True), strict=False)]


def picked(
    pool: Sequence[tuple[str, ...]], size: int, *, seed: str = "", scores: list[float] | None = None
) -> list[int]:
    luck = shuffled(seed, [f"a{nth}" for nth in range(len(pool))])
    found: list[int] = chosen(margins(pool), size, luck, None if scores is None else np.array(scores)).tolist()
    return found


def pool_of(seed: int, count: int) -> list[Article]:
    """Articles of few languages, many publishers of very different sizes, and months that depend on them."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    found: list[Article] = []
    for _ in range(count):
        language, publisher = isqrt(dice.randrange(16)), int(dice.paretovariate(0.8))
        found.append((f"{language}", f"{language} {min(publisher, 60)}", f"{(dice.randrange(12) + publisher) % 24}"))
    return found


@given(POOLS, st.data())
def test_a_batch_has_as_many_articles_as_were_asked_for_and_none_twice(
    pool: list[Article], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(pool)))

    found = picked(pool, size)

    assert (len(found), found) == (size, sorted(set(found) & set(range(len(pool)))))


@given(POOLS, st.data())
def test_the_first_margin_has_its_quota_whatever_the_others_are(pool: list[Article], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(pool)))
    first = margins(pool)[0]

    found = picked(pool, size)

    assert first.counts(np.array(found)) == quotas(targets(first.counts(), size), size)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.data())
def test_quotas_add_up_and_are_within_an_article_of_the_share(counts: list[int], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, sum(counts)))
    wanted = targets(counts, size)

    found = quotas(wanted, size)

    off = [abs(one - due / UNIT) < 1 for one, due in zip(found, wanted, strict=True)]
    some = [one <= there for one, there in zip(found, counts, strict=True)]
    assert (sum(found), all(off), all(some)) == (size, True, True)


@pytest.mark.parametrize(("count", "size"), [(2_000, 100), (2_000, 200), (5_000, 500)])
@pytest.mark.parametrize("seed", range(3))
def test_no_stratum_of_any_margin_is_two_articles_away_from_what_it_should_have(
    seed: int, count: int, size: int
) -> None:
    pool = pool_of(seed, count)

    found = np.array(picked(pool, size))

    off = [
        abs(here - due / UNIT)
        for one in margins(pool)
        for here, due in zip(one.counts(found), targets(one.counts(), size), strict=True)
    ]
    assert max(off) < 2


@given(POOLS, st.data(), st.randoms(use_true_random=False))
def test_the_order_of_the_articles_does_not_matter(
    pool: list[Article], data: st.DataObject, dice: random.Random
) -> None:
    size = data.draw(st.integers(1, len(pool)))
    order = list(range(len(pool)))
    dice.shuffle(order)
    luck = shuffled("", [f"a{nth}" for nth in order])

    found = chosen(margins([pool[nth] for nth in order]), size, luck)

    assert sorted(order[one] for one in found) == picked(pool, size)


def test_another_word_chooses_others_and_the_same_word_the_same() -> None:
    pool = pool_of(1, 1_000)

    ones, again, others = picked(pool, 50), picked(pool, 50), picked(pool, 50, seed="other")

    assert (ones == again, len(set(ones) & set(others)) < 25) == (True, True)


@given(POOLS, st.data())
def test_of_one_stratum_the_higher_scores_come_first(pool: list[Article], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(pool)))
    one = st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0])
    scores = data.draw(st.lists(one, min_size=len(pool), max_size=len(pool)))

    found = set(picked(pool, size, scores=scores))

    passed = [
        (here, other)
        for here in found
        for other in set(range(len(pool))) - found
        if pool[here] == pool[other] and scores[other] > scores[here]
    ]
    assert passed == []


def test_scores_have_their_way_and_the_margins_theirs() -> None:
    pool, dice = pool_of(2, 5_000), random.Random(2)  # noqa: S311
    scores = [dice.random() for _ in pool]

    found = np.array(picked(pool, 100, scores=scores))

    off = [
        abs(here - due / UNIT)
        for one in margins(pool)
        for here, due in zip(one.counts(found), targets(one.counts(), 100), strict=True)
    ]
    assert (np.mean(np.array(scores)[found]) > 0.85, max(off) < 2) == (True, True)


def test_a_small_stratum_has_one_article_and_the_others_share_the_rest() -> None:
    counts = [900, 90, 9, 1]

    wanted = [round(one / UNIT, 2) for one in targets(counts, 30)]

    assert wanted == [26.34, 2.63, 1, 0.03]  # one more would be more than one article in LIFTED


def test_of_many_small_strata_of_a_size_all_are_lifted_or_none() -> None:
    counts = [1] * 1_000

    wanted = targets(counts, 100)

    assert set(wanted) == {UNIT // 10}


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40), st.data())
def test_what_small_strata_are_given_is_a_small_part_of_the_batch(counts: list[int], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, sum(counts)))

    wanted = targets(counts, size)

    given = [due / UNIT - one * size / sum(counts) for one, due in zip(counts, wanted, strict=True)]
    assert (sum(one for one in given if one > 0) <= size / LIFTED + 1e-6, sum(wanted) <= size * UNIT) == (True, True)
