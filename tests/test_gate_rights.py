"""What may be passed on, and under whose name: licences, attribution, pseudonyms, what was withdrawn or kept back."""

from pathlib import Path

import pyarrow as pa
import pytest

from claimstance.gate.crosscheck import Views
from claimstance.gate.folder import Folder
from claimstance.table import Row
from planting import CHECKS, failing, planted


def article(article_id: str, **said: object) -> Row:
    return {"article_id": article_id, "split": "train", "redistributable": True, "text_status": "full"} | said


def failing_beside(folder: Folder, check: str, **facts: pa.Table) -> dict[str, str]:
    """What a check says of each row that breaks it, given what stands in a corpus."""
    views = Views(folder, facts)
    try:
        ran = views.run(CHECKS[check])
    finally:
        views.close()
    assert not ran.error, ran.error
    return {row["id"]: row["found"] for row in ran.rows.to_pylist()}


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("CC-BY-4.0", True),
        ("CC0-1.0", True),
        ("CC-BY-NC-4.0", False),
        ("LicenseRef-proprietary", False),
        ("CC-BY-NC-4.0 OR CC-BY-4.0", True),
        ("CC-BY-NC-4.0 OR CC-BY-ND-4.0", False),
        ("CC-BY-4.0 AND MIT", True),
        ("CC-BY-4.0 AND CC-BY-NC-4.0", False),
        ("CC-BY-NC-4.0 AND MIT OR CC0-1.0", True),
        ("CC0-1.0 AND CC-BY-NC-4.0 OR MIT AND CC-BY-ND-4.0", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only WITH Classpath-exception-2.0 OR MIT", True),
        ("cc-by-4.0", False),
    ],
)
def test_a_licence_is_allowed_if_one_way_through_it_is(tmp_path: Path, licence: str, is_allowed: bool) -> None:
    folder = planted(tmp_path / "build", {"articles": [article("ferry", licence=licence)]})

    assert failing(folder, "articles.licence-allowed") == ({} if is_allowed else {"ferry": licence})


def test_a_licence_is_no_matter_where_the_text_is_not_passed_on_or_the_licence_is_none(tmp_path: Path) -> None:
    articles = [
        article("kept", licence="LicenseRef-proprietary", redistributable=False),
        article("unsaid", licence=None),
        article("scrawl", licence="(ask us)"),
    ]
    folder = planted(tmp_path / "build", {"articles": articles})

    assert failing(folder, "articles.licence-allowed") == {}


def test_whoever_is_to_be_credited_has_a_name_or_an_address(tmp_path: Path) -> None:
    articles = [
        article("nobody", licence="CC-BY-4.0"),
        article("blank", licence="MIT OR CC-BY-SA-3.0", author=" ", publisher=""),
        article("author", licence="CC-BY-4.0", author="Mila Harrow"),
        article("address", licence="CC-BY-4.0", url="https://gazette.example/1"),
        article("given", licence="CC0-1.0"),
        article("kept", licence="CC-BY-4.0", redistributable=False),
    ]
    folder = planted(tmp_path / "build", {"articles": articles})

    said = "no publisher, no author, no url"
    assert failing(folder, "articles.attribution") == {"nobody": said, "blank": said}


def test_who_judged_is_somebody_that_the_batches_know(tmp_path: Path) -> None:
    names = {"a": ("ada", None), "b": ("mira", "ada"), "c": ("ada", "mira"), "d": ("Mira Holt", "mira@harbour.org")}
    judgements = [
        {"judgement_id": f"ferry.{one}", "article_id": "ferry", "annotator": annotator, "edited_by": editor}
        for one, (annotator, editor) in names.items()
    ]
    folder = planted(tmp_path / "build", {"articles": [article("ferry")], "judgements": judgements})

    found = failing_beside(folder, "judgements.pseudonyms", annotators=pa.table({"pseudonym": ["ada", "bo"]}))

    assert found == {"ferry.b": "annotator", "ferry.c": "edited_by"}


def test_of_what_was_withdrawn_only_the_id_may_be_left(tmp_path: Path) -> None:
    articles = [
        article("ferry"),
        article("gone", text_status="withdrawn"),
        article("named", text_status="withdrawn", text="The ferry runs."),
        article("there"),
    ]
    claims = [{"claim_id": f"{one}.c1", "article_id": one, "text": "It runs."} for one in ("ferry", "there")]
    folder = planted(tmp_path / "build", {"articles": articles, "claims": claims})

    withdrawn = pa.table({"article_id": ["gone", "named", "there", "elsewhere"]})
    found = failing_beside(folder, "articles.withdrawn", withdrawn=withdrawn)

    assert found == {"named": "is still in articles", "there": "is still in articles, claims"}


def test_of_text_that_is_kept_back_a_release_has_offsets_alone(tmp_path: Path) -> None:
    kept = article("kept", redistributable=False, text_status="standoff_only")
    tables: dict[str, list[Row]] = {
        "articles": [kept, article("ferry", title="It runs", text="It runs.")],
        "sentences": [{"sentence_id": "kept.s1", "article_id": "kept", "start": 0, "end": 8}],
        "citations": [{"citation_id": "kept.m1", "article_id": "kept", "start": 3, "end": 6}],
        "claims": [
            {"claim_id": "kept.c1", "article_id": "kept", "spans": [{"start": 0, "end": 8}]},
            {"claim_id": "ferry.c1", "article_id": "ferry", "text": "It runs."},
        ],
        "sources": [
            {"source_id": "kept.r1", "article_id": "kept", "url": "https://log.example", "evidence_text": "It ran."}
        ],
    }
    folder = planted(tmp_path / "release", tables)

    assert failing(folder, "release.standoff") == {}


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("articles", {"text": "It runs."}, "articles.text"),
        ("articles", {"title": "It runs"}, "articles.title"),
        ("articles", {"text_status": "full"}, "text_status is full"),
        ("sentences", {"sentence_id": "kept.s1", "text": "It runs."}, "sentences.text"),
        ("citations", {"citation_id": "kept.m1", "marker_text": "[1]"}, "citations.marker_text"),
        ("sources", {"source_id": "kept.r1", "raw_text": "A log"}, "sources.raw_text"),
        ("sources", {"source_id": "kept.r1", "cue_texts": ["said"]}, "sources.cue_texts"),
        ("claims", {"claim_id": "kept.c1", "text": "It runs."}, "claims.text"),
        ("stances", {"stance_id": "kept.c1|r", "source": "A log"}, "stances.source"),
        ("judgements", {"judgement_id": "kept.j1", "original": "It ran."}, "judgements.original"),
    ],
)
def test_each_column_that_repeats_such_text_is_told(tmp_path: Path, table: str, row: Row, said: str) -> None:
    kept = article("kept", redistributable=False, text_status="standoff_only")
    tables = (
        {"articles": [kept | row], table: [kept | row]}
        if table == "articles"
        else {
            "articles": [kept],
            table: [{"article_id": "kept"} | row],
        }
    )
    folder = planted(tmp_path / "release", tables)

    assert list(failing(folder, "release.standoff").values()) == [said]
