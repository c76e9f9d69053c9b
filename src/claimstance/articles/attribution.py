"""Sources in the text with their cue ("A recent Human Rights Watch report warns"), as candidates for annotators.

1. the cue words of the text: one compiled expression
2. at each: the noun phrase on the side where the speaker stands
3. its class by its head noun, and the direct quote nearest to the cue

Annotators must delete what is wrong, so a doubtful phrase gives nothing. English; a few German and Russian cues.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from claimstance.articles.cues import (
    AUXILIARY,
    BEFORE_WHAT,
    CLASS_OF,
    DAYS,
    DETERMINER,
    DOUBTFUL,
    FIXED,
    LINK,
    NEVER_INVERTED,
    OF_RIGHTS,
    ONLY_THAT,
    PASSIVE,
    PLURAL_SAYS,
    STOP,
    VERBS,
    words,
)
from claimstance.spans import Span


def _tree(words: Iterable[str]) -> str:
    """One expression for all words, branching letter by letter: twice as fast as looking up every word of the text."""
    branches: dict[str, list[str]] = {}
    for word in sorted(words):
        branches.setdefault(word[:1], []).append(word[1:])
    listed = [re.escape(letter) + _tree(rest) for letter, rest in branches.items() if letter]
    if not listed:
        return ""
    return f"(?:{'|'.join(listed)})" + ("?" if "" in branches else "")


NEAR = 70  # characters of a noun phrase; 99 % of those found in 295 Wikinews articles have at most 63
ASIDE = 170  # characters back to the name in "Mira Oland, who has run the harbour since 2019, said"
MODIFIERS_MAX = 3  # lower-case words before the noun: "the county's chief health officer"

_PARTS = {
    **dict.fromkeys(CLASS_OF, "head"),
    **dict.fromkeys(STOP, "stop"),
    **dict.fromkeys(DAYS, "day"),
    **dict.fromkeys(DETERMINER, "determiner"),
    **dict.fromkeys(LINK, "link"),
    **dict.fromkeys(("and", "und", "и", "&"), "and"),
}
_NOUNS = frozenset(("name", "head"))
_JOINS = frozenset(("link", "and"))
_POINTS = ",.;:!?…"
_BRACKETS = "()[]\"'“”‘’«»„"
_CUT = _POINTS + _BRACKETS
_PRONOUNS = (" he ", " she ", " they ", " who ", " I ", "He ", "She ", "They ")  # no names; one cue in nine
_HIDDEN = ("named", "anonym", "familiar with", "unnamed")
_IS_BRAND = re.compile(r"[\w-]{2,}(?:[a-z][A-Z]|\.(?:com|org|net))").match  # WhatsApp, but McLeod
_CUE = re.compile(rf" {_tree([*VERBS, *FIXED])}(?![^\s,.:])")  # a literal first, so that the rest is skipped fast
_TOKEN = re.compile(r"\S+")
_QUOTING = re.compile('["“”«»„「『]')
_AFTER_SPEECH = ',"”»“—–'
_ON = words("commission committee council conference panel report survey")
_OBJECT_OF = words("to into by against about over under upon toward towards through around like than between")
_ABBREVIATED = re.compile(r"(?:\.\w\.|\b(?:Jr|Sr|Inc|Co|Ltd|Corp)\.)$")
_QUOTE = re.compile(r"“[^“”]+”|\"[^\"]+\"|«[^«»]+»|»[^«»]+«|„[^„“”]+[“”]|「[^「」]+」|『[^『』]+』")
# The rest of a quote that began in an earlier sentence.
_QUOTE_TAIL = re.compile(r"[^\"“”«»„「」]*[,.!?…][\"”»](?=[\s,.;:]|$)")


class Mention(NamedTuple):
    """A source as the text names it, the words that attribute, and the direct quote in the same sentence.

    `source` leaves out a leading determiner. Its class: person, organization, group, artifact, writer or unnamed.
    """

    source: Span
    cue: Span | None
    quote: Span | None
    source_class: str


def mentions(text: str, sentences: Sequence[Span]) -> list[Mention]:
    """It will give the attributed sources in `sentences` (in order), each span inside its sentence, in order of cue."""
    found: dict[Span, Mention] = {}
    starts = [start for start, _ in sentences]
    here, quoted = -1, list[Span]()
    quoting = not text.isascii() or '"' in text  # the one mark that ASCII has, which is seen at once
    for hit in _hits(text):
        nth = bisect_right(starts, hit[0]) - 1
        if nth < 0 or hit[1] > sentences[nth][1]:
            continue
        if nth != here:
            here, quoted = nth, quotes(text, sentences[nth]) if quoting else []
        near = _around(quoted, hit) if quoted else quoted
        pair = _attributed(text, sentences[nth], hit, near)
        if pair and pair[0] not in found:
            found[pair[0]] = Mention(*pair, _nearest(near, pair[1]), _class(text, *pair))
    return list(found.values())


def quotes(text: str, sentence: Span) -> list[Span]:
    """It will give the direct quotes in `sentence`, marks included, in order.

    Of a quote of several sentences it gives the part that lies in this one, where its mark stands here.
    """
    start, end = sentence
    if not _QUOTING.search(text, start, end):
        return []
    tail = _QUOTE_TAIL.match(text, start, end)
    spans = [(start, tail.end())] if tail else []
    spans += [found.span() for found in _QUOTE.finditer(text, tail.end() if tail else start, end)]
    rest = spans[-1][1] if spans else start
    opened = min((at for mark in '"“«„' if (at := text.find(mark, rest, end)) >= 0), default=-1)
    if opened >= 0 and end - opened > 1 and (opened == start or text[opened - 1].isspace()):
        spans.append((opened, end))
    return spans


def _hits(text: str) -> list[Span]:
    """Every cue word of the text, in order."""
    flat = " " + text.replace("\n", " ")  # one longer: a match begins at the space before the cue
    return [(found.start(), found.end() - 1) for found in _CUE.finditer(flat)]


def _around(quoted: list[Span], hit: Span) -> list[Span]:
    """Two quotes on either side: all of them at each cue of an endless sentence would take quadratic time."""
    at = bisect_right(quoted, hit)
    return quoted[max(at - 2, 0) : at + 2]


def _nearest(quoted: list[Span], cue: Span) -> Span | None:
    """The quote nearest to the cue, unless the cue is spoken in it."""
    apart = [span for span in quoted if not (span[0] < cue[1] and cue[0] < span[1])]
    return min(apart, key=lambda span: max(span[0] - cue[1], cue[0] - span[1]), default=None)


def _attributed(text: str, sentence: Span, hit: Span, quoted: list[Span]) -> tuple[Span, Span] | None:
    """The source and the whole cue of the cue word at `hit`."""
    start, end = hit
    word = text[start:end]
    if text.endswith(_PRONOUNS, sentence[0], start):
        return None
    if word not in VERBS:
        return _to_the_right(text, hit, sentence[1])
    if text.startswith(" by ", end, sentence[1]):
        return None if word in OF_RIGHTS else _to_the_right(text, (start, end + 3), sentence[1])
    if (
        word in DOUBTFUL
        and not BEFORE_WHAT.match(text, end, sentence[1])
        and not (quoted and word not in ONLY_THAT and _beside(quoted, hit))
    ):
        return None
    tokens = _tokens(text, sentence[0], start, NEAR)
    passive = False
    while tokens and (auxiliary := text[slice(*tokens[-1])]).islower() and _is_auxiliary(auxiliary):
        passive = passive or auxiliary in PASSIVE
        start = tokens.pop()[0]
    if passive and word != "quoted":  # "was told", "was accused of": by whom is not said
        return None
    if not tokens or text[tokens[-1][1] - 1] in _AFTER_SPEECH:
        return None if word in NEVER_INVERTED else _inverted(text, sentence, (start, end), quoted)
    source = _to_the_left(text, tokens, plural=word in PLURAL_SAYS)
    return (source, (start, end)) if source else None


def _tokens(text: str, low: int, high: int, reach: int) -> list[Span]:
    """The words of text[low:high] that lie wholly in its last `reach` characters."""
    if high - low > reach:
        low = high - reach
        while low < high and not text[low - 1].isspace():
            low += 1
    return [found.span() for found in _TOKEN.finditer(text, low, high)]


def _is_auxiliary(word: str) -> bool:
    return word in AUXILIARY or word in PASSIVE or (word.endswith("ly") and word not in CLASS_OF)


def _beside(quoted: list[Span], hit: Span) -> bool:
    """Whether a quote ends or begins within 60 characters of the cue: a name and a title fit between."""
    return any(0 <= hit[0] - end <= 60 or 0 <= start - hit[1] <= 60 for start, end in quoted)


def _inverted(text: str, sentence: Span, cue: Span, quoted: list[Span]) -> tuple[Span, Span] | None:
    """The source of '"…," said X', of "…, said X." and of "X, the mayor, said"."""
    tokens = _tokens(text, sentence[0], cue[0], ASIDE)
    after_quote = bool(tokens) and any(tokens[-1][0] < end <= tokens[-1][1] for _, end in quoted)
    if tokens and not after_quote and text[tokens[-1][1] - 1] == ",":
        earlier = next((nth for nth in range(len(tokens) - 2, -1, -1) if text[tokens[nth][1] - 1] == ","), None)
        if earlier is not None:
            *left, (begin, stop) = tokens[: earlier + 1]
            source = _to_the_left(text, [*left, (begin, stop - 1)], plural=False)
            aside = (tokens[earlier + 1][0], tokens[-1][1] - 1)
            if source and text[source[0]].islower() and text[slice(*aside)].istitle():
                return aside, cue  # "the minister, Tove Halvarn, said"
            if source:
                return source, cue
    found = _to_the_right(text, cue, sentence[1])
    closed = found and (after_quote or found[0][1] == sentence[1] or text[found[0][1]] in _POINTS)
    return found if closed else None


def _to_the_left(text: str, tokens: list[Span], *, plural: bool) -> Span | None:
    """The noun phrase that ends with the last of `tokens`."""
    last = len(tokens) - 1
    while last > 0 and _at(text, tokens, last) == "day":  # "police on Tuesday said"
        last -= 2 if _at(text, tokens, last - 1) == "link" else 1
    if last < 0 or _at(text, tokens, last) not in _NOUNS:
        return None
    first = nth = last
    modifiers = 0
    while nth > 0:
        nth -= 1
        part = _at(text, tokens, nth)
        if part in _NOUNS and (not modifiers or nth == 0 or _possessive(text, tokens[nth])):
            first, modifiers = nth, 0
        elif part == "other" and modifiers < MODIFIERS_MAX and text[slice(*tokens[nth])] not in _OBJECT_OF:
            modifiers += 1
        elif part == "determiner":
            first, modifiers = nth + 1, 0
            if nth == 0 or _at(text, tokens, nth - 1) not in _JOINS:
                break
        elif part == "link" and nth and _at(text, tokens, nth - 1) == "other":
            return None  # "criticism in Serbia has said": the noun before is the subject, and unknown
        elif part not in _JOINS or modifiers or nth == 0 or _at(text, tokens, nth - 1) not in _NOUNS:
            break
    before = max(min(nth, first - 1), 0)
    if text[slice(*tokens[before])] in _OBJECT_OF or (before and text[slice(*tokens[before - 1])] in _OBJECT_OF):
        return None
    return _phrase(text, tokens[first][0], tokens[last][1], plural=plural)


def _at(text: str, tokens: list[Span], nth: int) -> str:
    return _part(text[tokens[nth][0] : tokens[nth][1]])


def _to_the_right(text: str, cue: Span, end: int) -> tuple[Span, Span] | None:
    """The noun phrase that begins behind the cue, and the cue."""
    stop = min(end, cue[1] + NEAR)
    tokens = [found.span() for found in _TOKEN.finditer(text, cue[1], stop)]
    if stop < end and not text[stop].isspace():
        del tokens[-1:]
    parts = [_part(text[slice(*token)].rstrip(_POINTS)) for token in tokens]
    first = last = -1
    modifiers = 0
    for nth, part in enumerate(parts):
        if part in _NOUNS:
            last = nth
        elif part == "other":
            modifiers += 1
            opens = last < 0 or _possessive(text, tokens[last]) or parts[nth + 1 : nth + 2] == ["name"]
            if modifiers > MODIFIERS_MAX or not opens:
                break
        elif part in _JOINS:
            joined = text[slice(*tokens[nth])] != "on" or text[slice(*tokens[nth - 1])].lower() in _ON
            if last < 0 or last != nth - 1 or not joined or _NOUNS.isdisjoint(parts[nth + 1 : nth + 3]):
                break
        elif part != "determiner" or (last >= 0 and parts[nth - 1] not in _JOINS):
            break
        first = nth if first < 0 and part != "determiner" else first
        if text[tokens[nth][1] - 1] in _POINTS and not _is_short(text[slice(*tokens[nth])]):
            break
    source = _phrase(text, tokens[first][0], tokens[last][1], plural=False) if last >= 0 else None
    return (source, (cue[0], cue[1])) if source else None


@lru_cache(maxsize=8192)
def _part(word: str) -> str:
    """What a word can be in the name of a source: name, head, determiner, link, and, day, other, stop."""
    core = word.strip(_BRACKETS)
    if not core or (core[-1] in _POINTS and not _is_short(core)):
        return "stop"
    lower = core.lower().replace("’", "'").removesuffix("'s").rstrip("'")
    if core.isupper() and len(core) > 1:  # WHO, US
        return "name"
    if "'" in lower and lower.split("'")[0] in STOP:  # I've, he'd
        return "stop"
    return _PARTS.get(lower) or ("name" if core[0].isupper() or core[1:2].isupper() else "other")


def _is_short(word: str) -> bool:
    """Dr., U.S., J.: a full stop that ends no phrase."""
    return word[-1:] == "." and word[0].isupper() and (len(word) <= 4 or word.count(".") > 1)


def _possessive(text: str, token: Span) -> bool:
    return text[token[0] : token[1]].endswith(("'s", "’s", "s'", "s’"))


def _phrase(text: str, start: int, end: int, *, plural: bool) -> Span | None:
    """The span without outer quotes and points; nothing where it is no name or, for "critics say", no plural."""
    while start < end and text[start] in _BRACKETS:
        start += 1
    while end > start and text[end - 1] in _CUT and not _ABBREVIATED.search(text, start, end):
        end -= 1
    words = text[start:end]
    if "(" in words and ")" not in words and text.startswith(")", end):
        end += 1
    if not any(map(str.isalpha, words)) or _possessive(text, (start, end)):
        return None
    if plural and " and " not in words and not _core(words)[-1].lower().endswith(("s", "police")):
        return None
    return start, end


def _core(words: str) -> list[str]:
    """The words before the first link: "Lawmakers" in "Lawmakers in Russia". The last of them is the head noun."""
    listed = [word.strip(_CUT) for word in words.split()]
    return listed[: next((nth for nth, word in enumerate(listed) if nth and word in LINK), len(listed))]


def _class(text: str, source: Span, cue: Span) -> str:
    """The class of a source by its head noun; capitalised words that say nothing are a person."""
    words = text[slice(*source)]
    between = text[min(source[1], cue[1]) : max(source[0], cue[0])]
    if len(between) > 9 and any(word in between for word in _HIDDEN):
        return "unnamed"
    listed = _core(words)
    named = CLASS_OF.get(listed[-1].lower())
    if named:  # "the review", but "World Harbour Review"
        return "organization" if named == "artifact" and len(listed) > 1 and listed[-1][:1].isupper() else named
    classes = {CLASS_OF.get(word.lower()) for word in listed}
    if "person" in classes or "organization" in classes:
        return "person" if "person" in classes else "organization"
    if any((word.isupper() and word.isalpha() and len(word) > 1) or _IS_BRAND(word) for word in listed):
        return "organization"
    return "group" if len(listed) == 1 and words.endswith(("ians", "crats", "icans", "ists")) else "person"
