"""Twenty-five numbers of a pair: how well the words of the claim are found in the source's text, and what stands there.

The kind of features that the FNC-1 challenge's baseline had (overlap of words, words that refute, polarity; Riedel et
al. 2017 tell of it), with the numbers of both sides and nearness by wordllama. Lists of words are short and of seven
languages; where a language has none in a list, that number is 0.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from math import log

import numpy as np
from benchmarks.baselines.data import Pair
from benchmarks.baselines.learning import Floats
from benchmarks.baselines.words import Vectors, vectors

from claimstance.annotation.matching import bounds
from claimstance.articles.sentences import split

NOT = frozenset(
    "not no never nor neither none without cannot nobody nothing nicht kein keine keinen nie не нет ни никто"
    " ない ません 没 不 未 لا لم ليس לא אין".split()
)
SAID = frozenset(
    "said says say asked ask whether may might some others believe think claim claims hold according told reported"
    " question heard sagen sagt ob говорят ли って という 说 قال יש".split()
)
YET = frozenset(
    "but however though although while yet whereas disagree differ different other both either method methods aber"
    " dagegen но однако ただし しかし 但 لكن אבל".split()
)
LEAST = 0.1  # what a word weighs that stands everywhere

Weight = Callable[[str], float]


def matching(train: Sequence[Pair]) -> Callable[[Sequence[Pair]], Floats]:
    """It will give what makes the numbers of pairs, pairs by 25; words weigh by how few texts of train hold them."""
    spread = Counter(word for pair in train for word in set(_words(pair.text)))

    def weight(word: str) -> float:
        return log((len(train) + 1) / (spread[word] + 1)) + LEAST

    def features(pairs: Sequence[Pair]) -> Floats:
        claims = vectors([pair.claim for pair in pairs])
        return np.array([_numbers(pair, claim, weight) for pair, claim in zip(pairs, claims, strict=True)])

    return features


def _numbers(pair: Pair, claim: Vectors, weight: Weight) -> list[float]:
    parts = [pair.text[start:end] for start, end in split(pair.text, 0, len(pair.text))] or [pair.text]
    said, held = set(_words(pair.claim)), [set(_words(part)) for part in parts]
    every = set[str]().union(*held)
    total = sum(map(weight, sorted(said))) or 1.0

    def shared(words: set[str]) -> float:
        return sum(map(weight, sorted(said & words))) / total

    near, overlap = vectors(parts) @ claim, np.array([shared(words) for words in held])
    place = int(np.argmax(near + overlap))
    best = held[place]
    figures, there = _figures(said), _figures(every)
    nearest, most = np.sort(near)[::-1], np.sort(overlap)[::-1]
    return [
        *(float(nearest[0]), float(nearest[1:2].sum()), float(near.mean())),
        *(float(most[0]), float(most[1:2].sum()), shared(every)),
        *(len(figures), len(figures & best), len(figures & there)),
        *(float(not figures <= there), float(not _figures(best) <= figures)),
        *(float(bool(said & NOT)), float(bool(best & NOT)), float(bool(said & NOT) != bool(best & NOT))),
        *(len(best & SAID), len(best & YET), len(said & SAID)),
        *(sum(bool(words & some) for words in held) / len(held) for some in (YET, SAID, NOT)),
        *(log(len(pair.text) + 1), log(len(pair.claim) + 1), place / len(parts)),
        *(float("?" in pair.text), float(any(mark in pair.text for mark in '"“„«「'))),
    ]


def _words(text: str) -> list[str]:
    return [text[start:end].casefold() for start, end in bounds(text)]


def _figures(words: set[str]) -> set[str]:
    return {word for word in words if word[0].isdigit()}
