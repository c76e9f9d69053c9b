"""The same tables by Polars: frames of a few thousand articles, concatenated, mapped, sorted, partitioned, written."""

from pathlib import Path

import polars as pl
from benchmarks.scale.jobs.common import TABLES, decided, raw, schemas, tables, told
from benchmarks.scale.pools import COLUMNS, POOL

from claimstance.articles.audit import Audit
from claimstance.parquet import ROW_GROUP
from claimstance.shard import addresses
from claimstance.splits.signatures import signatures

TOGETHER = 2000  # articles


def run(root: Path, out: Path, workers: int) -> None:
    """One process calls the functions; Polars reads, moves and writes with as many threads as there are cores."""
    read = pl.read_ndjson(root / POOL, schema=dict.fromkeys(COLUMNS, pl.String))
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    listed: list[tuple[str, str]] = []
    audit = Audit()
    for part in read.iter_slices(TOGETHER):
        made = tables(root, [raw(row) for row in part.iter_rows(named=True)])
        listed += addresses(made["articles"], made["sources"])
        audit.take(made["audit"])
        for name in TABLES:
            parts[name].append(pl.DataFrame(schemas(root)[name].conform(made[name])))
    found = {name: pl.concat(own) for name, own in parts.items()}
    articles = found["articles"]
    assert articles["article_id"].is_unique().all()
    if not articles["article_id"].is_sorted():
        found = {name: table.sort(schemas(root)[name].keys) for name, table in found.items()}
        articles = found["articles"]
    chosen = decided(root, articles["article_id"].to_list(), signatures(articles["text"].to_list()), listed)
    for name, table in found.items():
        more = [pl.col("article_id").replace_strict(chosen.splits).alias("split")]
        if name == "articles":
            more.append(pl.col("article_id").replace_strict(chosen.dup_groups).cast(pl.String).alias("dup_group"))
        (out / name).mkdir(parents=True)
        for (split,), part in table.with_columns(more).partition_by("split", as_dict=True).items():
            part = part.select(table.columns)
            features = schemas(root)[name].arrow_schema.metadata[b"huggingface"].decode()
            part.write_parquet(
                out / name / f"{split}.parquet",
                compression="zstd",
                compression_level=3,
                row_group_size=ROW_GROUP,
                metadata={"huggingface": features},
            )
    told(out, audit)
