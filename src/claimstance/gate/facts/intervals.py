"""Intervals of figures that are ratios of sums over articles: shares of labels, means of lengths, accuracies.

The rows of one article are not independent, so the article is the unit: the variance is that of a ratio estimator over
clusters, by linearisation (Woodruff 1971; Cochran, Sampling Techniques, 1977, ch. 6). It is a closed form, so that the
same data give the same interval everywhere. Its degrees of freedom are Satterthwaite's (1946): where a few articles
carry the whole figure they are few, and the interval is wide.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

OUTSIDE = 0.025  # beyond each end
NOTHING = 1e-24  # what rounding leaves of a variance of 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval; no interval (nan) where a single article gives no idea of the error."""

    value: float
    low: float
    high: float


def ratio(parts: Floats, wholes: Floats) -> Estimate:
    """It will give sum(parts) / sum(wholes), of which each article adds one entry to both."""
    value, influence = _ratio(parts, wholes)
    return _estimate(value, influence, int(np.count_nonzero(wholes)))


def shift(then: tuple[Floats, Floats], now: tuple[Floats, Floats], *, relative: bool = False) -> Estimate:
    """It will give how far a ratio moved: now minus then, or `relative` to then.

    `then` and `now` are (parts, wholes) with an entry for each article of either; 0 where it was not there. An article
    that is in both and did not change adds little to the error: two releases share most of their articles.
    """
    before, influence_then = _ratio(*then)
    after, influence_now = _ratio(*now)
    articles = int(np.count_nonzero(then[1] + now[1]))
    if not relative:
        return _estimate(after - before, influence_now - influence_then, articles)
    if not before:
        return Estimate(np.nan, np.nan, np.nan)
    return _estimate(after / before - 1, influence_now / before - influence_then * after / before**2, articles)


def _ratio(parts: Floats, wholes: Floats) -> tuple[float, Floats]:
    """The ratio, and how much each article pulls it."""
    total = float(wholes.sum())
    if not total:
        return float("nan"), np.full(len(parts), np.nan)
    value = float(parts.sum()) / total
    return value, (parts - value * wholes) / total


def _estimate(value: float, influence: Floats, articles: int) -> Estimate:
    from scipy.special import stdtrit

    squares = influence**2
    total = float(squares.sum())
    if articles < 2 or np.isnan(total):
        return Estimate(value, float("nan"), float("nan"))
    if total < NOTHING:
        return Estimate(value, value, value)
    freedom = max(1.0, min(articles - 1.0, total**2 / float((squares**2).sum())))
    reach = float(-stdtrit(freedom, OUTSIDE)) * (total * articles / (articles - 1)) ** 0.5
    return Estimate(value, value - reach, value + reach)
