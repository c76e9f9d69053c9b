"""Label Studio: projects, people and tabs; tasks go there once and come back whole, whatever the line does."""

import hashlib
import json
import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from claimstance.annotation.studio import sending, server, wire
from claimstance.annotation.studio.forms import instruction
from claimstance.annotation.studio.local import Local
from claimstance.annotation.studio.sending import Pushed
from claimstance.annotation.studio.server import Server, connect, connection
from claimstance.errors import ServerError
from conftest import REPOSITORY
from faults import CUT, DOUBLED, KILLED, UNANSWERED, UNHEARD, WAYS, Answer, Line, always, once
from serving import LabelStudio

FORM = (REPOSITORY / "schemas" / "labeling" / "spans.xml").read_text(encoding="utf-8")
TEXT = "Über 🙂 40 % of it\t– said Привет and שלום.\nThat was all. "


def impatient(seconds: float) -> None:
    """Try again at once."""


@pytest.fixture
def there(label_studio: LabelStudio) -> Server:
    return connect(label_studio.url, label_studio.token, impatient)


@pytest.fixture
def project(there: Server, request: pytest.FixtureRequest) -> int:
    """A project of the test's own."""
    title = hashlib.sha256(request.node.name.encode()).hexdigest()[:50]  # the server takes no longer one
    return there.project(title, FORM, "<p>Mark claims.</p>")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few tasks a request, so that seven tasks take three."""
    monkeypatch.setattr(sending, "CHUNK", 3)
    monkeypatch.setattr(sending, "_PAGE", 3)


def tasks(batch: str, count: int = 7) -> list[dict[str, Any]]:
    """Tasks as they stand in tasks.jsonl."""
    return [
        {
            "data": {
                "task_id": f"t{n}",
                "batch": batch,
                "annotators": "|ada|" if n % 2 else "|ada|bo|",
                "text": TEXT * n,
            },
            "predictions": [{"model_version": "claimstance", "result": [region()]}],
        }
        for n in range(1, count + 1)
    ]


def region() -> dict[str, Any]:
    return {
        "id": "r1",
        "from_name": "span",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 0, "end": 4, "text": "Über", "labels": ["Claim"]},
    }


def raw(there: Server, method: str, path: str, body: Any = None, **params: Any) -> Any:
    """A call that claimstance does not make."""
    return there.wire.ask("do as the test says", method, path, params, body)


def on_server(there: Server, project: int, batch: str | None = None) -> list[dict[str, Any]]:
    """What the server has of a batch, or of all, as its own list of tasks says."""
    listed = raw(there, "GET", "api/tasks/", project=project, page_size=1000, fields="all")["tasks"]
    return sorted((one for one in listed if batch in (None, one["data"]["batch"])), key=lambda one: int(one["id"]))


def data_of(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted((one["data"] for one in listed), key=lambda data: str(data["task_id"]))


def numbers_of(listed: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The server's numbers of each task."""
    numbers: dict[str, list[int]] = {}
    for one in listed:
        numbers.setdefault(one["data"]["task_id"], []).append(one["id"])
    return numbers


def work(there: Server, task: int, cancelled: bool = False) -> None:
    """Answer a task, or skip it."""
    said = {"result": [region()], "was_cancelled": cancelled, "lead_time": 12.5}
    raw(there, "POST", f"api/tasks/{task}/annotations/", said)


# Projects, people, tabs


def test_a_project_is_made_once_and_brought_up_to_date(there: Server) -> None:
    first = there.project("made once", FORM, "<p>Guideline 1.0</p>")
    second = there.project("made once", FORM, "<p>Guideline 1.1</p>")

    found = raw(there, "GET", f"api/projects/{first}/")

    wanted = {
        **server.SETTINGS,
        "title": "made once",
        "expert_instruction": "<p>Guideline 1.1</p>",
        "label_config": FORM.strip(),
    }
    assert (second, {name: found[name] for name in wanted}) == (first, wanted)


@pytest.mark.parametrize("name", ["spans", "pairs", "spans-adjudication", "pairs-adjudication"])
def test_a_project_that_is_as_it_should_be_is_only_read(label_studio: LabelStudio, name: str) -> None:
    form = (REPOSITORY / "schemas" / "labeling" / f"{name}.xml").read_text(encoding="utf-8")
    shown = instruction((REPOSITORY / "schemas" / "guidelines.md").read_text(encoding="utf-8"))
    with Line(label_studio.url) as line:
        through = connect(line.url, label_studio.token, impatient)
        through.project(f"only read: {name}", form, shown)
        through.project(f"only read: {name}", form, shown)

    assert [method for method, _ in line.heard] == ["GET", "GET", "POST", "GET", "GET"]


def test_a_form_that_drops_a_label_in_use_is_refused_and_a_longer_one_is_taken(there: Server) -> None:
    longer = FORM.replace('<Label value="Cue"', '<Label value="Doubt" hotkey="q"/>\n      <Label value="Cue"')
    number = there.project("only grows", longer, "")

    with pytest.raises(ServerError) as refused:
        there.project("only grows", FORM, "")

    kept = raw(there, "GET", f"api/projects/{number}/")["label_config"]
    assert ("Doubt" in str(refused.value), kept) == (True, longer.strip())


def test_two_projects_of_one_title_are_for_a_person_to_sort_out(there: Server) -> None:
    numbers = [raw(there, "POST", "api/projects/", {"title": "twins"})["id"] for _ in range(2)]

    with pytest.raises(ServerError) as refused:
        there.project("twins", FORM, "")

    assert f"2 projects are called 'twins': {numbers[0]}, {numbers[1]}" in str(refused.value)


def test_people_are_known_by_pseudonym_and_never_by_address(there: Server) -> None:
    owner = raw(there, "GET", "api/current-user/whoami")["id"]
    ada, guest = (
        raw(there, "POST", "api/users/", {"email": email, "username": email[:3], "first_name": "", "last_name": ""})[
            "id"
        ]
        for email in ("ada@claimstance.invalid", "guest@example.org")
    )

    people = there.people()

    assert {one: people[one] for one in (owner, ada, guest)} == {owner: None, ada: "ada", guest: None}


def test_everybody_has_a_tab_of_their_own_share(there: Server, project: int) -> None:
    there.push(project, "spring", tasks("spring"))
    there.push(project, "spring-2", tasks("spring-2"))

    for _ in range(2):
        there.views(project, "spring", ["bo", "ada"])

    tabs = raw(there, "GET", "api/dm/views/", project=project)
    shares = {
        tab["data"]["title"]: raw(there, "GET", "api/tasks/", view=tab["id"], page_size=1)["total"] for tab in tabs
    }
    assert (len(tabs), shares) == (2, {"ada · spring": 7, "bo · spring": 3})


def test_a_tab_does_not_show_what_others_answered_until_somebody_asks_for_it(there: Server, project: int) -> None:
    there.push(project, "spring", tasks("spring"))
    there.views(project, "spring", ["ada"])
    tab = raw(there, "GET", "api/dm/views/", project=project)[0]
    columns = {f"tasks:{one['id']}" for one in raw(there, "GET", "api/dm/columns", project=project)["columns"]}

    hidden = set(tab["data"]["hiddenColumns"]["explore"])
    asked = {**tab["data"], "hiddenColumns": {"explore": [], "labeling": []}}
    raw(there, "PATCH", f"api/dm/views/{tab['id']}/", {"project": project, "data": asked})
    there.views(project, "spring", ["ada"])

    others = {f"tasks:{one}" for one in ("annotators", "annotations_results", "annotations_ids")}
    kept = raw(there, "GET", "api/dm/views/", project=project)[0]["data"]
    assert (others & columns, others <= hidden, kept) == (others, True, asked)


def test_a_prediction_is_what_an_annotator_begins_with_also_after_its_maker_changed(
    there: Server, project: int
) -> None:
    there.push(project, "old", tasks("old", 1))
    newer = tasks("new", 1)
    newer[0]["predictions"][0]["model_version"] = "claimstance 2"

    before = raw(there, "GET", f"api/projects/{project}/next")["predictions"]
    there.push(project, "new", newer)
    shown = raw(there, "GET", f"api/projects/{project}/")["model_version"]

    assert ([one["result"] for one in before], shown) == ([[region()]], "claimstance 2")


# Tasks go there


def test_tasks_arrive_once_however_often_they_are_pushed(there: Server, project: int, small: None) -> None:
    told: list[int] = []
    wanted = tasks("twice")

    first = there.push(project, "twice", iter(wanted[:4]), told.append)
    second = there.push(project, "twice", iter(wanted), told.append)
    third = there.push(project, "twice", iter(wanted), told.append)

    assert (first, second, third) == (
        Pushed(sent=4, already=0, repeated_removed=0, total=4),
        Pushed(sent=3, already=4, repeated_removed=0, total=7),
        Pushed(sent=0, already=7, repeated_removed=0, total=7),
    )
    assert (told, data_of(on_server(there, project, "twice"))) == ([3, 1, 3], [one["data"] for one in wanted])


def test_of_two_copies_the_one_with_work_stays_and_work_is_never_removed(there: Server, project: int) -> None:
    for _ in range(2):
        raw(there, "POST", f"api/projects/{project}/import", tasks("copies"))
    copies = numbers_of(on_server(there, project, "copies"))
    work(there, copies["t1"][1])
    work(there, copies["t2"][1], cancelled=True)
    raw(there, "POST", f"api/tasks/{copies['t3'][1]}/drafts", {"result": [region()], "lead_time": 1})
    for number in copies["t4"]:
        work(there, number)
    raw(there, "POST", f"api/projects/{project}/import", tasks("other batch"))

    pushed = there.push(project, "copies", tasks("copies"))

    left = numbers_of(on_server(there, project, "copies"))
    wanted = {task_id: found[:1] for task_id, found in copies.items()}
    wanted |= {task_id: copies[task_id][1:] for task_id in ("t1", "t2", "t3")} | {"t4": copies["t4"]}
    assert (pushed, left, len(on_server(there, project, "other batch"))) == (Pushed(0, 7, 6, 7, ("t4",)), wanted, 7)


def test_a_batch_of_that_name_that_somebody_else_sent_is_refused_before_anything_is_added(
    there: Server, project: int
) -> None:
    there.push(project, "theirs", tasks("theirs", 3))
    own = [one | {"data": one["data"] | {"task_id": f"own {n}"}} for n, one in enumerate(tasks("theirs", 2))]

    with pytest.raises(ServerError, match=r"3 tasks \(t1, t2, t3\), which tasks.jsonl has not. .*another name"):
        there.push(project, "theirs", own, ids={one["data"]["task_id"] for one in own})

    assert sorted(numbers_of(on_server(there, project, "theirs"))) == ["t1", "t2", "t3"]


@pytest.mark.parametrize(
    ("sent", "then", "said"),
    [
        (7, lambda found: found[:6], "the server has 1 task (t7), which tasks.jsonl has not"),
        (7, lambda found: [changed(found[0]), *found[1:]], "1 task (t1) say something else on the server"),
        (0, lambda found: [found[0], found[0]], "task t1 comes twice"),
        (0, lambda found: [changed(found[0], batch="b")], "task t1 is of another batch"),
        (0, lambda found: [changed(found[0], text="half \ud83d")], "task t1 holds half of a character"),
    ],
)
def test_a_push_that_would_not_end_with_the_outbox_says_why(
    there: Server, project: int, sent: int, then: Callable[[Any], Any], said: str
) -> None:
    batch = "odd"
    there.push(project, batch, tasks(batch)[:sent])

    with pytest.raises(ServerError) as refused:
        there.push(project, batch, then(tasks(batch)))

    assert said in str(refused.value)


def changed(task: dict[str, Any], **data: str) -> dict[str, Any]:
    return {**task, "data": {**task["data"], **(data or {"text": "Something else."})}}


def test_a_server_that_took_less_than_it_was_given_is_not_believed(label_studio: LabelStudio, project: int) -> None:
    short: Answer = (201, [], json.dumps({"task_count": 6, "prediction_count": 7, "task_ids": [1]}).encode())
    with Line(label_studio.url, always("/import", short)) as line:
        through = connect(line.url, label_studio.token, impatient)

        with pytest.raises(ServerError) as refused:
            through.push(project, "short", tasks("short"))

    assert "of 7 tasks with 7 predictions, the server took 6 with 7" in str(refused.value)


def test_what_the_server_shows_otherwise_than_it_was_sent_is_noticed(
    label_studio: LabelStudio, there: Server, project: int
) -> None:
    shown = {**changed(tasks("read")[0]), "id": 10**6, "total_annotations": 0, "cancelled_annotations": 0}
    back: Answer = (200, [], json.dumps({"total": 1, "tasks": [shown]}).encode())
    with Line(label_studio.url, once(5, back)) as line:
        through = connect(line.url, label_studio.token, impatient)

        with pytest.raises(ServerError) as refused:
            through.push(project, "read", tasks("read", 1))

    assert "1 task (t1) say something else on the server" in str(refused.value)


def test_a_long_push_reads_a_spread_of_its_tasks_back(
    there: Server, project: int, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "READ_BACK", 4)
    monkeypatch.setattr(sending, "_SAMPLE", 2)
    pages: list[int] = []
    page = sending._page

    def counted(run: Any, after: int, size: int) -> dict[str, Any]:
        pages.append(size)
        return page(run, after, size)

    monkeypatch.setattr(sending, "_page", counted)

    pushed = there.push(project, "long", tasks("long", 9))

    assert (pushed, pages) == (Pushed(9, 0, 0, 9), [3, 1, 2, 2])


def test_whatever_happens_to_any_request_of_a_push_each_task_is_there_once(
    label_studio: LabelStudio, there: Server, project: int, small: None
) -> None:
    there.push(project, "first", tasks("first"))
    with Line(label_studio.url) as line:
        connect(line.url, label_studio.token, impatient).push(project, "untroubled", tasks("untroubled"))
    requests = range(1, len(line.heard))  # without the one that connects

    ended: dict[str, Pushed] = {}
    removed: dict[str, int] = {}
    for number in requests:
        for way in WAYS:
            batch = f"{number} {way}"
            with Line(label_studio.url, once(number, way)) as line:
                pushed = connect(line.url, label_studio.token, impatient).push(project, batch, tasks(batch))
            removed[batch] = pushed.repeated_removed
            ended[batch] = there.push(project, batch, tasks(batch))

    batches = [f"{number} {way}" for number in requests for way in WAYS]
    found: dict[str, list[dict[str, Any]]] = {}
    for data in data_of(on_server(there, project)):
        found.setdefault(data["batch"], []).append(data)
    assert (len(requests), ended) == (9, dict.fromkeys(batches, Pushed(0, 7, 0, 7)))
    assert {batch: count for batch, count in removed.items() if count} == {
        f"2 {DOUBLED}": 3,
        f"3 {DOUBLED}": 3,
        f"4 {DOUBLED}": 1,
    }
    wanted = ["first", "untroubled", *batches]
    assert found == {batch: [one["data"] for one in tasks(batch)] for batch in wanted}


def test_a_line_that_stays_bad_ends_in_an_error_and_a_later_push_goes_on(
    label_studio: LabelStudio, there: Server, project: int, small: None
) -> None:
    waited: list[float] = []
    with Line(label_studio.url, always("/import", UNANSWERED)) as line:
        bad = connect(line.url, label_studio.token, waited.append)
        first = bad.push(project, "bad", tasks("bad"))  # each is heard at its first attempt
    with Line(label_studio.url, always("/import", UNHEARD)) as line:
        bad = connect(line.url, label_studio.token, waited.append)
        with pytest.raises(ServerError, match="Run the command again"):
            bad.push(project, "worse", tasks("worse"))

    second = there.push(project, "worse", tasks("worse"))

    assert (first, second, waited) == (Pushed(7, 0, 0, 7), Pushed(7, 0, 0, 7), [wire.WAITS[0]] * 3 + list(wire.WAITS))


# Tasks come back


def exported(there: Server, project: int, folder: Path) -> list[dict[str, Any]]:
    return sorted(there.export(project, folder), key=lambda one: str(one["data"]["task_id"]))


def test_an_export_holds_everything_but_addresses_and_leaves_nothing_behind(
    there: Server, project: int, tmp_path: Path
) -> None:
    there.push(project, "back", tasks("back", 3))
    owner = raw(there, "GET", "api/current-user/whoami")
    numbers = [one["id"] for one in on_server(there, project, "back")]
    work(there, numbers[0])
    work(there, numbers[1], cancelled=True)
    raw(there, "POST", f"api/tasks/{numbers[2]}/drafts", {"result": [region()], "lead_time": 1})

    found = exported(there, project, tmp_path)

    answers = [
        [(said["completed_by"], said["result"], said["was_cancelled"]) for said in one["annotations"]] for one in found
    ]
    assert answers == [[(owner["id"], [region()], False)], [(owner["id"], [region()], True)], []]
    assert (data_of(found), "@" in json.dumps(found, default=str)) == ([one["data"] for one in tasks("back", 3)], False)
    assert (list(tmp_path.iterdir()), raw(there, "GET", f"api/projects/{project}/exports/")) == ([], [])


def test_a_number_of_thirty_digits_in_one_answer_keeps_nobody_from_fetching_the_rest(
    there: Server, project: int, tmp_path: Path
) -> None:
    there.push(project, "back", tasks("back", 2))
    vast = {**region(), "value": {**region()["value"], "start": 10**30}}
    first = on_server(there, project, "back")[0]["id"]
    raw(there, "POST", f"api/tasks/{first}/annotations/", {"result": [vast], "lead_time": 12.5})

    found = exported(there, project, tmp_path)

    assert [[said["result"] for said in one["annotations"]] for one in found] == [[[vast]], []]


def test_whatever_happens_to_any_request_of_an_export_all_tasks_come_back(
    label_studio: LabelStudio, there: Server, project: int, tmp_path: Path
) -> None:
    there.push(project, "all", tasks("all"))
    work(there, on_server(there, project, "all")[0]["id"])
    wanted = exported(there, project, tmp_path)
    with Line(label_studio.url) as line:
        exported(connect(line.url, label_studio.token, impatient), project, tmp_path)
    requests = range(1, len(line.heard))

    ended: dict[tuple[int, str], bool] = {}
    for number in requests:
        for way in WAYS:
            with Line(label_studio.url, once(number, way)) as line:
                through = connect(line.url, label_studio.token, impatient)
                ended[number, way] = exported(through, project, tmp_path) == wanted

    left = raw(there, "GET", f"api/projects/{project}/exports/")
    assert (len(requests), ended, left) == (6, {(number, way): True for number in requests for way in WAYS}, [])


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (CUT, "no answer to the wish to fetch the snapshot (RemoteProtocolError)"),
        ((200, [], b"[]"), "the snapshot arrived damaged"),
    ],
)
def test_a_snapshot_that_never_arrives_whole_is_refused(
    label_studio: LabelStudio, there: Server, project: int, tmp_path: Path, way: str | Answer, said: str
) -> None:
    there.push(project, "half", tasks("half"))
    with Line(label_studio.url, always("/download", way)) as line:
        through = connect(line.url, label_studio.token, impatient)

        with pytest.raises(ServerError) as refused:
            exported(through, project, tmp_path)

    assert said in str(refused.value)


def test_a_snapshot_without_a_task_that_the_project_has_is_refused(
    label_studio: LabelStudio, there: Server, project: int, tmp_path: Path
) -> None:
    there.push(project, "fewer", tasks("fewer"))
    more: Answer = (200, [], json.dumps({"task_number": 8}).encode())
    with Line(label_studio.url, always(f"/api/projects/{project}/", more)) as line:
        through = connect(line.url, label_studio.token, impatient)

        with pytest.raises(ServerError) as refused:
            exported(through, project, tmp_path)

    assert "the snapshot has 7 tasks, the project 8" in str(refused.value)


def test_half_of_a_character_that_keeps_the_server_from_exporting_is_named_as_the_cause(
    there: Server, project: int, tmp_path: Path, label_studio: LabelStudio
) -> None:
    there.push(project, "good", tasks("good"))
    there.wire.http.request(
        f"api/projects/{project}/import",
        method="POST",
        content=json.dumps([{"data": {"task_id": "t", "batch": "b", "text": "half \ud83d"}}]).encode(),
        headers={"content-type": "application/json"},
    )

    with pytest.raises(ServerError) as refused:
        exported(there, project, tmp_path)

    assert ("lone surrogate" in str(refused.value), "/api/tasks/?project=" in str(refused.value)) == (True, True)


# A server that dies


def kill(server: Local) -> None:
    server.process.kill()
    server.process.wait()


@pytest.mark.parametrize(("path", "at"), [("/import", 2), ("/api/tasks/", 3)])
def test_a_push_goes_on_after_the_server_was_killed_in_the_middle_of_it(
    label_studio: LabelStudio, small: None, path: str, at: int
) -> None:
    mine = label_studio.start_copy()
    project = connect(mine.url, mine.token).project("dies", FORM, "")
    seen: list[str] = []

    def spoil(number: int, method: str, asked: str) -> str | None:
        seen.append(asked)
        return KILLED if asked.endswith(path) and sum(one.endswith(path) for one in seen) == at else None

    def restart(seconds: float) -> None:
        nonlocal mine
        if mine.process.poll() is not None:
            mine = label_studio.restart(mine)

    with Line(mine.url, spoil, lambda: kill(mine)) as line:
        pushed = connect(line.url, mine.token, restart).push(project, "dies", tasks("dies"))

    there = connect(mine.url, mine.token, impatient)
    again = there.push(project, "dies", tasks("dies"))
    found = data_of(on_server(there, project, "dies"))
    mine.stop()
    assert (pushed.total, again, found) == (7, Pushed(0, 7, 0, 7), [one["data"] for one in tasks("dies")])


def test_an_export_begins_anew_after_the_server_was_killed_over_the_snapshot(
    label_studio: LabelStudio, tmp_path: Path
) -> None:
    mine = label_studio.start_copy()
    there = connect(mine.url, mine.token)
    project = there.project("dies", FORM, "")
    there.push(project, "dies", tasks("dies"))

    def restart(seconds: float) -> None:
        nonlocal mine
        if mine.process.poll() is not None:
            mine = label_studio.restart(mine)

    with Line(mine.url, once(2, KILLED), lambda: kill(mine)) as line:
        found = exported(connect(line.url, mine.token, restart), project, tmp_path)

    left = raw(there, "GET", f"api/projects/{project}/exports/")
    mine.stop()
    assert (line.heard[2][0], data_of(found), left) == ("POST", [one["data"] for one in tasks("dies")], [])


def test_an_export_can_be_had_after_one_that_ended_with_the_server(label_studio: LabelStudio, tmp_path: Path) -> None:
    mine = label_studio.start_copy()
    there = connect(mine.url, mine.token)
    project = there.project("dies", FORM, "")
    there.push(project, "dies", tasks("dies"))
    with Line(mine.url, always("/download", KILLED), lambda: kill(mine)) as line:
        through = connect(line.url, mine.token, impatient)
        with pytest.raises(ServerError):
            exported(through, project, tmp_path)
    mine = label_studio.restart(mine)

    found = exported(connect(mine.url, mine.token, impatient), project, tmp_path)

    left = raw(there, "GET", f"api/projects/{project}/exports/")
    mine.stop()
    assert (data_of(found), left, list(tmp_path.iterdir())) == ([one["data"] for one in tasks("dies")], [], [])


# Who is asked, and what is said


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"LABEL_STUDIO_URL": "https://l.example", "LABEL_STUDIO_API_KEY": "k"}, ("https://l.example", "k")),
        ({}, "no server is named. Set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY, or run scripts/label_studio.py."),
        ({"LABEL_STUDIO_URL": "https://l.example"}, "LABEL_STUDIO_URL is set and LABEL_STUDIO_API_KEY is not"),
        ({"LABEL_STUDIO_API_KEY": "secret"}, "LABEL_STUDIO_API_KEY is set and LABEL_STUDIO_URL is not"),
    ],
)
def test_address_and_token_are_both_set_or_none(environment: dict[str, str], wanted: Any) -> None:
    try:
        found: Any = connection(environment)
    except ServerError as error:
        found = wanted if wanted in str(error) and "secret" not in str(error) else str(error)

    assert found == wanted


@pytest.mark.parametrize(
    "url",
    ["", "label.example", "ftp://label.example", "file:///etc/passwd", "https://", "https://ada:pw-7@label.example",
     "https://label.example/?key=pw-7", "https://label.example:port", "https://[::1", "https://a b"],
)  # fmt: skip
def test_what_is_no_address_of_a_server_is_refused_unshown(url: str) -> None:
    with pytest.raises(ServerError) as refused:
        connect(url, "token")

    said = str(refused.value)
    assert (said.startswith("Label Studio: LABEL_STUDIO_URL is no address of a server."), "pw-7" in said) == (
        True,
        False,
    )


def test_without_the_sdk_the_error_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "label_studio_sdk", None)

    with pytest.raises(ServerError, match=r"pip install 'claimstance\[label-studio\]'"):
        connect("https://label.example", "token")


SECRET = "5ec2e7" * 6
TELLING = [("set-cookie", "sessionid=cookie-7"), ("location", "https://elsewhere.example/?key=query-7")]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (302, "the server sends us elsewhere (302), and the token goes nowhere else"),
        (400, 'the server refused to say who we are (400). It says: "no (the token) for (an address)"'),
        (401, "Set LABEL_STUDIO_API_KEY to a token of an account there. Is the legacy token enabled"),
        (403, "the token's account may not say who we are (403)"),
        (404, "the server found nothing to say who we are (404)"),
        (500, "the server could not say who we are now (500)"),
        (200, "the answer to the wish to say who we are is no JSON"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_explained_without_secrets(
    status: int, said: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    body = json.dumps({"detail": f"no {SECRET} for ada@example.org"}).encode() if status != 200 else b"<html>"
    with (
        Line("http://127.0.0.1:9", lambda number, method, path: (status, TELLING, body)) as line,
        pytest.raises(ServerError) as refused,
    ):
        connect(line.url, SECRET, impatient)

    shown = "".join([*traceback.format_exception(refused.value), repr(refused.value), *capfd.readouterr()])
    leaked = [word for word in (SECRET, "cookie-7", "query-7", "ada@") if word in shown] + [SECRET] * (
        SECRET in caplog.text
    )
    assert (said in str(refused.value), len(set(line.heard)), leaked) == (True, 1, [])


NOW = int(time.time())


def newer(**said: Any) -> str:
    """A token of the newer kind, which is exchanged for one that opens."""
    return str(jwt.encode(said, "k" * 40))


@pytest.mark.parametrize(
    ("status", "body", "said", "times"),
    [
        (401, b'{"detail": "the body"}', "the server does not know the token (401)", 1),
        (503, b'{"detail": "the body"}', "the token was not exchanged for one that opens (503)", 5),
        (302, b'{"detail": "the body"}', "the token was not exchanged for one that opens (302)", 1),
        (404, b"<html>the body", "the token was not exchanged for one that opens (JSONDecodeError)", 1),
    ],
)
def test_a_newer_token_that_opens_nothing_is_told_like_an_older_one(
    status: int, body: bytes, said: str, times: int
) -> None:
    token = newer(exp=NOW + 1000)
    with (
        Line("http://127.0.0.1:9", lambda number, method, path: (status, TELLING, body)) as line,
        pytest.raises(ServerError) as refused,
    ):
        connect(line.url, token, impatient)

    shown = "".join(traceback.format_exception(refused.value))
    leaked = [word for word in (token, "the body", "cookie-7", "query-7") if word in shown]
    assert (said in str(refused.value), len(line.heard), leaked) == (True, times, [])


@pytest.mark.parametrize("said", [{}, {"exp": NOW - 1000}, {"exp": 10**300}, {"exp": -(10**12)}])
def test_a_newer_token_without_a_day_on_which_it_ends_is_none(said: dict[str, int]) -> None:
    with pytest.raises(ServerError, match="the server does not know the token"):
        connect("http://127.0.0.1:9", newer(**said), impatient)


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PROXY", "foo://ada:pw-7@proxy.example"), ("HTTP_PROXY", "pw-7:x:y"), ("SSL_CERT_FILE", "/pw-7")],
)
def test_an_environment_in_which_nothing_can_be_reached_is_told_by_the_names_in_it(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ServerError) as refused:
        connect("https://label.example", "token", impatient)

    shown = "".join(traceback.format_exception(refused.value))
    assert (name in shown, "pw-7" in shown) == (True, False)


def answering(body: object) -> Callable[[int, str, str], Answer]:
    """Every request but the first, which connects, gets this as its answer."""
    said = json.dumps(body).encode()
    return lambda number, method, path: (200, [], said if number else b"{}")


@pytest.mark.parametrize(
    ("answer", "do", "said"),
    [
        ([], lambda there: there.find("x"), "to list the projects is no dict"),
        ({}, lambda there: there.find("x"), "to list the projects has no 'results'"),
        ({"count": 1, "results": [{"id": 1}]}, lambda there: there.find("x"), "to list the projects has no 'title'"),
        ({}, lambda there: there.people(), "to list the accounts is no list"),
        ([{"id": 1}], lambda there: there.people(), "to list the accounts has no 'email'"),
        (None, lambda there: there.push(1, "b", []), "to list the tasks is no dict"),
        ({"tasks": []}, lambda there: there.push(1, "b", []), "to list the tasks has no 'total'"),
        (
            {"total": 1, "tasks": [{"data": {"batch": "b"}}]},
            lambda there: there.push(1, "b", []),
            "to list the tasks has no 'id'",
        ),
        ({}, lambda there: there.views(1, "b", ["ada"]), "to list the tabs is no list"),
        ([{}], lambda there: list(there.export(1, Path())), "to list the snapshots has no 'title'"),
    ],
)
def test_an_answer_of_another_shape_than_that_of_the_version_that_was_tried_is_told(
    answer: object, do: Callable[[Server], object], said: str
) -> None:
    with Line("http://127.0.0.1:9", answering(answer)) as line, pytest.raises(ServerError) as refused:
        do(connect(line.url, SECRET, impatient))

    told = "Its version may be another one than constraints-label-studio.txt names."
    assert (f"the answer to the wish {said}" in str(refused.value), told in str(refused.value)) == (True, True)


def test_an_answer_that_is_nested_without_end_is_no_json() -> None:
    deep: Answer = (200, [], b"[" * 100_000)
    with Line("http://127.0.0.1:9", once(0, deep)) as line, pytest.raises(ServerError, match="is no JSON"):
        connect(line.url, SECRET, impatient)


def test_a_list_of_tasks_that_begins_again_and_again_is_not_followed(small: None) -> None:
    shown = [
        {"id": n, "data": {"task_id": f"t{n}"}, "total_annotations": 0, "cancelled_annotations": 0} for n in (1, 2, 3)
    ]
    with (
        Line("http://127.0.0.1:9", answering({"total": 7, "tasks": shown})) as line,
        pytest.raises(ServerError, match="a page of the list of tasks is not what comes next"),
    ):
        connect(line.url, SECRET, impatient).push(1, "b", [])


def test_nobody_there_is_said_after_five_attempts() -> None:
    waited: list[float] = []
    with Line("http://127.0.0.1:9") as line:
        url = line.url

    with pytest.raises(ServerError, match=r"not reachable .* Does Label Studio run there\?"):
        connect(url, SECRET, waited.append)

    assert waited == list(wire.WAITS)


@pytest.mark.parametrize("token", ["", "two words", "line\n", "ключ"])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    with pytest.raises(ServerError) as refused:
        connect("http://127.0.0.1:9", token, impatient)

    assert "LABEL_STUDIO_API_KEY is no token" in str(refused.value)
