"""Words that no dictionary knows, of articles and texts of sources; for test_halmere.py and benchmarks/corpus.py.

pyspellchecker has dictionaries of English, German, Russian and Arabic; of Hebrew, Japanese and Chinese it has none, and
words in those scripts are not checked. What people have looked at and found right stands in words/<language>.txt.
"""

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator

from halmere import ROOT, WIDE, Text

WORD = re.compile(rf"(?:[^\W\d_²³¹⁰-₟{WIDE}]['’\u0300-\u036f\u064b-\u065f]*)+")
ADDRESS = re.compile(r"https?://\S+|\S+\.example\S*")
NO_SOUNDS = re.compile("[\u0640\u064b-\u065f]")  # Arabic: vowel signs and the stroke that makes words longer
SCRIPTS = {"CYRILLIC": "ru", "ARABIC": "ar"}  # whatever the language of the text around the word
NAMES = (
    "en",
    "ru",
)  # where a capital tells a name: such words are left out. German nouns have one too, Arabic has none


def unknown(texts: Iterable[Text]) -> dict[str, dict[str, list[str]]]:
    """It will give, for each language that has a dictionary, the words that it lacks, and the texts that have them."""
    found: dict[str, dict[str, set[str]]] = {language: defaultdict(set) for language in ("ar", "de", "en", "ru")}
    for text in texts:
        for language, word in words(text):
            if word not in _dictionary(language):
                found[language][word].add(text.name)
    return {language: {word: sorted(own) for word, own in sorted(words.items())} for language, words in found.items()}


def words(text: Text) -> Iterator[tuple[str, str]]:
    """It will give the words that can be checked, each with the language of the dictionary that should know it."""
    for word in WORD.findall(ADDRESS.sub(" ", text.printed)):
        script = unicodedata.name(word[0]).partition(" ")[0]
        language = SCRIPTS.get(script) or {"LATIN": "de" if text.language == "de" else "en"}.get(script)
        if language and not (language in NAMES and word != word.lower()):
            yield language, _plain(word.lower(), language)


def _plain(word: str, language: str) -> str:
    """The word as a dictionary has it."""
    if language == "ar":
        return NO_SOUNDS.sub("", word)
    word = word.replace("’", "'").strip("'")
    return word.removesuffix("'s") if language == "en" else word


def mixed(texts: Iterable[Text]) -> list[tuple[str, str]]:
    """It will give words with letters of two alphabets, which look right and are not, and the text of each."""
    return sorted(
        (word, text.name)
        for text in texts
        for word in WORD.findall(ADDRESS.sub(" ", text.printed))
        if len({unicodedata.name(one).partition(" ")[0] for one in word if one.isalpha()}) > 1
    )


def looked_at(language: str) -> list[str]:
    """It will give the words that are right although the dictionary lacks them, as the file has them."""
    return (ROOT / "tests" / "words" / f"{language}.txt").read_text(encoding="utf-8").splitlines()


@functools.cache
def _dictionary(language: str) -> Container[str]:
    from spellchecker import SpellChecker

    known: Container[str] = SpellChecker(language)
    return known
