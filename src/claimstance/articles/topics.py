"""Topics of articles that nobody labelled: told by words that an article says again. Pure, but for files of numbers.

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
from array import array
from collections import Counter, defaultdict
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
TOGETHER = 2**14  # articles whose words are looked at together: 3 MB, and four times as much beside it
OTHER = "other"

U32 = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]
_LETTERS = re.compile(r"[^\W\d_]+")
_SPACED = "\u07ff"  # the last letter of scripts that have spaces between words, see splits/signatures.py


class Said:
    """What the articles seen so far say again; it goes to files in `folder`, one a language; words are kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._languages: dict[str, _Language] = {}
        self._of = array("i")  # the number of each article's language
        self._words: dict[int, str] = {}

    def add(self, articles: Iterable[tuple[str, str]]) -> None:
        """Take some more articles: language and text of each."""
        rows: dict[str, list[bytes]] = defaultdict(list)
        had: dict[str, array[int]] = defaultdict(lambda: array("i"))
        for language, text in articles:
            counted = Counter(words(text[:CHARS]))
            had[language].extend(_number(word) % BUCKETS for word in counted)
            often = [word for word, times in counted.items() if times > 1]
            again = sorted(often, key=counted.__getitem__, reverse=True)[:KEPT]
            row = np.zeros(KEPT, np.uint32)
            row[: len(again)] = [_number(word) for word in again]
            for word, code in zip(again, row.tolist(), strict=False):
                self._words[code] = min(word, self._words.get(code, word))
            rows[language].append(row.tobytes())
            if language not in self._languages:
                self._languages[language] = _Language(len(self._languages))
            self._of.append(self._languages[language].number)
        for language, own in rows.items():
            known = self._languages[language]
            held = np.bincount(np.frombuffer(had[language], np.int32), minlength=BUCKETS)
            known.holders += held.astype(np.int32)
            with self._path(known.number).open("ab") as file:
                file.writelines(own)

    def topics(self) -> list[str]:
        """It will give the topic of each article, in the order in which they came: "en: police", "en: other"."""
        of = np.frombuffer(self._of, np.int32)
        found = np.empty(len(of), object)
        for language, known in sorted(self._languages.items()):
            codes, topic = _cover(self._path(known.number), known.holders)
            names = [*(self._words[code] for code in codes), OTHER]
            found[of == known.number] = np.array([f"{language}: {name}" for name in names], object)[topic]
        return found.tolist()

    def _path(self, number: int) -> Path:
        return self._folder / f"said-{number}"


class _Language:
    """One language: its number, and for each bucket of words in how many of its articles one of them stands."""

    def __init__(self, number: int) -> None:
        self.number, self.holders = number, np.zeros(BUCKETS, np.int32)


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


def _cover(path: Path, holders: npt.NDArray[np.int32]) -> tuple[list[int], npt.NDArray[np.int16]]:
    """The words that are topics of one language, and which of them each article has; one more is none of them."""
    count = path.stat().st_size // (4 * KEPT)
    least = max(FEW, RARE * count)
    codes, repeat = _repeated(path, least)
    had = holders[codes % BUCKETS]
    fit = (repeat >= least) & (had <= OFTEN * count)
    codes, worth = codes[fit], repeat[fit] / had[fit]
    owner, place = _places(path, codes)
    left = np.bincount(place, minlength=len(codes))
    chosen: list[int] = []
    topic = np.full(count, -1, np.int16)
    while len(chosen) < TOPICS and (left >= least).any():
        best = int(np.argmax(np.where(left >= least, left * worth, 0)))
        mine = np.zeros(count, bool)
        mine[owner[place == best]] = True
        mine &= topic < 0
        topic[mine] = len(chosen)
        left -= np.bincount(place[mine[owner]], minlength=len(codes))
        chosen.append(int(codes[best]))
    topic[topic < 0] = len(chosen)
    return chosen, topic


def _repeated(path: Path, least: float) -> tuple[U32, Counts]:
    """The words that at least so many articles repeat, in order, with some others, and how many do. Counted by bucket
    first: of a million articles millions of words are repeated somewhere.
    """
    buckets = np.zeros(BUCKETS, np.int64)
    for rows in _rows(path):
        buckets += np.bincount(rows[rows != 0] % BUCKETS, minlength=BUCKETS)
    found: Counter[int] = Counter()
    for rows in _rows(path):
        some = rows[rows != 0]
        codes, repeat = np.unique(some[buckets[some % BUCKETS] >= least], return_counts=True)
        found.update(dict(zip(codes.tolist(), repeat.tolist(), strict=True)))
    ordered = sorted(found)
    return np.array(ordered, np.uint32), np.array([found[code] for code in ordered], np.int64)


def _places(path: Path, codes: U32) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
    """Each time that an article repeats one of `codes`, which are in order: the article, and the place of the word."""
    owners, places, first = [np.empty(0, np.int32)], [np.empty(0, np.int16)], 0
    for rows in _rows(path):
        found = np.searchsorted(codes, rows)
        there = (np.append(codes, 0)[found] == rows) & (rows != 0)
        owners.append((np.nonzero(there)[0] + first).astype(np.int32))
        places.append(found[there].astype(np.int16))  # of words that one article in a hundred repeats there are 4,800
        first += len(rows)
    return np.concatenate(owners), np.concatenate(places)


def _rows(path: Path) -> Iterator[U32]:
    """What articles of one language say again, TOGETHER of them at a time. Not mapped: what was read would stay."""
    with path.open("rb") as file:
        while len(rows := np.fromfile(file, np.uint32, TOGETHER * KEPT)):
            yield rows.reshape(-1, KEPT)
