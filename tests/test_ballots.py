"""Ballots: which judgements agreement is computed from, and what becomes of them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotating import article, choice, region, relation
from claimstance.annotation.agreement.ballots import ballots, matched
from claimstance.annotation.exports import Task
from claimstance.annotation.judgements import judgements
from claimstance.annotation.marks import marks
from claimstance.table import Row, Rows
from test_gold import CLAIM, PAIR, TEXT, claim, pair, source, stance, task


def cast(*read: Task, text: str = TEXT) -> Rows:
    """The ballots of one article."""
    articles = [article(text)]
    said = judgements(articles, read)
    return ballots(articles, read, marks(articles, read, said), said)


def votes(rows: Rows, unit: str, label: str | None = None) -> list[tuple[dict[str, str], int]]:
    """What annotators said in the ballots of a unit, and how often, in order."""
    found = [row for row in rows if row["unit"] == unit and label in (None, row["label"], row["task"])]
    return sorted(((dict(zip(row["annotators"], row["values"], strict=True)), row["times"]) for row in found), key=str)


def test_a_judged_pair_is_one_ballot_a_question() -> None:
    degree = choice("support_degree", "partial", "x2")
    read = pair({"ada": stance("SUPPORTS", degree), "bo": stance("REFUTES"), "cy": stance("SUPPORTS", degree)})

    found = cast(read)

    assert (votes(found, "pair", "stance"), votes(found, "pair", "support_degree")) == (
        [({"ada": "SUPPORTS", "bo": "REFUTES", "cy": "SUPPORTS"}, 1)],
        [({"ada": "partial", "cy": "partial"}, 1)],
    )


@pytest.mark.parametrize("purpose", ["training", "adjudication"])
def test_what_is_learned_with_or_decided_in_sight_of_the_answers_is_no_ballot(purpose: str) -> None:
    read = [
        pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}, batch="b", purpose=purpose),
        task({"ada": [claim(CLAIM)], "bo": []}, purpose=purpose),
    ]

    found = cast(*read)

    assert found == []


def test_controls_are_no_ballots() -> None:
    articles = [article(TEXT)]
    read = [pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")})]
    said = [{**row, "purpose": "control"} for row in judgements(articles, read)]

    found = ballots(articles, read, [], said)

    assert found == []


def test_who_skipped_said_nothing_and_what_one_says_alone_is_no_ballot() -> None:
    said = {"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}
    read = [pair(said, skipped=["bo"]), task({"ada": [claim(CLAIM)], "bo": []}, skipped=["bo"])]

    found = cast(*read)

    assert found == []


def test_what_an_overlap_batch_asks_meets_the_last_main_batch_of_its_wave_or_before() -> None:
    said = {"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}
    main = [pair(said, batch="first"), pair(said, batch="again", wave=2), task({"ada": [claim(CLAIM)], "bo": []})]
    overlap = [
        pair({"cy": stance("DISPUTED")}, batch="third", purpose="overlap"),
        pair({"dee": stance("DISPUTED")}, batch="later", purpose="overlap", wave=3),
        task({"cy": [claim(CLAIM)]}, batch="texts", purpose="overlap"),
    ]

    found = cast(*main, *overlap)

    met = sorted((row["batch"], row["annotators"]) for row in found if row["unit"] == "pair")
    readers = {tuple(row["annotators"]) for row in found if row["unit"] == "token"}
    assert (met, readers) == (
        [("again", ["ada", "bo", "dee"]), ("first", ["ada", "bo", "cy"])],
        {("ada", "bo", "cy")},
    )


def test_an_overlap_batch_of_what_no_main_batch_asked_is_a_batch_like_any_other() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}, batch="b", purpose="overlap")

    found = cast(read)

    assert [(row["batch"], row["annotators"]) for row in found] == [("b", ["ada", "bo"])]


def test_of_what_an_annotator_says_of_one_item_the_last_counts() -> None:
    once = pair({"ada": stance("REFUTES"), "bo": stance("SUPPORTS")})
    last = once.annotations["pairs-0-ada"]
    once.annotations["pairs-0-ada"] = replace(last, created="2026-03-02T09:00:00Z")
    once.annotations["before"] = replace(
        last, unique_id="before", created="2026-03-02T08:00:00Z", result=stance("SUPPORTS")
    )

    found = cast(once)

    assert votes(found, "pair", "stance") == [({"ada": "REFUTES", "bo": "SUPPORTS"}, 1)]


def test_of_two_looks_at_one_text_the_last_has_the_marks() -> None:
    once = task({"ada": [claim("The old dam")], "bo": [claim("dam")]})
    first = once.annotations["spans-0-ada"]
    once.annotations["spans-0-ada"] = replace(first, created="2026-03-02T08:00:00Z")
    once.annotations["again"] = replace(first, unique_id="again", created="2026-03-02T09:00:00Z", result=[claim("dam")])

    found = cast(once)

    claims = [(row["times"], row["exact"], row["overlap"]) for row in found if row["unit"] == "span"]
    assert claims == [(2, 1, 1)]


def test_items_of_two_batches_do_not_meet() -> None:
    read = [pair({"ada": stance("SUPPORTS")}, batch="b1"), pair({"bo": stance("REFUTES")}, batch="b2")]

    found = cast(*read)

    assert found == []


def test_the_type_of_a_claim_is_voted_on_by_those_whose_spans_are_one_gold_claim() -> None:
    said = {
        "ada": [claim("The old dam will hold"), choice("claim_type", "position", "c1")],
        "bo": [claim("old dam will hold"), choice("claim_type", "causal", "c1")],
        "cy": [claim("denies that it will hold"), choice("claim_type", "causal", "c1")],
    }

    found = cast(task(said))

    assert votes(found, "claim") == [({"ada": "position", "bo": "causal"}, 1)]


def test_every_token_that_was_shown_is_voted_on_under_each_label() -> None:
    text = "aa bb, cc dd"
    said = {"ada": [claim("bb, cc", text=text)], "bo": [claim("cc dd", text=text)], "cy": []}

    found = cast(task(said, text), text=text)

    assert votes(found, "token", "Claim") == [
        ({"ada": "", "bo": "", "cy": ""}, 1),
        ({"ada": "", "bo": "Claim", "cy": ""}, 1),
        ({"ada": "Claim", "bo": "", "cy": ""}, 2),
        ({"ada": "Claim", "bo": "Claim", "cy": ""}, 1),
    ]
    assert votes(found, "token", "Cue") == [({"ada": "", "bo": "", "cy": ""}, 5)]


def test_only_the_part_of_a_text_that_was_shown_is_voted_on() -> None:
    text = "aa bb cc dd ee"
    part = task({"ada": [claim("dd", text=text[6:])], "bo": []}, text, part=(6, len(text)))

    found = cast(part, text=text)

    assert votes(found, "token", "Claim") == [({"ada": "", "bo": ""}, 2), ({"ada": "Claim", "bo": ""}, 1)]


def test_spans_are_the_same_to_the_character_or_by_half_of_their_tokens() -> None:
    ada = [claim("The old dam will hold", "1"), claim("denies", "2"), source("Orme", "3")]
    bo = [claim("old dam will hold", "1"), claim("denies", "2"), source("an engineer", "3")]

    found = cast(task({"ada": ada, "bo": bo, "cy": []}))

    spans = {
        (row["label"], *row["annotators"]): (row["times"], row["exact"], row["overlap"])
        for row in found
        if row["unit"] == "span"
    }
    assert spans == {
        ("Claim", "ada", "bo"): (4, 1, 2),
        ("Claim", "ada", "cy"): (2, 0, 0),
        ("Claim", "bo", "cy"): (2, 0, 0),
        ("Source", "ada", "bo"): (2, 0, 0),
        ("Source", "ada", "cy"): (1, 0, 0),
        ("Source", "bo", "cy"): (1, 0, 0),
    }


def test_a_mark_of_white_space_is_no_span() -> None:
    found = cast(task({"ada": [claim((3, 4))], "bo": []}))

    assert [row for row in found if row["unit"] == "span"] == []


def test_the_same_votes_in_one_article_are_one_row() -> None:
    items = [f"{PAIR}{nth}" for nth in range(5)]
    read = [pair({"ada": stance("SUPPORTS"), "bo": stance("SUPPORTS")}, item) for item in items]
    for nth, one in enumerate(read):
        one.task_id = f"t{nth}"

    found = cast(*read)

    assert [(row["values"], row["times"]) for row in found] == [(["SUPPORTS", "SUPPORTS"], 5)]


SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=4, unique=True)


def naive(one: Sequence[frozenset[int]], other: Sequence[frozenset[int]]) -> set[int]:
    """How many are matched by each of the one-to-one matchings that are best in total."""
    fewer, more = sorted((one, other), key=len)
    found: dict[float, set[int]] = {}
    for chosen in permutations(range(len(more)), len(fewer)):
        scores = [len(fewer[n] & more[m]) / len(fewer[n] | more[m]) for n, m in enumerate(chosen)]
        kept = [score for score in scores if score >= 0.5]
        found.setdefault(round(sum(kept), 9), set()).add(len(kept))
    return found[max(found)]


@given(SPANS, SPANS)
def test_spans_are_matched_one_to_one_for_the_best_total_whoever_is_named_first(
    ada: list[tuple[int, int]], bo: list[tuple[int, int]]
) -> None:
    one, other = ([frozenset(range(start, start + size)) for start, size in own] for own in (ada, bo))

    found = matched(one, other), matched(other, one)

    fewest = min(naive(one, other))
    assert found == (fewest, fewest)


def test_of_equal_totals_equal_spans_are_matched_in_whatever_order_they_come() -> None:
    ada = [frozenset({2, 3}), frozenset({4, 5, 6, 7}), frozenset({1, 2, 3, 4}), frozenset({2, 3, 4, 5, 6})]
    bo = [frozenset({4, 5, 6, 7}), frozenset({4, 5}), frozenset({5})]

    found = {matched(one, other) for one, other in ((ada, bo), (bo, ada), (ada[::-1], bo), (bo, ada[::-1]))}

    assert found == {1}


def test_ballots_do_not_depend_on_the_order_of_judgements() -> None:
    spans = {"ada": [claim(CLAIM), source("the Board"), relation("c1", "s1")], "bo": [region(TEXT, "said", "Cue", "q")]}
    read = [task(spans), pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")})]
    articles = [article(TEXT)]
    said = judgements(articles, read)
    mixed = random.Random(1).sample(said, len(said))  # noqa: S311

    found = [ballots(articles, read, marks(articles, read, said), rows) for rows in (said, mixed)]

    assert key(found[0]) == key(found[1])


def key(rows: Rows) -> list[str]:
    def one(row: Row) -> str:
        return repr(sorted(row.items()))

    return sorted(map(one, rows))
