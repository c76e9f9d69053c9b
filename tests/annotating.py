"""Tasks and annotations as Label Studio writes them, small and by hand."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claimstance.annotation.exports import Task, held
from claimstance.annotation.judgements import judgements
from claimstance.annotation.placing import placed
from claimstance.table import Row, Rows

Json = dict[str, Any]

BATCHES = """
annotators:
  ada: {kind: person, label_studio_id: "1"}
  bo: {kind: person, label_studio_id: "2"}
  cy: {kind: model}
  dee: {kind: person}
batches:
  spans: {kind: spans, purpose: main, guideline_version: "1.0"}
  pairs: {kind: pairs, purpose: main, guideline_version: "1.0"}
"""


def tasks(folder: Path) -> list[Task]:
    """All tasks below a folder of annotations, in order of batch and task."""
    found = [task for own in held(folder).values() for task in own]
    return sorted(found, key=lambda task: (task.batch.name, task.task_id))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def article(text: str, article_id: str = "dam", **more: Any) -> Row:
    """The columns of articles that the annotation stages read."""
    whole = [{"start": 0, "end": len(text)}]
    row = {
        "article_id": article_id,
        "title": "The dam",
        "text": text,
        "text_sha256": sha256(text),
        "annotated_extent": whole,
    }
    return row | more


def shown(text: str) -> str:
    """A slice as Label Studio copies it into value.text."""
    return " ".join(text.replace("\n", " \\n ").split()).replace(" \\n ", "\\n")


def region(text: str, words: str | tuple[int, int], label: str, region_id: str) -> Json:
    """A marked region: `words` where they first stand in the task's text, or its offsets."""
    start, end = words if isinstance(words, tuple) else (text.index(words), text.index(words) + len(words))
    name = ("evidence", "evidence_text") if label == "Evidence" else ("span", "text")
    value = {"start": start, "end": end, "text": shown(text[start:end]), "labels": [label]}
    return {
        "id": region_id,
        "type": "labels",
        "from_name": name[0],
        "to_name": name[1],
        "origin": "manual",
        "value": value,
    }


def choice(name: str, value: str, region_id: str = "x1") -> Json:
    """A chosen radio button, of a region or of the whole task."""
    return {
        "id": region_id,
        "type": "choices",
        "from_name": name,
        "to_name": "claim",
        "origin": "manual",
        "value": {"choices": [value]},
    }


def written(value: str, region_id: str) -> Json:
    """A claim in the annotator's own words."""
    return {
        "id": region_id,
        "type": "textarea",
        "from_name": "normalized_claim",
        "to_name": "text",
        "value": {"text": [value]},
    }


def relation(from_id: str, to_id: str, label: str | None = "attributed_to", direction: str = "right") -> Json:
    """An arrow between two regions; Label Studio leaves `labels` out where none was chosen."""
    said: Json = {"type": "relation", "from_id": from_id, "to_id": to_id, "direction": direction}
    return said if label is None else said | {"labels": [label]}


def annotation(by: Any, result: Sequence[Json], number: int = 1, **more: Any) -> Json:
    """One annotation; each number is another one."""
    return {
        "id": number,
        "unique_id": f"00000000-0000-4000-8000-{number:012d}",
        "completed_by": by,
        "result": list(result),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-03-02T08:30:00.123456Z",
        "lead_time": 12.5,
    } | more


def span_task(text: str, annotations: Sequence[Json], /, part: tuple[int, int] | None = None, **data: Any) -> Json:
    """A task of round 1 that shows an article, or a part of it."""
    start, end = part or (0, len(text))
    said: Json = {"task_id": f"dam-{start}", "article_id": "dam", "text": text[start:end], "text_sha256": sha256(text)}
    if start:
        said["start"] = start
    return {"id": 7, "data": said | data, "annotations": list(annotations), "total_predictions": 0}


def pair_task(claim_id: str, source_id: str, annotations: Sequence[Json], /, **data: Any) -> Json:
    """A task of round 2."""
    said = {"task_id": f"{claim_id}|{source_id}", "article_id": "dam", "claim_id": claim_id, "source_id": source_id}
    return {"id": 8, "data": said | data, "annotations": list(annotations), "total_predictions": 0}


def put(folder: Path, files: Mapping[str, Sequence[Json | str]], batches: str = BATCHES) -> Path:
    """annotations/ with its sums; `files` by path below it, their lines as JSON or as they are."""
    folder.mkdir(exist_ok=True)
    (folder / "batches.yaml").write_text(batches, encoding="utf-8")
    for name, lines in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        said = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        path.write_text("".join(line + "\n" for line in said), encoding="utf-8", newline="\n")
    for place in {(folder / name).parent for name in files}:
        sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in place.glob("*.jsonl"))
        (place / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    return folder


def only(batch: str) -> str:
    """batches.yaml with one of the two batches."""
    return "".join(
        line
        for line in BATCHES.splitlines(keepends=True)
        if not line.startswith("  ") or line.startswith(("  ada", "  bo", "  cy", "  dee", f"  {batch}"))
    )


def read(folder: Path, *said: Json, batch: str = "spans") -> list[Task]:
    """The tasks of one batch with one pull."""
    return tasks(put(folder / "annotations", {f"{batch}/2026-03-02.jsonl": said}, only(batch)))


def judged(folder: Path, text: str, *said: Json, batch: str = "spans") -> Rows:
    """What annotators said of one article, whose text is `text` now."""
    return judgements([article(text)], placed(read(folder, *said, batch=batch), {"dam": text}))
