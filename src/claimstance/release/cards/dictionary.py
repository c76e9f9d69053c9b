"""The dictionary of the card: each column of each table, and each label, as schemas/ describe them."""

from collections.abc import Iterator

from claimstance.release.cards import markdown
from claimstance.table import Field, Schemas, Table

CROSSWALK = {
    "fever": "FEVER",
    "fnc1": "FNC-1",
    "averitec": "AVeriTeC",
    "climate_fever": "Climate-FEVER",
    "wice": "WiCE",
}


def columns(table: Table) -> str:
    """It will describe the columns of a table, below its name."""
    rows = [
        ("column", "type", "meaning"),
        *((f"`{field.name}`", _type(field), field.description) for field in table.fields),
    ]
    return f"### {table.name}\n\n{table.description} Key: `{table.key}`.\n\n{markdown.table(rows)}"


def _type(field: Field) -> str:
    if field.type == "array":
        return f"list of {field.items}s" + (f" with {field.vocabulary.name}" if field.vocabulary else "")
    if field.keys:
        return f"a number for each {field.keys.name}"
    return f"label: {field.vocabulary.name}" if field.vocabulary else field.type


def labels(schemas: Schemas) -> Iterator[str]:
    """It will describe each vocabulary that a column uses, with the names that other datasets give its labels."""
    used = {
        one.name
        for table in schemas.values()
        for field in table.fields
        for one in (field.vocabulary, field.keys)
        if one
    }
    for name in sorted(used):
        vocabulary = schemas.vocabularies[name]
        others = [key for key in CROSSWALK if any(label.more.get(key) for label in vocabulary.labels)]
        rows = [("id", "label", "meaning", *(CROSSWALK[key] for key in others))]
        for nth, label in enumerate(vocabulary.labels):
            rows.append((str(nth), label.name, label.meaning, *(label.more.get(key) or "" for key in others)))
        yield f"### {name}\n\n{vocabulary.description}\n\n{markdown.table(rows)}"
