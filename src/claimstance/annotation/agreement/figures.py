"""Agreement: how alike annotators judge, as figures over the ballots of all articles.

For each kind of item (stance, support degree, type of claim, tokens under a span label): nominal alpha and raw
agreement, of all annotators and of each two, for each label against all others, for each batch and each wave, and of
each annotator against the others. For spans F1, exact and by overlap; for labels how often which two met.

Items meet within a batch, with what an overlap batch asked others of them: what one annotator judged in one main batch
and another in the next is not compared.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, combinations_with_replacement

import numpy as np

from claimstance.annotation.agreement.alpha import Votes, beside, by_article, sums, sums_against
from claimstance.annotation.agreement.ballots import UNITS
from claimstance.annotation.agreement.bootstrap import Estimate, Floats, Ints, Sums, estimates
from claimstance.annotation.agreement.kinds import Kind, Names, kinds, named
from claimstance.table import Batches, Row, Rows, whole

# An annotator is far off the others when alpha against them is surely (the whole interval of the difference, from the
# same draws of articles) more than FAR below alpha of the others among themselves.
FAR = 0.1
FEWEST_ANNOTATORS, FEWEST_ITEMS, FEWEST_ARTICLES = 3, 20, 5
AGAINST = ("alpha_against_others", "alpha_of_others", "")  # the last is their difference


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
def agreement(ballots: Batches) -> Rows:
    """One row a figure of the whole corpus, see schemas/tables/agreement.yaml; `ballots` are those of all articles.

    A value is null where it is undefined: alpha where all values are the same. An interval is null where the value is,
    and where resampling says nothing of its error: see `estimates`.
    """
    names = named(ballots)
    rows = [row for figure, found in estimates(_figures(ballots, names)) for row in _rows(figure, found)]
    for task, unit, label, kind in kinds(ballots, names, UNITS.values()):
        rows += _confusion(_Figure(task, unit, label or None), kind, names)
    return rows


def _figures(ballots: Batches, names: Names) -> Iterator[tuple[_Figure, Sums]]:
    """Every figure that is an estimate."""
    for task, unit, label, kind in kinds(ballots, names, (*UNITS.values(), "token", "span")):
        of = _of_spans if unit == "span" else _of_items
        yield from of(_Figure(task, unit, label or None), kind, names)


def _of_items(figure: _Figure, kind: Kind, names: Names) -> Iterator[tuple[_Figure, Sums]]:
    """Alpha and raw agreement of each part, for each label in it, and of each annotator against the others."""
    for about, part in _parts(figure, kind, names):
        add = partial(sums, sizes=part.sizes)
        told, own = _added(about, part, names, add)
        if told.n_items:  # not any two annotators have met
            yield told, own
        if figure.unit != "token" and not about.annotators:
            for number, label in enumerate(kind.names):
                if own.columns[:, number].any():
                    yield _added(replace(about, label=label), _said(part, number), names, add)
    if len(kind.annotators) >= FEWEST_ANNOTATORS:
        for one in kind.annotators:
            yield _against(figure, kind, names, one)


def _said(kind: Kind, number: int) -> Kind:
    """The votes as whether they say one value or not."""
    names = ("", kind.names[number])
    said = kind.each(lambda votes: replace(votes, value=(votes.value == number).astype(np.int64), names=names))
    return replace(said, names=names)


def _against(figure: _Figure, kind: Kind, names: Names, one: int) -> tuple[_Figure, Sums]:
    """Alpha of one annotator against the others, and of the others among themselves."""

    def add(votes: Votes, articles: Ints) -> Sums:
        others = votes.only(votes.annotator != one).paired
        return beside(sums_against(votes, one, articles), sums(others, articles, sizes))

    def judged(votes: Votes) -> Votes:
        return votes.only(np.bincount(votes.item[votes.annotator == one], minlength=len(votes.article))[votes.item] > 0)

    sizes = sorted({fewer for size in kind.sizes for fewer in (size - 1, size) if fewer > 1})
    about = replace(figure, metrics=AGAINST, annotators=(names.annotators[one],))
    return _added(about, kind, names, add, judged)


def _of_spans(figure: _Figure, kind: Kind, names: Names) -> Iterator[tuple[_Figure, Sums]]:
    """F1 of the spans of each part."""
    for about, part in _parts(replace(figure, metrics=("f1", "f1_overlap")), kind, names):
        told, own = _added(about, part, names, _marked)
        if told.n_items:
            yield told, own


def _marked(votes: Votes, articles: Ints) -> Sums:
    """How many spans are the same, exactly and by overlap, and how many were marked."""
    return Sums(by_article(votes.article, articles, [*votes.same, votes.times], np.int64(1)), _f1)


def _f1(totals: Floats) -> Floats:
    """Twice the spans that are the same, by all that were marked."""
    return 2 * totals[:, :2] / totals[:, 2:]


def _parts(figure: _Figure, kind: Kind, names: Names) -> Iterator[tuple[_Figure, Kind]]:
    """All votes, those of each wave, of each batch, and of each two annotators."""
    yield figure, kind
    for wave in sorted({names.batches[batch][1] for batch in kind.batches}):
        own = [batch for batch in kind.batches if names.batches[batch][1] == wave]
        yield replace(figure, wave=wave), _of_batches(kind, own)
    for batch in kind.batches:
        name, wave, _ = names.batches[batch]
        yield replace(figure, wave=wave, batch=name), _of_batches(kind, [batch])
    for one, other in combinations(kind.annotators, 2):
        both = (names.annotators[one], names.annotators[other])
        yield replace(figure, annotators=both), _of_two(kind, one, other)


def _of_batches(kind: Kind, batches: Sequence[int]) -> Kind:
    return kind.each(lambda votes: votes.only(np.isin(votes.batch, batches)[votes.item]))


def _of_two(kind: Kind, one: int, other: int) -> Kind:
    both = kind.each(lambda votes: votes.only((votes.annotator == one) | (votes.annotator == other)).paired)
    return replace(both, sizes=[2])


def _added(
    figure: _Figure,
    kind: Kind,
    names: Names,
    add: Callable[[Votes, Ints], Sums],
    about: Callable[[Votes], Votes] = lambda votes: votes,
) -> tuple[_Figure, Sums]:
    """The sums of a figure, added up from portion to portion, because they are whole numbers; and the figure, with how
    much there is of the votes that it is `about`, and the guideline where it is one.
    """
    seen, told = np.zeros((2, len(names.articles)), np.bool_)
    n_items, annotators, batches = 0, set[int](), set[int]()
    columns: Floats | None = None
    for votes in kind:
        articles = np.unique(votes.article)
        own = add(votes, articles)
        if columns is None:
            columns = np.zeros((len(seen), own.columns.shape[1]))
        columns[articles] += own.columns
        seen[articles] = True
        some = about(votes)
        told[some.article] = True
        n_items += int(some.times.sum())
        annotators |= {*np.flatnonzero(np.bincount(some.annotator)).tolist()}
        batches |= {*np.flatnonzero(np.bincount(some.batch)).tolist()}
    versions = {names.batches[batch][2] for batch in batches}
    assert columns is not None  # noqa: S101 - a kind of item has votes
    figure = replace(
        figure,
        n_items=n_items,
        n_annotators=len(annotators),
        n_articles=int(told.sum()),
        guideline_version=versions.pop() if len(versions) == 1 else None,
    )
    return figure, Sums(columns if seen.all() else columns[seen], own.measure)


def _rows(figure: _Figure, found: Sequence[Estimate]) -> Rows:
    """The rows of one figure's metrics."""
    rows = [_row(figure, metric, one) for metric, one in zip(figure.metrics, found, strict=True) if metric]
    if figure.metrics == AGAINST:
        enough = figure.n_items >= FEWEST_ITEMS and figure.n_articles >= FEWEST_ARTICLES
        highest = found[AGAINST.index("")].high
        rows[0]["flag"] = enough and highest is not None and highest < -FAR
    return rows


def _confusion(figure: _Figure, kind: Kind, names: Names) -> Rows:
    """How often two annotators of one item said these two labels, the same one included."""
    rows = []
    for one, other in combinations_with_replacement(range(len(kind.names)), 2):
        about, met = _met(replace(figure, label=kind.names[one]), kind, names, one, other)
        if met:
            rows.append(_row(about, "confusion", Estimate(met), kind.names[other]))
    return rows


def _met(figure: _Figure, kind: Kind, names: Names, one: int, other: int) -> tuple[_Figure, float]:
    """How often two labels met."""

    def met(votes: Votes) -> Ints:
        first, second = votes.table[:, one], votes.table[:, other]
        return first * (first - 1) // 2 if one == other else first * second

    def add(votes: Votes, articles: Ints) -> Sums:
        columns = by_article(votes.article, articles, [met(votes)], votes.times)
        return Sums(columns, np.copy)  # nobody asks for rounds of it

    both = kind.each(lambda votes: votes.only(met(votes)[votes.item] > 0))
    about, own = _added(figure, both, names, add)
    return about, float(own.columns.sum())


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
