"""A build by the workers of a Dask cluster: the same bytes, whoever is killed over it, or one line why not."""

import argparse
import gzip
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import elsewhere
import failing
from claimstance import alike
from claimstance import build as way
from claimstance import cluster as dask
from claimstance.command import run
from claimstance.errors import BadInput, ClaimstanceError, ClusterError, UsageError
from claimstance.shard import _setting
from claimstance.share import Store, begun
from clustering import Worker, cluster, free_port
from conftest import REPOSITORY, files
from storing import bucket
from test_workers import DEADLY, POOL, calls, copied, copy_of, hidden, order, pooled, watched
from test_workers import _words as change_words
from test_workers import made as made_here

Client = pytest.importorskip(
    "distributed", reason="no Dask is installed; get it by pip install 'claimstance[dask]'"
).Client

Scripts = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of a scheduler and two workers."""
    with cluster(tmp_path_factory.mktemp("cluster"), Worker(), Worker()) as address:
        yield address


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, script: Scripts) -> tuple[dict[str, bytes], bytes]:
    """What one process makes of the corpus of `root`: the build and the ledger."""
    return made_here(pooled(tmp_path_factory.mktemp("whole") / "pooled"), script("build").STAGES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus with a pool of thirteen articles."""
    return pooled(tmp_path / "pooled")


@dataclass(frozen=True)
class Apart:
    """A cluster whose workers see nothing of the folder `here`, a store that they share with it, and where they find
    their orders.
    """

    address: str
    here: Path
    store: Path
    orders: Path


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """Two workers on other machines."""
    folder = tmp_path_factory.mktemp("apart")
    for name in ("here", "orders"):
        (folder / name).mkdir()
    away = blind(folder / "here", ORDERS=str(folder / "orders"))
    with cluster(folder / "cluster", away, away) as address:
        yield Apart(address, folder / "here", folder / "store", folder / "orders")


def blind(here: Path, **more: str) -> Worker:
    """A worker that sees nothing of a folder; `more` is in its environment."""
    return Worker(("--nthreads", "1", "--preload", elsewhere.__file__), {"ELSEWHERE": str(here), **more})


def made(root: Path, stages: Any, engine: str, share: str = "") -> tuple[dict[str, bytes], bytes]:
    """A build by a cluster, and the ledger after it. With two articles a shard, it is eight ranges."""
    out = way.build(root, root / "build", stages, shard=2, engine=engine, share=share).out
    return files(out), (root / "corpus" / "splits.csv").read_bytes()


def test_the_workers_of_a_cluster_make_the_bytes_of_one_process(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], address: str
) -> None:
    came = [made(root, script("build").STAGES, address)]
    change_words(root)

    came.append(made(root, script("build").STAGES, address))

    here = made_here(root, script("build").STAGES)
    with Client(address, set_as_default=False) as client:
        took_part = [said.misses for said in client.run(_setting.cache_info).values()]
    assert (came[0] == whole, came[1] == here, hidden(root), took_part) == (True, True, [], [2, 2])


@pytest.mark.parametrize("through_a_store", [False, True])
def test_new_articles_are_held_against_the_index_by_workers_too(
    apart: Apart, script: Scripts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, through_a_store: bool
) -> None:
    stages, seen = script("build").STAGES, failing.indexed(monkeypatch)
    store = apart.store.as_uri() if through_a_store else ""
    root = pooled((apart.here if through_a_store else apart.orders) / "indexed")
    again = partial(way.build, root, root / "build", stages, shard=2, engine=apart.address, share=store, keep=True)
    again()
    copied(root)
    fresh = copy_of(root, tmp_path / "fresh")

    again()

    came = files(root / "build"), (root / "corpus" / "splits.csv").read_bytes()
    assert (seen[:2], came == made_here(fresh, stages)) == ([0, POOL + 2], True)


@pytest.mark.parametrize("through_a_store", [False, True])
def test_the_search_for_near_duplicates_is_the_workers_too(
    apart: Apart,
    script: Scripts,
    whole: tuple[dict[str, bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
    *,
    through_a_store: bool,
) -> None:
    monkeypatch.setattr("claimstance.splits.decide.near_links", None)  # the leader could not
    store = apart.store.as_uri() if through_a_store else ""
    folder = apart.here if through_a_store else apart.orders  # which the workers see
    root = pooled(folder / "searched")

    came = made(root, script("build").STAGES, apart.address, store)

    assert (came == whole, hidden(root), list(apart.store.glob("*"))) == (True, [], [])


@pytest.mark.parametrize(("part", "deed"), DEADLY)
def test_a_worker_that_dies_over_the_search_or_a_table_is_replaced(
    root: Path,
    script: Scripts,
    whole: tuple[dict[str, bytes], bytes],
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    deed: Any,
) -> None:
    monkeypatch.setattr(f"claimstance.{part}", deed)

    came = made(root, script("build").STAGES, address)

    assert (came == whole, (root / "begun").exists(), hidden(root)) == (True, True, [])


def test_a_worker_with_several_threads_and_another_folder_makes_them_too(
    root: Path,
    tmp_path: Path,
    script: Scripts,
    whole: tuple[dict[str, bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(root.parent)

    with cluster(tmp_path / "cluster", Worker(("--nthreads", "4"))) as address:
        came = made(Path("pooled"), script("build").STAGES, address)

    assert came == whole


@pytest.mark.parametrize("deed", ["killed", "too_large"])
def test_a_worker_that_dies_is_replaced_and_its_range_done_again(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], address: str, deed: str
) -> None:
    order(root, deed, "p07", "once")

    came = made(root, watched(script), address)

    assert (came == whole, calls(root).count("p06 p07"), hidden(root)) == (True, 2, [])


@pytest.mark.parametrize("deed", ["killed", "too_large"])
def test_a_range_that_ends_its_worker_twice_is_named_and_what_is_finished_is_kept(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], address: str, deed: str
) -> None:
    before = made_here(root, watched(script))
    order(root, deed, "p12", "always")
    calls(root)

    with pytest.raises(ClaimstanceError) as refused:
        made(root, watched(script), address)

    left, seen = files(root / "build"), calls(root)
    (root / "orders").unlink()
    came = made(root, watched(script), address)
    again = calls(root)
    named = f"{root}/corpus/pool/a.jsonl, lines 9 to 9: twice, the process that worked on it was killed"
    kept = ("p04 p05" in seen, seen.count("p12"), "p04 p05" in again, "p12" in again)
    assert (str(refused.value).startswith(named), left == before[0], came == whole, kept) == (
        True,
        True,
        True,
        (True, 2, False, True),
    )


def test_when_the_scheduler_goes_the_build_ends_and_the_next_one_goes_on(
    root: Path, tmp_path: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes]
) -> None:
    with cluster(tmp_path / "cluster", Worker()) as address:
        with Client(address, set_as_default=False) as client:
            order(root, str(client.run_on_scheduler(os.getpid)), "p07", "once")
        with pytest.raises(ClusterError, match="the scheduler went away"):
            made(root, watched(script), address)
    calls(root)

    came = made_here(root, watched(script))

    assert (came == whole, "p04 p05" in calls(root), hidden(root)) == (True, False, [])


def test_when_the_last_worker_goes_for_good_the_build_ends(
    root: Path, tmp_path: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "LEFT", 1.0)
    monkeypatch.setattr(dask, "REACH", 3.0)  # also for the scheduler to answer on a busy machine
    order(root, "killed", "p07", "always")

    alone = cluster(tmp_path / "cluster", Worker(("--nthreads", "1", "--no-nanny")))
    with alone as address, pytest.raises(ClusterError, match="no worker is left"):
        made(root, watched(script), address)

    assert not (root / "build").exists()


def test_what_is_wrong_is_told_in_the_same_words(root: Path, script: Scripts, address: str) -> None:
    (root / "corpus" / "articles" / "2026" / "bad.md").write_text("no front matter", encoding="utf-8")
    with (root / "corpus" / "pool" / "b.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "p05", "licence": "CC0-1.0", "text": "The quay is open."}\n{"text": "no licence"}\n')
    told = []

    for engine in ("", address):
        with pytest.raises(BadInput) as refused:
            made(root, script("build").STAGES, engine)
        told.append(str(refused.value))

    assert (told[0], len(told[0].splitlines())) == (told[1], 3)


def test_workers_that_see_no_file_of_the_corpus_get_them_through_a_store(
    apart: Apart, script: Scripts, whole: tuple[dict[str, bytes], bytes]
) -> None:
    root = pooled(apart.here / "packed")
    pool = root / "corpus" / "pool"
    rows = [json.loads(line) for line in (pool / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    pq.write_table(pa.Table.from_pylist(rows[3:]), pool / "a.parquet", row_group_size=2)
    (pool / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[:3]), encoding="utf-8")
    (pool / "b.jsonl.gz").write_bytes(gzip.compress((pool / "b.jsonl").read_bytes()))
    (pool / "b.jsonl").unlink()

    came = made(root, script("build").STAGES, apart.address, apart.store.as_uri())

    assert (came == whole, hidden(root), list(apart.store.iterdir())) == (True, [], [])


def test_through_a_store_too_a_worker_that_dies_is_replaced_and_what_is_finished_is_kept(
    apart: Apart, script: Scripts, whole: tuple[dict[str, bytes], bytes]
) -> None:
    root = pooled(apart.here / "killed")
    order(apart.orders, "killed", "p12", "always")
    with pytest.raises(ClaimstanceError, match=r"a\.jsonl, lines 9 to 9: twice"):
        made(root, watched(script), apart.address, apart.store.as_uri())
    seen = [calls(apart.orders)]
    order(apart.orders, "killed", "p12", "once")

    came = made(root, watched(script), apart.address, apart.store.as_uri())

    seen.append(calls(apart.orders))
    told = [(one.count("p12"), "p04 p05" in one) for one in seen]
    assert (came == whole, told, hidden(root), list(apart.store.iterdir())) == (
        True,
        [(2, True), (2, False)],
        [],
        [],
    )


def test_through_a_store_too_what_is_wrong_is_told_in_the_same_words(apart: Apart, script: Scripts) -> None:
    root = pooled(apart.here / "wrong")
    (root / "corpus" / "articles" / "2026" / "bad.md").write_text("no front matter", encoding="utf-8")
    (root / "corpus" / "articles" / "2026" / "link.md").symlink_to(root / "corpus" / "dataset.yaml")
    with (root / "corpus" / "pool" / "b.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "p05", "licence": "CC0-1.0", "text": "The quay is open."}\n{"text": "no licence"}\n')
    told = []

    for engine, share in (("", ""), (apart.address, apart.store.as_uri())):
        with pytest.raises(BadInput) as refused:
            made(root, script("build").STAGES, engine, share)
        told.append(str(refused.value))

    assert (told[0], len(told[0].splitlines())) == (told[1], 4)


def test_the_store_may_speak_s3(tmp_path: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes]) -> None:
    (tmp_path / "here").mkdir()
    root = pooled(tmp_path / "here" / "pooled")
    away = blind(tmp_path / "here")

    with bucket() as url, cluster(tmp_path / "cluster", away, away) as address:
        came = made(root, script("build").STAGES, address, f"{url}/builds")
        system, folder = fsspec.core.url_to_fs(url)
        left = system.find(folder)

    assert (came == whole, hidden(root), left) == (True, [], [])


def test_a_store_that_no_one_can_open_is_one_line_without_the_key(mini: Path, script: Scripts) -> None:
    said = r"^nowhere://bucket/claimstance-[0-9a-f]{16}: .*See that all machines may"

    with pytest.raises(ClusterError, match=said) as refused:
        way.build(mini, mini / "build", script("build").STAGES, engine="tcp://h:1", share="nowhere://me:key@bucket")

    assert ("key" in str(refused.value), hidden(mini)) == (False, [])


def test_what_is_read_in_a_store_is_what_was_put_there_or_an_error(tmp_path: Path) -> None:
    store = begun((tmp_path / "store").as_uri())
    (tmp_path / "one").write_bytes(b"one")
    name = store.brought(tmp_path / "one")
    store.get([(tmp_path / "same", name)])
    next((tmp_path / "store").rglob(name)).write_bytes(b"two")

    with pytest.raises(ClusterError, match=f"{name} is not what was put there"):
        store.get([(tmp_path / "other", name)])

    assert (tmp_path / "same").read_bytes() == b"one"


def test_of_two_that_put_the_same_into_a_store_nobody_reads_what_the_other_has_half_written(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"one")
    first = begun((tmp_path / "store").as_uri())
    second = Store(first.url)
    names = [store.brought(tmp_path / "one") for store in (first, second)]
    next((tmp_path / "store").rglob(names[1])).write_bytes(b"on")

    first.get([(tmp_path / "same", names[0])])

    assert ((tmp_path / "same").read_bytes(), len(set(names))) == (b"one", 2)


def test_where_no_scheduler_answers_one_line_says_so(
    mini: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = f"127.0.0.1:{free_port()}"
    monkeypatch.setattr(dask, "REACH", 0.5)
    monkeypatch.setattr(sys, "argv", ["build.py", "--corpus", str(mini), "--engine", f"dask://{where}"])

    with pytest.raises(SystemExit) as ended:
        run(script("build").main)

    out, err = capsys.readouterr()
    said = f"tcp://{where}: no scheduler of Dask's answers there ("
    assert (ended.value.code, out, err.startswith(said), err.count("\n"), hidden(mini)) == (1, "", True, 1, [])


def test_a_worker_with_other_code_is_refused_before_anything_is_made(
    root: Path, tmp_path: Path, script: Scripts
) -> None:
    other = shutil.copytree(REPOSITORY / "src" / "claimstance", tmp_path / "other" / "claimstance")
    with (other / "crew.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")

    with (
        cluster(tmp_path / "cluster", Worker(environment={"PYTHONPATH": str(other.parent)})) as address,
        pytest.raises(ClusterError, match="has other code of claimstance than the process that leads"),
    ):
        made(root, watched(script), address)

    assert ((root / "calls").exists(), hidden(root)) == (False, [])


def test_a_worker_that_does_not_see_the_corpus_is_refused_before_anything_is_made(
    apart: Apart, script: Scripts
) -> None:
    root = pooled(apart.here / "unseen")

    with pytest.raises(ClusterError, match=r"cannot read .*/probe \(No such file or directory\)"):
        made(root, watched(script), apart.address)

    assert ((apart.orders / "calls").exists(), hidden(root)) == (False, [])


def test_versions_are_compared_by_package(root: Path, tmp_path: Path, script: Scripts) -> None:
    same = alike.same_as_here(root, tmp_path, script("build").STAGES, None)
    theirs = alike.Same({**same.versions, "numpy": "1.0.0"}, same.code, same.files)

    said = (alike.differs(same), alike.differs(theirs))

    assert (said[0], said[1] and said[1][0].endswith("and the process that leads has 1.0.0")) == (None, True)


def test_without_the_extra_the_message_says_how_to_get_it(
    mini: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(UsageError, match=r"pip install 'claimstance\[dask\]'"):
        way.build(mini, mini / "build", script("build").STAGES, engine="tcp://127.0.0.1:1")

    assert hidden(mini) == []


def test_a_stage_of_the_script_itself_is_refused(mini: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch) -> None:
    stages = watched(script)
    monkeypatch.setattr(stages[0], "__module__", "__main__")

    with pytest.raises(UsageError, match="the stage articles cannot be found by another process"):
        way.build(mini, mini / "build", stages, engine="tcp://127.0.0.1:1")

    assert hidden(mini) == []


def test_an_engine_is_this_machine_or_the_address_of_a_scheduler() -> None:
    said = {
        "local": "",
        "dask://head:8786": "tcp://head:8786",
        "dask://[::1]:8786": "tcp://[::1]:8786",
        "dask+tls://head.example:8786": "tls://head.example:8786",
    }
    wrong = [
        "",
        "dask",
        "dask://head",
        "head:8786",
        "spark://head:1",
        "dask://head:x",
        "dask://a@head:1",
        "dask://h:1/x",
    ]
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--engine", type=dask.engine)

    refused = []
    for one in wrong:
        with pytest.raises(argparse.ArgumentError):
            parser.parse_args(["--engine", one])
        refused.append(one)

    assert ({one: dask.engine(one) for one in said}, refused) == (said, wrong)
