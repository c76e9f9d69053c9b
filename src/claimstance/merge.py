"""Shards of tables, set aside as Arrow files, and merged into Parquet in order of article_id.

Each shard's tables are sorted by article, so a range of articles is one slice of each shard: the merge takes a range
at a time and memory stays flat. Bytes depend on row groups, so rows are gathered to a fixed number before they are
written.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance import decided
from claimstance.digests import of_file
from claimstance.parquet import FILE, PARQUET, ROW_GROUP
from claimstance.report import Report
from claimstance.splits.ledger import SPLITS
from claimstance.table import WHOLE, Table

PARTS = 5  # of a shard that the merge has come to, it holds one at a time; 20 take a third more time
# Shards' worth that it holds where the articles of all shards are mixed; more shards have more parts. Sentences of a
# million mixed articles take 213 MB and 20 s, with 20 shards' worth 296 MB and 19 s; those of 100,000 take 221 MB.
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Aside:
    """One table of one shard, in a file, and the first article in it ("" where it has no row)."""

    path: Path
    first: str


def parts(shards: int) -> int:
    """It will be in how many parts each of so many shards is set aside. In steps, so that a few shards more or less are
    set aside alike.
    """
    found = PARTS
    while found * AT_ONCE < shards:
        found *= 2
    return found


def set_aside(folder: Path, nth: int, tables: Mapping[str, pa.Table], parts: int = PARTS) -> dict[str, Aside]:
    """It will write the tables of one shard to files in a folder; each is sorted by article_id, and no article is in
    two shards. `nth` tells the shards of one folder apart.
    """
    found = {}
    for name, table in tables.items():
        path = folder / f"{nth:06d}.{name}.arrow"
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            # One dictionary a column is all that such a file may have.
            writer.write_table(table.unify_dictionaries(), max_chunksize=len(table) // parts + 1)
        first = table["article_id"][0].as_py() if len(table) and "article_id" in table.column_names else ""
        found[name] = Aside(path, first)
    return found


def joined(slices: Sequence[pa.Table], keys: Sequence[str]) -> pa.Table:
    """It will be the rows of some slices in one, in order of the keys; each slice is in that order already. Without
    keys they stay as they come.
    """
    rows = pa.concat_tables(slices)
    if not keys or _ascending([one for one in slices if len(one)]):
        return rows
    return rows.combine_chunks().sort_by([(key, "ascending") for key in keys])


def finish(out: Path, table: Table, shards: Sequence[Aside], known: Path, report: Report) -> None:
    """It will write one table of all shards below `out`, and fill in the report's counts and digests.

    `known` is what was decided (claimstance.decided). A split of a table without rows has no file: the reader cannot
    open one.
    """
    _room_for(len(shards))
    writers = {split: _Writer(out / table.name, split, table) for split in SPLITS}
    for rows, own in _merged(table, shards, known):
        place = pc.index_in(rows["article_id"].combine_chunks(), value_set=own["article_id"])
        splits = own["split"].take(place)
        rows = _fill(rows, table, {"split": splits, "dup_group": own["dup_group"].take(place)})
        for split in SPLITS:
            writers[split].add(rows.filter(pc.equal(splits, split)))
        report.tally(table, rows)
    for writer in writers.values():
        writer.close(report)


def finish_whole(out: Path, table: Table, rows: pa.Table, report: Report) -> None:
    """It will write a table about the whole corpus below `out`: one split, see claimstance.table.WHOLE."""
    writer = _Writer(out / table.name, WHOLE, table)
    writer.add(rows)
    writer.close(report)


def _merged(table: Table, shards: Sequence[Aside], known: Path) -> Iterator[tuple[pa.Table, pa.RecordBatch]]:
    """The table's rows in order of article and key, a range of articles at once, with what was decided of them."""
    schema = table.arrow_schema
    opened = [_Shard(one, schema) for one in shards]
    for own, limit in decided.ranges(known):
        slices = [part for shard in opened for part in shard.below(limit)]
        if slices:
            # In one piece: slices of shards in many parts have a few rows each, and so would all that is made of them.
            # The articles of a million took 520 MB and 51 s as they came, and take 363 to 385 MB and 19 s so.
            yield joined(slices, table.keys).combine_chunks(), own


class _Shard:
    """One table of one shard, read from the front, a few rows at a time."""

    def __init__(self, aside: Aside, schema: pa.Schema) -> None:
        self.path, self.first = aside.path, aside.first
        self.schema = schema  # one for all shards: two that were read are compared each time, metadata and all
        self.reader: pa.ipc.RecordBatchFileReader | None = None  # null before the first row that is wanted
        self.next = 0
        self.rest: pa.Table | None = None

    def below(self, limit: str | None) -> Iterator[pa.Table]:
        """The rows that were not read yet of articles below `limit`, or all that are left."""
        while True:
            if self.rest is None:
                if self.reader is None:
                    if limit is not None and self.first >= limit:
                        return
                    self.file = pa.OSFile(str(self.path))
                    self.reader = pa.ipc.open_file(self.file)
                if self.next == self.reader.num_record_batches:
                    self.file.close()
                    return
                self.rest = pa.Table.from_arrays(self.reader.get_batch(self.next).columns, schema=self.schema)
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


@dataclass(frozen=True, slots=True)
class AllRows:
    """One table of all shards, read anew each time. Not mapped: what was read of a mapped file counts as memory."""

    shards: Sequence[Aside]

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, a shard at a time, in one piece: what stands in small parts takes long to go through."""
        for one in self.shards:
            with pa.OSFile(str(one.path)) as file:
                yield from pa.ipc.open_file(file).read_all().combine_chunks().to_batches()


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


def _room_for(files: int) -> None:
    """Let this process have so many files open beside its own; most systems begin with 256 or 1,024, and allow more."""
    try:
        import resource
    except ImportError:  # no such limit on this system
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files + 128
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _ascending(slices: Sequence[pa.Table]) -> bool:
    """Whether sorted slices, one behind the other, are sorted; only slices of one shard can share an article."""
    ends = ((one["article_id"][0].as_py(), one["article_id"][-1].as_py()) for one in slices)
    return all(last <= first for (_, last), (first, _) in pairwise(ends))


def _fill(rows: pa.Table, table: Table, decided: Mapping[str, pa.ChunkedArray]) -> pa.Table:
    """The rows with their decided columns; everything else is as the shard made it."""
    for place, field in enumerate(table.fields):
        if field.name in decided:
            rows = rows.set_column(place, table.arrow_schema.field(place), decided[field.name].cast(field.arrow_type))
    return rows
