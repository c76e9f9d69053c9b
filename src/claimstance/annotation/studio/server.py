"""Label Studio: its projects, its people, its tabs; tasks go there and come back.

This module is the only one that imports label_studio_sdk.
"""

import re
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from claimstance.annotation.batches import DOMAIN, PSEUDONYM, barred
from claimstance.annotation.studio import local, sending, snapshots
from claimstance.annotation.studio.forms import orphaned
from claimstance.annotation.studio.sending import Pushed
from claimstance.annotation.studio.wire import Wire, unknown_token
from claimstance.errors import ServerError

URL, TOKEN = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"
_TITLE = "{name} · {batch}"  # a tab is as wide as some 15 characters: whose it is has to be among them

# What our projects need beside form and guideline. A prediction is shown, and copied into what an annotator begins,
# if show_collab_predictions is set and the project's model_version is the prediction's (sending.py sees to that).
SETTINGS: Mapping[str, Any] = {
    "enable_empty_annotation": True,  # nothing to mark is an answer
    "evaluate_predictions_automatically": False,
    "maximum_annotations": 1000,  # a task that one has done stays in the others' stream
    "overlap_cohort_percentage": 100,
    "reveal_preannotations_interactively": False,
    "sampling": "Sequential sampling",
    "show_annotation_history": False,
    "show_collab_predictions": True,
    "show_instruction": True,
    "show_skip_button": True,
    "skip_queue": "REQUEUE_FOR_OTHERS",  # who skips a task does not meet it again, the others do
}

# What a tab does not show at first: what others answered, and what is for machines. Whoever wants it can add it there.
_HIDDEN = (
    *("annotators", "annotations_results", "annotations_ids", "avg_lead_time", "updated_by", "updated_at"),
    *("total_predictions", "predictions_score", "predictions_model_versions", "predictions_results"),
    *("inner_id", "file_upload", "storage_filename", "created_at", "draft_exists", "data.batch", "data.annotators"),
    *("data.task_id", "data.text_sha256", "data.start", "data.claim_id", "data.source_id"),
)


@dataclass(frozen=True, slots=True)
class Server:
    """A Label Studio that answers, and knows the token. All of its methods raise ServerError."""

    wire: Wire

    def __enter__(self) -> Self:
        """It will be itself: connect has reached it."""
        return self

    def __exit__(self, *_: object) -> None:
        """It will hang up."""
        self.wire.http.httpx_client.close()

    def project(self, title: str, form: str, instruction: str) -> int:
        """It will return the number of the project of that title: found, made, or brought up to date.

        `form` is XML, `instruction` HTML. A form that would leave answers without their question is refused.
        """
        # The server strips what it stores; so do we, to see whether it is the same.
        wanted = {**SETTINGS, "expert_instruction": instruction.strip(), "label_config": form.strip()}
        found = self._called(title)
        if found is None:
            said = {**wanted, "title": title}
            return int(self.wire.ask(f"make a project {title!r}", "POST", "api/projects/", body=said, due=dict)["id"])
        path = f"api/projects/{found}/"
        there = self.wire.get("read a project", path)
        changed = {name: value for name, value in wanted.items() if there.get(name) != value}
        if "label_config" in changed and (lost := orphaned(there["label_config"], form)):
            where = f"{self.wire.where}: project {title!r}"
            what = "the new form would leave answers without their question"
            raise ServerError(where, what, "Forms only grow; put back what is missing:\n" + "\n".join(lost))
        if changed:
            self.wire.again(lambda: self.wire.ask(f"change project {title!r}", "PATCH", path, body=changed))
        return found

    def find(self, title: str) -> int:
        """It will return the number of the project of that title, which has to be there; it changes nothing."""
        found = self._called(title)
        if found is None:
            raise ServerError(self.wire.where, f"no project is called {title!r}", "Send tasks to it first.")
        return found

    def people(self) -> dict[int, str | None]:
        """It will name everybody by the server's number: who has an account of ours by its pseudonym, others None."""
        people = self.wire.get("list the accounts", "api/users/", due=list)
        return {int(one["id"]): _pseudonym(str(one["email"])) for one in people}

    def push(
        self,
        project: int,
        batch: str,
        tasks: Iterable[Mapping[str, Any]],
        progress: Callable[[int], object] = lambda _: None,
        ids: Collection[str] = (),
    ) -> Pushed:
        """It will see to it that the project has these tasks of the batch, each once; see `sending.push`."""
        return sending.push(self.wire, project, batch, tasks, progress, ids)

    def export(self, project: int, folder: Path) -> Iterator[dict[str, Any]]:
        """It will give all tasks of the project with all that was answered, one at a time; see `snapshots.export`."""
        return snapshots.export(self.wire, project, folder)

    def views(self, project: int, batch: str, annotators: Iterable[str]) -> None:
        """It will make a tab of the project for each annotator's share of the batch, called "<annotator> · <batch>"."""
        there: dict[str, list[dict[str, Any]]] = {}
        for view in self.wire.get("list the tabs", "api/dm/views/", {"project": project}, list):
            there.setdefault((view["data"] or {}).get("title", ""), []).append(view)
        for name in sorted(set(annotators)):
            title, filters = _TITLE.format(batch=batch, name=name), _share(batch, name)
            found = there.get(title, [])
            hidden = [f"tasks:{one}" for one in _HIDDEN]
            new = {"hiddenColumns": {"explore": hidden, "labeling": hidden}}
            data = {**(found[0]["data"] if found else new), "title": title, "filters": filters}
            said = {"project": project, "data": data}
            if not found:
                self.wire.ask(f"make the tab {title!r}", "POST", "api/dm/views/", body=said)
            elif found[0]["data"] != data:
                self._again(f"change the tab {title!r}", "PATCH", f"api/dm/views/{found[0]['id']}/", said)
            for view in found[1:]:  # a request that was heard twice
                self._again(f"delete the second tab {title!r}", "DELETE", f"api/dm/views/{view['id']}/")

    def _again(self, what: str, method: str, path: str, body: Any = None) -> None:
        self.wire.again(lambda: self.wire.ask(what, method, path, body=body))

    def _called(self, title: str) -> int | None:
        """The one project of that title."""
        found = [int(one["id"]) for one in self._projects() if one["title"] == title]
        if len(found) > 1:
            numbers = ", ".join(str(one) for one in sorted(found))
            then = "Rename or delete those that hold nobody's work, until one is left."
            raise ServerError(self.wire.where, f"{len(found)} projects are called {title!r}: {numbers}", then)
        return next(iter(found), None)

    def _projects(self) -> Iterator[dict[str, Any]]:
        """All projects. The pages are followed until they give as many as the server says there are."""
        page, seen, total = 0, 0, 1
        while seen < total:
            page += 1
            said = {"include": "id,title", "page": page, "page_size": 1000}
            answer = self.wire.get("list the projects", "api/projects/", said)
            if not answer["results"] and answer["count"]:
                raise ServerError(self.wire.where, "the list of projects is short", "Run the command again.")
            yield from answer["results"]
            seen, total = seen + len(answer["results"]), answer["count"]


def connection(environ: Mapping[str, str], folder: Path | None = None) -> tuple[str, str]:
    """It will return address and token of the server that the environment names: both are due, or none.

    Where it names none, of the one that runs over `folder` on this machine.
    """
    url, token = environ.get(URL, ""), environ.get(TOKEN, "")
    if not url and not token and folder:
        return local.connection(folder)
    if not url and not token:
        then = f"Set {URL} and {TOKEN}, or run scripts/label_studio.py."
        raise ServerError("Label Studio", "no server is named", then)
    if not url or not token:
        missing, there = (TOKEN, URL) if url else (URL, TOKEN)
        raise ServerError("Label Studio", f"{there} is set and {missing} is not", "Set both, or none.")
    return url, token


def connect(url: str, token: str, wait: Callable[[float], None] = time.sleep) -> Server:
    """It will reach the server at `url` and return it. `wait` is called before something is tried again.

    Raises ServerError: no address or token, nobody there, a token that is not known there.
    """
    where = _address(url)
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ServerError(where, f"{TOKEN} is no token", "Copy it anew from Account & Settings; it has no blanks.")
    server = Server(Wire(where, _line(where, token), token, wait))
    server.wire.get("say who we are", "api/current-user/whoami")
    return server


def _line(where: str, token: str) -> Any:
    """What the SDK makes its requests with."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its modules use what its own dependencies call deprecated
            import httpx
            from label_studio_sdk import LabelStudio
            from label_studio_sdk.core.api_error import ApiError
    except ImportError:
        what = "label_studio_sdk is not installed"
        raise ServerError("Label Studio", what, "Run: pip install 'claimstance[label-studio]'") from None
    near = urlsplit(where).hostname in ("127.0.0.1", "::1", "localhost")
    # No redirects: the token goes to the host that was named, and through no proxy to one that is this machine.
    # A connection of its own for each request: one that idled may end just as a request goes out, and then nobody knows
    # whether that was heard.
    alone = httpx.Limits(max_keepalive_connections=0)
    try:
        client = httpx.Client(follow_redirects=False, trust_env=not near, limits=alone)
    except (httpx.InvalidURL, ImportError, OSError, ValueError) as error:  # it may quote a proxy's password
        what = f"no connection can be made as the environment says ({type(error).__name__})"
        then = "Look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR."
        raise ServerError(where, what, then) from None
    try:
        return LabelStudio(base_url=f"{where}/", api_key=token, httpx_client=client)._client_wrapper.httpx_client
    except (ApiError, OverflowError, ValueError):  # it has no day on which it ends, or one that is past or none
        raise unknown_token(where) from None


def _address(url: str) -> str:
    """The address of a server without its last slash. What is refused is not shown: it may hold a password."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        good = False
    if not good or "@" in parts.netloc or parts.query or parts.fragment or not re.fullmatch(r"[\x21-\x7e]+", url):
        then = f"Set {URL} to something like https://labels.example.org, without name, password or question mark."
        raise ServerError("Label Studio", f"{URL} is no address of a server", then)
    return url.rstrip("/")


def _pseudonym(email: str) -> str | None:
    name, _, domain = email.partition("@")
    return name if domain == DOMAIN and re.fullmatch(PSEUDONYM, name) else None


def _share(batch: str, name: str) -> dict[str, Any]:
    items = [
        sending.condition("data.batch", "equal", "String", batch),
        sending.condition("data.annotators", "contains", "String", barred([name])),
    ]
    return {"conjunction": "and", "items": items}
