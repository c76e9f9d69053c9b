"""Folders that are made whole or not at all."""

from pathlib import Path

import pytest

from claimstance.folders import exchange, workplace


def test_folders_are_exchanged_also_where_the_system_cannot_do_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name, encoding="utf-8")
    monkeypatch.setattr("ctypes.CDLL", lambda *a, **k: object())

    exchange(tmp_path / "new", tmp_path / "old")

    assert (tmp_path / "old" / "which").read_text(encoding="utf-8") == "new"


def test_what_was_moved_aside_comes_back_where_the_new_one_never_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, usual = tmp_path / "old", Path.rename
    out.mkdir()
    (out / "which").write_text("old", encoding="utf-8")
    monkeypatch.setattr("ctypes.CDLL", lambda *a, **k: object())

    def killed(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return usual(path, target)

    place = tmp_path / ".old.partial"
    (place / "new").mkdir(parents=True)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "rename", killed)
        exchange(place / "new", out)
    assert not out.exists()

    with workplace(out, "build"):
        assert (out / "which").read_text(encoding="utf-8") == "old"


def test_what_a_killed_process_had_begun_in_the_folder_that_is_kept_goes(tmp_path: Path) -> None:
    kept = tmp_path / ".build.partial" / "kept"
    (kept / ".begun").mkdir(parents=True)
    (kept / ".begun" / "part").touch()
    (kept / ".index.partial").touch()
    (kept / "index").touch()

    with workplace(tmp_path / "build", "build", keep="kept"):
        left = [path.name for path in kept.iterdir()]

    assert left == ["index"]
