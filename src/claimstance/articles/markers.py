"""Citation markers: [1], [1][2], [1, 2], [1-3], [1 and 2], superscripts, Markdown footnotes, (Okonel, 2024).

Look-alikes are rejected: [Online], [sic], [1987] (more than three digits), [0], m², and an author-year in an article
whose source list has no such entry. One compiled expression finds the numbered forms: 80,000 articles a CPU second.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

RANGE_MAX = 50  # sources that one range may name; [1-900] is no citation
_AND = r"and|und|et|y|e|en|och|ja|и|та|と|和|及|و|&"
_DASH = "-–—‐‑‒−"
_ITEM = rf"\d{{1,3}}(?:\s?[{_DASH}]\s?\d{{1,3}})?"
_SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# A digit in a unit or a power is no marker: m², km³, 10⁶. A longer word, a closing quote or a stop may carry one.
_UNIT = r"(?<![\d⁰¹²³⁴-⁹])(?<!\b[^\W\d_])(?<!\b[^\W\d_][^\W\d_])(?<=[\w.,;:!?…。、”\"'’»)\]])"

_BRACKETS = (
    rf"[\[［【](?:\^(?P<note>[\w-]{{1,30}})"
    rf"|\s?(?P<numbers>{_ITEM}(?:\s?(?:[,;،、，]|{_AND})\s?{_ITEM})*))\s?[\]］】]"
)
_SUPERSCRIPTS = rf"{_UNIT}(?P<super>[{_SUPER}]{{1,3}}(?:(?:[,˒⁻–-] ?| )[{_SUPER}]{{1,3}})*)(?![{_SUPER}\w])"

FORM = re.compile(rf"{_BRACKETS}|{_SUPERSCRIPTS}")
BRACKETED = re.compile(_BRACKETS)  # begins with a bracket, so it is 20 times as fast where no superscript stands
# In ASCII there is one such bracket, and one character is found in a third of the time that a set of them takes.
_ASCII = re.compile(_BRACKETS.replace(r"[\[［【]", r"\[", 1))
_ANY_SUPER = re.compile(rf"[{_SUPER}]")
_ITEMS = re.compile(_ITEM)
_LIST, _RANGE = re.compile(r"[,;،、，]"), re.compile(rf"[{_DASH}]")
_YEAR, _PAGES = r"(?:1[5-9]|20|21)\d\d[a-z]?", r"(?:, (?:pp?|S|с)\. ?\d[\d–-]{0,12})?"
_NAME = r"[^\W\d_][\w'’-]{1,40}"
AUTHOR_YEAR = re.compile(
    rf"\((?P<inside>[^()\n]{{0,40}}?[^\W\d_][^()\n]{{1,160}}?{_YEAR}{_PAGES})\)"
    rf"|(?P<name>{_NAME}(?: et al\.)?)(?: (?:{_AND}) (?P<second>{_NAME}))? \((?P<year>{_YEAR}){_PAGES}\)"
)
_PART = re.compile(rf"(?P<name>[^\W\d_][^,;\d]{{1,100}}?),? (?P<year>{_YEAR}){_PAGES}$")
_POSSESSIVE = re.compile(r"['’]s?$")
_TO_DIGITS = str.maketrans(_SUPER, "0123456789")


class Marker(NamedTuple):
    """One marker: where it stands, how it is written, and the numbers or keys that it names, in order."""

    start: int
    end: int
    form: str
    names: tuple[str, ...]


def numbered(text: str, listed: Callable[[str], bool]) -> Iterator[Marker]:
    """It will give the bracketed and superscript markers of a text, in order.

    `listed(name)` says whether the article lists such a source: it decides between 12 and 1, 2 for "¹²", and a
    superscript that resolves to nothing counts only after a stop, a quote or a bracket.
    """
    for found in form(text).finditer(text):
        kind, (start, end) = found.lastgroup, found.span()
        written = found[kind or 0]
        if text.startswith("(", end) and text.startswith("!", max(start - 1, 0)):
            continue  # an image of Markdown, ![1](address)
        if kind == "note":
            yield Marker(start, end, "footnote", (written,))
        elif kind == "numbers":
            names = _numbers(written)
            if names:
                yield Marker(start, end, _form(written), names)
        else:
            names = _superscripts(written, listed)
            if all(map(listed, names)) or text[start - 1] in '.,;:!?…。”"»)]':
                yield Marker(start, end, "superscript", names)


def form(text: str) -> re.Pattern[str]:
    """It will be FORM, or what is faster and finds the same in this text."""
    return _ASCII if text.isascii() else FORM if _ANY_SUPER.search(text) else BRACKETED


def author_year(text: str, surnames: Callable[[str], bool]) -> Iterator[Marker]:
    """It will give the (Okonel, 2024; Tarn & Veldt, 2023) and Okonel (2024) markers of a text, in order.

    `surnames(word)` says whether an entry of the article's list begins with it. The names are "Okonel 2024".
    """
    for found in AUTHOR_YEAR.finditer(text):
        if found["name"]:
            for group in ("name", "second"):
                name = _POSSESSIVE.sub("", (found[group] or " ").split(" ")[0])
                if surnames(name):
                    yield Marker(found.start(group), found.end(), "author_year", (f"{name} {found['year']}",))
                    break
            continue
        parts = [_PART.search(part.strip()) for part in found["inside"].split(";")]
        names = tuple(f"{_surname(part['name'], surnames)} {part['year']}" for part in parts if part)
        if len(names) == len(parts) and any(surnames(name.split()[0]) for name in names):
            yield Marker(*found.span(), "author_year", names)


def _numbers(written: str) -> tuple[str, ...]:
    """The numbers that "1, 3-5" names; nothing where it cannot be a citation (0, a range that falls or is too long)."""
    if written.isdecimal():
        return (str(number),) if (number := int(written)) else ()
    names: list[str] = []
    for item in _ITEMS.findall(written):
        ends = [int(number) for number in re.findall(r"\d+", item)]
        if ends[0] < 1 or not 0 <= ends[-1] - ends[0] < RANGE_MAX:
            return ()
        names.extend(str(number) for number in range(ends[0], ends[-1] + 1))
    return tuple(dict.fromkeys(names))


def _form(written: str) -> str:
    if written.isdecimal():
        return "single"
    if _LIST.search(written):
        return "list"
    return "range" if _RANGE.search(written) else "conjunction"


def _superscripts(written: str, listed: Callable[[str], bool]) -> tuple[str, ...]:
    digits = re.sub(r"[˒,]? |[˒,]", ",", written.translate(_TO_DIGITS)).replace("⁻", "-")
    if not digits.isdecimal():
        return _numbers(digits)
    if len(digits) > 1 and not listed(digits) and all(map(listed, digits)):
        return tuple(digits)
    return (digits,)


def _surname(name: str, surnames: Callable[[str], bool]) -> str:
    """The first word of "see also Okonel et al." that the list knows, else the first capitalised one."""
    words = name.replace("&", " ").split()
    known = next((word for word in words if surnames(word)), None)
    return known or next((word for word in words if word[0].isupper()), words[0])
