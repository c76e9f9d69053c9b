"""What annotators were shown of an article, and what they said of it, out of a batch's folder. An edge: it writes.

What other lines say stays as it is to the byte, and SHA256SUMS comes with each file (signed.py). The order is that in
which a run that was killed can be done again: what is known by the id of an annotation or a task goes before the lines
that name these together with their article.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance.annotation import signed
from claimstance.annotation.exports import ANSWERS, CORRECTIONS, TASKS, pull_paths
from claimstance.digests import sha256
from claimstance.errors import AnnotationError, InputError
from claimstance.folders import written
from claimstance.schema import strings

_RESTORE = "Restore the file from its history."


@dataclass(frozen=True, slots=True)
class Gone:
    """What may be shown nowhere any more: `articles` by id, texts of sources by their SHA-256."""

    articles: frozenset[str]
    evidence: frozenset[str] = frozenset()

    def shown(self, data: Mapping[str, Any]) -> bool:
        """Whether a task with these data shows any of it."""
        evidence = data.get("evidence_text")
        held = isinstance(evidence, str) and bool(self.evidence) and sha256(evidence) in self.evidence
        return held or str(data.get("article_id")) in self.articles


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of a batch's tasks, and of their annotations, that show what is gone."""

    tasks: frozenset[str]
    annotations: frozenset[str]


def folders(annotations: Path) -> list[Path]:
    """The folders of all batches, whether batches.yaml names them or not."""
    return sorted(path for path in annotations.glob("*") if path.is_dir())


def unfit(folder: Path) -> list[InputError]:
    """It will finish what a killed push or pull had signed, and say which files are not those that were signed."""
    signed.mended(folder)
    paths = sorted(folder.glob("*.jsonl"))
    return list(signed.changed(folder, paths)) if paths else []


def found(folder: Path, gone: Gone) -> Found:
    """It will look for it in the tasks and the pulls of a batch. Raises AnnotationError for a line that is no task."""
    tasks, annotations = set[str](), set[str]()
    for path in _shown(folder):
        for _, said in _lines(path):
            if gone.shown(said["data"]):
                tasks.add(str(said["data"].get("task_id")))
                annotations |= {str(one.get("unique_id") or one.get("id")) for one in said.get("annotations") or ()}
    return Found(frozenset(tasks), frozenset(annotations))


def strike(folder: Path, gone: Gone) -> int:
    """It will take all of it out of a batch, and say how many tasks that were."""
    there = found(folder, gone)
    if not there.tasks:
        return 0
    _correct(folder / CORRECTIONS, there.annotations)
    if (folder / ANSWERS).exists():
        _rewrite(folder / ANSWERS, lambda said: said.get("task_id") in there.tasks)
    for path in _shown(folder):
        _rewrite(path, lambda said: gone.shown(said["data"]))
    return len(there.tasks)


def _shown(folder: Path) -> list[Path]:
    """The files whose lines are tasks, what was sent last: a pull is read against it."""
    return [*pull_paths(folder), *(path for path in [folder / TASKS] if path.exists())]


def _rewrite(path: Path, out: Callable[[Mapping[str, Any]], bool]) -> None:
    """Leave out the lines that are `out`, in one step together with the digest."""
    part = path.with_name(path.name + signed.PART)
    kept = True
    with part.open("wb") as file:
        for line, said in _lines(path, tasks=path.name != ANSWERS):
            if out(said):
                kept = False
            else:
                file.write(line)
        file.flush()
        os.fsync(file.fileno())
    if kept:
        part.unlink()
    else:
        signed.put(part)


def _lines(path: Path, *, tasks: bool = True) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """The lines of a file as they stand and what they say. Raises AnnotationError."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                said = json.loads(line)
            except (ValueError, RecursionError):
                said = None
            if not isinstance(said, dict) or (tasks and not isinstance(said.get("data"), dict)):
                raise AnnotationError(f"{path}:{number}", "not a task" if tasks else "no JSON", _RESTORE)
            yield line, said


def _correct(path: Path, annotations: frozenset[str]) -> None:
    """Leave out corrections of these annotations; where there are some, the file is written anew, without comments."""
    listed = strings(path) if path.exists() else []
    kept = [one for one in listed if not (isinstance(one, dict) and one.get("annotation") in annotations)]
    if len(kept) == len(listed):
        return
    if not kept:
        path.unlink()
        return
    import yaml

    written(path, yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10**6).encode())
