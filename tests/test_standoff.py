"""Articles and sources whose text may not be passed on: what a release has of them, and what it has not."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest

from claimstance import between, dataset, releasing, schema
from claimstance.errors import LoadError
from claimstance.release.closed import standoff
from claimstance.release.diff import changes, compare, sides
from claimstance.table import Row
from claimstance.training import as_nli, left_out, load, rows
from closing import closed, holding, release
from conftest import REPOSITORY, Good, copied, files
from gating import against, asked
from planting import planted, told

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build
WELL = "articles/2026/well.md"
BRIDGE = "sources/bridge.r001.md"  # which a reprint lists too
CLOSED = ("bridge.r001", "bridge-again.r001")
WORD = re.compile(r"\w{4,}")


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Good:
    """tests/whole with an article and the text of a source that may not be passed on."""
    return closed(tmp_path_factory.mktemp("closed"), script, WELL, BRIDGE)


@pytest.fixture(scope="session")
def given_out(held: Good, tmp_path_factory: pytest.TempPathFactory) -> Good:
    """The release of it."""
    return release(held, tmp_path_factory.mktemp("release"))[0]


def words_of(good: Good, text: str) -> set[str]:
    """Words that a text has and no other file of the corpus, nor what is beside it: its front matter, and addresses."""
    own = good.corpus / "corpus" / text
    head, body = own.read_text(encoding="utf-8").split("---\n", 2)[1:]
    addresses = " ".join(re.findall(r"https?://\S+", body))
    others = [path for path in (good.corpus / "corpus").rglob("*.md") if path != own]
    pages = [head, addresses, *(path.read_text(encoding="utf-8") for path in others)]
    pages += [path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "schemas").rglob("*.yaml"))]
    return {word for word in WORD.findall(body) if word not in " ".join(pages)}


def every(folder: Path, table: str) -> list[Row]:
    paths = sorted((folder / table).glob("*.parquet"))
    return [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]


@pytest.mark.parametrize("text", [WELL, BRIDGE])
def test_no_word_that_only_a_closed_text_has_is_in_a_byte_of_the_release(
    held: Good, given_out: Good, text: str
) -> None:
    words = words_of(held, text)

    found = holding(given_out.folder, words)

    assert (found, len(words) > 1, {word for _, word in holding(held.folder, words)}) == (set(), True, words)


def test_the_way_to_a_release_withholds_them(held: Good, tmp_path: Path, script: Callable[[str], ModuleType]) -> None:
    own = copied(held, tmp_path)
    version = dataset.read(own.corpus / "corpus" / "dataset.yaml").version
    words = words_of(held, WELL) | words_of(held, BRIDGE)

    made = releasing.release(own.corpus, version, script("build").STAGES)

    said = {row["article_id"]: row["text_status"] for row in every(made.folder, "articles")}
    assert (holding(made.folder, words), holding(own.corpus / "releases", words)) == (set(), set())
    assert (made.verdict.passed, said) == (True, {"bridge": 0, "bridge-again": 0, "library": 0, "well": 1})


def test_every_column_that_says_that_it_holds_words_is_emptied(tmp_path: Path) -> None:
    text, rows = "", {}
    for name, table in SCHEMAS.items():
        row: Row = {"article_id": "kept", table.key: "kept" if table.name == "articles" else f"kept.{name}"}
        for field in table.fields:
            if field.words:
                word = f"quorb{name}{field.name.replace('_', '')}"
                text += f"{word} "
                row[field.name] = [word] if field.items else word
        rows[name] = [row | {"source_id": "kept.sources", "item_id": "kept.claims|kept.sources"}]
    rows["articles"][0] |= {"text": text, "split": "train", "redistributable": False, "text_status": "full"}
    rows["sources"][0] |= {"evidence_redistributable": False}
    folder = planted(tmp_path / "build", {name: own for name, own in rows.items() if not SCHEMAS[name].whole}).path
    before = holding(folder, ["quorb"])

    standoff.withhold(folder, SCHEMAS)

    assert (holding(folder, ["quorb"]), len(before)) == (set(), 7)


def test_what_is_no_word_of_it_stays(held: Good, given_out: Good) -> None:
    def plain(folder: Path) -> list[Any]:
        told = {name: {one.name for one in table.fields if one.words} for name, table in SCHEMAS.items()}
        own = {"withheld", "text_status"}
        return [
            {column: value for column, value in row.items() if column not in told[name] | own}
            for name in SCHEMAS
            for row in every(folder, name)
        ]

    assert plain(given_out.folder) == plain(held.folder)


def test_rows_of_open_texts_are_as_they_were(held: Good, given_out: Good) -> None:
    def told(folder: Path) -> list[Row]:
        tables = ("articles", "sentences", "citations", "claims", "sources", "stances", "judgements")
        rows = [row for name in tables for row in every(folder, name) if row["article_id"] != "well"]
        return [row for row in rows if not str(row.get("source_id") or row.get("item_id")).endswith(CLOSED)]

    assert told(given_out.folder) == told(held.folder)


def test_of_a_closed_source_only_its_own_words_are_gone(given_out: Good) -> None:
    (source,) = (row for row in every(given_out.folder, "sources") if row["source_id"] == "bridge.r001")
    (stance,) = (
        row
        for row in every(given_out.folder, "stances")
        if row["source_id"] == "bridge.r001" and row["article_id"] == "bridge"
    )

    assert (source["evidence_text"], source["raw_text"] is None, len(source["evidence_sha256"])) == (None, False, 64)
    assert (stance["evidence_text"], stance["evidence_quote"], stance["claim"] is None) == (None, None, False)


def test_files_without_a_closed_text_are_not_touched(good: Good, held: Good, tmp_path: Path) -> None:
    own, other = copied(good, tmp_path / "open"), copied(held, tmp_path / "held")
    before = files(own.folder), files(other.folder)
    splits = {row["article_id"]: row["split"] for row in every(held.folder, "articles")}

    ids = [standoff.withhold(one.folder, SCHEMAS) for one in (own, other)]

    after = files(other.folder)
    changed = {path for path in after if after[path] != before[1][path]}
    due = {f"{name}/{splits['well']}-00000-of-00001.parquet" for name in SCHEMAS if not SCHEMAS[name].whole}
    due |= {f"{name}/{splits['bridge']}-00000-of-00001.parquet" for name in ("sources", "stances", "judgements")}
    assert (ids, files(own.folder) == before[0], changed) == ([[], ["well", *sorted(CLOSED)]], True, due)


def test_withholding_twice_is_withholding_once_and_always_the_same_bytes(held: Good, tmp_path: Path) -> None:
    one, other = copied(held, tmp_path / "one"), copied(held, tmp_path / "other")
    standoff.withhold(one.folder, SCHEMAS)
    standoff.withhold(other.folder, SCHEMAS)
    once = files(one.folder)

    again = standoff.withhold(one.folder, SCHEMAS)

    assert (again, files(one.folder) == once, files(other.folder) == once) == ([], True, True)


def test_a_release_that_withholds_texts_passes_the_gate(given_out: Good) -> None:
    verdict = asked(given_out)

    assert ({one.check.id for one in verdict.blocking}, set(against(verdict))) == (set(), set())


def test_a_text_that_is_missing_is_told_where_it_should_be_there(tmp_path: Path) -> None:
    def article(name: str, **more: Any) -> Row:
        return {"article_id": name, "split": "train", "redistributable": True, "text_status": "full"} | more

    articles = [
        article("open", text="It runs."),
        article("lost"),
        article("kept", redistributable=False, text_status="standoff_only"),
        article("false", text_status="standoff_only"),
    ]
    sentences = [{"sentence_id": f"{one['article_id']}.s1", "article_id": one["article_id"]} for one in articles]
    folder = planted(tmp_path / "release", {"articles": articles, "sentences": sentences})

    missing = {
        one
        for check in ("articles.required", "sentences.required")
        for one, what in told(folder, check)
        if what == "text is null"
    }
    status = told(folder, "articles.text-status")

    assert (missing, status) == (
        {"lost", "open.s1", "lost.s1"},
        {("false", "standoff_only, and it may be passed on")},
    )


def test_readers_get_a_release_that_withholds_texts(given_out: Good, tmp_path: Path) -> None:
    plain = datasets.load_dataset(str(given_out.folder), "stances", cache_dir=str(tmp_path / "cache"))
    stances = load(given_out.folder, cache=tmp_path / "ours")

    counted = {split: len(own) for split, own in stances.items()}
    missing = sum(row["claim"] is None for own in stances.values() for row in own)
    pairs = [row["article_id"] for own in as_nli(stances).values() for row in own]
    assert ({split: len(own) for split, own in plain.items()}, missing) == (counted, 6)
    assert ("well" in pairs, None in pairs, left_out(stances)["withheld"] > 0) == (False, False, True)


def test_typed_rows_are_refused_where_words_are_withheld(given_out: Good, tmp_path: Path) -> None:
    stances = load(given_out.folder, cache=tmp_path)

    with pytest.raises(LoadError) as error:
        list(rows(stances))

    assert "claimstance rehydrate" in str(error.value)


def test_a_diff_of_releases_tells_no_word_of_what_they_withhold(held: Good, given_out: Good) -> None:
    words = words_of(held, WELL) | words_of(held, BRIDGE)
    keys = {name: table.key for name, table in SCHEMAS.items()}
    old, new = (sides.read(one.folder, "it", keys) for one in (held, given_out))

    texts = []
    for one, other in ((old, new), (new, old), (new, new)):
        found = compare(one, other, SCHEMAS, {})
        texts += ["".join(between.told(found, form)) for form in ("terminal", "markdown", "json", "html")]
        texts.append(str(changes(found, schema.load(REPOSITORY / "schemas")["changes"]).to_pydict()))

    assert [word for word in sorted(words) for text in texts if word in text] == []
