"""The gate as people ask it: by the recipe, by the console command, by CI."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from claimstance import cli
from claimstance.errors import InputError, UsageError
from claimstance.facts import FACTS
from claimstance.gate.report.markdown import document
from claimstance.validate import corpus_of, named, validate
from conftest import REPOSITORY, Good, copied
from damage import apply, released

Scripts = Callable[[str], ModuleType]


def test_the_good_corpus_passes_every_check_without_a_warning(
    tmp_path: Path, good: Good, script: Scripts, capsys: pytest.CaptureFixture[str]
) -> None:
    own = copied(good, tmp_path)

    code = script("validate").main(["--corpus", str(own.corpus)])

    said = capsys.readouterr().out.splitlines()
    written = {path.name for path in (own.corpus / "report").iterdir()}
    assert (code, said[-2].split(":")[0].split(".")[0], "warning" in said[-2], written) == (
        0,
        "Passed",
        False,
        {"index.html", "data-docs", "junit.xml", "summary.md", "validation.json"},
    )


def test_a_damaged_build_ends_with_exit_code_1_and_says_what_to_do(
    tmp_path: Path, good: Good, script: Scripts, capsys: pytest.CaptureFixture[str]
) -> None:
    own = copied(good, tmp_path)
    apply(REPOSITORY / "tests" / "invalid" / "claims.key", own.folder, own.corpus)

    code = script("validate").main(["--corpus", str(own.corpus)])

    said = capsys.readouterr().out
    assert (code, "FAILED claims.key" in said, "Fix:" in said) == (1, True, True)


def test_a_folder_is_judged_where_no_corpus_is(
    tmp_path: Path, good: Good, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = shutil.copytree(good.folder, tmp_path / "downloaded")
    monkeypatch.setattr("sys.argv", ["claimstance", "validate", str(alone)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    said = capsys.readouterr().out
    assert (ended.value.code, "no corpus is beside the folder" in said, "downloaded" in said) == (0, True, True)


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        validate(tmp_path / "build")


def test_a_release_that_is_not_there_is_made_or_fetched(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such folder. Make the release first, scripts/release.py 9.9.9, or fetch"):
        validate(tmp_path / "dist" / "9.9.9")


@pytest.mark.parametrize("missing", ["duckdb", "stdnum", "great_expectations"])
def test_without_what_judging_takes_one_line_says_what_to_install(
    missing: str, tmp_path: Path, good: Good, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = shutil.copytree(good.folder, tmp_path / "downloaded")
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr("sys.argv", ["claimstance", "validate", str(alone)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    said = capsys.readouterr().err
    assert (ended.value.code, said) == (2, f"{missing} is not installed. Say: pip install 'claimstance[validate]'\n")


def test_a_release_without_its_corpus_is_called_what_its_manifest_says(tmp_path: Path, good: Good) -> None:
    own = copied(good, tmp_path)
    released(own.folder, own.corpus)
    alone = shutil.copytree(own.folder, tmp_path / "downloaded")

    found, bare = (
        validate(alone, facts={"files": FACTS["files"]}).verdict,
        validate(good.folder, facts={"files": FACTS["files"]}).verdict,
    )

    titles = [document(verdict).splitlines()[0].partition(":")[0] for verdict in (found, bare)]
    assert titles == ["## Whole 0.1.0", "## build"]


def test_what_is_no_release_is_none_to_compare_with(good: Good) -> None:
    with pytest.raises(UsageError, match="is no build or release"):
        validate(good.folder, corpus=good.corpus, last=good.corpus)


@pytest.mark.parametrize(
    ("said", "folder"),
    [
        (None, "corpus/build"),
        ("1.2.0", "corpus/dist/1.2.0"),
        ("v1.2.0", "corpus/dist/1.2.0"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_a_version_is_a_release_of_the_corpus_and_nothing_is_its_build(said: str | None, folder: str) -> None:
    assert named(said, Path("corpus")) == Path(folder)


def test_the_corpus_of_a_build_is_found_above_it(good: Good, tmp_path: Path) -> None:
    assert (corpus_of(good.folder), corpus_of(tmp_path / "downloaded")) == (good.corpus, None)


def test_every_fact_that_a_check_reads_can_be_made(good: Good) -> None:
    asked = validate(good.folder, corpus=good.corpus).judged.outcomes

    assert {name for one in asked for name in one.check.facts} - set(FACTS) == set()


def test_recording_the_checks_again_changes_nothing(good: Good, tmp_path: Path, script: Scripts) -> None:
    own = copied(good, tmp_path)

    script("validate").main(["--corpus", str(own.corpus), "--record"])

    assert (own.corpus / "schemas" / "checks.csv").read_bytes() == (REPOSITORY / "schemas" / "checks.csv").read_bytes()


def test_figures_of_the_datasheet_are_renewed_from_the_build(good: Good, tmp_path: Path, script: Scripts) -> None:
    own = copied(good, tmp_path)
    page = own.corpus / "DATASHEET.md"
    page.write_text("There are <!--= SELECT count(*) FROM articles -->many<!--/--> articles.\n", encoding="utf-8")

    script("validate").main(["--corpus", str(own.corpus), "--figures"])

    assert page.read_text(encoding="utf-8").endswith("articles -->4<!--/--> articles.\n")


def test_a_figure_that_cannot_be_computed_changes_nothing(good: Good, tmp_path: Path, script: Scripts) -> None:
    own = copied(good, tmp_path)
    page = own.corpus / "DATASHEET.md"
    page.write_text("<!--= SELECT 1 -->0<!--/--> <!--= SELECT nothing -->many<!--/-->", encoding="utf-8")

    with pytest.raises(InputError, match="a figure cannot be computed"):
        script("validate").main(["--corpus", str(own.corpus), "--figures"])

    assert "-->0<!--" in page.read_text(encoding="utf-8")
