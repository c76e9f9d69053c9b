"""The files of a batch and SHA256SUMS over them: new content and its digest come together, whenever a writer is killed.

New content of a file waits beside it as <name>.part. SHA256SUMS, which lists it already, is exchanged first; then the
content takes its name. A kill in between leaves a digest that only the waiting content has: `mended` finishes that and
nothing else, so a file that somebody changed by hand is never signed on the way.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from claimstance.digests import of_file
from claimstance.errors import AnnotationError

SUMS = "SHA256SUMS"
PART = ".part"


def changed(folder: Path, paths: Sequence[Path]) -> Iterator[AnnotationError]:
    """It will say what SHA256SUMS and the files `paths` of the folder disagree about."""
    if not paths:
        then = "Restore them. Of a batch that was never sent, take the line out of batches.yaml until you send it."
        yield AnnotationError(str(folder), "neither tasks nor a pull is there", then)
        return
    sums = listed(folder)
    again = f"If the change is meant: cd {folder} && sha256sum *.jsonl > {SUMS}."
    for path in paths:
        if path.name not in sums:
            yield AnnotationError(str(path), f"{SUMS} does not list it", again)
        elif of_file(path) != sums[path.name]:
            then = f"Restore it. {again}"
            yield _interrupted(path, sums) or AnnotationError(str(path), f"changed since {SUMS} was written", then)
    for name in sorted(set(sums) - {path.name for path in paths}):
        path, then = folder / name, f"Restore it. {again}"
        yield _interrupted(path, sums) or AnnotationError(str(path), f"{SUMS} lists it, but it is gone", then)


def put(part: Path) -> None:
    """It will give <name>.part, which is on the disk whole, its name, and list it in SHA256SUMS."""
    path = part.with_name(part.name.removesuffix(PART))
    sums = listed(path.parent) | {path.name: of_file(part)}
    waiting = path.with_name(SUMS + PART)
    with waiting.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{found}  {name}\n" for name, found in sorted(sums.items()))
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path.with_name(SUMS))
    part.replace(path)
    with contextlib.suppress(OSError):  # some systems cannot be asked this of a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def mended(folder: Path) -> None:
    """It will finish what a killed writer had signed, and clear away what it had not."""
    sums = listed(folder)
    for part in sorted(folder.glob(f"*{PART}")):
        path = part.with_name(part.name.removesuffix(PART))
        if of_file(part) == sums.get(path.name):
            part.replace(path)
        else:
            part.unlink()


def listed(folder: Path) -> dict[str, str]:
    """It will give the digests that SHA256SUMS lists, by the name of the file."""
    path = folder / SUMS
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: found for found, _, name in (line.partition("  ") for line in lines)}


def _interrupted(path: Path, sums: dict[str, str]) -> AnnotationError | None:
    """Say so where the content that SHA256SUMS lists still waits for its name."""
    part = path.with_name(path.name + PART)
    if not part.exists() or of_file(part) != sums[path.name]:
        return None
    then = f"{'Push' if path.name == 'tasks.jsonl' else 'Pull'} the batch again."
    return AnnotationError(str(path), "is half written: a push or pull is running, or was stopped", then)
