"""What `claimstance new` makes: our own schemas and recipes, and a corpus that builds as soon as an article is in."""

import subprocess
import sys
from pathlib import Path

import pytest

from claimstance import cli, template
from claimstance.errors import UsageError
from conftest import GUIDELINE, REPOSITORY

SHIPPED = Path(template.__file__).parent


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("part", ["schemas", "scripts"])
def test_what_a_new_corpus_gets_is_what_this_one_has(part: str) -> None:
    ours = files(REPOSITORY / part)

    shipped = files(SHIPPED / part)

    assert shipped == ours, "run `make template`"


def test_a_new_corpus_builds_and_has_something_to_send_as_soon_as_an_article_is_in(tmp_path: Path) -> None:
    folder = tmp_path / "Night Ferry"
    template.new(folder)
    (tmp_path / "a.txt").write_text("The ferry runs again\nIt left at noon, the port said.\n", encoding="utf-8")
    people = "annotators:\n  ada: {kind: person}\nbatches: {}\n"
    (folder / "annotations" / "batches.yaml").write_text(people, encoding="utf-8")

    steps = [
        ["scripts/add_articles.py", "--licence", "CC0-1.0", str(tmp_path / "a.txt")],
        ["scripts/build.py"],
        ["scripts/push_tasks.py", "--batch", "first", "--purpose", "main", "--dry-run"],
    ]
    ended = [
        subprocess.run([sys.executable, *step], cwd=folder, capture_output=True, text=True, check=False)
        for step in steps
    ]

    told = [(one.returncode, one.stderr) for one in ended]
    sent = f"first: 1 tasks for ada would go to the project 'night-ferry spans {GUIDELINE}'.\n"
    assert (told, "night-ferry 0.1.0, made in" in ended[1].stdout, ended[2].stdout) == ([(0, "")] * 3, True, sent)


def test_a_new_corpus_is_judged_by_ci_which_needs_nothing_of_this_repository(tmp_path: Path) -> None:
    template.new(tmp_path / "new")
    workflow = tmp_path / "new" / ".github" / "workflows" / "validate.yml"

    checker = Path(sys.prefix, "bin", "actionlint")
    checked = subprocess.run([checker, "-shellcheck=", workflow], capture_output=True, text=True, check=False)

    said = workflow.read_text(encoding="utf-8")
    assert (checked.stdout, [word for word in ("make ", ".venv") if word in said]) == ("", [])


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Halda", encoding="utf-8")

    with pytest.raises(UsageError, match="is there already"):
        template.new(tmp_path)

    assert files(tmp_path) == {"letter.txt": b"Dear Halda"}


def test_the_console_command_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = cli._main(["new", str(tmp_path / "corpus")])

    assert (ended, "README.md says what comes next" in capsys.readouterr().out) == (0, True)
