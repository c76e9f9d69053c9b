"""annotations/<batch>/answers.jsonl: the tasks whose answer is known, those of training and hidden controls.

Nothing of it is ever sent. A line is {"task_id": …, "label": "SUPPORTS"} for a pair, and for spans
{"task_id": …, "spans": [{"label": "Claim", "start": 4, "end": 30}, …]}, offsets counting from the first character that
the task shows. A span with "continues": true is the next piece of the one before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from claimstance.annotation.batches import Batch
from claimstance.errors import AnnotationError, InputError
from claimstance.spans import Span


@dataclass(frozen=True, slots=True)
class Answer:
    """What is right: the label of a pair, or all labelled spans of a text, each with its pieces."""

    label: str | None = None
    spans: tuple[tuple[str, tuple[Span, ...]], ...] = ()


class _Span(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    label: str
    start: int
    end: int
    continues: bool = False


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    task_id: str
    label: str | None = None
    spans: list[_Span] | None = None


_DECODE = msgspec.json.Decoder(_Line).decode


def read(path: Path, batch: Batch, sent: Mapping[str, int], problems: list[InputError]) -> dict[str, Answer]:
    """It will read the known answers by task, none where there is no file; `sent` has the length of each task's text.

    Adds to `problems` an AnnotationError for each line that cannot be right.
    """
    found: dict[str, Answer] = {}
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else (), 1):
        where = f"{path}:{number}"
        try:
            said = _line(where, line, batch)
            if said.task_id in found:
                raise AnnotationError(where, f"task {said.task_id} has two answers", "One is due.")
            if said.task_id not in sent:
                raise AnnotationError(where, f"tasks.jsonl has no task {said.task_id}", "Remove the line, or send it.")
            found[said.task_id] = Answer(said.label, _joined(where, said.spans or [], sent[said.task_id]))
        except AnnotationError as problem:
            problems.append(problem)
    return found


def _line(where: str, line: bytes, batch: Batch) -> _Line:
    if batch.purpose == "adjudication":
        raise AnnotationError(where, "an answer to what is being decided", "Adjudication has no known answers.")
    due = '"label"' if batch.kind == "pairs" else '"spans"'
    try:
        said = _DECODE(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AnnotationError(where, f"no known answer ({error})", f'"task_id" and {due} are due.') from None
    if (said.label is None) != (batch.kind == "spans") or (said.spans is None) != (batch.kind == "pairs"):
        raise AnnotationError(where, f"an answer that a batch of {batch.kind} does not ask for", f"{due} is due.")
    return said


def _joined(where: str, spans: list[_Span], length: int) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    found: list[tuple[str, tuple[Span, ...]]] = []
    for one in spans:
        if not 0 <= one.start < one.end <= length or (one.continues and (not found or found[-1][0] != one.label)):
            what = f"{one.label} from {one.start} to {one.end} in a text of {length} characters"
            raise AnnotationError(where, what, "Start before end, inside the text; all pieces have one label.")
        piece = (one.start, one.end)
        if one.continues:
            found[-1] = (one.label, (*found[-1][1], piece))
        else:
            found.append((one.label, (piece,)))
    return tuple(found)


def line(task_id: str, answer: Answer) -> dict[str, object]:
    """A line of answers.jsonl."""
    if answer.label is not None:
        return {"task_id": task_id, "label": answer.label}
    spans: list[Mapping[str, object]] = []
    for label, pieces in answer.spans:
        for nth, (start, end) in enumerate(pieces):
            spans.append({"label": label, "start": start, "end": end} | ({"continues": True} if nth else {}))
    return {"task_id": task_id, "spans": spans}
