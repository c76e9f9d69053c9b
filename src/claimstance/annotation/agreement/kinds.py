"""Kinds of items: the votes of each as numbers, a portion at a time, so that memory does not grow with the ballots.

Each figure goes through all votes of its kind. So they are numbered once, into a file that has no name and is gone with
the kind. What is held of each article is what it adds to the figures that wait for their rounds, and its id.
"""

import pickle
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from claimstance.annotation.agreement.alpha import Votes
from claimstance.annotation.agreement.bootstrap import Ints
from claimstance.table import Batches

PORTION = 1 << 16  # ballots at once, or a few more: 11 MB with five annotators each; no byte depends on it
KIND = ("task", "unit", "label")


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers in votes stand for, each list in order; batches with their wave and guideline, values by kind of
    item.
    """

    articles: pa.Array
    annotators: list[str]
    batches: list[tuple[str, int, str]]
    values: dict[tuple[str, str, str], list[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """The votes of one kind of item. Whoever goes through them reads them anew, a portion at a time, each `changed`.

    `names` are those of the values, `annotators` and `batches` all that are among the votes before they are changed,
    `sizes` how many votes an item may have.
    """

    file: IO[bytes]
    portions: int
    names: tuple[str, ...]
    annotators: list[int]
    batches: list[int]
    sizes: list[int]
    changed: Callable[[Votes], Votes] = lambda votes: votes

    def __iter__(self) -> Iterator[Votes]:
        """The portions; one who goes through them at a time, because there is one file."""
        self.file.seek(0)
        for _ in range(self.portions):
            yield self.changed(pickle.load(self.file))  # noqa: S301 - `_written` wrote it a moment ago

    def each(self, change: Callable[[Votes], Votes]) -> Self:
        """The same votes, each portion changed in one more way."""
        return replace(self, changed=lambda votes: change(self.changed(votes)))


def named(ballots: Batches) -> Names:
    """It will be the names of all that is in some ballots."""
    articles, annotators, batches, values = [], set[str](), set[tuple[str, int, str]](), set[tuple[str, ...]]()
    for batch in ballots.to_batches():
        rows = pa.Table.from_batches([batch])
        articles.append(pc.unique(rows["article_id"].cast(pa.string())))
        annotators |= {*pc.unique(pc.list_flatten(rows["annotators"])).to_pylist()}
        batches |= _different(rows.select(["batch", "wave", "guideline_version"]))
        kinds = rows.select(KIND).take(pc.list_parent_indices(rows["values"]))
        values |= _different(kinds.append_column("value", pc.list_flatten(rows["values"])))
    by_kind: dict[tuple[str, str, str], list[str]] = {}
    for task, unit, label, value in sorted(values):
        by_kind.setdefault((task, unit, label), []).append(value)
    every = pa.chunked_array(articles, pa.string()).unique().sort()
    return Names(every, sorted(annotators), sorted(batches), by_kind)


def _different(rows: pa.Table) -> set[tuple[Any, ...]]:
    """Each combination of values once."""
    return {tuple(row.values()) for row in rows.group_by(rows.column_names).aggregate([]).to_pylist()}


def kinds(ballots: Batches, names: Names, units: Collection[str]) -> Iterator[tuple[str, str, str, Kind]]:
    """It will give the task, unit, label and votes of each kind of item of these units, none of a label that nobody
    marked; each kind has to be done with before the next. Raises OSError where there is no room for its votes.
    """
    for (task, unit, label), values in names.values.items():
        if unit in units and (unit == "span" or values != [""]):
            that = (pc.field("task") == task) & (pc.field("unit") == unit) & (pc.field("label") == label)
            with tempfile.TemporaryFile() as file:
                yield task, unit, label, _written(file, _portions(ballots, that), names, values)


def _portions(ballots: Batches, that: pc.Expression) -> Iterator[pa.Table]:
    """Those ballots, at least PORTION at once while there are more."""
    waiting, count = list[pa.Table](), 0
    for batch in ballots.to_batches():
        if own := pa.Table.from_batches([batch]).filter(that):
            waiting.append(own)
            count += len(own)
        if count >= PORTION:
            yield pa.concat_tables(waiting)
            waiting, count = [], 0
    if count:
        yield pa.concat_tables(waiting)


def _written(file: IO[bytes], portions: Iterable[pa.Table], names: Names, values: list[str]) -> Kind:
    """The votes of some ballots, in a file."""
    count, annotators, batches, sizes = 0, set[int](), set[int](), set[int]()
    for rows in portions:
        votes = _numbered(rows, names, values)
        try:
            pickle.dump(votes, file, pickle.HIGHEST_PROTOCOL)
            file.flush()
        except OSError as error:  # which knows no name of this file
            raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from None
        count += 1
        annotators |= {*np.unique(votes.annotator).tolist()}
        batches |= {*np.unique(votes.batch).tolist()}
        sizes |= {*np.unique(votes.judges).tolist()}
    return Kind(file, count, tuple(values), sorted(annotators), sorted(batches), sorted(sizes))


def _numbered(ballots: pa.Table, names: Names, values: list[str]) -> Votes:
    """The votes of one kind of item."""
    return Votes(
        item=np.repeat(np.arange(len(ballots)), pc.list_value_length(ballots["annotators"]).to_numpy()),
        annotator=_numbers(pc.list_flatten(ballots["annotators"]), names.annotators),
        value=_numbers(pc.list_flatten(ballots["values"]), values),
        article=_numbers(ballots["article_id"], names.articles),
        batch=_numbers(ballots["batch"], [name for name, _, _ in names.batches]),
        times=ballots["times"].to_numpy(),
        names=tuple(values),
        same=np.array([ballots["exact"].to_numpy(), ballots["overlap"].to_numpy()]),
    )


def _numbers(column: pa.ChunkedArray, names: Sequence[str] | pa.Array) -> Ints:
    """The place of each value in `names`."""
    numbers: Ints = pc.index_in(column, pa.array(names, pa.string())).to_numpy().astype(np.int64)
    return numbers
