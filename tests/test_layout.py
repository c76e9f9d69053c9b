"""Layout: what of a text is title, body and boilerplate, in the forms that real pages have."""

import pytest

from claimstance.articles.layout import layout

BODY = "The quay in Orm is open again. Nobody knows why."

Told = tuple[list[str], list[tuple[str, str]]]


def told(text: str, title: str | None = None) -> Told:
    """The paragraphs, and the boilerplate with its kind."""
    found = layout(text, title)
    return [text[slice(*span)] for span in found.paragraphs], [
        (kind, text[start:end]) for start, end, kind in found.boilerplate
    ]


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("The quay is open", None),
        ("Is the quay open?", None),
        ("# The quay is open.", None),
        ("Причал снова открыт", None),
        ("港は開いた", None),
        ("The quay is open.", "The quay is open."),
        ("# The quay", "The quay"),
    ],
)
def test_a_first_line_that_is_the_title_is_no_part_of_the_body(line: str, known: str | None) -> None:
    text = f"{line}\n{BODY}"

    found = told(text, known)

    assert found == ([BODY], [("title", line)])


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("The quay is open.", None),
        ("The quay is open", "Orm opens its quay"),
        ("The quay is open [1]", None),
        ("- The quay", None),
        ("[1] The quay", None),
        (f"The quay {'is long ' * 25}", None),
    ],
)
def test_a_first_line_that_is_no_title_stays_in_the_body(line: str, known: str | None) -> None:
    text = f"{line.strip()}\n{BODY}"

    found = told(text, known)

    assert found == ([line.strip(), BODY], [])


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        *(("byline", line) for line in ("By Ada Tarn", "by Ada Tarn and Bo Veldt", "Von Ada Tarn", "Par Ada Tarn")),
        *(
            ("byline", line)
            for line in ("Por Ada Tarn", "Door Ada Tarn", "Автор: Ада Тарн", "文：山田太郎", "بقلم: آدا")
        ),
        *(("dateline", line) for line in ("Friday, January 4, 2019", "2 March 2026", "2. März 2026", "2026-03-02")),
    ],
)
def test_who_wrote_it_and_when_is_no_part_of_the_body(kind: str, line: str) -> None:
    text = f"The quay\n{line}\n\n{BODY}"

    found = told(text)

    assert found == ([BODY], [("title", "The quay"), (kind, line)])


@pytest.mark.parametrize(
    "place",
    [
        *("ORM, 2 March (Gull) —", "ORM (Gull) -", "ORM —", "MEXICO CITY —", "NEW YORK (Gull) —", "Orm (Gull) -"),
        *("PARIS, le 2 mars (Mouette) –", "КАЛУГА, 2 марта —", "Калуга (Чайка) —"),
    ],
)
def test_the_place_that_the_news_comes_from_is_cut_off_its_paragraph(place: str) -> None:
    text = f"The quay\n\n{place} {BODY}"

    found = told(text)

    assert found == ([BODY], [("title", "The quay"), ("dateline", place)])


@pytest.mark.parametrize(
    "sentence",
    [
        "Москва — столица России.",
        "The quay — a long one — is open.",
        "NATO — the pact — said so.",
        "Ilse Brandt (left) — the mayor — said so.",
        "Orm – a town – is open.",
        "By noon the quay was full of people.",
        "Sources close to the ministry said the quay would close [2].",
        "Sources: officials at the ministry.",
        "Read more about it in the paper, she said.",
        "Share prices fell on Monday. They rose on Tuesday.",
        "Partager le quai est difficile, dit le maire.",
        "Newsletter editors said no.",
        "Support our troops, the mayor said.",
        "شارك الوزير في الافتتاح.",
    ],
)
def test_a_sentence_that_begins_like_boilerplate_stays_in_the_body(sentence: str) -> None:
    text = f"The quay\n\n{BODY}\n\n{sentence}"

    found = told(text)

    assert found == ([BODY, sentence], [("title", "The quay")])


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        *(("read_also", line) for line in ("Read also: The pier", "See also: The pier", "Related: The pier")),
        *(("read_also", line) for line in ("Lesen Sie auch: Der Kai", "Читайте также: Причал", "Lire aussi : Le quai")),
        *(("read_also", line) for line in ("関連記事：港", "اقرأ أيضا: المرسى")),
        *(("share", line) for line in ("Share this article", "Поделиться", "Partager", "シェアする", "شارك")),
        *(
            ("subscribe", line)
            for line in ("Subscribe to our newsletter.", "Sign up for more", "Follow us on all channels")
        ),
        *(("subscribe", line) for line in ("Подпишитесь на рассылку", "Jetzt abonnieren", "購読", "اشترك")),
        ("heading", "## Why it was closed"),
        ("source_list", "[^a]: Tern, 2022."),
    ],
)
def test_what_leads_elsewhere_is_no_part_of_the_body(kind: str, line: str) -> None:
    text = f"The quay\n\n{BODY}\n\n{line}\n\n{BODY}"

    found = told(text)

    assert found == ([BODY, BODY], [("title", "The quay"), (kind, line)])


def test_a_list_of_what_to_read_next_ends_where_the_body_goes_on() -> None:
    text = f"The quay\n{BODY}\nRead also:\n- The pier\n- The dock\n\n{BODY}"

    found = told(text)

    lines = ["Read also:", "- The pier", "- The dock"]
    assert found == ([BODY, BODY], [("title", "The quay"), *(("read_also", line) for line in lines)])


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Sources",
            "Sources:",
            "## References",
            "**Sources:**",
            "Notes",
            "Works cited",
            "Quellen:",
            "Einzelnachweise",
        ),
        *(
            "Источники",
            "Примечания:",
            "Références",
            "Fuentes",
            "Fonti",
            "Źródła",
            "出典",
            "参考文献",
            "参考资料",
            "출처",
        ),
        *("المصادر:", "מקורות", "संदर्भ"),
    ],
)
def test_the_heading_of_a_source_list_opens_it_in_every_language(heading: str) -> None:
    text = f"The quay\n{BODY}\n\n{heading}\n\n1. Gull (2022): Open.\n\nTern (2023, May 2): Ice.\n\n{BODY}"

    found = told(text)

    lines = [heading, "1. Gull (2022): Open.", "Tern (2023, May 2): Ice."]
    assert found == ([BODY, BODY], [("title", "The quay"), *(("source_list", line) for line in lines)])


def test_entries_without_a_heading_at_the_end_are_a_source_list() -> None:
    text = f"The quay\n{BODY}\n\n[1] Gull (2022): Open.\n[^a]: Tern.\nhttps://tern.example/ice"

    found = told(text)

    lines = ["[1] Gull (2022): Open.", "[^a]: Tern.", "https://tern.example/ice"]
    assert found == ([BODY], [("title", "The quay"), *(("source_list", line) for line in lines)])


def test_lines_that_were_wrapped_by_hand_are_one_paragraph_and_others_are_one_each() -> None:
    wrapped = (
        "The quay in Orm is open again after a year\nof repairs that nobody had asked for, as it\n"
        "seems, says the harbour master, who knows."
    )
    lines = ["The quay is open.", "Nobody knows why.", "The mayor is silent."]
    text = "\n".join(["The quay", "", wrapped, "", *lines])

    found = told(text)

    assert found == ([wrapped, *lines], [("title", "The quay")])


def test_a_text_of_one_line_is_a_body_without_a_title() -> None:
    text = "The quay is open"

    found = told(text)

    assert found == (["The quay is open"], [])
