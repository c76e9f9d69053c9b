"""One job, as the process that is measured: python -m benchmarks.scale.job JOB CORPUS WORKERS [--imports]."""

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Import what the job needs, and do it."""
    job = importlib.import_module(f"benchmarks.scale.jobs.{sys.argv[1]}")
    if "--imports" not in sys.argv:
        root = Path(sys.argv[2])
        job.run(root, root / "build", int(sys.argv[3]))


if __name__ == "__main__":
    main()
