"""What it costs to compare two releases of a million claims, and how much memory.

    .venv/bin/python benchmarks/diff.py [--claims 1000000] [--cores 2] [--cache FOLDER]

Compares the build of an invented corpus (benchmarks/synthetic.py) with copies of it, in which more and more is not as
it was. Each comparison is a process of its own; what it imports is measured apart.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parent.parent
sys.path[:1] = [str(ROOT)]  # as in benchmarks/validate.py
IMPORTS = "import claimstance.between, duckdb"
# What is done to which tables: columns of a SELECT, and which rows are left.
KINDS: dict[str, dict[str, str]] = {
    "the same files": {},
    "claims written anew": {"claims": "*"},
    "a label in 100": {"stances": "* REPLACE (CASE WHEN hash(stance_id) % 100 = 0 THEN 1 ELSE stance END AS stance)"},
    "a claim in 100 gone": {"claims": "* WHERE hash(claim_id) % 100 > 0"},
    "a value of every claim": {"claims": "* REPLACE (n_annotators + 1 AS n_annotators)"},
    "every id of claims": {"claims": "* REPLACE (claim_id || 'x' AS claim_id)"},
    "all tables written anew": dict.fromkeys(
        ("articles", "citations", "claims", "judgements", "sentences", "sources", "stances"), "*"
    ),
}


def changed(build: Path, place: Path, tables: dict[str, str]) -> Path:
    """It will make a copy of the build in which some tables were written anew."""
    import duckdb
    import pyarrow.parquet as pq

    shutil.copytree(build, place, copy_function=os.link)
    for table, said in tables.items():
        columns, _, where = said.partition(" WHERE ")
        for path in sorted((place / table).iterdir()):
            rows = pq.read_table(path, partitioning=None)
            found = duckdb.sql(f"SELECT {columns} FROM rows WHERE {where or 'true'}")
            made = found.to_arrow_table().cast(rows.schema) if found else rows
            path.unlink()  # it is the build's own
            pq.write_table(made, path, row_group_size=10_000)
    return place


def main() -> None:
    """Compare, one kind after another, and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--cache", type=Path, help="where invented corpora are kept")
    said = parser.parse_args()
    from benchmarks.synthetic import corpus
    from benchmarks.validate import CACHE, measure

    build = corpus(said.cache or CACHE, said.claims) / "build"
    cores = set(sorted(os.sched_getaffinity(0))[: said.cores])
    start = measure(["-c", IMPORTS], cores)
    print(f"{said.claims:,} claims; imports take {start.cpu:.1f} CPU s, and are left out")
    print(f"{'':>24} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'changes':>10}")
    for kind, tables in KINDS.items():
        with tempfile.TemporaryDirectory(dir=build.parent) as place:
            new = changed(build, Path(place) / "new", tables)
            took = measure(["-c", JOB, str(build), str(new)], cores)
        cpu, wall = took.cpu - start.cpu, took.wall - start.wall
        print(f"{kind:>24} {cpu:>7.1f} {wall:>7.1f} {took.peak:>8.0f} {int(took.said):>10,}")


JOB = """
import sys
from claimstance.between import between
print(len(between(*sys.argv[1:]).rows))
"""

if __name__ == "__main__":
    main()
