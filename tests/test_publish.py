"""Publishing: a release goes to the Hub as one commit and one tag, whatever happens on the way, or does not go."""

import json
import os
import random
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from huggingface_hub import CommitOperationAdd, HfApi

from claimstance import dataset, schema
from claimstance.errors import ClaimstanceError, PublishError, UsageError
from claimstance.release.manifest import manifest, written
from claimstance.release.publishing.publish import Wish, preview, publish
from claimstance.release.publishing.sealed import sealed
from claimstance.table import Schemas
from conftest import REPOSITORY, Good, files
from faults import UNANSWERED, UNHEARD
from hub import READER, STRANGER, WAYS, WRITER, Hub
from hub.clients import LFS_WARNS, without_xet
from hub.store import Store

pytestmark = pytest.mark.filterwarnings(LFS_WARNS)

NAME = "valley/claims"
WRITES = (
    "create", "settings", "preupload", "commit", "tag", "untag", "merge", "lfs-batch", "lfs-put", "lfs-verify",
    "xet-put", "xet-shard",
)  # fmt: skip


def card(title: str) -> bytes:
    return f"---\nlicense: cc0-1.0\n---\n\n# {title}\n".encode()


SMALL = card("Small")


@pytest.fixture(params=["xet", "lfs"])
def way(request: pytest.FixtureRequest, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way in which clients send large files."""
    if request.param == "lfs":
        without_xet(monkeypatch)
    return str(request.param)


@pytest.fixture(scope="session")
def release(good: Good, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The good build as a release that passed its checks."""
    folder = tmp_path_factory.mktemp("dist") / "0.1.0"
    shutil.copytree(good.folder, folder)
    settings = dataset.read(good.corpus / "corpus" / "dataset.yaml")
    written(folder, manifest(folder, schema.load(good.corpus / "schemas"), settings))
    verdict(folder, passed=True, version=settings.version)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A release of three files, one of them large."""
    return made(tmp_path / "small", {"README.md": SMALL, "a.txt": b"a\n", "data/b.zip": b"PK b"})


def made(folder: Path, contents: dict[str, bytes], version: str = "1.0.0", name: str = "small") -> Path:
    """A release of these files, which nobody could load."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    nothing = dataset.Dataset(name, "Small", "", version, {})
    written(folder, manifest(folder, Schemas({}, {}), nothing))
    verdict(folder, passed=True, version=version)
    return folder


def verdict(folder: Path, *, passed: bool, version: str) -> None:
    (folder / "report").mkdir(exist_ok=True)
    (folder / "report" / "validation.json").write_text(json.dumps({"passed": passed, "version": version}))


def go(folder: Path, repo: str = NAME, **wish: Any) -> str:
    """What is said of a publish, or why there was none."""
    try:
        return publish(sealed(folder), repo, os.environ, Wish(**wish)).told()
    except PublishError as error:
        return str(error)


def history(revision: str | None = None, repo: str = NAME) -> list[str]:
    return [one.title for one in HfApi().list_repo_commits(repo, repo_type="dataset", revision=revision)]


def tags(repo: str = NAME) -> dict[str, list[str]]:
    """The history at each tag."""
    return {one.name: history(one.name, repo) for one in HfApi().list_repo_refs(repo, repo_type="dataset").tags}


def there(revision: str = "main") -> set[str]:
    return set(HfApi().list_repo_files(NAME, repo_type="dataset", revision=revision)) - {".gitattributes"}


def theirs(contents: dict[str, bytes], title: str = "Theirs") -> None:
    """A commit of somebody else."""
    api = HfApi()
    api.create_repo(NAME, repo_type="dataset", exist_ok=True)
    added = [CommitOperationAdd(path, data) for path, data in contents.items()]
    api.create_commit(NAME, added, commit_message=title, repo_type="dataset")


ONCE = (["Release 1.0.0", "initial commit"], {"v1.0.0": ["Release 1.0.0", "initial commit"]})


# It goes there


def test_a_release_is_published_and_loaded_by_its_tag(hub: Hub, way: str, release: Path, good: Good) -> None:
    said = go(release)

    whole, stream = (load_dataset(NAME, "stances", revision="v0.1.0", streaming=one) for one in (False, True))
    got = [{split: [row["stance_id"] for row in rows] for split, rows in loaded.items()} for loaded in (whole, stream)]
    tables = {path.name.split("-")[0]: pq.read_table(path) for path in (good.folder / "stances").glob("*.parquet")}
    ids = {split: table["stance_id"].to_pylist() for split, table in tables.items()}
    wanted = {path for path in files(release) if not path.startswith("report/")}
    line = said.splitlines()[1]
    assert (got, there("v0.1.0"), line, history(), list(tags())) == (
        [ids, ids],
        wanted,
        'load_dataset("valley/claims", "stances", revision="v0.1.0")',
        ["Release 0.1.0", "initial commit"],
        ["v0.1.0"],
    )


def test_what_is_there_already_is_said_to_be_and_nothing_is_sent(hub: Hub, small: Path) -> None:
    first = go(small)
    hub.heard.clear()

    again = go(small)

    oid = HfApi().dataset_info(NAME).sha or ""
    assert (first.splitlines()[0], again.splitlines()[0], hub.asked(*WRITES), (history(), tags())) == (
        f"small 1.0.0 is published: valley/claims, tag v1.0.0, commit {oid[:12]}, 4 files, each verified.",
        f"small 1.0.0 was there already: valley/claims, tag v1.0.0, commit {oid[:12]}, 4 files, each verified.",
        [],
        ONCE,
    )


def test_the_next_release_replaces_the_files_of_the_last_and_leaves_its_tag(
    hub: Hub, small: Path, tmp_path: Path
) -> None:
    go(small)
    after = made(tmp_path / "next", {"README.md": card("More"), "a.txt": b"a\n", "c/d.zip": b"PK d"}, "1.1.0")

    planned = preview(sealed(after), NAME, os.environ)
    go(after)

    assert (planned.splitlines(), there("v1.0.0"), there("v1.1.0"), there(), list(tags())) == (
        [
            "small 1.1.0 would go to valley/claims by one commit and the tag v1.1.0:",
            "  add    c/d.zip",
            "  change MANIFEST.json",
            "  change README.md",
            "  delete data/b.zip",
            "Nothing was sent.",
        ],
        {"MANIFEST.json", "README.md", "a.txt", "data/b.zip"},
        {"MANIFEST.json", "README.md", "a.txt", "c/d.zip"},
        {"MANIFEST.json", "README.md", "a.txt", "c/d.zip"},
        ["v1.0.0", "v1.1.0"],
    )


def test_a_dry_run_sends_nothing_that_writes(hub: Hub, small: Path) -> None:
    wish = Wish(private=True)

    new = preview(sealed(small), NAME, os.environ, wish)
    go(small, private=True)
    writes = len(hub.asked(*WRITES))
    old = preview(sealed(small), NAME, os.environ, wish)

    asked = len(hub.asked(*WRITES))
    assert (new.splitlines(), old, asked) == (
        [
            "valley/claims is not there, or not for you to see; it would be made, private.",
            "small 1.0.0 would go to valley/claims by one commit and the tag v1.0.0:",
            "  add    MANIFEST.json",
            "  add    README.md",
            "  add    a.txt",
            "  add    data/b.zip",
            "Nothing was sent.",
        ],
        "valley/claims has small 1.0.0 already: tag v1.0.0. Nothing would be done.\nNothing was sent.",
        writes,
    )


def test_a_repository_is_private_and_gated_before_anything_is_in_it(hub: Hub, small: Path) -> None:
    seen: list[tuple[object, ...]] = []

    def look() -> None:
        info = HfApi().dataset_info(NAME)
        seen.append((info.private, info.gated))

    hub.faults["commit", 0] = look

    go(small, private=True, gated="manual")

    assert (seen, (history(), tags())) == ([(True, "manual")], ONCE)


def test_a_repository_begun_on_the_web_has_a_card_of_a_header_only_and_is_filled(hub: Hub, small: Path) -> None:
    theirs({"README.md": b"---\nlicense: cc-by-4.0\n---\n"}, "Begun")

    go(small)

    assert (history(), there()) == (["Release 1.0.0", "Begun", "initial commit"], {"MANIFEST.json", *there("v1.0.0")})


def test_a_release_is_proposed_once_and_tagged_where_it_was_merged(hub: Hub, small: Path, tmp_path: Path) -> None:
    go(made(tmp_path / "before", {"README.md": card("Old"), "old.txt": b"old\n"}, "0.9.0"))
    api = HfApi()

    first, again = go(small, propose=True), go(small, propose=True)
    before = tags()
    api.merge_pull_request(NAME, 1, repo_type="dataset")
    pulls = [one.num for one in api.get_repo_discussions(NAME, repo_type="dataset")]
    after = go(small, propose=True).split(",")[:2]

    assert (first == again, first, pulls, list(before), after, tags()["v1.0.0"][0], there("v1.0.0")) == (
        True,
        "small 1.0.0 is proposed to valley/claims by pull request 1: 4 files, each verified. When it is merged, run"
        " this again: it sets the tag v1.0.0.",
        [1],
        ["v0.9.0"],
        ["small 1.0.0 is published: valley/claims", " tag v1.0.0"],
        "Release 1.0.0 (#1)",
        {"MANIFEST.json", "README.md", "a.txt", "data/b.zip"},
    )


def test_whoever_may_not_write_may_propose(hub: Hub, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    HfApi().create_repo(NAME, repo_type="dataset")
    monkeypatch.setenv("HF_TOKEN", STRANGER)

    refused, proposed = go(small), go(small, propose=True)

    assert (refused.split(": ")[:3], refused.split(". ")[-1], proposed.split(":")[0], history()) == (
        ["valley/claims", "to commit the files", "403 Forbidden"],
        "Has the token in HF_TOKEN the right to do that?",
        "small 1.0.0 is proposed to valley/claims by pull request 1",
        ["initial commit"],
    )


# It does not go there


def test_a_tag_is_never_moved(hub: Hub, small: Path) -> None:
    go(small)
    made(small, {"README.md": card("Another")})
    hub.heard.clear()

    said = go(small)

    assert (said, hub.asked(*WRITES), (history(), tags())) == (
        "valley/claims: the tag v1.0.0 is taken by other files. A tag is never moved, because people pin it: release"
        " these as 1.0.1 or more.",
        [],
        ONCE,
    )


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (
            {"README.md": card("A model"), "model.bin": b"0"},
            "holds files that are no release of this dataset: README.md, model.bin. Publish to another repository, or"
            " delete them there first.",
        ),
        (
            {"README.md": SMALL, "MANIFEST.json": b"{}"},
            "holds files that are no release of this dataset: MANIFEST.json, README.md. Publish to another repository,"
            " or delete them there first.",
        ),
    ],
)
def test_what_is_no_release_is_not_overwritten(hub: Hub, small: Path, held: dict[str, bytes], said: str) -> None:
    theirs(held)

    told = go(small)

    assert (told, history(), tags()) == (f"valley/claims: {said}", ["Theirs", "initial commit"], {})


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("other", "1.0.0", "holds another dataset, other; this is small. Publish to another repository."),
        (
            "small",
            "1.2.0",
            "it is at 1.2.0, and 1.0.0 would replace that. Releases go up: make this one 1.2.1 or more.",
        ),
    ],
)
def test_another_dataset_or_a_newer_release_is_not_replaced(
    hub: Hub, small: Path, tmp_path: Path, name: str, version: str, said: str
) -> None:
    go(made(tmp_path / "first", {"README.md": card("First")}, version, name))

    told = go(small)

    assert (told, list(tags())) == (f"valley/claims: {said}", [f"v{version}"])


def test_a_public_repository_is_not_taken_for_a_private_one(hub: Hub, small: Path) -> None:
    HfApi().create_repo(NAME, repo_type="dataset")

    said = go(small, private=True)

    assert (said, history()) == (
        "valley/claims: it is public, and --private is wanted. Make it private in its settings on the Hub, or leave"
        " out --private.",
        ["initial commit"],
    )


def failed(folder: Path) -> None:
    verdict(folder, passed=False, version="1.0.0")


def unjudged(folder: Path) -> None:
    (folder / "report" / "validation.json").unlink()


def judged_before(folder: Path) -> None:
    verdict(folder, passed=True, version="0.9.0")


def edited(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"b\n")


def lost(folder: Path) -> None:
    (folder / "a.txt").unlink()


def littered(folder: Path) -> None:
    (folder / "data" / ".DS_Store").write_bytes(b"")


def linked(folder: Path) -> None:
    (folder / "a.txt").rename(folder.parent / "a.txt")
    (folder / "a.txt").symlink_to(folder.parent / "a.txt")


def bare(folder: Path) -> None:
    (folder / "MANIFEST.json").unlink()


def crowded(folder: Path) -> None:
    lost(folder)
    littered(folder)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (failed, ["report/validation.json: the release failed its checks. See report/index.html beside it."]),
        (unjudged, ["report/validation.json: it is not there, so nobody knows whether the release may be trusted."]),
        (judged_before, ["report/validation.json: it is about 0.9.0, and the release is 1.0.0."]),
        (edited, ["a.txt: it is not the file that MANIFEST.json lists."]),
        (lost, ["a.txt: it is not there, and MANIFEST.json lists it."]),
        (littered, ["data/.DS_Store: MANIFEST.json does not list it. Delete it, if it is nothing of yours."]),
        (linked, ["a.txt: it is a link; the file itself is due."]),
        (bare, ["MANIFEST.json: is not there."]),
        (
            crowded,
            ["a.txt: it is not there, and MANIFEST.json lists it.", "data/.DS_Store: MANIFEST.json does not list"],
        ),
    ],
)
def test_a_folder_that_cannot_be_trusted_goes_nowhere(
    small: Path, damage: Callable[[Path], None], said: list[str]
) -> None:
    damage(small)

    with pytest.raises(ClaimstanceError) as refused:
        sealed(small)

    lines = [line.removeprefix(f"{small}/") for line in str(refused.value).splitlines()]
    assert [line[: len(start)] for line, start in zip(lines, said, strict=True)] == said


def test_a_release_that_holds_a_withdrawn_article_goes_nowhere(release: Path) -> None:
    with pytest.raises(ClaimstanceError) as refused:
        sealed(release, {"well", "gone-long-ago"})

    assert str(refused.value) == (
        f"{release}/articles/validation-00000-of-00001.parquet: well was withdrawn. Release without it, see"
        " corpus/withdrawn.csv."
    )


def test_what_a_download_leaves_beside_a_release_is_no_part_of_it(small: Path) -> None:
    (small / ".cache" / "huggingface").mkdir(parents=True)
    (small / ".cache" / "huggingface" / ".gitignore").write_text("*")
    (small / ".gitattributes").write_text("*.zip filter=lfs\n")

    found = sealed(small)

    assert set(found.files) == {"MANIFEST.json", "README.md", "a.txt", "data/b.zip"}


def test_a_file_that_changes_on_the_way_is_not_committed(hub: Hub, small: Path) -> None:
    looked = sealed(small)
    edited(small)

    with pytest.raises(PublishError) as refused:
        publish(looked, NAME, os.environ)

    assert (str(refused.value), history()) == (
        f"{small}/a.txt: it changed meanwhile. Nothing was committed.",
        ["initial commit"],
    )


def test_what_the_hub_keeps_otherwise_than_it_was_sent_gets_no_tag(
    hub: Hub, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Store.keep
    monkeypatch.setattr(Store, "keep", lambda store, data: usual(store, data.replace(b"a\n", b"b\n")))

    said = go(small)

    oid = HfApi().dataset_info(NAME).sha
    assert (said, history(), tags()) == (
        f"valley/claims: {oid} does not hold what was sent: a.txt. It got no tag. Run this again.",
        ["Release 1.0.0", "initial commit"],
        {},
    )


# It is interrupted


def until_done(folder: Path, repo: str, **wish: Any) -> int:
    """Publish until it is said to be there: how often that failed."""
    for nth in range(40):
        said = go(folder, repo, **wish)
        if "each verified" in said:
            return nth
    raise AssertionError(said)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no run try again by itself."""
    monkeypatch.setattr("claimstance.release.publishing.publish.WAITS", ())


def another(folder: Path, nth: int, version: str = "1.0.0") -> Path:
    """A release with a large file that no repository had before."""
    return made(folder / f"{nth}", {"README.md": SMALL, "a.txt": b"a\n", "b.zip": f"PK {nth}".encode()}, version)


@pytest.mark.parametrize("fault", WAYS)
def test_each_request_may_fail_and_the_next_run_ends_with_one_commit_and_one_tag(
    hub: Hub, way: str, once: None, tmp_path: Path, fault: str
) -> None:
    go(another(tmp_path, 0))
    count = len(hub.heard)

    found, failures = [], 0
    for nth in range(count):
        repo, folder = f"{NAME}-{nth}", another(tmp_path, nth + 1)
        hub.heard.clear()
        hub.faults = {nth: fault}
        failures += until_done(folder, repo)
        found.append((history(repo=repo), tags(repo)))

    assert (count > 10, failures > 6, found) == (True, True, [ONCE] * count)


@pytest.mark.parametrize("fault", WAYS)
def test_a_run_goes_on_by_itself_after_one_failure_of_any_request(hub: Hub, tmp_path: Path, fault: str) -> None:
    routes = ("create", "tree", "preupload", "xet-shard", "commit", "tag")  # create, commit and tag end an attempt
    hub.faults.update({(route, 0): fault for route in routes})

    said = go(another(tmp_path, 0))

    assert (said.split(":")[0], (history(), tags())) == ("small 1.0.0 is published", ONCE)


@pytest.mark.parametrize("fault", WAYS)
def test_each_request_of_the_next_release_may_fail_too(hub: Hub, once: None, tmp_path: Path, fault: str) -> None:
    go(another(tmp_path, 0))
    hub.heard.clear()
    go(another(tmp_path, 1, "1.1.0"))
    count = len(hub.heard)

    found = []
    for nth in range(count):
        repo = f"{NAME}-{nth}"
        hub.faults = {}
        go(another(tmp_path, 0), repo)
        hub.heard.clear()
        hub.faults = {nth: fault}
        until_done(another(tmp_path, nth + 2, "1.1.0"), repo)
        found.append((history(repo=repo), {tag: len(behind) for tag, behind in tags(repo).items()}))

    wanted = ["Release 1.1.0", "Release 1.0.0", "initial commit"]
    assert found == [(wanted, {"v1.0.0": 2, "v1.1.0": 3})] * count


@pytest.mark.parametrize("fault", WAYS)
def test_each_request_of_a_proposal_may_fail_and_there_is_one_pull_request(
    hub: Hub, once: None, tmp_path: Path, fault: str
) -> None:
    api = HfApi()

    def proposed(nth: int) -> tuple[object, ...]:
        repo = f"{NAME}-{nth}"
        faults, hub.faults = hub.faults, {}
        api.create_repo(repo, repo_type="dataset")
        hub.heard.clear()
        hub.faults = faults
        until_done(another(tmp_path, nth), repo, propose=True)
        hub.faults = {}
        pulls = [one.title for one in api.get_repo_discussions(repo, repo_type="dataset")]
        return pulls, history(repo=repo), tags(repo)

    found = []
    for nth in range(20):
        hub.faults = {nth: fault}
        found.append(proposed(nth))

    assert found == [(["Release 1.0.0"], ["initial commit"], {})] * 20


def test_two_hundred_random_schedules_of_faults_end_with_one_commit_and_one_tag(hub: Hub, tmp_path: Path) -> None:
    some = random.Random(5)  # noqa: S311

    found = []
    for nth in range(200):
        repo, folder = f"{NAME}-{nth}", another(tmp_path, nth)
        hub.heard.clear()
        share = some.choice((0.05, 0.15, 0.4))
        hub.faults = {at: some.choice(WAYS) for at in range(60) if some.random() < share}
        until_done(folder, repo, **some.choice(({}, {"private": True}, {"private": True, "gated": "auto"})))
        hub.faults = {}
        found.append((history(repo=repo), tags(repo)))

    assert found == [ONCE] * 200


@pytest.mark.parametrize(
    ("route", "fault", "before"),
    [
        ("xet-shard", None, []),
        ("commit", UNHEARD, []),
        ("commit", None, ["Release 1.0.0"]),
        ("tag", UNHEARD, ["Release 1.0.0"]),
        ("tag", None, ["Release 1.0.0"]),
    ],
)
def test_a_process_that_is_killed_leaves_what_the_next_goes_on_with(
    hub: Hub, small: Path, script: Callable[[str], ModuleType], route: str, fault: str | None, before: list[str]
) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def kill() -> str | None:
        running[0].kill()
        running[0].wait()
        return fault

    hub.faults[route, 0] = kill
    command = [sys.executable, str(REPOSITORY / "scripts" / "publish.py"), str(small), "--repo", NAME]

    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}) as process:
        running.append(process)
    hub.settle()  # what it heard of the killed process, it may still be doing
    hub.faults.clear()
    left = history()
    code = script("publish").main([str(small), "--repo", NAME])

    assert (process.returncode, left, code, (history(), tags())) == (-9, [*before, "initial commit"], 0, ONCE)


# Somebody else is faster


def test_two_who_publish_the_same_at_once_make_one_commit_and_one_tag(hub: Hub, tmp_path: Path) -> None:
    found = []
    for nth, route in enumerate(("create", "preupload", "commit", "tag")):
        repo, folder = f"{NAME}-{nth}", another(tmp_path, nth)
        hub.heard.clear()
        hub.faults = {(route, 0): lambda folder=folder, repo=repo: [go(folder, repo), None][1]}  # type: ignore[misc]
        said = go(folder, repo)
        found.append(("each verified" in said, history(repo=repo), tags(repo)))

    assert found == [(True, *ONCE)] * 4


def test_what_somebody_else_commits_meanwhile_is_not_lost(hub: Hub, small: Path, tmp_path: Path) -> None:
    go(made(tmp_path / "before", {"README.md": card("Old")}, "0.9.0"))
    hub.heard.clear()
    hub.faults["commit", 0] = lambda: theirs({"notes.md": b"mine"})

    said = go(small)

    assert (said, history()[:2], list(tags())) == (
        "valley/claims: no release brought notes.md, and a release replaces all files. Delete it there, if nobody"
        " misses it, and run this again.",
        ["Theirs", "Release 0.9.0"],
        ["v0.9.0"],
    )


def test_a_commit_that_lost_its_answer_gets_its_tag_although_somebody_committed_since(
    hub: Hub, once: None, small: Path
) -> None:
    hub.faults["commit", 0] = UNANSWERED
    go(small)
    theirs({"README.md": card("Edited")})

    go(small)

    assert (history(), tags()) == (["Theirs", *ONCE[0]], ONCE[1])


def test_a_tag_that_somebody_set_meanwhile_elsewhere_stays_there(hub: Hub, small: Path) -> None:
    hub.faults["tag", 0] = lambda: HfApi().create_tag(
        NAME, tag="v1.0.0", revision=HfApi().list_repo_commits(NAME, repo_type="dataset")[-1].commit_id,
        repo_type="dataset",
    )  # fmt: skip

    said = go(small)

    assert (said.split(".")[0], tags()) == (
        "valley/claims: the tag v1",
        {"v1.0.0": ["initial commit"]},
    )


# The token


def test_the_token_is_in_nothing_that_is_said(
    hub: Hub, small: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, once: None
) -> None:
    caplog.set_level("DEBUG")
    said = []
    for token in (WRITER, READER, STRANGER, "hf_nobody", "hf_with blank", "hf_with\nline", "hf_ünlawful"):
        for wish in (Wish(), Wish(propose=True), Wish(gated="auto")):
            for fault in (*WAYS, lambda: None):
                hub.heard.clear()
                hub.faults = {("commit", 0): fault, ("tag", 0): fault}
                for call in (publish, preview):
                    try:
                        said.append(str(call(sealed(small), NAME, {"HF_TOKEN": token}, wish)))
                    except ClaimstanceError as error:
                        said += [str(error), *traceback.format_exception(error)]

    printed = "".join([*said, *capfd.readouterr(), caplog.text])
    assert (len(said) > 100, "hf_" in printed.replace("hf_hub", "").replace("hf_api", "")) == (True, False)


def test_a_token_is_taken_from_the_environment_only(hub: Hub, small: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "token").write_text(WRITER)

    with pytest.raises(UsageError) as refused:
        publish(sealed(small), NAME, {})

    assert (str(refused.value), hub.heard) == (
        "HF_TOKEN is not set. Put a token with write access there, see huggingface.co/settings/tokens.",
        [],
    )


def test_a_public_repository_is_looked_at_without_a_token(hub: Hub, small: Path) -> None:
    go(small)
    hub.heard.clear()

    said = preview(sealed(small), NAME, {})

    assert (said.splitlines()[-1], [one for one in hub.heard if one.token]) == ("Nothing was sent.", [])


# What is asked for


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Where to? --repo ORG/NAME, --to URL, or both."),
        (["--repo", "claims"], "claims is no repository: ORG/NAME is due, such as valley/claims."),
        (
            ["--repo", NAME, "--pull-request", "--private"],
            "A pull request changes no settings: leave out --private and --gated.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    small: Path, script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", WRITER)

    with pytest.raises(UsageError) as refused:
        script("publish").main([str(small), *arguments])

    assert str(refused.value) == said


def test_a_hub_that_is_not_there_is_said_to_be_and_nothing_hangs(small: Path, once: None) -> None:
    with pytest.raises(PublishError) as refused:
        publish(sealed(small), NAME, {"HF_TOKEN": WRITER})

    assert str(refused.value).startswith("valley/claims: to look at it: ")
