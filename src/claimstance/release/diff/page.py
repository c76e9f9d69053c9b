"""A comparison as a page for people, which asks nobody for anything: see claimstance.page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from claimstance import page
from claimstance.release.diff import words
from claimstance.release.diff.columns import Change
from claimstance.release.diff.demands import demanded
from claimstance.release.diff.found import Compared, Found, Told
from claimstance.shown import named, plain

LONG = 500  # characters of a value


def document(found: Found) -> str:
    """It will be the HTML text."""
    due = demanded(found)
    made = page.templates(Path(__file__).parent / "templates").get_template("diff.html.j2")
    return made.render(
        title=words.title(found),
        number=words.number(found, due),
        empty=found.is_empty,
        part=due.part,
        tested=words.tested(found),
        counted=words.counted(found),
        aside=[one for one in (words.same(found), words.unknown(found)) if one],
        reasons=[plain(one.says) for one in due.demanding],
        columns=words.columns(due),
        withdrawn=words.withdrawn(found),
        matrices=list(words.matrices(found)),
        came=words.came(found),
        changes=list(_changes(found)),
    )


def _changes(found: Found) -> Iterator[dict[str, Any]]:
    for table, change in words.changes(found):
        told = table.first[change]
        more = table.total(change) > len({one.id for one in told})
        yield {
            "head": words.headed(table, change),
            "rows": [_row(one) for one in told],
            "more": more,
            **_kind(table, change),
        }


def _kind(table: Compared, change: Change) -> dict[str, Any]:
    """Whether there are values to show at all, and whether the list stands open."""
    return {"valued": any(one.field for one in table.first[change]), "open": table.total(change) <= 10}


def _row(one: Told) -> dict[str, Any]:
    return {
        "id": named(one.id),
        "field": plain(one.field or ""),
        "old": None if one.old is None else plain(one.old, LONG),
        "new": None if one.new is None else plain(one.new, LONG),
        "hidden": one.hidden,
        "split": plain(one.split or ""),
    }
