"""A text as it is looked at: digits, dashes and signs of all scripts as ASCII, without marks that nobody sees."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

Kind = Literal["e-mail", "phone", "ip", "card", "national-id"]

SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
DASHES = "\u2010-\u2015\u2212\ufe58\ufe63"
UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f\u20e3"
# Letters of scripts that put spaces between words: with these a number is one word. Before kana it ends.
GLUE = "A-Za-z0-9_\u00c0-\u052f"
# What may stand between two digits of one number, as written.
BETWEEN = rf"[ ().\-/\[\]{SPACES}{DASHES}{UNSEEN}（）－．／]"

_ADDRESS = re.compile(r"(?<!\S)([^\s/]*+)(/\S*+)")  # a word that a slash stands in, from its beginning
_HOST = re.compile(r"(?:^|[(\[<\"'])(?:https?:|ftp:|www\.|[^\W_][\w.-]{0,250}\.[a-z]{2,24}(?::\d+)?$)", re.IGNORECASE)
_NO_DIGITS = re.compile(r"[^\d\n]{0,40}")
_LAST_DIGIT = 0x20000  # of no script are digits beyond the first two planes
_ENDLESS = re.compile(r"\d{20,}+")  # no number of any kind is as long


class Found(NamedTuple):
    """Something that looks like personal data, from `start` to `end` in the text that was looked at.

    `value` is it in one form however it is written, for the allow-list alone. `form` says which kind of national id.
    """

    kind: Kind
    start: int
    end: int
    value: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in ASCII as far as numbers and addresses go, and where each of its characters stood."""

    text: str
    places: Sequence[int]

    def place(self, at: int) -> int:
        """The offset in the text as it was of what is at `at` now."""
        return self.places[at]


def folded(text: str) -> Folded:
    """It will give the text as the finders want it."""
    if text.isascii():
        return Folded(text, range(len(text)))
    now = text.translate(_table())
    if len(now) == len(text):
        return Folded(now, range(len(text)))
    unseen = _unseen()
    return Folded(now, [at for at, sign in enumerate(text) if sign not in unseen])


def without_addresses(text: str) -> str:
    """The text with web addresses, and digits by the dozen, blanked: numbers there are ids of pages."""
    return _ENDLESS.sub(_blank, _ADDRESS.sub(_blanked, text))


def words_before(text: str, at: int) -> str:
    """What stands before an offset, on its line and behind the last digit: up to 40 characters."""
    backwards = _NO_DIGITS.match(text[max(0, at - 40) : at][::-1])
    return backwards[0][::-1] if backwards else ""


def _blanked(word: re.Match[str]) -> str:
    return _blank(word) if _HOST.search(word[1]) else word[0]


def _blank(found: re.Match[str]) -> str:
    return "_" * len(found[0])


@cache
def _table() -> dict[int, str]:
    """What is written for each character that is not kept."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # wide forms: ＠ ． （ ） ＋ Ａ
    digits = re.findall(r"\d", "".join(map(chr, (*range(0x80, 0xD800), *range(0xE000, _LAST_DIGIT)))))
    table |= {ord(digit): str(unicodedata.decimal(digit)) for digit in digits}
    table |= dict.fromkeys(_codes(SPACES), " ") | dict.fromkeys(_codes(DASHES), "-") | {0xFE6B: "@"}
    return table | dict.fromkeys(_codes(UNSEEN), "")


@cache
def _unseen() -> frozenset[str]:
    return frozenset(map(chr, _codes(UNSEEN)))


def _codes(ranges: str) -> list[int]:
    """The characters of what stands in brackets in an expression."""
    codes = [
        ord(sign) for sign in re.sub("(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), ranges)
    ]
    return sorted(set(codes))
