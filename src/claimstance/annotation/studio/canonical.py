"""One raw task of Label Studio's full JSON as the line that a pull keeps of it: the same whenever it is asked.

A line has what a judgement needs and nothing else: no drafts, predictions, counts, or clocks of the server; pseudonyms
for people. An e-mail address in what somebody wrote becomes [e-mail], unless it stands in the text that the task
showed; half a surrogate pair, which no file can hold, becomes U+FFFD, so that offsets stay right. Both are told.
What JSON has no number for, such as infinity, becomes null.

Regions with one id, arrows that point left, and arrows without a label stay as they are: reading deals with them
(judgements.py).
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from claimstance.annotation.batches import DOMAIN, Plan
from claimstance.errors import AnnotationError

Json = dict[str, Any]
Who = Callable[[Any], str | None]  # what Label Studio says of a person (number, address, record) -> pseudonym
Told = Callable[[str, str], None]  # what was changed ("masked", "mended"), and where

MASK = "[e-mail]"
LOOK = "Look at it on the server, and delete there what nobody can have meant; then pull."
_KEPT = ("created_at", "ground_truth", "id", "lead_time", "unique_id", "updated_at", "was_cancelled")
# The look-behind keeps a long word from being read once a character.
_ADDRESS = re.compile(r"(?<![\w.%+'-])[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def who(plan: Plan, people: Mapping[int, str | None]) -> Who:
    """It will find the pseudonym of whoever Label Studio names: by the account's address, else by its number.

    `people` gives for the server's numbers the name before @claimstance.invalid.
    """

    def pseudonym(said: Any) -> str | None:
        record = said if isinstance(said, dict) else {"email": said} if "@" in str(said) else {"id": said}
        number, address = record.get("id"), str(record.get("email") or "")
        named = [people.get(number) if type(number) is int else None]
        named += [address.removesuffix(f"@{DOMAIN}")] if address.endswith(f"@{DOMAIN}") else []
        known = next((one for one in named if one in plan.annotators), None)
        person = None if known else plan.known_as(str(number))
        return known or (person.name if person else None)

    return pseudonym


def canonical(raw: Json, who: Who, told: Told = lambda what, where: None) -> Json:
    """It will make the line of a raw task: {annotations, data, id}. The line of a line is that line.

    Raises AnnotationError for an annotation by somebody who has no pseudonym, or without an id, and for what is none.
    """
    data = raw["data"]
    place = f"task {data.get('task_id')}"
    shown = "\n".join(one for one in data.values() if isinstance(one, str))
    annotations = [_annotation(one, who, place, shown, told) for one in _objects(raw.get("annotations"), place)]
    return {
        "annotations": sorted(annotations, key=lambda one: str(one["unique_id"])),
        "data": _clean(data, None, lambda what: told(what, place)),
        "id": raw["id"] if type(raw.get("id")) is int else None,
    }


def merged(*said: Json) -> Json:
    """It will make one line of several of the same task: of each annotation what the last of them says."""
    annotations = {one["unique_id"]: one for line in said for one in line["annotations"]}
    return {**said[-1], "annotations": [annotations[unique_id] for unique_id in sorted(annotations)]}


def lost(before: Json, now: Json) -> list[Json]:
    """It will list the annotations of the line `before` that the line `now` no longer has."""
    there = {one["unique_id"] for one in now["annotations"]}
    return [one for one in before["annotations"] if one["unique_id"] not in there]


def dumped(said: Any) -> str:
    """It will say it as canonical JSON: keys sorted, on one line, characters as they are."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _annotation(raw: Json, who: Who, place: str, shown: str, told: Told) -> Json:
    """An annotation with what a judgement needs, in a fixed order of its results."""
    unique_id = _clean(raw.get("unique_id") or raw.get("id"), shown, lambda what: told(what, place))
    if unique_id is None:
        raise AnnotationError(place, "an annotation without an id", "Pull it again.")
    annotator = _pseudonym(raw.get("completed_by"), who, f"{place}: annotation {unique_id}", "is by")
    result = [
        _clean(one, shown, lambda what, one=one: told(what, f"{place}, region {_region(one)}"))  # type: ignore[misc]
        for one in _objects(raw.get("result"), f"{place}: annotation {unique_id}")
    ]
    line = {key: _clean(raw.get(key), shown, lambda what: told(what, place)) for key in _KEPT} | {
        "completed_by": annotator,
        "ground_truth": bool(raw.get("ground_truth")),
        "result": sorted(result, key=dumped),
        "unique_id": str(unique_id),
        "was_cancelled": bool(raw.get("was_cancelled")),
    }
    if raw.get("updated_by") is not None:
        editor = _pseudonym(raw["updated_by"], who, f"{place}: annotation {unique_id}", "was edited by")
        line |= {"updated_by": editor} if editor != annotator else {}
    return line


def _objects(said: Any, place: str) -> list[Json]:
    """The annotations of a task, or the results of an annotation."""
    found = [] if said is None else said
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise AnnotationError(place, "not as Label Studio writes it: a list of objects is due", LOOK)
    return found


def _pseudonym(said: Any, who: Who, place: str, did: str) -> str:
    """Who it is. Raises AnnotationError, which shows a number and never an address."""
    if found := who(said):
        return found
    number = said.get("id") if isinstance(said, dict) else said
    if number is None:
        raise AnnotationError(place, f"it {did} nobody: the account is gone", "Give it to an account on the server.")
    shown = "somebody's e-mail address" if "@" in str(number) else f"account {number}"
    then = "Name them there" if "@" in str(number) else f'Name them there, with label_studio_id: "{number}"'
    raise AnnotationError(place, f"it {did} {shown}, whom batches.yaml does not name", f"{then}.")


def _clean(value: Any, shown: str | None, told: Callable[[str], None]) -> Any:
    """The value without what no file may hold; without `shown`, in which addresses may stand, none is masked."""
    if isinstance(value, dict):
        return {_clean(key, shown, told): _clean(one, shown, told) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one, shown, told) for one in value]
    if not isinstance(value, str):
        return _number(value)
    if _SURROGATE.search(value):
        told("mended")
        value = _SURROGATE.sub("\ufffd", value)
    if shown is not None and "@" in value:
        # Label Studio writes a newline in its copy of the text as backslash-n, which would look like part of a name.
        for address in _ADDRESS.findall(value.replace("\\n", "\n")):
            if address not in shown:
                told("masked")
                value = value.replace(address, MASK)
    return value


def _number(value: Any) -> Any:
    """A number as JSON's own, whoever read it; null for what JSON has no number for."""
    number = float(value) if isinstance(value, Decimal) else value
    return None if isinstance(number, float) and not math.isfinite(number) else number


def _region(said: Json) -> str:
    return str(said.get("id") or f"{said.get('from_id')}>{said.get('to_id')}")
