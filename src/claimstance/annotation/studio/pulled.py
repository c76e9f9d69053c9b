"""What a pull found, in lines for whoever asked: how far each annotator is, and what is out of the ordinary."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHOWN = 20  # of a list; the rest is counted


@dataclass(slots=True)
class Summary:
    """Counts of one pull. `assigned` gives for each task that was sent who is to do it.

    `path` is the file that was written; where nothing was new there is none, and `same_as` is the latest pull.
    """

    batch: str
    assigned: Mapping[str, tuple[str, ...]]
    path: Path | None = None
    same_as: Path | None = None
    tasks: int = 0
    annotations: int = 0
    done: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    edited: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    uninvited: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    empty: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    kept: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    strangers: Counter[str] = field(default_factory=Counter)
    withdrawn: Counter[str] = field(default_factory=Counter)

    def told(self, what: str, where: str) -> None:
        """It will note that something was changed on the way: "masked" or "mended", and where."""
        self.changed[what].add(where)

    def count(self, line: Mapping[str, Any], gone: Iterable[Mapping[str, Any]], copies: int) -> None:
        """It will count one task's line: `gone` of it the server no longer has; it has the task `copies` times."""
        task_id = line["data"]["task_id"]
        self.tasks += 1
        self.annotations += len(line["annotations"])
        self.repeated += [task_id] * (copies > 1)
        skipped: dict[str, bool] = {}
        for one in line["annotations"]:
            by = one["completed_by"]
            skipped[by] = skipped.get(by, True) and one["was_cancelled"]
            if not one["result"] and not one["was_cancelled"]:
                self.empty[by].append(task_id)
            if "updated_by" in one:
                self.edited[one["updated_by"], by].append(task_id)
        for by, only_skipped in skipped.items():
            if by in self.assigned.get(task_id, ()):
                (self.skipped if only_skipped else self.done)[by] += 1
            else:
                self.uninvited[by].append(task_id)
        self.kept.extend(f"annotation {one['unique_id']} of {task_id} by {one['completed_by']}" for one in gone)

    def text(self) -> str:
        """It will say all of it, in the lines that a pull prints."""
        if self.path:
            head = f"{self.batch}: {self.tasks} tasks with {self.annotations} annotations, in {self.path}"
        else:
            head = f"{self.batch}: nothing new since {self.same_as}, so no file was written"
        return "\n".join([head, *self._progress(), *self._notes()])

    def _progress(self) -> Iterator[str]:
        """A line an annotator: assigned, done, skipped, left."""
        assigned = Counter(name for names in self.assigned.values() for name in names)
        if not assigned:
            return
        width = max(len("annotator"), *map(len, assigned))
        yield f"  {'annotator':<{width}}  assigned   done  skipped   left"
        for name, count in sorted(assigned.items()):
            left = count - self.done[name] - self.skipped[name]
            yield f"  {name:<{width}}  {count:>8} {self.done[name]:>6} {self.skipped[name]:>8} {left:>6}"

    def _notes(self) -> Iterator[str]:
        """What is out of the ordinary."""
        for (editor, by), tasks in sorted(self.edited.items()):
            yield f"{editor} edited the work of {by}: {_some(tasks)}"
        for by, tasks in sorted(self.uninvited.items()):
            yield f"{by} did what was not assigned to them: {_some(tasks)}"
        for by, tasks in sorted(self.empty.items()):
            yield f"{by} submitted without marking anything: {_some(tasks)}"
        if self.kept:
            yield f"No longer on the server, kept: {_some(self.kept)}"
        if self.repeated:
            yield f"More than once on the server, taken together: {_some(self.repeated)}"
        if self.missing:
            yield f"Not on the server: {_some(self.missing)}. Send them again: scripts/push_tasks.py."
        if self.changed["masked"]:
            yield f"E-mail addresses, masked: {_some(self.changed['masked'])}"
        if self.changed["mended"]:
            yield f"Half a surrogate pair, now U+FFFD: {_some(self.changed['mended'])}"
        for article, count in sorted((+self.withdrawn).items()):
            left = f"{count} {'task' if count == 1 else 'tasks'}"
            yield f"On the server, but of {article}, which was withdrawn, so left out: {left}. Delete them there."
        for batch, count in sorted(self.strangers.items()):
            of = f"of the batch {batch}, which batches.yaml does not name" if batch else "of no batch"
            yield f"On the server, but {of}: {count} {'task' if count == 1 else 'tasks'}"


def _some(said: Iterable[str]) -> str:
    """The first of them, and how many more there are."""
    listed = sorted(said)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more
