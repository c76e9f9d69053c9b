"""The same tables by plain pandas, which holds everything at once: apply, explode, map, groupby, to_parquet."""

from pathlib import Path

import pandas as pd
from benchmarks.scale.jobs.common import PARQUET, TABLES, decided, raw, shapes, tables
from benchmarks.scale.pools import POOL

from claimstance.articles.references import canonical_url
from claimstance.splits.signatures import signatures


def run(root: Path, out: Path, workers: int) -> None:
    """One process does all of it."""
    read = pd.read_json(root / POOL, lines=True, dtype=False, convert_dates=False)
    made = read.apply(lambda row: tables([raw(row.to_dict())]), axis=1)
    found = {}
    for name in TABLES:
        rows = made.apply(lambda one, name=name: one[name]).explode().dropna()
        found[name] = pd.DataFrame(rows.tolist())
    articles = found["articles"]
    own = articles.assign(canonical_url=articles["url"].map(canonical_url))
    listed = pd.concat([own, found["sources"]])[["article_id", "canonical_url"]].dropna().drop_duplicates()
    pairs = list(listed.itertuples(index=False, name=None))
    chosen = decided(root, articles["article_id"].tolist(), signatures(articles["text"].tolist()), pairs)
    for name, table in found.items():
        table["split"] = table["article_id"].map(chosen.splits)
        if name == "articles":
            table["dup_group"] = table["article_id"].map(chosen.dup_groups)
        (out / name).mkdir(parents=True)
        for split, part in table.groupby("split"):
            part = part.reindex(columns=shapes(root)[name].names)
            part.to_parquet(out / name / f"{split}.parquet", schema=shapes(root)[name], index=False, **PARQUET)
