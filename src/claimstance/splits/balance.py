"""Balance: a few of many articles that are as all of them are, on several margins at once. Pure.

A margin says of each article in which stratum it lies: its publisher, its month, its language. Strata of all margins
together (this publisher in this month, of that topic) are more than a batch has articles, so each margin is held by
itself, as minimisation does it (Taves 1974; Pocock & Simon 1975) and iterative stratification of several labels
(Sechidis, Tsoumakas & Vlahavas 2011): each time that article is taken whose strata together lack most, by which the
sum of the squared gaps shrinks most. Of one margin alone that is the method of the largest remainder. In batches of 200
from pools of 1,000 to 1,000,000 with five margins, 300 publishers among them, no stratum was 1.5 articles away from
what it should have; in random ones of the same size the worst was 5 to 8 away.

Chance comes in by a hash of a word and the article's id, and only between articles whose strata lack as much: the same
articles in another order give the same. So it is no random sample with probabilities to weigh by. The cube method
(Deville & Tillé 2004) would give those; its time grows with the square of the number of strata, for each article.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimstance.digests import sha256

UNIT = 2**20  # an article, in whole numbers, which are the same on every machine
LIFTED = 20  # one in so many articles of a batch may be there only because its stratum is small
_GONE = np.iinfo(np.int64).min // 2

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Luck = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Margin:
    """One way to look at articles: the strata by name, sorted, and for each article the index of its own."""

    name: str
    strata: list[str]
    of: npt.NDArray[np.int32]

    def counts(self, which: Ints | None = None) -> list[int]:
        """How many articles lie in each stratum; of `which` alone, if they are given."""
        found: list[int] = np.bincount(
            self.of if which is None else self.of[which], minlength=len(self.strata)
        ).tolist()
        return found

    def some(self, which: Ints) -> "Margin":
        """The same of some of the articles, without strata in which none of them lies."""
        there, of = np.unique(self.of[which], return_inverse=True)
        return Margin(self.name, [self.strata[one] for one in there], of.astype(np.int32))


class Strata:
    """The name of a stratum an article, in the order in which they come; each name is kept once."""

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._number: dict[str, int] = {}
        self._of = array("i")
        self.add(said)

    def add(self, said: Iterable[str]) -> None:
        """Take what is said of some more articles."""
        self._of.extend(self._number.setdefault(one, len(self._number)) for one in said)

    def margin(self, name: str) -> Margin:
        """It will be the margin that has these strata."""
        strata = sorted(self._number)
        place = np.empty(len(strata), np.int32)
        place[[self._number[one] for one in strata]] = np.arange(len(strata))
        return Margin(name, strata, place[np.frombuffer(self._of, np.int32)])


def shuffled(seed: str, article_ids: Iterable[str]) -> Luck:
    """It will give a number for each article by which they come as if shuffled; another seed shuffles otherwise."""
    return np.fromiter((int(sha256(seed, one)[:16], 16) for one in article_ids), np.uint64)


def chosen(margins: Sequence[Margin], size: int, luck: Luck, scores: Floats | None = None) -> Ints:
    """It will give the indices of `size` articles, ascending, as like to all of them as can be.

    The first margin is held exactly: it gets its quota. `luck` decides between articles whose strata lack as much.
    With `scores` (higher first, -inf for none) the one that is above all others is wanted as much as if one article
    more were lacking in its strata, the one in the middle half as much; so of one stratum the higher come first.
    """
    scores = np.zeros(len(luck)) if scores is None else scores
    order = np.lexsort((luck, -scores))
    wanted = np.searchsorted(np.sort(scores), scores[order]) * UNIT // max(1, len(scores))
    strata = [one.of[order] for one in margins]
    for one, of in zip(margins, strata, strict=True):
        wanted += np.array(targets(one.counts(), size), np.int64)[of]
    room = quotas(targets(margins[0].counts(), size), size)
    wanted[np.array(room)[strata[0]] == 0] = _GONE
    found = []
    for _ in range(size):
        best = int(np.argmax(wanted))
        found.append(int(order[best]))
        for of in strata:
            wanted[of == of[best]] -= UNIT
        first = strata[0][best]
        room[first] -= 1
        if not room[first]:
            wanted[strata[0] == first] = _GONE
        wanted[best] = _GONE
    return np.array(sorted(found), np.int64)


def targets(counts: Sequence[int], size: int) -> list[int]:
    """It will give how much of a batch of `size` articles each stratum should have, in UNIT: its share.

    A stratum whose share is less than an article is lifted to one, the larger ones first and those of a size together,
    until that has taken one article in LIFTED; the others share what is left.
    """
    total, lifted, taken = sum(counts), 0, 0.0
    small = sorted({one for one in counts if 0 < one * size < total}, reverse=True)
    smallest = total
    for one in small:
        alike = counts.count(one)
        taken += alike * (1 - one * size / total)
        if taken * LIFTED > size:
            break
        lifted, smallest = lifted + alike, one
    is_lifted = [0 < one * size < total and one >= smallest for one in counts]
    rest = total - sum(one for one, up in zip(counts, is_lifted, strict=True) if up)
    return [
        UNIT if up else UNIT * (size - lifted) * one // max(1, rest) for one, up in zip(counts, is_lifted, strict=True)
    ]


def quotas(wanted: Sequence[int], size: int) -> list[int]:
    """It will give whole numbers with the sum `size`, by the method of the largest remainder (Hamilton)."""
    found = [one // UNIT for one in wanted]
    by_remainder = sorted(range(len(wanted)), key=lambda place: (-(wanted[place] % UNIT), -wanted[place], place))
    for place in by_remainder[: size - sum(found)]:
        found[place] += 1
    return found
