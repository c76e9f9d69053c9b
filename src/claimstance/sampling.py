"""Which articles annotators are asked next. The pool -> what may be chosen -> a batch that is like it.

1. read: one pass over all articles of the corpus; of each stay its id, a few words, its signature (near-duplicates)
   and the words that it says again (topics), the last two in files
2. leave out: what was asked in some batch or is listed for one, what was withdrawn, near copies of either, and of near
   copies of each other all but one: the one with the highest score, else the earliest
3. choose: by language, publisher, month, topic and event, see splits/balance.py

The batch is held against what may be chosen, not against all there is: a publisher that was asked too often comes no
more often than it does in the rest, and nobody has to make up for it. Languages come out exactly, because they decide
who can annotate. An event is a margin like the others, so that articles of one do not crowd a batch. It can tear no
split: the build gives every article of the pool a split with its event, annotated or not. Only the wording of a claim
joins what lay apart, and near copies, which share it, are left out.

100,000 articles of 2.2 kB took 31 seconds and 135 MB, a million ten times as long and 325 MB; most of the time goes
into words.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from claimstance import tombstones
from claimstance.annotation import exports
from claimstance.annotation.scores import Scores
from claimstance.articles.read import Raw, corpus_articles
from claimstance.articles.topics import Said
from claimstance.errors import AnnotationError, ArticleError, BadInput, InputError, UsageError
from claimstance.folders import written
from claimstance.splits import values
from claimstance.splits.balance import Floats, Ints, Luck, Margin, Strata, chosen, shuffled
from claimstance.splits.groups import I32, linked, near_links
from claimstance.splits.returning import Stones, returning
from claimstance.splits.signatures import ABSENT, Stored, signatures
from claimstance.splits.values import number, paired
from claimstance.stages import SHARD
from claimstance.table import batched

EXACT = "language"  # the margin that a batch has to the article
_HOST = re.compile(r"https?://(?:[^/@]*@)?(?:www\.)?([^/:?#@]+)", re.IGNORECASE)
LEFT_OUT = (
    "in a batch already",
    "withdrawn or nearly so",
    "near copies of what is in a batch",
    "near copies of others",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants: a name for the batch, how many articles, another `seed` for others, and a file of scores."""

    batch: str
    size: int
    seed: str = ""
    scores: Path | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The articles of a batch, and the pool that they were chosen from: margins over it, and who of it is `chosen`.

    `left_out` says how many articles are in neither, by the reasons of LEFT_OUT; `scores` are those of the pool, -inf
    where an article has none.
    """

    path: Path
    article_ids: list[str]
    margins: list[Margin]
    chosen: Ints
    left_out: Counter[str]
    scores: Floats | None


def sample(root: Path, order: Order) -> Sample:
    """It will choose the articles of a batch, the same whenever it is asked; nothing is written.

    Raises UsageError where there are fewer, BadInput with all that cannot be read.
    """
    path = _place(root, order)
    scores = Scores.read(order.scores) if order.scores else None
    before = _asked(root / "annotations", path)
    with TemporaryDirectory() as folder:
        pool = _read(root, Path(folder))
        luck = shuffled(order.seed or order.batch, pool.article_ids())
        said = scores.of(pool.article_ids()) if scores else None
        free, left_out = _free(pool, before, luck, said)
        if order.size > len(free):
            what = f"--size {order.size:,} is more than the {len(free):,} articles that may be chosen"
            then = (
                f"Say --size {len(free)}, or add articles." if len(free) else "Add articles: scripts/add_articles.py."
            )
            raise UsageError(f"{root / 'corpus'}: {what}. Left out: {because(left_out)}. {then}")
        margins = [one.some(free) for one in pool.margins()]
    own = said[free] if said is not None else None
    if scores and own is not None and not np.isfinite(own).any():
        raise AnnotationError(str(scores.path), "no article that may be chosen has a score", "Score others, or none.")
    picked = chosen([one for one in margins if len(one.strata) > 1 or one.name == EXACT], order.size, luck[free], own)
    places = set(free[picked].tolist())
    ids = sorted(one for place, one in enumerate(pool.article_ids()) if place in places)
    return Sample(path, ids, margins, picked, left_out, own)


def because(left_out: Counter[str]) -> str:
    """It will say how many articles were left out for which reason."""
    return ", ".join(f"{left_out[one]:,} {one}" for one in LEFT_OUT if left_out[one]) or "none"


def write(made: Sample) -> None:
    """It will write the ids into annotations/<batch>.txt, one a line, as push_tasks.py takes them."""
    written(made.path, "".join(f"{one}\n" for one in made.article_ids).encode())


def _place(root: Path, order: Order) -> Path:
    """The file that gets the ids, beside the batches: a folder to which nothing was sent would stop builds."""
    annotations = root / "annotations"
    if not re.fullmatch(r"\w[\w.-]*", order.batch):
        raise UsageError(f"{order.batch}: no name of a batch. Use letters, digits, dots and hyphens.")
    if order.size < 1:
        raise UsageError(f"--size {order.size}: no batch. Say how many articles it has, from 1.")
    if not annotations.is_dir():
        raise UsageError(f"{annotations}: is not there, so this is no corpus. Say which one with --corpus DIR.")
    if (annotations / order.batch).exists():
        raise UsageError(f"{annotations / order.batch}: was sent already. Choose another name for a new batch.")
    return annotations / f"{order.batch}.txt"


def _asked(annotations: Path, own: Path) -> set[str]:
    """The articles of all batches that were sent, and of those that were only chosen, but for this one."""
    found = exports.asked(annotations)
    for path in sorted(annotations.glob("*.txt")):
        if path != own:
            found.update(path.read_text(encoding="utf-8", errors="replace").split())
    return found


class _Pool:
    """What is known of every article, in the order in which they came: numbers, its id, and in files of `folder` what
    tells near copies and topics.
    """

    def __init__(self, folder: Path, stones: Stones) -> None:
        self.folder, self.stones, self.said = folder, stones, Said(folder)
        self.count = 0
        self.ids: list[str] = []  # those that came together in one, a line each: half the memory of a string each
        self.words = {name: Strata() for name in _WORDS}
        self.days = Strata()
        self.short = values.Stored(folder / "short")  # digests of texts that are too short for a signature
        self.withdrawn: list[int] = []

    def add(self, raw: Sequence[Raw]) -> None:
        """Take some more articles."""
        ids, digests, texts = zip(*((one.article_id, one.text_sha256, one.text) for one in raw), strict=True)
        signed = signatures(texts)
        with (self.folder / "signatures").open("ab") as file:
            file.write(signed.tobytes())
        unsigned = np.flatnonzero((signed == ABSENT).all(axis=1)).tolist()
        self.short.add(paired((number(digests[one]), one) for one in unsigned), self.count)
        self.withdrawn += [self.count + back.place for back in returning(self.stones, ids, digests, texts)]
        self.said.add((_language(one), one.text) for one in raw)
        self.ids.append("\n".join(ids))
        for name, told in _WORDS.items():
            self.words[name].add(map(told, raw))
        self.days.add((one.published or "~")[:10] for one in raw)
        self.count += len(raw)

    def article_ids(self) -> Iterator[str]:
        """Their ids."""
        for some in self.ids:
            yield from some.split("\n")

    def margins(self) -> list[Margin]:
        """The ways to look at the articles, the one that is held exactly first."""
        return [one.margin(name) for name, one in (self.words | {"topic": Strata(self.said.topics())}).items()]

    def alike(self) -> I32:
        """A number that near-duplicates share, and texts that are equal, however short; it is less than `count`.
        Nobody asks which of them comes first, so the order in which they came will do, though it may decide a pair in
        doubt otherwise than a build does.
        """
        places = np.arange(self.count, dtype=np.int32)
        near = near_links(Stored(self.folder / "signatures"), places)
        return linked(places, near, [], self.short.parts(), []).together


def _language(one: Raw) -> str:
    """The language without region or script: who annotates en-GB annotates en-US."""
    return one.language.partition("-")[0].lower()


def _publisher(one: Raw) -> str:
    """Who published it, else the host of its address."""
    host = _HOST.match(one.url or "")
    return one.publisher or (host[1].lower() if host else "unknown")


_WORDS: dict[str, Callable[[Raw], str]] = {
    EXACT: _language,
    "publisher": _publisher,
    "month": lambda one: (one.published or "undated")[:7],
    "event": lambda one: one.event or "",
}


def _read(root: Path, folder: Path) -> _Pool:
    """Every article of the corpus, once; counted on a terminal and silently elsewhere."""
    problems: list[InputError] = []
    pool = _Pool(folder, tombstones.read(root))
    articles = tqdm(corpus_articles(root, problems), unit=" articles", disable=None, leave=False)
    for some in batched(articles, SHARD):
        pool.add(some)
    if problems:
        raise BadInput(problems)
    if not pool.count:
        raise ArticleError(str(root / "corpus"), "no article is there", "Add some: scripts/add_articles.py FILE.")
    return pool


def _free(pool: _Pool, before: Collection[str], luck: Luck, scores: Floats | None) -> tuple[Ints, Counter[str]]:
    """The indices of the articles that may be chosen, one of each group of near copies, and why others may not."""
    alike = pool.alike()
    asked = np.fromiter((one in before for one in pool.article_ids()), bool, pool.count)
    gone, taken = np.zeros((2, pool.count), bool)
    gone[pool.withdrawn] = True
    taken[alike[asked]] = True
    gone &= ~asked
    copied = taken[alike] & ~(asked | gone)
    free = np.flatnonzero(~(asked | gone | copied))
    wanted = np.zeros(len(free)) if scores is None else -scores[free]
    order = np.lexsort((luck[free], pool.days.margin("day").of[free], wanted))
    _, first = np.unique(alike[free[order]], return_index=True)
    found = (asked.sum(), gone.sum(), copied.sum(), len(free) - len(first))
    return np.sort(free[order[first]]), +Counter(dict(zip(LEFT_OUT, map(int, found), strict=True)))
