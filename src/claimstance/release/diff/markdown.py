"""A comparison in words, for people who train a model: releases/<version>.md, or a comment.

Without `quoting` it holds ids, labels, splits and numbers, and no word of an article: what is committed stays, and an
article may be withdrawn later. Whatever came from files stands in code, where nothing links, mentions or formats.
"""

from collections.abc import Iterator

from claimstance.marked import code, prose
from claimstance.release.cards.markdown import table
from claimstance.release.diff import words
from claimstance.release.diff.demands import demanded
from claimstance.release.diff.found import Found
from claimstance.shown import named

FIRST = 20  # rows of each kind of change that are shown; the table `changes` of the release has all


def document(found: Found, *, quoting: bool = True) -> str:
    """It will be the Markdown text."""
    due = demanded(found)
    said = [f"# {prose(words.title(found))}", prose(words.number(found, due))]
    if not found.is_empty:
        said += [*_numbers(found), *_reasons(found), *_labels(found), *_rows(found, quoting=quoting)]
    return "\n\n".join(filter(None, said)) + "\n"


def _numbers(found: Found) -> Iterator[str]:
    due = demanded(found)
    yield prose(words.tested(found))
    yield from ("## Rows", table(words.counted(found)), prose(words.same(found)), prose(words.unknown(found)))
    if due.reasons:
        yield "## Why it takes this number"
        yield "\n".join(f"- {prose(one.says)}" for one in due.demanding) or "- Nothing demands a larger one."


def _reasons(found: Found) -> Iterator[str]:
    changed, gone = words.columns(demanded(found)), words.withdrawn(found)
    if changed:
        yield "## Tables, columns and labels"
        yield "\n".join(f"- {prose(one)}" for one in changed)
    if gone:
        yield "## Withdrawn"
        yield "\n".join(f"- {code(article)}" + (f": {prose(reason)}" if reason else "") for article, reason in gone)


def _labels(found: Found) -> Iterator[str]:
    """What a model is trained on: which labels became which, and how many came and went."""
    for matrix in words.matrices(found):
        yield f"## Labels of {matrix.table}.{prose(matrix.field)}"
        yield "Rows that had the label at the left and have the one above now."
        yield table([("", *matrix.new), *((old, *line) for old, line in zip(matrix.old, matrix.cells, strict=True))])
    came = words.came(found)
    if came:
        yield "## Labels of rows that came and went"
        yield table(came)


def _rows(found: Found, *, quoting: bool) -> Iterator[str]:
    yield "## The rows"
    for one, change in words.changes(found):
        shown, more = words.first(one, change, FIRST)
        yield f"### {prose(words.headed(one, change))}"
        lines = []
        for row in shown:
            value = words.valued(row, change, quoting=quoting)
            lines.append(f"- {code(named(row[0].id))} ({prose(row[0].split)})" + (f" {code(value)}" if value else ""))
        yield "\n".join([*lines, *(["- …"] if more else [])])
