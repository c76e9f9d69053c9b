"""The mutation test of the gate: whatever is done to a good build at random, it does not pass."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from claimstance.gate.outcomes import Verdict
from conftest import Good, copied
from gating import against, asked, released
from mutations import damage

SEEDS = range(200)
HEADER = ("seed", "damage", "table", "row", "caught by")


def test_whatever_damage_is_done_to_a_good_build_a_critical_check_catches_it(good: Good, tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        found = list(workers.map(partial(judged, good, tmp_path), SEEDS, chunksize=5))

    lines = list(table(found))
    print("\n", *lines, sep="\n")
    if path := os.environ.get("CLAIMSTANCE_MUTATIONS"):
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [line for line in found if not line[-1]] == []


def judged(good: Good, place: Path, seed: int) -> tuple[str, ...]:
    """What was done by a seed, where, and which checks that block caught it."""
    own = copied(good, place / str(seed))
    done = damage(seed, own)
    caught = critical(asked(own, files_too=done.files_too))
    if not caught:  # a row that nothing hangs on: only who knows the last release can tell that it is gone
        released(own)
        found = critical(asked(own, last=good.folder, files_too=done.files_too))
        caught = [f"{name} against the last release" for name in found]
    return str(seed), done.what, done.table, done.row, ", ".join(caught)


def critical(verdict: Verdict) -> list[str]:
    """The checks that block a release."""
    return [name for name, one in against(verdict).items() if one.check.severity == "critical"]


def table(found: list[tuple[str, ...]]) -> Iterator[str]:
    """The lines in columns."""
    rows = [HEADER, *found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER) - 1)]
    for row in rows:
        yield "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]))
