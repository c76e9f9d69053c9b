"""The ledger: corpus/splits.csv, which article went where, and since which version. Lines are only ever added.

It has a line an article, not a line a group: when two groups grow together later, only so is it still known which old
article stood in which of them. The order of lines also says whose texts are compared, see groups.py.
"""

import csv
import hashlib
import io
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from claimstance.errors import LedgerError
from claimstance.splits.values import numbers
from claimstance.table import SPLITS as SPLITS
from claimstance.version import VERSION

HEADER = ["article_id", "group", "split", "since"]
RESTORE = "Restore the file from its history."
LINES = pa.schema([(name, pa.string()) for name in HEADER])
BLOCK = 2**18  # bytes of the file that are read together, some thousand lines
TOGETHER = 2**14  # groups whose names are in memory at once
NEW = -1  # in place of the number of a split: not in the ledger
_SCALE = 1 << 64
_WORD = rb"[!#-+\--~]{1,400}"  # ASCII without a quote, a comma or a space
_PLAIN = re.compile(
    rb"(?:%b,%b,(?:%b),%b\r?\n)++" % (_WORD, _WORD, "|".join(SPLITS).encode(), VERSION.encode())
)  # lines that no reader of CSV can read otherwise; ++ keeps no way back, which would take memory

Codes = npt.NDArray[np.int8]  # numbers of splits, in the order of SPLITS
Named = Callable[[npt.NDArray[np.integer]], pa.Array]  # the ids of articles


class Entry(NamedTuple):
    """One line: the article, its group at that time, its split for good, and the version that first had it."""

    article_id: str
    group: str
    split: str
    since: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The split of each article in this build; `torn` groups with how many articles each split holds."""

    splits: Codes
    torn: dict[str, dict[str, int]]


def read(path: Path) -> pa.Table:
    """It will give all lines of the ledger, in the columns of LINES. Raises LedgerError."""
    return pa.concat_tables([LINES.empty_table(), *lines(path)])


def check(path: Path) -> None:
    """It will read the ledger to its end and keep nothing. Raises LedgerError."""
    for _ in lines(path):
        pass


def lines(path: Path) -> Iterator[pa.Table]:
    """It will give the ledger's lines in order, some thousand at a time, in the columns of LINES; an absent ledger has
    none. Raises LedgerError where one cannot be trusted, and at the end where an article stands there twice.
    """
    held = [np.empty(0, np.uint64)]
    for table in _tables(path) if path.exists() else ():
        held.append(numbers(table["article_id"].to_pylist()))
        yield table
    known = np.sort(np.concatenate(held))
    if (known[1:] == known[:-1]).any():
        _entries(path)


def _tables(path: Path) -> Iterator[pa.Table]:
    """The lines, as long as they are plain; from the first other on by a reader that knows all of CSV and the number
    of each line, takes ten times as long, and holds all.
    """
    from pyarrow import csv as columns

    said = 0
    options = columns.ConvertOptions(column_types=LINES)
    with path.open("rb") as file:
        plain = file.readline().rstrip(b"\r\n") == ",".join(HEADER).encode()
        while plain and (block := _block(file)):
            if plain := bool(_PLAIN.fullmatch(block)):
                names = columns.ReadOptions(column_names=HEADER, use_threads=False)
                table = columns.read_csv(io.BytesIO(block), names, convert_options=options)
                said += len(table)
                yield table
    if not plain:
        rest = _entries(path)[said:]
        yield pa.table(list(zip(*rest, strict=True)) or [()] * len(HEADER), schema=LINES)


def _block(file: BinaryIO) -> bytes:
    """Whole lines; empty at the end of the file."""
    block = file.read(BLOCK) + file.readline()
    return block + b"\n" if block and not block.endswith(b"\n") else block


def _entries(path: Path) -> list[Entry]:
    """The ledger's lines. Raises LedgerError that names the line."""
    rows = _rows(path)
    if not rows or rows[0][1] != HEADER:
        raise LedgerError(f"{path}:1", f"the first line is not {','.join(HEADER)}", RESTORE)
    entries: dict[str, Entry] = {}
    for number, row in rows[1:]:
        if not row:
            raise LedgerError(f"{path}:{number}", "an empty line", "Remove it.")
        if len(row) != len(HEADER) or row[2] not in SPLITS or not re.fullmatch(VERSION, row[3]):
            raise LedgerError(
                f"{path}:{number}",
                f"not an entry: {','.join(row)[:100]}",
                f"An entry has an article, a group, one of {', '.join(SPLITS)}, and a version.",
            )
        if row[0] in entries:
            raise LedgerError(
                f"{path}:{number}", f"{row[0]} stands there twice", "Remove the line that was added later."
            )
        entries[row[0]] = Entry(*row)
    return [*entries.values()]


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """The fields of each entry, with the line that it ends on."""
    content = path.read_bytes()
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise LedgerError(f"{path}:{number}", "not UTF-8", RESTORE) from None
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise LedgerError(f"{path}:{reader.line_num}", f"not CSV ({error})", RESTORE) from None


def decide(
    groups: npt.NDArray[np.int32],
    known: Codes,
    named: Named,
    shares: Mapping[str, float],
) -> Decision:
    """It will give every article its split: the ledger's, else that of its group's older articles, else by the
    group's hash.

    `groups` has for each article the first of its group, `known` the split by the ledger, or NEW. A group is
    named for its first article.

    A group whose older articles lie in several splits is torn: they stay, its new articles go where most of them are
    (at equal numbers, in the order of SPLITS), and the group is returned with what it holds in each split.
    """
    most, of_group = np.zeros(len(groups), np.int64), np.full(len(groups), NEW, np.int8)
    for code in range(len(SPLITS)):
        held = np.bincount(groups[known == code], minlength=len(groups))
        of_group[held > most] = code
        np.maximum(most, held, out=most)
    fresh = np.flatnonzero((groups == np.arange(len(groups))) & (of_group == NEW))
    for some in np.array_split(fresh, len(fresh) // TOGETHER + 1):
        of_group[some] = [SPLITS.index(by_hash(name, shares)) for name in named(some).to_pylist()]
    splits = np.where(known == NEW, of_group[groups], known)
    return Decision(splits, _torn(groups, splits, named))


def _torn(groups: npt.NDArray[np.int32], splits: Codes, named: Named) -> dict[str, dict[str, int]]:
    """How many articles of each group that lies in several splits each of these holds."""
    torn = np.unique(groups[splits != splits[groups]]).astype(np.int64)
    own = np.flatnonzero(np.isin(groups, torn))
    counts = np.zeros((len(torn), len(SPLITS)), np.int64)
    np.add.at(counts, (np.searchsorted(torn, groups[own]), splits[own]), 1)
    return {
        name: {split: count for split, count in sorted(zip(SPLITS, row, strict=True)) if count}
        for name, row in zip(named(torn).to_pylist(), counts.tolist(), strict=True)
    }


def append(path: Path, new: Iterable[Entry]) -> None:
    """It will put new lines behind the ledger's old ones, which stay as they are to the byte, in one step."""
    partial = path.with_suffix(".csv.partial")
    if path.exists():
        shutil.copyfile(path, partial)
    else:
        partial.write_bytes(",".join(HEADER).encode() + b"\n")
    with partial.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        ended = file.read() == b"\n"
    with partial.open("a", encoding="utf-8", newline="") as file:
        file.write("" if ended else "\n")
        csv.writer(file, lineterminator="\n").writerows(new)
    partial.replace(path)


def by_hash(group: str, shares: Mapping[str, float]) -> str:
    """It will give the split whose share of the number line the group's hash falls on."""
    point = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8]) / _SCALE
    for name in SPLITS:
        point -= shares[name]
        if point < 0:
            return name
    return SPLITS[0]
