"""What a batch looks like against its pool, for whoever is to send it."""

from collections.abc import Iterable, Iterator

import numpy as np

from claimstance.sampling import Sample, because
from claimstance.splits.balance import Margin

TOP = 10  # strata of a margin that are shown; the others are one line
MONTHS = 12  # of more months the years are shown
WIDTH = 44  # of a name
HEADS = {"topic": "topic, a word that its articles say again"}

Line = tuple[str, int, int]  # a stratum, how many of the pool, how many of the batch


def told(made: Sample) -> str:
    """It will be the page: a table a margin, with number and share in pool and batch, then the largest differences."""
    pool, size = len(made.margins[0].of), len(made.article_ids)
    lines = [f"{size:,} of {pool:,} articles that may be chosen. Left out: {because(made.left_out)}."]
    for one in made.margins:
        if one.name != "event":
            head = f"{'pool':>17}{'batch':>16}   {HEADS.get(one.name, one.name)}"
            lines += ["", head, *_table(_shown(one, made), pool, size)]
    lines += ["", "Largest differences between the shares:"]
    lines += [f"  {_largest(one, made)}" for one in made.margins if one.name != "event" and len(one.strata) > 1]
    return "\n".join([*lines, *_events(made), *_scores(made)])


def _table(lines: Iterable[Line], pool: int, size: int) -> Iterator[str]:
    """Numbers first: they stand below each other whatever script the names are in."""
    for name, there, here in lines:
        yield f"{there:>9,} {there / pool:>7.1%}{here:>8,} {here / size:>7.1%}   {name}"


def _shown(one: Margin, made: Sample) -> list[Line]:
    """The strata that are worth a line: months as they follow each other, of the others the largest ones first."""
    lines = _lines(one, made)
    if one.name == "month":
        return lines if len(lines) <= MONTHS else _years(lines)
    lines = sorted(lines, key=lambda line: (-line[1], line[0]))
    rest = lines[TOP:]
    if len(rest) < 2:
        return lines
    return [*lines[:TOP], (f"{len(rest):,} others", sum(line[1] for line in rest), sum(line[2] for line in rest))]


def _years(lines: Iterable[Line]) -> list[Line]:
    years: dict[str, tuple[int, int]] = {}
    for name, there, here in lines:
        year = name if name == "undated" else f"{name[:4]}, all months"
        before = years.get(year, (0, 0))
        years[year] = (before[0] + there, before[1] + here)
    return [(year, there, here) for year, (there, here) in years.items()]


def _lines(one: Margin, made: Sample) -> list[Line]:
    return [
        (name if len(name) <= WIDTH else f"{name[: WIDTH - 1]}…", there, here)
        for name, there, here in zip(one.strata, one.counts(), one.counts(made.chosen), strict=True)
    ]


def _largest(one: Margin, made: Sample) -> str:
    """Where the batch is least like the pool, in points of a hundred."""
    pool, size = len(one.of), len(made.article_ids)
    name, there, here = max(_lines(one, made), key=lambda line: abs(line[2] * pool - line[1] * size))
    points = 100 * (here / size - there / pool)
    return f"{one.name:<10}{points:>+6.1f} points   {name}"


def _events(made: Sample) -> Iterator[str]:
    """How many events there are, where articles name any: a table of thousands would tell nothing."""
    one = next(one for one in made.margins if one.name == "event")
    there, here = one.counts(), one.counts(made.chosen)
    named = [(pool, batch) for name, pool, batch in zip(one.strata, there, here, strict=True) if name]
    if named:
        told = sum(batch > 0 for _, batch in named)
        most = max(batch for _, batch in named)
        yield f"Events: {told:,} of {len(named):,}, at most {most} {'article' if most == 1 else 'articles'} of one."


def _scores(made: Sample) -> Iterator[str]:
    if made.scores is not None:
        pool, batch = (one[np.isfinite(one)] for one in (made.scores, made.scores[made.chosen]))
        here = f"{len(batch):,} in the batch" + (f", {np.median(batch):.3g} in the middle" if len(batch) else "")
        yield f"Scores: {len(pool):,} in the pool, {np.median(pool):.3g} in the middle; {here}."
