"""Suites: what may stand in them, what is derived from the tables, and that no check is lost without a word."""

from dataclasses import replace
from pathlib import Path

import pytest

from claimstance import schema
from claimstance.errors import SchemaError
from claimstance.gate.check import Check
from claimstance.gate.suites import lines, load, recorded, shrunk
from conftest import REPOSITORY

SCHEMAS = REPOSITORY / "schemas"
HEADER = "check,severity,rules,since,digest\n"
ENTRY = """checks:
  - id: claims.some
    says: Claims are claims.
    why: It matters.
    fix: Mend it.
    severity: warning
    since: 0.1.0
    of: claims
    limits: {share: 0.4, allowed: [CC-BY-4.0]}
    rows: SELECT claim_id AS id FROM claims
"""


def own(folder: Path, suite: str) -> tuple[Check, ...]:
    """The checks of a corpus with this one suite, without those derived."""
    (folder / "suites").mkdir()
    (folder / "suites" / "claims.yaml").write_text(f"description: Of claims.\n{suite}", encoding="utf-8")
    return tuple(check for check in load(folder, schema.load(SCHEMAS)) if not check.derived)


def test_an_entry_of_a_suite_is_a_check(tmp_path: Path) -> None:
    checks = own(tmp_path, ENTRY)

    assert checks == (
        Check(
            "claims.some",
            says="Claims are claims.",
            why="It matters.",
            fix="Mend it.",
            severity="warning",
            since="0.1.0",
            of="claims",
            rows="SELECT claim_id AS id FROM claims",
            limits={"share": 0.4, "allowed": ("CC-BY-4.0",)},
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("claims.some", "Some", "not an id"),
        ("claims.some", "claims.key", "the id is taken"),
        ("It matters.", "''", "says, why, fix or rows is empty"),
        ("warning", "grave", "Invalid enum value 'grave'"),
        ("    fix: Mend it.\n", "", "missing required field `fix`"),
        ("since:", "until: 1\n    since:", "unknown field `until`"),
        ("limits: {share: 0.4,", "needs: [luck]\n    limits: {share: 0.4,", "Invalid enum value 'luck'"),
        ("share: 0.4", "share: much", "share: is no number"),
        ("since: 0.1.0", "since: early", "since is no version"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SchemaError, match=r"claims\.yaml") as refused:
        own(tmp_path, ENTRY.replace(old, new))

    assert said in str(refused.value)


def test_each_table_gives_the_checks_that_its_schema_calls_for() -> None:
    derived = [check for check in load(SCHEMAS, schema.load(SCHEMAS)) if check.derived]

    of_claims = {check.id.partition(".")[2]: check.derived for check in derived if check.of == "claims"}

    assert of_claims == {
        "required": 8,
        "labels": 2,
        "ranges": 4,
        "key": 1,
        "references": 1,
        "spans": 1,
        "filled": 4,
    }


def test_the_ledger_of_checks_is_what_the_suites_say() -> None:
    checks = load(SCHEMAS, schema.load(SCHEMAS))

    assert (SCHEMAS / "checks.csv").read_text(encoding="utf-8") == lines(checks)


def test_a_check_that_is_gone_milder_or_smaller_is_told(tmp_path: Path) -> None:
    checks = load(SCHEMAS, schema.load(SCHEMAS))
    (tmp_path / "checks.csv").write_text(lines(checks), encoding="utf-8")
    now = {one.id: one for one in checks}

    del now["claims.key"]
    now["claims.spans"] = replace(now["claims.spans"], severity="warning")
    now["claims.required"] = replace(now["claims.required"], derived=7)
    now["claims.labels"] = replace(now["claims.labels"], derived=9)
    now["claims.overlap"] = replace(now["claims.overlap"], since="9.9.9")

    assert shrunk(list(now.values()), recorded(tmp_path)) == [
        ("claims.key", "is gone"),
        ("claims.overlap", "was there since 0.1.0 and is since 9.9.9"),
        ("claims.required", "had 8 rules and has 7"),
        ("claims.spans", "was critical and is warning"),
    ]


@pytest.mark.parametrize(
    ("check", "part", "value"),
    [
        ("stances.gold", "rows", "SELECT '' AS id WHERE false"),
        ("stances.gold", "needs", ("last",)),
        ("stances.gold", "views", {"verdicts": "SELECT NULL AS item_id"}),
        ("stances.judgements", "limits", {"judges": 0.0}),
        ("stances.rule", "facts", ()),
        ("claims.ranges", "expects", ()),
    ],
)
def test_a_check_that_was_made_to_look_at_less_is_told(tmp_path: Path, check: str, part: str, value: object) -> None:
    checks = load(SCHEMAS, schema.load(SCHEMAS))
    (tmp_path / "checks.csv").write_text(lines(checks), encoding="utf-8")

    now = [replace(one, **{part: value}) if one.id == check else one for one in checks]  # type: ignore[arg-type]

    assert shrunk(now, recorded(tmp_path)) == [(check, "was changed")]


@pytest.mark.parametrize(
    "content", ["check\n", f"{HEADER}a.b,critical,1\n", f"{HEADER}a.b,critical,many,0.1.0,00000000\n"]
)
def test_a_ledger_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "checks.csv").write_text(content, encoding="utf-8")

    with pytest.raises(SchemaError, match=r"checks\.csv:\d"):
        recorded(tmp_path)
