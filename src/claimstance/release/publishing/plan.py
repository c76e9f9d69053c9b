"""What is to be done so that a repository has a release, from what is there now: looked at anew at each attempt."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import msgspec

from claimstance.errors import PublishError
from claimstance.gate import manifests
from claimstance.gate.folder import MANIFEST
from claimstance.release.publishing.sealed import File, Sealed

ATTRIBUTES = ".gitattributes"  # the Hub's own, in every repository
CARD = "README.md"

_TAG = re.compile(r"v([0-9]+)\.([0-9]+)\.([0-9]+)")
_HEADER_ONLY = re.compile(r"\s*(---\n.*?\n---\s*)?", re.DOTALL)
_NAMED = 5  # files that a refusal names


class Held(NamedTuple):
    """A file of a repository; only of a large one the Hub tells the SHA-256."""

    size: int
    git: str
    sha256: str | None


class Settings(NamedTuple):
    """Where the main branch is, and who may read the repository."""

    head: str
    private: bool
    gated: str | bool


class Repository(Protocol):
    """A repository, as far as it is read."""

    name: str

    def settings(self) -> Settings | None:
        """It will tell of the main branch; nothing where there is no repository."""

    def tags(self) -> Mapping[str, str]:
        """It will give the commits that tags stand for."""

    def tree(self, revision: str) -> Mapping[str, Held]:
        """It will list all files of a revision."""

    def read(self, path: str, revision: str) -> bytes:
        """It will read one small file."""

    def history(self) -> Iterable[tuple[str, str]]:
        """It will give ids and titles of the commits of the main branch, newest first."""

    def pulls(self) -> Iterable[tuple[int, str]]:
        """It will give numbers and titles of open pull requests."""


class Difference(NamedTuple):
    """Paths by what must be done to them."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


_NOTHING = Difference()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is there and what is missing. `settings` are None where the repository has to be made.

    `at` is a commit of the main branch that has exactly the files of the release, `tagged` whether it has its tag;
    `pull` an open pull request that proposes them. Only where there is neither, `difference` says something.
    """

    repo: str
    release: Sealed
    settings: Settings | None
    at: str | None = None
    tagged: bool = False
    pull: int | None = None
    difference: Difference = _NOTHING


def title(release: Sealed) -> str:
    """It will be the title of the commit and of the pull request."""
    return f"Release {release.version}"


def look(there: Repository, release: Sealed, *, propose: bool = False) -> Plan:
    """It will find out what is missing. Raises PublishError where the release must not go there."""
    settings = there.settings()
    if settings is None:
        return Plan(there.name, release, None, difference=Difference(added=tuple(release.files)))
    tags, tree = there.tags(), there.tree(settings.head)
    if release.tag in tags:
        if any(difference(there.tree(tags[release.tag]), release)):
            _last(there, release, settings.head, tree)
            raise _taken(there.name, release, tags)
        return Plan(there.name, release, settings, tags[release.tag], tagged=True)
    missing = difference(tree, release)
    at = _committed(there, release) if any(missing) else settings.head
    if at is not None:
        return Plan(there.name, release, settings, at)
    _refuse(there, release, tags, _last(there, release, settings.head, tree), tree)
    pulls = [number for number, named in there.pulls() if named == title(release)] if propose else []
    pull = next((one for one in pulls if not any(difference(there.tree(f"refs/pr/{one}"), release))), None)
    return Plan(there.name, release, settings, pull=pull, difference=missing)


def difference(tree: Mapping[str, Held], release: Sealed) -> Difference:
    """It will say what a tree lacks to be the release, the Hub's own file aside."""
    held = {path: one for path, one in tree.items() if path != ATTRIBUTES}
    return Difference(
        tuple(sorted(release.files.keys() - held.keys())),
        tuple(path for path, one in release.files.items() if path in held and not _same(held[path], one)),
        tuple(sorted(held.keys() - release.files.keys())),
    )


def _same(held: Held, own: File) -> bool:
    same = held.sha256 == own.sha256 if held.sha256 else held.git == own.git
    return same and held.size == own.size


def _committed(there: Repository, release: Sealed) -> str | None:
    """The newest commit of the main branch that is this release: of ours, or of a pull request of ours."""
    ours = re.compile(re.escape(title(release)) + r"( \(#[0-9]+\))?")
    found = (oid for oid, named in there.history() if ours.fullmatch(named))
    return next((oid for oid in found if not any(difference(there.tree(oid), release))), None)


def _last(there: Repository, release: Sealed, head: str, tree: Mapping[str, Held]) -> manifests.Manifest | None:
    """The release that the main branch holds; nothing where it holds nothing yet.

    Raises PublishError where it holds what is no release of this dataset.
    """
    held = sorted(tree.keys() - {ATTRIBUTES})
    before = _manifest(there, head) if MANIFEST in held else None
    begun = not held or (held == [CARD] and _HEADER_ONLY.fullmatch(there.read(CARD, head).decode(errors="replace")))
    if before is None and not begun:
        what = f"holds files that are no release of this dataset: {_some(held)}"
        raise PublishError(there.name, what, "Publish to another repository, or delete them there first.")
    if before and before.name != release.name:
        what = f"holds another dataset, {before.name}; this is {release.name}"
        raise PublishError(there.name, what, "Publish to another repository.")
    return before


def _refuse(
    there: Repository,
    release: Sealed,
    tags: Mapping[str, str],
    before: manifests.Manifest | None,
    tree: Mapping[str, Held],
) -> None:
    """Raise PublishError where the release would replace what no older release brought, or what is newer."""
    known = {*before.files, MANIFEST, ATTRIBUTES} if before else tree.keys()
    if strange := sorted(tree.keys() - known):
        what = f"no release brought {_some(strange)}, and a release replaces all files"
        raise PublishError(there.name, what, "Delete it there, if nobody misses it, and run this again.")
    newest = max([*map(_number, tags), _number(f"v{before.version}") if before else ()], default=())
    if newest > _number(release.tag):
        what = f"it is at {_version(newest)}, and {release.version} would replace that"
        raise PublishError(there.name, what, f"Releases go up: make this one {_next(newest)} or more.")


def _manifest(there: Repository, head: str) -> manifests.Manifest | None:
    try:
        return msgspec.json.decode(there.read(MANIFEST, head), type=manifests.Manifest)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _taken(repo: str, release: Sealed, tags: Mapping[str, str]) -> PublishError:
    free = _next(max(map(_number, tags)))
    then = f"A tag is never moved, because people pin it: release these as {free} or more."
    return PublishError(repo, f"the tag {release.tag} is taken by other files", then)


def _number(tag: str) -> tuple[int, ...]:
    """What a tag says of a version; nothing if it is of another kind."""
    found = _TAG.fullmatch(tag)
    return tuple(map(int, found.groups())) if found else ()


def _next(number: tuple[int, ...]) -> str:
    major, minor, patch = number
    return f"{major}.{minor}.{patch + 1}"


def _version(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))


def _some(paths: list[str]) -> str:
    return ", ".join(paths[:_NAMED]) + (f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else "")
