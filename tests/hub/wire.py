"""Requests and answers as the rooms of the Hub see them, and who may do what."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from hub.store import Commit, Repo, Store

PAGE = 1000  # entries of a list in one answer, as on the Hub


@dataclass(frozen=True)
class Person:
    """Whoever a token stands for. The first namespace is the person's own."""

    name: str
    namespaces: tuple[str, ...]
    writes: bool


WRITER, READER, STRANGER = "hf_writer", "hf_reader", "hf_stranger"  # tokens
PEOPLE = {
    WRITER: Person("ada", ("ada", "valley"), writes=True),
    READER: Person("ada", ("ada", "valley"), writes=False),
    STRANGER: Person("eve", ("eve",), writes=True),
}


@dataclass(frozen=True)
class Request:
    """What was asked, at a Hub that listens at `url`. `parts` are the named parts of its path, unquoted."""

    store: Store
    url: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> Any:
        """The body, where it is JSON."""
        return json.loads(self.body)

    @property
    def token(self) -> str | None:
        """What it says that it may."""
        return self.headers["authorization"].removeprefix("Bearer ") if "authorization" in self.headers else None


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An answer that says why not: in words, and in the Hub's own word for it, which clients read."""

    def __init__(
        self, status: int, why: str, code: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(why)
        named = {"X-Error-Message": why} | ({"X-Error-Code": code} if code else {})
        self.answer = as_json({"error": why, **more}, status, {**(headers or {}), **named})


def as_json(said: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(said).encode(), {"Content-Type": "application/json", **(headers or {})})


def page(asked: Request, entries: Iterable[Any]) -> Answer:
    """A part of a list, and where the next part is."""
    start, size = int(asked.query.get("cursor", 0)), int(asked.query.get("limit", PAGE))
    part = list(islice(entries, start, start + size + 1))
    query = urlencode({**asked.query, "cursor": start + size})
    links = {"Link": f'<{asked.url}{asked.path}?{query}>; rel="next"'} if len(part) > size else {}
    return as_json(part[:size], headers=links)


def person(asked: Request) -> Person:
    """Whoever asks. It will refuse where nobody says so."""
    if asked.token is None:
        raise Refused(401, "Invalid username or password.", "RepoNotFound")  # which clients take any such answer for
    if asked.token not in PEOPLE:
        raise Refused(401, "Invalid credentials in Authorization header")
    return PEOPLE[asked.token]


def visible(asked: Request) -> Repo:
    """The repository that is asked for. One that the asker may not know of is as one that is not there."""
    name = asked.parts["repo"]
    repo = asked.store.repo(name)
    known = person(asked) if asked.token is not None else None
    if repo and (not repo.settings["private"] or (known and _is_home(known, name))):
        return repo
    if known is None:
        raise Refused(401, "Invalid username or password.", "RepoNotFound")
    raise Refused(404, "Repository not found", "RepoNotFound")


def readable(asked: Request) -> Repo:
    """It, if its files may be read: of a gated one only those let in may."""
    repo = visible(asked)
    if repo.settings["gated"] and not (asked.token and _is_home(person(asked), repo.name)):
        status = 403 if asked.token else 401
        raise Refused(status, f"Access to dataset {repo.name} is restricted and you are not allowed in.", "GatedRepo")
    return repo


def writable(asked: Request) -> Repo:
    """It, if the asker may write to it. For a pull request, to see it is enough."""
    if "create_pr" in asked.query:
        return proposable(asked)
    repo = visible(asked)
    may_write(person(asked), repo.name)
    return repo


def proposable(asked: Request) -> Repo:
    """It, if the asker may propose changes: who sees it may, with a token that writes at all."""
    repo = visible(asked)
    if not person(asked).writes:
        raise Refused(403, f"This token may read {repo.name} and no more")
    return repo


def may_write(asking: Person, name: str) -> None:
    """Refuse who may not write to the repository of that name, be it there or not."""
    if not asking.writes or not _is_home(asking, name):
        raise Refused(403, f"You don't have the rights to write to the namespace of {name} with this token")


def at(repo: Repo, revision: str) -> Commit:
    """The commit that a revision stands for. It will refuse one that is not there."""
    commit = repo.commit(revision)
    if commit is None:
        raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    return commit


def _is_home(asking: Person, name: str) -> bool:
    return name.split("/")[0] in asking.namespaces
