"""Corpora to try things on, and the rule that a release run skips nothing."""

import contextlib
import hashlib
import importlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from claimstance.annotation.studio.forms import guideline_version
from hub import Hub
from hub.clients import nowhere, visit
from serving import LabelStudio, chromium, server_venv

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared" / "data"
GUIDELINE = guideline_version((REPOSITORY / "schemas" / "guidelines.md").read_text(encoding="utf-8"))
# No deadline, because machines differ; the same examples at each run of CI, where a failure must be the change's own.
settings.register_profile("claimstance", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("claimstance")
SERVED = ("test_local", "test_loop", "test_pulls", "test_push", "test_server")
SLOW = ("test_mutations", *SERVED, "test_release", "test_year")
ALONE = ("test_gate_invalid",)
STRICT = os.environ.get("CLAIMSTANCE_SKIP") == "fail"  # set by .ci/run, where all that tests need is there


def pytest_configure(config: pytest.Config) -> None:
    """Keep the Hub's clients, which read their environment once, from this machine's cache and from the real Hub."""
    home = tempfile.TemporaryDirectory(prefix="claimstance-home-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    os.environ.update(nowhere(Path(home.name)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes comes first, so that no process has it left at the end."""
    items.sort(key=lambda item: item.path.stem not in SLOW)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Several processes share the tests out by file, so that what the tests of a file share is made once. Those that
    want the server are one file to this, and those of ALONE, which share nothing, are one by one.

    A scheduler of ours, because xdist's marks for that (loadgroup) do nothing with pytest 9.
    """
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0]).stem
            return nodeid if file in ALONE else "server" if file in SERVED else file

    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Make a skip a failure where everything is there."""
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be skipped here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real texts to try with; they are no part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"no public data in {SHARED}; it is kept beside the checkout, see CONTRIBUTING.md")
    return SHARED


@pytest.fixture(scope="session")
def news(shared: Path) -> list[str]:
    """The texts of 295 articles of Wikinews. Read by pandas: cells as long as these ask the csv module for a limit that
    is everybody's.
    """
    paths = sorted((shared / "wikinews").glob("*.csv"))
    return [text for path in paths for text in pd.read_csv(path, keep_default_na=False)["text"]]


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """A recipe of scripts/ as a module."""
    return importlib.import_module


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelStudio]:
    """A real Label Studio, for all tests of a run; `start_copy` gives one of a test's own."""
    venv = server_venv(REPOSITORY)
    if venv is None:
        pytest.skip("no Label Studio is installed; get it by `make label-studio-venv`")
    with LabelStudio(venv, REPOSITORY / ".label-studio-cache", tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Any]]:
    """Debian's chromium without a window, driven by selenium; each call opens one that knows nobody yet."""
    if not Path("/usr/bin/chromium").exists() or not Path("/usr/bin/chromedriver").exists():
        pytest.skip("no chromium is installed; get it by `apt-get install chromium chromium-driver`")
    with ExitStack() as opened:

        def opens() -> Any:
            driver = chromium(tmp_path_factory.mktemp("profile"))
            opened.callback(driver.quit)
            return driver

        yield opens


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub of the test's own. The clients ask it and no other, as somebody who may write to `valley/…`."""
    with Hub(tmp_path / "hub") as running:
        visit(running, tmp_path / "home", monkeypatch)
        yield running


def corpus(origin: Path, folder: Path) -> Path:
    """A copy of the corpus at `origin`, with the schemas of this repository."""
    for part in ("corpus", "annotations"):
        if (origin / part).exists():
            shutil.copytree(origin / part, folder / part, dirs_exist_ok=True)
    shutil.copytree(REPOSITORY / "schemas", folder / "schemas", dirs_exist_ok=True)
    if (origin / "DATASHEET.md").exists():
        shutil.copy(origin / "DATASHEET.md", folder)
    return folder


def sign(annotations: Path) -> None:
    """Write SHA256SUMS in each batch, as its pull does."""
    for batch in (one for one in annotations.iterdir() if one.is_dir()):
        lines = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in sorted(batch.glob("*.jsonl"))
        ]
        (batch / "SHA256SUMS").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    """What a folder holds, by path below it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """The smallest corpus with every table filled."""
    return corpus(REPOSITORY / "tests" / "mini", tmp_path / "mini")


@dataclass(frozen=True)
class Good:
    """A corpus that passes every check without a warning, and what was built of it."""

    corpus: Path
    folder: Path


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Good:
    """It, built once. Whoever damages it does that to a copy: `copied`."""
    return built(tmp_path_factory.mktemp("good"), script)


def built(folder: Path, script: Callable[[str], ModuleType]) -> Good:
    """tests/whole with its build, in `folder`."""
    root = corpus(REPOSITORY / "tests" / "whole", folder / "whole")
    with contextlib.redirect_stdout(io.StringIO()):
        script("build").main(["--corpus", str(root)])
    return Good(root, root / "build")


def copied(good: Good, folder: Path) -> Good:
    """A copy of it in `folder`, to be damaged."""
    root = shutil.copytree(good.corpus, folder / good.corpus.name)
    return Good(root, root / good.folder.relative_to(good.corpus))
