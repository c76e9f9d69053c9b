import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claimstance.articles.sentences import END, split
from claimstance.spans import copy_of

DIGEST = Path(__file__).parents[2] / "shared" / "data" / "seed" / "voice-calls-digest.txt"
GOLD = Path(__file__).parents[1] / "benchmarks" / "sentences.txt"
# Letters that the rules look at, so that random text meets them.
PIECES = [*"aA1.!?…。！؟।\"'“”«»()[]^¹ \n\t\ud800é月,:—", "Mr.", "U.S.", "[1]", "No. ", "am 3. März"]
TANGLED = st.lists(st.sampled_from(PIECES)).map("".join)
ANY = st.text(st.characters(codec=None, exclude_categories=())) | TANGLED  # surrogates too


def cut(text: str) -> list[str]:
    return [copy_of(text, [span]) for span in split(text, 0, len(text))]


@pytest.mark.parametrize(
    "wanted",
    [
        ["The lock closed in 2020.[1][2]", "The next one is due."],
        ["It stands at the harbour [3].", "The mayor knows."],
        ["They made a claim.¹", "Next came the fog."],
        ["“So she said.”[^2]", "Nobody answered."],
        ["It was never published (Smith, 2020).", "The board paid."],
        ["It was a small thing[1].", "Nobody saw it."],
        ["He left early. [4]", "[The mayor] stayed."],
    ],
)
def test_a_citation_marker_belongs_to_the_sentence_that_it_follows(wanted: list[str]) -> None:
    text = " ".join(wanted)

    found = cut(text)

    assert found == wanted


@pytest.mark.parametrize(
    "whole",
    [
        "Dr. Ilse Marrow met Prof. J. R. Ashdown on St. Brannoc Street at 6 a.m. Sunday.",
        "The U.S. Senate and the U.K. government disagree, e.g. about No. 5.",
        "Prices rose 3.5 % to 1.000 dalers on Oct. 14, i.e. by a third.",
        '"It failed!" she said.',
        "“Stop!” Mira Oland said.",
        "Others blame … the heat.",
        "Yahoo! said that it would stay.",
        "See https://board.example/a.b?c=d.html and gauge.v2.csv for more.",
        "1. Create a fund.",
        "Am 3. März kam Frau Dr. Immenreich, d. h. zu spät.",
        "В 2023 г. переправу у г. Серый Мыс, т. е. дорогу, закрыли.",
        "ชาวบ้านบอกว่าน้ำท่วมสูง ไม่มีใครช่วย",
    ],
)
def test_an_end_mark_inside_a_sentence_does_not_end_it(whole: str) -> None:
    text = whole

    found = cut(text)

    assert found == [whole]


@pytest.mark.parametrize(
    "wanted",
    [
        ["Was it safe?", "No.", "Why?!", "Ask the board…", "They know."],
        ["He moved to the U.S.", "The family stayed.", "It rained."],
        ['She asked, "Who signed?"', '"I did."', "Silence fell."],
        ["أغلق الميناء.", "هل يعود العمل؟", "لا أحد يعرف."],
        ["बाँध बंद हुआ।", "कोई नहीं जानता।"],
    ],
)
def test_each_end_mark_before_white_space_ends_a_sentence(wanted: list[str]) -> None:
    text = " ".join(wanted)

    found = cut(text)

    assert found == wanted


def test_full_width_end_marks_need_no_space_and_a_quoted_one_before_kana_goes_on() -> None:
    wanted = ["港は閉鎖された。[1]", "市長は「まだ分からない。」と述べた。", "なぜか？", "調査は続く！"]

    found = cut("".join(wanted))

    assert found == wanted


def test_a_blank_line_always_ends_a_sentence_and_a_line_break_never_does() -> None:
    text = "The gate that\nfailed was old\n \nand nobody knew\n"

    found = cut(text)

    assert found == ["The gate that\nfailed was old", "and nobody knew"]


def test_only_the_paragraph_that_was_asked_for_is_cut() -> None:
    text = "Before. One here. Two here. After."

    found = split(text, 8, 27)

    assert found == [(8, 17), (18, 27)]


def test_the_gold_sentences_of_the_benchmark_are_found() -> None:
    blocks = GOLD.read_text(encoding="utf-8").strip().split("\n\n")[1:]
    known_miss = "column D."

    missed = [block for block in blocks if cut(block.replace("\n", " ")) != block.split("\n")]

    assert [known_miss in block for block in missed] == [True]


@pytest.mark.skipif(not DIGEST.exists(), reason="the seed article is not beside this repository")
def test_the_eight_paragraphs_of_the_seed_digest_hold_seventeen_sentences() -> None:
    paragraphs = DIGEST.read_text(encoding="utf-8").split("\n")[1:9]

    counts = [len(cut(paragraph)) for paragraph in paragraphs]

    assert counts == [2, 2, 2, 2, 3, 2, 2, 2]


@given(ANY, st.integers(0, 9), st.integers(0, 9))
@example("\ud800. \udfffA. B", 0, 0)
@example(". . .\n\n. ”", 0, 0)
def test_sentences_are_trimmed_in_order_disjoint_and_leave_nothing_out(text: str, before: int, behind: int) -> None:
    start = min(before, len(text))
    end = max(start, len(text) - behind)

    spans = split(text, start, end)

    edges = [start, *(edge for span in spans for edge in span), end]
    assert (
        edges == sorted(edges)
        and all(text[left:right].strip() == text[left:right] != "" for left, right in spans)
        and all(text[left:right].strip() == "" for left, right in zip(edges[::2], edges[1::2], strict=True))
    ), json.dumps([text, spans])


@pytest.mark.parametrize("unit", ["a", "(", ".", ".…", '"', ". ", "a.\t", ". (", "[1", '."', "\n \n", "A. ", '!" Aa '])
def test_no_character_is_tried_twice(unit: str) -> None:
    text = unit * 2000

    tried = [found.span() for found in END.finditer(text)]

    assert all(left[1] <= right[0] for left, right in pairwise(tried)) and len(tried) <= 4000


@given(st.lists(st.sampled_from([*"aA1.!?\"')[] \n-", "Mr.", "U.S.", "[1]", "No. "])).map("".join))
@example("A. B. C")
def test_a_letter_beyond_ascii_elsewhere_in_the_text_moves_no_sentence(text: str) -> None:
    plain = split(text, 0, len(text))

    beside = split(f"{text}\n\n\u00e9", 0, len(text))

    assert beside == plain
