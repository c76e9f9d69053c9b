"""A corpus through the stages, a shard of articles at a time: what a build and a push of tasks have in common."""

import contextlib
import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from claimstance import tombstones
from claimstance.annotation import exports
from claimstance.annotation.dawid_skene import Vote, Weighed, votes, weighed
from claimstance.annotation.judgements import judgements
from claimstance.annotation.placing import placed
from claimstance.articles import read
from claimstance.articles.references import canonical_url
from claimstance.articles.tables import articles, references
from claimstance.errors import BadInput, InputError
from claimstance.splits.returning import Stones, refusals
from claimstance.table import Rows, is_whole

TASKS = 8_000_000  # bytes of tasks in memory at once, about 100 MB with what is made of them; no byte depends on it
SHARD = 2000  # articles that are set aside together; with 500 a build takes a tenth more. No byte depends on it

Stage = Callable[..., Rows]
Made = dict[str, Any]  # tables by name


@dataclass(frozen=True, slots=True)
class Beside:
    """What a corpus has beside its articles: the tasks of each article, and the texts of sources by id and address.

    `stones` are the articles that were withdrawn; `weighed` the pairs whose votes were weighed over the whole corpus,
    none where votes are counted; `in_text` the share of pairs of an in-text source that are asked and made; `corrected`
    how many corrections were applied.
    """

    tasks: exports.Tasks = field(default_factory=exports.Tasks)
    evidence: dict[str, read.SourceText] = field(default_factory=dict)
    stones: Stones = field(default_factory=dict)
    weighed: Mapping[str, Weighed] = field(default_factory=dict)
    in_text: float = 1.0
    corrected: int = 0

    @property
    def given(self) -> Made:
        """What stages may ask for besides tables."""
        return {"evidence": self.evidence, "weighed": self.weighed, "in_text": self.in_text}

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that tasks are read from when they are asked for."""
        return tuple(pull.path for pull in self.tasks.pulls)

    def below(self, folder: str) -> "Beside":
        """The same, where these files lie at their paths below a folder."""
        return replace(self, tasks=self.tasks.below(folder))


def portions(articles: Iterable[read.Raw], held: Beside, size: int) -> Iterator[list[read.Raw]]:
    """It will give the articles, `size` at a time, or fewer where so much was said of them that memory would grow."""
    portion: list[read.Raw] = []
    weight = 0
    for one in articles:
        portion.append(one)
        weight += held.tasks.size(one.article_id)
        if len(portion) == size or weight > TASKS:
            yield portion
            portion, weight = [], 0
    if portion:
        yield portion


def run(stages: Sequence[Stage], given: Made) -> Made:
    """It will call each stage with the tables that its parameters name, and return all tables by name.

    Stages of the whole corpus are left to the build.
    """
    made = dict(given)
    for stage in (one for one in stages if not is_whole(one)):
        made[stage.__name__] = stage(**{name: made[name] for name in inspect.signature(stage).parameters})
    return made


def beside(
    root: Path, problems: list[InputError], *, begun: str = "", stance: str = "vote", in_text: float = 1.0
) -> Beside:
    """It will read annotations/, corpus/sources and the tombstones; what is wrong goes to `problems`, and so does the
    text of a source that is that of a withdrawn article.

    `begun` is a batch that is being made: it may have no folder yet, or one that is not listed. `stance` is the rule
    that makes stances, `in_text` the share of some of them, see dataset.yaml.
    """
    tasks = exports.Tasks()
    with collecting(problems):
        tasks = exports.held(root / "annotations", begun=begun)
    stones: Stones = {}
    with collecting(problems):
        stones = tombstones.read(root)
    evidence = evidence_of(root, problems)
    with collecting(problems):
        problems.extend(refusals(root, stones, _placed(root, evidence)))
    held = Beside(tasks, evidence, stones, in_text=in_text, corrected=sum(map(len, tasks.corrected.values())))
    if stance == "dawid_skene" and not problems:
        held = replace(held, weighed=_weighed(root, held, tasks.articles("pairs")))
    return held


def _weighed(root: Path, held: Beside, judged: Collection[str]) -> dict[str, Weighed]:
    """What the judges' habits make of all pairs, as these are in the texts of now: articles that have any (`judged`)
    are read once more for it. What is wrong with them is told when they are read for good.
    """
    stages: tuple[Stage, ...] = (articles, references, judgements)
    said: list[Vote] = []
    for made in shards(root, held, stages, [], wanted=judged.__contains__):
        said += votes(made["judgements"])
    return weighed(said)


def shards(
    root: Path,
    held: Beside,
    stages: Sequence[Stage],
    problems: list[InputError],
    *,
    size: int = SHARD,
    wanted: Callable[[str], bool] = lambda article_id: True,
) -> Iterator[Made]:
    """It will yield the tables of one shard of articles after the other, of those whose id is `wanted`.

    From the first problem on it yields nothing more, but goes on reading, to list all that is wrong. An article that
    was withdrawn is a problem.
    """
    articles = (one for one in read.corpus_articles(root, problems) if wanted(one.article_id))
    for raw in portions(_progress(articles), held, size):
        made = through(root, held, stages, raw, problems)
        if made and not problems:
            yield made


def through(
    root: Path, held: Beside, stages: Sequence[Stage], raw: Sequence[read.Raw], problems: list[InputError]
) -> Made | None:
    """It will give the tables of some articles; null where a stage could not go on. What is wrong goes to `problems`,
    an article that was withdrawn too.
    """
    with collecting(problems):
        problems.extend(refusals(root, held.stones, [(one.where, one.article_id, one.text) for one in raw]))
        own = [task for one in raw for task in held.tasks.get(one.article_id, ())]
        tasks = placed(own, {one.article_id: one.text for one in raw})
        return run(stages, {"raw": raw, "tasks": tasks, **held.given})
    return None


@contextlib.contextmanager
def collecting(problems: list[InputError]) -> Iterator[None]:
    """It will put bad input on the list instead of stopping at the first."""
    try:
        yield
    except BadInput as error:
        problems.extend(error.errors)
    except InputError as error:
        problems.append(error)


def evidence_of(root: Path, problems: list[InputError]) -> dict[str, read.SourceText]:
    """It will give texts of sources, by source_id and by canonical address: one serves every article that cites it."""
    held: dict[str, read.SourceText] = {}
    for one in read.source_texts(root, problems):
        held[one.source_id] = one
        held.setdefault(canonical_url(one.url) or one.source_id, one)
    return held


def _placed(root: Path, evidence: Mapping[str, read.SourceText]) -> list[tuple[str, str, str]]:
    """The place, the id and the text of each text of a source."""
    texts = {one.source_id: one.text for one in evidence.values()}
    return [(str(root / "corpus" / "sources" / f"{one}.md"), one, text) for one, text in sorted(texts.items())]


def _progress(items: Iterable[read.Raw]) -> Iterable[read.Raw]:
    """Articles, counted on a terminal and silently elsewhere."""
    return tqdm(items, unit=" articles", disable=None, leave=False)
