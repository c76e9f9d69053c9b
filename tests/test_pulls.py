"""Pulls: what annotators did comes here canonical, under pseudonyms, whole, and stays, whoever is killed meanwhile."""

import copy
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tracemalloc
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from http.cookiejar import CookieJar
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotating import Json, article, choice, only, put, region, relation, sha256, tasks, written
from claimstance.annotation import batches
from claimstance.annotation.judgements import judgements
from claimstance.annotation.studio import local, server
from claimstance.annotation.studio.canonical import canonical, who
from claimstance.annotation.studio.pulled import Summary
from claimstance.annotation.studio.pulls import pull
from claimstance.command import printable
from claimstance.errors import BadInput, InputError, ServerError, UsageError
from conftest import REPOSITORY
from serving import LabelStudio

TEXT = "🌊 Паром closed.\nWrite to port@orm.example, the dam will hold, she said."
DAM, SHE = region(TEXT, "the dam will hold", "Claim", "c1"), region(TEXT, "she", "Source", "s1")
PEOPLE = {1: None, 2: "bo", 5: "cy", 9: None}


def data(task_id: str = "dam-0", annotators: str = "|ada|bo|", **more: Any) -> Json:
    """What a task of round 1 shows."""
    own = {"task_id": task_id, "batch": "spans", "article_id": "dam", "text": TEXT, "text_sha256": sha256(TEXT)}
    return own | {"start": 0, "title": "The dam", "annotators": annotators} | more


def done(by: Any, *result: Json, number: int = 1, **more: Any) -> Json:
    """An annotation as the server's snapshot has it."""
    return {
        "id": number,
        "unique_id": f"00000000-0000-4000-8000-{number:012d}",
        "completed_by": by,
        "updated_by": by["id"] if isinstance(by, dict) else by,
        "result": list(result),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-03-02T08:30:00.123456Z",
        "updated_at": "2026-03-02T08:31:00.123456Z",
        "draft_created_at": "2026-03-02T08:29:00Z",
        "created_ago": "3 days, 2 hours",
        "created_username": " ada@post.example, 1",
        "lead_time": 12.5,
        "prediction": {"id": 3, "result": [DAM]},
        "result_count": len(result),
        "import_id": 77,
        "last_action": None,
        "bulk_created": False,
        "task": 7,
        "project": 1,
        "parent_prediction": None,
        "parent_annotation": None,
        "last_created_by": None,
    } | more


def raw(*annotations: Json, number: Any = 7, **shown: Any) -> Json:
    """A task as the server's snapshot has it."""
    return {
        "id": number,
        "annotations": list(annotations),
        "drafts": [{"user": "ada@post.example", "result": [DAM]}],
        "predictions": [{"model_version": "parsed", "result": [DAM]}],
        "data": data(**shown),
        "meta": {},
        "created_at": "2026-03-01T08:30:00Z",
        "updated_at": "2026-03-02T08:31:00Z",
        "inner_id": 1,
        "total_annotations": len(annotations),
        "cancelled_annotations": 0,
        "total_predictions": 1,
        "comment_count": 0,
        "comment_authors": [],
        "project": 1,
        "updated_by": 1,
        "file_upload": None,
    }


def sent(folder: Path, *shown: Json) -> Path:
    """The folder of a batch whose tasks were sent, of the corpus that is called my-corpus."""
    (folder / "corpus").mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "src" / "claimstance" / "template" / "corpus" / "dataset.yaml", folder / "corpus")
    outbox = [{"data": one, "predictions": []} for one in shown or [data()]]
    return put(folder / "annotations", {"spans/tasks.jsonl": outbox}, only("spans")) / "spans"


def pulled(batch: Path, *said: Json, day: str = "2026-03-02") -> Summary:
    """A pull of what the server says."""
    return pull(batch, batches.read(batch.parent / "batches.yaml"), copy.deepcopy(said), PEOPLE, day)


def lines(batch: Path, day: str = "2026-03-02") -> list[Json]:
    return [json.loads(line) for line in (batch / f"{day}.jsonl").read_text(encoding="utf-8").splitlines()]


def refused(batch: Path, *said: Json, day: str = "2026-03-02") -> list[str]:
    """What a pull is refused for; nothing in the folder changes."""
    before = content(batch)
    with pytest.raises(InputError) as refusal:
        pulled(batch, *said, day=day)
    assert content(batch) == before
    return str(refusal.value).replace(str(batch.parent), "annotations").splitlines()


def content(batch: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(batch.iterdir())}


def judged(batch: Path) -> Iterator[tuple[str, str | None, str | None]]:
    """Kind, label and text of what the pulls come to."""
    for row in judgements([article(TEXT)], tasks(batch.parent)):
        yield row["item_kind"], row["label"], row["text"]


def sums_hold(batch: Path) -> bool:
    line = ["sha256sum", "--check", "--strict", "--status", "SHA256SUMS"]
    return subprocess.run(line, cwd=batch, check=False).returncode == 0


def test_a_line_has_what_a_judgement_needs_and_nothing_else(tmp_path: Path) -> None:
    batch = sent(tmp_path)

    pulled(batch, raw(done({"id": 1, "email": "ada@post.example", "first_name": "Ada"}, SHE, DAM)))

    annotation = {
        "completed_by": "ada",
        "created_at": "2026-03-02T08:30:00.123456Z",
        "ground_truth": False,
        "id": 1,
        "lead_time": 12.5,
        "result": [DAM, SHE],
        "unique_id": "00000000-0000-4000-8000-000000000001",
        "updated_at": "2026-03-02T08:31:00.123456Z",
        "was_cancelled": False,
    }
    assert lines(batch) == [{"annotations": [annotation], "data": data(), "id": 7}]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (1, "ada"),
        ("1", "ada"),
        ({"id": 1, "email": "whoever@post.example"}, "ada"),
        (5, "cy"),
        ({"id": 31, "email": "dee@claimstance.invalid"}, "dee"),
        ("dee@claimstance.invalid", "dee"),
        ("dee", "dee"),
        ({"id": 2}, "bo"),
        (9, None),
        (None, None),
        ({}, None),
        ("ada@post.example", None),
        ("zoe@claimstance.invalid", None),
        (True, None),
    ],
)
def test_people_are_known_by_the_address_of_their_account_and_else_by_its_number(
    tmp_path: Path, said: Any, name: str | None
) -> None:
    plan = batches.read(sent(tmp_path).parent / "batches.yaml")

    found = who(plan, PEOPLE)(said)

    assert found == name


def test_no_address_of_a_person_reaches_a_file_wherever_it_stands(tmp_path: Path) -> None:
    batch, bo = sent(tmp_path), {"id": 2, "email": "bo@post.example"}
    note = {**written("Ask ada@post.example or BO@sub.post.example.", "c1"), "meta": {"text": ["eve+x@post.example"]}}
    note["meta"]["cy@post.example"] = "as a key"
    more: Json = {"updated_by": {"id": 1, "email": "ada@post.example"}, "unique_id": "by eve@post.example"}

    summary = pulled(batch, raw(done(bo, DAM, note, **more)))

    held = (batch / "2026-03-02.jsonl").read_text(encoding="utf-8")
    texts = [one["value"]["text"] for one in lines(batch)[0]["annotations"][0]["result"]]
    assert set(re.findall(r"\S+@\S+", held)) == {"port@orm.example,"}
    assert ["Ask [e-mail] or [e-mail]."] in texts
    assert "E-mail addresses, masked: task dam-0, task dam-0, region c1" in summary.text().splitlines()


def test_an_address_that_the_article_has_stays_so_that_offsets_can_be_checked(tmp_path: Path) -> None:
    batch = sent(tmp_path)
    asked = region(TEXT, "closed.\nWrite to port@orm.example", "Source", "s1")
    begun = region(TEXT, "ort@orm.exam", "Source", "s2")

    summary = pulled(batch, raw(done(1, asked, begun)))

    told = [text for kind, _, text in judged(batch) if kind == "span"]
    assert (sorted(map(str, told)), summary.changed) == (["closed.\nWrite to port@orm.example", "ort@orm.exam"], {})


def test_half_a_surrogate_pair_becomes_one_replacement_character_and_is_told(tmp_path: Path) -> None:
    batch = sent(tmp_path)

    summary = pulled(batch, raw(done(1, DAM, written("It \ud83c holds \udf0a.", "c1"))))

    told = [label for kind, label, _ in judged(batch) if kind == "normalized_claim"]
    assert told == ["It \ufffd holds \ufffd."]
    assert "Half a surrogate pair, now U+FFFD: task dam-0, region c1" in summary.text().splitlines()


def test_an_arrow_that_points_left_or_has_no_label_stays_and_is_read_as_meant(tmp_path: Path) -> None:
    batch = sent(tmp_path)
    left, bare = relation("s1", "c1", direction="left"), relation("c1", "s1", label=None)

    pulled(batch, raw(done(1, DAM, SHE, left), done(2, DAM, SHE, bare, number=2)))

    rows = judgements([article(TEXT)], tasks(batch.parent))
    ids = {(row["annotator"], row["label"]): row["judgement_id"] for row in rows if row["item_kind"] == "span"}
    drawn = {(row["annotator"], row["label"], row["item_id"]) for row in rows if row["item_kind"] == "relation"}
    kept = [one for line in lines(batch) for said in line["annotations"] for one in said["result"] if "from_id" in one]
    assert drawn == {(by, "attributed_to", f"{ids[by, 'Claim']}>{ids[by, 'Source']}") for by in ("ada", "bo")}
    assert kept == [left, bare]


def test_regions_with_one_id_stay_in_the_file_and_none_of_them_is_lost(tmp_path: Path) -> None:
    batch, other = sent(tmp_path), region(TEXT, "Паром closed", "Claim", "c1")

    pulled(batch, raw(done(1, DAM, DAM | {"origin": "prediction"}, other, SHE)))

    kept = [one["id"] for one in lines(batch)[0]["annotations"][0]["result"]]
    told = sorted(judged(batch), key=str)[:3]
    assert kept == ["c1", "c1", "c1", "s1"]
    assert told == [
        ("span", "Claim", "the dam will hold"),
        ("span", "Claim", "Паром closed"),
        ("span", "Source", "she"),
    ]


def test_who_edited_whose_work_is_in_the_file_in_the_summary_and_in_the_judgements(tmp_path: Path) -> None:
    batch = sent(tmp_path)

    summary = pulled(batch, raw(done(1, DAM, updated_by=2), done(2, SHE, number=2)))

    rows = judgements([article(TEXT)], tasks(batch.parent))
    assert [one.get("updated_by") for one in lines(batch)[0]["annotations"]] == ["bo", None]
    assert {(row["annotator"], row["edited_by"]) for row in rows} == {("ada", "bo"), ("bo", None)}
    assert "bo edited the work of ada: dam-0" in summary.text().splitlines()


def test_who_has_no_pseudonym_is_told_by_number_once_and_never_by_address(tmp_path: Path) -> None:
    batch = sent(tmp_path, data("a"), data("b"), data("c"))
    eve = {"id": 9, "email": "eve@post.example"}

    told = refused(
        batch, *(raw(done(one, updated_by=9), task_id=name) for one, name in ((eve, "a"), (1, "b"), (9, "c")))
    )

    then = 'whom batches.yaml does not name. Name them there, with label_studio_id: "9".'
    first, second = (f"annotation 00000000-0000-4000-8000-{1:012d}: it" for _ in "ab")
    assert told == [f"task a: {first} is by account 9, {then}", f"task b: {second} was edited by account 9, {then}"]


def test_an_annotation_whose_account_is_gone_is_told(tmp_path: Path) -> None:
    told = refused(sent(tmp_path), raw(done(None, DAM)))

    assert [re.sub(".*: ", "", one) for one in told] == ["the account is gone. Give it to an account on the server."]


def test_tasks_that_were_not_sent_or_show_something_else_are_each_named(tmp_path: Path) -> None:
    batch = sent(tmp_path)

    told = refused(batch, raw(title="Another"), raw(task_id="x"), raw(task_id="y"), raw(batch="other", task_id="z"))

    then = "Take it off the server, or restore it here, then pull."
    place = "annotations/spans/tasks.jsonl: task"
    assert told == [
        f"{place} dam-0: the server shows other data than was sent. {then}",
        f"{place} x: on the server, but not sent. {then}",
        f"{place} y: on the server, but not sent. {then}",
    ]


def test_what_the_server_no_longer_has_stays_and_is_named_on_that_day_and_later(tmp_path: Path) -> None:
    batch = sent(tmp_path, data("a"), data("b"))
    pulled(batch, raw(done(1, DAM), done(2, SHE, number=2), task_id="a"), raw(done(1, number=3), task_id="b"))
    before = lines(batch)

    same_day = pulled(batch, raw(done(1, DAM, SHE), task_id="a"))
    later = pulled(batch, raw(done(1), task_id="a"), day="2026-03-03")

    told = [len(one["result"]) for line in lines(batch) for one in line["annotations"]]
    named = [
        f"annotation 00000000-0000-4000-8000-{n:012d} of {t} by {by}" for n, t, by in ((2, "a", "bo"), (3, "b", "ada"))
    ]
    assert (told, lines(batch)[1]) == ([2, 1, 0], before[1])
    assert same_day.kept == later.kept == named
    assert [len(line["annotations"]) for line in lines(batch, "2026-03-03")] == [2, 1]


def test_what_a_pull_says_can_be_shown_and_gives_no_orders_to_a_terminal(tmp_path: Path) -> None:
    odd = written("It \ud83c holds.", "c\ud83c\x1b[31m")

    summary = pulled(sent(tmp_path), raw(done(1, DAM, odd)))

    shown = printable(summary.text())
    assert (bool(shown.encode()), "\x1b" in shown, "region c\ufffd\ufffd[31m" in shown) == (True, False, True)


def test_where_nothing_is_new_no_file_is_written_and_that_is_said(tmp_path: Path) -> None:
    batch = sent(tmp_path)
    pulled(batch, raw(done(1, DAM)))
    before = content(batch)

    again = pulled(batch, raw(done(1, DAM)), day="2026-04-01")

    assert content(batch) == before
    assert again.text().splitlines()[0] == f"spans: nothing new since {batch}/2026-03-02.jsonl, so no file was written"


NEST: Any = []
for _ in range(2000):
    NEST = [NEST]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (raw() | {"annotations": {"1": {}}}, "task dam-0: not as Label Studio writes it"),
        (raw() | {"annotations": ["x"]}, "task dam-0: not as Label Studio writes it"),
        (raw(done(1) | {"result": {"a": 1}}), "annotation 00000000-0000-4000-8000-000000000001: not as Label Studio"),
        (raw(done(1, created_at=["2026"])), "task dam-0: not a task in Label Studio's full JSON (Expected `str"),
        (raw(done(1, {**DAM, "meta": NEST})), "task dam-0: an answer is nested too deeply"),
    ],
)
def test_what_no_build_could_read_is_refused_before_it_is_in_a_file_that_nobody_edits(
    tmp_path: Path, said: Json, told: str
) -> None:
    batch = sent(tmp_path)

    with pytest.raises(BadInput, match="delete there what nobody can have meant") as refusal:
        pull(batch, batches.read(batch.parent / "batches.yaml"), [said], PEOPLE, "2026-03-02")

    assert (told in str(refusal.value), [*batch.glob("2026*")]) == (True, [])


def test_what_json_has_no_number_for_becomes_null_and_whatever_number_a_task_has_it_is_read(tmp_path: Path) -> None:
    batch = sent(tmp_path)
    lost = {**DAM, "score": float("nan"), "meta": {"n": 10**30, "far": Decimal("1E+999"), "near": Decimal("0.5")}}

    pulled(batch, raw(done(1, lost, lead_time=float("inf")), number="seven"))

    [line], [task] = lines(batch), tasks(batch.parent)
    said = line["annotations"][0]
    assert (said["lead_time"], said["result"][0]["score"], line["id"]) == (None, None, None)
    assert said["result"][0]["meta"] == {"n": 10**30, "far": None, "near": 0.5}
    assert [one.lead_time for one in task.annotations.values()] == [None]


def test_what_somebody_else_put_into_the_project_is_counted_whatever_it_is(tmp_path: Path) -> None:
    others: Any = [None, "x", {"data": None}, {"data": ["x"]}, {"data": {"batch": ["spans"]}}]

    summary = pulled(sent(tmp_path), raw(done(1)), *others)

    assert (summary.annotations, sum(summary.strangers.values())) == (1, 5)


def test_a_day_before_the_latest_pull_is_refused(tmp_path: Path) -> None:
    batch = sent(tmp_path)
    pulled(batch, raw(done(1, DAM)))

    told = refused(batch, raw(done(1)), day="2026-03-01")

    assert told == [
        "annotations/spans/2026-03-02.jsonl: a later pull than that of 2026-03-01. Give a day that is not before it."
    ]


def test_a_task_that_the_server_has_twice_is_one_with_the_work_on_both(tmp_path: Path) -> None:
    batch = sent(tmp_path)
    copies = [raw(done(1, DAM), number=8), raw(done(2, SHE, number=2), number=7)]

    summary = pulled(batch, *copies)
    first = content(batch)
    again = pulled(batch, *reversed(copies))

    told = [(line["id"], len(line["annotations"])) for line in lines(batch)]
    assert (told, summary.repeated, again.path, content(batch)) == ([(7, 2)], ["dam-0"], None, first)


def test_the_summary_says_how_far_everybody_is_and_what_is_out_of_the_ordinary(tmp_path: Path) -> None:
    batch = sent(tmp_path, data("a"), data("b"), data("c", "|ada|"), data("d", ""))
    server = [
        raw(done(1, DAM), done(2, number=2, was_cancelled=True), task_id="a"),
        raw(done(2, number=3), done(2, DAM, number=4, was_cancelled=True), task_id="b"),
        raw(done(5, DAM, number=5), task_id="c", annotators="|ada|"),
        raw(task_id="z", batch="gone"),
        raw(task_id="z", batch=None),
    ]

    summary = pulled(batch, *server)

    assert summary.text() == (
        f"spans: 3 tasks with 5 annotations, in {batch}/2026-03-02.jsonl\n"
        "  annotator  assigned   done  skipped   left\n"
        "  ada               4      1        0      3\n"
        "  bo                3      1        1      1\n"
        "  cy                1      0        0      1\n"
        "  dee               1      0        0      1\n"
        "cy did what was not assigned to them: c\n"
        "bo submitted without marking anything: b\n"
        "Not on the server: d. Send them again: scripts/push_tasks.py.\n"
        "On the server, but of no batch: 1 task\n"
        "On the server, but of the batch gone, which batches.yaml does not name: 1 task"
    )


def test_long_lists_are_cut_and_the_rest_is_counted(tmp_path: Path) -> None:
    names = [f"t{number:02d}" for number in range(25)]

    said = pulled(sent(tmp_path, *map(data, names)), raw(task_id="t07")).text().splitlines()[-1]

    assert said.startswith("Not on the server: t00, t01,")
    assert said.endswith(", t20 and 4 more. Send them again: scripts/push_tasks.py.")


FULL = [
    raw(done(1, DAM, SHE, relation("c1", "s1"), number=2), done(2, SHE, DAM, number=1), number=3, task_id="a"),
    raw(done(2, DAM, choice("claim_type", "causal", "c1"), number=3, updated_by=1), number=1, task_id="b"),
    raw(done(1, number=4, was_cancelled=True), number=2, task_id="c"),
]


@given(st.randoms(use_true_random=False))
def test_pulling_gives_the_same_bytes_whatever_the_order_in_the_export(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random
) -> None:
    batch = sent(tmp_path_factory.mktemp("pull"), data("a"), data("b"), data("c"))
    pulled(batch, *FULL)
    first = content(batch)
    shuffled = copy.deepcopy(FULL)
    chance.shuffle(shuffled)
    for task in shuffled:
        chance.shuffle(task["annotations"])
        for one in task["annotations"]:
            chance.shuffle(one["result"])

    again = pulled(batch, *shuffled)

    assert (content(batch), again.path, sums_hold(batch)) == (first, None, True)


_WORDS = st.text(st.characters(categories=None, exclude_categories=()) | st.sampled_from("@.\\n\ud800"), max_size=12)
_RESULTS = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(st.lists(st.dictionaries(st.sampled_from(["id", "value", "meta"]), _RESULTS), max_size=3))
def test_the_line_of_a_line_is_that_line_and_any_file_can_hold_it(results: list[Json]) -> None:
    line = canonical(raw(done("ada", *results)), str)

    again = canonical(json.loads(json.dumps(line, ensure_ascii=False).encode()), str)

    assert again == line


KILLED = """
import json, os, signal, sys
from pathlib import Path
from claimstance.annotation import batches
from claimstance.annotation.studio.pulls import pull

batch, left = Path(sys.argv[1]), int(sys.argv[2])
plan, said = batches.read(batch.parent / "batches.yaml"), json.loads(sys.stdin.read())

def step(event, args):
    global left
    writes = event in ("os.rename", "os.remove") or event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR)
    if writes and str(batch) in str(args[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
pull(batch, plan, said, {}, "2026-03-02")
"""


def killed_at(step: int, batch: Path, said: list[Json]) -> bool:
    """Whether a pull was killed before the write of that number; one that has fewer ends by itself."""
    line = [sys.executable, "-c", KILLED, str(batch), str(step)]
    ended = subprocess.run(line, input=json.dumps(said), text=True, capture_output=True, check=False)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode != 0


@pytest.mark.parametrize("earlier", [(), (raw(done(1, DAM, SHE, number=2), task_id="a"),)], ids=["first", "same-day"])
def test_a_pull_that_is_killed_at_any_write_leaves_what_the_next_one_mends_and_a_build_tells(
    tmp_path: Path, earlier: tuple[Json, ...]
) -> None:
    def prepared(name: str) -> Path:
        batch = sent(tmp_path / name, data("a"), data("b"), data("c"))
        if earlier:
            pulled(batch, *earlier)
        return batch

    (tmp_path / "whole").mkdir()
    whole = prepared("whole")
    pulled(whole, *FULL)
    wrong, told, step = [], set(), 0
    while True:
        (tmp_path / str(step)).mkdir()
        batch = prepared(str(step))
        if not killed_at(step, batch, FULL):
            break
        try:
            tasks(batch.parent)
        except BadInput as refusal:
            told.add(str(refusal).replace(f"{batch}/", ""))
        pulled(batch, *FULL)
        wrong += [step] if content(batch) != content(whole) or not sums_hold(batch) else []
        step += 1

    interrupted = "2026-03-02.jsonl: is half written: a push or pull is running, or was stopped. Pull the batch again."
    assert (wrong, told) == ([], {interrupted})
    assert step >= 5


def test_a_file_that_was_changed_by_hand_stops_a_pull_and_is_not_signed(tmp_path: Path) -> None:
    batch = sent(tmp_path)
    pulled(batch, raw(done(1, DAM)))
    with (batch / "2026-03-02.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")

    told = refused(batch, raw(done(1, DAM)))

    assert [one[:76] for one in told] == [
        "annotations/spans/2026-03-02.jsonl: changed since SHA256SUMS was written. Re"
    ]


def test_a_batch_of_which_nothing_was_sent_is_refused(tmp_path: Path) -> None:
    batch = put(tmp_path / "annotations", {"spans/2026-03-01.jsonl": []}, only("spans")) / "spans"

    told = refused(batch, raw(done(1, DAM)))

    assert told == [
        "annotations/spans/tasks.jsonl: no task of this batch was sent. Send it first: scripts/push_tasks.py."
    ]


def test_memory_does_not_grow_with_what_the_tasks_hold(tmp_path: Path) -> None:
    long = TEXT + "x" * 20_000
    batch = sent(tmp_path, *(data(f"t{number}", text=long) for number in range(1000)))
    plan = batches.read(batch.parent / "batches.yaml")
    export = (
        raw(done(1, DAM, number=number), number=number, task_id=f"t{number}", text=long) for number in range(1000)
    )

    tracemalloc.start()
    pull(batch, plan, export, PEOPLE, "2026-03-02")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert ((batch / "2026-03-02.jsonl").stat().st_size > 20_000_000, peak < 3_000_000) == (True, True)


class Fake:
    """A server that has these tasks."""

    def __init__(self, said: Iterable[Json]) -> None:
        self.said = said

    def __enter__(self) -> "Fake":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def find(self, title: str) -> int:
        assert title == "my-corpus spans 1.0"
        return 1

    def people(self) -> dict[int, str | None]:
        return dict(PEOPLE)

    def export(self, project: int, folder: Path) -> Iterator[Json]:
        yield from self.said


def test_the_command_pulls_the_batches_that_it_is_given_on_the_day_that_it_is_given(
    tmp_path: Path,
    script: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch = sent(tmp_path)
    monkeypatch.setattr(server, "connection", lambda environ, folder: ("", ""))
    monkeypatch.setattr(server, "connect", lambda url, token: Fake([raw(done(1, DAM))]))

    code = script("pull_annotations").main(["--corpus", str(tmp_path), "--batch", "spans", "--date", "2026-03-05"])

    said = capsys.readouterr().out.splitlines()[0]
    assert (code, said) == (0, f"spans: 1 tasks with 1 annotations, in {batch}/2026-03-05.jsonl")


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (["--batch", "nights"], "there is no batch nights. Send it first: scripts/push_tasks.py."),
        (["--batch", "spans", "--date", "5 March"], "--date 5 March is no day. Say it as 2026-12-01."),
    ],
)
def test_the_command_says_what_it_was_called_wrongly_with(
    tmp_path: Path, script: Callable[[str], ModuleType], more: list[str], what: str
) -> None:
    sent(tmp_path)

    with pytest.raises(UsageError) as refusal:
        script("pull_annotations").main(["--corpus", str(tmp_path), *more])

    assert str(refusal.value).endswith(what)


class Visitor:
    """An annotator who works through the server's own pages, under their own name."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.url, self.cookies = url, CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies)).open
        self.open(f"{url}/user/login/").close()
        seal = {"csrfmiddlewaretoken": self.seal()}
        self.open(f"{url}/user/login/", urlencode({"email": email, "password": password} | seal).encode()).close()

    def seal(self) -> str:
        return next(str(one.value) for one in self.cookies if one.name == "csrftoken")

    def say(self, method: str, path: str, said: Json) -> Json:
        headers = {"X-CSRFToken": self.seal(), "Content-Type": "application/json", "Referer": self.url}
        body = json.dumps(said).encode()
        asked = urllib.request.Request(f"{self.url}{path}", body, headers, method=method)  # noqa: S310 - it is http
        with self.open(asked) as answer:
            return dict(json.loads(answer.read()))


def test_the_work_of_two_people_on_a_real_server_comes_here_once_and_stays(
    label_studio: LabelStudio,
    tmp_path: Path,
    script: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch, here = sent(tmp_path, data("a"), data("b")), label_studio.start_copy()
    passwords = local.add_people(here, ["ada", "bo"])
    form = (REPOSITORY / "schemas" / "labeling" / "spans.xml").read_text(encoding="utf-8")
    with server.connect(here.url, here.token) as there:
        project = there.project("my-corpus spans 1.0", form, "<p>Mark claims.</p>")
        there.push(project, "spans", [{"data": data(one), "predictions": []} for one in "ab"])
        number = {task["data"]["task_id"]: task["id"] for task in there.export(project, tmp_path)}
    ada, bo = (Visitor(here.url, account, password) for account, password in sorted(passwords.items()))
    note = written("It holds, says ada@post.example", "c1")
    mine = ada.say("POST", f"/api/tasks/{number['a']}/annotations/", {"result": [DAM, SHE, note], "lead_time": 3.5})
    bo.say("POST", f"/api/tasks/{number['b']}/annotations/", {"result": [], "was_cancelled": True})
    bo.say("PATCH", f"/api/annotations/{mine['id']}/", {"result": [SHE, relation("c1", "s1"), note, DAM]})
    monkeypatch.setenv("LABEL_STUDIO_URL", here.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", here.token)
    command = script("pull_annotations").main
    given = ["--corpus", str(tmp_path), "--batch", "spans", "--date"]

    command([*given, "2026-03-02"])
    first = content(batch)
    monkeypatch.delenv("LABEL_STUDIO_URL")
    monkeypatch.delenv("LABEL_STUDIO_API_KEY")
    (tmp_path / ".label-studio").symlink_to(here.folder)
    command([*given, "2026-03-03"])
    again = content(batch)
    with server.connect(here.url, here.token) as there:
        there.wire.ask("delete an annotation", "DELETE", f"api/annotations/{mine['id']}/")
    command([*given, "2026-03-02"])

    said = capsys.readouterr().out.splitlines()
    rows = {(kind, label) for kind, label, _ in judged(batch)}
    assert (again, content(batch), sums_hold(batch)) == (first, first, True)
    assert rows == {
        ("task", None),
        ("span", "Claim"),
        ("span", "Source"),
        ("relation", "attributed_to"),
        ("normalized_claim", "It holds, says [e-mail]"),
    }
    assert said[:6] == [
        f"spans: 2 tasks with 2 annotations, in {batch}/2026-03-02.jsonl",
        "  annotator  assigned   done  skipped   left",
        "  ada               2      1        0      1",
        "  bo                2      0        1      1",
        "bo edited the work of ada: a",
        "E-mail addresses, masked: task a, region c1",
    ]
    assert said[6] == f"spans: nothing new since {batch}/2026-03-02.jsonl, so no file was written"
    kept = lines(batch)[0]["annotations"][0]["unique_id"]
    assert f"No longer on the server, kept: annotation {kept} of a by ada" in said[12:]


def test_where_no_server_is_named_or_runs_the_command_says_so(
    tmp_path: Path, script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(tmp_path)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)

    with pytest.raises(ServerError, match="no Label Studio runs here"):
        script("pull_annotations").main(["--corpus", str(tmp_path), "--batch", "spans"])
