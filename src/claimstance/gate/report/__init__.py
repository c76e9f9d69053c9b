"""What people and machines are told of a verdict.

`terminal` is the summary, `folder` the folder report/, which replaces an older one in one step: `pages` (index.html),
`docs` (data-docs/), `markdown` (summary.md), `junit` (junit.xml), `machine` (validation.json). All of them say `words`
and show what they quote through `shown` only. Nothing in here has a clock, so the same verdict gives the same bytes.
"""

from claimstance.gate.report.terminal import lines, told

__all__ = ["lines", "told"]
