"""What a build tells of itself, read back from the files that it wrote, so that documents can be held against them."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance.dataset import Dataset
from claimstance.digests import of_file
from claimstance.gate.folder import Folder, split_of
from claimstance.report import Report
from claimstance.table import Row, Rows, Schemas, Table

TOLD = {"articles": ("language", "licence")}  # columns of which documents tell more than the number of rows


def read_back(folder: Folder, settings: Dataset) -> tuple[Report, set[str]]:
    """It will give what documents tell of the tables: rows, sizes, languages, licences, agreement.

    Digests and the audit are left out. Beside it come the tables that cannot be read, of which it tells nothing.
    """
    report, broken = Report(settings, folder.path), set()
    for name in sorted(folder.schemas, key=lambda name: folder.schemas[name].whole):
        table = folder.schemas[name]
        report.counts[name] = dict.fromkeys(table.splits, 0)
        report.sizes[name] = dict.fromkeys(table.splits, 0)
        if not folder.is_open(name):
            broken.add(name)
            continue
        try:
            for path in folder.files(name):
                _count(path, table, report)
            if name in TOLD and folder.files(name):
                report.tally(table, folder.read(name, TOLD[name]))
            if name == "agreement" and folder.files(name):
                report.tally_whole(name, list(_named(folder.read(name, [one.name for one in table.fields]), table)))
        except (pa.ArrowException, OSError, ValueError, LookupError, TypeError):
            broken.add(name)
    return report, broken


def measured(folder: Path, schemas: Schemas, report: Report) -> None:
    """It will tell the report of the tables as they are now: rows, sizes and digests of the files in `folder`."""
    now, _ = read_back(Folder(folder, schemas), report.dataset)
    report.counts, report.sizes = now.counts, now.sizes
    report.sha256 = digests(folder)


def digests(folder: Path) -> dict[str, str]:
    """It will give the SHA-256 of each file of a table in `folder`, by path, as the card's header is made of them."""
    return {f"{path.parent.name}/{path.name}": of_file(path) for path in sorted(folder.glob("*/*.parquet"))}


def _count(path: Path, table: Table, report: Report) -> None:
    """Rows and bytes of one file, as the build counts them."""
    metadata = pq.read_metadata(path)
    split = split_of(path)
    if split in table.splits:
        report.counts[table.name][split] += metadata.num_rows
        groups = range(metadata.num_row_groups)
        report.sizes[table.name][split] += sum(metadata.row_group(nth).total_byte_size for nth in groups)


def _named(rows: pa.Table, table: Table) -> Iterator[Row]:
    """Rows with their labels by name, as stages make them."""
    names = {field.name: field.vocabulary.names for field in table.fields if field.vocabulary}
    made: Rows = rows.to_pylist()
    for row in made:
        yield row | {name: None if row[name] is None else known[row[name]] for name, known in names.items()}
