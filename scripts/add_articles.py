"""Add raw articles to a corpus: files, folders, or standard input.

The only place that asks for today's date: it becomes `retrieved` of the articles that do not say when they were.
"""

import argparse
import sys
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from tqdm import tqdm

from claimstance.articles.add import add
from claimstance.articles.formats import mapping_of, rows
from claimstance.command import printable, run
from claimstance.splits.returning import watch


def main(argv: list[str]) -> int:
    """Exit code 0: all is in the corpus; 1: some input was refused, each listed; 2: called wrongly."""
    parser = argparse.ArgumentParser(description="Add raw articles to a corpus. Doing it again adds nothing.")
    formats = "text, Markdown, HTML, JSON Lines, CSV, Parquet or WARC, also as .gz or .zst; - is standard input"
    parser.add_argument("inputs", nargs="+", type=Path, metavar="FILE|DIR|-", help=formats)
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="root of the corpus (default: here)")
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="the column of a field")
    parser.add_argument("--licence", metavar="ID", help="SPDX id, for articles that do not name theirs")
    given = parser.parse_args(argv)

    mapping = mapping_of(given.map)
    found = chain.from_iterable(rows(path, mapping) for path in given.inputs)
    today = datetime.now(UTC).date().isoformat()
    counted = tqdm(found, unit=" articles", disable=None)
    report = add(counted, given.corpus, licence=given.licence, retrieved=today, watch=watch)

    for where, article_id in report.already[:20]:
        print(printable(f"{where}: already there as {article_id}"), file=sys.stderr)
    for error in report.rejected:
        print(printable(error), file=sys.stderr)
    print(report)
    return 1 if report.rejected else 0


if __name__ == "__main__":
    run(main)
