"""Dawid and Skene's rule for stances: each judge's habits are estimated with the answers, and votes weighed by them.

It needs the judgements of the whole corpus, and at least three judges an item. With two it breaks most ties by how
common a label is, which is little better than a guess. It is an option of corpus/dataset.yaml, `gold: {stance:
dawid_skene}`. What an adjudicator decided stays as it is, and adjudicators, who saw the others' answers, are no judges
here.

A. P. Dawid and A. M. Skene, 1979: Maximum likelihood estimation of observer error-rates using the EM algorithm.
Computed by crowd-kit.
"""

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claimstance.annotation.gold import ADJUDICATION, counts, last_words
from claimstance.errors import UsageError
from claimstance.table import Rows

ROUNDS = 100  # of the algorithm, at most; it ends when nothing changes any more
Vote = tuple[str, str, str]  # the pair, the judge, the label
SAME = 1e-6  # two labels whose probabilities are nearer than this are tied


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the judgements of one pair come to, each label's probability; `label` is null at a tie."""

    label: str | None
    probabilities: Mapping[str, float]


def dawid_skene(judgements: Rows) -> dict[str, Weighed]:
    """The likeliest label of each judged pair (<claim_id>|<source_id>), from all judgements of a corpus.

    Raises UsageError where crowd-kit is not installed.
    """
    return weighed(votes(judgements))


def votes(judgements: Rows) -> list[Vote]:
    """What each judge said last of each pair; all that was said of one pair is among these judgements."""
    said: dict[str, Rows] = defaultdict(list)
    for row in judgements:
        if row["item_kind"] == "stance" and counts(row) and row["purpose"] != ADJUDICATION:
            said[row["item_id"]].append(row)
    return [(item, row["annotator"], row["label"]) for item, own in said.items() for row in last_words(own)]


def weighed(votes: Sequence[Vote]) -> dict[str, Weighed]:
    """The same from the votes of a corpus, a fraction of the judgements in memory."""
    if not votes:
        return {}
    try:
        import pandas as pd
        from crowdkit.aggregation import DawidSkene
    except ImportError:
        what = "gold: {stance: dawid_skene} in dataset.yaml needs crowd-kit, which is not installed"
        raise UsageError(f"{what}. pip install 'claimstance[dawid-skene]'") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # crowd-kit 1.4 calls pandas as pandas 4 will not allow
        found = DawidSkene(n_iter=ROUNDS).fit(pd.DataFrame(sorted(votes), columns=["task", "worker", "label"])).probas_
    return {
        str(item): _likeliest(dict(sorted(shares.items()))) for item, shares in sorted(found.to_dict("index").items())
    }


def _likeliest(probabilities: Mapping[str, float]) -> Weighed:
    ranked = sorted(probabilities, key=lambda label: -probabilities[label])
    tied = len(ranked) > 1 and probabilities[ranked[0]] - probabilities[ranked[1]] < SAME
    return Weighed(None if tied else ranked[0], probabilities)
