"""Gold of round 1: spans that annotators agree on, by a named rule.

Spans of one label by several annotators are one item when the overlap of their tokens (IoU) is at least MATCH, matched
one to one for the best total (Kuhn-Munkres, as scipy has it). An item is gold when at least half of those who were
shown its text marked it; its boundaries are the tokens that most of its markers took. It is `unanimous` when all of
them marked it, `majority` when more than half did, `half` when exactly half did. Where a batch of adjudication showed a
text, what it marked there is gold and nothing else (`adjudicated`); several adjudicators of one text are held to the
same rule among themselves.

Who marks the same text again, in a later wave or later in the same, changed their mind: the last word counts. What lost
its place when a text changed is not held against what others marked: who marked words like these, but one does not know
where, is not one who saw them and left them out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from claimstance.annotation.anchoring import LOST
from claimstance.annotation.exports import Task
from claimstance.annotation.gold import ADJUDICATION, alike, counts, in_earnest, order
from claimstance.annotation.matching import Item, boundaries, bounds, like, matched, outer, set_beside
from claimstance.spans import Span, copy_of, overlaps
from claimstance.table import Row, Rows, by_article


@dataclass(frozen=True, slots=True)
class Look:
    """One annotator was shown one stretch of an article; `order` says which of several looks came last.

    `lost` are the labels and words that were marked then and have no place in the text of now.
    """

    annotator: str
    adjudicates: bool
    extent: Span
    order: tuple[int, str, str, str]
    lost: tuple[tuple[str, str], ...] = ()

    def unsure(self, label: str, words: str) -> bool:
        """Whether these may be words that were marked then and are lost."""
        return any(said == label and like(lost, words) for said, lost in self.lost)

    @property
    def judge(self) -> tuple[str, bool]:
        """Whose look it was; who adjudicates does it beside what they said as an annotator."""
        return self.annotator, self.adjudicates


def marks(articles: Rows, tasks: Sequence[Task], judgements: Rows) -> Rows:
    """One row a gold span: label, spans, judgement_ids, n_annotators who were shown it, n_marked, aggregation,
    agreement, attributed_to.

    `attributed_to` lists the judgement ids of the sources that a gold relation leads to from this item.
    """
    texts = {article["article_id"]: article["text"] for article in articles}
    shown = looks(tasks, judgements)
    rows: Rows = []
    for article_id, own in by_article(judgements).items():
        marked = standing(shown.get(article_id, []), own)
        if marked:
            rows.extend(_marks(texts[article_id], shown[article_id], marked, own))
    return rows


def looks(tasks: Sequence[Task], judgements: Rows) -> dict[str, list[Look]]:
    """Who was shown which part of each article in round 1, in earnest and without skipping it."""
    places: dict[tuple[str, str], set[Span]] = defaultdict(set)
    for row in judgements:
        if row["spans"]:
            places[row["batch"], row["task"]].add(outer(row))
    named = {(task.batch.name, task.task_id): task for task in tasks if task.judged}
    extents = {name: _extents(task, places[name]) for name, task in named.items()}
    found: dict[str, list[Look]] = defaultdict(list)
    lost: dict[tuple[str, object], list[tuple[str, str]]] = defaultdict(list)
    for row in judgements:
        if row["item_kind"] == "span" and row["anchor"] == LOST and in_earnest(row):
            lost[row["annotator"], order(row)].append((row["label"], row["original"]))
    for row in judgements:
        if row["round"] == 1 and row["item_kind"] == "task" and counts(row):
            adjudicates = row["purpose"] == ADJUDICATION
            for extent in extents[row["batch"], row["task"]]:
                gone = tuple(sorted(lost[row["annotator"], order(row)]))
                found[row["article_id"]].append(Look(row["annotator"], adjudicates, extent, order(row), gone))
    return found


def _extents(task: Task, marked: Collection[Span]) -> list[Span]:
    """What the task showed; where the text changed since, also the places to which words that it showed moved."""
    return sorted({*task.extents, *marked}) if task.anchors else task.extents


def standing(looks: Sequence[Look], judgements: Rows) -> Rows:
    """The spans of one article that count: those that the same annotator was not shown again later."""
    again: dict[tuple[str, bool], list[Look]] = defaultdict(list)
    for look in looks:
        again[look.judge].append(look)
    return [
        row
        for row in judgements
        if row["item_kind"] == "span"
        and counts(row)
        and not any(
            look.order > order(row) and overlaps(look.extent, outer(row))
            for look in again[row["annotator"], row["purpose"] == ADJUDICATION]
        )
    ]


def _marks(text: str, looks: Sequence[Look], marked: Rows, judgements: Rows) -> Rows:
    """The gold spans of one article."""
    places = bounds(text)
    marker = {row["judgement_id"]: row["annotator"] for row in marked}
    independent = {row["judgement_id"]: row["annotator"] for row in marked if row["purpose"] != ADJUDICATION}
    gold: Rows = []
    for label in sorted({row["label"] for row in marked}):
        for item, decided, spans in _apart([row for row in marked if row["label"] == label], looks, places):
            seen = _saw(looks, label, spans, text, {row["annotator"] for row in [*item.judgements, *item.beside]})
            deciding = {look.annotator for look in seen if look.adjudicates == decided}
            if 2 * len(item.judgements) < len(deciding):
                continue
            said = sorted({one["judgement_id"] for one in [*item.judgements, *item.beside]})
            row = {"article_id": marked[0]["article_id"], "label": label, "spans": spans, "judgement_ids": said}
            row["n_annotators"] = len({look.annotator for look in seen})
            row["n_marked"] = len({marker[one] for one in said})
            row["n_deciding"] = len(deciding)
            judges = {look.annotator for look in seen if not look.adjudicates}
            marked_it = {independent[one] for one in said if one in independent}
            row["agreement"] = alike([len(marked_it)], len(judges))
            row["aggregation"] = _rule(row, decided)
            gold.append(row)
    relations = [row for row in judgements if row["item_kind"] == "relation" and row["label"] == "attributed_to"]
    for row in gold:
        row["attributed_to"] = _attributed(row, gold, relations)
    return gold


def _saw(looks: Sequence[Look], label: str, spans: Sequence[Span], text: str, markers: Collection[str]) -> list[Look]:
    """The looks at some words that say something of them: not those in which such words are lost."""
    words, extent = copy_of(text, spans), (spans[0][0], spans[-1][1])
    return [
        look
        for look in looks
        if overlaps(look.extent, extent) and (look.annotator in markers or not look.unsure(label, words))
    ]


def _apart(marked: Rows, looks: Sequence[Look], places: Sequence[Span]) -> Collection[tuple[Item, bool, list[Span]]]:
    """The items, whether an adjudicator decided, and their boundaries. Two with the same outer bounds are one, because
    an id is made of them: of a mark in pieces and one of all that lies between, which are too unlike to be matched.
    """
    found: dict[Span, tuple[Item, bool, list[Span]]] = {}
    for item, decided in _items(marked, looks, places):
        spans = boundaries(item, places)
        if not spans:
            continue  # nothing but white space
        ends = (spans[0][0], spans[-1][1])
        if ends in found:
            own, final, _ = found[ends]
            both = own.joined(item, deciding=decided == final)
            found[ends] = (both, final, boundaries(both, places))
        else:
            found[ends] = (item, decided, spans)
    return found.values()


def _items(marked: Rows, looks: Sequence[Look], places: Sequence[Span]) -> Iterator[tuple[Item, bool]]:
    """The items of one label, and whether an adjudicator decided; what annotators said there stands beside it."""
    decided = [look for look in looks if look.adjudicates]
    overruled, still_open, final = [], [], []
    for row in marked:
        if row["purpose"] == ADJUDICATION:
            final.append(row)
        elif any(overlaps(look.extent, outer(row)) and not look.unsure(row["label"], row["text"]) for look in decided):
            overruled.append(row)
        else:
            still_open.append(row)
    items = matched(final, places)
    set_beside(items, overruled, places)
    yield from ((item, False) for item in matched(still_open, places))
    yield from ((item, True) for item in items)


def _rule(row: Row, decided: bool) -> str:
    """The name of the rule that made a mark gold."""
    if decided:
        return "adjudicated"
    if row["n_marked"] >= row["n_annotators"]:
        return "unanimous"
    return "majority" if 2 * row["n_marked"] > row["n_annotators"] else "half"


def _attributed(row: Row, gold: Rows, relations: Rows) -> list[str]:
    """The sources to which at least half of those who decided the claim draw a relation: a judgement id of each."""
    if row["label"] != "Claim":
        return []
    decided = row["aggregation"] == "adjudicated"
    found = []
    for source in gold:
        if source["label"] == "Source":
            ends = {f"{one}>{other}" for one in row["judgement_ids"] for other in source["judgement_ids"]}
            drawn = {
                one["annotator"]
                for one in relations
                if one["item_id"] in ends and (one["purpose"] == ADJUDICATION) == decided
            }
            if drawn and 2 * len(drawn) >= row["n_deciding"]:
                found.append(source["judgement_ids"][0])
    return found
