"""All of a project, with all that was answered: the server writes a snapshot, we fetch it, and nothing stays there."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from claimstance.annotation.studio.wire import WAITS, Passing, Wire
from claimstance.errors import ServerError

TITLE = "claimstance pull"  # what our snapshots are called there; those that a killed pull left are removed by it
_PATIENCE = 3600  # the server writes 400 to 1,200 tasks a second before it answers
_POLL = 5.0  # seconds
_POLLS, _POLLS_AFTER_LOSS = 720, 60
# Numbers in place of names, so that no e-mail address comes over the wire.
_OPTIONS = {
    "annotations__completed_by": {"only_id": True},
    "drafts": {"only_id": True},
    "predictions": {"only_id": True},
    "interpolate_key_frames": False,
}


def export(wire: Wire, project: int, folder: Path) -> Iterator[dict[str, Any]]:
    """It will give every task of the project as the server says it, one at a time.

    The snapshot is in a file of `folder` meanwhile, and has to be whole before the first task is given: the server's
    digest of it, and as many tasks as the project has. Raises ServerError where it is not, after five attempts.
    """
    try:
        import ijson
    except ImportError:
        what = "ijson is not installed"
        raise ServerError("Label Studio", what, "Run: pip install 'claimstance[label-studio]'") from None
    with tempfile.TemporaryFile(dir=folder) as file:
        wanted = wire.again(lambda: _fetched(wire, project, file))
        given = 0
        try:
            # Without use_float: with it, one offset of twenty digits makes the whole snapshot unreadable.
            for task in ijson.items(file, "item"):
                given += 1
                yield task
        except (ijson.JSONError, ValueError):
            given = -1
        if given != wanted:
            raise ServerError(f"{wire.where}: project {project}", "the snapshot is no list of all tasks", "Pull again.")


def _fetched(wire: Wire, project: int, file: IO[bytes]) -> int:
    """Make a snapshot, bring it here, and say how many tasks it has."""
    path = f"api/projects/{project}/exports/"
    _clear(wire, path, "completed", "failed")
    made = _made(wire, path)
    digest = _downloaded(wire, f"{path}{made['id']}/download", file)
    there = wire.get("read a project", f"api/projects/{project}/")["task_number"]
    _clear(wire, path, "completed", "failed", "created", "in_progress")
    where = f"{wire.where}: project {project}"
    if digest != made["md5"]:
        raise Passing(where, "the snapshot arrived damaged", "Pull again.")
    if made["counters"]["task_number"] != there:
        what = f"the snapshot has {made['counters']['task_number']} tasks, the project {there}"
        raise Passing(where, what, "Pull again when nobody adds or removes tasks.")
    return int(there)


def _made(wire: Wire, path: str) -> dict[str, Any]:
    """A snapshot that is complete. The community edition answers when it is; where the answer is lost, we look for it.

    One that failed, or that the server was killed over, says "in progress" for ever; so we do not look for long, and
    begin anew.
    """
    polls, late = _POLLS, ServerError
    try:
        said = {"title": TITLE, "serialization_options": _OPTIONS}
        made: dict[str, Any] = wire.ask("write a snapshot", "POST", path, body=said, patience=_PATIENCE, due=dict)
    except Passing as error:
        wire.wait(WAITS[0])
        found = _ours(wire, path)
        if not found:
            raise error from None
        made, polls, late = found[0], _POLLS_AFTER_LOSS, Passing
    for _ in range(polls):
        if made["status"] == "completed":
            return made
        if made["status"] == "failed":
            raise _failed(wire, path)
        wire.wait(_POLL)
        made = wire.get("look after the snapshot", f"{path}{made['id']}")
    raise late(wire.where, f"no snapshot after {polls * _POLL:.0f} s", "The server's log says more. Pull again.")


def _failed(wire: Wire, path: str) -> ServerError:
    project = path.split("/")[2]
    return ServerError(
        f"{wire.where}: project {project}",
        "the server could not write a snapshot",
        "One cause is known: half of a character (a lone surrogate) in a task or an answer. Its log says more; "
        f"GET /api/tasks/?project={project}&fields=all&page_size=1&page=N answers 500 for the task that has it.",
    )


def _downloaded(wire: Wire, path: str, file: IO[bytes]) -> str:
    """Bring the file here, and return its MD5, which is the digest that the server names."""
    digest = hashlib.md5(usedforsecurity=False)
    file.seek(0)
    file.truncate()
    with wire.download("fetch the snapshot", path) as parts:
        for part in parts:
            digest.update(part)
            file.write(part)
    file.seek(0)
    return digest.hexdigest()


def _clear(wire: Wire, path: str, *states: str) -> None:
    for one in _ours(wire, path):
        if one["status"] in states:
            _remove(wire, f"{path}{one['id']}")


def _remove(wire: Wire, path: str) -> None:
    """Delete a snapshot. One that is gone by the second attempt was deleted by the first."""
    try:
        wire.ask("delete the snapshot", "DELETE", path)
    except Passing:
        wire.wait(WAITS[0])
        if int(path.rpartition("/")[2]) in [one["id"] for one in _ours(wire, path.rpartition("/")[0] + "/")]:
            wire.ask("delete the snapshot", "DELETE", path)


def _ours(wire: Wire, path: str) -> list[dict[str, Any]]:
    """Our snapshots, the newest first."""
    return [one for one in wire.get("list the snapshots", path, due=list) if one["title"] == TITLE]
