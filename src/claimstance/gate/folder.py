"""The folder that is judged: its Parquet files as they were written, and what stands beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance.table import Schemas

MANIFEST = "MANIFEST.json"  # what makes a folder a release


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
        """The files of a table, sorted."""
        return sorted((self.path / table).glob("*.parquet"))

    def read(self, table: str, columns: Sequence[str]) -> pa.Table:
        """Some columns of a table, as written: labels are numbers. Raises pyarrow's errors for a broken file."""
        return pa.concat_tables(
            pq.read_table(path, columns=list(columns), partitioning=None) for path in self.files(table)
        )

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


def split_of(path: Path) -> str:
    """The split that a file says it is of: train of train-00000-of-00001.parquet."""
    return path.name.partition("-")[0]
