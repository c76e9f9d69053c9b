"""Two sides of a comparison, for tests."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance import schema
from claimstance.release.diff import Found, compare, sides
from claimstance.table import Schemas
from conftest import REPOSITORY, Good, copied
from damage import changed, seal

SCHEMAS = schema.load(REPOSITORY / "schemas")
Change = tuple[str, str | None, str, str | None, str | None, str | None]  # table, id, change, field, old, new


def compared(
    old: Path, new: Path, withdrawn: Mapping[str, str] | None = None, schemas: Schemas = SCHEMAS, names: str = "old new"
) -> Found:
    """What is not as it was between two folders."""
    keys = {name: table.key for name, table in schemas.items()}
    was, now = (sides.read(path, name, keys) for path, name in zip((old, new), names.split(), strict=True))
    return compare(was, now, schemas, withdrawn)


def after(good: Good, place: Path, statements: str) -> Path:
    """A copy of the good build to which statements of SQL were done."""
    own = copied(good, place)
    changed(own.folder, SCHEMAS.of_build, statements)
    seal(own.folder, own.corpus, SCHEMAS.of_build)
    return own.folder


def told(found: Found) -> list[Change]:
    """The changes, in their order."""
    columns = (found.rows[name].to_pylist() for name in ("table", "id", "change", "field", "old", "new"))
    return list(zip(*columns, strict=True))


def write(folder: Path, tables: Mapping[str, Mapping[str, pa.Table]]) -> Path:
    """A folder of tables, by name and split."""
    for name, parts in tables.items():
        (folder / name).mkdir(parents=True)
        for split, rows in parts.items():
            pq.write_table(rows, folder / name / f"{split}-00000-of-00001.parquet")
    return folder


def rewritten(good: Good, place: Path, table: str, change: Callable[[pa.Table], pa.Table]) -> Path:
    """A copy of the good build in which the files of a table were changed, their columns and labels included."""
    folder = copied(good, place).folder
    for path in sorted((folder / table).iterdir()):
        pq.write_table(change(pq.read_table(path, partitioning=None)), path)
    return folder


def labelled(rows: pa.Table, column: str, names: list[str]) -> pa.Table:
    """The rows with other labels in what the file says of a column; the numbers stay."""
    said = json.loads(rows.schema.metadata[b"huggingface"])
    feature = said["info"]["features"][column]
    (feature["feature"]["kind"] if "feature" in feature else feature)["names"] = names
    return rows.replace_schema_metadata({b"huggingface": json.dumps(said).encode()})
