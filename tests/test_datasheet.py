"""What a datasheet has to answer, and what waits to be filled in."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from claimstance.datasheet import QUESTIONS, answers, faults, placeholders, sections
from claimstance.gate.facts.answered import answered
from claimstance.gate.folder import Folder
from claimstance.schema import load
from conftest import REPOSITORY, Good, copied

WHOLE = (REPOSITORY / "tests" / "whole" / "DATASHEET.md").read_text(encoding="utf-8")
TEMPLATE = (REPOSITORY / "src" / "claimstance" / "template" / "DATASHEET.md").read_text(encoding="utf-8")
PURPOSE = "**Purpose.** To see whether the checks find what is wrong, and nothing else.\n"


def test_the_datasheet_of_a_new_corpus_asks_every_question_in_order() -> None:
    asked = {
        heading: {name: said.strip("<>") for name, said in answers(text).items()}
        for heading, text in sections(TEMPLATE)
    }

    assert (asked, list(asked), [list(own) for own in asked.values()]) == (
        QUESTIONS,
        list(QUESTIONS),
        [list(own) for own in QUESTIONS.values()],
    )


def test_the_datasheet_of_a_new_corpus_is_none_until_every_question_is_answered() -> None:
    told = [kind for _, kind, _ in faults(TEMPLATE)]

    assert told == ["placeholder"] * sum(map(len, QUESTIONS.values()))


def test_a_page_that_answers_all_is_a_datasheet() -> None:
    assert list(faults(WHOLE)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (PURPOSE, "", ("Motivation/Purpose", "missing", "no paragraph begins with **Purpose.**")),
        (PURPOSE, "**Purpose.**\n", ("Motivation/Purpose", "empty", "nothing is said")),
        (PURPOSE, "**Purpose.** <!-- to be said -->—\n", ("Motivation/Purpose", "empty", "nothing is said")),
        (PURPOSE, f"Some words. {PURPOSE}", ("Motivation/Purpose", "missing", "no paragraph begins with **Purpose.**")),
        ("## Uses\n", "## Use\n", ("Uses", "missing", "there is no such section")),
        ("## Uses\n", "## Uses\n\nNone.\n\n## Uses\n", ("Uses", "missing", "is there twice")),
    ],
)
def test_a_question_without_an_answer_is_told(old: str, new: str, told: tuple[str, str, str]) -> None:
    assert old in WHOLE

    assert list(faults(WHOLE.replace(old, new))) == [told]


def test_sections_in_another_order_are_told() -> None:
    opening, motivation, composition, *rest = re.split(r"(?=^## )", WHOLE, flags=re.MULTILINE)

    told = [(place, kind) for place, kind, _ in faults("".join([opening, composition, motivation, *rest]))]

    assert told == [("", "order")]


@pytest.mark.parametrize(
    "waiting",
    [
        *("TODO", "By whom: TBD.", "FIXME later", "XXX", "Lorem ipsum dolor", "____", "[your name]", "[insert figure]"),
        *("<name of the funder>", "<who\npaid>", "<…>", "…", "- ...", "<FUNDER>"),
    ],
)
def test_what_waits_to_be_filled_in_is_told_and_not_repeated(waiting: str) -> None:
    assert list(placeholders(f"One line.\n{waiting}\n")) == [("line 2", "placeholder", "waits to be filled in")]


@pytest.mark.parametrize(
    "said",
    [
        *("to do", "`<article_id>.r001`", "<https://valley.example>", "<br>", "a <sub>b</sub>", "1 < 2 and 3 > 2"),
        *("cut … here", "<!--= SELECT 1 <> 2 -->true<!--/-->", "<!-- TODO -->", "[1]", "Xxx", "<details>\n<summary>"),
    ],
)
def test_what_only_looks_so_is_left_alone(said: str) -> None:
    assert list(placeholders(said)) == []


@pytest.mark.parametrize("part", ["<!--", "<a ", "**", "\n\n**", "…", "[your ", "## ", "`", "<a\n", " \n", "_"])
def test_a_page_that_means_harm_takes_no_time(part: str) -> None:
    begun = time.process_time()

    list(faults(part * 200_000))

    assert time.process_time() - begun < 5


def test_the_card_is_looked_at_up_to_its_figures(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    card = own.folder / "README.md"
    card.write_text(card.read_text(encoding="utf-8").replace("Invented, for", "<say for what>", 1), encoding="utf-8")

    found = answered(Folder(own.folder, load(own.corpus / "schemas").of_build, own.corpus)).to_pylist()

    told = [(re.sub(r"[0-9]+", "N", one["place"]), one["kind"]) for one in found if one["kind"]]
    assert (told, len(found)) == ([("README.md line N", "placeholder")], 53)


def test_without_a_datasheet_that_is_told(good: Good, tmp_path: Path) -> None:
    own = Folder(copied(good, tmp_path).folder, load(REPOSITORY / "schemas").of_build)

    found = [tuple(one.values()) for one in answered(replace(own, corpus=None)).to_pylist() if one["kind"]]

    assert found == [("DATASHEET.md", "missing", "is not there")]
