"""Fetch the annotators' work from Label Studio into annotations/<batch>/<date>.jsonl. Doing it again changes nothing.

Beside add_articles.py the only place that asks for today's date: the file is named for it.
"""

import argparse
import os
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from claimstance import dataset
from claimstance.alone import alone
from claimstance.annotation import batches
from claimstance.annotation.studio import server
from claimstance.annotation.studio.pulls import pull
from claimstance.command import printable, run
from claimstance.errors import UsageError


def main(argv: list[str]) -> int:
    """Exit code 0: the work of each batch is here; what stood here before is never lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", action="append", required=True, metavar="NAME", help="a batch of batches.yaml")
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="the day that names the file (default: today, UTC)")
    given = parser.parse_args(argv)

    annotations = given.corpus / "annotations"
    plan = batches.read(annotations / "batches.yaml")
    for name in given.batch:
        if name not in plan.batches or not (annotations / name).is_dir():
            raise UsageError(f"{annotations}: there is no batch {name}. Send it first: scripts/push_tasks.py.")
    try:
        day = date.fromisoformat(given.date) if given.date else datetime.now(UTC).date()
    except ValueError:
        raise UsageError(f"--date {given.date} is no day. Say it as 2026-12-01.") from None

    corpus = dataset.read(given.corpus / "corpus" / "dataset.yaml").name
    found = server.connection(os.environ, given.corpus / ".label-studio")
    with server.connect(*found) as there, alone(annotations, "push or pull"):
        for name in given.batch:
            batch = plan.batches[name]
            title = batches.title(corpus, batch.form, batch.guideline_version)
            with tempfile.TemporaryDirectory() as folder:
                raw = there.export(there.find(title), Path(folder))
                print(printable(pull(annotations / name, plan, raw, there.people(), day.isoformat()).text()))
    return 0


if __name__ == "__main__":
    run(main)
