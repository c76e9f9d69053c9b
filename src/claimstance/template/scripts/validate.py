"""Whether a build or a release may be trusted: every check of the suites, and a report that says what to do."""

import argparse
from pathlib import Path

from claimstance.command import run
from claimstance.validate import record, validate


def main(arguments: list[str]) -> int:
    """Judge a folder, print the verdict, write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", metavar="DIR|VERSION", help="a build, or a release (default: build)")
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--against", metavar="DIR|VERSION", help="the release before it, to compare with")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where the report goes (default: report in the corpus)"
    )
    parser.add_argument(
        "--record", action="store_true", help="write new checks to schemas/checks.csv, and nothing else"
    )
    said = parser.parse_args(arguments)
    if said.record:
        print(f"written: {record(said.corpus)}")
        return 0
    found = validate(said.corpus / "build", corpus=said.corpus)
    for one in found.verdict.outcomes:
        if not one.holds:
            print(one.check.id, one.status, one.rows, one.examined, one.places, one.note)
    return 0 if found.verdict.passed else 1


if __name__ == "__main__":
    run(main)
