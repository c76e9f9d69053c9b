"""Decide: the one step that looks at all articles, at a few narrow columns of each (about 1 kB, most of it on disk)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from claimstance.splits import ledger
from claimstance.splits.groups import groups
from claimstance.splits.signatures import signatures, stored
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


def set_aside(folder: Path, nth: int, articles: Rows, claims: Rows, addresses: Iterable[tuple[str, str]]) -> None:
    """It will write the narrow columns of one shard to files in a folder; `addresses` are (article_id, canonical
    address), and `nth` tells the shards of one folder apart.

    Articles of the same text share a wording, also where it is too short to sign.
    """
    signed = signatures([article["text"] for article in articles])
    _path(folder, nth, "signatures").write_bytes(signed.tobytes())
    wordings = {(claim["article_id"], claim["claim_group"]) for claim in claims}
    wordings |= {(article["article_id"], article["text_sha256"]) for article in articles}
    columns = ("article_id", "event")
    for name, rows in (
        ("events", [tuple(article[column] for column in columns) for article in articles]),
        ("wordings", sorted(wordings)),
        ("addresses", list(dict.fromkeys(addresses))),
    ):
        one, other = zip(*rows, strict=True) if rows else ((), ())
        table = pa.table([pa.array(one, pa.string()), pa.array(other, pa.string())], _PAIR)
        with pa.OSFile(str(_path(folder, nth, name)), "wb") as file, pa.ipc.new_file(file, _PAIR) as writer:
            writer.write_table(table)


_PAIR = pa.schema([("one", pa.string()), ("other", pa.string())])


def _path(folder: Path, nth: int, name: str) -> Path:
    return folder / f"{nth:06d}.{name}"


class Narrow:
    """The narrow columns of every article seen so far, gathered in files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._signatures = folder / "signatures"
        self._signatures.touch()
        self.article_ids: list[str] = []
        self._events: list[str | None] = []
        self._wordings, self._addresses = _Pairs(folder / "wordings"), _Pairs(folder / "addresses")

    def add(self, folder: Path, nth: int) -> None:
        """Take the columns of one shard, as `set_aside` wrote them."""
        with self._signatures.open("ab") as file:
            file.write(_path(folder, nth, "signatures").read_bytes())
        events = _read(_path(folder, nth, "events"))
        self.article_ids += events["one"].to_pylist()
        self._events += events["other"].to_pylist()
        self._wordings.add(_read(_path(folder, nth, "wordings")))
        self._addresses.add(_read(_path(folder, nth, "addresses")))

    def decide(self, recorded: Mapping[str, ledger.Entry], shares: Mapping[str, float], version: str) -> Decided:
        """It will group all articles and give each its split, by the ledger where that has it."""
        signed = stored(self._signatures)
        found = groups(self.article_ids, signed, self._events, self._wordings, self._addresses)
        order = sorted(range(len(self.article_ids)), key=self.article_ids.__getitem__)
        article_ids = [self.article_ids[index] for index in order]
        decision = ledger.decide(article_ids, [found.of[index] for index in order], recorded, shares, version)
        dup_groups = [found.near_duplicates[index] for index in order]
        return Decided(decision.split_of, dup_groups, decision.new, decision.torn, found.hubs)


class _Pairs(Collection[tuple[str, str]]):
    """Pairs of strings, in a file."""

    def __init__(self, path: Path) -> None:
        self._path, self._count = path, 0
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_stream(self._file, _PAIR)

    def add(self, pairs: pa.Table) -> None:
        """Take some more; none after the first were asked for."""
        self._writer.write_table(pairs)
        self._count += len(pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The pairs, as often as asked."""
        self._writer.close()
        self._file.close()
        for part in pa.ipc.open_stream(pa.OSFile(str(self._path))):
            yield from zip(part["one"].to_pylist(), part["other"].to_pylist(), strict=True)

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __contains__(self, pair: object) -> bool:
        """Whether a pair is among them; slow."""
        return pair in list(self)


def _read(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.OSFile(str(path))).read_all()
