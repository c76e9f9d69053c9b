"""Baselines of stance: which of the labels a source takes to a claim."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from benchmarks.baselines.data import Pair
from benchmarks.baselines.learning import Matrix, boosted, learned, shuffled
from benchmarks.baselines.matching import matching
from benchmarks.baselines.measure import MACRO, of_stances
from benchmarks.baselines.words import Vectors, vectors

from claimstance.articles.sentences import split

Labels = Sequence[str]
Features = Callable[[Sequence[Pair]], Matrix]  # of pairs, a row each
MAJORITY, CLAIM, SOURCE, TFIDF = "majority", "claim only", "source only", "TF-IDF"
SMALL, MATCHING, SHUFFLED = "wordllama", "matching", "shuffled"
MEANINGS = {
    MAJORITY: "What is commonest in train, whatever is asked.",
    CLAIM: (
        "Of stance: TF-IDF of 2 to 5 characters (word by word) of the claim alone. It does not know what the source"
        " says: what it gains over chance comes of how claims are worded."
    ),
    SOURCE: "Of stance: the same of the source's text alone.",
    TFIDF: (
        "Of stance: the same of the claim, and apart from it of the source's text. Of claims: of a token and the three"
        " on each side in its sentence, their first and last three characters, and where in the sentence it stands."
    ),
    SMALL: (
        "Vectors of a small model that comes with its package. Of stance: u, v, |u - v| and u * v of the claim and of"
        " the sentence of the source's text that is nearest to it, and the vector of the whole text. Of claims: of the"
        " token and the two on each side, and of its sentence."
    ),
    MATCHING: (
        "Of stance: boosted trees over 25 numbers that tell how well the claim's words, figures and negations are found"
        " in the source's text and in its sentence that is nearest by words and by wordllama."
    ),
    SHUFFLED: "wordllama, trained on labels that were shuffled: what comes of chance.",
}
FRAME = (
    "All but majority and matching are logistic regressions, classes balanced for stance, C chosen on validation;"
    " nothing of matching was chosen by scores."
)
CHARACTERS = (2, 5)  # lengths of pieces; they need no spaces between words, so all scripts are taken alike
MOST = 20_000  # pieces that are told apart, the commonest
SCALE = 10  # products of numbers of two vectors of length 1 and 256 numbers are a tenth as large as the numbers


def answers(
    train: Sequence[Pair], validation: Sequence[Pair], test: Sequence[Pair], labels: Labels
) -> dict[str, Labels]:
    """It will give, by baseline, what each says of the pairs of test."""
    gold = [pair.stance for pair in train]
    matched = matching(train)
    asked = partial(_asked, train, validation, test, labels)
    return {
        MAJORITY: majority(gold, len(test)),
        CLAIM: asked(_tfidf(train, [_claim]), gold),
        SOURCE: asked(_tfidf(train, [_text]), gold),
        TFIDF: asked(_tfidf(train, [_claim, _text]), gold),
        SMALL: asked(_read, gold),
        MATCHING: boosted((matched(train), gold), matched(test)),
        SHUFFLED: asked(_read, shuffled(gold)),
    }


def majority(gold: Labels, number: int) -> Labels:
    """It will say the commonest label, of equals the first in the alphabet, `number` times."""
    counts = Counter(gold)
    return [min(counts, key=lambda label: (-counts[label], label))] * number


def _asked(
    train: Sequence[Pair],
    validation: Sequence[Pair],
    test: Sequence[Pair],
    labels: Labels,
    features: Features,
    gold: Labels,
) -> Labels:
    """What a model says of test that learned `gold` of train."""
    if len(set(gold)) < 2:
        return majority(gold, len(test))
    tried = features(validation) if validation else None

    def good(model: Any) -> float:
        return _macro(labels, validation, [*map(str, model.predict(tried))])

    model = learned((features(train), gold), good if validation else None, balanced=True)
    return [*map(str, model.predict(features(test)))]


def _macro(labels: Labels, pairs: Sequence[Pair], said: Labels) -> float:
    return next(one.value or 0.0 for one in of_stances(labels, pairs, {"": said}) if one.metric == MACRO)


def _claim(pair: Pair) -> str:
    return pair.claim


def _text(pair: Pair) -> str:
    return pair.text


def _tfidf(train: Sequence[Pair], parts: Sequence[Callable[[Pair], str]]) -> Features:
    """Weights of pieces of characters, of each part by itself, as they are known from train."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = [
        TfidfVectorizer(analyzer="char_wb", ngram_range=CHARACTERS, sublinear_tf=True, max_features=MOST).fit(
            map(part, train)
        )
        for part in parts
    ]

    def features(pairs: Sequence[Pair]) -> Matrix:
        return hstack([one.transform(map(part, pairs)) for one, part in zip(known, parts, strict=True)]).tocsr()

    return features


def _read(pairs: Sequence[Pair]) -> Matrix:
    """u, v, |u - v|, u * v (Conneau et al. 2017, InferSent) of a claim and of the sentence of the text that is nearest
    to it by cosine, because one vector of a whole text says little of one of its sentences; and the whole text's.
    """
    claims, whole = vectors([pair.claim for pair in pairs]), vectors([pair.text for pair in pairs])
    near = np.array([_nearest(claim, pair.text) for claim, pair in zip(claims, pairs, strict=True)])
    return np.hstack([claims, near, abs(claims - near), claims * near * SCALE, whole])


def _nearest(claim: Vectors, text: str) -> Vectors:
    found = vectors([text[start:end] for start, end in split(text, 0, len(text))] or [text])
    best: Vectors = found[int(np.argmax(found @ claim))]
    return best
