"""A release to the Hub by one commit and one tag, or to a folder or store; again, it goes on from what is there."""

import argparse
import os
from pathlib import Path

from claimstance import tombstones
from claimstance.command import printable, run
from claimstance.errors import UsageError
from claimstance.release.publishing import places, publish
from claimstance.release.publishing.sealed import sealed
from claimstance.validate import named


def main(arguments: list[str]) -> int:
    """Exit code 0: the release is there whole, as read back; after a dry run, nothing was written anywhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", metavar="VERSION|DIR", help="the release: dist/VERSION in the corpus, or a folder")
    parser.add_argument("--repo", metavar="ORG/NAME", help="the repository on the Hub; the token is HF_TOKEN's")
    parser.add_argument("--to", metavar="URL", help="a folder or store (s3://…) that gets it as URL/VERSION")
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--dry-run", action="store_true", help="say what would change; send nothing")
    parser.add_argument("--private", action="store_true", help="only members may see the repository")
    parser.add_argument("--gated", choices=("auto", "manual"), help="readers ask first: let in at once, or by hand")
    parser.add_argument("--pull-request", action="store_true", help="propose it; after the merge, run this again")
    said = parser.parse_args(arguments)
    if not said.repo and not said.to:
        raise UsageError("Where to? --repo ORG/NAME, --to URL, or both.")
    wish = publish.Wish(said.private, said.gated, said.pull_request)
    release = sealed(named(said.release, said.corpus), tombstones.read(said.corpus))
    if said.repo and said.dry_run:
        print(printable(publish.preview(release, said.repo, os.environ, wish)))
    elif said.repo:
        print(printable(publish.publish(release, said.repo, os.environ, wish).told()))
    if said.to:
        print(printable(places.copy(release, said.to, dry=said.dry_run)))
    return 0


if __name__ == "__main__":
    run(main)
