"""The real clients, brought to a Hub of a test's own and nowhere else.

They read their environment when they are imported, so for this process what they read is put right as well.
"""

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from hub.server import Hub
from hub.wire import WRITER

NOWHERE = "http://127.0.0.1:9"
LFS_WARNS = "ignore:Use 'content=.*:DeprecationWarning"  # huggingface_hub calls httpx2 in a way that this warns of
QUIET = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_XET_CLIENT_RETRY_BASE_DELAY": "1ms",
    "HF_XET_DEDUPLICATION_GLOBAL_DEDUP_QUERY_ENABLED": "false",  # one request a chunk, and nothing comes of it
    "HF_XET_TELEMETRY_ENABLED": "false",
}
_SLEEP = time.sleep
_IMPATIENT = "import time; _sleep = time.sleep; time.sleep = lambda seconds: _sleep(min(seconds, 0.001))\n"


def nowhere(home: Path) -> Mapping[str, str]:
    """The environment of clients that ask no Hub and keep what they keep in `home`."""
    return {**QUIET, "HF_HOME": str(home), "HF_ENDPOINT": NOWHERE}


def visit(hub: Hub, home: Path, patch: pytest.MonkeyPatch, token: str = WRITER) -> None:
    """Let the clients of this process, and of those that it starts, ask this Hub; none waits before it tries again.

    `datasets` asks it too if it was imported before.
    """
    constants = importlib.import_module("huggingface_hub.constants")
    moved = {constants.ENDPOINT: hub.url, constants.HF_HOME: str(home)}
    for name, value in {**QUIET, "HF_HOME": str(home), "HF_ENDPOINT": hub.url, "HF_TOKEN": token}.items():
        patch.setenv(name, value)
    for module in (constants, sys.modules.get("datasets.config")):
        if module:
            _move(module, moved, patch)
    xet = importlib.import_module("huggingface_hub.utils._xet")
    patch.setattr(xet, "_GLOBAL_XET_HOLDER", xet.XetSessionHolder())  # it keeps the first home that it saw
    patch.setattr(time, "sleep", lambda seconds: _SLEEP(min(seconds, 0.001)))


def without_xet(patch: pytest.MonkeyPatch) -> None:
    """Let the clients send and fetch large files by LFS, as those do that have no hf_xet.

    The test needs `@pytest.mark.filterwarnings(LFS_WARNS)`.
    """
    patch.setenv("HF_HUB_DISABLE_XET", "1")
    patch.setattr(importlib.import_module("huggingface_hub.constants"), "HF_HUB_DISABLE_XET", True)


def run(source: str, *arguments: str) -> str:
    """What a program prints that imports the clients afresh, in this process' environment."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPATIENT + source, *arguments],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _move(module: ModuleType, moved: Mapping[str, str], patch: pytest.MonkeyPatch) -> None:
    """Change every setting that begins with an old address or folder."""
    for name, value in list(vars(module).items()):
        for old, new in moved.items():
            if isinstance(value, str | Path) and str(value).startswith(old):
                patch.setattr(module, name, type(value)(new + str(value)[len(old) :]))
