"""schemas/exceptions.yaml: rows that a newer check finds and that stay as they are, each with a reason.

The list may only shrink. A row can be excused from a check only if its article was in the corpus before the check was
(`since` of both), so what is new is never excused; and an excuse that is not needed any more has to go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from claimstance.errors import SchemaError
from claimstance.gate.check import Check
from claimstance.gate.crosscheck import AUDIT, Ran
from claimstance.schema import described
from claimstance.version import numbers

FILE = "exceptions.yaml"
Found = list[tuple[str, str]]  # (id, what was found)


class _SaidException(msgspec.Struct, forbid_unknown_fields=True):
    check: str
    rows: list[str]
    reason: str


class _SaidExceptions(msgspec.Struct, forbid_unknown_fields=True):
    exceptions: list[_SaidException] = []


@dataclass(frozen=True, slots=True)
class Excused:
    """What the checks found without the excused rows, how many these are a check, and what is wrong with the list."""

    ran: dict[str, Ran]
    counts: dict[str, int]
    unneeded: Found
    young: Found


def load(folder: Path, checks: Sequence[Check]) -> dict[str, frozenset[str]]:
    """It will give the excused rows of each check. Raises SchemaError for a check that has none, or no reason."""
    path = folder / FILE
    if not path.exists():
        return {}
    known = {check.id: check for check in checks}
    found: dict[str, frozenset[str]] = {}
    for said in described(path, _SaidExceptions).exceptions:
        where = f"{path}: {said.check}"
        if said.check not in known or not known[said.check].rows or known[said.check].derived:
            raise SchemaError(where, "no check of schemas/suites has this id", "Only such checks have exceptions.")
        if not said.reason.strip() or not said.rows:
            raise SchemaError(where, "no reason, or no rows", "Name the rows by their ids, and say why they may stay.")
        found[said.check] = found.get(said.check, frozenset()) | set(said.rows)
    return found


def excuse(
    ran: Mapping[str, Ran],
    excused: Mapping[str, frozenset[str]],
    checks: Mapping[str, Check],
    since: Mapping[str, str],
) -> Excused:
    """It will take excused rows out of what the checks found. `since` is the version that first had each article."""
    kept, counts = dict(ran), {}
    unneeded: Found = []
    young: Found = []
    for name, rows in sorted(excused.items()):
        if name not in ran:
            continue  # it did not apply, so nothing is known of its rows
        found = ran[name].rows
        breaks = pc.and_(pc.invert(found["holds"]), pc.is_in(found["id"], pa.array(sorted(rows))))
        broken = set(found["id"].filter(breaks).to_pylist())
        kept[name] = Ran(found.filter(pc.invert(breaks)), ran[name].examined, ran[name].error)
        counts[name] = len(broken)
        unneeded += [(f"{name} {one}", "holds without it: remove the line") for one in sorted(rows - broken)]
        young += [
            (f"{name} {one}", "its article is not older than the check")
            for one in sorted(broken)
            if _age(since.get(one.partition(".")[0], "")) >= _age(checks[name].since)
        ]
    return Excused(kept, counts, unneeded, young)


def as_ran(check: str, found: Found, examined: int) -> Ran:
    """What was found, as if SQL had found it."""
    columns = zip(*((check, one, what, False) for one, what in found), strict=True) if found else ((), (), (), ())
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, AUDIT, strict=True)]
    return Ran(pa.table(arrays, schema=AUDIT), examined)


def _age(version: str) -> tuple[int, ...]:
    """A version as numbers; of an article that the ledger has not, later than any."""
    return numbers(version) or (1 << 30,)
