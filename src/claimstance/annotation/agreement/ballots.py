"""Ballots: who said what of one item, shard by shard; all figures of agreement are sums over them.

A ballot is what two or more annotators said, each for themselves, of an item of one batch. A batch of purpose `overlap`
asks others what a main batch asked: its answers meet those of that batch. Ballots of the same words
by the same annotators in one article are one row with `times`. What was skipped, made to learn the guideline, hidden
to check annotators, or said by an adjudicator, who saw the others' answers, is no ballot; of one annotator's words on
an item the last counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyarrow as pa

from claimstance.annotation.anchoring import LOST
from claimstance.annotation.exports import Task
from claimstance.annotation.gold import last_words
from claimstance.annotation.judgements import SPAN_LABELS
from claimstance.annotation.matching import MATCH, Tokens, best, bounds, tokens
from claimstance.spans import Span, within
from claimstance.table import Row, Rows

IN_EARNEST = ("main", "overlap")  # purposes whose answers are given without knowing another's
UNITS = {"stance": "pair", "support_degree": "pair", "claim_type": "claim"}

# Set aside by each shard, about 60 bytes a row on disk; it would be 140 if every name stood there in full. Of the unit
# `span` there is a row for each two annotators: `times` is how many spans both marked, `exact` how many pairs of these
# are the same to the character, `overlap` how many can be matched one to one.
_NAME = pa.dictionary(pa.int16(), pa.string())
SCHEMA = pa.schema(
    [
        ("article_id", pa.dictionary(pa.int32(), pa.string())),
        *((name, _NAME) for name in ("batch", "guideline_version", "task", "unit", "label")),
        ("wave", pa.int32()),
        *((name, pa.list_(_NAME)) for name in ("annotators", "values")),
        *((name, pa.int64()) for name in ("times", "exact", "overlap")),
    ]
)


def ballots(articles: Rows, tasks: Sequence[Task], marks: Rows, judgements: Rows) -> Rows:
    """One row for each article, batch, kind of item, and way in which annotators voted: see SCHEMA.

    A pair of claim and source is one item, so is a claim of `marks`, and so is a token of a text under each label that
    annotators mark spans with.
    """
    earnest = [row for row in judgements if row["purpose"] in IN_EARNEST and not row["skipped"]]
    found = [*_answers(marks, earnest)]
    if earnest:
        for look in _looks(articles, tasks, earnest):
            found += [*_token_ballots(look), *_span_ballots(look)]
    return _joined(found)


def _answers(marks: Rows, earnest: Rows) -> Iterator[Row]:
    """One ballot a judged pair and question, and one a gold claim whose type was judged."""
    claim_of = {one: nth for nth, mark in enumerate(marks) if mark["label"] == "Claim" for one in mark["judgement_ids"]}
    said: dict[tuple[str, object], Rows] = defaultdict(list)
    for row in earnest:
        task = row["item_kind"]
        if task in UNITS:
            item = claim_of.get(row["item_id"]) if task == "claim_type" else row["item_id"]
            if item is not None:
                said[task, (row["article_id"], item)].append(row)
    for (task, _), own in said.items():
        for rows in _met(own):
            votes = {row["annotator"]: row["label"] for row in last_words(rows)}
            yield _ballot(rows[0], task, UNITS[task], "", votes)


def _met(rows: Rows) -> Iterator[Rows]:
    """What was said of one item, batch by batch, the batch's own first. What an overlap batch asked meets what the last
    main batch did that is of its wave or an earlier one; where there is none, it is a batch like any other.
    """
    asked = sorted({(row["wave"], row["batch"]) for row in rows if row["purpose"] == "main"})
    met: dict[str, Rows] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["purpose"] != "main"):
        homes = [batch for wave, batch in asked if wave <= row["wave"]] if row["purpose"] == "overlap" else []
        met[homes[-1] if homes else row["batch"]].append(row)
    yield from met.values()


@dataclass(frozen=True, slots=True)
class _Look:
    """One text as several annotators marked it: of how many tokens it is, and their spans with the tokens of each."""

    row: Row
    n_tokens: int
    spans: dict[str, dict[str, dict[tuple[Span, ...], Tokens]]]  # by annotator and label

    def under(self, label: str) -> dict[str, dict[tuple[Span, ...], Tokens]]:
        """The spans of each annotator under a label."""
        return {annotator: marked[label] for annotator, marked in self.spans.items() if label in marked}


def _looks(articles: Rows, tasks: Sequence[Task], earnest: Rows) -> Iterator[_Look]:
    """The texts of round 1 that at least two annotators looked at; who did so twice is taken at the last word."""
    texts = {article["article_id"]: article["text"] for article in articles}
    marked: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in earnest:
        if row["round"] == 1 and row["item_kind"] in ("task", "span"):
            marked[row["article_id"], row["task"]].append(row)
    seen: dict[tuple[str, str], dict[str, Rows]] = {}
    for (_, name), own in marked.items():
        for rows in _met(own):
            looked: dict[str, Rows] = defaultdict(list)
            for row in rows:
                looked[row["annotator"]].append(row)
            seen[rows[0]["batch"], name] = looked
    cut: dict[str, list[Span]] = {}
    for task in tasks:
        looked = seen.get((task.batch.name, task.task_id), {})
        if len(looked) < 2 or task.article_id not in texts:
            continue
        if task.article_id not in cut:
            cut = {task.article_id: bounds(texts[task.article_id])}
        extents = task.extents
        places = [place for place in cut[task.article_id] if within(place, extents)]
        spans = {annotator: _marked(rows, places) for annotator, rows in sorted(looked.items())}
        yield _Look(next(iter(looked.values()))[0], len(places), spans)


def _marked(rows: Rows, places: list[Span]) -> dict[str, dict[tuple[Span, ...], Tokens]]:
    """One annotator's spans by label, each once, with the tokens that it touches; none that touches no token.

    Not the labels of which a span is lost: the others' tokens under it may be the ones.
    """
    last = max(str(row["created"] or "") for row in rows)
    found: dict[str, dict[tuple[Span, ...], Tokens]] = {label: {} for label in SPAN_LABELS}
    for row in (one for one in rows if one["item_kind"] == "span" and str(one["created"] or "") == last):
        if row["anchor"] == LOST:
            found.pop(row["label"], None)
        elif row["label"] in found:
            taken = tokens(row["spans"], places)
            if taken:
                found[row["label"]][tuple((one["start"], one["end"]) for one in row["spans"])] = taken
    return found


def _token_ballots(look: _Look) -> Iterator[Row]:
    """For each label one ballot a token that somebody marked, and one for all others, `times` as many."""
    for label in SPAN_LABELS:
        takers: dict[int, list[str]] = defaultdict(list)
        own = look.under(label)
        for annotator, marked in own.items():
            for token in frozenset().union(*marked.values()):
                takers[token].append(annotator)
        ways = Counter(tuple(names) for names in takers.values())
        ways[()] = look.n_tokens - len(takers)
        for names, times in ways.items():
            votes = {annotator: label if annotator in names else "" for annotator in own}
            yield _ballot(look.row, "span", "token", label, votes, times)


def _span_ballots(look: _Look) -> Iterator[Row]:
    """For each label and two annotators: how many spans they marked, and how many of these are the same."""
    for label in SPAN_LABELS:
        own = look.under(label)
        for one, other in combinations(own, 2):
            here, there = own[one], own[other]
            if here or there:
                row = _ballot(look.row, "span", "span", label, {one: "", other: ""}, len(here) + len(there))
                overlap = matched([*here.values()], [*there.values()])
                yield row | {"exact": len(here.keys() & there.keys()), "overlap": overlap}


def matched(one: Sequence[Tokens], other: Sequence[Tokens]) -> int:
    """It will say how many spans of the two annotators, given by their tokens, are the same: IoU of at least MATCH,
    matched one to one for the best total.
    """
    holders: dict[int, list[int]] = defaultdict(list)
    for nth, taken in enumerate(other):
        for token in taken:
            holders[token].append(nth)
    scores: dict[tuple[int, int], float] = {}
    for here, taken in enumerate(one):
        for there, shared in Counter(nth for token in taken for nth in holders.get(token, ())).items():
            score = shared / (len(taken) + len(other[there]) - shared)
            if score >= MATCH:
                scores[here, there] = score
    rows, columns = (sorted({place[side] for place in scores}) for side in (0, 1))
    if len(scores) == len(rows) == len(columns):
        return len(scores)  # no span has a choice, as nearly always
    return len(best([[scores.get((row, column), 0.0) for column in columns] for row in rows]))


def _ballot(row: Row, task: str, unit: str, label: str, votes: dict[str, str], times: int = 1) -> Row:
    annotators = sorted(votes)
    return {
        "article_id": row["article_id"],
        "batch": row["batch"],
        "wave": row["wave"],
        "guideline_version": row["guideline_version"],
        "task": task,
        "unit": unit,
        "label": label,
        "annotators": annotators,
        "values": [votes[annotator] for annotator in annotators],
        "times": times,
        "exact": 0,
        "overlap": 0,
    }


def _joined(rows: Rows) -> Rows:
    """Each way to vote once in an article and batch; what only one annotator judged says nothing of agreement."""
    joined: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if len(row["annotators"]) > 1 and row["times"]:
            names = ("article_id", "batch", "task", "unit", "label", "annotators", "values")
            key = tuple(row[name] if isinstance(row[name], str) else tuple(row[name]) for name in names)
            first = joined.setdefault(key, row)
            if first is not row:
                for name in ("times", "exact", "overlap"):
                    first[name] += row[name]
    return list(joined.values())
