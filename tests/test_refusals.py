"""What is refused before it is sent. Label Studio itself takes nearly all of it, as tests/test_push.py shows."""

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from annotating import Json
from claimstance.annotation.batches import Batch
from claimstance.annotation.studio.refusals import Labels, refused

LABELS: Labels = {"span": ("Claim", "Source", "Cue", "Citation"), "relation": ("attributed_to", "continues")}
SPANS = Batch("b", "spans", "main", "1.0", annotators=("ada", "bo"), overlap=2)
PAIRS = Batch("b", "pairs", "main", "1.0", annotators=("ada", "bo"), overlap=2)
TEXT = "The dam will hold, Orme 🌊 said."
Change = Callable[[Any], object]


def region(region_id: str, start: int, end: int, label: str) -> Json:
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]}
    return {"id": region_id, "type": "labels", "from_name": "span", "to_name": "text", "value": value}


def spans_task() -> Json:
    """A task of round 1 as it should be: a claim, its source, its cue, and the relation between claim and source."""
    result = [
        region("c1", 0, 17, "Claim"),
        region("s1", 19, 23, "Source"),
        region("q1", 26, 30, "Cue"),
        {"type": "relation", "from_id": "c1", "to_id": "s1", "direction": "right", "labels": ["attributed_to"]},
    ]
    data = {
        "task_id": "dam",
        "batch": "b",
        "article_id": "dam",
        "annotators": "|ada|bo|",
        "title": "The dam",
        "text": TEXT,
        "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "start": 0,
    }
    return {"data": data, "predictions": [{"model_version": "parsing", "result": result}]}


def pairs_task() -> Json:
    """A task of round 2 as it should be."""
    names = ("article_id", "title", "context", "claim", "claim_id", "source_name", "source_id", "evidence_text")
    data = dict.fromkeys(names, "words") | {"task_id": "c|s", "batch": "b", "annotators": "|bo|"}
    return {"data": data, "predictions": []}


def result(task: Json, nth: int = 0) -> Any:
    return task["predictions"][0]["result"][nth]


def value(task: Json) -> Any:
    return result(task)["value"]


def renamed(text: str) -> Change:
    """Another text, with the hash that belongs to it."""

    def change(task: Json) -> None:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        task["data"] |= {"text": text, "text_sha256": digest}
        task["predictions"] = []

    return change


PREDICTIONS: dict[str, tuple[Change, str]] = {
    "no list": (lambda task: task.update(predictions={}), "predictions is {}, a list"),
    "two": (lambda task: task["predictions"].append(task["predictions"][0]), "a list with one object at most"),
    "no object": (lambda task: task.update(predictions=["parsing"]), "a list with one object at most"),
    "something else in it": (lambda task: task["predictions"][0].update(task=7), "'task' is none of"),
    "no version": (lambda task: task["predictions"][0].pop("model_version"), "model_version is None"),
    "number as version": (lambda task: task["predictions"][0].update(model_version=2), "model_version is 2"),
    "score too high": (lambda task: task["predictions"][0].update(score=1.5), "score is 1.5, a number from 0 to 1"),
    "score no number": (lambda task: task["predictions"][0].update(score=float("nan")), "score is nan"),
    "score true": (lambda task: task["predictions"][0].update(score=True), "score is True"),
    "no result": (lambda task: task["predictions"][0].pop("result"), "result is None, a list of objects"),
    "result an object": (lambda task: task["predictions"][0].update(result={}), "result is {}, a list of objects"),
    "result of words": (lambda task: task["predictions"][0].update(result=["c1"]), "a list of objects is due"),
    "unknown type": (lambda task: result(task).update(type="label"), "result 1: the type 'label'"),
    "an answer": (lambda task: result(task).update(type="choices"), "result 1: the type 'choices'"),
    "other question": (lambda task: result(task).update(from_name="label"), "it leads from 'label' to 'text'"),
    "other object": (lambda task: result(task).update(to_name="txt"), "it leads from 'span' to 'txt'"),
    "locked": (lambda task: result(task).update(readonly=True), "'readonly' is no part of a mark"),
    "no id": (lambda task: result(task, 2).pop("id"), "result 3: the id None"),
    "number as id": (lambda task: result(task, 2).update(id=7), "result 3: the id 7"),
    "id of markup": (lambda task: result(task, 2).update(id="<b>"), "result 3: the id '<b>'"),
    "id twice": (lambda task: result(task, 2).update(id="c1"), "result 3: the same id twice"),
    "mark twice": (lambda task: result(task, 2).update(value=dict(value(task))), "result 3: the same mark twice"),
    "no value": (lambda task: result(task).pop("value"), "result 1: the value None"),
    "value a list": (lambda task: result(task).update(value=[]), "result 1: the value [], an object"),
    "offsets of HTML": (lambda task: value(task).update(startOffset=0), "'startOffset' is no part of a value"),
    "no start": (lambda task: value(task).pop("start"), "the offsets None to 17, whole numbers"),
    "start as text": (lambda task: value(task).update(start="0"), "the offsets '0' to 17, whole numbers"),
    "start false": (lambda task: value(task).update(start=False), "the offsets False to 17, whole numbers"),
    "start broken": (lambda task: value(task).update(start=0.0), "the offsets 0.0 to 17, whole numbers"),
    "start below 0": (lambda task: value(task).update(start=-1), "the offsets -1 to 17 in a text of 31"),
    "empty": (lambda task: value(task).update(end=0), "the offsets 0 to 0 in a text"),
    "backwards": (lambda task: value(task).update(start=17, end=0), "the offsets 17 to 0 in a text"),
    "end outside": (lambda task: value(task).update(end=32), "the offsets 0 to 32 in a text of 31 characters"),
    "offsets of UTF-16": (lambda task: result(task, 2)["value"].update(start=27, end=31), "the text 'said', but"),
    "other words": (lambda task: value(task).update(text="The dam will fall"), "the text 'The dam will fall', but"),
    "no labels": (lambda task: value(task).pop("labels"), "the labels None, one of Claim"),
    "labels as text": (lambda task: value(task).update(labels="Claim"), "the labels 'Claim', one of Claim"),
    "two labels": (lambda task: value(task).update(labels=["Claim", "Cue"]), "the labels ['Claim', 'Cue']"),
    "unknown label": (lambda task: value(task).update(labels=["claim"]), "the labels ['claim'], one of Claim"),
    "label a list": (lambda task: value(task).update(labels=[["Claim"]]), "the labels [['Claim']], one of Claim"),
    "relation from nowhere": (lambda task: result(task, 3).update(from_id="c9"), "a relation with 'c9'"),
    "relation to nowhere": (lambda task: result(task, 3).pop("to_id"), "a relation with None, which is no mark"),
    "relation to itself": (lambda task: result(task, 3).update(to_id="c1"), "a relation of a mark with itself"),
    "relation to the left": (lambda task: result(task, 3).update(direction="left"), "the direction 'left'"),
    "unknown relation": (lambda task: result(task, 3).update(labels=["said_by"]), "the labels ['said_by'], one of"),
    "relation without label": (lambda task: result(task, 3).update(labels=[]), "the labels [], one of attributed_to"),
    "relation twice": (
        lambda task: task["predictions"][0]["result"].append(result(task, 3)),
        "result 5: the same relation twice",
    ),
    "relation with more": (lambda task: result(task, 3).update(id="r1"), "'id' is no part of a relation"),
    "too many marks": (
        lambda task: task["predictions"][0].update(result=[region(f"x{nth}", 0, 7, "Cue") for nth in range(301)]),
        "301 marks, 300 is the most",
    ),
}

DATA: dict[str, tuple[Change, str]] = {
    "no data": (lambda task: task.pop("data"), "no task"),
    "answers": (lambda task: task.update(annotations=[]), "'annotations' is none of data and predictions"),
    "no task_id": (lambda task: task["data"].pop("task_id"), "data.task_id is None, words are due"),
    "number as text": (lambda task: task["data"].update(text=7), "data.text is 7, words are due"),
    "blank text": (lambda task: task["data"].update(text=" \n"), "data.text is ' \\n', words are due"),
    "its answer": (lambda task: task["data"].update(label="SUPPORTS"), "data.label is nothing that annotators are"),
    "other batch": (lambda task: task["data"].update(batch="c"), "data.batch is 'c', not b"),
    "start true": (lambda task: task["data"].update(start=True), "data.start is True, a whole number from 0"),
    "start broken": (lambda task: task["data"].update(start=0.5), "data.start is 0.5, a whole number from 0"),
    "nobody": (lambda task: task["data"].update(annotators="||"), "data.annotators is '||', annotators of"),
    "a stranger": (lambda task: task["data"].update(annotators="|eve|"), "data.annotators is '|eve|', annotators of"),
    "twice": (lambda task: task["data"].update(annotators="|bo|bo|"), "data.annotators is '|bo|bo|', annotators of"),
    "half a character": (renamed("The \ud83d dam"), "data.text holds a lone surrogate"),
    "carriage return": (renamed("The\r\ndam"), "data.text holds a carriage return"),
    "byte order mark": (renamed("\ufeffThe dam"), "data.text holds a byte order mark"),
    "NUL": (renamed("The\0dam"), "data.text holds a NUL character"),
    "endless": (renamed("x" * 50_001), "data.text has 50,001 characters, 50,000 is the most"),
    "hash of nothing": (lambda task: task["data"].update(text_sha256="0"), "data.text_sha256 is '0', 64 digits"),
    "hash of another": (lambda task: task["data"].update(text_sha256="0" * 64), "is not that of the article's text"),
}


def test_tasks_as_they_should_be_are_not_refused() -> None:
    prediction = spans_task()
    prediction["predictions"][0]["score"] = 0.5
    bare = spans_task()
    del bare["predictions"]

    found = [refused(task, SPANS, LABELS, TEXT) for task in (spans_task(), prediction, bare)]

    assert (found, refused(pairs_task(), PAIRS, LABELS)) == ([[], [], []], [])


@pytest.mark.parametrize(("change", "told"), PREDICTIONS.values(), ids=PREDICTIONS)
def test_a_prediction_that_would_spoil_the_page_is_refused_and_told_why(change: Change, told: str) -> None:
    task = copy.deepcopy(spans_task())
    change(task)

    found = refused(task, SPANS, LABELS)

    assert any(told in fault for fault in found), found


@pytest.mark.parametrize(("change", "told"), DATA.values(), ids=DATA)
def test_a_task_that_annotators_cannot_work_on_is_refused_and_told_why(change: Change, told: str) -> None:
    task = copy.deepcopy(spans_task())
    change(task)

    found = refused(task, SPANS, LABELS)

    assert any(told in fault for fault in found), found


@pytest.mark.parametrize("said", [None, [], "task", 7])
def test_what_is_no_object_is_no_task(said: Any) -> None:
    found = refused(said, SPANS, LABELS)

    assert found == ["no task: an object with an object `data` is due"]


def test_a_part_is_held_against_its_article() -> None:
    task = spans_task()
    task["data"] |= {"start": 1, "task_id": "dam@1"}

    found = refused(task, SPANS, LABELS, TEXT)

    assert found == ["data.text is not what stands at 1 in the article"]


def test_a_pair_begins_with_nothing_chosen() -> None:
    chosen = {
        "id": "x",
        "type": "choices",
        "from_name": "stance",
        "to_name": "claim",
        "value": {"choices": ["REFUTES"]},
    }
    task = pairs_task() | {"predictions": [{"model_version": "parsing", "result": [chosen]}]}

    found = refused(task, PAIRS, LABELS)

    assert found == ["a pair has predictions: nothing is chosen beforehand"]


def test_who_settles_a_disagreement_is_shown_the_answers_and_nobody_else_is() -> None:
    task = pairs_task()
    task["data"]["judgements"] = "A: SUPPORTS\nB: REFUTES"
    adjudication = Batch("b", "pairs", "adjudication", "1.0", annotators=("bo",), overlap=1)

    found = [refused(task, batch, LABELS) for batch in (adjudication, PAIRS)]

    assert found == [[], ["data.judgements is nothing that annotators are to be shown"]]
