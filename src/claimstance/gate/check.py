"""One check: what must be true, why it matters, and how it is found out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from claimstance.digests import sha256

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
    `expects`, or by both. `facts` and `limits` are what the SQL reads besides tables, `views` what its
    suite makes of them, by name, each of those before it; `needs` says what must be there for the check to apply: the
    corpus, a last release, or that the folder is a release. `since` is the version of the corpus that first had the
    check, `derived` how many columns or rules of its table it is made of (0: it is not).
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
    views: Mapping[str, str] = field(default_factory=dict)
    derived: int = 0

    @property
    def used(self) -> dict[str, str]:
        """The views that the SQL reads, and those that they are made of, in their order."""
        said, used = self.rows, dict[str, str]()
        for name, sql in reversed([*self.views.items()]):
            if re.search(rf"\b{name}\b", said):
                used, said = {name: sql, **used}, f"{said} {sql}"
        return used

    @property
    def digest(self) -> str:
        """What it looks at and holds that against, in eight hexadecimal digits. Of a derived check it is what columns
        may hold: its SQL is the tool's.
        """
        sql = () if self.derived else (self.of, self.rows, repr(self.used), *self.facts)
        expects = [(one.type, sorted(one.kwargs.items())) for one in self.expects]
        return sha256(*sql, repr(self.needs), repr(sorted(self.limits.items())), repr(expects))[:8]
