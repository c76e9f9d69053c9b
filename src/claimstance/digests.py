"""Digests of words: for ids, and wherever something is to look like chance and be the same whenever it is asked."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path


def sha256(*words: str) -> str:
    """It will be the SHA-256 of the words, in 64 hexadecimal digits; of one alone as sha256sum has it.

    Several are joined by a unit separator, so that ("ab", "c") is not ("a", "bc").
    """
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def share(*words: str) -> float:
    """It will be a number from 0 to 1, 1 excluded, that follows from the words and from nothing else.

    It is the first 48 bits of their SHA-256, which a float holds exactly, so that SQL comes to the same.
    """
    return int(sha256(*words)[:12], 16) / 16**12


def of_file(path: Path) -> str:
    """It will be the SHA-256 of the bytes of a file, as sha256sum has it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered(path: Path) -> str:
    """It will be the same, of the bytes read once as long as nobody writes to the file: for what many tasks ask for."""
    return _of_all(path, stamp(path))


def stamp(path: Path) -> tuple[int, int, int]:
    """It will change when somebody writes to a file. Raises OSError."""
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


@lru_cache(maxsize=1024)
def _of_all(path: Path, stamp: tuple[int, int, int]) -> str:
    """The digest of the file with this stamp."""
    return of_file(path)


def of_files(digests: Mapping[str, str]) -> str:
    """It will be one digest of several files, by path and SHA-256 of each."""
    return sha256("\n".join(sorted(f"{path} {digest}" for path, digest in digests.items())))
