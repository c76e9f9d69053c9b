"""Damage to a build, done so that nothing but the damage itself can be found: the card is made right again after it.

A folder of tests/invalid/ that is named for a check of the gate holds what is to be done to a copy of the good build
(which becomes a release by a manifest afterwards, if the check needs one):

damage.sql    statements of DuckDB on the tables, columns as they are written (labels are numbers); `file_split` says in
              which split's file a row lies, and may be changed too
damage.py     `def damage(folder: Path, corpus: Path) -> None`, for what is no row; SEALED = False leaves the card stale
corpus/, annotations/, schemas/ and single files: laid over the corpus
"""

import hashlib
import re
import runpy
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance import dataset, schema, stages
from claimstance.datasheet import DATASHEET
from claimstance.manifest import Manifest
from claimstance.parquet import PARQUET, ROW_GROUP
from claimstance.release.cards import documents
from claimstance.release.manifest import manifest, written
from claimstance.release.papers import papers
from claimstance.report import Report
from claimstance.table import WHOLE, Field, Row, Rows, Schemas, Table

_load, _DESCRIBED = schema.load, dict[bytes, Schemas]()  # the function itself: gating.py has others use `described`
OURS = ("damage.sql", "damage.py", "expected.txt")  # of a folder of tests/invalid/; all else is laid over the corpus


def apply(check: Path, folder: Path, corpus: Path) -> None:
    """Do to the build in `folder`, made from `corpus`, what the folder `check` says."""
    schemas = described(corpus / "schemas")
    before = tables_of(folder, schemas)
    for path in sorted(check.rglob("*")):
        if path.is_file() and path.relative_to(check).parts[0] not in OURS:
            target = corpus / path.relative_to(check)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    if (check / "damage.sql").exists():
        changed(folder, schemas, (check / "damage.sql").read_text(encoding="utf-8"))
        seal(folder, corpus, schemas, before)
    if (check / "damage.py").exists():
        made = runpy.run_path(str(check / "damage.py"))
        made["damage"](folder, corpus)
        if made.get("SEALED", True):
            seal(folder, corpus, schemas, before)


def released(folder: Path, corpus: Path, change: Callable[[Manifest], None] = lambda said: None) -> None:
    """Make a release of a build: its papers, and the manifest that lists what is there, to which `change` is made."""
    schemas, settings = described(corpus / "schemas"), dataset.read(corpus / "corpus" / "dataset.yaml")
    if (corpus / DATASHEET).exists():
        shutil.copy(corpus / DATASHEET, folder)
    papers.write(folder, schemas, settings, stages.evidence_of(corpus, []))
    resealed(folder, corpus, change)


def before(folder: Path, corpus: Path, statements: str, version: str = "0.0.9") -> None:
    """Put a release before the build into the corpus, which differs from it by SQL."""
    settings, last = corpus / "corpus" / "dataset.yaml", corpus / "dist" / version
    said, schemas = settings.read_text(encoding="utf-8"), described(corpus / "schemas")
    shutil.copytree(folder, last)
    changed(last, schemas, statements)
    settings.write_text(re.sub("(?m)^version: .*$", f"version: {version}", said), encoding="utf-8")
    seal(last, corpus, schemas)
    released(last, corpus)
    settings.write_text(said, encoding="utf-8")


def resealed(folder: Path, corpus: Path, change: Callable[[Manifest], None] = lambda said: None) -> None:
    """Give a release the manifest that lists what is there now, to which `change` is made."""
    said = manifest(folder, described(corpus / "schemas"), dataset.read(corpus / "corpus" / "dataset.yaml"))
    change(said)
    written(folder, said)


def described(folder: Path) -> Schemas:
    """What a folder called schemas/ says, read once for the same words."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.name.encode() + path.read_bytes())
    if digest.digest() not in _DESCRIBED:
        _DESCRIBED[digest.digest()] = _load(folder)
    return _DESCRIBED[digest.digest()]


def changed(folder: Path, schemas: Schemas, statements: str) -> None:
    """Run SQL over the tables of a build and write those back that it changed, as a build writes them."""
    before = tables_of(folder, schemas)
    with duckdb.connect() as database:
        for name, rows in before.items():
            database.from_arrow(rows).create(name)
        if done := database.execute(statements):  # none where nothing was said
            done.fetchall()  # to the end, before the tables are read
        for name, table in schemas.items():
            rows = database.table(name).to_arrow_table().cast(before[name].schema)
            if not rows.equals(before[name]):
                write(folder, table, rows)


def tables_of(folder: Path, schemas: Schemas) -> dict[str, pa.Table]:
    """All tables of a build, each with the column `file_split`."""
    return {name: table_of(folder, table) for name, table in schemas.items()}


def table_of(folder: Path, table: Table) -> pa.Table:
    """A table as it is written, with `file_split`; empty where it has no file."""
    found = [table.arrow_schema.empty_table().append_column("file_split", pa.array([], pa.string()))]
    for path in sorted((folder / table.name).glob("*.parquet")):
        rows = pq.read_table(path, partitioning=None)
        splits = pa.array([path.name.partition("-")[0]] * len(rows), pa.string())
        found.append(rows.append_column("file_split", splits))
    return pa.concat_tables(found)


def write(folder: Path, table: Table, rows: pa.Table) -> None:
    """Write a table with `file_split` in the place of the one that was there: sorted, a split without rows no file."""
    shutil.rmtree(folder / table.name, ignore_errors=True)
    order = [(name, "ascending") for name in table.keys]
    for split in sorted(set(rows["file_split"].to_pylist())):
        own = rows.filter(pc.equal(rows["file_split"], split)).sort_by(order).drop_columns("file_split")
        (folder / table.name).mkdir(exist_ok=True)
        path = folder / table.name / f"{split}-00000-of-00001.parquet"
        pq.write_table(own.cast(table.arrow_schema), path, row_group_size=ROW_GROUP, **PARQUET)


def seal(folder: Path, corpus: Path, schemas: Schemas, before: Mapping[str, pa.Table] | None = None) -> None:
    """Write the card anew, so that it speaks of the files as they are now; of tables that cannot be read any more, as
    they were `before`.
    """
    report = Report(dataset.read(corpus / "corpus" / "dataset.yaml"), folder)
    made: dict[str, Rows] = {}
    for name, table in schemas.items():
        try:
            rows = table_of(folder, table)
            made[name] = [_named(table, row) for row in rows.to_pylist()]
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            if before is None:
                raise
            rows = before[name]
            made[name] = [_named(table, row) for row in rows.to_pylist()]
        if name == "articles":  # of other tables the card counts no labels
            report.tally(table, rows)
        _count(folder, table, rows, report)
    report.tally_whole("agreement", made["agreement"])
    report.audit.add(made["sentences"], made["citations"], made["sources"])
    documents.write(folder, schemas, report)


def _count(folder: Path, table: Table, rows: pa.Table, report: Report) -> None:
    """Rows, sizes and digests of the table's files, as the build counts them."""
    splits = (WHOLE,) if table.whole else tuple(report.dataset.shares)
    counts = Counter(rows["file_split"].to_pylist())
    report.counts[table.name] = {split: counts[split] for split in (*splits, *sorted(set(counts) - set(splits)))}
    sizes = report.sizes[table.name] = dict.fromkeys(report.counts[table.name], 0)
    for path in sorted((folder / table.name).glob("*.parquet")):
        report.sha256[f"{table.name}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
        with suppress(pa.ArrowException, OSError):
            metadata = pq.read_metadata(path)
            groups = range(metadata.num_row_groups)
            sizes[path.name.partition("-")[0]] += sum(metadata.row_group(nth).total_byte_size for nth in groups)


def _named(table: Table, row: Row) -> Row:
    """A row with its labels by name; a number that is no label's as ?9."""
    return row | {field.name: _name(field, row[field.name]) for field in table.fields if field.type == "string"}


def _name(field: Field, value: Any) -> Any:
    if not field.vocabulary or value is None:
        return value
    names = field.vocabulary.names
    return names[value] if 0 <= value < len(names) else f"?{value}"
