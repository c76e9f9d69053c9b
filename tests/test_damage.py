"""What damages builds for tests does that, and nothing else."""

from pathlib import Path

from claimstance import schema
from conftest import Good, copied, files
from damage import apply, seal, table_of, write


def test_a_build_that_is_written_back_and_sealed_is_the_same_to_the_byte(tmp_path: Path, good: Good) -> None:
    own = copied(good, tmp_path)
    schemas = schema.load(own.corpus / "schemas")

    for table in schemas.values():
        write(own.folder, table, table_of(own.folder, table))
    seal(own.folder, own.corpus, schemas)

    assert files(own.folder) == files(good.folder)


def test_statements_change_the_rows_that_they_name_and_the_card(tmp_path: Path, good: Good) -> None:
    own = copied(good, tmp_path)
    check = tmp_path / "articles.some-check"
    check.mkdir()
    (check / "damage.sql").write_text("UPDATE articles SET file_split = 'test' WHERE article_id = 'bridge-again'")

    apply(check, own.folder, own.corpus)

    before, after = files(good.folder), files(own.folder)
    changed = {path for path in before if before[path] != after.get(path)}
    names = {f"articles/{split}-00000-of-00001.parquet" for split in ("train", "test")}
    assert (changed, set(after) - set(before)) == (names | {"README.md"}, set())


def test_files_of_a_folder_are_laid_over_the_corpus(tmp_path: Path, good: Good) -> None:
    own = copied(good, tmp_path)
    check = tmp_path / "ledger.some-check"
    (check / "corpus").mkdir(parents=True)
    (check / "corpus" / "splits.csv").write_text("other\n")
    (check / "expected.txt").write_text("said\n")

    apply(check, own.folder, own.corpus)

    before, after = files(good.corpus), files(own.corpus)
    assert {path: after[path] for path in after if before.get(path) != after[path]} == {"corpus/splits.csv": b"other\n"}


def test_a_recipe_damages_files_and_may_leave_the_card_as_it_was(tmp_path: Path, good: Good) -> None:
    own = copied(good, tmp_path)
    check = tmp_path / "files.some-check"
    check.mkdir()
    name = "claims/test-00000-of-00001.parquet"
    recipe = f"SEALED = False\n\n\ndef damage(folder, corpus):\n    (folder / '{name}').unlink()\n"
    (check / "damage.py").write_text(recipe)

    apply(check, own.folder, own.corpus)

    left = files(own.folder)
    assert {path: content for path, content in files(good.folder).items() if left.get(path) != content}.keys() == {name}
