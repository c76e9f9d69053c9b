"""What is not as it was between two releases: every change of every row, and no other."""

import contextlib
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance import between, schema
from claimstance.release.diff import Found, changes
from claimstance.table import Row, Schemas
from conftest import Good, copied
from differing import SCHEMAS, Change, after, compared, told, write

PLACES = ((32, 95), (101, 131), (137, 182), (188, 231), (238, 270))  # of the claims of an article
CLAIM, STANCE = "well.c000032-000095", "well.c000032-000095|well.r001"
DIGEST = hashlib.sha256(("é" * 501).encode()).hexdigest()
PARCELS = """
description: One parcel.
primaryKey: parcel_id
spans:
  - {pieces: pieces, of: articles.text}
fields:
  - {name: parcel_id, type: string, description: "Its id."}
  - {name: article_id, type: string, description: "The article."}
  - {name: colour, type: string, vocabulary: colour, description: "A label."}
  - {name: votes, type: object, keys: colour, description: "Shares."}
  - {name: pieces, type: array, items: span, vocabulary: colour, description: "Offsets."}
  - {name: names, type: array, items: string, words: none, description: "Strings."}
  - {name: others, type: array, items: string, words: none, description: "Strings."}
  - {name: note, type: string, words: none, description: "A string."}
  - {name: number, type: integer, description: "A number."}
  - {name: weight, type: number, description: "A number."}
  - {name: sent, type: datetime, description: "A time."}
  - {name: open, type: boolean, description: "Yes or no."}
"""
ARTICLES = """
description: One article.
primaryKey: article_id
fields:
  - {name: article_id, type: string, description: "Its id."}
  - {name: redistributable, type: boolean, description: "Whether its words may be told."}
  - {name: text_status, type: string, vocabulary: text_status, description: "Whether they are there."}
"""
COLOURS = """
vocabularies:
  text_status: {description: "Text.", labels: {full: {meaning: "There."}, withdrawn: {meaning: "Gone."}}}
  colour: {description: "Three.", labels: {red: {meaning: "Red."}, blue: {meaning: "Blue."}, none: {meaning: "None."}}}
"""


def test_a_release_is_as_it_was_compared_with_itself(good: Good) -> None:
    found = compared(good.folder, good.folder)

    rows = {name: (table.was, table.now) for name, table in found.tables.items()}
    assert (found.is_empty, told(found), rows["claims"], set(rows)) == (True, [], (20, 20), set(SCHEMAS.of_build))


@pytest.mark.parametrize(
    ("statements", "due"),
    [
        (
            "UPDATE stances SET stance = 1 WHERE stance_id = 'well.c000032-000095|well.r001'",
            [("stances", STANCE, "relabelled", "stance", "SUPPORTS", "REFUTES")],
        ),
        (
            "UPDATE stances SET stance = NULL, tie = true WHERE stance_id = 'well.c000032-000095|well.r001'",
            [
                ("stances", STANCE, "edited", "tie", "false", "true"),
                ("stances", STANCE, "relabelled", "stance", "SUPPORTS", None),
            ],
        ),
        (
            "UPDATE claims SET spans = [{'start': 32, 'end': 94}], text = text[:-2] WHERE claim_id LIKE '%.c000032-%'",
            [
                ("claims", CLAIM, "respanned", "spans", '[{"start":32,"end":95}]', '[{"start":32,"end":94}]'),
                (
                    "claims",
                    CLAIM,
                    "respanned",
                    "text",
                    "Since Friday a well behind the school gives water to nine farms",
                    "Since Friday a well behind the school gives water to nine farm",
                ),
            ],
        ),
        (
            "UPDATE claims SET file_split = 'test' WHERE claim_id = 'well.c000032-000095'",
            [("claims", CLAIM, "resplit", "split", "validation", "test")],
        ),
        (
            "UPDATE articles SET split = 'test', file_split = 'test' WHERE article_id = 'well'",
            [("articles", "well", "resplit", "split", "validation", "test")],
        ),
        (
            "UPDATE articles SET split = 'test' WHERE article_id = 'well'",
            [("articles", "well", "resplit", "split", "validation", "test")],
        ),
        (
            "DELETE FROM stances WHERE stance_id = 'well.c000032-000095|well.r001'",
            [("stances", STANCE, "removed", None, None, None)],
        ),
        (
            "INSERT INTO sources BY NAME SELECT * REPLACE (source_id || 'x' AS source_id) FROM sources"
            " WHERE source_id = 'well.r001'",
            [("sources", "well.r001x", "added", None, None, None)],
        ),
        (
            "UPDATE sources SET publisher = NULL, year = 2001 WHERE source_id = 'well.r001'",
            [
                ("sources", "well.r001", "edited", "publisher", "Hill Farmers", None),
                ("sources", "well.r001", "edited", "year", "2026", "2001"),
            ],
        ),
        (
            "UPDATE articles SET annotated_extent = NULL WHERE article_id = 'well';"
            "UPDATE articles SET annotated_extent = [] WHERE article_id = 'library'",
            [
                ("articles", "library", "respanned", "annotated_extent", '[{"start":0,"end":729}]', "[]"),
                ("articles", "well", "respanned", "annotated_extent", '[{"start":0,"end":705}]', None),
            ],
        ),
        (
            "UPDATE articles SET title = repeat('é', 501) WHERE article_id = 'well'",
            [
                (
                    "articles",
                    "well",
                    "edited",
                    "title",
                    "A new well for the hill farms 💧",
                    f"501 characters, sha256 {DIGEST}",
                )
            ],
        ),
    ],
)
def test_every_change_of_a_row_is_told_with_its_values(
    good: Good, tmp_path: Path, statements: str, due: list[Change]
) -> None:
    new = after(good, tmp_path, statements)

    found = told(compared(good.folder, new))

    assert found == due


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType], good: Good) -> Found:
    """The good corpus, and the same with a sentence more at the head of an article, built again."""
    own = copied(good, tmp_path_factory.mktemp("moved"))
    (path,) = own.corpus.rglob("well.md")
    path.write_text(path.read_text("utf-8").replace("\nSince Friday", "\nRain fell at last. Since Friday"), "utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        script("build").main(["--corpus", str(own.corpus)])
    return compared(good.folder, own.folder)


def test_rows_of_a_text_that_moved_are_the_same_rows_under_another_id(moved: Found) -> None:
    keys = {name: table.key for name, table in SCHEMAS.items()}

    again = [(table, old, new) for table, _, _, field, old, new in told(moved) if field == keys[table]]

    assert [one for one in again if one[0] != "sentences"] == [
        *(("citations", f"well.m{n:06d}-1", f"well.m{n + 19:06d}-1") for n in (96, 132, 183, 232, 295)),
        *(("claims", f"well.c{a:06d}-{b:06d}", f"well.c{a + 19:06d}-{b + 19:06d}") for a, b in PLACES),
        ("sources", "well.t000280", "well.t000299"),
        *(
            ("stances", f"well.c{a:06d}-{b:06d}|well.r00{n}", f"well.c{a + 19:06d}-{b + 19:06d}|well.r00{n}")
            for n, (a, b) in enumerate(PLACES, 1)
        ),
        ("stances", "well.c000238-000270|well.t000280", "well.c000257-000289|well.t000299"),
    ]


def test_what_refers_to_a_row_that_moved_is_as_it_was(moved: Found) -> None:
    fields = {(table, field) for table, _, _, field, _, _ in told(moved) if table in ("claims", "stances")}
    of_claims = [(key, old, new) for _, key, _, field, old, new in told(moved) if field == "sentence_ids"]

    # The first claim stood in the sentence that kept its id, well.s000032, and has other words now.
    assert (fields, of_claims) == (
        {
            ("claims", "claim_id"),
            ("claims", "spans"),
            ("claims", "sentence_ids"),
            ("stances", "stance_id"),
            ("stances", "cues"),
        },
        [("well.c000032-000095", '["well.s000032"]', '["well.s000051"]')],
    )


def test_a_sentence_whose_words_stand_twice_is_not_guessed(good: Good, tmp_path: Path) -> None:
    twice = "UPDATE sentences SET text = 'Dogs drank too.' WHERE sentence_id IN ('well.s000237', 'well.s000300');"
    old = after(good, tmp_path / "old", twice)
    moved = """
        UPDATE sentences SET sentence_id = 'well.s0003' || start, start = start + 5 WHERE sentence_id > 'well.s0002'
    """
    new = after(good, tmp_path / "new", twice + moved)

    found = [(key, change) for _, key, change, _, _, _ in told(compared(old, new))]

    assert found == [
        ("well.s000237", "removed"),
        ("well.s000300", "removed"),
        ("well.s0003237", "added"),
        ("well.s0003300", "added"),
    ]


def test_a_claim_with_the_same_words_at_another_place_is_another_claim(good: Good, tmp_path: Path) -> None:
    other = "UPDATE claims SET claim_id = 'well.c000400', spans = [{'start': 400, 'end': 430}]"
    new = after(good, tmp_path, f"{other} WHERE claim_id = 'well.c000101-000131'")

    found = told(compared(good.folder, new))

    assert [one[:3] for one in found] == [
        ("claims", "well.c000101-000131", "removed"),
        ("claims", "well.c000400", "added"),
    ]


def test_rows_of_an_article_with_a_tombstone_are_withdrawn_and_others_removed(good: Good, tmp_path: Path) -> None:
    gone = "DELETE FROM {} WHERE article_id IN ('well', 'library');"
    new = after(good, tmp_path, gone.format("articles") + gone.format("claims"))

    found = compared(good.folder, new, {"well": "Its author asked for it.", "other": ""})

    counts = {
        name: {one: table.total(one) for one in table.counts} for name, table in found.tables.items() if table.counts
    }
    made = changes(found, SCHEMAS["changes"])
    reasons = {row["id"]: row["reason"] for row in made.to_pylist() if row["table"] == "articles"}
    assert (counts, reasons) == (
        {"articles": {"removed": 1, "withdrawn": 1}, "claims": {"removed": 5, "withdrawn": 5}},
        {"library": None, "well": "Its author asked for it."},
    )


def test_an_article_whose_row_stays_as_a_tombstone_is_withdrawn_too(good: Good, tmp_path: Path) -> None:
    new = after(
        good,
        tmp_path,
        "UPDATE articles SET text_status = 2, title = 'a' WHERE article_id = 'well';"
        "DELETE FROM claims WHERE article_id = 'well'",
    )

    found = told(compared(good.folder, new))

    assert found[:3] == [
        ("articles", "well", "edited", "title", None, None),
        ("articles", "well", "withdrawn", "text_status", "full", "withdrawn"),
        ("claims", CLAIM, "withdrawn", None, None, None),
    ]


def test_a_release_that_tells_of_withdrawals_itself_is_believed(good: Good, tmp_path: Path) -> None:
    new = after(good, tmp_path, "DELETE FROM claims WHERE article_id = 'well' AND claim_id = 'well.c000032-000095'")
    row = {"change_id": "articles/well/withdrawn/", "table": "articles", "id": "well", "change": "withdrawn"}
    rows = SCHEMAS["changes"].conform([row | {"field": None, "old": None, "new": None, "reason": "Asked for."}])
    write(new, {"changes": {"release": rows}})

    found = compared(good.folder, new)

    assert (told(found), found.reasons) == (
        [("claims", CLAIM, "withdrawn", None, None, None)],
        {"well": "Asked for."},
    )


SAID = """
UPDATE articles SET title = 'Zwölf Boxer', author = 'Zwölf Boxer', url = 'Zwölf Boxer' WHERE article_id = 'well';
UPDATE claims SET text = 'Zwölf Boxer', sentence_ids = ['Zwölf Boxer'], claim_type = 3 WHERE article_id = 'well';
UPDATE stances SET claim = 'Zwölf Boxer', cue_text = 'Zwölf Boxer' WHERE article_id = 'well';
UPDATE sources SET raw_text = 'Zwölf Boxer', mention_texts = ['Zwölf Boxer'] WHERE article_id = 'well';
UPDATE judgements SET text = 'Zwölf Boxer', original = 'Zwölf Boxer', spans = [] WHERE article_id = 'well';
"""
CLOSED = "UPDATE articles SET redistributable = false WHERE article_id = 'well';"


@pytest.mark.parametrize("old_says", [True, False])
@pytest.mark.parametrize("how", ["old", "new", "standoff", "tombstone", "no word"])
def test_no_word_of_an_article_that_may_not_be_told_is_told(
    good: Good, tmp_path: Path, how: str, old_says: bool
) -> None:
    said, other = SAID + (CLOSED if how == "old" else ""), CLOSED if how == "new" else ""
    if how == "standoff":
        other += "UPDATE articles SET text_status = 1 WHERE article_id = 'well';"
    one, two = after(good, tmp_path / "one", said), after(good, tmp_path / "two", other)
    if how == "no word":
        shutil.rmtree(two / "articles")
    old, new = (one, two) if old_says else (two, one)

    found = compared(old, new, {"well": ""} if how == "tombstone" else {})

    forms = ("terminal", "markdown", "json", "html")
    texts = [
        *("".join(between.told(found, form)) for form in forms),
        str(changes(found, SCHEMAS["changes"]).to_pydict()),
    ]
    hidden = sum(found.rows["hidden"].to_pylist())
    labels = [one for one in told(found) if one[3] == "claim_type"]
    assert ([one for one in texts if "Zw" in one or "Box" in one], hidden > 20, len(labels)) == ([], True, 4)


def test_a_source_that_lost_its_text_is_told_without_words(good: Good, tmp_path: Path) -> None:
    gone = (
        "UPDATE sources SET evidence_text = NULL WHERE source_id = 'well.r001';"  # it was that of a withdrawn article
    )

    found = compared(good.folder, after(good, tmp_path / "two", gone))

    assert [(*one[1:4], one[4], one[5]) for one in told(found) if one[3] == "evidence_text"] == [
        ("well.r001", "edited", "evidence_text", None, None)
    ]


@pytest.fixture(scope="session")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Schemas:
    """One table with a column of every type."""
    folder = tmp_path_factory.mktemp("schemas")
    (folder / "tables").mkdir()
    (folder / "labels.yaml").write_text(COLOURS, encoding="utf-8")
    (folder / "tables" / "articles.yaml").write_text(ARTICLES, encoding="utf-8")
    (folder / "tables" / "parcels.yaml").write_text(PARCELS, encoding="utf-8")
    return schema.load(folder)


WORDS = st.none() | st.lists(st.sampled_from(["", "a", "b", "ab", "é"]), max_size=2)
LABELS = st.sampled_from(["red", "blue", "none"])
PIECES = st.builds(lambda start, kind: {"start": start, "end": 3, "kind": kind}, st.integers(0, 2), LABELS)
PARCEL = st.fixed_dictionaries(
    {
        "split": st.sampled_from(["train", "test"]),
        "colour": st.none() | LABELS,
        "votes": st.none() | st.dictionaries(LABELS, st.sampled_from([0.0, 0.25, 1.0]), max_size=2),
        "pieces": st.none() | st.lists(PIECES, max_size=2),
        "names": WORDS,
        "others": WORDS,
        "note": st.none() | st.sampled_from(["", "a", "nothing", "NULL", "'", "\x00", "𝔸"]),
        "number": st.none() | st.integers(-1, 1),
        "weight": st.none() | st.sampled_from([0.0, 0.5, 1e300, float("inf")]),
        "sent": st.none() | st.sampled_from([datetime(2026, 1, 2, tzinfo=UTC), datetime(1969, 12, 31, 23, tzinfo=UTC)]),
        "open": st.none() | st.booleans(),
    }
)
SIDE = st.dictionaries(st.sampled_from(["p1", "p2", "p3", "p|4"]), PARCEL, min_size=1)


def _draw(data: st.DataObject, old: dict[str, Row]) -> dict[str, Row]:
    """Any rows; or mostly the same ones with a value changed, so that nothing else gives the change away."""
    if data.draw(st.booleans()):
        return data.draw(SIDE)
    other = {key: data.draw(PARCEL) for key in old}
    columns = {key: data.draw(st.sampled_from(COLUMNS)) for key in old}
    return {key: row | {columns[key]: other[key][columns[key]]} for key, row in old.items()}


@given(st.data(), SIDE)
@settings(max_examples=60)
def test_what_is_told_is_what_comparing_each_value_by_hand_tells(
    parcels: Schemas, data: st.DataObject, old: dict[str, Row]
) -> None:
    new = _draw(data, old)

    found = _told(parcels, old, new)

    assert found == _by_hand(old, new)


ALIKE: list[tuple[Row, Row]] = [  # values of which some hashes of a row are the same
    ({"names": []}, {"names": None}),
    ({"pieces": []}, {"pieces": None}),
    ({"votes": {"red": 0.0}}, {"votes": None}),
    ({"names": ["a"], "others": ["b", "c"]}, {"names": ["a", "b"], "others": ["c"]}),
    ({"names": ["a"], "others": []}, {"names": [], "others": ["a"]}),
    ({"note": ""}, {"note": None}),
    ({"number": 0}, {"number": None}),
    ({"weight": 0.0}, {"weight": None}),
    ({"open": False}, {"open": None}),
]


@pytest.mark.parametrize(("was", "now"), ALIKE)
def test_values_that_look_alike_to_a_hash_are_told_apart(parcels: Schemas, was: Row, now: Row) -> None:
    nothing: Row = {"split": "train", **dict.fromkeys(COLUMNS[1:])}
    old, new = {"p": nothing | was}, {"p": nothing | now}

    found = _told(parcels, old, new)

    assert (found, len(found)) == (_by_hand(old, new), len(was))


COLUMNS = ("split", "colour", "votes", "pieces", "names", "others", "note", "number", "weight", "sent", "open")
CHANGES = {"split": "resplit", "colour": "relabelled", "pieces": "respanned"}


def _tables(schemas: Schemas, rows: dict[str, Row]) -> dict[str, dict[str, pa.Table]]:
    """The rows of a side as its files have them."""
    found = {}
    article = {"article_id": "a", "redistributable": True, "text_status": "full"}
    for split in sorted({row["split"] for row in rows.values()}):
        own = [
            {"parcel_id": key, "article_id": "a", **{name: row[name] for name in COLUMNS[1:]}}
            for key, row in rows.items()
            if row["split"] == split
        ]
        found[split] = schemas["parcels"].conform(own)
    return {"articles": {"train": schemas["articles"].conform([article])}, "parcels": found}


def _told(parcels: Schemas, old: dict[str, Row], new: dict[str, Row]) -> list[Change]:
    with TemporaryDirectory() as place:
        was, now = (write(Path(place) / name, _tables(parcels, rows)) for name, rows in (("o", old), ("n", new)))
        return told(compared(was, now, schemas=parcels))


def _by_hand(old: dict[str, Row], new: dict[str, Row]) -> list[Change]:
    found: list[Change] = []
    for key in {*old, *new}:
        if key not in old or key not in new:
            found.append(("parcels", key, "added" if key in new else "removed", None, None, None))
            continue
        for name in COLUMNS:
            was, now = (_filled(name, side[key][name]) for side in (old, new))
            if was != now:
                found.append(("parcels", key, CHANGES.get(name, "edited"), name, _text(was), _text(now)))
    return sorted(found, key=lambda one: f"parcels/{one[1]}/{one[2]}/{one[3] or ''}")


def _filled(name: str, value: Any) -> Any:
    """A label that nobody chose has the share 0."""
    return (
        {one: value.get(one, 0.0) for one in ("red", "blue", "none")}
        if name == "votes" and value is not None
        else value
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)
