"""How long alpha takes with 1,000 bootstrap rounds over 1,000,000 judgements, beside one plain call of two libraries.

    .venv/bin/python benchmarks/agreement.py [--tasks 100000] [--judges 10] [--annotators 50]

Ours begins where the libraries begin, with who said what of which item in memory, and draws articles (one a task)
again 1,000 times; the libraries compute alpha once. `krippendorff` is a peer that is measured where it is installed;
nltk holds a dict a judgement, so it gets fewer of them (--nltk) and its time is scaled up. Each job is a process of
its own. The last line is the whole table: every figure of agreement with its interval, from ballots on disk.
"""

import argparse
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve()
LABELS = ("SUPPORTS", "REFUTES", "NOT_ENOUGH_INFO", "DISPUTED", "DISCUSSES", "NO_RELATION")


def said(tasks: int, judges: int, annotators: int) -> tuple[Any, Any]:
    """Who judged each task, and what they said: tasks by judges, both; 80 % of it right."""
    chance = np.random.RandomState(1)
    first = chance.randint(0, annotators, (tasks, 1))
    who = np.sort((first + np.arange(judges)) % annotators, 1)
    truth = chance.randint(0, len(LABELS), (tasks, 1))
    guess = chance.randint(0, len(LABELS), (tasks, judges))
    return who, np.where(chance.random_sample((tasks, judges)) < 0.8, truth, guess)


def ours(who: Any, what: Any, rounds: bool = True) -> float | None:
    """Alpha by our sums, with its interval."""
    from claimstance.annotation.agreement.alpha import Votes, sums
    from claimstance.annotation.agreement.bootstrap import estimates

    tasks, judges = who.shape
    every = np.arange(tasks)
    votes = Votes(
        item=np.repeat(every, judges),
        annotator=who.ravel(),
        value=what.ravel(),
        article=every,
        batch=np.zeros(tasks, np.int64),
        times=np.ones(tasks, np.int64),
        same=np.zeros((2, tasks), np.int64),
        names=LABELS,
    )
    own = sums(votes, every, [judges])
    if not rounds:
        return float(own.measure(own.columns.sum(0, keepdims=True))[0, 0])
    return next(found[0].value for _, found in estimates([("stance", own)]))


def plain_krippendorff(who: Any, what: Any) -> float:
    """Alpha by the package krippendorff: annotators by tasks, nan where nobody said anything."""
    krippendorff = importlib.import_module("krippendorff")
    matrix = np.full((int(who.max()) + 1, len(who)), np.nan)
    matrix[who, np.arange(len(who))[:, None]] = what
    return float(krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal"))


def plain_nltk(who: Any, what: Any) -> float:
    """Alpha by nltk, from triples."""
    from nltk.metrics.agreement import AnnotationTask

    triples = [
        (f"ann-{name}", f"t{nth}", LABELS[label])
        for nth, (names, labels) in enumerate(zip(who.tolist(), what.tolist(), strict=True))
        for name, label in zip(names, labels, strict=True)
    ]
    return float(AnnotationTask(triples).alpha())


def _table(who: Any, what: Any) -> float | None:
    """The whole agreement table, from ballots as shards set them aside."""
    import pyarrow as pa

    from claimstance.annotation.agreement.ballots import SCHEMA
    from claimstance.annotation.agreement.figures import agreement
    from claimstance.merge import AllRows, set_aside

    with tempfile.TemporaryDirectory() as place:
        shards = [
            set_aside(Path(place), nth, {"ballots": pa.Table.from_pylist(rows, SCHEMA)})["ballots"]
            for nth, rows in enumerate(_ballots(who, what))
        ]
        began = time.process_time()
        rows = agreement(AllRows(shards))
        print(f"{len(rows)} figures with intervals: {time.process_time() - began:.1f} CPU s", file=sys.stderr)
    return next(float(row["value"]) for row in rows if row["agreement_id"] == "stance/pair/alpha")


def _ballots(who: Any, what: Any) -> Iterator[list[dict[str, Any]]]:
    fixed = {"batch": "b", "guideline_version": "1.0", "task": "stance", "unit": "pair", "label": "", "wave": 1}
    numbers = {"times": 1, "exact": 0, "overlap": 0}
    for first in range(0, len(who), 2000):
        yield [
            {
                **fixed,
                **numbers,
                "article_id": f"a{first + nth:08d}",
                "annotators": [f"ann-{name:03d}" for name in names],
                "values": [LABELS[label] for label in labels],
            }
            for nth, (names, labels) in enumerate(
                zip(who[first : first + 2000].tolist(), what[first : first + 2000].tolist(), strict=True)
            )
        ]


JOBS = {
    "start-up": lambda who, what: 0.0,
    "ours, no interval": lambda who, what: ours(who, what, rounds=False),
    "ours, 1,000 rounds": ours,
    "krippendorff, once": plain_krippendorff,
    "nltk, once": plain_nltk,
    "whole table": _table,
}


def measure(job: str, tasks: int, judges: int, annotators: int) -> tuple[float, float, float]:
    """CPU seconds of the job alone, peak memory in MB of its process, and alpha."""
    line = [sys.executable, str(HERE), "--job", job, "--tasks", str(tasks), "--judges", str(judges)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen([*line, "--annotators", str(annotators)], stdout=answer, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{job} failed")
        answer.seek(0)
        told = json.loads(answer.read())
    return told["cpu"], usage.ru_maxrss / 1024, told["alpha"]


def main() -> None:
    """Measure side by side and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--judges", type=int, default=10)
    parser.add_argument("--annotators", type=int, default=50)
    parser.add_argument("--nltk", type=int, default=200_000, help="judgements that nltk gets")
    parser.add_argument("--table", action="store_true", help="also the whole table, which takes minutes")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        who, what = said(given.tasks, given.judges, given.annotators)
        JOBS[given.job](who[:20], what[:20])  # imports are not what is measured
        began = time.process_time()
        alpha = JOBS[given.job](who, what)
        print(json.dumps({"cpu": time.process_time() - began, "alpha": alpha}))
        return
    jobs = [job for job in JOBS if job != "whole table" or given.table]
    if importlib.util.find_spec("krippendorff") is None:
        jobs.remove("krippendorff, once")
        print("krippendorff is not installed here, so it is not measured")
    print(f"{'job':>20} {'judgements':>11} {'CPU s':>9} {'peak MB':>8} {'alpha':>9}")
    took = {}
    for job in jobs:
        tasks = given.nltk // given.judges if job.startswith("nltk") else given.tasks
        cpu, peak, alpha = measure(job, tasks, given.judges, given.annotators)
        took[job] = cpu * given.tasks / tasks
        print(f"{job:>20} {tasks * given.judges:>11,} {cpu:>9.3f} {peak:>8.0f} {alpha:>9.6f}")
    for job in ("krippendorff, once", "nltk, once"):
        if job in took:
            print(f"1,000 rounds of ours: {took['ours, 1,000 rounds'] / took[job]:.2f} times {job} (at the same size)")


if __name__ == "__main__":
    main()
