"""The work of annotators, from the server to annotations/<batch>/<date>.jsonl, with nothing lost.

1. canonical: a line a task, the same however often it is asked (canonical.py)
2. merged: what the latest pull says and what the server says now, an annotation at a time. One that the server no
   longer has is kept and named. Where nothing is new, no file is written. Earlier files are never touched.
   What is of an article that was withdrawn is left out, wherever it stands, and counted.
3. put: the day's file and SHA256SUMS together (signed.py)

Raw tasks are read one at a time and set aside on the disk. In memory stay, for each task, its id, a digest of its data,
who is to do it and where its lines lie: 1.3 kB a task, whatever it holds (10,000 tasks: 13 MB, 9 s; with 5 kB each).
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from claimstance import tombstones
from claimstance.annotation.batches import Plan, unbarred
from claimstance.annotation.exports import TASKS, pull_paths
from claimstance.annotation.lines import read_line
from claimstance.annotation.signed import PART, changed, mended, put
from claimstance.annotation.studio.canonical import LOOK, Json, Who, canonical, dumped, lost, merged, who
from claimstance.annotation.studio.pulled import Summary
from claimstance.digests import of_file
from claimstance.errors import AnnotationError, BadInput, InputError


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
    gone = tombstones.read(folder.parent.parent)
    sent = dict(_sent(folder / TASKS, batch.annotators, gone))
    summary = Summary(batch.name, {task_id: one.annotators for task_id, one in sent.items()})
    part = folder / f"{day}.jsonl{PART}"
    with _Aside(folder) as before, _Aside(folder) as now:
        for line in _lines(latest, gone) if latest else ():
            before.add(canonical(line, who(plan, {}), summary.told))
        there = (task for task in raw if not _withdrawn(task, folder.name, gone, summary))
        _receive(there, now, plan, folder, sent, who(plan, people), summary)
        with part.open("wb") as file:
            for task_id in sorted({*before.places, *now.places}):
                file.write(dumped(_line(before.of(task_id), now.of(task_id), summary)).encode() + b"\n")
            summary.missing = sorted(set(sent) - set(now.places))
            file.flush()
            os.fsync(file.fileno())
    if latest and of_file(latest) == of_file(part):
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
        said = dumped(line).encode()
        self.places.setdefault(line["data"]["task_id"], []).append((self.file.tell(), len(said)))
        self.file.write(said)

    def of(self, task_id: str) -> list[Json]:
        """The lines of a task; where the server has it twice, that with the smallest number last."""
        found = []
        for place, size in self.places.get(task_id, ()):
            self.file.seek(place)
            found.append(json.loads(self.file.read(size)))
        return sorted(found, key=lambda line: -(line["id"] or 0))


def _withdrawn(task: Json, batch: str, gone: Collection[str], summary: Summary) -> bool:
    """Whether a raw task of the batch is of an article that was withdrawn; then it is counted."""
    data = task.get("data") if isinstance(task, dict) else None
    article_id = data.get("article_id") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(article_id, str) or article_id not in gone:
        return False
    summary.withdrawn[article_id] += data.get("batch", batch) == batch
    return True


def _sent(path: Path, everybody: tuple[str, ...], gone: Collection[str]) -> Iterator[tuple[str, _Sent]]:
    """The tasks that were sent."""
    if not path.exists():
        raise AnnotationError(str(path), "no task of this batch was sent", "Send it first: scripts/push_tasks.py.")
    for line in _lines(path, gone):
        data = line["data"]
        named = unbarred(str(data.get("annotators") or ""))
        yield data["task_id"], _Sent(_digest(data), named or everybody)


def _receive(
    raw: Iterable[Json], now: _Aside, plan: Plan, folder: Path, sent: Mapping[str, _Sent], who: Who, summary: Summary
) -> None:
    """Set aside every raw task of the batch. Raises BadInput with everything that is wrong with them."""
    problems: dict[str, InputError] = {}
    for task in raw:
        data = task.get("data") if isinstance(task, dict) else None
        task_id = str(data.get("task_id")) if isinstance(data, dict) else ""
        named = data.get("batch", folder.name if task_id in sent else "") if isinstance(data, dict) else ""
        if named != folder.name:
            if not isinstance(named, str) or named not in plan.batches:
                summary.strangers[str(named or "")] += 1
            continue
        try:
            line = canonical(task, who, summary.told)
            # A pull is never edited: what a build could not read stays out of it.
            read_line(f"task {task_id}", dumped(line).encode(), LOOK)
        except RecursionError:
            problems[task_id] = AnnotationError(f"task {task_id}", "an answer is nested too deeply", LOOK)
            continue
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


def _lines(path: Path, gone: Collection[str]) -> Iterator[Json]:
    """The lines of a file, but for those of articles that are `gone`."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    said = json.loads(line)
                    if isinstance(said["data"]["task_id"], str):
                        if said["data"].get("article_id") not in gone:
                            yield said
                        continue
                except (ValueError, TypeError, KeyError, RecursionError):
                    pass
                raise AnnotationError(f"{path}:{number}", "not a task with a task_id", "One task a line is due.")


def _digest(data: Json) -> bytes:
    return hashlib.sha256(dumped(data).encode("utf-8", "surrogatepass")).digest()
