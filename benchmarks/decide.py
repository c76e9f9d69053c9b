"""What deciding groups and splits takes: invented narrow columns of 100,000 and 1,000,000 articles, no texts.

    .venv/bin/python benchmarks/decide.py [--articles 100000 1000000]

Of ten articles one is of an event that five share, one a near copy; each has a claim of its own and five addresses, of
which every tenth is shared. Each run is a process of its own: first with an empty ledger, then with one that has all
articles, then with an index that has them all, too. Memory is looked at all the time (Linux): all of it, and what is no
page of a file.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import numpy as np

from claimstance.crew import Crew
from claimstance.splits.decide import Narrow, set_aside
from claimstance.splits.ledger import append, check
from claimstance.splits.signatures import BINS, WIDTH

SHARD, INDEX = 2000, "index"
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


def columns(folder: Path, count: int) -> None:
    """The narrow columns of so many articles, as shards set them aside."""
    dice = np.random.default_rng(1)
    for first in range(0, count, SHARD):
        ids = [f"a{(number * 7919) % count:08d}" for number in range(first, min(count, first + SHARD))]
        articles = [{"article_id": one, "text": "", "text_sha256": one, "event": None} for one in ids]
        for nth in range(0, len(ids), 10):
            articles[nth]["event"] = f"event {dice.integers(count // 50)}"
        claims = [{"article_id": one, "claim_group": f"claim of {one}"} for one in ids]
        cited = dice.integers(count, size=(len(ids), 5))
        cited[:, 1:] += count * np.arange(1, 5)
        cited[:, 1:][dice.random((len(ids), 4)) < 0.9] += 2**40 + first
        addresses = [(one, f"outlet.example/{at}") for one, row in zip(ids, cited.tolist(), strict=True) for at in row]
        set_aside(folder, first, articles, claims, addresses)
        signed = dice.integers(2**32, size=(len(ids), WIDTH), dtype=np.uint32)
        signed[:, BINS] = 500
        signed[5::10] = signed[4::10][: len(signed[5::10])]
        signed[5::10, :9] += 1
        signed.tofile(folder / f"{first:06d}.signatures")


def decide(folder: Path, count: int) -> None:
    """What a build does of it."""
    recorded = folder / "splits.csv"
    check(recorded)
    narrow = Narrow(Path(tempfile.mkdtemp(dir=folder)))
    for first in range(0, count, SHARD):
        narrow.add(folder, first)
    decided = narrow.decide(recorded, SHARES, "1.0.0", Crew(1), folder / INDEX)
    if decided.new:
        append(recorded, decided.entries())


def measured(folder: Path, count: int) -> str:
    """CPU seconds of one such process, and its peaks: of all its memory, and of what is no page of a file; MB."""
    before, anonymous, whole = getrusage(RUSAGE_CHILDREN), 0, 0
    process = subprocess.Popen([sys.executable, __file__, "--job", str(folder), "--articles", str(count)])
    while process.poll() is None:
        said = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        sizes = dict(line.split()[:2] for line in said.splitlines() if line.endswith("kB"))
        anonymous = max(anonymous, int(sizes.get("RssAnon:", 0)))
        whole = max(whole, int(sizes.get("VmHWM:", 0)))
        time.sleep(0.005)
    if process.returncode:
        raise SystemExit("it failed")
    after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{cpu:>7.2f} {whole / 1024:>8.0f} {anonymous / 1024:>13.0f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--job", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.job:
        decide(said.job, said.articles[0])
        return
    print(f"{'articles':>9} {'ledger':>6} {'index':>6} {'CPU s':>7} {'peak MB':>8} {'of it no file':>13}")
    for count in [0, *said.articles]:
        with tempfile.TemporaryDirectory() as folder:
            columns(Path(folder), count)
            for ledger, index in (("empty", "none"), ("full", "none"), ("full", "full")) if count else ():
                if index == "none":
                    (Path(folder) / INDEX).unlink(missing_ok=True)
                print(f"{count:>9} {ledger:>6} {index:>6} {measured(Path(folder), count)}", flush=True)


if __name__ == "__main__":
    main()
