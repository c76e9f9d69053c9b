"""Who judged how much: two who share the work evenly are no warning, one who did most of it is."""

from pathlib import Path

import pytest

from claimstance.table import Row
from planting import failing, planted


@pytest.mark.parametrize(
    ("shares", "warned"),
    [
        ([100], ["annotator 1 of 1"]),
        ([50, 50], []),
        ([60, 40], []),
        ([61, 39], ["annotator 1 of 2"]),
        ([40, 30, 30], []),
        ([41, 30, 29], ["annotator 1 of 3"]),
        ([41, 20, 20, 19], ["annotator 1 of 4"]),
        ([46, 46, 8], []),
        ([61, 31, 8], ["annotator 1 of 3"]),
    ],
)
def test_an_annotator_made_most_where_the_share_is_large_for_so_many(
    tmp_path: Path, shares: list[int], warned: list[str]
) -> None:
    judgements: list[Row] = [
        {"article_id": "a", "judgement_id": f"a.{who}.{nth}", "annotator": f"n{who}", "skipped": False}
        | {"item_kind": "stance", "purpose": "main"}
        for who, many in enumerate(shares)
        for nth in range(many)
    ]
    folder = planted(tmp_path / "now", {"articles": [{"article_id": "a", "split": "train"}], "judgements": judgements})

    found = list(failing(folder, "judgements.share"))

    assert found == warned
