"""What a worker loads to be on another machine: files below ELSEWHERE are not there, for Python and for Arrow."""

import errno
import os
import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

EVENTS = {"open", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.scandir"}


def _hidden(event: str, arguments: tuple[Any, ...]) -> None:
    if event in EVENTS and str(arguments[0]).startswith(os.environ["ELSEWHERE"]):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])


def _hiding(usual: Any) -> Any:
    """What opens a file by its path, in C++, which Python hears nothing of."""

    def opened(path: Any, *arguments: Any, **more: Any) -> Any:
        _hidden("open", (path,))
        return usual(path, *arguments, **more)

    return opened


if "ELSEWHERE" in os.environ:
    sys.addaudithook(_hidden)
    for module, name in ((pa, "OSFile"), (pa, "memory_map"), (pq, "read_metadata"), (pq, "ParquetWriter")):
        setattr(module, name, _hiding(getattr(module, name)))
