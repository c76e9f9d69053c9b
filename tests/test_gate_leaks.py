"""What of train is found again in another split.

Copies are planted in test, under another event, of articles of about 400 words in 8 paragraphs that lie in train: 20 in
each of five scripts. EDITS tells what was done to them and what share of them splits.near found: all that were edited
lightly, cut or moved about, nearly all of those that are half of the other, none that were told anew. Those are a
matter of `event`, which people give.
"""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from claimstance.table import Row
from planting import failing, planted

Article = list[list[list[str]]]  # paragraphs of sentences of words
Chance = random.Random

SCRIPTS = {
    "Latin": "abcdefghiklmnoprstuvwz",
    "Cyrillic": "абвгдежзиклмнопрстуфхшя",
    "Greek": "αβγδεζηθικλμνοπρστυφχψω",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Han": "".join(map(chr, range(0x4E00, 0x5000))),
}
COPIES = 20  # of a kind, in each script


def vocabulary(script: str) -> list[str]:
    """Invented words, of one character in a script without spaces."""
    dice = Chance(script)
    longest = 1 if script == "Han" else 8
    return ["".join(dice.choices(SCRIPTS[script], k=dice.randint(min(3, longest), longest))) for _ in range(2000)]


WORDS = {script: vocabulary(script) for script in SCRIPTS}
OFTEN = [1 / (rank + 10) for rank in range(2000)]  # a few words are frequent, as in any language


def article(dice: Chance, words: Sequence[str], paragraphs: int = 8) -> Article:
    return [[dice.choices(words, OFTEN, k=dice.randint(9, 16)) for _ in range(4)] for _ in range(paragraphs)]


def text(told: Article, script: str) -> str:
    gap, stop = ("", "。") if script == "Han" else (" ", ". ")
    return "\n\n".join(stop.join(gap.join(words) for words in sentences) + stop for sentences in told)


Edit = Callable[[Article, Chance, Sequence[str]], Article]


def edited(share: float) -> Edit:
    def edit(told: Article, dice: Chance, words: Sequence[str]) -> Article:
        return [
            [[dice.choice(words) if dice.random() < share else word for word in one] for one in sentences]
            for sentences in told
        ]

    return edit


def without(paragraphs: int) -> Edit:
    def edit(told: Article, dice: Chance, words: Sequence[str]) -> Article:
        kept = sorted(dice.sample(range(len(told)), len(told) - paragraphs))
        return [told[place] for place in kept]

    return edit


def beside(paragraphs: int) -> Edit:
    def edit(told: Article, dice: Chance, words: Sequence[str]) -> Article:
        both = [*told, *article(dice, words, paragraphs)]
        place = dice.randrange(len(told))
        return both[place:] + both[:place]

    return edit


def moved(told: Article, dice: Chance, words: Sequence[str]) -> Article:
    sentences = [one for paragraph in told for one in paragraph]
    dice.shuffle(sentences)
    return [sentences[start : start + 4] for start in range(0, len(sentences), 4)]


def anew(told: Article, dice: Chance, words: Sequence[str]) -> Article:
    return article(dice, words)


EDITS: dict[str, tuple[Edit, float]] = {
    "to the letter": (edited(0), 1.0),
    "2 words in 100 edited": (edited(0.02), 1.0),
    "5 words in 100 edited": (edited(0.05), 1.0),
    "10 words in 100 edited": (edited(0.1), 0.96),
    "15 words in 100 edited": (edited(0.15), 0.33),
    "20 words in 100 edited": (edited(0.2), 0.0),
    "1 paragraph of 8 dropped": (without(1), 1.0),
    "2 paragraphs dropped": (without(2), 1.0),
    "4 paragraphs dropped": (without(4), 0.99),
    "6 paragraphs dropped": (without(6), 0.06),
    "1 paragraph added": (beside(1), 1.0),
    "4 paragraphs added": (beside(4), 1.0),
    "8 paragraphs added": (beside(8), 0.95),
    "all sentences moved": (moved, 1.0),
    "told anew": (anew, 0.0),
}


def copies(edit: Edit) -> list[Row]:
    """Articles of train, and of each a copy in test."""
    rows = []
    for script, words in WORDS.items():
        for nth in range(COPIES):
            dice = Chance(f"{script} {nth}")
            told = article(dice, words)
            again = edit(told, dice, words)
            name = f"{script.lower()}-{nth:02d}"
            rows.append({"article_id": f"{name}-a", "split": "train", "text": text(told, script), "event": f"{name}-a"})
            rows.append({"article_id": f"{name}-b", "split": "test", "text": text(again, script), "event": f"{name}-b"})
    return rows


def test_copies_in_another_split_are_found_as_far_as_their_words_are_the_same(tmp_path: Path) -> None:
    folders = {kind: planted(tmp_path / kind, {"articles": copies(edit)}) for kind, (edit, _) in EDITS.items()}

    found = {kind: len(failing(folder, "splits.near")) / (COPIES * len(SCRIPTS)) for kind, folder in folders.items()}

    assert found == {kind: share for kind, (_, share) in EDITS.items()}


@pytest.mark.parametrize(("dropped", "wanted"), [(0, 294), (1, 293)])
def test_real_news_with_light_edits_is_found_and_never_taken_for_other_news(
    tmp_path: Path, news: list[str], dropped: int, wanted: int
) -> None:
    rows = []
    for nth, told in enumerate(news):
        paragraphs = [line.split() for line in told.splitlines() if line.strip()]
        (again,) = edited(0.05)([paragraphs], Chance(nth), WORDS["Latin"])
        del again[len(again) // 2 : len(again) // 2 + dropped]
        rows.append({"article_id": f"n{nth}-a", "split": "train", "text": told})
        rows.append({"article_id": f"n{nth}-b", "split": "test", "text": "\n".join(map(" ".join, again))})
    folder = planted(tmp_path / "news", {"articles": rows})

    found = failing(folder, "splits.near")

    said = {one: place.partition(": ")[2].split()[0] for one, place in found.items()}
    assert (len(said), {one: other for one, other in said.items() if one[:-1] != other[:-1]}) == (wanted, {})
