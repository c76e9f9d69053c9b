"""The ledger: corpus/splits.csv, which article went where, and since which version. Lines are only ever added.

It has a line an article, not a line a group: when two groups grow together later, only so is it still known which old
article stood in which of them.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from claimstance.errors import LedgerError
from claimstance.table import SPLITS as SPLITS
from claimstance.version import VERSION

HEADER = ["article_id", "group", "split", "since"]
RESTORE = "Restore the file from its history."
_SCALE = 1 << 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the article, its group at that time, its split for good, and the version that first had it."""

    article_id: str
    group: str
    split: str
    since: str


@dataclass(frozen=True, slots=True)
class Decision:
    """`split_of` each article in this build; `new` lines; `torn` groups with how many articles each split holds."""

    split_of: dict[str, str]
    new: list[Entry]
    torn: dict[str, dict[str, int]]


def read(path: Path) -> dict[str, Entry]:
    """It will give the ledger's lines by article; an absent ledger is an empty one. Raises LedgerError."""
    if not path.exists():
        return {}
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
    return entries


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
    article_ids: Sequence[str],
    groups: Sequence[str],
    ledger: Mapping[str, Entry],
    shares: Mapping[str, float],
    version: str,
) -> Decision:
    """It will give every article its split: the ledger's, else that of its group's older articles, else by the
    group's hash.

    A group whose older articles lie in several splits is torn: they stay, its new articles go where most of them are
    (at equal numbers, in the order of SPLITS), and the group is returned with what it holds in each split.
    """
    older: dict[str, Counter[str]] = {}
    for article_id, group in zip(article_ids, groups, strict=True):
        if article_id in ledger:
            older.setdefault(group, Counter())[ledger[article_id].split] += 1
    split_of: dict[str, str] = {}
    new = []
    for article_id, group in zip(article_ids, groups, strict=True):
        if article_id in ledger:
            split_of[article_id] = ledger[article_id].split
            continue
        known = older.get(group)
        split = max(SPLITS, key=lambda name: known[name]) if known else _by_hash(group, shares)
        split_of[article_id] = split
        new.append(Entry(article_id, group, split, version))
    sizes = Counter(groups)
    held: dict[str, Counter[str]] = {}
    for article_id, group in zip(article_ids, groups, strict=True):
        if sizes[group] > 1:
            held.setdefault(group, Counter())[split_of[article_id]] += 1
    torn = {group: dict(sorted(counts.items())) for group, counts in sorted(held.items()) if len(counts) > 1}
    return Decision(split_of, new, torn)


def appended(path: Path, new: Sequence[Entry]) -> bytes:
    """The ledger's bytes with the new lines behind the old ones, which stay as they are to the byte."""
    old = path.read_bytes() if path.exists() else (",".join(HEADER) + "\n").encode()
    if not old.endswith(b"\n"):
        old += b"\n"
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerows((entry.article_id, entry.group, entry.split, entry.since) for entry in new)
    return old + lines.getvalue().encode()


def _by_hash(group: str, shares: Mapping[str, float]) -> str:
    """The split whose share of the number line the group's hash falls on."""
    point = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8]) / _SCALE
    for name in SPLITS:
        point -= shares[name]
        if point < 0:
            return name
    return SPLITS[0]
