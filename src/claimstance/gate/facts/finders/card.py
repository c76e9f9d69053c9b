"""Numbers of payment cards: an issuer's first digits, that issuer's length, and Luhn's check digit."""

import re
from collections.abc import Iterator

from claimstance.gate.facts.finders.digits import ENDS, FREE, only
from claimstance.gate.facts.finders.text import Found

_WRITTEN = re.compile(
    FREE + r"(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -])\d{6}\2\d{4,5}|\d{14,19})" + ENDS
)
# Visa; Mastercard; American Express; Discover; JCB; Diners Club; UnionPay; Maestro; Mir. Cards of 13 digits are gone,
# and one in ten numbers of goods from Germany would be one.
_ISSUED = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}(?:\d{3})?|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|62\d{14}(?:\d{3})?|(?:50|5[6-8]|6[379])\d{14}(?:\d{3})?|220[0-4]\d{12}"
)


def cards(text: str, start: int, stop: int) -> Iterator[Found]:
    """It will give the numbers of cards in a stretch of a folded text."""
    from stdnum import luhn

    for found in _WRITTEN.finditer(text, start, stop):
        number = only(found[0])
        if _ISSUED.fullmatch(number) and luhn.is_valid(number) and len(set(number)) > 2:
            yield Found("card", found.start(), found.end(), number)
