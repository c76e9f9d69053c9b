"""Figures in a page for people, between marks that compute them: <!--= SELECT count(*) FROM claims -->195<!--/-->

The marks are comments, so a rendered page shows the figure alone. Several may stand in a line, or in the cell of a
table, where a bar of the query is written \\| as elsewhere in a cell. What stands on lines of its own between the
marks, such as a whole table, is one figure too. A mark must not begin a line of a paragraph, which would end there.

SQL does the wording: format('{:,}', count(*)); in_words(3) is three, capital('three') is Three.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from claimstance import datasheet as datasheets
from claimstance.gate import sheets
from claimstance.gate.folder import Folder

DATASHEET = datasheets.DATASHEET
MACROS = (
    "CREATE MACRO in_words(n) AS coalesce(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine',"
    " 'ten', 'eleven', 'twelve'][n], n::VARCHAR)",
    "CREATE MACRO capital(said) AS upper(said[1]) || said[2:]",
)
Compute = Callable[[str], str]  # the one value of a query, as text; raises ValueError where it has none

_MARK = re.compile(r"(?<!`)<!--=(?P<sql>(?:(?!-->).)*)-->(?P<written>(?:(?!<!--).)*)<!--/-->", re.DOTALL)
_FIRST = re.compile(r"^[ \t]*(?:[-*+][ \t]+|[0-9]+[.)][ \t]+)?<!--=(?:(?!-->).)*-->(?!\n)", re.DOTALL | re.MULTILINE)
_HALF = re.compile(r"(?<!`)(?:<!--=|<!--/-->)(?!`)")
_ROW = re.compile(r"^\|.*$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.,/:-])[0-9]+(?:[.,][0-9]+)*(?![\w/:-])")
_PLAIN = re.compile(r"[0-9.,:%\[\] -]{1,40}")
_SPEAKING = ("Parser Error", "Binder Error", "Catalog Error")  # what they say is about the query, not about the data


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its line, the query that computes it, and what is written there."""

    line: int
    sql: str
    written: str


def figures(text: str) -> list[Figure]:
    """It will find every figure of a page, in order."""
    return [Figure(_line(text, one), _sql(one), one["written"]) for one in _MARK.finditer(text)]


def renewed(text: str, compute: Compute) -> str:
    """It will write into a page what its queries give now. Raises ValueError for a query that gives nothing."""

    def new(one: re.Match[str]) -> str:
        written, value = one["written"], compute(_sql(one))
        if _same(written, value):
            return one[0]  # with its line breaks
        value = f"\n{value.strip()}\n" if written.startswith("\n") else value
        return f"<!--={one['sql']}-->{value}<!--/-->"

    return _MARK.sub(new, text)


def place(folder: Folder) -> Path:
    """It will be where the datasheet of a folder lies: a release has its own, that of a build is the corpus's."""
    own = folder.path / DATASHEET
    return own if own.exists() or folder.corpus is None else folder.corpus / DATASHEET


def datasheet(folder: Folder, compute: Compute, broken: Collection[str] = ()) -> pa.Table:
    """line (a number), kind, problem: each figure, and what is wrong; a figure that is right has neither.

    Kinds: stale, broken (it cannot be computed, or a mark is in the wrong place), unmarked (a number in a table by
    hand). Of figures of `broken` tables nothing is said.
    """
    text, problem = sheets.page(place(folder))
    found = [(0, "broken", problem)] if problem else sorted(_found(text, compute, set(broken)), key=lambda one: one[0])
    lines, kinds, problems = zip(*found, strict=True) if found else ((), (), ())
    return pa.table(
        {
            "line": pa.array(lines, pa.int64()),
            "kind": pa.array(kinds, pa.string()),
            "problem": pa.array(problems, pa.string()),
        }
    )


def _found(text: str, compute: Compute, broken: set[str]) -> Iterator[tuple[int, str | None, str | None]]:
    for one in figures(text):
        if broken & set(re.findall(r"\w+", one.sql)):
            continue
        try:
            wrong = _stale(one.written, compute(one.sql))
            yield one.line, "stale" if wrong else None, wrong
        except ValueError as error:
            said = str(error) if str(error).startswith(_SPEAKING) else "it gives no value"
            yield one.line, "broken", f"cannot be computed: {said}"
    for first in _FIRST.finditer(text):
        yield _line(text, first), "broken", "a mark begins its line, which ends the paragraph there"
    # What is marked is blanked, so that every offset stays what it was.
    rest = _MARK.sub(lambda one: re.sub(r"[^\n]", " ", one[0]), text)
    for half in _HALF.finditer(rest):
        yield _line(text, half), "broken", "a mark has no other half"
    for row in _ROW.finditer(rest):
        if numbers := _NUMBER.findall(re.sub(r"`[^`]*`|\[[^]]*\]\([^)]*\)", " ", row[0])):
            yield _line(text, row), "unmarked", f"stands there by hand: {', '.join(numbers[:3])}"


def _stale(written: str, value: str) -> str | None:
    """What is wrong with a figure; texts are not told, since a query may give any of them."""
    if _same(written, value):
        return None
    if _PLAIN.fullmatch(written) and _PLAIN.fullmatch(value):
        return f"says {written}, and it is {value}"
    return "is not what its query gives"


def _same(written: str, value: str) -> bool:
    """Whether a figure is right; in a paragraph it may be broken over lines."""
    block = written.startswith("\n")
    return written.strip() == value.strip() if block else written.split() == value.split()


def _sql(one: re.Match[str]) -> str:
    return one["sql"].replace("\\|", "|").strip()


def _line(text: str, one: re.Match[str]) -> int:
    return text.count("\n", 0, one.start()) + 1
