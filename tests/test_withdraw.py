"""An article is taken down: nothing of it is left, nothing comes back, and what was stopped half-way goes on."""

import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from annotating import Json
from claimstance import recall, schema, tombstones
from claimstance.alone import alone
from claimstance.annotation import batches
from claimstance.annotation.studio.pulls import pull
from claimstance.articles.columns import Row
from claimstance.articles.formats import rows
from claimstance.articles.read import article, corpus_articles, raw_of
from claimstance.between import between
from claimstance.digests import sha256
from claimstance.errors import BadInput, ClaimstanceError
from claimstance.facts import FACTS
from claimstance.gate.folder import Folder
from claimstance.manifest import understood
from claimstance.push import Order as Push
from claimstance.push import prepared
from claimstance.splits.returning import returning, signature
from claimstance.splits.signatures import signatures, similarity
from claimstance.tombstones import HEADER, Tombstone
from claimstance.withdraw import Order, Withdrawal, withdraw
from conftest import REPOSITORY, Good, copied, corpus, files, sign
from crawling import answer, page, record
from hub import Hub

Scripts = Callable[[str], ModuleType]

BELL, WIRE, HERALD = "2026-05-17-kesterfold-bell", "2026-03-01-tide-barrier-wire", "2026-03-01-tide-barrier-herald"
WIKINEWS = REPOSITORY.parent / "shared" / "data" / "wikinews"
PLANTED = REPOSITORY / "tests" / "planted.csv"
DAY, WHY = "2026-11-26", "Its publisher asked for it."


@pytest.fixture
def halmere(tmp_path: Path) -> Path:
    """This repository's corpus."""
    return corpus(REPOSITORY, tmp_path / "halmere")


@pytest.fixture
def full(mini: Path) -> Path:
    """The smallest corpus, with everything that can name an article: corrections, known answers, a second pull."""
    spans = mini / "annotations" / "spans"
    answers = [{"task_id": "ferry", "spans": []}, {"task_id": "most", "spans": []}]
    (spans / "answers.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in answers), encoding="utf-8")
    shutil.copy(spans / "2026-02-10.jsonl", spans / "2026-02-11.jsonl")
    fixes = []
    for line in (spans / "2026-02-10.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)["annotations"][0]
        by = one["completed_by"]
        to = "ann-1" if by == "ann-2" else "ann-2"
        fixes.append(
            {"annotation": one["unique_id"], "change": "attribute", "expect": by, "to": to, "reason": "Swapped."}
        )
    (spans / "corrections.yaml").write_text(f"# Swapped\n{yaml.safe_dump(fixes)}", encoding="utf-8")
    sign(mini / "annotations")
    return mini


def taken(root: Path, *ids: str, reason: str = WHY, keep: tuple[str, ...] = ()) -> Withdrawal:
    return withdraw(root, Order(ids, DAY, reason, keep))


def refused(root: Path, *ids: str, keep: tuple[str, ...] = (), reason: str = WHY) -> list[str]:
    """Why a withdrawal is refused; nothing changes."""
    before = files(root)
    with pytest.raises(ClaimstanceError) as caught:
        taken(root, *ids, keep=keep, reason=reason)
    assert files(root) == before
    return str(caught.value).replace(f"{root}/", "").split("\n")


def build(script: Scripts, root: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        script("build").main(["--corpus", str(root)])


def not_built(script: Scripts, root: Path) -> list[str]:
    """What a build is refused for, and where."""
    with pytest.raises(BadInput) as caught:
        build(script, root)
    return [f"{one.where.removeprefix(f'{root}/')}: {one.what}" for one in caught.value.errors]


def words(root: Path) -> str:
    """All that stands in a corpus, its annotations and its build: files as they are, JSON and Parquet as they read."""
    found = []
    for path in sorted(one for one in root.rglob("*") if one.is_file() and one.parts[-2] != "schemas"):
        if path.suffix == ".parquet":
            found.append(json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str))
            found.append(path.read_bytes().decode("utf-8", "replace"))
        elif path.suffix == ".jsonl":
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [json.dumps(json.loads(line), ensure_ascii=False) for line in lines]
        else:
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found).replace("\\n", "\n").replace('\\"', '"')


def sentences(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"(?<=[.!?。؟])\s|\n|\[[^\]]*\]", text) if len(one.strip()) >= 12]


@pytest.mark.parametrize(
    "ids", [(BELL,), (WIRE, HERALD), ("2026-07-02-tarnhaven-oysters", "2026-09-21-school-breakfast")]
)
def test_no_sentence_of_a_withdrawn_article_is_left_in_corpus_annotations_or_build(
    halmere: Path, script: Scripts, ids: tuple[str, ...]
) -> None:
    build(script, halmere)
    own = [path for path in halmere.glob("corpus/**/*.md") if path.stem.startswith(ids)]
    said = {one for path in own for one in sentences(path.read_text(encoding="utf-8").split("---\n", 2)[2])}
    others = "\n".join(path.read_text("utf-8") for path in halmere.glob("corpus/**/*.md") if path not in own)
    said = {one for one in said if one not in others}
    before = words(halmere)

    ended = script("withdraw").main(["--corpus", str(halmere), *ids, "--reason", WHY, "--date", DAY])
    build(script, halmere)

    after = words(halmere)
    gone = {path.relative_to(halmere).as_posix() for path in own if not path.exists()}
    assert (
        ended,
        len(said) > 20,
        len(gone),
        [one for one in said if one not in before],
        [one for one in said if one in after],
    ) == (
        0,
        True,
        len(own),
        [],
        [],
    )


def test_what_is_of_other_articles_stays_to_the_byte_and_the_ledger_keeps_its_line(halmere: Path) -> None:
    before = files(halmere)

    taken(halmere, BELL)

    after = files(halmere)
    lost = {path for path in before if path not in after}
    changed = sorted(path for path in before if path in after and after[path] != before[path])
    rest = {
        path: b"".join(line for line in before[path].splitlines(True) if f'"article_id": "{BELL}"'.encode() not in line)
        for path in changed
        if path.endswith(".jsonl")
    }
    texts = {f"corpus/sources/{BELL}.r00{nth}.md" for nth in range(1, 5)}
    held = {path for path in before if path.endswith(".jsonl") and f'"article_id": "{BELL}"'.encode() in before[path]}
    assert (lost, changed, {path: after[path] for path in rest}) == (
        {f"corpus/articles/2026/{BELL}.md"} | texts,
        sorted(held | {f"{path.rpartition('/')[0]}/SHA256SUMS" for path in held}),
        rest,
    )


def test_a_tombstone_says_when_and_why_and_knows_the_text_without_holding_it(halmere: Path) -> None:
    text = article(halmere / "corpus" / "articles" / "2026" / f"{BELL}.md").text

    taken(halmere, BELL, reason='Asked for, by "the clinic", twice')

    lines = list(csv.reader(io.StringIO((halmere / "corpus" / "withdrawn.csv").read_text(encoding="utf-8"))))
    kept = re.fullmatch(r"words3-oph128-1:[0-9a-f]{64}", lines[1][4])
    assert (lines[0], lines[1][:4], bool(kept), lines[1][5], tombstones.read(halmere)[BELL].text_sha256) == (
        list(HEADER),
        [BELL, DAY, 'Asked for, by "the clinic", twice', sha256(text)],
        True,
        "",
        sha256(text),
    )


def test_the_comparison_of_builds_before_and_after_says_withdrawn_and_why(halmere: Path, script: Scripts) -> None:
    build(script, halmere)
    (halmere / "build").rename(halmere / "was")

    taken(halmere, BELL)
    build(script, halmere)

    found = between(str(halmere / "was"), str(halmere / "build"), halmere)
    assert (found.reasons, found.tables["articles"].total("withdrawn"), found.tables["claims"].total("removed")) == (
        {BELL: WHY},
        1,
        0,
    )


def test_withdrawing_twice_says_that_it_was_done(
    full: Path, script: Scripts, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--corpus", str(full), "ferry", "--reason", WHY, "--date", DAY]
    script("withdraw").main(arguments)
    before = files(full)
    capsys.readouterr()

    ended = script("withdraw").main(arguments[:3])

    first = capsys.readouterr().out.splitlines()[0]
    said = f"ferry was withdrawn already, on {DAY}; nothing of it was left here."
    assert (ended, first, files(full)) == (0, said, before)


@pytest.mark.parametrize(
    ("ids", "reason", "said"),
    [
        ("boat", WHY, "boat: no article of the corpus is called that, and none was withdrawn. Is it misspelt?"),
        ("../x", WHY, "'../x' is no id of an article. Name it as its file is named, without .md."),
        ("ferry", "", "ferry: why is it withdrawn? Say it with --reason; it is published."),
        ("ferry", "ada@post.example asked", "--reason: it is published, so it may hold no address. Say it without."),
        ("ferry", "x" * 501, "--reason: one line of at most 500 characters is due."),
        ("ferry", "\x1b[2J", "--reason: one line of at most 500 characters is due."),
    ],
)
def test_what_cannot_be_meant_is_one_clear_error(mini: Path, ids: str, reason: str, said: str) -> None:
    assert refused(mini, ids, reason=reason) == [said]


def test_a_file_that_somebody_changed_is_never_signed_on_the_way(full: Path) -> None:
    path = full / "annotations" / "pairs" / "tasks.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")

    said = refused(full, "ferry")

    assert [one.partition(".jsonl: ")[2][:36] for one in said] == ["changed since SHA256SUMS was written"]


def test_only_one_may_work_on_a_corpus_at_a_time(full: Path) -> None:
    with alone(full / "annotations", "push"):
        said = refused(full, "ferry")

    assert said == ["annotations: another build, import, push, pull or withdrawal is running. Wait for it."]


def dies_at(nth: int, root: Path) -> bool:
    """Withdraw in a process that is killed at its nth step that the disk sees; whether it was."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    count = iter(range(10**6))
    for owner, name in ((Path, "replace"), (Path, "unlink"), (os, "fsync")):
        do = getattr(owner, name)

        def step(*given: object, do: Callable[..., object] = do) -> object:
            if next(count) == nth:
                os._exit(9)
            done = do(*given)
            if next(count) == nth:
                os._exit(9)
            return done

        setattr(owner, name, step)
    taken(root, "ferry")
    os._exit(0)


def test_killed_at_any_step_it_has_changed_nothing_or_is_finished_by_the_next_run(full: Path) -> None:
    whole = shutil.copytree(full, full.parent / "whole")
    taken(whole, "ferry")
    ended, kills, seen = files(whole), 0, []
    while dies_at(kills, root := shutil.copytree(full, full.parent / f"killed-{kills}")):
        kills += 1
        if tombstones.read(root):
            again = taken(root, "ferry", reason="")
            seen.append((files(root) == ended, [one.article_id for one in again.new]))
        else:
            left = {path: one for path, one in files(root).items() if not path.endswith(".partial")}
            seen.append((left == files(full), []))

    assert (kills > 40, [one for one in seen if one != (True, [])]) == (True, [])


def test_what_a_killed_import_left_of_it_goes_too(full: Path) -> None:
    path = full / "corpus" / "articles" / "2026" / "ferry.md"
    left = path.with_name(f".{path.name}.partial")
    shutil.copy(path, left)

    taken(full, "ferry")

    assert not left.exists()


def test_what_was_begun_is_refused_until_it_is_finished(full: Path, script: Scripts) -> None:
    assert pushed(full, script, "out", "main") == []
    raw = article(full / "corpus" / "articles" / "2026" / "ferry.md")
    tombstones.add(full, [Tombstone("ferry", DAY, WHY, raw.text_sha256, signature(raw.text))])

    build_said = not_built(script, full)
    pushes = [pushed(full, script, "out"), pushed(full, script, "new", "main")]

    place = "corpus/articles/2026/ferry.md: the article ferry was withdrawn"
    task = "annotations/out/tasks.jsonl:1: the article ferry was withdrawn"
    assert (build_said, pushes) == ([place], [[task], [place]])


def pushed(root: Path, script: Scripts, batch: str, purpose: str | None = None) -> list[str]:
    """Why a push is refused, and where; nothing where it is not."""
    try:
        with prepared(root, Push(batch, purpose), script("build").STAGES):
            return []
    except BadInput as refusal:
        return [f"{one.where.removeprefix(f'{root}/')}: {one.what}" for one in refusal.errors]


def light(text: str) -> dict[str, str]:
    """Nearly the same text."""
    lines = text.split("\n")
    tokens = text.split(" ")
    return {
        "shouted": text.upper(),
        "one space": re.sub(r"\s+", " ", text),
        "no marks": re.sub(r"\[[^\]]*\]|[.,;:]", "", text),
        "other headline": "\n".join(["Another headline altogether", *lines[1:]]),
        "shorter": text[: len(text) * 3 // 4],
        "a word in twenty": " ".join("instead" if nth % 20 == 7 else one for nth, one in enumerate(tokens)),
    }


@pytest.mark.parametrize(
    "edit", ["same", "shouted", "one space", "no marks", "other headline", "shorter", "a word in twenty"]
)
def test_the_text_does_not_come_back_under_another_id(
    halmere: Path, script: Scripts, capsys: pytest.CaptureFixture[str], edit: str
) -> None:
    text = article(halmere / "corpus" / "articles" / "2026" / f"{BELL}.md").text
    back = text if edit == "same" else light(text)[edit]
    taken(halmere, BELL)
    (halmere / "rows.jsonl").write_text(json.dumps({"id": "elsewhere", "text": back, "licence": "CC0-1.0"}), "utf-8")

    ended = script("add_articles").main(["--corpus", str(halmere), str(halmere / "rows.jsonl")])
    added = capsys.readouterr().err.replace(f"{halmere}/", "")
    pool = halmere / "corpus" / "pool"
    pool.mkdir()
    shutil.move(halmere / "rows.jsonl", pool / "rows.jsonl")

    how = "the same" if edit == "same" else "nearly the same"
    said = f"elsewhere has {how} text as {BELL}, which was withdrawn"
    then = "corpus/withdrawn.csv says why. Leave it out, or withdraw it too. Another text, which may stay:"
    assert (ended, added, not_built(script, halmere)) == (
        1,
        f"rows.jsonl:1: {said}. {then} scripts/withdraw.py {BELL} --keep elsewhere.\n",
        [f"corpus/pool/rows.jsonl:1: {said}"],
    )


def test_a_text_that_may_stay_is_let_through_and_its_copies_are_not(halmere: Path, script: Scripts) -> None:
    taken(halmere, WIRE, keep=(HERALD,))
    build(script, halmere)
    path = halmere / "corpus" / "articles" / "2026" / f"{HERALD}.md"

    shutil.copy(path, path.with_stem("copy"))

    assert not_built(script, halmere) == [
        f"corpus/articles/2026/copy.md: copy has nearly the same text as {WIRE}, which was withdrawn"
    ]


def test_near_copies_in_the_corpus_are_withdrawn_together_or_kept_by_name(halmere: Path) -> None:
    assert refused(halmere, WIRE) == [
        f"corpus/articles/2026/{HERALD}.md: {HERALD} has the same text as {WIRE}, or nearly so. Withdraw both "
        f"(scripts/withdraw.py {WIRE} {HERALD}), or let it stay (scripts/withdraw.py {WIRE} --keep {HERALD})."
    ]


def test_a_text_that_may_stay_after_all_is_a_later_line(halmere: Path) -> None:
    taken(halmere, BELL)
    before = (halmere / "corpus" / "withdrawn.csv").read_bytes()

    taken(halmere, BELL, reason="Another interview.", keep=("elsewhere",))
    taken(halmere, BELL, reason="Another interview.", keep=("elsewhere",))

    after = (halmere / "corpus" / "withdrawn.csv").read_bytes()
    assert (after.startswith(before), after.count(b"\n"), tombstones.read(halmere)[BELL].kept) == (
        True,
        3,
        ("elsewhere",),
    )


def test_no_other_article_of_the_corpus_is_taken_for_a_withdrawn_one(halmere: Path) -> None:
    raws = [article(path) for path in sorted((halmere / "corpus" / "articles").rglob("*.md"))]

    found = alike([raw.text for raw in raws], [raw.article_id for raw in raws])

    with PLANTED.open(encoding="utf-8", newline="") as lines:
        copies = {(row["article_id"], row["where"]) for row in csv.DictReader(lines) if row["flaw"] == "wire_copy"}
    pairs = {(HERALD, WIRE), *copies}
    assert found == pairs | {(other, one) for one, other in pairs}


@pytest.mark.skipif(not WIKINEWS.is_dir(), reason="the Wikinews articles are not beside this checkout")
def test_real_news_are_taken_for_a_withdrawn_one_where_they_are_near_duplicates_and_nowhere_else() -> None:
    given = [one for one in rows(WIKINEWS, {}) if isinstance(one, Row)]
    raws = {one.article_id: one for one in (raw_of(one, licence="CC-BY-2.5") for one in given)}
    texts = [one.text for one in raws.values()]
    signed, names = signatures(texts), list(raws)
    likeness = np.array([similarity(signed, np.broadcast_to(one, signed.shape)) for one in signed])

    found = alike(texts, names)

    sure = {(names[one], names[other]) for one, other in zip(*np.where(likeness >= 0.6), strict=True) if one != other}
    may = {(names[one], names[other]) for one, other in zip(*np.where(likeness >= 0.4), strict=True)}
    assert (len(names) > 250, sure <= found, found <= may) == (True, True, True)


def alike(texts: list[str], names: list[str]) -> set[tuple[str, str]]:
    """Pairs of a text that was withdrawn and another that is taken for it."""
    stones = {
        f"stone-{name}": Tombstone(f"stone-{name}", DAY, WHY, "", signature(text))
        for name, text in zip(names, texts, strict=True)
    }
    digests = [sha256(text) for text in texts]
    return {
        (stone.removeprefix("stone-"), names[back.place])
        for stone in stones
        for back in returning({stone: stones[stone]}, names, digests, texts)
        if names[back.place] != stone.removeprefix("stone-")
    }


def test_a_text_of_a_source_stays_while_another_article_lists_its_address(full: Path) -> None:
    path = full / "corpus" / "articles" / "2026" / "most.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("https://uprava.example/most", "http://www.port.example/timetable/"),
        "utf-8",
    )

    done = taken(full, "ferry")

    assert done.removed == ["corpus/articles/2026/ferry.md"]


def test_a_withdrawn_text_does_not_come_back_as_the_text_of_a_source(full: Path, script: Scripts) -> None:
    ferry = article(full / "corpus" / "articles" / "2026" / "ferry.md")
    taken(full, "ferry")

    back = "---\nlicence: CC0-1.0\n---\n" + ferry.text.upper()
    (full / "corpus" / "sources" / "most.r001.md").write_text(back, encoding="utf-8")

    said = "most.r001 has nearly the same text as ferry, which was withdrawn"
    assert not_built(script, full) == [f"corpus/sources/most.r001.md: {said}"]


def test_a_source_that_is_the_withdrawn_article_goes_with_the_tasks_that_show_it(full: Path) -> None:
    ferry = article(full / "corpus" / "articles" / "2026" / "ferry.md")
    source = "---\nlicence: CC0-1.0\n---\n"
    (full / "corpus" / "sources" / "most.r001.md").write_text(source + ferry.text, encoding="utf-8")
    for name in ("tasks.jsonl", "2026-02-12.jsonl"):
        path = full / "annotations" / "pairs" / name
        line = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
        line["annotations"] = []
        line["data"] |= {
            "article_id": "most",
            "claim_id": "most.c",
            "source_id": "most.r001",
            "task_id": "most.c|most.r001",
        }
        line["data"]["evidence_text"] = ferry.text
        path.write_text(
            path.read_text(encoding="utf-8") + json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    sign(full / "annotations")

    done = taken(full, "ferry")

    left = "Nobody in Orm believes it" in words(full / "annotations") + words(full / "corpus")
    assert (sorted(done.removed), left) == (
        ["corpus/articles/2026/ferry.md", "corpus/sources/ferry.r001.md", "corpus/sources/most.r001.md"],
        False,
    )


def test_a_row_of_a_pool_goes_and_the_others_stay_to_the_byte(full: Path) -> None:
    pool = full / "corpus" / "pool" / "more.jsonl"
    pool.parent.mkdir()
    lines = [
        f'{{"id": "r-{nth}", "licence": "CC0-1.0", "text": "Row {nth} — of the pool."}}'.encode() for nth in range(3)
    ]
    pool.write_bytes(b"\r\n".join(lines))

    done = taken(full, "r-1")

    assert (done.removed, pool.read_bytes()) == (["corpus/pool/more.jsonl:2"], b"\r\n".join([lines[0], lines[2]]))


@pytest.mark.parametrize("name", ["more.parquet", "crawl.warc"])
def test_a_row_of_a_packed_file_is_somebody_s_to_take_out(full: Path, name: str) -> None:
    pool = full / "corpus" / "pool" / name
    pool.parent.mkdir()
    if name == "crawl.warc":
        pool.write_bytes(record(answer(page())))
        pool.with_name("pool.yaml").write_text("crawl.warc: {licence: CC0-1.0}", encoding="utf-8")
    else:
        pq.write_table(pa.table({"text": ["A row of the pool."], "licence": ["CC0-1.0"]}), pool)
    (one,) = (one for one in corpus_articles(full, []) if "/pool/" in one.where)

    done = taken(full, one.article_id)

    assert (done.removed, done.by_hand) == ([], [f"corpus/pool/{name}:1"])


def test_a_row_that_cannot_be_cut_out_is_refused_by_builds_until_somebody_does_it(
    full: Path, script: Scripts, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = full / "corpus" / "pool" / "more.csv"
    pool.parent.mkdir()
    pool.write_text("id,licence,text\nr-1,CC0-1.0,A row of the pool.\n", encoding="utf-8")

    ended = script("withdraw").main(["--corpus", str(full), "r-1", "--reason", WHY])
    said = capsys.readouterr().out
    refusal = not_built(script, full)
    pool.unlink()

    step = "1. Take the row out of corpus/pool/more.csv:2 by hand, then run this again."
    assert (ended, step in said, refusal, script("withdraw").main(["--corpus", str(full), "r-1"])) == (
        1,
        True,
        ["corpus/pool/more.csv:2: the article r-1 was withdrawn"],
        0,
    )


@pytest.mark.parametrize("finished", [True, False])
def test_a_pull_leaves_out_what_was_withdrawn_and_says_so(full: Path, finished: bool) -> None:
    spans = full / "annotations" / "spans"
    said: list[Json] = []
    for line in (spans / "2026-02-11.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        one["annotations"][0]["lead_time"] = 99.0
        for each in one["annotations"]:
            each["completed_by"] = {"ann-1": 1, "ann-2": 2}[each["completed_by"]]
        said.append(one)
    raw = article(full / "corpus" / "articles" / "2026" / "ferry.md")
    if finished:
        taken(full, "ferry")
    else:
        tombstones.add(full, [Tombstone("ferry", DAY, WHY, raw.text_sha256, signature(raw.text))])

    done = pull(
        spans, batches.read(full / "annotations" / "batches.yaml"), iter(said), {1: None, 2: None}, "2026-03-01"
    )

    shown = [
        json.loads(line)["data"]["article_id"] for line in (spans / "2026-03-01.jsonl").read_text("utf-8").splitlines()
    ]
    told = "On the server, but of ferry, which was withdrawn, so left out: 1 task. Delete them there."
    assert (shown, told in done.text().splitlines()) == (["most"], True)


def test_a_batch_of_which_nothing_is_left_builds(full: Path, script: Scripts) -> None:
    for path in (full / "annotations" / "pairs").glob("*.jsonl"):
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(line for line in lines if b'"article_id": "ferry"' in line))
    sign(full / "annotations")

    done = taken(full, "ferry")
    build(script, full)

    empty = [path.name for path in sorted((full / "annotations" / "pairs").iterdir()) if not path.stat().st_size]
    assert (done.tasks["pairs"] > 0, empty) == (True, ["2026-02-12.jsonl", "tasks.jsonl"])


def test_the_gate_finds_a_withdrawn_text_by_its_words_and_where_they_are_left_out_by_its_digest(
    good: Good, tmp_path: Path
) -> None:
    own = copied(good, tmp_path)
    raw = article(next((own.corpus / "corpus").rglob("well.md")))
    tombstones.add(own.corpus, [Tombstone("pump", DAY, WHY, raw.text_sha256)])
    for path in (own.folder / "articles").glob("*.parquet"):
        table = pq.read_table(path, partitioning=None)
        at = table.schema.get_field_index("text")
        field = table.schema.field(at).with_nullable(True)
        pq.write_table(table.set_column(at, field, pa.nulls(len(table), field.type)), path)

    found = FACTS["returned"](Folder(own.folder, schema.load(own.corpus / "schemas").of_build, own.corpus)).to_pylist()

    assert found == [{"article_id": "well", "found": "its text is that of pump"}]


@pytest.mark.parametrize(
    ("inputs", "versions"),
    [
        (
            {"1.0.0": {"corpus/articles/2026/ferry.md": "0" * 64}, "1.1.0": {"corpus/articles/2026/most.md": "0" * 64}},
            ["1.0.0"],
        ),
        ({"0.9.0": {}, "1.0.0": {}, "1.10.0": {"corpus/splits.csv": "0" * 64}}, ["1.0.0", "1.10.0"]),
        ({"1.2.0": {"corpus/articles/2026/most.md": "0" * 64, "corpus/pool/more.jsonl": "0" * 64}}, ["1.2.0"]),
    ],
)
def test_releases_that_held_an_article_are_named(
    full: Path, inputs: dict[str, dict[str, str]], versions: list[str]
) -> None:
    (full / "corpus" / "splits.csv").write_text("article_id,group,split,since\nferry,ferry,train,1.0.0\n", "utf-8")
    (full / "releases").mkdir()
    for version, made_of in inputs.items():
        said = {
            "format": 1,
            "name": "mini",
            "title": "Mini",
            "version": version,
            "files": {},
            "counts": {},
            "inputs": made_of,
        }
        (full / "releases" / f"{version}.json").write_text(json.dumps(said), encoding="utf-8")
        assert not isinstance(understood(json.dumps(said)), str)

    assert recall.held(full, ["ferry"]) == versions


def test_what_is_left_to_do_names_builds_projects_tags_and_the_history(full: Path, hub: Hub) -> None:
    from huggingface_hub import HfApi

    said = {"format": 1, "name": "mini", "title": "Mini", "version": "1.0.0", "files": {}, "counts": {}}
    (full / "corpus" / "splits.csv").write_text("article_id,group,split,since\nferry,ferry,train,1.0.0\n", "utf-8")
    for folder in ("releases", "build", ".build.partial", "dist/1.0.0"):
        (full / folder).mkdir(parents=True)
    (full / "releases" / "1.0.0.json").write_text(json.dumps(said), encoding="utf-8")
    HfApi().create_repo("valley/mini", repo_type="dataset")
    HfApi().create_tag("valley/mini", tag="v1.0.0", repo_type="dataset")

    told = recall.told(full, taken(full, "ferry"))

    order = next(line.strip() for line in told.splitlines() if "hf repos tag" in line).replace(
        "ORG/NAME", "valley/mini"
    )
    subprocess.run([Path(sys.executable).with_name("hf"), *order.split()[1:]], check=True, capture_output=True)
    steps = [line for line in told.splitlines() if re.match(r"\d\. ", line)]
    methods = re.findall(r"hub\.(\w+)", recall.PURGE_HUB)
    assert (
        [line[:32].replace(str(full), "") for line in steps],
        [
            order in told
            for order in (f"rm -r {full / 'build'} {full / '.build.partial'};", f"rm -r {full / 'dist' / '1.0.0'}\n")
        ],
        HfApi().list_repo_refs("valley/mini", repo_type="dataset").tags,
        [name for name in methods if not hasattr(HfApi, name)],
    ) == (
        [
            "1. Make anew what was made of it",
            "2. In Label Studio, projects min",
            "3. Release without it, and publi",
            "4. On the Hub, in each repositor",
            "5. Commit. The history of the re",
        ],
        [True, True],
        [],
        [],
    )
