"""The corpus that every check holds of: what it is for, and that its annotations are what its recipe writes."""

import runpy
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from claimstance import schema
from claimstance.splits.ledger import SPLITS
from conftest import REPOSITORY, Good, files

WHOLE = REPOSITORY / "tests" / "whole"


def _said(folder: Path, split: str, column: str, vocabulary: list[str]) -> set[str]:
    (path,) = (folder / "stances").glob(f"{split}-*.parquet")
    return {vocabulary[number] for number in pq.read_table(path, columns=[column])[column].to_pylist()}


def test_every_split_has_rows_in_every_table_and_every_stance(good: Good) -> None:
    schemas = schema.load(good.corpus / "schemas").of_build
    names = schemas.vocabularies["stance"].names

    files = {name: sorted(path.name.partition("-")[0] for path in (good.folder / name).iterdir()) for name in schemas}
    stances = {split: _said(good.folder, split, "stance", names) for split in SPLITS}

    wanted = {name: ["release"] if table.whole else sorted(SPLITS) for name, table in schemas.items()}
    assert (files, stances) == (wanted, {split: set(names) for split in SPLITS})


def test_its_annotations_are_what_its_recipe_writes(tmp_path: Path) -> None:
    root = shutil.copytree(WHOLE, tmp_path / "whole")
    shutil.rmtree(root / "annotations")

    made: dict[str, Any] = runpy.run_path(str(root / "make.py"))
    made["main"]()

    assert files(root / "annotations") == files(WHOLE / "annotations")
