"""A version of the corpus, made to be published: built, compared with the last one, judged, put into dist/VERSION."""

import argparse
from pathlib import Path

from build import STAGES
from claimstance.command import printable, run
from claimstance.releasing import release, told


def main(arguments: list[str]) -> int:
    """Exit code 0: the release is in dist/VERSION, and recorded; otherwise nothing was released."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", metavar="VERSION", help="its number, as in corpus/dataset.yaml")
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    said = parser.parse_args(arguments)
    print(printable(told(release(said.corpus, said.version, STAGES))))
    return 0


if __name__ == "__main__":
    run(main)
