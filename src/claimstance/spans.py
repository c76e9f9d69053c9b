"""Span arithmetic: half-open intervals in Unicode code points of one text.

A span in a table is a list of pieces, because a claim may be interrupted ("The dam, she said, will hold"). Its copy
is the text of the pieces joined by GAP. PolNeAR has several pieces in 15.6 % of its contents.
"""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]

GAP = " … "


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
