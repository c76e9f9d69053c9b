"""The same tables by plain pandas, which holds everything at once: apply, explode, map, groupby, to_parquet."""

from functools import partial
from pathlib import Path

import pandas as pd
from benchmarks.scale.jobs.common import TABLES, decided, numbered, numbers, raw, schemas, tables, told
from benchmarks.scale.pools import POOL

from claimstance.articles.audit import Audit
from claimstance.articles.references import canonical_url
from claimstance.parquet import PARQUET, ROW_GROUP
from claimstance.splits.signatures import signatures
from claimstance.table import Field, Table


def run(root: Path, out: Path, workers: int) -> None:
    """One process does all of it."""
    read = pd.read_json(root / POOL, lines=True, dtype=False, convert_dates=False)
    made = read.apply(lambda row: tables(root, [raw(row.to_dict())]), axis=1)
    audit, found = Audit(), {}
    made.apply(lambda one: audit.take(one.pop("audit")))
    for name in TABLES:
        rows = made.apply(lambda one, name=name: one[name]).explode().dropna()
        found[name] = _held(schemas(root)[name], pd.DataFrame(rows.tolist()))
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
        shape = schemas(root)[name].arrow_schema
        for split, part in table.groupby("split"):
            part = part.reindex(columns=shape.names)
            place = out / name / f"{split}.parquet"
            part.to_parquet(place, schema=shape, index=False, row_group_size=ROW_GROUP, **PARQUET)
    told(out, audit)


def _held(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in their order, labels as numbers, if they are as the schema has them; pyarrow refuses a wrong type when
    it writes them.
    """
    fields = [field for field in table.fields if not field.decided]
    assert set(rows) == {field.name for field in fields} and rows[table.key].is_unique
    for field in fields:
        rows[field.name] = _column(field, rows[field.name])
    return rows.sort_values(list(table.keys))


def _column(field: Field, column: pd.Series) -> pd.Series:
    assert not field.required or column.notna().all(), field.name
    said = column.dropna()
    if field.pattern:
        assert said.str.fullmatch(field.pattern).all(), field.name
    if field.minimum is not None or field.maximum is not None:
        assert said.between(field.minimum or 0, field.maximum or float("inf")).all(), field.name
    if not field.vocabulary:
        return column
    number = numbers(field)
    if field.items:
        return column.map(partial(numbered, number))
    assert said.isin(number).all(), field.name
    return column.map(number)
