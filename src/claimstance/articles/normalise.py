"""Normalisation: what a text is before its characters are counted, and what a date says.

A text is normalised once, hashed and frozen: every offset afterwards counts its code points. Pure functions, no I/O.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = bytes((*b"\t\n", *range(0x20, 0x7F)))  # what ASCII may hold: what else it has is told in a tenth of the time
# A superset of the three in few ranges: 10 µs for 3.5 kB, where the exact class takes 120 µs.
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\uffff\U0001fffe-\U0010ffff]")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")


def normalise(text: str) -> str:
    """It will return the text in the one form that is kept: NFC, LF, no byte order mark, no control characters.

    Every line break becomes LF; of the control characters LF and TAB stay; U+FEFF and noncharacters go; a lone
    surrogate becomes U+FFFD; joiners and bidirectional marks stay. Leading blank lines and trailing white space go.
    Normalising again changes nothing.
    """
    if text.encode().translate(None, _PLAIN) if text.isascii() else _SUSPECT.search(text):
        text = _SURROGATE.sub("\ufffd", _DROPPED.sub("", _BREAKS.sub("\n", text)))
    # After the removals: what stood between a letter and its accent may have kept them apart.
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = text.rstrip()
    if text[:1].isspace() and (blank := _BLANK_LINES.match(text)):
        text = text[blank.end() :]
    return text


def one_line(text: str) -> str:
    """The text normalised and its white space collapsed: what a title, a name or an address is."""
    if text.isascii() and text.isprintable() and "  " not in text:  # a row has ten of them, nearly all like that
        return text.strip()
    return " ".join(normalise(text).split())


@dataclass(frozen=True, slots=True)
class Published:
    """A date with its precision. `value` is ISO 8601 as far as it is known, null where `raw` cannot be read."""

    value: str | None
    precision: str
    raw: str


_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    **{name: number for number, name in enumerate(_NAMES, start=1)},
    **{name[:3]: number for number, name in enumerate(_NAMES, start=1)},
    "sept": 9,
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_WEEKDAY = r"(?:(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = (
    r"(?:(?:[Tt]|,?\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"\s?(?P<zone>z|utc|gmt|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>[12][0-9]{3})"
_FORMS = [
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_YEAR}-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){_TIME}",
        rf"{_YEAR}(?:[-/](?P<month>[0-9]{{1,2}}))?",
        rf"{_YEAR}(?P<sep>[/.])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}}){_TIME}",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        rf"{_WEEKDAY}{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}{_TIME}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}{_TIME}",
        rf"{_MONTH},?\s+{_YEAR}",
        # Dots are day-first wherever they are written; with a slash or a hyphen the order differs by country.
        rf"(?P<day>[0-9]{{1,2}})\.\s?(?P<month>[0-9]{{1,2}})\.\s?{_YEAR}{_TIME}",
        rf"(?P<one>[0-9]{{1,2}})(?P<sep>[/-])(?P<other>[0-9]{{1,2}})(?P=sep){_YEAR}{_TIME}",
    )
]
RAW_DATE_CHARS = 100  # the longest date line met in newspapers has 47 characters


def published(raw: str) -> Published:
    """It will read a date as far as it is written, and never guess.

    Reads ISO 8601, "1 January 2020", "Friday, January 4, 2019", "May 2020", RFC 2822, 4.1.2019 (day first) and
    2019/01/04. A time with an offset becomes UTC, one without keeps none. Null with the raw value kept: 3/4/2020 and
    9-9-2020 (day or month first?), 31 February, a weekday that does not fit, whatever else.
    """
    said = " ".join(raw.split())
    unread = Published(None, "unknown", raw)
    if len(said) > RAW_DATE_CHARS:
        return unread
    for form in _FORMS:
        if found := form.fullmatch(said):
            try:
                return Published(*_value(found.groupdict()), raw)
            except (ValueError, OverflowError):
                return unread
    return _rfc2822(said, unread)


def _value(part: dict[str, str | None]) -> tuple[str, str]:
    """ISO value and precision of the parts of a date. Raises ValueError where there is no such day."""
    year, day = int(part["year"] or 0), int(part.get("day") or 0)
    month = _MONTHS[name.lower()] if (name := part.get("name")) else int(part.get("month") or 0)
    if part.get("one"):
        day, month = _order(int(part["one"] or 0), int(part["other"] or 0))
    if not day:
        first = date(year, month or 1, 1)
        return (f"{first:%Y-%m}", "month") if part.get("month") or month else (f"{year:04}", "year")
    when = date(year, month, day)
    if (weekday := part.get("weekday")) and _WEEKDAYS[when.weekday()] != weekday[:3].lower():
        raise ValueError
    if not part.get("hour"):
        return when.isoformat(), "day"
    clock = time(int(part["hour"] or 0), int(part["minute"] or 0), int(part.get("second") or 0))
    return _time(datetime.combine(when, clock), part.get("zone")), "time"


def _order(one: int, other: int) -> tuple[int, int]:
    """(day, month) of two numbers, where only one order is possible. Raises ValueError where both are."""
    if one <= 12 and other <= 12:
        raise ValueError
    return (one, other) if one > 12 else (other, one)


def _time(moment: datetime, zone: str | None) -> str:
    if zone is None:
        return moment.isoformat()
    offset = "+0000" if zone.isalpha() else zone
    aware = datetime.fromisoformat(f"{moment.isoformat()}{offset}")
    return _utc(aware)


def _utc(aware: datetime) -> str:
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


_RFC2822 = re.compile(
    r"(?:[a-z]{3},\s?)?[0-9]{1,2}\s[a-z]{3}\s[0-9]{4}\s[0-9]{2}:[0-9]{2}(?::[0-9]{2})?\s(?:[ECMP][SD]T|UT)",
    re.IGNORECASE | re.ASCII,
)


def _rfc2822(said: str, unread: Published) -> Published:
    """The zones by name that RFC 2822 defines; any other abbreviation names several zones."""
    if not _RFC2822.fullmatch(said):
        return unread
    try:
        moment = parsedate_to_datetime(said)
        if said[3] == "," and _WEEKDAYS[moment.weekday()] != said[:3].lower():
            return unread
        return Published(_utc(moment), "time", unread.raw)
    except (ValueError, OverflowError):
        return unread
