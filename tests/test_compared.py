"""The stored index of near-duplicates: with it new articles alone are compared, and all is as without it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.crew import Crew
from claimstance.splits import compared, decide, groups, ledger, signatures
from claimstance.splits.decide import Narrow
from claimstance.splits.signatures import BINS, U32

SHARES = {"train": 0.5, "validation": 0.25, "test": 0.25}
KINDS = 24  # texts that are versions of one; what two of them share is about what near-duplicates must
IDS = [f"a{number:02d}" for number in range(KINDS)]


def versions() -> U32:
    """Signatures of texts that all keep seven tenths of one text, so that of two about every second pair is near."""
    dice = np.random.default_rng(7)
    signed = np.tile(dice.integers(2**32 - 1, size=BINS + 1, dtype=np.uint32), (KINDS, 1))
    other = dice.random((KINDS, BINS)) > 0.69
    signed[:, :BINS][other] = dice.integers(2**32 - 1, size=other.sum(), dtype=np.uint32)
    signed[:, BINS] = 300
    return signed


VERSIONS = versions()


def signed(texts: Sequence[str]) -> U32:
    """A text is the number of its version here."""
    return VERSIONS[[int(text) for text in texts]]


class Corpus:
    """Articles by id, each the number of a version, with a ledger; decided release by release."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.recorded, self.runs = folder, folder / "splits.csv", 0

    @property
    def index(self) -> Path:
        """The index of the last time."""
        return self.folder / "index"

    def decided(self, articles: dict[str, int], index: Path | None = None) -> tuple[list[Any], list[ledger.Entry]]:
        """What is decided of so many, and the lines for the ledger."""
        self.runs += 1
        place = self.folder / str(self.runs)
        place.mkdir()
        rows = [
            {"article_id": one, "text": str(kind), "text_sha256": one, "event": None} for one, kind in articles.items()
        ]
        decide.set_aside(place, 0, rows, [], [])
        narrow = Narrow(place)
        narrow.add(place, 0)
        made = narrow.decide(self.recorded, SHARES, "1.0.0", Crew(1), index or self.index)
        return pa.ipc.open_file(pa.OSFile(str(made.path))).read_all().to_pylist(), [*made.entries()]

    def released(self, articles: dict[str, int]) -> list[Any]:
        """What is decided of so many, which go to the ledger."""
        rows, new = self.decided(articles)
        ledger.append(self.recorded, new)
        return rows

    def anew(self, articles: dict[str, int]) -> list[Any]:
        """What is decided of so many where nobody was compared before."""
        return self.decided(articles, self.folder / f"no index {self.runs}")[0]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(signatures, "signatures", signed)
    return Corpus(tmp_path)


def watched(patch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The pairs that are compared from now on, as numbers of rows."""
    seen, near = list[tuple[int, int]](), groups._near

    def compare(held: Any, found: Any) -> Any:
        seen.extend(map(tuple, found.tolist()))
        return near(held, found)

    patch.setattr(groups, "_near", compare)
    return seen


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The pairs that are compared."""
    return watched(monkeypatch)


@settings(deadline=None, max_examples=60)
@given(order=st.permutations(IDS), cuts=st.sets(st.integers(1, KINDS - 1), max_size=3), rows=st.randoms())
def test_release_by_release_new_articles_are_decided_as_if_all_were_compared(
    order: list[str], cuts: set[int], rows: Any
) -> None:
    ends = [0, *sorted(cuts), KINDS]
    kinds = dict(zip(IDS, range(KINDS), strict=True))
    with pytest.MonkeyPatch.context() as patched, TemporaryDirectory() as folder:
        patched.setattr(signatures, "signatures", signed)
        patched.setattr(compared, "READ", 5)
        pairs = watched(patched)
        corpus = Corpus(Path(folder))
        for before, after in pairwise(ends):
            known, there = set(order[:before]), order[:after]
            rows.shuffle(there)  # in whatever order the files of a pool have them
            articles = {one: kinds[one] for one in there}
            fresh = corpus.anew(articles)
            pairs.clear()

            came = corpus.released(articles)

            assert came == fresh
            assert not [pair for pair in pairs if {there[nth] for nth in pair} <= known]


def test_without_a_new_article_nobody_is_compared(corpus: Corpus, pairs: list[tuple[int, int]]) -> None:
    articles = dict(zip(IDS, range(KINDS), strict=True))
    first = corpus.released(articles)
    compared_first = len(pairs)
    pairs.clear()

    again = corpus.released(articles)

    assert compared_first > KINDS
    assert ([row["dup_group"] for row in again], pairs) == ([row["dup_group"] for row in first], [])


def test_what_joined_stays_joined_though_another_comes_between(corpus: Corpus) -> None:
    near = {(one, other) for one, other in _near_pairs() if one < other}
    # b is near d, and c, which is near neither, would come between them by its id
    one, other, odd = next(
        (one, other, odd)
        for one, other in sorted(near)
        for odd in range(KINDS)
        if odd not in (one, other) and not near & {(min(odd, one), max(odd, one)), (min(odd, other), max(odd, other))}
    )
    corpus.released({"b": one, "d": other})

    rows = corpus.released({"b": one, "d": other, "a": odd, "c": odd})

    assert {row["article_id"]: row["dup_group"] for row in rows} == {"a": "a", "b": "b", "c": "a", "d": "b"}


def _near_pairs() -> Iterator[tuple[int, int]]:
    every = np.array([(one, other) for one in range(KINDS) for other in range(KINDS)])
    yield from map(tuple, groups._near(VERSIONS, every)[0].tolist())


def _gone(articles: dict[str, int], corpus: Corpus) -> None:
    del articles[IDS[3]]


def _edited(articles: dict[str, int], corpus: Corpus) -> None:
    articles[IDS[3]] = 4


def _ordered(articles: dict[str, int], corpus: Corpus) -> None:
    head, *lines = corpus.recorded.read_text(encoding="utf-8").splitlines(keepends=True)
    corpus.recorded.write_text("".join([head, *reversed(lines)]), encoding="utf-8")


def _cut(articles: dict[str, int], corpus: Corpus) -> None:
    corpus.index.write_bytes(corpus.index.read_bytes()[:-1])


def _shorter(articles: dict[str, int], corpus: Corpus) -> None:
    said = corpus.index.read_bytes()
    corpus.index.write_bytes(said[:-4])


def _damaged(articles: dict[str, int], corpus: Corpus) -> None:
    said = bytearray(corpus.index.read_bytes())
    said[-4] ^= 1  # whom the last article is joined with
    corpus.index.write_bytes(said)


def _emptied(articles: dict[str, int], corpus: Corpus) -> None:
    corpus.index.write_bytes(b"")


@pytest.mark.parametrize(
    "change",
    [_gone, _edited, _ordered, _cut, _shorter, _damaged, _emptied],
    ids=lambda one: one.__name__,
)
def test_an_index_of_anything_else_is_as_if_it_were_not_there(
    corpus: Corpus,
    pairs: list[tuple[int, int]],
    change: Callable[[dict[str, int], Corpus], None],
) -> None:
    articles = dict(zip(IDS, range(KINDS), strict=True))
    corpus.released(articles)
    change(articles, corpus)
    fresh = corpus.anew(articles)
    pairs.clear()

    came = corpus.released(articles)

    assert (came == fresh, len(pairs) > len(articles) / 2) == (True, True)
    pairs.clear()
    assert (corpus.released(articles) == came, pairs) == (True, [])


def test_other_code_takes_no_index_of_this_one(
    corpus: Corpus, pairs: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    articles = dict(zip(IDS, range(KINDS), strict=True))
    corpus.released(articles)
    pairs.clear()
    (tmp_path / "groups.py").write_text("WITHIN = 0.9\n", encoding="utf-8")
    monkeypatch.setattr(compared, "_CODE", (tmp_path / "groups.py", compared._CODE[1]))

    corpus.released(articles)

    assert len(pairs) > len(articles) / 2
