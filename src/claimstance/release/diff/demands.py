"""Which number a release has to have, by what is not as it was.

major  a row that was removed, withdrawn, edited, relabelled, respanned or resplit; a table, a column or a label that is
       gone; a column of another type, a label with another number
minor  a row, a table, a column or a label that was added
patch  anything else

A number below 1.0.0 is no exception: whoever pinned 0.3.0 has trained on its rows too.

Rows of tables about the whole corpus (`agreement`) demand nothing for being changed or gone. Their figures are computed
anew from the judgements of each release, and nobody trains on them: one more judgement changes every figure that counts
it, and a second word of an annotator can empty a cell of confusion. If that demanded a major number, every release with
a judgement more would be one, and the number would say nothing any more. Where a judgement is changed or gone, its own
table demands it. A figure that was added is a row that was added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from claimstance.errors import ReleaseError
from claimstance.release.diff.found import CHANGES, Compared, Found
from claimstance.version import numbers

Part = Literal["major", "minor", "patch"]
PARTS: tuple[Part, ...] = ("major", "minor", "patch")
FIRST = 5  # ids that are named for each kind of change


@dataclass(frozen=True, slots=True)
class Reason:
    """What demands a number: "stances: 3 rows relabelled", how many of them, and the ids of the first."""

    part: Part
    says: str
    rows: int = 0
    first: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The reason, and the first rows in brackets."""
        more = ", …" if self.rows > len(self.first) else ""
        return self.says + (f" ({', '.join(self.first)}{more})" if self.first else "")


@dataclass(frozen=True, slots=True)
class Demanded:
    """The part of the number that has to grow, and all that demands as much or less, the most demanding first."""

    part: Part
    reasons: tuple[Reason, ...]

    @property
    def demanding(self) -> tuple[Reason, ...]:
        """The reasons that demand this part and no smaller one."""
        return tuple(one for one in self.reasons if one.part == self.part)


def demanded(found: Found) -> Demanded:
    """It will say which part of the version has to grow at least, and why."""
    reasons = sorted(
        (one for table in found.tables.values() for one in _of(table)), key=lambda one: PARTS.index(one.part)
    )
    return Demanded(reasons[0].part if reasons else "patch", tuple(reasons))


def smallest(last: str, part: Part) -> str:
    """It will be the smallest version after `last` in which this part has grown."""
    major, minor, patch = numbers(last)
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0", "patch": f"{major}.{minor}.{patch + 1}"}[
        part
    ]


def allowed(last: str | None, said: str, due: Demanded) -> None:
    """It will raise ReleaseError where the version `said` is too small after `last`; the first release is free."""
    if last is None:
        return
    least = smallest(last, due.part)
    if numbers(said) >= numbers(least):
        return
    if numbers(said) <= numbers(last):
        raise ReleaseError(said, f"does not come after {last}, the last release", f"{least} is the smallest that may.")
    lines = [f"  {one}" for one in due.demanding]
    what = f"too small a number after {last}: what follows demands {least}"
    raise ReleaseError(said, what, "\n".join(("Say so, or leave as it was:", *lines)))


def _of(table: Compared) -> Iterator[Reason]:
    """What one table demands."""
    if table.was is None and not table.known:
        yield Reason("minor", f"{table.name}: a table was added")
    elif table.now is None and not table.known:
        yield Reason("major", f"{table.name}: the table is gone")
    elif table.now is None and table.was and table.whole:
        yield Reason("major", f"{table.name}: no row is left")
    else:
        yield from _columns(table)
    for change in CHANGES:
        count = table.total(change)
        part: Part = "minor" if change == "added" else "patch" if table.whole else "major"
        if count:
            first = tuple(dict.fromkeys(one.id for one in table.first[change]))[:FIRST]
            yield Reason(part, f"{table.name}: {count:,} {'row' if count == 1 else 'rows'} {change}", count, first)


def _columns(table: Compared) -> Iterator[Reason]:
    said = {"added": "was added", "removed": "is gone"}
    for one in table.altered:
        part: Part = "minor" if one.change == "added" else "major"
        if one.label:
            how = said.get(one.change, f"had the number {one.old} and has {one.new}")
            yield Reason(part, f"{table.name}.{one.column}: the label {one.label} {how}")
        else:
            how = said.get(one.change, f"was {one.old} and is {one.new}")
            yield Reason(part, f"{table.name}.{one.column}: the column {how}")
