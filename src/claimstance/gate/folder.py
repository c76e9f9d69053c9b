"""The folder that is judged: its Parquet files as they were written, and what stands beside it."""

import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance.manifest import MANIFEST
from claimstance.table import Schemas

__all__ = ["MANIFEST", "Folder", "irregular", "split_of", "unfit"]

_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Folder:
    """A build, a release or a copy of a published dataset at `path`.

    `schemas` say what its tables should be, `corpus` is the corpus that it was made from, where that is there, `last`
    the release that it is compared with.
    """

    path: Path
    schemas: Schemas
    corpus: Path | None = None
    last: Path | None = None

    @property
    def is_release(self) -> bool:
        """Whether it is more than a build."""
        return (self.path / MANIFEST).is_file()

    def files(self, table: str) -> list[Path]:
        """The files of a table that may be opened, sorted."""
        return [path for path in self.entries(table) if not unfit(path)]

    def entries(self, table: str) -> list[Path]:
        """Whatever is called a file of the table."""
        place = self.path / table
        return [] if place.is_symlink() else sorted(place.glob("*.parquet"))

    def is_open(self, table: str) -> bool:
        """Whether all that is called a file of the table may be opened."""
        return self.files(table) == self.entries(table) and not (self.path / table).is_symlink()

    def columns(self, table: str) -> frozenset[str] | None:
        """The columns that the files of the table have where they are others than the schema's: those of a release that
        is older than a column. Otherwise none are named.
        """
        due = {field.name for field in self.schemas[table].fields}
        own = due.intersection(*(pq.read_schema(path).names for path in self.files(table)))
        return None if own == due else frozenset(own)

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        """Some columns of a table, as written: labels are numbers. Raises pyarrow's errors for a broken file."""
        found = [pq.read_table(path, columns=list(columns), partitioning=None) for path in self.files(table)]
        if found:
            return pa.concat_tables(found)
        schema = self.schemas[table].arrow_schema.remove_metadata()
        return pa.schema([schema.field(name) for name in columns]).empty_table()

    def portions(self, table: str, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        """The same, as many whole files at a time as make up `rows` rows, at least one."""
        waiting: list[pa.Table] = []
        for path in self.files(table):
            part = pq.read_table(path, columns=list(columns), partitioning=None)
            if waiting and sum(map(len, waiting)) + len(part) > rows:
                yield pa.concat_tables(waiting)
                waiting = []
            waiting.append(part)
        if waiting:
            yield pa.concat_tables(waiting)

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The same, a row group at a time."""
        for path in self.files(table):
            with pq.ParquetFile(path) as file:
                for nth in range(file.num_row_groups):
                    yield file.read_row_group(nth, columns=list(columns))


def irregular(path: Path) -> str:
    """Why it is no file to be opened: links lead elsewhere, and pipes never end. Empty where it is one."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "a link; the file itself is due"
    return "" if stat.S_ISREG(mode) else "no file, but a folder, a pipe or a device"


def unfit(path: Path) -> str:
    """The same of a file of a table, whose name patterns and queries have to bear, too."""
    named = "" if _NAME.fullmatch(path.name) else "has a name that patterns and queries read otherwise"
    return irregular(path) or named


def split_of(path: Path) -> str:
    """The split that a file says it is of: train of train-00000-of-00001.parquet."""
    return path.name.partition("-")[0]
