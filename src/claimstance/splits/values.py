"""Values that articles share, as numbers: an event, the wording of a claim, an address. Who shares one is linked.

A number takes a tenth of the memory of its string. Pairs of an article and a value lie in a file and are gone through
in parts, by the number of the value, so that memory does not grow with them.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

PAIR = np.dtype([("value", np.uint64), ("index", np.int64)])
HELD = (
    2**19
)  # pairs that are sorted together: 8 MB, and as much again twice while they are; a million take no less time
READ = 2**16  # pairs that are read together

Ints = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
Numbered = npt.NDArray[np.void]  # pairs, of the dtype PAIR


def number(value: str) -> int:
    """It will give 64 bits of a hash in place of the string, which would take ten times the memory."""
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest())


def numbers(values: Iterable[str]) -> U64:
    """It will give the number of each."""
    return np.fromiter(map(number, values), np.uint64)


def paired(said: Iterable[tuple[int, int]]) -> Numbered:
    """It will give pairs of the number of a value and the index of an article, in order of the index."""
    held = np.fromiter(said, PAIR)
    return held[np.argsort(held["index"], kind="stable")]


class Stored:
    """Pairs in a file; of many articles they come in order of the index."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._path.touch()

    def add(self, pairs: Numbered, first: int) -> None:
        """Take some more, whose indices are counted from `first`."""
        pairs["index"] += first
        with self._path.open("ab") as file:
            file.write(pairs.data)

    def parts(self) -> Iterator[Numbered]:
        """All pairs, as many together as HELD says; all of one value are in one part."""
        count = np.uint64(self._path.stat().st_size // PAIR.itemsize // HELD + 1)
        half = np.uint64(32)
        for part in range(int(count)):
            yield np.concatenate(
                [np.empty(0, PAIR), *(one[(one["value"] >> half) * count >> half == part] for one in self._read())]
            )

    def _read(self) -> Iterator[Numbered]:
        with self._path.open("rb") as file:
            while len(some := np.fromfile(file, PAIR, READ)):
                yield some


def chained(pairs: Numbered, hub: int | None = None) -> tuple[Ints, U64]:
    """It will give links, of shape (n, 2), that chain the articles that share a value, and the values that more than
    `hub` articles share, which link nobody. The pairs come in order of the index.
    """
    held = pairs[np.argsort(pairs["value"], kind="stable")]
    held = held[np.append(True, held[1:] != held[:-1])[: len(held)]]
    value = held["value"]
    same = value[1:] == value[:-1]
    hubs = np.empty(0, np.uint64)
    if hub is not None:
        values, counts = np.unique(value, return_counts=True)
        hubs = values[counts > hub]
        same &= ~np.isin(value[1:], hubs)
    return np.stack([held["index"][:-1][same], held["index"][1:][same]], axis=1), hubs
