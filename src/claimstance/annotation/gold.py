"""Gold: from judgements to claims, sources and stances by named rules. Nothing here breaks a tie.

Round 1 marks spans. Spans of one label by several annotators are one item when the overlap of their tokens (IoU) is
at least MATCH, matched one to one for the best total (Kuhn-Munkres, as scipy has it). An item is gold when at least
half of those who were shown its text marked it; its boundaries are the tokens that most of its markers took.

Round 2 judges pairs of a claim and a source. The label with most votes wins: `unanimous` when all agree, `majority`
when one label leads, `tie_unresolved` (and no stance) when none does, `adjudicated` when a batch of that purpose
decided.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from claimstance.annotation.exports import Task
from claimstance.spans import Span, overlaps
from claimstance.table import Row, Rows, by_article

MATCH = 0.5  # token IoU from which two annotators' spans are one item
NO_RELATION = "NO_RELATION"  # a judgement, but no stance: such a pair is no row

# A word, a character of a script without spaces, or one sign: what a boundary can fall between.
_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+|[^\w\s]")


@dataclass(slots=True)
class _Item:
    """Spans of several annotators that are one: the judgements, and the tokens that each took."""

    judgements: Rows
    tokens: list[frozenset[int]]


def counts(judgement: Row) -> bool:
    """Whether a judgement has a say in gold: what was skipped, or made to learn the guideline, has none."""
    return not judgement["skipped"] and judgement["purpose"] != "training"


def marks(articles: Rows, tasks: Sequence[Task], judgements: Rows) -> Rows:
    """One row a gold span: label, spans, judgement_ids, n_annotators who were shown it, n_marked, attributed_to.

    `attributed_to` lists the judgement ids of the sources that a gold relation leads to from this item.
    """
    texts = {article["article_id"]: article["text"] for article in articles}
    shown: dict[str, list[tuple[str, Span]]] = defaultdict(list)
    for task in tasks:
        for one in task.annotations.values():
            if task.judged and not one.skipped:
                shown[task.article_id].append((one.annotator, (task.start, task.end)))
    rows: Rows = []
    for article_id, own in by_article(judgements).items():
        marked = [row for row in own if row["item_kind"] == "span" and counts(row)]
        if marked:
            rows.extend(_marks(texts[article_id], shown[article_id], marked, own))
    return rows


def _marks(text: str, shown: list[tuple[str, Span]], marked: Rows, judgements: Rows) -> Rows:
    """The gold spans of one article."""
    bounds = [found.span() for found in _TOKEN.finditer(text)]
    marker = {row["judgement_id"]: row["annotator"] for row in marked}
    rows: dict[tuple[str, int, int], Row] = {}
    for label in sorted({row["label"] for row in marked}):
        for item in _matched([row for row in marked if row["label"] == label], bounds):
            spans = _boundaries(item, bounds)
            if not spans:
                continue  # nothing but white space
            saw = {name for name, extent in shown if overlaps(extent, (spans[0][0], spans[-1][1]))}
            if 2 * len(item.judgements) < len(saw):
                continue
            # Two items with the same outer bounds are one: an id is made of them.
            row = rows.setdefault(
                (label, spans[0][0], spans[-1][1]),
                {"article_id": marked[0]["article_id"], "label": label, "spans": spans, "judgement_ids": []},
            )
            row["judgement_ids"] = sorted({*row["judgement_ids"], *(one["judgement_id"] for one in item.judgements)})
            row["n_annotators"] = len(saw)
            row["n_marked"] = len({marker[one] for one in row["judgement_ids"]})
    relations = [row for row in judgements if row["item_kind"] == "relation" and row["label"] == "attributed_to"]
    gold = list(rows.values())
    for row in gold:
        row["attributed_to"] = _attributed(row, gold, relations)
    return gold


def _matched(marked: Rows, bounds: list[Span]) -> list[_Item]:
    """Take annotators in order of their pseudonyms and match each one's spans, one to one, to the items so far."""
    from scipy.optimize import linear_sum_assignment

    items: list[_Item] = []
    for annotator in sorted({row["annotator"] for row in marked}):
        own = [row for row in marked if row["annotator"] == annotator]
        own.sort(key=lambda row: (row["spans"][0]["start"], row["judgement_id"]))
        tokens = [_tokens(row["spans"], bounds) for row in own]
        scores = np.array([[_overlap(one, item) for item in items] for one in tokens]).reshape(len(own), len(items))
        matched = {}
        if items:
            rows, columns = linear_sum_assignment(np.where(scores >= MATCH, scores, 0), maximize=True)
            matched = {row: column for row, column in zip(rows, columns, strict=True) if scores[row, column] >= MATCH}
        for index, (row, taken) in enumerate(zip(own, tokens, strict=True)):
            if index in matched:
                item = items[matched[index]]
                item.judgements.append(row)
                item.tokens.append(taken)
            else:
                items.append(_Item([row], [taken]))
    return items


def _tokens(spans: list[dict[str, int]], bounds: list[Span]) -> frozenset[int]:
    """Indices of the tokens that the spans touch."""
    taken: set[int] = set()
    for span in spans:
        index = bisect_left(bounds, span["start"], key=lambda bound: bound[1] - 1)
        while index < len(bounds) and bounds[index][0] < span["end"]:
            taken.add(index)
            index += 1
    return frozenset(taken)


def _overlap(tokens: frozenset[int], item: _Item) -> float:
    """Mean IoU with the spans that the item has."""
    return sum(len(tokens & one) / (len(tokens | one) or 1) for one in item.tokens) / len(item.tokens)


def _boundaries(item: _Item, bounds: list[Span]) -> list[Span]:
    """The tokens that most of its markers took, as pieces: a piece ends where a token is left out."""
    votes = Counter(token for tokens in item.tokens for token in tokens)
    kept = sorted(token for token, count in votes.items() if 2 * count > len(item.tokens)) or sorted(votes)
    pieces: list[Span] = []
    for last, token in zip([-2, *kept], kept, strict=False):
        if token == last + 1:
            pieces[-1] = (pieces[-1][0], bounds[token][1])
        else:
            pieces.append(bounds[token])
    return pieces


def _attributed(row: Row, gold: Rows, relations: Rows) -> list[str]:
    """The sources to which at least half of those who were shown the claim draw a relation: a judgement id of each."""
    if row["label"] != "Claim":
        return []
    found = []
    for source in gold:
        if source["label"] == "Source":
            ends = {f"{one}>{other}" for one in row["judgement_ids"] for other in source["judgement_ids"]}
            drawn = {one["annotator"] for one in relations if one["item_id"] in ends}
            if drawn and 2 * len(drawn) >= row["n_annotators"]:
                found.append(source["judgement_ids"][0])
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judgements of one pair come to; `label` is null at a tie, `entropy` is in bits over all labels."""

    label: str | None
    aggregation: str
    tie: bool
    votes: dict[str, int]
    entropy: float
    judgement_ids: list[str]


def verdict(judgements: Rows) -> Verdict:
    """It will apply the rule of round 2 to the stance judgements of one pair, at least one, none skipped."""
    decisive = [row["label"] for row in judgements if row["purpose"] == "adjudication"]
    votes = Counter(row["label"] for row in judgements if row["purpose"] != "adjudication") or Counter(decisive)
    most = leader(votes.elements())
    label = leader(decisive) if decisive else most
    if label is None:
        aggregation = "tie_unresolved"
    else:
        aggregation = "adjudicated" if decisive else "unanimous" if len(votes) == 1 else "majority"
    tie = most is None or label is None
    shares = [count / votes.total() for count in sorted(votes.values())]
    entropy = abs(sum(share * log2(share) for share in shares))
    return Verdict(
        label, aggregation, tie, dict(sorted(votes.items())), entropy, sorted(row["judgement_id"] for row in judgements)
    )


def last_words(judgements: Rows) -> Rows:
    """One judgement an annotator (and one more where they adjudicate), the last: who judges twice changed it."""
    ordered = sorted(judgements, key=lambda row: (str(row["created"] or ""), row["judgement_id"]))
    return list({(row["annotator"], row["purpose"] == "adjudication"): row for row in ordered}.values())


def leader(labels: Iterable[str]) -> str | None:
    """The label with the most votes; null where there is none, or more than one."""
    counts = Counter(labels).most_common(2)
    if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
        return None
    return counts[0][0]


def shared_evidence(judgements: Rows, n_judges: int) -> list[Span]:
    """The stretches of a source's text that at least half of the pair's judges marked as evidence."""
    edges: Counter[int] = Counter()
    for row in judgements:
        for span in row["evidence"]:
            edges[span["start"]] += 1
            edges[span["end"]] -= 1
    found: list[Span] = []
    depth, begun = 0, -1
    for place in sorted(edges):
        depth += edges[place]
        if begun < 0 and 2 * depth >= n_judges:
            begun = place
        elif begun >= 0 and 2 * depth < n_judges:
            found.append((begun, place))
            begun = -1
    return found
