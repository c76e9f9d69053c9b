"""The Hub of the tests, tried by the real clients: what a release needs of it, and what goes wrong on purpose."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import HfHubHTTPError
from hypothesis import given
from hypothesis import strategies as st

from conftest import Good, files
from faults import REFUSED, UNANSWERED, UNHEARD
from hub import BROKEN, READER, STRANGER, WAYS, WRITER, Hub, wire
from hub.clients import LFS_WARNS, run, without_xet
from hub.xet import chunks, lz4

pytestmark = pytest.mark.filterwarnings(LFS_WARNS)

NAME = "valley/claims"
NOBODY = "hf_nobody"  # a token that the Hub never gave
IDS = """
import json
from datasets import load_dataset
splits = load_dataset("valley/claims", "stances", revision="v1.0.0")
print(json.dumps({split: rows["stance_id"][:] for split, rows in splits.items()}))
"""


@pytest.fixture(params=["xet", "lfs"])
def way(request: pytest.FixtureRequest, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way in which clients send large files."""
    if request.param == "lfs":
        without_xet(monkeypatch)
    return str(request.param)


@pytest.fixture
def api(hub: Hub) -> HfApi:
    """A client, and a repository with nothing in it."""
    client = HfApi()
    client.create_repo(NAME, repo_type="dataset")
    hub.heard.clear()
    return client


def commit(api: HfApi, contents: dict[str, bytes], title: str = "Release 1.0.0", **more: Any) -> Any:
    added = [CommitOperationAdd(path, data) for path, data in contents.items()]
    return api.create_commit(NAME, added, commit_message=title, repo_type="dataset", **more)


def publish(api: HfApi, folder: Path) -> str:
    """The id of the one commit that a release is."""
    added = [CommitOperationAdd(path, folder / path) for path in files(folder)]
    made = api.create_commit(NAME, added, commit_message="Release", repo_type="dataset", parent_commit=head(api))
    api.create_tag(NAME, tag="v1.0.0", revision=made.oid, repo_type="dataset")
    return made.oid


def ids(folder: Path) -> dict[str, list[str]]:
    """The stances of each split."""
    tables = {path.name.split("-")[0]: pq.read_table(path) for path in (folder / "stances").glob("*.parquet")}
    return {split: table["stance_id"].to_pylist() for split, table in tables.items()}


def head(api: HfApi) -> str:
    return str(api.dataset_info(NAME).sha)


def titles(api: HfApi, revision: str | None = None) -> list[str]:
    return [one.title for one in api.list_repo_commits(NAME, repo_type="dataset", revision=revision)]


def tags(api: HfApi) -> dict[str, str]:
    return {one.name: one.target_commit for one in api.list_repo_refs(NAME, repo_type="dataset").tags}


def outcome(call: Callable[[], object]) -> str:
    """What a client makes of an answer: its exception, with the status where there is one."""
    try:
        call()
    except HfHubHTTPError as error:
        return f"{type(error).__name__} {error.response.status_code}"
    except Exception as error:
        return type(error).__name__
    return "done"


def get(url: str, headers: dict[str, str] | None = None, put: bytes | None = None) -> tuple[int, bytes, dict[str, str]]:
    """A request that no client makes."""
    method = "GET" if put is None else "PUT"
    request = urllib.request.Request(url, put, headers or {}, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b"", dict(error.headers)


# A release goes there


def test_a_release_is_one_commit_and_one_tag_and_comes_back_byte_by_byte(
    hub: Hub, way: str, api: HfApi, good: Good, tmp_path: Path
) -> None:
    release = files(good.folder)

    made = publish(api, good.folder)

    listed = api.list_repo_tree(NAME, repo_type="dataset", recursive=True, revision="v1.0.0")
    large = {
        one.path: (one.lfs.sha256, one.size, one.xet_hash is not None)
        for one in listed
        if isinstance(one, huggingface_hub.RepoFile) and one.lfs
    }
    got = api.snapshot_download(NAME, repo_type="dataset", revision="v1.0.0", local_dir=tmp_path / "got")
    fetched = files(Path(got))
    came_back = {path: data for path, data in fetched.items() if not path.startswith((".cache", ".gitattributes"))}
    assert (large, came_back, titles(api), tags(api), len(hub.asked("commit"))) == (
        {
            path: (hashlib.sha256(data).hexdigest(), len(data), way == "xet")
            for path, data in release.items()
            if path.endswith(".parquet")
        },
        release,
        ["Release", "initial commit"],
        {"v1.0.0": made},
        1,
    )


def test_whoever_trains_gets_the_version_named_also_when_a_newer_one_is_there(way: str, api: HfApi, good: Good) -> None:
    publish(api, good.folder)
    gone = [CommitOperationDelete("stances/", is_folder=True)]
    api.create_commit(NAME, gone, commit_message="No stances any more", repo_type="dataset")

    whole, stream = (load_dataset(NAME, "stances", revision="v1.0.0", streaming=one) for one in (False, True))

    got = [{split: [row["stance_id"] for row in rows] for split, rows in loaded.items()} for loaded in (whole, stream)]
    assert got == [ids(good.folder)] * 2


def test_a_program_that_knows_only_its_environment_asks_this_hub_and_leaves_the_home_alone(
    hub: Hub, api: HfApi, good: Good, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    publish(api, good.folder)

    printed = run(IDS)

    assert (json.loads(printed), (tmp_path / "nobody").exists()) == (ids(good.folder), False)


# Where it is strict


def test_a_branch_that_moved_takes_no_commit_of_someone_who_did_not_see_it(hub: Hub, api: HfApi) -> None:
    seen = head(api)
    commit(api, {"a.txt": b"first"}, "First", parent_commit=seen)

    said = outcome(lambda: commit(api, {"b.txt": b"second"}, "Second", parent_commit=seen))

    assert (said, titles(api)) == ("HfHubHTTPError 412", ["First", "initial commit"])


def test_somebody_may_be_faster_between_a_look_and_the_commit(hub: Hub, api: HfApi) -> None:
    hub.faults["commit", 0] = lambda: commit(api, {"theirs.txt": b"theirs"}, "Theirs")

    said = outcome(lambda: commit(api, {"ours.txt": b"ours"}, "Ours", parent_commit=head(api)))

    assert (said, titles(api)) == ("HfHubHTTPError 412", ["Theirs", "initial commit"])


def test_a_tag_stays_where_it_is_until_it_is_deleted(api: HfApi) -> None:
    first, second = (commit(api, {"a.txt": text}).oid for text in (b"1", b"2"))

    def tag(at: str, again: bool = False) -> str:
        return outcome(lambda: api.create_tag(NAME, tag="v1", revision=at, repo_type="dataset", exist_ok=again))

    said = [tag("nothing"), tag(first), tag(second), tag(second, again=True)]
    stayed = tags(api)
    api.delete_tag(NAME, tag="v1", repo_type="dataset")

    wanted = ["RevisionNotFoundError 404", "done", "HfHubHTTPError 409", "done"]
    assert (said, stayed, tags(api)) == (wanted, {"v1": first}, {})


def test_a_pull_request_leaves_the_branch_alone_and_is_another_commit_once_it_is_merged(api: HfApi) -> None:
    made = commit(api, {"a.parquet": b"PAR1", "b.txt": b"b"}, "Proposed", create_pr=True, parent_commit=head(api))
    refs = api.list_repo_refs(NAME, repo_type="dataset", include_pull_requests=True).pull_requests or []
    opened = [(one.num, one.title, one.status) for one in api.get_repo_discussions(NAME, repo_type="dataset")]
    before = titles(api)
    commit(api, {"c.txt": b"c"}, "Meanwhile")

    api.merge_pull_request(NAME, made.pr_num, repo_type="dataset")

    there = sorted(api.list_repo_files(NAME, repo_type="dataset"))
    assert ([(one.ref, one.target_commit) for one in refs], opened, before, titles(api), there) == (
        [("refs/pr/1", made.oid)],
        [(1, "Proposed", "open")],
        ["initial commit"],
        ["Proposed (#1)", "Meanwhile", "initial commit"],
        [".gitattributes", "a.parquet", "b.txt", "c.txt"],
    )


@pytest.mark.parametrize(("token", "proposed"), [(STRANGER, "done"), (READER, "HfHubHTTPError 403")])
def test_whoever_may_not_write_may_propose_with_a_token_that_writes(
    way: str, api: HfApi, token: str, proposed: str
) -> None:
    contents = {"a.parquet": b"PAR1", "b.txt": b"b"}

    said = [outcome(lambda: commit(HfApi(token=token), contents, create_pr=one)) for one in (False, True)]  # noqa: B023

    assert (said, titles(api)) == (["HfHubHTTPError 403", proposed], ["initial commit"])


def test_a_large_file_has_to_be_there_whole_before_a_commit_names_it(hub: Hub, api: HfApi) -> None:
    sha256 = hashlib.sha256(b"PAR1").hexdigest()
    operation = CommitOperationAdd("a.parquet", b"PAR1")
    operation._upload_mode, operation._is_uploaded = "lfs", True

    sent = get(f"{hub.url}/lfs/{NAME}/{sha256}", put=b"other")[0]
    said = outcome(lambda: api.create_commit(NAME, [operation], commit_message="No", repo_type="dataset"))

    assert (sent, said, titles(api)) == (400, "BadRequestError 400", ["initial commit"])


@pytest.mark.parametrize(
    ("token", "public", "private", "gated", "write"),
    [
        (False, "done", "RepositoryNotFoundError 401", "GatedRepoError 401", "RepositoryNotFoundError 401"),
        (NOBODY, *["HfHubHTTPError 401"] * 4),
        (STRANGER, "done", "RepositoryNotFoundError 404", "GatedRepoError 403", "HfHubHTTPError 403"),
        (READER, "done", "done", "done", "HfHubHTTPError 403"),
        (WRITER, *["done"] * 4),
    ],
)
def test_a_token_opens_what_its_owner_may_see_and_no_more(
    hub: Hub, api: HfApi, tmp_path: Path, token: str | bool, public: str, private: str, gated: str, write: str
) -> None:
    one = HfApi(token=token)

    def read(folder: str, **settings: Any) -> str:
        api.update_repo_settings(NAME, repo_type="dataset", **settings)
        local = tmp_path / folder
        return outcome(lambda: one.hf_hub_download(NAME, ".gitattributes", repo_type="dataset", local_dir=local))

    said = (
        read("public", private=False, gated=False),
        read("private", private=True),
        read("gated", private=False, gated="auto"),
        outcome(lambda: commit(one, {"a.txt": b"a"})),
    )

    kept = repr(hub.heard) + "".join(path.read_text() for path in tmp_path.glob("hub/repos/**/*.json"))
    assert (said, "hf_" in kept) == ((public, private, gated, write), False)


def test_whoever_asks_is_told_who_that_is_and_what_the_token_may(hub: Hub) -> None:
    known = {token: HfApi(token=token).whoami() for token in (WRITER, READER)}

    roles = {token: (one["name"], one["auth"]["accessToken"]["role"]) for token, one in known.items()}
    unknown = outcome(lambda: HfApi(token=NOBODY).whoami())
    assert (roles, unknown) == ({WRITER: ("ada", "write"), READER: ("ada", "read")}, "HfHubHTTPError 401")


def test_a_repository_is_made_once(hub: Hub, api: HfApi) -> None:
    def make(**more: Any) -> str:
        return outcome(lambda: api.create_repo(NAME, repo_type="dataset", private=True, **more))

    said = [make(), make(exist_ok=True), make(exist_ok=True, token=READER), make(token=STRANGER)]

    wanted = ["HfHubHTTPError 409", "done", "done", "HfHubHTTPError 403"]
    assert (said, api.dataset_info(NAME).private) == (wanted, False)


def test_a_request_that_is_too_large_is_told_so(hub: Hub, api: HfApi) -> None:
    hub.limit = 1_000

    said = outcome(lambda: commit(api, {"a.txt": b"a" * 100_000}))

    assert (said, titles(api)) == ("HfHubHTTPError 413", ["initial commit"])


# What it gives


def test_ranges_of_a_file_are_given_as_they_are_asked_for(hub: Hub, api: HfApi) -> None:
    made = commit(api, {"a.parquet": b"0123456789"})
    url, leave = f"{hub.url}/datasets/{NAME}/resolve/main/a.parquet", {"authorization": f"Bearer {READER}"}

    got = [get(url, {"range": f"bytes={part}", **leave}) for part in ("2-4", "7-", "-2", "8-99", "10-")]

    whole = get(url, leave)[2]
    headers = {name: whole[name] for name in ("ETag", "X-Repo-Commit", "X-Linked-Size")}
    assert ([(status, body, more.get("Content-Range")) for status, body, more in got], headers) == (
        [
            (206, b"234", "bytes 2-4/10"),
            (206, b"789", "bytes 7-9/10"),
            (206, b"89", "bytes 8-9/10"),
            (206, b"89", "bytes 8-9/10"),
            (416, b"", "bytes */10"),
        ],
        {"ETag": f'"{hashlib.sha256(b"0123456789").hexdigest()}"', "X-Repo-Commit": made.oid, "X-Linked-Size": "10"},
    )


def test_lists_come_in_pages(hub: Hub, api: HfApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAGE", 2)
    for number in range(4):
        commit(api, {f"{number}/a.txt": b"a"}, f"{number}")

    there = [one.path for one in api.list_repo_tree(NAME, repo_type="dataset", recursive=True)]

    inside = [one.path for one in api.list_repo_tree(NAME, "3", repo_type="dataset")]
    assert (there, inside, titles(api)) == (
        [".gitattributes", "0", "0/a.txt", "1", "1/a.txt", "2", "2/a.txt", "3", "3/a.txt"],
        ["3/a.txt"],
        ["3", "2", "1", "0", "initial commit"],
    )


def test_what_xet_packs_and_splits_is_whole_again_for_clients_without_it(
    hub: Hub, api: HfApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = random.Random(7)  # noqa: S311
    noise = some.randbytes(700_000)
    contents = {
        "noise.bin": noise,
        "shifted.bin": noise[:300_000] + b"more" + noise[300_000:],
        "text.bin": b"a claim and its source. " * 20_000,
        "numbers.bin": pa.array([some.gauss(0, 1) for _ in range(50_000)], pa.float32()).buffers()[1].to_pybytes(),
        "tiny.bin": b"!",
    }
    commit(api, contents)
    by_xet = Path(api.snapshot_download(NAME, repo_type="dataset", local_dir=tmp_path / "xet"))

    without_xet(monkeypatch)
    by_http = Path(api.snapshot_download(NAME, repo_type="dataset", local_dir=tmp_path / "http"))

    packings = {one.packing for xorb in tmp_path.glob("hub/xorbs/*") for one in chunks(xorb.read_bytes())}
    got = [{path: (folder / path).read_bytes() for path in contents} for folder in (by_xet, by_http)]
    assert (got, packings) == ([contents, contents], {0, 1, 2})


@given(st.lists(st.binary(max_size=40) | st.builds(bytes.__mul__, st.binary(max_size=9), st.integers(0, 3_000))))
def test_lz4_is_unpacked_as_arrow_packs_it(parts: list[bytes]) -> None:
    data = b"".join(parts)

    packed = pa.compress(data, codec="lz4", asbytes=True)

    assert lz4(packed) == data


# What goes wrong on purpose


@pytest.mark.parametrize(
    ("fault", "said", "happened"),
    [
        (REFUSED, "HfHubHTTPError 503", False),
        (UNHEARD, "RemoteProtocolError", False),
        (UNANSWERED, "RemoteProtocolError", True),
        (BROKEN, "HfHubHTTPError 500", True),
    ],
)
def test_a_commit_that_fails_may_have_happened_and_the_client_does_not_know(
    hub: Hub, api: HfApi, fault: str, said: str, happened: bool
) -> None:
    hub.faults["commit", 0] = fault

    told = outcome(lambda: commit(api, {"a.txt": b"a"}))

    assert (told, titles(api), [one.status for one in hub.asked("commit")]) == (
        said,
        [*(["Release 1.0.0"] if happened else []), "initial commit"],
        [{REFUSED: 503, BROKEN: 500}.get(fault, 0)],
    )


@pytest.mark.parametrize("fault", WAYS)
def test_clients_send_a_large_file_again_and_its_commit_is_one(hub: Hub, way: str, api: HfApi, fault: str) -> None:
    routes = {"xet": ("xet-token", "xet-put", "xet-shard"), "lfs": ("lfs-batch", "lfs-put", "lfs-verify")}[way]
    hub.faults.update({(route, 0): fault for route in ("preupload", *routes)})

    commit(api, {"a.parquet": b"PAR1"})

    times = [len(hub.asked(route)) for route in ("preupload", *routes, "commit")]
    assert (titles(api), times) == (["Release 1.0.0", "initial commit"], [2, 2, 2, 2, 1])


@pytest.mark.parametrize("fault", WAYS)
def test_any_request_may_fail_and_whoever_starts_again_ends_with_one_commit(hub: Hub, api: HfApi, fault: str) -> None:
    def release() -> None:
        api.create_repo(NAME, repo_type="dataset", exist_ok=True)
        made = commit(api, {"a.txt": b"a"}, parent_commit=head(api))
        api.create_tag(NAME, tag="v1", revision=made.oid, repo_type="dataset", exist_ok=True)

    hub.faults.update(dict.fromkeys(range(0, 60, 2), fault))
    tries = 0
    while outcome(release) != "done" and tries < 30:
        tries += 1

    assert (titles(api), len(tags(api)), tries > 0) == (["Release 1.0.0", "initial commit"], 1, True)


def test_a_hub_that_is_slow_is_asked_again(hub: Hub, api: HfApi, tmp_path: Path) -> None:
    answering = threading.Event()
    hub.faults["resolve", 0] = lambda: answering.wait(30)

    got = api.hf_hub_download(
        NAME, ".gitattributes", repo_type="dataset", cache_dir=tmp_path / "cache", etag_timeout=0.05
    )
    answering.set()

    asked = [one.method for one in hub.asked("resolve")]
    assert (Path(got).read_text().splitlines()[0].split()[0], asked) == ("*.parquet", ["HEAD", "HEAD", "GET"])


# What it keeps


def test_what_was_answered_is_there_after_the_hub_is_killed(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(port: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "hub", str(tmp_path / "killed"), port]
        here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=here)
        assert process.stdout
        return process, process.stdout.readline().split()[0].removeprefix("HF_ENDPOINT=")

    def kill(process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate()

    first, url = start("0")
    api = HfApi(endpoint=url)
    api.create_repo(NAME, repo_type="dataset")
    made = commit(api, {"a.parquet": b"PAR1"})
    kill(first)

    gone = outcome(lambda: titles(api))
    second, again = start(url.rsplit(":", 1)[1])
    there = (head(api), titles(api))
    kill(second)

    assert (gone, again, there) == ("ConnectError", url, (made.oid, ["Release 1.0.0", "initial commit"]))


def test_the_same_files_have_the_same_commit_whoever_asks_and_when(hub: Hub, way: str, tmp_path: Path) -> None:
    with Hub(tmp_path / "other") as other:
        ids = []
        for one in (hub, other):
            api = HfApi(endpoint=one.url)
            api.create_repo(NAME, repo_type="dataset")
            ids.append([commit(api, {"a.parquet": b"PAR1", "b.txt": b"b"}, title).oid for title in ("A", "B")])

    assert ids[0] == ids[1]
