"""One repository on the Hub, asked by its real client; nothing else of the tool writes to the Hub."""

import contextlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from claimstance.errors import PublishError, UsageError
from claimstance.release.publishing.plan import Difference, Held, Plan, Settings, title
from claimstance.release.publishing.sealed import Sealed

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

TOKEN = "HF_TOKEN"  # noqa: S105  # of the environment; the token itself is nowhere else
TIMEOUT = 120  # seconds that the Hub may be silent; the client itself would wait for ever
PASSING = (408, 409, 412, 425, 429)  # answers after which it is worth to look again, as after any from 500 on

_DATASET = "dataset"


class PassingError(Exception):
    """It may be otherwise when one looks again: a failure of the line, or somebody who was faster."""


class Hub:
    """One repository on the Hub, asked by the real client. Each call raises PublishError or PassingError."""

    def __init__(self, name: str, token: str | None) -> None:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", name, re.ASCII):
            raise UsageError(f"{name} is no repository: ORG/NAME is due, such as valley/claims.")
        from huggingface_hub import HfApi

        _patient()
        self.name, self._token = name, token
        self._api = HfApi(token=token or False)

    def settings(self) -> Settings | None:
        """It will be None where there is no repository, or none for this token; see Repository for what reads."""
        from huggingface_hub.errors import RepositoryNotFoundError

        with self._asking("to look at it"):
            try:
                info = self._api.dataset_info(self.name)
            except RepositoryNotFoundError:
                return None
        return Settings(str(info.sha), bool(info.private), info.gated or False)

    def tags(self) -> dict[str, str]:
        """Each tag's commit."""
        with self._asking("to read its tags"):
            refs = self._api.list_repo_refs(self.name, repo_type=_DATASET)
        return {one.name: one.target_commit for one in refs.tags}

    def tree(self, revision: str) -> dict[str, Held]:
        """Each file."""
        from huggingface_hub import RepoFile

        with self._asking("to list its files"):
            listed = list(self._api.list_repo_tree(self.name, repo_type=_DATASET, revision=revision, recursive=True))
        return {
            one.path: Held(one.size, one.blob_id, one.lfs.sha256 if one.lfs else None)
            for one in listed
            if isinstance(one, RepoFile)
        }

    def read(self, path: str, revision: str) -> bytes:
        """One file, past any cache."""
        with self._asking(f"to read {path}"), TemporaryDirectory() as kept:
            got = self._api.hf_hub_download(self.name, path, repo_type=_DATASET, revision=revision, cache_dir=kept)
            return Path(got).read_bytes()

    def history(self) -> list[tuple[str, str]]:
        """Each commit."""
        with self._asking("to read its history"):
            return [(one.commit_id, one.title) for one in self._api.list_repo_commits(self.name, repo_type=_DATASET)]

    def pulls(self) -> list[tuple[int, str]]:
        """Each open pull request."""
        with self._asking("to read its pull requests"):
            wanted = self._api.get_repo_discussions(
                self.name, repo_type=_DATASET, discussion_type="pull_request", discussion_status="open"
            )
            return [(one.num, one.title) for one in wanted]

    def create(self, *, private: bool) -> None:
        """Make it; one that is there stays as it is. Whether it is public else is the owner's own setting."""
        with self._asking("to make it"):
            self._api.create_repo(self.name, repo_type=_DATASET, private=private or None, exist_ok=True)

    def gate(self, how: Literal["auto", "manual"]) -> None:
        """Let in only those who ask."""
        with self._asking("to gate it"):
            self._api.update_repo_settings(self.name, repo_type=_DATASET, gated=how)

    def commit(self, plan: Plan, *, propose: bool = False) -> tuple[str, int]:
        """Do what is missing, on what was looked at, as one commit: its id, and its pull request's number, or 0."""
        release = plan.release
        with self._asking("to commit the files"):
            made = self._api.create_commit(
                self.name,
                list(self._operations(release, plan.difference)),
                commit_message=title(release),
                commit_description=f"{release.title} {release.version}, {len(release.files)} files.",
                repo_type=_DATASET,
                parent_commit=plan.settings.head if plan.settings else None,
                create_pr=propose,
            )
        return str(made.oid), int(made.pr_num or 0)

    def tag(self, name: str, oid: str) -> None:
        """Name a commit, once."""
        with self._asking(f"to set the tag {name}"):
            self._api.create_tag(self.name, tag=name, revision=oid, repo_type=_DATASET)

    def _operations(
        self, release: Sealed, missing: Difference
    ) -> "Iterator[CommitOperationAdd | CommitOperationDelete]":
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        for path in (*missing.added, *missing.changed):
            added = CommitOperationAdd(path, release.folder.resolve() / path)
            if added.upload_info.sha256.hex() != release.files[path].sha256:
                raise PublishError(str(release.folder / path), "it changed meanwhile", "Nothing was committed.")
            yield added
        for path in missing.deleted:
            yield CommitOperationDelete(path, is_folder=False)

    @contextlib.contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Say what was asked for when it fails, and nothing of the token."""
        import httpx2

        try:
            yield
        except (OSError, httpx2.HTTPError, RuntimeError, ValueError) as error:
            status = _status(error)
            why = " ".join(str(error).split()) or type(error).__name__
            said = f"{what}: {why.replace(self._token, TOKEN) if self._token else why}".rstrip(".")
            final = isinstance(error, ValueError) and not isinstance(error, json.JSONDecodeError)  # a proxy's page
            if status in PASSING or (status or 0) >= 500 or (status is None and not final):
                raise PassingError(said) from None
            then = f"Has the token in {TOKEN} the right to do that?" if status in (401, 403) else ""
            raise PublishError(self.name, said, then) from None


def _status(error: BaseException | None) -> int | None:
    """What the Hub answered, if it did."""
    while error is not None:
        response = getattr(error, "response", None)
        if response is not None:
            return int(response.status_code)
        error = error.__cause__
    return None


def token(environ: Mapping[str, str]) -> str:
    """It will take the token from the environment, and from nowhere else. Raises UsageError."""
    found = environ.get(TOKEN, "").strip()
    if not found:
        raise UsageError(
            f"{TOKEN} is not set. Put a token with write access there, see huggingface.co/settings/tokens."
        )
    if not re.fullmatch(r"[!-~]+", found):
        raise UsageError(f"What {TOKEN} holds is no token: it has blanks or letters that no token has.")
    return found


@cache
def _patient() -> None:
    """Let no request wait for ever, and show progress on a terminal only."""
    from huggingface_hub import get_session, set_client_factory
    from huggingface_hub.utils.tqdm import disable_progress_bars

    usual = get_session()
    kind, hooks = type(usual), usual.event_hooks
    set_client_factory(lambda: kind(event_hooks=hooks, follow_redirects=True, timeout=TIMEOUT))
    if not sys.stderr.isatty():
        disable_progress_bars()
