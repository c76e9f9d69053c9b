"""Shard: one range of articles through all stages, in whatever process, and what is set aside of it.

Tables, narrow columns and signatures go to files; what the report needs comes back, and is small.
"""

import contextlib
import gc
import hashlib
import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

import msgspec
import pyarrow as pa

from claimstance import kept
from claimstance.annotation.agreement import ballots
from claimstance.annotation.anchoring import SAME
from claimstance.annotation.placing import lost
from claimstance.annotation.tables import orphans
from claimstance.articles.audit import Audit
from claimstance.articles.ranges import Range
from claimstance.articles.read import Raw, articles_of
from claimstance.articles.references import canonical_url
from claimstance.errors import InputError
from claimstance.merge import PARTS, Aside, joined, parts, set_aside
from claimstance.splits import decide
from claimstance.stages import Beside, Made, Stage, collecting, portions, through
from claimstance.table import Row, Rows, Schemas, batched
from claimstance.verify import spans_hold

ASIDE = {"ballots": ballots.SCHEMA}  # what shards set aside for tables about the whole corpus, besides their own tables
STAGED = 500  # articles that go through the stages together: their rows stay in the processor's cache, with 2,000 not
PLACES = pa.schema([("article_id", pa.string()), ("where", pa.string())])


@dataclass(frozen=True, slots=True)
class Setting:
    """What every range of a build is worked on with: at most `size` articles at once, set aside below `place`
    in so many `parts`.

    Where it is only `listing` what is wrong, no tables are. `key` is the digest of all this and of the code; empty
    where no later build is to find what was set aside. A worker of another machine has all files of this one in the
    folder `away`.
    """

    root: Path
    place: Path
    schemas: Schemas
    stages: tuple[Stage, ...]
    held: Beside
    size: int
    parts: int = PARTS
    listing: bool = False
    key: str = ""
    away: str = ""


@dataclass(slots=True)
class Shard:
    """What a range came to: how many articles, and in `folder` their tables, in `parts` parts; `places` says where each
    article stood. Of ids that came twice in one batch `twice` has the later ones, which are in no table.

    `sources` are those whose texts were used, `tasked` the articles that have tasks, `said` is a digest of these tasks.
    Where there are `problems`, some tables may be missing.
    """

    folder: Path
    articles: int = 0
    parts: int = 0
    tables: dict[str, list[Aside]] = field(default_factory=dict)
    places: list[Path] = field(default_factory=list)
    twice: list[tuple[str, str]] = field(default_factory=list)
    audit: Audit = field(default_factory=Audit)
    anchored: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    tasked: set[str] = field(default_factory=set)
    said: str = ""
    problems: list[InputError] = field(default_factory=list)


def shard(
    setting: Setting,
    part: Range,
    without: frozenset[str] = frozenset(),
    *,
    told: Callable[[int], object] = lambda articles: None,
) -> Shard:
    """It will put the articles of a range through the stages, or find what an earlier build made of them.

    Articles that stand at one of the places `without` are left out. `told` hears of articles that are done.
    """
    name = kept.name(setting.place, setting.key, part) if not without else None
    said_of = partial(said, setting.held)
    if name and (found := kept.found(name, said_of)):
        told(found.articles)
        return found
    before = kept.stamp(part)
    made = Shard(Path(tempfile.mkdtemp(prefix=".", dir=setting.place)))
    with _without_collector():
        _fill(made, setting, part, without, told)
    if name and not made.problems and kept.stamp(part) == before:
        kept.keep(made, name, said_of)
    return made


def said(held: Beside, made: Shard) -> str:
    """It will be a digest of all that annotators said of the articles of a shard. Raises AnnotationError."""
    found = hashlib.sha256()
    for path in made.places:
        for article_id in places(path, [0])["article_id"].to_pylist():
            for task in held.tasks.get(article_id, ()):
                found.update(msgspec.json.encode(task))
    return found.hexdigest()


def shard_apart(
    setting: Path, part: Range, without: frozenset[str] = frozenset(), *, beside: tuple[Path, ...] = ()
) -> Shard:
    """It will do as `shard` does, in a process that has to read its setting first. `beside` are files that the setting
    speaks of: who takes the task to another machine takes them, too.
    """
    return shard(_setting(setting), part, without)


@lru_cache(maxsize=1)
def _setting(path: Path) -> Setting:
    setting: Setting = pickle.loads(path.read_bytes())  # noqa: S301 - the build wrote it a moment ago
    place = path.with_name(setting.place.name)  # a worker that shares no files with the build has it elsewhere
    place.mkdir(exist_ok=True)
    away = str(place).removesuffix(str(setting.place))
    return replace(setting, place=place, away=away, held=setting.held.below(away))


def _fill(made: Shard, setting: Setting, part: Range, without: frozenset[str], told: Callable[[int], object]) -> None:
    for batch in batched(articles_of(part, made.problems), setting.size):
        raw, seen = list[Raw](), set[str]()  # an id that came in an earlier batch is found when all are there
        for one in batch:
            if one.where in without:
                continue
            if one.article_id in seen:
                made.twice.append((one.article_id, one.where))
                continue
            seen.add(one.article_id)
            raw.append(one)
        _take(made, setting, raw)
        made.articles += len(raw)
        told(len(batch))


def _take(made: Shard, setting: Setting, raw: list[Raw]) -> None:
    """Make the tables of some articles, STAGED at a time, and set them aside. From the first problem on nothing more is
    set aside, but the stages run, to list all that is wrong.
    """
    nth = len(made.places)
    where = [one.where.removeprefix(setting.away) for one in raw]
    placed = pa.table([[one.article_id for one in raw], where], PLACES)
    made.places.append(set_aside(made.folder, nth, {"places": placed})["places"].path)
    made.tasked |= {one.article_id for one in raw} & setting.held.tasks.keys()
    own: list[dict[str, pa.Table]] = []
    articles, claims, listed = list[Row](), list[Row](), list[tuple[str, str]]()
    for some in portions(raw, setting.held, STAGED):
        tables = through(setting.root, setting.held, setting.stages, some, made.problems)
        if tables and not made.problems and not setting.listing:
            with collecting(made.problems):
                own.append(_conformed(setting.schemas, tables))
                articles += tables["articles"]
                claims += tables["claims"]
                listed += addresses(tables["articles"], tables["sources"])
                _note(made, setting, tables)
    if own and not made.problems:
        keys = {name: table.keys for name, table in setting.schemas.items()}
        whole = {name: joined([one[name] for one in own], keys.get(name, ())) for name in own[0]}
        cut = max(setting.parts, parts(nth))  # how many shards a packed file gives, only its end tells
        for name, aside in set_aside(made.folder, nth, whole, cut).items():
            made.tables.setdefault(name, []).append(aside)
        decide.set_aside(made.folder, nth, articles, claims, listed)
        made.parts += 1


def places(path: Path, columns: Sequence[int] = (0, 1)) -> pa.Table:
    """It will be the articles of a part of a shard and where they stood, or one of both."""
    with pa.OSFile(str(path)) as file:
        return pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=[*columns])).read_all()


def _conformed(schemas: Schemas, tables: Made) -> dict[str, pa.Table]:
    """The tables as Arrow tables of their schemas. Raises ConformError."""
    spans_hold(schemas, tables)
    more = {name: pa.Table.from_pylist(tables[name], shape) for name, shape in ASIDE.items() if name in tables}
    return more | {name: one.conform(tables[name]) for name, one in schemas.items() if not one.whole}


def _note(made: Shard, setting: Setting, tables: Made) -> None:
    """Note what the report needs of some articles."""
    made.audit.add(tables["sentences"], tables["citations"], tables["sources"])
    made.anchored.update(row["anchor"] for row in tables["judgements"] if row["anchor"] not in (None, SAME))
    made.lost.extend(lost(tables["judgements"]))
    if tables["judgements"]:
        made.orphans.extend(orphans(tables["judgements"], tables["claims"], tables["sources"]))
    evidence = setting.held.evidence
    if evidence:
        made.sources |= {evidence[key].source_id for key in _keys(tables["sources"]) if key in evidence}


def addresses(articles: Iterable[Row], sources: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """It will give each article with the addresses that it lists, and its own: of an update of an article, or of one
    that cites it.
    """
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
