"""Leaks: near-duplicates among the texts of a dataset, told anew from its files as they are read back.

Facts of the gate. They say which texts are alike; whether that is a leak, the suites say, which know the splits.
Memory grows by about 1 kB a text: its signature, its bands, its id.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from claimstance.digests import sha256
from claimstance.splits.groups import Floats, near_duplicates
from claimstance.splits.returning import Stones, returning
from claimstance.splits.signatures import ABSENT, U32, WIDTH, signatures
from claimstance.splits.values import Ints, number

SCHEMA = pa.schema([("one", pa.string()), ("other", pa.string()), ("similarity", pa.float64())])
RETURNED = pa.schema([("article_id", pa.string()), ("found", pa.string())])
_HOW = {"same": "that", "near": "nearly that"}
PART = 2000  # texts that are strings of Python at once


class Columns(Protocol):
    """Columns of a table as they were written, a piece at a time: a folder of the gate has them."""

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The rows of some columns of a table."""
        ...


def near(folder: Columns) -> pa.Table:
    """It will give pairs of articles whose texts are near-duplicates, with their estimated similarity.

    Of many copies of one text not all pairs are there, but enough that one lies across wherever the copies are divided.
    They are compared in the order of the files, so that a pair may be among them which the build passed over.
    """
    return _pairs(*_signed(_parts(folder, "articles", "article_id", "text")))


def near_evidence(folder: Columns) -> pa.Table:
    """It will give the same of sources by what they say themselves. Texts that are equal to the letter are no pair: the
    first source stands for all of them.
    """
    return _pairs(*_signed(_unlike(_parts(folder, "sources", "source_id", "evidence_text"))))


def returned(folder: Columns, stones: Stones) -> pa.Table:
    """It will give, in the columns of RETURNED, articles whose own text, or whose source's, is that of an article that
    was withdrawn, or nearly so. Of a text that a release leaves out only the digest is known.
    """
    found = []
    for rows in folder.batches("articles", ["article_id", "text_sha256", "text"]) if stones else ():
        ids, digests, texts = (rows[name].to_pylist() for name in rows.column_names)
        backs = returning(stones, ids, digests, [text or "" for text in texts])
        found += [(ids[one.place], "its text", one) for one in backs if one.how != "id"]
    for rows in folder.batches("sources", ["article_id", "source_id", "evidence_text"]) if stones else ():
        rows = rows.filter(pc.is_valid(rows["evidence_text"]))
        owners, ids, texts = (rows[name].to_pylist() for name in rows.column_names)
        backs = returning(stones, ids, [sha256(text) for text in texts], texts)
        found += [(owners[one.place], f"the text of {ids[one.place]}", one) for one in backs]
    said = [(owner, f"{what} is {_HOW[one.how]} of {one.stone.article_id}") for owner, what, one in sorted(found)]
    columns = [list(column) for column in zip(*said, strict=True)] or [[], []]
    return pa.table(columns, schema=RETURNED)


def _parts(folder: Columns, table: str, key: str, text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Keys and texts, some at a time; rows without a text are left out."""
    for rows in folder.batches(table, [key, text]):
        rows = rows.filter(pc.is_valid(rows[text]))
        for start in range(0, len(rows), PART):
            part = rows.slice(start, PART)
            yield part[key].to_pylist(), part[text].to_pylist()


def _unlike(parts: Iterator[tuple[list[str], list[str]]]) -> Iterator[tuple[list[str], list[str]]]:
    """The same, each text once."""
    seen: set[int] = set()
    for keys, texts in parts:
        new = {}
        for key, text in zip(keys, texts, strict=True):
            known = number(text)
            if known not in seen:
                seen.add(known)
                new[key] = text
        yield list(new), list(new.values())


def _signed(parts: Iterator[tuple[list[str], list[str]]]) -> tuple[pa.Array, U32]:
    """Keys and signatures of the texts that are long enough to have one."""
    keys, found = [pa.array([], pa.string())], [np.empty((0, WIDTH), np.uint32)]
    for own, texts in parts:
        signed = signatures(texts)
        there = ~(signed == ABSENT).all(axis=1)
        keys.append(pa.array(own, pa.string()).filter(pa.array(there)))
        found.append(signed[there])
    return pa.concat_arrays(keys), np.concatenate(found)


def _pairs(keys: pa.Array, signed: U32) -> pa.Table:
    """The near-duplicates among them, in order, the smaller key first."""
    links, alike = near_duplicates(signed)
    return _table(keys, links, alike).sort_by([("one", "ascending"), ("other", "ascending")])


def _table(keys: pa.Array, links: Ints, alike: Floats) -> pa.Table:
    left, right = (keys.take(pa.array(links[:, side])) for side in (0, 1))
    first, last = pc.min_element_wise(left, right), pc.max_element_wise(left, right)
    return pa.table([first, last, pa.array(alike)], schema=SCHEMA)
