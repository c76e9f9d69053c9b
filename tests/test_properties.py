"""What holds of any text on its way through the article stages: nothing lost, nothing twice, every span right."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from claimstance import schema
from claimstance.articles.normalise import normalise, one_line
from claimstance.articles.read import Raw
from claimstance.digests import sha256
from claimstance.stages import Beside, Stage, run
from claimstance.table import Schemas
from claimstance.verify import spans_hold
from conftest import REPOSITORY

SIZE = 200_000  # characters of a text that repeats itself; a quadratic pattern takes minutes for it
EXAMPLES = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# What the patterns look at, so that random texts meet them.
FRAGMENTS = (
    *("[1]", "[1][2]", "[1, 2]", "[1-3]", "[1 and 2]", "[^a]", "[^a]: ", "¹", "²³", "¹ ² ¹²", "［１］", "【2】"),
    *("(Tarn, 2020)", "Tarn (2020)", "(Tarn, 2020; Veldt & Ko, 2021a)", "Tarn et al. (2020)"),
    *(
        "Sources:",
        "Sources: ",
        "\nSources\n",
        "\nИсточники:\n",
        "\n[1] ",
        "\n[2] Gull (2020): Title. ",
        "\n1. ",
        "\n- ",
    ),
    *("Tarn, A. (2020). Title. Outlet.", "[T](http://a.example)", "http://a.example/x_(y)", "https://", "http://[::1"),
    *("\nRead also:\n", "\nShare this", "\nSubscribe to", "\n# Head", "# ", "By Ada Tarn\n", "ORM, 2 March (Gull) — "),
    *("said ", "Mira Oland said ", "according to ", "told ", "The mayor ", "’s ", "et al.", "&", "2020", "1", "0"),
    *("\n", "\n\n", "\r\n", " ", "\t", "\u2028", "\u00a0", "\u200b", '"', "“", "”", "«", "»", "'", "(", ")", "[", "]"),
    *(". ", "? ", "! ", "。", "…", ",", ";", "–", "—", "-", "**", "#", "a", "A", "e\u0301", "👩‍✈️", "١", "港は", "نص"),
    *("\ud800", "\udfff", "\0", "\x1f", "\ufeff"),
)
TEXTS = st.text(st.characters(codec=None, exclude_categories=())) | st.lists(
    st.sampled_from(FRAGMENTS), max_size=60
).map("".join)
TITLES = st.none() | st.text(max_size=10).map(lambda title: one_line(title) or None)

PLAIN = Raw(
    article_id="a",
    title=None,
    text="",
    text_sha256="",
    url=None,
    publisher=None,
    author=None,
    published="2020",
    published_precision="year",
    published_raw="2020",
    retrieved="2026-02-05",
    language="und",
    licence="CC0-1.0",
    redistributable=True,
    event=None,
    where="a.md",
)

Made = dict[str, Any]


@cache
def schemas() -> Schemas:
    return schema.load(REPOSITORY / "schemas")


@pytest.fixture(scope="session")
def stages(script: Callable[[str], ModuleType]) -> tuple[Stage, ...]:
    found: tuple[Stage, ...] = script("build").STAGES
    return found


def made(stages: tuple[Stage, ...], text: str, title: str | None = None) -> Made:
    """All tables of one article without annotations."""
    raw = replace(PLAIN, title=title, text=text, text_sha256=sha256(text))
    return run(stages, {"raw": [raw], "tasks": [], **Beside().given})


def slices(text: str, spans: list[dict[str, int]]) -> list[str]:
    return [text[span["start"] : span["end"]] for span in spans]


@EXAMPLES
@given(TEXTS, TITLES)
def test_any_text_becomes_tables_that_conform_and_whose_spans_are_their_text(
    stages: tuple[Stage, ...], given_text: str, title: str | None
) -> None:
    text = normalise(given_text)
    assume(text)

    tables = made(stages, text, title)

    spans_hold(schemas(), tables)
    counts = {name: len(one.conform(tables[name])) for name, one in schemas().items() if not one.whole}
    assert counts["articles"] == 1


@EXAMPLES
@given(TEXTS, TITLES)
@example("By Ada\nBy Bo", None)
@example("Sources:", None)
@example("ORM, 2 March (Gull) — ", None)
def test_every_character_is_in_one_paragraph_or_one_piece_of_boilerplate(
    stages: tuple[Stage, ...], given_text: str, title: str | None
) -> None:
    text = normalise(given_text)
    assume(text)

    article = made(stages, text, title)["articles"][0]

    spans = sorted((one["start"], one["end"]) for one in [*article["paragraphs"], *article["boilerplate"]])
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    between = [text[left:right] for left, right in zip(edges[::2], edges[1::2], strict=True)]
    padded = [one for one in slices(text, article["paragraphs"]) if one != one.strip() or not one]
    assert (edges, "".join(between).strip(), padded) == (sorted(edges), "", [])


@EXAMPLES
@given(TEXTS, TITLES)
def test_the_sentences_are_the_paragraphs_and_hold_no_boilerplate(
    stages: tuple[Stage, ...], given_text: str, title: str | None
) -> None:
    text = normalise(given_text)
    assume(text)

    tables = made(stages, text, title)

    paragraphs = slices(text, tables["articles"][0]["paragraphs"])
    said = "".join("".join(slices(text, tables["sentences"])).split())
    assert said == "".join("".join(paragraphs).split())


@EXAMPLES
@given(TEXTS)
def test_a_citation_names_a_source_of_its_article_or_is_dangling(stages: tuple[Stage, ...], given_text: str) -> None:
    text = normalise(given_text)
    assume(text)

    tables = made(stages, text)

    listed = {row["source_id"] for row in tables["references"]}
    wrong = [
        row
        for row in tables["citations"]
        if (row["source_id"] is None) != (row["citation_status"] == "dangling")
        or row["source_id"] not in {None, *listed}
    ]
    assert wrong == []


@EXAMPLES
@given(TEXTS)
def test_normalising_again_changes_nothing_and_leaves_what_utf_8_can_write(given_text: str) -> None:
    text = normalise(given_text)

    again = normalise(text.encode().decode())

    assert again == text


@pytest.mark.parametrize(
    "unit",
    [
        *("[", "(", "[1", "1,", "[1, ", "[^a", "](", "[a](http://a", "¹", "¹ ", "(2020", "(A 2020; ", "A (2020) "),
        *(
            "http://",
            "http://a(",
            "&a=1",
            "Sources:\n",
            "Sources: [1] ",
            "[^1]: ",
            "\n[1] x",
            "- x\n",
            "Read also:\n- a\n",
        ),
        *('"', "“", "«", "'", "’", "said ", 'said, "', "according to A, ", "A, the B of C, said ", "A said B said "),
        *("\n", " \n", "\t", "a", "A ", "a\n", ".", ". ", "…", "Mr. ", "。", "港は", "\u0301", "👩‍✈️", "# ", "By "),
    ],
)
def test_a_text_that_repeats_itself_without_end_is_done_at_once(stages: tuple[Stage, ...], unit: str) -> None:
    again = unit * (SIZE // len(unit))
    text = normalise(
        f"The quay\nIt is open (Tarn, 2020). {again}\nSources:\nTarn, A. (2020). The quay.\n[1] Gull\n{again}x"
    )

    tables = made(stages, text)

    assert tables["articles"][0]["title"] == "The quay"
