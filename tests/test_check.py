"""The quick part: `scripts/build.py --check` says whether a corpus is sound, and touches nothing."""

import resource
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from claimstance.errors import BadInput
from conftest import REPOSITORY, corpus
from test_build import command, tree

Scripts = Callable[[str], ModuleType]


def test_a_check_of_a_sound_corpus_says_one_line_and_leaves_every_file_as_it_was(mini: Path) -> None:
    before = tree(mini)

    said = command(mini, "--check")

    line = "Mini 0.1.0 is sound: 2 articles, 191 rows. Not in corpus/splits.csv yet: 2; build, and commit it."
    wanted = (0, f"{line} Nothing was written.\n", "")
    assert ((said.returncode, said.stdout, said.stderr), tree(mini) == before) == (wanted, True)


def test_a_check_says_nothing_of_the_ledger_where_it_has_every_article(mini: Path) -> None:
    command(mini)
    before = tree(mini)

    said = command(mini, "--check")

    assert (said.stdout, tree(mini) == before) == (
        "Mini 0.1.0 is sound: 2 articles, 191 rows. Nothing was written.\n",
        True,
    )


def test_a_check_lists_all_that_is_wrong_as_a_build_does(
    mini: Path, script: Scripts, capsys: pytest.CaptureFixture[str]
) -> None:
    article = mini / "corpus" / "articles" / "2026" / "ferry.md"
    article.write_text(article.read_text(encoding="utf-8").replace("licence:", "license:"), encoding="utf-8")
    (mini / "corpus" / "articles" / "stray.md").write_text("no front matter", encoding="utf-8")

    with pytest.raises(BadInput) as built:
        script("build").main(["--corpus", str(mini)])
    with pytest.raises(BadInput) as checked:
        script("build").main(["--corpus", str(mini), "--check"])

    assert (str(checked.value), len(checked.value.errors) > 1, capsys.readouterr().out) == (str(built.value), True, "")


def test_the_quick_part_of_our_corpus_takes_less_than_ten_seconds(tmp_path: Path) -> None:
    ours = corpus(REPOSITORY, tmp_path / "ours")

    before = spent()
    said = command(ours, "--check")

    assert (said.returncode, spent() - before < 10) == (0, True)


def spent() -> float:
    """CPU seconds of commands that have ended, which other work on the machine makes no longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
