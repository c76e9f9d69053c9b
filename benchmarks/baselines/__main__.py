"""Measure the baselines on a build or a release, and write scores.yaml and scores.md beside this file.

    python -m benchmarks.baselines [build]

corpus/dataset.yaml names scores.yaml, and the next build shows it in its card, as long as its rows are those measured.
"""

import argparse
import importlib.metadata
import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.baselines import claims, stance
from benchmarks.baselines.data import SPLITS, TABLES, Data, Pair, Text, read
from benchmarks.baselines.learning import one_thread
from benchmarks.baselines.measure import claims_of, of_claims, of_stances
from tqdm import tqdm

from claimstance.command import printable, run
from claimstance.errors import UsageError
from claimstance.release.cards.baselines import digests, lines, page
from claimstance.scores import Scores, Task, write
from claimstance.shown import aligned

HERE = Path(__file__).parent
COMMAND = "python -m benchmarks.baselines"
NEEDS = ("sklearn", "tokenizers", "wordllama")
TOOLS = ("claimstance", "numpy", "scikit-learn", "tokenizers", "wordllama")
SHOWN = (
    *(stance.MAJORITY, claims.SENTENCES, stance.CLAIM, stance.SOURCE, stance.TFIDF, stance.SMALL, stance.MATCHING),
    stance.SHUFFLED,
)


def main(arguments: list[str]) -> int:
    """Exit code 0: the scores are written and shown."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build"), help="a build or a release (build)")
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="where scores.yaml and scores.md go")
    said = parser.parse_args(arguments)
    if lacks := [module for module in NEEDS if importlib.util.find_spec(module) is None]:
        raise UsageError(f"{', '.join(lacks)} is not installed. Say: pip install 'claimstance[baselines]'")
    scores = measured(said.folder)
    write(said.out / "scores.yaml", scores)
    (said.out / "scores.md").write_text(page(scores), encoding="utf-8")
    print(printable("\n".join(aligned(lines(scores)))))
    return 0


def measured(folder: Path) -> Scores:
    """It will measure every baseline of every task. The same rows give the same scores on one machine, whatever it does
    besides; on another kind of processor, sums may differ in the last bit, and an answer with them.

    Raises LoadError where the folder is no build or release, or has nothing to measure.
    """
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    data = read(folder)
    with one_thread():
        tasks = list(tqdm(_tasks(data), total=3, unit=" tasks", disable=None, leave=False))
    meanings = stance.MEANINGS | claims.MEANINGS
    return Scores(
        command=COMMAND,
        tables=digests(folder, TABLES),
        versions={name: importlib.metadata.version(name) for name in TOOLS},
        baselines={name: meanings[name] for name in SHOWN},
        tasks=tasks,
        notes=list(_notes(data)),
    )


def _tasks(data: Data) -> Iterator[Task]:
    about = (
        "Which stance a source takes to a claim, from the claim and a text of the source; from its title where the"
        " corpus has no more. This is the figure to compare with."
    )
    apart = {split: [pair for pair in own if not pair.in_text] for split, own in data.pairs.items()}
    yield _stance("Stance, pairs with a text of the source", about, data, apart)
    about = (
        "The same, and pairs of sources that are named in the article alone, of which the text is what the article says"
        f" around the claim.{_told_apart(data)}"
    )
    yield _stance("Stance, all pairs", about, data, data.pairs)
    yield _claims(data)


def _told_apart(data: Data) -> str:
    """How far the label of those pairs follows from what kind of pair they are."""
    counts = Counter(pair.stance for own in data.pairs.values() for pair in own if pair.in_text)
    if not counts:
        return ""
    label, count = counts.most_common(1)[0]
    return f" {count} of these {counts.total()} are {label}, so who sees the kind of pair need not read it."


def _stance(name: str, about: str, data: Data, pairs: Mapping[str, Sequence[Pair]]) -> Task:
    train, validation, test = (pairs.get(split, ()) for split in SPLITS)
    if not train or not test:
        return Task(name, f"{about} There is none in train, or none in test.", [])
    counts = Counter(pair.stance for pair in test)
    labels = ", ".join(f"{counts[label]} {label}" for label in data.stances)
    about = (
        f"{about} Scored on {_pairs(test)} ({labels}), trained on {_pairs(train)}, C chosen on {_pairs(validation)}."
    )
    said = stance.answers(train, validation, test, data.stances)
    return Task(name, about, list(of_stances(data.stances, test, said)))


def _claims(data: Data) -> Task:
    train, validation, test = (data.texts.get(split, ()) for split in SPLITS)
    gold = [claim for text in test for claim in claims_of(text.tags)]
    gaps = sum(claim[-1] - claim[0] >= len(claim) for claim in gold)
    about = (
        "Which tokens of an article are in a claim, as BIO tags: a claim is often less than a sentence, and a sentence"
        " may hold several. Tokens are those of the annotators' agreement: words, marks, and single characters of"
        f" scripts without spaces. Scored on {len(gold)} claims in {_tokens(test)}; trained on {_tokens(train)}, C"
        f" chosen on {_tokens(validation)}. {gaps} of the claims have a gap, and no baseline can find them whole."
    )
    return Task("Claims", about, list(of_claims(test, claims.answers(train, validation, test))))


def _pairs(pairs: Sequence[Pair]) -> str:
    return f"{len(pairs)} pairs of {len({pair.article_id for pair in pairs})} articles"


def _tokens(texts: Sequence[Text]) -> str:
    return f"{sum(len(text.tokens) for text in texts)} tokens of {len(texts)} articles"


def _notes(data: Data) -> Iterator[str]:
    """What is left out, and what the scores do not tell."""
    yield stance.FRAME
    ties = ", ".join(f"{count} in {split}" for split, count in data.ties.items())
    yield f"Pairs without a stance (ties) are left out: {ties}."
    test = data.languages["test"]
    every = sorted(
        {name for own in data.languages.values() for name in own}, key=lambda name: (-test.get(name, 0), name)
    )
    held = ", ".join(f"{test.get(name, 0)} {name}" for name in every)
    yield (
        f"Articles of test by language: {held}. There is no score a language: of a few articles it would tell of these,"
        " and not of the language. TF-IDF takes pieces of characters, which need no spaces between words; wordllama was"
        " made for English, and spells most Chinese characters and many others in bytes."
    )


if __name__ == "__main__":
    run(main)
