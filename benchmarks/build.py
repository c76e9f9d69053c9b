"""How fast and how lean a build is: 10,000 and 40,000 synthetic articles of 2-4 kB, in one process, beside pandas.

    .venv/bin/python benchmarks/build.py [--articles 10000] [--no-pandas]

Each run is a process of its own; CPU seconds and the peak of its memory come from the system's accounting of it. The
pandas version does the same job with the same functions for each article (apply, explode, groupby, to_parquet), which
leaves the ways of moving the rows to compare.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
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


def ours(folder: Path) -> None:
    """The build, as scripts/build.py does it."""
    from build import STAGES
    from claimstance.build import build

    build(folder, folder / "build", STAGES)


def plain_pandas(folder: Path) -> None:
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


def nothing(folder: Path) -> None:
    """The imports alone, for the start-up that every run pays."""
    import build  # noqa: F401


JOBS = {"ours": ours, "pandas": plain_pandas, "start-up": nothing}


def measure(job: str, folder: Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak memory in MB of one job in a process of its own."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, str(HERE), "--job", job, "--folder", str(folder)])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{job} failed")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1024


def main() -> None:
    """Measure side by side and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--no-pandas", action="store_true")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.job:
        JOBS[said.job](said.folder)
        return
    with tempfile.TemporaryDirectory() as place:
        few, many = (corpus(Path(place) / str(count), count) for count in (said.articles, 4 * said.articles))
        start, _, base = measure("start-up", few)
        print(f"start-up (imports): {start:.2f} CPU s, {base:.0f} MB")
        print(f"{'run':>16} {'articles':>9} {'CPU s':>7} {'articles/CPU s':>15} {'wall s':>7} {'peak MB':>8}")
        peaks = {}
        runs = [("ours", few, said.articles), ("ours", many, 4 * said.articles)]
        for job, folder, count in runs + ([] if said.no_pandas else [("pandas", few, said.articles)]):
            cpu, wall, peak = measure(job, folder)
            peaks[job, count] = (cpu, peak)
            print(f"{job:>16} {count:>9} {cpu:>7.2f} {count / (cpu - start):>15.0f} {wall:>7.2f} {peak:>8.0f}")
        one, four = (peaks["ours", count][1] for _, _, count in runs)
        print(f"memory: 4 times the articles take {four / one:.2f} times the memory")
        if not said.no_pandas:
            (cpu, peak), (own, _) = peaks["pandas", said.articles], peaks["ours", said.articles]
            print(f"pandas: {(cpu - start) / (own - start):.1f} times the CPU, {peak / one:.1f} times the memory")


if __name__ == "__main__":
    main()
