"""The fact `files`: whatever lies in a folder, it is told, and nothing of it stops the gate."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import damage
from claimstance import dataset, schema
from claimstance.gate import parquet
from claimstance.gate.facts.files import files
from claimstance.gate.facts.released import manifest as told_of_release
from claimstance.gate.folder import Folder
from claimstance.release.manifest import manifest, written
from conftest import REPOSITORY, Good, copied

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build
CLAIMS = "claims/train-00000-of-00001.parquet"
Damage = Callable[[Path], object]


@pytest.fixture
def build(good: Good, tmp_path: Path) -> Path:
    """A copy of the good build."""
    return copied(good, tmp_path).folder


def told(build: Path) -> list[tuple[str, str, str]]:
    """What is wrong, file by file."""
    found = files(Folder(build, SCHEMAS)).to_pylist()
    return [(one["path"], one["kind"], one["problem"]) for one in found if one["kind"]]


def released(build: Path) -> Path:
    """The same as a release."""
    settings = dataset.read(REPOSITORY / "tests" / "whole" / "corpus" / "dataset.yaml")
    written(build, manifest(build, SCHEMAS, settings))
    return build


def linked(path: Path) -> None:
    """The file lies elsewhere, and a link is in its place."""
    shutil.move(path, path.parent.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent.parent / "elsewhere")


def replaced(path: Path, at: int, content: bytes) -> None:
    whole = bytearray(path.read_bytes())
    whole[at : at + len(content) or None] = content
    path.write_bytes(whole)


def instead(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


def test_of_a_good_build_every_file_is_told_with_its_rows_and_nothing_else(build: Path) -> None:
    found = files(Folder(build, SCHEMAS)).to_pylist()

    rows = {path: pq.read_metadata(build / path).num_rows for path in (one["path"] for one in found)}
    assert ({one["path"]: one["rows"] for one in found}, {one["kind"] for one in found}) == (rows, {None})


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda path: path.write_bytes(b""), "has no byte"),
        (lambda path: path.write_bytes(b"claim_id,text\n" * 9), "is not Parquet"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "is cut off: it has no footer"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is cut off: it has no footer"),
        (lambda path: replaced(path, -8, b"\xff\xff\xff\x7fPAR1"), "has a footer of 2147483647 bytes"),
        (lambda path: replaced(path, -600, b"\xee" * 200), "cannot be opened, or its footer is broken"),
        (lambda path: replaced(path, 4, b"\xee" * 400), "row group 0 cannot be read"),
        (lambda path: instead(path, os.mkfifo), "no file, but a folder, a pipe or a device"),
        (lambda path: instead(path, Path.mkdir), "no file, but a folder, a pipe or a device"),
        (linked, "a link; the file itself is due"),
        (lambda path: instead(path, lambda one: one.symlink_to("/dev/zero")), "a link; the file itself is due"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_never_waited_for(build: Path, damage: Damage, problem: str) -> None:
    begun = time.monotonic()
    damage(build / CLAIMS)

    found = told(build)

    assert (found, time.monotonic() - begun < 20) == ([(CLAIMS, "unreadable", problem)], True)


def test_no_byte_can_be_changed_without_being_told_or_stops_the_gate(build: Path) -> None:
    chance = random.Random(4)  # noqa: S311 - not for secrets
    path, table = build / CLAIMS, SCHEMAS["claims"]
    whole = path.read_bytes()

    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 40))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed[: chance.choice((None, None, None, chance.randrange(len(changed))))])
        parquet.read(path, table)  # it raises nothing
    path.write_bytes(changed)

    assert {place for place, _, _ in told(build)} <= {CLAIMS, "claims/"} != set()


def test_a_row_group_that_says_it_is_huge_is_not_read(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = pq.read_metadata(build / CLAIMS).row_group(0).total_byte_size
    monkeypatch.setattr(parquet, "ROW_GROUP", size - 1)
    monkeypatch.setattr(pq.ParquetFile, "read_row_group", None)

    read = parquet.read(build / CLAIMS, SCHEMAS["claims"])

    assert read.problems == (("unreadable", f"row group 0 says that it has {size} bytes"),)


def test_a_folder_of_a_table_that_is_a_link_is_not_followed(build: Path) -> None:
    shutil.move(build / "claims", build.parent / "claims")
    (build / "claims").symlink_to(build.parent / "claims")

    found = told(build)

    assert found == [("claims/", "unreadable", "a link; the folder is due")]


DUE = "train-NNNNN-of-NNNNN.parquet or validation-NNNNN-of-NNNNN.parquet or test-NNNNN-of-NNNNN.parquet"


@pytest.mark.parametrize("name", ["data", "release-00000-of-00001", "train-0-of-1", "Train-00000-of-00001"])
def test_a_file_of_another_name_is_told_and_its_split_has_none(build: Path, name: str) -> None:
    (build / CLAIMS).rename(build / "claims" / f"{name}.parquet")

    found = told(build)

    assert sorted(found) == sorted(
        [
            (f"claims/{name}.parquet", "name", f"is not called {DUE}"),
            ("claims/train-*.parquet", "empty", "the split has no file"),
        ]
    )


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        (("00001-of-00002",), "1 of 2"),
        (("00000-of-00002", "00001-of-00003"), "0 of 2, 1 of 3"),
        (("00000-of-00003", "00002-of-00003"), "0 of 3, 2 of 3"),
    ],
)
def test_a_gap_in_the_numbers_of_files_is_told(build: Path, numbers: tuple[str, ...], gaps: str) -> None:
    whole = (build / CLAIMS).read_bytes()
    (build / CLAIMS).unlink()
    for number in numbers:
        (build / "claims" / f"train-{number}.parquet").write_bytes(whole)

    found = told(build)

    assert found == [("claims/train-*.parquet", "name", f"the numbers of the files have gaps: {gaps}")]


def recast(name: str, kind: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    def changed(rows: pa.Table) -> pa.Table:
        return rows.set_column(rows.column_names.index(name), name, rows[name].cast(kind))

    return changed


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda rows: rows.drop_columns("text"), "lacks the column text"),
        (lambda rows: rows.append_column("note", rows["text"]), "has a column note that the table has not"),
        (
            lambda rows: rows.select([*rows.column_names[1:], rows.column_names[0]]),
            "has its columns in another order: article_id comes too early or too late",
        ),
        (recast("n_marked", pa.int64()), "n_marked is int64, and int32 is due"),
        (recast("text", pa.large_string()), "text is large_string, and string is due"),
        (lambda rows: rows.append_column("text", rows["text"]), "has two columns of one name"),
        (
            lambda rows: rows.cast(rows.schema.set(5, rows.schema.field(5).with_nullable(False))),
            "text is declared not to be null, which readers take for another type",
        ),
        (
            lambda rows: rows.replace_schema_metadata(None),
            "has other features of the Hub in its metadata than the table",
        ),
        (
            lambda rows: rows.replace_schema_metadata({"huggingface": "[" * 100_000}),
            "has other features of the Hub in its metadata than the table",
        ),
    ],
)
def test_what_differs_from_the_schema_of_its_table_is_told_by_column(
    build: Path, change: Callable[[pa.Table], pa.Table], problem: str
) -> None:
    pq.write_table(change(pq.read_table(build / CLAIMS, partitioning=None)), build / CLAIMS)

    found = told(build)

    assert found == [(CLAIMS, "schema", problem)]


def test_bytes_that_are_not_utf_8_are_told_by_column_also_inside_lists(build: Path) -> None:
    rows = pq.read_table(build / CLAIMS, partitioning=None)
    nth = rows.column_names.index("sentence_ids")
    broken = pa.array([b"\xc3\x28"] * len(rows), pa.binary())
    strings = pa.Array.from_buffers(pa.string(), len(rows), broken.buffers())
    lists = pa.ListArray.from_arrays(pa.array(range(len(rows) + 1), pa.int32()), strings)
    pq.write_table(rows.set_column(nth, rows.schema.field(nth), lists), build / CLAIMS)

    found = told(build)

    assert found == [(CLAIMS, "utf8", "column sentence_ids holds what is not UTF-8")]


@pytest.mark.parametrize(
    ("name", "make", "problem"),
    [
        ("notes.txt", lambda path: path.write_text("x"), "no file of this name is due"),
        ("claims/train.csv", lambda path: path.write_text("x"), "no file of this name is due"),
        ("old/", lambda path: path.mkdir(), "a folder in which no file is due"),
        ("claims/old/", lambda path: path.mkdir(), "a folder in which no file is due"),
        ("etc", lambda path: path.symlink_to("/etc"), "no file of this name is due"),
        ("dataset_infos.json", lambda path: path.write_text("{}"), "no file of this name is due"),
        ("pipe", os.mkfifo, "no file of this name is due"),
        ("a\x1bb", lambda path: path.write_text("x"), "no file of this name is due"),
    ],
)
def test_what_nobody_asked_for_is_told_and_not_entered(build: Path, name: str, make: Damage, problem: str) -> None:
    make(build / name)

    found = told(build)

    assert found == [(name.replace("\x1b", "\ufffd"), "strange", problem)]


def test_a_name_that_no_text_can_hold_is_told_all_the_same(build: Path) -> None:
    (Path(os.fsdecode(bytes(build) + b"/claims/train-\xff.parquet"))).write_bytes((build / CLAIMS).read_bytes())

    found = told(build)

    assert found == [
        ("claims/train-\ufffd.parquet", "name", f"is not called {DUE}"),
        ("claims/train-\ufffd.parquet", "unreadable", "has a name that patterns and queries read otherwise"),
    ]


@pytest.mark.parametrize("name", ["it's", "train-*", "a\nb", "[ab]", "x; DROP TABLE claims"])
def test_a_name_that_a_query_would_read_otherwise_is_never_asked_about(build: Path, name: str) -> None:
    (build / "claims" / f"{name}.parquet").write_bytes((build / CLAIMS).read_bytes())

    found = {(kind, problem) for _, kind, problem in told(build)}

    wanted = {("unreadable", "has a name that patterns and queries read otherwise"), ("name", f"is not called {DUE}")}
    assert (found, Folder(build, SCHEMAS).is_open("claims")) == (wanted, False)


def test_what_git_and_the_hub_put_beside_a_dataset_is_left_alone(build: Path) -> None:
    (build / ".git").mkdir()
    (build / ".cache").mkdir()
    (build / ".gitattributes").write_text("*.parquet filter=lfs\n", encoding="utf-8")

    assert told(build) == []


def test_a_file_that_the_card_has_another_digest_of_is_told_once_and_only_where_all_else_is_well(build: Path) -> None:
    for name in ("claims", "stances"):
        path = build / name / "train-00000-of-00001.parquet"
        pq.write_table(pq.read_table(path, partitioning=None), path)
    (build / CLAIMS).write_bytes(b"")

    found = told(build)

    assert found == [
        (CLAIMS, "unreadable", "has no byte"),
        ("stances/", "digest", "the digest of its files is not that of README.md"),
    ]


def test_in_a_release_a_file_is_held_against_the_manifest_too(build: Path) -> None:
    card = (build / "README.md").read_text(encoding="utf-8")
    released(build)
    (build / "README.md").write_text(card.replace("sha256:", "sha-256:"), encoding="utf-8")
    pq.write_table(pq.read_table(build / CLAIMS, partitioning=None), build / CLAIMS)
    (build / "LICENSE").write_text("CC0-1.0", encoding="utf-8")

    found = told(build)

    assert found == [
        ("LICENSE", "strange", "no file of this name is due"),
        (CLAIMS, "digest", "its digest is not that of MANIFEST.json"),
    ]


def test_what_a_release_lists_is_due_in_it_in_any_folder(build: Path) -> None:
    (build / "report" / "all pages").mkdir(parents=True)
    (build / "report" / "all pages" / "index.html").write_text("<p>", encoding="utf-8")

    released(build)

    assert told(build) == []


@pytest.mark.parametrize(
    ("release", "kind", "said"), [(False, "none", "the table has no row"), (True, "missing", "the table has no file")]
)
def test_a_table_that_the_card_does_not_speak_of_either_has_no_rows(
    build: Path, release: bool, kind: str, said: str
) -> None:
    damage.changed(build, SCHEMAS, "DELETE FROM stances")
    damage.seal(build, build.parent, SCHEMAS)
    if release:
        released(build)

    found: list[Any] = told(build)

    assert [one for one in found if one[0].startswith("stances")] == [("stances/", kind, said)]


@pytest.mark.parametrize("nested", [False, True])
def test_a_dictionary_that_stands_for_more_than_memory_holds_is_not_written_out(tmp_path: Path, nested: bool) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 1500, pa.int32()), pa.array(["lorem " * 170_000]))
    lists = pa.ListArray.from_arrays(pa.array(range(1501), pa.int32()), words)
    path = tmp_path / "train-00000-of-00001.parquet"
    held = pa.table({"raw_text": lists if nested else words})
    pq.write_table(held, path, compression="zstd", dictionary_pagesize_limit=1 << 28, store_schema=False)

    found = [one for one in parquet.read(path, SCHEMAS["sources"]).problems if one[0] == "unreadable"]

    said = [("unreadable", "row group 0 has 1530000000 bytes, written out")]
    assert (found, parquet.bounded(path)) == (said, False)


@pytest.mark.parametrize("gone", ["claims", "agreement"])
def test_a_table_without_files_is_missing_and_one_without_a_splits_file_is_not(build: Path, gone: str) -> None:
    shutil.rmtree(build / gone)
    (build / "sources" / "test-00000-of-00001.parquet").unlink()

    found: list[Any] = told(build)

    assert found == [
        (f"{gone}/", "missing", "the table has no file"),
        ("sources/test-*.parquet", "empty", "the split has no file"),
    ]


def test_a_file_of_parquet_that_is_of_no_table_is_what_the_manifest_says(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    (own.folder / "extra").mkdir()
    place = Path(shutil.copy(own.folder / CLAIMS, own.folder / "extra"))
    released(own.folder)
    place.write_bytes(place.read_bytes() + b"0")

    found = told_of_release(Folder(own.folder, SCHEMAS)).to_pylist()

    assert [(one["place"], one["problem"]) for one in found if one["problem"]] == [
        ("extra/train-00000-of-00001.parquet", "its digest is another")
    ]
