"""What training code gets by `load`: exactly the release that it names, or an error that says why not."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub import constants as settings

from claimstance import dataset, load, schema
from claimstance.errors import LoadError
from claimstance.manifest import MANIFEST
from claimstance.release.manifest import manifest, written
from conftest import Good, copied, files
from faults import REFUSED
from hub import STRANGER, WRITER, Hub
from hub.clients import run

NAME = "valley/claims"
STANCES = "stances/train-00000-of-00001.parquet"
NO_TABLE = "Tables: agreement, articles, citations, claims, judgements, sentences, sources, stances."
AGAIN = """
import json, sys
from claimstance import load
print(json.dumps(load("valley/claims", version=sys.argv[1], split="train")["stance_id"][:]))
"""


@pytest.fixture
def release(good: Good, tmp_path: Path) -> Path:
    """A release 1.0.0."""
    return released(copied(good, tmp_path / "first"), "1.0.0")


@pytest.fixture
def later(good: Good, tmp_path: Path) -> Path:
    """A release 1.1.0, in which the stances are fewer."""
    own = copied(good, tmp_path / "second")
    fewer(own.folder / STANCES)
    return released(own, "1.1.0")


@pytest.fixture
def published(hub: Hub, release: Path, later: Path) -> HfApi:
    """Both of them on a Hub, the later one last; nothing is heard of it yet."""
    api = HfApi()
    api.create_repo(NAME, repo_type="dataset")
    publish(api, release, "v1.0.0")
    publish(api, later, "v1.1.0")
    hub.heard.clear()
    return api


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on, clients keep to their cache."""

    def cut() -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        monkeypatch.setattr(settings, "HF_HUB_OFFLINE", True)

    return cut


def released(good: Good, version: str) -> Path:
    own = dataset.read(good.corpus / "corpus" / "dataset.yaml")
    said = manifest(good.folder, schema.load(good.corpus / "schemas"), own)
    written(good.folder, msgspec.structs.replace(said, version=version))
    return good.folder


def fewer(path: Path) -> None:
    rows = pq.read_table(path)
    pq.write_table(rows.slice(1), path)


def publish(api: HfApi, folder: Path, tag: str) -> None:
    added = [CommitOperationAdd(path, folder / path) for path in files(folder)]
    made = api.create_commit(NAME, added, commit_message=tag, repo_type="dataset")
    api.create_tag(NAME, tag=tag, revision=made.oid, repo_type="dataset")


def ids(folder: Path) -> list[str]:
    return pq.read_table(folder / STANCES)["stance_id"].to_pylist()  # type: ignore[no-any-return]


def refused(where: str | Path, *table: str, **more: Any) -> str:
    """What is said instead of rows."""
    with pytest.raises(LoadError) as caught:
        load(where, *table, **more)
    return str(caught.value)


# A folder


@pytest.mark.parametrize("streaming", [False, True])
def test_each_table_of_a_release_comes_with_all_its_splits_rows_and_labels(
    release: Path, tmp_path: Path, streaming: bool
) -> None:
    own = schema.load(release.parent / "schemas")
    tables = [name for name in own if (release / name).is_dir()]

    got = {}
    for name in tables:
        loaded: Any = load(release, name, version="1.0.0", streaming=streaming, cache=tmp_path / "cache")
        got[name] = {
            split: (rows.features.to_dict(), [row[own[name].key] for row in rows]) for split, rows in loaded.items()
        }

    wanted = {
        name: {
            path.name.split("-")[0]: (own[name].features, pq.read_table(path)[own[name].key].to_pylist())
            for path in sorted((release / name).glob("*.parquet"))
        }
        for name in tables
    }
    assert got == wanted


def test_a_split_that_is_named_comes_alone_and_says_which_version_it_is(release: Path, tmp_path: Path) -> None:
    loaded = load(release, split="train", cache=tmp_path / "cache")

    assert (loaded["stance_id"][:], str(loaded.info.version)) == (ids(release), "1.0.0")


def test_another_version_than_the_one_named_is_refused(release: Path) -> None:
    said = refused(release, version="1.2.0")

    assert said == f"{release}: is version 1.0.0, not 1.2.0. Name the folder of that version, or ask for this one."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"table": "opinions"}, f"there is no table 'opinions'. {NO_TABLE}"),
        ({"table": "changes"}, f"changes has no rows there. {NO_TABLE}"),
        ({"split": "dev"}, "stances has no split 'dev'. Splits with rows: train, validation, test."),
        ({"table": "agreement", "split": "test"}, "agreement has no split 'test'. Splits with rows: release."),
        ({"version": "main"}, "'main' is no version. Three numbers are due, such as 1.2.0."),
    ],
)
def test_what_is_not_there_is_refused_with_a_list_of_what_is(release: Path, asked: dict[str, str], said: str) -> None:
    assert refused(release, **asked) == f"{release}: {said}"


def test_a_file_that_is_not_what_was_released_is_named_and_only_where_it_is_needed(
    release: Path, tmp_path: Path
) -> None:
    fewer(release / STANCES)

    said = [refused(release, version="1.0.0", streaming=one) for one in (False, True)]

    others = sorted(load(release, "claims", version="1.0.0", cache=tmp_path / "cache"))
    what = f"{STANCES} is not what was released: its SHA-256 is another than the manifest's. Fetch the release again."
    assert (said, others) == ([f"{release}: {what}"] * 2, ["test", "train", "validation"])


def test_a_file_that_is_missing_is_no_column_of_nothing_but_an_error(release: Path) -> None:
    (release / STANCES).unlink()

    assert refused(release) == f"{release}: {STANCES} is not there. Fetch the release again."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is no manifest: Input data was truncated"),
        (b"\xff", "is no manifest: "),
        (b"[]", "is no manifest: Expected `object`, got `array`"),
    ],
)
def test_a_manifest_that_is_none_is_refused(release: Path, content: bytes, said: str) -> None:
    (release / MANIFEST).write_bytes(content)

    assert refused(release).startswith(f"{release / MANIFEST}: {said}")


def test_files_that_the_manifest_does_not_list_are_no_part_of_a_release(release: Path, tmp_path: Path) -> None:
    shutil.copy(release / STANCES, release / "stances" / "train-00001-of-00002.parquet")

    loaded = load(release, split="train", cache=tmp_path / "cache")

    assert loaded["stance_id"][:] == ids(release)


def test_a_folder_of_the_same_name_gives_its_own_rows(release: Path, later: Path, tmp_path: Path) -> None:
    got = [load(one, split="train", cache=tmp_path / "cache")["stance_id"][:] for one in (release, later, release)]

    assert (release.name, got) == (later.name, [ids(release), ids(later), ids(release)])


@pytest.mark.parametrize("name", ["[1] data", "a*b", "ü 🌊"])
def test_a_folder_may_be_called_as_it_likes(release: Path, tmp_path: Path, name: str) -> None:
    own = release.rename(tmp_path / name)

    loaded = load(own, split="train", cache=tmp_path / "cache")

    assert loaded["stance_id"][:] == ids(own)


# A build


def test_a_build_that_was_made_again_gives_its_new_rows(good: Good, tmp_path: Path) -> None:
    own, cache = copied(good, tmp_path).folder, tmp_path / "cache"
    before = load(own, split="train", cache=cache)["stance_id"][:]
    about = (own / STANCES).stat()
    fewer(own / STANCES)
    os.utime(own / STANCES, ns=(about.st_atime_ns, about.st_mtime_ns))

    after = load(own, split="train", cache=cache)["stance_id"][:]

    assert after == before[1:]


def test_a_build_is_no_version(good: Good) -> None:
    said = refused(good.folder, version="1.0.0")

    what = f"has no {MANIFEST}, so it is a build and no version"
    assert said == f"{good.folder}: {what}. Leave `version` out to load a build, or name the folder of a release."


def test_files_of_two_builds_are_not_mixed(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path).folder
    shutil.copy(own / STANCES, own / "stances" / "train-00000-of-00002.parquet")

    said = refused(own)

    assert (
        said == f"{own}: the files of stances/train are not all there, or are of two builds. Build or fetch it again."
    )


# The Hub


@pytest.mark.parametrize("streaming", [False, True])
def test_the_version_that_is_named_comes_also_when_a_newer_one_was_loaded_before(
    published: HfApi, release: Path, later: Path, streaming: bool
) -> None:
    got = [
        [row["stance_id"] for row in load(NAME, version=version, split="train", streaming=streaming)]
        for version in ("1.1.0", "1.0.0", None)
    ]

    assert got == [ids(later), ids(release), ids(later)]


def test_only_the_files_of_the_table_and_split_are_fetched(published: HfApi, hub: Hub, tmp_path: Path) -> None:
    load(NAME, "claims", version="1.0.0", split="test", cache=tmp_path / "cache")

    place = next((tmp_path / "cache" / "hub").glob("*/snapshots/*"))
    assert sorted(files(place)) == [MANIFEST, "claims/test-00000-of-00001.parquet"]


def test_what_was_fetched_once_is_loaded_again_without_a_question_though_its_tag_moves(
    published: HfApi, hub: Hub, release: Path
) -> None:
    load(NAME, version="1.0.0")
    published.delete_tag(NAME, tag="v1.0.0", repo_type="dataset")
    published.create_tag(NAME, tag="v1.0.0", revision="main", repo_type="dataset")
    hub.heard.clear()

    loaded = load(NAME, version="1.0.0", split="train")

    assert (loaded["stance_id"][:], hub.heard) == (ids(release), [])


def test_offline_the_version_that_is_named_comes_and_not_the_newest_that_is_cached(
    published: HfApi, release: Path, offline: Callable[[], None]
) -> None:
    for version in ("1.0.0", "1.1.0"):
        load(NAME, version=version)
    offline()

    printed = run(AGAIN, "1.0.0")

    assert json.loads(printed) == ids(release)


@pytest.mark.parametrize("streaming", [False, True])
def test_offline_what_is_not_cached_is_refused_with_what_to_do(
    published: HfApi, offline: Callable[[], None], streaming: bool
) -> None:
    load(NAME, "claims", version="1.1.0")
    offline()

    said = [refused(NAME, version=version, streaming=streaming) for version in ("1.0.0", "1.1.0")]

    what = "HF_HUB_OFFLINE is set, and it is not in the cache, or not all of it"
    then = "Do this: load(…) once with a connection and without HF_HUB_OFFLINE, and it will be there"
    assert said == [f"{NAME} {version}: {what}. {then}." for version in ("1.0.0", "1.1.0")]


def test_offline_without_a_version_the_newest_that_was_fetched_comes_and_a_warning_says_which(
    published: HfApi, later: Path, offline: Callable[[], None]
) -> None:
    load(NAME)
    offline()

    with pytest.warns(UserWarning, match=r"so this is 1\.1\.0, the newest that was fetched\. Name a version\."):
        loaded = load(NAME, split="train")

    assert loaded["stance_id"][:] == ids(later)


def test_a_hub_that_cannot_be_reached_is_no_traceback(hub: Hub, published: HfApi) -> None:
    hub.stop()

    said = refused(NAME, version="1.0.0")

    hub.start()
    assert said.startswith(f"{NAME} 1.0.0: the Hub cannot be reached, and it is not in the cache, or not all of it.")


def test_a_version_that_is_not_there_is_refused_with_those_that_are(published: HfApi) -> None:
    said = [refused(NAME, version="1.2.0", streaming=one) for one in (False, True)]

    assert said == [f"{NAME} 1.2.0: no tag v1.2.0 is there. Versions: 1.0.0, 1.1.0."] * 2


def test_a_tag_on_another_version_is_refused(published: HfApi) -> None:
    published.create_tag(NAME, tag="v1.0.1", revision="v1.0.0", repo_type="dataset")

    said = refused(NAME, version="1.0.1")

    what = "what is tagged v1.0.1 says that it is version 1.0.0"
    assert said == f"{NAME} 1.0.1: {what}. Ask those who published it; do not train on it."


@pytest.mark.parametrize("streaming", [False, True])
def test_a_file_that_was_changed_below_the_tag_is_refused(
    published: HfApi, release: Path, later: Path, streaming: bool
) -> None:
    changed = [CommitOperationAdd(STANCES, release / STANCES)]
    made = published.create_commit(NAME, changed, commit_message="Better", repo_type="dataset")
    published.delete_tag(NAME, tag="v1.1.0", repo_type="dataset")
    published.create_tag(NAME, tag="v1.1.0", revision=made.oid, repo_type="dataset")

    said = refused(NAME, version="1.1.0", streaming=streaming)

    assert said.startswith(f"{NAME} 1.1.0: {STANCES} is not what was released: ")


def test_a_cache_that_was_tampered_with_is_refused_and_the_file_named(published: HfApi, tmp_path: Path) -> None:
    load(NAME, version="1.0.0", split="train", cache=tmp_path / "cache")
    file = next((tmp_path / "cache" / "hub").glob(f"*/snapshots/*/{STANCES}")).resolve()
    fewer(file)

    said = refused(NAME, version="1.0.0", split="train", cache=tmp_path / "cache")

    what = f"{STANCES} is not what was released: its SHA-256 is another than the manifest's"
    then = f"Delete {file} and load it again; if that says the same, ask those who published it."
    assert said == f"{NAME} 1.0.0: {what}. {then}"


def test_what_was_fetched_in_part_is_fetched_to_its_end(
    published: HfApi, hub: Hub, release: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    load(NAME, version="1.0.0", split="train", cache=cache)
    file = next((cache / "hub").glob(f"*/snapshots/*/{STANCES}"))
    file.resolve().unlink()
    file.unlink()

    loaded = load(NAME, version="1.0.0", split="train", cache=cache)

    assert loaded["stance_id"][:] == ids(release)


def test_a_dataset_without_a_manifest_is_not_loaded_unchecked(published: HfApi) -> None:
    gone = [CommitOperationDelete(MANIFEST)]
    published.create_commit(NAME, gone, commit_message="No manifest", repo_type="dataset")

    said = refused(NAME)

    what = f"has no {MANIFEST}, so it is no release that can be checked"
    assert said == f"{NAME}: {what}. datasets.load_dataset loads it without a check."


def test_who_may_not_see_it_is_told_so_without_the_token(
    published: HfApi, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = HfApi(token=WRITER)
    monkeypatch.setenv("HF_TOKEN", STRANGER)

    api.update_repo_settings(NAME, repo_type="dataset", private=True)
    private = refused(NAME, version="1.0.0")
    api.update_repo_settings(NAME, repo_type="dataset", private=False, gated="auto")
    gated = refused(NAME, version="1.0.0")

    then = f"Accept its terms at https://huggingface.co/datasets/{NAME}, and set HF_TOKEN."
    assert [private, gated] == [
        f"{NAME} 1.0.0: no such repository, or a private one. Set HF_TOKEN if it is private.",
        f"{NAME} 1.0.0: access has to be asked for. {then}",
    ]


def test_no_trace_of_an_error_shows_the_token(published: HfApi, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_nobodyknowsthis")

    with pytest.raises(RuntimeError) as caught:
        run(AGAIN, "1.0.0")

    told = str(caught.value)
    assert ("LoadError: valley/claims 1.0.0: the Hub answered 401." in told, "hf_nobody" in told) == (True, False)


def test_a_hub_that_is_busy_is_asked_later(published: HfApi, hub: Hub) -> None:
    hub.faults.update(dict.fromkeys(range(99), REFUSED))

    said = refused(NAME, version="1.0.0")

    assert said.startswith(f"{NAME} 1.0.0: ")


def test_what_is_neither_folder_nor_repository_is_told_what_is_due(tmp_path: Path) -> None:
    said = [refused(one) for one in (tmp_path / "none", "claims", "../dist/1.0.0")]

    then = 'A folder of a release or a build, or a repository of the Hub ("org/name"), is due.'
    assert said == [f"{one}: no such folder. {then}" for one in (tmp_path / "none", "claims", "../dist/1.0.0")]


# What it costs


def test_to_import_it_brings_no_heavy_library() -> None:
    source = "import sys; from claimstance import load; print(sorted(sys.modules))"

    printed = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout

    heavy = {"datasets", "great_expectations", "huggingface_hub", "numpy", "pandas", "pyarrow", "tokenizers", "yaml"}
    assert sorted(heavy & set(eval(printed))) == []  # noqa: S307
