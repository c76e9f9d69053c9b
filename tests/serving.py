"""A real Label Studio and a real browser for tests. Migrating a database takes half a minute, so it is done once."""

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from claimstance.annotation.studio import local
from claimstance.annotation.studio.local import Local


def server_venv(repository: Path) -> Path | None:
    """The environment that Label Studio is installed in, if it is anywhere."""
    venv = Path(os.environ.get(local.VENV, repository / ".venv-label-studio"))
    return venv if (venv / "bin" / "label-studio").exists() else None


class LabelStudio:
    """A server over a fresh database, and as many more as tests ask for; all are stopped at the end."""

    def __init__(self, venv: Path, cache: Path, temporary: pytest.TempPathFactory) -> None:
        self.venv, self._temporary = venv, temporary
        self._started: list[Local] = []
        with warnings.catch_warnings():  # the SDK, when it is imported, warns of itself
            warnings.simplefilter("ignore")
            import label_studio_sdk.client  # noqa: F401
        self._migrated = _migrated(venv, cache)

    def __enter__(self) -> Self:
        self._own = self.start_copy()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in self._started:
            one.stop()

    @property
    def url(self) -> str:
        """Where the server of all tests listens. Give projects on it names of your own, or take a copy."""
        return self._own.url

    @property
    def token(self) -> str:
        """The token of its owner."""
        return self._own.token

    @property
    def server(self) -> Local:
        """The server of all tests. It is not to be stopped."""
        return self._own

    def folder(self, place: Path | None = None) -> Path:
        """A migrated data folder that no server runs over yet, at `place` or anywhere."""
        return Path(shutil.copytree(self._migrated, place or self._temporary.mktemp("label-studio") / "data"))

    def start_copy(self, place: Path | None = None) -> Local:
        """A server of a test's own, over an empty database. It takes four seconds, and may be killed."""
        return self._start(self.folder(place))

    def restart(self, server: Local) -> Local:
        """The same server again, at the same address, after it was stopped or killed (`server.process.kill()`)."""
        server.process.wait()
        return self._start(server.folder)

    def _start(self, folder: Path) -> Local:
        server = local.start(self.venv, folder)
        self._started.append(server)
        return server


def chromium(profile: Path) -> Any:
    """A browser that asks nobody for anything: its driver is Debian's own, and nothing is looked up or updated."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "disable-dev-shm-usage",
        "window-size=1600,1100",
        f"user-data-dir={profile}",
    ):
        options.add_argument(f"--{flag}")
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def _migrated(venv: Path, cache: Path) -> Path:
    """The data folder of a server that was started once, kept from run to run for each version of Label Studio."""
    version = next(venv.glob("lib/python*/site-packages/label_studio-*.dist-info")).stem
    kept = cache / version
    if not kept.exists():
        cache.mkdir(mode=0o700, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=cache))
        local.start(venv, making / "data").stop()
        for name in ("server.json", "server.log", "lock"):
            (making / "data" / name).unlink()
        try:
            (making / "data").rename(kept)
        except OSError:  # another run of the tests was faster
            if not kept.exists():
                raise
        shutil.rmtree(making)
    return kept
