"""annotations/ -> tasks: the only module that reads what came out of Label Studio.

annotations/batches.yaml names the annotators (pseudonyms) and the batches. A batch is a folder: tasks.jsonl (what
annotators were shown), answers.jsonl (known answers, where there are some, see answers.py), one <date>.jsonl a pull
(Label Studio's full JSON, one task a line), SHA256SUMS over all, and corrections.yaml (what was put right since, and
why). A later pull replaces what an earlier one says of the same annotation and never loses one that it no longer has.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from claimstance.annotation import answers, batches, corrections
from claimstance.annotation.anchoring import Anchors
from claimstance.annotation.answers import Answer
from claimstance.annotation.batches import Annotator, Batch, Plan
from claimstance.annotation.signed import changed
from claimstance.errors import AnnotationError, BadInput, InputError
from claimstance.spans import Span


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one annotator did with one task. `result` is Label Studio's list of regions, relations and choices.

    `edited_by` is whoever changed it last, if that was somebody else.
    """

    where: str
    unique_id: str
    annotator: str
    annotator_kind: str
    result: list[dict[str, Any]]
    skipped: bool
    ground_truth: bool
    created: str | None
    lead_time: float | None
    edited_by: str | None = None


@dataclass(slots=True)
class Task:
    """One task with every annotation of it. `data` is what the annotators were shown, `answer` what they were not.

    `anchors` leads from a text that was shown to the text of now, null where they are equal; `moved` is what became of
    a pair's item and how that is known (see placing.py).
    """

    batch: Batch
    task_id: str
    article_id: str
    data: dict[str, Any]
    where: str
    annotations: dict[str, Annotation] = field(default_factory=dict)
    corrected: int = 0
    answer: Answer | None = None
    anchors: Anchors | None = None
    moved: tuple[str, str] | None = None

    @property
    def purpose(self) -> str:
        """What the task was for: what its batch is for, but a hidden item whose answer is known is a control."""
        return "control" if self.answer and self.batch.purpose != "training" else self.batch.purpose

    @property
    def start(self) -> int:
        """First code point that the task showed, of the article as it was then."""
        return int(self.data.get("start", 0))

    @property
    def end(self) -> int:
        """One past the last code point that it showed."""
        return self.start + len(self.data.get("text", ""))

    @property
    def extents(self) -> list[Span]:
        """What the task showed of the article as it is now."""
        return self.anchors.extents(self.start, self.end) if self.anchors else [(self.start, self.end)]

    @property
    def judged(self) -> bool:
        """Whether anybody marked spans in it, or looked and found none, in earnest."""
        in_earnest = self.batch.kind == "spans" and self.purpose not in ("training", "control")
        return in_earnest and any(not one.skipped for one in self.annotations.values())


class _Annotation(msgspec.Struct):
    completed_by: str | int | dict[str, Any]
    result: list[dict[str, Any]]
    unique_id: str | None = None
    id: int | None = None
    was_cancelled: bool = False
    ground_truth: bool = False
    created_at: str | None = None
    lead_time: float | None = None
    updated_by: str | int | dict[str, Any] | None = None


class _Task(msgspec.Struct):
    data: dict[str, Any]
    annotations: list[_Annotation] = []


class _About(msgspec.Struct):
    article_id: str | None = None


class _Of(msgspec.Struct):
    data: _About


Told = TypeVar("Told")
TASKS, ANSWERS = "tasks.jsonl", "answers.jsonl"  # what was sent, and answers that are known; all others are pulls
AGAIN = "Pull it again; one task a line."
_DECODE = msgspec.json.Decoder(_Task).decode
_DECODE_ABOUT = msgspec.json.Decoder(_Of).decode


def tasks(folder: Path, *, begun: str = "") -> list[Task]:
    """It will read every batch below `folder` (annotations/), sorted by batch and task; none where there is no
    batches.yaml. `begun` is a batch that is being made, so it has no task yet, whatever of it is there.

    Raises BadInput with every AnnotationError: an unknown batch or annotator, a changed file, a line that is no task.
    """
    path = folder / "batches.yaml"
    if not path.exists():
        return []
    plan = batches.read(path)
    problems: list[InputError] = [
        AnnotationError(str(one), "a folder that batches.yaml does not name", f"Add it to {path}, or remove it.")
        for one in sorted(folder.iterdir())
        if one.is_dir() and one.name not in plan.batches and one.name != begun
    ]
    found: list[Task] = []
    for batch in (one for one in plan.batches.values() if one.name != begun):
        found.extend(_read(folder / batch.name, batch, plan, problems))
    if problems:
        raise BadInput(problems)
    return found


def sent(folder: Path) -> list[dict[str, Any]]:
    """The data of every task that a batch's annotators were to be shown, answered or not.

    Raises BadInput where its tasks.jsonl cannot be read.
    """
    problems: list[InputError] = []
    path = folder / TASKS
    found = [task.data for _, task in _numbered(path, problems)] if path.exists() else []
    if problems:
        raise BadInput(problems)
    return found


def asked(folder: Path) -> set[str]:
    """It will give the articles that some task of a batch below `folder` (annotations/) is about, answered or not.

    Raises AnnotationError where a line is no task.
    """
    found: set[str] = set()
    for path in (one for one in sorted(folder.glob("*/*.jsonl")) if one.name != ANSWERS):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip() and (one := _told(_DECODE_ABOUT, f"{path}:{number}", line, AGAIN).data.article_id):
                    found.add(one)
    return found


def pull_paths(folder: Path) -> list[Path]:
    """The pulls of a batch's folder, the latest last."""
    return [path for path in sorted(folder.glob("*.jsonl")) if path.name not in (TASKS, ANSWERS)]


def _read(folder: Path, batch: Batch, plan: Plan, problems: list[InputError]) -> Sequence[Task]:
    """The tasks of one batch, all pulls taken together, in order of their ids."""
    paths = sorted(folder.glob("*.jsonl"))
    problems.extend(changed(folder, paths))
    shown = {task.task_id: task for path in paths if path.name == TASKS for task in _lines(path, batch, problems)}
    texts = {task_id: str(task.data.get("text", "")) for task_id, task in shown.items()}
    known = answers.read(folder / ANSWERS, batch, texts, problems)
    found: dict[str, Task] = {}
    for path in pull_paths(folder):
        for number, task in _numbered(path, problems):
            where = f"{path}:{number}"
            try:
                one = _task(task, batch, where)
                first = shown.get(one.task_id) if shown else found.get(one.task_id, one)
                if first is None or first.data != one.data:
                    raise AnnotationError(where, f"task {one.task_id} is not the one that was shown", "Pull it again.")
                for annotation in task.annotations:
                    read = _annotation(annotation, plan, where)
                    found.setdefault(one.task_id, one).annotations[read.unique_id] = read
            except AnnotationError as problem:
                problems.append(problem)
    _correct(folder / "corrections.yaml", found, plan, problems)
    for task_id, answer in known.items():
        if task_id in found:
            found[task_id].answer = answer
    return [found[task_id] for task_id in sorted(found)]


def _correct(path: Path, found: dict[str, Task], plan: Plan, problems: list[InputError]) -> None:
    """Put right what corrections.yaml says, in what was read; the pulls stay as they are."""
    task_of = {unique_id: task for task in found.values() for unique_id in task.annotations}
    for one in corrections.read(path, problems):
        try:
            task = task_of.get(one.annotation)
            if task is None:
                raise AnnotationError(one.where, f"no pull has the annotation {one.annotation}", "Is its id right?")
            said = task.annotations[one.annotation]
            if one.change == "attribute":
                person = plan.annotators[one.exchanged(said.annotator, plan.annotators)]
                edited_by = said.edited_by if said.edited_by != person.name else None
                said = replace(said, annotator=person.name, annotator_kind=person.kind, edited_by=edited_by)
            else:
                said = replace(said, result=one.applied(said.result))
            task.annotations[one.annotation] = said
            task.corrected += 1
        except AnnotationError as problem:
            problems.append(problem)


def _lines(path: Path, batch: Batch, problems: list[InputError]) -> Iterator[Task]:
    for number, task in _numbered(path, problems):
        try:
            yield _task(task, batch, f"{path}:{number}")
        except AnnotationError as problem:
            problems.append(problem)


def _numbered(path: Path, problems: list[InputError]) -> Iterator[tuple[int, _Task]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield number, read_line(f"{path}:{number}", line, AGAIN)
            except AnnotationError as problem:
                problems.append(problem)


def read_line(where: str, line: bytes, then: str) -> _Task:
    """It will read a line of a batch's file. Raises AnnotationError, which says `then`."""
    return _told(_DECODE, where, line, then)


def _told(decode: Callable[[bytes], Told], where: str, line: bytes, then: str) -> Told:
    try:
        return decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AnnotationError(where, f"not a task in Label Studio's full JSON ({error})", then) from None


def _task(task: _Task, batch: Batch, where: str) -> Task:
    wanted = [
        "task_id",
        "article_id",
        *(["text", "text_sha256"] if batch.kind == "spans" else ["claim_id", "source_id"]),
    ]
    missing = [name for name in wanted if not isinstance(task.data.get(name), str)]
    if missing:
        raise AnnotationError(where, f"the task's data has no {', '.join(missing)}", "Export what was sent.")
    if batch.kind == "pairs" and not isinstance(task.data.get("evidence_text"), str | None):
        raise AnnotationError(where, "evidence_text is no text", "It is what annotators were shown of the source.")
    start = task.data.get("start", 0)
    if type(start) is not int or start < 0:
        raise AnnotationError(
            where, f"start is {start!r}", "It is the offset in the article at which the task's text begins."
        )
    return Task(batch, task.data["task_id"], task.data["article_id"], task.data, where)


def _annotation(said: _Annotation, plan: Plan, where: str) -> Annotation:
    person = _person(said.completed_by, plan, where, "an annotation by")
    editor = person if said.updated_by is None else _person(said.updated_by, plan, where, "an annotation edited by")
    unique_id = said.unique_id or said.id
    if unique_id is None:
        raise AnnotationError(where, f"an annotation by {person.name} without an id", "Pull it again.")
    return Annotation(
        where=where,
        unique_id=str(unique_id),
        annotator=person.name,
        annotator_kind=person.kind,
        result=said.result,
        skipped=said.was_cancelled,
        ground_truth=said.ground_truth,
        created=said.created_at,
        lead_time=said.lead_time,
        edited_by=editor.name if editor != person else None,
    )


def _person(said: str | int | dict[str, Any], plan: Plan, where: str, what: str) -> Annotator:
    """Who it is, by pseudonym or by Label Studio's number."""
    key = str(said.get("id")) if isinstance(said, dict) else str(said)
    person = plan.known_as(key)
    if person is None:
        shown = "somebody's e-mail address" if "@" in key else key
        what = f"{what} {shown}, whom batches.yaml does not name"
        raise AnnotationError(where, what, "Add a pseudonym with that label_studio_id.")
    return person
