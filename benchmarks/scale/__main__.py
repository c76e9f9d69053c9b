"""The floor, our build by one worker, two and Dask's, and other tools at the same job: side by side, with ratios.

    python -m benchmarks.scale [--articles 10000] [--growth 2500 10000 40000] [--page]

Every job gets a pool of --articles; the floor and ours also those of --growth. What is not installed is named and left
out. --page writes scale.md and scale.svg beside this file. Linux.
"""

import argparse
import importlib.util
import os
from pathlib import Path

import pyarrow.parquet as pq
from benchmarks.scale.figures import Figures, Run
from benchmarks.scale.jobs import GROWING, JOBS, Job
from benchmarks.scale.measure import Failed, measure
from benchmarks.scale.page import compared, grown, page, wanted
from benchmarks.scale.plot import plot
from benchmarks.scale.pools import corpus, pool

from claimstance.command import printable, run
from claimstance.shown import aligned

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claimstance" / "benchmarks"
COMMAND = "python -m benchmarks.scale"
COMMON = 10_000  # articles that every job gets
GROWTH = (2_500, 10_000, 40_000)


def main(arguments: list[str]) -> int:
    """Exit code 0: measured and shown, whatever the targets say."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=COMMON, metavar="N", help=f"for every job ({COMMON})")
    parser.add_argument("--growth", type=int, nargs="*", default=GROWTH, metavar="N", help="for the floor and ours")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help="where pools are kept")
    parser.add_argument("--page", type=Path, nargs="?", const=HERE, metavar="DIR", help="where scale.md and .svg go")
    said = parser.parse_args(arguments)
    found = figures(said.cache, said.articles, said.growth)
    for rows in (compared(found), grown(found), wanted(found)):
        print(printable("\n".join(["", *aligned(rows)])))
    if said.page:
        line = f"{COMMAND} --articles {said.articles} --growth {' '.join(map(str, said.growth))} --page"
        said.page.mkdir(parents=True, exist_ok=True)
        (said.page / "scale.md").write_text(page(found, line, "scale.svg"), encoding="utf-8")
        (said.page / "scale.svg").write_text(plot(found), encoding="utf-8")
    return 0


def figures(cache: Path, few: int, growth: list[int]) -> Figures:
    """It will measure every job on `few` articles and those that grow on the others, and say what each took."""
    runs, load = [], os.getloadavg()[0]
    for count in sorted({few, *growth}):
        path = pool(cache, count)
        for job in JOBS if count == few else GROWING:
            runs.append(one := measured(job, path, count))
            took = one.problem or f"{one.cpu:.2f} CPU s, {one.wall:.2f} wall s"
            print(printable(f"{job.shown}, {count:,} articles: {took}"), flush=True)
    return Figures(few, runs, load)


def measured(job: Job, path: Path, count: int) -> Run:
    """One job on a corpus of its own, or why it cannot be run."""
    if lacks := [name for name in job.needs if importlib.util.find_spec(name) is None]:
        return Run(job, count, problem=f"not there: {', '.join(lacks)} ({job.install})")
    with corpus(path) as root:
        try:
            imports = measure(job.module, root, job.workers, imports=True)
            took = measure(job.module, root, job.workers)
        except Failed as error:
            return Run(job, count, problem=f"failed: {error}")
        return Run(job, count, imports, took, rows(root / "build"))


def rows(out: Path) -> dict[tuple[str, str], int]:
    """How many rows there are of each table and split."""
    found: dict[tuple[str, str], int] = {}
    for path in sorted(out.glob("*/*.parquet")):
        key = (path.parent.name, path.stem.partition("-")[0])
        found[key] = found.get(key, 0) + pq.read_metadata(path).num_rows
    return found


if __name__ == "__main__":
    run(main)
