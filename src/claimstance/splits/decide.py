"""Decide: the one step that looks at all articles, at a few narrow columns of each (about 1 kB, most of it on disk)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from claimstance.splits import ledger
from claimstance.splits.groups import groups
from claimstance.splits.signatures import BINS, signatures
from claimstance.table import Rows


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of every article, in ascending order of article_id, and what people should hear of it.

    `new` are lines for the ledger, `torn` groups that lie in several splits, `hubs` addresses that link nobody.
    """

    split_of: dict[str, str]
    dup_groups: list[str | None]
    new: list[ledger.Entry]
    torn: dict[str, dict[str, int]]
    hubs: list[str]


class Narrow:
    """The narrow columns of every article seen so far; signatures go to a file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._signatures = folder / "signatures"
        self._signatures.touch()
        self.article_ids: list[str] = []
        self._events: list[str | None] = []
        self._wordings, self._addresses = _Pairs(), _Pairs()

    def add(self, articles: Rows, claims: Rows, addresses: Iterable[tuple[str, str]]) -> None:
        """Take one shard's columns; `addresses` are (article_id, canonical address).

        Articles of the same text share a wording, also where it is too short to sign.
        """
        with self._signatures.open("ab") as file:
            file.write(signatures([article["text"] for article in articles]).tobytes())
        self.article_ids += [article["article_id"] for article in articles]
        self._events += [article["event"] for article in articles]
        self._wordings.add((claim["article_id"], claim["claim_group"]) for claim in claims)
        self._wordings.add((article["article_id"], article["text_sha256"]) for article in articles)
        self._addresses.add(addresses)

    def decide(self, recorded: Mapping[str, ledger.Entry], shares: Mapping[str, float], version: str) -> Decided:
        """It will group all articles and give each its split, by the ledger where that has it."""
        signed = np.memmap(self._signatures, np.uint32, "r").reshape(-1, BINS)
        found = groups(self.article_ids, signed, self._events, self._wordings, self._addresses)
        order = sorted(range(len(self.article_ids)), key=self.article_ids.__getitem__)
        article_ids = [self.article_ids[index] for index in order]
        decision = ledger.decide(article_ids, [found.of[index] for index in order], recorded, shares, version)
        dup_groups = [found.near_duplicates[index] for index in order]
        return Decided(decision.split_of, dup_groups, decision.new, decision.torn, found.hubs)


class _Pairs(Collection[tuple[str, str]]):
    """Pairs of strings in Arrow's memory, a third of what Python's own would take."""

    def __init__(self) -> None:
        self._parts: list[pa.Table] = []

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take some more, each once."""
        columns = list(zip(*sorted(set(pairs)), strict=True))
        if columns:
            self._parts.append(pa.table([pa.array(column, pa.string()) for column in columns], names=["one", "other"]))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The pairs, as often as asked."""
        for part in self._parts:
            yield from zip(part["one"].to_pylist(), part["other"].to_pylist(), strict=True)

    def __len__(self) -> int:
        """How many there are."""
        return sum(map(len, self._parts))

    def __contains__(self, pair: object) -> bool:
        """Whether a pair is among them; slow."""
        return pair in list(self)
