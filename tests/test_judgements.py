"""Judgements: offsets into the article, interrupted claims, arrows, answers, and everything that cannot be read."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotating import (
    Json,
    annotation,
    article,
    choice,
    judged,
    only,
    pair_task,
    put,
    read,
    region,
    relation,
    sha256,
    span_task,
    tasks,
    written,
)
from claimstance import schema
from claimstance.annotation.judgements import NONE_HELD, judgements
from claimstance.annotation.marks import marks
from claimstance.errors import AnnotationError, BadInput, ClaimstanceError
from claimstance.table import Rows

JUDGEMENTS = schema.load(Path(__file__).parents[1] / "schemas")["judgements"]

TEXT = "🌊 Паром «Орм» closed.\n\nThe dam, she said, will hold until Monday."
DAM, HOLD, SHE = region(TEXT, "The dam", "Claim", "c1"), region(TEXT, "will hold", "Claim", "c2"), (32, 35)
SOURCE = region(TEXT, SHE, "Source", "s1")
_CHOICE = choice("claim_type", "causal", "c1")
HELD = "Notice 🌊:\nthe dam will hold."


def spoken(rows: Rows, *kinds: str) -> list[tuple[str, str | None, str | None]]:
    """Kind, label and text of the judgements, the task itself left out."""
    return [
        (row["item_kind"], row["label"], row["text"] or row["evidence_text"])
        for row in rows
        if row["item_kind"] != "task" and (not kinds or row["item_kind"] in kinds)
    ]


def refused(folder: Path, *said: Json, batch: str = "spans", text: str = TEXT) -> str:
    """The one error that these tasks come to."""
    with pytest.raises(BadInput) as refusal:
        judged(folder, text, *said, batch=batch)
    assert [type(error) for error in refusal.value.errors] == [AnnotationError]
    return str(refusal.value).replace(f"{folder}/annotations/", "")


def marked(*result: Json, **more: Any) -> Json:
    """A task of round 1 with one annotation by Ada."""
    return span_task(TEXT, [annotation("ada", result)], **more)


def paired(*result: Json, **more: Any) -> Json:
    """A task of round 2 with one annotation by Ada."""
    return pair_task("dam.c1", "dam.r001", [annotation("ada", result)], **{"evidence_text": HELD} | more)


def test_a_marked_claim_is_a_row_with_its_offsets_in_the_article(tmp_path: Path) -> None:
    task = marked(region(TEXT, "Паром «Орм» closed", "Claim", "c1"))

    rows = judged(tmp_path, TEXT, task)

    claim = rows[1]
    assert (len(rows), claim) == (
        2,
        {
            "judgement_id": claim["judgement_id"],
            "article_id": "dam",
            "batch": "spans",
            "task": "dam-0",
            "item_kind": "span",
            "item_id": claim["judgement_id"],
            "annotator": "ada",
            "annotator_kind": "person",
            "edited_by": None,
            "label": "Claim",
            "spans": [{"start": 2, "end": 20}],
            "text": "Паром «Орм» closed",
            "evidence": [],
            "evidence_text": None,
            "anchor": "same",
            "original": None,
            "created": datetime(2026, 3, 2, 8, 30, 0, 123456, tzinfo=UTC),
            "lead_time": 12.5,
            "guideline_version": "1.0",
            "purpose": "main",
            "round": 1,
            "wave": 1,
            "skipped": False,
            "ground_truth": False,
        },
    )


def test_what_annotators_say_conforms_to_the_schema(tmp_path: Path) -> None:
    task = marked(DAM, HOLD, SOURCE, choice("claim_type", "causal", "c1"), written("It holds.", "c1"))
    folder = put(tmp_path / "a", {"spans/1.jsonl": [task], "pairs/1.jsonl": [paired(choice("stance", "REFUTES"))]})

    table = JUDGEMENTS.conform(judgements([article(TEXT)], tasks(folder)))

    assert sorted(table["label"].to_pylist(), key=str) == [
        "Claim",
        "Claim",
        "It holds.",
        None,
        None,
        "REFUTES",
        "Source",
        "causal",
    ]


def test_a_task_that_was_seen_without_a_mark_is_a_row(tmp_path: Path) -> None:
    task = marked()

    rows = judged(tmp_path, TEXT, task)

    assert [(row["item_kind"], row["item_id"], row["label"], row["skipped"]) for row in rows] == [
        ("task", "dam-0", None, False)
    ]


def test_a_skipped_task_is_rows_too_and_never_gold(tmp_path: Path) -> None:
    read_tasks = read(tmp_path, span_task(TEXT, [annotation("ada", [DAM], was_cancelled=True)]))

    rows = judgements([article(TEXT)], read_tasks)

    gold = marks([article(TEXT)], read_tasks, rows)
    assert ([(row["item_kind"], row["skipped"]) for row in rows], gold) == ([("task", True), ("span", True)], [])


def test_a_task_of_an_article_that_is_not_here_is_left_to_its_own_shard(tmp_path: Path) -> None:
    read_tasks = read(tmp_path, marked(DAM))

    rows = judgements([article("Fog.", "fog")], read_tasks)

    assert rows == []


def test_the_pieces_of_an_interrupted_claim_are_one_judgement(tmp_path: Path) -> None:
    task = marked(HOLD, DAM, relation("c1", "c2", "continues"), choice("claim_type", "position", "c2"))

    rows = judged(tmp_path, TEXT, task)

    claim = rows[1]
    assert [(row["item_id"], row["label"], row["spans"], row["text"]) for row in rows[1:]] == [
        (claim["judgement_id"], "Claim", [{"start": 23, "end": 30}, {"start": 42, "end": 51}], "The dam … will hold"),
        (claim["judgement_id"], "position", [], None),
    ]


def test_three_pieces_chain_whichever_way_their_arrows_run(tmp_path: Path) -> None:
    monday = region(TEXT, "until Monday", "Claim", "c3")
    task = marked(DAM, HOLD, monday, relation("c2", "c1", "continues"), relation("c3", "c2", "continues", "left"))

    rows = judged(tmp_path, TEXT, task)

    assert spoken(rows) == [("span", "Claim", "The dam … will hold … until Monday")]


def test_an_arrow_that_ends_at_a_later_piece_belongs_to_the_whole_claim(tmp_path: Path) -> None:
    task = marked(DAM, HOLD, SOURCE, relation("c1", "c2", "continues"), relation("c2", "s1"))

    rows = judged(tmp_path, TEXT, task)

    claim, source, arrow = rows[1:]
    assert arrow["item_id"] == f"{claim['judgement_id']}>{source['judgement_id']}"


@pytest.mark.parametrize(("direction", "turned"), [("right", False), ("left", True), ("bi", False)])
def test_an_arrow_to_the_left_is_turned_round(tmp_path: Path, direction: str, turned: bool) -> None:
    task = marked(DAM, SOURCE, relation("c1", "s1", direction=direction))

    rows = judged(tmp_path, TEXT, task)

    ends = [row["judgement_id"] for row in rows[1:3]]
    assert (rows[3]["label"], rows[3]["item_id"]) == ("attributed_to", ">".join(reversed(ends) if turned else ends))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (SOURCE, [("span", "Claim", "The dam"), ("span", "Source", "she"), ("relation", "attributed_to", None)]),
        (HOLD | {"id": "s1"}, [("span", "Claim", "The dam … will hold")]),
    ],
)
def test_an_arrow_without_a_label_is_told_by_its_ends(tmp_path: Path, other: Json, said: list[Any]) -> None:
    task = marked(DAM, other, relation("c1", "s1", None))

    rows = judged(tmp_path, TEXT, task)

    assert spoken(rows) == said


def test_the_same_arrow_drawn_twice_is_one_judgement(tmp_path: Path) -> None:
    task = marked(DAM, SOURCE, relation("c1", "s1"), relation("c1", "s1"))

    rows = judged(tmp_path, TEXT, task)

    assert len(spoken(rows, "relation")) == 1


def test_type_and_wording_belong_to_the_region_that_they_speak_of(tmp_path: Path) -> None:
    task = marked(DAM, SOURCE, choice("claim_type", "causal", "c1"), written(" The dam will hold. ", "c1"))

    rows = judged(tmp_path, TEXT, task)

    claim = rows[1]["judgement_id"]
    assert [(row["item_kind"], row["label"], row["item_id"]) for row in rows[3:]] == [
        ("claim_type", "causal", claim),
        ("normalized_claim", "The dam will hold.", claim),
    ]


def test_a_pair_is_judged_with_its_degree_and_its_evidence(tmp_path: Path) -> None:
    task = paired(
        choice("stance", "SUPPORTS", "a"),
        choice("support_degree", "partial", "b"),
        region(HELD, "will hold", "Evidence", "c"),
        region(HELD, "Notice 🌊:\nthe dam", "Evidence", "d"),
    )

    rows = judged(tmp_path, TEXT, task, batch="pairs")

    assert (spoken(rows), rows[3]["evidence"], {row["item_id"] for row in rows[1:]}) == (
        [
            ("stance", "SUPPORTS", None),
            ("support_degree", "partial", None),
            ("evidence", "Evidence", "Notice 🌊:\nthe dam … will hold"),
        ],
        [{"start": 0, "end": 17}, {"start": 18, "end": 27}],
        {"dam.c1|dam.r001"},
    )


def test_the_notice_that_no_text_is_held_is_no_evidence(tmp_path: Path) -> None:
    notice = region(NONE_HELD, "none held", "Evidence", "e1")
    task = paired(choice("stance", "SUPPORTS"), notice, evidence_text=NONE_HELD)

    rows = judged(tmp_path, TEXT, task, batch="pairs")

    assert spoken(rows) == [("stance", "SUPPORTS", None)]


def test_a_pair_without_evidence_text_can_be_judged(tmp_path: Path) -> None:
    task = paired(choice("stance", "DISCUSSES"), evidence_text=None)

    rows = judged(tmp_path, TEXT, task, batch="pairs")

    assert spoken(rows) == [("stance", "DISCUSSES", None)]


def test_a_task_that_shows_a_later_part_speaks_of_the_whole_article(tmp_path: Path) -> None:
    start = TEXT.index("The dam")
    part = TEXT[start:]
    task = span_task(TEXT, [annotation("ada", [region(part, "will hold", "Claim", "c1")])], part=(start, len(TEXT)))

    rows = judged(tmp_path, TEXT, task)

    assert (rows[1]["spans"], rows[1]["text"]) == ([{"start": 42, "end": 51}], "will hold")


def test_offsets_behind_the_part_that_was_shown_are_refused(tmp_path: Path) -> None:
    behind = region(TEXT, "The dam", "Claim", "c1")
    task = span_task(TEXT, [annotation("ada", [behind])], part=(0, 22))

    told = refused(tmp_path, task)

    assert told.startswith("spans/2026-03-02.jsonl:1: task dam-0, region c1: the offsets 23 to 30 in a text of 22 char")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Мэр: мост закрыт до пятницы.", "мост закрыт"),
        ("🌊🌊👩‍🔬 the crest 🌊 comes", "crest 🌊"),
        ("One line.\nAnother\t  line.\n\nA third.", "line.\nAnother\t  line.\n\nA"),
        ("He wrote C:\\new in his diary.", "C:\\new in"),
        ("العربية هنا. The end", "هنا"),
    ],
)
def test_texts_of_every_script_keep_their_spans(tmp_path: Path, text: str, words: str) -> None:
    task = span_task(text, [annotation("ada", [region(text, words, "Claim", "c1")])])

    rows = judged(tmp_path, text, task)

    assert spoken(rows) == [("span", "Claim", words)]


def test_a_text_that_was_shown_with_carriage_returns_keeps_its_spans(tmp_path: Path) -> None:
    shown = TEXT.replace("\n", "\r\n")
    task = span_task(shown, [annotation("ada", [region(shown, "The dam", "Claim", "c1")])])

    rows = judged(tmp_path, TEXT, task)

    assert [(row["text"], row["anchor"]) for row in rows[1:]] == [("The dam", "context")]


def test_a_text_that_changed_behind_the_part_that_was_shown_is_the_same_there(tmp_path: Path) -> None:
    said = annotation("ada", [region(TEXT, "Паром", "Claim", "c1")])
    task = span_task(TEXT, [said], part=(0, 22), text_sha256=sha256(TEXT + "!"))

    rows = judged(tmp_path, TEXT, task)

    assert [(row["text"], row["anchor"]) for row in rows[1:]] == [("Паром", "same")]


def test_tasks_must_be_placed_in_the_text_of_now_first(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        judgements([article("Another text.")], read(tmp_path, span_task(TEXT, [annotation("ada", [])])))

    assert "the text of dam is not the one that was annotated. Place the tasks" in str(refusal.value)


@pytest.mark.parametrize(
    ("shift", "hint"),
    [(1, "Counting in UTF-16 units would match."), (3, "Counting in UTF-16 units would not match either.")],
)
def test_offsets_that_select_other_words_are_refused_with_a_hint(tmp_path: Path, shift: int, hint: str) -> None:
    start = TEXT.index("The dam, she")
    moved = region(TEXT, (start + shift, start + shift + 12), "Claim", "c1")
    moved["value"]["text"] = "The dam, she"

    told = refused(tmp_path, marked(moved))

    assert told == (
        f"spans/2026-03-02.jsonl:1: task dam-0, region c1: offsets {start + shift} to {start + shift + 12} select "
        f"{TEXT[start + shift : start + shift + 12]!r}, but the region says 'The dam, she'. {hint} "
        "Offsets count Unicode code points."
    )


def test_offsets_in_utf16_are_recognised_across_lines_too(tmp_path: Path) -> None:
    words = "closed.\n\nThe"
    moved = region(TEXT, words, "Claim", "c1")
    moved["value"]["start"] += 1
    moved["value"]["end"] += 1

    told = refused(tmp_path, marked(moved))

    assert "Counting in UTF-16 units would match." in told


def changed(region: Json, **value: Any) -> Json:
    """The region with other values; None takes one away."""
    kept = {name: one for name, one in (region["value"] | value).items() if one is not None}
    return region | {"value": kept}


def without(said: Json, name: str) -> Json:
    return {key: value for key, value in said.items() if key != name}


BROKEN = {
    "start is a float": ([changed(DAM, start=23.0)], "c1", "the offsets 23.0 to 30 in"),
    "start is a bool": ([changed(DAM, start=True, end=2)], "c1", "the offsets True to 2 in"),
    "start is negative": ([changed(DAM, start=-1)], "c1", "the offsets -1 to 30 in"),
    "start is a string": ([changed(DAM, start="23")], "c1", "the offsets '23' to 30 in"),
    "start is missing": ([changed(DAM, start=None)], "c1", "the offsets None to 30 in"),
    "end is behind the text": ([changed(DAM, end=1000)], "c1", "the offsets 23 to 1000 in a text of 65 characters"),
    "end is the start": ([changed(DAM, end=23)], "c1", "the offsets 23 to 23 in"),
    "the copy is a number": (
        [changed(DAM, text=7)],
        "c1",
        "offsets 23 to 30 select 'The dam', but the region says '7'",
    ),
    "no labels": ([changed(DAM, labels=None)], "c1", "the labels None"),
    "no label": ([changed(DAM, labels=[])], "c1", "the labels []"),
    "two labels": ([changed(DAM, labels=["Claim", "Cue"])], "c1", "the labels ['Claim', 'Cue']"),
    "an unknown label": ([changed(DAM, labels=["Person"])], "c1", "the labels ['Person']"),
    "a label that is a list": ([changed(DAM, labels=[["Claim"]])], "c1", "the labels [['Claim']]"),
    "labels that are a word": ([changed(DAM, labels="Claim")], "c1", "the labels Claim"),
    "no value": ([without(DAM, "value")], "c1", "a result without a value"),
    "a value that is a list": ([DAM | {"value": []}], "c1", "a result without a value"),
    "no id": ([without(DAM, "id")], "None>None", "a region without an id"),
    "an id that is a number": ([DAM | {"id": 7}], "7", "a region without an id"),
    "an id that is a list": ([DAM | {"id": ["c1"]}], "['c1']", "a region without an id"),
    "an arrow to two": ([DAM, HOLD | {"id": "c1"}, SOURCE, relation("s1", "c1")], "s1>c1", "a relation to a region wh"),
    "an answer of two": ([DAM, HOLD | {"id": "c1"}, _CHOICE], "c1", "an answer about a region whose id c1 stands for"),
    "no type": ([without(DAM, "type")], "c1", "a result of the type None"),
    "an unknown type": ([DAM | {"type": "rectangle"}], "c1", "a result of the type rectangle"),
    "an arrow from nowhere": ([DAM, without(relation("c1", "c1"), "from_id")], "None>c1", "a relation to a region"),
    "an arrow to nowhere": ([DAM, relation("c1", "s9")], "c1>s9", "a relation to a region that is not there"),
    "an arrow to a list": ([DAM, relation("c1", "c1") | {"to_id": []}], "c1>[]", "a relation to a region that is"),
    "an unknown arrow": ([DAM, SOURCE, relation("c1", "s1", "denies")], "c1>s1", "a relation with the labels ['d"),
    "an arrow's label as a word": ([DAM, SOURCE, relation("c1", "s1") | {"labels": "continues"}], "c1>s1", "a rel"),
    "pieces of two labels": ([DAM, SOURCE, relation("c1", "s1", "continues")], "c1", "continues joins Claim and So"),
    "an answer of no region": ([choice("claim_type", "causal", "c9")], "c9", "an answer about a region that is n"),
    "an answer with a list for a region": ([choice("claim_type", "x") | {"id": []}], "None>None", "an answer about"),
    "an answer to no question": ([DAM, choice("mood", "sad", "c1")], "c1", "an answer to 'mood', which nobody"),
    "answers that are a word": ([DAM, _CHOICE | {"value": {"choices": "causal"}}], "c1", "the answer 'causal'"),
    "answers that are numbers": ([DAM, _CHOICE | {"value": {"choices": [1]}}], "c1", "the answer [1]"),
    "two answers at once": ([DAM, _CHOICE | {"value": {"choices": ["causal", "quote"]}}], "c1", "the answers causal"),
    "an answer without value": ([DAM, without(_CHOICE, "value")], "c1", "a result without a value"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_result_that_cannot_be_read_is_one_error_at_its_region(tmp_path: Path, case: str) -> None:
    result, name, what = BROKEN[case]

    told = refused(tmp_path, marked(*result))

    assert told.startswith(f"spans/2026-03-02.jsonl:1: task dam-0, region {name}: {what}")


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ([choice("stance", "SUPPORTS", "a"), choice("stance", "REFUTES", "b")], ": two answers to stance. One is due."),
        ([relation("a", "b")], ", region a>b: a result of the type relation. Types: labels, choices."),
        ([choice("claim_type", "causal")], ", region x1: an answer to 'claim_type', which nobody asked. Questions: st"),
        ([region(HELD, "dam", "Claim", "c1")], ", region c1: the labels ['Claim']. One of Evidence is due."),
        ([region(HELD, (0, 40), "Evidence", "e1")], ", region e1: the offsets 0 to 40 in a text of 28 characters."),
    ],
)
def test_a_pair_that_cannot_be_read_is_one_error(tmp_path: Path, result: list[Json], told: str) -> None:
    task = paired(*result)

    error = refused(tmp_path, task, batch="pairs")

    assert error.startswith(f"pairs/2026-03-02.jsonl:1: task dam.c1|dam.r001{told}")


def test_moments_of_any_zone_stand_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    moments = ("2026-03-02T11:00:00+05:00", "2026-03-02T07:00:00Z", "2026-03-02T06:30:00.5")
    said = [annotation("ada", [], nth, created_at=moment) for nth, moment in enumerate(moments)]

    rows = judged(tmp_path, TEXT, span_task(TEXT, said))

    assert [str(row["created"]) for row in rows] == [
        "2026-03-02 06:00:00+00:00",
        "2026-03-02 07:00:00+00:00",
        "2026-03-02 06:30:00.500000+00:00",
    ]


def test_a_moment_that_is_none_is_refused(tmp_path: Path) -> None:
    task = span_task(TEXT, [annotation("ada", [], created_at="yesterday")])

    told = refused(tmp_path, task)

    assert told == "spans/2026-03-02.jsonl:1: task dam-0: created_at is 'yesterday'. ISO 8601 is due."


def test_every_bad_task_is_listed_at_the_line_that_holds_it(tmp_path: Path) -> None:
    bad = changed(DAM, labels=[])
    pulls = {"spans/1.jsonl": [marked(), marked(bad, task_id="b")], "spans/2.jsonl": [marked(bad)]}
    folder = put(tmp_path / "annotations", pulls, only("spans"))

    with pytest.raises(BadInput) as refusal:
        judgements([article(TEXT)], tasks(folder))

    assert [error.where.replace(f"{folder}/", "") for error in refusal.value.errors] == [
        "spans/1.jsonl:2: task b, region c1",
        "spans/2.jsonl:1: task dam-0, region c1",
    ]


def test_a_changed_mind_keeps_the_judgements_id(tmp_path: Path) -> None:
    before = judged(tmp_path, TEXT, paired(choice("stance", "SUPPORTS")), batch="pairs")

    after = judged(tmp_path, TEXT, paired(choice("stance", "REFUTES")), batch="pairs")

    assert [row["judgement_id"] for row in after] == [row["judgement_id"] for row in before]


WHOLE_SPANS = marked(
    DAM,
    HOLD,
    SOURCE,
    relation("c1", "c2", "continues"),
    relation("c1", "s1"),
    choice("claim_type", "causal", "c1"),
    written("The dam will hold.", "c1"),
)
WHOLE_PAIR = paired(
    choice("stance", "SUPPORTS", "a"),
    choice("support_degree", "partial", "b"),
    region(HELD, "will hold", "Evidence", "c"),
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def places(said: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every value inside."""
    inside = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    return [path, *(place for key, value in inside for place in places(value, (*path, key)))][not path :]


@settings(deadline=None)
@given(data=st.data())
def test_a_task_with_any_value_exchanged_is_read_or_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    batch, whole = data.draw(st.sampled_from([("spans", WHOLE_SPANS), ("pairs", WHOLE_PAIR)]))
    said = copy.deepcopy(whole)
    *way, last = data.draw(st.sampled_from(places(said)))
    inner: Any = said
    for step in way:
        inner = inner[step]
    if data.draw(st.booleans()) and isinstance(inner, dict):
        del inner[last]
    else:
        others = [value for place in places(whole) if isinstance(value := _at(whole, place), str | int | list)]
        inner[last] = data.draw(ANY | st.sampled_from(others))
    folder = put(tmp_path_factory.mktemp("any"), {f"{batch}/1.jsonl": [json.dumps(said)]}, only(batch))

    try:
        outcome: object = JUDGEMENTS.conform(judgements([article(TEXT)], tasks(folder)))
    except ClaimstanceError as refusal:
        outcome = str(refusal)

    assert len(outcome) >= 0  # type: ignore[arg-type]  # rows or words, and no other error


def _at(said: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        said = said[step]
    return said
