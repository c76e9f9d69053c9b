"""The fact `answered`: which questions the datasheet of a folder answers, and what waits to be filled in, there and at
the head of the card.
"""

from collections.abc import Iterator

import pyarrow as pa

from claimstance import datasheet
from claimstance.gate import sheets
from claimstance.gate.facts import figures
from claimstance.gate.folder import Folder


def answered(folder: Folder) -> pa.Table:
    """place, kind (missing, empty, order, placeholder), problem: every question, and each thing that is wrong; of a
    question that is answered, kind and problem are null.
    """
    found = list(_found(folder))
    told = {place for place, _, _ in found}
    due = [f"{heading}/{name}" for heading, names in datasheet.QUESTIONS.items() for name in names]
    fine = [(place, None, None) for place in due if place not in told and place.split("/")[0] not in told]
    places, kinds, problems = zip(*found, *fine, strict=True)
    return pa.table({"place": _column(places), "kind": _column(kinds), "problem": _column(problems)})


def _found(folder: Folder) -> Iterator[tuple[str, str | None, str | None]]:
    text, problem = sheets.page(figures.place(folder))
    for place, kind, what in [("", "missing", problem)] if problem else datasheet.faults(text):
        yield f"{datasheet.DATASHEET} {place}".strip() if not place or kind == "placeholder" else place, kind, what
    card, _ = sheets.page(folder.path / sheets.CARD)  # that it cannot be read is told of the card
    opening = card.partition("\n## ")[0]
    for place, kind, what in datasheet.placeholders(opening):
        yield f"{sheets.CARD} {place}", kind, what


def _column(values: tuple[str | None, ...]) -> pa.Array:
    return pa.array(list(values), pa.string())
