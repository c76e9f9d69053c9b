"""Source lists: the entries of the boilerplate that lists sources, and what each entry says.

Entries come one a line, or run on in a paragraph ("Sources: [1] Outlet (Year): Title. [2] …"), numbered or not, as
footnote definitions, as author-year lists, or as bare addresses.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from claimstance.articles.layout import SOURCE_HEADING, SOURCE_RUN_ON
from claimstance.spans import Span, trim

_NUMBER = re.compile(
    r"\[\^(?P<note>[\w-]{1,30})\]:?|[\[［【](?P<bracket>\d{1,3})[\]］】]:?|(?P<plain>\d{1,3})[.)](?=\s)"
    r"|(?P<super>[⁰¹²³⁴-⁹]{1,3})(?=\s?\S)|[-*•–](?=\s)"
)
_BACK = re.compile(r"\s?[\^↑](?:\s[a-z](?=\s))*\s")  # the way back to the text, in lists that were copied from a page
_RUN_ON = re.compile(  # what stands before the bracket is looked at behind it: a fifth of the time
    r"[\[［【](?<!\S.)(?:(?<=\[)\^[\w-]{1,30}\]|\d{1,3}[\]］】]):?(?=\s*\S)"
)
# An address may hold brackets and apostrophes: /Polymers_(Schaller)/Moore's_law. ++ only of one class: of a group,
# Python before 3.11.5 takes too much.
_URL = re.compile(r"[hH][tT]{2}[pP][sS]?://(?:[^\s<>\"'“”»()\]）】]++|\([^\s<>\"“”()]*\)|'(?=\w))+")
_LINK = re.compile(r"\[(?P<title>[^\[\]]{1,300})\]\((?P<url>https?://(?:[^\s()]|\([^\s()]*\))+)\)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:1[5-9]|20|21)\d\d)(?!\d)")
_OUTLET_YEAR = re.compile(
    r"(?P<outlet>[^()（）\[\]:]{1,120}?)\s?[(（](?P<year>\d{4})(?:[-年.][^)）]{0,12}|[a-z]?(?:, [^)）]{1,20})?)[)）]"
    r"\s?(?P<stop>[:：.,،]?)\s?(?P<rest>.*)",
    re.DOTALL,
)
_PERSON = re.compile(
    r"[^\W\d_][\w'’ -]{1,40},\s(?:[^\W\d_]\.[ -]?)+.{0,80}|.{2,80}\bet al\."
    r"|[^\W\d_][\w'’-]+\s(?:&|and|und)\s[^\W\d_][\w'’-]+"
)
_PERSONAL = (",", " al.", " & ", " and ", " und ")  # no person without one of these, and the match is slow
_QUOTED = re.compile(r"[\"“„«「『](?P<title>[^\"”“„«»「」『』]{2,300})[\"”“»」』]")
_LOOKED = ("ccess", "etriev", "bgerufen", "onsult", "обращения", "CCESS", "ETRIEV")  # few entries need the slow look
_ACCESSED = re.compile(  # the day on which somebody looked is no year of the source
    r"[(\[](?:accessed|retrieved|abgerufen|consulté|consultado|дата обращения)[^()\[\]]{0,60}[)\]]"
    r"|(?:(?<=[.,;] )|^)(?:accessed|retrieved)(?: on)? \d[^.,;()\[\]]{0,30}\d{4}(?: from)?|(?:(?<=[.,;] )|^)"
    r"(?:accessed|retrieved)(?: on)? [^\W\d_]{3,9} \d{1,2}, \d{4}(?:,? from)?",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[,،，、]")
_TO_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PLAIN_URL = re.compile(
    r"https?://(?:www\.)?(?P<host>[a-z0-9.-]+)(?P<path>[\w/.~-]*)", re.ASCII
)  # most, at a tenth the cost
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_cid|mc_eid|igshid|ref_src|cmpid", re.IGNORECASE)


class Reference(NamedTuple):
    """One entry of a source list. `span` is the entry without its number; `marker`: null in a list without numbers."""

    span: Span
    marker: str | None
    author: str | None
    publisher: str | None
    title: str | None
    year: int | None
    url: str | None


def entries(text: str, blocks: Iterable[Span]) -> Iterator[Reference]:
    """It will give the entries in the lines `blocks` of a source list, in order."""
    last: Span | None = None
    for span in _cut(text, blocks):
        if last and _carries_on(text, last, span):
            last = last[0], span[1]
            continue
        if last:
            yield _entry(text, last)
        last = span
    if last:
        yield _entry(text, last)


def _carries_on(text: str, last: Span, span: Span) -> bool:
    """Whether a line without a number is the wrapped rest of the numbered one above it, not the next entry."""
    if text.count("\n", last[1], span[0]) != 1 or _NUMBER.match(text, *span) or _URL.match(text, *span):
        return False
    return _NUMBER.match(text, *last) is not None and _OUTLET_YEAR.match(text, *span) is None


def _cut(text: str, blocks: Iterable[Span]) -> Iterator[Span]:
    """Where each entry stands, with its number: a line, or a part of one that runs on."""
    for start, end in blocks:
        line = text[start:end]
        if SOURCE_HEADING.match(line):
            continue
        heading = SOURCE_RUN_ON.match(line)
        if heading:
            start += heading.end()
        cuts = [start, *(found.start() for found in _RUN_ON.finditer(text, start + 1, end)), end]
        for left, right in pairwise(cuts):
            span = trim(text, (left, right))
            if span[0] < span[1]:
                yield span


def _entry(text: str, span: Span) -> Reference:
    number = _NUMBER.match(text, *span)
    marker = None
    if number:
        marker = number["note"] or number["bracket"] or number["plain"] or number["super"]
        back = _BACK.match(text, number.end(), span[1])
        inner = trim(text, (back.end() if back else number.end(), span[1]))
        span = inner if inner[0] < inner[1] else span
    if marker and not (number and number["note"]):
        marker = str(int(marker if marker.isascii() else marker.translate(_TO_DIGITS)))
    return Reference(span, marker, *_parts(text[span[0] : span[1]]))


def _parts(entry: str) -> tuple[str | None, str | None, str | None, int | None, str | None]:
    """Author, publisher, title, year, address of an entry, each null where it does not say."""
    link = _LINK.search(entry) if "](" in entry else None
    if link:
        address = link["url"]
        rest = (entry[: link.start()] + link["title"] + entry[link.end() :]).strip()
    else:
        found = _URL.search(entry)
        address = found[0].rstrip(".,;:!?") if found else None
        rest = (entry.replace(address, " ") if address else entry).strip(" \t\n.,;:–—-<>")
    if any(map(rest.__contains__, _LOOKED)):
        rest = _ACCESSED.sub("", rest).strip()
    head = _OUTLET_YEAR.match(rest)
    if head and _YEAR.fullmatch(head["year"]):
        return _headed(head, address)
    year = _YEAR.search(rest)
    number = int(year[1]) if year else None
    if quoted := _QUOTED.search(rest):
        return *_around(rest[: quoted.start()].strip(), rest[quoted.end() :]), _clean(quoted["title"]), number, address
    return None, None, _clean(link["title"] if link else rest), number, address


def _around(before: str, after: str) -> tuple[str | None, str | None]:
    """Author and publisher of an entry, from what stands before and after its quoted title."""
    behind = _COMMA.split(_YEAR.sub("", after))[1:2]
    publisher = _clean(behind[0]) if behind and not any(map(str.isdigit, behind[0])) else None
    if _PERSON.fullmatch(before.rstrip(" ,:")):
        return before.rstrip(" ,:"), publisher
    name = _clean(before)
    return None, name if name and any(map(str.isalpha, name)) else publisher


def _headed(head: re.Match[str], address: str | None) -> tuple[str | None, str | None, str | None, int, str | None]:
    """The parts of "Outlet (2022): Title." and of "Okonel, P. (2024). Title. Outlet."."""
    name, rest = head["outlet"].strip(), head["rest"].strip()
    if not any(map(name.__contains__, _PERSONAL)) or not _PERSON.fullmatch(name):
        return None, _clean(name), _clean(rest), int(head["year"]), address
    title, _, publisher = rest.partition(". ")
    return name, _clean(publisher), _clean(title), int(head["year"]), address


def _clean(words: str) -> str | None:
    """A title or an outlet without the stops and dashes around it, and without quotation marks around all of it."""
    words = " ".join(words.split()).strip(" .,;:：、。–—-*_")
    quoted = _QUOTED.fullmatch(words)
    return (quoted["title"].strip() if quoted else words) or None


def canonical_url(address: str | None) -> str | None:
    """The address without what does not tell two pages apart: scheme, www, port, tracking, fragment, a last slash.

    Null for what is no address with a host.
    """
    if not address:
        return None
    plain = _PLAIN_URL.fullmatch(address)
    if plain:
        return f"https://{plain['host']}{plain['path'].rstrip('/')}"
    try:
        parts: SplitResult = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # "http://[half an IPv6 address"
        return None
    if not host:
        return None
    path, query = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._"), parts.query
    if query:
        query = urlencode(
            [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not _TRACKING.fullmatch(key)]
        )
    return f"https://{host}{path}" + (f"?{query}" if query else "")
