"""From a pool to a batch: who is left out, what is chosen, what is said of it, and that it is the same again."""

import gc
import json
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance import sampling, tombstones
from claimstance.digests import sha256
from claimstance.errors import AnnotationError, BadInput, ClaimstanceError, UsageError
from claimstance.sampled import told
from claimstance.sampling import Order, Sample, sample
from claimstance.splits.returning import signature
from conftest import files
from test_signatures import edited, prose, text

Row = dict[str, Any]


def row(nth: int, **more: Any) -> Row:
    """An article of the pool that is like no other."""
    said = {"id": f"a-{nth:03}", "text": text(prose(nth)), "licence": "CC0-1.0", "language": "en"}
    return said | {"publisher": "Herald", "published": "2026-03-01"} | more


def copy(nth: int, of: int, **more: Any) -> Row:
    """An article whose text is nearly that of another one."""
    return row(nth, text=text(edited(prose(of), nth, 0.02)), **more)


def put(root: Path, *parts: list[Row]) -> Path:
    """A corpus that is a pool of some files."""
    for folder in ("corpus/pool", "annotations"):
        (root / folder).mkdir(parents=True)
    for nth, rows in enumerate(parts):
        lines = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in rows)
        (root / "corpus" / "pool" / f"{nth}.jsonl").write_text(lines, encoding="utf-8")
    return root


def scored(root: Path, scores: dict[str, float]) -> Path:
    path = root / "scores.csv"
    lines = [f"{one},{score}\n" for one, score in scores.items()]
    path.write_text("".join(["article_id,score\n", *lines]), encoding="utf-8")
    return path


def sent(root: Path, batch: str, *article_ids: str) -> None:
    """A batch that was sent."""
    folder = root / "annotations" / batch
    folder.mkdir()
    lines = [json.dumps({"data": {"task_id": one, "article_id": one}}) for one in article_ids]
    (folder / "tasks.jsonl").write_text("\n".join(lines), encoding="utf-8")


def drawn(root: Path, size: int, **more: Any) -> Sample:
    return sample(root, Order("new", size, **more))


def test_of_near_copies_the_earliest_may_be_chosen(tmp_path: Path) -> None:
    rows = [copy(0, 1, published="2026-03-02"), row(1, published="2026-03-01"), copy(2, 1, published="2026-04"), row(3)]

    made = drawn(put(tmp_path, rows), 2)

    assert (made.article_ids, made.left_out) == (["a-001", "a-003"], {"near copies of others": 2})


def test_of_near_copies_the_one_with_the_highest_score_may_be_chosen(tmp_path: Path) -> None:
    root = put(tmp_path, [row(0), copy(1, 0, published="2026-05"), row(2)])

    made = drawn(root, 2, scores=scored(root, {"a-000": 0.2, "a-001": 0.4}))

    assert made.article_ids == ["a-001", "a-002"]


def test_short_texts_that_are_equal_are_copies(tmp_path: Path) -> None:
    rows = [row(0, text="The ferry left."), row(1, text="The ferry left."), row(2, text="The ferry came.")]

    made = drawn(put(tmp_path, rows), 2)

    assert (len({"a-000", "a-001"} & set(made.article_ids)), made.left_out) == (1, {"near copies of others": 1})


def test_what_was_asked_before_is_left_out_and_so_are_its_near_copies(tmp_path: Path) -> None:
    root = put(tmp_path, [row(0), copy(1, 0), row(2), row(3), row(4)])
    sent(root, "old", "a-000")
    (root / "annotations" / "planned.txt").write_text("a-002\n", encoding="utf-8")
    (root / "annotations" / "new.txt").write_text(
        "a-003\n", encoding="utf-8"
    )  # this batch's own list counts for nothing

    made = drawn(root, 2)

    left_out = {"in a batch already": 2, "near copies of what is in a batch": 1}
    assert (made.article_ids, made.left_out) == (["a-003", "a-004"], left_out)


def test_what_was_withdrawn_is_left_out_and_so_are_its_near_copies_unless_one_may_stay(tmp_path: Path) -> None:
    root = put(tmp_path, [row(0), copy(1, 9), copy(2, 9), row(3)])
    gone = text(prose(9))
    stone = tombstones.Tombstone("gone", "2026-01-01", "asked to", sha256(gone), signature(gone), ("a-002",))
    tombstones.add(root, [stone, tombstones.Tombstone("a-003", "2026-01-01", "asked to")])

    made = drawn(root, 2)

    assert (made.article_ids, made.left_out) == (["a-000", "a-002"], {"withdrawn or nearly so": 2})


def test_articles_of_a_corpus_are_as_good_as_those_of_its_pool(mini: Path) -> None:
    (mini / "corpus" / "pool").mkdir()
    (mini / "corpus" / "pool" / "more.jsonl").write_text(json.dumps(row(0)), encoding="utf-8")

    made = drawn(mini, 1)

    assert (made.article_ids, made.left_out) == (["a-000"], {"in a batch already": 2})


def test_strata_are_what_articles_say_or_what_can_be_read_of_it(tmp_path: Path) -> None:
    rows = [
        row(0, language="en-GB", published="2026-03-05T10:00:00Z", event="flood"),
        row(1, language="en", publisher=None, url="https://www.Tide.example:80/a", published="2026"),
        row(2, language="zh-Hant", publisher=None, published=None),
    ]

    made = drawn(put(tmp_path, rows), 1)

    said = {one.name: [one.strata[place] for place in one.of] for one in made.margins}
    assert said == {
        "language": ["en", "en", "zh"],
        "publisher": ["Herald", "tide.example", "unknown"],
        "month": ["2026-03", "2026", "undated"],
        "event": ["flood", "", ""],
        "topic": ["en: other", "en: other", "zh: other"],
    }


def test_little_is_held_of_an_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, free = list[int](), sampling._free

    def looked(*given: Any) -> Any:
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
        return free(*given)

    monkeypatch.setattr(sampling, "_free", looked)
    for count in (200, 1200):
        root = put(tmp_path / str(count), [row(nth, id=f"{'a' * 60}-{nth}") for nth in range(count)])
        drawn(root, 1)  # what is imported or made once
        tracemalloc.start()
        drawn(root, 1)
        tracemalloc.stop()

    few, many = held[1::2]
    assert (many - few) / 1000 < 150  # bytes, of which the id takes 64


def test_articles_of_one_event_do_not_crowd_a_batch(tmp_path: Path) -> None:
    rows = [row(nth, event=f"event {nth // 4}") for nth in range(40)]

    made = drawn(put(tmp_path, rows), 10)

    assert len({int(one[2:]) // 4 for one in made.article_ids}) == 10


ROWS = [row(nth, publisher=f"P{nth % 3}", published=f"2026-0{nth % 4 + 1}-02") for nth in range(24)]
ROWS += [copy(24 + nth, nth) for nth in range(6)]


@settings(max_examples=20)
@given(st.randoms(use_true_random=False), st.integers(1, len(ROWS) - 1), st.integers(1, 24))
def test_neither_the_order_of_the_pool_nor_its_files_matter_and_no_near_copies_come(
    dice: random.Random, cut: int, size: int
) -> None:
    shuffled = dice.sample(ROWS, len(ROWS))
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first = drawn(put(Path(one), ROWS), size).article_ids
        second = drawn(put(Path(other), shuffled[:cut], shuffled[cut:]), size).article_ids

    originals = [int(article_id[2:]) % 24 for article_id in first]
    assert (first, len(set(originals))) == (second, size)


def test_a_batch_looks_as_its_pool_and_the_page_says_so(tmp_path: Path) -> None:
    rows = [
        row(nth, publisher=f"P{nth % 10}", published=f"2026-0{nth % 2 + 1}", event=f"{nth // 2}") for nth in range(20)
    ]
    rows += [row(nth, publisher="Bote", language="de", published=f"2026-0{nth % 2 + 1}") for nth in (20, 21)]
    rows += [row(22, publisher="潮見新聞", language="ja", text="渡船が出た。")]
    root = put(tmp_path, rows)
    sent(root, "old", "a-000")

    made = drawn(root, 11, scores=scored(root, {f"a-{nth:03}": nth / 10 for nth in range(20)}))

    page = told(made).splitlines()
    assert page[:6] == [
        "11 of 22 articles that may be chosen. Left out: 1 in a batch already.",
        "",
        "             pool           batch   language",
        "       19   86.4%       9   81.8%   en",
        "        2    9.1%       1    9.1%   de",
        "        1    4.5%       1    9.1%   ja",
    ]
    assert [line.split("   ")[-1] for line in page[7:20]] == [
        *("publisher", "Bote", *(f"P{nth}" for nth in range(1, 10)), "2 others", ""),
    ]
    assert page[-7:] == [
        "Largest differences between the shares:",
        "  language    -4.5 points   en",
        *page[-5:-2],
        "Events: 9 of 10, at most 1 article of one.",
        "Scores: 19 in the pool, 1 in the middle; 9 in the batch, 1.1 in the middle.",
    ]


def test_of_many_months_the_page_shows_the_years(tmp_path: Path) -> None:
    rows = [row(nth, published=f"{2020 + nth // 12}-{nth % 12 + 1:02}") for nth in range(30)] + [row(30, published="")]

    page = told(drawn(put(tmp_path, rows), 31)).splitlines()

    place = next(nth for nth, line in enumerate(page) if line.endswith("month"))
    years = ["2020, all months", "2021, all months", "2022, all months", "undated"]
    assert [line.split("   ")[-1] for line in page[place + 1 : place + 5]] == years


@pytest.fixture
def command(script: Callable[[str], ModuleType], tmp_path: Path) -> Callable[..., int]:
    root = put(tmp_path / "corpus-of-a-team", [row(nth) for nth in range(9)])
    return lambda *more: int(script("sample_batch").main(["--corpus", str(root), "--batch", "first", *more]))


def test_the_command_writes_ids_for_a_push_and_the_same_again(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = command("--size", "3")
    path = tmp_path / "corpus-of-a-team" / "annotations" / "first.txt"
    before = path.read_text(encoding="utf-8")
    again = command("--size", "3")

    said = capsys.readouterr().out.splitlines()[-1]
    push = (
        f"  python scripts/push_tasks.py --batch first --purpose main --articles @{path} --corpus {path.parent.parent}"
    )
    assert (ended, again, len(before.split()), path.read_text(encoding="utf-8"), said) == (0, 0, 3, before, push)


def test_a_dry_run_shows_the_batch_and_writes_nothing(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(tmp_path)

    command("--size", "3", "--dry-run")

    said = capsys.readouterr()
    first = "first: 3 of 9 articles that may be chosen. Left out: none."
    assert (said.out.splitlines()[0], said.out.splitlines()[-1]) == (first, "Nothing was written.")
    assert (said.err, files(tmp_path)) == ("", before)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order("new", 4), "corpus: --size 4 is more than the 3 articles that may be chosen. "
        "Left out: 1 in a batch already. Say --size 3, or add articles."),
        (Order("new", 0), "--size 0: no batch. Say how many articles it has, from 1."),
        (Order("../new", 1), "../new: no name of a batch. Use letters, digits, dots and hyphens."),
        (Order("old", 1), "annotations/old: was sent already. Choose another name for a new batch."),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_met_is_refused_with_what_to_do(tmp_path: Path, order: Order, said: str) -> None:
    root = put(tmp_path, [row(nth) for nth in range(4)])
    sent(root, "old", "a-000")

    with pytest.raises(UsageError) as caught:
        sample(root, order)

    assert str(caught.value).replace(f"{root}/", "") == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,score\n", "scores.csv:1: the first line has no article_id. Begin with article_id,score."),
        ("", "scores.csv:1: the first line has no article_id and no score. Begin with article_id,score."),
        ("score,article_id\n1,a-000\n2,a-000\n", "scores.csv:3: a-000 has a score already. Leave one of the two."),
        ("article_id,score\na-000,nan\n", "scores.csv:2: score is 'nan', no number. Write one, or leave the line out."),
        ("article_id,score\na-000\n", "scores.csv:2: has 1 cells where the header has 2. Mend it."),
        (
            'article_id,score\n"a',
            "scores.csv: not CSV (unexpected end of data). Two columns are due: article_id,score.",
        ),
        ("article_id,score\n\nb,1\n", "scores.csv: no article that may be chosen has a score. Score others, or none."),
    ],
)
def test_scores_that_cannot_be_read_are_refused_with_their_line(tmp_path: Path, content: str, said: str) -> None:
    root = put(tmp_path, [row(0)])
    (root / "scores.csv").write_text(content, encoding="utf-8")

    with pytest.raises(AnnotationError) as caught:
        drawn(root, 1, scores=root / "scores.csv")

    assert str(caught.value).replace(f"{root}/", "") == said


def test_a_pool_that_cannot_be_read_is_refused_with_every_place(tmp_path: Path) -> None:
    root = put(tmp_path, [row(0), row(1, licence=""), row(0)])

    with pytest.raises(BadInput) as caught:
        drawn(root, 1)

    places = [one.where.replace(f"{root}/", "") for one in caught.value.errors]
    assert places == ["corpus/pool/0.jsonl:2", "corpus/pool/0.jsonl:3"]


def test_a_folder_that_is_no_corpus_and_a_corpus_without_articles_are_refused(tmp_path: Path) -> None:
    said = []
    for root in (tmp_path / "none", put(tmp_path / "empty")):
        with pytest.raises(ClaimstanceError) as caught:
            drawn(root, 1)
        said.append(str(caught.value).replace(f"{tmp_path}/", ""))

    assert said == [
        "none/annotations: is not there, so this is no corpus. Say which one with --corpus DIR.",
        "empty/corpus: no article is there. Add some: scripts/add_articles.py FILE.",
    ]


def test_articles_without_a_score_come_after_those_with_one(tmp_path: Path) -> None:
    root = put(tmp_path, [row(nth) for nth in range(6)])

    made = drawn(root, 2, scores=scored(root, {"a-004": -3.0, "a-005": -2.0}))

    assert (made.article_ids, made.scores is not None and np.isfinite(made.scores).sum()) == (["a-004", "a-005"], 2)
