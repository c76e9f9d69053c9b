"""Phone numbers: written for abroad, with a word for it before them, or as their country writes them."""

import re
from collections.abc import Iterator, Sequence

from claimstance.gate.facts.finders.digits import only
from claimstance.gate.facts.finders.text import GLUE, Found, words_before

_SIGNS = r"[\s.:=(№#/+-]{0,6}\Z"
# What stands right before a number and can mean nothing else.
_LABEL = re.compile(
    rf"(?:(?<![{GLUE}])(?:tele?(?:phone|fon|fax|f)?|tél(?:éph?one)?|teléfono|phone|fax"
    r"|hotline|helpline|whats ?app|puhelin|puh|tlf|tfn|telefoon|komórka"
    r"|сот|моб|тел(?:ефон)?|мобильный|факс|τηλ)"
    r"|電話(?:番号)?|电话|手机|携帯|传真|전화(?:번호)?|휴대폰|هاتف|تلفون|جوال|موبايل|فاكس|تلفن|טלפון|फ़?ोन|मोबाइल|[☎☏📞📱📲✆])"
    rf"(?:\s{{1,2}}(?:no|nr|number|numbers|is|at|us)(?:\s{{1,2}}is)?)?{_SIGNS}",
    re.IGNORECASE,
)
# What means it as a label only: T-Mobile is a company, pH a figure, a cell lives.
_SIGNED = re.compile(
    rf"(?<![{GLUE}])(?:ph|mob(?:ile|il|iel)?|celular|cell(?:ulare)?|handy|móvil|portable)"
    rf"(?:\s{{1,2}}(?:no|nr|numbers?)(?:\s{{1,2}}is)?|\s?[.:=№#]){_SIGNS}",
    re.IGNORECASE,
)
# What may mean a call: then the number has to be one.
_WORD = re.compile(
    rf"(?<![{GLUE}])(?:call(?:ing|ed)?|dial(?:ing|led)?|ring|phoned?|text(?:ed)?|sms|contact|reach(?:ed)?|anruf\w*|ruf\w*"
    rf"|appel\w*|llam\w*|chiam\w*|lig(?:ue|ar)|bel(?:len)?|ring\w*|звон\w*|позвон\w*|дзвон\w*)(?![{GLUE}])"
    r"|اتصل|للاتصال|拨打|致电",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?<!\d)(?:(?:1[5-9]|20)\d\d ?[-–/.] ?(?:(?:1[5-9]|20)?\d\d)(?!\d)|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d(?!\d))"
)
# 2 500 000: only a label makes a number of it. 7.35-7.45 and 2023 2024 2025 are none behind a label either.
_AMOUNT = re.compile(r"\d{1,3}([ .])\d{3}(?:\1\d{3})+")
_DECIMALS = re.compile(r"(?<![\d.])\d\.\d\d? ?- ?\d\.\d\d?(?![\d.])")
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d(?:[ /.-]{1,3}(?:1[5-9]|20)\d\d)+")
# (202) 555-0143, 202.555.0143
_AMERICAN = re.compile(r"(?:1[ .-]?)?(?:\([2-9]\d\d\)[ -]?[2-9]\d\d[ .-]\d{4}|[2-9]\d\d([ .-])[2-9]\d\d\1\d{4})")
# 8 (495) 123-45-67, 8 800 555-35-35
_RUSSIAN = re.compile(r"8[ -]?(?:\(\d{3,5}\)|\d{3}(?=[ -]))[ -]?\d{1,3}[ -]?\d\d[ -]?\d\d")
# (11) 91234-5678
_BRACKETED = re.compile(r"\(\d{2,5}\) ?\d{2,5}(?:[ -]\d{2,4}){1,3}")
# Groups behind a leading zero: 030 1234567, 0171/1234567, (020) 7946 0958, 01 23 45 67 89; in one piece where it is a
# mobile phone. 02110-1301 is in Boston.
_TRUNK = re.compile(r"(?!\d{5}-\d{4}\Z)\(?0\d{1,5}(?:\) ?| ?[-/ .] ?)\d{2,8}(?:[ .-]\d{2,4}){0,3}|0[1-9]\d{8,9}")

_RUN = re.compile(r"\(?\d[\d ().\-/]{5,}\d")
_BORDER = re.compile(r" {2,3}| [/-] |/ | /|\) ?/ ?\(")
_BEFORE = re.compile(rf"[{GLUE}]\Z|\d[.,:/-]\Z|[$€£¥#§]\s?\Z")
_AFTER = re.compile(rf"(?!x\d{{1,6}}(?![{GLUE}]))[{GLUE}]|[.,:/-]\d|\s?[%€£$¥°]")  # x12 is a line within a house
_REGIONS = re.findall(
    r"\w\w",
    "US CA GB DE FR IT ES NL BE AT CH PL RU UA TR JP KR CN TW IN AU NZ ZA NG KE EG SA AE IL BR MX AR SE NO DK FI IE PT"
    " GR CZ HU RO ID PH MY TH VN SG HK",
)


def phones(text: str, start: int, stop: int) -> Iterator[Found]:
    """It will give the phone numbers in a stretch of a folded text."""
    for run in _RUN.finditer(text, start, stop):
        begin = run.start() + (run[0][0] == "(" and run[0].count("(") > run[0].count(")"))
        whole = _phone(text, begin, run.end())
        if whole:
            yield whole
        else:
            yield from filter(None, (_phone(text, *piece) for piece in _pieces(text, begin, run.end())))


def _pieces(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Where single numbers may stand in a run of digits: cut where one ends and the next begins."""
    begin = start
    borders = list(_BORDER.finditer(text, start, stop))
    for border in borders:
        yield begin, border.start()
        begin = border.end()
    if borders:
        yield begin, stop
    else:
        yield from (found.span() for found in _AMERICAN.finditer(text, start, stop))


def _phone(text: str, begin: int, end: int) -> Found | None:
    written = text[begin:end]
    number = only(written)
    if not 6 < len(number) < 16 or _is_part(text, begin, end):
        return None
    before = words_before(text, begin)
    value = _abroad(written, number, before) or (number if _at_home(written, number, before) else "")
    return Found("phone", begin, end, value) if value else None


def _is_part(text: str, begin: int, end: int) -> bool:
    """Whether it belongs to a word, to a longer number, or to an amount."""
    return bool(_BEFORE.search(text[max(0, begin - 2) : begin]) or _AFTER.match(text[end : end + 8]))


def _abroad(written: str, number: str, before: str) -> str:
    """The number with its country's code, where it is written with one."""
    import phonenumbers

    plus = before.rstrip("(").endswith("+")
    if not plus and not (number.startswith("00") and len(number) > 10):
        return ""
    # A zero in parentheses is dialled at home only.
    said = only(written.replace("(0)", "", 1)).removeprefix("00")
    try:
        parsed = phonenumbers.parse(f"+{said}", None)
    except phonenumbers.NumberParseException:
        return ""
    # Behind a plus it need not be in use: its length is enough.
    holds = phonenumbers.is_possible_number if plus else phonenumbers.is_valid_number
    return f"+{said}" if holds(parsed) else ""


def _at_home(written: str, number: str, before: str) -> bool:
    """Whether a word says that it is a phone number, or a country writes its own so."""
    if _DATED.search(written) or _DECIMALS.search(written) or _YEARS.fullmatch(written):
        return False
    if _LABEL.search(before):
        return True
    if _AMOUNT.fullmatch(written):
        return False
    if _SIGNED.search(before):
        return True
    if _AMERICAN.fullmatch(written):
        return bool(_WORD.search(before)) or _exists(number, _REGIONS[:2])
    if _RUSSIAN.fullmatch(written):
        return _exists(number, ["RU"])
    by_form = _BRACKETED.fullmatch(written) or (_TRUNK.fullmatch(written) and 8 < len(number) < 13)
    return bool((by_form or _WORD.search(before)) and not _is_drawn(written) and _exists(number, _REGIONS))


def _exists(number: str, regions: Sequence[str]) -> bool:
    """Whether one of the regions has such a number."""
    import phonenumbers

    for region in regions:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _is_drawn(written: str) -> bool:
    """Whether it is pairs in ascending order, as numbers of a lottery are told, and one in a hundred phone numbers."""
    pairs = re.split(r"[ .-]", written)
    return len(pairs) > 3 and all(len(pair) == 2 for pair in pairs) and pairs == sorted(set(pairs))
