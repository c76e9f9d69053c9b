"""A release number may not be smaller than what changed demands."""

from pathlib import Path

import pytest

from claimstance.errors import ReleaseError
from claimstance.release.diff import Demanded, Reason, allowed, demanded, smallest
from claimstance.release.diff.demands import Part
from conftest import Good
from differing import after, compared

CHANGED = {
    "a label": "UPDATE stances SET stance = 1 WHERE stance_id LIKE 'well%r001'",
    "a value": "UPDATE sources SET publisher = 'Tarn Press' WHERE source_id = 'well.r001'",
    "an offset": "UPDATE claims SET spans = [{'start': 32, 'end': 94}] WHERE claim_id LIKE 'well.c000032%'",
    "a split": "UPDATE claims SET file_split = 'test' WHERE claim_id LIKE 'well.c000032%'",
    "a row that is gone": "DELETE FROM stances WHERE stance_id LIKE 'well%r001'",
    "all rows of a table": "DELETE FROM citations",
    "an article's own row": "UPDATE articles SET dup_group = 'well' WHERE article_id = 'well'",
}
ADDED = {
    "a row": "INSERT INTO sources BY NAME SELECT * REPLACE ('well.r006' AS source_id) FROM sources"
    " WHERE source_id = 'well.r005'",
    "a figure": "INSERT INTO agreement BY NAME SELECT * REPLACE ('new' AS agreement_id) FROM agreement LIMIT 1",
}
RECOMPUTED = {
    "other figures": "UPDATE agreement SET value = value / 2, n_items = n_items + 1",
    "figures that nothing is left to be computed from": "DELETE FROM agreement WHERE other_label IS NOT NULL",
    "nothing": "SELECT 1",
}


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        *((one, "major") for one in CHANGED.values()),
        *((one, "minor") for one in ADDED.values()),
        *((one, "patch") for one in RECOMPUTED.values()),
    ],
    ids=[*CHANGED, *ADDED, *RECOMPUTED],
)
def test_what_was_changed_or_lost_takes_a_major_number_and_what_was_added_a_minor_one(
    good: Good, tmp_path: Path, statement: str, part: str
) -> None:
    new = after(good, tmp_path, statement)

    assert demanded(compared(good.folder, new)).part == part


def test_the_reasons_name_the_rows_the_most_demanding_first(good: Good, tmp_path: Path) -> None:
    statements = "; ".join((ADDED["a row"], CHANGED["a label"], "DELETE FROM stances WHERE article_id = 'library'"))
    new = after(good, tmp_path, statements)

    due = demanded(compared(good.folder, new))

    gone = (
        "library.c000038-000103|library.r001",
        "library.c000109-000135|library.r002",
        "library.c000141-000194|library.r003",
        "library.c000200-000240|library.r004",
        "library.c000247-000283|library.r005",
    )
    assert due == Demanded(
        "major",
        (
            Reason("major", "stances: 6 rows removed", 6, gone),
            Reason("major", "stances: 1 row relabelled", 1, ("well.c000032-000095|well.r001",)),
            Reason("minor", "sources: 1 row added", 1, ("well.r006",)),
        ),
    )


@pytest.mark.parametrize(("part", "due"), [("major", "2.0.0"), ("minor", "1.3.0"), ("patch", "1.2.10")])
def test_the_smallest_number_has_zeros_behind_the_part_that_grows(part: Part, due: str) -> None:
    assert smallest("1.2.9", part) == due


@pytest.mark.parametrize(
    ("last", "part", "said"),
    [
        (None, "major", "0.1.0"),
        (None, "patch", "3.0.0"),
        ("0.1.0", "major", "1.0.0"),
        ("0.1.0", "minor", "0.2.0"),
        ("1.9.9", "major", "2.0.0"),
        ("1.2.9", "minor", "1.10.0"),
        ("1.2.9", "patch", "1.2.10"),
        ("1.2.9", "patch", "4.0.0"),
        ("1.2.9", "minor", "1.3.7"),
    ],
)
def test_a_number_that_is_large_enough_is_taken(last: str | None, part: Part, said: str) -> None:
    assert allowed(last, said, Demanded(part, ())) is None  # type: ignore[func-returns-value]


ROWS = (
    Reason("major", "stances: 7 rows relabelled", 7, ("a|b", "a|c")),
    Reason("minor", "stances: 1 row added", 1, ("a|d",)),
)


@pytest.mark.parametrize(
    ("last", "said", "told"),
    [
        (
            "1.2.0",
            "1.3.0",
            "1.3.0: too small a number after 1.2.0: what follows demands 2.0.0. Say so, or leave as it was:\n"
            "  stances: 7 rows relabelled (a|b, a|c, …)",
        ),
        (
            "0.2.0",
            "0.10.0",
            "0.10.0: too small a number after 0.2.0: what follows demands 1.0.0. Say so, or leave as it was:\n"
            "  stances: 7 rows relabelled (a|b, a|c, …)",
        ),
        ("1.2.0", "1.2.0", "1.2.0: does not come after 1.2.0, the last release. 2.0.0 is the smallest that may."),
        ("1.2.0", "1.1.9", "1.1.9: does not come after 1.2.0, the last release. 2.0.0 is the smallest that may."),
        ("1.10.0", "1.9.0", "1.9.0: does not come after 1.10.0, the last release. 2.0.0 is the smallest that may."),
    ],
)
def test_a_smaller_number_is_refused_with_the_rows_that_demand_more(last: str, said: str, told: str) -> None:
    with pytest.raises(ReleaseError) as refusal:
        allowed(last, said, Demanded("major", ROWS))

    assert str(refusal.value) == told
