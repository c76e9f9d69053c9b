"""What is put before an adjudicator, and how: answers side by side, without names, in an order that names nobody."""

import json
from dataclasses import replace

import pytest

from annotating import article, choice, region, relation
from claimstance import schema
from claimstance.annotation.batches import Batch
from claimstance.annotation.exports import Task
from claimstance.annotation.quality.adjudication import lettered, pair_adjudications, span_adjudications
from claimstance.annotation.quality.disputed import claims_below, pairs_below
from claimstance.annotation.studio.refusals import refused
from claimstance.table import Rows
from conftest import REPOSITORY
from test_gold import (
    CLAIM,
    HELD,
    PAIR,
    SPANS,
    TEXT,
    claim,
    pair,
    rules,
    source,
    stance,
    tables,
    task,
    third,
)

BATCH = Batch("settle", "spans", "adjudication", "1.0", annotators=("eve",), overlap=1)


def found_below(*read: Task, threshold: float = 0.5) -> list[tuple[str, str]]:
    made = tables(*read)
    below = claims_below(made["claims"], made["judgements"]) | pairs_below(made["judgements"], threshold)
    return sorted(below.items())


@pytest.mark.parametrize(
    ("labels", "threshold", "why"),
    [
        (["SUPPORTS", "REFUTES"], 0.5, "the votes are tied"),
        (["SUPPORTS", "REFUTES"], 0, "the votes are tied"),
        (["SUPPORTS", "SUPPORTS"], 1, None),
        (["SUPPORTS", "REFUTES", "SUPPORTS"], 0.5, "0.33 of its judges agree, two by two"),
        (["SUPPORTS", "REFUTES", "SUPPORTS"], 0.3, None),
        (["SUPPORTS", "REFUTES", "SUPPORTS", "SUPPORTS"], 0.5, None),
        (["NO_RELATION", "NO_RELATION", "SUPPORTS"], 0.5, "0.33 of its judges agree, two by two"),
        (["SUPPORTS"], 1, None),
    ],
)
def test_a_pair_is_below_agreement_at_a_tie_or_under_a_stated_share(
    labels: list[str], threshold: float, why: str | None
) -> None:
    read = pair({f"a{n}": stance(label) for n, label in enumerate(labels)})

    found = found_below(SPANS, read, threshold=threshold)

    assert found == ([(PAIR, why)] if why else [])


def test_what_was_adjudicated_is_settled() -> None:
    tied = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")})
    settled = pair({"cy": stance("REFUTES")}, batch="third", purpose="adjudication")
    half = task({"ada": [claim(CLAIM)], "bo": []})

    found = found_below(half, third(claim(CLAIM)), tied, settled)

    assert found == []


def test_a_claim_is_below_agreement_where_half_marked_it_or_its_boundaries_or_types_differ() -> None:
    text = [claim("old dam will hold"), claim("will hold at all", "c2"), claim("an engineer", "c3")]
    other = [claim("dam will hold"), claim("will hold at all", "c2")]
    typed = [choice("claim_type", "causal", "c2")], [choice("claim_type", "position", "c2")]

    found = found_below(task({"ada": [*text, *typed[0]], "bo": [*other, *typed[1]]}))

    at = [
        f"dam.c{TEXT.index(words):06d}-{TEXT.index(words) + len(words):06d}"
        for words in ("dam will hold", "an engineer", "will hold at all")
    ]
    assert found == [
        (at[0], "its boundaries differ"),
        (at[1], "exactly half marked it"),
        (at[2], "its types are tied"),
    ]


def settling_pairs(*read: Task) -> Rows:
    made = tables(*read)
    batch = replace(BATCH, kind="pairs")
    return pair_adjudications(batch, read, made["sources"], made["claims"], made["judgements"], 1)


def refusals(batch: Batch, made: Rows) -> list[str]:
    """What would keep the tasks from being sent, once somebody is to do them."""
    vocabularies = schema.load(REPOSITORY / "schemas").vocabularies
    labels = {"span": vocabularies["span_label"].names, "relation": vocabularies["relation_label"].names}
    sent = [{**one, "data": one["data"] | {"annotators": "|eve|"}} for one in made]
    return [fault for one in sent for fault in refused(one, batch, labels, TEXT if batch.kind == "spans" else None)]


def test_an_adjudicator_of_a_pair_sees_the_answers_side_by_side_with_the_words_that_decided_them() -> None:
    words = region(HELD, "The dam will hold", "Evidence", "e1")
    read = pair({"ada": stance("SUPPORTS", choice("support_degree", "partial"), words), "bo": stance("REFUTES")})

    made = settling_pairs(SPANS, read)

    letters = lettered(PAIR, {"ada", "bo"})
    answers = {
        letters["ada"]: "SUPPORTS (partial), “The dam will hold”",
        letters["bo"]: "REFUTES, no words marked",
    }
    assert [(one["data"], one["predictions"]) for one in made] == [
        (
            {
                "task_id": PAIR,
                "batch": "settle",
                "article_id": "dam",
                "title": "dam",
                "context": "(not shown)",
                "claim": CLAIM,
                "source_name": "(not shown)",
                "claim_id": PAIR.split("|")[0],
                "source_id": PAIR.split("|")[1],
                "evidence_text": HELD,
                "judgements": f"A: {answers['A']}\nB: {answers['B']}",
            },
            [],
        )
    ]


def test_a_pair_whose_claim_is_not_gold_any_more_is_not_put_before_anybody() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}, "dam.c000000-000003|dam.r001")

    made = settling_pairs(SPANS, read)

    assert made == []


def test_no_letter_is_one_person_everywhere() -> None:
    items = [f"dam.c{nth:06d}|dam.r001" for nth in range(200)]

    found = [lettered(item, {"ada", "bo"})["ada"] for item in items]

    assert 60 < found.count("A") < 140


def settling_spans(*read: Task) -> Rows:
    made = tables(*read)
    return span_adjudications(BATCH, [article(TEXT)], read, made["marks"], made["claims"], made["judgements"])


def drafted(made: Rows) -> list[tuple[str, str]]:
    result = made[0]["predictions"][0]["result"]
    return [(one["value"]["labels"][0], one["value"]["text"]) for one in result if one["type"] == "labels"]


def arrows(made: Rows) -> list[tuple[str, str, str]]:
    result = made[0]["predictions"][0]["result"]
    words = {one["id"]: one["value"]["text"] for one in result if one["type"] == "labels"}
    ends = [(one["labels"][0], one["from_id"], one["to_id"]) for one in result if one["type"] == "relation"]
    return sorted((label, words[one], words[other]) for label, one, other in ends)


DISPUTE = task(
    {
        "ada": [claim("old dam will hold"), source("the Board"), relation("c1", "s1"), source("Orme", "s2")],
        "bo": [claim("dam will hold"), source("the Board")],
        "cy": [source("the Board"), claim("will hold at all", "c2")],
    }
)


def test_an_adjudicator_of_spans_begins_with_the_gold_and_with_what_did_not_become_gold() -> None:
    read = DISPUTE

    made = settling_spans(read)

    assert (drafted(made), arrows(made), refusals(BATCH, made)) == (
        [("Claim", "dam will hold"), ("Source", "the Board"), ("Claim", "will hold at all"), ("Source", "Orme")],
        [("attributed_to", "dam will hold", "the Board")],
        [],
    )


def test_an_adjudicator_of_spans_reads_who_marked_what_by_letters() -> None:
    read = DISPUTE

    made = settling_spans(read)

    ada, bo, cy = (lettered("dam-0", {"ada", "bo", "cy"})[name] for name in ("ada", "bo", "cy"))
    both = sorted([(ada, f"{ada} “old dam will hold”"), (bo, bo)])
    others = ", ".join(sorted([bo, cy])), ", ".join(sorted([ada, bo]))
    assert made[0]["data"]["judgements"].split("\n") == [
        f"Claim “dam will hold”: {both[0][1]}, {both[1][1]}; not {cy}",
        f"Source “Orme”: {ada}; not {others[0]}",
        f"Claim “will hold at all”: {cy}; not {others[1]}",
        "Everything else was marked alike.",
    ]


def test_a_claim_in_pieces_is_put_before_an_adjudicator_in_pieces() -> None:
    pieces = [claim("The old dam", "1"), claim("until Monday", "2"), relation("1", "2", "continues")]

    made = settling_spans(task({"ada": pieces, "bo": []}))

    assert (drafted(made), arrows(made), refusals(BATCH, made)) == (
        [("Claim", "The old dam"), ("Claim", "until Monday")],
        [("continues", "The old dam", "until Monday")],
        [],
    )


def test_a_part_of_an_article_is_shown_as_it_was_with_its_offset() -> None:
    cut = TEXT.index("Orme")
    first = task({"ada": [claim("dam will hold")], "bo": [claim("dam will hold")]}, part=(0, cut))
    second = task({"ada": [region(TEXT[cut:], "it will hold", "Claim", "c1")], "bo": []}, part=(cut, len(TEXT)))

    made = settling_spans(first, second)

    assert ([(one["data"]["start"], one["data"]["text"]) for one in made], drafted(made), refusals(BATCH, made)) == (
        [(cut, TEXT[cut:])],
        [("Claim", "it will hold")],
        [],
    )


def test_a_text_that_an_adjudicator_settled_is_not_asked_again() -> None:
    read = [DISPUTE, third(claim("dam will hold"))]

    made = settling_spans(*read)

    assert made == []


def test_what_is_disputed_beside_a_part_that_was_settled_is_still_asked_without_what_was_overruled() -> None:
    cut = TEXT.index("Orme")
    ada = [claim("dam will hold"), claim("will hold at all", "c2"), source("the Board")]
    whole = task({"ada": ada, "bo": [], "dee": []}, batch="unsettled", skipped=["dee"])

    made = settling_spans(whole, third(claim("old dam will hold"), part=(0, cut)))

    assert sorted(drafted(made)) == [("Claim", "old dam will hold"), ("Claim", "will hold at all")]


def test_a_draft_that_is_kept_as_it_stands_makes_the_gold_that_it_shows() -> None:
    made = settling_spans(DISPUTE)

    result = [one | {"origin": "prediction"} for one in made[0]["predictions"][0]["result"]]
    found = rules(DISPUTE, task({"eve": result}, batch="settle", purpose="adjudication"))
    assert found == [
        ("dam will hold", "adjudicated", ["ada", "bo", "eve"]),
        ("will hold at all", "adjudicated", ["cy", "eve"]),
        ("the Board", "adjudicated", ["ada", "bo", "cy", "eve"]),
        ("Orme", "adjudicated", ["ada", "eve"]),
    ]


def test_no_name_is_in_what_an_adjudicator_is_shown() -> None:
    names = {"annabel-x": [claim("dam will hold")], "bertram-y": []}
    spans = task(names)
    tied = pair({"annabel-x": stance("SUPPORTS"), "bertram-y": stance("REFUTES")}, "dam.c000008-000021|dam.r001")

    made = [*settling_spans(spans, tied), *settling_pairs(spans, tied)]

    assert (len(made), [name for name in names if name in json.dumps(made)]) == (2, [])
