"""Baselines of claim detection: for each token of an article, whether a claim begins there, goes on, or is none."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from benchmarks.baselines.data import Text
from benchmarks.baselines.learning import Floats, Matrix, learned
from benchmarks.baselines.measure import EXACT, of_claims
from benchmarks.baselines.stance import MAJORITY, SMALL, TFIDF
from benchmarks.baselines.words import vectors

Tags = Sequence[int]
Features = Callable[[Sequence[Text]], Matrix]  # of tokens, a row each, one text after the other
SENTENCES = "every sentence"
MEANINGS = {SENTENCES: "Of claims: each sentence is one, without the marks around it."}
SIDE, NEAR = 3, 2  # tokens on each side that count, as words and as vectors
EDGE = 5  # how many tokens from the edge of its sentence a token's place is told


def answers(train: Sequence[Text], validation: Sequence[Text], test: Sequence[Text]) -> dict[str, list[Tags]]:
    """It will give, by baseline, the tags of each text of test."""
    return {
        MAJORITY: majority(train, test),
        SENTENCES: [_sentences(text) for text in test],
        TFIDF: _asked(train, validation, test, _windows(train)),
        SMALL: _asked(train, validation, test, _vectors),
    }


def majority(train: Sequence[Text], test: Sequence[Text]) -> list[Tags]:
    """It will give each token the commonest tag of train."""
    tags = np.bincount([tag for text in train for tag in text.tags], minlength=3)
    return [[int(tags.argmax())] * len(text.tokens) for text in test]


def _asked(train: Sequence[Text], validation: Sequence[Text], test: Sequence[Text], features: Features) -> list[Tags]:
    """The likeliest tags by a model that learned them of train."""
    gold = [tag for text in train for tag in text.tags]
    if len(set(gold)) < 3:
        return majority(train, test)
    tried = features(validation) if validation else None

    def good(model: Any) -> float:
        said = _decoded(model.predict_log_proba(tried), validation)
        return next(one.value or 0.0 for one in of_claims(validation, {"": said}) if one.metric == EXACT)

    model = learned((features(train), gold), good if validation else None, balanced=False)
    return _decoded(model.predict_log_proba(features(test)), test)


def _decoded(likely: Floats, texts: Sequence[Text]) -> list[Tags]:
    edges = np.cumsum([len(text.tokens) for text in texts])[:-1]
    return [best(own) for own in np.split(likely, edges)]


def best(likely: Floats) -> Tags:
    """It will give the likeliest tags, tokens by logarithms of 3 probabilities, in which no claim goes on before it
    began (Viterbi 1967). So none has a gap, and those of gold that do are always missed.
    """
    if not len(likely):
        return []
    allowed = np.zeros((3, 3))
    allowed[0, 2] = -np.inf  # from outside into the middle of a claim
    scores, came = likely[0] + [0, 0, -np.inf], []
    for own in likely[1:]:
        ways = scores[:, None] + allowed
        came.append(ways.argmax(0))
        scores = ways.max(0) + own
    tags = [int(scores.argmax())]
    for back in reversed(came):
        tags.append(int(back[tags[-1]]))
    return tags[::-1]


def _sentences(text: Text) -> Tags:
    """Each sentence a claim, from its first word to its last."""
    tags = [0] * len(text.tokens)
    for start, end in _bounds(text):
        words = [place for place in range(start, end) if re.match(r"\w", text.tokens[place])]
        if words:
            tags[words[0] : words[-1] + 1] = [1, *[2] * (words[-1] - words[0])]
    return tags


def _bounds(text: Text) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, in tokens."""
    edges = [place for place in range(1, len(text.tokens)) if text.sentence[place] != text.sentence[place - 1]]
    ends = [*edges, len(text.tokens)]
    return zip([0, *edges], ends, strict=True)


def _windows(train: Sequence[Text]) -> Features:
    """Weights of the words around a token, as they are known from train."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    def said(texts: Sequence[Text]) -> Iterator[list[str]]:
        return (own for text in texts for own in _words(text))

    known = TfidfVectorizer(analyzer=list).fit(said(train))
    return lambda texts: known.transform(said(texts))


def _words(text: Text) -> Iterator[list[str]]:
    """Of each token what is told of it: the words beside it, with their places, and its own place."""
    lower = [token.lower() for token in text.tokens]
    for start, end in _bounds(text):
        for place in range(start, end):
            near = range(max(start, place - SIDE), min(end, place + SIDE + 1))
            yield [
                f"from {min(place - start, EDGE)}",
                f"to {min(end - 1 - place, EDGE)}",
                f"{text.tokens[place][0].isupper()} {text.tokens[place].isdigit()}",
                *(f"{other - place} {kind}{said}" for other in near for kind, said in _forms(lower[other])),
            ]


def _forms(word: str) -> tuple[tuple[str, str], ...]:
    return ("", word), ("^", word[:3]), ("$", word[-3:])


def _vectors(texts: Sequence[Text]) -> Matrix:
    """Vectors of a token, of those beside it in its sentence (else 0), and of the sentence; and its place there."""
    return np.vstack([_own(text) for text in texts])


def _own(text: Text) -> Floats:
    words = vectors(text.tokens)
    bounds = list(_bounds(text)) if text.tokens else []
    whole = vectors([" ".join(text.tokens[start:end]) for start, end in bounds])
    rows = []
    for (start, end), sentence in zip(bounds, whole, strict=True):
        size = end - start
        padded = np.pad(words[start:end], ((NEAR, NEAR), (0, 0)))
        sides = [padded[shift : shift + size] for shift in range(2 * NEAR + 1)]
        place = np.arange(size)
        edges = [np.eye(EDGE + 1)[np.minimum(one, EDGE)] for one in (place, size - 1 - place)]
        rows.append(np.hstack([*sides, np.tile(sentence, (size, 1)), *edges]).astype(np.float32))
    return np.vstack(rows) if rows else np.zeros((0, (2 * NEAR + 2) * words.shape[1] + 2 * (EDGE + 1)), np.float32)
