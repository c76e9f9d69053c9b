"""The stored index: which articles were near-duplicates the last time, so that only new ones need to be compared.

It has a row an article, in the order in which they came: a mark of its id and its signature, and the place of one that
stands for all that its text is joined with. Of texts that share a band each is compared with the one before it and with
the first, and new ones come last. So as long as the first articles are those of the index, every pair of them that is
to be compared was compared before, and groups are those of a comparison from nothing. Where one of them is gone, is
another or comes elsewhere, the index is as if it were not there.
"""

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claimstance.splits.groups import I32, NOBODY, VERSION
from claimstance.splits.signatures import U32
from claimstance.splits.values import READ

MARK = 16  # bytes
_ROW = np.dtype([("mark", f"V{MARK}"), ("joined", np.int32)])
_SUM = hashlib.sha256().digest_size


def mark(article_id: bytes, signature: U32) -> bytes:
    """It will be what an article is known by: another id or another signature has another."""
    return hashlib.blake2b(article_id + signature.tobytes(), digest_size=MARK).digest()


def joined(index: Path, marks: Path, came: I32) -> I32:
    """It will give the places of those that stand for the articles of the index, the first that `came`; for nobody
    where that is not so. `came` are indices into the marks of all articles, which are in a file.
    """
    if not index.is_file():
        return NOBODY
    count, cut = divmod(index.stat().st_size - _SUM, _ROW.itemsize)
    if cut or not 0 <= count <= len(came):
        return NOBODY
    held, found, total = _marks(marks), np.empty(count, np.int32), hashlib.sha256(VERSION.encode())
    with index.open("rb") as file:
        for start in range(0, count, READ):
            rows = np.fromfile(file, _ROW, min(READ, count - start))
            if (rows["mark"] != held[came[start : start + len(rows)]]).any():
                return NOBODY
            found[start : start + len(rows)] = rows["joined"]
            total.update(rows.data)
        return found if file.read() == total.digest() else NOBODY


def store(index: Path, marks: Path, came: I32, joined: I32) -> None:
    """It will write the index, in one step, for all that `came`."""
    held, total = _marks(marks), hashlib.sha256(VERSION.encode())
    partial = index.with_name(f".{index.name}.partial")
    with partial.open("wb") as file:
        for start in range(0, len(came), READ):
            some = slice(start, start + READ)
            rows = np.empty(len(came[some]), _ROW)
            rows["mark"], rows["joined"] = held[came[some]], joined[some]
            file.write(rows.data)
            total.update(rows.data)
        file.write(total.digest())
    partial.replace(index)


def _marks(path: Path) -> npt.NDArray[np.void]:
    return np.fromfile(path, f"V{MARK}")
