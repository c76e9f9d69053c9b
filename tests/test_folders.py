"""Folders that are made whole or not at all."""

from pathlib import Path

import pytest

from claimstance.folders import exchange


def test_folders_are_exchanged_also_where_the_system_cannot_do_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name, encoding="utf-8")
    monkeypatch.setattr("ctypes.CDLL", lambda *a, **k: object())

    exchange(tmp_path / "new", tmp_path / "old")

    assert (tmp_path / "old" / "which").read_text(encoding="utf-8") == "new"
