"""Every check of the gate has a build that breaks it and no other, and what people read of that, told in full."""

import os
import re
from pathlib import Path

import pytest

from claimstance.gate.judge import OWN
from claimstance.gate.report.terminal import told
from conftest import Good
from gating import CHECKS, INVALID, against, asked, damaged

UPDATE = os.environ.get("CLAIMSTANCE_UPDATE") == "1"  # expected.txt is written, for somebody to read


@pytest.mark.parametrize("check", CHECKS)
def test_a_build_that_breaks_one_check_breaks_no_other(good: Good, tmp_path: Path, check: str) -> None:
    path = INVALID / check / "expected.txt"

    verdict = damaged(check, good, tmp_path / check)

    found = against(verdict) | {name: one for name, one in against(verdict, notes=True).items() if name == check}
    said = "".join(f"{line}\n" for one in found.values() for line in told(one))
    said = said.replace(f" {len(verdict.outcomes) - len(OWN)} rows of checks", " {all} rows of checks")
    if UPDATE and set(found) == {check}:
        path.write_text(said, encoding="utf-8")
    assert (set(found), said) == ({check}, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("compared", [False, True])
def test_without_damage_every_check_holds(good: Good, compared: bool) -> None:
    verdict = asked(good, last=good.folder if compared else None)

    assert (against(verdict), verdict.passed) == ({}, True)


def test_the_table_in_the_readme_names_every_check_of_the_gate_and_no_other() -> None:
    _, _, builds = (INVALID / "README.md").read_text(encoding="utf-8").partition("\n## Builds")

    named = re.findall(r"^\| `([a-z0-9._-]+)` \|", builds, re.MULTILINE)

    assert named == sorted(CHECKS)
