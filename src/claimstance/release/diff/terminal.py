"""A comparison for whoever waits for it at a terminal: the numbers, then the first rows of each change."""

import textwrap

from claimstance.release.diff import words
from claimstance.release.diff.demands import demanded
from claimstance.release.diff.found import Found
from claimstance.shown import aligned, named

WIDTH = 120
FIRST = 5  # rows of each kind of change that are shown


def lines(found: Found) -> list[str]:
    """It will be all lines, without line ends."""
    due = demanded(found)
    said = [words.title(found), *_wrapped(words.number(found, due))]
    if found.is_empty:
        return said
    said += ["", *aligned(words.counted(found)), *_wrapped(words.same(found)), *_wrapped(words.unknown(found))]
    said += ["", *_wrapped(words.tested(found))]
    said += [f"  {one}" for one in words.columns(due)]
    for article, reason in words.withdrawn(found)[:FIRST]:
        said += _wrapped(f"{article} was withdrawn. {reason}".strip())
    for matrix in words.matrices(found):
        said += ["", f"{matrix.table}.{matrix.field}, from the label at the left to the one above"]
        said += aligned(
            [("", *matrix.new), *((old, *line) for old, line in zip(matrix.old, matrix.cells, strict=True))]
        )
    for table, change in words.changes(found):
        shown, more = words.first(table, change, FIRST)
        said += ["", words.headed(table, change)]
        for row in shown:
            said += _wrapped(
                f"{named(row[0].id)}  {words.valued(row, change, quoting=True)}".rstrip(), "    ", "      "
            )
        said += ["    …"] if more else []
    return said


def _wrapped(text: str, first: str = "", rest: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
