"""Nominal alpha of Krippendorff ("Computing Krippendorff's Alpha-Reliability", 2011) as arithmetic on sums.

Of n values that can be paired, n_c are c. A unit with m values adds 1 / (m - 1) for each ordered pair of its values to
the coincidences; D is the sum over pairs that differ. Then

    alpha = 1 - (n - 1) D / (n² - sum of n_c²)        raw agreement = 1 - D / n

n_c, and D for each m before it is divided, are whole numbers and add up over articles. Alpha is undefined where all
values are the same, because then nothing could have differed; it is not 1.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from claimstance.annotation.agreement.bootstrap import Floats, Ints, Sums


@dataclass(frozen=True, slots=True)
class Votes:
    """Who said what of which item. By vote: `item`, `annotator`, `value`; by item: `article`, `batch`, and `times`, how
    many items it stands for. All are numbers; `names` are those of the values.

    An item may also be all spans of two annotators in one article: then `times` is how many both marked, and the two
    rows of `same` how many of them are the same, exactly and by overlap.
    """

    item: Ints
    annotator: Ints
    value: Ints
    article: Ints
    batch: Ints
    times: Ints
    same: Ints
    names: tuple[str, ...]

    def only(self, kept: NDArray[np.bool_]) -> Self:
        """The votes that are `kept`; items that have none are gone. `item` ascends, and still does."""
        item = self.item[kept]
        first = np.diff(item, prepend=-1) > 0
        items, item = item[first], np.cumsum(first) - 1
        return replace(
            self,
            item=item,
            annotator=self.annotator[kept],
            value=self.value[kept],
            article=self.article[items],
            batch=self.batch[items],
            times=self.times[items],
            same=self.same[:, items],
        )

    @property
    def table(self) -> Ints:
        """How often each item got each value: items by values."""
        wide = len(self.names)
        counted = np.bincount(self.item * wide + self.value, minlength=len(self.article) * wide)
        return counted.reshape(-1, wide)

    @property
    def judges(self) -> Ints:
        """How many votes each item got."""
        return np.bincount(self.item, minlength=len(self.article))

    @property
    def paired(self) -> Self:
        """The votes on items that at least two annotators judged."""
        return self.only(self.judges[self.item] > 1)


def sums(votes: Votes, articles: Ints, sizes: Sequence[int]) -> Sums:
    """The sums of paired votes for alpha and raw agreement, a row for each of `articles`, which are in order.

    `sizes`, in order, are how many votes an item may have. One that no item has changes no figure, so sums of some
    votes can be added to those of others.
    """
    table, judges = votes.table, votes.judges
    differ = judges * judges - (table * table).sum(1)
    by_size = (np.where(judges == size, differ, 0) for size in sizes)
    return Sums(by_article(votes.article, articles, [*table.T, *by_size], votes.times), _measure(len(table.T), sizes))


def sums_against(votes: Votes, annotator: int, articles: Ints) -> Sums:
    """The sums of one annotator against the others: each other's word on an item is a unit of two with theirs."""
    table = votes.table
    own = votes.annotator == annotator
    said = np.full(len(table), -1)
    said[votes.item[own]] = votes.value[own]
    judged = np.flatnonzero(said >= 0)
    table, said = table[judged], said[judged]
    row = np.arange(len(table))
    table[row, said] -= 1  # the others
    others = table.sum(1)
    differ = 2 * (others - table[row, said])
    table[row, said] += others
    columns = by_article(votes.article[judged], articles, [*table.T, differ], votes.times[judged])
    return Sums(columns, _measure(len(table.T), [2]))


def beside(one: Sums, other: Sums) -> Sums:
    """The alphas of two sets of sums over the same articles, and by how much the first is the greater."""
    wide = one.columns.shape[1]

    def measure(totals: Floats) -> Floats:
        first, second = one.measure(totals[:, :wide])[:, 0], other.measure(totals[:, wide:])[:, 0]
        return np.stack([first, second, first - second], 1)

    return Sums(np.hstack([one.columns, other.columns]), measure)


def by_article(article: Ints, articles: Ints, numbers: Iterable[Ints], times: Ints | np.int64) -> Floats:
    """Each of `numbers`, which are by item, `times` as often and summed by article: articles by numbers."""
    place = np.searchsorted(articles, article)
    return np.array([np.bincount(place, one * times, len(articles)) for one in numbers]).T


def _measure(n_values: int, sizes: Sequence[int]) -> Callable[[Floats], Floats]:
    """Alpha and raw agreement from totals. No sum is left to a library, so that every machine rounds the same."""

    def measure(totals: Floats) -> Floats:
        n, squares, differ = (np.zeros(len(totals)) for _ in range(3))
        for column in totals.T[:n_values]:
            n, squares = n + column, squares + column * column
        for column, size in zip(totals.T[n_values:], sizes, strict=True):
            differ = differ + column / (size - 1)
        chance = n * n - squares
        with np.errstate(divide="ignore", invalid="ignore"):
            alpha = np.where(chance > 0, 1 - (n - 1) * differ / chance, np.nan)
            return np.stack([alpha, np.where(n > 0, 1 - differ / n, np.nan)], 1)

    return measure
