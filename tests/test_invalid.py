"""Every way in which input can be bad has a smallest corpus in tests/invalid/, and exactly one error, told in full."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import gating
from claimstance.errors import ClaimstanceError
from conftest import REPOSITORY, corpus, files, sign
from gating import INVALID

Scripts = Callable[[str], ModuleType]

CHECKS = sorted(path.name for path in INVALID.iterdir() if path.is_dir() and path.name not in gating.CHECKS)


def laid_over(folder: Path, check: str) -> Path:
    """The smallest corpus with what `check` has in its place, signed as a pull would sign it."""
    root = corpus(REPOSITORY / "tests" / "mini", folder / "corpus")
    own = INVALID / check
    for part in ("corpus", "annotations", "schemas", "input"):
        if (own / part).is_dir():
            shutil.copytree(own / part, root / part, dirs_exist_ok=True)
    for name in (own / "without.txt").read_text().split() if (own / "without.txt").exists() else ():
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if (root / "annotations").is_dir():
        sign(root / "annotations")
    for sums in own.rglob("SHA256SUMS"):
        shutil.copy(sums, root / sums.relative_to(own))
    return root


def told(root: Path, check: str, script: Scripts, capsys: pytest.CaptureFixture[str]) -> str:
    """What the recipe says of the corpus: `add_articles` where there is something to add, else `build`."""
    said = INVALID / check / "arguments.txt"
    try:
        if (root / "input").is_dir():
            more = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
            script("add_articles").main(["--corpus", str(root), *more, str(root / "input")])
        else:
            script("build").main(["--corpus", str(root)])
    except ClaimstanceError as error:
        return f"{error}\n".replace(str(root), "{root}")
    return capsys.readouterr().err.replace(str(root), "{root}")


@pytest.mark.parametrize("check", CHECKS)
def test_bad_input_is_refused_with_its_one_error_and_nothing_is_written(
    tmp_path: Path, script: Scripts, capsys: pytest.CaptureFixture[str], check: str
) -> None:
    root = laid_over(tmp_path, check)
    before = files(root)

    message = told(root, check, script, capsys)

    expected = (INVALID / check / "expected.txt").read_text(encoding="utf-8")
    written = {path for path, content in files(root).items() if before.get(path) != content}
    assert (message, written - {"rejects.jsonl"}) == (expected, set())


def test_without_the_defect_the_same_corpus_builds(
    tmp_path: Path, script: Scripts, capsys: pytest.CaptureFixture[str]
) -> None:
    root = corpus(REPOSITORY / "tests" / "mini", tmp_path)

    code = script("build").main(["--corpus", str(root)])

    assert (code, capsys.readouterr().err) == (0, "")


def test_the_table_in_the_readme_names_every_check_and_no_other() -> None:
    corpora, _, _ = (INVALID / "README.md").read_text(encoding="utf-8").partition("\n## Builds")

    named = re.findall(r"^\| `([a-z0-9.-]+)` \|", corpora, re.MULTILINE)

    assert named == CHECKS


def test_no_error_shows_an_e_mail_address_or_more_than_one_place() -> None:
    expected = {check: (INVALID / check / "expected.txt").read_text(encoding="utf-8") for check in CHECKS}

    wrong = [check for check, said in expected.items() if "@" in said or said.count("\n") != 1]

    assert wrong == []
