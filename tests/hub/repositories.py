"""People and repositories: who somebody is, what there is, who may see it."""

from datetime import UTC, datetime
from typing import Any

from hub.store import Entry, pointer
from hub.wire import Answer, Refused, Request, as_json, at, may_write, person, readable, visible, writable


def whoami(asked: Request) -> Answer:
    """Whose token it is."""
    who = person(asked)
    orgs = [{"name": name, "roleInOrg": "write"} for name in who.namespaces[1:]]
    token = {"displayName": "test", "role": "write" if who.writes else "read"}
    return as_json(
        {"type": "user", "name": who.name, "orgs": orgs, "auth": {"type": "access_token", "accessToken": token}}
    )


def create(asked: Request) -> Answer:
    """Make a repository, once."""
    said, who = asked.said, person(asked)
    name = f"{said.get('organization') or who.name}/{said['name']}"
    if said.get("type") != "dataset":
        raise Refused(400, "this Hub has datasets only")
    may_write(who, name)
    url = f"{asked.url}/datasets/{name}"
    if asked.store.repo(name):
        raise Refused(409, "You already created this dataset repo", url=url)
    asked.store.create(name, who.name, private=said.get("visibility") == "private")
    return as_json({"url": url, "name": name, "id": name})


def settings(asked: Request) -> Answer:
    """Make it private, public or gated."""
    repo, said = writable(asked), asked.said
    private = {"private": said["visibility"] == "private"} if "visibility" in said else {}
    repo.change(**private, **{name: said[name] for name in ("gated",) if name in said})
    return as_json(repo.settings)


def auth_check(asked: Request) -> Answer:
    """Say whether its files may be read, or written."""
    (writable if asked.parts["write"] else readable)(asked)
    return as_json({})


def info(asked: Request) -> Answer:
    """What the Hub knows of a repository at a revision."""
    repo = visible(asked)
    commit = at(repo, asked.parts["revision"] or "main")
    said = {
        "id": repo.name,
        "author": repo.name.split("/")[0],
        "sha": commit.oid,
        "lastModified": date(commit.seconds),
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "siblings": [_sibling(path, entry, "blobs" in asked.query) for path, entry in commit.files.items()],
    }
    return as_json(said | repo.settings)


def validate_yaml(asked: Request) -> Answer:
    """Look whether a card has words for programs. What they say is not looked at."""
    card = asked.said["content"]
    if not card.startswith("---\n"):
        return as_json({"errors": [], "warnings": [{"message": "empty or missing yaml metadata in repo card"}]})
    ended = "\n---\n" in card
    errors = [] if ended else [{"message": "the metadata has no end"}]
    return as_json({"errors": errors, "warnings": []}, 200 if ended else 400)


def date(seconds: int) -> str:
    """A moment as the Hub writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _sibling(path: str, entry: Entry, blobs: bool) -> dict[str, Any]:
    if not blobs:
        return {"rfilename": path}
    large = entry.sha256 and {
        "sha256": entry.sha256,
        "size": entry.size,
        "pointerSize": len(pointer(entry.sha256, entry.size)),
    }
    return {"rfilename": path, "size": entry.size, "blobId": entry.oid} | ({"lfs": large} if large else {})
