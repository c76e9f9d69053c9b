"""What may be sent. Label Studio itself takes anything: a mark outside the text, a relation to nowhere, an id twice.

A page that such a task opens is blank or wrong, and a single lone surrogate spoils every export of its project. So each
task is looked through before any of them is sent.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from claimstance.annotation.batches import PSEUDONYM, Batch, unbarred
from claimstance.digests import sha256

SHOWN_CHARS = 50_000  # characters of one text: a long source; above it the page takes seconds
REGIONS = 300  # marks of one task; above it the page takes seconds
COMMON = ("task_id", "batch", "article_id", "title", "annotators")
SHOWN = {
    "spans": (*COMMON, "text", "text_sha256"),
    "pairs": (*COMMON, "context", "claim", "claim_id", "source_name", "source_id", "evidence_text"),
}
_ASSIGNED = re.compile(rf"\|(?:{PSEUDONYM}\|)+")
_UNSAFE = {
    "a lone surrogate": re.compile("[\ud800-\udfff]"),
    "a carriage return": re.compile("\r"),
    "a byte order mark": re.compile("\ufeff"),
    "a NUL character": re.compile("\0"),
}

Labels = Mapping[str, Sequence[str]]  # what may be marked ("span") and how marks are related ("relation")


def refused(task: Any, batch: Batch, labels: Labels, article: str | None = None) -> list[str]:
    """It will say, a clause each, what is wrong with a task that is to be sent; nothing where all is well.

    `article` is the whole text of its article, where that is at hand.
    """
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        return ["no task: an object with an object `data` is due"]
    found = [f"{name!r} is none of data and predictions" for name in sorted(set(task) - {"data", "predictions"})]
    found += _data(task["data"], batch)
    if batch.kind == "spans" and not found:
        found += _text(task["data"], article)
    return [*found, *_predictions(task, batch, labels)]


def _data(data: dict[str, Any], batch: Batch) -> Iterator[str]:
    """What is wrong with the words that annotators are shown."""
    wanted = (*SHOWN[batch.kind], *(("judgements",) if batch.purpose == "adjudication" else ()))
    numbers = ("start",) if batch.kind == "spans" else ()
    for name in wanted:
        value = data.get(name)
        if not isinstance(value, str) or not value.strip():
            yield f"data.{name} is {_shown(value)}, words are due"
        elif len(value) > SHOWN_CHARS:
            yield f"data.{name} has {len(value):,} characters, {SHOWN_CHARS:,} is the most"
        else:
            yield from (f"data.{name} holds {what}" for what, sign in _UNSAFE.items() if sign.search(value))
    for name in sorted(set(data) - {*wanted, *numbers}):
        yield f"data.{ascii(name)[1:-1]} is nothing that annotators are to be shown"
    for name in numbers:
        if type(data.get(name)) is not int or data[name] < 0:
            yield f"data.{name} is {_shown(data.get(name))}, a whole number from 0 is due"
    if data.get("batch") != batch.name and isinstance(data.get("batch"), str):
        yield f"data.batch is {_shown(data['batch'])}, not {batch.name}"
    said = data.get("annotators")
    if isinstance(said, str) and said and not (_ASSIGNED.fullmatch(said) and _known(said, batch)):
        yield f"data.annotators is {_shown(said)}, annotators of the batch between bars are due"


def _known(said: str, batch: Batch) -> bool:
    names = unbarred(said)
    return set(names) <= set(batch.annotators) and len(set(names)) == len(names)


def _text(data: dict[str, Any], article: str | None) -> Iterator[str]:
    """Whether the text is the part of the article that it is said to be."""
    whole = data["text"] if article is None and data["task_id"] == data["article_id"] else article
    if not re.fullmatch("[0-9a-f]{64}", data["text_sha256"]):
        yield f"data.text_sha256 is {_shown(data['text_sha256'])}, 64 digits of SHA-256 are due"
    elif whole is not None and sha256(whole) != data["text_sha256"]:
        yield "data.text_sha256 is not that of the article's text"
    if whole is not None and whole[data["start"] : data["start"] + len(data["text"])] != data["text"]:
        yield f"data.text is not what stands at {data['start']} in the article"


def _predictions(task: dict[str, Any], batch: Batch, labels: Labels) -> Iterator[str]:
    """What is wrong with the marks that a task begins with."""
    said = task.get("predictions", [])
    if not isinstance(said, list) or len(said) > 1 or not all(isinstance(one, dict) for one in said):
        yield f"predictions is {_shown(said)}, a list with one object at most is due"
        return
    if said and batch.kind == "pairs":
        yield "a pair has predictions: nothing is chosen beforehand"
        return
    for one in said:
        for name in sorted(set(one) - {"model_version", "result", "score"}):
            yield f"predictions: {name!r} is none of model_version, result and score"
        if not isinstance(one.get("model_version"), str) or not one["model_version"]:
            yield f"model_version is {_shown(one.get('model_version'))}, words are due"
        score = one.get("score", 0)
        if type(score) not in (int, float) or not 0 <= score <= 1:
            yield f"score is {_shown(score)}, a number from 0 to 1 is due"
        if isinstance(one.get("result"), list) and all(isinstance(part, dict) for part in one["result"]):
            yield from _result(one["result"], task["data"].get("text"), labels)
        else:
            yield f"result is {_shown(one.get('result'))}, a list of objects is due"


def _result(result: list[dict[str, Any]], text: Any, labels: Labels) -> Iterator[str]:
    regions = [one for one in result if one.get("type") == "labels"]
    if len(regions) > REGIONS:
        yield f"{len(regions):,} marks, {REGIONS} is the most"
    marked: dict[str, str] = {}
    seen = set()
    for nth, one in enumerate(result, 1):
        if one.get("type") == "labels":
            yield from (f"result {nth}: {what}" for what in _region(one, text if isinstance(text, str) else "", labels))
            said = repr(one.get("value"))
            if str(one.get("id")) in marked or said in seen:
                yield f"result {nth}: the same {'id' if str(one.get('id')) in marked else 'mark'} twice"
            seen.add(said)
            marked[str(one.get("id"))] = said
        elif one.get("type") != "relation":
            yield f"result {nth}: the type {_shown(one.get('type'))}, labels or relation is due"
    for nth, one in enumerate(result, 1):
        if one.get("type") == "relation":
            yield from (f"result {nth}: {what}" for what in _relation(one, marked, labels))
            if one in result[: nth - 1]:
                yield f"result {nth}: the same relation twice"


def _region(said: dict[str, Any], text: str, labels: Labels) -> Iterator[str]:
    if not isinstance(said.get("id"), str) or not re.fullmatch(r"[\w-]+", said["id"], re.ASCII):
        yield f"the id {_shown(said.get('id'))}, letters and digits are due"
    ends = said.get("from_name"), said.get("to_name")
    if ends != ("span", "text"):
        yield f"it leads from {_shown(ends[0])} to {_shown(ends[1])}, from span to text is due"
    for name in sorted(set(said) - {"id", "type", "from_name", "to_name", "value", "origin"}):
        yield f"{name!r} is no part of a mark"
    value = said.get("value")
    if not isinstance(value, dict):
        yield f"the value {_shown(value)}, an object is due"
        return
    for name in sorted(set(value) - {"start", "end", "text", "labels"}):
        yield f"{name!r} is no part of a value"
    start, end, named = value.get("start"), value.get("end"), value.get("labels")
    if type(start) is not int or type(end) is not int:
        yield f"the offsets {_shown(start)} to {_shown(end)}, whole numbers are due"
    elif not 0 <= start < end <= len(text):
        yield f"the offsets {start} to {end} in a text of {len(text)} characters, start before end inside it is due"
    elif value.get("text", text[start:end]) != text[start:end]:
        yield f"the text {_shown(value['text'])}, but {_shown(text[start:end])} stands there"
    if not isinstance(named, list) or len(named) != 1 or named[0] not in labels["span"]:
        yield f"the labels {_shown(named)}, one of {', '.join(labels['span'])} is due"


def _relation(said: dict[str, Any], marked: Mapping[str, str], labels: Labels) -> Iterator[str]:
    for name in sorted(set(said) - {"type", "from_id", "to_id", "direction", "labels"}):
        yield f"{name!r} is no part of a relation"
    ends = [said.get("from_id"), said.get("to_id")]
    for end in ends:
        if not isinstance(end, str) or end not in marked:
            yield f"a relation with {_shown(end)}, which is no mark of the task"
    if ends[0] == ends[1]:
        yield "a relation of a mark with itself"
    if said.get("direction") != "right":
        yield f"the direction {_shown(said.get('direction'))}, right is due"
    named = said.get("labels")
    if not isinstance(named, list) or len(named) != 1 or named[0] not in labels["relation"]:
        yield f"the labels {_shown(named)}, one of {', '.join(labels['relation'])} is due"


def _shown(value: Any) -> str:
    """A value for a message, on one line and not endless."""
    shown = ascii(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
