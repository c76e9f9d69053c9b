"""Groups: what links two articles, and what does not."""

import inspect
import random
from collections.abc import Sequence

import numpy as np
import pytest
from benchmarks.grouped import Groups, groups
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.splits import groups as grouping
from claimstance.splits.groups import HUB, Floats
from claimstance.splits.ledger import Entry
from claimstance.splits.signatures import BINS, U32, WIDTH, signatures, similarity
from deciding import decide

IDS = ("a", "b", "c", "d")
Pairs = Sequence[tuple[str, str]]


def grouped(
    article_ids: Sequence[str] = IDS,
    texts: Sequence[str] | None = None,
    events: Sequence[str | None] | None = None,
    wordings: Pairs = (),
    addresses: Pairs = (),
) -> Groups:
    """Groups of articles whose texts say nothing where none are given."""
    signed = signatures(texts or [""] * len(article_ids))
    return groups(article_ids, signed, events or [None] * len(article_ids), wordings, addresses)


def alone(article_ids: Sequence[str] = IDS, hubs: Sequence[str] = ()) -> Groups:
    return Groups(list(article_ids), [None] * len(article_ids), list(hubs))


def prose(seed: int, words: int = 200) -> list[str]:
    dice = random.Random(seed)  # noqa: S311 - no secret
    return [f"{dice.choice('bdfgklmnprst')}{dice.choice('aeiou')}{dice.randint(0, 99)}" for _ in range(words)]


def test_articles_that_share_nothing_stand_alone() -> None:
    texts = [" ".join(prose(seed)) for seed in range(4)]

    found = grouped(texts=texts)

    assert found == alone()


def test_articles_of_one_event_are_one_group_named_for_its_smallest_id() -> None:
    events = [None, "flood", "fire", "flood"]

    found = grouped(events=events)

    assert found == Groups(["a", "b", "c", "b"], [None] * 4, [])


def test_an_empty_event_links_nobody() -> None:
    events = ["", "", None, None]

    found = grouped(events=events)

    assert found == alone()


def test_articles_with_a_claim_of_the_same_wording_are_one_group() -> None:
    wordings = [("d", "g1"), ("b", "g2"), ("a", "g1"), ("a", "g1")]

    found = grouped(wordings=wordings)

    assert found == Groups(["a", "b", "c", "a"], [None] * 4, [])


def test_articles_that_cite_one_address_are_one_group() -> None:
    addresses = [("c", "board.example/gauge"), ("b", "board.example/gauge"), ("a", "board.example/other")]

    found = grouped(addresses=addresses)

    assert found == Groups(["a", "b", "b", "d"], [None] * 4, [])


@pytest.mark.parametrize(("count", "hub"), [(HUB, False), (HUB + 1, True)])
def test_an_address_that_too_many_articles_cite_links_nobody_and_is_reported(count: int, hub: bool) -> None:
    article_ids = [f"a{number:03d}" for number in range(HUB + 1)]
    addresses = [(one, "statistics.example") for one in article_ids[:count] * 2]

    found = grouped(article_ids, addresses=addresses)

    together = Groups([article_ids[0]] * HUB + article_ids[HUB:], [None] * (HUB + 1), [])
    assert found == (alone(article_ids, ["statistics.example"]) if hub else together)


def test_a_wording_that_many_articles_share_still_links_them_all() -> None:
    article_ids = [f"a{number:03d}" for number in range(HUB + 5)]
    wordings = [(one, "g1") for one in article_ids]

    found = grouped(article_ids, wordings=wordings)

    assert found.of == ["a000"] * (HUB + 5)


def test_links_of_different_kinds_make_one_group() -> None:
    events = ["flood", "flood", None, None]
    wordings, addresses = [("b", "g1"), ("c", "g1")], [("c", "board.example"), ("d", "board.example")]

    found = grouped(events=events, wordings=wordings, addresses=addresses)

    assert found == Groups(["a", "a", "a", "a"], [None] * 4, [])


def test_near_duplicates_are_a_group_of_their_own_kind() -> None:
    told, other = prose(1), prose(2)
    texts = [" ".join(words) for words in (other, told, prose(3), [*told[:190], *prose(4, 10)])]

    found = grouped(texts=texts)

    assert found == Groups(["a", "b", "c", "b"], [None, "b", None, "b"], [])


def test_near_duplicates_chain() -> None:
    words = prose(1, 400)
    texts = [" ".join(words[start : start + 200]) for start in (0, 40, 80, 120)]

    found = grouped(texts=texts)

    assert found == Groups(["a"] * 4, ["a"] * 4, [])


@pytest.mark.parametrize("order", ["abcd", "dcba", "cdab"])
def test_who_is_near_whom_follows_from_the_ids_and_not_from_who_came_first(order: str) -> None:
    dice = np.random.default_rng(1)
    signed = {one: dice.integers(2**32 - 1, size=WIDTH, dtype=np.uint32) for one in IDS}
    for one in IDS:  # the shorter ones stand in the long one, and not in each other; all share the same bands
        signed[one][:44], signed[one][BINS] = signed["a"][:44], 300 if one == "d" else 100

    found = groups(order, np.stack([signed[one] for one in order]), [None] * 4, [], [])

    assert dict(zip(order, found.of, strict=True)) == {"a": "a", "b": "b", "c": "a", "d": "a"}


def test_hundred_copies_of_one_text_are_one_group() -> None:
    article_ids = [f"a{number:03d}" for number in range(100)]
    words = prose(1)

    found = grouped(article_ids, texts=[" ".join(words)] * 100)

    assert found == Groups(["a000"] * 100, ["a000"] * 100, [])


def test_an_article_is_compared_with_a_few_others_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counted(one: U32, other: U32) -> Floats:
        nonlocal compared
        compared += len(one)
        return similarity(one, other)

    monkeypatch.setattr(grouping, "similarity", counted)
    article_ids = [f"a{number:04d}" for number in range(2000)]

    found = grouped(article_ids, [" ".join(prose(number // 2)) for number in range(2000)])

    assert (len(set(found.of)), compared) == (1000, 1000)


def test_articles_that_an_older_rule_told_apart_stay_in_their_splits_and_are_reported() -> None:
    told = prose(1)
    texts = [" ".join(told[:words]) for words in (200, 80, 90)]
    recorded = {"a": Entry("a", "a", "validation", "1.0.0"), "b": Entry("b", "b", "test", "1.0.0")}
    shares = {"train": 1.0, "validation": 0.0, "test": 0.0}

    found = grouped("abc", texts)
    decided = decide("abc", found.of, recorded, shares, "2.0.0")

    assert (decided.split_of, decided.new, decided.torn) == (
        {"a": "validation", "b": "test", "c": "validation"},
        [Entry("c", "a", "validation", "2.0.0")],
        {"a": {"test": 1, "validation": 2}},
    )


def test_no_articles_make_no_groups() -> None:
    article_ids: list[str] = []

    found = grouped(article_ids)

    assert found == Groups([], [], [])


def test_articles_are_never_grouped_by_who_published_them() -> None:
    told = list(inspect.signature(groups).parameters)

    assert told == ["article_ids", "signatures", "events", "wordings", "addresses"]


ARTICLES = [f"a{number:02d}" for number in range(12)]
VALUES = st.lists(st.tuples(st.sampled_from(ARTICLES), st.sampled_from("uvwxyz")), max_size=20)
EVENTS = st.lists(st.none() | st.sampled_from(["flood", "fire"]), min_size=12, max_size=12)
KINDS = st.lists(st.integers(0, 6), min_size=12, max_size=12)


@settings(deadline=None)
@given(events=EVENTS, kinds=KINDS, wordings=VALUES, addresses=VALUES, data=st.data())
def test_the_order_in_which_wordings_and_addresses_come_does_not_matter(
    events: list[str | None], kinds: list[int], wordings: Pairs, addresses: Pairs, data: st.DataObject
) -> None:
    texts = [" ".join(prose(kind, 30)) for kind in kinds]
    mixed = data.draw(st.permutations(wordings)), data.draw(st.permutations(addresses))

    found = grouped(ARTICLES, texts, events, *mixed)

    assert found == grouped(ARTICLES, texts, events, wordings, addresses)


@settings(deadline=None)
@given(events=EVENTS, kinds=KINDS, wordings=VALUES, addresses=VALUES)
def test_whatever_two_articles_share_they_are_in_one_group_named_for_its_smallest_id(
    events: list[str | None], kinds: list[int], wordings: Pairs, addresses: Pairs
) -> None:
    texts = [" ".join(prose(kind, 30)) for kind in kinds]
    said = [[f"event {event}"] if event else [] for event in events]
    for index, one in enumerate(ARTICLES):
        said[index] += [f"text {kinds[index]}"]
        said[index] += [f"wording {value}" for name, value in wordings if name == one]
        said[index] += [f"address {value}" for name, value in addresses if name == one]

    found = grouped(ARTICLES, texts, events, wordings, addresses)

    assert found.of == _joined(said)


def _joined(said: list[list[str]]) -> list[str]:
    """The slow way: merge until nothing changes."""
    smallest = list(range(len(said)))
    for _ in said:
        for one, values in enumerate(said):
            for other, others in enumerate(said):
                if set(values) & set(others):
                    smallest[one] = smallest[other] = min(smallest[one], smallest[other])
    return [ARTICLES[index] for index in smallest]
