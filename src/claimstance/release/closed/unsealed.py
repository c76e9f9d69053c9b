"""A release that is opened to put texts back: its tables copied, what they lack, and the card of what comes of it."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import yaml

from claimstance.dataset import Dataset
from claimstance.digests import of_file
from claimstance.errors import ReleaseError
from claimstance.gate import manifests, parquet, sheets
from claimstance.gate.folder import MANIFEST, Folder
from claimstance.release.cards.header import header
from claimstance.release.cards.readback import digests, read_back
from claimstance.release.closed.standoff import WITHHELD, status
from claimstance.table import SPLITS

AGAIN = "Get the release again, whole."
NOTE = """\
> **This is no release.** `claimstance rehydrate` put texts back that the release withholds, because they may not be
> passed on: {count}. Keep this folder to yourself; cite the release."""


@dataclass(frozen=True, slots=True)
class Due:
    """An article whose text is withheld: its digest, and what the release says of it (see standoff)."""

    article_id: str
    sha256: str
    said: Mapping[str, Any]


def copied(path: Path, into: Folder) -> None:
    """It will copy the tables of the release in the folder `path`.

    Raises ReleaseError where it is none, or its files are not those that its manifest lists, or not of these schemas.
    """
    source = Folder(path, into.schemas)
    said = manifests.read(path) if source.is_release else None
    if isinstance(said, str):
        raise ReleaseError(str(path / MANIFEST), said, AGAIN)
    for name, table in into.schemas.items():
        for one in sorted((path / name).glob("*.parquet")):
            if not one.resolve().is_relative_to(path.resolve()):
                raise ReleaseError(str(one), "is a link that leads elsewhere", AGAIN)
            target = into.path / name / one.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(one, target)
            listed = said.files.get(f"{name}/{one.name}") if said else None
            if said and (listed is None or of_file(target) != listed.sha256):
                raise ReleaseError(str(one), "is not the file that MANIFEST.json lists", AGAIN)
            if problem := next((what for _, what in parquet.read(target, table).problems), ""):
                raise ReleaseError(str(one), problem, f"{AGAIN} If it is, use the claimstance that it was made with.")
    for listed_as in said.files if said else ():
        place, _, rest = listed_as.partition("/")
        if place in into.schemas and rest.endswith(".parquet") and not (into.path / listed_as).is_file():
            raise ReleaseError(str(path / listed_as), "MANIFEST.json lists it, and it is not there", AGAIN)
    if not into.files("articles"):
        raise ReleaseError(str(path), "has no table articles", "A folder of a release is due, or org/name@v1.0.0.")


def articles(made: Folder) -> Iterator[Due]:
    """It will give the articles whose text is withheld."""
    number = status(made.schemas["articles"], "standoff_only")
    for rows in made.batches("articles", ["article_id", "text_status", "text_sha256", WITHHELD]):
        for row in rows.filter(pc.equal(rows["text_status"], number)).to_pylist():
            try:
                said = json.loads(row[WITHHELD] or "{}")
            except (ValueError, RecursionError):
                said = None
            if not isinstance(said, dict):
                raise ReleaseError(f"articles, article_id {row['article_id']!r}", f"{WITHHELD} is not JSON", AGAIN)
            yield Due(row["article_id"], str(row["text_sha256"]), said)


def sources(made: Folder) -> dict[str, str]:
    """It will give the digests of the texts of sources that are withheld, by source."""
    found: dict[str, str] = {}
    for rows in made.batches("sources", ["source_id", "evidence_redistributable", "evidence_sha256", "evidence_text"]):
        closed = pc.and_(pc.equal(rows["evidence_redistributable"], False), pc.is_null(rows["evidence_text"]))
        own = rows.filter(closed)
        found |= dict(zip(own["source_id"].to_pylist(), own["evidence_sha256"].to_pylist(), strict=True))
    return {one: digest for one, digest in found.items() if digest}


def carded(release: Path, made: Folder, count: str) -> None:
    """It will write the card: the release's, with digests and sizes of the files as they are, and a note what it is."""
    text, _ = sheets.page(release / sheets.CARD)
    said = sheets.card(release)
    versions = [str(one.get("version")) for one in said.described("configs").values()] or ["0.0.0"]
    title = str(said.header.get("pretty_name") or release.name)
    report, _ = read_back(made, Dataset("", title, "", versions[0], dict.fromkeys(SPLITS, 0.0)))
    report.sha256 = digests(made.path)
    own = header(made.schemas, report)
    head = {**own, **said.header} | {name: own[name] for name in ("configs", "dataset_info")}
    body = text[text.find("\n---\n", 3) + 5 :].lstrip("\n") if said.header else f"# {title}\n"
    heading, _, rest = body.partition("\n\n")
    front = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000)
    page = f"---\n{front}---\n\n{heading}\n\n{NOTE.format(count=count)}\n\n{rest}"
    (made.path / sheets.CARD).write_text(page, encoding="utf-8", newline="\n")
