"""Markdown that renders as what it says."""

import html
from collections.abc import Sequence

from claimstance.marked import prose
from claimstance.shown import SHOWN, shown


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """It will make a table, the first row its heading; what would be markup in a cell is shown as it stands."""
    return grid([tuple(html.escape(cell, quote=False).replace("|", "\\|") for cell in row) for row in rows])


def grid(rows: Sequence[tuple[str, ...]]) -> str:
    """It will make a table of cells that are Markdown already."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def words(text: str, size: int = SHOWN) -> str:
    """It will make what somebody wrote a part of a line or a cell: in one line of at most `size`
    characters, and nothing but words.

    Addresses are left out; what would be markup, a tag, an order to a terminal or a turn of the line is written out.
    """
    return prose(shown(text, size)).replace("\\<", "&lt;").replace("\\>", "&gt;")
