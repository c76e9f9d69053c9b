"""Articles, copies of them with known edits, and texts that are alike and no copies, for duplicates.py.

Words are invented and drawn as news draws them: function words between, few words often and many seldom, an article's
own words again and again. Lengths are those of 295 articles of Wikinews. The same seed, the same texts.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

Paragraphs = list[str]  # the first is the headline, the second the byline and dateline
Edit = Callable[[random.Random, Paragraphs, Paragraphs], Paragraphs]  # of an article, with another one at hand

FUNCTION = (
    "the of to and a in that for on is was with by as it at from be has have had are were not this which or an its will"
    " would said after who been their more than but he she they when over about also before could there into while"
).split()
SYLLABLES = [
    one + two for one in "b br d f g h j k l m n p r s st t tr v w".split() for two in "a e i o u ar en ol".split()
]
VOCABULARY = 6000
OWN = 40  # words that are an article's subject
PLACES = ("Halmere", "Northquay", "Skerry", "Vell", "Ostrand", "Brannholm")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _vocabulary() -> list[str]:
    dice = random.Random("vocabulary")
    return sorted({"".join(dice.choices(SYLLABLES, k=dice.choice((2, 2, 3)))) for _ in range(VOCABULARY)})


WORDS = _vocabulary()
random.Random("ranks").shuffle(WORDS)
OFTEN = list(accumulate(1 / rank for rank in range(5, len(WORDS) + 5)))
OFTEN_FUNCTION = list(accumulate(1 / rank for rank in range(1, len(FUNCTION) + 1)))


class Desk:
    """Whoever writes: `subject` is what the articles are about, and everything else is chance."""

    def __init__(self, dice: random.Random, subject: Sequence[str] | None = None) -> None:
        self.dice = dice
        self.subject = list(subject or dice.choices(WORDS, cum_weights=OFTEN, k=OWN))

    def words(self, count: int) -> list[str]:
        """So many words in a row."""
        found = []
        for _ in range(count):
            kind = self.dice.random()
            if kind < 0.45:
                found += self.dice.choices(FUNCTION, cum_weights=OFTEN_FUNCTION)
            elif kind < 0.65:
                found.append(self.dice.choice(self.subject))
            elif kind < 0.97:
                found += self.dice.choices(WORDS, cum_weights=OFTEN)
            else:
                found.append(str(self.dice.randint(2, 2026)))
        return found

    def sentence(self, least: int = 12, most: int = 30) -> str:
        """A sentence; in one of eight somebody is quoted."""
        words = self.words(self.dice.randint(least, most))
        if self.dice.random() < 1 / 8:
            words[4], words[-1] = f'"{words[4]}', f'{words[-1]}"'
        text = " ".join(words)
        return text[0].upper() + text[1:] + "."

    def paragraph(self, least: int = 2, most: int = 3) -> str:
        """Some sentences."""
        return " ".join(self.sentence() for _ in range(self.dice.randint(least, most)))

    def article(self, paragraphs: int | None = None) -> Paragraphs:
        """A headline, a byline with a dateline, and paragraphs: 4 to 20, in the middle 7."""
        count = paragraphs or max(4, min(20, round(self.dice.lognormvariate(1.95, 0.45))))
        return [" ".join(self.words(8)).title(), self.dateline(), *(self.paragraph() for _ in range(count))]

    def dateline(self) -> str:
        """Who, where and when."""
        name = " ".join(self.dice.choices(WORDS, k=2)).title()
        return f"By {name}, {self.dice.choice(PLACES)}, {self.dice.choice(DAYS)}, {self.dice.randint(1, 28)} March"


def text(paragraphs: Paragraphs) -> str:
    """The article as one text."""
    return "\n\n".join(paragraphs)


# Light edits


def words_changed(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """Two words in a hundred, and three at least, are others."""
    return _each_word(dice, own, 0.02, lambda word: dice.choice(WORDS))


def typos(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """In two words in a hundred, and three at least, two letters change places or one is lost."""

    def typo(word: str) -> str:
        at = dice.randrange(max(1, len(word) - 1))
        return word[:at] + dice.choice((word[at + 1 : at + 2] + word[at : at + 1], "")) + word[at + 2 :]

    return _each_word(dice, own, 0.02, typo)


def dateline(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """Another headline, another byline, another day, and an agency's name in front."""
    desk = Desk(dice)
    return [" ".join(desk.words(7)).title(), f"{desk.dateline()} (NPA) -", *own[2:]]


def restyled(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """Typographic quotes, a headline in capitals, dashes and other spaces."""
    curled = [re.sub(r'"([^"]*)"', "“\\1”", one).replace(" - ", " — ").replace("'", "’") for one in own]
    return [curled[0].upper(), *(one.replace(". ", ".\u00a0 ") for one in curled[1:])]


def all_light(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """All of these at once."""
    for edit in (words_changed, typos, restyled, dateline):
        own = edit(dice, own, other)
    return own


# Paragraphs dropped and added


def one_dropped(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """One paragraph less."""
    return _dropped(dice, own, 1)


def two_dropped(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """Two paragraphs less."""
    return _dropped(dice, own, 2)


def one_added(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """A paragraph of another article somewhere between."""
    at = dice.randint(2, len(own))
    return [*own[:at], dice.choice(other[2:]), *own[at:]]


def reordered(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """The same paragraphs in another order."""
    return [*own[:2], *dice.sample(own[2:], len(own) - 2)]


def update(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """Two more paragraphs at the end, another headline and dateline."""
    return [*dateline(dice, own, other), "Update:", *dice.sample(other[2:], 2)]


def one_of_each(dice: random.Random, own: Paragraphs, other: Paragraphs) -> Paragraphs:
    """One paragraph dropped, one added, and light edits."""
    return words_changed(dice, one_added(dice, one_dropped(dice, own, other), other), other)


LIGHT: dict[str, Edit] = {
    "words changed": words_changed,
    "typos": typos,
    "headline, byline, dateline": dateline,
    "quotes, capitals, spaces": restyled,
    "all of these": all_light,
}
PARAGRAPH: dict[str, Edit] = {
    "one paragraph dropped": one_dropped,
    "two dropped": two_dropped,
    "one added": one_added,
    "other order": reordered,
    "update of two appended": update,
    "one dropped, one added, words": one_of_each,
}


def _dropped(dice: random.Random, own: Paragraphs, count: int) -> Paragraphs:
    gone = set(dice.sample(range(2, len(own)), count))
    return [one for nth, one in enumerate(own) if nth not in gone]


def _each_word(dice: random.Random, own: Paragraphs, share: float, change: Callable[[str], str]) -> Paragraphs:
    places = [(nth, at) for nth, one in enumerate(own) for at in range(len(one.split(" ")))]
    split = [one.split(" ") for one in own]
    for nth, at in dice.sample(places, max(3, round(share * len(places)))):
        split[nth][at] = change(split[nth][at])
    return [" ".join(words) for words in split]


# What is alike and no copy


def one_event(dice: random.Random) -> Iterator[Paragraphs]:
    """Five outlets on one event: the same names and figures, the same two quotes, the same sentence of background."""
    desk = Desk(dice)
    shared = [f'"{desk.sentence(14, 26)}"' for _ in range(3)] + [desk.sentence(14, 26)]
    for _ in range(5):
        own = Desk(dice, desk.subject).article()
        for one in dice.sample(shared, 3):
            at = dice.randrange(2, len(own))
            own[at] = f"{own[at]} {one} {Desk(dice, desk.subject).sentence()}"
        yield own


def one_speech(dice: random.Random) -> Iterator[Paragraphs]:
    """Five articles that quote one speech: a quarter of each is its words."""
    desk = Desk(dice)
    speech = [desk.sentence(12, 24) for _ in range(14)]
    for _ in range(5):
        own = Desk(dice, desk.subject).article()
        most = max(2, len(text(own).split()) // 3 // 18)
        start = dice.randrange(0, max(1, len(speech) - most))
        for nth, one in enumerate(speech[start : start + min(most, 8)]):
            at = 2 + nth % (len(own) - 2)
            own[at] = f'{own[at]} "{one}"'
        yield own


def weather(dice: random.Random) -> Iterator[Paragraphs]:
    """Six days by one template, with other names and figures: half of what they say is word for word the same."""
    yield from _filled(dice, _templates(dice, 9, 14, WAYS["weather"]), 6)


def football(dice: random.Random) -> Iterator[Paragraphs]:
    """Six results by one template, longer, with two ways to say each thing."""
    yield from _filled(dice, _templates(dice, 16, 18, WAYS["results"]), 6)


ALIKE: dict[str, Callable[[random.Random], Iterator[Paragraphs]]] = {
    "one event, five outlets": one_event,
    "one speech": one_speech,
    "weather by a template": weather,
    "results by a template": football,
}
WAYS = {"weather": 1, "results": 2}  # of a template to say one thing
SLOT = 6  # every so manieth word of a template is a name or a figure


def _templates(dice: random.Random, count: int, length: int, ways: int) -> list[list[list[str | None]]]:
    """For each sentence its ways; in each the words, none where a name or a figure stands."""
    desk = Desk(dice)
    return [
        [[None if nth % SLOT == 3 else word for nth, word in enumerate(desk.words(length))] for _ in range(ways)]
        for _ in range(count)
    ]


def _filled(dice: random.Random, templates: list[list[list[str | None]]], count: int) -> Iterator[Paragraphs]:
    for _ in range(count):
        said = [
            " ".join(word or dice.choice((str(dice.randint(0, 99)), dice.choice(WORDS).title())) for word in way) + "."
            for way in (dice.choice(ways) for ways in templates)
        ]
        body = [" ".join(said[start : start + 3]) for start in range(0, len(said), 3)]
        yield [" ".join(Desk(dice).words(6)).title(), Desk(dice).dateline(), *body]
