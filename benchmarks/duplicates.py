"""Near-duplicates: how many copies are found, and how much that is none, on planted copies of 11 kinds.

    .venv/bin/python benchmarks/duplicates.py [--articles 300] [--seed 1] [--shared ../shared/data/wikinews]

For each kind of edit: articles, an edited copy of each, and texts that are alike and no copies (copies.py). Recall is
of the pairs of an article and its copy that lie in one group, precision of all pairs that do. Ours is what
a build decides by. datasketch and rensa, where they are installed (`pip install datasketch rensa`), get runs of three
words too, as many hashes, and a Jaccard similarity of 0.5. A second set has real articles, where they are.

With --build N nothing of this, but what signing and comparing take of a build of N articles of scale: the most that
signatures kept from one build to the next could save.
"""

import argparse
import csv
import importlib
import random
import re
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from claimstance.splits.groups import linked, near_links
from claimstance.splits.signatures import signatures

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.copies import ALIKE, LIGHT, PARAGRAPH, Desk, Paragraphs, text
from benchmarks.scale.measure import measure
from benchmarks.scale.pools import article, corpus, pool

Finder = Callable[[Sequence[str]], Iterable[tuple[int, int]]]
WIKINEWS = Path(__file__).resolve().parents[2] / "shared" / "data" / "wikinews"
WORD = re.compile(r"\w+")
PERMUTATIONS, THRESHOLD = 128, 0.5
FAMILIES = 25  # of each kind of texts that are alike
SHORTEST, FEWEST = 12, 4  # words of a paragraph, paragraphs of an article: real ones with less are not taken


@dataclass(slots=True)
class Score:
    """Of one finder: recall by kind of edit, right pairs, wrong ones by what they are, CPU seconds and texts."""

    recall: dict[str, float] = field(default_factory=dict)
    right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    texts: int = 0

    @property
    def precision(self) -> float:
        """Of all pairs in one group, the share that are copies."""
        return self.right / max(1, self.right + self.wrong.total())


def main() -> None:
    """Print a table a set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shared", type=Path, default=WIKINEWS)
    parser.add_argument("--build", type=int, metavar="N")
    said = parser.parse_args()
    if said.build:
        of_a_build(said.build)
        return
    dice = random.Random(said.seed)
    found = dict(finders())
    invented = [Desk(dice).article() for _ in range(said.articles)]
    report("Invented articles", invented, list(alike(dice)), found, said.seed)
    real = list(wikinews(said.shared))
    if real:
        report("Articles of Wikinews", real, [], found, said.seed)
    else:
        print(f"No articles in {said.shared}: the second set is left out.")


def of_a_build(count: int) -> None:
    """Print the CPU seconds of a build, of signing its articles, and of telling which are near-duplicates: of all, and
    where an index has all but some.
    """
    texts = [article(nth)["text"] for nth in range(count)]
    with tempfile.TemporaryDirectory() as place, corpus(pool(Path(place), count)) as root:
        whole = measure("ours", root).cpu - measure("ours", root, imports=True).cpu
    began = time.process_time()
    signed = signatures(texts)
    took = {"signing": time.process_time() - began}
    came = np.arange(count, dtype=np.int32)
    joined = linked(came, near_links(signed, came), [], [], []).alike
    for new in (count, count // 10, count // 100, count // 1000, 0):
        began = time.process_time()
        deque(near_links(signed, came, joined=joined[: count - new]), maxlen=0)
        took[f"near-duplicates, {new} new"] = time.process_time() - began
    print(f"a build of {count} articles: {whole:.2f} CPU s")
    for what, seconds in took.items():
        print(f"{what}: {seconds:.2f} CPU s, {seconds / whole:.2%}")


def finders() -> Iterator[tuple[str, Finder]]:
    """What the build does, and what is installed besides."""
    yield "ours", ours
    for name, made in (("datasketch", _datasketch), ("rensa", _rensa)):
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed: pip install {name}")
        else:
            yield name, made


def ours(texts: Sequence[str]) -> list[tuple[int, int]]:
    """What the build links."""
    links = near_links(signatures(texts), np.arange(len(texts), dtype=np.int32))
    return [(one, other) for some in links for one, other in some.tolist()]


def alike(dice: random.Random) -> Iterator[tuple[str, str]]:
    """Texts that are no copies of each other, with what they are."""
    for name, family in ALIKE.items():
        for _ in range(FAMILIES):
            yield from ((name, text(one)) for one in family(dice))


def wikinews(folder: Path) -> Iterator[Paragraphs]:
    """Real articles, with a headline and a dateline."""
    csv.field_size_limit(10**8)
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                paragraphs = [" ".join(one.split()) for one in row["text"].split("\n")]
                body = [one for one in paragraphs if len(one.split()) >= SHORTEST]
                if len(body) >= FEWEST:
                    yield [row["title"], row["date"], *body]


def scored(
    articles: list[Paragraphs], others: list[tuple[str, str]], found: dict[str, Finder], seed: int
) -> dict[str, Score]:
    """Measure every finder on one set."""
    scores = {name: Score() for name in found}
    for kind, edit in {**LIGHT, **PARAGRAPH}.items():
        dice = random.Random(f"{seed} {kind}")
        copies = [edit(dice, one, articles[nth - 1]) for nth, one in enumerate(articles)]
        texts = [text(one) for one in (*articles, *copies)] + [one for _, one in others]
        kinds = ["articles"] * (2 * len(articles)) + [name for name, _ in others]
        for name, finder in found.items():
            _score(scores[name], kind, finder, texts, kinds, len(articles))
    return scores


def report(
    title: str, articles: list[Paragraphs], others: list[tuple[str, str]], found: dict[str, Finder], seed: int
) -> None:
    """Measure every finder on one set, and print it."""
    scores = scored(articles, others, found, seed)
    sizes = Counter(name for name, _ in others)
    print(f"\n{title}: {len(articles)}, a copy of each; alike and no copies: {dict(sizes) or 'each other'}")
    print(f"{'recall':<32}" + "".join(f"{name:>12}" for name in scores))
    for kind in (*LIGHT, *PARAGRAPH):
        print(f"{kind:<32}" + "".join(f"{one.recall[kind]:>12.3f}" for one in scores.values()))
    print(f"{'precision':<32}" + "".join(f"{one.precision:>12.4f}" for one in scores.values()))
    print(f"{'CPU µs a text':<32}" + "".join(f"{1e6 * one.seconds / one.texts:>12.0f}" for one in scores.values()))
    for name, one in scores.items():
        print(f"wrong pairs, {name}: {dict(one.wrong) or 'none'}")


def _score(one: Score, kind: str, finder: Finder, texts: list[str], kinds: list[str], count: int) -> None:
    began = time.process_time()
    links = np.array(list(finder(texts)), np.int64).reshape(-1, 2)
    one.seconds += time.process_time() - began
    one.texts += len(texts)
    joined = coo_matrix((np.ones(len(links)), links.T), (len(texts), len(texts)))
    _, group = connected_components(joined, directed=False)
    right = int((group[:count] == group[count : 2 * count]).sum())
    one.recall[kind] = right / count
    one.right += right
    for own in np.flatnonzero(np.bincount(group) > 1):
        members = np.flatnonzero(group == own).tolist()
        for nth, first in enumerate(members):
            for second in members[nth + 1 :]:
                if second - first != count or second >= 2 * count:
                    one.wrong[" / ".join(sorted({kinds[first], kinds[second]}))] += 1


def _triples(said: str) -> list[str]:
    words = WORD.findall(said.lower())
    return list({" ".join(words[at : at + 3]) for at in range(len(words) - 2)})


def _datasketch(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    module = importlib.import_module("datasketch")
    held: list[Any] = []
    index = module.MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for nth, said in enumerate(texts):
        own = module.MinHash(num_perm=PERMUTATIONS)
        own.update_batch([triple.encode() for triple in _triples(said)])
        yield from ((other, nth) for other in index.query(own) if own.jaccard(held[other]) >= THRESHOLD)
        index.insert(nth, own)
        held.append(own)


def _rensa(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    module = importlib.import_module("rensa")
    held: list[Any] = []
    index = module.RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    for nth, said in enumerate(texts):
        own = module.RMinHash(num_perm=PERMUTATIONS, seed=42)
        own.update(_triples(said))
        yield from ((other, nth) for other in index.query(own) if own.jaccard(held[other]) >= THRESHOLD)
        index.insert(nth, own)
        held.append(own)


if __name__ == "__main__":
    main()
