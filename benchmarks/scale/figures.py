"""What was measured, and what follows: ratios, the slope of growth, and which targets are reached."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from benchmarks.scale.jobs import DATASETS, DATATROVE, FLOOR, ONE, PANDAS, TWO, Job
from benchmarks.scale.measure import Measured

FASTER = {PANDAS: 5.0, DATASETS: 1.5, DATATROVE: 15.0}  # how many times as fast we want to be
DEAREST, SHARED = 10.0, 1.6  # times the floor's CPU; two workers, times as fast as one
SLOPE, OFF = 1.0, 0.05
MEMORY = 1.2  # times that of a tenth of the articles
LEAST = 0.01  # seconds; a job that took no longer than its imports is not told from them


@dataclass(frozen=True, slots=True)
class Run:
    """One job on one pool: what its imports and all of it took, and the rows of each table and split that it wrote; or
    why there is nothing.
    """

    job: Job
    articles: int
    imports: Measured | None = None
    took: Measured | None = None
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    problem: str = ""

    @property
    def cpu(self) -> float:
        """CPU seconds without the imports."""
        return max(LEAST, self.took.cpu - self.imports.cpu) if self.took and self.imports else math.nan

    @property
    def wall(self) -> float:
        """Wall seconds without the imports."""
        return max(LEAST, self.took.wall - self.imports.wall) if self.took and self.imports else math.nan

    @property
    def memory(self) -> float:
        """MB of all its processes together."""
        return self.took.together if self.took else math.nan


@dataclass(frozen=True, slots=True)
class Target:
    """A target, what was wanted and measured (nan: not measured), in words, and whether it is reached."""

    what: str
    wanted: str
    found: float
    reached: bool


@dataclass(frozen=True)
class Figures:
    """All runs: `few` is how many articles every job had, `load` what else the machine did when the first began."""

    few: int
    runs: Sequence[Run]
    load: float = 0.0

    @cached_property
    def sizes(self) -> list[int]:
        """How many articles there were, in ascending order."""
        return sorted({run.articles for run in self.runs})

    def of(self, job: Job, articles: int) -> Run:
        """The run of a job; one that tells nothing where there was none."""
        own = (run for run in self.runs if (run.job, run.articles) == (job, articles))
        return next(own, Run(job, articles, problem="not run"))

    def slope(self, job: Job) -> float:
        """How CPU seconds grow with articles: 1 is in proportion."""
        return slope([(run.articles, run.cpu) for run in self.runs if run.job is job])

    def targets(self) -> list[Target]:
        """All of them; those about us alone by the largest pool."""
        most = self.sizes[-1]
        floor, one, two = (self.of(job, most) for job in (FLOOR, ONE, TWO))
        dear, shared, grown = one.cpu / floor.cpu, one.wall / two.wall, self.slope(ONE)
        found = [
            Target("CPU seconds, times the floor's", f"at most {DEAREST:g}", dear, dear <= DEAREST),
            Target("2 workers, times as fast as 1", f"at least {SHARED:g}", shared, shared >= SHARED),
        ]
        for job, least in FASTER.items():
            peer = self.of(job, self.few)
            by_clock = peer.wall / self.of(TWO, self.few).wall
            by_cpu = peer.cpu / self.of(ONE, self.few).cpu
            for how, ratio in (("by the clock, 2 workers", by_clock), ("by CPU seconds, 1 worker", by_cpu)):
                what = f"times as fast as {job.shown}, {how}"
                found.append(Target(what, f"at least {least:g}", ratio, ratio >= least))
        within = abs(grown - SLOPE) <= OFF
        found.append(Target("slope of growth (CPU seconds, 1 worker)", f"{SLOPE:g} ± {OFF:g}", grown, within))
        for job in (ONE, TWO):
            more = self.of(job, most).memory / self.of(job, most // 10).memory
            what = f"memory of {most:,} articles, times that of {most // 10:,}, {job.shown}"
            found.append(Target(what, f"at most {MEMORY:g}", more, more <= MEMORY))
        return found


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of a line through the logarithms of points, by least squares; nan for less than two."""
    sound = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in sound}) < 2:
        return math.nan
    across, up = zip(*sound, strict=True)
    return statistics.linear_regression(across, up).slope
