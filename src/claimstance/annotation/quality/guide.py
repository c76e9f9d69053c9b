"""What the guideline says of two labels: the passages of schemas/guidelines.md to show to whoever confused them."""

import re
from collections.abc import Iterator

Block = tuple[str, str]  # the heading that it stands below, and its words on one line


def passages(guideline: str, one: str, other: str) -> list[Block]:
    """The points that name both labels; if there are none, what the tables say of each."""
    found = list(_blocks(guideline))
    points = [block for block in found if not block[1].startswith("|") and _names(block[1], one, other)]
    if points and one != other:
        return points
    return [row for label in dict.fromkeys((one, other)) for row in _rows(found, label)]


def _names(words: str, *labels: str) -> bool:
    """Whether the point is about the labels: its first sentence, in bold, names them."""
    bold = re.match(r"\*\*(.+?)\*\*", words)
    return bool(bold) and all(re.search(rf"\b{re.escape(label)}\b", bold[1]) for label in labels if bold)


def _rows(blocks: list[Block], label: str) -> Iterator[Block]:
    """What a table says of the label, below which of its columns; keys and single words are left out."""
    columns: list[str] = []
    for heading, words in blocks:
        cells = [cell.strip() for cell in words.strip("|").split("|")] if words.startswith("|") else []
        columns = (columns or cells) if cells else []
        if any(cell.strip("*` ").casefold() == label.casefold() for cell in cells):
            for column, cell in zip(columns, cells, strict=False):
                if " " in cell:
                    yield heading, f"**{label}**, {column}: {cell}"


def _blocks(guideline: str) -> Iterator[Block]:
    """Points, rows of tables and paragraphs, each on one line; an empty one where a table ends."""
    heading, begun, table = "", "", False
    for line in [*guideline.splitlines(), ""]:
        if begun and (not line.strip() or line.startswith(("#", "- ", "|", ">"))):
            yield heading, begun
            begun = ""
        if table and not line.startswith("|"):
            yield heading, ""
        table = line.startswith("|")
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif table:
            yield heading, line
        elif line.startswith("- "):
            begun = line[2:].strip()
        elif line.strip():
            begun = f"{begun} {line.strip()}".strip()
