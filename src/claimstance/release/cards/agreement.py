"""What people read of agreement, from the rows of that table: the main figures, how they moved, who is far off."""

from claimstance.table import Row, Rows

HEADER = ("agreement", "value", "95 % interval", "n")
FIGURES = {
    "alpha": "alpha",
    "f1": "F1 exact",
    "f1_overlap": "F1 by overlap",
}


def figures(rows: Rows) -> list[tuple[str, ...]]:
    """The figures of all annotators over all batches, below HEADER; nothing where there are none."""
    found = [
        (
            named(row),
            _shown(row["value"]),
            "" if row["ci_low"] is None else f"{_shown(row['ci_low'])} to {_shown(row['ci_high'])}",
            f"{row['n_items']} {row['unit']}s, {row['n_annotators']} annotators, {_articles(row)}",
        )
        for row in main(rows)
    ]
    return [HEADER, *found] if found else []


def main(rows: Rows) -> Rows:
    """The rows of these figures, in their order."""
    found = [
        row
        for row in rows
        if row["metric"] in FIGURES and not row["annotators"] and row["wave"] is None and _is_main(row)
    ]
    return sorted(
        found, key=lambda row: (-row["round"], row["task"] == "support_degree", row["unit"] != "claim", _what(row))
    )


def named(row: Row) -> str:
    """What a figure is of, and which it is."""
    return f"{_what(row)}, {FIGURES[row['metric']]}"


def notes(rows: Rows) -> list[str]:
    """How alpha moved from wave to wave and batch to batch, and which annotators are far off the others."""
    if not rows:
        return []
    lines = []
    for column in ("wave", "batch"):
        moved: dict[str, Rows] = {}
        for row in rows:
            own = row["batch"] is not None if column == "batch" else row["batch"] is None and row["wave"] is not None
            if own and row["metric"] == "alpha" and _is_main(row):
                moved.setdefault(_what(row), []).append(row)
        for what, found in sorted(moved.items()):
            if len(found) > 1:
                found.sort(key=lambda row: (row["wave"], row["batch"] or ""))
                steps = ", ".join(f"{row[column]} {_shown(row['value'])} (n={row['n_items']})" for row in found)
                lines.append(f"Alpha of {what} by {column}: {steps}")
    return [*lines, *_far_off(rows)]


def _far_off(rows: Rows) -> list[str]:
    """Who is flagged; else that nobody is, or that nobody can be."""
    among = {(_what(row), *row["annotators"]): row["value"] for row in rows if row["metric"] == "alpha_of_others"}
    held = [row for row in rows if row["metric"] == "alpha_against_others"]
    flagged = [
        f"Far off the others in {_what(row)} (the rule is beside `flag` in schemas/tables/agreement.yaml):"
        f" {row['annotators'][0]}, alpha {_shown(row['value'])} with them,"
        f" {_shown(among[_what(row), row['annotators'][0]])} among them (n={row['n_items']})"
        for row in held
        if row["flag"]
    ]
    nobody = (
        "No annotator is far off the others" if held else "Too few annotators to say who is far off: it takes three"
    )
    return flagged or [nobody]


def _is_main(row: Row) -> bool:
    """Whether it is about a whole answer, or about one label of spans, and not about one label of an answer."""
    named = row["label"] is not None
    return named == bool(row["task"] == "span")


def _what(row: Row) -> str:
    """The task, or the label and the unit of spans."""
    return f"{row['label']} {row['unit']}s" if row["task"] == "span" else row["task"].replace("_", " ")


def _articles(row: Row) -> str:
    return "1 article" if row["n_articles"] == 1 else f"{row['n_articles']} articles"


def _shown(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
