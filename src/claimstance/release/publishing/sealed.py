"""A release as it lies in its folder, looked through whole before anything of it goes anywhere."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from claimstance.errors import BadInput, PublishError
from claimstance.gate import manifests
from claimstance.gate.facts.files import BESIDE
from claimstance.gate.folder import MANIFEST, irregular

REPORT = "report"  # may lie beside what is shipped; it is shipped if the manifest lists it
VERDICT = f"{REPORT}/validation.json"
AGAIN = "Make the release anew: scripts/release.py."

_PART = 2**20  # bytes that are read at once


@dataclass(frozen=True, slots=True)
class File:
    """What tells one file from another: its size, its SHA-256, and the id that git gives it."""

    size: int
    sha256: str
    git: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A release whose files are what its manifest says, and which passed its checks. `files` has the manifest too."""

    folder: Path
    name: str
    title: str
    version: str
    files: Mapping[str, File]

    @property
    def tag(self) -> str:
        """What it is called in a repository."""
        return f"v{self.version}"


def sealed(folder: Path, withdrawn: Collection[str] = ()) -> Sealed:
    """It will look through the release in `folder`, of which no article may be among the `withdrawn`.

    Raises PublishError, or BadInput with several, where there is none, where files are other than its manifest says,
    or where its report says that it failed, or is not there.
    """
    said = manifests.read(folder)
    if isinstance(said, str):
        raise PublishError(str(folder / MANIFEST), said, AGAIN)
    there = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
    problems = [*_verdict(folder, said.version), *_strangers(there, said), *_missing(folder, there, said)]
    found = {path: file(there[path]) for path in (*said.files, MANIFEST) if path in there and not problems}
    for path, one in said.files.items():
        if path in found and (found[path].sha256, found[path].size) != (one.sha256, one.bytes):
            problems.append(PublishError(str(folder / path), "it is not the file that MANIFEST.json lists", AGAIN))
    problems += _withdrawn(folder, said, withdrawn) if not problems else ()
    if problems:
        raise problems[0] if len(problems) == 1 else BadInput(problems)
    return Sealed(folder, said.name, said.title, said.version, dict(sorted(found.items())))


def file(path: Path) -> File:
    """It will read a file and tell what it is."""
    size = path.stat().st_size
    sha256, git = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as opened:
        while part := opened.read(_PART):
            sha256.update(part)
            git.update(part)
    return File(size, sha256.hexdigest(), git.hexdigest())


def _verdict(folder: Path, version: str) -> Iterator[PublishError]:
    """What speaks against it in the report of its own validation."""
    path = folder / VERDICT
    try:
        said = json.loads(path.read_bytes())
        passed, judged = said["passed"], said["version"]
    except FileNotFoundError:
        yield PublishError(str(path), "it is not there, so nobody knows whether the release may be trusted", AGAIN)
    except (ValueError, KeyError, TypeError, RecursionError):
        yield PublishError(str(path), "it is no report of a validation", AGAIN)
    else:
        if passed is not True:
            yield PublishError(str(path), "the release failed its checks", f"See {REPORT}/index.html beside it.")
        elif judged != version:
            yield PublishError(str(path), f"it is about {judged}, and the release is {version}", AGAIN)


def _strangers(there: Mapping[str, Path], said: manifests.Manifest) -> Iterator[PublishError]:
    """Files that are no part of the release."""
    for name, path in there.items():
        listed = name in said.files
        if not listed and name.split("/")[0] in BESIDE:  # what a download leaves there
            continue
        if not listed and name != MANIFEST and not name.startswith(f"{REPORT}/"):
            yield PublishError(str(path), "MANIFEST.json does not list it", "Delete it, if it is nothing of yours.")
        elif listed and any(part.startswith(".") for part in name.split("/")):
            yield PublishError(str(path), "hidden files are no part of a release", AGAIN)
        elif problem := irregular(path):
            yield PublishError(str(path), f"it is {problem}", AGAIN)


def _withdrawn(folder: Path, said: manifests.Manifest, withdrawn: Collection[str]) -> Iterator[PublishError]:
    """The articles that were withdrawn since."""
    if not withdrawn:
        return
    import pyarrow.parquet as pq

    for path in sorted(one for one in said.files if one.startswith("articles/") and one.endswith(".parquet")):
        ids = set(pq.read_table(folder / path, columns=["article_id"])["article_id"].to_pylist())
        for article_id in sorted(ids.intersection(withdrawn)):
            then = "Release without it, see corpus/withdrawn.csv."
            yield PublishError(str(folder / path), f"{article_id} was withdrawn", then)


def _missing(folder: Path, there: Mapping[str, Path], said: manifests.Manifest) -> Iterator[PublishError]:
    for name in sorted(said.files.keys() - there.keys()):
        yield PublishError(str(folder / name), "it is not there, and MANIFEST.json lists it", AGAIN)
