"""The promise about spans, kept for every rule that a schema states."""

from pathlib import Path
from typing import Any

import pytest

from claimstance import schema
from claimstance.errors import ConformError
from claimstance.spans import piece
from claimstance.table import Row, Rows, SpanRule
from claimstance.verify import spans_hold

SCHEMAS = schema.load(Path(__file__).parents[1] / "schemas")

TEXT = "🌊 Плотина, said Orme, will hold [1].\nThe end."
HELD = "Протокол 🌊: the dam will hold.\nSigned."


def made() -> dict[str, Rows]:
    """A row of every table, with every column that a rule of spans names filled in and right."""
    two, said, orme, marker, whole = [(2, 9), (22, 31)], [(11, 15)], [(16, 20)], (32, 35), [(0, 36)]
    quoted = [(10, 11), (20, 29)]
    return {
        "articles": [
            {
                "article_id": "dam",
                "text": TEXT,
                "boilerplate": [piece((37, 45)) | {"kind": "share"}],
                "paragraphs": _pieces(whole),
                "annotated_extent": _pieces(whole),
            }
        ],
        "sentences": [{"sentence_id": "dam.s000000", "article_id": "dam", "start": 0, "end": 36, "text": TEXT[:36]}],
        "citations": [
            {
                "citation_id": "dam.m000032-1",
                "article_id": "dam",
                "start": marker[0],
                "end": marker[1],
                "marker_text": "[1]",
            }
        ],
        "sources": [
            {
                "source_id": "dam.t000016",
                "article_id": "dam",
                "mentions": _pieces(orme),
                "mention_texts": ["Orme"],
                "cues": _pieces(said),
                "cue_texts": ["said"],
                "quotes": _pieces([(22, 31)]),
                "quote_texts": ["will hold"],
                "evidence_text": HELD,
            },
        ],
        "claims": [
            {
                "claim_id": "dam.c000002-000031",
                "article_id": "dam",
                "spans": _pieces(two),
                "text": "Плотина … will hold",
            }
        ],
        "judgements": [
            {
                "judgement_id": "dam.j0",
                "article_id": "dam",
                "item_id": "dam.c000002-000031|dam.t000016",
                "spans": _pieces(two),
                "text": "Плотина … will hold",
                "evidence": _pieces(quoted),
                "evidence_text": ": … will hold",
            },
        ],
        "stances": [
            {
                "stance_id": "dam.c000002-000031|dam.t000016",
                "article_id": "dam",
                "source_id": "dam.t000016",
                "cues": _pieces(said),
                "cue_text": "said",
                "evidence": _pieces(quoted),
                "evidence_quote": ": … will hold",
            }
        ],
    }


def _pieces(spans: list[tuple[int, int]]) -> list[dict[str, int]]:
    return [piece(span) for span in spans]


RULES = [(name, rule) for name, table in SCHEMAS.items() for rule in table.spans]
COPIES = [(name, rule) for name, rule in RULES if rule.copy]


def _id(value: Any) -> str:
    return value if isinstance(value, str) else value.pieces or value.start


def _refused(tables: dict[str, Rows]) -> bool:
    try:
        spans_hold(SCHEMAS, tables)
    except ConformError:
        return True
    return False


def _moved(row: Row, rule: SpanRule, start: int, end: int) -> None:
    """Shift the last offsets of the rule."""
    if rule.start:
        row[rule.start], row[rule.end] = row[rule.start] + start, row[rule.end] + end
    else:
        row[rule.pieces][-1]["start"] += start
        row[rule.pieces][-1]["end"] += end


def test_spans_that_are_right_pass() -> None:
    tables = made()

    refused = _refused(tables)

    assert not refused


@pytest.mark.parametrize(("name", "rule"), COPIES, ids=_id)
@pytest.mark.parametrize("shift", [(1, 1), (-1, -1), (0, 1), (-1, 0), (1, 0)])
def test_an_offset_shifted_by_one_is_caught_wherever_there_is_a_copy(
    name: str, rule: SpanRule, shift: tuple[int, int]
) -> None:
    tables = made()
    _moved(tables[name][0], rule, *shift)

    refused = _refused(tables)

    assert refused


@pytest.mark.parametrize(("name", "rule"), RULES, ids=_id)
@pytest.mark.parametrize("shift", [(0, 1000), (-1000, 0), (1000, 1000), (0, -1000)])
def test_an_offset_outside_the_text_or_turned_round_is_caught_everywhere(
    name: str, rule: SpanRule, shift: tuple[int, int]
) -> None:
    tables = made()
    _moved(tables[name][0], rule, *shift)

    refused = _refused(tables)

    assert refused


@pytest.mark.parametrize(("name", "rule"), COPIES, ids=_id)
def test_a_copy_that_changed_is_caught(name: str, rule: SpanRule) -> None:
    tables = made()
    row = tables[name][0]
    row[rule.copy] = [one + "!" for one in row[rule.copy]] if isinstance(row[rule.copy], list) else row[rule.copy] + "!"

    refused = _refused(tables)

    assert refused


@pytest.mark.parametrize(("name", "rule"), COPIES, ids=_id)
def test_a_copy_without_its_spans_is_caught(name: str, rule: SpanRule) -> None:
    tables = made()
    if rule.pieces:
        tables[name][0][rule.pieces] = []
    else:
        tables[name][0][rule.end] = tables[name][0][rule.start]

    refused = _refused(tables)

    assert refused


def test_no_spans_and_no_copy_are_as_they_should_be() -> None:
    tables = made()
    tables["judgements"][0] |= {
        "spans": [],
        "text": None,
        "evidence": [],
        "evidence_text": None,
        "item_id": "dam.task-1",
    }

    refused = _refused(tables)

    assert not refused


def test_the_error_says_which_row_of_which_table_it_is() -> None:
    tables = made()
    tables["claims"][0]["text"] = "The dam will hold"

    with pytest.raises(ConformError) as refusal:
        spans_hold(SCHEMAS, tables)

    assert str(refusal.value) == (
        "claims, claim_id 'dam.c000002-000031': text is not what stands at its offsets in articles.text. "
        "This is a bug; report it."
    )
