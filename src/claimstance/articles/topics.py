"""Topics of articles that nobody labelled: told by words that an article says again. Pure, but for a file of numbers.

A word that an article repeats tells what it is about (Luhn 1958), unless it is one that many articles have. So, a
language at a time, of the words that at most OFTEN of its articles have at all, the first topic is the one that most
articles repeat, where a word counts for as much as the share of those who have it that repeat it: "court" comes again
where it comes, "sunday" does not (Church & Gale 1995). The next topic is found in the same way among the articles that
repeat no topic yet: a greedy cover. An article's topic is the first of these words that it repeats; else it is "other".

Of 295 articles of Wikinews that makes trump, you (interviews), police, minister, court, democratic, coronavirus, …: 20
topics, and 61 articles have none. Coarse, and the same on every machine: counts, no seed, no model, any script, and a
name for each topic that people can read. Clusters (k-means over TF-IDF, as scikit-learn has it) have neither name nor
that promise. An event is no topic: there are thousands, of a few articles each. Topics of two languages are two topics.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

TOPICS = 20  # of a language
OFTEN = 0.2  # share of a language's articles: more have "you", "yesterday", "government"; at 0.3 they become topics
RARE, FEW = 0.01, 5  # share of a language's articles, and articles, below which a topic is none
CHARS = 6_000  # characters of a text that are looked at: what an article is about, it says early
KEPT = 48  # words of an article that it says again, the most frequent ones: 192 bytes
BUCKETS = 2**18  # counters of words by hash, 1 MB a language; a word that shares one with "the" is lost, 1 in 1,000
OTHER = "other"

U32 = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]
Places = npt.NDArray[np.int16]
_LETTERS = re.compile(r"[^\W\d_]+")
_SPACED = "\u07ff"  # the last letter of scripts that have spaces between words, see splits/signatures.py


class Said:
    """What the articles seen so far say again; it goes to a file in `folder`, the words are kept once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "said"
        self._path.touch()
        self._languages: list[str] = []
        self._holders: dict[str, npt.NDArray[np.int32]] = {}
        self._words: dict[int, str] = {}

    def add(self, articles: Iterable[tuple[str, str]]) -> None:
        """Take some more articles: language and text of each."""
        with self._path.open("ab") as file:
            for language, text in articles:
                counted = Counter(words(text[:CHARS]))
                holders = self._holders.setdefault(language, np.zeros(BUCKETS, np.int32))
                np.add.at(holders, np.array([_number(word) % BUCKETS for word in counted], np.int64), 1)
                row = np.zeros(KEPT, np.uint32)
                again = [word for word, times in counted.most_common(KEPT) if times > 1]
                row[: len(again)] = [_number(word) for word in again]
                for word, code in zip(again, row.tolist(), strict=False):
                    self._words[code] = min(word, self._words.get(code, word))
                file.write(row.tobytes())
                self._languages.append(language)

    def topics(self) -> list[str]:
        """It will give the topic of each article, in the order in which they came: "en: police", "en: other"."""
        rows = np.memmap(self._path, np.uint32, "r").reshape(-1, KEPT)
        languages = np.array(self._languages)
        found = np.empty(len(languages), object)
        for language, holders in sorted(self._holders.items()):
            own = np.flatnonzero(languages == language)
            codes, topic = _cover(rows[own], holders)
            names = np.array([*(self._words[code] for code in codes), OTHER], object)
            found[own] = np.array([f"{language}: {name}" for name in names], object)[topic]
        return list(found)


def words(text: str) -> Iterator[str]:
    """It will give the words of a text, lower-cased; of scripts that have no spaces each two neighbouring letters.

    Single letters of other scripts, as in U.S., are none.
    """
    for run in _LETTERS.findall(text.lower()):
        if run[0] <= _SPACED:
            if len(run) > 1:
                yield run
        else:
            yield from (run[place : place + 2] for place in range(max(1, len(run) - 1)))


def _number(word: str) -> int:
    """32 bits of a word, never 0, which is no word."""
    return zlib.crc32(word.encode("utf-8", "replace")) or 1


def _cover(rows: U32, holders: npt.NDArray[np.int32]) -> tuple[list[int], Counts]:
    """The words that are topics of one language, and which of them each article has; one more is none of them."""
    codes, repeat = np.unique(rows, return_counts=True)
    had = holders[codes % BUCKETS]
    least = max(FEW, RARE * len(rows))
    fit = (codes != 0) & (repeat >= least) & (had <= OFTEN * len(rows))
    codes, worth = codes[fit], repeat[fit] / had[fit]
    places = _places(rows, codes)
    left = _counted(places, len(codes))
    chosen: list[int] = []
    topic = np.full(len(rows), -1)
    while len(chosen) < TOPICS and (left >= least).any():
        best = int(np.argmax(np.where(left >= least, left * worth, 0)))
        mine = np.flatnonzero((topic < 0) & (places == best).any(axis=1))
        topic[mine] = len(chosen)
        left -= _counted(places[mine], len(codes))
        chosen.append(int(codes[best]))
    topic[topic < 0] = len(chosen)
    return chosen, topic


def _places(rows: U32, codes: U32) -> Places:
    """Where each word of each article stands in `codes`, which are in order; behind the last where it does not."""
    places = np.empty(rows.shape, np.int16)  # of words that one article in a hundred repeats there are KEPT x 100
    for nth in range(KEPT):
        column = np.ascontiguousarray(rows[:, nth])
        found = np.searchsorted(codes, column)
        there = np.append(codes, 0)[found] == column
        places[:, nth] = np.where(there & (column != 0), found, len(codes))
    return places


def _counted(places: Places, size: int) -> Counts:
    """How often each place comes, but for the last, which stands for all other words; a column at a time."""
    total = np.zeros(size + 1, np.int64)
    for column in places.T:
        total += np.bincount(column, minlength=size + 1)
    return total[:size]
