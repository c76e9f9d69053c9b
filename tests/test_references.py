"""Source lists: what each entry says, in every form that lists have, and which addresses are one page."""

import pytest

from claimstance.articles.html import from_html
from claimstance.articles.layout import layout
from claimstance.articles.references import Reference, canonical_url, entries

BODY = "The quay in Orm is open again. Nobody knows why."

Parts = tuple[str | None, str | None, str | None, str | None, int | None, str | None]


def listed(text: str) -> list[Reference]:
    blocks = [(start, end) for start, end, kind in layout(text).boilerplate if kind == "source_list"]
    return list(entries(text, blocks))


def told(source_list: str) -> list[Parts]:
    """Marker, author, publisher, title, year and address of each entry below an article."""
    found = listed(f"The quay\n{BODY}\n\n{source_list}")
    return [(one.marker, one.author, one.publisher, one.title, one.year, one.url) for one in found]


GULL: Parts = ("1", None, "Gull", "Open again", 2022, None)
PORT: Parts = ("2", None, "Port of Orm", "Timetable", 2023, "https://port.example/t")
TWO = ("Gull (2022): Open again.", "Port of Orm (2023): Timetable. https://port.example/t")


@pytest.mark.parametrize(
    "source_list",
    [
        f"Sources: [1] {TWO[0]} [2] {TWO[1]}",
        f"**Sources:** [1] {TWO[0]} [2] {TWO[1]}",
        f"Sources\n[1] {TWO[0]}\n[2] {TWO[1]}",
        f"Sources:\n\n[1] {TWO[0]}\n\n[2] {TWO[1]}",
        f"Sources\n1. {TWO[0]}\n2. {TWO[1]}",
        f"Sources\n1) {TWO[0]}\n2) {TWO[1]}",
        f"Sources\n¹ {TWO[0]}\n² {TWO[1]}",
        f"## References\n[^1]: {TWO[0]}\n[^2]: {TWO[1]}",
        f"[^1]: {TWO[0]}\n[^2]: {TWO[1]}",
        f"[1] {TWO[0]}\n[2] {TWO[1]}",
        f"出典\n［1］{TWO[0]}\n【2】{TWO[1]}",
        f"Sources\n[01] {TWO[0]}\n[02] {TWO[1]}",
    ],
)
def test_a_numbered_list_says_the_same_however_it_is_written(source_list: str) -> None:
    found = told(source_list)

    assert found == [GULL, PORT]


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        ("https://gull.example/a", (None, None, None, None, "https://gull.example/a")),
        ("<https://gull.example/a>", (None, None, None, None, "https://gull.example/a")),
        ("https://gull.example/a_(b)/Orm's.", (None, None, None, None, "https://gull.example/a_(b)/Orm's")),
        ("https://gull.example/a (accessed 2 May 2023)", (None, None, None, None, "https://gull.example/a")),
        ("Gull (2022): Open. Retrieved 2 May 2023.", (None, "Gull", "Open", 2022, None)),
        (
            "[Open again](https://gull.example/a_(b)), Gull, 2022",
            (None, None, "Open again", 2022, "https://gull.example/a_(b)"),
        ),
        ("Gull (2022-03-02): Open: again.", (None, "Gull", "Open: again", 2022, None)),
        ("Gull, “Open again”, 3 May 2022", (None, "Gull", "Open again", 2022, None)),
        ('"Open again", Gull, 2022', (None, "Gull", "Open again", 2022, None)),
        ("„Wieder offen“, Möwe, 2022", (None, "Möwe", "Wieder offen", 2022, None)),
        ("Управа: «О мосте», 2023", (None, "Управа", "О мосте", 2023, None)),
        ("「時刻表」、港湾局、2023年", (None, "港湾局", "時刻表", 2023, None)),
        ("港日報（2022）：再開。", (None, "港日報", "再開", 2022, None)),
        ("النورس (2022): المرسى مفتوح.", (None, "النورس", "المرسى مفتوح", 2022, None)),
        (
            "Okonel, P. (2024). The quay at night. Gull Press.",
            ("Okonel, P.", "Gull Press", "The quay at night", 2024, None),
        ),
        (
            "Tarn, A., & Veldt, B. (2023a). Ice. Floe, 3(2), 1–9.",
            ("Tarn, A., & Veldt, B.", "Floe, 3(2), 1–9", "Ice", 2023, None),
        ),
        (
            "Gull. (2022, March 3). Open again. https://gull.example",
            (None, "Gull", "Open again", 2022, "https://gull.example"),
        ),
        ("^ a b Gull (2022): Open again.", (None, "Gull", "Open again", 2022, None)),
        ("↑ “Open again”, Gull, 2022", (None, "Gull", "Open again", 2022, None)),
        ("Harbour Board (2022). Annual report.", (None, "Harbour Board", "Annual report", 2022, None)),
        ("What the harbour master said", (None, None, "What the harbour master said", None, None)),
    ],
)
def test_an_entry_says_who_published_what_when_and_where(entry: str, parts: tuple[object, ...]) -> None:
    source_list = f"Sources\n[7] {entry}"

    found = told(source_list)

    assert found == [("7", *parts)]


def test_a_list_without_numbers_has_an_entry_a_line() -> None:
    source_list = "Sources:\n- https://gull.example/a\nhttps://port.example/b\n• Gull (2022): Open."

    found = told(source_list)

    assert found == [
        (None, None, None, None, None, "https://gull.example/a"),
        (None, None, None, None, None, "https://port.example/b"),
        (None, None, "Gull", "Open", 2022, None),
    ]


def test_a_numbered_entry_that_was_wrapped_is_one_entry() -> None:
    source_list = f"Sources\n[1] Gull (2022): Open\nagain.\n[2] {TWO[1]}\nTern (2021): Ice."

    found = told(source_list)

    assert found == [GULL, PORT, (None, None, "Tern", "Ice", 2021, None)]


def test_the_span_of_an_entry_is_the_entry_without_its_number() -> None:
    text = f"The quay\n{BODY}\nSources: [1] {TWO[0]} [2]  {TWO[1]}"

    found = listed(text)

    assert [text[slice(*one.span)] for one in found] == list(TWO)


def test_the_list_of_a_page_is_read_as_the_list_of_a_text() -> None:
    items = f"<li>{TWO[0]}</li><li>Port of Orm (2023): <a href='https://port.example/t'>Timetable</a></li>"
    page = f"<article><p>{BODY} {BODY} {BODY}<sup>[1]</sup></p><h2>Sources</h2><ol>{items}</ol></article>"

    found = listed(from_html(f"<html><body>{page}</body></html>").text)

    assert [(one.marker, one.publisher, one.title, one.url) for one in found] == [
        ("1", "Gull", "Open again", None),
        ("2", "Port of Orm", "Timetable", "https://port.example/t"),
    ]


@pytest.mark.parametrize(
    "address",
    [
        *("https://gull.example/a?id=3", "http://gull.example/a?id=3", "HTTPS://WWW.Gull.Example/a?id=3"),
        *("https://gull.example/a/?id=3", "https://gull.example:443/a?id=3", "https://gull.example:8443/a?id=3"),
        *(
            "https://gull.example/a?id=3#top",
            "https://gull.example/a?utm_source=x&id=3&fbclid=1",
            "https://o:p@gull.example/a?id=3",
        ),
    ],
)
def test_addresses_of_one_page_are_one(address: str) -> None:
    found = canonical_url(address)

    assert found == "https://gull.example/a?id=3"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://gull.example/a?id=4",
            "https://gull.example/a?id",
            "https://gull.example/a",
            "https://m.gull.example/a?id=3",
        ),
        *("https://gull.example/A?id=3", "https://gull.example/b?id=3", "https://gull.example.orm/a?id=3"),
    ],
)
def test_addresses_of_other_pages_are_others(address: str) -> None:
    found = canonical_url(address)

    assert found not in (None, "https://gull.example/a?id=3")


def test_pages_that_differ_in_a_query_without_a_value_are_two() -> None:
    first, second = canonical_url("https://gull.example/?1234"), canonical_url("https://gull.example/?5678")

    assert first != second


@pytest.mark.parametrize("address", [None, "", "gull.example", "https://", "mailto:gull", "http://[half", "https:///a"])
def test_what_has_no_host_is_no_address(address: str | None) -> None:
    found = canonical_url(address)

    assert found is None
