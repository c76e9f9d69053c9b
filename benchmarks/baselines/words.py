"""The small real model: wordllama's vectors of words, which its wheel brings, so that nothing is fetched.

256 numbers for each of the 32,000 pieces of words of LLaMA 2, trained so that texts of like meaning have like means
(https://github.com/dleemiller/WordLlama, MIT, 16 MB). It was made for English; other scripts have few pieces of their
own, and a character that has none is three or four pieces, one a byte.
"""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def vectors(texts: Sequence[str]) -> Vectors:
    """It will give a vector a text, texts by 256: the mean over its pieces, of length 1, or 0 where it has none."""
    if not texts:
        return np.zeros((0, 256), np.float32)
    means: Vectors = _model().embed(list(texts))
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    units: Vectors = np.divide(means, lengths, out=np.zeros_like(means), where=lengths > 0)
    return units


@cache
def _model() -> Any:
    """The model of the wheel, and of nowhere else.

    0.4.0 looks for the tokenizer in a folder `tokenizer`, and ships it in `tokenizers`, where it looks for it below
    `cache_dir` only. Importing it turns logging on for the whole process, unless that has a handler already.
    """
    logging.getLogger().addHandler(silent := logging.NullHandler())
    import wordllama

    logging.getLogger().removeHandler(silent)
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
