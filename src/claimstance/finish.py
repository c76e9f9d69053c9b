"""Finish: what all shards set aside becomes the files of a build, each table by whichever process is free."""

import inspect
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from claimstance.crew import Crew
from claimstance.dataset import Dataset
from claimstance.merge import AllRows, Aside, finish, finish_whole
from claimstance.report import Report
from claimstance.shard import ASIDE, Shard
from claimstance.splits.decide import Decided
from claimstance.stages import Stage
from claimstance.table import Schemas, Table, is_whole


def finished(
    place: Path,
    schemas: Schemas,
    stages: Sequence[Stage],
    shards: Sequence[Shard],
    chosen: Decided,
    report: Report,
    crew: Crew,
) -> None:
    """It will write all tables below `place`/made and tell the report of them.

    Each is written in a folder of its own, and put there when it is whole: a worker that was given up for lost may
    still be at the same table.
    """
    aside = {name: [part for one in shards for part in one.tables.get(name, ())] for name in (*schemas, *ASIDE)}
    out, dataset = place / "made", report.dataset
    tables = [(place, dataset, table, aside[name], chosen.path) for name, table in schemas.items() if not table.whole]
    about_all = [
        (
            place,
            dataset,
            schemas[stage.__name__],
            stage,
            {name: aside[name] for name in inspect.signature(stage).parameters},
        )
        for stage in stages
        if is_whole(stage)
    ]
    # The biggest first, and before them those of which nobody knows how long they take.
    tasks = [*about_all, *sorted(tables, key=lambda task: -sum(one.path.stat().st_size for one in task[3]))]
    names = [f"the table {task[2].name}" for task in tasks]
    out.mkdir()
    told = {}
    made = crew.each(_finished, tasks, names)
    for nth, (came, folder) in tqdm(made, total=len(tasks), unit=" tables", disable=None, leave=False):
        name = tasks[nth][2].name
        told[name] = came
        if (folder / name).exists():  # of a table without rows there is no file
            (folder / name).rename(out / name)
    for _, _, table, *_ in (*tables, *about_all):
        report.take(told[table.name])


def _finished(
    place: Path,
    dataset: Dataset,
    table: Table,
    made_of: Sequence[Aside] | Stage,
    given: Path | Mapping[str, Sequence[Aside]],
) -> tuple[Report, Path]:
    """Write one table into a new folder, and tell of it alone."""
    out = Path(tempfile.mkdtemp(dir=place))
    report = Report(dataset, out)
    if isinstance(given, Path):
        assert not callable(made_of)  # noqa: S101 - a table of articles comes with what is decided of them
        finish(out, table, made_of, given, report)
        return report, out
    assert callable(made_of)  # noqa: S101 - a table about all of them comes with its stage
    rows = made_of(**{name: AllRows(shards) for name, shards in given.items()})
    finish_whole(out, table, table.conform(rows), report)
    report.tally_whole(table.name, rows)
    return report, out
