"""Our own corpus as a whole, as a page in Markdown: sizes, near copies, what texts share, readability, spelling.

    .venv/bin/python benchmarks/corpus.py > page.md

The figures are those that tests/test_halmere.py holds limits against, and come from the same functions.
"""

import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:1] = [str(ROOT / "tests")]  # for halmere and spelling; beside this file, `build` would be two modules

from halmere import (  # noqa: E402
    Halmere,
    Text,
    excused,
    flesch,
    grams,
    halmere,
    length,
    letters_a_word,
    near_copies,
    overlaps,
    repeated,
    wire_copies,
    words_a_sentence,
)
from spelling import looked_at, mixed, unknown  # noqa: E402

MOST = 20  # rows of a table whose end says nothing new


def main() -> None:
    """Print the page."""
    own = halmere()
    for title, part in PARTS.items():
        print(f"## {title}\n", *part(own), "", sep="\n")


def size(own: Halmere) -> Iterator[str]:
    """How much there is, and how long it is."""
    tellers: dict[str, set[str]] = defaultdict(set)
    for row in own.rows:
        tellers[row["event"]].add(row["publisher"])
    several = sum(len(publishers) > 1 for publishers in tellers.values())
    fitting = sum(80 <= length(one.text) <= 300 for one in own.held)
    yield f"- {len(own.articles)} articles on {len(tellers)} events, {several} told by several publishers"
    yield f"- languages: {_counted(one.language for one in own.articles)}"
    yield f"- {len(own.held)} of {own.listed} listed sources have a text, {fitting} of 80 to 300 words"
    yield f"- {len(own.sources)} of these texts are different: {_counted(one.language for one in own.sources)}"
    yield f"- words of an article, with its list of sources: {_spread([length(one.printed) for one in own.articles])}"
    yield f"- words of its title and paragraphs: {_spread([length(one.prose) for one in own.articles])}"
    yield f"- words of a source's text: {_spread([length(one.printed) for one in own.sources])}"


def near(own: Halmere) -> Iterator[str]:
    """Pairs that the build keeps in one split for their words."""
    planted = wire_copies()
    rows = [
        (one, other, f"{likeness:.2f}", "planted" if (one, other) in planted else "**not planted**")
        for one, other, likeness in near_copies(own.texts)
    ]
    yield from _table(("text", "is like", "likeness", ""), rows)


def shared(own: Halmere) -> Iterator[str]:
    """Runs of words that stand in several texts."""
    event = {one.name: one.event for one in own.texts}
    known = {**dict.fromkeys(wire_copies(), "copy"), **dict.fromkeys(excused(), "excused")}
    found = overlaps(own.texts)
    runs = sum(len(grams(one.prose)) for one in own.texts)
    yield f"{runs:,} runs of five words; a share is of the text that has fewer."
    yield ""
    rows = [(one.one, one.other, f"{one.share:.1%}", known.get((one.one, one.other), "")) for one in found[:MOST]]
    yield from _table(("text", "and", "share", ""), rows)
    strangers = [one for one in found if event[one.one] != event[one.other]]
    yield f"\n{len(strangers)} pairs of different events share any; the first:\n"
    rows = [(one.one, one.other, f"{one.share:.1%}", " / ".join(map(" ".join, one.shared))) for one in strangers[:5]]
    yield from _table(("text", "and", "share", "runs"), rows)
    yield "\nRuns in the most events:\n"
    yield from _table(("run", "events"), [(" ".join(run), str(len(own))) for run, own in repeated(own.texts)[:MOST]])


def reading(own: Halmere) -> Iterator[str]:
    """How hard the articles are."""
    english = [one for one in own.articles if one.language == "en"]
    yield f"English articles, reading ease (Flesch): {_spread([flesch(one) for one in english])}\n"
    yield from _kinds("genre", _by(english, lambda one: one.genre), flesch)
    yield "\nThe others.\n"
    others = [one for one in own.articles if one.language != "en"]
    yield from _kinds("language and genre", _by(others, lambda one: f"{one.language}, {one.genre}"))
    yield "\nAll, by language; in scripts without spaces two characters are a word.\n"
    yield from _kinds("language", _by(own.articles, lambda one: one.language))


def spelling(own: Halmere) -> Iterator[str]:
    """How many words no dictionary knows, and which of them nobody has looked at."""
    rows = []
    for language, found in unknown(own.texts).items():
        new = sorted(set(found) - set(looked_at(language)))
        rows.append((language, str(len(found)), ", ".join(f"{word} ({found[word][0]})" for word in new)))
    yield from _table(("language", "not in the dictionary", "nor looked at"), rows)
    yield f"\nThere is no dictionary of he, ja, zh. Words of two alphabets: {len(mixed(own.texts))}."


def _kinds(title: str, kinds: dict[str, list[Text]], ease: Callable[[Text], float] | None = None) -> Iterator[str]:
    """A row a kind of texts."""
    columns: list[tuple[str, Callable[[Text], float]]] = [
        ("words", lambda one: length(one.printed)),
        ("words a sentence", words_a_sentence),
        ("letters a word", letters_a_word),
        *([("reading ease", ease)] if ease else []),
    ]
    rows = [
        (kind, str(len(own)), *(_spread([of(one) for one in own]) for _, of in columns))
        for kind, own in sorted(kinds.items())
    ]
    yield from _table((title, "articles", *(name for name, _ in columns)), rows)


def _by(texts: Iterable[Text], kind: Callable[[Text], str]) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = defaultdict(list)
    for one in texts:
        found[kind(one)].append(one)
    return found


def _spread(figures: Sequence[float]) -> str:
    """Mean, and least to most."""
    digits = 0 if max(figures) >= 50 else 1
    low, mean, high = (f"{one:.{digits}f}" for one in (min(figures), statistics.mean(figures), max(figures)))
    return f"{mean} ({low} to {high})"


def _counted(values: Iterable[str]) -> str:
    return ", ".join(f"{value} {count}" for value, count in Counter(values).most_common())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


PARTS = {
    "Size": size,
    "Near copies": near,
    "What texts share": shared,
    "Reading": reading,
    "Spelling": spelling,
}


if __name__ == "__main__":
    main()
