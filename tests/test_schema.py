"""The schema: what conform takes and refuses, and what a broken schema file is told."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance import schema
from claimstance.errors import ClaimstanceError, ConformError, SchemaError
from claimstance.table import Label, Row, Rows, Table, by_article

SCHEMAS = schema.load(Path(__file__).parents[1] / "schemas")

LABELS = """
vocabularies:
  colour:
    description: The colour of a bead.
    labels:
      red: {meaning: "Like a brick.", german: rot, latin: null}
      "none": {meaning: "It is clear.", german: farblos}
"""
BEADS = """
description: One bead.
primaryKey: bead_id
spans:
  - {pieces: scratches, of: articles.text}
fields:
  - {name: bead_id, type: string, description: "Its id.", constraints: {required: true, pattern: 'b[0-9]+'}}
  - {name: article_id, type: string, description: "Its article.", constraints: {required: true}}
  - {name: colour, type: string, vocabulary: colour, description: "Its colour."}
  - {name: size, type: integer, description: "Millimetres.", constraints: {minimum: 1, maximum: 30}}
  - {name: weight, type: number, description: "Grams."}
  - {name: drilled, type: boolean, description: "Whether it has a hole."}
  - {name: made, type: datetime, description: "When it was made."}
  - {name: owners, type: array, items: string, words: none, description: "Who had it."}
  - {name: scratches, type: array, items: span, description: "Where it is scratched."}
  - {name: stains, type: array, items: span, vocabulary: colour, description: "Where it is stained."}
  - {name: votes, type: object, keys: colour, description: "Who saw which colour."}
  - {name: box, type: string, description: "Where it ended up.", decided: true}
"""


def written(folder: Path, tables: str = BEADS, labels: str = LABELS) -> Path:
    """A folder of schemas with one table, beads."""
    (folder / "tables").mkdir()
    (folder / "tables" / "beads.yaml").write_text(tables, encoding="utf-8")
    (folder / "labels.yaml").write_text(labels, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def beads(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return schema.load(written(tmp_path_factory.mktemp("schemas")))["beads"]


def bead(**changed: Any) -> Row:
    """A row that conforms."""
    row: Row = {
        "bead_id": "b1",
        "article_id": "sea",
        "colour": "red",
        "size": 3,
        "weight": 0.5,
        "drilled": True,
        "made": datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        "owners": ["Ada", "Bo"],
        "scratches": [{"start": 0, "end": 2}],
        "stains": [{"start": 1, "end": 2, "kind": "none"}],
        "votes": {"red": 0.75},
    }
    return row | changed


def test_a_row_comes_back_with_numbers_for_labels_and_zero_for_votes_that_nobody_cast(beads: Table) -> None:
    rows = [bead()]

    table = beads.conform(rows)

    assert table.to_pylist() == [
        bead(
            colour=0,
            stains=[{"start": 1, "end": 2, "kind": 1}],
            votes={"red": 0.75, "none": 0.0},
            box=None,
        )
    ]


def test_rows_come_back_in_order_of_article_and_then_key(beads: Table) -> None:
    rows = [bead(bead_id=key, article_id=article) for key, article in (("b1", "z"), ("b3", "a"), ("b2", "a"))]

    table = beads.conform(rows)

    assert table["bead_id"].to_pylist() == ["b2", "b3", "b1"]


def test_a_column_that_is_not_required_may_be_null(beads: Table) -> None:
    empty = dict.fromkeys(set(bead()) - {"bead_id", "article_id"})

    table = beads.conform([bead(**empty)])

    assert table.to_pylist() == [bead(**empty, box=None)]


def test_no_rows_make_an_empty_table_of_the_same_schema(beads: Table) -> None:
    rows: Rows = []

    table = beads.conform(rows)

    assert (len(table), table.schema.equals(beads.arrow_schema, check_metadata=True)) == (0, True)


def test_a_missing_and_an_unknown_column_are_both_named(beads: Table) -> None:
    row = bead(shape="round")
    del row["size"]

    with pytest.raises(ConformError) as refusal:
        beads.conform([row], where="shard 3")

    assert str(refusal.value) == (
        "shard 3: beads, bead_id 'b1': no column size and an unknown column shape. "
        "schemas/tables/beads.yaml lists them."
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"colour": "blue"}, "colour is 'blue', not one of red, none. Its colour."),
        ({"colour": 0}, "colour is '0', not one of red, none. Its colour."),
        ({"size": "3"}, "size is '3', not of type integer. Millimetres."),
        ({"size": 0}, "size is 0, which should be 1 to 30. Millimetres."),
        ({"size": 31}, "size is 31, which should be 1 to 30. Millimetres."),
        ({"size": 2.5}, "size is '2.5', not of type integer. Millimetres."),
        ({"size": True}, "size is 'True', not of type integer. Millimetres."),
        ({"weight": "0.5"}, "weight is '0.5', not of type number. Grams."),
        ({"weight": True}, "weight is 'True', not of type number. Grams."),
        ({"drilled": 1}, "drilled is '1', not of type boolean. Whether it has a hole."),
        ({"drilled": "no"}, "drilled is 'no', not of type boolean. Whether it has a hole."),
        ({"made": "2026-03-02"}, "made is '2026-03-02', not of type datetime. When it was made."),
        ({"made": 5}, "made is '5', not of type datetime. When it was made."),
        ({"owners": "Ada"}, "owners is 'Ada', not of type array. Who had it."),
        ({"owners": [7]}, "owners is '[7]', not of type array. Who had it."),
        ({"owners": ["\ud800"]}, "owners is \"['\\\\ud800']\", not of type array. Who had it."),
        ({"scratches": [{"start": 1}]}, "scratches is \"[{'start': 1}]\", not of type array. Where it is scratched."),
        ({"scratches": [[1, 2]]}, "scratches is '[[1, 2]]', not of type array. Where it is scratched."),
        (
            {"scratches": [{"start": 1, "end": 2.5}]},
            "scratches is \"[{'start': 1, 'end': 2.5}]\", not of type array. Where it is scratched.",
        ),
        (
            {"stains": [{"start": 1, "end": 2, "kind": "blue"}]},
            "stains is \"[{'start': 1, 'end': 2, 'kind': 'blue'}]\", not one of red, none. Where it is stained.",
        ),
        ({"votes": {"blue": 1.0}}, "votes is \"{'blue': 1.0}\", not of type object. Who saw which colour."),
        ({"votes": {"red": "all"}}, "votes is \"{'red': 'all'}\", not of type object. Who saw which colour."),
        ({"article_id": None}, "article_id is None. A key is a string."),
        ({"article_id": 7}, "article_id is 7. A key is a string."),
        ({"bead_id": "x1"}, "bead_id is 'x1', which should match b[0-9]+. Its id."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_table_key_and_column(beads: Table, changed: Row, told: str) -> None:
    bad = bead(**{"bead_id": "b2"} | changed)

    with pytest.raises(ConformError) as refusal:
        beads.conform([bead(), bad])

    assert str(refusal.value) == f"beads, bead_id {bad['bead_id']!r}: {told}"


def test_a_key_that_occurs_twice_is_refused_even_in_two_articles(beads: Table) -> None:
    rows = [bead(article_id="a"), bead(bead_id="b2", article_id="b"), bead(article_id="c")]

    with pytest.raises(ConformError) as refusal:
        beads.conform(rows)

    assert str(refusal.value) == "beads, bead_id 'b1': the key occurs twice. Each row needs a key of its own."


def test_a_required_column_may_not_be_null(tmp_path: Path) -> None:
    beads = schema.load(written(tmp_path, BEADS.replace('"Grams."', '"Grams.", constraints: {required: true}')))[
        "beads"
    ]

    with pytest.raises(ConformError) as refusal:
        beads.conform([bead(weight=None)])

    assert str(refusal.value) == "beads, bead_id 'b1': weight is null. Grams."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("start"), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(column=st.sampled_from(sorted(bead())), value=JSON)
def test_whatever_stands_in_a_column_conform_gives_it_back_or_refuses(beads: Table, column: str, value: Any) -> None:
    row = bead(**{column: value})

    try:
        table = beads.conform([row])
    except ConformError:
        return

    back = table.drop_columns(["colour", "stains", "votes", "box"]).to_pylist()
    assert back == [{name: _as_stored(name, row[name]) for name in back[0]}]


def _as_stored(name: str, value: Any) -> Any:
    return float(value) if name == "weight" and value is not None else value


def test_a_label_called_none_stays_a_label_and_a_crosswalk_of_null_is_dropped(tmp_path: Path) -> None:
    folder = written(tmp_path)

    vocabulary = schema.load(folder).vocabularies["colour"]

    assert vocabulary.labels == (
        Label("red", "Like a brick.", {"german": "rot"}),
        Label("none", "It is clear.", {"german": "farblos"}),
    )


def test_the_labels_of_this_corpus_keep_the_word_none_and_lose_the_null_crosswalks() -> None:
    found = SCHEMAS.vocabularies

    degrees = found["support_degree"].names
    crosswalk = {label.more.get("fnc1") for label in found["stance"].labels}

    assert (degrees, crosswalk) == (["complete", "partial", "none"], {"agree", "disagree", "discuss", None})


@pytest.mark.parametrize("name", SCHEMAS)
def test_datasets_reads_every_table_as_we_write_it(name: str) -> None:
    datasets = pytest.importorskip("datasets")
    table = SCHEMAS[name]

    features = datasets.Features.from_dict(table.features)

    assert (
        table.arrow_schema.equals(features.arrow_schema, check_metadata=True),
        json.loads(table.arrow_schema.metadata[b"huggingface"]),
        features.to_dict(),
    ) == (True, {"info": {"features": table.features}}, table.features)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_table_can_be_empty(name: str) -> None:
    table = SCHEMAS[name]

    conformed = table.conform([])

    assert conformed.schema.equals(table.arrow_schema, check_metadata=True)


def test_no_field_of_a_table_is_missing_in_its_arrow_schema() -> None:
    tables = SCHEMAS.values()

    names = {table.name: table.arrow_schema.names for table in tables}

    assert names == {table.name: [field.name for field in table.fields] for table in tables}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("decided: true", "decidde: true", "unknown field `decidde`"),
        ("minimum: 1", "minimun: 1", "unknown field `minimun`"),
        ("minimum: 1", "minimum: one", "Expected `int | null`, got `str`"),
        ("minimum: 1", "minimum: 1.5", "Expected `int | null`, got `str`"),
        ("primaryKey: bead_id", "", "missing required field `primaryKey`"),
        ("primaryKey: bead_id", "primaryKey: [bead_id]", "Expected `str`, got `array`"),
        ("primaryKey: bead_id", "primaryKey: pearl_id", "no field is called pearl_id"),
        ("description: One bead.", "", "missing required field `description`"),
        ("fields:", "columns:", "unknown field `columns`"),
        ("type: number", "type: decimal", "Invalid enum value 'decimal'"),
        ("type: number, ", "", "missing required field `type`"),
        ("name: weight, ", "", "missing required field `name`"),
        ("name: weight", "name: size", "two fields have one name"),
        ("name: article_id", "name: text_id", "no field is called article_id"),
        ("vocabulary: colour", "vocabulary: hue", "colour: labels.yaml has no vocabulary hue"),
        ("keys: colour", "keys: hue", "votes: labels.yaml has no vocabulary hue"),
        (", keys: colour", "", "votes: object and keys go together"),
        (", items: string", "", "owners: array and items go together"),
        (", words: none", "", "owners does not say whose words it holds"),
        ("items: string", "items: number", "Invalid enum value 'number'"),
        ("type: number", "type: number, vocabulary: colour", "a label is a string, or the kind of a span"),
        ("'b[0-9]+'", "'b[0-9'", "bead_id: pattern: unterminated character set"),
        ("pieces: scratches", "pieces: dents", "no field is called dents"),
        ("pieces: scratches, ", "", "a rule of spans names no columns"),
        ("pieces: scratches", "start: size", "a rule of spans names no columns"),
        ("of: articles.text", "of: articles.body", "Invalid enum value 'articles.body'"),
        ("of: articles.text", "off: articles.text", "unknown field `off`"),
        ("spans:", "foreignKeys: [{fields: size}]\nspans:", "missing required field `reference`"),
        (
            "spans:",
            "foreignKeys: [{fields: hue, reference: {resource: beads, fields: size}}]\nspans:",
            "no field is called hue",
        ),
        (
            "spans:",
            "foreignKeys: [{fields: size, reference: {resource: boxes, fields: box_id}}]\nspans:",
            "size refers to boxes, which is no table",
        ),
        ("primaryKey: bead_id", "primaryKey: {", "not YAML"),
        (BEADS, "[" * 20_000 + "]" * 20_000, "lists or mappings in more than 50 others"),  # would kill the parser in C
        (BEADS, "", "Expected `object`, got `null`"),
        (BEADS, "a table", "Expected `object`, got `str`"),
    ],
)
def test_a_broken_table_is_told_what_is_wrong_with_it(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = written(tmp_path, BEADS.replace(old, new, 1))

    with pytest.raises(SchemaError) as refusal:
        schema.load(folder)

    assert (refusal.value.where.partition(":")[0], told in refusal.value.what) == (
        str(folder / "tables" / "beads.yaml"),
        True,
    )


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("", "Expected `object`, got `null`"),
        ("colours: {}", "unknown field `colours`"),
        ("vocabularies:", "Expected `object`, got `str`"),
        ("vocabularies: {colour: {description: x}}", "missing required field `labels`"),
        ("vocabularies: {colour: {labels: {}}}", "missing required field `description`"),
        ("vocabularies: {colour: {description: x, labels: [red]}}", "Expected `object`, got `array`"),
        ("vocabularies: {colour: {description: x, labels: {red: brick}}}", "Expected `object`, got `str`"),
        ("vocabularies: {colour: {description: x, labels: {red: {german: rot}}}}", "colour.red has no meaning"),
        ("vocabularies: [", "not YAML"),
    ],
)
def test_broken_labels_are_told_what_is_wrong_with_them(tmp_path: Path, labels: str, told: str) -> None:
    folder = written(tmp_path, labels=labels)

    with pytest.raises(SchemaError) as refusal:
        schema.load(folder)

    assert (refusal.value.where.partition(":")[0], told in refusal.value.what) == (str(folder / "labels.yaml"), True)


@pytest.mark.parametrize("missing", ["labels.yaml", "tables/beads.yaml"])
def test_a_folder_without_schemas_asks_whether_it_is_a_corpus(tmp_path: Path, missing: str) -> None:
    folder = written(tmp_path)
    (folder / missing).unlink()

    with pytest.raises(SchemaError) as refusal:
        schema.load(folder)

    assert str(refusal.value).endswith("Is this the root of a corpus?")


@settings(deadline=None)
@given(data=st.data())
def test_a_table_cut_off_anywhere_is_refused_or_read_but_never_breaks(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = data.draw(st.integers(0, len(BEADS)))
    folder = written(tmp_path_factory.mktemp("schemas"), BEADS[:place] + data.draw(st.text(max_size=5)) + BEADS[place:])

    try:
        found: object = schema.load(folder)["beads"]
    except ClaimstanceError as refusal:
        found = refusal

    assert isinstance(found, Table | SchemaError)


def test_scalars_stay_the_strings_that_stand_there(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: no\nb: 12:30\nc: 007\nd: 2026-03-01\ne: null\nf: ~\n", encoding="utf-8")

    found = schema.strings(path)

    assert found == {"a": "no", "b": "12:30", "c": "007", "d": "2026-03-01", "e": "null", "f": "~"}


def test_rows_are_gathered_by_article_in_their_order() -> None:
    rows = [{"article_id": "b", "n": 1}, {"article_id": "a", "n": 2}, {"article_id": "b", "n": 3}]

    grouped = by_article(rows)

    assert grouped == {"b": [rows[0], rows[2]], "a": [rows[1]]}


def test_a_table_about_the_whole_corpus_has_no_article_and_is_sorted_by_its_key(tmp_path: Path) -> None:
    tables = """
description: One figure.
whole: true
primaryKey: figure_id
fields:
  - {name: figure_id, type: string, description: "Its id."}
"""

    figures = schema.load(written(tmp_path, tables))["beads"]

    made = figures.conform([{"figure_id": one} for one in ("b", "c", "a")])
    assert (figures.whole, made["figure_id"].to_pylist()) == (True, ["a", "b", "c"])


def test_a_table_without_articles_has_to_say_so(tmp_path: Path) -> None:
    tables = """
description: One figure.
primaryKey: figure_id
fields:
  - {name: figure_id, type: string, description: "Its id."}
"""

    with pytest.raises(SchemaError, match="no field is called article_id"):
        schema.load(written(tmp_path, tables))


FIGURES = """
description: One figure.
whole: true
released: true
primaryKey: figure_id
fields:
  - {name: figure_id, type: string, description: "Its id."}
"""


def test_a_build_has_none_of_the_tables_that_only_releases_have(tmp_path: Path) -> None:
    schemas = schema.load(written(tmp_path, FIGURES))

    own = schemas.of_build

    assert (list(schemas), list(own), own.vocabularies) == (["beads"], [], schemas.vocabularies)


def test_a_table_that_only_releases_have_is_about_no_article(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="a table that only releases have is whole"):
        schema.load(written(tmp_path, FIGURES.replace("whole: true\n", "")))
