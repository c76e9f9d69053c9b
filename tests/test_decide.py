"""Groups and splits of a whole corpus, from files of narrow columns: what the same articles come to in memory."""

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from benchmarks.grouped import groups
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.splits import decide, ledger, values
from claimstance.splits.decide import Decided, Narrow
from claimstance.splits.groups import HUB
from claimstance.splits.ledger import SPLITS, Entry
from claimstance.splits.signatures import signatures
from claimstance.table import Row
from deciding import plainly
from test_groups import prose

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
    found = [decide.search(narrow.signed, among) for among in decide.searches(workers)]
    return narrow.decide(recorded, SHARES, "1.1.0", found)


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
