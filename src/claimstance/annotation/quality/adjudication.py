"""The tasks that show adjudicators what is disputed: what annotators answered, side by side, without names.

An answer is called A, B, C …; who is A differs from item to item, by a hash, so that no letter becomes a person.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_uppercase

from claimstance.annotation.batches import Batch
from claimstance.annotation.exports import Task
from claimstance.annotation.gold import ADJUDICATION, order, pairs_of
from claimstance.annotation.judgements import NONE_HELD
from claimstance.annotation.marks import Look, looks, standing
from claimstance.annotation.matching import boundaries, bounds, matched, outer
from claimstance.annotation.placing import shown_now
from claimstance.annotation.quality.disputed import claims_below, judged_pairs, pairs_below
from claimstance.annotation.studio.refusals import REGIONS
from claimstance.annotation.tables import due
from claimstance.digests import sha256
from claimstance.spans import Span, copy_of, overlaps, within
from claimstance.table import Row, Rows, by_article

DRAFT = "draft"  # who marked what a task of spans begins with: the rule that makes gold
QUOTE = 300  # characters of a quote that are shown
ALL_ALIKE = "Everything else was marked alike."


def pair_adjudications(
    batch: Batch, tasks: Sequence[Task], sources: Rows, claims: Rows, judgements: Rows, in_text: float
) -> Rows:
    """One task for each pair below agreement whose claim is still gold: what its judges were shown and answered.

    None for a pair that makes no row, because its source has no text and the share `in_text` leaves it out.
    """
    gold = {claim["claim_id"]: claim for claim in claims}
    source_of = {source["source_id"]: source for source in sources}
    disputed = set()
    for item_id in pairs_below(judgements):
        claim_id, _, source_id = item_id.partition("|")
        source = source_of.get(source_id)
        if claim_id in gold and (source is None or due(gold[claim_id], source, in_text)):
            disputed.add(item_id)
    asked = pairs_of(judgements)
    shown = {
        asked[task.batch.name, task.task_id]: task
        for task in sorted(tasks, key=lambda task: (task.batch.wave, task.batch.name, task.task_id))
        if (task.batch.name, task.task_id) in asked
    }
    said = judged_pairs(judgements)
    own: dict[str, Rows] = defaultdict(list)
    for row in judgements:
        own[row["item_id"]].append(row)
    made: Rows = []
    for item_id in sorted(disputed & set(shown)):
        data = shown[item_id].data
        words = ("context", "source_name")
        data = {
            "task_id": item_id,
            "batch": batch.name,
            "article_id": shown[item_id].article_id,
            "title": data.get("title") or shown[item_id].article_id,
            **{name: data.get(name) or "(not shown)" for name in words},
            "claim": gold[item_id.partition("|")[0]]["text"],
            "claim_id": item_id.partition("|")[0],
            "source_id": item_id.partition("|")[2],
            "evidence_text": data.get("evidence_text") or NONE_HELD,
            "judgements": _answers(item_id, said[item_id], own[item_id]),
        }
        made.append({"data": data, "predictions": []})
    return made


def _answers(item_id: str, stances: Rows, own: Rows) -> str:
    """A line an answer: the stance, the degree of support, and the words that decided it."""
    lines = []
    letters = lettered(item_id, {row["annotator"] for row in stances})
    for row in sorted(stances, key=lambda row: letters[row["annotator"]]):
        beside = {
            one["item_kind"]: one
            for one in own
            if (one["annotator"], order(one)) == (row["annotator"], order(row)) and one["item_kind"] != "stance"
        }
        degree = f" ({beside['support_degree']['label']})" if "support_degree" in beside else ""
        words = beside["evidence"]["evidence_text"] if "evidence" in beside else None
        lines.append(f"{letters[row['annotator']]}: {row['label']}{degree}, {_quoted(words) or 'no words marked'}")
    return "\n".join(lines)


def lettered(item: str, annotators: Collection[str]) -> dict[str, str]:
    """A letter for each annotator, in an order that follows from the item and tells nothing of them."""
    ordered = sorted(annotators, key=lambda name: sha256(item, name))
    return {name: _letters(nth) for nth, name in enumerate(ordered)}


def _letters(nth: int) -> str:
    return ascii_uppercase[nth % 26] * (nth // 26 + 1)


def _quoted(words: str | None) -> str:
    if not words:
        return ""
    shown = " ".join(words.split())
    return f"“{shown if len(shown) <= QUOTE else shown[: QUOTE - 1] + '…'}”"


@dataclass(frozen=True, slots=True)
class _Marked:
    """Some words under a label: gold or only a candidate for it, and the judgements that say so."""

    label: str
    spans: list[Span]
    gold: bool
    judgements: Rows


def span_adjudications(
    batch: Batch, articles: Rows, tasks: Sequence[Task], marks: Rows, claims: Rows, judgements: Rows
) -> Rows:
    """One task for each text that was shown and holds a claim below agreement.

    It begins with the gold marks and with every other mark that somebody made: to keep, to move or to delete.
    """
    texts = {article["article_id"]: article["text"] for article in articles}
    disputed = claims_below(claims, judgements)
    shown, own, gold, claimed = looks(tasks, judgements), by_article(judgements), by_article(marks), by_article(claims)
    made: Rows = []
    known = {article["article_id"]: article for article in articles}
    now = (shown_now(task, known[task.article_id]) for task in tasks if task.article_id in known)
    for task in _latest([task for task in now if task]):
        article_id, extent = task.article_id, (task.start, task.end)
        lines = [row for row in claimed.get(article_id, []) if overlaps(extent, outer(row))]
        if article_id in texts and any(row["claim_id"] in disputed for row in lines):
            found = _marked(texts[article_id], extent, shown[article_id], gold.get(article_id, []), own[article_id])
            made.append(_span_task(batch, task, texts[article_id], shown[article_id], found, own[article_id]))
    return made


def _latest(tasks: Sequence[Task]) -> list[Task]:
    """The texts that annotators marked, each part as it was shown last."""
    taken: dict[str, list[Span]] = defaultdict(list)
    found = []
    for task in sorted(tasks, key=lambda task: (-task.batch.wave, task.batch.name, task.task_id)):
        extent = (task.start, task.end)
        if (
            task.judged
            and task.purpose != ADJUDICATION
            and not any(overlaps(extent, one) for one in taken[task.article_id])
        ):
            taken[task.article_id].append(extent)
            found.append(task)
    return sorted(found, key=lambda task: (task.article_id, task.start))


def _marked(text: str, extent: Span, looks: Sequence[Look], marks: Rows, judgements: Rows) -> list[_Marked]:
    """What is marked in a part of an article: gold first, then what did not become gold."""
    places = bounds(text)
    said = {row["judgement_id"]: row for row in judgements}
    found = [
        _Marked(mark["label"], mark["spans"], True, [said[one] for one in mark["judgement_ids"]]) for mark in marks
    ]
    settled = {one for mark in marks for one in mark["judgement_ids"]}
    decided = [look.extent for look in looks if look.adjudicates]
    left = [
        row
        for row in standing(looks, judgements)
        if row["judgement_id"] not in settled and not any(overlaps(outer(row), one) for one in decided)
    ]
    for label in sorted({row["label"] for row in left}):
        for item in matched([row for row in left if row["label"] == label], places):
            if spans := boundaries(item, places):
                found.append(_Marked(label, spans, False, item.judgements))
    return [one for one in found if all(within(span, [extent]) for span in one.spans)]


def _span_task(
    batch: Batch, task: Task, text: str, looks: Sequence[Look], marked: Sequence[_Marked], judgements: Rows
) -> Row:
    extent = (task.start, task.end)
    saw = {look.annotator for look in looks if overlaps(look.extent, extent)}
    data = {
        "task_id": task.task_id,
        "batch": batch.name,
        "article_id": task.article_id,
        "title": task.data.get("title") or task.article_id,
        "text": task.data["text"],
        "text_sha256": task.data["text_sha256"],
        "start": task.start,
        "judgements": _side_by_side(text, lettered(task.task_id, saw), marked, judgements),
    }
    return {"data": data, "predictions": [{"model_version": DRAFT, "result": _draft(data, marked, judgements)}]}


def _side_by_side(text: str, letters: Mapping[str, str], marked: Sequence[_Marked], judgements: Rows) -> str:
    """A line for each mark about which they differ: whose it is, in whose words, of which type."""
    types = {row["item_id"]: row["label"] for row in judgements if row["item_kind"] == "claim_type"}
    lines = []
    for one in sorted(marked, key=lambda one: (one.spans, one.label)):
        own: dict[str, str] = {}
        for row in sorted(one.judgements, key=lambda row: letters[row["annotator"]]):
            spans = [(span["start"], span["end"]) for span in row["spans"]]
            words = "" if spans == one.spans else f" {_quoted(copy_of(text, spans))}"
            kind = types.get(row["judgement_id"])
            own[letters[row["annotator"]]] = words + (f" ({kind})" if kind else "")
        if len(own) < len(letters) or len(set(own.values())) > 1 or any("“" in said for said in own.values()):
            who = ", ".join(f"{letter}{said}" for letter, said in own.items())
            missing = ", ".join(sorted(set(letters.values()) - set(own)))
            lines.append(
                f"{one.label} {_quoted(copy_of(text, one.spans))}: {who}" + (f"; not {missing}" * bool(missing))
            )
    return "\n".join([*lines, ALL_ALIKE])


def _draft(data: Row, marked: Sequence[_Marked], judgements: Rows) -> list[Row]:
    """Regions and relations, as Label Studio takes them; an arrow that anybody drew is there to keep or to delete."""
    regions: dict[tuple[str, Span], Row] = {}
    relations: list[tuple[str, str, str]] = []
    first: dict[str, str] = {}
    for one in marked:
        pieces = [_region(data, one.label, span, regions) for span in one.spans[: REGIONS - len(regions)]]
        relations += [(here, there, "continues") for here, there in pairwise(pieces)]
        first |= {row["judgement_id"]: pieces[0] for row in one.judgements if pieces}
    for row in judgements:
        ends = [first.get(one) for one in row["item_id"].split(">")]
        if row["item_kind"] == "relation" and row["label"] == "attributed_to" and None not in ends:
            relations.append((str(ends[0]), str(ends[1]), row["label"]))
    arrows = [
        {"type": "relation", "from_id": one, "to_id": other, "direction": "right", "labels": [label]}
        for one, other, label in sorted(set(relations))
        if one != other
    ]
    return [*regions.values(), *arrows]


def _region(data: Row, label: str, span: Span, regions: dict[tuple[str, Span], Row]) -> str:
    """The id of the mark of these words, made if it is not there."""
    if (label, span) not in regions:
        start, end = span[0] - data["start"], span[1] - data["start"]
        regions[label, span] = {
            "id": sha256(data["task_id"], label, str(start), str(end))[:10],
            "type": "labels",
            "from_name": "span",
            "to_name": "text",
            "value": {"start": start, "end": end, "text": data["text"][start:end], "labels": [label]},
        }
    return str(regions[label, span]["id"])
