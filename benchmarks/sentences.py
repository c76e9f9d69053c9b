"""Sentence splitting: ours beside sentencex and pysbd, on benchmarks/sentences.txt.

Run it with `python benchmarks/sentences.py`; the others come with `pip install sentencex pysbd`. A boundary is the
offset of a sentence's last character; the end of a paragraph is given and not counted. The libraries get citation
markers blanked with spaces of equal length, without which they lose more.
"""

import importlib
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from claimstance.articles.sentences import split

GOLD = Path(__file__).with_suffix(".txt")
SECONDS = 1.0  # spent on timing each
MARKER = re.compile(r"\[(?:\^?[\w-]{1,10}|\d+(?:[,–-] ?\d+)*|citation needed)\]|[⁰¹²³⁴-⁹˒]+|(?<=\. )\([^()\d]+ \d{4}\)")
WIDE_END = re.compile(r"[。！？][」』）”]*(?:\[\d+\])?$")
Splitter = Callable[[str, str], list[str]]


def main() -> None:
    """Print boundary scores and paragraphs a second, with ratios to ours."""
    gold = list(paragraphs())
    print(f"{sum(len(lines) for lines in gold)} sentences in {len(gold)} paragraphs")
    print(f"{'':<10} {'precision':>9} {'recall':>7} {'F1':>7} {'paragraphs/s':>13} {'ratio':>6}")
    ours = 0.0
    for name, splitter in splitters():
        precision, recall, f1 = score(splitter, gold, shown=name == "ours" and "-v" in sys.argv)
        rate = speed(splitter, gold)
        ours = ours or rate
        print(f"{name:<10} {precision:>9.3f} {recall:>7.3f} {f1:>7.3f} {rate:>13,.0f} {rate / ours:>6.3f}")


def paragraphs() -> Iterator[list[str]]:
    """The gold sentences, a list a paragraph."""
    _header, *blocks = GOLD.read_text(encoding="utf-8").strip().split("\n\n")
    for block in blocks:
        yield block.split("\n")


def joined(lines: list[str]) -> str:
    """A paragraph as it would be printed: a space after each sentence, but none after a full-width end mark."""
    return "".join(line if WIDE_END.search(line) else line + " " for line in lines).rstrip()


def splitters() -> Iterator[tuple[str, Splitter]]:
    """Every splitter that is installed: (text, language) -> the sentences' texts."""
    yield "ours", lambda text, _language: [text[start:end] for start, end in split(text, 0, len(text))]
    try:
        sentencex = importlib.import_module("sentencex")
        yield "sentencex", lambda text, language: list(sentencex.segment(language, blank(text)))
    except ImportError:
        print("sentencex is not installed: pip install sentencex")
    try:
        pysbd = importlib.import_module("pysbd")
        made: dict[str, Callable[[str], list[str]]] = {}

        def with_pysbd(text: str, language: str) -> list[str]:
            if language not in made:
                made[language] = pysbd.Segmenter(language=language, clean=False).segment
            return made[language](blank(text))

        yield "pysbd", with_pysbd
    except ImportError:
        print("pysbd is not installed: pip install pysbd")


def blank(text: str) -> str:
    """Citation markers as spaces, so that offsets stay."""
    return MARKER.sub(lambda found: " " * len(found[0]), text)


def score(splitter: Splitter, gold: list[list[str]], *, shown: bool = False) -> tuple[float, float, float]:
    """Precision, recall and F1 of the inner boundaries. Blanked markers and spaces do not move a boundary."""
    right = found = wanted = 0
    for lines in gold:
        text = joined(lines)
        expected = ends(lines)
        got = ends(splitter(text, language_of(text)))
        right, found, wanted = right + len(expected & got), found + len(got), wanted + len(expected)
        if shown and expected != got:
            print("\n".join(splitter(text, "en")), end="\n\n")
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def ends(sentences: list[str]) -> set[int]:
    """Where sentences end, counted in letters and digits outside markers, so that spaces and quotes do not matter."""
    counted, position = [], 0
    for sentence in sentences:
        position += sum(map(str.isalnum, blank(sentence)))
        counted.append(position)
    return set(counted[:-1])


def language_of(text: str) -> str:
    """A guess that suffices here; the libraries must be told."""
    for language, pattern in _LANGUAGES:
        if re.search(pattern, text):
            return language
    return "en"


_LANGUAGES = (
    ("ja", "[ぁ-ん]"),
    ("zh", "[一-龥]"),
    ("ru", "[а-я]"),
    ("ar", "[ء-ي]"),
    ("hi", "[अ-ह]"),
    ("de", r"\b(?:der|die|das|und)\b"),
    ("es", "[¿¡]"),
    ("fr", "« "),
)


def speed(splitter: Splitter, gold: list[list[str]]) -> float:
    """Paragraphs a second of CPU time."""
    texts = [(text, language_of(text)) for text in map(joined, gold)]
    began, count = time.process_time(), 0
    while time.process_time() - began < SECONDS:
        for text, language in texts:
            splitter(text, language)
        count += len(texts)
    return count / (time.process_time() - began)


if __name__ == "__main__":
    main()
