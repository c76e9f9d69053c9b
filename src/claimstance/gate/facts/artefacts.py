"""Fact `artefacts`: how well the stance is told from the claim alone, and from the source alone.

A stance is a relation of the two. Where one of them gives it away (refuted claims sound odd, one outlet always agrees),
a model learns that instead, and its score says nothing of reading: the hypothesis-only test (Gururangan et al. 2018;
Poliak et al. 2018). A plain classifier is trained on train and tested on validation and test, against whoever always
answers the most frequent stance of what it is tested on. Intervals are over articles, see intervals.py.
"""

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.gate.facts.intervals import Floats, ratio
from claimstance.gate.folder import Folder, split_of

SCHEMA = pa.schema(
    [
        ("model", pa.string()),  # claim-only or source-only
        ("n_train", pa.int64()),
        ("n_test", pa.int64()),
        ("accuracy", pa.float64()),  # null, as all figures, where there are too few rows to tell
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("majority", pa.float64()),
        ("gain", pa.float64()),  # accuracy - majority
        ("gain_low", pa.float64()),
        ("gain_high", pa.float64()),
        ("macro_f1", pa.float64()),
    ]
)
TRAIN, TEST = ("train",), ("validation", "test")
MOST = 10_000  # rows to train with, and to test with: whole articles, drawn by a hash of their ids
FEWEST = 30  # rows to test with
LONGEST = 400  # characters of a text that are read
# A word, or a character beyond U+07FF, whose scripts often have no spaces: as in splits/signatures.py.
WORDS = r"[^\W_\u0800-\U0010FFFF]+|[^\W_]"
SEED = 20_261_125


def artefacts(folder: Folder) -> pa.Table:
    """It will give a row a model, see SCHEMA."""
    train, test = _sample(folder, TRAIN), _sample(folder, TEST)
    rows = [_row("claim-only", train, test, train["claim"], test["claim"])]
    rows.append(_row("source-only", train, test, _said(train), _said(test)))
    return pa.Table.from_pylist(rows, SCHEMA)


def _said(rows: pa.Table) -> pa.ChunkedArray:
    """What the source says itself, and its name where that is not known."""
    return pc.coalesce(rows["evidence_text"], rows["source"])


def _row(model: str, train: pa.Table, test: pa.Table, seen: pa.ChunkedArray, asked: pa.ChunkedArray) -> dict[str, Any]:
    row: dict[str, Any] = {"model": model, "n_train": len(train), "n_test": len(test)}
    known, wanted = train["stance"].to_numpy(), test["stance"].to_numpy()
    if len(test) < FEWEST or len(np.unique(known)) < 2:
        return row
    told = _predicted(seen.to_pylist(), known, asked.to_pylist())
    labels, counts = np.unique(wanted, return_counts=True)
    right, likeliest = told == wanted, wanted == labels[counts.argmax()]
    article = test["article_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    wholes = _sums(article, np.ones(len(test)))
    accuracy = ratio(_sums(article, right), wholes)
    gain = ratio(_sums(article, right.astype(np.float64) - likeliest), wholes)
    figures = {
        "accuracy": accuracy.value,
        "low": accuracy.low,
        "high": accuracy.high,
        "majority": float(likeliest.mean()),
        "gain": gain.value,
        "gain_low": gain.low,
        "gain_high": gain.high,
        "macro_f1": float(np.mean([_f1(told == label, wanted == label) for label in labels])),
    }
    return row | {name: None if np.isnan(value) else round(value, 6) + 0.0 for name, value in figures.items()}


def _sums(article: Any, values: Any) -> Floats:
    """The sum of the values of each article."""
    return np.bincount(article, values).astype(np.float64)


def _f1(told: Any, wanted: Any) -> float:
    return float(2 * (told & wanted).sum() / (told.sum() + wanted.sum()))


def _predicted(seen: Sequence[str], known: Any, asked: Sequence[str]) -> Any:
    """The stances that a logistic regression over words and pairs of words tells, by averaged stochastic descent.

    Of penalties from 1e-5 to 3e-3 this one found most of what was planted in 150 to 20,000 texts; an exact solver found
    no more in twenty times the time.
    """
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    words = HashingVectorizer(token_pattern=WORDS, ngram_range=(1, 2), n_features=1 << 18, alternate_sign=False)
    model = SGDClassifier(loss="log_loss", alpha=5e-5, max_iter=20, average=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could go on; all the same to a bound on what words give away
        model.fit(words.transform([text[:LONGEST] for text in seen]), known)
    return model.predict(words.transform([text[:LONGEST] for text in asked]))


def _sample(folder: Folder, splits: Sequence[str]) -> pa.Table:
    """Rows with a stance of the files of some splits, of at most MOST rows' worth of articles."""
    paths = [path for path in folder.files("stances") if split_of(path) in splits]
    columns = ["article_id", "stance", "claim", "source", "evidence_text"]
    narrow = pa.concat_tables([_of(path, columns[:2]) for path in paths] or [_nothing(folder, columns[:2])])
    drawn = pa.array(list(_drawn(narrow["article_id"])), pa.string())
    parts = [_nothing(folder, columns)]
    for path in paths:
        with pq.ParquetFile(path) as file:
            for nth in range(file.num_row_groups):
                rows = file.read_row_group(nth, columns=columns).replace_schema_metadata()
                there = pc.and_(pc.is_valid(rows["stance"]), pc.is_valid(rows["claim"]))  # not where it is withheld
                parts.append(rows.filter(pc.and_(there, pc.is_in(rows["article_id"], drawn))))
    return pa.concat_tables(parts).sort_by("article_id")


def _of(path: Any, columns: Sequence[str]) -> pa.Table:
    rows = pq.read_table(path, columns=list(columns), partitioning=None).replace_schema_metadata()
    return rows.filter(pc.is_valid(rows["stance"]))


def _nothing(folder: Folder, columns: Sequence[str]) -> pa.Table:
    return folder.schemas["stances"].arrow_schema.remove_metadata().empty_table().select(list(columns))


def _drawn(article_ids: pa.ChunkedArray) -> Iterator[str]:
    """Articles in the order of a hash of their ids, as long as their rows are not too many."""
    counts = [(row["values"], row["counts"]) for row in pc.value_counts(article_ids).to_pylist()]
    total = 0
    for article_id, count in sorted(counts, key=lambda one: hashlib.sha256(one[0].encode()).digest()):
        total += count
        if total > MOST:
            return
        yield article_id
