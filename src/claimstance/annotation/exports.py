"""annotations/ -> tasks: the only module that reads what came out of Label Studio.

annotations/batches.yaml names the annotators (pseudonyms) and the batches. A batch is a folder: tasks.jsonl (what
annotators were shown), answers.jsonl (known answers, where there are some, see answers.py), one <date>.jsonl a pull
(Label Studio's full JSON, one task a line), SHA256SUMS over all, and corrections.yaml (what was put right since, and
why). A later pull replaces what an earlier one says of the same annotation and never loses one that it no longer has.

All lines are read and checked once. What is held of them is where each stands, so that memory does not grow with what
annotators said; the tasks of an article are read when they are asked for.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from claimstance.annotation import answers, batches, corrections
from claimstance.annotation.answers import Answer
from claimstance.annotation.batches import Batch, Plan
from claimstance.annotation.lines import Annotation as Annotation
from claimstance.annotation.lines import Json, Line, Unread, annotation_of, known, read_line, skimmed, task_of, told
from claimstance.annotation.lines import Task as Task
from claimstance.annotation.signed import changed, listed
from claimstance.errors import AnnotationError, BadInput, InputError


class _About(msgspec.Struct):
    article_id: str | None = None


class _Of(msgspec.Struct):
    data: _About


TASKS, ANSWERS = "tasks.jsonl", "answers.jsonl"  # what was sent, and answers that are known; all others are pulls
CORRECTIONS = "corrections.yaml"
BUFFER = 1 << 18  # lines are longer than the 8 kB that Python reads at once, and are read three times as fast with it
_DECODE_ABOUT = msgspec.json.Decoder(_Of).decode
_PLACE = struct.Struct("<IQIII")  # of a line: its pull, where it begins, its number, how many bytes, and their CRC


@dataclass(frozen=True, slots=True)
class Pull:
    """A file that was pulled: whose batch it is, and the SHA-256 of what stood there when it was read."""

    path: Path
    batch: Batch
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Tasks(Mapping[str, list[Task]]):
    """The tasks of each article, in order of batch and task, read from the pulls whenever they are asked for.

    Held are `places`, where the lines about each article stand; by batch and task, known `answers`, and what each
    correction made of an annotation (`corrected`). Raises AnnotationError where a line has changed since.
    """

    plan: Plan = field(default_factory=lambda: Plan({}, {}))
    pulls: list[Pull] = field(default_factory=list)
    places: dict[str, bytes] = field(default_factory=dict)
    corrected: dict[tuple[str, str], list[Annotation]] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def __getitem__(self, article_id: str) -> list[Task]:
        """The tasks about an article."""
        found: dict[tuple[str, str], Task] = {}
        for nth, start, number, size, checksum in _PLACE.iter_unpack(self.places[article_id]):
            pull = self.pulls[nth]
            where = f"{pull.path}:{number}"
            said = read_line(where, _line(where, pull.path, start, size, checksum))
            task = task_of(said, pull.batch, where)
            task = found.setdefault((pull.batch.name, task.task_id), task)
            for one in said.annotations:
                annotation = annotation_of(one, self.plan, where)
                task.annotations[annotation.unique_id] = annotation
        for key, task in found.items():
            corrected = self.corrected.get(key, ())
            task.annotations |= {one.unique_id: one for one in corrected}
            task.corrected, task.answer = len(corrected), self.answers.get(key)
        return [found[key] for key in sorted(found)]

    def __contains__(self, article_id: object) -> bool:
        """Whether any task is about the article."""
        return article_id in self.places

    def __iter__(self) -> Iterator[str]:
        """The articles that have tasks."""
        return iter(self.places)

    def __len__(self) -> int:
        """How many articles have tasks."""
        return len(self.places)

    def below(self, folder: str) -> "Tasks":
        """The same, where the pulls lie at their paths below a folder."""
        return replace(self, pulls=[replace(pull, path=Path(f"{folder}{pull.path}")) for pull in self.pulls])

    def size(self, article_id: str) -> int:
        """How many bytes the lines about an article have."""
        return sum(size for *_, size, _ in _PLACE.iter_unpack(self.places.get(article_id, b"")))

    def articles(self, kind: str) -> set[str]:
        """The articles that have tasks of batches of a kind."""
        those = {nth for nth, pull in enumerate(self.pulls) if pull.batch.kind == kind}
        places = ((one, nth) for one, said in self.places.items() for nth, *_ in _PLACE.iter_unpack(said))
        return {one for one, nth in places if nth in those}


def held(folder: Path, *, begun: str = "") -> Tasks:
    """It will read every batch below `folder` (annotations/); none where there is no batches.yaml. `begun` is a batch
    that is being made, so it has no task yet, whatever of it is there.

    Raises BadInput with every AnnotationError: an unknown batch or annotator, a changed file, a line that is no task.
    """
    path = folder / "batches.yaml"
    if not path.exists():
        return Tasks()
    plan = batches.read(path)
    problems: list[InputError] = [
        AnnotationError(str(one), "a folder that batches.yaml does not name", f"Add it to {path}, or remove it.")
        for one in sorted(folder.iterdir())
        if one.is_dir() and one.name not in plan.batches and one.name != begun
    ]
    found = Tasks(plan)
    for batch in (one for one in plan.batches.values() if one.name != begun):
        _read(folder / batch.name, batch, found, problems)
    if problems:
        raise BadInput(problems)
    return found


def sent(folder: Path) -> Iterator[dict[str, Any]]:
    """It will give the data of every task that a batch's annotators were to be shown, answered or not.

    Raises BadInput, after the last of them, where its tasks.jsonl cannot be read.
    """
    problems: list[InputError] = []
    path = folder / TASKS
    yield from (line.data for _, _, _, line in _numbered(path, problems)) if path.exists() else ()
    if problems:
        raise BadInput(problems)


def asked(folder: Path) -> set[str]:
    """It will give the articles that some task of a batch below `folder` (annotations/) is about, answered or not.

    Raises AnnotationError where a line is no task.
    """
    found: set[str] = set()
    for path in (one for one in sorted(folder.glob("*/*.jsonl")) if one.name != ANSWERS):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip() and (one := told(_DECODE_ABOUT, f"{path}:{number}", line).data.article_id):
                    found.add(one)
    return found


def pull_paths(folder: Path) -> list[Path]:
    """The pulls of a batch's folder, the latest last."""
    return [path for path in sorted(folder.glob("*.jsonl")) if path.name not in (TASKS, ANSWERS)]


@dataclass(slots=True)
class _Reading:
    """What is known of a batch while its pulls are read: by task, the digest of the data that was `shown`, and in which
    place it was `found`, with the same digest; by annotation that is to be corrected (`wanted`), its article and task.
    """

    batch: Batch
    shown: dict[str, bytes] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    found: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, line: Line[Unread] | Line[Json], plan: Plan, where: str) -> str | None:
        """It will check a line, and give the article that it is about; null where nobody annotated it.

        Raises AnnotationError.
        """
        task, digest = task_of(line, self.batch, where), _digest(line.data)
        first = self.shown.get(task.task_id) if self.shown else self.found.get(task.task_id, (0, digest))[1]
        if first != digest:
            raise AnnotationError(where, f"task {task.task_id} is not the one that was shown", "Pull it again.")
        for one in line.annotations:
            _, _, unique_id = known(one, plan, where)
            place, _ = self.found.setdefault(task.task_id, (len(self.found), digest))
            if unique_id in self.wanted:
                _, before = self.said.get(unique_id, ("", task.task_id))
                if place >= self.found[before][0]:
                    self.said[unique_id] = task.article_id, task.task_id
        return task.article_id if line.annotations else None


def _read(folder: Path, batch: Batch, held: Tasks, problems: list[InputError]) -> None:
    """Add the tasks of one batch, all pulls taken together."""
    paths = sorted(folder.glob("*.jsonl"))
    problems.extend(changed(folder, paths))
    lengths: dict[str, int] = {}
    made = _Reading(batch)
    for task in (task for path in paths if path.name == TASKS for task in _sent(path, batch, problems)):
        made.shown[task.task_id] = _digest(task.data)
        lengths[task.task_id] = len(str(task.data.get("text", "")))
    known = answers.read(folder / ANSWERS, batch, lengths, problems)
    held.answers.update({(batch.name, task_id): answer for task_id, answer in known.items()})
    made.wanted = frozenset(one.annotation for one in corrections.read(folder / CORRECTIONS, []))
    sums = listed(folder)
    for path in pull_paths(folder):
        for number, start, line, said in _numbered(path, problems):
            try:
                about = made.take(said, held.plan, f"{path}:{number}")
            except AnnotationError as problem:
                problems.append(problem)
            else:
                if about:
                    place = _PLACE.pack(len(held.pulls), start, number, len(line), crc32(line))
                    held.places[about] = held.places.get(about, b"") + place
        held.pulls.append(Pull(path, batch, sums.get(path.name, "")))
    _correct(folder / CORRECTIONS, made, held, problems)


def _correct(path: Path, made: _Reading, held: Tasks, problems: list[InputError]) -> None:
    """Put right what corrections.yaml says, in what was read; the pulls stay as they are."""
    for one in corrections.read(path, problems):
        try:
            if one.annotation not in made.said:
                raise AnnotationError(one.where, f"no pull has the annotation {one.annotation}", "Is its id right?")
            article_id, task_id = made.said[one.annotation]
            said = _said(held, article_id, (made.batch.name, task_id), one.annotation)
            if said is None:
                continue  # its line is on the list
            if one.change == "attribute":
                person = held.plan.annotators[one.exchanged(said.annotator, held.plan.annotators)]
                edited_by = said.edited_by if said.edited_by != person.name else None
                said = replace(said, annotator=person.name, annotator_kind=person.kind, edited_by=edited_by)
            else:
                said = replace(said, result=one.applied(said.result))
            held.corrected.setdefault((made.batch.name, task_id), []).append(said)
        except AnnotationError as problem:
            problems.append(problem)


def _said(held: Tasks, article_id: str, task: tuple[str, str], unique_id: str) -> Annotation | None:
    """An annotation as it stands, with what was corrected before."""
    own = held.get(article_id, [])
    return next((one.annotations.get(unique_id) for one in own if (one.batch.name, one.task_id) == task), None)


def _sent(path: Path, batch: Batch, problems: list[InputError]) -> Iterator[Task]:
    for number, _, _, line in _numbered(path, problems):
        try:
            yield task_of(line, batch, f"{path}:{number}")
        except AnnotationError as problem:
            problems.append(problem)


def _numbered(path: Path, problems: list[InputError]) -> Iterator[tuple[int, int, bytes, Line[Unread] | Line[Json]]]:
    """The lines of a file: the number of each, where it begins, its bytes, and what it says."""
    start = 0
    with path.open("rb", BUFFER) as file:
        for number, line in enumerate(file, 1):
            if not line.isspace():
                try:
                    yield number, start, line, skimmed(f"{path}:{number}", line)
                except AnnotationError as problem:
                    problems.append(problem)
            start += len(line)


def _line(where: str, path: Path, start: int, size: int, checksum: int) -> bytes:
    """The bytes of a line, as they were when all lines were read. Raises AnnotationError where they are not."""
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(start)
            line = file.read(size)
    except OSError:
        line = b""
    if crc32(line) != checksum:
        raise AnnotationError(where, "is not as it was when the reading began", "Run it again, and leave the file be.")
    return line


def _digest(data: dict[str, Any]) -> bytes:
    """Of what a task shows, the same whatever the order of its keys."""
    return sha256(msgspec.json.encode(data, order="deterministic")).digest()
