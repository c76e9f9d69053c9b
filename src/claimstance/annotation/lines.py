"""One line of a batch's file -> a task, with what annotators said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from claimstance.annotation.anchoring import Anchors
from claimstance.annotation.answers import Answer
from claimstance.annotation.batches import Annotator, Batch, Plan
from claimstance.errors import AnnotationError
from claimstance.spans import Span

Json = dict[str, Any]
Result = TypeVar("Result")
Told = TypeVar("Told")


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


class Said(msgspec.Struct, Generic[Result]):
    """One annotation as a line has it."""

    completed_by: str | int | dict[str, Any]
    result: list[Result]
    unique_id: str | None = None
    id: int | None = None
    was_cancelled: bool = False
    ground_truth: bool = False
    created_at: str | None = None
    lead_time: float | None = None
    updated_by: str | int | dict[str, Any] | None = None


class Line(msgspec.Struct, Generic[Result]):
    """One line: a task as it was sent, and the annotations that were pulled with it."""

    data: dict[str, Any]
    annotations: list[Said[Result]] = []


class Unread(msgspec.Struct):
    """A result that is passed over: all that is known of it is that it is an object."""


AGAIN = "Pull it again; one task a line."
_DECODE = msgspec.json.Decoder(Line[Json]).decode
_SKIM = msgspec.json.Decoder(Line[Unread]).decode


def skimmed(where: str, line: bytes) -> Line[Unread] | Line[Json]:
    """It will read a line without its results, in a third of the time. Raises AnnotationError."""
    try:
        line.decode()
        return _SKIM(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return read_line(where, line)  # says what is wrong as it says it of results


def read_line(where: str, line: bytes, then: str = AGAIN) -> Line[Json]:
    """It will read a line of a batch's file. Raises AnnotationError, which says `then`."""
    return told(_DECODE, where, line, then)


def told(decode: Callable[[bytes], Told], where: str, line: bytes, then: str = AGAIN) -> Told:
    """It will be what `decode` makes of a line. Raises AnnotationError, which says `then`."""
    try:
        return decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AnnotationError(where, f"not a task in Label Studio's full JSON ({error})", then) from None


def task_of(task: Line[Any], batch: Batch, where: str) -> Task:
    """It will be the task of a line, without its annotations. Raises AnnotationError where its data is not as sent."""
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


def annotation_of(said: Said[Json], plan: Plan, where: str) -> Annotation:
    """It will be one annotation of a line. Raises AnnotationError where it has no id, or nobody knows whose it is."""
    person, editor, unique_id = known(said, plan, where)
    return Annotation(
        where=where,
        unique_id=unique_id,
        annotator=person.name,
        annotator_kind=person.kind,
        result=said.result,
        skipped=said.was_cancelled,
        ground_truth=said.ground_truth,
        created=said.created_at,
        lead_time=said.lead_time,
        edited_by=editor.name if editor is not person else None,
    )


def known(said: Said[Any], plan: Plan, where: str) -> tuple[Annotator, Annotator, str]:
    """It will say whose an annotation is, who changed it last, and its id. Raises AnnotationError."""
    person = _person(said.completed_by, plan, where, "an annotation by")
    editor = person if said.updated_by is None else _person(said.updated_by, plan, where, "an annotation edited by")
    unique_id = said.unique_id or said.id
    if unique_id is None:
        raise AnnotationError(where, f"an annotation by {person.name} without an id", "Pull it again.")
    return person, editor, str(unique_id)


def _person(said: str | int | dict[str, Any], plan: Plan, where: str, what: str) -> Annotator:
    """Who it is, by pseudonym or by Label Studio's number."""
    key = str(said.get("id")) if isinstance(said, dict) else str(said)
    person = plan.known_as(key)
    if person is None:
        shown = "somebody's e-mail address" if "@" in key else key
        what = f"{what} {shown}, whom batches.yaml does not name"
        raise AnnotationError(where, what, "Add a pseudonym with that label_studio_id.")
    return person
