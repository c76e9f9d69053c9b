"""annotations/<batch>/tasks.jsonl, the outbox: what the server must have. Written whole before anything is sent.

From then on it stays as it is, so that sending can be repeated until all of it has arrived. A batch that batches.yaml
does not name yet is added to it, as one line.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from claimstance.annotation import batches
from claimstance.annotation.batches import Batch
from claimstance.annotation.studio.canonical import dumped
from claimstance.errors import AnnotationError

_TOP = re.compile(r"[^\s#]")  # how a line begins that ends the block above it
_BATCHES = re.compile(r"batches:[ ]*(?:\{\})?\s*(?:#.*)?$")


def line(said: Mapping[str, Any]) -> str:
    """It will be an object as a line of canonical JSON."""
    return dumped(said) + "\n"


def write(path: Path, said: Iterable[Mapping[str, Any]]) -> None:
    """It will write objects as lines, one after the other."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(line(one) for one in said)


def read(path: Path) -> Iterator[tuple[int, Any]]:
    """It will give the objects of a file with the numbers of their lines. Raises AnnotationError where one is none."""
    with path.open("rb") as file:
        for number, said in enumerate(file, 1):
            try:
                yield number, json.loads(said)
            except (ValueError, RecursionError):
                raise AnnotationError(f"{path}:{number}", "no JSON", "Restore the file as it was written.") from None


def announce(path: Path, batch: Batch) -> None:
    """It will add the batch to batches.yaml, as a line at its end; comments and all other lines stay as they are.

    Raises AnnotationError, with the line to add, where `batches:` is not the last block of the file.
    """
    entry = (
        f'{batch.name}: {{kind: {batch.kind}, purpose: {batch.purpose}, guideline_version: "{batch.guideline_version}"'
    )
    if set(batch.annotators) != set(batches.read(path).annotators):
        entry += f", annotators: [{', '.join(batch.annotators)}]"
    entry += ", overlap: 1}" if batch.purpose == "adjudication" else "}"
    lines = path.read_bytes().decode().splitlines(keepends=True)
    top = max((nth for nth, one in enumerate(lines) if _TOP.match(one)), default=-1)
    inside = [one for one in lines[top + 1 :] if one.strip() and not one.lstrip().startswith("#")]
    indent = inside[0][: -len(inside[0].lstrip())] if inside else "  "
    if top >= 0 and _BATCHES.match(lines[top]) and indent:
        lines[top] = re.sub(r":[ ]*\{\}", ":", lines[top], count=1)  # of a corpus that had none
        end = "" if lines[-1].endswith("\n") else "\n"
        partial = path.with_name(f".{path.name}.part")
        partial.write_bytes(f"{''.join(lines)}{end}{indent}{entry}\n".encode())
        try:
            if batches.read(partial).batches.get(batch.name) == batch:
                partial.replace(path)
                return
        finally:
            partial.unlink(missing_ok=True)
    then = f"Add this line below it by hand: {entry}"
    raise AnnotationError(str(path), "`batches:` is not its last block, with a batch on each line", then)
