"""What people read of baselines: scores that a corpus keeps beside its code, as long as its rows are those measured."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from claimstance.digests import of_files
from claimstance.gate.manifests import logical
from claimstance.marked import code, prose
from claimstance.release.cards import markdown
from claimstance.scores import Score, Scores, Task, read

INTERVALS = (
    "In brackets: 95 % intervals from 1,000 bootstrap rounds over the articles of test, because the items of one"
    " article are not independent. A figure that is the same in every round has none."
)


def held(path: Path, folder: Path) -> tuple[Scores | None, str]:
    """It will give the scores in the file at `path`, if they were measured on the tables in `folder`; else None, and
    why. Raises SchemaError.
    """
    if not path.is_file():
        return None, "is not there"
    scores = read(path)
    now = digests(folder, scores.tables)
    if lacks := [name for name in scores.tables if not any((folder / name).glob("*.parquet"))]:
        return None, f"was measured on {', '.join(lacks)}, of which no row is here"
    other = [name for name, digest in scores.tables.items() if now[name] != digest]
    return (None, f"was measured on other rows of {', '.join(other)}") if other else (scores, "")


def digests(folder: Path, tables: Iterable[str]) -> dict[str, str]:
    """It will give one digest of the rows of each table, whatever wrote them: see `manifests.logical`."""
    return {
        name: of_files({path.name: logical(path) for path in (folder / name).glob("*.parquet")})
        for name in sorted(tables)
    }


def section(scores: Scores) -> str:
    """It will tell the scores, a table a task."""
    made = ", ".join(f"{name} {version}" for name, version in scores.versions.items())
    meanings = [f"- **{prose(name)}**: {prose(meaning)}" for name, meaning in scores.baselines.items()]
    return "\n\n".join(
        [
            f"Trained on train, scored on test. {INTERVALS} Measured by {code(scores.command)} ({prose(made)}).",
            "\n".join(meanings),
            *(part for task in scores.tasks for part in _told(task)),
            *(["\n".join(f"- {prose(note)}" for note in scores.notes)] if scores.notes else []),
        ]
    )


def page(scores: Scores) -> str:
    """It will be a page of its own, for the file beside the scores."""
    return f"# Baselines\n\n{section(scores)}\n"


def lines(scores: Scores) -> list[tuple[str, ...]]:
    """It will be all scores in one table, for a terminal: below their task a row a metric, a column a baseline."""
    names = list(scores.baselines)
    return [
        ("", *names),
        *(row for task in scores.tasks for row in ((task.name, *[""] * len(names)), *_rows(task.scores, names))),
    ]


def _told(task: Task) -> Iterator[str]:
    names = list(dict.fromkeys(score.baseline for score in task.scores))
    yield f"### {prose(task.name)}"
    yield prose(task.about)
    cells = [("", *names), *_rows(task.scores, names)]
    yield markdown.grid([tuple(prose(cell) for cell in row) for row in cells])


def _rows(scores: Iterable[Score], names: list[str]) -> Iterator[tuple[str, ...]]:
    by_metric: dict[str, dict[str, str]] = {}
    for score in scores:
        by_metric.setdefault(score.metric, {})[score.baseline] = _shown(score)
    for metric, cells in by_metric.items():
        yield metric, *(cells.get(name, "") for name in names)


def _shown(score: Score) -> str:
    if score.value is None:
        return "undefined"
    interval = "" if score.low is None or score.high is None else f" ({score.low:.3f} to {score.high:.3f})"
    return f"{score.value:.3f}{interval}"
