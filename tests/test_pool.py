"""What is said of whole files of the pool, where their rows are silent."""

import gzip
import json
from pathlib import Path

import pytest

from claimstance.articles.ranges import digest, planned
from claimstance.articles.read import corpus_articles
from claimstance.errors import InputError
from crawling import answer, page, record
from test_read import written

ROWS = [{"text": "One."}, {"text": "Two.", "licence": "CC-BY-4.0", "redistributable": True}, {"text": "Three."}]
LINES = "".join(f"{json.dumps(one)}\n" for one in ROWS)
CRAWL = b"".join(record(answer(page(f"Quay {nth}")), f"https://quay.example/{nth}") for nth in range(3))


def read(root: Path) -> tuple[list[tuple[str, str, bool]], list[str]]:
    """Each article as its place, licence and whether a release may carry it; and what is wrong."""
    problems: list[InputError] = []
    pool = f"{root}/corpus/pool/"
    articles = corpus_articles(root, problems)
    found = [(one.where.replace(pool, ""), one.licence, one.redistributable) for one in articles]
    return found, [str(error) for error in problems]


def test_a_file_has_the_licence_of_its_silent_rows_and_what_may_be_passed_on(tmp_path: Path) -> None:
    pool = tmp_path / "corpus" / "pool"
    written(pool / "sub" / "a.jsonl", LINES)
    written(pool / "a.warc.gz", gzip.compress(CRAWL))
    written(
        pool / "pool.yaml",
        "sub/a.jsonl: {licence: CC0-1.0}\n"
        "a.warc.gz:\n  licence: LicenseRef-proprietary\n  redistributable: no\n  leave_out: [2]\n",
    )

    found = read(tmp_path)

    kept = "LicenseRef-proprietary"
    assert found == (
        [
            *(("a.warc.gz:1", kept, False), ("a.warc.gz:3", kept, False), ("sub/a.jsonl:1", "CC0-1.0", True)),
            *(("sub/a.jsonl:2", "CC-BY-4.0", True), ("sub/a.jsonl:3", "CC0-1.0", True)),
        ],
        [],
    )


def test_rows_that_cannot_be_taken_are_left_out_on_request(tmp_path: Path) -> None:
    pool = tmp_path / "corpus" / "pool"
    written(pool / "a.jsonl", f"5\n{LINES}")
    written(pool / "pool.yaml", "a.jsonl: {licence: CC0-1.0, leave_out: [1, 4]}")

    found = read(tmp_path)

    assert found == ([("a.jsonl:2", "CC0-1.0", True), ("a.jsonl:3", "CC-BY-4.0", True)], [])


@pytest.mark.parametrize("size", [1, 100])
def test_other_terms_make_other_ranges(tmp_path: Path, size: int) -> None:
    """So that a build that goes on takes no shard that was made under others."""
    pool = tmp_path / "corpus" / "pool"
    written(pool / "a.jsonl", LINES)

    digests = set()
    for said in ("{}", "{licence: X}", "{licence: X, redistributable: no}", "{licence: X, leave_out: [1]}"):
        written(pool / "pool.yaml", f"a.jsonl: {said}")
        digests.add(tuple(digest(part) for part in planned(tmp_path, size)[0]))

    assert len(digests) == 4


def test_a_crawl_without_a_licence_is_one_error_and_names_of_no_file_are_told(tmp_path: Path) -> None:
    pool = tmp_path / "corpus" / "pool"
    written(pool / "a.warc", CRAWL)
    written(pool / "pool.yaml", "../articles/x.md: {}\nb.warc: {}\n")

    found, wrong = read(tmp_path)

    root = f"{tmp_path}/corpus/pool"
    then = "Name it by its path below corpus/pool/, or remove it there."
    assert (found, wrong) == (
        [],
        [
            f"{root}/pool.yaml: no file of the pool is called ../articles/x.md. {then}",
            f"{root}/pool.yaml: no file of the pool is called b.warc. {then}",
            f"{root}/a.warc: no licence. Write it into corpus/pool/pool.yaml, with whether a release may carry the "
            "texts; see corpus/README.md.",
        ],
    )
