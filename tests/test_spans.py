"""Span arithmetic: copies, trimming, and what lies in what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.spans import GAP, Span, copy_of, overlaps, piece, trim, within

TEXT = "🌊 Плотина,\nshe said, will hold."

SPAN = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (min(pair), max(pair)))


def test_the_copy_of_one_piece_is_the_slice() -> None:
    pieces = [(2, 10)]

    copy = copy_of(TEXT, pieces)

    assert copy == "Плотина,"


def test_the_copy_of_an_interrupted_span_joins_its_pieces_by_a_gap() -> None:
    pieces = [(2, 9), (21, 30)]

    copy = copy_of(TEXT, pieces)

    assert copy == "Плотина … will hold"


def test_the_copy_of_no_pieces_is_empty() -> None:
    pieces: list[Span] = []

    copy = copy_of(TEXT, pieces)

    assert copy == ""


def test_a_piece_stands_in_a_table_as_start_and_end() -> None:
    span = (2, 9)

    row = piece(span)

    assert row == {"start": 2, "end": 9}


@pytest.mark.parametrize(
    ("span", "trimmed"),
    [((9, 11), (9, 10)), ((10, 15), (11, 14)), ((2, 9), (2, 9)), ((10, 11), (10, 10)), ((3, 3), (3, 3))],
)
def test_trimming_drops_outer_white_space_only(span: Span, trimmed: Span) -> None:
    text = TEXT

    found = trim(text, span)

    assert found == trimmed


@settings(deadline=None)
@given(text=st.text(st.sampled_from(" \n\u00a0ab🌊"), max_size=40), span=SPAN)
def test_trimming_gives_exactly_the_stripped_words(text: str, span: Span) -> None:
    start, end = min(span[0], len(text)), min(span[1], len(text))

    found = trim(text, (start, end))

    assert (text[slice(*found)], start <= found[0] <= found[1] <= end) == (text[start:end].strip(), True)


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [((0, 3), (2, 5), True), ((0, 3), (3, 5), False), ((0, 9), (3, 5), True), ((3, 3), (3, 5), False)],
)
def test_spans_overlap_when_they_share_a_character(one: Span, other: Span, do: bool) -> None:
    both = one, other

    found = overlaps(*both), overlaps(*reversed(both))

    assert found == (do, do)


@settings(deadline=None)
@given(one=SPAN, other=SPAN)
def test_two_filled_spans_overlap_exactly_when_their_characters_meet(one: Span, other: Span) -> None:
    filled = one[0] < one[1] and other[0] < other[1]
    shared = set(range(*one)) & set(range(*other))

    found = overlaps(one, other)

    assert not filled or found == bool(shared)


@settings(deadline=None)
@given(inner=SPAN, outers=st.lists(SPAN, max_size=4))
def test_a_span_is_within_when_one_of_the_others_holds_all_of_it(inner: Span, outers: list[Span]) -> None:
    whole = set(range(*inner))

    found = within(inner, outers)

    assert inner[0] == inner[1] or found == any(whole <= set(range(*outer)) for outer in outers)


def test_nothing_is_within_nothing() -> None:
    outers: list[Span] = []

    found = within((0, 0), outers)

    assert not found


@settings(deadline=None)
@given(text=st.text(), cuts=st.lists(st.integers(0, 50), max_size=6))
def test_a_copy_has_a_gap_less_than_it_has_pieces(text: str, cuts: list[int]) -> None:
    plain = text.replace("…", "")
    edges = sorted(min(cut, len(plain)) for cut in cuts)
    pieces = list(zip(edges[::2], edges[1::2], strict=False))

    copy = copy_of(plain, pieces)

    assert copy.split(GAP) == ([plain[start:end] for start, end in pieces] or [""])
