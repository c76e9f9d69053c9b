"""Where marked words stand after their text was changed.

1. lines that stand once in each text are held against each other; what lies between them is compared token by token
   (longest common subsequence, by rapidfuzz): one map of the two texts, made once
2. `context`: the very words stand where the map leads, and they stand there only, or the text around them is more like
   the old one than around any other occurrence; or they moved as a whole, and nothing else is meant by the new place
3. `fuzzy`: the tokens around the words lead to words that differ a little
4. `lost`: everything else. A wrong place is worse than one that people are asked about

Measured by benchmarks/anchoring.py; the numbers are in benchmarks/README.md.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claimstance.spans import Span, trim

SAME, CONTEXT, FUZZY, LOST = HOWS = ("same", "context", "fuzzy", "lost")  # from the surest to none

# Indel similarity of the words from which they are the same words, changed a little. After 10 hard edits an article,
# 0.5, 0.7, 0.8, 0.9 found 88.5, 87.7, 87.2, 86.1 % of the marks, and 98.6, 98.9, 99.1, 99.3 % of these rightly.
SIMILAR = 0.8
AROUND = 32  # characters on each side that count as context
NEAR = 0.6  # similarity of the context at the place where the map leads
MOVED = 0.75  # the same at a place where the map does not lead
AHEAD = 0.1  # by how much such a place must be more alike than the next best
LONG = 30  # characters from which words that stand once in each text need no context
SEEN = 5  # new tokens in a row that leave a text one that annotators saw
CELLS = 500_000_000  # tokens times tokens that are compared at most, about 60 MB

# As gold counts: a word, a character of a script without spaces, or one sign.
_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+|[^\w\s]")
_SENTENCE = re.compile(r"\S.*?(?:[.!?。！？][\"'”’)\]]*(?=\s)|(?=\n)|\Z)")


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where words stand now (null where that is lost), how that is known, and how alike the words are (0 to 1)."""

    span: Span | None
    how: str
    score: float


_LOST = Anchored(None, LOST, 0.0)


class _Text:
    """A text and its tokens; a token is known by its number."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [found.span() for found in _TOKEN.finditer(text)]
        self._starts = [start for start, _ in self.tokens]

    def at(self, place: int) -> int:
        """The token that holds the character at `place`, or the last one before it."""
        return bisect_right(self._starts, place) - 1

    def between(self, start: int, end: int) -> range:
        """The tokens that begin from `start` on and before `end`."""
        return range(bisect_left(self._starts, start), bisect_left(self._starts, end))

    def cuts(self, span: Span) -> tuple[bool, bool]:
        """Whether the span begins, and whether it ends, inside a token."""
        first, last = self.tokens[self.at(span[0])], self.tokens[self.at(span[1] - 1)]
        return first[0] != span[0], last[1] != span[1]

    def sentences(self) -> dict[str, range]:
        """The tokens of each sentence that stands in the text once, in order; where it is cut need not be exact."""
        found = [(said[0], said.span()) for said in _SENTENCE.finditer(self.text)]
        times = Counter(said for said, _ in found)
        return {said: self.between(*span) for said, span in found if times[said] == 1}

    def occurrences(self, words: str, cuts: tuple[bool, bool]) -> Iterator[Span]:
        """Where the words stand, cut out of the tokens in the same way."""
        place = self.text.find(words)
        while place >= 0:
            span = (place, place + len(words))
            if self.cuts(span) == cuts:
                yield span
            place = self.text.find(words, place + 1)


class Anchors:
    """The way from one text to another. Make it by `anchors`."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self._unchanged = old == new
        if not self._unchanged:
            self._from, self._to = _Text(old), _Text(new)
            self._map, self._sure = _mapped(self._from, self._to)
            self._taken = set(self._map.values())

    def span(self, start: int, end: int) -> Anchored:
        """Where the words at `start` to `end` of the old text stand in the new one."""
        if self._unchanged:
            return Anchored((start, end), SAME, 1.0)
        core = trim(self.old, (start, end))
        if core[0] == core[1]:
            return _LOST
        found = self._core(core)
        if found.span:  # white space that was marked with the words stays with them where it is the same
            whole = (found.span[0] - (core[0] - start), found.span[1] + (end - core[1]))
            if whole[0] >= 0 and self.new[slice(*whole)] == self.old[start:end]:
                return Anchored(whole, found.how, found.score)
        return found

    def extents(self, start: int, end: int) -> list[Span]:
        """The stretches of the new text that are the old one's from `start` to `end`, but for a few words."""
        if self._unchanged:
            return [(start, end)]
        kept = sorted(self._map[token] for token in self._from.between(start, end) if token in self._map)
        runs: list[list[int]] = []
        for token in kept:
            if runs and token - runs[-1][-1] <= SEEN + 1:
                runs[-1].append(token)
            else:
                runs.append([token])
        bounds = self._to.tokens
        return [(bounds[run[0]][0], bounds[run[-1]][1]) for run in runs if 2 * len(run) > run[-1] - run[0]]

    def _core(self, span: Span) -> Anchored:
        """The same for a span without white space around its words."""
        from rapidfuzz.distance import Indel

        words, place = self.old[slice(*span)], self._place(span)
        if place and self.new[slice(*place)] == words:
            if self._clear(span, place):
                return Anchored(place, CONTEXT, 1.0)
            return _LOST
        moved = self._moved(span)
        if moved:
            return Anchored(moved, CONTEXT, 1.0)
        if place and max(self._sides(span, place)) >= NEAR:
            score = Indel.normalized_similarity(words, self.new[slice(*place)])
            if score >= SIMILAR:
                return Anchored(place, FUZZY, score)
        return _LOST

    def _place(self, span: Span) -> Span | None:
        """Where the map leads: from the tokens of the span, or from those beside them where they were replaced."""
        first, last = self._from.at(span[0]), self._from.at(span[1] - 1)
        start, end = self._number(first, first_of_run=True), self._number(last, first_of_run=False)
        if start is None or end is None:
            return None
        cut = span[0] - self._from.tokens[first][0], self._from.tokens[last][1] - span[1]
        if (cut[0] and first not in self._map) or (cut[1] and last not in self._map):
            return None  # a part of a word that is another one now
        place = self._to.tokens[start][0] + cut[0], self._to.tokens[end][1] - cut[1]
        return place if place[0] < place[1] else None

    def _number(self, token: int, *, first_of_run: bool) -> int | None:
        """The new token for an old one; for a replaced one, the one at its place between those that were kept."""
        if token in self._map:
            return self._map[token]
        before, after = token - 1, token + 1
        while before >= 0 and before not in self._map:
            before -= 1
        while after < len(self._from.tokens) and after not in self._map:
            after += 1
        left, right = self._map.get(before, -1), self._map.get(after, len(self._to.tokens))
        if right - left < 2:
            return None
        if right - left == after - before:
            return left + token - before
        if first_of_run:
            return left + 1 if token == before + 1 else None
        return right - 1 if token == after - 1 else None

    def _clear(self, span: Span, place: Span) -> bool:
        """Whether the same words at the place where the map leads are these and no others."""
        first, last = self._from.at(span[0]), self._from.at(span[1] - 1)
        if first in self._sure and last in self._sure:
            return True
        words, cuts = self.old[slice(*span)], self._from.cuts(span)
        old = [one for one in self._from.occurrences(words, cuts) if one != span]
        new = [one for one in self._to.occurrences(words, cuts) if one != place]
        sides = self._sides(span, place)
        if max(sides) < NEAR:
            return False
        rivals = [self._alike(span, one) for one in new] + [self._alike(one, place) for one in old]
        mine, best = sum(sides) / 2, max(rivals, default=0.0)
        return mine > best or (mine == best and len(old) == len(new))

    def _moved(self, span: Span) -> Span | None:
        """Where the very words stand although the map does not lead there, if one place stands out."""
        words, cuts = self.old[slice(*span)], self._from.cuts(span)
        places = list(self._to.occurrences(words, cuts))
        if not places:
            return None
        if len(places) > 1 or len(words) < LONG or len(list(self._from.occurrences(words, cuts))) > 1:
            scores = sorted(((self._alike(span, one), one) for one in places), reverse=True)
            if scores[0][0] < MOVED or (len(scores) > 1 and scores[0][0] - scores[1][0] < AHEAD):
                return None
            places = [scores[0][1]]
        meant = range(self._to.at(places[0][0]), self._to.at(places[0][1] - 1) + 1)
        own = {self._map.get(token) for token in range(self._from.at(span[0]), self._from.at(span[1] - 1) + 1)}
        return None if any(token in self._taken and token not in own for token in meant) else places[0]

    def _alike(self, old: Span, new: Span) -> float:
        """How alike the text around two spans is."""
        return sum(self._sides(old, new)) / 2

    def _sides(self, old: Span, new: Span) -> tuple[float, float]:
        """How alike the text before and behind two spans is."""
        from rapidfuzz.distance import Indel

        before = self.old[max(0, old[0] - AROUND) : old[0]], self.new[max(0, new[0] - AROUND) : new[0]]
        after = self.old[old[1] : old[1] + AROUND], self.new[new[1] : new[1] + AROUND]
        return Indel.normalized_similarity(*before), Indel.normalized_similarity(*after)


def anchors(old: str, new: str) -> Anchors:
    """It will hold two texts against each other, once for all spans; nothing is compared where they are equal."""
    return Anchors(old, new)


def _mapped(old: _Text, new: _Text) -> tuple[dict[int, int], set[int]]:
    """Which token of the new text each one of the old text is, and those of which a whole line makes sure."""
    theirs = new.sentences()
    pairs = [(own, theirs[said], len(said)) for said, own in old.sentences().items() if said in theirs]
    kept = _ascending([other.start for _, other, _ in pairs])
    found: dict[int, int] = {}
    for nth, (own, other, length) in enumerate(pairs):
        if nth in kept or length >= LONG:
            found.update(zip(own, other, strict=True))
    sure, taken = set(found), set(found.values())
    edges = [(-1, -1), *((own[-1], other[-1]) for nth, (own, other, _) in enumerate(pairs) if nth in kept)]
    ends = [*((own[0], other[0]) for nth, (own, other, _) in enumerate(pairs) if nth in kept)]
    for edge, end in zip(edges, [*ends, (len(old.tokens), len(new.tokens))], strict=True):
        left = [token for token in range(edge[0] + 1, end[0]) if token not in sure]
        right = [token for token in range(edge[1] + 1, end[1]) if token not in taken]
        found.update(_compared(old, new, left, right))
    return found, sure


def _compared(old: _Text, new: _Text, left: Sequence[int], right: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The tokens that two stretches have in common, in order; none where that would take too much memory."""
    from rapidfuzz.distance import Indel

    if not left or not right or len(left) * len(right) > CELLS:
        return
    numbers: dict[str, int] = {}
    said = [
        [numbers.setdefault(text.text[slice(*text.tokens[token])], len(numbers)) for token in part]
        for text, part in ((old, left), (new, right))
    ]
    for code in Indel.opcodes(*said):
        if code.tag == "equal":
            yield from zip(left[code.src_start : code.src_end], right[code.dest_start : code.dest_end], strict=True)


def _ascending(numbers: Sequence[int]) -> set[int]:
    """The places of a longest ascending subsequence."""
    tails: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        tails[length : length + 1] = [number]
        places[length : length + 1] = [place]
        before.append(places[length - 1] if length else -1)
    chain: set[int] = set()
    place = places[-1] if places else -1
    while place >= 0:
        chain.add(place)
        place = before[place]
    return chain
