"""Decide: the one step that looks at all articles, at a few narrow columns of each.

These are files, about 0.9 kB an article, most of it signatures. In memory are numbers: 50 bytes an article at most, and
35 in each other process that searches.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from claimstance import decided
from claimstance.crew import Crew, trim
from claimstance.splits import compared, ledger, signatures, values
from claimstance.splits.groups import I32, Linked, linked, near_links
from claimstance.splits.ledger import NEW, SPLITS, Codes, Entry, Named
from claimstance.splits.values import number, paired
from claimstance.table import Rows

KINDS = ("events", "wordings", "addresses")
_LISTED = pa.schema([("number", pa.uint64()), ("address", pa.string())])
_DIGEST = 16  # bytes
SEARCHES = 8  # where several processes share them; two take a tenth longer so than with 2, and with 32 twice as long


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of every article, in a file (claimstance.decided), and what people should hear of it.

    `new` is how many lines the ledger lacks, `torn` are groups that lie in several splits, `hubs` addresses that link
    nobody.
    """

    path: Path
    version: str
    new: int
    torn: dict[str, dict[str, int]]
    hubs: list[str]

    def entries(self) -> Iterator[Entry]:
        """The lines for the ledger, in order of article_id."""
        for line in decided.new(self.path):
            yield Entry(*line, self.version)


def set_aside(folder: Path, nth: int, articles: Rows, claims: Rows, addresses: Iterable[tuple[str, str]]) -> None:
    """It will write the narrow columns of one shard to files in a folder; `addresses` are (article_id, canonical
    address), and `nth` tells the shards of one folder apart.

    Articles of the same text share a wording, also where it is too short to sign.
    """
    index = {article["article_id"]: place for place, article in enumerate(articles)}
    wordings = {(claim["article_id"], claim["claim_group"]) for claim in claims}
    wordings |= {(article["article_id"], article["text_sha256"]) for article in articles}
    listed = set(addresses)
    events = {(article["article_id"], article["event"]) for article in articles if article["event"]}
    known = {value: number(value) for said in (events, wordings, listed) for _, value in said}
    for kind, said in zip(KINDS, (events, wordings, listed), strict=True):
        # Not tofile, of numpy's: where the disk is full, it may say nothing.
        _path(folder, nth, kind).write_bytes(paired((known[value], index[one]) for one, value in said).data)
    signed = signatures.signatures([article["text"] for article in articles])
    _path(folder, nth, "signatures").write_bytes(signed.data)
    named = sorted({address for _, address in listed})
    _write(_path(folder, nth, "listed"), pa.table([[known[one] for one in named], named], _LISTED))
    _write(_path(folder, nth, "ids"), pa.table({"article_id": pa.array(index, pa.string())}))
    ids = [one.encode() for one in index]
    _path(folder, nth, "digests").write_bytes(b"".join(map(_digest, ids)))
    _path(folder, nth, "marks").write_bytes(b"".join(map(compared.mark, signed)))


def _path(folder: Path, nth: int, name: str) -> Path:
    return folder / f"{nth:06d}.{name}"


def search(signed: Path, ranks: Path, before: Path, among: range) -> Path:
    """It will search for near-duplicates among all whose signatures and ranks are in two files, by the bands `among`,
    and give a file beside them: links, two ranks each. The first are joined as the file `before` says.
    """
    rank, joined = np.fromfile(ranks, np.int32), np.fromfile(before, np.int32)
    with tempfile.NamedTemporaryFile(dir=signed.parent, prefix="near-", delete=False) as file:
        for links in near_links(signatures.Stored(signed), rank, among, joined):
            file.write(links.tobytes())
    trim()
    return Path(file.name)


class Narrow:
    """The narrow columns of every article seen so far, gathered in files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: list[tuple[Path, int]] = []
        self._values = {kind: values.Stored(folder / kind) for kind in KINDS}
        self._count = self._bytes = 0
        (folder / "ends").write_bytes(np.zeros(1, np.int64).data)

    def add(self, folder: Path, nth: int) -> None:
        """Take the columns of one shard, as `set_aside` wrote them."""
        for kind, stored in self._values.items():
            stored.add(np.fromfile(_path(folder, nth, kind), values.PAIR), self._count)
        ids = [one.encode() for one in _read(_path(folder, nth, "ids"))["article_id"].to_pylist()]
        ends = self._bytes + np.cumsum([len(one) for one in ids], dtype=np.int64)
        said = {name: _path(folder, nth, name).read_bytes() for name in ("signatures", "digests", "marks")}
        for name, data in (said | {"ids": b"".join(ids), "ends": ends.tobytes()}).items():
            with (self._folder / name).open("ab") as file:
                file.write(data)
        self._shards.append((folder, nth))
        self._count, self._bytes = self._count + len(ids), self._bytes + sum(map(len, ids))

    def decide(self, recorded: Path, shares: Mapping[str, float], version: str, crew: Crew, index: Path) -> Decided:
        """It will group all articles and give each its split, by the ledger at `recorded` where that has it. The search
        for near-duplicates is shared out to a crew; what the `index` at a path has is not compared again, and it then
        has all.
        """
        order = pc.sort_indices(self._ids()).to_numpy().astype(np.int32)
        place = _inverse(order)
        splits, ranked = self._recorded(recorded, place)
        groups = self._linked(order, place, ranked, crew, index)
        there, ids = splits[order], self._ids()

        def named(places: npt.NDArray[np.integer]) -> pa.Array:
            return ids.take(pa.array(order[places])).cast(pa.string())

        decision = ledger.decide(groups.together, there, named, shares)
        path = decided.written(self._folder / "decided.arrow", _parts(named, groups, there, decision.splits))
        return Decided(path, version, int((there == NEW).sum()), decision.torn, self._hubs(groups.hubs))

    def _linked(self, order: I32, place: I32, ranked: I32, crew: Crew, index: Path) -> Linked:
        """The groups. In `order` articles come by id, each at its `place`; `ranked` they come by the ledger."""
        rank, marks = _inverse(ranked), self._folder / "marks"
        near = (place[ranked[links]] for links in self._near(rank, compared.joined(index, marks, ranked), crew))
        found = linked(place, near, *(self._values[kind].parts() for kind in KINDS))
        compared.store(index, marks, ranked, rank[order[found.alike[place[ranked]]]])
        return found

    def _near(self, rank: I32, joined: I32, crew: Crew) -> Iterator[I32]:
        """Links between near-duplicates by rank, those that are `joined` first, some at a time; where several search,
        each by a part of the bands.
        """
        for start in range(0, len(joined), values.READ):
            some = joined[start : start + values.READ]
            yield np.stack([np.arange(start, start + len(some), dtype=np.int32), some], axis=1)
        if len(joined) == len(rank):
            return  # nobody is new
        files = self._folder / "signatures", self._folder / "ranks", self._folder / "joined"
        for file, numbers in zip(files[1:], (rank, joined), strict=True):
            file.write_bytes(numbers.data)
        bands = range(signatures.BANDS)
        each = len(bands) // (SEARCHES if crew.workers > 1 else 1)
        parts = [bands[first : first + each] for first in bands[::each]]
        names = [f"the search for near-duplicates by bands {among.start} to {among.stop - 1}" for among in parts]
        for _, path in crew.each(partial(search, *files), [(among,) for among in parts], names):
            with path.open("rb") as found:
                while len(links := np.fromfile(found, np.int32, 2 * values.READ)):
                    yield links.reshape(-1, 2)

    def _ids(self) -> pa.Array:
        """The ids in the order in which they came, from the file, where they stay."""
        ends, ids = (pa.memory_map(str(self._folder / name)).read_buffer() for name in ("ends", "ids"))
        return pa.LargeStringArray.from_buffers(self._count, ends, ids)

    def _recorded(self, recorded: Path, place: I32) -> tuple[Codes, I32]:
        """The split of each article by the ledger, and all by rank: in order of its lines, then new ones by id."""
        splits, line = np.full(self._count, NEW, np.int8), np.full(self._count, np.iinfo(np.int32).max, np.int32)
        digests = np.fromfile(self._folder / "digests", f"S{_DIGEST}")
        order, first = digests.argsort().astype(np.int32), 0
        for lines in ledger.lines(recorded):
            said = np.array([_digest(one.encode()) for one in lines["article_id"].to_pylist()], digests.dtype)
            found = order[np.minimum(np.searchsorted(digests, said, sorter=order), self._count - 1)]
            there = digests[found] == said
            codes = pc.index_in(lines["split"], value_set=pa.array(SPLITS)).to_numpy()
            splits[found[there]] = codes[there]
            line[found[there]] = first + np.flatnonzero(there)
            first += len(lines)
        del digests, order
        return splits, np.lexsort((place, line)).astype(np.int32)

    def _hubs(self, found: npt.NDArray[np.uint64]) -> list[str]:
        """The addresses of these numbers."""
        if not len(found):
            return []
        listed = (_read(_path(*shard, "listed")) for shard in self._shards)
        wanted = pa.array(found)
        parts = [one.filter(pc.is_in(one["number"], value_set=wanted))["address"].to_pylist() for one in listed]
        return sorted({address for part in parts for address in part})


def _inverse(order: I32) -> I32:
    """Where each comes in an order of all."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place


def _parts(named: Named, found: Linked, known: Codes, splits: Codes) -> Iterator[pa.Table]:
    """What is decided, as it is written."""
    names, twin = pa.array(SPLITS), np.bincount(found.alike) > 1
    for first in range(0, len(known), decided.RANGE):
        own = slice(first, first + decided.RANGE)
        alike = found.alike[own]
        columns = [
            named(np.arange(*own.indices(len(known)))),
            names.take(pa.array(splits[own])),
            pc.if_else(pa.array(twin[alike]), named(alike), pa.scalar(None, pa.string())),
            named(found.together[own]),
            pa.array(known[own] == NEW),
        ]
        yield pa.table(columns, decided.COLUMNS)


def _digest(article_id: bytes) -> bytes:
    """128 bits of a hash, which no two ids share."""
    return hashlib.blake2b(article_id, digest_size=_DIGEST).digest()


def _write(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _read(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as file:
        return pa.ipc.open_file(file).read_all()
