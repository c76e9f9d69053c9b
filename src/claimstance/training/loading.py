"""`load`: a table of a release, exactly the version that is asked for, or an error that says why not.

`datasets.load_dataset` gives other rows without a word where a folder was edited or has the name of another, where it
is offline (it ignores `revision=`), and where a column is missing (all of it None). Here the manifest decides which
files are a table, each is hashed (half a second a GB), and rows are cached by these digests and no name.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from claimstance.digests import of_file, of_files
from claimstance.errors import LoadError
from claimstance.training.folders import Folder
from claimstance.training.repositories import Repository
from claimstance.training.source import Source, splits
from claimstance.version import VERSION

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, Features, IterableDataset, IterableDatasetDict

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")

Where = str | os.PathLike[str]


@overload
def load(
    where: Where,
    table: str = "stances",
    *,
    version: str | None = None,
    split: None = None,
    streaming: Literal[False] = False,
    cache: Where | None = None,
) -> "DatasetDict": ...
@overload
def load(
    where: Where,
    table: str = "stances",
    *,
    version: str | None = None,
    split: str,
    streaming: Literal[False] = False,
    cache: Where | None = None,
) -> "Dataset": ...
@overload
def load(
    where: Where,
    table: str = "stances",
    *,
    version: str | None = None,
    split: None = None,
    streaming: Literal[True],
    cache: Where | None = None,
) -> "IterableDatasetDict": ...
@overload
def load(
    where: Where,
    table: str = "stances",
    *,
    version: str | None = None,
    split: str,
    streaming: Literal[True],
    cache: Where | None = None,
) -> "IterableDataset": ...
@overload
def load(
    where: Where,
    table: str = "stances",
    *,
    version: str | None = None,
    split: str | None = None,
    streaming: bool = False,
    cache: Where | None = None,
) -> "Dataset | DatasetDict | IterableDataset | IterableDatasetDict": ...
def load(
    where: Where,
    table: str = "stances",
    *,
    version: str | None = None,
    split: str | None = None,
    streaming: bool = False,
    cache: Where | None = None,
) -> Any:
    """It will load a table of a release: a dataset by split, or the one `split`; labels are ClassLabels.

    `where` is a repository of the Hub ("org/name") or a folder, of a release or a build; a folder of that name goes
    before the Hub. `version` ("1.2.0") is checked against the manifest, and needed wherever rows must not change: the
    newest comes without it. `info.version` of what comes says which it was. A build has no manifest: its files are
    taken as they are now. Only the files of the table and split are fetched, and each is hashed, every time.
    `streaming` fetches the manifest only: that the rows are those that were released follows from the digests that the
    Hub keeps of its files, and not from a look at every byte. `cache` is a folder for all that is kept (default: where
    the Hub's clients keep it). A private repository opens by HF_TOKEN or `hf auth login`.

    Raises LoadError: not there, another version, a file that is not what was released, offline and not cached, no such
    table or split.
    """
    place = None if cache is None else Path(cache)
    source = _source(where, None if version is None else _version(where, version), place)
    chosen = splits(source, table, split)
    paths = [path for own in chosen.values() for path in own]
    found = source.files(paths, streaming=streaming)
    digests = {
        path: source.manifest.files[path].sha256 if source.manifest else of_file(Path(found[path])) for path in paths
    }
    loaded = {
        name: _loaded(source, table, name, {str(found[path]): digests[path] for path in own}, place, streaming)
        for name, own in chosen.items()
    }
    if split is not None:
        return loaded[split]
    from datasets import DatasetDict, IterableDatasetDict

    return IterableDatasetDict(loaded) if streaming else DatasetDict(loaded)


def _source(where: Where, version: str | None, cache: Path | None) -> Source:
    path = Path(where).expanduser()
    if path.is_dir():
        return Folder(path, version)
    if isinstance(where, str) and _REPO.fullmatch(where):
        return Repository(where, version, cache and cache / "hub")
    then = 'A folder of a release or a build, or a repository of the Hub ("org/name"), is due.'
    raise LoadError(str(where), "no such folder", then)


def _version(where: Where, version: str) -> str:
    if not re.fullmatch(VERSION, version.removeprefix("v")):
        raise LoadError(str(where), f"{version!r} is no version", "Three numbers are due, such as 1.2.0.")
    return version.removeprefix("v")


def _loaded(
    source: Source, table: str, split: str, files: Mapping[str, str], cache: Path | None, streaming: bool
) -> Any:
    """A split from its files, each with its digest."""
    from datasets import config
    from datasets.data_files import DataFilesDict, DataFilesList
    from datasets.packaged_modules.parquet.parquet import Parquet

    digest = of_files({f"{nth:05}": sha256 for nth, sha256 in enumerate(files.values())})
    manifest = source.manifest
    builder = Parquet(
        cache_dir=str(cache / "datasets" if cache else Path(config.HF_DATASETS_CACHE) / "claimstance"),
        dataset_name=manifest.name if manifest else "build",
        config_name=table,
        config_id=f"{table}-{split}",
        version=manifest.version if manifest else "0.0.0",
        hash=digest,
        features=_features(source, files),
        # Lists of their own, because patterns are what paths would be taken for: a folder may be called [1].
        data_files=DataFilesDict({split: DataFilesList(list(files), [(sha256,) for sha256 in files.values()])}),
    )
    if streaming:
        return builder.as_streaming_dataset(split)
    builder.download_and_prepare()
    return builder.as_dataset(split)


def _features(source: Source, files: Mapping[str, str]) -> "Features":
    """The features that the files carry, all of them the same."""
    import pyarrow.parquet as pq
    from datasets import Features

    first: Features | None = None
    for path in files:
        with _opened(path) as file:
            own = Features.from_arrow_schema(pq.read_schema(file))
        if first is not None and own != first:
            raise LoadError(
                source.name, f"{Path(path).name} has other columns than the files beside it", "Build it again."
            )
        first = own
        if path.startswith("hf://"):
            break  # a request each, for what the digests say already
    if first is None:
        raise AssertionError("a split without files")
    return first


def _opened(path: str) -> Any:
    if not path.startswith("hf://"):
        return Path(path).open("rb")
    from huggingface_hub import HfFileSystem

    return HfFileSystem().open(path, "rb")
