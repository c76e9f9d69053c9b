"""The way through: a corpus to build/, as shard -> decide -> finish.

1. shard: a few thousand articles go through all stages; their tables, sorted, and their signatures are set aside
2. decide: groups and splits, from the narrow columns of all articles
3. finish: the shards' tables are merged in order of article_id, divided by split, and written as Parquet; tables about
   the whole corpus are made from what all shards set aside for them
4. the folder is exchanged for the last one in one step

The first and the third are shared out to processes, and so is the search for near-duplicates, most of the second. Rows
come out in order of article_id whatever shard they went through, and row groups have a fixed size, so that neither the
order of files nor the size of shards nor who made them changes a byte. Nothing but the last step touches the last good
build. A build that is stopped leaves the shards that it finished (.build.partial/shards, beside the build), and the
next one takes those that it would make alike; after a good build nothing is left of them, unless they are to be kept;
then a release is made of them, too. With them lies an index of near-duplicates: new articles are held against it.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from claimstance import dataset, kept, schema
from claimstance.alone import alone
from claimstance.articles.ranges import Expected, planned
from claimstance.cluster import Cluster
from claimstance.crew import Crew, trim
from claimstance.errors import (
    AnnotationError,
    ArticleError,
    BadInput,
    InputError,
    LedgerError,
    ReleaseError,
    SchemaError,
    UsageError,
)
from claimstance.finish import finished
from claimstance.folders import exchange, place_of, workplace
from claimstance.gather import gathered
from claimstance.merge import parts
from claimstance.release.cards import baselines, documents
from claimstance.release.cards.header import TAG
from claimstance.report import Report
from claimstance.shard import STAGED, Setting, Shard
from claimstance.splits import ledger
from claimstance.splits.decide import Decided, Narrow
from claimstance.stages import SHARD, Beside, Stage, beside
from claimstance.table import Schemas

RANGES = 4  # for each process of this machine, so that none is left alone with the last; no byte depends on it
SHARDS = "shards"  # where ranges are set aside; what is finished outlives a build that is stopped, or is to be kept
INDEX = "near-duplicates"  # and which articles are some, for the next build


def build(
    root: Path,
    out: Path,
    stages: Sequence[Stage],
    *,
    shard: int = SHARD,
    workers: int = 1,
    engine: str = "",
    share: str = "",
    check: bool = False,
    settled: bool = False,
    keep: bool = False,
    after: Path | None = None,
) -> Report:
    """It will make `out` from the corpus at `root` and append new articles to its ledger; with `check` it will make
    all of it and keep none, and what is `settled` has no new article. With `keep` the shards stay, so that the next
    build makes only what has changed; so does one that comes `after` another, in whose shards it then works.

    `stages` in order: each makes the table it is named for from the tables its parameters name; besides tables there
    are `raw`, `tasks`, `evidence`, `weighed` and `in_text`. A stage that is `whole` is called once, with what all
    shards set aside. `workers` processes share the work, where there are more articles than the `shard` that one holds
    at once; those of the Dask scheduler at `engine` do it instead, where one is named, with files that they `share`
    through a store at that address, or through the file system. Raises BadInput with everything that is wrong with the
    corpus; then nothing was written.
    """
    out = out.resolve()
    root = root.resolve() if engine else root  # what is relative here is elsewhere on another machine
    _replaceable(out)
    schemas = schema.load(root / "schemas").of_build
    for name in set(schemas) - {stage.__name__ for stage in stages}:
        raise SchemaError(str(root / "schemas" / "tables" / f"{name}.yaml"), "no stage makes this table", "Remove it.")
    report = Report(dataset.read(root / "corpus" / "dataset.yaml"), out)
    recorded = root / "corpus" / "splits.csv"
    ledger.check(recorded)
    kept_by = after.resolve() if after and (place_of(after.resolve()) / SHARDS).is_dir() else None
    with (
        alone(root, "build of this corpus"),
        workplace(out, "build", keep=SHARDS, always=keep) as place,
        workplace(kept_by, "build", keep=SHARDS, always=True) if kept_by else contextlib.nullcontext(place) as theirs,
        Cluster(engine, root, place, stages, share) if engine else Crew(workers) as crew,
    ):
        (theirs / SHARDS).mkdir(exist_ok=True)
        made = _shard(root, theirs, schemas, stages, report, shard, crew)
        index = (theirs / SHARDS if keep or kept_by else place) / INDEX
        chosen = _decide(place, made, recorded, report, crew, index)
        if settled and chosen.new:
            what = f"has no line for {chosen.new} articles, {next(chosen.entries()).article_id} the first"
            raise LedgerError(str(recorded), what, "Build, look at it, and commit the ledger.")
        finished(place, schemas, stages, made, chosen, report, crew)
        _scored(root, place / "made", report, settled)
        documents.write(place / "made", schemas, report)
        if not check:
            if chosen.new:
                ledger.append(recorded, chosen.entries())
            exchange(place / "made", out)
    return report


def _shard(
    root: Path, place: Path, schemas: Schemas, stages: Sequence[Stage], report: Report, size: int, crew: Crew
) -> list[Shard]:
    """Run the stages range by range and set their tables aside; collect everything that is wrong before refusing."""
    problems: list[InputError] = []
    held = beside(root, problems, stance=report.dataset.stance, in_text=report.dataset.in_text)
    report.corrected = held.corrected
    ranges, wrong = planned(root, size)
    problems.extend(wrong)
    few = (count := Expected(ranges).articles) <= size
    if few:
        crew.workers = 1
    elif crew.workers > 1 and (fair := _fair(count, crew.workers)) < size:
        ranges, _ = planned(root, fair)
    setting = Setting(root, place / SHARDS, schemas, tuple(stages), held, size, parts(len(ranges)), bool(problems))
    made = gathered(setting if few or setting.listing else kept.keyed(setting), ranges, crew)
    if not setting.listing:
        kept.forget(setting.place, [setting.place / INDEX, *(one.folder for one in made)])
    for one in made:
        problems.extend(one.problems)
        report.audit.take(one.audit)
        report.anchored.update(one.anchored)
        report.lost.extend(one.lost)
        report.orphans.extend(one.orphans)
    if not problems:
        problems.extend(_strays(root, held, made))
    if problems:
        raise BadInput(problems)
    return made


def _fair(count: int, workers: int) -> int:
    """How many articles a range has of which each process gets RANGES; in steps, so that a few more articles leave the
    ranges as they are.
    """
    return max(1, count // (RANGES * workers * STAGED)) * STAGED


def _decide(place: Path, made: Sequence[Shard], recorded: Path, report: Report, crew: Crew, index: Path) -> Decided:
    """The groups and splits of all articles; what people should hear of them goes to the report."""
    narrow = Narrow(place)
    for one in made:
        for nth in range(one.parts):
            narrow.add(one.folder, nth)
    chosen = narrow.decide(recorded, report.dataset.shares, report.dataset.version, crew, index)
    report.torn, report.hubs, report.new_in_ledger = chosen.torn, chosen.hubs, chosen.new
    trim()
    return chosen


def _strays(root: Path, held: Beside, made: Sequence[Shard]) -> Iterator[InputError]:
    """What only the whole corpus shows: no article, or what speaks of articles and sources that are not there."""
    if not any(one.articles for one in made):
        yield ArticleError(str(root / "corpus"), "no article is there", "Add some: scripts/add_articles.py FILE.")
        return
    used = {source_id for one in made for source_id in one.sources}
    for source_id in sorted({one.source_id for one in held.evidence.values()} - used):
        then = "Name the file for the source's id, see build/sources, or give it the address that articles list."
        yield ArticleError(str(root / "corpus" / "sources" / f"{source_id}.md"), "no article lists this source", then)
    for article_id in sorted(set(held.tasks) - {one for part in made for one in part.tasked}):
        then = "Restore the article, or remove the batch's lines about it."
        yield AnnotationError(held.tasks[article_id][0].where, f"the article {article_id} is not in the corpus", then)


def _scored(root: Path, made: Path, report: Report, settled: bool) -> None:
    """Take the scores of baselines that the corpus names, if they are of these tables; a release needs them to be."""
    if not report.dataset.baselines:
        return
    path = root / report.dataset.baselines
    report.scores, problem = baselines.held(path, made)
    report.unscored = problem and f"{report.dataset.baselines} {problem}"
    if problem and settled:
        then = "Build, measure them again, and commit them; or take `baselines` out of corpus/dataset.yaml."
        raise ReleaseError(str(path), problem, then)


def _replaceable(out: Path) -> None:
    """Refuse to replace what is no build, or holds more than a build: a clone of a published one, somebody's notes."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    card = out / "README.md"
    if not card.is_file() or TAG not in card.read_text(encoding="utf-8", errors="replace")[:2000]:
        raise UsageError(f"{out}: is there already, and is no build. Choose another folder with --out.")
    for path in sorted(out.rglob("*")):
        if path != card and not path.is_dir() and path.suffix != ".parquet":
            raise UsageError(f"{path}: no build made this. Move it away, or choose another folder with --out.")
