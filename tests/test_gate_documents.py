"""Card, loaded data, datasheet and manifest against the tables: what is told, and that nothing stops the gate."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance import dataset, schema
from claimstance.facts import FACTS, figuring
from claimstance.gate import manifests, sheets
from claimstance.gate.facts import figures, loaded, released
from claimstance.gate.folder import Folder
from claimstance.release.cards.card import card
from claimstance.release.manifest import manifest, written
from conftest import REPOSITORY, Good, copied, corpus

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build
CLAIMS = "header/dataset_info/claims"
OFF = "is not what the tables and schemas/ give"


@pytest.fixture
def own(good: Good, tmp_path: Path) -> Folder:
    """A copy of the good build."""
    mine = copied(good, tmp_path)
    return Folder(mine.folder, SCHEMAS, mine.corpus)


def wrong(found: pa.Table) -> list[Any]:
    """The rows of a fact that tell a problem, without its name for the row's kind."""
    return [tuple(row.values()) for row in found.to_pylist() if row["problem"]]


def edited(folder: Folder, old: str, new: str, times: int = -1) -> None:
    path = folder.path / "README.md"
    said = path.read_text(encoding="utf-8")
    assert old in said
    path.write_text(said.replace(old, new, times), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "default: true",
            "default: false",
            [("header/configs", "0 tables are the default, and stances should be")],
        ),
        (
            "- config_name: claims\n",
            "- config_name: claims\n  default: true\n",
            [("header/configs", "2 tables are the default, and stances should be")],
        ),
        ("path: claims/test-*.parquet", "path: claims/train-*.parquet", [("header/configs/claims/data_files", OFF)]),
        (" sha256:", " sha-256:", [(f"header/configs/{name}/description", OFF) for name in SCHEMAS]),
        ("| claims | 10 ", "| claims | 11 ", [("Rows/claims", OFF)]),
        ("## Rows\n", "## Lines\n", [("Rows", "is missing")]),
        ("- fact-checking\n", "", [("header/task_ids", OFF)]),
        ("- en\n", "- fr\n", [("header/language", OFF)]),
        ("### claims\n", "### claim\n", [("Tables/claims", "is missing"), ("Tables/claim", "is not due")]),
        ("| 0 | SUPPORTS |", "| 1 | SUPPORTS |", [("Labels/stance/SUPPORTS", OFF)]),
        (
            "name: n_marked\n    dtype: int32",
            "name: n_marked\n    dtype: int64",
            [(f"{CLAIMS}/features/n_marked/dtype", OFF)],
        ),
        ("  - name: n_marked\n    dtype: int32\n", "", [(f"{CLAIMS}/features/n_marked", "is missing")]),
        ("pretty_name: ", "pretty_name: Not ", [("header/pretty_name", OFF)]),
    ],
)
def test_what_the_card_says_otherwise_than_the_tables_is_told_by_its_place(
    own: Folder, old: str, new: str, told: list[tuple[str, str]]
) -> None:
    edited(own, old, new)

    found = wrong(card(own))

    assert sorted(found) == sorted(told)


def test_another_number_of_rows_in_the_header_is_told_with_both(own: Folder) -> None:
    (path,) = (one for one in own.files("claims") if one.name.startswith("test"))
    rows = pq.read_metadata(path).num_rows
    head, mark, info = (
        (own.path / "README.md").read_text(encoding="utf-8").partition("- config_name: claims\n  features")
    )
    changed = re.sub(r"(name: test\n.*\n    num_examples: )[0-9]+", r"\g<1>99", info, count=1)
    (own.path / "README.md").write_text(head + mark + changed, encoding="utf-8")

    found = wrong(card(own))

    assert found == [(f"{CLAIMS}/splits/test/num_examples", f"is 99, and {rows} is due")]


def test_what_the_hub_knows_besides_may_stand_in_the_header(own: Folder) -> None:
    edited(own, "---\npretty_name", "---\nsize_categories:\n- n<1K\npretty_name", 1)

    assert wrong(card(own)) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "is not there"),
        (b"", "has no header between two lines of ---"),
        (b"---\na: 1\n", "has no header between two lines of ---"),
        (b"---\n\xff: 1\n---\n", "is not UTF-8"),
        (b"---\n- a\n---\n", "has a header without entries"),
        (b"---\na: [\n---\n", "has a header that is not YAML"),
        (b"---\na: 2026-13-45\n---\n", "has a header that is not YAML"),
        (b"---\na: !!python/object:os.system x\n---\n", "has a header that is not YAML"),
        (b"---\na: &a [x]\nb: *a\n---\n", "has a header with aliases, or one nested too deep"),
        (b"---\na: " + b"[" * 5000 + b"\n---\n", "has a header with aliases, or one nested too deep"),
        (b"-" * (sheets.LARGEST + 1), f"has {sheets.LARGEST + 1} bytes, more than {sheets.LARGEST}"),
    ],
)
def test_a_card_that_is_none_is_told_and_nothing_else_is_said_of_it(
    own: Folder, content: bytes | None, told: str
) -> None:
    path = own.path / "README.md"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    assert (wrong(card(own)), wrong(loaded.loaded(own))) == ([("README.md", told)], [])


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), Path.mkdir])
def test_a_card_that_is_a_pipe_or_a_link_is_not_opened(own: Folder, make: Callable[[Path], None]) -> None:
    (own.path / "README.md").unlink()
    make(own.path / "README.md")

    found = wrong(card(own))

    assert [place for place, _ in found] == ["README.md"]


def test_of_a_table_that_cannot_be_read_the_card_is_believed(own: Folder) -> None:
    for name in ("articles", "agreement"):
        for path in own.files(name):
            path.write_bytes(b"")

    assert wrong(card(own)) == []


def test_every_table_loads_as_it_is_and_the_reader_is_left_as_it_was(own: Folder) -> None:
    import datasets
    from huggingface_hub import constants

    def state() -> tuple[Any, ...]:
        bars, level = datasets.are_progress_bars_disabled(), datasets.logging.get_verbosity()
        return datasets.config.HF_HUB_OFFLINE, constants.HF_HUB_OFFLINE, bars, level

    before = state()
    found = loaded.loaded(own).to_pylist()

    due = {(name, split, None) for name, table in SCHEMAS.items() for split in table.splits}
    assert ({tuple(one.values()) for one in found}, state()) == (due, before)


@pytest.mark.parametrize("complete", [0, loaded.COMPLETE])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("columns:\n  - claim_id\n  - text\n", "has other features than the table"),
        ("data_dir: ../..\n", "not tried: the card, or a file beside it, says that data are elsewhere"),
    ],
)
def test_a_word_in_the_header_that_changes_what_is_loaded_is_found_also_by_the_first_rows(
    own: Folder, monkeypatch: pytest.MonkeyPatch, complete: int, words: str, told: str
) -> None:
    monkeypatch.setattr(loaded, "COMPLETE", complete)
    edited(own, "- config_name: claims\n", f"- config_name: claims\n  {words}", 1)

    found = wrong(loaded.loaded(own))

    assert {(config, problem) for config, _, problem in found} == {("claims", told)}


@pytest.mark.parametrize("path", ["/etc/*", "https://data.example/x.parquet", "../*.parquet", "hf://datasets/a/b"])
def test_a_card_that_points_elsewhere_is_not_followed(own: Folder, path: str) -> None:
    edited(own, "path: claims/test-*.parquet", f"path: {path}")

    found = wrong(loaded.loaded(own))

    assert found == [("claims", "", "not tried: the card, or a file beside it, says that data are elsewhere")]


def test_a_file_that_says_where_data_are_keeps_all_from_being_tried(own: Folder) -> None:
    (own.path / ".huggingface.yaml").write_text("configs: []\n", encoding="utf-8")

    found = wrong(loaded.loaded(own))

    assert {config for config, _, _ in found} == set(SCHEMAS)


PAGE = """# Datasheet

It has <!--= SELECT 1 -->2<!--/--> and <!--= SELECT
2 -->2<!--/--> of them, <!--= SELECT 'a word' -->a
word<!--/-->.

| what | how many |
|---|---|
| all | <!--= SELECT 'x' \\|\\| 'y' -->xy<!--/--> and 14, `15` or [16](#17) |

<!--=
SELECT '| a |' || chr(10) || '|---|'
-->
| b |
|---|
<!--/-->

- <!--= SELECT 1 -->1<!--/--> begins. Half: <!--= SELECT 1 -->1
- In code, `<!--= SELECT 1 -->`, it is none; fails: <!--= SELECT nothing -->9<!--/-->
"""


def computed(sql: str) -> str:
    if "nothing" in sql:
        raise ValueError('Binder Error: Referenced column "nothing" not found')
    said = {"SELECT 1": "1", "SELECT\n2": "2", "SELECT 'a word'": "a word", "SELECT 'x' || 'y'": "xy"}
    return said.get(sql, "| a |\n|---|")


def test_every_figure_that_is_not_what_its_query_gives_is_told_by_its_line(own: Folder) -> None:
    figures.place(own).write_text(PAGE, encoding="utf-8")

    found = figures.datasheet(own, computed).to_pylist()

    assert [tuple(one.values()) for one in found if one["problem"]] == [
        (3, "stale", "says 2, and it is 1"),
        (9, "unmarked", "stands there by hand: 14"),
        (11, "stale", "is not what its query gives"),
        (18, "broken", "a mark begins its line, which ends the paragraph there"),
        (18, "broken", "a mark has no other half"),
        (19, "broken", 'cannot be computed: Binder Error: Referenced column "nothing" not found'),
    ]


def test_the_datasheet_of_a_new_corpus_shows_what_a_mark_looks_like_and_has_none(own: Folder) -> None:
    shipped = REPOSITORY / "src" / "claimstance" / "template" / "DATASHEET.md"
    figures.place(own).write_bytes(shipped.read_bytes())

    found = figures.datasheet(own, computed).to_pylist()

    assert ("<!--=" in shipped.read_text(encoding="utf-8"), found) == (True, [])


def test_figures_are_written_anew_and_nothing_else_is_touched() -> None:
    page = PAGE.replace("nothing", "1")

    again = figures.renewed(page, computed)

    wanted = page.replace("-->2<!--/--> and", "-->1<!--/--> and").replace("| b |", "| a |").replace("-->9<", "-->1<")
    assert (again, figures.renewed(again, computed)) == (wanted, wanted)


@pytest.mark.parametrize(
    "said", ["Conversion Error: Could not convert string 'Halda Brann' to INT32", "not one value", ""]
)
def test_what_a_query_fails_over_is_not_quoted(own: Folder, said: str) -> None:
    figures.place(own).write_text("Of <!--= SELECT text FROM articles -->x<!--/-->\n", encoding="utf-8")

    def fails(sql: str) -> str:
        raise ValueError(said)

    found = [
        wrong(figures.datasheet(own, fails)),
        wrong(figures.datasheet(own, lambda sql: "Halda Brann was there")),
    ]

    assert found == [
        [(1, "broken", "cannot be computed: it gives no value")],
        [(1, "stale", "is not what its query gives")],
    ]


def test_of_figures_of_a_broken_table_nothing_is_said(own: Folder) -> None:
    figures.place(own).write_text("Of <!--= SELECT count(*) FROM claims -->1<!--/-->\n", encoding="utf-8")

    found = figures.datasheet(own, computed, {"claims"})

    assert len(found) == 0


def test_a_corpus_without_a_datasheet_is_told_so(own: Folder) -> None:
    figures.place(own).unlink()

    found = wrong(figures.datasheet(own, computed))

    assert found == [(0, "broken", "is not there")]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Folder:
    """A build of this repository's corpus."""
    root = corpus(REPOSITORY, tmp_path_factory.mktemp("ours"))
    script("build").main(["--corpus", str(root)])
    return Folder(root / "build", SCHEMAS, root)


def test_the_datasheet_of_this_repository_says_what_its_build_gives(ours: Folder) -> None:
    found = FACTS["datasheet"](ours)

    assert (wrong(found), len(found) > 80) == ([], True)


def test_a_query_of_the_datasheet_sees_the_tables_and_no_file(ours: Folder) -> None:
    secret = ours.path.parent / "annotations" / "batches.yaml"
    with figuring(ours) as compute:
        counted = compute("SELECT in_words(2) || ' of ' || count(*) FROM articles")
        with pytest.raises(ValueError, match="Permission") as refused:
            compute(f"FROM read_text('{secret}')")

    assert (counted, "ada" in str(refused.value)) == ("two of 104", False)


@pytest.fixture
def release(own: Folder) -> Folder:
    """The same as a release."""
    assert own.corpus
    written(own.path, manifest(own.path, SCHEMAS, dataset.read(own.corpus / "corpus" / "dataset.yaml")))
    return own


def test_a_release_is_what_its_manifest_says(release: Folder) -> None:
    found = released.manifest(release)

    assert (wrong(found), set(found["kind"].to_pylist())) == ([], {"files", "counts", "version"})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is no manifest: Input data was truncated"),
        ("[]", "is no manifest: Expected `object`, got `array`"),
        ("{}", "is no manifest: Object missing required field `format`"),
        ("[" * 100_000, "is no manifest: "),
    ],
)
def test_a_manifest_that_is_none_is_told(release: Folder, content: str, told: str) -> None:
    (release.path / "MANIFEST.json").write_text(content, encoding="utf-8")

    found = wrong(released.manifest(release))

    assert [(place, kind, problem[: len(told)]) for place, kind, problem in found] == [("MANIFEST.json", "form", told)]


def changed(release: Folder, change: Callable[[dict[str, Any]], None]) -> None:
    import json

    path = release.path / "MANIFEST.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    written(release.path, said)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda said: said["files"].update({"../x": said["files"]["README.md"]}), ("../x", "files", "is not there")),
        (
            lambda said: said["files"].update({"a\x1b": said["files"]["README.md"]}),
            ("a\ufffd", "files", "is not there"),
        ),
        (
            lambda said: said["files"]["README.md"].update(sha256="0" * 64),
            ("README.md", "files", "its digest is another"),
        ),
        (
            lambda said: said["counts"]["stances"]["test"]["labels"]["stance"].pop("REFUTES"),
            ("stances/test/stance/REFUTES", "counts", "the manifest has 0, and the files 1"),
        ),
        (
            lambda said: said["counts"].pop("agreement"),
            ("agreement/release", "counts", "the manifest has 0, and the files"),
        ),
    ],
)
def test_what_the_manifest_has_otherwise_is_told(
    release: Folder, change: Callable[[dict[str, Any]], None], told: tuple[str, str, str]
) -> None:
    changed(release, change)

    found = wrong(released.manifest(release))

    assert (*found[0][:2], found[0][2][: len(told[2])]) == told


@pytest.mark.parametrize(("before", "late"), [("0.0.9", True), ("0.1.0", False), ("0.10.0", False)])
def test_a_release_comes_after_the_last_one(release: Folder, tmp_path: Path, before: str, late: bool) -> None:
    last = copied(Good(release.corpus or Path(), release.path), tmp_path / "last").folder
    changed(Folder(last, SCHEMAS), lambda said: said.update(version=before))

    found = wrong(released.manifest(Folder(release.path, SCHEMAS, release.corpus, last)))

    said = f"0.1.0 comes after {before}, the last release"
    assert found == ([] if late else [("MANIFEST.json", "version", said)])


def test_told_is_what_the_release_says_of_changes_and_who_was_withdrawn(own: Folder) -> None:
    own = replace(own, schemas=schema.load(REPOSITORY / "schemas"))
    (own.path / "changes").mkdir()
    row = {"change_id": "claims/x.c1/removed/", "table": "claims", "id": "x.c1", "change": "removed"}
    rows = own.schemas["changes"].conform([row | dict.fromkeys(("field", "old", "new", "reason"))])
    pq.write_table(rows, own.path / "changes" / "release-00000-of-00001.parquet")
    assert own.corpus
    (own.corpus / "corpus" / "withdrawn.csv").write_text(
        "article_id,date,reason,text_sha256,signature,kept\na,2026-01-01,asked,,,\n", "utf-8"
    )

    found = [tuple(one.values()) for one in released.told(own).to_pylist()]

    assert found == [("articles", "a", "withdrawn"), ("claims", "x.c1", "removed")]


VALUES = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | st.text(max_size=5),
            "number": st.none() | st.integers(-5, 5),
            "flag": st.none() | st.booleans(),
            "score": st.none() | st.floats(allow_nan=False, width=32),
            "spans": st.none() | st.lists(st.fixed_dictionaries({"start": st.none() | st.integers(0, 9)}), max_size=3),
        }
    ),
    min_size=1,
    max_size=40,
)
SHAPE = pa.schema(
    [
        ("text", pa.string()),
        ("number", pa.int32()),
        ("flag", pa.bool_()),
        ("score", pa.float64()),
        ("spans", pa.list_(pa.struct([("start", pa.int32())]))),
    ]
)


@settings(max_examples=60)
@given(VALUES, st.integers(1, 50), st.sampled_from(["none", "zstd", "snappy"]), st.booleans(), st.integers(1, 9))
def test_the_logical_digest_of_rows_is_theirs_however_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, Any]],
    group: int,
    compression: str,
    dictionary: bool,
    batch: int,
) -> None:
    place = tmp_path_factory.mktemp("logical", numbered=True)
    table = pa.Table.from_pylist(rows, SHAPE)
    pq.write_table(table, place / "one.parquet")
    pq.write_table(
        table, place / "two.parquet", row_group_size=group, compression=compression, use_dictionary=dictionary
    )
    pq.write_table(table.slice(1), place / "less.parquet")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifests, "BATCH", batch)
        one, two, less = (manifests.logical(place / f"{name}.parquet") for name in ("one", "two", "less"))

    assert (one == two, one == less) == (True, False)
