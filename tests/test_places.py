"""Places: a release is copied to a folder or a store, where it is seen whole or not at all."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from claimstance import dataset
from claimstance.errors import PublishError, UsageError
from claimstance.release.manifest import manifest, written
from claimstance.release.publishing.places import MARK, copy
from claimstance.release.publishing.sealed import sealed
from claimstance.table import Schemas
from conftest import files
from storing import bucket

KINDS = ["folder", "file", "memory", "s3"]
SPOILABLE = pytest.mark.parametrize("place", KINDS[:3], indirect=True)  # where a test can get between
CONTENTS = {"README.md": b"# Small\n", "a.txt": b"a\n", "data/b.bin": b"b" * 3_000}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A release of three files."""
    return made(tmp_path / "small", CONTENTS)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a place of each kind."""
    if request.param == "s3":
        with bucket() as url:
            yield f"{url}/place"
        return
    at = {"folder": str(tmp_path / "a place"), "file": f"file://{tmp_path}/place", "memory": "memory://bucket/place"}
    yield at[request.param]
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def made(folder: Path, contents: dict[str, bytes], version: str = "1.0.0") -> Path:
    """A release of these files, which nobody could load."""
    for path, data in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    written(folder, manifest(folder, Schemas({}, {}), dataset.Dataset("small", "Small", "", version, {})))
    (folder / "report").mkdir()
    (folder / "report" / "validation.json").write_text(json.dumps({"passed": True, "version": version}))
    return folder


def held(place: str) -> dict[str, bytes]:
    """What is in a place, by path."""
    system, root = fsspec.core.url_to_fs(place)
    return {path.removeprefix(f"{root}/"): system.cat_file(path) for path in system.find(root)}


def shipped(folder: Path, version: str = "1.0.0") -> dict[str, bytes]:
    """What of a release belongs into a place."""
    return {f"{version}/{path}": data for path, data in files(folder).items() if not path.startswith("report/")}


def said(folder: Path, place: str, **more: Any) -> str:
    """What is said of a copy, or why there was none."""
    try:
        return copy(sealed(folder), place, **more)
    except PublishError as error:
        return str(error)


def write(place: str, path: str, data: bytes) -> None:
    system, root = fsspec.core.url_to_fs(place)
    system.makedirs(f"{root}/{path}".rsplit("/", 1)[0], exist_ok=True)
    system.pipe_file(f"{root}/{path}", data)


def test_a_release_is_copied_and_said_to_be_there_the_next_time(small: Path, place: str) -> None:
    told = [said(small, place, dry=True), said(small, place), said(small, place), said(small, place, dry=True)]

    was = f"small 1.0.0 was at {place}/1.0.0 already, each file verified."
    assert (told, held(place)) == (
        [
            f"To {place}/1.0.0 would go:\n  add    README.md\n  add    a.txt\n  add    data/b.bin\n"
            "  add    MANIFEST.json\nNothing was written.",
            f"small 1.0.0 is at {place}/1.0.0: 4 files, each verified.",
            was,
            was,
        ],
        {**shipped(small), "latest": b"1.0.0\n"},
    )


def test_a_dry_run_writes_nothing(small: Path, place: str) -> None:
    said(small, place, dry=True)

    assert held(place) == {}


@pytest.mark.parametrize("damage", ["fails", "fails after half", "is killed"])
@SPOILABLE
def test_it_may_end_at_any_write_and_is_no_release_until_all_is_there(
    small: Path, place: str, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    left: list[int] = []
    kinds = (LocalFileSystem, MemoryFileSystem)

    def spoiled(usual: Callable[..., Any]) -> Callable[..., Any]:
        def act(system: Any, *arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                if damage == "fails after half" and usual.__name__ != "rm_file":
                    one, other = arguments
                    target, data = (one, other) if usual.__name__ == "pipe_file" else (other, Path(one).read_bytes())
                    with system.open(target, "wb") as file:
                        file.write(data[: len(data) // 2])
                raise KeyboardInterrupt if damage == "is killed" else OSError("the disk is full")
            return usual(system, *arguments, **more)

        return act

    wrong, runs = [], 0
    for kind in kinds:
        for name in ("put_file", "pipe_file", "rm_file"):
            monkeypatch.setattr(kind, name, spoiled(getattr(kind, name)))
    for writes in range(12):
        left[:] = [writes]
        runs += 1
        try:
            told = said(small, place)
        except KeyboardInterrupt:
            told = "killed"
        left[:] = [1_000]
        now = held(place)
        whole = {path: data for path, data in now.items() if not path.endswith((MARK, ".partial", "latest"))}
        if now.get("1.0.0/MANIFEST.json") == shipped(small)["1.0.0/MANIFEST.json"] and whole != shipped(small):
            wrong.append((writes, sorted(now)))
        if "each verified" in told or "each file verified" in told:
            break

    assert (wrong, runs > 3, held(place)) == ([], True, {**shipped(small), "latest": b"1.0.0\n"})


def test_another_release_of_that_version_is_not_replaced(small: Path, place: str, tmp_path: Path) -> None:
    said(small, place)
    other = made(tmp_path / "other", {**CONTENTS, "a.txt": b"b\n"})

    told = said(other, place)

    assert (told, held(place)) == (
        f"{place}/1.0.0: it is another 1.0.0. A release is never replaced, because people use it: give this one another"
        " version.",
        {**shipped(small), "latest": b"1.0.0\n"},
    )


def test_what_somebody_keeps_there_is_not_touched(small: Path, place: str) -> None:
    write(place, "1.0.0/a.txt", b"mine")

    told = said(small, place)

    assert (told, held(place)) == (
        f"{place}/1.0.0: files are there that this did not bring: a.txt. Take another place, or put them away and run"
        " this again.",
        {"1.0.0/a.txt": b"mine"},
    )


@SPOILABLE
def test_a_copy_of_something_else_that_began_there_is_not_finished_as_this_one(
    small: Path, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        for kind in (LocalFileSystem, MemoryFileSystem):
            patch.setattr(kind, "put_file", lambda *arguments, **more: 1 / 0)
        said(small, place)
    other = made(tmp_path / "other", {**CONTENTS, "a.txt": b"b\n"})

    told = said(other, place)

    assert (told, list(held(place))) == (
        f"{place}/1.0.0: a copy of another 1.0.0 began there. If it is not to be finished, put the folder away and run"
        " this again.",
        [f"1.0.0/{MARK}"],
    )


@pytest.mark.parametrize(
    ("path", "data", "named"),
    [("a.txt", b"b\n", "a.txt"), ("more.txt", b"", "more.txt"), ("README.md", b"", "README.md")],
)
def test_a_copy_that_was_changed_afterwards_is_told_of(
    small: Path, place: str, path: str, data: bytes, named: str
) -> None:
    said(small, place)
    write(place, f"1.0.0/{path}", data)

    told = said(small, place)

    assert told == (
        f"{place}/1.0.0: it is not as its MANIFEST.json says: {named}. Somebody changed it after it was copied: look"
        " why, put it away, and run this again."
    )


@SPOILABLE
def test_what_is_not_kept_as_it_was_written_never_becomes_a_release(
    small: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flipped(usual: Callable[..., Any]) -> Callable[..., Any]:
        def put(system: Any, source: str, target: str, **more: Any) -> None:
            data = Path(source).read_bytes()
            system.pipe_file(target, data[:-1] + bytes([data[-1] ^ 1]))

        return put

    for kind in (LocalFileSystem, MemoryFileSystem):
        monkeypatch.setattr(kind, "put_file", flipped(kind.put_file))

    told = said(small, place)

    there = sorted(held(place))
    assert (told.split(": ")[1], "1.0.0/MANIFEST.json" in there, f"1.0.0/{MARK}" in there) == (
        "what is read there is not what was written.",
        False,
        True,
    )


def test_latest_is_the_newest_by_number_however_they_came(small: Path, place: str, tmp_path: Path) -> None:
    seen = []
    for version in ("1.9.0", "1.10.0", "1.2.0"):
        said(made(tmp_path / version, CONTENTS, version), place)
        seen.append(held(place)["latest"])

    assert seen == [b"1.9.0\n", b"1.10.0\n", b"1.10.0\n"]


def test_a_file_of_somebody_elses_that_is_called_latest_stays(small: Path, place: str) -> None:
    write(place, "latest", b"news of the valley\n")

    said(small, place)

    assert held(place) == {**shipped(small), "latest": b"news of the valley\n"}


def test_a_release_is_not_copied_onto_itself(small: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "dist" / "1.0.0")

    with pytest.raises(UsageError) as refused:
        copy(sealed(folder), str(tmp_path / "dist"))

    told = str(refused.value)
    assert told == f"{tmp_path}/dist/1.0.0 is the release itself. Name another place."


@pytest.mark.parametrize("url", ["nothing://there", "gs://bucket"])
def test_a_place_that_cannot_be_opened_is_said_to_be(small: Path, url: str) -> None:
    with pytest.raises(UsageError) as refused:
        copy(sealed(small), url)

    assert str(refused.value).startswith(url)


def test_what_opens_a_place_is_not_said(small: Path) -> None:
    with pytest.raises(PublishError) as refused:
        copy(sealed(small), "ftp://ada:secret@127.0.0.1:9/releases")

    assert ("secret" in str(refused.value), str(refused.value)[:27]) == (False, "ftp://127.0.0.1:9/releases:")


def test_the_recipe_copies_and_tells(
    small: Path, tmp_path: Path, script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    code = script("publish").main([str(small), "--to", str(tmp_path / "place")])

    told = capsys.readouterr().out
    assert (code, told) == (0, f"small 1.0.0 is at {tmp_path}/place/1.0.0: 4 files, each verified.\n")
