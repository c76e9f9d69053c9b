"""The words that all forms of a comparison share: sentences, tables of numbers, what is said of one row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow.compute as pc

from claimstance.release.diff.columns import Change
from claimstance.release.diff.demands import Demanded, smallest
from claimstance.release.diff.found import CHANGES, Compared, Found, Told
from claimstance.shown import named, plain

SHORT, LONG = 60, 1000  # characters of a value; the longer where two look alike when they are cut
NO_LABEL = "no label"
OPEN: tuple[Change, ...] = ("relabelled", "resplit")  # changes whose values are labels and splits, never words


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many rows of a column of labels went from one label (a line) to another (a column)."""

    table: str
    field: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


def title(found: Found) -> str:
    """What was compared, in a line."""
    return f"{plain(found.old.called)} → {plain(found.new.called)}"


def number(found: Found, due: Demanded) -> str:
    """Which number it takes, as a sentence."""
    if found.is_empty:
        return "Nothing changed."
    least = (
        f": after {found.old.version}, {smallest(found.old.version, due.part)} or later" if found.old.version else ""
    )
    return f"This takes a {due.part} number{least}."


def counted(found: Found) -> list[tuple[str, ...]]:
    """How many rows each table had and has, and how many changed in which way; a heading first.

    Changes of which there are none are left out, and so are tables that are as they were.
    """
    kinds = [one for one in CHANGES if any(table.total(one) for table in found.tables.values())]
    lines = [
        (
            table.name,
            _size(table.was),
            _size(table.now),
            *(_count(table.total(one)) for one in kinds),
        )
        for table in found.tables.values()
        if is_changed(table)
    ]
    return [("table", "rows", "rows now", *kinds), *lines] if lines else []


def same(found: Found) -> str:
    """The tables that are as they were, as a sentence; empty where there are none."""
    names = [table.name for table in found.tables.values() if not is_changed(table)]
    return f"As they were: {', '.join(names)}." if names else ""


def is_changed(table: Compared) -> bool:
    """Whether there is anything to say of it."""
    return bool(table.altered or table.counts or (table.was is None) != (table.now is None))


def tested(found: Found) -> str:
    """What became of the test split, in a sentence or two, for whoever compares results on it."""
    said = []
    for table in (one for one in found.tables.values() if not one.whole):
        counts = [(change, table.counts.get(change, {}).get("test", 0)) for change in CHANGES]
        told = ", ".join(f"{count:,} {change}" for change, count in counts if count)
        said += [f"{table.name} {told}"] if told else []
    if not said:
        return "The test split is as it was."
    old = plain(found.old.called)
    return f"The test split: {'; '.join(said)}. Results on it are not to be compared with results on that of {old}."


def matrices(found: Found) -> Iterator[Matrix]:
    """Every column of labels in which some row has another label now."""
    for table in found.tables.values():
        for field in dict.fromkeys(one.field for one in table.steps):
            own = {(_label(one.old), _label(one.new)): one.rows for one in table.steps if one.field == field}
            old, new = (tuple(sorted({pair[nth] for pair in own}, key=_order)) for nth in (0, 1))
            cells = tuple(tuple(_count(own.get((one, other), 0)) for other in new) for one in old)
            yield Matrix(table.name, field, old, new, cells)


def came(found: Found) -> list[tuple[str, ...]]:
    """Labels of the rows that were added and that are gone; a heading first, nothing where there are none."""
    lines = [
        (table.name, one.field, _label(one.label), f"{one.added:,}", f"{one.removed:,}")
        for table in found.tables.values()
        for one in table.came
    ]
    return [("table", "column", "label", "added", "gone"), *lines] if lines else []


def columns(due: Demanded) -> list[str]:
    """What is not as it was of tables, columns and labels, a line each."""
    return [plain(one.says) for one in due.reasons if not one.rows]


def unknown(found: Found) -> str:
    """Tables whose rows were not compared, as a sentence; empty where there are none."""
    names = [table.name for table in found.tables.values() if not table.known]
    return f"Not compared row by row, because schemas/ do not describe them: {', '.join(names)}." if names else ""


def withdrawn(found: Found) -> list[tuple[str, str]]:
    """Articles that were withdrawn, with the reason, which may be empty."""
    own = pc.and_(pc.equal(found.rows["table"], "articles"), pc.equal(found.rows["change"], "withdrawn"))
    ids = dict.fromkeys(found.rows.filter(own)["id"].to_pylist())
    return [(named(one), plain(found.reasons.get(one, ""), 500)) for one in ids]


def changes(found: Found) -> Iterator[tuple[Compared, Change]]:
    """Every kind of change of every table, of which there are some."""
    for table in found.tables.values():
        yield from ((table, change) for change in CHANGES if table.total(change))


def headed(table: Compared, change: Change) -> str:
    """Of what a list of rows is."""
    count = table.total(change)
    return f"{table.name}: {count:,} {'row' if count == 1 else 'rows'} {change}"


def first(table: Compared, change: Change, rows: int) -> tuple[list[tuple[Told, ...]], bool]:
    """The changes of the first rows, a row at a time, and whether there are more rows."""
    by_row: dict[str, tuple[Told, ...]] = {}
    for one in table.first[change]:
        by_row[one.id] = (*by_row.get(one.id, ()), one)
    shown = list(by_row.values())[:rows]
    return shown, table.total(change) > len(shown)


def valued(row: Iterable[Told], change: Change, *, quoting: bool) -> str:
    """What is told of a row besides its id: its columns, and what each was and is. Without `quoting`, no words."""
    return "; ".join(_valued(one, quoting=quoting or change in OPEN) for one in row if one.field is not None)


def _valued(one: Told, *, quoting: bool) -> str:
    field = plain(one.field or "")
    if not quoting or one.hidden:
        return f"{field}: words that may not be told" if quoting else field
    values = (one.old, one.new)
    size = SHORT if len({_value(value, SHORT) for value in values}) > 1 else LONG
    return f"{field}: {' → '.join(_value(value, size) for value in values)}"


def _value(value: str | None, size: int) -> str:
    return "nothing" if value is None else plain(value, size) or "''"


def _count(rows: int) -> str:
    return f"{rows:,}" if rows else "–"


def _size(rows: int | None) -> str:
    return "–" if rows is None else f"{rows:,}"


def _label(label: str | None) -> str:
    return NO_LABEL if label is None else plain(label)


def _order(label: str) -> tuple[bool, str]:
    return label == NO_LABEL, label
