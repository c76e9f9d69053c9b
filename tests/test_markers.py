"""Citation markers: every form that newspapers, encyclopaedias and papers write, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstance.articles.markers import author_year, numbered

LISTED = {"1", "2", "3", "4", "12", "a"}
SURNAMES = {"Okonel", "Tarn"}


def told(text: str, listed: set[str] = LISTED) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(text[one.start : one.end], one.form, one.names) for one in numbered(text, listed.__contains__)]


def named(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(text[one.start : one.end], one.names) for one in author_year(text, SURNAMES.__contains__)]


@pytest.mark.parametrize(
    ("written", "form", "names"),
    [
        ("[1]", "single", "1"),
        ("[ 1 ]", "single", "1"),
        ("[01]", "single", "1"),
        ("[149]", "single", "149"),
        ("［1］", "single", "1"),
        ("［１］", "single", "1"),
        ("【2】", "single", "2"),
        ("[١]", "single", "1"),
        ("[1, 2]", "list", "1 2"),
        ("[1,2,4]", "list", "1 2 4"),
        ("[1; 2]", "list", "1 2"),
        ("[1، 2]", "list", "1 2"),
        ("［1、2］", "list", "1 2"),
        ("[1, 3-5]", "list", "1 3 4 5"),
        ("[1, 2 and 4]", "list", "1 2 4"),
        ("[2, 1, 2]", "list", "2 1"),
        ("[1-3]", "range", "1 2 3"),
        ("[1–3]", "range", "1 2 3"),
        ("[1 – 3]", "range", "1 2 3"),
        ("[1 and 2]", "conjunction", "1 2"),
        ("[1 und 2]", "conjunction", "1 2"),
        ("[1 и 2]", "conjunction", "1 2"),
        ("[1 & 2]", "conjunction", "1 2"),
        ("[^a]", "footnote", "a"),
        ("[^note-1]", "footnote", "note-1"),
    ],
)
def test_a_bracket_names_its_sources_in_order(written: str, form: str, names: str) -> None:
    text = f"The quay is open {written}."

    found = told(text)

    assert found == [(written, form, tuple(names.split()))]


def test_brackets_side_by_side_are_a_marker_each() -> None:
    text = "The quay is open [1][2], says Orm [3] [4]."

    found = told(text)

    assert found == [(f"[{number}]", "single", (str(number),)) for number in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("open.¹", "1"),
        ("open¹", "1"),
        ("“open”²", "2"),
        ("open.¹²", "12"),
        ("open.¹³", "1 3"),  # no source has the number 13
        ("open.¹ ²", "1 2"),
        ("open.¹ ² ¹²", "1 2 12"),
        ("open.¹˒²", "1 2"),
        ("open.¹, ²", "1 2"),
        ("open.¹⁻³", "1 2 3"),
        ("open.¹–³", "1 2 3"),
        ("open.⁹", "9"),  # after a stop also where it resolves to nothing
    ],
)
def test_raised_figures_name_what_the_list_has(written: str, names: str) -> None:
    text = f"The quay is {written} Nobody knows."

    found = told(text)

    assert [(form, said) for _, form, said in found] == [("superscript", tuple(names.split()))]


@pytest.mark.parametrize(
    "look_alike",
    [
        *("[sic]", "[Online]", "[x]", "[a]", "[1a]", "[1st]", "[p. 4]", "[note 1]", "[The mayor]", "[…]", "[]", "(1)"),
        *("[0]", "[1987]", "[2020]", "[1-900]", "[3-1]", "[0-2]", "[1.5]", "[1/2]", "[12:30]", "[1,]", "[–]", "[1 2]"),
        *("5 m²", "5 km²", "12 cm³", "10⁶", "10²", "x² + y²", "mc²", "H²O", "open⁹", "¹"),
        *("![1](quay.png)", "![^a](quay.png)"),
    ],
)
def test_what_only_looks_like_a_marker_is_none(look_alike: str) -> None:
    text = f"The quay has {look_alike} in Orm"

    found = told(text)

    assert found == []


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("(Okonel, 2024)", ["Okonel 2024"]),
        ("(Okonel 2024)", ["Okonel 2024"]),
        ("(Okonel, 2024b)", ["Okonel 2024b"]),
        ("(Okonel, 2024, p. 3)", ["Okonel 2024"]),
        ("(Okonel et al., 2024)", ["Okonel 2024"]),
        ("(see also Okonel, 2024)", ["Okonel 2024"]),
        ("(Tarn & Veldt, 2023)", ["Tarn 2023"]),
        ("(Tarn and Veldt, 2023)", ["Tarn 2023"]),
        ("(Okonel, 2024; Tarn & Veldt, 2023)", ["Okonel 2024", "Tarn 2023"]),
        ("(Okonel, 2024; Ilse, 2019)", ["Okonel 2024", "Ilse 2019"]),
        ("Okonel (2024)", ["Okonel 2024"]),
        ("Okonel (2024, pp. 3–5)", ["Okonel 2024"]),
        ("Okonel's (2024)", ["Okonel 2024"]),
        ("Okonel’s (2024)", ["Okonel 2024"]),
        ("Okonel et al. (2024)", ["Okonel 2024"]),
        ("Tarn and Veldt (2023)", ["Tarn 2023"]),
        ("Tarn & Veldt (2023)", ["Tarn 2023"]),
    ],
)
def test_author_and_year_name_an_entry_that_begins_with_the_author(written: str, names: list[str]) -> None:
    text = f"As {written} has it, the quay is open."

    found = named(text)

    assert found == [(written, tuple(names))]


@pytest.mark.parametrize(
    "look_alike",
    ["(Paris, 2015)", "Paris (2015)", "Ilse and Paris (2015)", "(in 2015)", "(Okonel)", "(Okonel, n.d.)", "(2024)"],
)
def test_a_name_with_a_year_is_no_marker_where_no_entry_begins_with_it(look_alike: str) -> None:
    text = f"The quay {look_alike} is open."

    found = named(text)

    assert found == []


@given(st.lists(st.sampled_from([*"a1230[]^,-!( ", "[1]", "[^a]", " and "])).map("".join))
def test_a_letter_beyond_ascii_elsewhere_in_the_text_makes_and_hides_no_marker(text: str) -> None:
    plain = told(text)

    beside = told(f"{text} \u00e9")

    assert beside == plain
