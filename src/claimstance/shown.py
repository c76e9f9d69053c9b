"""What pages and reports may show of what came from files that nobody vouches for.

Ids and findings were written by whoever wrote the files. Here they lose what gives orders to a terminal, turns the
direction of a line or breaks XML, and what must not be published: addresses, annotators, anything that reads like a
sentence where an id should be. Escaping is left to each format.
"""

import re
import unicodedata
from collections.abc import Sequence

SHOWN = 120  # characters of an id or a finding, for people; the id of a stance, two ids long, has about 80
WHOLE = 1000  # the same for machines, who compare ids
_READ = 20 * WHOLE  # what is read of a text at all: the middle of more than that is left out in any case
_WORDS = 4  # of an id: a name that a check made up, "train, SUPPORTS", has some, a sentence has more

# From one of these marks to the next; that it begins behind one keeps a long word from being tried at each character.
_ENDS = r"\s@＠<>()\[\]\"',;:|/"
_MAIL = re.compile(rf"(?<![^{_ENDS}])[^{_ENDS}]*[@＠][^{_ENDS}]+")
_ADDRESS = re.compile(r"\b(?:https?|ftp)://[^\s<>()\"']+|\bwww\.[^\s<>()\"']+", re.IGNORECASE)
_ANNOTATORS = re.compile(r"\b(annotators?=)[^/|\s]+", re.IGNORECASE)  # as ids of the table agreement have them
_QUOTED = re.compile(r"(?<!\w)'.*'(?!\w)")  # how databases quote the value that they choke on
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{12}")
_NONE = re.compile(r"[\ufdd0-\ufdef\ufffe\uffff]")  # code points that are no characters, which XML refuses
_JOINERS = "\u200c\u200d"  # Persian and emoji are not written without


def shown(text: str, size: int = SHOWN) -> str:
    """It will be the text in one line: odd characters written out (\\x1b, \\u202e), e-mail and web addresses and
    annotators replaced, the middle left out where it is too long.
    """
    line = _MAIL.sub("(e-mail)", _ADDRESS.sub("(address)", plain(text, _READ)))
    return cut(_ANNOTATORS.sub(r"\1(withheld)", line), size)


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """It will set cells below each other, the first of a line to the left and the others to the right."""
    if not rows:
        return []
    widths = [max(len(row[nth]) for row in rows) for nth in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if nth else cell.ljust(width)
            for nth, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def plain(text: str, size: int = SHOWN) -> str:
    """It will be the text in one line with odd characters written out, and nothing replaced."""
    return cut("".join(map(_plain, cut(" ".join(text.split()), _READ))), size)


def named(key: str, size: int = SHOWN) -> str:
    """It will be an id in one line, or only how long it is where it reads like text: a damaged key may hold any."""
    line = shown(key, WHOLE)
    if len(line.split(" ")) > _WORDS or _UNSPACED.search(line):
        return f"(no id: a text of {len(key):,} characters)"
    return cut(line, size) or "(empty)"


def noted(text: str, size: int = WHOLE) -> str:
    """It will be the text in one line, without what it quotes: an error may quote a value of the data."""
    return shown(_QUOTED.sub("'…'", text[:_READ]), size)


def cut(line: str, size: int) -> str:
    """It will be the line, or its beginning and its end with … between them; ids differ at their ends."""
    if len(line) <= size:
        return line
    head = (size - 1) * 2 // 3
    return f"{line[:head]}…{line[len(line) - (size - 1 - head) :]}"


def _plain(one: str) -> str:
    """The character, if it is no order to whoever shows it: control, format, surrogate and private ones are written
    out.
    """
    if one not in _JOINERS and (unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co") or _NONE.match(one)):
        return one.encode("unicode_escape").decode("ascii")
    return one
