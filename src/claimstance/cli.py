"""The console command: what needs no corpus around it."""

import argparse
from pathlib import Path

from claimstance import __version__, template
from claimstance.command import run


def main() -> None:
    """Run `claimstance` with the arguments of the process."""
    run(_main)


def _main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="claimstance", description="Claims, their sources, and the stance of each source."
    )
    parser.add_argument("--version", action="version", version=f"claimstance {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    new = commands.add_parser(
        "new", help="make an empty corpus of the same layout", description="Make an empty corpus."
    )
    new.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet, or is empty")
    new.set_defaults(does=_new)
    judged = commands.add_parser(
        "validate", help="judge a build, a release or a copy of a published dataset", description="Judge a folder."
    )
    judged.add_argument("folder", metavar="DIR", type=Path, help="a folder with a README.md and Parquet files below it")
    judged.add_argument("--against", metavar="DIR", type=Path, help="the release before it, to compare with")
    judged.add_argument("--report", metavar="DIR", type=Path, help="where the report goes (default: none is written)")
    judged.set_defaults(does=_validate)
    said = parser.parse_args(arguments)
    return int(said.does(said))


def _new(said: argparse.Namespace) -> int:
    template.new(said.folder)
    print(f"{said.folder}: an empty corpus. Its README.md says what comes next.")
    return 0


def _validate(said: argparse.Namespace) -> int:
    from claimstance.validate import corpus_of, tell, validate

    found = validate(said.folder, corpus=corpus_of(said.folder), last=said.against)
    print(tell(found, said.report))
    return 0 if found.verdict.passed else 1
