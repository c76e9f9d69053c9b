"""The way through the gate: facts, views, audit, Great Expectations, outcomes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from tqdm import tqdm

from claimstance.errors import ClaimstanceError
from claimstance.gate import exceptions
from claimstance.gate.check import Check
from claimstance.gate.crosscheck import AUDIT, LAST, Ran, Views, table_of
from claimstance.gate.folder import Folder
from claimstance.gate.outcomes import SHOWN, Outcome, Place, Status
from claimstance.gate.run import Judge, Result, Suite

Fact = Callable[[Folder], pa.Table]

BREAKING = ("unreadable", "schema", "utf8", "missing")  # kinds of the fact `files` with which a table can't be asked
ABSENT = {
    "corpus": "no corpus is beside the folder",
    "last": "there is no release to compare with",
    "release": "the folder is no release",
}
SHRANK = Check(
    "suites.shrank",
    says="No check of schemas/checks.csv is gone, milder, younger, made of fewer rules, or changed.",
    why="A check that is left out or looks at less finds nothing, and the green run looks as it did before.",
    fix="Restore the check; or record it as it is (scripts/validate.py --record), in a change that says why.",
    severity="critical",
    since="0.1.0",
    of="checks",
)
UNRECORDED = Check(
    "suites.recorded",
    says="Every check is in schemas/checks.csv.",
    why="What is not recorded can be left out later without a word.",
    fix="Run scripts/validate.py --record, and commit the file.",
    severity="warning",
    since="0.1.0",
    of="checks",
)
UNNEEDED = Check(
    "exceptions.needed",
    says="Every row that schemas/exceptions.yaml excuses still breaks its check.",
    why="The list of exceptions may only shrink; one that is kept for nothing hides the next fault of that row.",
    fix="Remove the row from schemas/exceptions.yaml.",
    severity="critical",
    since="0.1.0",
    of="exceptions",
)
YOUNG = Check(
    "exceptions.older",
    says="Only rows of articles that are older than a check are excused from it.",
    why="An exception is for what was there before anybody looked; what is new has to pass.",
    fix="Mend the row, or leave its article out.",
    severity="critical",
    since="0.1.0",
    of="exceptions",
)
OWN = (SHRANK, UNRECORDED, UNNEEDED, YOUNG)
_READ = re.compile(r'\b(?:FROM|JOIN)\s+\(*\s*("?\w+"?)', re.IGNORECASE)
_PHRASES = {
    "expect_column_values_to_be_in_set": "is no label",
    "expect_column_values_to_match_regex": "is written otherwise",
    "expect_column_values_to_be_between": "is out of range",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of every check, in the order of their ids, the audit table, and the suites as they were judged."""

    outcomes: tuple[Outcome, ...]
    audit: pa.Table
    suites: tuple[Suite, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a corpus holds its folder to: checks, excused rows, what the ledger of checks says, ages of articles.

    `shrunk` and `unrecorded` are (id, what) of checks that the ledger and the suites do not agree on.
    """

    checks: tuple[Check, ...]
    excused: Mapping[str, frozenset[str]]
    shrunk: Sequence[tuple[str, str]]
    unrecorded: Sequence[tuple[str, str]]
    since: Mapping[str, str]


def judge(folder: Folder, rules: Rules, facts: Mapping[str, Fact]) -> Judged:
    """It will judge the folder by every check.

    `facts` are what Python finds out, by name; those that no check asks for are not made. Raises ClaimstanceError where
    the release to compare with cannot be read; what is wrong with the folder itself is an outcome.
    """
    notes = {check.id: note for check in rules.checks if (note := _inapplicable(folder, check))}
    due = [check for check in rules.checks if check.id not in notes]
    files = facts["files"](folder)
    broken = {row["table"] for row in files.to_pylist() if row["kind"] in BREAKING}
    held, faults = _facts(folder, due, {**facts, "files": lambda folder: files})
    blocked = {check.id: note for check in due if (note := _blocked(check, broken, faults))}
    views = _views(folder, held, broken)
    try:
        ran = {
            check.id: Ran(AUDIT.empty_table(), error=fault) if (fault := _fault(check, faults)) else views.run(check)
            for check in tqdm(due, unit=" checks", disable=None, leave=False)
            if check.id not in blocked
        }
    finally:
        views.close()
    known = {check.id: check for check in rules.checks}
    said = exceptions.excuse(ran, rules.excused, known, rules.since)
    ran = said.ran | {
        SHRANK.id: exceptions.as_ran(SHRANK.id, list(rules.shrunk), len(rules.checks)),
        UNRECORDED.id: exceptions.as_ran(UNRECORDED.id, list(rules.unrecorded), len(rules.checks)),
        UNNEEDED.id: exceptions.as_ran(UNNEEDED.id, said.unneeded, sum(map(len, rules.excused.values()))),
        YOUNG.id: exceptions.as_ran(YOUNG.id, said.young, sum(map(len, rules.excused.values()))),
    }
    checks = sorted((*rules.checks, *OWN), key=lambda check: check.id)
    results, suites = _expect(folder, [check for check in checks if check.id in ran], ran, broken)
    outcomes = [
        Outcome(check, "not_applicable", note=notes[check.id])
        if check.id in notes
        else Outcome(check, "blocked", note=blocked[check.id])
        if check.id in blocked
        else _outcome(check, ran[check.id], results.get(check.id, []), said.counts.get(check.id, 0))
        for check in checks
    ]
    return Judged(tuple(outcomes), table_of(ran), suites)


def _inapplicable(folder: Folder, check: Check) -> str:
    """Why the check has nothing to hold the folder against; empty where it has."""
    there = {"corpus": folder.corpus, "last": folder.last, "release": folder.is_release}
    return next((ABSENT[need] for need in check.needs if not there[need]), "")


def _facts(
    folder: Folder, checks: Iterable[Check], facts: Mapping[str, Fact]
) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """The facts that the checks ask for, and of those that could not be made, why."""
    held: dict[str, pa.Table] = {}
    faults: dict[str, str] = {}
    for name in sorted({name for check in checks for name in (*check.facts, check.of) if name in facts}):
        try:
            held[name] = facts[name](folder)
        except ClaimstanceError as error:
            faults[name] = str(error)
        except ModuleNotFoundError:
            raise  # the installation is at fault, not the folder
        except Exception as error:  # whatever a hostile file makes of a fact is an outcome, and no traceback
            faults[name] = f"{type(error).__name__} while {name} was made"
    return held, faults


def _fault(check: Check, faults: Mapping[str, str]) -> str:
    return next((faults[name] for name in (*check.facts, check.of) if name in faults), "")


def _blocked(check: Check, broken: set[str], faults: Mapping[str, str]) -> str:
    """Which broken table keeps the check from being asked; a fact that failed over broken tables counts."""
    named = {one.replace('"', "") for sql in (check.rows, *check.used.values()) for one in _READ.findall(sql)}
    tables = sorted(broken & ({one.removeprefix(LAST) for one in named} | {check.of}))
    if tables or (broken and _fault(check, faults)):
        return f"{', '.join(tables or sorted(broken))} cannot be read"
    return ""


def _views(folder: Folder, held: Mapping[str, pa.Table], broken: set[str]) -> Views:
    import duckdb

    try:
        return Views(folder, held, broken)
    except duckdb.Error as error:
        raise ClaimstanceError(
            f"{folder.last or folder.path}: cannot be read ({str(error).splitlines()[0]})."
        ) from None


def _expect(
    folder: Folder, checks: Sequence[Check], ran: Mapping[str, Ran], broken: set[str]
) -> tuple[dict[str, list[Result]], tuple[Suite, ...]]:
    """What Great Expectations says of the tables and of the audit, a list a check."""
    judge = Judge()
    failing: dict[str, int | None] = {
        name: None if one.error else len(one.rows) - (pc.sum(one.rows["holds"]).as_py() or 0)
        for name, one in ran.items()
    }
    found = [
        *judge.tables(folder, checks, [name for name in folder.schemas if name not in broken]),
        *judge.audit(failing, checks),
    ]
    found.sort(key=lambda result: result.check)
    return {name: list(group) for name, group in groupby(found, key=lambda result: result.check)}, tuple(judge.suites)


def _outcome(check: Check, ran: Ran, results: Sequence[Result], excused: int) -> Outcome:
    """One outcome of what SQL and Great Expectations found; a check that neither judged did not run."""
    errors = [ran.error, *(result.error for result in results)]
    if any(errors) or not results:
        return Outcome(check, "not_run", note=next(filter(None, errors), "nothing judged it"))
    found: list[dict[str, Any]] = (
        ran.rows.to_pylist() if len(ran.rows) < 10_000 else ran.rows.slice(0, 10_000).to_pylist()
    )
    places = [Place(row["id"], row["found"]) for row in found if not row["holds"]]
    figures = [Place(row["id"], row["found"]) for row in found if row["holds"]]
    mechanical = [result for result in results if result.column != check.id]
    phrases = {one.kwargs["column"]: _PHRASES[one.type] for one in check.expects}
    places += [Place(key, f"{one.column} {phrases[one.column]}") for one in mechanical for key in one.keys]
    rows = sum(result.rows for result in results)
    status: Status = "failed" if rows else "held"
    return Outcome(
        check,
        status,
        rows=rows,
        examined=ran.examined,
        places=tuple(places[:SHOWN]),
        figures=tuple(figures),
        excused=excused,
    )
