"""Markdown that renders as what it says."""

import html
from collections.abc import Sequence


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """It will make a table, the first row its heading; what would be markup in a cell is shown as it stands."""
    shown = [[html.escape(cell, quote=False).replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in shown]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
