"""Shards of tables, set aside as Arrow files, and merged into Parquet in order of article_id.

Each shard's tables are sorted by article, so a range of articles is one slice of each shard: the merge takes a range
at a time and memory stays flat. Bytes depend on row groups, so rows are gathered to a fixed number before they are
written.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.digests import of_file
from claimstance.parquet import FILE, PARQUET, ROW_GROUP
from claimstance.report import Report
from claimstance.splits.ledger import SPLITS
from claimstance.table import WHOLE, Schemas, Table

RANGE = 2000  # articles merged at once
PARTS = 5  # of a shard that the merge has come to, it holds one at a time; 20 take a third more time


class Shards:
    """Tables set aside shard by shard in `folder`, an existing empty one."""

    def __init__(self, folder: Path, schemas: Schemas) -> None:
        self.folder, self.schemas, self.count = folder, schemas, 0
        self.first: dict[str, list[str]] = {name: [] for name in schemas}  # the first article of each shard

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Set one shard's tables aside; each is sorted by article_id, and no article is in two shards.

        Tables that the schemas do not name are for `all` only.
        """
        for name, table in tables.items():
            path = str(self._path(name, self.count))
            with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table, max_chunksize=len(table) // PARTS + 1)
            if name in self.first:
                self.first[name].append(table["article_id"][0].as_py() if len(table) else "")
        self.count += 1

    def all(self, name: str) -> pa.Table:
        """The rows that all shards set aside under a name, read as they are needed."""
        return pa.concat_tables(
            pa.ipc.open_file(pa.memory_map(str(self._path(name, nth)))).read_all() for nth in range(self.count)
        )

    def finish(self, out: Path, split_of: Mapping[str, str], dup_groups: Sequence[str | None], report: Report) -> None:
        """It will write every table below `out`, one folder a table, and fill in the report's counts and digests.

        `split_of` in ascending order of article_id, `dup_groups` in the same order. A split of a table without rows has
        no file: the reader cannot open one.
        """
        article_ids = list(split_of)
        decided: dict[str, Mapping[str, Any]] = {
            "split": dict(split_of),
            "dup_group": dict(zip(article_ids, dup_groups, strict=True)),
        }
        for name, table in self.schemas.items():
            if table.whole:
                continue
            writers = {split: _Writer(out / name, split, table) for split in SPLITS}
            for rows in self._merged(name, article_ids):
                rows = _fill(rows, table, decided)
                codes = _codes(rows, split_of)
                for code, split in enumerate(SPLITS):
                    writers[split].add(rows.filter(pa.array(codes == code)))
                report.tally(table, rows)
            for writer in writers.values():
                writer.close(report)

    def _merged(self, name: str, article_ids: Sequence[str]) -> Iterator[pa.Table]:
        """The table's rows in order of article and key, RANGE articles at a time."""
        order = [("article_id", "ascending"), (self.schemas[name].key, "ascending")]
        shards = [_Shard(self._path(name, nth), first) for nth, first in enumerate(self.first[name])]
        for last in range(RANGE, len(article_ids) + RANGE, RANGE):
            limit = article_ids[last] if last < len(article_ids) else None
            slices = [part for shard in shards for part in shard.below(limit)]
            if slices:
                rows = pa.concat_tables(slices)
                yield rows if _ascending(slices) else rows.sort_by(order)

    def _path(self, name: str, nth: int) -> Path:
        return self.folder / f"{nth:06d}.{name}.arrow"


def finish_whole(out: Path, table: Table, rows: pa.Table, report: Report) -> None:
    """It will write a table about the whole corpus below `out`: one split, see claimstance.table.WHOLE."""
    writer = _Writer(out / table.name, WHOLE, table)
    writer.add(rows)
    writer.close(report)


class _Shard:
    """One table of one shard, read from the front, a few rows at a time."""

    def __init__(self, path: Path, first: str) -> None:
        self.reader = pa.ipc.open_file(pa.OSFile(str(path)))
        self.first = first
        self.next = 0
        self.rest: pa.Table | None = None

    def below(self, limit: str | None) -> Iterator[pa.Table]:
        """The rows that were not read yet of articles below `limit`, or all that are left."""
        while True:
            if self.rest is None:
                begun = limit is None or self.first < limit
                if self.next == self.reader.num_record_batches or not begun:
                    return
                self.rest = pa.Table.from_batches([self.reader.get_batch(self.next)])
                self.next += 1
            ids = self.rest["article_id"]
            stop = len(ids)
            if limit is not None and ids[stop - 1].as_py() >= limit:
                stop = bisect_left(range(stop), limit, key=lambda row: ids[row].as_py())
                if stop:
                    yield self.rest.slice(0, stop)
                self.rest = self.rest.slice(stop)
                return
            yield self.rest
            self.rest = None


class _Writer:
    """The Parquet files of one table and split."""

    def __init__(self, folder: Path, split: str, table: Table) -> None:
        self.folder, self.split, self.schema = folder, split, table.arrow_schema
        self.pending: list[pa.Table] = []
        self.waiting = self.rows = self.files = 0
        self.open: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        """Take rows in order; write as soon as a row group is full."""
        while len(rows):
            part = rows.slice(0, ROW_GROUP - self.waiting)
            self.pending.append(part)
            self.waiting += len(part)
            rows = rows.slice(len(part))
            if self.waiting == ROW_GROUP:
                self._write()

    def close(self, report: Report) -> None:
        """Write what is left, give the files their names, and tell the report how much there is."""
        if self.waiting:
            self._write()
        if self.open:
            self.open.close()
        size = 0
        for nth in range(self.files):
            path = self.folder / f"{self.split}-{nth:05d}-of-{self.files:05d}.parquet"
            self._partial(nth).rename(path)
            metadata = pq.read_metadata(path)
            size += sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
            report.sha256[f"{self.folder.name}/{path.name}"] = of_file(path)
        report.counts.setdefault(self.folder.name, {})[self.split] = self.rows
        report.sizes.setdefault(self.folder.name, {})[self.split] = size

    def _write(self) -> None:
        """Write what is pending as one row group; begin a file where the last one is full."""
        if self.rows % FILE == 0:
            if self.open:
                self.open.close()
            self.folder.mkdir(parents=True, exist_ok=True)
            self.open = pq.ParquetWriter(self._partial(self.files), self.schema, **PARQUET)
            self.files += 1
        assert self.open is not None  # noqa: S101 - opened at the first row
        self.open.write_table(pa.concat_tables(self.pending).combine_chunks(), row_group_size=ROW_GROUP)
        self.rows += self.waiting
        self.pending, self.waiting = [], 0

    def _partial(self, nth: int) -> Path:
        return self.folder / f"{self.split}-{nth:05d}.partial"


def _ascending(slices: Sequence[pa.Table]) -> bool:
    """Whether sorted slices, one behind the other, are sorted; only slices of one shard can share an article."""
    ends = [(one["article_id"][0].as_py(), one["article_id"][-1].as_py()) for one in slices]
    return all(last <= first for (_, last), (first, _) in pairwise(ends))


def _fill(rows: pa.Table, table: Table, decided: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """The rows with their decided columns; everything else is as the shard made it."""
    for place, field in enumerate(table.fields):
        if field.name in decided:
            values = [decided[field.name][article_id] for article_id in rows["article_id"].to_pylist()]
            rows = rows.set_column(place, table.arrow_schema.field(place), pa.array(values, field.arrow_type))
    return rows


def _codes(rows: pa.Table, split_of: Mapping[str, str]) -> Any:
    """The number of each row's split."""
    unique = pc.unique(rows["article_id"])
    codes = np.array([SPLITS.index(split_of[article_id]) for article_id in unique.to_pylist()], np.int8)
    return codes[pc.index_in(rows["article_id"], unique).to_numpy()]
