from pathlib import Path

from claimstance.between import between
from claimstance.release.diff import changes
from damage import before, described, table_of, write


def damage(folder: Path, corpus: Path) -> None:
    """A release in which a source has another author, told in changes, under a number for rows that were added."""
    before(folder, corpus, "UPDATE sources SET author = 'Somebody else' WHERE source_id = 'well.r001'")
    schemas = described(corpus / "schemas")
    found = between(str(corpus / "dist" / "0.0.9"), str(folder), corpus)
    rows = changes(found, schemas["changes"])
    split = table_of(folder, schemas["changes"]).schema.field("file_split")
    write(folder, schemas["changes"], rows.append_column(split, [["release"] * len(rows)]))
