"""The work of annotators, from Label Studio's full JSON to annotations/<batch>/<date>.jsonl, with nothing lost.

1. canonical: a raw task becomes a line with what a judgement needs and nothing else: no drafts, predictions, counts,
   clocks of the server; pseudonyms for people. An e-mail address in what somebody wrote becomes [e-mail], unless it
   stands in the text that the task showed; half a surrogate pair, which no file can hold, becomes U+FFFD, so that
   offsets stay right. Both are told. Regions with one id, arrows that point left, and arrows without a label stay as
   they are: reading deals with them (judgements.py).
2. merged: what the latest pull says and what the server says now, an annotation at a time. One that the server no
   longer has is kept and named. Where nothing is new, no file is written.
3. put: the day's file and SHA256SUMS together (signed.py).

Raw tasks are read one at a time and set aside on the disk. In memory stay, for each task, its id, a digest of its data,
who is to do it and where its lines lie: about 0.6 kB a task, whatever it holds.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from claimstance.annotation.batches import Plan
from claimstance.annotation.exports import pull_paths
from claimstance.annotation.pulled import Summary
from claimstance.annotation.signed import PART, changed, digest, mended, put
from claimstance.errors import AnnotationError, BadInput, InputError

Json = dict[str, Any]
Who = Callable[[Any], str | None]  # what Label Studio says of a person (number, address, record) -> pseudonym
Told = Callable[[str, str], None]  # what was changed ("masked", "mended"), and where

DOMAIN = "@claimstance.invalid"  # of the accounts that are called as their annotator
MASK = "[e-mail]"
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
        named += [address.removesuffix(DOMAIN)] if address.endswith(DOMAIN) else []
        known = next((one for one in named if one in plan.annotators), None)
        person = None if known else plan.known_as(str(number))
        return known or (person.name if person else None)

    return pseudonym


def canonical(raw: Json, who: Who, told: Told = lambda what, where: None) -> Json:
    """It will make the line of a raw task: {annotations, data, id}. The line of a line is that line.

    Raises AnnotationError for an annotation by somebody who has no pseudonym, or without an id.
    """
    data = raw["data"]
    place = f"task {data.get('task_id')}"
    shown = "\n".join(one for one in data.values() if isinstance(one, str))
    annotations = [_annotation(one, who, place, shown, told) for one in raw.get("annotations") or ()]
    return {
        "annotations": sorted(annotations, key=lambda one: str(one["unique_id"])),
        "data": _clean(data, None, lambda what: told(what, place)),
        "id": raw.get("id"),
    }


def merged(*said: Json) -> Json:
    """It will make one line of several of the same task: of each annotation what the last of them says."""
    annotations = {one["unique_id"]: one for line in said for one in line["annotations"]}
    return {**said[-1], "annotations": [annotations[unique_id] for unique_id in sorted(annotations)]}


def lost(before: Json, now: Json) -> list[Json]:
    """It will list the annotations of the line `before` that the line `now` no longer has."""
    there = {one["unique_id"] for one in now["annotations"]}
    return [one for one in before["annotations"] if one["unique_id"] not in there]


def pull(folder: Path, plan: Plan, raw: Iterable[Json], people: Mapping[int, str | None], day: str) -> Summary:
    """It will write <day>.jsonl in the batch's folder from the raw tasks of its project, and say what is in it.

    Raises BadInput where the folder is not as SHA256SUMS says, or the server has tasks of the batch that were not sent
    from here; then nothing was written.
    """
    mended(folder)
    if problems := [*changed(folder, sorted(folder.glob("*.jsonl")))]:
        raise BadInput(problems)
    latest = next(reversed(pull_paths(folder)), None)
    if latest and latest.stem > day:
        raise AnnotationError(str(latest), f"a later pull than that of {day}", "Give a day that is not before it.")
    batch = plan.batches[folder.name]
    sent = dict(_sent(folder / "tasks.jsonl", batch.annotators))
    summary = Summary(batch.name, {task_id: one.annotators for task_id, one in sent.items()})
    part = folder / f"{day}.jsonl{PART}"
    with _Aside(folder) as before, _Aside(folder) as now:
        for line in _lines(latest) if latest else ():
            before.add(canonical(line, who(plan, {}), summary.told))
        _receive(raw, now, plan, folder, sent, who(plan, people), summary)
        with part.open("wb") as file:
            for task_id in sorted({*before.places, *now.places}):
                file.write(_dumped(_line(before.of(task_id), now.of(task_id), summary)).encode() + b"\n")
            summary.missing = sorted(set(sent) - set(now.places))
            file.flush()
            os.fsync(file.fileno())
    if latest and digest(latest) == digest(part):
        part.unlink()
        summary.same_as = latest
    else:
        put(part)
        summary.path = folder / f"{day}.jsonl"
    return summary


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent of a task: the digest of its data, and who is to do it."""

    data: bytes
    annotators: tuple[str, ...]


@dataclass(slots=True)
class _Aside:
    """Lines that are set aside on the disk, to be taken up by their task; nothing of it stays, however it ends."""

    folder: Path
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    file: Any = None

    def __enter__(self) -> "_Aside":
        self.file = tempfile.TemporaryFile(dir=self.folder)
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def add(self, line: Json) -> None:
        """Set a line aside."""
        said = _dumped(line).encode()
        self.places.setdefault(line["data"]["task_id"], []).append((self.file.tell(), len(said)))
        self.file.write(said)

    def of(self, task_id: str) -> list[Json]:
        """The lines of a task; where the server has it twice, that with the smallest number last."""
        found = []
        for place, size in self.places.get(task_id, ()):
            self.file.seek(place)
            found.append(json.loads(self.file.read(size)))
        return sorted(found, key=lambda line: -(line["id"] or 0))


def _sent(path: Path, everybody: tuple[str, ...]) -> Iterator[tuple[str, _Sent]]:
    """The tasks that were sent."""
    if not path.exists():
        raise AnnotationError(str(path), "no task of this batch was sent", "Send it first: scripts/push_tasks.py.")
    for line in _lines(path):
        data = line["data"]
        named = tuple(one for one in str(data.get("annotators") or "").split("|") if one)
        yield data["task_id"], _Sent(_digest(data), named or everybody)


def _receive(
    raw: Iterable[Json], now: _Aside, plan: Plan, folder: Path, sent: Mapping[str, _Sent], who: Who, summary: Summary
) -> None:
    """Set aside every raw task of the batch. Raises BadInput with everything that is wrong with them."""
    problems: dict[str, InputError] = {}
    for task in raw:
        data = task.get("data") or {}
        task_id = str(data.get("task_id"))
        named = data.get("batch", folder.name if task_id in sent else None)
        if named != folder.name:
            if named is None or named not in plan.batches:
                summary.strangers[str(named or "")] += 1
            continue
        try:
            line = canonical(task, who, summary.told)
        except AnnotationError as problem:
            problems.setdefault(problem.what, problem)  # the same stranger in a thousand tasks is one problem
            continue
        if task_id in sent and _digest(line["data"]) == sent[task_id].data:
            now.add(line)
        else:
            place = f"{folder / 'tasks.jsonl'}: task {task_id}"
            what = "the server shows other data than was sent" if task_id in sent else "on the server, but not sent"
            problems[place] = AnnotationError(place, what, "Take it off the server, or restore it here, then pull.")
    if problems:
        raise BadInput(problems.values())


def _line(before: list[Json], now: list[Json], summary: Summary) -> Json:
    """The line of one task, counted; `before` are lines of the latest pull, `now` those of the server."""
    line = merged(*before, *now)
    gone = lost(merged(*before), merged(*now) if now else {"annotations": []}) if before else []
    summary.count(line, gone, len(now))
    return line


def _annotation(raw: Json, who: Who, place: str, shown: str, told: Told) -> Json:
    """An annotation with what a judgement needs, in a fixed order of its results."""
    unique_id = raw.get("unique_id") or raw.get("id")
    if unique_id is None:
        raise AnnotationError(place, "an annotation without an id", "Pull it again.")
    annotator = _pseudonym(raw.get("completed_by"), who, f"{place}: annotation {unique_id}", "is by")
    result = [
        _clean(one, shown, lambda what, one=one: told(what, f"{place}, region {_region(one)}"))  # type: ignore[misc]
        for one in raw.get("result") or ()
    ]
    line = {key: raw.get(key) for key in _KEPT} | {
        "completed_by": annotator,
        "ground_truth": bool(raw.get("ground_truth")),
        "lead_time": _number(raw.get("lead_time")),
        "result": sorted(result, key=_dumped),
        "unique_id": str(unique_id),
        "was_cancelled": bool(raw.get("was_cancelled")),
    }
    if raw.get("updated_by") is not None:
        editor = _pseudonym(raw["updated_by"], who, f"{place}: annotation {unique_id}", "was edited by")
        line |= {"updated_by": editor} if editor != annotator else {}
    return line


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
        return {key: _clean(one, shown, told) for key, one in value.items()}
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
    """A number as JSON's own, whoever read it."""
    return (int(value) if value == value.to_integral_value() else float(value)) if isinstance(value, Decimal) else value


def _region(said: Any) -> str:
    if not isinstance(said, dict):
        return "?"
    return str(said.get("id") or f"{said.get('from_id')}>{said.get('to_id')}")


def _lines(path: Path) -> Iterator[Json]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    said = json.loads(line)
                    if isinstance(said["data"]["task_id"], str):
                        yield said
                        continue
                except (ValueError, TypeError, KeyError, RecursionError):
                    pass
                raise AnnotationError(f"{path}:{number}", "not a task with a task_id", "One task a line is due.")


def _dumped(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _digest(data: Json) -> bytes:
    return hashlib.sha256(_dumped(data).encode("utf-8", "surrogatepass")).digest()
