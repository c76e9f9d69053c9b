"""One at a time: a lock on a folder that goes when its holder does, however it ends."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from claimstance.errors import ClaimstanceError


@contextlib.contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """It will refuse a second `what` ("build of this corpus") at the same folder at the same time; a process that was
    killed holds nothing.
    """
    try:
        import fcntl
    except ImportError:  # no such lock on this system
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ClaimstanceError(f"{folder}: another {what} is running. Wait for it.") from None
    finally:
        os.close(handle)
