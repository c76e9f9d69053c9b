"""The console command: what needs no corpus around it."""

import argparse
import sys
from pathlib import Path

from claimstance import __version__, template
from claimstance.command import printable, run


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
    differ = commands.add_parser(
        "diff", help="say what is not as it was between two releases", description="Compare two releases, row by row."
    )
    which = "a folder, a version of the corpus around this folder, or a revision on the Hub: org/name@v1.0.0"
    differ.add_argument("old", metavar="OLD", help=which)
    differ.add_argument("new", metavar="NEW", help="likewise")
    forms = ("terminal", "markdown", "json", "html")
    differ.add_argument("--as", dest="form", choices=forms, default="terminal", help="the form (default: terminal)")
    differ.add_argument("--out", metavar="FILE", type=Path, help="where it goes (default: standard output)")
    differ.set_defaults(does=_diff)
    back = commands.add_parser(
        "rehydrate",
        help="put texts back that a release may not carry",
        description="Put texts back that a release withholds, if you have them. The result is for you alone.",
    )
    back.add_argument("release", metavar="RELEASE", help="a folder, or a revision on the Hub: org/name@v1.0.0")
    back.add_argument(
        "--texts",
        metavar="DIR|JSONL",
        type=Path,
        required=True,
        help='<article_id>.md or .txt, or lines {"article_id": …, "text": …}; likewise of sources',
    )
    back.add_argument("--out", metavar="DIR", type=Path, help="a new folder (default: <RELEASE>-rehydrated)")
    back.set_defaults(does=_rehydrate)
    said = parser.parse_args(arguments)
    return int(said.does(said))


def _new(said: argparse.Namespace) -> int:
    template.new(said.folder)
    print(f"{said.folder}: an empty corpus. Its README.md says what comes next.")
    return 0


def _diff(said: argparse.Namespace) -> int:
    from claimstance.between import between, told

    parts = told(between(said.old, said.new), said.form)
    if said.out is None:
        sys.stdout.writelines(map(printable, parts))
        return 0
    with said.out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)
    print(f"Written to {said.out}.")
    return 0


def _rehydrate(said: argparse.Namespace) -> int:
    from claimstance.rehydrate import rehydrate, told

    print(printable(told(rehydrate(said.release, said.texts, said.out))))
    return 0


def _validate(said: argparse.Namespace) -> int:
    from claimstance.validate import corpus_of, tell, validate

    found = validate(said.folder, corpus=corpus_of(said.folder), last=said.against)
    print(tell(found, said.report))
    return 0 if found.verdict.passed else 1
