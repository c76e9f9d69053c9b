"""Numbers that states give to people: their form, their check digits, and a word nearby where these leave it open.

A bare number of ten digits with one check digit is right by chance in one of ten cases, so such kinds count only
behind their name; others have letters, dashes or a date of birth in them and stand for themselves.
"""

import importlib
import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from claimstance.gate.facts.finders.digits import ENDS, FREE, only
from claimstance.gate.facts.finders.kinds import KINDS, Kind
from claimstance.gate.facts.finders.text import GLUE, Found, words_before

_YEARS = re.compile(r"(?:(?:19|20|21)\d\d[ -]?){3}")


def national_ids(text: str, start: int, stop: int) -> Iterator[Found]:
    """It will give the ids in a stretch of a folded text that are digits for the most part."""
    for kind, written, words in _compiled():
        if not kind.lettered:
            yield from _found(kind, written.finditer(text, start, stop), words, text)


def lettered_ids(text: str) -> Iterator[Found]:
    """It will give those in the whole of a folded text that are letters for the most part."""
    for kind, written, words in _compiled():
        if kind.lettered:
            yield from _found(kind, written.finditer(text), words, text)


def _found(kind: Kind, places: Iterator[re.Match[str]], words: re.Pattern[str] | None, text: str) -> Iterator[Found]:
    for found in places:
        said = not words or words.search(words_before(text, found.start()))
        if said and _is_valid(kind.name, found[0]):
            yield Found("national-id", found.start(), found.end(), only(found[0]).upper(), kind.name.replace("_", ""))


def _is_valid(name: str, written: str) -> bool:
    """Whether its check digits and its date of birth are right."""
    own = {"ru.snils": _snils, "gb.nino": _nino, "cn.ric": _ric, "kr.rrn": _rrn}.get(name)
    if own:
        return own(only(written).upper())
    if name == "in_.aadhaar" and _YEARS.fullmatch(written):
        return False
    return bool(importlib.import_module(f"stdnum.{name}").is_valid(written.replace(" ", "").upper()))


def _ric(number: str) -> bool:
    """China's; python-stdnum would have the place of birth on its list, which has holes."""
    from stdnum.cn import ric

    return ric.calc_check_digit(number) == number[-1] and _is_day(number[6:14])


def _rrn(number: str) -> bool:
    """Korea's; it has no check digit for those born since October 2020."""
    return _is_day(("19" if number[6] in "1256" else "20") + number[:6])


def _is_day(written: str) -> bool:
    try:
        date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return False
    return True


def _nino(number: str) -> bool:
    """Britain's, which has no check digit; some first letters are never given."""
    return number[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ") and number[0] != "O"


def _snils(number: str) -> bool:
    """Russia's, of the pension insurance, which python-stdnum does not have."""
    rest = sum(int(digit) * (9 - place) for place, digit in enumerate(number[:9])) % 101 % 100
    return rest == int(number[9:]) and number[:9] != "000000000"


@cache
def _compiled() -> list[tuple[Kind, re.Pattern[str], re.Pattern[str] | None]]:
    return [
        (
            kind,
            re.compile(f"{FREE}(?:{kind.written}){ENDS}"),
            re.compile(f"(?<![{GLUE}])(?:{kind.words})(?![{GLUE}])", re.IGNORECASE) if kind.words else None,
        )
        for kind in KINDS
    ]
