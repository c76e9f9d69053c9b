"""Releases on the Hub, compared and rehydrated by their names, through the real client."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from huggingface_hub import HfApi

from claimstance.between import between
from claimstance.errors import ReleaseError
from claimstance.rehydrate import rehydrate
from closing import closed, release
from conftest import Good, files
from differing import after
from hub import Hub
from hub.clients import LFS_WARNS, without_xet
from test_load import NAME, publish

pytestmark = pytest.mark.filterwarnings(LFS_WARNS)


@pytest.fixture(params=["xet", "lfs"])
def api(request: pytest.FixtureRequest, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> HfApi:
    """A client with a repository, by each way in which large files are sent."""
    if request.param == "lfs":
        without_xet(monkeypatch)
    found = HfApi()
    found.create_repo(NAME, repo_type="dataset")
    return found


def left(tmp_path: Path) -> list[str]:
    """Folders of ours that are left in the client's cache."""
    return [str(path) for path in tmp_path.rglob("claimstance-*")]


def test_two_revisions_differ_as_their_folders_do(api: HfApi, good: Good, tmp_path: Path) -> None:
    new = after(good, tmp_path / "new", "UPDATE stances SET stance = 1 WHERE stance_id LIKE 'well%r001'")
    publish(api, good.folder, "v1.0.0")
    publish(api, new, "v2.0.0")

    found = between(f"{NAME}@v1.0.0", f"{NAME}@v2.0.0", good.corpus)
    mixed = between(f"{NAME}@v1.0.0", str(new), good.corpus)

    due = between(str(good.folder), str(new), good.corpus)
    assert (found.rows, mixed.rows, found.is_empty, left(tmp_path)) == (due.rows, due.rows, False, [])
    assert (found.old.name, found.old.version) == (f"{NAME}@v1.0.0", due.old.version)


@pytest.mark.parametrize(
    ("said", "told_of"),
    [
        (f"{NAME}@v9.9.9", f"{NAME}@v9.9.9: the Hub answers 404 (RevisionNotFoundError). Is the name right"),
        ("valley/nothing@v1.0.0", "valley/nothing@v1.0.0: the Hub answers 404 (RepositoryNotFoundError). Is the name"),
        ("valley/-@v1.0.0", "valley/-@v1.0.0: not the name of a repository. One looks like org/name@v1.0.0."),
    ],
)
def test_a_revision_that_is_not_there_is_told(hub: Hub, good: Good, tmp_path: Path, said: str, told_of: str) -> None:
    HfApi().create_repo(NAME, repo_type="dataset")

    with pytest.raises(ReleaseError) as refused:
        between(said, str(good.folder), good.corpus)

    assert str(refused.value)[: len(told_of)] == told_of


def test_a_revision_is_rehydrated_as_its_folder_is(
    api: HfApi, script: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    held = closed(tmp_path / "closed", script, "articles/2026/well.md", "sources/bridge.r001.md")
    given_out = release(held, tmp_path / "release")[0]
    publish(api, given_out.folder, "v1.0.0")

    rehydrate(f"{NAME}@v1.0.0", held.corpus / "corpus", tmp_path / "out")

    there, due = (
        {path: data for path, data in files(one).items() if path.endswith(".parquet")}
        for one in (tmp_path / "out", held.folder)
    )
    assert (there == due, left(tmp_path)) == (True, [])
