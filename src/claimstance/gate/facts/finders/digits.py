"""Where digits stand close together: phone numbers, cards and ids are looked for there and nowhere else."""

import re
from collections.abc import Iterator

from claimstance.gate.facts.finders.text import BETWEEN, GLUE

# A text without seven digits close together has no number; written RE2's way, for texts as they are.
HINT = (
    rf"(?:^|[^{GLUE}])[A-Za-z]?\p{{Nd}}(?:{BETWEEN}{{0,4}}\p{{Nd}}){{6,}}"
    rf"(?:$|[^{GLUE}]|x\p{{Nd}}|[A-Za-z](?:$|[^{GLUE}]))"
)
# What a number of any kind does not stand right behind, and right before.
FREE = rf"(?<![{GLUE}])(?<!\d[.,:/-])"
ENDS = rf"(?![{GLUE}])(?![.,:/-]\d)"

_MOST = 60  # digits of one stretch; a text of nothing else is taken in pieces
_CLOSE = re.compile(rf"\d(?:[ ().\-/]{{0,3}}+\d){{6,{_MOST}}}+")
_MARGIN, _LONGEST = 4, 30  # characters that are looked at on both sides: a letter of an id; a number cut by _MOST


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """It will give the places of a folded text that may hold numbers: from where, to where."""
    for found in _CLOSE.finditer(text):
        margin = _LONGEST if found.end() - found.start() > _MOST else _MARGIN
        yield max(0, found.start() - margin), min(len(text), found.end() + margin)


def only(written: str) -> str:
    """The digits and letters of a number, without what stands between them."""
    return re.sub(r"[\W_]+", "", written)
