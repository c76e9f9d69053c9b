"""The way through: a corpus to build/, as shard -> decide -> finish.

1. shard: a few thousand articles go through all stages; their tables, sorted, and their signatures are set aside
2. decide: groups and splits, from the narrow columns of all articles
3. finish: the shards' tables are merged in order of article_id, divided by split, and written as Parquet; tables about
   the whole corpus are made from what all shards set aside for them
4. the folder is exchanged for the last one in one step

Rows come out in order of article_id whatever shard they went through, and row groups have a fixed size, so that
neither the order of files nor the size of shards changes a byte. Nothing but the last step touches the last good
build.
"""

import contextlib
import gc
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from claimstance import dataset, schema
from claimstance.alone import alone
from claimstance.annotation import exports
from claimstance.annotation.agreement import ballots
from claimstance.annotation.anchoring import SAME
from claimstance.annotation.placing import lost
from claimstance.annotation.tables import orphans
from claimstance.articles.references import canonical_url
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
from claimstance.folders import exchange, workplace
from claimstance.merge import Shards, finish_whole
from claimstance.release.cards import baselines, documents
from claimstance.release.cards.header import TAG
from claimstance.report import Report
from claimstance.splits import ledger
from claimstance.splits.decide import Narrow
from claimstance.stages import SHARD, Stage, beside, collecting, shards
from claimstance.table import Rows, Schemas, is_whole
from claimstance.verify import spans_hold

ASIDE = {"ballots": ballots.SCHEMA}  # what shards set aside for tables about the whole corpus, besides their own tables


def build(
    root: Path, out: Path, stages: Sequence[Stage], *, shard: int = SHARD, check: bool = False, settled: bool = False
) -> Report:
    """It will make `out` from the corpus at `root` and append new articles to its ledger; with `check` it will make
    all of it and keep none, and what is `settled` has no new article.

    `stages` in order: each makes the table it is named for from the tables its parameters name; besides tables there
    are `raw`, `tasks`, `evidence`, `weighed` and `in_text`. A stage that is `whole` is called once, with what all
    shards set aside. Raises BadInput with everything that is wrong with the corpus; then nothing was written.
    """
    out = out.resolve()
    _replaceable(out)
    schemas = schema.load(root / "schemas").of_build
    for name in set(schemas) - {stage.__name__ for stage in stages}:
        raise SchemaError(str(root / "schemas" / "tables" / f"{name}.yaml"), "no stage makes this table", "Remove it.")
    report = Report(dataset.read(root / "corpus" / "dataset.yaml"), out)
    recorded = ledger.read(root / "corpus" / "splits.csv")
    with alone(root, "build of this corpus"), workplace(out, "build") as place:
        (place / "shards").mkdir()
        aside, narrow = _shard(root, place, schemas, stages, report, shard)
        decided = narrow.decide(recorded, report.dataset.shares, report.dataset.version)
        report.torn, report.hubs, report.new_in_ledger = decided.torn, decided.hubs, len(decided.new)
        if settled and decided.new:
            what = f"has no line for {len(decided.new)} articles, {decided.new[0].article_id} the first"
            raise LedgerError(str(root / "corpus" / "splits.csv"), what, "Build, look at it, and commit the ledger.")
        aside.finish(place / "made", decided.split_of, decided.dup_groups, report)
        for stage in (one for one in stages if is_whole(one)):
            made = stage(**{name: aside.all(name) for name in inspect.signature(stage).parameters})
            finish_whole(place / "made", schemas[stage.__name__], schemas[stage.__name__].conform(made), report)
            report.tally_whole(stage.__name__, made)
        _scored(root, place / "made", report, settled)
        documents.write(place / "made", schemas, report)
        if not check:
            _record(root / "corpus" / "splits.csv", decided.new)
            exchange(place / "made", out)
    return report


def _shard(
    root: Path, place: Path, schemas: Schemas, stages: Sequence[Stage], report: Report, size: int
) -> tuple[Shards, Narrow]:
    """Run the stages shard by shard and set their tables aside; collect everything that is wrong before refusing."""
    problems: list[InputError] = []
    held = beside(root, problems, stance=report.dataset.stance, in_text=report.dataset.in_text)
    report.corrected = sum(task.corrected for own in held.tasks.values() for task in own)
    unused = {one.source_id for one in held.evidence.values()}
    aside, narrow = Shards(place / "shards", schemas), Narrow(place)
    with _without_collector():
        for made in shards(root, held, stages, problems, size=size):
            with collecting(problems):
                spans_hold(schemas, made)
                more = {name: pa.Table.from_pylist(made[name], shape) for name, shape in ASIDE.items() if name in made}
                aside.add(more | {name: one.conform(made[name]) for name, one in schemas.items() if not one.whole})
                narrow.add(made["articles"], made["claims"], _addresses(made["articles"], made["sources"]))
                report.audit.add(made["sentences"], made["citations"], made["sources"])
                report.anchored.update(row["anchor"] for row in made["judgements"] if row["anchor"] not in (None, SAME))
                report.lost.extend(lost(made["judgements"]))
                report.orphans.extend(orphans(made["judgements"], made["claims"], made["sources"]))
                unused -= {held.evidence[key].source_id for key in _keys(made["sources"]) if key in held.evidence}
    problems.extend(_strays(root, held.tasks, unused, narrow) if not problems else ())
    if problems:
        raise BadInput(problems)
    return aside, narrow


def _addresses(articles: Rows, sources: Rows) -> Iterator[tuple[str, str]]:
    """Each article with the addresses that it lists, and its own: an update of an article, or one that cites it."""
    for article in articles:
        if own := canonical_url(article["url"]):
            yield article["article_id"], own
    for source in sources:
        if source["canonical_url"]:
            yield source["article_id"], source["canonical_url"]


def _keys(sources: Rows) -> Iterator[str]:
    """What the text of a source can be found by."""
    for source in sources:
        yield source["source_id"]
        yield source["canonical_url"]


def _strays(root: Path, tasks: dict[str, list[exports.Task]], unused: set[str], narrow: Narrow) -> Iterator[InputError]:
    """What only the whole corpus shows: no article, or what speaks of articles and sources that are not there."""
    if not narrow.article_ids:
        yield ArticleError(str(root / "corpus"), "no article is there", "Add some: scripts/add_articles.py FILE.")
        return
    for source_id in sorted(unused):
        then = "Name the file for the source's id, see build/sources, or give it the address that articles list."
        yield ArticleError(str(root / "corpus" / "sources" / f"{source_id}.md"), "no article lists this source", then)
    for article_id in sorted(set(tasks) - set(narrow.article_ids)):
        then = "Restore the article, or remove the batch's lines about it."
        yield AnnotationError(tasks[article_id][0].where, f"the article {article_id} is not in the corpus", then)


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


def _record(path: Path, new: Sequence[ledger.Entry]) -> None:
    """Append to the ledger, in one step."""
    if new:
        partial = path.with_suffix(".csv.partial")
        partial.write_bytes(ledger.appended(path, new))
        partial.replace(path)


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """No search for cycles: rows have none, and looking through millions of them takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
