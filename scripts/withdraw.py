"""Take articles out of the corpus for good, and say what else has to be done. Again, it finishes what was interrupted.

Beside add_articles.py and pull_annotations.py the only place that asks for today's date: the tombstone names it.
"""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from claimstance.command import printable, run
from claimstance.errors import UsageError
from claimstance.recall import told
from claimstance.withdraw import Order, withdraw


def main(arguments: list[str]) -> int:
    """Exit code 0: the corpus no longer has them; 1: refused, or a row is left to be removed by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="+", metavar="ID", help="which ones; near copies of each other together")
    parser.add_argument("--reason", default="", metavar="WORDS", help="why, for everybody to read; due the first time")
    keeps = "another article, or a source's text, that may stay though it has the same text or nearly so"
    parser.add_argument("--keep", action="append", default=[], metavar="ID", help=keeps)
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="the day of the tombstone (default: today, UTC)")
    said = parser.parse_args(arguments)
    try:
        day = date.fromisoformat(said.date) if said.date else datetime.now(UTC).date()
    except ValueError:
        raise UsageError(f"--date {said.date} is no day. Say it as 2026-12-01.") from None

    order = Order(tuple(said.articles), day.isoformat(), " ".join(said.reason.split()), tuple(said.keep))
    done = withdraw(said.corpus, order)
    print(printable(told(said.corpus, done)))
    return 1 if done.by_hand else 0


if __name__ == "__main__":
    run(main)
