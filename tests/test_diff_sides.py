"""Sides of a comparison as they come: by what name, from where, whole or broken, or meant to do harm."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from claimstance.errors import ReleaseError
from conftest import Good, copied
from differing import compared

FILE = "claims/test-00000-of-00001.parquet"


def _linked(folder: Path) -> None:
    (folder / FILE).rename(folder.parent / "elsewhere.parquet")
    (folder / FILE).symlink_to(folder.parent / "elsewhere.parquet")


def _linked_folder(folder: Path) -> None:
    (folder / "claims").rename(folder.parent / "claims")
    (folder / "claims").symlink_to(folder.parent / "claims")


def _piped(folder: Path) -> None:
    (folder / FILE).unlink()
    os.mkfifo(folder / FILE)


def _twice(folder: Path) -> None:
    rows = pq.read_table(folder / FILE)
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), folder / FILE)


def _unnamed(folder: Path) -> None:
    rows = pq.read_table(folder / FILE)
    pq.write_table(rows.set_column(0, rows.schema.field(0), pa.nulls(len(rows), pa.string())), folder / FILE)


def _garbled(folder: Path) -> None:
    content = bytearray((folder / FILE).read_bytes())
    content[200:900] = bytes(700)
    (folder / FILE).write_bytes(content)


def _other_columns(folder: Path) -> None:
    pq.write_table(pq.read_table(folder / FILE).drop_columns("text"), folder / FILE)


def _without_key(folder: Path) -> None:
    for path in sorted((folder / "claims").iterdir()):
        pq.write_table(pq.read_table(path).drop_columns("claim_id"), path)


def _two_of_a_name(folder: Path) -> None:
    for path in sorted((folder / "claims").iterdir()):
        rows = pq.read_table(path)
        pq.write_table(rows.append_column("TEXT", rows["text"]), path)


def _linked_nowhere(folder: Path) -> None:
    (folder / FILE).unlink()
    (folder / FILE).symlink_to("nowhere")


def _emptied(folder: Path) -> None:
    for one in sorted(folder.iterdir()):
        if one.is_dir():
            shutil.rmtree(one)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file that is a link": (_linked, f"{FILE}: a link that leads out of the folder. Put the file itself there."),
    "a table that is a link": (
        _linked_folder,
        f"{FILE}: a link that leads out of the folder. Put the file itself there.",
    ),
    "a link to nowhere": (
        _linked_nowhere,
        f"{FILE}: a link that leads nowhere. Make it, or copy it, again.",
    ),
    "a pipe": (_piped, f"{FILE}: no file, but a folder, a pipe or a device. Make it, or copy it, again."),
    "an empty file": (
        lambda folder: (folder / FILE).write_bytes(b""),
        f"{FILE}: has no byte. Make it, or copy it, again.",
    ),
    "a file cut off": (
        lambda folder: (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-100]),
        f"{FILE}: is cut off: it has no footer. Make it, or copy it, again.",
    ),
    "a file garbled in the middle": (
        _garbled,
        "old, new: claims: cannot be compared (Error). See what claimstance validate says of each of them.",
    ),
    "a row twice": (
        _twice,
        "new/claims: 1 rows have the claim_id of another row. See what claimstance validate says of it.",
    ),
    "rows without a key": (_unnamed, "new/claims: 5 rows have no claim_id. See what claimstance validate says of it."),
    "files that do not fit together": (
        _other_columns,
        "claims/train-00000-of-00001.parquet: has other columns than the file before it. Make it, or copy it, again.",
    ),
    "no key": (
        _without_key,
        f"{FILE}: has no column claim_id of strings, which is its key. Make it, or copy it, again.",
    ),
    "two columns of a name": (_two_of_a_name, f"{FILE}: has two columns of one name. Make it, or copy it, again."),
    "a file of several missing": (
        lambda folder: (folder / FILE).rename(folder / "claims" / "test-00000-of-00002.parquet"),
        "claims: has 1 of the 2 files of its split test. Make it, or copy it, again.",
    ),
    "no table": (
        _emptied,
        ": no table is there. A build or a release has a folder of Parquet a table.",
    ),
}


@pytest.mark.parametrize(("damage", "told"), BROKEN.values(), ids=list(BROKEN))
def test_a_side_that_cannot_be_compared_is_refused_in_a_line(
    good: Good, tmp_path: Path, damage: Callable[[Path], object], told: str
) -> None:
    own = copied(good, tmp_path)
    damage(own.folder)

    with pytest.raises(ReleaseError) as refusal:
        compared(good.folder, own.folder)

    assert str(refusal.value).removeprefix(str(own.folder)).removeprefix("/") == told


def test_a_file_that_the_manifest_lists_has_to_be_there(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    manifest = (
        '{"format": 1, "name": "a", "title": "A", "version": "1.0.0", "counts": {},'
        f' "files": {{"{FILE}": {{"sha256": "{"0" * 64}", "bytes": 1}}}}}}'
    )
    (own.folder / "MANIFEST.json").write_text(manifest, encoding="utf-8")
    shutil.rmtree(own.folder / "claims")

    with pytest.raises(ReleaseError, match="the manifest lists it, and it is not there"):
        compared(good.folder, own.folder)
