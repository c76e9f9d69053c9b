"""The workflow for GitHub: its steps run here as a runner runs them, and what checkers of workflows say of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from claimstance import dataset
from conftest import REPOSITORY

VERSION = dataset.read(REPOSITORY / "corpus" / "dataset.yaml").version
WORKFLOW = REPOSITORY / ".github" / "workflows" / "validate.yml"
PREFIX = Path(sys.prefix)
PULL = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "7/merge"}
TAG = {"GITHUB_EVENT_NAME": "push", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": f"v{VERSION}"}
ALL = ["Install the tool", "Build", "Build what it is compared with", "Validate", "Show the summary"]
REPORT = "data-docs index.html junit.xml summary.md validation.json"
LAST = ["The tag is the version of the corpus", "All splits are in the ledger"]


class Runner:
    """What GitHub gives the steps of a job, as far as these need it: a checkout, and names in the environment."""

    def __init__(self, place: Path) -> None:
        """A clone of the repository as it stands here, committed on top of what is committed, with this environment."""
        self.checkout, self.temp = place / "checkout", place / "temp"
        self.temp.mkdir()
        self.summary = self.temp / "summary.md"
        self.git("clone", "--quiet", "--no-hardlinks", str(REPOSITORY), str(self.checkout), folder=place)
        listed = self.git("ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=REPOSITORY)
        for name in filter(None, listed.split("\0")):
            if (REPOSITORY / name).exists():
                (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(REPOSITORY / name, self.checkout / name)
        self.commit()
        self._environment()

    def _environment(self) -> None:
        """The packages at hand, so that nothing is installed; the tool is the one of the checkout."""
        (self.checkout / ".venv").mkdir()
        for path in PREFIX.iterdir():
            if not path.name.startswith("."):
                (self.checkout / ".venv" / path.name).symlink_to(path)
        for stamp in (".build", ".validate"):
            (self.checkout / ".venv" / stamp).touch()

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        """What git says, in the checkout."""
        who = ["-c", "user.name=ada", "-c", "user.email=ada@tests.example"]
        line = ["git", *who, *arguments]
        return subprocess.run(line, cwd=folder or self.checkout, capture_output=True, text=True, check=True).stdout

    def commit(self) -> None:
        """Commit all that changed: what the pull request merges into is the commit before."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "As it stands")

    def run(self, event: dict[str, str], only: list[str] | None = None) -> dict[str, str]:
        """Run the steps in order, or only some; what became of each. A step that uses an action tells its `path`."""
        told: dict[str, str] = {}
        (job,) = _workflow()["jobs"].values()
        for step in job["steps"]:
            if only is not None and step["name"] not in only:
                continue
            if "failure" in told.values() and step.get("if") != "always()":
                told[step["name"]] = "skipped"
            elif "run" in step:
                told[step["name"]] = self._run(step["run"], event)
            elif "upload-artifact" in step["uses"]:
                kept = sorted(path.name for path in (self.checkout / step["with"]["path"]).glob("*"))
                told[step["name"]] = " ".join(kept) or "nothing"
        return told

    def _run(self, script: str, event: dict[str, str]) -> str:
        """A step, as the shell that the workflow names runs it."""
        path = self.temp / "step.sh"
        path.write_text(script, encoding="utf-8")
        given = {"RUNNER_TEMP": str(self.temp), "GITHUB_STEP_SUMMARY": str(self.summary)}
        tool = {"PYTHONPATH": str(self.checkout / "src")}
        line = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(path)]
        environment = {**os.environ, **tool, **_workflow()["env"], **given, **event}
        ended = subprocess.run(line, cwd=self.checkout, env=environment, capture_output=True, text=True, check=False)
        print(ended.stdout, ended.stderr)
        return "failure" if ended.returncode else "success"


def _workflow() -> Any:
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))


CHECKERS = [["actionlint", "-shellcheck="], ["zizmor", "--offline", "--quiet", "--persona=auditor"]]


@pytest.mark.parametrize("checker", CHECKERS)
def test_checkers_of_workflows_find_nothing_wrong(checker: list[str]) -> None:
    line = [str(PREFIX / "bin" / checker[0]), *checker[1:], str(WORKFLOW)]

    said = subprocess.run(line, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize(
    ("checker", "good", "bad"),
    [
        (CHECKERS[0], "timeout-minutes:", "timeout-minuts:"),
        (CHECKERS[0], "always()", "alway()"),
        (CHECKERS[1], "persist-credentials: false", "persist-credentials: true"),
        (CHECKERS[1], "$GITHUB_REF_NAME", "${{ github.ref_name }}"),
    ],
)
def test_checkers_of_workflows_find_what_is_wrong(checker: list[str], good: str, bad: str, tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "validate.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOW.read_text(encoding="utf-8").replace(good, bad), encoding="utf-8")
    line = [str(PREFIX / "bin" / checker[0]), *checker[1:], str(path)]

    said = subprocess.run(line, capture_output=True, text=True, check=False)

    assert said.returncode != 0


def test_no_step_writes_what_others_chose_into_a_script() -> None:
    (job,) = _workflow()["jobs"].values()

    scripts = [step["run"] for step in job["steps"] if "run" in step]

    assert [script for script in scripts if "${{" in script] == []


def test_every_action_is_pinned_to_a_commit_and_nothing_may_be_written() -> None:
    workflow = _workflow()
    (job,) = workflow["jobs"].values()

    pins = [step["uses"].partition("@")[2] for step in job["steps"] if "uses" in step]

    rights = workflow["permissions"], job["permissions"]
    assert ([len(pin) for pin in pins], rights) == ([40, 40, 40], ({}, {"contents": "read"}))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner with a checkout of this repository."""
    return Runner(tmp_path_factory.mktemp("runner"))


def test_a_sound_pull_request_passes_and_is_compared_with_what_it_goes_into(runner: Runner) -> None:
    ended = runner.run(PULL)

    summary, kept = runner.summary.read_text(encoding="utf-8"), ended.pop("Attach the report")
    assert (ended, "base/build" in summary, kept) == (dict.fromkeys([*ALL, *LAST], "success"), True, REPORT)


def test_a_pull_request_that_moves_an_article_fails_and_its_report_is_there_all_the_same(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    ledger = runner.checkout / "corpus" / "splits.csv"
    said = ledger.read_text(encoding="utf-8")
    ledger.write_text(said.replace("-bell,train,", "-bell,test,"), encoding="utf-8")
    runner.commit()

    ended = runner.run(PULL)

    summary, kept = runner.summary.read_text(encoding="utf-8"), ended.pop("Attach the report")
    wanted = dict.fromkeys([*ALL, *LAST], "success") | {"Validate": "failure"}
    assert (ended, "splits.moved" in summary, kept) == (wanted, True, REPORT)


def test_a_corpus_that_does_not_build_fails_and_the_summary_says_where_to_look(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    (runner.checkout / "corpus" / "articles" / "stray.md").write_text("no front matter", encoding="utf-8")

    ended = runner.run(PULL)

    wanted = dict.fromkeys(["Install the tool", "Show the summary", *LAST], "success")
    wanted |= {"Build": "failure"} | dict.fromkeys(["Build what it is compared with", "Validate"], "skipped")
    assert (ended, runner.summary.read_text(encoding="utf-8")) == (
        wanted | {"Attach the report": "nothing"},
        "There is no report, because the build failed: see its log.\n",
    )


def test_a_tag_that_is_not_the_version_and_an_article_without_its_line_fail(runner: Runner) -> None:
    ledger = runner.checkout / "corpus" / "splits.csv"
    ledger.write_text(ledger.read_text(encoding="utf-8") + f"new,new,train,{VERSION}\n", encoding="utf-8")

    right, wrong = (runner.run(TAG | {"GITHUB_REF_NAME": name}, LAST[:1]) for name in (f"v{VERSION}", "v0.0.1"))
    unrecorded = runner.run(PULL, LAST[1:])

    ended = [*right.values(), *wrong.values(), *unrecorded.values()]
    assert ended == ["success", "failure", "failure"]
