"""What the gate costs on a million claims, beside its checks written by hand in DuckDB.

    .venv/bin/python benchmarks/validate.py [--claims 1000000] [--cores 2] [--cache FOLDER]

Invents a corpus that keeps every promise (benchmarks/synthetic.py; kept in FOLDER, because a million claims take four
minutes), judges its build by scripts/validate.py with its report, and does the same checks by hand
(benchmarks/by_hand.py). Each is a process of its own on the same cores; CPU seconds are those of the process and its
children. What both import is measured apart, with the imports alone. Both have to find the same.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ROOT = HERE.parent.parent
sys.path[:1] = [str(ROOT)]  # for benchmarks.*; beside this file, `validate` would be two modules
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claimstance" / "benchmarks"
GATE = [str(ROOT / "scripts" / "validate.py")]
# What each imports before it is done.
FACTS = (
    "claimstance.facts",
    "datasets",
    "phonenumbers",
    "py3langid",
    "scipy.special",
    "sklearn.linear_model",
    "stdnum",
)
IMPORTS = {
    "gate": f"import claimstance.validate, duckdb, great_expectations as gx, {', '.join(FACTS)}; gx.get_context()",
    "by hand": f"import duckdb, {', '.join(FACTS)}",
}


@dataclass(frozen=True, slots=True)
class Took:
    """CPU seconds, wall seconds, peak memory in MB, and what was printed."""

    cpu: float
    wall: float
    peak: float
    said: str


def measure(arguments: list[str], cores: set[int], fails: tuple[int, ...] = (0,)) -> Took:
    """It will run Python with these arguments on these cores, and say what it took."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}", "GX_ANALYTICS_ENABLED": "false"}
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=out,
            env=environment,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        out.seek(0)
        said = out.read().decode()
    if os.waitstatus_to_exitcode(status) not in fails:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{said}")
    return Took(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, said)


def gate(root: Path, cores: set[int]) -> tuple[Took, dict[str, int]]:
    """The whole gate, its report included, and how many rows broke each check."""
    with tempfile.TemporaryDirectory() as place:
        took = measure([*GATE, "--corpus", str(root), "--report", place], cores, (0, 1))
        found = json.loads((Path(place) / "validation.json").read_text(encoding="utf-8"))
    return took, {one["id"]: one["rows"] for one in found["checks"] if one["status"] in ("held", "failed")}


def by_hand(root: Path, cores: set[int]) -> tuple[Took, dict[str, Any]]:
    """The same checks by hand, how many rows broke each, and how it was asked for."""
    took = measure([str(HERE), "--job", str(root)], cores)
    return took, json.loads(took.said)


def main() -> None:
    """Measure side by side and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE, help="where invented corpora are kept")
    parser.add_argument("--job", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.job:
        from benchmarks.by_hand import checks

        for module in FACTS:  # which are not what the facts are measured for
            importlib.import_module(module)
        print(json.dumps(checks(said.job)))
        return
    from benchmarks.synthetic import corpus

    root = corpus(said.cache, said.claims)
    cores = set(sorted(os.sched_getaffinity(0))[: said.cores])
    start = {name: measure(["-c", code], cores) for name, code in IMPORTS.items()}
    (took, found), (own, hand) = gate(root, cores), by_hand(root, cores)
    print(f"{said.claims:,} claims; CPU and wall seconds are without the imports")
    print(f"{'':>10} {'imports':>8} {'CPU s':>8} {'wall s':>8} {'peak MB':>8}")
    for name, one in (("gate", took), ("by hand", own)):
        print(
            f"{name:>10} {start[name].cpu:>8.2f} {one.cpu - start[name].cpu:>8.2f}"
            f" {one.wall - start[name].wall:>8.2f} {one.peak:>8.0f}"
        )
    ratio = (took.cpu - start["gate"].cpu) / (own.cpu - start["by hand"].cpu)
    print(
        f"the gate takes {ratio:.2f} times the CPU and {took.peak / own.peak:.1f} times the memory of doing it by hand"
    )
    rest = (took.cpu - start["gate"].cpu - hand["facts"]) / (own.cpu - start["by hand"].cpu - hand["facts"])
    print(f"the facts are found out by the same functions ({hand['facts']:.2f} CPU s); without them, {rest:.2f} times")
    for how, names in hand["how"].items():
        print(f"by hand {how}: {len(names)} checks")
    for name in sorted(found | hand["found"]):
        if found.get(name) != hand["found"].get(name) and not name.startswith(("suites.", "exceptions.")):
            print(f"not the same: {name}: the gate finds {found.get(name)} rows, by hand {hand['found'].get(name)}")


if __name__ == "__main__":
    main()
