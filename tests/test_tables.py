"""The tables of one article: markers resolved, duplicates and dates flagged, and what the audit counts."""

from typing import Any

import pytest

from claimstance.annotation.sources import sources
from claimstance.articles.audit import Audit
from claimstance.articles.normalise import normalise
from claimstance.articles.read import Raw
from claimstance.articles.tables import articles, citations, markers, mentions, references, sentences
from claimstance.digests import sha256
from claimstance.stages import run

Made = dict[str, Any]


def made(
    text: str, published: str | None = "2025", retrieved: str | None = "2026-02-05", title: str | None = None
) -> Made:
    """The tables of an article called a."""
    text = normalise(text)
    raw = Raw(
        article_id="a",
        title=title,
        text=text,
        text_sha256=sha256(text),
        url=None,
        publisher=None,
        author=None,
        published=published,
        published_precision="year" if published else "unknown",
        published_raw=published,
        retrieved=retrieved,
        language="en",
        licence="CC0-1.0",
        redistributable=True,
        event=None,
        where="a.md",
    )
    stages = (articles, references, markers, sentences, citations, mentions)
    tables = run(stages, {"raw": [raw], "tasks": [], "marks": [], "evidence": {}})
    return run([sources], tables)


def resolved(tables: Made) -> list[tuple[str, str, str | None, str]]:
    """Each citation: the marker as written, what it names, the source that is, and its status."""
    return [
        (row["marker_text"], row["marker"], row["source_id"], row["citation_status"]) for row in tables["citations"]
    ]


def test_a_marker_becomes_a_citation_for_each_source_that_it_names() -> None:
    text = "The quay\nIt is open [1, 2]. It is dear [1-3].\nSources:\n[1] Gull: A.\n[2] Tern: B.\n[2] Tern: C."

    found = resolved(made(text))

    assert found == [
        ("[1, 2]", "1", "a.r001", "ok"),
        ("[1, 2]", "2", "a.r002", "ok"),
        ("[1-3]", "1", "a.r001", "ok"),
        ("[1-3]", "2", "a.r002", "ok"),
        ("[1-3]", "3", None, "dangling"),
    ]


@pytest.mark.parametrize(
    ("body", "source_list", "wanted"),
    [
        ("It is open.¹²", "[1] Gull: A.\n[2] Tern: B.", [("¹²", "1", "a.r001", "ok"), ("¹²", "2", "a.r002", "ok")]),
        ("It has 5 m² [1].", "[1] Gull: A.\n[2] Tern: B.", [("[1]", "1", "a.r001", "ok")]),
        ("It is open.[^b]", "[^a]: Gull: A.\n[^b]: Tern: B.", [("[^b]", "b", "a.r002", "ok")]),
        ("It is open [2].", "https://gull.example/a\nhttps://tern.example/b", [("[2]", "2", "a.r002", "ok")]),
        (
            "It is open (Tarn, 2023).",
            "Okonel, P. (2020). A.\nTarn, B. (2023). C.",
            [("(Tarn, 2023)", "Tarn 2023", "a.r002", "ok")],
        ),
        (
            "Tarn (2023b) says so.",
            "Tarn, B. (2023a). A.\nTarn, B. (2023b). C.",
            [("Tarn (2023b)", "Tarn 2023b", "a.r002", "ok")],
        ),
        ("In Paris (2015) it was.", "Okonel, P. (2020). A.", []),
        ("It is open (Tarn, 2023).", "[1] Gull: A.", []),
    ],
)
def test_a_marker_finds_its_source_by_number_key_or_place(
    body: str, source_list: str, wanted: list[tuple[str, str, str, str]]
) -> None:
    text = f"The quay\n{body} Nobody knows why.\nReferences:\n{source_list}"

    found = resolved(made(text))

    assert found == wanted


def test_an_entry_with_the_number_address_or_title_of_an_earlier_one_is_a_duplicate() -> None:
    source_list = (
        "[1] Gull (2020): Open again. https://gull.example/a?utm_source=x",
        "[2] Port of Orm (2024): Timetable.",
        "[2] Port of Orm (2023): Fares.",
        "[3] Tern (2020): Ice. http://www.gull.example/a/",
        "[4] Herald (2025): open  AGAIN.",
        "[5] Herald (2025): Closed.",
        "[6] Tern (2021): Floes. https://gull.example/a#floes",
    )

    found = made("\n".join(["The quay\nIt is open [4].\nSources:", *source_list]))

    told = [(row["source_id"], row["duplicate_of"]) for row in found["references"]], resolved(found)
    assert told == (
        [
            ("a.r001", None),
            ("a.r002", None),
            ("a.r002x", "a.r002"),
            ("a.r003", "a.r001"),
            ("a.r004", "a.r001"),
            ("a.r005", None),
            ("a.r006", "a.r001"),
        ],
        [("[4]", "4", "a.r004", "duplicate_reference")],
    )


@pytest.mark.parametrize(
    ("year", "published", "retrieved", "flag"),
    [
        ("(2024)", "2025", "2026-02-05", "ok"),
        ("(2025)", "2025-03", "2026-02-05", "ok"),
        ("(2026)", "2025-12-31", "2026-02-05", "after_article"),
        ("(2026)", "2025", None, "after_article"),
        ("(2027)", "2025", "2026-02-05", "future"),
        ("(2026)", None, "2026-02-05", "ok"),
        ("(2027)", None, "2026-02-05", "future"),
        ("(2025)", None, None, "unknown"),
        ("", "2025", "2026-02-05", "unknown"),
    ],
)
def test_the_articles_own_dates_judge_the_year_of_a_source(
    year: str, published: str | None, retrieved: str | None, flag: str
) -> None:
    text = f"The quay\nIt is open [1].\nSources:\n[1] Gull {year}: Open again."

    found = made(text, published, retrieved)

    assert [row["date_flag"] for row in found["references"]] == [flag]


def test_the_title_of_the_metadata_counts_also_where_the_text_does_not_repeat_it() -> None:
    text = "The quay in Orm is open again.\nNobody knows why."

    found = made(text, title="Orm opens its quay")["articles"][0]

    assert (found["title"], found["boilerplate"], len(found["paragraphs"])) == ("Orm opens its quay", [], 2)


@pytest.mark.parametrize(
    ("sentence", "asserts"),
    [
        ("The quay is open again [1].", True),
        ("Is the quay open again?", False),
        ("هل المرسى مفتوح الآن؟", False),
        ("Nobody knows (so far).", False),
        ("It did.", False),
        ("港は月曜日に再び開いた。", True),
        ("なぜか。", False),
    ],
)
def test_a_sentence_asserts_where_it_is_long_enough_and_no_question(sentence: str, asserts: bool) -> None:
    text = f"The quay\n\n{sentence}"

    found = made(text)

    assert [(row["text"], row["verification_worthy"]) for row in found["sentences"]] == [(sentence, asserts)]


def test_the_audit_counts_each_finding_with_its_place() -> None:
    text = (
        "The quay\nThe quay is open again [1]. It is dear, says the mayor [2, 7]. Nobody in Orm knows why it closed.\n"
        "Sources:\n[1] Gull (2027): Open again.\n[2] Tern (2026): Ice.\n[3] Herald (2025): open again."
    )
    found = made(text)
    audit = Audit()

    audit.add(found["sentences"], found["citations"], found["sources"])

    assert (audit.markers, audit.listed, audit.sentences, audit.counts, audit.examples) == (
        3,
        3,
        3,
        {"dangling": 1, "uncited": 1, "duplicate": 1, "after_article": 1, "future": 1, "unsourced": 1},
        {
            "dangling": [f"a.m{text.index('[2, 7]'):06d}-2 [2, 7]"],
            "uncited": ["a.r003 Herald (2025): open again."],
            "duplicate": ["a.r003 Herald (2025): open again. (of a.r001)"],
            "after_article": ["a.r002 Tern (2026): Ice."],
            "future": ["a.r001 Gull (2027): Open again."],
            "unsourced": [f"a.s{text.index('Nobody'):06d} Nobody in Orm knows why it closed."],
        },
    )


def test_the_audit_keeps_the_same_examples_in_whatever_order_shards_come() -> None:
    text = "The quay\nThe quay is open again [7] [8] [9] [10].\nSources:\n[1] Gull (2022): Open again."
    found = made(text)
    parts = [[row] for row in found["citations"]]
    audits = [Audit(), Audit()]

    for audit, order in zip(audits, (parts, parts[::-1]), strict=True):
        for part in order:
            audit.add(found["sentences"], part, found["sources"])

    assert (audits[0], len(audits[0].examples["dangling"]), audits[0].counts["dangling"]) == (audits[1], 3, 4)


def test_an_article_that_cites_nothing_is_not_blamed_for_its_sentences() -> None:
    found = made("The quay\nThe quay in Orm is open again. Nobody in Orm knows why.")
    audit = Audit()

    audit.add(found["sentences"], found["citations"], found["sources"])

    assert set(audit.counts.values()) == {0}
