"""One result of an annotation, as Label Studio's full JSON has it: its value, its label, its span, read and checked.

Label Studio's offsets count code points of the text that the task showed; its copy of the text (`value.text`) has
newlines as backslash-n and white space collapsed, so it is only a check.
"""

from collections.abc import Mapping
from typing import Any

from claimstance.annotation.exports import Annotation, Task
from claimstance.errors import AnnotationError
from claimstance.spans import Span


def place_of(task: Task, annotation: Annotation, said: Mapping[str, Any] | None = None) -> str:
    """It will say where a result stands: file and line, task, and region."""
    place = f"{annotation.where}: task {task.task_id}"
    if said is None:
        return place
    return f"{place}, region {said.get('id') or '>'.join(str(said.get(end)) for end in ('from_id', 'to_id'))}"


def value_of(place: str, said: dict[str, Any]) -> dict[str, Any]:
    """It will be what a result says. Raises AnnotationError where it says nothing."""
    value = said.get("value")
    if not isinstance(value, dict):
        raise AnnotationError(place, "a result without a value", "Pull the task again.")
    return value


def values_of(place: str, said: dict[str, Any]) -> list[str]:
    """It will be what a choice or a text area holds; a choice holds one. Raises AnnotationError."""
    value = value_of(place, said)
    values = value.get("choices" if said["type"] == "choices" else "text")
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise AnnotationError(place, f"the answer {values!r}", "A list of strings is due.")
    if said["type"] == "choices" and len(values) > 1:
        raise AnnotationError(place, f"the answers {', '.join(values)}", "One is due.")
    return [one.strip() for one in values if one.strip()]


def label_of(place: str, region: dict[str, Any], known: tuple[str, ...]) -> str:
    """It will be the one label of a region, one of `known`. Raises AnnotationError."""
    labels = value_of(place, region).get("labels")
    if not isinstance(labels, list) or len(labels) != 1 or labels[0] not in known:
        raise AnnotationError(place, f"the labels {labels}", f"One of {', '.join(known)} is due.")
    return str(labels[0])


def span_of(place: str, region: dict[str, Any], shown: str) -> Span:
    """It will be the region's span in the text that was shown, checked against the copy that Label Studio kept."""
    value = value_of(place, region)
    start, end, kept = value.get("start"), value.get("end"), value.get("text")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(shown)):
        what = f"the offsets {start!r} to {end!r} in a text of {len(shown)} characters"
        raise AnnotationError(place, what, "Offsets are whole numbers, start before end, inside the text.")
    if kept is not None and _collapsed(str(kept)) != _collapsed(shown[start:end]):
        units = shown.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")
        utf16 = "would match" if _collapsed(units) == _collapsed(str(kept)) else "would not match either"
        what = f"offsets {start} to {end} select {shown[start:end][:60]!r}, but the region says {str(kept)[:60]!r}"
        then = f"Counting in UTF-16 units {utf16}. Offsets count Unicode code points."
        raise AnnotationError(place, what, then)
    return start, end


def _collapsed(text: str) -> str:
    """The text as far as Label Studio's copy can be trusted: it writes a newline as backslash-n."""
    return " ".join(text.replace("\\n", "\n").split())
