"""A corpus cut into ranges: together they are what one reading of it gives, errors and their places included."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimstance.articles import ranges
from claimstance.articles.ranges import Expected, Range, digest, planned
from claimstance.articles.read import Raw, articles_of
from claimstance.errors import InputError

GOOD = json.dumps({"text": "The quay is open.", "licence": "CC0-1.0"}).encode()
LINES = [
    *(GOOD, GOOD.replace(b"quay", "Brücke über".encode()), b"", b"  ", "\u2003".encode(), b"5", b"{", b"\r", b"\r\r"),
    *(
        GOOD + b"\r",
        GOOD + b"\r" + GOOD,
        GOOD.replace(b"quay", b"\xe9"),
        b"\xef\xbb\xbf",
        b'{"title": "no text"}',
        b"\0",
    ),
]


def pool(root: Path, data: bytes, name: str = "rows.jsonl") -> Path:
    """A corpus of one file of rows."""
    path = root / "corpus" / "pool" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return root


def read(root: Path, parts: list[Range]) -> tuple[list[Raw], list[tuple[str, str]]]:
    """What ranges give, and what is wrong with them."""
    problems: list[InputError] = []
    found = [one for part in parts for one in articles_of(part, problems)]
    return found, [(error.where, error.what) for error in problems]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(LINES), max_size=12), ends=st.booleans(), size=st.sampled_from([1, 2, 5]))
def test_ranges_of_lines_give_what_the_whole_file_gives(
    tmp_path: Path, lines: list[bytes], ends: bool, size: int
) -> None:
    root = pool(tmp_path, b"\n".join(lines) + (b"\n" if ends else b""))

    cut = read(root, planned(root, size)[0])

    assert cut == read(root, [Range((root / "corpus" / "pool" / "rows.jsonl",), pooled=True)])


def test_a_file_that_nobody_can_begin_in_its_middle_is_one_range(tmp_path: Path) -> None:
    rows = b"".join(GOOD + b"\n" for _ in range(6))
    pool(tmp_path, rows, "plain.jsonl")
    pool(tmp_path, gzip.compress(rows), "packed.jsonl.gz")
    pool(tmp_path, rows.decode().encode("utf-16"), "wide.jsonl")
    pool(tmp_path, b"\xef\xbb\xbf" + rows, "marked.jsonl")
    pool(tmp_path, b"licence,text\n" + 6 * b"CC0-1.0,Quay.\n", "cells.csv")
    pool(tmp_path, b" \n" * 6, "blank.jsonl")

    cut = [(part.paths[0].name, part.articles) for part in planned(tmp_path, 4)[0]]

    assert cut == [
        ("blank.jsonl", 6),
        ("cells.csv", None),
        ("marked.jsonl", None),
        ("packed.jsonl.gz", None),
        ("plain.jsonl", 4),
        ("plain.jsonl", 2),
        ("wide.jsonl", None),
    ]


def test_a_range_ends_where_its_bytes_are_many_or_its_line_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "RANGE_BYTES", 2 * len(GOOD))
    monkeypatch.setattr(ranges, "ARTICLE_BYTES", 8 * len(GOOD))
    root = pool(tmp_path, b"".join(GOOD + b"\n" for _ in range(5)), "a.jsonl")
    pool(tmp_path, GOOD + b"\n" + 9 * GOOD + b"\n" + GOOD, "long.jsonl")

    said = [str(part).rpartition("/")[2] for part in planned(root, 100)[0]]

    assert said == ["a.jsonl, lines 1 to 2", "a.jsonl, lines 3 to 4", "a.jsonl, lines 5 to 5", "long.jsonl"]


def test_parquet_is_cut_between_row_groups_and_gives_the_same_rows(tmp_path: Path) -> None:
    texts = [f"The quay {nth} is open." for nth in range(7)] + ["", "The last one."]
    path = pool(tmp_path, b"", "rows.parquet") / "corpus" / "pool" / "rows.parquet"
    pq.write_table(pa.table({"text": texts, "licence": ["CC0-1.0"] * 9}), path, row_group_size=2)

    found, _ = planned(tmp_path, 3)

    said = [str(part).rpartition("/")[2] for part in found]
    assert (said, read(tmp_path, found)) == (
        ["rows.parquet, rows 1 to 4", "rows.parquet, rows 5 to 8", "rows.parquet, rows 9 to 9"],
        read(tmp_path, [Range((path,), pooled=True)]),
    )


@pytest.mark.parametrize("data", [b"", b"PAR1 and no more PAR1"])
def test_parquet_that_cannot_be_read_is_told_once(tmp_path: Path, data: bytes) -> None:
    found, _ = planned(pool(tmp_path, data, "rows.parquet"), 3)

    rows, problems = read(tmp_path, found)

    assert (rows, len(problems)) == ([], 1)


@pytest.mark.parametrize("folder", ["", ".hidden/corpora"])
def test_files_of_one_article_are_ranges_by_id(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder
    for place in ("2025/b.md", "2025/a.md", "2026/c.md", "2026/b.md", "2026/.d.md", "2026/d.txt"):
        path = root / "corpus" / "articles" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\nlicence: CC0-1.0\n---\nThe quay is open.\n", encoding="utf-8")

    found, problems = planned(root, 2)

    told = [f"{Path(error.where).name}: {error.what.split(' by ')[0]}" for error in problems]
    assert ([str(part).rpartition("/")[2] for part in found], told) == (
        ["a.md to b.md, by id", "c.md"],
        ["d.txt: no .md file", "b.md: the id is taken"],
    )


def test_how_many_articles_packed_files_have_is_told_from_those_that_were_read(tmp_path: Path) -> None:
    sizes = {"a.jsonl.gz": 4_000, "b.jsonl.gz": 8_000, "c.csv": 2_000}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"x" * size)
    packed = [Range((tmp_path / name,), pooled=True) for name in sizes]
    expected = Expected([*packed, Range((tmp_path / "d.jsonl",), 5)])

    told = [expected.articles]
    for nth, articles in ((0, 40), (3, 6), (1, 20), (2, 7)):
        expected.came(nth, articles)
        told.append(expected.articles)

    assert (expected.estimated, told) == (
        True,
        [4 + 8 + 2 + 5, 40 + 80 + 20 + 5, 40 + 80 + 20 + 6, 40 + 20 + 10 + 6, 40 + 20 + 7 + 6],
    )


def test_the_digest_of_a_range_is_of_its_bytes_alone(tmp_path: Path) -> None:
    root = pool(tmp_path, b"".join(GOOD + b"\n" for _ in range(4)))
    one, other = planned(root, 2)[0]
    before = [digest(one), digest(other)]
    pool(tmp_path, b"".join(GOOD + b"\n" for _ in range(3)) + GOOD.replace(b"open", b"shut") + b"\n")

    after = [digest(part) for part in planned(root, 2)[0]]

    assert (after[0] == before[0], after[1] == before[1], before[0] == before[1]) == (True, False, False)
