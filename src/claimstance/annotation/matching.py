"""Which spans of several annotators are one: tokens, their overlap, and the matching that is best in total."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from claimstance.spans import Span
from claimstance.table import Row, Rows

MATCH = 0.5  # token IoU from which two annotators' spans are one item
FEWER = 1e-9  # what a pair costs, so that of equal totals the one of fewer pairs is best, whoever is named first

# A word, a character of a script without spaces, or one sign: what a boundary can fall between.
_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+|[^\w\s]")

Tokens = frozenset[int]


@dataclass(slots=True)
class Item:
    """Spans of several annotators that are one: the judgements, and the tokens that each took.

    `beside` are judgements of the same words that have no say in its boundaries.
    """

    judgements: Rows
    tokens: list[Tokens]
    beside: Rows = field(default_factory=list)

    def joined(self, other: "Item", *, deciding: bool) -> "Item":
        """It will be the two as one; who has a say in this one gets no second, and unless `deciding` the other none."""
        known = {row["annotator"] for row in self.judgements}
        new = [nth for nth, row in enumerate(other.judgements) if deciding and row["annotator"] not in known]
        rest = [row for nth, row in enumerate(other.judgements) if nth not in new]
        return Item(
            [*self.judgements, *(other.judgements[nth] for nth in new)],
            [*self.tokens, *(other.tokens[nth] for nth in new)],
            [*self.beside, *other.beside, *rest],
        )


def bounds(text: str) -> list[Span]:
    """Where the tokens of a text begin and end."""
    return [found.span() for found in _TOKEN.finditer(text)]


def tokens(spans: Iterable[dict[str, int]], bounds: Sequence[Span]) -> Tokens:
    """Indices of the tokens that the spans touch."""
    taken: set[int] = set()
    for span in spans:
        index = bisect_left(bounds, span["start"], key=lambda bound: bound[1] - 1)
        while index < len(bounds) and bounds[index][0] < span["end"]:
            taken.add(index)
            index += 1
    return frozenset(taken)


def matched(marked: Rows, bounds: Sequence[Span]) -> list[Item]:
    """Take annotators in order of their pseudonyms and match each one's spans, one to one, to the items so far."""
    items: list[Item] = []
    for own, taken, found in _each(marked, bounds, items):
        for index, (row, one) in enumerate(zip(own, taken, strict=True)):
            if index in found:
                items[found[index]].judgements.append(row)
                items[found[index]].tokens.append(one)
            else:
                items.append(Item([row], [one]))
    return items


def set_beside(items: list[Item], marked: Rows, bounds: Sequence[Span]) -> Rows:
    """It will set beside each item those spans that are the same by MATCH, and return the spans that no item takes."""
    left: Rows = []
    for own, _, found in _each(marked, bounds, items):
        for index, row in enumerate(own):
            (items[found[index]].beside if index in found else left).append(row)
    return left


def _each(
    marked: Rows, bounds: Sequence[Span], items: list[Item]
) -> Iterable[tuple[Rows, list[Tokens], dict[int, int]]]:
    """For each annotator: the spans in order, their tokens, and which span goes to which item."""
    for annotator in sorted({row["annotator"] for row in marked}):
        own = [row for row in marked if row["annotator"] == annotator]
        own.sort(key=lambda row: (row["spans"][0]["start"], row["judgement_id"]))
        taken = [tokens(row["spans"], bounds) for row in own]
        yield own, taken, best([[_overlap(one, item) for item in items] for one in taken])


def best(scores: Sequence[Sequence[float]]) -> dict[int, int]:
    """Rows to columns, one to one, so that the total is best (Kuhn-Munkres); only pairs of at least MATCH."""
    if not scores or not scores[0]:
        return {}
    from scipy.optimize import linear_sum_assignment

    table = np.array(scores)
    pairs = zip(*linear_sum_assignment(np.where(table >= MATCH, table - FEWER, 0), maximize=True), strict=True)
    return {int(row): int(column) for row, column in pairs if table[row, column] >= MATCH}


def iou(one: Tokens, other: Tokens) -> float:
    """Shared tokens, as a share of all."""
    return len(one & other) / (len(one | other) or 1)


def like(one: str, other: str) -> bool:
    """Whether two texts share at least MATCH of the tokens of the shorter one."""
    here, there = (Counter(_TOKEN.findall(text)) for text in (one, other))
    return (here & there).total() >= MATCH * min(here.total(), there.total())


def _overlap(one: Tokens, item: Item) -> float:
    """Mean IoU with the spans that the item has."""
    return sum(iou(one, other) for other in item.tokens) / len(item.tokens)


def boundaries(item: Item, bounds: Sequence[Span]) -> list[Span]:
    """The tokens that most of its markers took, as pieces: a piece ends where a token is left out."""
    votes = Counter(token for taken in item.tokens for token in taken)
    kept = sorted(token for token, count in votes.items() if 2 * count > len(item.tokens)) or sorted(votes)
    pieces: list[Span] = []
    for last, token in zip([-2, *kept], kept, strict=False):
        if token == last + 1:
            pieces[-1] = (pieces[-1][0], bounds[token][1])
        else:
            pieces.append(bounds[token])
    return pieces


def outer(row: Row) -> Span:
    """From the first code point of a judgement's spans to its last."""
    return row["spans"][0]["start"], row["spans"][-1]["end"]
