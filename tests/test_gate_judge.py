"""The way through the gate: what is asked, what cannot be, and what is excused."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from claimstance import schema
from claimstance.errors import ClaimstanceError, SchemaError
from claimstance.gate import exceptions
from claimstance.gate.check import Check, Expectation
from claimstance.gate.folder import Folder
from claimstance.gate.judge import Fact, Rules, judge
from claimstance.gate.outcomes import Outcome, Place, Verdict
from claimstance.gate.suites import load
from conftest import Good, copied
from damage import changed

SOME = Check(
    "claims.some",
    says="Claims are claims.",
    why="It matters.",
    fix="Mend it.",
    severity="warning",
    since="0.2.0",
    of="claims",
    rows="SELECT claim_id AS id, 'short' AS found FROM claims WHERE length(text) < $least",
    limits={"least": 0.0},
)
FILES = pa.schema([("table", pa.string()), ("kind", pa.string())])


def files(*kinds: tuple[str, str]) -> pa.Table:
    """The fact of that name, as far as the way through the gate reads it: (table, kind) of what is broken."""
    return pa.Table.from_pylist([{"table": table, "kind": kind} for table, kind in kinds], FILES)


def asked(
    good: Good,
    *checks: Check,
    excused: Mapping[str, frozenset[str]] | None = None,
    since: Mapping[str, str] | None = None,
    broken: Sequence[tuple[str, str]] = (),
    facts: Mapping[str, Fact] | None = None,
) -> dict[str, Outcome]:
    """The outcomes of these checks alone over the good build, by id."""
    folder = Folder(good.folder, schema.load(good.corpus / "schemas"), good.corpus)
    rules = Rules(checks, excused or {}, (), (), since or {})
    known: dict[str, Fact] = {"files": lambda folder: files(*broken), **(facts or {})}
    return {one.check.id: one for one in judge(folder, rules, known).outcomes}


def test_rows_that_a_query_gives_break_the_check_and_the_first_are_named(good: Good) -> None:
    outcome = asked(good, replace(SOME, limits={"least": 1000.0}))["claims.some"]

    first = min(_claims(good))
    assert (outcome.status, outcome.rows, outcome.examined, len(outcome.places), outcome.places[0]) == (
        "failed",
        len(_claims(good)),
        len(_claims(good)),
        5,
        Place(first, "short"),
    )


def test_rows_that_hold_are_figures(good: Good) -> None:
    figures = replace(
        SOME, rows="SELECT 'claims' AS id, count(*)::VARCHAR AS found, true AS holds FROM claims", limits={}
    )

    outcome = asked(good, figures)["claims.some"]

    assert (outcome.status, outcome.rows, outcome.figures) == ("held", 0, (Place("claims", str(len(_claims(good)))),))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("SELECT nothing AS id FROM claims", "nothing"),
        ("SELECT claim_id FROM claims", "no column id"),
        ("SELECT content AS id FROM read_text('/etc/hostname')", "disabled by configuration"),
        ("COPY claims TO '/tmp/claims.csv'", "not one SELECT"),
        ("SET threads = 1", "not one SELECT"),
        ("INSTALL httpfs", "not one SELECT"),
        ("SELECT text AS id FROM claims WHERE text = 1 // 0", "onver"),
    ],
)
def test_a_query_that_cannot_be_asked_did_not_run_and_keeps_the_folder_from_passing(
    good: Good, rows: str, said: str
) -> None:
    outcome = asked(good, replace(SOME, rows=rows, limits={}))["claims.some"]

    verdict = Verdict("", "", "", None, (outcome,))
    assert (outcome.status, said in outcome.note, verdict.passed) == ("not_run", True, False)


@pytest.mark.parametrize(
    ("table", "column", "number", "row"),
    [
        ("stances", "agreement", "nan", "well.c000032-000095|well.r001"),
        ("judgements", "lead_time", "inf", "well.j0ea495cb7ffc54a0"),
        ("claims", "agreement", "-inf", "well.c000032-000095"),
    ],
)
def test_a_number_that_is_none_or_without_end_is_out_of_its_range_once(
    good: Good, tmp_path: Path, table: str, column: str, number: str, row: str
) -> None:
    own, schemas = copied(good, tmp_path), schema.load(good.corpus / "schemas")
    said = f"UPDATE {table} SET {column} = '{number}'::DOUBLE WHERE {schemas[table].key} = '{row}'"  # noqa: S608
    changed(own.folder, schemas.of_build, said)
    ranges = next(check for check in load(own.corpus / "schemas", schemas) if check.id == f"{table}.ranges")

    outcome = asked(own, ranges)[ranges.id]

    assert (outcome.status, outcome.rows) == ("failed", 1)


def test_an_expectation_that_the_library_does_not_know_did_not_run(good: Good) -> None:
    unknown = replace(SOME, rows="", expects=(Expectation("expect_column_values_to_be_nice", {"column": "claim_id"}),))

    outcome = asked(good, unknown)["claims.some"]

    assert (outcome.status, outcome.note) == ("not_run", "expect_column_values_to_be_nice was not judged")


@pytest.mark.parametrize(
    ("need", "note"), [("last", "there is no release to compare with"), ("release", "the folder is no release")]
)
def test_a_check_without_what_it_needs_does_not_apply(good: Good, need: str, note: str) -> None:
    outcome = asked(good, replace(SOME, needs=(need,)))["claims.some"]

    assert (outcome.status, outcome.note, outcome.holds) == ("not_applicable", note, True)


def test_checks_of_a_table_that_cannot_be_read_are_blocked_and_others_are_asked(good: Good) -> None:
    other = replace(
        SOME, id="sources.some", of="sources", rows="SELECT source_id AS id FROM sources WHERE false", limits={}
    )

    outcomes = asked(good, SOME, other, broken=[("claims", "unreadable")])

    found = {name: (outcomes[name].status, outcomes[name].note) for name in ("claims.some", "sources.some")}
    assert found == {"claims.some": ("blocked", "claims cannot be read"), "sources.some": ("held", "")}


def test_a_check_waits_for_the_tables_that_it_reads_and_not_for_words_that_are_called_like_them(good: Good) -> None:
    word = "SELECT claim_id AS id FROM claims WHERE agreement = 0.123 AND 'FROM-sources' = ''"
    read = 'SELECT claim_id AS id FROM claims ANTI JOIN "agreement" ON false WHERE false'
    checks = [replace(SOME, id=f"claims.{name}", rows=sql, limits={}) for name, sql in (("word", word), ("read", read))]

    outcomes = asked(good, *checks, broken=[("agreement", "unreadable")])

    assert {name: outcomes[name].status for name in ("claims.word", "claims.read")} == {
        "claims.word": "held",
        "claims.read": "blocked",
    }


def test_a_fact_that_cannot_be_made_is_told_with_its_reason(good: Good) -> None:
    def fails(folder: Folder) -> pa.Table:
        raise ClaimstanceError("no model is here")

    near = replace(SOME, rows="SELECT one AS id FROM near", limits={}, facts=("near",))

    outcome = asked(good, near, facts={"near": fails})["claims.some"]

    assert (outcome.status, outcome.note) == ("not_run", "no model is here")


def test_an_excused_row_does_not_fail_and_is_counted(good: Good) -> None:
    claims = _claims(good)
    short = replace(SOME, limits={"least": 1000.0})

    outcomes = asked(good, short, excused={SOME.id: frozenset(claims)}, since=_ages(claims, "0.1.0"))

    told = outcomes[SOME.id]
    assert (told.status, told.excused, outcomes["exceptions.older"].status) == ("held", len(claims), "held")


def test_an_excuse_that_nobody_needs_has_to_go(good: Good) -> None:
    outcomes = asked(good, SOME, excused={SOME.id: frozenset(["bridge.c000000-000009"])})

    needed = outcomes["exceptions.needed"]
    assert (needed.status, needed.places) == (
        "failed",
        (Place("claims.some bridge.c000000-000009", "holds without it: remove the line"),),
    )


def test_what_is_as_young_as_the_check_is_not_excused_from_it(good: Good) -> None:
    first = min(_claims(good))
    short = replace(SOME, limits={"least": 1000.0})

    outcomes = asked(good, short, excused={SOME.id: frozenset([first])}, since=_ages([first], "0.2.0"))

    assert outcomes["exceptions.older"].places == (
        Place(f"claims.some {first}", "its article is not older than the check"),
    )


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("[{check: claims.other, rows: [a], reason: Old.}]", "no check of schemas/suites"),
        ("[{check: claims.key, rows: [a], reason: Old.}]", "no check of schemas/suites"),
        ("[{check: claims.some, rows: [a], reason: ''}]", "no reason"),
        ("[{check: claims.some, rows: [], reason: Old.}]", "no rows"),
    ],
)
def test_an_exception_that_says_too_little_is_refused(tmp_path: Path, good: Good, said: str, what: str) -> None:
    (tmp_path / "exceptions.yaml").write_text(f"exceptions: {said}", encoding="utf-8")
    checks = [SOME, *load(good.corpus / "schemas", schema.load(good.corpus / "schemas"))]

    with pytest.raises(SchemaError, match=what):
        exceptions.load(tmp_path, checks)


def test_offsets_that_count_utf16_units_are_told_as_such(tmp_path: Path, good: Good) -> None:
    own = copied(good, tmp_path)
    schemas = schema.load(own.corpus / "schemas")
    statements = """
        UPDATE sentences SET start = start + 1, "end" = "end" + 1  -- the headline has an emoji
        WHERE sentence_id = (SELECT max(sentence_id) FROM sentences);
    """
    changed(own.folder, schemas, statements)
    spans = next(one for one in load(own.corpus / "schemas", schemas) if one.id == "sentences.spans")

    outcome = asked(own, spans)["sentences.spans"]

    assert [place.found for place in outcome.places] == ["text stands elsewhere: as if offsets counted UTF-16 units"]


def _claims(good: Good) -> list[str]:
    folder = Folder(good.folder, schema.load(good.corpus / "schemas"))
    return [str(one) for one in folder.read("claims", ["claim_id"])["claim_id"].to_pylist()]


def _ages(claims: list[str], since: str) -> dict[str, str]:
    return {one.partition(".")[0]: since for one in claims}
