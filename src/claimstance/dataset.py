"""corpus/dataset.yaml: what the dataset is called, the version that is being made, and how it is split."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from claimstance.errors import SchemaError
from claimstance.schema import described
from claimstance.table import SPLITS
from claimstance.version import VERSION


@dataclass(frozen=True, slots=True)
class Dataset:
    """The settings of one corpus. `shares` add up to 1, in the order of SPLITS; `stance` is the rule of stances."""

    name: str
    title: str
    summary: str
    version: str
    shares: dict[str, float]
    stance: str = "vote"


class _Gold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stance: Literal["vote", "dawid_skene"] = "vote"


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    title: str
    summary: str
    version: str
    splits: dict[str, float]
    gold: _Gold = _Gold()


def read(path: Path) -> Dataset:
    """It will read the settings. Raises SchemaError."""
    said = described(path, _Said)
    if not re.fullmatch(VERSION, said.version):
        raise SchemaError(str(path), f"version is {said.version!r}", "Three numbers are due, such as 1.2.0.")
    if not re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", said.name):
        raise SchemaError(str(path), f"name is {said.name!r}", "Small letters, digits and hyphens are due.")
    shares = said.splits
    if set(shares) != set(SPLITS) or min(shares.values()) < 0 or not abs(sum(shares.values()) - 1) < 1e-9:
        given = ", ".join(f"{name} {share:g}" for name, share in shares.items())
        raise SchemaError(str(path), f"the splits are {given}", f"Give {', '.join(SPLITS)} shares that add up to 1.")
    shares = {name: shares[name] for name in SPLITS}
    return Dataset(said.name, said.title, said.summary, said.version, shares, said.gold.stance)
