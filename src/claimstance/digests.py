"""Digests of words: for ids, and wherever something is to look like chance and be the same whenever it is asked."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def sha256(*words: str) -> str:
    """It will be the SHA-256 of the words, in 64 hexadecimal digits; of one alone as sha256sum has it.

    Several are joined by a unit separator, so that ("ab", "c") is not ("a", "bc").
    """
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def of_file(path: Path) -> str:
    """It will be the SHA-256 of the bytes of a file, as sha256sum has it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_files(digests: Mapping[str, str]) -> str:
    """It will be one digest of several files, by path and SHA-256 of each."""
    return sha256("\n".join(sorted(f"{path} {digest}" for path, digest in digests.items())))
