"""Write a report to one annotator: what they did, known answers that they missed and why, how they agree."""

import argparse
from pathlib import Path

from claimstance.annotation import batches, exports
from claimstance.annotation.quality.feedback import report
from claimstance.annotation.studio.forms import read
from claimstance.command import printable, run
from claimstance.errors import UsageError


def main(arguments: list[str]) -> int:
    """Print the report, or put it into a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--annotator", required=True, metavar="NAME", help="the pseudonym")
    parser.add_argument("--batch", nargs="+", metavar="NAME", help="of which batches (default: all but adjudication)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where it goes (default: it is printed)")
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    said = parser.parse_args(arguments)

    annotations = said.corpus / "annotations"
    plan = batches.read(annotations / "batches.yaml")
    if said.annotator not in plan.annotators:
        raise UsageError(f"--annotator {said.annotator}: batches.yaml knows {', '.join(sorted(plan.annotators))}.")
    names = said.batch or [name for name, one in plan.batches.items() if one.purpose != "adjudication"]
    if unknown := sorted(set(names) - set(plan.batches)):
        raise UsageError(f"--batch {unknown[0]}: batches.yaml knows {', '.join(plan.batches)}.")

    by_article = exports.held(annotations)
    tasks = (task for own in by_article.values() for task in own if task.batch.name in names)
    sent = {name: exports.sent(annotations / name) for name in names}
    guideline = read(said.corpus / "schemas" / "guidelines.md")
    text = report(said.annotator, sent, tasks, guideline)
    if said.out:
        said.out.write_text(text, encoding="utf-8", newline="\n")
        print(f"{said.out}: the report for {said.annotator}. Read it before you send it.")
    else:
        print(printable(text), end="")
    return 0


if __name__ == "__main__":
    run(main)
