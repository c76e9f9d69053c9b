"""Tables to tasks: what is marked beforehand, where long articles are cut, which pairs are asked, who does what."""

import hashlib
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance import schema, spans
from claimstance.annotation.batches import Batch
from claimstance.annotation.exports import Task
from claimstance.annotation.judgements import NONE_HELD
from claimstance.annotation.studio import pairs
from claimstance.annotation.studio import tasks as module
from claimstance.annotation.studio.pairs import pair_tasks, unasked
from claimstance.annotation.studio.refusals import Labels, refused
from claimstance.annotation.studio.tasks import assigned, parts, span_tasks
from claimstance.articles.normalise import normalise
from claimstance.stages import run
from claimstance.table import Row, Rows
from conftest import REPOSITORY
from test_properties import TEXTS
from test_tables import made

SPANS = Batch("b", "spans", "main", "1.0", annotators=("ada", "bo", "cy"), overlap=2)
PAIRS = replace(SPANS, kind="pairs")


@cache
def labels() -> Labels:
    vocabularies = schema.load(REPOSITORY / "schemas").vocabularies
    return {"span": vocabularies["span_label"].names, "relation": vocabularies["relation_label"].names}


def span_tasks_of(text: str, batch: Batch = SPANS) -> Rows:
    """The tasks of round 1 of one article, called a, for ada."""
    found: Rows = run([span_tasks], made(text) | {"batch": batch})["span_tasks"]
    return [{**task, "data": task["data"] | {"annotators": "|ada|"}} for task in found]


def marked(task: Row) -> list[tuple[str, str]]:
    """Each mark of a task: its label, and the words at its offsets."""
    text = task["data"]["text"]
    regions = [one for one in task["predictions"][0]["result"] if one["type"] == "labels"]
    return [(one["value"]["labels"][0], text[one["value"]["start"] : one["value"]["end"]]) for one in regions]


def arrows(task: Row) -> list[tuple[str, str]]:
    """Each relation: the words at both ends."""
    result = task["predictions"][0]["result"]
    words = {one["id"]: one["value"]["text"] for one in result if one["type"] == "labels"}
    return [(words[one["from_id"]], words[one["to_id"]]) for one in result if one["type"] == "relation"]


def test_an_article_is_one_task_with_what_parsing_found_in_it_marked() -> None:
    text = 'The quay\n\n"The quay will be shut all winter," Mira Oland said [1].\n\nSources:\n[1] Gull, Tern said [2].'

    found = span_tasks_of(text)

    data = {
        "task_id": "a",
        "batch": "b",
        "article_id": "a",
        "title": "The quay",
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "start": 0,
        "annotators": "|ada|",
    }
    assert [(one["data"], marked(one), arrows(one)) for one in found] == [
        (
            data,
            [
                ("Claim", "The quay will be shut all winter"),
                ("Source", "Mira Oland"),
                ("Cue", "said"),
                ("Citation", "[1]"),
            ],
            [("The quay will be shut all winter", "Mira Oland")],
        )
    ]


@pytest.mark.parametrize("quote", ['"Safe"', '"Who will shut the quay now?"', '"Not at all,"'])
def test_a_quote_that_is_no_clause_is_marked_as_no_claim(quote: str) -> None:
    text = f"The quay\n\n{quote} Mira Oland said."

    found = span_tasks_of(text)

    assert [label for label, _ in marked(found[0])] == ["Source", "Cue"]


def test_an_article_without_a_title_goes_by_its_id_and_one_without_a_sentence_is_no_task() -> None:
    texts = ("It is open [1], the port said.", "Sources:\n[1] Gull: A.")

    found = [[one["data"]["title"] for one in span_tasks_of(text)] for text in texts]

    assert found == [["a"], []]


PARAGRAPH = "The quay was shut on Monday, Mira Oland said. It opened again on Friday [1]."


def test_a_long_article_is_cut_at_paragraphs_and_its_parts_say_where_they_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PART_CHARS", 200)
    text = "\n\n".join(["The quay", *[PARAGRAPH] * 4, "# Later", PARAGRAPH, "Sources:", "[1] Gull: A. " + "x" * 190])

    found = span_tasks_of(text)

    cut = [(one["data"]["task_id"], one["data"]["start"], one["data"]["text"]) for one in found]
    assert cut == [
        ("a@0", 0, f"The quay\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n"),
        ("a@166", 166, f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n"),
        ("a@322", 322, f"# Later\n\n{PARAGRAPH}\n\nSources:\n\n"),
    ]


def test_a_heading_stays_with_the_paragraph_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART_CHARS", 100)
    text = "\n\n".join([PARAGRAPH, "# Later", PARAGRAPH, PARAGRAPH])

    found = span_tasks_of(text)

    assert [one["data"]["text"] for one in found] == [
        f"{PARAGRAPH}\n\n",
        f"# Later\n\n{PARAGRAPH}\n\n",
        PARAGRAPH,
    ]


def test_a_paragraph_that_is_too_long_is_cut_at_a_sentence_and_a_sentence_is_never_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PART_CHARS", 100)
    endless = "The quay " + "and the pier " * 20 + "stayed shut."
    text = f"The quay\n\n{PARAGRAPH} {endless} {PARAGRAPH}"

    found = span_tasks_of(text)

    assert [one["data"]["text"] for one in found] == [f"The quay\n\n{PARAGRAPH} ", f"{endless} ", PARAGRAPH]


def test_a_part_begins_with_no_more_marks_than_a_page_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART_REGIONS", 4)
    text = "\n\n".join(["The quay", *["It is open [1] [1] [1]."] * 3, "It is [1] [1] [1] [1] [1] [1] so."])

    found = span_tasks_of(text)

    assert [len(marked(one)) for one in found] == [3, 3, 3, 4]


def test_marks_have_ids_of_their_own_that_are_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART_CHARS", 200)
    text = "\n\n".join(["The quay", *[PARAGRAPH] * 6])

    once, again = span_tasks_of(text), span_tasks_of(text)

    ids = [one["id"] for task in once for one in task["predictions"][0]["result"] if one["type"] == "labels"]
    assert (once == again, len(ids), len(set(ids))) == (True, 18, 18)


@settings(max_examples=150)
@given(TEXTS, st.integers(1, 60))
def test_of_any_text_the_marks_select_what_they_say_and_every_task_may_be_sent(given_text: str, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PART_CHARS", limit)
        tables = made(given_text)
        found = span_tasks_of(given_text)

    text = normalise(given_text)
    said = [refused(task, SPANS, labels(), text) for task in found]
    seen = [words for task in found for words in marked(task)]
    kept = {(one["start"], one["end"]) for one in tables["citations"]}
    assert (said, sum(label == "Citation" for label, _ in seen)) == ([[]] * len(found), len(kept))


@settings(max_examples=150)
@given(TEXTS, st.integers(1, 60))
def test_the_parts_of_any_article_make_up_its_text_and_cut_no_sentence(given_text: str, limit: int) -> None:
    tables = made(given_text)
    article = tables["articles"][0]
    lines = [(one["start"], one["end"]) for one in tables["sentences"]]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PART_CHARS", limit)
        found = parts(article, lines)

    joined = "".join(article["text"][start:end] for start, end in found)
    gapless = all(one[1] == other[0] for one, other in pairwise(found))
    cut = [line for line in lines if any(line[0] < start < line[1] for start, _ in found)]
    assert (joined, gapless, cut) == (article["text"], True, [])


# Round 2


def pair_tables(**more: Any) -> dict[str, Any]:
    """An article with two claims: one cites r001, one is attributed to the port; r002 is cited by neither."""
    text = "The port closed the quay. Ships wait [1]. They wait outside."
    sentences = [
        {"sentence_id": f"a.s{start}", "article_id": "a", "start": start, "end": end}
        for start, end in ((0, 25), (26, 41), (42, 60))
    ]

    def claim(start: int, end: int, homes: list[str], *named: str) -> Row:
        said = {"claim_id": f"a.c{start}", "article_id": "a", "sentence_ids": homes, "attributed_to": list(named)}
        return said | {"spans": [{"start": start, "end": end}], "text": text[start:end]}

    def source(source_id: str, kind: str, words: str, held: str | None, start: int = 0) -> Row:
        named = [{"start": start, "end": start + 8}]
        said = {"source_id": source_id, "article_id": "a", "kind": kind, "raw_text": words, "evidence_text": held}
        return said | {"mentions": named, "duplicate_of": None, "cues": []}

    article = {"article_id": "a", "title": "The quay", "text": text}
    return {
        "batch": PAIRS,
        "articles": [article],
        "sentences": sentences,
        "citations": [{"sentence_id": "a.s26", "article_id": "a", "source_id": "a.r001"}],
        "sources": [
            source("a.r001", "listed", "Gull: A.", "Ships wait."),
            source("a.r002", "listed", "Tern: B.", None),
            source("a.t0", "in_text", "The port", None),
        ],
        "claims": [claim(26, 36, ["a.s26"]), claim(42, 59, ["a.s42"], "a.t0")],
        "in_text": 1,
    } | more


def pairs_of(tables: dict[str, Any]) -> Rows:
    found: Rows = run([pair_tasks], tables)["pair_tasks"]
    return found


def test_a_pair_is_a_claim_with_a_source_that_it_cites_or_is_attributed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "UNLINKED", 0)

    found = pairs_of(pair_tables())

    same = {"batch": "b", "article_id": "a", "title": "The quay"}
    assert found == [
        {
            "data": same
            | {
                "task_id": "a.c26|a.r001",
                "context": "Ships wait [1].",
                "claim": "Ships wait",
                "claim_id": "a.c26",
                "source_name": "Gull: A.",
                "source_id": "a.r001",
                "evidence_text": "Ships wait.",
            },
            "predictions": [],
        },
        {
            "data": same
            | {
                "task_id": "a.c42|a.t0",
                "context": "The port closed the quay. Ships wait [1]. They wait outside.",
                "claim": "They wait outside",
                "claim_id": "a.c42",
                "source_name": "The port",
                "source_id": "a.t0",
                "evidence_text": NONE_HELD,
            },
            "predictions": [],
        },
    ]


def test_where_the_text_names_the_source_far_away_the_context_is_the_sentence_of_the_claim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spans, "CONTEXT_CHARS", 59)

    found = pairs_of(pair_tables())

    assert [one["data"]["context"] for one in found if one["data"]["source_id"] == "a.t0"] == ["They wait outside."]


def test_pairs_that_are_not_linked_are_of_listed_sources_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "UNLINKED", 100)

    found = pairs_of(pair_tables())

    linked = {"a.c26|a.r001", "a.c42|a.t0"}
    others = {one["data"]["task_id"] for one in found} - linked
    assert others == {"a.c26|a.r002", "a.c42|a.r001", "a.c42|a.r002"}


def test_about_one_pair_in_ten_is_not_linked_and_they_are_the_same_ones_in_every_batch() -> None:
    tied = [({"claim_id": f"c{nth}"}, {"source_id": "s", "kind": "listed", "duplicate_of": None}) for nth in range(500)]
    free = [({"claim_id": f"c{nth}"}, {"source_id": "t", "kind": "listed", "duplicate_of": None}) for nth in range(900)]

    once, again = pairs._sampled(free, tied), pairs._sampled(free[::-1], tied)

    ids = {claim["claim_id"] for claim, _ in once}
    assert (ids == {claim["claim_id"] for claim, _ in again}, 35 <= len(ids) <= 65) == (True, True)


def test_a_batch_may_ask_about_the_source_that_writes_of_the_same_things_unlinked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pairs, "UNLINKED", 0)
    tables = pair_tables()
    tables["sources"][1]["evidence_text"] = "Tugs wait far outside. The bar is shut."

    asked = {
        near: {one["data"]["task_id"] for one in pairs_of(tables | {"batch": replace(PAIRS, near=near)})}
        - {"a.c26|a.r001", "a.c42|a.t0"}
        for near in (0.0, 0.4, 0.5)
    }

    # Of "They wait outside" the Tern has .41: "outside" weighs half as much as "they", "wait" stands everywhere.
    assert asked == {0.0: set(), 0.4: {"a.c42|a.r002"}, 0.5: set()}


def test_the_only_pair_of_an_article_can_be_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "UNLINKED", 0)
    tables = pair_tables(citations=[], batch=replace(PAIRS, near=0.9))
    tables["claims"] = tables["claims"][:1]
    tables["sources"] = tables["sources"][:1]

    found = pairs_of(tables)

    assert [one["data"]["task_id"] for one in found] == ["a.c26|a.r001"]


def test_a_main_batch_leaves_out_the_pairs_that_another_one_of_its_wave_asks() -> None:
    planned = pairs_of(pair_tables())
    known = planned[0]["data"]["task_id"]
    earlier = Task(replace(PAIRS, name="a"), known, "a", {}, "a/tasks.jsonl:1")
    moved = replace(earlier, task_id="a.c25|a.r001", moved=(known, "exact"))

    def left(batch: Batch, task: Task) -> int:
        return len(planned) - len(unasked(batch, planned, [task]))

    found = {
        "again": left(PAIRS, earlier),
        "the claim has moved": left(PAIRS, moved),
        "a second wave": left(replace(PAIRS, wave=2), earlier),
        "an overlap": left(replace(PAIRS, purpose="overlap"), earlier),
        "after training": left(PAIRS, replace(earlier, batch=replace(PAIRS, purpose="training"))),
    }
    assert found == {"again": 1, "the claim has moved": 1, "a second wave": 0, "an overlap": 0, "after training": 0}


def test_an_article_that_links_nothing_is_asked_about_nothing() -> None:
    tables = pair_tables(citations=[])
    tables["claims"][1]["attributed_to"] = []

    found = pairs_of(tables)

    assert found == []


# Who does what


IDS = [f"a{nth}" for nth in range(100)]


def test_a_share_of_the_tasks_has_several_annotators_and_all_have_equally_many() -> None:
    batch = replace(SPANS, annotators=("ada", "bo", "cy", "dee"), overlap=3, shared=0.25)

    found = assigned(batch, IDS)

    sizes = Counter(said.count("|") - 1 for said in found.values())
    loads = Counter(name for said in found.values() for name in said.strip("|").split("|"))
    assert (sizes, sorted(loads.values())) == ({3: 25, 1: 75}, [37, 37, 38, 38])


def test_who_does_a_task_follows_from_the_batch_and_its_tasks_and_not_from_their_order() -> None:
    batch = replace(SPANS, shared=0.5)

    found = assigned(batch, IDS)

    again, other = assigned(batch, IDS[::-1]), assigned(replace(batch, name="c"), IDS)
    assert (again == found, other == found) == (True, False)


@pytest.mark.parametrize("batch", [replace(SPANS, purpose="training", shared=0.1), replace(SPANS, overlap=3)])
def test_everybody_does_a_training_batch_and_one_with_full_overlap(batch: Batch) -> None:
    found = assigned(batch, IDS)

    assert set(found.values()) == {"|ada|bo|cy|"}


@given(st.integers(1, 5), st.integers(1, 5), st.floats(0, 1), st.integers(0, 40))
def test_nobody_has_more_than_one_task_more_than_another(people: int, overlap: int, shared: float, count: int) -> None:
    names = tuple("abcde"[:people])
    batch = replace(SPANS, annotators=names, overlap=min(overlap, people), shared=shared)

    found = assigned(batch, IDS[:count])

    loads = [sum(f"|{name}|" in said for said in found.values()) for name in names]
    assert (max(loads) - min(loads) <= 1, set(found)) == (True, set(IDS[:count]))
