"""Scores of baselines, a file of a corpus that corpus/dataset.yaml names: what models reach on which rows.

command: python -m benchmarks.baselines           how to measure again
tables: {claims: <sha256>, stances: <sha256>}     the rows that were read, by logical digest of each table
versions: {scikit-learn: 1.9.1}                   what they were measured by
baselines: {majority: "The commonest label."}     in the order in which they are shown
tasks:
- name: Stance
  about: Which stance a source takes, on 240 pairs of test.
  scores:
  - {metric: macro F1, baseline: majority, value: 0.142, low: 0.101, high: 0.19}
notes: [What else there is to say.]
"""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml

from claimstance.schema import described

_Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z_]*\Z")]  # of a table, which is a folder too
_Line = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029]+\Z")]  # one line, that orders nothing
_Figure = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]


class Score(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A figure of one baseline, and its 95 % interval, where there is one."""

    metric: _Line
    baseline: _Line
    value: _Figure | None = None
    low: _Figure | None = None
    high: _Figure | None = None


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What baselines were asked to do, and how well they did it."""

    name: _Line
    about: _Line
    scores: list[Score]


class Scores(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    command: _Line
    tables: Annotated[dict[_Name, _Digest], msgspec.Meta(min_length=1)]
    versions: dict[_Line, _Line]
    baselines: dict[_Line, _Line]
    tasks: list[Task]
    notes: list[_Line] = []


def read(path: Path) -> Scores:
    """It will read the file. Raises SchemaError."""
    return described(path, Scores)


def write(path: Path, scores: Scores) -> None:
    """It will write the file, the same bytes for the same scores."""
    said = msgspec.to_builtins(scores)
    for task in said["tasks"]:
        task["scores"] = [_Row(score) for score in task["scores"]]
    text = yaml.dump(said, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    path.write_text(f"# Made by `{scores.command}`; not to be edited.\n{text}", encoding="utf-8")


class _Row(dict[str, Any]):
    """What stands in one line, so that a comparison of two files shows score by score."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Row, lambda to, line: to.represent_mapping("tag:yaml.org,2002:map", line, flow_style=True))
