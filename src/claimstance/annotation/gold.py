"""Gold: who has a say, and round 2: from judgements of a pair to its stance by a named rule. Nothing breaks a tie.

The label with most votes wins: `unanimous` when all agree, `majority` when one label leads, `tie_unresolved` (and no
stance) when none does, `adjudicated` when a batch of that purpose decided. Who judges the same pair again, in a later
wave or later in the same, changed their mind: the last word counts. What lost its place when a text changed has no say.
Round 1 is in marks.py.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2

from claimstance.annotation.anchoring import LOST
from claimstance.spans import Span
from claimstance.table import Row, Rows

ADJUDICATION = "adjudication"
NO_RELATION = "NO_RELATION"  # a judgement, but no stance: such a pair is no row
NO_SAY = ("training", "control")  # what was made to learn the guideline, or to see how well it is known


def counts(judgement: Row) -> bool:
    """Whether a judgement has a say in gold: what was skipped, learned with or a control has none, nor what is lost."""
    return in_earnest(judgement) and judgement["anchor"] != LOST


def in_earnest(judgement: Row) -> bool:
    """Whether it was meant to have one."""
    return not judgement["skipped"] and judgement["purpose"] not in NO_SAY


def order(row: Row) -> tuple[int, str, str, str]:
    """When it was said: the wave, the moment, and names, so that no two tasks are said at once."""
    return row["wave"], str(row["created"] or ""), row["batch"], row["task"]


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
    decisive = [row["label"] for row in judgements if row["purpose"] == ADJUDICATION]
    votes = Counter(row["label"] for row in judgements if row["purpose"] != ADJUDICATION) or Counter(decisive)
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
    ordered = sorted(judgements, key=lambda row: (row["wave"], str(row["created"] or ""), row["judgement_id"]))
    return list({(row["annotator"], row["purpose"] == ADJUDICATION): row for row in ordered}.values())


def pairs_of(judgements: Rows) -> dict[tuple[str, str], str]:
    """The pair that each task of round 2 is about, by batch and task: its item_id of now."""
    return {
        (row["batch"], row["task"]): row["item_id"]
        for row in judgements
        if row["round"] == 2 and row["item_kind"] != "task"
    }


def deciding(judgements: Iterable[Row]) -> list[str]:
    """What adjudicators said; where none said anything, what everybody said."""
    said = list(judgements)
    decisive = [row["label"] for row in said if row["purpose"] == ADJUDICATION]
    return decisive or [row["label"] for row in said]


def alike(votes: Iterable[int], n_judges: int) -> float | None:
    """The share of all pairs of judges who said the same, from the votes for each label; null for one judge."""
    pairs = n_judges * (n_judges - 1)
    return sum(count * (count - 1) for count in votes) / pairs if pairs else None


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
