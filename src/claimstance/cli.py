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
    said = parser.parse_args(arguments)
    template.new(said.folder)
    print(f"{said.folder}: an empty corpus. Its README.md says what comes next.")
    return 0
