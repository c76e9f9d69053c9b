"""What is read back of the files: whatever number stands there, and whatever folder they lie in, the row is told."""

import contextlib
from pathlib import Path

import pytest

from claimstance.gate.crosscheck import Views
from claimstance.table import Row
from planting import failing, planted

LARGEST = 2**31 - 1


@pytest.mark.parametrize("start", [LARGEST - 1, LARGEST])
def test_an_offset_as_large_as_can_be_is_told_of_its_row(tmp_path: Path, start: int) -> None:
    place = {"start": start, "end": LARGEST}
    sentence = {"article_id": "a", "sentence_id": "a.s1", "paragraph": LARGEST, **place, "text": "It."}
    tables: dict[str, list[Row]] = {
        "articles": [{"article_id": "a", "split": "train", "text": "It rained."}],
        "claims": [{"article_id": "a", "claim_id": "a.c1", "text": "It rained.", "spans": [place]}],
        "sentences": [sentence],
    }
    folder = planted(tmp_path / "now", tables)

    found = {check: failing(folder, check) for check in ("claims.spans", "sentences.spans", "sentences.paragraph")}

    assert found == {
        "claims.spans": {"a.c1": "spans leave a text of 10"},
        "sentences.spans": {"a.s1": f"start {start}, end {LARGEST} in a text of 10"},
        "sentences.paragraph": {"a.s1": ""},
    }


def test_a_label_as_large_as_can_be_is_told_of_its_row(tmp_path: Path) -> None:
    tables: dict[str, list[Row]] = {
        "articles": [{"article_id": "a", "split": "train"}],
        "stances": [{"article_id": "a", "stance_id": "a.1", "stance": 2**63 - 1}],
    }

    with contextlib.closing(Views(planted(tmp_path / "now", tables), {})) as views:
        found = views.figure("SELECT stance FROM stances")

    assert found == "?9223372036854775807"


def test_a_folder_named_like_a_column_says_nothing_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "language=en").mkdir()
    tables: dict[str, list[Row]] = {"articles": [{"article_id": "a", "split": "train", "language": "de"}]}

    with contextlib.closing(Views(planted(tmp_path / "language=en" / "now", tables), {})) as views:
        found = views.figure("SELECT language || ' ' || file_split FROM articles")

    assert found == "de train"
