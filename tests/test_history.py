"""A release among the others, as the gate holds it against them."""

from pathlib import Path

from claimstance import history, schema
from claimstance.gate.folder import Folder
from conftest import Good, copied
from damage import before, changed, released, seal


def compared(own: Good) -> list[tuple[str, str, str]]:
    """What comparing the release with the one before it gives: (kind, place, problem)."""
    schemas = schema.load(own.corpus / "schemas")
    found = history.compared(Folder(own.folder, schemas, own.corpus, own.corpus / "dist" / "0.0.9"))
    return [(row["kind"], row["place"], row["problem"]) for row in found.to_pylist()]


def test_a_release_with_another_label_and_no_word_of_it_has_neither_its_number_nor_its_changes(
    good: Good, tmp_path: Path
) -> None:
    own = copied(good, tmp_path)
    before(own.folder, own.corpus, "UPDATE sources SET publisher = 'Old Press' WHERE source_id = 'well.r001'")
    released(own.folder, own.corpus)

    assert compared(own) == [
        ("changes", "sources/well.r001/edited/publisher", "is not told"),
        ("number", "sources: 1 row edited", "demands 1.0.0, and this is 0.1.0"),
    ]


def test_a_change_that_is_told_otherwise_or_is_none_is_found(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    before(
        own.folder, own.corpus, "DELETE FROM agreement WHERE agreement_id = (SELECT min(agreement_id) FROM agreement)"
    )
    schemas = schema.load(own.corpus / "schemas")
    changed(
        own.folder,
        schemas,
        """INSERT INTO changes BY NAME SELECT * FROM (
            SELECT 'agreement/' || min(agreement_id) || '/added/' AS change_id, 'agreement' AS "table",
              min(agreement_id) AS id, 0 AS change, 'because' AS reason, 'release' AS file_split FROM agreement
            UNION ALL SELECT 'claims/x/added/', 'claims', 'x', 0, NULL, 'release')""",
    )
    seal(own.folder, own.corpus, schemas)
    released(own.folder, own.corpus)

    assert [(kind, problem) for kind, _, problem in compared(own)] == [
        ("changes", "is told otherwise"),
        ("changes", "is told, and is not so"),
    ]
