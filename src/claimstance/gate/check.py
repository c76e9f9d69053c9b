"""One check: what must be true, why it matters, and how it is found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["critical", "warning", "info"]
Limit = float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation of Great Expectations over the Parquet files of a table, by its type and arguments."""

    type: str
    kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """What must be true of the rows of `of` (a table or a fact), and how to find the rows of which it is not.

    It is given by `rows`, SQL whose result is those rows (id, found, holds: see schemas/suites/README.md), by
    `expects`, or by both. `facts` and `limits` are what the SQL reads besides tables; `needs` says what must be there
    for the check to apply: the corpus, a last release, or that the folder is a release. `since` is the version of the
    corpus that first had the check, `derived` how many columns or rules of its table it is made of (0: it is not).
    """

    id: str
    says: str
    why: str
    fix: str
    severity: Severity
    since: str
    of: str
    rows: str = ""
    expects: tuple[Expectation, ...] = ()
    facts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    derived: int = 0
