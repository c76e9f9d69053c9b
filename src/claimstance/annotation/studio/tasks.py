"""Articles to tasks of round 1: what annotators are shown, as Label Studio takes it. Pure: knows no server and no file.

An article is a task, or its parts are where it is long, with what parsing found in it marked beforehand. Round 2 is in
pairs.py. Who does which task is decided over all tasks of a batch, see `assigned`.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

from claimstance.annotation.batches import Batch, barred
from claimstance.annotation.studio.refusals import REGIONS
from claimstance.digests import sha256
from claimstance.spans import Span, overlaps, within
from claimstance.table import Row, Rows, by_article

PART_CHARS = 6_000  # characters a task shows; Label Studio's page stays quick below about 10 kB
PART_REGIONS = REGIONS  # marks a task begins with: no more than are let through
CLAUSE_WORDS = 4  # words of the shortest quote that is marked as a claim: fewer are scare quotes and names
MODEL = "parsing"  # who marked; a project shows the marks of one name only, so it has no version in it
_MARKS = '"“”«»„「」『』'
_AFTER_HEAD = ("title", "byline", "dateline", "heading")  # no part ends with one of these

Mark = tuple[int, int, str]  # start, end, label: as they sort


@dataclass(slots=True)
class _Found:
    """What parsing found in one article: marks, and for each claim the sources that it is attributed to."""

    marks: set[Mark] = field(default_factory=set)
    attributed: set[tuple[Mark, Mark]] = field(default_factory=set)


def span_tasks(batch: Batch, articles: Rows, sentences: Rows, citations: Rows, mentions: Rows) -> Rows:
    """One task an article, or a part of it; none for a part without a sentence: a long source list.

    Marked beforehand are markers, named sources with their cues, and direct quotes as claims of their sources.
    """
    tasks: Rows = []
    own, cited, named = by_article(sentences), by_article(citations), by_article(mentions)
    for article in articles:
        article_id = article["article_id"]
        lines = [(one["start"], one["end"]) for one in own.get(article_id, ())]
        found = _found(article["text"], cited.get(article_id, []), named.get(article_id, []))
        for part in parts(article, lines, sorted(found.marks)):
            if any(overlaps(part, line) for line in lines):
                tasks.append(_span_task(batch, article, part, found))
    return tasks


def parts(article: Row, sentences: Sequence[Span], marks: Sequence[Mark] = ()) -> list[Span]:
    """It will cut an article that is too long for one task, at paragraphs; at sentences where a paragraph is too long.

    The parts are about equally long and make up the text without a gap. No sentence is cut, so a part is longer than
    PART_CHARS where a single sentence is. `marks` are in order.
    """
    length, starts = len(article["text"]), [start for start, _, _ in marks]

    def fits(start: int, end: int) -> bool:
        return end - start <= PART_CHARS and bisect_left(starts, end) - bisect_left(starts, start) <= PART_REGIONS

    if fits(0, length):
        return [(0, length)]
    cuts = _paragraphs(article)
    for start, end in pairwise([0, *cuts, length]):
        if not fits(start, end):
            cuts.extend(line for line, _ in sentences if start < line < end)
    share = length / ceil(length / PART_CHARS)
    found, begun = [], 0
    for start, end in pairwise([*sorted(cuts), length]):
        if not fits(begun, end) or start - begun >= share:
            found.append((begun, start))
            begun = start
    return [*found, (begun, length)]


def _paragraphs(article: Row) -> list[int]:
    """Where paragraphs begin, headings with the paragraph below them, and pieces of boilerplate."""
    blocks = [(span["start"], span["kind"]) for span in article["boilerplate"]]
    blocks = sorted([*blocks, *((span["start"], "") for span in article["paragraphs"])])
    return [start for (_, above), (start, _) in pairwise(blocks) if above not in _AFTER_HEAD]


def _found(text: str, citations: Rows, mentions: Rows) -> _Found:
    found = _Found({(one["start"], one["end"], "Citation") for one in citations})
    for one in mentions:
        source = (*one["source"], "Source")
        found.marks.add(source)
        if one["cue"]:
            found.marks.add((*one["cue"], "Cue"))
        if one["quote"] and (words := _clause(text, one["quote"])):
            found.marks.add((*words, "Claim"))
            found.attributed.add(((*words, "Claim"), source))
    return found


def _clause(text: str, quote: Span) -> Span | None:
    """The words of a quote as the guideline wants a claim: without marks, comma and full stop; null for no claim."""
    start, end = quote
    while start < end and (text[start] in _MARKS or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _MARKS or text[end - 1] in ",.;:" or text[end - 1].isspace()):
        end -= 1
    words = text[start:end]
    return None if words.endswith(("?", "？", "؟")) or len(words.split()) < CLAUSE_WORDS else (start, end)


def _span_task(batch: Batch, article: Row, part: Span, found: _Found) -> Row:
    article_id, (start, end) = article["article_id"], part
    whole = part == (0, len(article["text"]))
    data = {
        "task_id": article_id if whole else f"{article_id}@{start}",
        "batch": batch.name,
        "article_id": article_id,
        "title": article["title"] or article_id,
        "text": article["text"][start:end],
        "text_sha256": article["text_sha256"],
        "start": start,
    }
    result = list(_regions(data, found))
    return {"data": data, "predictions": [{"model_version": MODEL, "result": result}]}


def _regions(data: Row, found: _Found) -> Iterator[Row]:
    """The marks that lie in the part, then the relations between them."""
    text, offset, task_id = data["text"], data["start"], data["task_id"]
    inside = [mark for mark in sorted(found.marks) if within(mark[:2], [(offset, offset + len(text))])][:PART_REGIONS]
    ids: dict[Mark, str] = {}
    for mark in inside:
        start, end, label = mark[0] - offset, mark[1] - offset, mark[2]
        ids[mark] = sha256(task_id, label, str(start), str(end))[:10]
        value = {"start": start, "end": end, "text": text[start:end], "labels": [label]}
        yield {"id": ids[mark], "type": "labels", "from_name": "span", "to_name": "text", "value": value}
    for claim, source in sorted(found.attributed):
        if claim in ids and source in ids:
            ends = {"from_id": ids[claim], "to_id": ids[source]}
            yield {"type": "relation", **ends, "direction": "right", "labels": ["attributed_to"]}


def assigned(batch: Batch, task_ids: Collection[str]) -> dict[str, str]:
    """It will say who does each task of a batch, as "|ada|bo|".

    `batch.overlap` annotators do each of a share `batch.shared` of the tasks, one does each of the others; all do those
    of a training batch. Nobody has more than one task more than another. It follows from the
    ids of the tasks, not from their order; with a task more others may go elsewhere, so a batch that was sent stays as
    it is.
    """
    loads = dict.fromkeys(batch.annotators, 0)
    dealt = sorted(set(task_ids), key=lambda task_id: sha256(batch.name, task_id))
    shared = int(batch.shared * len(dealt) + 0.5)
    found = {task_id: sorted(loads) for task_id in task_ids}
    for nth, task_id in enumerate(dealt if batch.purpose != "training" else ()):
        wanted = batch.overlap if nth < shared else 1
        queue = sorted(loads, key=lambda name: (loads[name], sha256(batch.name, task_id, name)))
        found[task_id] = sorted(queue[:wanted])
        for name in found[task_id]:
            loads[name] += 1
    return {task_id: barred(names) for task_id, names in found.items()}
