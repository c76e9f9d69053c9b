"""croissant.json and the other papers of a release: what mlcroissant reads, and what it lets through and we do not."""

import json
import logging
import math
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from claimstance import dataset, schema, stages
from claimstance.errors import ReleaseError
from claimstance.gate.folder import Folder
from claimstance.release.papers import papers
from claimstance.release.papers.croissant import CROISSANT
from claimstance.release.papers.described import described
from claimstance.release.papers.jsonld import KEYS
from claimstance.release.papers.responsible import ANSWERED
from claimstance.table import Rows
from conftest import REPOSITORY, Good, copied, files
from damage import changed, released, resealed

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build


@pytest.fixture(scope="module")
def whole(good: Good, tmp_path_factory: pytest.TempPathFactory) -> Good:
    """A release of the good build."""
    own = copied(good, tmp_path_factory.mktemp("papers"))
    released(own.folder, own.corpus)
    return own


@pytest.fixture
def own(whole: Good, tmp_path: Path) -> Good:
    """A copy of it, to be damaged."""
    return copied(whole, tmp_path)


def settings(own: Good) -> dataset.Dataset:
    return dataset.read(own.corpus / "corpus" / "dataset.yaml")


def opened(folder: Path) -> tuple[Any, list[str]]:
    """What mlcroissant makes of a release, and what it warns of."""
    import mlcroissant

    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("absl")
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own libraries
            return mlcroissant.Dataset(folder / CROISSANT), said
    finally:
        logger.removeHandler(handler)


def records(folder: Path, table: str) -> Rows:
    """The rows of a table as mlcroissant reads them, with plain names and values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [plain(one) for one in opened(folder)[0].records(table)]


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name.rsplit("/", 1)[-1]: plain(one) for name, one in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


def as_written(folder: Folder, table: str) -> Rows:
    parts = []
    for path in folder.files(table):
        rows = pq.read_table(path, partitioning=None)
        split = pa.array([path.name.partition("-")[0]] * len(rows), pa.string())
        parts.append(rows if folder.schemas[table].whole else rows.append_column("file_split", split))
    return pa.concat_tables(parts).to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_mlcroissant_reads_every_row_of_a_table_as_it_was_written(whole: Good, table: str) -> None:
    key = SCHEMAS[table].key

    found = records(whole.folder, table)

    wanted = as_written(Folder(whole.folder, SCHEMAS), table)
    assert sorted(found, key=lambda row: row[key]) == sorted(wanted, key=lambda row: row[key])


def test_mlcroissant_reads_what_labels_mean(whole: Good) -> None:
    found = records(whole.folder, "labels/stance")

    labels = SCHEMAS.vocabularies["stance"].labels
    assert found == [{"id": n, "name": one.name, "description": one.meaning} for n, one in enumerate(labels)]


def test_mlcroissant_finds_nothing_amiss_but_a_day_that_nobody_named(whole: Good) -> None:
    opened_set, said = opened(whole.folder)

    told = [line.rsplit("]", 1)[-1].strip() for line in "".join(said).splitlines() if "[Metadata" in line]
    assert (opened_set.metadata.version, told) == (
        "0.1.0",
        ['Property "https://schema.org/datePublished" is recommended, but does not exist.'],
    )


def column(said: dict[str, Any]) -> None:
    claims = next(one for one in said["recordSet"] if one["@id"] == "claims")
    claims["field"][1]["source"]["extract"]["column"] = "claim_number"


def digest(said: dict[str, Any]) -> None:
    said["distribution"][0]["sha256"] = "0" * 64


def slip(said: dict[str, Any]) -> None:
    said["rai:dataBiasses"] = said.pop("rai:dataBiases")


def label(said: dict[str, Any]) -> None:
    held = next(one for one in said["recordSet"] if one["@id"] == "labels/stance")
    held["data"][0]["labels/stance/name"] = "BACKS"


def table(said: dict[str, Any]) -> None:
    said["recordSet"] = [one for one in said["recordSet"] if one["@id"] != "citations"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (column, [("claims/claim_id", "columns", "has another source")]),
        (digest, [("agreement/release-00000-of-00001.parquet", "files", "has another sha256")]),
        (slip, [("rai:dataBiasses", "keys", "is no key of Croissant 1.1 or RAI 1.0")]),
        (label, [("labels/stance", "columns", "has another data")]),
        (table, [("citations", "tables", "is missing")]),
    ],
)
def test_what_mlcroissant_lets_through_is_told(
    own: Good, change: Callable[[dict[str, Any]], None], told: list[tuple[str, str, str]]
) -> None:
    altered(own, change)

    opened(own.folder)  # raises nothing
    assert wrong(own) == told


def altered(own: Good, change: Callable[[dict[str, Any]], None]) -> None:
    path = own.folder / CROISSANT
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    path.write_text(json.dumps(said), encoding="utf-8")
    resealed(own.folder, own.corpus)


def wrong(own: Good) -> list[tuple[str, ...]]:
    found = described(Folder(own.folder, SCHEMAS)).to_pylist()
    return [tuple(one.values()) for one in found if one["problem"]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda said: said["recordSet"].append({"@id": "x"}), [("x", "tables", "is not due")]),
        (lambda said: said["recordSet"].append(said["recordSet"][0]), [("splits", "tables", "is not due")]),
        (lambda said: said["recordSet"].append(7), [("an entry without an id", "tables", "is not due")]),
        (lambda said: said["distribution"].pop(), [("files/stances", "files", "is missing")]),
        (
            lambda said: said.update(conformsTo="http://mlcommons.org/croissant/1.0"),
            [
                (
                    "conformsTo",
                    "keys",
                    "is not http://mlcommons.org/croissant/1.1 and http://mlcommons.org/croissant/RAI/1.0",
                )
            ],
        ),
        (lambda said: said["@context"].pop("rai"), [("@context", "keys", "is not that of Croissant 1.1")]),
    ],
)
def test_whatever_else_is_other_than_the_folder_gives_is_told(
    own: Good, change: Callable[[dict[str, Any]], None], told: list[tuple[str, str, str]]
) -> None:
    altered(own, change)

    assert wrong(own) == told


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "is not there"), (b"{", "is not JSON"), (b"[" * 10**6, "is not JSON"), (b"[]", "is no object")],
)
def test_a_description_that_is_none_is_told(own: Good, content: bytes | None, told: str) -> None:
    (own.folder / CROISSANT).unlink()
    if content is not None:
        (own.folder / CROISSANT).write_bytes(content)

    assert wrong(own) == [(CROISSANT, "tables", told)]


def test_keys_of_rai_are_those_of_its_vocabulary_and_all_that_we_say_are_among_them(whole: Good) -> None:
    said = json.loads((whole.folder / CROISSANT).read_text(encoding="utf-8"))

    own = {key for key in said if key.startswith("rai:")}
    # What neither the tables nor the questions of a datasheet tell.
    silent = {"rai:dataCollectionType", "rai:dataImputationProtocol", "rai:dataManipulationProtocol"}
    assert (own | silent, set(ANSWERED) <= own, len(KEYS)) == (set(KEYS), True, 20)


def test_papers_have_the_same_bytes_whenever_they_are_written(whole: Good, own: Good) -> None:
    before = files(own.folder)

    papers.write(own.folder, SCHEMAS, settings(own), stages.evidence_of(own.corpus, []))

    assert files(own.folder) == before == files(whole.folder)


def test_no_text_of_an_article_or_a_source_reaches_a_paper(whole: Good) -> None:
    folder = Folder(whole.folder, SCHEMAS)
    texts = [one["text"] for one in folder.read("sentences", ["text"]).to_pylist()]
    texts += [one["text"] for one in folder.read("claims", ["text"]).to_pylist()]
    texts += [one["evidence_text"] for one in folder.read("sources", ["evidence_text"]).to_pylist()]

    written = [path for path in whole.folder.rglob("*") if path.is_file() and path.suffix != ".parquet"]

    said = "\n".join(path.read_text(encoding="utf-8") for path in written)
    assert (len(written), [text for text in texts if text and text in said]) == (10, [])


def test_what_an_outlet_or_author_calls_itself_reaches_no_paper_as_markup(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    name = "<script>alert(1)</script> | x\n## Uses\n[y](javascript:z) \u202e"
    statement = "UPDATE articles SET publisher = '?', author = '?', title = '?'"
    changed(own.folder, SCHEMAS, statement.replace("?", name))

    papers.write(own.folder, SCHEMAS, settings(own), {})

    made = [own.folder / name for name in ("LICENSE.md", "CITATION.cff", CROISSANT, "README.md")]
    said = "\n".join(path.read_text(encoding="utf-8") for path in [*made, *sorted((own.folder / "plots").iterdir())])
    assert [bad for bad in ("<script", "\n## Uses", "[y](", "\u202e") if bad in said] == []


def test_a_folder_that_cannot_be_read_gets_no_papers(own: Good) -> None:
    shutil.copy(own.folder / "README.md", own.folder / "claims" / "train-00000-of-00001.parquet")

    with pytest.raises(ReleaseError, match=r"claims cannot be read\. Build again\."):
        papers.write(own.folder, SCHEMAS, settings(own), {})


def test_how_the_data_was_made_is_counted_and_quoted_from_the_datasheet(whole: Good) -> None:
    said = json.loads((whole.folder / CROISSANT).read_text(encoding="utf-8"))

    keys = ("annotationsPerItem", "annotatorDemographics", "dataBiases", "dataCollectionMissingData", "dataLimitations")
    assert {key: said[f"rai:{key}"] for key in keys} == {
        "annotationsPerItem": "Judgements a pair of claim and source: 24 pairs have 3.",
        "annotatorDemographics": ["Annotators by kind: person 3."],
        "dataBiases": [
            "SUPPORTS is the stance of 33% of the 12 pairs in train.",
            "SUPPORTS is the stance of 33% of the 6 pairs in validation.",
            "SUPPORTS is the stance of 33% of the 6 pairs in test.",
        ],
        "dataCollectionMissingData": "Articles without a known date: 0 of 4. Listed sources whose text is not held:"
        " 0 of 20. Pairs without a stance, because judges tied: 0 of 24.",
        "dataLimitations": ["Anything but tests."],
    }
