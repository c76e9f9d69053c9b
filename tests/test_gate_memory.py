"""Tables of many files, and of more than fits into the memory that the SQL of checks may have."""

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from claimstance.gate import views as sight
from claimstance.gate.crosscheck import Views
from claimstance.gate.folder import Folder
from planting import CHECKS, SCHEMAS

FILES = 40  # as many as the sentences of a million articles have
ARTICLES, SENTENCES = 100, 100  # of a file, and of an article
TEXT = "".join(f"Sentence {nth:02d} of many, all of one length.\n" for nth in range(SENTENCES))
LENGTH = len(TEXT) // SENTENCES


def written(folder: Path, table: str, nth: int, rows: Mapping[str, Sequence[object]]) -> None:
    """One file of a table; columns that are not among the rows are null."""
    fields = SCHEMAS[table].fields
    count = len(rows["article_id"])
    columns = [
        pa.array(rows[one.name], one.arrow_type) if one.name in rows else pa.nulls(count, one.arrow_type)
        for one in fields
    ]
    (folder / table).mkdir(parents=True, exist_ok=True)
    made = pa.table(columns, schema=SCHEMAS[table].arrow_schema)
    pq.write_table(made, folder / table / f"train-{nth:05d}-of-{FILES:05d}.parquet")


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Texts and sentences of 16 and 37 MB."""
    place = tmp_path_factory.mktemp("many")
    for nth in range(FILES):
        ids = [f"many{nth:02d}-{one:03d}" for one in range(ARTICLES)]
        texts = [f"{TEXT}{one}" for one in ids]
        written(place, "articles", nth, {"article_id": ids, "text": texts})
        starts = [one * LENGTH for one in range(SENTENCES)]
        rows: dict[str, Sequence[object]] = {
            "article_id": [one for one in ids for _ in starts],
            "sentence_id": [f"{one}.s{start:06d}" for one in ids for start in starts],
            "start": starts * ARTICLES,
            "end": [start + LENGTH for start in starts] * ARTICLES,
            "text": [TEXT[start : start + LENGTH] for start in starts] * ARTICLES,
        }
        written(place, "sentences", nth, rows)
    return Folder(place, SCHEMAS)


def test_a_check_may_read_more_than_memory_holds(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "MEMORY", "60MB")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with contextlib.closing(Views(folder, {})) as views:
        ran = views.run(CHECKS["sentences.spans"])
        aside = Path(views.figure("SELECT current_setting('temp_directory')"))

    assert (ran.error, ran.examined, len(ran.rows)) == ("", FILES * ARTICLES * SENTENCES, 0)
    assert (aside.parent, [*tmp_path.iterdir()]) == (tmp_path, [])
