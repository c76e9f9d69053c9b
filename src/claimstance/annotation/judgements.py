"""Judgements: one row an annotator and item, straight from the tasks, with offsets recomputed into the article."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from claimstance.annotation.anchoring import LOST, SAME
from claimstance.annotation.exports import Annotation, Task
from claimstance.annotation.placing import Evidence, evidence_now, least_sure, source_now
from claimstance.annotation.placing import pieces as placed_pieces
from claimstance.annotation.results import label_of, place_of, span_of, value_of, values_of
from claimstance.digests import sha256
from claimstance.errors import AnnotationError, BadInput, InputError
from claimstance.spans import copy_of, piece
from claimstance.table import Row, Rows, by_article

CONTINUES = "continues"  # the relation that joins the pieces of an interrupted span
ATTRIBUTED = "attributed_to"  # the relation that leads from a claim to the source that says it
NONE_HELD = "(none held: judge from what the context says or quotes of the source)"  # shown where a source has no text
SPAN_LABELS = ("Claim", "Source", "Cue", "Citation")

# What each kind of batch asks for: the types of results, and the names of the questions in the annotators' forms.
ASKED: dict[str, dict[str, tuple[str, ...]]] = {
    "spans": {"labels": (), "relation": (), "choices": ("claim_type",), "textarea": ("normalized_claim",)},
    "pairs": {"labels": (), "choices": ("stance", "support_degree")},
}


def judgements(
    articles: Rows,
    tasks: Sequence[Task],
    references: Rows | None = None,
    evidence: Mapping[str, Evidence] | None = None,
) -> Rows:
    """One row an annotator and item; a skipped task is a row too. Raises BadInput with every AnnotationError.

    `tasks` are `placed`. Without `references`, listed sources have the ids that they had when they were shown; without
    `evidence`, their texts are those that were shown.
    """
    if not tasks:
        return []
    texts = {article["article_id"]: article for article in articles}
    addresses = {row["source_id"]: row["canonical_url"] for row in references or ()}
    listed = by_article(references or ())
    rows: Rows = []
    problems: list[InputError] = []
    for task in tasks:
        try:
            article = texts.get(task.article_id)
            if article is None:
                continue  # another shard's; the build says which articles are in none
            _same_text(task, article)
            if references is not None:
                task = source_now(task, {row["source_id"]: row for row in listed.get(task.article_id, ())})
            task = evidence_now(task, addresses, evidence)
            for annotation in task.annotations.values():
                rows.extend(_once(task, annotation, article["text"]))
        except AnnotationError as problem:
            problems.append(problem)
    if problems:
        raise BadInput(problems)
    return rows


def _same_text(task: Task, article: Row) -> None:
    """Refuse a task that showed another text than the article has now, and was not placed in that."""
    if task.batch.kind != "spans" or task.anchors or article["text"][task.start : task.end] == task.data["text"]:
        return
    where, what = (
        f"{task.where}: task {task.task_id}",
        f"the text of {task.article_id} is not the one that was annotated",
    )
    raise AnnotationError(where, what, "Place the tasks in the texts first: claimstance.annotation.placing.")


def _once(task: Task, annotation: Annotation, text: str) -> Iterable[Row]:
    """The rows of one annotation; what it says twice in the same words is one row."""
    rows: dict[str, Row] = {}
    for row in _rows(task, annotation, text):
        if rows.setdefault(row["judgement_id"], row) != row:
            raise AnnotationError(place_of(task, annotation), f"two answers to {row['item_kind']}", "One is due.")
    return rows.values()


def _rows(task: Task, annotation: Annotation, text: str) -> Iterator[Row]:
    yield {**_row(task, annotation, "task", "", None), "item_id": task.task_id}
    asked = ASKED[task.batch.kind]
    for one in annotation.result:
        place, kind = place_of(task, annotation, one), str(one.get("type"))
        if kind not in asked:
            raise AnnotationError(place, f"a result of the type {kind}", f"Types: {', '.join(asked)}.")
        if asked[kind] and one.get("from_name") not in asked[kind]:
            what = f"an answer to {one.get('from_name')!r}, which nobody asked"
            raise AnnotationError(place, what, f"Questions: {', '.join(asked[kind])}.")
    if task.batch.kind == "spans":
        yield from _span_rows(task, annotation, text)
    else:
        yield from _pair_rows(task, annotation)


def _span_rows(task: Task, annotation: Annotation, text: str) -> Iterator[Row]:
    """Spans with their pieces joined, then what was said of each, then the relations between them."""
    regions = _regions(task, annotation)
    relations = [one for one in annotation.result if one["type"] == "relation"]
    head = _heads(task, annotation, regions, relations)
    ids: dict[str, str] = {}
    for region_id, pieces in _pieces(regions, head).items():
        labels = sorted({regions[one]["value"]["labels"][0] for one in pieces})
        if len(labels) > 1:
            what = f"{CONTINUES} joins {' and '.join(labels)}"
            raise AnnotationError(place_of(task, annotation, regions[region_id]), what, "Pieces have one label.")
        shown = task.data["text"]
        found = {span_of(place_of(task, annotation, regions[one]), regions[one], shown) for one in pieces}
        spans, how = placed_pieces(task.anchors, sorted((task.start + start, task.start + end) for start, end in found))
        row = _row(task, annotation, "span", region_id, labels[0])
        row |= {"item_id": row["judgement_id"], "spans": [piece(span) for span in spans]}
        row |= {"text": copy_of(text, spans) or None, "anchor": how}
        row["original"] = _other(copy_of(shown, sorted(found)), row["text"])
        ids[region_id] = row["judgement_id"]
        yield row
    of = {region_id: ids[first] for region_id, first in head.items()}
    yield from _answers(task, annotation, of)
    for one in relations:
        for label in _relation_labels(task, annotation, one, regions):
            if label != CONTINUES:
                yield _relation(task, annotation, one, label, of)


def _answers(task: Task, annotation: Annotation, of: Mapping[str, str]) -> Iterator[Row]:
    """What was said of each region; `of` gives the judgement that the region belongs to."""
    for one in annotation.result:
        if one["type"] not in ("choices", "textarea"):
            continue
        place, region_id = place_of(task, annotation, one), str(one.get("id"))
        if region_id not in of:
            raise _missing(place, "an answer about a region", [region_id], of)
        for value in values_of(place, one):
            item = f"{region_id}/{value}" if one["type"] == "textarea" else region_id
            yield {**_row(task, annotation, one["from_name"], item, value), "item_id": of[region_id]}


def _regions(task: Task, annotation: Annotation) -> dict[str, dict[str, Any]]:
    """The marked regions by their ids. One that is there twice is one.

    Different regions with one id get one each, made of what they mark (c1#Claim:10-20), so that none is lost; an answer
    or a relation that names the id they shared could mean any of them and is refused (`_missing`).
    """
    marked: dict[str, dict[str, dict[str, Any]]] = {}
    for one in annotation.result:
        if one["type"] == "labels":
            place, region_id = place_of(task, annotation, one), one.get("id")
            if not isinstance(region_id, str) or not region_id:
                raise AnnotationError(place, "a region without an id", "Pull the task again.")
            value = value_of(place, one)
            own = f"{region_id}#{label_of(place, one, SPAN_LABELS)}:{value.get('start')}-{value.get('end')}"
            marked.setdefault(region_id, {}).setdefault(own, one)
    regions: dict[str, dict[str, Any]] = {}
    for region_id, same in sorted(marked.items()):
        for own, one in sorted(same.items()):
            name = own if len(same) > 1 else region_id
            if name in regions:
                place = place_of(task, annotation, one)
                raise AnnotationError(place, "two regions with one id", "Pull the task again.")
            regions[name] = one
    return regions


def _missing(place: str, what: str, region_ids: Iterable[Any], regions: Iterable[str]) -> AnnotationError:
    """Why what was said of these regions cannot be read."""
    shared = [one for one in region_ids if any(name.startswith(f"{one}#") for name in regions)]
    if shared:
        then = "Say in corrections.yaml which one stays (change: drop), or mend it in Label Studio and pull again."
        return AnnotationError(place, f"{what} whose id {shared[0]} stands for several", then)
    return AnnotationError(place, f"{what} that is not there", "Pull the task again.")


def _relation_labels(task: Task, annotation: Annotation, said: dict[str, Any], regions: Mapping[str, Any]) -> list[str]:
    """The relation's labels; without any its ends decide, as the guideline says: pieces of one label continue."""
    ends = [regions[said[end]]["value"]["labels"] for end in ("from_id", "to_id")]
    labels = said.get("labels") or [CONTINUES if ends[0] == ends[1] else ATTRIBUTED]
    if not isinstance(labels, list) or any(one not in (ATTRIBUTED, CONTINUES) for one in labels):
        what = f"a relation with the labels {labels}"
        raise AnnotationError(place_of(task, annotation, said), what, f"{ATTRIBUTED} or {CONTINUES} is due.")
    return labels


def _relation(task: Task, annotation: Annotation, said: dict[str, Any], label: str, ids: Mapping[str, str]) -> Row:
    ends = [ids[said["from_id"]], ids[said["to_id"]]]
    if said.get("direction") == "left":
        ends.reverse()
    row = _row(task, annotation, "relation", f"{said['from_id']}>{said['to_id']}/{label}", label)
    return {**row, "item_id": ">".join(ends)}


def _pair_rows(task: Task, annotation: Annotation) -> Iterator[Row]:
    """The stance, the degree of support, and the evidence that was marked, all on one claim and source."""
    judged = f"{task.data['claim_id']}|{task.data['source_id']}"
    now, how = task.moved or (judged, SAME)
    item = {"item_id": now, "anchor": how, "original": judged if how == LOST else _other(judged, now)}
    shown = task.data.get("evidence_text") or ""
    marked = set()
    for one in annotation.result:
        place = place_of(task, annotation, one)
        if one["type"] == "labels":
            label_of(place, one, ("Evidence",))
            marked.add(span_of(place, one, shown))
        else:
            for value in values_of(place, one):
                yield {**_row(task, annotation, one["from_name"], "", value), **item}
    if marked and shown != NONE_HELD:  # the words of that notice are no source's
        spans, found = placed_pieces(task.anchors, sorted(marked))
        row = _row(task, annotation, "evidence", "evidence", "Evidence") | item
        words, held = copy_of(shown, sorted(marked)), task.anchors.new if task.anchors else shown
        row |= {"evidence": [piece(span) for span in spans], "evidence_text": copy_of(held, spans) or None}
        other = _other(words, row["evidence_text"])
        yield row | {"anchor": least_sure((how, found)), "original": other or row["original"]}


def _other(shown: str, now: str | None) -> str | None:
    """What annotators saw, where that is not what stands there now."""
    return shown if shown != now else None


def _row(task: Task, annotation: Annotation, kind: str, item: str, label: str | None) -> Row:
    """A judgement without its item and spans. Its id depends on nothing but what was said where."""
    key = sha256(task.batch.name, task.task_id, annotation.unique_id, kind, item)
    return {
        "judgement_id": f"{task.article_id}.j{key[:16]}",
        "article_id": task.article_id,
        "batch": task.batch.name,
        "task": task.task_id,
        "item_kind": kind,
        "item_id": "",
        "annotator": annotation.annotator,
        "annotator_kind": annotation.annotator_kind,
        "edited_by": annotation.edited_by,
        "label": label,
        "spans": [],
        "text": None,
        "evidence": [],
        "evidence_text": None,
        "anchor": None,
        "original": None,
        "created": _moment(task, annotation),
        "lead_time": annotation.lead_time,
        "guideline_version": task.batch.guideline_version,
        "purpose": task.purpose,
        "round": task.batch.round,
        "wave": task.batch.wave,
        "skipped": annotation.skipped,
        "ground_truth": annotation.ground_truth,
    }


def _heads(
    task: Task, annotation: Annotation, regions: Mapping[str, Any], relations: list[dict[str, Any]]
) -> dict[str, str]:
    """For each region the one that stands for it: itself, or the smallest id of the pieces that continue each other."""
    head = {region_id: region_id for region_id in regions}
    for one in relations:
        ends = [one.get("from_id"), one.get("to_id")]
        if not all(isinstance(end, str) and end in regions for end in ends):
            raise _missing(place_of(task, annotation, one), "a relation to a region", ends, regions)
        if CONTINUES in _relation_labels(task, annotation, one, regions):
            first, second = sorted(head[str(end)] for end in ends)
            head = {region: first if owner == second else owner for region, owner in head.items()}
    return head


def _pieces(regions: Mapping[str, Any], head: Mapping[str, str]) -> dict[str, list[str]]:
    """The regions that each head stands for, in order of their ids."""
    pieces: dict[str, list[str]] = {}
    for region_id in sorted(regions):
        pieces.setdefault(head[region_id], []).append(region_id)
    return pieces


def _moment(task: Task, annotation: Annotation) -> datetime | None:
    if annotation.created is None:
        return None
    try:
        moment = datetime.fromisoformat(annotation.created)
    except ValueError:
        what = f"created_at is {annotation.created!r}"
        raise AnnotationError(place_of(task, annotation), what, "ISO 8601 is due.") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
