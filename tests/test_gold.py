"""Gold follows from the judgements by named rules, and nobody's judgement is lost."""

import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotating import Json, article, choice, region, relation, sha256, written
from claimstance.annotation.answers import Answer
from claimstance.annotation.batches import Batch
from claimstance.annotation.dawid_skene import Weighed
from claimstance.annotation.exports import Annotation, Task
from claimstance.annotation.gold import Verdict, last_words, leader, shared_evidence, verdict
from claimstance.annotation.judgements import judgements
from claimstance.annotation.marks import marks
from claimstance.annotation.sources import sources
from claimstance.annotation.tables import claims, orphans, stances
from claimstance.spans import copy_of
from claimstance.table import Row, Rows

TEXT = "The old dam will hold until Monday, the Board said [1]. Orme, an engineer, denies that it will hold at all."


def task(
    said: Mapping[str, Sequence[Json]],
    text: str = TEXT,
    part: tuple[int, int] | None = None,
    *,
    batch: str = "spans",
    purpose: str = "main",
    skipped: Sequence[str] = (),
    data: Json | None = None,
    wave: int = 1,
) -> Task:
    """A task as it was read, with the results of each annotator."""
    start, end = part or (0, len(text))
    shown = {"text": text[start:end], "text_sha256": sha256(text), "start": start}
    annotations = {
        f"{batch}-{start}-{name}": Annotation(
            where="1.jsonl:1",
            unique_id=f"{batch}-{start}-{name}",
            annotator=name,
            annotator_kind="person",
            result=list(result),
            skipped=name in skipped,
            ground_truth=False,
            created=None,
            lead_time=None,
        )
        for name, result in said.items()
    }
    kind = Batch(batch, "pairs" if data else "spans", purpose, "1.0", wave=wave)
    return Task(kind, f"dam-{start}", "dam", data or shown, "1.jsonl:1", annotations)


def claim(words: str | tuple[int, int], name: str = "c1", text: str = TEXT) -> Json:
    return region(text, words, "Claim", name)


def source(words: str, name: str = "s1", text: str = TEXT) -> Json:
    return region(text, words, "Source", name)


def gold(*read: Task, text: str = TEXT) -> list[tuple[str, str, int, int]]:
    """Label, words, by how many it was marked, and how many saw it."""
    found = marks([article(text)], read, judgements([article(text)], read))
    return [(row["label"], copy_of(text, row["spans"]), row["n_marked"], row["n_annotators"]) for row in found]


def test_a_span_that_one_annotator_marked_alone_is_gold() -> None:
    read = task({"ada": [claim("The old dam will hold")]})

    found = gold(read)

    assert found == [("Claim", "The old dam will hold", 1, 1)]


def test_nobody_saw_it_and_there_is_no_gold() -> None:
    read = task({})

    found = gold(read)

    assert found == []


@pytest.mark.parametrize(
    ("marked", "saw", "kept"), [(1, 1, True), (1, 2, True), (1, 3, False), (2, 3, True), (2, 4, True), (2, 5, False)]
)
def test_a_span_is_gold_when_half_of_those_who_saw_it_marked_it(marked: int, saw: int, kept: bool) -> None:
    read = task({f"a{n}": [claim("dam will hold")] if n < marked else [] for n in range(saw)})

    found = gold(read)

    assert found == ([("Claim", "dam will hold", marked, saw)] if kept else [])


def test_an_annotator_who_skipped_the_task_did_not_see_it() -> None:
    read = task({"ada": [claim("dam will hold")], "bo": [], "cy": []}, skipped=["bo", "cy"])

    found = gold(read)

    assert found == [("Claim", "dam will hold", 1, 1)]


def test_an_annotator_who_was_shown_another_part_does_not_count() -> None:
    cut = TEXT.index("Orme")
    first = task({"ada": [claim("dam will hold")]}, part=(0, cut))
    second = task({"bo": [], "cy": [], "dee": []}, part=(cut, len(TEXT)))

    found = gold(first, second)

    assert found == [("Claim", "dam will hold", 1, 1)]


def test_training_has_no_say_neither_by_marks_nor_by_looks() -> None:
    main = task({"ada": [claim("dam will hold")]})
    training = task({"bo": [source("Orme")], "cy": [], "dee": []}, batch="first", purpose="training")

    found = gold(main, training)

    assert found == [("Claim", "dam will hold", 1, 1)]


def rules(*read: Task) -> list[tuple[str, str, list[str]]]:
    """The words of each gold span, the rule that made it gold, and whose judgements it came from."""
    rows = judgements([article(TEXT)], read)
    names = {row["judgement_id"]: row["annotator"] for row in rows}
    found = marks([article(TEXT)], read, rows)
    return [
        (copy_of(TEXT, row["spans"]), row["aggregation"], sorted(names[one] for one in row["judgement_ids"]))
        for row in found
    ]


@pytest.mark.parametrize(
    ("marked", "saw", "rule"),
    [(1, 1, "unanimous"), (2, 2, "unanimous"), (1, 2, "half"), (2, 3, "majority"), (2, 4, "half")],
)
def test_a_gold_span_names_the_rule_that_made_it_gold(marked: int, saw: int, rule: str) -> None:
    read = task({f"a{n}": [claim("dam will hold")] if n < marked else [] for n in range(saw)})

    found = rules(read)

    assert found == [("dam will hold", rule, [f"a{n}" for n in range(marked)])]


def third(*result: Json, part: tuple[int, int] | None = None, name: str = "cy") -> Task:
    """The same text in a batch of adjudication."""
    return task({name: result}, part=part, batch=f"third-{name}", purpose="adjudication")


def test_where_an_adjudicator_marked_that_alone_is_gold_and_it_keeps_whose_marks_it_settled() -> None:
    main = task(
        {"ada": [claim("old dam will hold"), source("Orme")], "bo": [claim("hold until Monday"), source("Orme")]}
    )

    found = rules(main, third(claim("The old dam will hold")))

    assert found == [("The old dam will hold", "adjudicated", ["ada", "cy"])]


def test_an_adjudicator_may_mark_what_nobody_marked_and_delete_what_all_did() -> None:
    main = task({"ada": [claim("dam will hold")], "bo": [claim("dam will hold")]})

    found = rules(main, third(source("Orme")))

    assert found == [("Orme", "adjudicated", ["cy"])]


def test_an_adjudicator_of_one_part_leaves_the_other_part_to_the_votes() -> None:
    cut = TEXT.index("Orme")
    main = task({"ada": [claim("dam will hold"), source("Orme")], "bo": [source("Orme")]})

    found = rules(main, third(part=(0, cut)))

    assert found == [("Orme", "unanimous", ["ada", "bo"])]


def test_an_adjudication_that_was_skipped_decides_nothing() -> None:
    main = task({"ada": [claim("dam will hold")]})
    skipped = task({"cy": []}, batch="third", purpose="adjudication", skipped=["cy"])

    found = rules(main, skipped)

    assert found == [("dam will hold", "unanimous", ["ada"])]


def test_of_three_adjudicators_of_one_text_two_decide() -> None:
    main = task({"ada": [claim("dam will hold")]})
    decided = [third(claim("dam will hold"), name="cy"), third(name="dee"), third(name="eve")]

    found = rules(main, *decided), rules(main, *decided[:2])

    assert found == ([], [("dam will hold", "adjudicated", ["ada", "cy"])])


def test_an_adjudicators_arrow_and_type_of_claim_win() -> None:
    typed = [claim(CLAIM), source("the Board"), relation("c1", "s1"), choice("claim_type", "position", "c1")]
    main = task({"ada": typed, "bo": typed})
    read = [main, third(claim(CLAIM), source("Orme"), relation("c1", "s1"), choice("claim_type", "causal", "c1"))]

    made = tables(*read)

    claimed = [(row["claim_type"], row["aggregation"], row["n_marked"], row["n_annotators"]) for row in made["claims"]]
    assert (claimed, attributed(*read)) == ([("causal", "adjudicated", 3, 3)], [(CLAIM, ["Orme"])])


def test_an_arrow_that_an_adjudicator_left_out_is_gone() -> None:
    drawn = [claim(CLAIM), source("the Board"), relation("c1", "s1")]
    main = task({"ada": drawn, "bo": drawn})

    found = attributed(main, third(claim(CLAIM), source("the Board")))

    assert found == [(CLAIM, [])]


def test_a_claim_whose_adjudicator_names_no_type_keeps_that_of_the_annotators() -> None:
    main = task({"ada": [claim(CLAIM), choice("claim_type", "position", "c1")]})

    made = tables(main, third(claim(CLAIM)))

    assert [row["claim_type"] for row in made["claims"]] == ["position"]


def test_who_marks_a_text_again_in_a_later_wave_changed_their_mind_and_both_words_are_kept() -> None:
    first = task({"ada": [claim("dam will hold")], "bo": [claim("dam will hold")]})
    again = task({"ada": [source("Orme")]}, batch="again", wave=2)

    found = rules(first, again), len(judgements([article(TEXT)], [first, again]))

    assert found == ([("dam will hold", "half", ["bo"]), ("Orme", "half", ["ada"])], 6)


def test_a_later_wave_over_one_part_leaves_earlier_marks_elsewhere() -> None:
    first = task({"ada": [claim("dam will hold"), source("Orme")]})
    again = task({"ada": []}, batch="again", wave=2, part=(0, TEXT.index("Orme")))

    found = rules(first, again)

    assert found == [("Orme", "unanimous", ["ada"])]


def test_a_control_has_no_say_and_says_so() -> None:
    main = task({"ada": [claim("dam will hold")]})
    control = task({"bo": [source("Orme")], "cy": []}, batch="more")
    control.answer = Answer(spans=(("Source", ((0, 3),)),))

    rows = judgements([article(TEXT)], [control])

    assert ({row["purpose"] for row in rows}, rules(main, control)) == (
        {"control"},
        [("dam will hold", "unanimous", ["ada"])],
    )


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        (["The old dam will hold", "dam will hold until"], "dam will hold"),
        (["old dam will hold", "dam will hold", "dam will hold until"], "dam will hold"),
        (["The old dam will hold", "old dam will hold", "old dam will hold until"], "old dam will hold"),
    ],
)
def test_boundaries_are_the_tokens_that_most_took(spans: list[str], words: str) -> None:
    read = task({f"a{n}": [claim(span)] for n, span in enumerate(spans)})

    found = gold(read)

    assert found == [("Claim", words, len(spans), len(spans))]


def test_boundaries_fall_between_words_and_signs() -> None:
    start = TEXT.index("dam")
    read = task({"ada": [claim((start + 1, start + 12))], "bo": [claim((start - 1, start + 11))]})

    found = gold(read)

    assert found == [("Claim", "dam will hold", 2, 2)]


def test_scripts_without_spaces_have_a_boundary_at_each_character() -> None:
    text = "市长说大坝会一直坚持到星期一。"
    read = task({"ada": [claim("大坝会一直坚持", text=text)], "bo": [claim("说大坝会一直坚", text=text)]}, text)

    found = gold(read, text=text)

    assert found == [("Claim", "大坝会一直坚", 2, 2)]


def test_spans_that_share_less_than_half_of_their_tokens_are_two_items() -> None:
    read = task({"ada": [claim("The old dam will hold")], "bo": [claim("hold until Monday")]})

    found = gold(read)

    assert found == [("Claim", "The old dam will hold", 1, 2), ("Claim", "hold until Monday", 1, 2)]


def test_the_same_words_under_two_labels_are_two_items() -> None:
    read = task({"ada": [claim("the Board")], "bo": [source("the Board")]})

    found = gold(read)

    assert found == [("Claim", "the Board", 1, 2), ("Source", "the Board", 1, 2)]


def test_spans_are_matched_one_to_one_for_the_best_total() -> None:
    text = "a b c d e f g h i j"
    ada = [claim("a b c d", "1", text), claim("c d e f g", "2", text)]
    bo = [claim("b c d e", "1", text), claim("a b c", "2", text)]

    found = gold(task({"ada": ada, "bo": bo}, text), text=text)

    assert found == [("Claim", "a b c", 2, 2), ("Claim", "c d e", 2, 2)]


def test_an_interrupted_claim_is_matched_piece_by_piece() -> None:
    ada = [claim("The old dam", "1"), claim("until Monday", "2"), relation("1", "2", "continues")]
    bo = [claim("old dam", "1"), claim("until Monday", "2"), relation("1", "2", "continues")]

    found = gold(task({"ada": ada, "bo": bo}))

    assert found == [("Claim", "old dam … until Monday", 2, 2)]


def test_a_claim_that_most_interrupted_is_interrupted() -> None:
    pieces = [claim("The old dam", "1"), claim("hold until Monday", "2"), relation("1", "2", "continues")]
    whole = [claim("The old dam will hold until Monday")]

    found = gold(task({"ada": pieces, "bo": pieces, "cy": whole}))

    assert found == [("Claim", "The old dam … hold until Monday", 3, 3)]


@pytest.mark.parametrize("first", ["ada", "cy"])
def test_two_claims_with_the_same_first_and_last_word_are_one_whoever_comes_first(first: str) -> None:
    ends = [claim("The", "1"), claim("Monday", "2"), relation("1", "2", "continues")]

    found = gold(task({first: ends, "bo": [claim("The old dam will hold until Monday")]}))

    assert found == [("Claim", "The … Monday", 2, 2)]


def test_a_mark_of_white_space_only_is_kept_and_never_gold() -> None:
    read = task({"ada": [claim((3, 4))]})

    rows = judgements([article(TEXT)], [read])

    assert ([row["text"] for row in rows], gold(read)) == ([None, " "], [])


def test_what_is_not_gold_stays_in_the_judgements() -> None:
    read = task({"ada": [claim("dam will hold")], "bo": [source("Orme")], "cy": []})

    rows = judgements([article(TEXT)], [read])

    assert (sorted(row["text"] for row in rows if row["text"]), gold(read)) == (["Orme", "dam will hold"], [])


def attributed(*read: Task) -> list[tuple[str, list[str]]]:
    """For each gold claim its words and those of the sources that a gold relation leads to."""
    rows = judgements([article(TEXT)], read)
    found = marks([article(TEXT)], read, rows)
    words = {one: copy_of(TEXT, row["spans"]) for row in found for one in row["judgement_ids"]}
    return [
        (copy_of(TEXT, row["spans"]), [words[one] for one in row["attributed_to"]])
        for row in found
        if row["label"] == "Claim"
    ]


@pytest.mark.parametrize(("drawn", "saw", "kept"), [(1, 1, True), (1, 2, True), (1, 3, False), (2, 3, True)])
def test_an_attribution_is_gold_when_half_of_those_who_saw_the_claim_drew_it(drawn: int, saw: int, kept: bool) -> None:
    spans = [claim("dam will hold"), source("the Board")]
    read = task({f"a{n}": [*spans, relation("c1", "s1")] if n < drawn else spans for n in range(saw)})

    found = attributed(read)

    assert found == [("dam will hold", ["the Board"] if kept else [])]


def test_arrows_between_spans_that_differ_a_little_are_the_same_arrow() -> None:
    ada = [claim("old dam will hold"), source("the Board"), relation("c1", "s1")]
    bo = [source("Board", "x"), claim("dam will hold", "y"), relation("x", "y", direction="left")]

    found = attributed(task({"ada": ada, "bo": bo, "cy": [], "dee": []}))

    assert found == [("dam will hold", ["Board"])]


WORDS = st.sampled_from([found for start in range(6) for size in (1, 2, 3, 5) for found in [(start, start + size)]])
ANNOTATORS = st.dictionaries(st.sampled_from(["ada", "bo", "cy", "dee"]), st.lists(WORDS, max_size=4))


def _spans(found: list[tuple[int, int]]) -> list[Json]:
    """Regions over the words that these numbers count; the text's words have two letters each."""
    return [
        region(LETTERS, (3 * start, min(3 * end - 1, len(LETTERS))), "Claim" if nth % 3 else "Source", f"r{nth}")
        for nth, (start, end) in enumerate(found)
    ]


LETTERS = "aa bb cc dd ee ff gg hh ii jj kk"


@settings(deadline=None)
@given(said=ANNOTATORS, links=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3), data=st.data())
def test_gold_never_depends_on_the_order_in_which_judgements_come(
    said: dict[str, list[tuple[int, int]]], links: list[tuple[int, int]], data: st.DataObject
) -> None:
    results = {
        name: _spans(found) + [relation(f"r{one}", f"r{other}") for one, other in links if max(one, other) < len(found)]
        for name, found in said.items()
    }
    straight, mixed = task(results, LETTERS), task(dict(data.draw(st.permutations(list(results.items())))), LETTERS)
    rows = judgements([article(LETTERS)], [straight])

    found = marks([article(LETTERS)], [mixed], data.draw(st.permutations(rows)))

    assert found == marks([article(LETTERS)], [straight], rows)


@settings(deadline=None)
@given(said=ANNOTATORS)
def test_every_gold_span_was_marked_by_half_and_holds_only_what_somebody_marked(
    said: dict[str, list[tuple[int, int]]],
) -> None:
    read = task({name: _spans(found) for name, found in said.items()}, LETTERS)
    rows = judgements([article(LETTERS)], [read])
    marked = {row["judgement_id"]: {n for one in row["spans"] for n in range(one["start"], one["end"])} for row in rows}

    found = marks([article(LETTERS)], [read], rows)

    assert [
        row
        for row in found
        if 2 * row["n_marked"] < row["n_annotators"]
        or not {n for start, end in row["spans"] for n in range(start, end)}
        <= set().union(*(marked[one] for one in row["judgement_ids"]))
    ] == []


@settings(deadline=None)
@given(said=ANNOTATORS)
def test_ids_made_of_outer_bounds_are_never_taken_twice(said: dict[str, list[tuple[int, int]]]) -> None:
    read = task({name: _spans(found) for name, found in said.items()}, LETTERS)

    found = marks([article(LETTERS)], [read], judgements([article(LETTERS)], [read]))

    bounds = Counter((row["label"], row["spans"][0][0], row["spans"][-1][1]) for row in found)
    assert bounds.total() == len(bounds)


def vote(label: str, purpose: str = "main", number: int = 0) -> Row:
    return {"label": label, "purpose": purpose, "judgement_id": f"dam.j{number}{purpose}{label}"}


def votes(*labels: str, decided: Sequence[str] = ()) -> Rows:
    return [vote(label, number=number) for number, label in enumerate(labels)] + [
        vote(label, "adjudication", number) for number, label in enumerate(decided)
    ]


@pytest.mark.parametrize(
    ("said", "label", "aggregation", "tie"),
    [
        (votes("SUPPORTS"), "SUPPORTS", "unanimous", False),
        (votes("SUPPORTS", "SUPPORTS", "SUPPORTS"), "SUPPORTS", "unanimous", False),
        (votes("SUPPORTS", "REFUTES", "SUPPORTS"), "SUPPORTS", "majority", False),
        (votes("NO_RELATION", "SUPPORTS", "NO_RELATION"), "NO_RELATION", "majority", False),
        (votes("SUPPORTS", "REFUTES"), None, "tie_unresolved", True),
        (votes("A", "A", "B", "B", "C"), None, "tie_unresolved", True),
        (votes("SUPPORTS", "REFUTES", decided=["REFUTES"]), "REFUTES", "adjudicated", True),
        (votes("SUPPORTS", "REFUTES", decided=["DISPUTED"]), "DISPUTED", "adjudicated", True),
        (votes("SUPPORTS", "REFUTES", decided=["SUPPORTS", "REFUTES"]), None, "tie_unresolved", True),
        (votes(decided=["SUPPORTS"]), "SUPPORTS", "adjudicated", False),
    ],
)
def test_a_pair_is_decided_by_a_named_rule(said: Rows, label: str | None, aggregation: str, tie: bool) -> None:
    judged = said

    found = verdict(judged)

    assert (found.label, found.aggregation, found.tie) == (label, aggregation, tie)


def test_a_verdict_keeps_the_votes_their_entropy_and_where_they_came_from() -> None:
    judged = votes("SUPPORTS", "REFUTES", "SUPPORTS", "NO_RELATION")

    found = verdict(judged)

    assert found == Verdict(
        "SUPPORTS",
        "majority",
        False,
        {"NO_RELATION": 1, "REFUTES": 1, "SUPPORTS": 2},
        1.5,
        sorted(row["judgement_id"] for row in judged),
    )


LABELS = st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=9)


@given(said=LABELS)
def test_no_label_wins_that_has_not_more_votes_than_any_other(said: list[str]) -> None:
    counts = Counter(said)
    best = [label for label, count in counts.items() if count == max(counts.values())]

    found = verdict(votes(*said))

    rule = "tie_unresolved" if len(best) > 1 else "unanimous" if len(counts) == 1 else "majority"
    assert (found.label, found.tie, found.aggregation) == (best[0] if len(best) == 1 else None, len(best) > 1, rule)


@given(said=LABELS, decided=st.lists(st.sampled_from("ABCDE"), max_size=3), data=st.data())
def test_a_verdict_never_depends_on_the_order_of_the_votes(
    said: list[str], decided: list[str], data: st.DataObject
) -> None:
    judged = votes(*said, decided=decided)

    found = verdict(data.draw(st.permutations(judged)))

    assert found == verdict(judged)


@given(said=LABELS)
def test_entropy_is_zero_for_one_voice_and_at_most_that_of_an_even_vote(said: list[str]) -> None:
    n_labels = len(set(said))

    found = verdict(votes(*said))

    assert (found.entropy == 0) == (n_labels == 1) and found.entropy <= log2(n_labels) + 1e-9


def test_nobody_leads_where_nobody_voted() -> None:
    labels: list[str] = []

    found = leader(labels)

    assert found is None


@pytest.mark.parametrize(
    ("marked", "judges", "shared"),
    [
        ([[(0, 5)]], 1, [(0, 5)]),
        ([[(0, 5)]], 2, [(0, 5)]),
        ([[(0, 5)]], 3, []),
        ([[(0, 5)], [(3, 9)]], 2, [(0, 9)]),
        ([[(0, 5)], [(3, 9)]], 3, [(3, 5)]),
        ([[(0, 5)], [(5, 9)]], 2, [(0, 9)]),
        ([[(0, 2), (4, 6)], [(1, 5)], []], 3, [(1, 2), (4, 5)]),
        ([], 2, []),
    ],
)
def test_evidence_is_what_half_of_the_judges_marked(
    marked: list[list[tuple[int, int]]], judges: int, shared: list[tuple[int, int]]
) -> None:
    rows: Rows = [{"evidence": [{"start": start, "end": end} for start, end in spans]} for spans in marked]

    found = shared_evidence(rows, judges)

    assert found == shared


@dataclass
class Held:
    text: str
    basis: str
    redistributable: bool = True


SENTENCES: Rows = [
    {"sentence_id": f"dam.s{start:06d}", "article_id": "dam", "start": start, "end": end, "verification_worthy": True}
    for start, end in ((0, TEXT.index("Orme") - 1), (TEXT.index("Orme"), len(TEXT)))
]
CITED: Rows = [{"article_id": "dam", "sentence_id": "dam.s000000", "source_id": "dam.r001"}]
LISTED: Rows = [
    {
        "source_id": "dam.r001",
        "article_id": "dam",
        "raw_text": "[1]",
        "span": (TEXT.index("[1]"), TEXT.index("[1]") + 3),
        "canonical_url": "board.example/dam",
    }
]
HELD = "The dam will hold .  It was tested."
PAIR = "dam.c000004-000034|dam.r001"
CLAIM = "old dam will hold until Monday"


def tables(
    *read: Task,
    mentions: Sequence[Row] = (),
    evidence: str | None = HELD,
    text: str = TEXT,
    weighed: Mapping[str, Weighed] | None = None,
    in_text: float = 1.0,
) -> dict[str, Rows]:
    """What the stages of annotation make of these tasks."""
    articles = [article(text)]
    rows = judgements(articles, read)
    found = marks(articles, read, rows)
    held = {"board.example/dam": Held(evidence, "excerpt")} if evidence else {}
    made = sources(articles, SENTENCES, LISTED, CITED, list(mentions), found, held)
    said = claims(articles, SENTENCES, found, made, rows)
    judged = stances(articles, SENTENCES, CITED, made, said, rows, weighed or {}, in_text)
    return {"judgements": rows, "marks": found, "sources": made, "claims": said, "stances": judged}


def pair(said: Mapping[str, Sequence[Json]], item: str = PAIR, **more: Any) -> Task:
    claim_id, source_id = item.split("|")
    data = {"claim_id": claim_id, "source_id": source_id, "evidence_text": HELD}
    return task(said, data=data, **{"batch": "pairs"} | more)


def stance(label: str, *more: Json) -> list[Json]:
    return [choice("stance", label), *more]


SPANS = task({"ada": [claim(CLAIM)], "bo": [claim(CLAIM)]})


def test_a_judged_pair_is_a_row_joined_for_training() -> None:
    degree, words = choice("support_degree", "partial"), region(HELD, "The dam will hold", "Evidence", "e1")
    read = pair({"ada": stance("SUPPORTS", degree, words), "bo": stance("SUPPORTS", degree), "cy": stance("REFUTES")})

    made = tables(SPANS, read)

    rows = [row for row in made["judgements"] if row["item_kind"] == "stance"]
    assert made["stances"] == [
        {
            "stance_id": PAIR,
            "article_id": "dam",
            "claim_id": "dam.c000004-000034",
            "source_id": "dam.r001",
            "title": "The dam",
            "claim": CLAIM,
            "source": "[1]",
            "evidence_text": HELD,
            "stance": "SUPPORTS",
            "link": "cited",
            "cues": [],
            "cue_text": None,
            "via": None,
            "support_degree": "partial",
            "evidence": [],
            "evidence_quote": None,
            "basis": "excerpt",
            "soft_label": {"REFUTES": 1 / 3, "SUPPORTS": 2 / 3},
            "entropy": pytest.approx(0.9182958),
            "n_judgements": 3,
            "agreement": 1 / 3,
            "aggregation": "majority",
            "tie": False,
            "judgement_ids": sorted(row["judgement_id"] for row in rows),
        }
    ]


def test_a_pair_that_most_found_unrelated_is_no_row_but_stays_judged() -> None:
    read = pair({"ada": stance("NO_RELATION"), "bo": stance("NO_RELATION"), "cy": stance("SUPPORTS")})

    made = tables(SPANS, read)

    assert (made["stances"], sum(row["item_kind"] == "stance" for row in made["judgements"])) == ([], 3)


@pytest.mark.parametrize(
    ("decided", "label", "aggregation"),
    [([], None, "tie_unresolved"), (["REFUTES"], "REFUTES", "adjudicated")],
)
def test_a_tie_has_no_stance_and_stays_flagged_when_it_was_settled(
    decided: list[str], label: str | None, aggregation: str
) -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")})
    settled = pair({f"x{label}": stance(label) for label in decided}, batch="third", purpose="adjudication")

    made = tables(SPANS, read, settled)

    assert [(row["stance"], row["aggregation"], row["tie"], row["soft_label"]) for row in made["stances"]] == [
        (label, aggregation, True, {"REFUTES": 0.5, "SUPPORTS": 0.5})
    ]


def test_a_share_of_no_relation_is_missing_in_the_soft_label() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("NO_RELATION"), "cy": stance("SUPPORTS")})

    made = tables(SPANS, read)

    assert [(row["soft_label"], row["n_judgements"]) for row in made["stances"]] == [({"SUPPORTS": 2 / 3}, 3)]


def test_a_skipped_judgement_and_one_of_training_have_no_vote() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}, skipped=["bo"])
    training = pair({"cy": stance("REFUTES")}, batch="first", purpose="training")

    made = tables(SPANS, read, training)

    assert [(row["stance"], row["aggregation"], row["n_judgements"]) for row in made["stances"]] == [
        ("SUPPORTS", "unanimous", 1)
    ]


def test_evidence_that_judges_share_is_trimmed_and_never_white_space_only() -> None:
    ada = region(HELD, (0, 19), "Evidence", "e1"), region(HELD, (19, 21), "Evidence", "e2")
    bo = region(HELD, (4, 18), "Evidence", "e1"), region(HELD, (19, 21), "Evidence", "e2")
    read = pair({"ada": stance("SUPPORTS", *ada), "bo": stance("SUPPORTS", *bo), "cy": stance("SUPPORTS")})

    made = tables(SPANS, read)

    assert [(row["evidence"], row["evidence_quote"]) for row in made["stances"]] == [
        ([{"start": 4, "end": 17}], "dam will hold")
    ]


@pytest.mark.parametrize(("held", "basis"), [(HELD, "excerpt"), (None, "title_only")])
def test_the_basis_says_what_the_judges_saw(held: str | None, basis: str) -> None:
    read = pair({"ada": stance("SUPPORTS")})

    made = tables(SPANS, read, evidence=held)

    assert [(row["basis"], row["evidence_text"]) for row in made["stances"]] == [(basis, held)]


def test_an_attributed_claim_whose_sentence_cites_one_source_is_known_through_it() -> None:
    cue = region(TEXT, "said", "Cue", "q1")
    spans = task({"ada": [claim(CLAIM), source("the Board"), cue, relation("c1", "s1")]})
    read = pair({"ada": stance("SUPPORTS")}, "dam.c000004-000034|dam.t000036")

    made = tables(spans, read)

    found = [(row["link"], row["via"], row["cue_text"], row["source"], row["basis"]) for row in made["stances"]]
    assert found == [("attributed", "dam.r001", "said", "the Board", "in_text")]


def test_a_pair_that_the_article_does_not_link_says_so() -> None:
    spans = task({"ada": [claim(CLAIM), source("Orme")]})
    read = pair({"ada": stance("REFUTES")}, f"dam.c000004-000034|dam.t{TEXT.index('Orme'):06d}")

    made = tables(spans, read)

    assert [(row["link"], row["via"], row["cues"]) for row in made["stances"]] == [(None, None, [])]


def test_a_claim_is_a_row_with_what_annotators_said_of_it() -> None:
    told = [choice("claim_type", "position", "c1"), written("The dam will hold until Monday.", "c1")]
    other = [claim(CLAIM), choice("claim_type", "causal", "c1")]
    read = task({"ada": [claim(CLAIM), *told], "bo": [claim(CLAIM), *told], "cy": other})

    made = tables(read)

    found = made["claims"][0]
    assert found == {
        "claim_id": "dam.c000004-000034",
        "article_id": "dam",
        "sentence_ids": ["dam.s000000"],
        "attributed_to": [],
        "spans": [{"start": 4, "end": 34}],
        "text": CLAIM,
        "normalized_claim": "The dam will hold until Monday.",
        "claim_type": "position",
        "verification_worthy": True,
        "claim_group": found["claim_group"],
        "n_annotators": 3,
        "n_marked": 3,
        "aggregation": "unanimous",
        "agreement": 1.0,
        "judgement_ids": made["marks"][0]["judgement_ids"],
    }


def test_a_tie_of_claim_types_is_no_type() -> None:
    read = task(
        {
            "ada": [claim(CLAIM), choice("claim_type", "position", "c1")],
            "bo": [claim(CLAIM), choice("claim_type", "causal", "c1")],
        }
    )

    made = tables(read)

    assert [row["claim_type"] for row in made["claims"]] == [None]


def groups_of(*words: str) -> int:
    """How many claim groups claims of these words make, one article each."""
    found = set()
    for text in words:
        read = task({"ada": [claim((0, len(text)), text=text)]}, text)
        rows = judgements([article(text)], [read])
        made = claims([article(text)], [], marks([article(text)], [read], rows), [], rows)
        found |= {row["claim_group"] for row in made}
    return len(found)


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        (("The dam will hold", "the DAM, will  hold!"), 1),
        (("The dam will hold", "The dam will not hold"), 2),
        (("Плотина выстоит", "плотина выстоит"), 1),
        (("🌊", "🔥", "—"), 3),
    ],
)
def test_claims_are_of_one_wording_whatever_their_case_and_punctuation(words: tuple[str, ...], groups: int) -> None:
    texts = words

    found = groups_of(*texts)

    assert found == groups


def in_text(made: dict[str, Rows]) -> list[tuple[str, str, str, list[str], list[str]]]:
    return [
        (row["source_id"], row["origin"], row["raw_text"], row["mention_texts"], row["cue_texts"])
        for row in made["sources"]
        if row["kind"] == "in_text"
    ]


AGAIN = "The Board met. It will hold, the  board said, Orme of the Board denies."


def test_the_same_words_again_are_another_mention_of_one_source_named_for_the_first() -> None:
    later = region(AGAIN, "the  board", "Source", "s1")
    first = region(AGAIN, "The Board", "Source", "s1")

    found = in_text(tables(task({"ada": [later], "bo": [first]}, AGAIN), text=AGAIN))

    assert found == [("dam.t000000", "annotated", "The Board", ["The Board", "the  board"], [])]


def test_two_sources_that_begin_at_one_place_are_one() -> None:
    ada, bo = region(AGAIN, "Orme", "Source", "s1"), region(AGAIN, "Orme of the Board", "Source", "s1")

    found = in_text(tables(task({"ada": [ada], "bo": [bo]}, AGAIN), text=AGAIN))

    assert found == [
        (f"dam.t{AGAIN.index('Orme'):06d}", "annotated", "Orme", ["Orme", "Orme of the Board"], []),
    ]


def test_a_cue_goes_to_the_nearest_source_of_its_sentence() -> None:
    said, denies = region(TEXT, "said", "Cue", "q1"), region(TEXT, "denies", "Cue", "q2")
    read = task({"ada": [source("the Board"), source("Orme", "s2"), said, denies]})

    made = tables(read)

    assert [(row[2], row[4]) for row in in_text(made)] == [("the Board", ["said"]), ("Orme", ["denies"])]


def test_a_cue_in_a_sentence_without_a_source_goes_to_nobody() -> None:
    read = task({"ada": [source("the Board"), region(TEXT, "denies", "Cue", "q1")]})

    made = tables(read)

    assert [(row[2], row[4]) for row in in_text(made)] == [("the Board", [])]


def mention(words: str, cue: str, quote: str | None = None) -> Row:
    def at(one: str) -> tuple[int, int]:
        return TEXT.index(one), TEXT.index(one) + len(one)

    return {
        "article_id": "dam",
        "source": at(words),
        "cue": at(cue),
        "quote": at(quote) if quote else None,
        "source_class": "organization",
    }


def test_where_annotators_judged_a_candidate_is_dropped_or_lends_its_class() -> None:
    candidates = [mention("the Board", "said", "until Monday"), mention("Orme", "denies")]
    read = task({"ada": [source("the Board")]})

    made = tables(read, mentions=candidates)

    found = [row for row in made["sources"] if row["kind"] == "in_text"]
    assert [(row["raw_text"], row["source_class"], row["quote_texts"], row["cue_texts"]) for row in found] == [
        ("the Board", "organization", ["until Monday"], [])
    ]


def test_where_nobody_judged_candidates_are_sources() -> None:
    articles = [article(TEXT, annotated_extent=[])]

    found = sources(articles, SENTENCES, [], [], [mention("the Board", "said"), mention("Orme", "denies")], [], {})

    assert [(row["origin"], row["raw_text"], row["cue_texts"]) for row in found] == [
        ("parsed", "the Board", ["said"]),
        ("parsed", "Orme", ["denies"]),
    ]


def test_a_pair_whose_claim_or_source_is_not_gold_any_more_is_an_orphan() -> None:
    read = [
        pair({"ada": stance("SUPPORTS")}, item, batch=f"b{number}")
        for number, item in enumerate((PAIR, "dam.c000004-000034|dam.r009", "dam.c000000-000001|dam.r001"))
    ]
    skipped = pair({"ada": stance("SUPPORTS")}, "dam.c000009-000010|dam.r001", batch="b9", skipped=["ada"])

    made = tables(SPANS, *read, skipped)

    found = orphans(made["judgements"], made["claims"], made["sources"])
    assert ([row["stance_id"] for row in made["stances"]], found) == (
        [PAIR],
        ["dam.c000000-000001|dam.r001", "dam.c000004-000034|dam.r009"],
    )


@settings(deadline=None)
@given(said=ANNOTATORS, data=st.data())
def test_sources_and_claims_of_any_marks_have_ids_of_their_own_and_true_copies(
    said: dict[str, list[tuple[int, int]]], data: st.DataObject
) -> None:
    read = task({name: _spans(found) for name, found in said.items()}, LETTERS)
    whole: Rows = [{"sentence_id": "dam.s000000", "article_id": "dam", "start": 0, "end": 32}]
    whole[0]["verification_worthy"] = True
    articles = [article(LETTERS)]
    rows = data.draw(st.permutations(judgements(articles, [read])))

    found = marks(articles, [read], rows)
    named = sources(articles, whole, [], [], [], found, {})
    claimed = claims(articles, whole, found, named, rows)

    ids = [row["source_id"] for row in named] + [row["claim_id"] for row in claimed]
    copies = [[LETTERS[one["start"] : one["end"]] for one in row["mentions"]] for row in named]
    assert (len(set(ids)), copies) == (len(ids), [row["mention_texts"] for row in named])


def test_the_stages_change_nothing_that_they_read() -> None:
    spans = task({"ada": [claim(CLAIM), source("the Board"), relation("c1", "s1")]})
    read = [spans, pair({"ada": stance("SUPPORTS")})]
    before = copy.deepcopy(read)

    tables(*read)

    assert read == before


def test_created_is_a_moment_with_a_zone() -> None:
    read = task({"ada": []})
    read.annotations["spans-0-ada"] = Annotation(
        "1.jsonl:1", "u", "ada", "person", [], False, False, "2026-03-02T10:30:00", None
    )

    rows = judgements([article(TEXT)], [read])

    assert [row["created"] for row in rows] == [datetime(2026, 3, 2, 10, 30, tzinfo=UTC)]


def test_an_annotator_who_judges_a_pair_twice_has_one_vote_the_last() -> None:
    first = {"annotator": "ann-1", "purpose": "main", "created": "2026-01-01", "judgement_id": "a", "wave": 1}
    first["label"] = "SUPPORTS"
    second = first | {"created": "2026-01-02", "judgement_id": "b", "label": "REFUTES"}
    other = first | {"annotator": "ann-2", "judgement_id": "c"}

    kept = last_words([second, first, other])

    assert sorted((row["annotator"], row["label"]) for row in kept) == [("ann-1", "REFUTES"), ("ann-2", "SUPPORTS")]


@pytest.mark.parametrize(
    ("marked", "saw", "agreement"), [(1, 1, None), (1, 2, 0.0), (2, 2, 1.0), (2, 3, 1 / 3), (3, 4, 0.5)]
)
def test_agreement_on_a_claim_is_the_share_of_pairs_of_annotators_who_both_marked_it(
    marked: int, saw: int, agreement: float | None
) -> None:
    read = task({f"a{n}": [claim("dam will hold")] if n < marked else [] for n in range(saw)})

    made = tables(read)

    assert [row["agreement"] for row in made["claims"]] == [agreement]


def test_adjudicators_have_no_part_in_agreement() -> None:
    said = {"ada": [claim(CLAIM)], "bo": [claim(CLAIM)], "cy": []}
    spans = [task(said), task({"dee": [claim(CLAIM)]}, batch="last", purpose="adjudication")]
    judged = {"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}
    pairs = [pair(judged), pair({"dee": stance("SUPPORTS")}, batch="end", purpose="adjudication")]

    made = tables(*spans, *pairs)

    found = [(row["agreement"], row["aggregation"]) for name in ("claims", "stances") for row in made[name]]
    assert found == [(1 / 3, "adjudicated"), (0.0, "adjudicated")]
