"""corpus/dataset.yaml: what the dataset is called, the version that is being made, how it is split and cited.

name: halmere                      title, summary: in words      version: 1.2.0
splits: {train: 0.8, validation: 0.1, test: 0.1}
gold: {stance: vote, in_text: 1}   optional, as are all that follow; in_text: the share of pairs with a source that only
                                   the article's own words stand for which is judged and has a row
authors: [The Halmere project, {given: Ada, family: Lovelace, orcid: 0000-0002-1825-0097}]
licence: CC-BY-4.0                 of the corpus as a whole; articles and sources keep their own
homepage, repository: https://…    where people read of it, and where it is published
released: {1.2.0: 2026-12-01}      the day of each version
cite: If you use this corpus, …    what people are asked for; CITATION.cff opens with it
baselines: scores.yaml             scores that the card shows, see claimstance.scores; a path in the corpus's folder
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from claimstance.errors import SchemaError
from claimstance.schema import described
from claimstance.table import SPLITS
from claimstance.version import VERSION

LICENCE = r"[A-Za-z0-9][A-Za-z0-9.+-]*( (AND|OR|WITH) [A-Za-z0-9][A-Za-z0-9.+-]*)*"  # as articles have it


@dataclass(frozen=True, slots=True)
class Author:
    """Who is cited: a person by `given` and `family`, or `name`, whatever else has one."""

    name: str = ""
    given: str = ""
    family: str = ""
    orcid: str = ""

    @property
    def whole(self) -> str:
        """The name in one piece."""
        return self.name or f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Dataset:
    """The settings of one corpus. `shares` add up to 1, in the order of SPLITS; `stance` is the rule of stances,
    `in_text` the share that is made of pairs with a source of that kind; `released` is the day of this version (ISO
    8601). What is not said is empty.
    """

    name: str
    title: str
    summary: str
    version: str
    shares: dict[str, float]
    stance: str = "vote"
    in_text: float = 1.0
    authors: tuple[Author, ...] = ()
    licence: str = ""
    homepage: str = ""
    repository: str = ""
    released: str = ""
    cite: str = ""
    baselines: str = ""


class _Person(msgspec.Struct, forbid_unknown_fields=True):
    family: str
    given: str = ""
    orcid: str = ""


class _Gold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stance: Literal["vote", "dawid_skene"] = "vote"
    in_text: float = 1.0


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    title: str
    summary: str
    version: str
    splits: dict[str, float]
    gold: _Gold = _Gold()
    authors: list[str | _Person] = []
    licence: str = ""
    homepage: str = ""
    repository: str = ""
    released: dict[str, str] = {}
    cite: str = ""
    baselines: str = ""


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
    if problem := next(_faults(said), None):
        raise SchemaError(str(path), *problem)
    return Dataset(
        said.name,
        said.title,
        said.summary,
        said.version,
        shares,
        said.gold.stance,
        said.gold.in_text,
        authors=tuple(map(_author, said.authors)),
        licence=said.licence,
        homepage=said.homepage,
        repository=said.repository,
        released=said.released.get(said.version, ""),
        cite=" ".join(said.cite.split()),
        baselines=said.baselines,
    )


def _author(said: str | _Person) -> Author:
    if isinstance(said, str):
        return Author(" ".join(said.split()))
    return Author("", " ".join(said.given.split()), " ".join(said.family.split()), said.orcid)


def _faults(said: _Said) -> Iterator[tuple[str, str]]:
    """What is wrong with how gold is made, and with what says how it is cited: what, what next. An e-mail address is
    told, not repeated.
    """
    if not 0 <= said.gold.in_text <= 1:
        yield f"gold has in_text: {said.gold.in_text:g}", "A share from 0 to 1 is due, such as 0.3; 1 makes all."
    for one in map(_author, said.authors):
        if not one.whole or "@" in f"{one.whole}{one.orcid}":
            yield "an author has no name, or an e-mail address for one", "Names are due; addresses are not published."
        if one.orcid and not re.fullmatch(r"[0-9]{4}(-[0-9]{4}){2}-[0-9]{3}[0-9X]", one.orcid):
            yield f"orcid is {one.orcid!r}", "Four groups of four digits are due, such as 0000-0002-1825-0097."
    if said.licence and not re.fullmatch(LICENCE, said.licence):
        yield f"licence is {said.licence!r}", "An SPDX id is due, such as CC-BY-4.0."
    for name in ("homepage", "repository"):
        address = getattr(said, name)
        if address and not _is_page(address):
            yield f"{name} is no address of a page", "Write it as https://host/path, without a password or spaces."
    for version, day in said.released.items():
        if not re.fullmatch(VERSION, version) or not _is_day(day):
            yield f"released has {version}: {day}", "Write a version and its day, such as 1.2.0: 2026-12-01."
    path = PurePosixPath(said.baselines)
    odd = path.is_absolute() or ".." in path.parts or not re.fullmatch(r"[\w./-]+\.yaml", said.baselines)
    if said.baselines and odd:
        yield f"baselines is {said.baselines!r}", "Write the path of a .yaml file below the folder of the corpus."
    if "@" in said.cite:
        yield "cite has an @", "Ask for a citation in a sentence; e-mail addresses are not published."


def _is_page(address: str) -> bool:
    if not re.fullmatch(r"https?://[^\s<>\"'@\\]+", address):
        return False
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _is_day(said: str) -> bool:
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said)) and bool(date.fromisoformat(said))
    except ValueError:
        return False
