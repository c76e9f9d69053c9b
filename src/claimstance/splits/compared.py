"""The stored index: which articles were near-duplicates the last time, so that only new ones need to be compared.

Articles have a rank: their line in the ledger, new ones by id behind all. Of texts that share a band each is compared
with the one of the rank before it and with the first. So as long as the first articles are those of the index, with the
signatures that they had, every pair of them that is to be compared was compared before, and groups are those of a
comparison from nothing. Where one of them is gone, is another or has another rank, or the code is another, the index is
as if it were not there.

It has four bytes an article: the rank of one that stands for all that its text is joined with. A checksum before them
holds them, the signatures and the code together.
"""

import contextlib
import hashlib
from pathlib import Path

import numpy as np

from claimstance.folders import written
from claimstance.splits import groups, signatures
from claimstance.splits.groups import I32, NOBODY
from claimstance.splits.signatures import U32
from claimstance.splits.values import READ

MARK = 16  # bytes
_SUM = hashlib.sha256().digest_size
_CODE = tuple(Path(str(module.__file__)) for module in (groups, signatures))


def mark(signature: U32) -> bytes:
    """It will be what a signature is known by."""
    return hashlib.blake2b(signature.tobytes(), digest_size=MARK).digest()


def joined(index: Path, marks: Path, ranked: I32) -> I32:
    """It will give, by rank, the ranks of those that stand for the articles of the index; none where it is of others.

    `ranked` are all articles in order of their ranks, as indices into their marks, which are in a file.
    """
    with contextlib.suppress(OSError):
        count, cut = divmod(index.stat().st_size - _SUM, NOBODY.itemsize)
        if not cut and 0 <= count <= len(ranked):
            said = index.read_bytes()
            found = np.frombuffer(said, np.int32, count, _SUM)
            if said[:_SUM] == _sum(marks, ranked[:count], found):
                return found
    return NOBODY


def store(index: Path, marks: Path, ranked: I32, joined: I32) -> None:
    """It will write the index, in one step."""
    written(index, _sum(marks, ranked, joined) + joined.tobytes())


def _sum(marks: Path, ranked: I32, joined: I32) -> bytes:
    total, held = hashlib.sha256(), np.fromfile(marks, f"V{MARK}")
    for path in _CODE:
        total.update(path.read_bytes())
    for start in range(0, len(ranked), READ):
        total.update(held[ranked[start : start + READ]].data)
    total.update(joined.data)
    return total.digest()
