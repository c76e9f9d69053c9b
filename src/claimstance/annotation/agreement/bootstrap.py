"""Figures as sums over articles, and intervals by resampling articles.

What an article adds to a figure is a row of whole numbers; their sums are exact in whatever order a machine adds them,
and a figure is arithmetic on a few sums. So drawing the articles again 1,000 times is one product of matrices, and
gives the same bytes everywhere: numpy keeps the stream of RandomState as it is for good (NEP 19).

Articles are drawn and not items, because the items of one article are not independent: the same people read the same
text. Drawing items would make intervals too narrow.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 1000
SEED = 20_261_125
LEVEL = 0.95
DEFINED = 0.9  # of the rounds have to give a figure, else there is no interval
HELD = 6 << 20  # numbers at once, 48 MB; no byte depends on it, and with fewer it is drawn anew more often

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Sums:
    """What each article adds to some figures (`columns`, articles by sums), and how figures follow from totals.

    `measure` takes totals (rounds by sums) and gives figures (rounds by figures), nan where one is undefined. The rows
    are in order of article_id.
    """

    columns: Floats
    measure: Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval, to six decimals; null where undefined (see `estimates`)."""

    value: float | None
    low: float | None = None
    high: float | None = None


def estimates(given: Iterable[tuple[Key, Sums]]) -> Iterator[tuple[Key, list[Estimate]]]:
    """It will give each figure of `given` with the 95 % percentile interval of ROUNDS bootstrap rounds over articles.

    There is no interval of one article, of a figure that is the same in every round (resampling then says nothing
    about its error), or of one that is undefined in more than a tenth of the rounds. Figures over equally many
    articles see the same draws.
    """
    waiting: dict[int, list[tuple[Key, Sums]]] = defaultdict(list)  # by how many articles
    held = 0
    for key, sums in given:
        if held + sums.columns.size > HELD:
            for alike in waiting.values():
                yield from _estimated(alike)
            waiting.clear()
            held = 0
        waiting[len(sums.columns)].append((key, sums))
        held += sums.columns.size
    for alike in waiting.values():
        yield from _estimated(alike)


def _estimated(alike: list[tuple[Key, Sums]]) -> Iterator[tuple[Key, list[Estimate]]]:
    """The figures over equally many articles, which wait no longer: nobody holds their columns twice."""
    figures = [(key, sums.measure, sums.columns.shape[1]) for key, sums in alike]
    columns = np.hstack([sums.columns for _, sums in alike]) if len(alike) > 1 else alike[0][1].columns
    alike.clear()
    totals, drawn, first = columns.sum(0, keepdims=True), resampled(columns), 0
    for key, measure, wide in figures:
        last = first + wide
        values = measure(totals[:, first:last])[0]
        rounds = measure(drawn[:, first:last]).T
        yield key, [_estimate(float(value), one) for value, one in zip(values, rounds, strict=True)]
        first = last


def resampled(columns: Floats) -> Floats:
    """The totals of ROUNDS draws of as many articles as there are, with replacement."""
    n_articles = len(columns)
    stream = np.random.RandomState(SEED)
    totals = np.empty((ROUNDS, columns.shape[1]))
    step = max(1, HELD // n_articles // 6)
    for first in range(0, ROUNDS, step):
        rounds = min(step, ROUNDS - first)
        drawn = stream.randint(0, n_articles, (rounds, n_articles), np.int32)
        drawn += np.arange(rounds, dtype=np.int32)[:, None] * n_articles
        times = np.bincount(drawn.ravel(), minlength=rounds * n_articles).reshape(rounds, n_articles)
        totals[first : first + rounds] = times.astype(np.float64) @ columns
    return totals


def _estimate(value: float, rounds: Floats) -> Estimate:
    """The figure, with the nearest ranks of the percentiles over those rounds where it is defined."""
    if np.isnan(value):
        return Estimate(None)
    found = np.sort(rounds[~np.isnan(rounds)])
    if len(found) < DEFINED * len(rounds) or found[0] == found[-1]:
        return Estimate(_rounded(value))
    outside = int(len(found) * (1 - LEVEL) / 2)
    return Estimate(*(_rounded(float(one)) for one in (value, found[outside], found[-1 - outside])))


def _rounded(figure: float) -> float:
    return round(figure, 6) + 0.0  # never -0.0
