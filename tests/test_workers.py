"""A build by several processes: the same bytes and the same words, whoever made them, whoever was killed over it."""

import gzip
import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tqdm import tqdm

import failing
from claimstance import build as way
from claimstance import kept, merge, schema, tombstones
from claimstance.command import run
from claimstance.dataset import Dataset
from claimstance.errors import BadInput, ClaimstanceError, UsageError
from claimstance.report import Report
from claimstance.stages import SHARD, Stage
from conftest import REPOSITORY, corpus, files, sign
from crawling import answer, page, record
from test_read import zst

Scripts = Callable[[str], ModuleType]
POOL = 13
DEADLY = [("splits.decide.search", failing.search), ("finish._finished", failing.finished)]  # each the first time


def pooled(root: Path) -> Path:
    """tests/mini with a pool of thirteen articles, in two files, that link each other in several ways."""
    corpus(REPOSITORY / "tests" / "mini", root)
    rows = [
        {
            "id": f"p{nth:02d}",
            "licence": "CC0-1.0",
            "language": "en",
            "event": f"gate-{nth // 3}" if nth % 2 else None,
            "text": f"Gate {nth}\nGate {nth % 4} of the harbour shut at noon [1], said Ilse Brandt.\n\n"
            f"Sources:\n[1] Gull. https://gull.example/{nth % 5}",
        }
        for nth in range(POOL)
    ]
    (root / "corpus" / "pool").mkdir()
    for name, some in (("a.jsonl", rows[4:]), ("b.jsonl", rows[:4])):
        lines = "".join(json.dumps(row) + "\n" for row in some)
        (root / "corpus" / "pool" / name).write_text(lines, encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """That corpus."""
    return pooled(tmp_path / "pooled")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, script: Scripts) -> tuple[dict[str, bytes], bytes]:
    """What one process makes of it, as one shard: the build and the ledger."""
    root = pooled(tmp_path_factory.mktemp("whole") / "pooled")
    return made(root, script("build").STAGES)


def copied(root: Path) -> None:
    """Put a near copy of one of its articles before all others of the pool."""
    pool = root / "corpus" / "pool"
    copy = json.loads((pool / "a.jsonl").read_text(encoding="utf-8").splitlines()[0])
    copy |= {"id": "copy", "text": copy["text"].replace("noon", "dawn"), "event": None}
    (pool / "0.jsonl").write_text(json.dumps(copy) + "\n", encoding="utf-8")


def made(root: Path, stages: Any, *, shard: int = 2, workers: int = 1) -> tuple[dict[str, bytes], bytes]:
    """A build and the ledger after it. With two articles a shard, the pool above is seven ranges."""
    out = way.build(root, root / "build", stages, shard=shard, workers=workers).out
    return files(out), (root / "corpus" / "splits.csv").read_bytes()


def watched(script: Scripts) -> tuple[Stage, ...]:
    """The stages, of which the first counts its calls and does as it is told."""
    return (failing.articles, *script("build").STAGES[1:])


def order(root: Path, deed: str, article_id: str, often: str) -> None:
    """Tell it what to do."""
    (root / "orders").write_text(f"{deed} {article_id} {often}\n", encoding="utf-8")


def calls(root: Path) -> list[str]:
    """What it saw, and forget it."""
    said = sorted((root / "calls").read_text(encoding="utf-8").splitlines())
    (root / "calls").unlink()
    return said


def copy_of(root: Path, other: Path) -> Path:
    """The same corpus elsewhere, with its ledger and without its builds."""
    for part in ("corpus", "annotations", "schemas"):
        shutil.copytree(root / part, other / part)
    return other


def unbuilt(root: Path, other: Path) -> Path:
    """A copy of a corpus of which nothing was built."""
    copy_of(root, other)
    (other / "corpus" / "splits.csv").unlink()
    return other


def hidden(root: Path) -> list[str]:
    """What a build left beside its folder."""
    return [path.name for path in root.glob(".*.partial")]


def test_a_pool_of_packed_files_and_parquet_gives_the_same_bytes(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes]
) -> None:
    plain, other = (root / "corpus" / "pool" / name for name in ("a.jsonl", "b.jsonl"))
    rows = [json.loads(line) for line in plain.read_text(encoding="utf-8").splitlines()]
    pq.write_table(pa.Table.from_pylist(rows), plain.with_suffix(".parquet"), row_group_size=2)
    lines = other.read_bytes().splitlines(keepends=True)
    other.with_suffix(".jsonl.gz").write_bytes(gzip.compress(b"".join(lines[:2])))
    other.with_suffix(".jsonl.zst").write_bytes(zst(b"".join(lines[2:])))
    plain.unlink()
    other.unlink()

    assert made(root, script("build").STAGES, workers=2) == whole


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("shard", [1, 5, SHARD])
def test_neither_the_number_of_processes_nor_the_size_of_ranges_changes_a_byte(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], shard: int, workers: int
) -> None:
    assert made(root, script("build").STAGES, shard=shard, workers=workers) == whole


def test_the_search_for_near_duplicates_is_shared_out_too(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimstance.splits.decide.near_links", None)  # this process could not

    assert made(root, script("build").STAGES, workers=2) == whole


@pytest.mark.parametrize(("part", "deed"), DEADLY)
def test_a_process_that_dies_over_the_search_or_a_table_is_replaced(
    root: Path,
    script: Scripts,
    whole: tuple[dict[str, bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    deed: Any,
) -> None:
    monkeypatch.setattr(f"claimstance.{part}", deed)

    came = made(root, script("build").STAGES, workers=2)

    assert (came == whole, (root / "begun").exists(), hidden(root)) == (True, True, [])


def test_a_table_that_ends_its_process_twice_is_named_and_the_last_build_stays(
    root: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(root, script("build").STAGES)
    monkeypatch.setattr("claimstance.finish._finished", failing.unfinished)

    with pytest.raises(ClaimstanceError, match=r"^the table sentences: twice, the process"):
        made(root, script("build").STAGES, workers=2)

    assert files(root / "build") == before[0]


def test_pages_of_a_crawl_are_the_same_by_several_processes(root: Path, script: Scripts) -> None:
    pool, pages = root / "corpus" / "pool", []
    for nth in range(9):
        seen = page(f"Quay {nth}", f"Boats may moor at quay {nth} again, the harbour says.")
        pages.append(record(answer(seen), f"https://quay.example/{nth}"))
    (pool / "one.warc").write_bytes(b"".join(pages[:4]))
    (pool / "two.warc.gz").write_bytes(b"".join(map(gzip.compress, pages[4:])))
    (pool / "pool.yaml").write_text("one.warc: {licence: CC0-1.0}\ntwo.warc.gz: {licence: CC0-1.0}\n", encoding="utf-8")

    report = way.build(root, root / "build", script("build").STAGES)

    alone = files(report.out), (root / "corpus" / "splits.csv").read_bytes()
    several = made(root, script("build").STAGES, workers=2)
    assert (sum(report.counts["articles"].values()), several == alone) == (2 + POOL + 9, True)


def test_where_articles_are_few_each_process_gets_four_ranges(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way, "STAGED", 1)
    ours = len(list((root / "corpus" / "articles").rglob("*.md")))

    came = made(root, watched(script), shard=(ours + POOL) // 2, workers=2)

    most = max(len(line.split()) for line in calls(root))
    assert (came == whole, most) == (True, (ours + POOL) // 8)


def test_our_own_corpus_with_all_its_annotations_is_the_same_by_two_processes(tmp_path: Path, script: Scripts) -> None:
    ours = corpus(REPOSITORY, tmp_path / "ours")
    stages = script("build").STAGES

    one = way.build(ours, ours / "one", stages)
    two = way.build(ours, ours / "two", stages, shard=13, workers=2)

    one.out = two.out
    assert (files(ours / "two"), two.audit, two.lost, two.corrected) == (
        files(ours / "one"),
        one.audit,
        one.lost,
        one.corrected,
    )


@pytest.mark.parametrize(("name", "pack"), [("c.jsonl", bytes), ("c.jsonl.gz", gzip.compress)])
def test_what_is_wrong_is_told_in_the_same_words_whoever_finds_it(
    root: Path, script: Scripts, name: str, pack: Callable[[bytes], bytes]
) -> None:
    (root / "corpus" / "articles" / "2026" / "bad.md").write_text("no front matter", encoding="utf-8")
    (root / "corpus" / "articles" / "2026" / "what.txt").write_text("?", encoding="utf-8")
    good = {"licence": "CC0-1.0", "text": "The quay is open."}
    rows = [{"id": one, **good} for one in ("q1", "p01", "q1", "ferry", "bad", "q2", "q1", "p12")]
    lines = "".join(json.dumps(row) + "\n" for row in [*rows, {"text": "no licence"}, 5])
    (root / "corpus" / "pool" / name).write_bytes(pack(lines.encode()))
    told = []

    for shard, workers in ((SHARD, 1), (1, 1), (1, 2), (3, 3)):
        with pytest.raises(BadInput) as refused:
            made(root, script("build").STAGES, shard=shard, workers=workers)
        told.append(str(refused.value).replace(str(root), ""))

    assert (told[1:], [line.partition(". ")[0] for line in told[0].splitlines()]) == (
        3 * told[:1],
        [
            "/corpus/articles/2026/bad.md: no front matter",
            "/corpus/articles/2026/what.txt: no .md file",
            f"/corpus/pool/{name}:10: is no JSON object",
            f"/corpus/pool/{name}:2: the id p01 is taken",
            f"/corpus/pool/{name}:3: the id q1 is taken",
            f"/corpus/pool/{name}:4: the id is taken by /corpus/articles/2026/ferry.md",
            f"/corpus/pool/{name}:5: the id is taken by /corpus/articles/2026/bad.md",
            f"/corpus/pool/{name}:7: the id q1 is taken",
            f"/corpus/pool/{name}:8: the id p12 is taken",
            f"/corpus/pool/{name}:9: no licence",
        ],
    )


@pytest.mark.parametrize("deed", ["killed", "too_large"])
def test_a_process_that_dies_is_replaced_and_its_range_done_again(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], deed: str
) -> None:
    order(root, deed, "p07", "once")

    came = made(root, watched(script), workers=2)

    assert (came == whole, calls(root).count("p06 p07") >= 2, hidden(root)) == (True, True, [])


@pytest.mark.parametrize("deed", ["killed", "too_large"])
def test_a_range_that_ends_its_process_twice_is_named_and_the_last_build_stays(
    root: Path, script: Scripts, deed: str
) -> None:
    before = made(root, watched(script))
    order(root, deed, "p07", "always")

    with pytest.raises(ClaimstanceError) as refused:
        made(root, watched(script), workers=2)

    named = f"{root}/corpus/pool/a.jsonl, lines 3 to 4: twice, the process that worked on it was killed"
    assert (str(refused.value).startswith(named), files(root / "build")) == (True, before[0])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_that_failed_goes_on_from_the_shards_that_it_finished(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], workers: int
) -> None:
    order(root, "too_large", "p12", "always")
    with pytest.raises(ClaimstanceError, match="lines 9 to 9"):
        made(root, watched(script), workers=workers)
    left = (hidden(root), sorted(path.name for path in (root / ".build.partial").iterdir()))
    calls(root)
    (root / "orders").unlink()

    came = made(root, watched(script), workers=workers)

    assert (left, came == whole, "p04 p05" in calls(root), hidden(root)) == (
        ([".build.partial"], ["shards"]),
        True,
        False,
        [],
    )


def test_a_build_that_was_killed_goes_on_from_the_shards_that_it_finished(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes]
) -> None:
    order(root, "killed", "p12", "once")

    ended = apart(root, workers=1)
    seen = [calls(root)]
    came = made(root, watched(script))
    seen.append(calls(root))

    assert (ended.returncode, seen, came == whole, hidden(root)) == (
        -signal.SIGKILL,
        [
            ["ferry most", "p04 p05", "p06 p07", "p08 p09", "p10 p11", "p12"],
            ["p00 p01", "p02 p03", "p12"],
        ],
        True,
        [],
    )


def test_processes_end_with_the_build_that_was_killed(root: Path) -> None:
    order(root, "orphaned", "p07", "once")

    ended = apart(root, workers=2)  # returns when nobody holds its output any more

    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"")


def apart(root: Path, *, workers: int) -> subprocess.CompletedProcess[bytes]:
    """The watched build in a process of its own."""
    code = f"""
import sys
sys.path[:0] = [{str(REPOSITORY / "scripts")!r}, {str(REPOSITORY / "tests")!r}]
from pathlib import Path
import build, failing
from claimstance.build import build as make
root = Path({str(root)!r})
make(root, root / "build", (failing.articles, *build.STAGES[1:]), shard=2, workers={workers})
"""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)


def _row(root: Path) -> None:
    path = root / "corpus" / "pool" / "a.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Gate 4 ", "Door 4 "), encoding="utf-8")


def _words(root: Path) -> None:
    path = root / "corpus" / "sources"
    one = sorted(path.rglob("*.md"))[0]
    one.write_text(one.read_text(encoding="utf-8") + "One more sentence.\n", encoding="utf-8")


def _damage(root: Path) -> None:
    for path in (root / ".build.partial" / "shards").rglob("*.sentences.arrow"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


def _cut(root: Path) -> None:
    for path in (root / ".build.partial" / "shards").rglob(kept.SAID):
        path.write_bytes(path.read_bytes()[:-1])


class _Armed:
    """What a stranger may put in the place of a shard."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_nothing_runs_that_is_found_in_the_place_of_a_shard(tmp_path: Path) -> None:
    (tmp_path / "shard").mkdir()
    said = pickle.dumps((_Armed(tmp_path / "ran"), {}), protocol=5)
    (tmp_path / "shard" / kept.SAID).write_bytes(hashlib.sha256(said).digest() + said)

    found = kept.found(tmp_path / "shard", lambda made: "")

    assert (found, list(tmp_path.iterdir())) == (None, [])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_whose_shards_are_kept_is_followed_by_one_that_makes_only_what_is_new(
    root: Path, tmp_path: Path, script: Scripts, workers: int
) -> None:
    way.build(root, root / "build", watched(script), shard=2, workers=workers, keep=True)
    kept_ones, _ = hidden(root), calls(root)
    pool = root / "corpus" / "pool"
    rows = [json.dumps({"id": one, "licence": "CC0-1.0", "text": f"The {one} is open."}) + "\n" for one in ("q1", "q2")]
    (pool / "0.jsonl").write_text(rows[0], encoding="utf-8")  # before all others
    with (pool / "b.jsonl").open("a", encoding="utf-8") as file:
        file.write(rows[1])

    came = made(root, watched(script), workers=workers)

    assert (kept_ones, calls(root), came[0], hidden(root)) == (
        [".build.partial"],
        ["q1", "q2"],
        made(unbuilt(root, tmp_path / "fresh"), script("build").STAGES)[0],
        [],
    )


def _pulled_again(annotations: Path) -> None:
    line = json.loads((annotations / "spans" / "2026-02-10.jsonl").read_text(encoding="utf-8").splitlines()[0])
    line["annotations"][0]["lead_time"] = 99.0
    (annotations / "spans" / "2026-03-01.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")


def _corrected(annotations: Path) -> None:
    what = "change: relabel, control: stance, expect: REFUTES, to: SUPPORTS, reason: misread"
    said = f"- {{annotation: 00000000-0000-4000-8000-000000000020, {what}}}\n"
    (annotations / "pairs" / "corrections.yaml").write_text(said, encoding="utf-8")


def _answered(annotations: Path) -> None:
    said = {"task_id": "ferry.c000023-000068|ferry.r001", "label": "SUPPORTS"}
    (annotations / "pairs" / "answers.jsonl").write_text(json.dumps(said) + "\n", encoding="utf-8")


def _replanned(annotations: Path) -> None:
    _said_otherwise(annotations, "kind: spans, purpose: main", "kind: spans, purpose: overlap")


def _a_person_after_all(annotations: Path) -> None:
    _said_otherwise(annotations, "ann-2: {kind: model", "ann-2: {kind: person")


def _withdrawn(annotations: Path) -> None:
    _said_otherwise(annotations, '  pairs: {kind: pairs, purpose: main, guideline_version: "1.0"}\n', "")
    shutil.rmtree(annotations / "pairs")


def _said_otherwise(annotations: Path, old: str, new: str) -> None:
    plan = annotations / "batches.yaml"
    said = plan.read_text(encoding="utf-8")
    assert old in said
    plan.write_text(said.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "about"),
    [
        (_pulled_again, ["ferry"]),
        (_corrected, ["most"]),
        (_answered, ["ferry"]),
        (_replanned, ["ferry", "most"]),
        (_a_person_after_all, ["ferry", "most"]),
        (_withdrawn, ["ferry", "most"]),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
@pytest.mark.parametrize("workers", [1, 2])
def test_after_other_annotations_only_the_ranges_that_they_are_about_are_made_anew(
    root: Path, tmp_path: Path, script: Scripts, workers: int, change: Callable[[Path], None], about: list[str]
) -> None:
    again = partial(way.build, root, root / "build", watched(script), shard=1, workers=workers, keep=True)
    again()
    calls(root)
    before = shutil.copytree(root / "annotations", tmp_path / "annotations")

    change(root / "annotations")
    sign(root / "annotations")
    again()
    came = files(root / "build")

    assert (calls(root), came) == (about, made(unbuilt(root, tmp_path / "fresh"), script("build").STAGES)[0])
    shutil.rmtree(root / "annotations")
    shutil.copytree(before, root / "annotations")
    again()
    assert (calls(root), files(root / "build")) == (
        about,
        made(unbuilt(root, tmp_path / "as before"), script("build").STAGES)[0],
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_new_articles_alone_are_compared_where_the_last_build_kept_its_shards(
    root: Path, tmp_path: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    stages, seen = script("build").STAGES, failing.indexed(monkeypatch)
    way.build(root, root / "build", stages, shard=2, workers=workers, keep=True)
    copied(root)
    fresh = copy_of(root, tmp_path / "fresh")

    for _ in range(2):
        way.build(root, root / "build", stages, shard=2, workers=workers, keep=True)

    came = files(root / "build"), (root / "corpus" / "splits.csv").read_bytes()
    assert seen == [0, POOL + 2, POOL + 3]
    assert (came == made(fresh, stages), seen[3:], hidden(fresh)) == (True, [0], [])


def test_a_small_build_that_fails_leaves_nothing(mini: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "finished", lambda *said: failing.full())

    with pytest.raises(OSError, match="No space left"):
        way.build(mini, mini / "build", script("build").STAGES)

    assert hidden(mini) == []


@pytest.mark.parametrize("shard", [2, SHARD])  # the last is a build of so few articles that it keeps none
def test_the_text_of_a_withdrawn_article_leaves_the_shards_that_are_kept(
    root: Path, script: Scripts, shard: int
) -> None:
    way.build(root, root / "build", script("build").STAGES, shard=2, keep=True)
    pool = root / "corpus" / "pool" / "a.jsonl"
    lines = pool.read_text(encoding="utf-8").splitlines(keepends=True)
    pool.write_text("".join(line for line in lines if '"p07"' not in line), encoding="utf-8")
    tombstones.add(root, [tombstones.Tombstone("p07", "2026-11-20", "asked")])
    before = _holds(root, "Gate 7\n")

    way.build(root, root / "build", script("build").STAGES, shard=shard, keep=True)

    assert (before, _holds(root, "Gate 7\n"), _holds(root, "Gate 8\n")) == (True, False, shard == 2)


def _holds(root: Path, words: str) -> bool:
    return any(words.encode() in path.read_bytes() for path in (root / ".build.partial").rglob("*.arrow"))


def test_the_script_keeps_shards_when_it_is_told_to_and_removes_them_when_it_is_not(
    root: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, left = script("build"), []
    monkeypatch.setattr(page, "build", partial(page.build, shard=2))

    for more in (["--keep-shards"], ["--keep-shards", "--check"], []):
        page.main(["--corpus", str(root), "--workers", "1", *more])
        left.append(hidden(root))

    assert left == [[".build.partial"], [".build.partial"], []]


@pytest.mark.parametrize("change", [_row, _words, _damage, _cut])
def test_a_shard_is_never_taken_for_what_it_is_not(
    root: Path, tmp_path: Path, script: Scripts, change: Callable[[Path], None]
) -> None:
    order(root, "too_large", "p12", "always")
    with pytest.raises(ClaimstanceError, match="lines 9 to 9"):
        made(root, watched(script))
    (root / "orders").unlink()
    change(root)

    came = made(root, watched(script))

    fresh = unbuilt(root, tmp_path / "fresh")
    assert (came == made(fresh, script("build").STAGES), hidden(root)) == (True, [])


def test_other_code_finds_no_shard(root: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch) -> None:
    order(root, "too_large", "p12", "always")
    with pytest.raises(ClaimstanceError):
        made(root, watched(script))
    (root / "orders").unlink()
    seen = [calls(root)]
    monkeypatch.setattr(kept, "versions", lambda: ["numpy 99"])

    made(root, watched(script))

    assert ("p04 p05" in seen[0], "p04 p05" in calls(root)) == (True, True)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_leaves_the_last_build_and_no_half_of_another(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], workers: int
) -> None:
    made(root, watched(script))
    order(root, "full", "p07", "always")

    with pytest.raises(OSError, match="No space left"):
        made(root, watched(script), workers=workers)

    left = files(root / "build")
    (root / "orders").unlink()
    assert (left == whole[0], made(root, watched(script)) == whole, hidden(root)) == (True, True, [])


def test_a_command_whose_disk_is_full_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(lambda arguments: failing.full())

    told = "[Errno 28] No space left on device. Make room and run it again; a build goes on from what it finished.\n"
    assert (ended.value.code, capsys.readouterr().err) == (1, told)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system; Linux has it")
@pytest.mark.parametrize("name", ["000000.sentences.arrow", "sentences/release-00000.partial"])
def test_a_disk_that_is_full_is_heard_of_when_tables_are_set_aside_and_when_they_are_written(
    tmp_path: Path, name: str
) -> None:
    table = schema.load(REPOSITORY / "schemas")["sentences"]
    rows = pa.Table.from_arrays([pa.nulls(5, one.type) for one in table.arrow_schema], schema=table.arrow_schema)
    (tmp_path / "sentences").mkdir()
    (tmp_path / name).symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        merge.set_aside(tmp_path, 0, {"sentences": rows})
        merge.finish_whole(tmp_path, table, rows, Report(Dataset("few", "Few", "", "1.0.0", {}), tmp_path))


def test_a_disk_that_is_full_when_tables_are_written_leaves_the_last_build(
    root: Path, script: Scripts, whole: tuple[dict[str, bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    made(root, watched(script))
    calls(root)
    with monkeypatch.context() as patched:
        patched.setattr("claimstance.merge._Writer._write", lambda writer: failing.full())
        with pytest.raises(OSError, match="No space left"):
            made(root, watched(script))
    left = files(root / "build")
    calls(root)

    came = made(root, watched(script))

    assert (left == whole[0], came == whole, (root / "calls").exists()) == (True, True, False)


def test_a_stage_that_no_other_process_could_find_is_told_before_anything_is_made(root: Path, script: Scripts) -> None:
    def articles(raw: Any, tasks: Any) -> Any:
        return failing.articles(raw, tasks)

    with pytest.raises(UsageError, match=r"the stage articles cannot be found by another process.*--workers 1"):
        made(root, (articles, *script("build").STAGES[1:]), workers=2)

    assert hidden(root) == []


def test_a_small_corpus_is_built_by_the_process_that_was_asked(mini: Path, script: Scripts) -> None:
    seen: list[int] = []

    def articles(raw: Any, tasks: Any) -> Any:
        seen.append(os.getpid())
        return failing.articles(raw, tasks)

    way.build(mini, mini / "build", (articles, *script("build").STAGES[1:]), workers=8)

    assert seen == [os.getpid()]


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_the_articles_of_all_also_of_packed_files_and_the_tables(
    root: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    bars: list[Any] = []

    def bar(*items: Any, **options: Any) -> Any:
        bars.append(tqdm(*items, **options | {"disable": False}))
        return bars[-1]

    monkeypatch.setattr("claimstance.gather.tqdm", bar)
    monkeypatch.setattr("claimstance.finish.tqdm", bar)

    made(root, script("build").STAGES, workers=workers)

    tables = (8, 8, "")
    assert [(one.total, one.n, one.desc) for one in bars] == [(POOL + 2, POOL + 2, ""), tables]
    packed = root / "corpus" / "pool" / "a.jsonl"
    packed.with_suffix(".jsonl.gz").write_bytes(gzip.compress(packed.read_bytes()))
    packed.unlink()

    made(root, script("build").STAGES, workers=workers)

    assert [(one.total, one.n, one.desc) for one in bars[2:]] == [(POOL + 2, POOL + 2, "about"), tables]
