"""How fast and how lean a build is: 10,000 and 40,000 synthetic articles of 2-4 kB, by one process and by several,
beside pandas.

    .venv/bin/python benchmarks/build.py [--articles 10000] [--workers 2] [--no-pandas]

Each run is a process of its own; CPU seconds and the peak of the biggest process's memory come from the system's
accounting of it and of all that it started (Linux). On a machine that has other work, wall seconds say little: so the
ratio is also told by CPU seconds, as if each process had a core of its own: those that one process takes, over those of
the process that leads and an equal share of its workers'. The pandas version does the same job with the same functions
for each article (apply, explode, groupby, to_parquet), which leaves the ways of moving the rows to compare.
"""

import argparse
import contextlib
import ctypes
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent / "scripts"))  # for scripts/build.py, whose stages these are
WORDS = (
    "harbour board gate tide council letter winter ferry crossing price report engineer school market water storm"
    " village bridge meeting figure quarter union driver station garden paper clinic season budget timber island signal"
).split()
ATTRIBUTED = 0.15  # of the sentences; 295 real news articles have 3 attributions in 3 kB
VERBS = ["said", "confirmed", "denied", "warned", "reported", "noted", "announced"]
NAMES = ("Halda Brann", "Emrik Sool", "Tove Halvarn", "Dagny Orme", "Bertil Anq", "Sigrun Maal", "Rune Askel")


def article(number: int) -> dict[str, str]:
    """One invented article of 2-4 kB: about 21 sentences, 8 markers, 4 listed sources; the same for the same number."""
    chance = random.Random(number)
    paragraphs = []
    sources = chance.randint(3, 6)
    for _ in range(chance.randint(5, 9)):
        sentences = []
        for _ in range(3):
            words = " ".join(chance.choices(WORDS, k=chance.randint(9, 17)))
            said = f"{chance.choice(NAMES)} {chance.choice(VERBS)} that the {words}"
            marker = f" [{chance.randint(1, sources)}]" if chance.random() < 0.4 else ""
            sentences.append(
                (said if chance.random() < ATTRIBUTED else f"The {words}")
                + f" in {chance.randint(1990, 2026)}{marker}."
            )
        paragraphs.append(" ".join(sentences))
    listed = " ".join(
        f"[{nth}] Outlet {chance.randint(1, 400)} ({chance.randint(2015, 2026)}):"
        f" {' '.join(chance.choices(WORDS, k=6))}."
        f" https://outlet.example/{number}/{nth}"
        for nth in range(1, sources + 1)
    )
    text = "\n".join([f"The {' '.join(chance.choices(WORDS, k=6))}", *paragraphs, f"Sources: {listed}"])
    return {
        "id": f"a{number:08d}",
        "url": f"https://paper.example/{number}",
        "publisher": f"Paper {chance.randint(1, 50)}",
        "published": f"20{chance.randint(10, 25)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
        "language": "en",
        "licence": "CC0-1.0",
        "text": text,
    }


def corpus(folder: Path, count: int) -> Path:
    """A corpus of `count` articles in one pool file."""
    from claimstance import template

    template.new(folder)
    (folder / "corpus" / "pool").mkdir()
    with (folder / "corpus" / "pool" / "articles.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(article(number), ensure_ascii=False) + "\n" for number in range(count))
    return folder


def ours(folder: Path, workers: int) -> None:
    """The build, as scripts/build.py does it."""
    from build import STAGES
    from claimstance.build import build

    build(folder, folder / "build", STAGES, workers=workers)


def plain_pandas(folder: Path, workers: int) -> None:
    """The same tables by plain pandas, which holds everything at once."""
    import pandas as pd

    from build import STAGES
    from claimstance.articles import read
    from claimstance.splits import ledger
    from claimstance.splits.groups import groups
    from claimstance.splits.signatures import signatures
    from claimstance.stages import Beside, run

    raw = pd.Series(sorted(read.corpus_articles(folder, []), key=lambda one: one.article_id))
    made = raw.apply(lambda one: run(STAGES, {"raw": [one], "tasks": [], **Beside({}, {}).given}))
    tables = {}
    for name in ("articles", "sentences", "citations", "sources"):
        rows = made.apply(lambda one, name=name: one[name]).explode().dropna()
        tables[name] = pd.DataFrame(rows.tolist())
    articles = tables["articles"]
    addresses = tables["sources"].dropna(subset=["canonical_url"])[["article_id", "canonical_url"]].drop_duplicates()
    ids = articles["article_id"].tolist()
    found = groups(
        ids,
        signatures(articles["text"].tolist()),
        articles["event"].tolist(),
        [],
        list(addresses.itertuples(index=False, name=None)),
    )
    shares = {"train": 0.8, "validation": 0.1, "test": 0.1}
    decision = ledger.decide(ids, found.of, {}, shares, "0.1.0")
    for name, table in tables.items():
        table["split"] = table["article_id"].map(decision.split_of)
        for split, part in table.groupby("split"):
            (folder / "pandas" / name).mkdir(parents=True, exist_ok=True)
            part.to_parquet(folder / "pandas" / name / f"{split}.parquet", compression="zstd")


def nothing(folder: Path, workers: int) -> None:
    """The imports alone, for the start-up that every run pays."""
    import build  # noqa: F401


JOBS = {"ours": ours, "pandas": plain_pandas, "start-up": nothing}


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of the process that leads and of all that it started, wall seconds, peak memory in MB."""

    leads: float
    workers: float
    wall: float
    peak: float

    @property
    def cpu(self) -> float:
        """CPU seconds of all."""
        return self.leads + self.workers


def measure(job: str, folder: Path, workers: int = 1) -> Measured:
    """One job in a process of its own. What that leaves behind becomes ours, so that its CPU seconds are counted."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    began = time.monotonic()
    line = [sys.executable, str(HERE), "--job", job, "--folder", str(folder), "--workers", str(workers)]
    process = subprocess.Popen(line)
    _, status, usage = os.wait4(process.pid, 0)
    wall, others, peak = time.monotonic() - began, 0.0, usage.ru_maxrss
    if status:
        raise SystemExit(f"{job} failed")
    with contextlib.suppress(ChildProcessError):
        while True:
            _, _, more = os.wait4(-1, 0)
            others, peak = others + more.ru_utime + more.ru_stime, max(peak, more.ru_maxrss)
    return Measured(usage.ru_utime + usage.ru_stime, others, wall, peak / 1024)


def main() -> None:
    """Measure side by side and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-pandas", action="store_true")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.job:
        JOBS[said.job](said.folder, said.workers)
        return
    with tempfile.TemporaryDirectory() as place:
        few, many = (corpus(Path(place) / str(count), count) for count in (said.articles, 4 * said.articles))
        start = measure("start-up", few)
        print(f"start-up (imports): {start.cpu:.2f} CPU s, {start.peak:.0f} MB")
        print(f"{'run':>16} {'articles':>9} {'CPU s':>7} {'articles/CPU s':>15} {'wall s':>7} {'peak MB':>8}")
        jobs = [("ours", few, 1, 1), ("ours", many, 4, 1), ("ours", many, 4, said.workers)]
        jobs += [] if said.no_pandas else [("pandas", few, 1, 1)]
        found = []
        for job, folder, times, workers in jobs:
            one = measure(job, folder, workers)
            found.append(one)
            count, name = times * said.articles, f"{job}, {workers}"
            speed = count / (one.cpu - start.cpu)
            print(f"{name:>16} {count:>9} {one.cpu:>7.2f} {speed:>15.0f} {one.wall:>7.2f} {one.peak:>8.0f}")
        one, four, shared = found[:3]
        print(f"memory: 4 times the articles take {four.peak / one.peak:.2f} times the memory")
        share = shared.leads + shared.workers / said.workers
        by_cpu, by_clock = four.cpu / share, four.wall / shared.wall
        print(f"{said.workers} workers: {by_cpu:.2f} times as fast by CPU seconds, {by_clock:.2f} by the clock")
        print(f"the process that leads takes {shared.leads:.2f} CPU s of {shared.cpu:.2f}")
        for pandas in found[3:]:
            ratio = (pandas.cpu - start.cpu) / (one.cpu - start.cpu)
            print(f"pandas: {ratio:.1f} times the CPU, {pandas.peak / one.peak:.1f} times the memory")


if __name__ == "__main__":
    main()
