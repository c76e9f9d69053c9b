"""What all views share: they take what `load` gives, split by split, in memory or as a stream, and give the same kind.

A view is worked out anew each time it is asked for. `datasets` would give back what an older version of this code made
of the same rows, because it tells functions apart by their names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast

from claimstance.digests import sha256
from claimstance.errors import LoadError
from claimstance.schema import load
from claimstance.table import Row, Rows, Schemas

Data = TypeVar("Data")  # a Dataset, a DatasetDict, an IterableDataset or an IterableDatasetDict
_SCHEMAS = Path(__file__).parent.parent / "template" / "schemas"


def each(data: Data, view: Callable[[Any], Any]) -> Data:
    """It will make a view of a dataset, or of each split of several."""
    kind: Any = type(data)
    made = kind({split: view(own) for split, own in data.items()}) if isinstance(data, Mapping) else view(data)
    return cast(Data, made)


def mapped(
    data: Any, what: str, function: Callable[[Row], Rows], features: Mapping[str, Any], *settings: object
) -> Any:
    """It will turn each row into none, one or several; `features` are those of the new rows, in order.

    `what` and `settings` tell apart what follows of the same rows.
    """
    from datasets import Dataset, Features

    def batch(given: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        made = list(chain.from_iterable(map(function, _rows(given))))
        return {name: [row[name] for row in made] for name in features}

    if isinstance(data, Dataset) and not len(data):  # datasets would give it back as it is
        return Dataset.from_dict({name: [] for name in features}, Features(features), split=data.split)
    plain = data.with_format(None)
    more: dict[str, Any] = {}
    if isinstance(data, Dataset):
        said = sha256("view", what, data._fingerprint, *map(repr, settings))
        more = {"load_from_cache_file": False, "new_fingerprint": said[:16]}
    gone = [name for name in columns(data) if name not in features]
    return plain.map(batch, batched=True, remove_columns=gone, features=Features(features), **more)


def one_split(data: Any) -> Any:
    """The dataset, or the first split of several: features are the same in all."""
    return next(iter(data.values())) if isinstance(data, Mapping) else data


def columns(data: Any) -> list[str]:
    """The names of its columns. Raises LoadError where it does not know them."""
    if data.column_names is None:
        raise LoadError("the dataset", "it does not know its columns", "Use what `load` gives.")
    return list(data.column_names)


def needs(data: Any, what: str, *names: str) -> None:
    """It will refuse a dataset that lacks one of these columns. Raises LoadError."""
    for own in data.values() if isinstance(data, Mapping) else [data]:
        lacks = sorted(set(names) - set(columns(own)))
        if lacks:
            raise LoadError(what, f"no column {', '.join(lacks)} is there", "Is it the table that is meant?")


def read(data: Any, *names: str) -> Iterator[Row]:
    """It will read these columns of all rows; of several splits one after the other."""
    for own in data.values() if isinstance(data, Mapping) else [data]:
        for batch in own.with_format(None).select_columns(list(names)).iter(1_000):
            yield from _rows(batch)


@cache
def known() -> Schemas:
    """The schemas that this version of claimstance came with: what labels mean, and their names elsewhere."""
    return load(_SCHEMAS)


def one_of(what: str, word: str, value: str, allowed: Iterable[str]) -> None:
    """It will refuse a value that is none of these. Raises LoadError."""
    names = list(allowed)
    if value not in names:
        raise LoadError(what, f"{word} is {value!r}", f"Due: {', '.join(names)}.")


def _rows(batch: Mapping[str, Sequence[Any]]) -> Iterator[Row]:
    names = list(batch)
    return (dict(zip(names, values, strict=True)) for values in zip(*(batch[name] for name in names), strict=True))
