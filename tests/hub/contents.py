"""Contents there and back: files by their path, large files by LFS, large files by Xet."""

import re
from collections.abc import Mapping

from hub import xet
from hub.wire import Answer, Refused, Request, as_json, at, proposable, readable, writable

_FOREVER = 2**32 - 1  # when Xet's tokens end, in seconds since 1970
_SIZE = 2**63  # of a range that is open: more than any file has


def resolve(asked: Request) -> Answer:
    """A file, or a range of it, with what clients keep in their cache: its id, its size, its commit."""
    repo = readable(asked)
    commit = at(repo, asked.parts["revision"])
    headers = {"X-Repo-Commit": commit.oid, "Accept-Ranges": "bytes"}
    entry = commit.files.get(asked.parts["path"])
    if entry is None:
        raise Refused(404, "Entry not found", "EntryNotFound", headers)
    headers |= {"ETag": f'"{entry.blob}"', "X-Linked-Etag": f'"{entry.blob}"', "X-Linked-Size": str(entry.size)}
    if entry.xet:
        token = f"{asked.url}/api/datasets/{repo.name}/xet-read-token/{commit.oid}"
        headers |= {"X-Xet-Hash": entry.xet, "Link": f'<{token}>; rel="xet-auth"'}
    return _part(asked, asked.store.blob(entry), headers)


def lfs_batch(asked: Request) -> Answer:
    """Say where to put each large file that is not there yet. Nobody says here whether it is for a pull request."""
    proposable(asked)

    def said_of(one: Mapping[str, object]) -> Mapping[str, object]:
        oid = str(one["oid"])
        if asked.store.large(oid):
            return {"oid": oid, "size": one["size"]}
        verify = {"href": f"{asked.url}/lfs/{asked.parts['repo']}/verify"}
        actions = {"upload": {"href": f"{asked.url}/lfs/{asked.parts['repo']}/{oid}"}, "verify": verify}
        return {"oid": oid, "size": one["size"], "actions": actions}

    return as_json({"transfer": "basic", "objects": [said_of(one) for one in asked.said["objects"]]})


def lfs_put(asked: Request) -> Answer:
    """Keep a large file. As in a bucket, knowing the address is leave enough."""
    try:
        asked.store.keep_large(asked.parts["oid"], asked.body)
    except ValueError as wrong:
        raise Refused(400, str(wrong)) from wrong
    return Answer()


def lfs_verify(asked: Request) -> Answer:
    """Say whether it arrived."""
    proposable(asked)
    entry = asked.store.large(asked.said["oid"])
    if entry is None or entry.size != asked.said["size"]:
        raise Refused(404, "this object was not uploaded")
    return as_json({})


def xet_token(asked: Request) -> Answer:
    """Leave to read or to write chunks, and where."""
    kind = asked.parts["kind"]
    (writable if kind == "write" else readable)(asked)
    cas, token = f"{asked.url}/cas", f"xet-{kind}"
    named = {"X-Xet-Cas-Url": cas, "X-Xet-Access-Token": token, "X-Xet-Token-Expiration": str(_FOREVER)}
    return as_json({"casUrl": cas, "accessToken": token, "exp": _FOREVER}, headers=named)


def chunk(asked: Request) -> Answer:
    """Say that no upload before had this chunk: of what others uploaded, this Hub makes no use."""
    raise Refused(404, "not known")


def put_xorb(asked: Request) -> Answer:
    """Keep chunks."""
    _leave(asked, "write")
    asked.store.keep_xorb(asked.parts["hash"], asked.body)
    return as_json({"was_inserted": True})


def get_xorb(asked: Request) -> Answer:
    """Give chunks, by a range of bytes."""
    return _part(asked, asked.store.xorb(asked.parts["hash"]), {})


def put_shard(asked: Request) -> Answer:
    """Keep files that are made of chunks, if they can be."""
    _leave(asked, "write")
    try:
        asked.store.keep_shard(asked.body)
    except (OSError, ValueError) as wrong:
        raise Refused(400, str(wrong)) from wrong
    return as_json({"result": 1})


def reconstruction(asked: Request) -> Answer:
    """Say of which chunks a file, or a range of it, is made."""
    _leave(asked, "read")
    file = asked.store.xet(asked.parts["hash"])
    if file is None:
        raise Refused(404, "not known")
    start, end = _range(asked.headers.get("range", "bytes=0-"), _SIZE)
    made = xet.reconstruction(file, asked.store.xorb, start, end, f"{asked.url}/cas/xorbs")
    return as_json(made) if made else Answer(416)


def _leave(asked: Request, kind: str) -> None:
    if asked.token not in {"read": ("xet-read", "xet-write"), "write": ("xet-write",)}[kind]:
        raise Refused(401, "a token of Xet's is needed")


def _part(asked: Request, data: bytes, headers: Mapping[str, str]) -> Answer:
    """All of it, or the range that is asked for."""
    if "range" not in asked.headers:
        return Answer(200, data, headers)
    start, end = _range(asked.headers["range"], len(data))
    if start >= len(data):
        return Answer(416, b"", {**headers, "Content-Range": f"bytes */{len(data)}"})
    place = f"bytes {start}-{min(end, len(data)) - 1}/{len(data)}"
    return Answer(206, data[start:end], {**headers, "Content-Range": place})


def _range(said: str, size: int) -> tuple[int, int]:
    """Where a range starts and ends (not included)."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", said)
    if found is None or found[0] == "bytes=-":
        raise Refused(400, f"not a range: {said}")
    if not found[1]:
        return max(0, size - int(found[2])), size
    return int(found[1]), int(found[2]) + 1 if found[2] else size
