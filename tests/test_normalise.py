"""Normalising texts and reading dates."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstance.articles.normalise import Published, normalise, one_line, published
from claimstance.digests import sha256

ANY_TEXT = st.text(st.characters(codec=None))  # every code point, lone surrogates too
NASTY = st.lists(
    st.sampled_from(
        ["\ufeff", "\ud83d", "\ude00", "\r", "\n", "\x85", "\u2028", "\x00", "\ufffe", "e", "\u0301", " ", "\t", "ﬁ"]
    )
).map("".join)
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff\U0010ffff]"
)


@given(ANY_TEXT | NASTY)
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text)

    again = normalise(once)

    assert again == once


@given(ANY_TEXT | NASTY)
def test_a_normalised_text_has_one_form_and_nothing_that_breaks_offsets(text: str) -> None:
    form = normalise(text)

    promises = {
        "no character that shifts or hides": UNWANTED.search(form) is None,
        "NFC": unicodedata.is_normalized("NFC", form),
        "trimmed": form == form.rstrip() and not re.match(r"[^\S\n]*\n", form),
        "hashable": len(sha256(form)) == 64,
    }

    assert set(promises.values()) == {True}, promises


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_a_control_character_goes_whether_or_not_a_letter_beyond_ascii_is_there(text: str) -> None:
    plain = normalise(f"{text}x")

    beside = normalise(f"{text}\u00e9")

    assert beside[:-1] == plain[:-1]


@given(st.text(st.sampled_from("abc é\n.😀\u200d\u202e\t"), min_size=1))
def test_a_text_in_that_form_stays_as_it_is(text: str) -> None:
    given_text = normalise("x" + text + "x")

    assert given_text == "x" + text + "x"


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("\ufeffA\r\nB\rC\x85D\u2028E\u2029F\x0bG\x0cH", "A\nB\nC\nD\nE\nF\nG\nH"),
        ("e\u0301", "é"),
        ("e\ufeff\u0301", "é"),
        ("\n \n\tindented\n\n", "\tindented"),
        ("half of a \ud83d pair", "half of a \ufffd pair"),
        ("bell\x07 nul\x00 c1\x92 del\x7f", "bell nul c1 del"),
        ("👩\u200d🔬 \u202bעברית\u202c", "👩\u200d🔬 \u202bעברית\u202c"),
        ("m² stays ²", "m² stays ²"),
        (" \n ", ""),
    ],
)
def test_line_breaks_marks_and_control_characters_take_one_form(given_text: str, kept: str) -> None:
    form = normalise(given_text)

    assert form == kept


def test_a_title_is_one_line() -> None:
    line = one_line("  A title\r\n over\ttwo \u2028 lines ")

    assert line == "A title over two lines"


@pytest.mark.parametrize(
    ("raw", "value", "precision"),
    [
        ("2020", "2020", "year"),
        ("2020-05", "2020-05", "month"),
        ("May 2020", "2020-05", "month"),
        ("2020-05-01", "2020-05-01", "day"),
        ("2020/5/1", "2020-05-01", "day"),
        ("20200501", "2020-05-01", "day"),
        ("1 January 2020", "2020-01-01", "day"),
        ("1st of Jan. 2020", "2020-01-01", "day"),
        ("January 1, 2020", "2020-01-01", "day"),
        ("Friday, January 4, 2019", "2019-01-04", "day"),
        ("Sept. 3, 2019", "2019-09-03", "day"),
        ("4.1.2019", "2019-01-04", "day"),
        ("25/12/2020", "2020-12-25", "day"),
        ("12-25-2020", "2020-12-25", "day"),
        ("2020-05-01T12:00:00", "2020-05-01T12:00:00", "time"),
        ("2020-05-01 12:00Z", "2020-05-01T12:00:00Z", "time"),
        ("2020-05-01T01:30:00.5+02:00", "2020-04-30T23:30:00Z", "time"),
        ("Fri, 04 Jan 2019 10:00:00 +0100", "2019-01-04T09:00:00Z", "time"),
        ("Fri, 04 Jan 2019 10:00:00 EST", "2019-01-04T15:00:00Z", "time"),
        ("1000-01-01T00:00:00+02:00", "0999-12-31T22:00:00Z", "time"),
    ],
)
def test_a_date_keeps_the_precision_in_which_it_is_written(raw: str, value: str, precision: str) -> None:
    read = published(raw)

    assert read == Published(value, precision, raw)


@pytest.mark.parametrize(
    "raw",
    [
        *("9-9-2020", "03/04/2020", "3-4-2020", "1/2/20", "31 Feb 2020", "2020-02-30", "2020-13", "13/13/2020"),
        *("Thursday, January 4, 2019", "Thu, 04 Jan 2019 10:00:00 GMT", "Fri, 04 Jan 2019 10:00:00 CET", "30 May"),
        *("٢٠٢٠", "２０２０-05-01", "2020-05-01T25:00", "2020-05-01T12:00:00+99:00", "9999-12-31T23:59:59-10:00"),
        *("yesterday", "", "0000", "1577836800", "2020" * 100),
    ],
)
def test_a_date_that_would_be_a_guess_is_null_and_kept_as_it_was_given(raw: str) -> None:
    read = published(raw)

    assert read == Published(None, "unknown", raw)


@given(st.datetimes(timezones=st.timezones()) | st.dates())
def test_what_was_read_is_read_the_same_again(moment: object) -> None:
    once = published(moment.isoformat() if hasattr(moment, "isoformat") else "")

    again = published(once.value or once.raw)

    assert (again.value, again.precision) == (once.value, once.precision)


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}.{0,12}"))
def test_reading_a_date_never_fails(raw: str) -> None:
    read = published(raw)

    assert (read.value is None) == (read.precision == "unknown") and read.raw == raw
