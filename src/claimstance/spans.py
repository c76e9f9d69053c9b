"""Span arithmetic: half-open intervals in Unicode code points of one text.

A span in a table is a list of pieces, because a claim may be interrupted ("The dam, she said, will hold"). Its copy
is the text of the pieces joined by GAP. PolNeAR has several pieces in 15.6 % of its contents.
"""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]

GAP = " … "
CONTEXT_CHARS = 500  # how far a context reaches to show where the text names the source


def piece(span: Span) -> dict[str, int]:
    """One piece as it stands in a table: {"start": int, "end": int}."""
    return {"start": span[0], "end": span[1]}


def copy_of(text: str, pieces: Iterable[Span]) -> str:
    """The text that `pieces` select, joined by GAP. Equal to the slice where there is one piece."""
    return GAP.join(text[start:end] for start, end in pieces)


def trim(text: str, span: Span) -> Span:
    """`span` without outer white space; an all-white span shrinks to an empty one at its start."""
    start, end = span
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def overlaps(one: Span, other: Span) -> bool:
    """Whether the two share at least one code point."""
    return one[0] < other[1] and other[0] < one[1]


def within(inner: Span, outers: Sequence[Span]) -> bool:
    """Whether `inner` lies wholly in one of `outers`."""
    return any(start <= inner[0] and inner[1] <= end for start, end in outers)


def around(homes: Sequence[Span], named: Sequence[Span], lines: Iterable[Span]) -> Span:
    """From the first of `homes`, the sentences of a claim, to the last, and on to the nearest of `lines` that holds one
    of `named`, if that is no more than CONTEXT_CHARS: what a judge is shown of the article.
    """
    start, end = homes[0][0], homes[-1][1]
    there = [line for line in lines if any(overlaps(line, one) for one in named)]
    wider = [(min(start, line[0]), max(end, line[1])) for line in there]
    found = min(wider, key=lambda span: (span[1] - span[0], span), default=(start, end))
    return found if found[1] - found[0] <= CONTEXT_CHARS else (start, end)
