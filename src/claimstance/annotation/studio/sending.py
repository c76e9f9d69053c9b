"""Tasks to Label Studio: what is missing is sent, what arrived twice is removed, and all of it is counted.

A task is known by its `batch` and `task_id`, which are in its data; the server's own numbers are not ours to choose.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from claimstance.annotation.studio.canonical import dumped
from claimstance.annotation.studio.wire import WAITS, Passing, Wire
from claimstance.errors import ServerError

Task = Mapping[str, Any]

CHUNK = 1000  # tasks a request: 100 took 1.5 times as long as all in one, 250 1.1 times, 500 to 2,500 no longer
_CHUNK_CHARACTERS = 16_000_000
_PAGE = 500
_PATIENCE = 600  # seconds; the server takes one or two for 1,000 tasks
# A task costs the server more to show than to take (1.35 ms to 1.0). After a run without trouble, this many of its
# tasks are read back and compared, spread over all that were sent; everything else was counted. After trouble, all are.
READ_BACK = 500
_SAMPLE = 250  # in stretches, because each page costs two walks over the batch
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did. `worked_twice` names tasks of which two copies hold answers; both were kept."""

    sent: int
    already: int
    repeated_removed: int
    total: int
    worked_twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Copy:
    """A task as the server has it: its number there, the digest of its data, whether anybody answered or skipped it."""

    number: int
    digest: bytes
    worked: bool


@dataclass(slots=True)
class _Run:
    """One push while it runs."""

    wire: Wire
    project: int
    batch: str
    wanted: dict[str, bytes] = field(default_factory=dict)  # task_id -> digest of its data
    versions: set[str] = field(default_factory=set)  # who made the predictions
    numbers: list[int] = field(default_factory=list)  # the server's, of what was sent
    mark: int = 0  # the highest number known before a request
    sent: int = 0
    trouble: bool = False

    @property
    def where(self) -> str:
        return f"{self.wire.where}: project {self.project}, batch {self.batch}"


def push(
    wire: Wire,
    project: int,
    batch: str,
    tasks: Iterable[Task],
    progress: Callable[[int], object] = lambda _: None,
    ids: Collection[str] = (),
) -> Pushed:
    """It will see to it that the project has exactly these tasks of the batch, each once, with these data.

    What is there already is not sent. `progress` is called with the number of tasks of each request that went well.
    `ids` are those of all the tasks, if they are known beforehand: then a batch of that name that somebody else sent is
    refused before anything is added to it. Two copies of a task become one: the one that somebody worked on, else the
    older one; work is never removed. Raises ServerError where the server ends up with anything else. Running it again
    is always right; only one may run at a time.
    """
    run = _Run(wire, project, batch)
    there = _gathered(_listed(run))
    if ids and (others := sorted(set(there) - set(ids))):
        raise _others(run, others)
    run.trouble = any(len(copies) > 1 for copies in there.values())
    run.mark = max((copy.number for copies in there.values() for copy in copies), default=0)
    for chunk in _chunks(_missing(run, tasks, there)):
        _deliver(run, chunk)
        progress(len(chunk))
    _show_predictions(run)
    removed, twice = 0, list[str]()
    if run.trouble or _total(run) != len(run.wanted):
        there, removed, twice = _settled(run)
    else:
        for task in _read_back(run):
            there.setdefault(task["data"]["task_id"], []).append(_copy(task))
        for task_id in set(run.wanted) - set(there):  # counted, not read back
            there[task_id] = [_Copy(0, run.wanted[task_id], False)]
    _compare(run, there)
    return Pushed(run.sent, len(run.wanted) - run.sent, removed, len(run.wanted), tuple(twice))


def _missing(run: _Run, tasks: Iterable[Task], there: Mapping[str, list[_Copy]]) -> Iterator[Task]:
    """Those that the server has not. Refuses a task of another batch, and one that comes twice."""
    for task in tasks:
        task_id = task["data"]["task_id"]
        if task["data"]["batch"] != run.batch or task_id in run.wanted:
            what = f"task {task_id} comes twice" if task_id in run.wanted else f"task {task_id} is of another batch"
            raise ServerError(run.where, what, "Make the batch's tasks.jsonl anew.")
        try:
            run.wanted[task_id] = _digest(task["data"])
            json.dumps(task.get("predictions"), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            what = f"task {task_id} holds half of a character (a lone surrogate)"
            raise ServerError(run.where, what, "Clean the article's text; the server could not export it.") from None
        run.versions.update(one["model_version"] for one in task.get("predictions", ()))
        if task_id not in there:
            yield task


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """At most 1,000 tasks, or 16 million characters of text, at a time."""
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        chunk.append(task)
        size += sum(len(value) for value in task["data"].values() if isinstance(value, str))
        if len(chunk) == CHUNK or size >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _deliver(run: _Run, chunk: list[Task]) -> None:
    """Send tasks once. Where the answer is lost, look what arrived before sending the rest."""
    left = chunk
    for pause in (*WAITS, None):
        try:
            _import(run, left)
        except Passing:
            run.trouble = True
            if pause is None:
                raise
            run.wire.wait(pause)
            arrived = _gathered(_listed(run, run.mark))
            left = [task for task in left if task["data"]["task_id"] not in arrived]
        else:
            left = []
        if not left:
            run.sent += len(chunk)
            return


def _import(run: _Run, tasks: list[Task]) -> None:
    """One request, and its counts."""
    path, said = f"api/projects/{run.project}/import", {"return_task_ids": "true"}
    answer = run.wire.ask("take the tasks", "POST", path, said, list(tasks), _PATIENCE, dict)
    if "task_count" not in answer:
        then = "Only the community edition, which answers when it has the tasks, was tried."
        raise ServerError(run.where, "the server takes tasks without saying how many", then)
    predictions = sum(len(task.get("predictions", ())) for task in tasks)
    if (answer["task_count"], answer["prediction_count"]) != (len(tasks), predictions):
        what = f"of {len(tasks)} tasks with {predictions} predictions, the server took {answer['task_count']} "
        raise ServerError(run.where, f"{what}with {answer['prediction_count']}", "Is somebody else importing there?")
    run.numbers.extend(answer["task_ids"])
    run.mark = max(run.mark, *answer["task_ids"])


def _show_predictions(run: _Run) -> None:
    """The server shows those predictions whose model_version is the project's. It takes the first by itself."""
    if len(run.versions) != 1:
        return
    path, version = f"api/projects/{run.project}/", next(iter(run.versions))
    if run.wire.get("read a project", path)["model_version"] != version:
        said = {"model_version": version}
        run.wire.again(lambda: run.wire.ask("show the predictions", "PATCH", path, body=said))


def _settled(run: _Run) -> tuple[dict[str, list[_Copy]], int, list[str]]:
    """What the server has once repeated copies are gone, how many went, and which tasks two worked on."""
    asked: set[int] = set()
    while True:
        there = _gathered(_listed(run))
        present = {copy.number for copies in there.values() for copy in copies}
        # What the server kept although we asked was worked on meanwhile, or holds a draft, which the list does not say.
        spare, twice = _spare(run, there, asked & present)
        if not spare:
            return there, len(asked - present), twice
        for start in range(0, len(spare), CHUNK):
            _remove(run, spare[start : start + CHUNK])
        asked.update(spare)


def _spare(run: _Run, there: Mapping[str, list[_Copy]], kept: set[int]) -> tuple[list[int], list[str]]:
    """The numbers of copies that nobody needs, and the tasks of which more than one copy is worked on."""
    spare, twice = [], []
    for task_id, copies in sorted(there.items()):
        held = {copy.number for copy in copies if copy.worked or copy.number in kept}
        good = [copy.number for copy in copies if copy.digest == run.wanted.get(task_id)]
        held = held or {min(good or [copy.number for copy in copies])}
        spare += [copy.number for copy in copies if copy.number not in held]
        if len(held) > 1:
            twice.append(task_id)
    return sorted(spare), twice


def _remove(run: _Run, numbers: list[int]) -> None:
    """Delete tasks by number, those only on which nobody has worked: the server looks when it deletes."""
    if not numbers:  # no selection at all would mean every task
        return
    untouched = [
        condition("total_annotations", "equal", "Number", 0),
        condition("cancelled_annotations", "equal", "Number", 0),
        condition("draft_exists", "equal", "Boolean", False),
        condition("data.batch", "equal", "String", run.batch),
    ]
    body = {
        "filters": {"conjunction": "and", "items": untouched},
        "selectedItems": {"all": False, "included": numbers},
        "ordering": [],
    }
    said = {"id": "delete_tasks", "project": run.project}
    run.wire.again(lambda: run.wire.ask("remove repeated tasks", "POST", "api/dm/actions/", said, body, _PATIENCE))


def _compare(run: _Run, there: Mapping[str, list[_Copy]]) -> None:
    """Refuse anything but the wanted tasks, with the wanted data."""
    missing = sorted(set(run.wanted) - set(there))
    others = sorted(set(there) - set(run.wanted))
    changed = sorted(
        task_id
        for task_id, digest in run.wanted.items()
        if any(copy.digest != digest for copy in there.get(task_id, ()))
    )
    if missing:
        raise ServerError(run.where, f"{_few(missing)} did not arrive", "Run the command again: it sends them.")
    if changed:
        then = "A task that is out is not changed: put the batch's tasks.jsonl back, or name a new batch."
        raise ServerError(run.where, f"{_few(changed)} say something else on the server", then)
    if others:
        raise _others(run, others)


def _others(run: _Run, others: list[str]) -> ServerError:
    then = (
        "Delete them there if their articles were withdrawn or nobody worked on them, else put them back into its"
        " tasks.jsonl. If another corpus of the same name sent them, give this one another name in corpus/dataset.yaml."
    )
    return ServerError(run.where, f"the server has {_few(others)}, which tasks.jsonl has not", then)


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{len(names)} task{'s' if len(names) > 1 else ''} ({', '.join(names[:_SHOWN])}{more})"


def _read_back(run: _Run) -> Iterator[dict[str, Any]]:
    """The tasks that were sent, or a spread of them, as the server shows them now."""
    numbers = sorted(run.numbers)
    if len(numbers) <= READ_BACK:
        if numbers:
            yield from _listed(run, numbers[0] - 1)
        return
    step = len(numbers) // (READ_BACK // _SAMPLE)
    for start in range(0, len(numbers) - _SAMPLE + 1, step):
        yield from _page(run, numbers[start] - 1, _SAMPLE)["tasks"]


def _listed(run: _Run, after: int = 0) -> Iterator[dict[str, Any]]:
    """The tasks of the batch with numbers above `after`, in order.

    By number and not by page: a page moves when a task before it goes, and one past the end is a 404.
    """
    while True:
        answer = _page(run, after, _PAGE)
        found = answer["tasks"]
        if len(found) != min(answer["total"], _PAGE) or any(one["id"] <= after for one in found):
            raise ServerError(run.where, "a page of the list of tasks is not what comes next", "Run the command again.")
        yield from found
        if answer["total"] <= len(found):
            return
        after = found[-1]["id"]


def _page(run: _Run, after: int, size: int) -> dict[str, Any]:
    items = [condition("data.batch", "equal", "String", run.batch), condition("id", "greater", "Number", after)]
    query = {"filters": {"conjunction": "and", "items": items}, "ordering": ["tasks:id"]}
    said = {
        "project": run.project,
        "fields": "task_only",
        "page_size": size,
        "query": json.dumps(query),
        "resolve_uri": "false",
    }
    answer: dict[str, Any] = run.wire.get("list the tasks", "api/tasks/", said)
    return answer


def condition(column: str, operator: str, kind: str, value: object) -> dict[str, object]:
    """It will be one condition on tasks, as the server's lists and tabs take it."""
    return {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}


def _total(run: _Run) -> int:
    """How many tasks of the batch the server counts."""
    return int(_page(run, 0, 1)["total"])


def _gathered(tasks: Iterable[Task]) -> dict[str, list[_Copy]]:
    """The copies of each task, by task_id."""
    there: dict[str, list[_Copy]] = {}
    for task in tasks:
        there.setdefault(task["data"]["task_id"], []).append(_copy(task))
    return there


def _copy(task: Task) -> _Copy:
    worked = bool(task["total_annotations"] or task["cancelled_annotations"])
    return _Copy(task["id"], _digest(task["data"]), worked)


def _digest(data: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(dumped(data).encode()).digest()
