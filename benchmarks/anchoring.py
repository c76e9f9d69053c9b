"""Marked words found again after their text was edited: ours beside difflib and beside a fuzzy search for each span.

    .venv/bin/python benchmarks/anchoring.py [FILE.csv ...] [--edits 10] [--seed 1]

Takes the articles of the files (of our own corpus where none is given), marks whole sentences, clauses and single words
in them, edits the texts at random (typos, words put in, out and in another's place, also under the marks, sentences put
in, taken out and moved, paragraphs moved, sentences of the article said a second time) and keeps account of where each
marked word went. A mark is `right` where its first and last word went, within one character, or at a copy in the very
words when the first was changed; `wrong` at any other place, and at any place at all where its words are gone; else it
is `lost`, which people are told.
"""

import argparse
import difflib
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from claimstance.annotation import anchoring
from claimstance.articles.formats import rows
from claimstance.articles.read import corpus_articles
from claimstance.spans import Span

HERE = Path(__file__).resolve()
MARKS = 20  # an article
Word = tuple[str, int]  # its text, with the white space behind it, and its number in the old text
NEW, COPY = -1, -2  # the number of a new word, and that of a copy of the first word, COPY - 1 of the second
Found = Callable[[int, int], Span | None]
UNITS = re.compile(r"(?:\w+|[^\w\s])\s*|^\s+")
END = re.compile(r"[.!?]['\"”’)]*\s+$|\n\s*$")


@dataclass(frozen=True, slots=True)
class Trial:
    """One edited article: both texts, the marks, and where each may be found: nowhere, where its words are gone."""

    old: str
    new: str
    marks: list[Span]
    truth: list[list[Span]]


def main() -> None:
    """Print a line a way to find marks again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--edits", type=int, default=10, help="an article")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--thresholds", action="store_true", help="ours at other thresholds of likeness")
    said = parser.parse_args()
    texts = list(_texts(said.files))
    trials = [trial(text, said.edits, random.Random(f"{said.seed} {nth}")) for nth, text in enumerate(texts)]
    gone = sum(not places for one in trials for places in one.truth)
    print(
        f"{len(trials)} articles, {said.edits} edits each; {sum(len(one.marks) for one in trials)} marks, {gone} gone"
    )
    print(f"{'':<22} {'right':>6} {'wrong':>6} {'lost':>6} {'recall':>8} {'precision':>10} {'ms/article':>11}")
    if said.thresholds:
        for nth in range(10, 21):
            anchoring.SIMILAR = nth / 20
            measure(f"ours from {nth / 20}", trials, ours)
        return
    measure("ours", trials, ours)
    measure("map of rapidfuzz alone", trials, indel)
    measure("fuzzy search, each", trials, searched)
    # measure("map of difflib alone", trials[:20], by_difflib)


def measure(name: str, trials: list[Trial], way: Callable[[str, str], Found]) -> None:
    """One line: of marks whose words are still there, how many were found; of those found, how many right."""
    counts: Counter[str] = Counter()
    began = time.process_time()
    for one in trials:
        find = way(one.old, one.new)
        for mark, truth in zip(one.marks, one.truth, strict=True):
            counts[judged(find(*mark), truth)] += 1
    spent = 1000 * (time.process_time() - began) / len(trials)
    there = sum(bool(places) for one in trials for places in one.truth)
    right, wrong, lost = counts["right"], counts["wrong"], counts["lost"]
    precision = right / (right + wrong)
    print(f"{name:<22} {right:>6} {wrong:>6} {lost:>6} {right / there:>8.2%} {precision:>10.2%} {spent:>11.2f}")


def judged(found: Span | None, truth: list[Span]) -> str:
    """What became of one mark."""
    if found is None:
        return "lost"
    near = any(max(abs(found[0] - one[0]), abs(found[1] - one[1])) <= 1 for one in truth)
    return "right" if near else "wrong"


def ours(old: str, new: str) -> Found:
    """claimstance.annotation.anchoring."""
    way = anchoring.anchors(old, new)
    return lambda start, end: way.span(start, end).span


def indel(old: str, new: str) -> Found:
    """The characters that rapidfuzz keeps; a mark goes where its first and last one that were kept went."""
    from rapidfuzz.distance import Indel

    return _by_map(
        [
            (code.src_start, code.dest_start, code.src_end - code.src_start)
            for code in Indel.opcodes(old, new)
            if code.tag == "equal"
        ]
    )


def by_difflib(old: str, new: str) -> Found:
    """The same with difflib."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return _by_map([(block.a, block.b, block.size) for block in matcher.get_matching_blocks()])


def searched(old: str, new: str) -> Found:
    """The place most like the words, for each mark on its own."""

    def find(start: int, end: int) -> Span | None:
        best = fuzz.partial_ratio_alignment(old[start:end], new, score_cutoff=100 * anchoring.SIMILAR)
        return (best.dest_start, best.dest_end) if best else None

    return find


def _by_map(blocks: list[tuple[int, int, int]]) -> Found:
    went = {start + nth: there + nth for start, there, length in blocks for nth in range(length)}

    def find(start: int, end: int) -> Span | None:
        kept = [went[place] for place in range(start, end) if place in went]
        return (kept[0], kept[-1] + 1) if 2 * len(kept) >= end - start else None

    return find


def trial(text: str, edits: int, chance: random.Random) -> Trial:
    """One article, marked and edited."""
    words = [(found[0], nth) for nth, found in enumerate(UNITS.finditer(text))]
    starts, place = [], 0
    for word, _ in words:
        starts.append(place)
        place += len(word)
    marks = sorted({_mark(words, chance) for _ in range(MARKS)})
    edited = list(words)
    for _ in range(edits):
        chance.choice(EDITS)(edited, marks, chance)
    old, new = ("".join(word for word, _ in some) for some in (words, edited))
    went: dict[int, Span] = {}
    order: dict[int, int] = {}
    place, passed = 0, [0, 0]
    for word, number in edited:
        if number != NEW:
            went[number] = place, place + len(word.rstrip())
            order[number] = passed[number < 0]
            passed[number < 0] += 1
        place += len(word)
    spans = [(starts[first], starts[last] + len(words[last][0].rstrip())) for first, last in marks]
    truth = []
    for (first, last), (start, end) in zip(marks, spans, strict=True):
        own = _left(range(first, last + 1), went, order)
        again = _left(range(COPY - first, COPY - last - 1, -1), went, order)
        if again and new[slice(*again[0])] == old[start:end] and not (own and new[slice(*own[0])] == old[start:end]):
            own += again
        truth.append(own)
    return Trial(old, new, spans, truth)


def _left(numbers: range, went: dict[int, Span], order: dict[int, int]) -> list[Span]:
    """From the first to the last word that is left; nowhere if less than half are, or where they were torn apart."""
    left = [number for number in numbers if number in went]
    if 2 * len(left) < len(numbers) or order[left[-1]] - order[left[0]] != len(left) - 1:
        return []
    return [(went[left[0]][0], went[left[-1]][1])]


def _mark(words: list[Word], chance: random.Random) -> tuple[int, int]:
    """The first and last word of a sentence, a clause of it, or one to three words."""
    first, after = _sentence(words, chance)
    kind = chance.random()
    if kind < 0.4 or after - first < 6:
        return first, after - 1
    length = chance.randint(4, after - first) if kind < 0.7 else chance.randint(1, 3)
    begin = chance.randint(first, after - length)
    return begin, begin + length - 1


def _sentence(words: list[Word], chance: random.Random) -> tuple[int, int]:
    """The bounds of a random sentence."""
    place = chance.randrange(len(words))
    first, after = place, place + 1
    while first > 0 and not END.search(words[first - 1][0]):
        first -= 1
    while after < len(words) and not END.search(words[after - 1][0]):
        after += 1
    return first, after


def _typo(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    place = chance.randrange(len(words))
    word, number = words[place]
    at = chance.randrange(len(word.rstrip()) or 1)
    words[place] = (word[:at] + chance.choice("aeirstn") + word[at + chance.randint(0, 1) :], number)


def _another_word(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    place = chance.randrange(len(words))
    words[place] = (_like(words, place, chance), words[place][1])


def _another_word_under_a_mark(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    first, last = chance.choice(marks)
    own = [nth for nth, (_, number) in enumerate(words) if first <= number <= last]
    if own:
        place = chance.choice(own)
        words[place] = (_like(words, place, chance), words[place][1])


def _like(words: list[Word], place: int, chance: random.Random) -> str:
    """Another word of the article, with the white space of the one at `place`."""
    return chance.choice(words)[0].rstrip() + words[place][0][len(words[place][0].rstrip()) :]


def _word_in(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    words.insert(chance.randrange(len(words)), (chance.choice(words)[0].rstrip() + " ", NEW))


def _word_out(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    del words[chance.randrange(len(words))]


def _sentence_in(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    """A sentence of words of the article."""
    place = _sentence(words, chance)[0]
    said = [(f"{chance.choice(words)[0].rstrip()} ", NEW) for _ in range(chance.randint(5, 25))]
    words[place:place] = [*said, (". ", NEW)]


def _sentence_again(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    first, after = _sentence(words, chance)
    place = _sentence(words, chance)[0]
    words[place:place] = [(word, COPY - number if number >= 0 else NEW) for word, number in words[first:after]]


def _sentence_out(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    first, after = _sentence(words, chance)
    del words[first:after]


def _sentence_elsewhere(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    first, after = _sentence(words, chance)
    said = words[first:after]
    del words[first:after]
    place = _sentence(words, chance)[0]
    words[place:place] = said


def _paragraph_elsewhere(words: list[Word], marks: list[Span], chance: random.Random) -> None:
    ends = [0, *(nth for nth, (word, _) in enumerate(words, 1) if "\n" in word)]
    if len(ends) > 3:
        nth = chance.randrange(len(ends) - 1)
        said = words[ends[nth] : ends[nth + 1]]
        del words[ends[nth] : ends[nth + 1]]
        place = chance.choice([0, *(nth for nth, (word, _) in enumerate(words, 1) if "\n" in word)])
        words[place:place] = said


EDITS = (
    _typo,
    _another_word,
    _another_word_under_a_mark,
    _another_word_under_a_mark,
    _word_in,
    _word_out,
    _sentence_in,
    _sentence_again,
    _sentence_out,
    _sentence_elsewhere,
    _paragraph_elsewhere,
)


def _texts(files: list[Path]) -> Iterator[str]:
    if not files:
        yield from (one.text for one in corpus_articles(HERE.parent.parent, []))
    for path in files:
        yield from (row.text for row in rows(path, {}) if not isinstance(row, Exception) and len(row.text) > 400)


if __name__ == "__main__":
    main()
