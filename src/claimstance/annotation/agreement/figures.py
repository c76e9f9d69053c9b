"""Agreement: how alike annotators judge, as figures over the ballots of all articles.

For each kind of item (stance, support degree, type of claim, tokens under a span label): nominal alpha and raw
agreement, of all annotators and of each two, for each label against all others, for each batch and each wave, and of
each annotator against the others. For spans F1, exact and by overlap; for labels how often which two met.

Items meet within a batch, with what an overlap batch asked others of them: what one annotator judged in one main batch
and another in the next is not compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from claimstance.annotation.agreement.alpha import Votes, beside, by_article, sums, sums_against
from claimstance.annotation.agreement.ballots import UNITS
from claimstance.annotation.agreement.bootstrap import Estimate, Floats, Ints, Sums, estimates
from claimstance.table import Row, Rows, whole

# An annotator is far off the others when alpha against them is surely (the whole interval of the difference, from the
# same draws of articles) more than FAR below alpha of the others among themselves.
FAR = 0.1
FEWEST_ANNOTATORS, FEWEST_ITEMS, FEWEST_ARTICLES = 3, 20, 5
AGAINST = ("alpha_against_others", "alpha_of_others", "")  # the last is their difference


@dataclass(frozen=True, slots=True)
class _Names:
    """What the numbers in votes stand for, each list in order; batches with their wave and guideline."""

    articles: list[str]
    annotators: list[str]
    batches: list[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class _Figure:
    """What some figures are about; `metrics` names them in the order of their sums, "" what is no row."""

    task: str
    unit: str
    label: str | None
    metrics: tuple[str, ...] = ("alpha", "raw")
    batch: str | None = None
    wave: int | None = None
    annotators: tuple[str, ...] = ()
    n_items: int = 0
    n_annotators: int = 0
    n_articles: int = 0
    guideline_version: str | None = None


@whole
def agreement(ballots: pa.Table) -> Rows:
    """One row a figure of the whole corpus, see schemas/tables/agreement.yaml; `ballots` are those of all articles.

    A value is null where it is undefined: alpha where all values are the same. An interval is null where the value is,
    and where resampling says nothing of its error: see `estimates`.
    """
    names = _named(ballots)
    rows = [row for figure, found in estimates(_figures(ballots, names)) for row in _rows(figure, found)]
    for figure, votes in _votes(ballots, names):
        if figure.unit in UNITS.values():
            rows += _confusion(figure, votes, names)
    return rows


def _named(ballots: pa.Table) -> _Names:
    batches = _different(ballots, ["batch", "wave", "guideline_version"])
    return _Names(
        articles=sorted(pc.unique(ballots["article_id"]).to_pylist()),
        annotators=sorted(pc.unique(pc.list_flatten(ballots["annotators"])).to_pylist()),
        batches=sorted((row["batch"], row["wave"], row["guideline_version"]) for row in batches),
    )


def _different(ballots: pa.Table, columns: list[str]) -> Rows:
    """Each combination of values once; the parts of a table number their values each for itself."""
    rows: Rows = ballots.select(columns).unify_dictionaries().group_by(columns).aggregate([]).to_pylist()
    return rows


def _figures(ballots: pa.Table, names: _Names) -> Iterator[tuple[_Figure, Sums]]:
    """Every figure that is an estimate."""
    for figure, votes in _votes(ballots, names):
        if figure.unit == "span":
            yield from _of_spans(figure, votes, names)
        else:
            yield from _of_items(figure, votes, names)


def _votes(ballots: pa.Table, names: _Names) -> Iterator[tuple[_Figure, Votes]]:
    """The votes of each kind of item; none on a label that nobody marked."""
    for kind in sorted(_different(ballots, ["task", "unit", "label"]), key=lambda row: tuple(row.values())):
        task, unit, label = kind["task"], kind["unit"], kind["label"]
        that = (pc.field("task") == task) & (pc.field("unit") == unit) & (pc.field("label") == label)
        votes = _numbered(ballots.filter(that), names)
        if unit == "span" or votes.names != ("",):
            yield _Figure(task, unit, label or None), votes


def _numbered(ballots: pa.Table, names: _Names) -> Votes:
    """The votes of one kind of item."""
    said = pc.list_flatten(ballots["values"]).cast(pa.string())
    values = sorted(pc.unique(said).to_pylist())
    return Votes(
        item=np.repeat(np.arange(len(ballots)), pc.list_value_length(ballots["annotators"]).to_numpy()),
        annotator=_numbers(pc.list_flatten(ballots["annotators"]), names.annotators),
        value=_numbers(said, values),
        article=_numbers(ballots["article_id"], names.articles),
        batch=_numbers(ballots["batch"], [name for name, _, _ in names.batches]),
        times=ballots["times"].to_numpy(),
        names=tuple(values),
        same=np.array([ballots["exact"].to_numpy(), ballots["overlap"].to_numpy()]),
    )


def _numbers(column: pa.ChunkedArray, names: Sequence[str]) -> Ints:
    """The place of each value in `names`."""
    numbers: Ints = pc.index_in(column, pa.array(names, pa.string())).to_numpy().astype(np.int64)
    return numbers


def _of_items(figure: _Figure, votes: Votes, names: _Names) -> Iterator[tuple[_Figure, Sums]]:
    """Alpha and raw agreement of each part, for each label in it, and of each annotator against the others."""
    for about, part in _parts(figure, votes, names):
        articles = np.unique(part.article)
        yield about, sums(part, articles)
        if figure.unit != "token" and not about.annotators:
            for number, label in enumerate(part.names):
                own = part.value == number
                if own.any():
                    binary = replace(part, value=own.astype(np.int64), names=("", label))
                    yield replace(about, label=label), sums(binary, articles)
    annotators = np.unique(votes.annotator)
    if len(annotators) >= FEWEST_ANNOTATORS:
        articles = np.unique(votes.article)
        for one in annotators:
            own = votes.annotator == one
            about = _about(figure, votes.only(np.isin(votes.item, votes.item[own])), names)
            about = replace(about, metrics=AGAINST, annotators=(names.annotators[one],))
            yield about, beside(sums_against(votes, one, articles), sums(votes.only(~own).paired, articles))


def _of_spans(figure: _Figure, votes: Votes, names: _Names) -> Iterator[tuple[_Figure, Sums]]:
    """F1 of the spans of each part."""
    for about, part in _parts(figure, votes, names):
        columns = by_article(part.article, np.unique(part.article), [*part.same, part.times], np.int64(1))
        yield replace(about, metrics=("f1", "f1_overlap")), Sums(columns, _f1)


def _f1(totals: Floats) -> Floats:
    """Twice the spans that are the same, by all that were marked."""
    return 2 * totals[:, :2] / totals[:, 2:]


def _parts(figure: _Figure, votes: Votes, names: _Names) -> Iterator[tuple[_Figure, Votes]]:
    """All votes, those of each wave, of each batch, and of each two annotators."""
    yield _about(figure, votes, names), votes
    batches = np.unique(votes.batch).tolist()
    for wave in sorted({names.batches[batch][1] for batch in batches}):
        own = [batch for batch in batches if names.batches[batch][1] == wave]
        part = votes.only(np.isin(votes.batch, own)[votes.item])
        yield replace(_about(figure, part, names), wave=wave), part
    for batch in batches:
        part = votes.only((votes.batch == batch)[votes.item])
        name, wave, _ = names.batches[batch]
        yield replace(_about(figure, part, names), wave=wave, batch=name), part
    for pair in combinations(np.unique(votes.annotator).tolist(), 2):
        part = votes.only(np.isin(votes.annotator, pair)).paired
        if len(part.item):
            both = tuple(names.annotators[one] for one in pair)
            yield replace(_about(figure, part, names), annotators=both), part


def _about(figure: _Figure, votes: Votes, names: _Names) -> _Figure:
    """The figure with how much there is of it, and the guideline where it is one."""
    versions = {names.batches[batch][2] for batch in np.unique(votes.batch).tolist()}
    return replace(
        figure,
        n_items=int(votes.times.sum()),
        n_annotators=len(np.unique(votes.annotator)),
        n_articles=len(np.unique(votes.article)),
        guideline_version=versions.pop() if len(versions) == 1 else None,
    )


def _rows(figure: _Figure, found: Sequence[Estimate]) -> Rows:
    """The rows of one figure's metrics."""
    rows = [_row(figure, metric, one) for metric, one in zip(figure.metrics, found, strict=True) if metric]
    if figure.metrics == AGAINST:
        enough = figure.n_items >= FEWEST_ITEMS and figure.n_articles >= FEWEST_ARTICLES
        highest = found[AGAINST.index("")].high
        rows[0]["flag"] = enough and highest is not None and highest < -FAR
    return rows


def _confusion(figure: _Figure, votes: Votes, names: _Names) -> Rows:
    """How often two annotators of one item said these two labels, the same one included."""
    rows = []
    for one, other in combinations_with_replacement(range(len(votes.names)), 2):
        first, second = votes.table[:, one], votes.table[:, other]
        met = (first * (first - 1) // 2 if one == other else first * second) * votes.times
        if met.any():
            about = _about(figure, votes.only((met > 0)[votes.item]), names)
            about = replace(about, label=votes.names[one])
            rows.append(_row(about, "confusion", Estimate(float(met.sum())), votes.names[other]))
    return rows


def _row(figure: _Figure, metric: str, one: Estimate, other_label: str | None = None) -> Row:
    parts = {
        "label": figure.label,
        "other": other_label,
        "wave": figure.wave if figure.batch is None else None,
        "batch": figure.batch,
        "annotators": "+".join(figure.annotators),
    }
    named = [f"{name}={value}" for name, value in parts.items() if value]
    return {
        "agreement_id": "/".join([figure.task, figure.unit, metric, *named]),
        "task": figure.task,
        "unit": figure.unit,
        "metric": metric,
        "label": figure.label,
        "other_label": other_label,
        "batch": figure.batch,
        "round": 2 if figure.unit == "pair" else 1,
        "wave": figure.wave,
        "annotators": list(figure.annotators),
        "value": one.value,
        "ci_low": one.low,
        "ci_high": one.high,
        "n_items": figure.n_items,
        "n_annotators": figure.n_annotators,
        "n_articles": figure.n_articles,
        "guideline_version": figure.guideline_version,
        "flag": False,
    }
