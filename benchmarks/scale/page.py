"""The page: what was measured, as tables in Markdown, with what makes the comparison unfair."""

import importlib.metadata
import math
import platform
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.scale.figures import Figures, Run
from benchmarks.scale.jobs import FLOOR, GROWING, JOBS, ONE, TWO

from claimstance.crew import cores

TOOLS = ("pyarrow", "numpy", "pandas", "datasets", "polars", "datatrove", "spacy", "distributed")
HEAD = """# What a build costs, and how it grows

Written by `python -m benchmarks.scale --page`; [README.md](../README.md) says how to repeat it. Each job is a process
of its own, one after the other, on the same pool of invented articles of 2 to 4 kB. Seconds are without the imports,
which have a column. CPU seconds are those of all its processes. "All MB" is what these held together, seen twice a
second; the biggest one's peak is exact.
"""
UNFAIR = (
    "The other tools make the same tables with our functions for each article and our groups and splits, where the"
    " list does not say otherwise. Their offsets hold, their rows are as the schemas have them, labels are numbers,"
    " rows are in order of article and key, and citations are audited. How rows are read, moved, joined, sorted and"
    " written is theirs. None of them keeps a ledger, or writes digests and a card, as a build does; they leave the"
    " search for cycles of objects on, which a build turns off. All have the same cores."
)


def page(figures: Figures, line: str, picture: str) -> str:
    """It will be the page; `line` is the command that measured, `picture` the file of the plot."""
    parts = [
        HEAD,
        f"    {line}\n",
        f"{_machine()} Load when it began: {figures.load:.1f}.\n",
        f"## Side by side, {figures.few:,} articles\n",
        _table(compared(figures)),
        "\n".join(_rows_told(figures)),
        f"{UNFAIR}\n",
        "\n".join(f"- {job.shown}: {job.differs}." for job in JOBS if job.differs) + "\n",
        f"## Growth\n\n![Seconds of each job, and how they grow]({picture})\n",
        _table(grown(figures)),
        "## Targets\n",
        _table(wanted(figures)),
    ]
    return "\n".join(parts)


def compared(figures: Figures) -> list[tuple[str, ...]]:
    """Every job beside ours, on the pool that all had."""
    one, two = figures.of(ONE, figures.few), figures.of(TWO, figures.few)
    head = ("", "CPU s", "wall s", "articles a CPU s", "CPU, times ours with 1", "wall, times ours with 2")
    rows: list[tuple[str, ...]] = [(*head, "biggest MB", "all MB", "imports CPU s")]
    for job in JOBS:
        run = figures.of(job, figures.few)
        if not run.took or not run.imports:
            rows.append((job.shown, run.problem, *[""] * (len(head) + 1)))
            continue
        ratios = (f"{run.cpu / one.cpu:.2f}", f"{run.wall / two.wall:.2f}")
        seconds = (f"{run.cpu:.2f}", f"{run.wall:.2f}", f"{run.articles / run.cpu:,.0f}")
        held = (f"{run.took.peak:,.0f}", f"{run.took.together:,.0f}", f"{run.imports.cpu:.2f}")
        rows.append((job.shown, *seconds, *ratios, *held))
    return rows


def grown(figures: Figures) -> list[tuple[str, ...]]:
    """The floor and ours by the number of articles, and the slope of each."""
    head = ("articles", "floor CPU s", "1 worker CPU s", "2 workers CPU s", "1 worker, times the floor")
    rows: list[tuple[str, ...]] = [
        (*head, "1 worker wall s", "2 workers wall s", "times as fast", "1 worker MB", "2 workers, all MB")
    ]
    for count in figures.sizes:
        floor, one, two = (figures.of(job, count) for job in GROWING)
        cpu = (*(f"{run.cpu:.2f}" for run in (floor, one, two)), f"{one.cpu / floor.cpu:.1f}")
        wall = (f"{one.wall:.2f}", f"{two.wall:.2f}", f"{one.wall / two.wall:.2f}")
        held = (f"{one.took.peak:,.0f}" if one.took else "", f"{two.took.together:,.0f}" if two.took else "")
        rows.append((f"{count:,}", *cpu, *wall, *held))
    slopes = tuple(f"{figures.slope(job):.3f}" for job in GROWING)
    return [*rows, ("slope, log-log", *slopes, *[""] * 6)]


def wanted(figures: Figures) -> list[tuple[str, ...]]:
    """The targets; those about us alone are of the largest pool."""
    rows: list[tuple[str, ...]] = [("", "wanted", "measured", "reached")]
    for one in figures.targets():
        unknown = math.isnan(one.found)
        said = "not measured" if unknown else "yes" if one.reached else "no"
        rows.append((one.what, one.wanted, "" if unknown else f"{one.found:.2f}", said))
    return rows


def _rows_told(figures: Figures) -> Iterator[str]:
    """The rows that ours wrote, and in what another differs."""
    ours = figures.of(ONE, figures.few)
    yield f"Rows of ours: {', '.join(f'{count:,} {table}' for table, count in _by_table(ours).items())}."
    for run in figures.runs:
        if not run.took or run.articles != figures.few or run.job is FLOOR or run.rows == ours.rows:
            continue
        told = ", ".join(f"{count:,} {table}" for table, count in _by_table(run).items())
        same = "the same rows in other splits" if _by_table(run) == _by_table(ours) else told
        yield f"Otherwise in {run.job.shown}: {same}."
    yield "All others have the same rows in the same splits.\n"


def _by_table(run: Run) -> Counter[str]:
    found: Counter[str] = Counter()
    for (table, _), count in run.rows.items():
        found[table] += count
    return found


def _machine() -> str:
    tools = []
    for name in TOOLS:
        try:
            tools.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            tools.append(f"{name} not installed")
    where = f"{cores()} cores, {platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    return f"{where}; {', '.join(tools)}."


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *body, ""])
