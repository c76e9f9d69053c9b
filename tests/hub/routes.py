"""Which function answers which request, and by what name a test speaks of it."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from hub import commits, contents, repositories
from hub.wire import Answer, Request

_REPO = "/api/datasets/(?P<repo>[^/]+/[^/]+)"
_REVISION = "(?P<revision>[^/]+)"
_HASH = "(?P<hash>[0-9a-f]{64})"


class Route(NamedTuple):
    """A kind of request; `path` is an expression over the path as it came, still quoted."""

    name: str
    methods: str
    path: str
    answer: Callable[[Request], Answer]


ROUTES = (
    Route("whoami", "GET", "/api/whoami-v2", repositories.whoami),
    Route("create", "POST", "/api/repos/create", repositories.create),
    Route("validate-yaml", "POST", "/api/validate-yaml", repositories.validate_yaml),
    Route("settings", "PUT", f"{_REPO}/settings", repositories.settings),
    Route("auth-check", "GET", f"{_REPO}/auth-check(?P<write>/write)?", repositories.auth_check),
    Route("info", "GET", f"{_REPO}(/revision/{_REVISION})?", repositories.info),
    Route("tree", "GET", f"{_REPO}/tree/{_REVISION}(/(?P<path>.+))?", commits.tree),
    Route("paths-info", "POST", f"{_REPO}/paths-info/{_REVISION}", commits.paths_info),
    Route("commits", "GET", f"{_REPO}/commits/{_REVISION}", commits.commits),
    Route("refs", "GET", f"{_REPO}/refs", commits.refs),
    Route("preupload", "POST", f"{_REPO}/preupload/{_REVISION}", commits.preupload),
    Route("commit", "POST", f"{_REPO}/commit/{_REVISION}", commits.commit),
    Route("tag", "POST", f"{_REPO}/tag/{_REVISION}", commits.tag),
    Route("untag", "DELETE", f"{_REPO}/tag/{_REVISION}", commits.untag),
    Route("discussions", "GET", f"{_REPO}/discussions", commits.discussions),
    Route("discussion", "GET", f"{_REPO}/discussions/(?P<number>[0-9]+)", commits.discussion),
    Route("merge", "POST", f"{_REPO}/discussions/(?P<number>[0-9]+)/merge", commits.merge),
    Route("resolve", "GET HEAD", f"/datasets/(?P<repo>[^/]+/[^/]+)/resolve/{_REVISION}/(?P<path>.+)", contents.resolve),
    Route("lfs-batch", "POST", r"/datasets/(?P<repo>[^/]+/[^/]+)\.git/info/lfs/objects/batch", contents.lfs_batch),
    Route("lfs-put", "PUT", "/lfs/(?P<repo>[^/]+/[^/]+)/(?P<oid>[0-9a-f]{64})", contents.lfs_put),
    Route("lfs-verify", "POST", "/lfs/(?P<repo>[^/]+/[^/]+)/verify", contents.lfs_verify),
    Route("xet-token", "GET", f"{_REPO}/xet-(?P<kind>read|write)-token/{_REVISION}", contents.xet_token),
    Route("xet-chunk", "GET", "/cas/v1/chunks/.+", contents.chunk),
    Route("xet-put", "POST", f"/cas/v1/xorbs/[^/]+/{_HASH}", contents.put_xorb),
    Route("xet-shard", "POST", "/cas/v1/shards", contents.put_shard),
    Route("xet-files", "GET", f"/cas/v1/reconstructions/{_HASH}", contents.reconstruction),
    Route("xet-get", "GET", f"/cas/xorbs/{_HASH}", contents.get_xorb),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request and the parts of its path, unquoted; those that are not there are empty."""
    for route in ROUTES:
        found = re.fullmatch(route.path, path)
        if found and method in route.methods.split():
            return route, {name: unquote(part or "") for name, part in found.groupdict().items()}
    return None
