"""corpus/withdrawn.csv: a tombstone for each article that was withdrawn. Lines are only ever added.

    article_id,date,reason,text_sha256,signature,kept

The last three know the text again, and none of them holds it: its SHA-256; 2 bits of each of the 128 bins of its
signature (splits/returning.py), 256 in all, which is less than a dozen words have; and the articles and sources, with
blanks between them, that have nearly the same text and stay nevertheless. A line that somebody writes by hand of a text
that nobody has any more leaves them empty. A later line of the same article adds to `kept`, and to nothing else.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from claimstance.errors import LedgerError
from claimstance.folders import written

HEADER = ("article_id", "date", "reason", "text_sha256", "signature", "kept")
RESTORE = "Restore the file from its history."
_FORMS = {
    "article_id": r"[a-z0-9]+(-[a-z0-9]+)*",
    "date": r"\d{4}-\d\d-\d\d",
    "reason": r"[^\r\n]*\S[^\r\n]*",
    "text_sha256": r"([0-9a-f]{64})?",
    "signature": r"([a-z0-9-]+:[0-9a-f]{64})?",
    "kept": r"([a-z0-9.-]+( [a-z0-9.-]+)*)?",
}


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of an article. `signature` is empty where the text was too short to have one."""

    article_id: str
    date: str
    reason: str
    text_sha256: str = ""
    signature: str = ""
    kept: tuple[str, ...] = ()


def of(root: Path) -> Path:
    """Where the tombstones of the corpus at `root` stand."""
    return root / "corpus" / "withdrawn.csv"


def read(root: Path) -> dict[str, Tombstone]:
    """It will give the tombstones of the corpus at `root` by article; none where there is no file.

    Raises LedgerError.
    """
    path = of(root)
    if not path.exists():
        return {}
    rows = _rows(path)
    if not rows or tuple(rows[0][1]) != HEADER:
        raise LedgerError(f"{path}:1", f"the first line is not {','.join(HEADER)}", RESTORE)
    stones: dict[str, Tombstone] = {}
    for number, row in rows[1:]:
        one = _stone(f"{path}:{number}", row)
        first = stones.get(one.article_id)
        if first and (not one.kept or (one.text_sha256, one.signature) != (first.text_sha256, first.signature)):
            raise LedgerError(f"{path}:{number}", f"{one.article_id} stands there twice", "Remove the later line.")
        kept = tuple(sorted({*first.kept, *one.kept})) if first else one.kept
        stones[one.article_id] = replace(first or one, kept=kept)
    return stones


def reasons(root: Path | None) -> dict[str, str]:
    """It will give the withdrawn articles of a corpus, each with its reason; none where there is no corpus."""
    return {one.article_id: one.reason for one in read(root).values()} if root else {}


def add(root: Path, new: Iterable[Tombstone]) -> None:
    """It will put lines behind those that are there, which stay as they are to the byte, in one step."""
    path = of(root)
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for one in new:
        writer.writerow((one.article_id, one.date, one.reason, one.text_sha256, one.signature, " ".join(one.kept)))
    old = path.read_bytes() if path.exists() else (",".join(HEADER) + "\n").encode()
    written(path, old + (b"" if old.endswith(b"\n") else b"\n") + lines.getvalue().encode())


def _stone(where: str, row: list[str]) -> Tombstone:
    said = dict(zip(HEADER, row, strict=False))
    if len(row) != len(HEADER):
        raise LedgerError(where, f"not a tombstone: {','.join(row)[:100]}", f"It has {', '.join(HEADER)}.")
    for name, form in _FORMS.items():
        if not re.fullmatch(form, said[name]):
            raise LedgerError(where, f"{name} is {said[name][:100]!r}", RESTORE)
    try:
        date.fromisoformat(said["date"])
    except ValueError:
        raise LedgerError(where, f"date is {said['date']!r}", "Write it as 2026-01-31.") from None
    kept = tuple(said.pop("kept").split())
    return Tombstone(**said, kept=kept)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """The fields of each line, with the number of the line that it ends on."""
    try:
        reader = csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""), strict=True)
        return [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        raise LedgerError(str(path), "not UTF-8", RESTORE) from None
    except csv.Error as error:
        raise LedgerError(str(path), f"not CSV ({error})", RESTORE) from None
