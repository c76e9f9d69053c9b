"""The same tables by datasets.map: one map makes all of an article's rows as nested columns, one a table and split
takes them apart, pyarrow writes them. Each step is cached as Arrow files, as it does. (With `filter` for the splits
it would take twice the time: the rows that are left are then gathered one by one. Sorting all rows would take as long
again, so it is only done where articles do not come in order.)
"""

import pickle
from collections import Counter
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from benchmarks.scale.jobs.common import TABLES, Decided, decided, raw, schemas, tables, told
from benchmarks.scale.pools import COLUMNS, POOL

from claimstance.articles.audit import Audit
from claimstance.parquet import PARQUET, ROW_GROUP
from claimstance.shard import addresses
from claimstance.splits.signatures import WIDTH, signatures
from claimstance.table import SPLITS, by_article


def run(root: Path, out: Path, workers: int) -> None:
    """The first map is shared out to processes. The others are done by this one: there, starting some costs more."""
    datasets.disable_progress_bars()
    features = datasets.Features({name: datasets.Value("string") for name in COLUMNS})
    read: Any = datasets.load_dataset(
        "json", data_files=str(root / POOL), features=features, split="train", cache_dir=str(root / "cache")
    )
    made = read.with_format("arrow").map(
        _made, batched=True, num_proc=workers, remove_columns=list(COLUMNS), fn_kwargs={"root": root}
    )
    narrow = made.select_columns(["article_id", "signature", "addresses", "audit"]).with_format("arrow")[:]
    ids = narrow["article_id"].to_pylist()
    signed = np.frombuffer(b"".join(narrow["signature"].to_pylist()), np.uint32).reshape(-1, WIDTH)
    audit = Audit()
    for found in filter(None, narrow["audit"].to_pylist()):
        audit.take(pickle.loads(found))  # noqa: S301 - made a moment ago
    assert len(set(ids)) == len(ids)
    if ids != sorted(ids):
        made = made.sort("article_id").flatten_indices()
    pairs = zip(ids, narrow["addresses"].to_pylist(), strict=True)
    chosen = decided(root, ids, signed, [(one, place) for one, own in pairs for place in own])
    for name in TABLES:
        alone = made.select_columns([name]).with_format("arrow")
        features = datasets.Features.from_dict(schemas(root)[name].features)
        (out / name).mkdir(parents=True)
        for split in SPLITS:
            given = {"name": name, "chosen": chosen, "split": split}
            part = alone.map(
                _of_split,
                batched=True,
                remove_columns=[name],
                fn_kwargs=given,
                features=features,
                new_fingerprint=f"{name}-{split}",  # which would be a digest of `given`, all that was decided
            )
            if len(part):
                _write(part, out / name / f"{split}.parquet")
    told(out, audit)


def _made(batch: pa.Table, root: Path) -> pa.Table:
    """The rows of some articles, an article a row, in their order, with what decides its group."""
    rows = [{**row, "published": row["published"][:10]} for row in batch.to_pylist()]  # its reader takes days for times
    made = tables(root, sorted(map(raw, rows), key=attrgetter("article_id")))
    listed = by_article(
        {"article_id": one, "place": place} for one, place in addresses(made["articles"], made["sources"])
    )
    ids = [article["article_id"] for article in made["articles"]]
    columns = {
        "article_id": pa.array(ids),
        "signature": [row.tobytes() for row in signatures([article["text"] for article in made["articles"]])],
        "addresses": [[pair["place"] for pair in listed.get(one, ())] for one in ids],
        "audit": [pickle.dumps(made["audit"]), *[None] * (len(ids) - 1)],
    }
    for name in TABLES:
        table = schemas(root)[name].conform(made[name])
        counts = Counter(table["article_id"].to_pylist())
        ends = pa.array([0, *accumulate(counts[one] for one in ids)], pa.int32())
        columns[name] = pa.ListArray.from_arrays(ends, table.to_struct_array().combine_chunks())
    return pa.table(columns)


def _write(rows: datasets.Dataset, place: Path) -> None:
    """As to_parquet does; but that knows Snappy alone, with which files are two fifths larger."""
    with pq.ParquetWriter(place, rows.features.arrow_schema, **PARQUET) as writer:
        for batch in rows.with_format("arrow").iter(ROW_GROUP):
            writer.write_table(batch)


def _of_split(batch: pa.Table, name: str, chosen: Decided, split: str) -> pa.Table:
    """The rows of one table and split, each with what was decided of its article."""
    rows = pa.Table.from_struct_array(pc.list_flatten(batch[name]))
    rows = rows.filter(pa.array([chosen.splits[one] == split for one in rows["article_id"].to_pylist()], pa.bool_()))
    if name == "articles":
        groups = [chosen.dup_groups[one] for one in rows["article_id"].to_pylist()]
        for column, values in (("split", [split] * len(rows)), ("dup_group", groups)):
            rows = rows.set_column(rows.schema.get_field_index(column), column, pa.array(values, pa.string()))
    return rows
