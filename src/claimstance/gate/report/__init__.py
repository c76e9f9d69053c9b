"""What people and machines are told of a verdict.

`terminal` is the summary, `folder` the folder report/, which replaces an older one in one step: `pages` (index.html),
`docs` (data-docs/), `markdown` (summary.md), `junit` (junit.xml), `machine` (validation.json). All of them say `words`
and show what they quote through claimstance.shown only. Nothing in here has a clock, so the same verdict gives the same
bytes.
"""

from collections.abc import Sequence
from pathlib import Path

from claimstance.gate.outcomes import Verdict
from claimstance.gate.report.terminal import lines, told
from claimstance.gate.run import Suite

__all__ = ["lines", "told", "write"]


def write(verdict: Verdict, suites: Sequence[Suite], out: Path) -> None:
    """It will write the report into the folder `out`, in place of an older one, in one step.

    Raises UsageError where `out` is something else than a report, or holds more than one.
    """
    from claimstance.gate.report import folder

    folder.write(verdict, suites, out)
