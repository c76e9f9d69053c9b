"""datatrove as its users have it: MinHash signatures, buckets and clusters, each a pipeline of its own; then a pipeline
that leaves near-duplicates out, calls our functions an article at a time, and writes a Parquet file a table and split.

A task reads whole files, so the pool is cut into one file a worker first.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import spacy  # noqa: F401 - what datatrove cuts English into words with
from benchmarks.scale.jobs.common import TABLES, numbered, numbers, raw, schemas, tables, told
from benchmarks.scale.pools import POOL
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.dedup import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import ParquetWriter

from claimstance.articles.audit import Audit
from claimstance.table import Field

TENTHS = ("train",) * 8 + ("validation", "test")


class Tables(PipelineStep):  # type: ignore[misc]  # of which mypy sees nothing
    """The tables of each article, each row on its way to the file of its table and split; at the end a file of what
    there is to say of citations.
    """

    name, type = "Tables", "claimstance"

    def __init__(self, root: Path, out: Path) -> None:
        super().__init__()
        self.root, self.out = root, out
        self.labels = {
            name: [(one, numbers(one)) for one in schemas(root)[name].fields if one.vocabulary] for name in TABLES
        }
        self.writers = {
            name: ParquetWriter(
                str(out / name),
                "${split}-${rank}.parquet",
                compression="zstd",
                adapter=_row,
                schema=schemas(root)[name].arrow_schema,
                max_file_size=-1,
            )
            for name in TABLES
        }

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Articles as they come, their rows written."""
        audit = Audit()
        for document in data:
            made = tables(self.root, [raw({**document.metadata, "id": document.id, "text": document.text})])
            audit.take(made["audit"])
            split = TENTHS[sha256(document.id.encode()).digest()[0] % 10]
            for name, writer in self.writers.items():
                for row in made[name]:
                    labels = {one.name: _numbered(one, number, row[one.name]) for one, number in self.labels[name]}
                    writer.write(Document(text="", id=document.id, metadata={**row, **labels, "split": split}), rank)
            yield document
        for writer in self.writers.values():
            writer.close()
        told(self.out, audit, f"audit-{rank}")


def run(root: Path, out: Path, workers: int) -> None:
    """Four pipelines, each shared out to processes as far as it can be."""
    lines, held, logs, config = root / "lines", root / "held", root / "logs", MinhashConfig()
    _cut(root / POOL, lines, workers)

    def go(name: str, tasks: int, *steps: Any) -> None:
        LocalPipelineExecutor(list(steps), tasks, min(tasks, workers), logging_dir=str(logs / name)).run()

    reader = JsonlReader(str(lines))
    go("signatures", workers, reader, MinhashDedupSignature(str(held / "signatures"), config))
    buckets = MinhashDedupBuckets(str(held / "signatures"), str(held / "buckets"), config=config)
    go("buckets", config.num_buckets, buckets)
    go("clusters", 1, MinhashDedupCluster(str(held / "buckets"), str(held / "clusters"), config=config))
    go("tables", workers, reader, MinhashDedupFilter(str(held / "clusters")), Tables(root, out))


def _numbered(field: Field, number: Mapping[str, int], value: Any) -> Any:
    """A label as its number; in a list of spans, that of each."""
    if field.items:
        return numbered(number, value)
    return None if value is None else number[value]


def _row(writer: ParquetWriter, document: Document) -> dict[str, Any]:
    row: dict[str, Any] = document.metadata
    return row


def _cut(pool: Path, folder: Path, parts: int) -> None:
    """The lines of a pool in so many files of the same size."""
    folder.mkdir()
    size = pool.stat().st_size
    with pool.open("rb") as file:
        for nth in range(parts):
            with (folder / f"{nth}.jsonl").open("wb") as part:
                while file.tell() < size * (nth + 1) // parts and (line := file.readline()):
                    part.write(line)
