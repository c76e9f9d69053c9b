"""Groups and splits of a whole corpus, from files of narrow columns: what the same articles come to in memory."""

import random
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pytest
from benchmarks import decide as invented
from benchmarks.grouped import groups
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.crew import Crew, Task
from claimstance.splits import decide, ledger, values
from claimstance.splits.decide import Decided, Narrow
from claimstance.splits.groups import HUB
from claimstance.splits.ledger import SPLITS, Entry
from claimstance.splits.signatures import BANDS, BINS, ROWS, U32, bands, signatures
from claimstance.table import Row
from deciding import plainly
from test_groups import prose

T = TypeVar("T")
ASIDE = (*decide.KINDS, "signatures", "listed", "ids", "digests", "marks")
OF_ALL = ("ends", "marks", "ranks", ".index.partial", "decided.arrow")
WRITTEN = [*(f"000000.{kind}" for kind in ASIDE), *decide.KINDS, *OF_ALL]
SHARES = {"train": 0.5, "validation": 0.25, "test": 0.25}
IDS = [f"{letter}{number}" for letter in "cab" for number in range(8)]
ARTICLE = st.fixed_dictionaries(
    {
        "kind": st.integers(0, 30),
        "event": st.none() | st.sampled_from(["", "flood", "fire"]),
        "claims": st.lists(st.sampled_from("uvwxyz"), max_size=2),
        "addresses": st.lists(st.sampled_from(["hub.example", *"klmno"]), max_size=2),
        "split": st.none() | st.sampled_from(SPLITS),
    }
)


def article(article_id: str, said: Row) -> Row:
    text = " ".join(prose(said["kind"], 30))
    return {"article_id": article_id, "text": text, "text_sha256": text, "event": said["event"]}


class Together(Crew):
    """So many that share the work, all of them in this process."""

    def each(self, work: Callable[..., T], tasks: Sequence[Task], names: Sequence[object]) -> Iterator[tuple[int, T]]:
        """It will do the last first, as some crew may."""
        yield from reversed([(nth, work(*task)) for nth, task in enumerate(tasks)])


def decided(folder: Path, corpus: dict[str, Row], shards: Sequence[Sequence[str]], workers: int = 1) -> Decided:
    """What is decided of a corpus that comes in these shards, with the search shared out as to so many."""
    narrow, recorded = Narrow(folder), folder / "splits.csv"
    lines = [Entry(one, one, said["split"], "1.0.0") for one, said in corpus.items() if said["split"]]
    ledger.append(recorded, [*lines, Entry("gone", "gone", "test", "1.0.0")])
    for nth, ids in enumerate(shards):
        claims = [{"article_id": one, "claim_group": claim} for one in ids for claim in corpus[one]["claims"]]
        addresses = [(one, address) for one in ids for address in corpus[one]["addresses"]]
        decide.set_aside(folder, nth, [article(one, corpus[one]) for one in ids], claims, addresses)
        narrow.add(folder, nth)
    return narrow.decide(recorded, SHARES, "1.1.0", Together(workers), folder / "index")


@settings(deadline=None, max_examples=50)
@given(
    said=st.lists(ARTICLE, min_size=len(IDS), max_size=len(IDS)),
    cuts=st.sets(st.integers(1, 23)),
    workers=st.integers(1, 2),
)
def test_what_is_decided_from_files_is_what_the_rule_says(said: list[Row], cuts: set[int], workers: int) -> None:
    corpus = dict(zip(IDS, said, strict=True))
    ends = [0, *sorted(cuts), len(IDS)]
    shards = [IDS[first:last] for first, last in pairwise(ends)]

    with pytest.MonkeyPatch.context() as patched, TemporaryDirectory() as folder:
        patched.setattr(values, "HELD", 5)
        patched.setattr(values, "READ", 3)
        patched.setattr("claimstance.splits.groups.SORTED", 4)
        found = decided(Path(folder), corpus, shards, workers)
        rows = pa.ipc.open_file(pa.OSFile(str(found.path))).read_all().to_pylist()
        entries = [*found.entries()]

    wordings = [(one, claim) for one in IDS for claim in corpus[one]["claims"]]
    wordings += [(one, article(one, corpus[one])["text"]) for one in IDS]
    addresses = [(one, address) for one in IDS for address in corpus[one]["addresses"]]
    signed = signatures([article(one, corpus[one])["text"] for one in IDS])
    own = groups(IDS, signed, [corpus[one]["event"] for one in IDS], wordings, addresses)
    order = sorted(range(len(IDS)), key=IDS.__getitem__)
    recorded = {one: Entry(one, one, said["split"], "1.0.0") for one, said in corpus.items() if said["split"]}
    told = plainly(sorted(IDS), [own.of[nth] for nth in order], recorded, SHARES, "1.1.0")
    assert (rows, entries, found.new, found.torn, found.hubs) == (
        [
            {
                "article_id": IDS[nth],
                "split": told.split_of[IDS[nth]],
                "dup_group": own.near_duplicates[nth],
                "group": own.of[nth],
                "new": IDS[nth] not in recorded,
            }
            for nth in order
        ],
        told.new,
        len(told.new),
        told.torn,
        own.hubs,
    )


def test_addresses_that_articles_of_several_shards_cite_too_often_are_named(tmp_path: Path) -> None:
    dice = random.Random(1)  # noqa: S311 - no secret
    ids = [f"a{number:02d}" for number in range(HUB + 1)]
    said = {"event": None, "claims": [], "addresses": ["statistics.example"], "split": None}
    corpus = {one: said | {"kind": dice.randint(0, 10**6)} for one in ids}

    found = decided(tmp_path, corpus, [ids[:9], ids[9:]])

    assert (found.hubs, {entry.group for entry in found.entries()}) == (["statistics.example"], set(ids))


def sharing(band: int) -> U32:
    """Signatures of two texts that are near-duplicates and share this band alone."""
    dice, runs = np.random.default_rng(band), BINS // ROWS
    one = dice.integers(2**32 - 1, size=BINS + 1, dtype=np.uint32)
    one[BINS] = 200
    other = one.copy()
    # One bin of each run of neighbours, and so that each band of bins that lie apart has one, too.
    other[unlike := np.arange(0, BINS, ROWS) + np.arange(runs) // (runs // ROWS)] += 1
    of_band = unlike[band] if band < runs else next(place for place in unlike if place % runs == band % runs)
    other[of_band] = one[of_band]
    other[(of_band + runs) % BINS if band < runs else of_band ^ 1] += 1  # of the other band that has it
    return np.stack([one, other])


@pytest.mark.parametrize(("workers", "searches"), [(1, 8), (2, 8), (2, 3)])
def test_copies_that_share_any_one_band_are_found_whoever_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, searches: int
) -> None:
    monkeypatch.setattr(decide, "SEARCHES", searches)
    pairs = [sharing(band) for band in range(BANDS)]
    assert [np.flatnonzero(np.equal(*bands(pair))).tolist() for pair in pairs] == [[band] for band in range(BANDS)]
    ids = [f"a{number:03d}" for number in range(2 * BANDS)]
    alone: Row = {"kind": 0, "event": None, "claims": [], "addresses": [], "split": None}
    decide.set_aside(tmp_path, 0, [article(one, alone) | {"text_sha256": one} for one in ids], [], [])
    (tmp_path / "000000.signatures").write_bytes(np.concatenate(pairs).tobytes())
    narrow = Narrow(tmp_path)
    narrow.add(tmp_path, 0)

    found = narrow.decide(tmp_path / "splits.csv", SHARES, "1.0.0", Together(workers), tmp_path / "index")

    groups = [row["dup_group"] for row in pa.ipc.open_file(pa.OSFile(str(found.path))).read_all().to_pylist()]
    assert groups == [first for first in ids[::2] for _ in range(2)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system; Linux has it")
@pytest.mark.parametrize("name", WRITTEN)
def test_a_full_disk_is_no_silence(tmp_path: Path, name: str) -> None:
    said = {"kind": 1, "event": "flood", "claims": ["u"], "addresses": ["k"], "split": None}
    (tmp_path / name).symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        decided(tmp_path, dict.fromkeys(IDS, said), [IDS])


def test_deciding_takes_a_hundred_bytes_at_most_for_each_article_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is held at once is full after a thousand articles so, as it is after a hundred thousand of a build.
    for module, name in (("values", "HELD"), ("values", "READ"), ("groups", "SORTED"), ("groups", "CHUNK")):
        monkeypatch.setattr(f"claimstance.splits.{module}.{name}", 1_000)
    took = []
    for count in (4_000, 24_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        invented.columns(folder, count)
        tracemalloc.start()
        invented.decide(folder, count)
        took.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert (took[1] - took[0]) / 20_000 < 100, took
