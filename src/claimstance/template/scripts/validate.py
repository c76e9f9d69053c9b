"""Whether a build or a release may be trusted: every check of the suites, and a report that says what to do."""

import argparse
from pathlib import Path

from claimstance.command import run
from claimstance.validate import named, record, renew, tell, validate


def main(arguments: list[str]) -> int:
    """Judge a folder, write the report, say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", nargs="?", metavar="DIR|VERSION", help="what is judged (default: build in the corpus)"
    )
    parser.add_argument("--against", metavar="DIR|VERSION", help="the release before it, to compare with")
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where the report goes (default: report in the corpus)"
    )
    parser.add_argument("--record", action="store_true", help="record all checks in schemas/checks.csv, no more")
    parser.add_argument("--figures", action="store_true", help="renew the figures of DATASHEET.md, no more")
    said = parser.parse_args(arguments)
    if said.record:
        print(f"Recorded all checks in {record(said.corpus)}. Commit it.")
        return 0
    if said.figures:
        print(f"Renewed the figures of {renew(named(said.folder, said.corpus), said.corpus)}. Read what changed.")
        return 0
    last = named(said.against, said.corpus) if said.against else None
    found = validate(named(said.folder, said.corpus), corpus=said.corpus, last=last)
    print(tell(found, said.report or said.corpus / "report"))
    return 0 if found.verdict.passed else 1


if __name__ == "__main__":
    run(main)
