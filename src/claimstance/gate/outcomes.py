"""What a gate finds: an outcome a check, and the verdict over all of them."""

from dataclasses import dataclass
from typing import Literal

from claimstance.gate.check import Check

SHOWN = 5  # places of a check that are named; the audit holds the rest

# not_run is a fault of the gate itself; blocked, that what the check reads is broken and another check says so;
# not_applicable, that there is nothing to hold it against (no corpus, no release before).
Status = Literal["held", "failed", "not_run", "blocked", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Place:
    """One row that was found, by its key, and what was found there, which quotes nothing and names nobody."""

    id: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check came to: failing `rows` of those `examined`, the first few `places`, `figures` in any case.

    `excused` rows are not among `rows`. `note` says why a check did not run, is blocked or does not apply.
    """

    check: Check
    status: Status
    rows: int = 0
    examined: int = 0
    places: tuple[Place, ...] = ()
    figures: tuple[Place, ...] = ()
    excused: int = 0
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is no reason to look further."""
        return self.status in ("held", "not_applicable")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a folder; `against` is the release that it was compared with."""

    title: str
    version: str
    folder: str
    against: str | None
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing that blocks a release was found. A check that did not run counts as failed, whatever its
        severity.
        """
        return not self.blocking

    @property
    def blocking(self) -> list[Outcome]:
        """What keeps it from passing."""
        return [
            one
            for one in self.outcomes
            if not one.holds and (one.check.severity == "critical" or one.status != "failed")
        ]
