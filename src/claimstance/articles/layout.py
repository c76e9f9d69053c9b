"""Layout: what in a text is title, body and boilerplate.

1. cut the text into lines with their offsets
2. the first lines: title, byline, dateline
3. every other line: body, or the beginning of a block (source list, read also, share, subscribe)
4. body lines to paragraphs: a line is a paragraph, but hard-wrapped lines are joined

Boilerplate is recognised by words at the beginning of a line, in the languages of the world's larger wire services;
a form that is not here stays body, so nothing is lost. All patterns are anchored: time is linear in the text.
"""

import re
from dataclasses import dataclass

from claimstance.articles.markers import form
from claimstance.spans import Span, trim

TITLE_MAX = 200  # characters; the longest of 295 Wikinews headlines has 133
WRAPPED = range(40, 101)  # characters of a hard-wrapped line; e-mail and wire formats wrap at 60 to 80

_SOURCES = (
    "further sources|sources?|references?|bibliography|works cited|footnotes?|endnotes?|notes?|citations?"
    "|quellen|quellenangaben|literatur|einzelnachweise|источники|источник|примечания|литература|ссылки|джерела"
    "|références|fuentes|referencias|fonti|riferimenti|bronnen|fontes|referências|źródła|kaynaklar|kaynakça|viitteet"
    "|出典|参考文献|参考資料|引用元|情報源|脚注|来源|參考資料|参考资料|参考来源|출처|참고문헌"
    "|المصادر|مصادر|المراجع|مراجع|منابع|מקורות|स्रोत|संदर्भ|แหล่งที่มา|nguồn"
)
_READ_ALSO = (
    "read also|also read|read more|see also|related(?: news| articles| stories)?|more on this(?: story)?"
    "|lesen sie auch|mehr zum thema|читайте также|lire aussi|lea también|leggi anche|lees ook"
    "|関連記事|あわせて読みたい|相关阅读|اقرأ أيضا|اقرأ أيضًا|قراءة أيضا"
)
# Single words also begin sentences ("Newsletter editors said no."), so no such line ends like one.
_NO_SENTENCE = r"(?![^\n]*[.!?…。！？؟]$)"
_SHARE = (
    "share (?:this|on|via)|tweet this|teilen sie|artikel teilen"
    f"|(?:поделиться|partager|compartir|シェアする|この記事をシェア|分享|شارك){_NO_SENTENCE}"
)
_SUBSCRIBE = (
    "subscribe (?:to|now|for)|sign up (?:for|to)|get our newsletter|follow us|jetzt abonnieren|подпишитесь"
    f"|подписывайтесь|(?:support our|newsletter|abonnieren|購読|メールマガジン|订阅|اشترك){_NO_SENTENCE}"
)
_MARK = r"(?:#{1,6}\s*|\*\*|__)?"
_COLON = r"\s*(?:\*\*|__)?\s*[:：]?\s*(?:\*\*|__)?\s*"

SOURCE_HEADING = re.compile(rf"{_MARK}(?:{_SOURCES}){_COLON}$", re.IGNORECASE)
SOURCE_RUN_ON = re.compile(
    rf"{_MARK}(?:{_SOURCES})\s*(?:\*\*|__)?\s*[:：]\s*(?:\*\*|__)?\s*(?=\[\^?\w{{1,30}}\]|［|https?://|\d{{1,3}}[.)]\s|[¹²³])",
    re.IGNORECASE,
)
READ_ALSO = re.compile(rf"{_MARK}(?:{_READ_ALSO})(?:\s*(?:\*\*|__)?\s*[:：]|\s*$)", re.IGNORECASE)
SHARE = re.compile(rf"(?:{_SHARE})", re.IGNORECASE)
SUBSCRIBE = re.compile(rf"{_MARK}(?:{_SUBSCRIBE})", re.IGNORECASE)
HEADING = re.compile(r"#{1,6}\s+\S")
# Whatever begins a block begins like that. Most lines do not, which this tells in a quarter of the time that all take.
_OPENS = re.compile(rf"{_MARK}(?:{_SOURCES}|{_READ_ALSO}|{_SHARE}|{_SUBSCRIBE})|\[\^|#", re.IGNORECASE)
ENTRY = re.compile(
    r"\[\^[\w-]{1,30}\]:?\s*\S|[\[［【]\d{1,3}[\]］】]\s*\S|\d{1,3}[.)]\s+\S|[¹²³⁴-⁹⁰]{1,3}\s*\S|[-*•–]\s+\S|https?://\S"
)
NUMBERED_ENTRY = re.compile(r"\[\^[\w-]{1,30}\]:?\s+\S|[\[［【]\d{1,3}[\]］】]:?\s*\S|https?://\S+\s*$")
DEFINITION = re.compile(r"\[\^[\w-]{1,30}\]:\s")
BULLET = re.compile(r"[-*•–]\s+\S")
BYLINE = re.compile(
    r"(?:by|von|par|por|door|автор|текст)\s*:?\s+[^\W\d_][^.!?\[\]\d]{1,78}$"
    r"|(?:文|取材・文|記者|作者|بقلم|كتب)\s*[:：=＝/／]?\s*[^。.!?\[\]]{1,40}$",
    re.IGNORECASE,
)
DATE_LINE = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:[^\W\d_]{3,9}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\.?\s+[^\W\d_]{3,9}\.?,?\s+\d{4}|\d{4}-\d\d-\d\d)\s*$",
    re.IGNORECASE,
)
DATELINE = re.compile(
    r"(?P<place>[^\W\d_](?:[^\W\d_]|[ .'’-]){2,40}?)(?P<date>, [^—–\n]{1,40}?)?(?P<agency> \([^)\n]{2,40}\))?,?"
    r" ?(?P<dash>[—–-])\s+(?=\S)"
)
_NO_TITLE_END = tuple(".:;,!…。！؛،")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the title, the paragraphs of the body and the boilerplate of one text stand.

    `title` is null where no line of the text is one. `boilerplate` holds (start, end, kind) in order, the title's line
    among them; `paragraphs` are trimmed, in order, and disjoint from the boilerplate.
    """

    title: Span | None
    paragraphs: list[Span]
    boilerplate: list[tuple[int, int, str]]


def layout(text: str, known_title: str | None = None) -> Layout:
    """It will tell title, body and boilerplate of `text` (normalised) apart. `known_title` comes from metadata.

    Every character that is not white space lies in exactly one paragraph or one piece of boilerplate.
    """
    lines = _lines(text)
    boilerplate: list[tuple[int, int, str]] = []
    title, body = _opening(text, lines, known_title, boilerplate)
    body = _blocks(text, body, boilerplate)
    paragraphs = [_without_dateline(text, span, boilerplate) for span in _paragraphs(text, body)]
    return Layout(title, paragraphs, sorted(boilerplate))


def _lines(text: str) -> list[Span]:
    """Each line without its white space; a blank line is an empty span."""
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append(trim(text, (start, start + len(line))) if line else (start, start))
        start += len(line) + 1
    return spans


def _opening(
    text: str, lines: list[Span], known: str | None, boilerplate: list[tuple[int, int, str]]
) -> tuple[Span | None, list[Span]]:
    """Take title, byline and date off the first lines; return the title's span and the lines that remain."""
    title, index = None, 0
    filled = [index for index, (start, end) in enumerate(lines) if start < end]
    for nth, index in enumerate(filled[:5]):
        start, end = line = lines[index]
        words = text[start:end]
        if title is None and nth == 0 and _is_title(words, known, last=nth + 1 == len(filled)):
            title = trim(text, (start + len(words) - len(words.lstrip("# ")), end))
            boilerplate.append((start, end, "title"))
        elif len(filled) > nth + 1 and end - start <= 80 and BYLINE.match(words):
            boilerplate.append((*line, "byline"))
        elif len(filled) > nth + 1 and end - start <= 60 and DATE_LINE.match(words):
            boilerplate.append((*line, "dateline"))
        else:
            return title, lines[index:]
    return title, lines[index + 1 :] if filled else []


def _is_title(words: str, known: str | None, *, last: bool) -> bool:
    if known:
        return words.lstrip("# ") == known.strip()
    if last or len(words) > TITLE_MAX or BULLET.match(words) or ENTRY.match(words):
        return False
    if SOURCE_HEADING.match(words) or SOURCE_RUN_ON.match(words) or DATE_LINE.match(words):
        return False
    return words.startswith("# ") or not (words.endswith(_NO_TITLE_END) or form(words).search(words))


def _blocks(text: str, lines: list[Span], boilerplate: list[tuple[int, int, str]]) -> list[Span]:
    """Move the lines of source lists and the like from `lines` to `boilerplate`; return what is body."""
    body: list[Span] = []
    open_kind, gap = "", False
    for start, end in lines:
        if start == end:
            body.append((start, end))
            gap = True
            continue
        words = text[start:end]
        kind, opens = _kind(words)
        if not kind and open_kind and _continues(words, open_kind, after_gap=gap):
            kind, opens = open_kind, True
        if kind:
            boilerplate.append((start, end, kind))
        else:
            body.append((start, end))
        open_kind, gap = (kind if opens else ""), False
    return _trailing_list(text, body, boilerplate)


def _kind(words: str) -> tuple[str, bool]:
    """The kind of boilerplate that a line is, and whether the lines after it may belong to it."""
    if not _OPENS.match(words):
        return "", False
    if SOURCE_HEADING.match(words) or SOURCE_RUN_ON.match(words):
        return "source_list", True
    if DEFINITION.match(words):
        return "source_list", True
    if READ_ALSO.match(words):
        return "read_also", True
    if len(words) <= 200 and SHARE.match(words):
        return "share", False
    if len(words) <= 200 and SUBSCRIBE.match(words):
        return "subscribe", False
    return ("heading", False) if HEADING.match(words) else ("", False)


def _continues(words: str, kind: str, *, after_gap: bool) -> bool:
    """Whether a line carries on the block above it: entries always do, other lines only without a blank between."""
    if kind == "source_list":
        return not after_gap or ENTRY.match(words) is not None or _dated(words)
    return BULLET.match(words) is not None or (not after_gap and not words.endswith(_NO_TITLE_END))


def _dated(words: str) -> bool:
    """An entry of an author-year list: a year in brackets early on."""
    return re.match(r"[^()\n]{2,120}\((?:1[5-9]|2[0-9])\d\d[a-z]?(?:, [^()\n]{1,20})?\)", words) is not None


def _trailing_list(text: str, body: list[Span], boilerplate: list[tuple[int, int, str]]) -> list[Span]:
    """A list of entries without a heading at the end of the body is a source list too."""
    count = len(body)
    while count and (body[count - 1][0] == body[count - 1][1] or NUMBERED_ENTRY.match(text[slice(*body[count - 1])])):
        count -= 1
    entries = [span for span in body[count:] if span[0] < span[1]]
    if not entries or not any(start < end for start, end in body[:count]):
        return body
    boilerplate.extend((start, end, "source_list") for start, end in entries)
    return body[:count]


def _paragraphs(text: str, lines: list[Span]) -> list[Span]:
    """A line is a paragraph; the lines of a block that was wrapped by hand are one."""
    paragraphs: list[Span] = []
    block: list[Span] = []
    for start, end in [*lines, (len(text), len(text))]:
        adjacent = block and text.count("\n", block[-1][1], start) == 1
        if start < end and (adjacent or not block):
            block.append((start, end))
            continue
        if block:
            paragraphs.extend([(block[0][0], block[-1][1])] if _wrapped(text, block) else block)
        block = [(start, end)] if start < end else []
    return paragraphs


def _wrapped(text: str, block: list[Span]) -> bool:
    inner = block[:-1]
    if not inner or any(end - start not in WRAPPED or BULLET.match(text, start) for start, end in block[:-1]):
        return False
    ended = sum(text[end - 1] in '.!?…。！？"”»' for _, end in inner)
    return ended * 2 < len(inner) + 1 and block[-1][1] - block[-1][0] <= WRAPPED.stop


def _without_dateline(text: str, span: Span, boilerplate: list[tuple[int, int, str]]) -> Span:
    """Cut "BRACKWATER, 2 March (Agency) — " off the front of a paragraph."""
    limit = min(span[1], span[0] + 130)
    head = text[span[0] : limit]
    dashed = "— " in head or "– " in head or "- " in head  # few are; the match is slow
    found = DATELINE.match(text, span[0], limit) if dashed else None
    if not found or found.end() >= span[1] or not _is_dateline(found, text[found.end()]):
        return span
    boilerplate.append((*trim(text, found.span()), "dateline"))
    return found.end(), span[1]


def _is_dateline(found: re.Match[str], then: str) -> bool:
    """Whether a place before a dash is where the news comes from: not so in "NATO — the pact"."""
    if found["place"].isupper():
        return found["agency"] is not None or (
            found["dash"] != "-" and (found["date"] is not None or not then.islower())
        )
    return found["agency"] is not None and found["place"].isalpha() and found["place"].istitle()
