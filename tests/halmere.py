"""The repository's own corpus as a whole: what its texts have in common, how long and how hard they are.

For test_halmere.py, which holds limits against it, and benchmarks/corpus.py, which prints it. Everything is read
through the package's own stages. Markers are blanked before anything is counted.
"""

import csv
import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from claimstance.articles.frontmatter import parse, split
from claimstance.articles.read import SourceText, corpus_articles, source_texts
from claimstance.articles.tables import articles, markers, references, sentences
from claimstance.errors import InputError
from claimstance.splits.groups import near_duplicates
from claimstance.splits.signatures import signatures
from claimstance.table import Row, by_article

ROOT = Path(__file__).resolve().parents[1]
WIDE = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # kana and Han: no spaces between words
TOKEN = re.compile(rf"https?://\S+|[{WIDE}]|\d+(?:[.,:]\d+)*|(?:[^\W\d_{WIDE}]['’\u0300-\u036f\u064b-\u0652]*)+")
RUN = 5  # words that are compared at once
WIDE_RUN = 10  # characters, in scripts without spaces: two of them make about a word
PER_WORD = (
    2  # such characters that count as a word; translators reckon with 1.5 to 2 for Chinese, 2 to 2.5 for Japanese
)
_GENRE = re.compile(r"\| (?P<id>20[a-z0-9-]+) \| (?P<genre>[^|,]+)[^|]* \|")
_SAME = {"reprint of the wire": "wire report", "science": "science and health"}

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """An article, or the text of a source, once for all that list it and named for the first of them.

    `printed` is all of it; `prose` title and paragraphs, `sentences` those of the body, both without markers.
    """

    name: str
    event: str
    genre: str
    language: str
    printed: str
    prose: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Halmere:
    """The corpus. `rows` are those of the table `articles`, `listed` the number of sources in all lists of sources."""

    articles: list[Text]
    sources: list[Text]
    rows: list[Row]
    listed: int
    held: list[SourceText]

    @property
    def texts(self) -> list[Text]:
        """Articles, then sources."""
        return [*self.articles, *self.sources]


@dataclass(frozen=True, slots=True, order=True)
class Overlap:
    """Runs of words that two texts share; `share` is of all runs of the one that has fewer."""

    share: float
    one: str
    other: str
    shared: tuple[Gram, ...]


@functools.cache
def halmere() -> Halmere:
    """It will read the corpus. Anything that cannot be read is an error."""
    problems: list[InputError] = []
    raw, held = list(corpus_articles(ROOT, problems)), list(source_texts(ROOT, problems))
    if problems:
        raise ValueError(problems)
    rows = articles(raw, [])
    listed = references(rows)
    marked = markers(rows, listed)
    cut = by_article(sentences(rows, marked))
    spans = {row["article_id"]: row["markers"] for row in marked}
    found = genres()
    made = [_article(row, spans.get(row["article_id"], []), cut[row["article_id"]], found) for row in rows]
    events = {row["article_id"]: row["event"] for row in rows}
    return Halmere(made, list(_sources(held, events, {one.language for one in made})), rows, len(listed), held)


def genres() -> dict[str, str]:
    """It will give the genre of each article, which corpus/README.md has and the article has not."""
    found = _GENRE.finditer((ROOT / "corpus" / "README.md").read_text(encoding="utf-8"))
    return {row["id"]: _SAME.get(row["genre"], row["genre"]) for row in found}


def _article(row: Row, spans: Sequence[Any], cut: Sequence[Row], genre: dict[str, str]) -> Text:
    """The article of a row of `articles`, its sentences being those of `cut`."""
    blank = row["text"]
    for one in spans:
        blank = blank[: one.start] + " " * (one.end - one.start) + blank[one.end :]
    prose = "\n".join([row["title"] or "", *(blank[one["start"] : one["end"]] for one in row["paragraphs"])])
    own = tuple(blank[one["start"] : one["end"]] for one in cut)
    name = row["article_id"]
    return Text(name, row["event"], genre.get(name, ""), row["language"], row["text"], prose, own)


def _sources(held: Sequence[SourceText], events: dict[str, str], languages: set[str]) -> Iterable[Text]:
    """Each text once. Its language is one of the corpus's; the file does not say it, py3langid does."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(languages))
    once = {one.text: one for one in reversed(held)}
    for one in sorted(once.values(), key=lambda one: one.source_id):
        language = str(identifier.classify(one.text)[0])
        yield Text(one.source_id, events[one.source_id.rpartition(".")[0]], "source", language, one.text, one.text)


def notes() -> dict[str, str]:
    """It will give the line `note:` of every file of an article or a source, which the tables leave out."""
    said = {}
    for path in sorted([*ROOT.glob("corpus/articles/*/*.md"), *ROOT.glob("corpus/sources/*.md")]):
        parts = split(path.read_text(encoding="utf-8"), str(path))
        said[path.stem] = parse(parts[0], str(path)).get("note", "") if parts else ""
    return said


def tokens(text: str) -> list[str]:
    """It will give words, numbers and addresses, in lower case; a character of a script without spaces is one."""
    return [one.lower() for one in TOKEN.findall(text)]


def length(text: str) -> float:
    """It will count words. In scripts without spaces, PER_WORD characters count as one."""
    return sum(1 / PER_WORD if is_wide(one) else 1 for one in tokens(text))


def is_wide(token: str) -> bool:
    """Whether it is a character of a script without spaces."""
    return re.match(rf"[{WIDE}]", token) is not None


def near_copies(texts: Sequence[Text]) -> list[tuple[str, str, float]]:
    """It will give pairs of near-duplicates by the rule that keeps them in one split, with their likeness."""
    links, alike = near_duplicates(signatures([one.printed for one in texts]))
    pairs = zip(links.tolist(), alike.tolist(), strict=True)
    return sorted((texts[one].name, texts[other].name, likeness) for (one, other), likeness in pairs)


def grams(text: str) -> set[Gram]:
    """It will give all runs of RUN words, or of WIDE_RUN characters where the first has no spaces around it."""
    found = tokens(text)
    runs = (found[nth : nth + (WIDE_RUN if is_wide(one) else RUN)] for nth, one in enumerate(found))
    return {tuple(run) for run in runs if len(run) >= (WIDE_RUN if is_wide(run[0]) else RUN)}


def overlaps(texts: Sequence[Text]) -> list[Overlap]:
    """It will give all pairs that share a run, the most alike first."""
    own = {one.name: grams(one.prose) for one in texts}
    shared: dict[tuple[str, str], list[Gram]] = defaultdict(list)
    for run, names in _holders(own).items():
        for pair in combinations(names, 2):
            shared[pair].append(run)
    fewer = {pair: min(len(own[one]) for one in pair) for pair in shared}
    found = [Overlap(len(runs) / fewer[pair], *pair, tuple(sorted(runs))) for pair, runs in shared.items()]
    return sorted(found, reverse=True)


def repeated(texts: Sequence[Text]) -> list[tuple[Gram, list[str]]]:
    """It will give the runs that texts of different events share, and those events, the most first."""
    events = {one.name: one.event for one in texts}
    holders = _holders({one.name: grams(one.prose) for one in texts})
    told = {run: sorted({events[name] for name in names}) for run, names in holders.items()}
    return sorted(((run, own) for run, own in told.items() if len(own) > 1), key=lambda one: (-len(one[1]), one[0]))


def _holders(own: dict[str, set[Gram]]) -> dict[Gram, list[str]]:
    """The names of the texts that have a run, in order; runs of one text are left out."""
    holders: dict[Gram, list[str]] = defaultdict(list)
    for name in sorted(own):
        for run in own[name]:
            holders[run].append(name)
    return {run: names for run, names in holders.items() if len(names) > 1}


def listed_pairs(name: str, wanted: Callable[[dict[str, str]], tuple[str, str] | None]) -> set[tuple[str, str]]:
    """It will give pairs that a CSV file of tests/ lists, each in order."""
    with (ROOT / "tests" / name).open(encoding="utf-8", newline="") as lines:
        found = [wanted(row) for row in csv.DictReader(lines)]
    return {(min(pair), max(pair)) for pair in found if pair}


def wire_copies() -> set[tuple[str, str]]:
    """It will give the copies of agency reports that were planted."""
    return listed_pairs(
        "planted.csv", lambda row: (row["article_id"], row["where"]) if row["flaw"] == "wire_copy" else None
    )


def excused() -> set[tuple[str, str]]:
    """It will give pairs that may have more in common than the limit, mostly for a quotation."""
    return listed_pairs("overlaps.csv", lambda row: (row["one"], row["other"]))


def flesch(text: Text) -> float:
    """Reading ease of an English article (Flesch 1948): 100 is very easy, 60 to 70 plain, 30 to 50 difficult."""
    counted = [own for one in text.sentences if (own := tokens(one))]
    words = [word for own in counted for word in own]
    return 206.835 - 1.015 * len(words) / len(counted) - 84.6 * sum(map(syllables, words)) / len(words)


def syllables(word: str) -> int:
    """About as many as an English word has: groups of vowels, without an e that is not heard (not so: bar-ri-er)."""
    groups = len(re.findall("[aeiouy]+", word))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouysxzcg]es$(?<!shes)(?<!ches)", word)
    return max(groups - bool(silent), 1)


def words_a_sentence(text: Text) -> float:
    """Its mean."""
    counted = [size for one in text.sentences if (size := length(one))]
    return sum(counted) / len(counted)


def letters_a_word(text: Text) -> float:
    """Its mean, over what is written in letters; 1 in scripts without spaces, where each character is a token."""
    words = [one for sentence in text.sentences for one in tokens(sentence) if one[0].isalpha()]
    return sum(map(len, words)) / len(words)
