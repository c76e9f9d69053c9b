"""The plot: seconds of each job as bars, and as articles grow, where both axes are logarithms."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from benchmarks.scale.figures import Figures, slope
from benchmarks.scale.jobs import FLOOR, JOBS, ONE, TWO

from claimstance.release.papers import svg

LEFT, RIGHT = 250.0, svg.WIDTH - 90.0
STEP, TOP = 36, 66
HIGH = 260  # of the lower part
CPU, WALL = attrgetter("cpu"), attrgetter("wall")
GROWS = (  # what grows, of which job, in which colour
    ("floor, CPU s", FLOOR, CPU, svg.GREEN),
    ("1 worker, CPU s", ONE, CPU, svg.BLUE),
    ("2 workers, wall s", TWO, WALL, svg.ORANGE),
)


def plot(figures: Figures) -> str:
    """It will draw what the page says, as SVG."""
    runs = [run for job in JOBS if (run := figures.of(job, figures.few)).took]
    told = "; ".join(f"{run.job.shown}: {run.cpu:.1f} CPU s, {run.wall:.1f} wall s" for run in runs)
    grows = "; ".join(name for name, _, _ in _held(figures))
    bottom = TOP + len(runs) * STEP
    parts = [*_bars(figures), *_lines(figures, bottom + 60)]
    title = f"Seconds for {figures.few:,} articles, and as articles grow"
    return svg.picture(title, f"{title}. {told}. {grows}.", bottom + 60 + HIGH + 40, parts)


def _bars(figures: Figures) -> Iterator[str]:
    """Two bars a job."""
    runs = [run for job in JOBS if (run := figures.of(job, figures.few)).took]
    scale = (RIGHT - LEFT) / max((max(run.cpu, run.wall) for run in runs), default=1.0)
    yield from _key([("CPU s", svg.BLUE), ("wall s", svg.ORANGE)], 50)
    for nth, run in enumerate(runs):
        y = TOP + nth * STEP
        yield svg.words(LEFT - 10, y + 18, run.job.shown, anchor="end")
        for place, (seconds, colour) in enumerate(((run.cpu, svg.BLUE), (run.wall, svg.ORANGE))):
            long = max(seconds * scale, 0.5)
            yield svg.bar(LEFT, y + place * 14, long, 12, colour)
            yield svg.words(LEFT + long + 5, y + place * 14 + 11, f"{seconds:.1f}", size=11)


def _lines(figures: Figures, top: float) -> Iterator[str]:
    """A line a job, from pool to pool."""
    held = _held(figures)
    points = [point for _, _, own in held for point in own]
    if not points:
        return
    across = _scaled([x for x, _ in points], LEFT - 150, RIGHT)
    up = _scaled([y for _, y in points], top + HIGH, top + 20)
    yield from _key([(name, colour) for name, colour, _ in held], top)
    for count in figures.sizes:
        yield svg.line(across(count), top + 20, across(count), top + HIGH)
        yield svg.words(across(count), top + HIGH + 18, f"{count:,}", anchor="middle", size=11)
    yield svg.words(RIGHT, top + HIGH + 34, "articles", anchor="end", size=11)
    for power in range(math.floor(math.log10(min(y for _, y in points))), 5):
        if min(y for _, y in points) <= 10**power <= max(y for _, y in points):
            yield svg.line(LEFT - 150, up(10**power), RIGHT, up(10**power))
            yield svg.words(LEFT - 158, up(10**power) + 4, f"{10**power:g} s", anchor="end", size=11)
    for _, colour, own in held:
        for (x, y), (then, more) in pairwise(own):
            yield svg.line(across(x), up(y), across(then), up(more), colour, 2)
        for x, y in own:
            yield svg.dot(across(x), up(y), colour)


def _held(figures: Figures) -> list[tuple[str, str, list[tuple[int, float]]]]:
    """What grows, with its slope in words, its colour, and its seconds by number of articles."""
    found = []
    for name, job, seconds, colour in GROWS:
        own = [(run.articles, seconds(run)) for run in figures.runs if run.job is job and run.took]
        found.append((f"{name}: slope {slope(own):.2f}", colour, own))
    return found


def _scaled(values: Sequence[float], first: float, last: float) -> Callable[[float], float]:
    """Where a value stands between two coordinates, by its logarithm."""
    low, high = math.log(min(values)), math.log(max(values))
    return lambda value: first + (last - first) * (math.log(value) - low) / ((high - low) or 1)


def _key(looks: Sequence[tuple[str, str]], y: float) -> Iterator[str]:
    x = LEFT - 150
    for name, colour in looks:
        yield svg.bar(x, y - 10, 12, 12, colour)
        yield svg.words(x + 18, y, name, size=11)
        x += 36 + 6 * len(name)
