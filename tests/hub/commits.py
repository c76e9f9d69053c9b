"""Commits, their files, and names for them: branches, tags, pull requests."""

import base64
import json
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs

from hub.repositories import date
from hub.store import MAIN, Commit, Entry, Repo, Store, git_id, pointer
from hub.wire import Answer, Refused, Request, as_json, at, page, person, visible, writable

LARGE_FROM = 10 * 2**20  # bytes from which any file is large


def tree(asked: Request) -> Answer:
    """The files of a revision, or of a folder, page by page."""
    commit = at(visible(asked), asked.parts["revision"])
    below = asked.parts["path"]
    entries = _entries(commit, below, asked.query.get("recursive", "").lower() in ("true", "1"))
    if below and not entries:
        raise Refused(404, f"{below} does not exist on {asked.parts['revision']}", "EntryNotFound")
    return page(asked, entries)


def paths_info(asked: Request) -> Answer:
    """Some files and folders of a revision."""
    commit = at(visible(asked), asked.parts["revision"])
    paths = [path.strip("/") for path in parse_qs(asked.body.decode())["paths"]]
    known = {entry["path"]: entry for entry in _entries(commit, "", recursive=True)}
    return as_json([known[path] for path in paths if path in known])


def commits(asked: Request) -> Answer:
    """The history of a revision, newest first, page by page."""
    repo = visible(asked)
    return page(
        asked,
        (
            {
                "id": commit.oid,
                "title": commit.title,
                "message": commit.description,
                "authors": [{"user": commit.author}],
                "date": date(commit.seconds),
            }
            for commit in repo.history(at(repo, asked.parts["revision"]))
        ),
    )


def refs(asked: Request) -> Answer:
    """Branches, tags and, if asked for, pull requests."""
    repo = visible(asked)

    def named(kind: str) -> list[dict[str, str]]:
        of = [(ref, oid) for ref, oid in repo.refs.items() if ref.startswith(kind)]
        return [{"name": ref.removeprefix(kind), "ref": ref, "targetCommit": oid} for ref, oid in of]

    pulls = {"pullRequests": named("refs/pr/")} if "include_prs" in asked.query else {}
    return as_json({"branches": named("refs/heads/"), "tags": named("refs/tags/"), "converts": [], **pulls})


def preupload(asked: Request) -> Answer:
    """Say of each file whether it is large, and what is there by that name."""
    repo = writable(asked)
    commit = at(repo, asked.parts["revision"])
    attributes = commit.files.get(".gitattributes")
    lines = asked.store.blob(attributes).decode().splitlines() if attributes else []
    large = [line.split()[0] for line in lines if "filter=lfs" in line]
    return as_json({"files": [_mode(file, large, commit.files.get(file["path"])) for file in asked.said["files"]]})


def commit(asked: Request) -> Answer:
    """Add a commit to a branch, or as a pull request; not if the branch is elsewhere than the asker believes."""
    repo = writable(asked)
    head, *operations = [json.loads(line) for line in asked.body.splitlines()]
    said, pulls = head["value"], "create_pr" in asked.query
    branch = _branch(repo, asked.parts["revision"])
    before, believed = at(repo, branch), said.get("parentCommit")
    if believed and pulls:
        before = at(repo, believed)
    elif believed and not before.oid.startswith(believed):
        raise Refused(412, "A commit has happened since. Please refresh and try again.")
    files = _applied(asked.store, before.files, operations)
    made = repo.add(before, said["summary"], said.get("description", ""), person(asked).name, files)
    answer = {"success": True, "commitOid": made.oid, "commitUrl": f"{_page_of(asked)}/commit/{made.oid}"}
    if pulls:
        number = len(repo.pulls) + 1
        repo.pull(number, title=made.title, author=made.author, status="open", base=before.oid)
        branch, answer["pullRequestUrl"] = f"refs/pr/{number}", f"{_page_of(asked)}/discussions/{number}"
    repo.point(branch, made.oid)
    return as_json(answer)


def tag(asked: Request) -> Answer:
    """Name a commit, once. The name stays where it is."""
    repo = writable(asked)
    commit, ref = at(repo, asked.parts["revision"]), f"refs/tags/{asked.said['tag']}"
    if ref in repo.refs:
        raise Refused(409, "Tag reference exists already")
    repo.point(ref, commit.oid)
    return as_json({})


def untag(asked: Request) -> Answer:
    """Forget the name."""
    repo, ref = writable(asked), f"refs/tags/{asked.parts['revision']}"
    if ref not in repo.refs:
        raise Refused(404, f"Invalid rev id: {asked.parts['revision']}", "RevisionNotFound")
    repo.point(ref, None)
    return as_json({})


def discussions(asked: Request) -> Answer:
    """Pull requests; there is nothing else to discuss."""
    repo, status = visible(asked), asked.query.get("status", "all")
    listed = [_pull(repo, number) for number in reversed(repo.pulls)]
    chosen = [one for one in listed if status in ("all", one["status"])]
    return as_json({"discussions": chosen, "count": len(chosen), "start": 0})


def discussion(asked: Request) -> Answer:
    """One pull request."""
    return as_json(_pull(visible(asked), asked.parts["number"]))


def merge(asked: Request) -> Answer:
    """Bring what a pull request changed into the main branch, as one commit of its own there."""
    repo, number = writable(asked), asked.parts["number"]
    said = _pull(repo, number)
    base, pulled, main = (at(repo, name) for name in (repo.pulls[number]["base"], f"refs/pr/{number}", MAIN))
    kept = {path: entry for path, entry in main.files.items() if path in pulled.files or path not in base.files}
    changed = {path: entry for path, entry in pulled.files.items() if base.files.get(path) != entry}
    made = repo.add(main, f"{said['title']} (#{number})", "", person(asked).name, {**kept, **changed})
    repo.pull(int(number), status="merged")
    repo.point(MAIN, made.oid)
    return as_json({"newStatus": "merged"})


def _entries(commit: Commit, below: str, recursive: bool) -> list[dict[str, Any]]:
    """Files and folders under a path, by name, as the Hub lists them."""
    inside = f"{below}/" if below else ""
    listed = {path: _file(path, entry) for path, entry in commit.files.items() if path.startswith(inside)}
    folders = {str(one) for path in listed for one in PurePosixPath(path).parents if str(one) not in (".", below)}
    for folder in folders:
        if str(folder).startswith(inside):
            oid = git_id("tree", json.dumps([path for path in listed if path.startswith(f"{folder}/")]).encode())
            listed[folder] = {"type": "directory", "path": folder, "oid": oid, "size": 0}
    return [listed[path] for path in sorted(listed) if recursive or "/" not in path.removeprefix(inside)]


def _file(path: str, entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "file", "path": path, "oid": entry.oid, "size": entry.size}
    if entry.sha256:
        small = len(pointer(entry.sha256, entry.size))
        said["lfs"] = {"oid": entry.sha256, "size": entry.size, "pointerSize": small}
    return said | ({"xetHash": entry.xet} if entry.xet else {})


def _mode(file: Mapping[str, Any], large: list[str], there: Entry | None) -> dict[str, Any]:
    path = file["path"]
    big = file["size"] >= LARGE_FROM or any(fnmatch(PurePosixPath(path).name, pattern) for pattern in large)
    said = {"path": path, "uploadMode": "lfs" if big else "regular", "shouldIgnore": False}
    return said | ({"oid": there.blob} if there else {})


def _branch(repo: Repo, revision: str) -> str:
    """The full name of a branch or pull request. Nothing else can be committed to."""
    names = (f"refs/heads/{revision}", revision)
    found = next((name for name in names if name in repo.refs and not name.startswith("refs/tags/")), None)
    if found is None:
        raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    return found


def _applied(store: Store, before: Mapping[str, Entry], operations: list[dict[str, Any]]) -> dict[str, Entry]:
    """The files after a commit's operations."""
    files = dict(before)
    for key, value in ((operation["key"], operation["value"]) for operation in operations):
        path = value["path"]
        if key == "file":
            files[path] = store.keep(base64.b64decode(value["content"]))
        elif key == "lfsFile":
            entry = store.large(value["oid"])
            if entry is None:
                raise Refused(400, f"LFS pointer pointed to a file that does not exist. Offending file: {path}")
            files[path] = entry
        elif key in ("deletedFile", "deletedFolder"):
            gone = [name for name in files if name == path or name.startswith(f"{path.rstrip('/')}/")]
            if not gone:
                raise Refused(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
            for name in gone:
                del files[name]
        else:
            raise Refused(400, f"unknown operation {key}")
    return files


def _pull(repo: Repo, number: str) -> dict[str, Any]:
    if number not in repo.pulls:
        raise Refused(404, f"there is no pull request {number}")
    said = repo.pulls[number]
    return {
        "num": int(number),
        "title": said["title"],
        "status": said["status"],
        "author": {"name": said["author"]},
        "createdAt": date(at(repo, f"refs/pr/{number}").seconds),
        "isPullRequest": True,
        "repo": {"name": repo.name, "type": "dataset"},
        "events": [],
        "changes": {"base": MAIN},
        "filesWithConflicts": [],
    }


def _page_of(asked: Request) -> str:
    return f"{asked.url}/datasets/{asked.parts['repo']}"
