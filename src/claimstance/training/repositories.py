"""A release in a repository of the Hub, or in the cache of its client.

A version is a tag, `v1.2.0`. What was fetched of one is taken from the cache without a question, so it stays what it
was on this machine, offline too; the token is the client's own (HF_TOKEN, or `hf auth login`) and is in no message.
"""

import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from claimstance.errors import LoadError
from claimstance.manifest import MANIFEST, Manifest, understood
from claimstance.training.source import checked
from claimstance.version import numbers

NEWEST = "main"
_FETCH = "load(…) once with a connection and without HF_HUB_OFFLINE, and it will be there"


@dataclass(frozen=True)
class Repository:
    """A version of a dataset on the Hub; without a version the newest there is, offline the newest that is cached."""

    repo: str
    version: str | None
    cache: Path | None

    @property
    def name(self) -> str:
        """The repository, and the version that is asked for."""
        return self.repo if self.version is None else f"{self.repo} {self.version}"

    @property
    def revision(self) -> str:
        """The tag, or the branch."""
        return NEWEST if self.version is None else f"v{self.version}"

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest of the version that is asked for. Raises LoadError."""
        said = understood(self._manifest.read_bytes())
        if isinstance(said, str):
            raise LoadError(f"{self.name}, {MANIFEST}", said, "Ask those who published it.")
        if self.version is None and _offline():
            what = f"{self.repo}: offline, so this is {said.version}, the newest that was fetched. Name a version."
            warnings.warn(what, stacklevel=2)
        if self.version not in (None, said.version):
            what = f"what is tagged {self.revision} says that it is version {said.version}"
            raise LoadError(self.name, what, "Ask those who published it; do not train on it.")
        return said

    @property
    def listed(self) -> Collection[str]:
        """What the manifest lists."""
        return list(self.manifest.files)

    def files(self, paths: Collection[str], *, streaming: bool) -> Mapping[str, Path | str]:
        """The files as they were released, from the cache or fetched into it; to stream, their addresses.

        What is streamed is not here to be hashed: then the digest that the Hub itself keeps of each file is held
        against the manifest, where it keeps one. Raises LoadError.
        """
        there = {path: self._manifest.parent / path for path in paths}
        if not all(file.is_file() for file in there.values()):
            if streaming and not _offline():
                return self._addresses(paths)
            self._fetch(paths)
        for path, file in there.items():
            then = f"Delete {file.resolve()} and load it again; if that says the same, ask those who published it."
            checked(self.name, self.manifest, path, file, then)
        return dict(there)

    @cached_property
    def _manifest(self) -> Path:
        """The manifest's file in the cache; beside it lies what else was fetched of that commit."""
        from huggingface_hub import hf_hub_download, try_to_load_from_cache

        if self.version is not None:
            cached = try_to_load_from_cache(
                self.repo, MANIFEST, cache_dir=self.cache, revision=self.revision, repo_type="dataset"
            )
            if isinstance(cached, str):
                return Path(cached)
        with self._asked():
            fetched = hf_hub_download(
                self.repo, MANIFEST, repo_type="dataset", revision=self.revision, cache_dir=self.cache
            )
        return Path(fetched)

    @property
    def _commit(self) -> str:
        return self._manifest.parent.name

    def _fetch(self, paths: Collection[str]) -> None:
        from huggingface_hub import snapshot_download

        with self._asked():
            snapshot_download(
                self.repo,
                repo_type="dataset",
                revision=self._commit,
                cache_dir=self.cache,
                allow_patterns=sorted(paths),
            )

    def _addresses(self, paths: Collection[str]) -> dict[str, str]:
        """Where each file is streamed from, after a look at what the Hub says of it."""
        from huggingface_hub import HfApi
        from huggingface_hub.hf_api import RepoFile

        with self._asked():
            found = HfApi().get_paths_info(self.repo, sorted(paths), revision=self._commit, repo_type="dataset")
        there = {one.path: one for one in found if isinstance(one, RepoFile)}
        for path in paths:
            due, said = self.manifest.files[path], there.get(path)
            if said is None:
                raise LoadError(self.name, f"{path} is not there", "Ask those who published it.")
            if said.size != due.bytes or (said.lfs and said.lfs.sha256 != due.sha256):
                what = f"{path} is not what was released: the Hub has another size or SHA-256 than the manifest"
                raise LoadError(self.name, what, "Ask those who published it; do not train on it.")
        return {path: f"hf://datasets/{self.repo}@{self._commit}/{path}" for path in paths}

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """What goes wrong with the Hub, said in our words: the client's may repeat an address, or what was sent."""
        problem: LoadError | None = None
        try:
            yield
        except Exception as error:
            problem = self._problem(error)
        if problem:
            raise problem  # out here, so that no traceback shows what it was made from

    def _problem(self, error: Exception) -> LoadError:
        from huggingface_hub import errors

        if isinstance(error, errors.GatedRepoError):
            then = f"Accept its terms at https://huggingface.co/datasets/{self.repo}, and set HF_TOKEN."
            return LoadError(self.name, "access has to be asked for", then)
        if isinstance(error, errors.RepositoryNotFoundError):
            return LoadError(self.name, "no such repository, or a private one", "Set HF_TOKEN if it is private.")
        if isinstance(error, errors.RevisionNotFoundError):
            return LoadError(self.name, f"no tag {self.revision} is there", self._versions())
        if isinstance(error, errors.LocalEntryNotFoundError | errors.OfflineModeIsEnabled):
            why = "HF_HUB_OFFLINE is set" if _offline() else "the Hub cannot be reached"
            return LoadError(self.name, f"{why}, and it is not in the cache, or not all of it", f"Do this: {_FETCH}.")
        if isinstance(error, errors.EntryNotFoundError):
            what = f"has no {MANIFEST}, so it is no release that can be checked"
            return LoadError(self.name, what, "datasets.load_dataset loads it without a check.")
        if isinstance(error, errors.HfHubHTTPError):
            return LoadError(self.name, f"the Hub answered {error.response.status_code}", "Try it again later.")
        return LoadError(self.name, f"it could not be fetched ({type(error).__name__})", "Try it again later.")

    def _versions(self) -> str:
        """Which versions there are, where that can be found out."""
        from huggingface_hub import HfApi

        try:
            tags = HfApi().list_repo_refs(self.repo, repo_type="dataset").tags
        except Exception:
            return "Look at the tags of the repository."
        found = sorted((one.name[1:] for one in tags if one.name.startswith("v")), key=numbers)
        return f"Versions: {', '.join(found) or 'none'}."


def _offline() -> bool:
    from huggingface_hub import constants

    return bool(constants.HF_HUB_OFFLINE)
