"""schemas/suites/ -> checks. What is mechanical is derived from schemas/tables/ (derived.py); the rest stands in the
suites, a check an entry, see schemas/suites/README.md.

schemas/checks.csv is the ledger of checks, as corpus/splits.csv is that of articles: a line a check, only ever added,
so that none is lost without a word, or asks for less.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from claimstance.errors import SchemaError
from claimstance.gate.check import Check, Limit, Severity
from claimstance.gate.derived import derived
from claimstance.schema import described
from claimstance.table import Schemas
from claimstance.version import numbers

ID = re.compile(r"[a-z0-9-]+(\.[a-z0-9_-]+)+")
VIEW = re.compile(r"[a-z_]+")
LEDGER = "checks.csv"
HEADER = ["check", "severity", "rules", "since", "digest"]
RANK: Mapping[str, int] = {"info": 0, "warning": 1, "critical": 2}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A line of the ledger: how grave a check is, of how many rules it is made, since when, and its digest."""

    severity: str
    rules: int
    since: str
    digest: str


class _SaidCheck(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    says: str
    why: str
    fix: str
    severity: Severity
    since: str
    of: str
    rows: str
    facts: list[str] = []
    needs: list[Literal["corpus", "last", "release"]] = []
    limits: dict[str, list[str] | str] = {}


class _SaidSuite(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    checks: list[_SaidCheck]
    views: dict[str, str] = {}


def load(folder: Path, schemas: Schemas) -> tuple[Check, ...]:
    """It will give all checks: those derived from the tables, then those of `folder`/suites/*.yaml, by file.

    `folder` is schemas/. Raises SchemaError where an entry cannot be read or an id comes twice.
    """
    checks = list(derived(schemas))
    seen = {check.id for check in checks}
    paths = sorted((folder / "suites").glob("*.yaml"))
    if not paths:
        raise SchemaError(str(folder / "suites"), "no suite is there", "Restore it: a gate without checks is open.")
    taken = set(schemas)
    for path in paths:
        suite = described(path, _SaidSuite)
        for view in suite.views:
            if not VIEW.fullmatch(view) or view in taken:
                raise SchemaError(f"{path}: {view}", "no name for a view, or taken", "Choose another: a-z and _.")
        taken |= set(suite.views)
        for said in suite.checks:
            check = _check(f"{path}: {said.id}", said, suite.views)
            if check.id in seen:
                raise SchemaError(f"{path}: {said.id}", "the id is taken", "Choose another.")
            seen.add(check.id)
            checks.append(check)
    return tuple(checks)


def recorded(folder: Path) -> dict[str, Recorded]:
    """It will give the line of each check of the ledger; none where it is not there.

    Raises SchemaError.
    """
    path = folder / LEDGER
    if not path.exists():
        return {}
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    if not rows or rows[0] != HEADER:
        then = "Restore the file from its history, or write it anew: scripts/validate.py --record."
        raise SchemaError(f"{path}:1", f"the first line is not {','.join(HEADER)}", then)
    found = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(HEADER) or not row[2].isdecimal() or row[0] in found:
            raise SchemaError(
                f"{path}:{number}", "not an entry, or one that comes twice", "See schemas/suites/README.md."
            )
        found[row[0]] = Recorded(row[1], int(row[2]), row[3], row[4])
    return found


def lines(checks: Iterable[Check]) -> str:
    """The ledger of these checks."""
    entries = sorted(f"{check.id},{check.severity},{rules(check)},{check.since},{check.digest}\n" for check in checks)
    return ",".join(HEADER) + "\n" + "".join(entries)


def rules(check: Check) -> int:
    """How many rules a check holds together: a derived one has one a column."""
    return max(1, check.derived)


def shrunk(checks: Sequence[Check], known: Mapping[str, Recorded]) -> list[tuple[str, str]]:
    """What the ledger has and the checks have not: (id, what)."""
    now = {check.id: check for check in checks}
    found = ((name, what) for name, said in sorted(known.items()) for what in _shrunk(now.get(name), said))
    return list(found)


def _shrunk(now: Check | None, said: Recorded) -> Iterator[str]:
    if now is None:
        yield "is gone"
        return
    if RANK[now.severity] < RANK.get(said.severity, 2):
        yield f"was {said.severity} and is {now.severity}"
    if rules(now) < said.rules:
        yield f"had {said.rules} rules and has {rules(now)}"
    elif now.digest != said.digest:
        yield "was changed"
    if numbers(now.since) > numbers(said.since):
        yield f"was there since {said.since or 'ever'} and is since {now.since}"


def _check(where: str, said: _SaidCheck, views: Mapping[str, str]) -> Check:
    if not ID.fullmatch(said.id):
        raise SchemaError(where, "not an id", "Small letters, digits and hyphens are due, with a dot: claims.overlap.")
    if not all((said.says.strip(), said.why.strip(), said.fix.strip(), said.rows.strip())):
        raise SchemaError(where, "says, why, fix or rows is empty", "Each check needs all of them.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", said.since):
        raise SchemaError(where, "since is no version", "Say which version of the corpus first had the check: 1.2.0.")
    return Check(
        said.id,
        says=_line(said.says),
        why=_line(said.why),
        fix=_line(said.fix),
        severity=said.severity,
        since=said.since,
        of=said.of,
        rows=said.rows.strip(),
        facts=tuple(said.facts),
        needs=tuple(said.needs),
        limits={name: _limit(f"{where}: {name}", value) for name, value in said.limits.items()},
        views=views,
    )


def _limit(where: str, value: list[str] | str) -> Limit:
    """A number, or words; every scalar of the file is the string that stands there."""
    if isinstance(value, list):
        return tuple(value)
    try:
        return float(value)
    except ValueError:
        raise SchemaError(where, "is no number", "A limit is a number, or a list of words.") from None


def _line(text: str) -> str:
    return " ".join(text.split())
