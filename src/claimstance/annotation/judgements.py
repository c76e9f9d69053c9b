"""Judgements: one row an annotator and item, straight from the tasks, with offsets recomputed into the article.

Label Studio's offsets count code points of the text that the task showed; its copy of the text (`value.text`) has
newlines as backslash-n and white space collapsed, so it is only a check.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from claimstance.annotation.exports import Annotation, Task
from claimstance.errors import AnnotationError, BadInput, InputError
from claimstance.schema import Row, Rows
from claimstance.spans import Span, copy_of, piece

CONTINUES = "continues"  # the relation that joins the pieces of an interrupted span
ATTRIBUTED = "attributed_to"  # the relation that leads from a claim to the source that says it
SPAN_LABELS = ("Claim", "Source", "Cue", "Citation")


def judgements(articles: Rows, tasks: Sequence[Task]) -> Rows:
    """One row an annotator and item; a skipped task is a row too. Raises BadInput with every AnnotationError."""
    texts = {article["article_id"]: article for article in articles}
    rows: Rows = []
    problems: list[InputError] = []
    for task in tasks:
        try:
            article = texts.get(task.article_id)
            if article is None:
                continue  # another shard's; the build says which articles are in none
            _same_text(task, article)
            for annotation in task.annotations.values():
                rows.extend(_rows(task, annotation, article["text"]))
        except AnnotationError as problem:
            problems.append(problem)
    if problems:
        raise BadInput(problems)
    return rows


def _same_text(task: Task, article: Row) -> None:
    """Refuse a task that showed another text than the article has now."""
    if task.batch.kind != "spans":
        return
    shown = task.data["text"]
    if article["text"][task.start : task.end] != shown or task.data["text_sha256"] != article["text_sha256"]:
        raise AnnotationError(
            f"{task.where}: task {task.task_id}",
            f"the text of {task.article_id} is not the one that was annotated",
            "Restore the article's text; offsets count its characters.",
        )


def _rows(task: Task, annotation: Annotation, text: str) -> Iterator[Row]:
    seen = _row(task, annotation, "task", "", None)
    yield {**seen, "item_id": task.task_id}
    results = [one for one in annotation.result if isinstance(one, dict)]
    if task.batch.kind == "spans":
        yield from _span_rows(task, annotation, results, text)
    else:
        yield from _pair_rows(task, annotation, results)


def _span_rows(task: Task, annotation: Annotation, results: list[dict[str, Any]], text: str) -> Iterator[Row]:
    """Spans with their pieces joined, then what was said of each, then the relations between them."""
    regions = {one["id"]: one for one in results if one.get("type") == "labels" and "id" in one}
    relations = [one for one in results if one.get("type") == "relation"]
    head = _heads(regions, relations, task)
    ids: dict[str, str] = {}
    for region_id, pieces in _pieces(regions, head).items():
        spans = sorted({_span(task, regions[one], text, task.start) for one in pieces})
        label = _label(task, regions[region_id])
        row = _row(task, annotation, "span", f"{region_id}", label)
        row |= {"item_id": row["judgement_id"], "spans": [piece(span) for span in spans], "text": copy_of(text, spans)}
        ids[region_id] = row["judgement_id"]
        yield row
    for one in results:
        owner = ids.get(head.get(str(one.get("id")), ""))
        if owner and one.get("type") in ("choices", "textarea"):
            for value in _values(one):
                kind = str(one.get("from_name"))
                yield {**_row(task, annotation, kind, f"{one['id']}/{value}", value), "item_id": owner}
    for one in relations:
        for label in _relation_labels(one, regions):
            if label != CONTINUES:
                yield _relation(task, annotation, one, label, {key: ids[value] for key, value in head.items()})


def _relation(task: Task, annotation: Annotation, said: dict[str, Any], label: str, ids: Mapping[str, str]) -> Row:
    ends = [ids[str(said["from_id"])], ids[str(said["to_id"])]]
    if said.get("direction") == "left":
        ends.reverse()
    row = _row(task, annotation, "relation", f"{said['from_id']}>{said['to_id']}/{label}", label)
    return {**row, "item_id": ">".join(ends)}


def _pair_rows(task: Task, annotation: Annotation, results: list[dict[str, Any]]) -> Iterator[Row]:
    """The stance, the degree of support, and the evidence that was marked, all on one claim and source."""
    item = {"item_id": f"{task.data['claim_id']}|{task.data['source_id']}"}
    marked = []
    for one in results:
        if one.get("type") == "labels":
            marked.append(_span(task, one, task.data.get("evidence_text") or "", 0))
        elif one.get("type") == "choices":
            for value in _values(one):
                yield {**_row(task, annotation, str(one.get("from_name")), value, value), **item}
    if marked:
        spans = sorted(set(marked))
        row = _row(task, annotation, "evidence", "evidence", "Evidence") | item
        quoted = copy_of(task.data["evidence_text"], spans)
        yield {**row, "evidence": [piece(span) for span in spans], "evidence_text": quoted}


def _row(task: Task, annotation: Annotation, kind: str, item: str, label: str | None) -> Row:
    """A judgement without its item and spans. Its id depends on nothing but what was said where."""
    key = "\x1f".join((task.batch.name, task.task_id, annotation.unique_id, kind, item))
    return {
        "judgement_id": f"{task.article_id}.j{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        "article_id": task.article_id,
        "batch": task.batch.name,
        "task": task.task_id,
        "item_kind": kind,
        "item_id": "",
        "annotator": annotation.annotator,
        "annotator_kind": annotation.annotator_kind,
        "label": label,
        "spans": [],
        "text": None,
        "evidence": [],
        "evidence_text": None,
        "created": _moment(task, annotation.created),
        "lead_time": annotation.lead_time,
        "guideline_version": task.batch.guideline_version,
        "purpose": task.batch.purpose,
        "round": task.batch.round,
        "skipped": annotation.skipped,
        "ground_truth": annotation.ground_truth,
    }


def _heads(regions: Mapping[str, Any], relations: list[dict[str, Any]], task: Task) -> dict[str, str]:
    """For each region the one that stands for it: itself, or the smallest id of the pieces that continue each other."""
    head = {region_id: region_id for region_id in regions}
    for one in relations:
        ends = [str(one.get("from_id")), str(one.get("to_id"))]
        if not set(ends) <= set(regions):
            raise AnnotationError(_place(task, one), "a relation to a region that is not there", "Pull the task again.")
        if CONTINUES in _relation_labels(one, regions):
            first, second = sorted(head[end] for end in ends)
            head = {region: first if owner == second else owner for region, owner in head.items()}
    return head


def _relation_labels(said: dict[str, Any], regions: Mapping[str, Any]) -> list[str]:
    """The relation's labels; without any its ends decide, as the guideline says: pieces of one label continue."""
    ends = [regions[str(said[end])]["value"].get("labels") for end in ("from_id", "to_id")]
    return said.get("labels") or [CONTINUES if ends[0] == ends[1] else ATTRIBUTED]


def _pieces(regions: Mapping[str, Any], head: Mapping[str, str]) -> dict[str, list[str]]:
    """The regions that each head stands for, in order of their ids."""
    pieces: dict[str, list[str]] = {}
    for region_id in sorted(regions):
        pieces.setdefault(head[region_id], []).append(region_id)
    return pieces


def _label(task: Task, region: dict[str, Any]) -> str:
    labels = region["value"].get("labels") or []
    if len(labels) != 1 or labels[0] not in SPAN_LABELS:
        raise AnnotationError(_place(task, region), f"the labels {labels}", f"One of {', '.join(SPAN_LABELS)} is due.")
    return str(labels[0])


def _span(task: Task, region: dict[str, Any], text: str, offset: int) -> Span:
    """The region's span in `text`, checked against the copy that Label Studio kept."""
    value = region.get("value") or {}
    start, end = value.get("start"), value.get("end")
    limit = len(text) - offset
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= limit):
        what = f"the offsets {start!r} to {end!r} in a text of {limit} characters"
        raise AnnotationError(
            _place(task, region), what, "Offsets are whole numbers, start before end, inside the text."
        )
    span = offset + start, offset + end
    kept = value.get("text")
    if kept is not None and _collapsed(kept.replace("\\n", "\n")) != _collapsed(text[slice(*span)]):
        shown = text[offset:]
        units = shown.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")
        utf16 = "would match" if _collapsed(units) == _collapsed(kept) else "would not match either"
        what = f"offsets {start} to {end} select {text[slice(*span)][:60]!r}, but the region says {kept[:60]!r}"
        then = f"Counting in UTF-16 units {utf16}. Offsets count Unicode code points."
        raise AnnotationError(_place(task, region), what, then)
    return span


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _values(said: dict[str, Any]) -> list[str]:
    """What a choice or a text area holds."""
    value = said.get("value") or {}
    return [str(one).strip() for one in value.get("choices") or value.get("text") or [] if str(one).strip()]


def _place(task: Task, said: dict[str, Any]) -> str:
    name = said.get("id") or f"{said.get('from_id')}>{said.get('to_id')}"
    return f"{task.where}: task {task.task_id}, region {name}"


def _moment(task: Task, said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise AnnotationError(
            f"{task.where}: task {task.task_id}", f"created_at is {said!r}", "ISO 8601 is due."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
