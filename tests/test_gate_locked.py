"""SQL of a check or of a page that came with a release reads the tables: no file beside them, and it writes none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claimstance.gate import crosscheck
from claimstance.gate.crosscheck import Views
from claimstance.gate.folder import Folder
from planting import CHECKS, planted

ARTICLES = "articles/train-00000-of-00001.parquet"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "secret.txt").write_text("secret")
    made = planted(tmp_path / "now", {"articles": [{"article_id": "a", "split": "train"}]})
    (made.path / "beside.txt").write_text("beside")
    return made


@pytest.fixture
def views(folder: Folder) -> Iterator[Views]:
    opened = Views(folder, {})
    yield opened
    opened.close()


def contents(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "sql",
    [
        f"COPY (SELECT 1 AS a) TO '{{now}}/{ARTICLES}' (FORMAT parquet)",
        "COPY (SELECT 1 AS a) TO '{now}/new.csv'",
        "ATTACH '{now}/new.db'",
        "EXPORT DATABASE '{now}/new'",
        f"SELECT 1; COPY (SELECT 1 AS a) TO '{{now}}/{ARTICLES}' (FORMAT parquet)",
        f"EXPLAIN ANALYZE COPY (SELECT 1 AS a) TO '{{now}}/{ARTICLES}' (FORMAT parquet)",
        "FROM query('COPY (SELECT 1) TO ''{now}/new.csv''')",
        "FROM enable_logging(level = 'debug', storage = 'file', storage_config = {{'path': '{now}/log'}})",
        "CREATE TABLE more AS SELECT 1",
        "DROP VIEW articles",
        "SET memory_limit = '90GB'",
        "SELECT content FROM read_text('{now}/../secret.txt')",
        "SELECT content FROM read_text('{now}/beside.txt')",
        "SELECT count(*) FROM glob('{now}/*')",
        "SELECT max(x) FROM sql",  # a variable of ours
        "",
    ],
)
def test_a_figure_is_one_select_from_the_tables(folder: Folder, views: Views, sql: str, tmp_path: Path) -> None:
    before = contents(tmp_path)

    with pytest.raises(ValueError, match=r"not one SELECT|Error"):
        views.figure(sql.format(now=folder.path))

    assert (contents(tmp_path), views.figure("SELECT count(*) FROM articles")) == (before, "1")


def test_a_check_is_one_select_from_the_tables(folder: Folder, views: Views) -> None:
    writes = replace(CHECKS["claims.id"], rows=f"COPY (SELECT '' AS id) TO '{folder.path / ARTICLES}'", views={})

    found = views.run(writes)

    assert found.error == "not one SELECT"


def test_a_figure_that_takes_too_long_has_no_value(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crosscheck, "PATIENCE", 0.05)

    with pytest.raises(ValueError, match="Interrupted"):
        views.figure("SELECT count(*) FROM range(10000000000) a, range(1000) b WHERE a.range % 7 = b.range % 5")
