"""Choose what to annotate: articles that are together as the pool is, none asked before, withdrawn, or a near copy."""

import argparse
from pathlib import Path

from claimstance.command import printable, run
from claimstance.sampled import told
from claimstance.sampling import Order, sample, write


def main(arguments: list[str]) -> int:
    """Exit code 0: their ids are in annotations/BATCH.txt, for push_tasks.py; after a dry run, nothing was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", required=True, metavar="NAME", help="what the batch will be called")
    parser.add_argument("--size", required=True, type=int, metavar="N", help="how many articles")
    scores = "CSV with article_id,score: of articles that serve as well, the higher come first (uncertainty)"
    parser.add_argument("--score", type=Path, metavar="FILE", help=scores)
    parser.add_argument("--seed", default="", metavar="WORD", help="another word, other articles (default: the batch)")
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be chosen; write nothing")
    said = parser.parse_args(arguments)

    made = sample(said.corpus, Order(said.batch, said.size, said.seed, said.score))
    print(printable(f"{said.batch}: {told(made)}"))
    if said.dry_run:
        print("\nNothing was written.")
        return 0
    write(made)
    where = f" --corpus {said.corpus}" if said.corpus != Path() else ""
    print(f"\n{made.path} has their ids. To send them:")
    print(f"  python scripts/push_tasks.py --batch {said.batch} --purpose main --articles @{made.path}{where}")
    return 0


if __name__ == "__main__":
    run(main)
