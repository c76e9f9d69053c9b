"""corpus/dataset.yaml: what the dataset is called, the version that is being made, and how it is split."""

import re
from dataclasses import dataclass
from pathlib import Path

from claimstance.errors import SchemaError
from claimstance.schema import strings
from claimstance.splits.ledger import SPLITS

_WORDS = ("name", "title", "summary", "version", "splits")


@dataclass(frozen=True, slots=True)
class Dataset:
    """The settings of one corpus. `shares` add up to 1, in the order of SPLITS."""

    name: str
    title: str
    summary: str
    version: str
    shares: dict[str, float]


def read(path: Path) -> Dataset:
    """It will read the settings. Raises SchemaError."""
    said = strings(path)
    if not isinstance(said, dict) or sorted(said) != sorted(_WORDS):
        raise SchemaError(str(path), "not the words that are due", f"Give exactly: {', '.join(_WORDS)}.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", said["version"]):
        raise SchemaError(str(path), f"version is {said['version']!r}", "Three numbers are due, such as 1.2.0.")
    if not re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", said["name"]):
        raise SchemaError(str(path), f"name is {said['name']!r}", "Small letters, digits and hyphens are due.")
    try:
        shares = {name: float(said["splits"][name]) for name in SPLITS}
    except (KeyError, TypeError, ValueError):
        shares = {}
    if (
        not shares
        or set(said["splits"]) != set(SPLITS)
        or min(shares.values()) < 0
        or abs(sum(shares.values()) - 1) > 1e-9
    ):
        raise SchemaError(
            str(path), f"splits is {said['splits']!r}", f"Give {', '.join(SPLITS)} shares that add up to 1."
        )
    return Dataset(said["name"], said["title"], said["summary"], said["version"], shares)
