"""Figures with their intervals, by the bootstrap over articles that agreement has (Efron and Tibshirani 1993, ch. 13).

What an article adds to a figure are counts, so that resampling articles is a product of matrices, and the same bytes
everywhere. All baselines of a task see the same draws.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from benchmarks.baselines.data import Pair, Text

from claimstance.annotation.agreement.bootstrap import Floats, Sums, estimates
from claimstance.scores import Score

Item = TypeVar("Item")

MACRO, ACCURACY, TOKENS, EXACT = "macro F1", "accuracy", "F1 of tokens", "F1 of claims, exact"


def of_stances(labels: Sequence[str], pairs: Sequence[Pair], said: Mapping[str, Sequence[str]]) -> Iterator[Score]:
    """It will give macro F1, F1 of each label and accuracy of what each baseline `said` of the pairs."""
    metrics = (MACRO, *(f"F1 of {label}" for label in labels), ACCURACY)
    size = len(labels)

    def counts(own: Sequence[tuple[str, str]]) -> list[int]:
        hits = [sum(gold == guess == label for gold, guess in own) for label in labels]
        misses = [sum((gold == label) != (guess == label) for gold, guess in own) for label in labels]
        return [*hits, *misses, len(own)]

    def measure(totals: Floats) -> Floats:
        each = _f1(totals[:, :size], totals[:, size : 2 * size])
        # A label that neither gold nor the baseline has is no part of the mean.
        there = ~np.isnan(each)
        macro = _share(np.where(there, each, 0).sum(1), there.sum(1))
        right = _share(totals[:, :size].sum(1), totals[:, -1])
        return np.column_stack([macro, each, right])

    ids = [pair.article_id for pair in pairs]
    gold = [pair.stance for pair in pairs]
    sums = {
        name: Sums(_by_article(ids, list(zip(gold, own, strict=True)), counts), measure) for name, own in said.items()
    }
    return _scores(metrics, sums)


def of_claims(texts: Sequence[Text], said: Mapping[str, Sequence[Sequence[int]]]) -> Iterator[Score]:
    """It will give, of the tags that each baseline gave each text, F1 of tokens that are in a claim, whatever claim it
    is, and F1 of claims whose tokens are all there and no other.
    """

    def counts(own: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[int]:
        (gold, guess), *_ = own
        inside = [(one > 0, other > 0) for one, other in zip(gold, guess, strict=True)]
        there, found = claims_of(gold), claims_of(guess)
        hits = sum(one and other for one, other in inside), len(there & found)
        return [*hits, sum(one != other for one, other in inside), len(there ^ found)]

    def measure(totals: Floats) -> Floats:
        return _f1(totals[:, :2], totals[:, 2:])

    ids = [text.article_id for text in texts]
    gold = [text.tags for text in texts]
    sums = {
        name: Sums(_by_article(ids, list(zip(gold, own, strict=True)), counts), measure) for name, own in said.items()
    }
    return _scores((TOKENS, EXACT), sums)


def claims_of(tags: Sequence[int]) -> set[tuple[int, ...]]:
    """It will read tags as claims, each the places of its tokens; a claim goes on behind a gap, as in `as_spans`."""
    found: list[list[int]] = []
    for place, tag in enumerate(tags):
        if tag == 1 or (tag == 2 and not found):
            found.append([place])
        elif tag == 2:
            found[-1].append(place)
    return set(map(tuple, found))


def _by_article(ids: Sequence[str], items: Sequence[Item], counts: Callable[[list[Item]], list[int]]) -> Floats:
    """What each article adds, articles by counts, in order of article_id."""
    own: dict[str, list[Item]] = {name: [] for name in sorted(set(ids))}
    for name, item in zip(ids, items, strict=True):
        own[name].append(item)
    return np.array([counts(held) for held in own.values()], np.float64)


def _scores(metrics: Sequence[str], sums: Mapping[str, Sums]) -> Iterator[Score]:
    for name, found in estimates(sums.items()):
        for metric, one in zip(metrics, found, strict=True):
            yield Score(metric, name, *map(_rounded, (one.value, one.low, one.high)))


def _f1(hits: Floats, misses: Floats) -> Floats:
    """F1 from hits and from false ones, those of both kinds together."""
    return _share(2 * hits, 2 * hits + misses)


def _share(part: Floats, whole: Floats) -> Floats:
    shares: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return shares


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 3)
