"""Columns, labels and tables that came, went, or are not what they were."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from claimstance.release.diff import demanded
from claimstance.release.diff.columns import Altered
from conftest import Good, copied
from differing import SCHEMAS, compared, labelled, rewritten, told

STANCES = SCHEMAS.vocabularies["stance"].names
SUPPORTS, REFUTES, *OTHERS = STANCES
WITH_ONE_MORE = [*STANCES, "IGNORES"]


def _more_shares(rows: pa.Table) -> pa.Table:
    """A label more, in the votes too."""
    place = rows.schema.get_field_index("soft_label")
    kind = pa.struct([*rows.schema.field(place).type, pa.field("IGNORES", pa.float64())])
    votes = [one and {**one, "IGNORES": 0.0} for one in rows["soft_label"].to_pylist()]
    return labelled(rows.set_column(place, "soft_label", pa.array(votes, kind)), "stance", WITH_ONE_MORE)


ALTERED: dict[str, tuple[str, Callable[[pa.Table], pa.Table], list[Altered], str]] = {
    "a column less": (
        "claims",
        lambda rows: rows.drop_columns("claim_group"),
        [Altered("claim_group", "", "removed", "string")],
        "major",
    ),
    "a column more": (
        "claims",
        lambda rows: rows.append_column("mood", pa.array(["calm"] * len(rows))),
        [Altered("mood", "", "added", "", "string")],
        "minor",
    ),
    "a column of another type": (
        "claims",
        lambda rows: rows.set_column(10, "n_annotators", rows["n_annotators"].cast(pa.int64())),
        [Altered("n_annotators", "", "edited", "int32", "int64")],
        "major",
    ),
    "a column that is no label any more": (
        "claims",
        lambda rows: rows.set_column(7, "claim_type", pa.array([str(one) for one in rows["claim_type"].to_pylist()])),
        [Altered("claim_type", "", "edited", "label", "string")],
        "major",
    ),
    "a label more": (
        "stances",
        lambda rows: labelled(rows, "stance", WITH_ONE_MORE),
        [Altered("stance", "IGNORES", "added", "", "5")],
        "minor",
    ),
    "a label more, in the votes too": (
        "stances",
        _more_shares,
        [Altered("stance", "IGNORES", "added", "", "5"), Altered("soft_label", "IGNORES", "added", "", "0")],
        "minor",
    ),
    "a label less, that no row has": (
        "sources",
        lambda rows: labelled(rows, "evidence_basis", ["title_only", "excerpt", "full_text"]),
        [Altered("evidence_basis", "in_text", "removed", "3")],
        "major",
    ),
    "a kind of spans more": (
        "articles",
        lambda rows: labelled(rows, "boilerplate", [*SCHEMAS.vocabularies["boilerplate_kind"].names, "poem"]),
        [Altered("boilerplate", "poem", "added", "", "8")],
        "minor",
    ),
}


@pytest.mark.parametrize(("table", "change", "due", "part"), ALTERED.values(), ids=list(ALTERED))
def test_a_column_or_label_that_is_not_what_it_was_is_told_and_no_row_for_it(
    good: Good, tmp_path: Path, table: str, change: Callable[[pa.Table], pa.Table], due: list[Altered], part: str
) -> None:
    new = rewritten(good, tmp_path, table, change)

    found = compared(good.folder, new)

    rows = [one for one in told(found) if one[1] is not None]
    assert (list(found.tables[table].altered), rows, demanded(found).part) == (due, [], part)


def test_rows_of_a_label_that_got_another_number_have_the_same_label(good: Good, tmp_path: Path) -> None:
    def swapped(rows: pa.Table) -> pa.Table:
        numbers = [{0: 1, 1: 0}.get(one, one) for one in rows["stance"].to_pylist()]
        place = rows.schema.get_field_index("stance")
        rows = rows.set_column(place, rows.schema.field(place), pa.array(numbers, pa.int64()))
        return labelled(rows, "stance", [REFUTES, SUPPORTS, *OTHERS])

    new = rewritten(good, tmp_path, "stances", swapped)

    found = compared(good.folder, new)

    says = [one.says for one in demanded(found).reasons]
    assert (told(found), says) == (
        [],
        [
            "stances.stance: the label REFUTES had the number 1 and has 0",
            "stances.stance: the label SUPPORTS had the number 0 and has 1",
        ],
    )


def test_rows_of_a_label_that_has_another_name_are_relabelled(good: Good, tmp_path: Path) -> None:
    new = rewritten(good, tmp_path, "stances", lambda rows: labelled(rows, "stance", ["BACKS", REFUTES, *OTHERS]))

    found = compared(good.folder, new)

    steps = [(one.field, one.old, one.new, one.rows, one.test) for one in found.tables["stances"].steps]
    assert steps == [("stance", SUPPORTS, "BACKS", 8, 2)]


def test_a_column_that_came_or_went_is_a_change_of_its_table(good: Good, tmp_path: Path) -> None:
    def other(rows: pa.Table) -> pa.Table:
        return rows.drop_columns("claim_group").append_column("mood", pa.array([1] * len(rows), pa.int32()))

    new = rewritten(good, tmp_path, "claims", other)

    found = compared(good.folder, new)

    assert (told(found), found.rows["change_id"].to_pylist()) == (
        [
            ("claims", None, "added", "mood", None, "int32"),
            ("claims", None, "removed", "claim_group", "string", None),
        ],
        ["claims//added/mood", "claims//removed/claim_group"],
    )


def test_a_table_that_schemas_know_is_one_without_rows_where_it_is_not_there(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    shutil.rmtree(own.folder / "citations")

    gone, came = compared(good.folder, own.folder), compared(own.folder, good.folder)

    counts = [
        (found.tables["citations"].was, found.tables["citations"].now, found.tables["citations"].counts)
        for found in (gone, came)
    ]
    splits = {"test": 5, "train": 10, "validation": 5}
    assert (counts, demanded(gone).part, demanded(came).part) == (
        [(20, None, {"removed": splits}), (None, 20, {"added": splits})],
        "major",
        "minor",
    )


@pytest.mark.parametrize(
    ("old", "new", "part", "says"),
    [
        (True, False, "major", ["moods: the table is gone"]),
        (False, True, "minor", ["moods: a table was added"]),
        (True, True, "patch", []),
    ],
)
def test_a_table_that_schemas_do_not_know_is_compared_by_its_columns(
    good: Good, tmp_path: Path, old: bool, new: bool, part: str, says: list[str]
) -> None:
    sides = []
    for name, there in (("old", old), ("new", new)):
        sides.append(copied(good, tmp_path / name).folder)
        if there:
            shutil.copytree(sides[-1] / "claims", sides[-1] / "moods")

    found = compared(sides[0], sides[1])

    due = demanded(found)
    assert (found.tables["moods"].known, due.part, [one.says for one in due.reasons]) == (False, part, says)
