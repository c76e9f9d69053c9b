"""What annotators judged, placed in the texts as they are now.

Tasks hold the texts that were shown. The tasks of one article that show one version of its text are put together to
that version, as far as they show it, and held against the text of now; where nothing changed, nothing is compared.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from claimstance.annotation.anchoring import CONTEXT, FUZZY, HOWS, LOST, SAME, SIMILAR, Anchors, anchors
from claimstance.annotation.exports import Task
from claimstance.digests import sha256
from claimstance.errors import AnnotationError, BadInput
from claimstance.spans import GAP, Span
from claimstance.table import Row, Rows


class Evidence(Protocol):
    """What the corpus holds of a source."""

    text: str


LONGEST = 1_000_000  # no text of an article has more characters, so no part of one begins behind that


def placed(tasks: Sequence[Task], texts: Mapping[str, str]) -> list[Task]:
    """It will give each task the way from the text that it showed to the article's text of now (`texts`, by article).

    Raises BadInput where the text is still the one that was shown, but does not stand where the task says.
    """
    versions: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        if task.batch.kind == "spans" and task.article_id in texts:
            versions[task.article_id, task.data["text_sha256"]].append(task)
    ways: dict[str, dict[str, Anchors]] = defaultdict(dict)
    problems: list[AnnotationError] = []
    for (article_id, digest), shown in versions.items():
        now = texts[article_id]
        if any(now[task.start : task.end] != task.data["text"] for task in shown):
            problems.extend(_misplaced(shown, now, digest))
            if not problems:
                ways[article_id][digest] = anchors(_version(shown), now)
    if problems:
        raise BadInput(problems)
    return [_placed(task, texts[task.article_id], ways[task.article_id]) for task in tasks if task.article_id in texts]


def shown_now(task: Task, article: Row) -> Task | None:
    """A task of round 1 as it would be sent now: with the text of now, from the first to the last of what it showed."""
    if not task.anchors:
        return task
    if not task.extents:
        return None
    start, end = task.extents[0][0], task.extents[-1][1]
    said = {"text": article["text"][start:end], "text_sha256": article["text_sha256"], "start": start}
    return replace(task, data=task.data | said, anchors=None)


def pieces(way: Anchors | None, spans: Sequence[Span]) -> tuple[list[Span], str]:
    """Where an item's pieces stand now, and how that is known: as surely as the least sure of them.

    None of them, where one is lost or they come in another order.
    """
    if way is None:
        return list(spans), SAME
    found = [way.span(*span) for span in spans]
    there = [one.span for one in found if one.span]
    if len(there) < len(spans) or there != sorted(there) or (_overlap(there) and not _overlap(spans)):
        return [], LOST
    return there, least_sure(one.how for one in found)


def least_sure(hows: Iterable[str]) -> str:
    """The last of HOWS among these."""
    return max(hows, key=HOWS.index, default=SAME)


def lost(judgements: Rows) -> list[str]:
    """What could not be anchored, in words for people: where, whose, and what it was."""
    return sorted(
        f"{row['article_id']}: {row['original']!r} ({row['label']}, by {row['annotator']} in {row['batch']},"
        f" {row['judgement_id'].rpartition('.')[2]})"
        for row in judgements
        if row["anchor"] == LOST
    )


def _overlap(spans: Sequence[Span]) -> bool:
    return any(other[0] < one[1] for one, other in pairwise(spans))


def _misplaced(shown: Sequence[Task], now: str, digest: str) -> Iterator[AnnotationError]:
    """Tasks that say something else of the text that they showed than the article, or than each other."""
    known = {task.task_id: task for task in shown if task.end <= 2 * LONGEST}
    whole = _version(list(known.values()))
    unchanged = sha256(now) == digest
    for task in shown:
        text = now if unchanged else whole
        if task.task_id not in known or text[task.start : task.end] != task.data["text"]:
            what = f"the text of {task.article_id} at {task.start} is not what the task showed"
            then = "Its start or its text_sha256 is wrong: send the task again, and pull it."
            yield AnnotationError(f"{task.where}: task {task.task_id}", what, then)


def _version(shown: Sequence[Task]) -> str:
    """The text that these tasks show parts of; what none shows is empty lines."""
    text = ["\n"] * max((task.end for task in shown), default=0)
    for task in shown:
        text[task.start : task.end] = task.data["text"]
    return "".join(text)


def _placed(task: Task, now: str, ways: Mapping[str, Anchors]) -> Task:
    if task.batch.kind == "spans":
        way = ways.get(task.data["text_sha256"])
        return replace(task, anchors=way) if way else task
    claim_id, source_id = task.data["claim_id"], task.data["source_id"]
    claim, how = _claim(task, now, list(ways.values()))
    source, known = _source(task, now, list(ways.values()))
    how = least_sure((how, known))
    return replace(task, moved=(f"{claim_id}|{source_id}" if how == LOST else f"{claim}|{source}", how))


def _claim(task: Task, now: str, ways: Sequence[Anchors]) -> tuple[str, str]:
    """The id of a pair's claim now: its place as the tasks of round 1 know it, else as its context tells it."""
    claim_id, words = task.data["claim_id"], task.data.get("claim") or ""
    said = re.fullmatch(re.escape(task.article_id) + r"\.c(\d{6,})-(\d{6,})", claim_id)
    if not said:
        return claim_id, SAME
    bounds = int(said[1]), int(said[2])
    here = _in(now, bounds, words) if words else []
    found: list[Span] = []
    how = LOST
    for way in ways:
        if own := _in(way.old, bounds, words or way.old[slice(*bounds)]):
            found, how = pieces(way, own)
            if here:  # these words, or others that are the same and came to stand there
                return claim_id, SAME if found == here else LOST
            break
    else:
        if here or not (words or ways):
            return claim_id, SAME
        context = task.data.get("context") or ""
        if not ways and words.split(GAP)[0] not in context:
            return claim_id, SAME  # nothing to tell by that it moved; it is no gold claim if it did
        found, how = _by_context(words, context, now)
    return (f"{task.article_id}.c{found[0][0]:06d}-{found[-1][1]:06d}" if found else claim_id), how


def _source(task: Task, now: str, ways: Sequence[Anchors]) -> tuple[str, str]:
    """The id of a pair's source now; only the id of one that the text names holds an offset."""
    source_id, name = task.data["source_id"], (task.data.get("source_name") or "").split(GAP)[0]
    said = re.fullmatch(re.escape(task.article_id) + r"\.t(\d{6,})", source_id)
    if not said or (name and now.startswith(name, int(said[1]))):
        return source_id, SAME
    for way in ways:
        start = int(said[1])
        words = re.compile(r"\w+").match(way.old, start)
        known = name and way.old.startswith(name, start)
        length = len(name) if known else len(words[0]) if words and (not name or len(ways) == 1) else 0
        if length:
            found = way.span(start, start + length)
            return (f"{task.article_id}.t{found.span[0]:06d}" if found.span else source_id), found.how
    return source_id, SAME


def source_now(task: Task, listed: Mapping[str, Row]) -> Task:
    """A pair's task with the id that its listed source has now: `listed` are the article's by their ids.

    Such an id is a place in a list, so it says nothing of an entry that was put before. The entry itself says which one
    it is, as it was shown (`source_name`), or changed a little.
    """
    if task.batch.kind != "pairs":
        return task
    claim_id, source_id = task.moved[0].split("|", 1) if task.moved else (task.data["claim_id"], task.data["source_id"])
    how, name = task.moved[1] if task.moved else SAME, task.data.get("source_name") or ""
    if how == LOST or not name or not re.match(re.escape(task.article_id) + r"\.r\d", source_id):
        return task
    found, known = _listed(name, source_id, {key: row["raw_text"] for key, row in listed.items()})
    if known == LOST:
        return replace(task, moved=(f"{task.data['claim_id']}|{task.data['source_id']}", LOST))
    return replace(task, moved=(f"{claim_id}|{found}", least_sure((how, known))))


def _listed(name: str, source_id: str, entries: Mapping[str, str]) -> tuple[str, str]:
    """Which entry of a list these words are, and how that is known; of equal ones, the one that has the id."""
    if entries.get(source_id) == name:
        return source_id, SAME
    same = [key for key, words in entries.items() if words == name]
    if same:
        return same[0], CONTEXT if len(same) == 1 else LOST
    from rapidfuzz.distance import Indel

    scores = sorted(((Indel.normalized_similarity(name, words), key) for key, words in entries.items()), reverse=True)
    alike = [key for score, key in scores if score >= SIMILAR]
    return (alike[0], FUZZY) if len(alike) == 1 else (source_id, LOST)


def _in(text: str, bounds: Span, words: str) -> list[Span]:
    """The pieces of `words` where they fill these bounds of the text from the first to the last; none where not."""
    found: list[Span] = []
    place = bounds[0]
    said = words.split(GAP)
    for nth, part in enumerate(said):
        last = nth == len(said) - 1
        place = bounds[1] - len(part) if last and nth else place if not nth else text.find(part, place, bounds[1])
        end = place + len(part)
        if not part or text[max(place, 0) : end] != part or (found and place < found[-1][1]):
            return []
        found.append((place, end))
        place = end
    return found if found[-1][1] == bounds[1] else []


def _by_context(words: str, context: str, now: str) -> tuple[list[Span], str]:
    """The same from nothing but the words around the claim, where they stand in the text once, changed a little."""
    from rapidfuzz import fuzz

    start = context.find(words.split(GAP)[0]) if words else -1
    end = context.find(words.split(GAP)[-1], start) + len(words.split(GAP)[-1])
    own = _in(context, (start, end), words) if start >= 0 and words not in context[start + 1 :] else []
    window = fuzz.partial_ratio_alignment(context, now, score_cutoff=100 * SIMILAR) if own else None
    if window is None or now.count(context) > 1:
        return [], LOST
    there = window.dest_start, window.dest_end
    found, how = pieces(anchors(context, now[slice(*there)]), own)
    spans = [(there[0] + start, there[0] + end) for start, end in found]
    return spans, CONTEXT if how == SAME else how


def evidence_now(task: Task, addresses: Mapping[str, str | None], evidence: Mapping[str, Evidence] | None) -> Task:
    """A pair's task with the way from the source's text that it showed to the one that the corpus holds now."""
    if task.batch.kind != "pairs" or evidence is None:
        return task
    source_id = task.moved[0].rpartition("|")[2] if task.moved else task.data["source_id"]
    held = evidence.get(source_id) or evidence.get(addresses.get(source_id) or "")
    now = held.text if held and source_id in addresses else ""
    shown = task.data.get("evidence_text") or ""
    return task if shown in ("", now) else replace(task, anchors=anchors(shown, now))
