"""The benchmark of scale: what it compares is the same job, and what it says follows from what was measured."""

import json
import math
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.scale.__main__ import measured, rows
from benchmarks.scale.figures import Figures, Run, slope
from benchmarks.scale.jobs import DATASETS, DATATROVE, FLOOR, ONE, PANDAS, PEERS, TWO, Job
from benchmarks.scale.jobs.common import TABLES
from benchmarks.scale.measure import Measured, measure
from benchmarks.scale.page import page
from benchmarks.scale.plot import plot
from benchmarks.scale.pools import article, corpus, pool
from lxml import etree

from build import STAGES
from claimstance.build import build
from claimstance.table import SPLITS
from conftest import REPOSITORY

FEW = 200  # some of them linked by an address alone


def took(job: Job, articles: int, cpu: float, wall: float) -> Run:
    """A run whose imports took a second; one process takes the same memory whatever it does."""
    imports = Measured(1.0, 0.0, 1.0, 80.0, 80.0)
    together = 300.0 if job.workers == 1 else 400.0 * articles**0.1
    all_of_it = Measured(cpu, 1.0, 1.0 + wall, 200.0, together)
    return Run(job, articles, imports, all_of_it, {("articles", "train"): articles})


def made_up() -> Figures:
    """Of ten times the articles ten times the seconds; datatrove was not there."""
    grown = [
        took(job, articles, articles * cpu, articles * wall)
        for articles in (1_000, 10_000)
        for job, cpu, wall in ((FLOOR, 0.001, 0.001), (ONE, 0.01, 0.01), (TWO, 0.011, 0.005))
    ]
    absent = Run(DATATROVE, 1_000, problem=f"not there: datatrove ({PEERS})")
    return Figures(1_000, [*grown, took(PANDAS, 1_000, 30, 30), took(DATASETS, 1_000, 12, 8), absent])


def test_growth_in_proportion_has_the_slope_one_and_growth_with_the_square_two() -> None:
    sizes = (10, 100, 1_000)

    found = [slope([(size, 3 * size**power) for size in sizes]) for power in (1, 2)]

    assert found == pytest.approx([1, 2])


def test_of_a_single_size_there_is_no_slope() -> None:
    assert math.isnan(slope([(10, 3), (10, 4)]))


def built(root: Path) -> dict[str, pa.Table]:
    """Each table and split of a build, as it is read: types and labels, too."""
    found = {}
    for folder in sorted(one for one in (root / "build").iterdir() if one.is_dir()):
        for split in SPLITS:
            if files := sorted(folder.glob(f"{split}*.parquet")):
                table = pa.concat_tables(map(pq.read_table, files))
                features = {b"huggingface": table.schema.metadata[b"huggingface"]}  # pandas has more to say
                found[f"{folder.name}/{split}"] = table.replace_schema_metadata(features)
    return found


def test_every_way_makes_the_same_tables_and_the_floor_moves_all_articles(tmp_path: Path) -> None:
    path, found = pool(tmp_path, FEW), {}
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))  # which each has to put in order
    with corpus(path) as root:
        audit = asdict(build(root, root / "build", STAGES).audit)
        found[ONE] = built(root)
    for job in (PANDAS, DATASETS):
        with corpus(path) as root:
            measure(job.module, root, job.workers)
            found[job] = built(root)
            assert json.loads((root / "build" / "audit.json").read_text()) == audit
    with corpus(path) as root:
        measure(FLOOR.module, root)
        assert rows(root / "build") == {("articles", "train"): FEW}

    assert {name.partition("/")[0] for name in found[ONE]} == set(TABLES)
    for job in (PANDAS, DATASETS):
        assert found[job].keys() == found[ONE].keys()
        for name, table in found[ONE].items():
            assert found[job][name].equals(table, check_metadata=True), (job.shown, name)


@pytest.mark.skipif(sys.platform != "linux", reason="what a process took at most is told by Linux alone")
def test_five_times_the_articles_take_no_more_memory(tmp_path: Path) -> None:
    # Small shards and row groups, so that a thousand articles fill them as a hundred thousand fill those of a build.
    code = """
import re, sys
from pathlib import Path
import build as recipe
from claimstance import decided, merge
from claimstance.build import build
decided.RANGE, merge.ROW_GROUP = 200, 500
root = Path(sys.argv[1])
build(root, root / "build", recipe.STAGES, shard=250)
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""  # not ru_maxrss: a process that pytest starts begins with what pytest has
    # Arrow's own allocator takes 20 MB more or less from one run to the next, and the system's has a store a thread.
    paths = [str(REPOSITORY / "scripts"), *sys.path]
    own = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
    environment = os.environ | own | {"PYTHONPATH": os.pathsep.join(paths)}
    took = []
    for count in (1_000, 5_000):
        with corpus(pool(tmp_path, count)) as root:
            line = [sys.executable, "-c", code, str(root)]
            said = subprocess.run(line, env=environment, stdout=subprocess.PIPE, check=True).stdout
            took.append(int(said))

    assert took[1] - took[0] < 20_000, took  # kB: 5 an article, of which its tables would take 12


def test_a_pool_has_reprints_under_names_of_their_own() -> None:
    first, again = article(12), article(19)

    _, _, body = first["text"].partition("\n")
    assert (again["text"].endswith(body), again["id"] != first["id"], again == article(19)) == (True, True, True)


def test_a_tool_that_is_not_there_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    lacking = Job("a tool", "floor", needs=("no_such_tool",))

    run = measured(lacking, tmp_path / "pool", FEW)

    assert run.problem == "not there: no_such_tool (pip install -e '.[peers]')"


def test_a_job_that_fails_is_told_with_its_last_line_and_stops_no_other(tmp_path: Path) -> None:
    run = measured(Job("a job", "no_such_job"), pool(tmp_path, 1), 1)

    assert run.problem == "failed: ModuleNotFoundError: No module named 'benchmarks.scale.jobs.no_such_job'"


def test_targets_are_reached_missed_or_not_measured() -> None:
    told = [(round(one.found, 2), one.reached) for one in made_up().targets() if not math.isnan(one.found)]

    assert told == [
        *[(10.0, True), (2.0, True), (6.0, True), (3.0, False), (1.6, True), (1.2, False), (1.0, True)],
        *[(1.0, True), (1.26, False)],
    ]


def test_the_page_says_what_was_reached_and_what_was_not_there() -> None:
    found = page(made_up(), "python -m benchmarks.scale", "scale.svg").splitlines()

    assert [line for line in found if "datatrove with" in line or "times the floor's" in line] == [
        "| datatrove with its MinHash | not there: datatrove (pip install -e '.[peers]') |  |  |  |  |  |  |  |",
        f"- datatrove with its MinHash: {DATATROVE.differs}.",
        "| CPU seconds, times the floor's | at most 10 | 10.00 | yes |",
        "| times as fast as datatrove with its MinHash, by the clock, 2 workers | at least 15 |  | not measured |",
        "| times as fast as datatrove with its MinHash, by CPU seconds, 1 worker | at least 15 |  | not measured |",
    ]


def test_the_plot_says_in_words_what_it_draws() -> None:
    said = etree.fromstring(plot(made_up())).findtext("{http://www.w3.org/2000/svg}desc")

    assert said == (
        "Seconds for 1,000 articles, and as articles grow."
        " floor: pyarrow, JSON Lines to Parquet: 1.0 CPU s, 1.0 wall s; ours, 1 worker: 10.0 CPU s, 10.0 wall s;"
        " ours, 2 workers: 11.0 CPU s, 5.0 wall s; plain pandas: 30.0 CPU s, 30.0 wall s;"
        " datasets.map: 12.0 CPU s, 8.0 wall s."
        " floor, CPU s: slope 1.00; 1 worker, CPU s: slope 1.00; 2 workers, wall s: slope 1.00."
    )
