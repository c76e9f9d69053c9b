"""A folder, or a file, that is made whole or not at all: beside the one that it replaces, then exchanged for it in one
step.
"""

import contextlib
import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from claimstance.alone import alone

_OLD = ".old"  # how the name ends of what is moved aside


@contextlib.contextmanager
def workplace(out: Path, what: str, *, keep: str = "", always: bool = False) -> Iterator[Path]:
    """It will be an empty folder beside `out` for making `what` ("build"), gone afterwards; what a killed process left
    there goes first.

    A folder in it that is called `keep` stays until it was of use, or `always`: where a process was killed or failed,
    the next one finds it, if there is something in it.
    """
    place = place_of(out)
    place.mkdir(parents=True, exist_ok=True)
    with alone(place, f"{what} of {out.name}"):
        for last in place.glob(f"*{_OLD}"):
            if not out.exists():  # it was moved aside, and whoever did that was killed before the new one came
                last.rename(out)
        _cleared(place, keep)
        try:
            yield place
        except BaseException:
            _ended(place, keep)
            raise
        if always:
            with contextlib.suppress(OSError):  # what was made is in its place: that something else stays ends nothing
                _ended(place, keep)
        else:
            shutil.rmtree(place, ignore_errors=True)


def place_of(out: Path) -> Path:
    """It will be the folder in which `out` is made."""
    return out.parent / f".{out.name}.partial"


def _ended(place: Path, keep: str) -> None:
    """Remove all but what is kept, and the folder too where that is nothing."""
    _cleared(place, keep)
    with contextlib.suppress(OSError):
        place.rmdir()


def _cleared(place: Path, keep: str) -> None:
    """Remove all but the folder that is kept, and also that where it is empty. What is hidden in it goes too."""
    for left in place.iterdir():
        if left.name == keep:
            for part in left.glob(".*"):
                shutil.rmtree(part, ignore_errors=True)
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                left.rmdir()
        elif left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def exchange(new: Path, old: Path) -> None:
    """It will put `new` where `old` is, in one step where the system can (Linux, but not NFS), so that one of them is
    there at every moment.

    Elsewhere `old` is moved aside first, and the next workplace brings it back if nothing came. What was `old` is left
    at `new`.
    """
    if not old.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        new.rename(old)
        return
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    here, both = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    if swap and swap(here, os.fsencode(new), here, os.fsencode(old), both) == 0:
        return
    aside = new.with_suffix(_OLD)
    old.rename(aside)
    new.rename(old)


def is_hidden(path: Path, root: Path) -> bool:
    """Whether the path, or a folder between it and `root`, has a name that begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def written(path: Path, content: bytes) -> None:
    """It will give a file its content whole or not at all, on the disk when this returns."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
