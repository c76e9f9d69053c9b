"""A corpus becomes a release whole or not at all, and the same again."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import failing
from build import STAGES
from claimstance import build as way
from claimstance import releasing, validate
from claimstance.crew import cores
from claimstance.errors import ClaimstanceError
from claimstance.manifest import Manifest, understood
from claimstance.release.publishing.sealed import sealed
from claimstance.splits import groups
from conftest import REPOSITORY, Good, copied, files
from test_workers import calls, hidden

RECIPE = REPOSITORY / "scripts" / "release.py"
DOCUMENTS = {"DATASHEET.md", "MANIFEST.json", "README.md", "report/index.html", "report/validation.json"}
MILL = """The mill at the ford grinds again
After three years of work the mill at the ford turns once more [1]. Its wheel has forty paddles of oak [2].
Sources:
[1] Mill Friends (2026): The wheel turns. https://friends.example/wheel
[2] Saw Yard (2025): Oak for a wheel. https://yard.example/oak
"""


def made(root: Path, version: str) -> str:
    """What is said of a release, or why there is none; the paths are those below the corpus."""
    numbered(root, version)
    try:
        said = releasing.told(releasing.release(root, version, STAGES))
    except ClaimstanceError as error:
        said = str(error)
    return said.replace(f"{root}/", "")


def numbered(root: Path, version: str) -> None:
    """Let dataset.yaml make this version."""
    path = root / "corpus" / "dataset.yaml"
    lines = [f"version: {version}" if one.startswith("version:") else one for one in path.read_text().splitlines()]
    path.write_text("\n".join(lines) + "\n")


def edited(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def first(good: Good, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The good corpus, with its release 1.0.0."""
    root = copied(good, tmp_path_factory.mktemp("released")).corpus
    shutil.rmtree(root / "build")
    made(root, "1.0.0")
    return root


@pytest.fixture
def root(first: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(first, tmp_path / "whole")


def test_a_release_is_what_its_manifest_lists_and_passed_and_is_recorded(root: Path) -> None:
    folder = root / "dist" / "1.0.0"

    release = sealed(folder)

    there = set(files(folder))
    assert (set(release.files) == there, DOCUMENTS - there, release.tag, sorted(files(root / "releases"))) == (
        True,
        set(),
        "v1.0.0",
        ["1.0.0.json", "1.0.0.md"],
    )
    assert (root / "releases" / "1.0.0.json").read_bytes() == (folder / "MANIFEST.json").read_bytes()


def test_a_manifest_says_of_what_and_by_what_a_release_was_made(root: Path) -> None:
    said = understood((root / "releases" / "1.0.0.json").read_bytes())

    assert isinstance(said, Manifest)
    inputs = {f"{name}/{path}" for name in ("corpus", "annotations", "schemas") for path in files(root / name)}
    assert (set(said.inputs), set(said.versions), said.versions["near-duplicates"]) == (
        inputs | {"DATASHEET.md"},
        {*releasing.TOOLS, "near-duplicates", "unicode"},
        groups.VERSION,
    )


def test_a_release_is_made_of_the_shards_that_the_build_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stages = (failing.articles, *STAGES[1:])
    monkeypatch.setattr(releasing, "build", partial(way.build, shard=1))
    way.build(root, root / "build", stages, shard=1, workers=cores(), keep=True)
    seen = calls(root)
    (root / "dist" / "1.0.0").rename(root / "before")

    made = releasing.release(root, "1.0.0", stages)

    assert (len(seen), (root / "calls").exists(), made.again, hidden(root)) == (4, False, True, [".build.partial"])


def test_a_release_with_a_new_article_makes_that_alone_where_the_build_kept_its_shards(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages, compared = (failing.articles, *STAGES[1:]), failing.indexed(monkeypatch)
    monkeypatch.setattr(releasing, "build", partial(way.build, shard=1))
    again = partial(way.build, root, root / "build", stages, shard=1, workers=cores(), keep=True)
    again()
    calls(root)
    well = (root / "corpus" / "articles" / "2026" / "well.md").read_text(encoding="utf-8")
    head = well.rpartition("---\n")[0].replace("well", "mill")
    (root / "corpus" / "articles" / "2026" / "mill.md").write_text(f"{head}---\n{MILL}", encoding="utf-8")
    numbered(root, "1.1.0")

    again()
    releasing.release(root, "1.1.0", stages)

    assert (calls(root), compared) == (["mill"], [0, 4, 5])


@pytest.mark.parametrize("core", [0, 1])
def test_a_recorded_version_is_made_again_to_the_same_bytes_on_one_core_and_on_another_day(
    root: Path, tmp_path: Path, core: int
) -> None:
    before = files(root / "dist")
    elsewhere = shutil.copytree(root, tmp_path / "another place" / "whole", ignore=shutil.ignore_patterns("dist"))
    compiled = elsewhere / "scripts" / "__pycache__" / "build.cpython-311.pyc"  # where recipes were run before
    compiled.parent.mkdir(parents=True, exist_ok=True)
    compiled.write_bytes(b"bytecode")
    own = {**os.environ, "PYTHONHASHSEED": str(core + 1), "PYTHONPATH": str(REPOSITORY / "src"), "TZ": "Asia/Tokyo"}

    ran = subprocess.run(
        [sys.executable, str(RECIPE), "1.0.0"],
        cwd=elsewhere,
        env=own,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )

    assert (ran.returncode, ran.stderr, files(elsewhere / "dist") == before) == (0, "", True)
    assert ran.stdout.endswith("Made dist/1.0.0, the same bytes as recorded.\n")


def test_a_number_smaller_than_what_changed_demands_is_refused_with_the_rows(root: Path) -> None:
    edited(root, "corpus/articles/2026/well.md", "author: Mila Harrow", "author: Mila Marrow")
    numbered(root, "1.1.0")
    before = files(root)

    said = made(root, "1.1.0")

    assert (said, files(root) == before) == (
        "1.1.0: too small a number after 1.0.0: what follows demands 2.0.0. Say so, or leave as it was:\n"
        "  articles: 1 row edited (well)",
        True,
    )


def test_the_number_that_is_demanded_is_taken_and_the_changes_are_told(root: Path) -> None:
    edited(root, "corpus/articles/2026/well.md", "author: Mila Harrow", "author: Mila Marrow")

    said = made(root, "2.0.0").splitlines()

    told = (root / "releases" / "2.0.0.md").read_text(encoding="utf-8")
    assert said[-4:] == [
        "After 1.0.0 it takes a major number: articles: 1 row edited (well)",
        "Made dist/2.0.0.",
        "Commit releases/2.0.0.json and .md beside it, and tag that commit v2.0.0.",
        "Then publish it: scripts/publish.py 2.0.0 --repo ORG/NAME",
    ]
    assert ("1.0.0 → 2.0.0" in told, "Marrow" in told, (root / "dist" / "2.0.0" / "changes").is_dir()) == (
        True,
        False,
        True,
    )


def test_what_fails_its_checks_is_not_released_and_the_report_says_why(root: Path) -> None:
    edited(root, "corpus/articles/2026/well.md", "licence: CC-BY-4.0", "licence: CC-BY-NC-4.0")
    numbered(root, "2.0.0")
    before = files(root)

    said = made(root, "2.0.0").splitlines()

    new = {path for path in files(root) if path not in before}
    assert said[0] == "2.0.0: fails its checks, and nothing was released. See report/index.html."
    assert ({path.split("/")[0] for path in new}, "articles.licence-allowed" in "\n".join(said)) == ({"report"}, True)


def _older(root: Path) -> None:
    numbered(root, "0.9.0")


def _there(root: Path) -> None:
    numbered(root, "1.0.0")


def _gone(root: Path) -> None:
    shutil.rmtree(root / "dist" / "1.0.0")


def _other(root: Path) -> None:
    (root / "dist" / "1.0.0" / "README.md").write_text("---\n---\nmine\n")


def _garbled(root: Path) -> None:
    (root / "releases" / "1.0.0.json").write_text("{}")


def _unsettled(root: Path) -> None:
    lines = (root / "corpus" / "splits.csv").read_text().splitlines(keepends=True)
    (root / "corpus" / "splits.csv").write_text("".join(lines[:-1]))


def _again(root: Path) -> None:
    edited(root, "corpus/articles/2026/well.md", "author: Mila Harrow", "author: Mila Marrow")
    shutil.rmtree(root / "dist" / "1.0.0")


@pytest.mark.parametrize(
    ("change", "version", "told"),
    [
        (_there, "01.0.0", "corpus/dataset.yaml: version is '01.0.0'. Three numbers are due, such as 1.2.0."),
        (_older, "0.9.0", "0.9.0: 1.0.0 is released already. Numbers go up: choose a larger one."),
        (_there, "1.0.0", "dist/1.0.0: is there already. Move it away to make it again."),
        (_gone, "1.1.0", "dist/1.0.0: is not there, and 1.1.0 is compared with it. Get it: hf download ORG/NAME"),
        (_other, "1.1.0", "dist/1.0.0: is not the release 1.0.0 that was recorded: README.md. Move it away, and"),
        (_garbled, "1.1.0", "releases/1.0.0.json: is no manifest: Object missing required field `format`. Restore"),
        (_unsettled, "1.1.0", "corpus/splits.csv: has no line for 1 articles, well the first. Build, look"),
        (_again, "1.0.0", "1.0.0: comes out otherwise than recorded: LICENSE.md, README.md, articles/validation-00000"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_release_is_refused_with_what_to_do(
    root: Path, change: Callable[[Path], None], version: str, told: str
) -> None:
    change(root)
    numbered(root, version)
    before = files(root)

    said = made(root, version)

    assert (said[: len(told)], files(root) == before) == (told, True)


def test_a_version_that_the_corpus_does_not_make_is_refused(root: Path) -> None:
    with pytest.raises(ClaimstanceError) as refusal:
        releasing.release(root, "3.0.0", STAGES)

    assert str(refusal.value) == (
        "corpus/dataset.yaml says that 1.0.0 is being made, not 3.0.0. Write `version: 3.0.0` there, build, and commit"
        " it."
    )


def test_a_corpus_that_changes_while_it_is_released_is_not(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbered(root, "1.1.0")
    judge = validate.validate

    def withdrawn_meanwhile(folder: Path, **more: Any) -> object:
        edited(root, "corpus/articles/2026/well.md", "Dogs drank too.", "Cats drank too.")
        return judge(folder, **more)

    monkeypatch.setattr("claimstance.validate.validate", withdrawn_meanwhile)
    before = files(root / "dist"), files(root / "releases")

    said = made(root, "1.1.0")

    assert (said, (files(root / "dist"), files(root / "releases")) == before) == (
        "1.1.0: the corpus changed meanwhile, so nothing was released. Run it again.",
        True,
    )


def test_files_that_are_hidden_are_no_input_of_a_release(root: Path) -> None:
    hidden = root / "schemas" / ".ipynb_checkpoints" / "a.txt"
    hidden.parent.mkdir()
    hidden.write_text("mine")
    (root / "dist" / "1.0.0").rename(root / "aside")

    said = made(root, "1.0.0").splitlines()[-1]

    assert said == "Made dist/1.0.0, the same bytes as recorded."


@pytest.mark.parametrize("stop", ["record.write", "exchange"])
def test_a_release_that_was_interrupted_is_made_by_running_it_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    expected = files(root / "dist"), files(root / "releases")
    shutil.rmtree(root / "dist")
    shutil.rmtree(root / "releases")
    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(f"claimstance.releasing.{stop}", _interrupted)
        made(root, "1.0.0")
    half = files(root / "dist") if (root / "dist").exists() else {}

    made(root, "1.0.0")

    assert (half, (files(root / "dist"), files(root / "releases")) == expected) == ({}, True)


def _interrupted(*what: object) -> None:
    raise KeyboardInterrupt
