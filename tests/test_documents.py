"""What the pages for people name is there: recipes with their options, rules of make, folders and files."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from conftest import REPOSITORY

TEMPLATE = REPOSITORY / "src" / "claimstance" / "template"
PAGES = sorted(
    [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("*/README.md"), *REPOSITORY.glob("docs/*.md"), *TEMPLATE.rglob("*.md")]
)
EACH = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))

RECIPE = re.compile(r"\bscripts/(\w+)[.]py([^`#\n]*)")
PLACE = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+[.](?:py|md|yaml|xml|csv|txt))?)`")
# Made by commands, or brought by people.
MADE = re.compile(
    r"build/|dist/|report/|data-docs/|[.]venv|[.]label-studio|(corpus/)?(pool/|splits[.]csv|withdrawn[.]csv)"
    r"|annotations/[\w-]+[.]txt|(wikinews|expertqa|seed)/$"
)


@EACH
def test_a_recipe_that_a_page_names_is_there_and_knows_the_options(
    page: Path, script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    named = [(name, re.findall(r"--[a-z-]+", said)) for name, said in RECIPE.findall(page.read_text(encoding="utf-8"))]

    unknown = [
        (name, option)
        for name, given in named
        for known in [options(script(name), capsys)]
        for option in given
        if option not in known
    ]

    assert unknown == []


def options(recipe: ModuleType, capsys: pytest.CaptureFixture[str]) -> set[str]:
    with pytest.raises(SystemExit):
        recipe.main(["--help"])
    return set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


@EACH
def test_what_a_page_asks_of_make_is_a_rule_of_the_makefile(page: Path) -> None:
    rules = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M))

    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.M))

    assert named - rules == set()


@EACH
def test_a_place_that_a_page_names_is_there(page: Path) -> None:
    home = TEMPLATE if TEMPLATE in page.parents else REPOSITORY
    near = [home, page.parent, home / "src" / "claimstance", home / "src" / "claimstance" / "annotation"]

    named = {place for place in PLACE.findall(page.read_text(encoding="utf-8")) if not MADE.match(place)}

    assert {place for place in named if not any((one / place).exists() for one in near)} == set()
