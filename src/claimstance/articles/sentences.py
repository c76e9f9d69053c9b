"""Sentences: one paragraph cut where a sentence ends.

1. one compiled expression finds each run of end marks, with the closing quotes, brackets and citation markers after it
2. a cheap look at the next letter and the word before decides whether a sentence ends there

A quote of several sentences is several sentences; a citation marker belongs to the sentence that it follows. The
expression matches whatever follows an end mark, so no character is tried twice: time is linear in the text.
"""

import re
from itertools import pairwise

from claimstance.spans import Span, trim


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


WORD_MAX = 16  # characters looked at before a full stop; the longest abbreviation below has 5

_WIDE = "。！？｡"  # no white space need follow these
_MARKS = rf".!?…؟۔।॥։።{_WIDE}"
_CLOSING = r"\"'”’“‘»«›‹)\]}」』）】》］"
_OPENING = r"\"'“”‘’«»„‚‹›(\[{「『（【《¿¡*_—–-"
# Look-alikes stay outside: "[The mayor] said so" opens a sentence, "[3] The mayor" ends the one before.
_MARKER = (
    r"[\[［【](?:[\d^][^\[\]\n]{0,40}|[a-z]|note \d{1,3}|citation needed)[\]］】]"
    r"|[⁰¹²³⁴-⁹]{1,9}(?:[,˒⁻–-][⁰¹²³⁴-⁹]{1,3})*"
    r"|\([^\W\d_][^()\d\n]{1,60} (?:1[5-9]|20|21)\d\d[a-z]?\)"
)
_BEHIND = (
    rf"(?P<closed>(?:[{_CLOSING}]|[ \u00a0\u202f]»(?=[\s,.]|$))*)(?:[ \u00a0]?(?:{_MARKER}))*"
    rf"(?P<white>\s*)(?:[—–-]\s)?[{_OPENING}]*"
)
# [x][x]* and not [x]+: what begins with one character of a set is found in half the time. Where full stops are the only
# marks, which is quickly seen in ASCII, they are found in half of that.
END, STOP = re.compile(rf"[{_MARKS}][{_MARKS}]*{_BEHIND}"), re.compile(rf"\.\.*{_BEHIND}")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_WORD = re.compile(r"\w{2,15}(?!\w)|\w(?![\w.])")  # no initial
_GOES_ON = frozenset(",;:)]}%.!?…،؛")
# "Stop!" Mira Oland said: the name after the quote opens no sentence.
_SAYS = re.compile(
    r"(?:(?:[^\W\d_][\w.'’-]{0,30}|[A-Z]\.) ){1,4}"
    r"(?:said|says|asks|asked|adds|added|told|wrote|writes|shouted|cried|replied|yelled|warned|sagte|fragte|rief)\b"
)

# Never the end of a sentence.
_BEFORE_A_NAME = _words(
    "Mr Mrs Ms Mx Dr Drs Prof Rev Fr Hon Pres Gov Lt Col Gen Maj Capt Cpt Cmdr Sgt Cpl Adm Brig Sen Sens Rep Reps "
    "Amb Atty Supt Insp Msgr Messrs Mme Mlle Mt Ft vs v cf viz e.g i.e eg ie ca approx aka al ed eds trans "
    "Hr Fr Frl Dipl Ing z.B u.a d.h bzw ggf evtl sog vgl inkl Str "
    "т.е т.к т.н ул пл им проф акад доц напр ср см пос дер обл Sra Dra"
)
# The end, unless a number follows: "No. 5", "Jan. 5".
_BEFORE_A_NUMBER = _words(
    "No Nos Nr Nrn no nos nr p pp Fig Figs fig Art Arts Abs Bd Vol vol Sec sec Ch ch Eq Tab Ex ex Op op est "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Jän Okt Dez стр рис табл ст гл п"
)
# The end where the next word is a usual first word of a sentence; dotted acronyms (U.S.) and initials go with them.
_OPEN = _words("Inc Corp Co Ltd Bros St Ste Ave Blvd Rd Sq Jr Sr Esq Univ Dept Assn Intl г гг в д")
_CLOCK = frozenset(("a.m", "p.m", "A.M", "P.M", "am", "pm"))
_DAY = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Eastern Central Mountain Pacific Greenwich UTC GMT EST EDT CST CDT PST PDT "
    "MST MDT CET CEST BST IST AEST JST"
)
_FIRST = _words(
    "The A An This That These Those He She It They We I You His Her Its Their Our My In On At By For From With "
    "Without After Before During Since Until While When Where As If But And Or So Yet However Meanwhile Although "
    "Though Because Despite According There Here Then Now Today Yesterday Some Many Most Several All Both Neither Not "
    "Nobody Another Other Others What Who Why How Last Earlier Later Also Only Under Over Once Even Such Each Every "
    "More Less Two Three Police Officials Instead Still Nor Among Between Following Der Die Das Den Dem Ein Eine Er "
    "Sie Es Wir Ich Im Am Auf Bei Mit Nach Von Zu Doch Und Aber Seit Für Dann Als Auch В Во На Он Она Они Оно Это Мы "
    "По Но И А Как Также При После С Со К Из До За Для Там Здесь Сейчас"
)
# "am 3. März", "im 19. Jahrhundert": an ordinal, as no German sentence ends after article and number.
_ORDINAL = re.compile(
    r"\b(?:[aA]m|[dD]er|[dD]ie|[dD]as|[dD]en|[dD]em|[dD]es|[iI]m|[vV]om|[zZ]um|[zZ]ur|[bB]eim|[bB]is|[aA]b|[sS]eit|[uU]nd)"
    r" \d{1,3}$"
)
_MONTH_DE = _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")


def split(text: str, start: int, end: int) -> list[Span]:
    """It will give the sentences of the paragraph text[start:end]: trimmed, in order, disjoint, nothing left out."""
    if text.find("\n", start, end) < 0:
        return _sentences(text, start, end)
    breaks = [start, *(edge for found in _BLANK_LINE.finditer(text, start, end) for edge in found.span()), end]
    return [span for left, right in [*pairwise(breaks)][::2] for span in _sentences(text, left, right)]


def _sentences(text: str, start: int, end: int) -> list[Span]:
    """The sentences of a piece without blank lines."""
    start, end = trim(text, (start, end))
    spans: list[Span] = []
    only_stops = text.isascii() and text.find("!", start, end) < 0 and text.find("?", start, end) < 0
    for found in (STOP if only_stops else END).finditer(text, start, end):
        first = found.end()
        if first < end:
            stop, (cut, resume) = found.start(), found.span("white")
            if (cut < resume or text[stop] in _WIDE) and _ends(text, start, found, text[first]):
                spans.append((start, cut))
                start = resume
    if start < end:
        spans.append((start, end))
    return spans


def _ends(text: str, start: int, found: re.Match[str], first: str) -> bool:
    """Whether a sentence that begins at `start` ends with the end mark `found`, when `first` is the next letter."""
    stop = found.start()
    mark, after = text[stop], found.end()
    if first.islower():
        return text[after + 1 : after + 2].isupper()  # iPhone, eBay
    if first in _GOES_ON:
        return False
    if mark == ".":
        return text[stop + 1] == "." or not _abbreviated(text, start, stop, after)
    if found.start("closed") == found.end("closed"):
        return True
    if mark in _WIDE:
        return not "ぁ" <= first <= "ん"  # 「……。」と述べた goes on
    return mark not in "!?…" or not _SAYS.match(text, after)


def _abbreviated(text: str, start: int, stop: int, after: int) -> bool:
    """Whether the full stop at `stop` belongs to its word, given the next word at `after`."""
    words = text[max(start, stop - WORD_MAX) : stop].split()
    word = words[-1].lstrip("\"'“„«([") if words else ""
    if word in _BEFORE_A_NAME:
        return True
    if word in _BEFORE_A_NUMBER:
        return text[after].isdigit()
    if word.isdigit():
        return len(word) <= 3 and _numbered(text, start, stop, after)
    if word in _OPEN:
        return not (_next(text, after) in _FIRST or (len(words) > 1 and word in "гг" and words[-2].isdigit()))
    if word in _CLOCK:
        return text[after - 1] == "(" or _next(text, after) in _DAY  # 8 p.m. (0700 UTC)
    if len(word) == 1 and word.isalpha():
        if stop - 1 == start or (text[after].isalpha() and text[after + 1 : after + 2] == "."):  # A. Create; z. B.
            return True
        return not word.islower() and _next(text, after) not in _FIRST
    return word[-2:-1] == "." and word[0].isupper() and _next(text, after) not in _FIRST


def _numbered(text: str, start: int, stop: int, after: int) -> bool:
    """Whether a number with a full stop is a list item's or a German ordinal."""
    if text[start:stop].isdigit():
        return True
    return _next(text, after) in _MONTH_DE or _ORDINAL.search(text, max(start, stop - 9), stop) is not None


def _next(text: str, after: int) -> str:
    found = _WORD.match(text, after)
    return found[0] if found else ""
