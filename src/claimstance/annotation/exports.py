"""annotations/ -> tasks: the only module that reads what came out of Label Studio.

annotations/batches.yaml names the annotators (pseudonyms) and the batches. A batch is a folder: tasks.jsonl (what
annotators were shown), one <date>.jsonl a pull (Label Studio's full JSON, one task a line), and SHA256SUMS over both.
A later pull replaces what an earlier one says of the same annotation and never loses one that it no longer has.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from claimstance.annotation import batches
from claimstance.annotation.batches import Batch, Plan
from claimstance.errors import AnnotationError, BadInput, InputError


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one annotator did with one task. `result` is Label Studio's list of regions, relations and choices."""

    where: str
    unique_id: str
    annotator: str
    annotator_kind: str
    result: list[dict[str, Any]]
    skipped: bool
    ground_truth: bool
    created: str | None
    lead_time: float | None


@dataclass(slots=True)
class Task:
    """One task with every annotation of it. `data` is what the annotators were shown."""

    batch: Batch
    task_id: str
    article_id: str
    data: dict[str, Any]
    where: str
    annotations: dict[str, Annotation] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """First code point of the article that the task showed."""
        return int(self.data.get("start", 0))

    @property
    def end(self) -> int:
        """One past the last code point that it showed."""
        return self.start + len(self.data.get("text", ""))

    @property
    def judged(self) -> bool:
        """Whether anybody marked spans in it, or looked and found none, in earnest."""
        in_earnest = self.batch.kind == "spans" and self.batch.purpose != "training"
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


class _Task(msgspec.Struct):
    data: dict[str, Any]
    annotations: list[_Annotation] = []


_DECODE = msgspec.json.Decoder(_Task).decode


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


def _read(folder: Path, batch: Batch, plan: Plan, problems: list[InputError]) -> Sequence[Task]:
    """The tasks of one batch, all pulls taken together, in order of their ids."""
    paths = sorted(folder.glob("*.jsonl"))
    problems.extend(_changed(folder, paths))
    shown = {
        task.task_id: task for path in paths if path.name == "tasks.jsonl" for task in _lines(path, batch, problems)
    }
    found: dict[str, Task] = {}
    for path in paths:
        if path.name == "tasks.jsonl":
            continue
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
    return [found[task_id] for task_id in sorted(found)]


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
                yield number, _DECODE(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                what = f"not a task in Label Studio's full JSON ({error})"
                problems.append(AnnotationError(f"{path}:{number}", what, "Pull it again; one task a line."))


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
    by = said.completed_by
    key = str(by.get("id")) if isinstance(by, dict) else str(by)
    person = plan.known_as(key)
    if person is None:
        shown = "somebody's e-mail address" if "@" in key else key
        raise AnnotationError(
            where,
            f"an annotation by {shown}, whom batches.yaml does not name",
            "Add a pseudonym with that label_studio_id.",
        )
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
    )


def _changed(folder: Path, paths: Sequence[Path]) -> Iterator[AnnotationError]:
    """What SHA256SUMS and the folder disagree about."""
    sums_path = folder / "SHA256SUMS"
    if not paths:
        yield AnnotationError(str(folder), "no pull is there", "Remove the batch from batches.yaml, or pull it.")
        return
    sums = {}
    if sums_path.exists():
        for line in sums_path.read_text(encoding="utf-8", errors="replace").splitlines():
            digest, _, name = line.partition("  ")
            sums[name] = digest
    again = f"If the change is meant: cd {folder} && sha256sum *.jsonl > SHA256SUMS."
    for path in paths:
        if path.name not in sums:
            yield AnnotationError(str(path), f"{sums_path.name} does not list it", again)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sums[path.name]:
            yield AnnotationError(str(path), f"changed since {sums_path.name} was written", f"Restore it. {again}")
    for name in sorted(set(sums) - {path.name for path in paths}):
        yield AnnotationError(str(folder / name), f"{sums_path.name} lists it, but it is gone", f"Restore it. {again}")
