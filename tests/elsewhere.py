"""What a worker loads to be on another machine: files below ELSEWHERE are not there."""

import errno
import os
import sys
from typing import Any

EVENTS = {"open", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.scandir"}


def _hidden(event: str, arguments: tuple[Any, ...]) -> None:
    if event in EVENTS and str(arguments[0]).startswith(os.environ["ELSEWHERE"]):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])


if "ELSEWHERE" in os.environ:
    sys.addaudithook(_hidden)
