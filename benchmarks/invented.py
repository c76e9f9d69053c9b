"""One invented article as rows of the tables that its own text makes: articles, sentences, citations, sources.

It has a title, 20 sentences with a marker each, and a list of 15 sources, the text of four of which is held; in every
tenth article two sentences name who says so. Two articles in two hundred are nearly the same. The same number, the same
article.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from claimstance.digests import sha256
from claimstance.table import Row, Rows

PER_ARTICLE = 20  # sentences, and so claims, citations and stances
LISTED = 15
HELD = 4  # the first so many of them have a text
FULL = 10  # every so manieth article is one of which more is said
NAMED = (4, 12)  # sentences of it that name who says so
FIRST, COPY = 3, 4  # of two hundred articles, these are nearly the same
NOUNS = (
    "harbour board gate tide council letter winter ferry crossing price report engineer school market water storm"
    " village bridge meeting figure quarter union driver station garden paper clinic season budget timber island signal"
    " café façade smörgåsbord valley tower river teacher nurse farmer pilot fisher baker miller road tunnel canal"
    " railway airport museum library theatre church square street corner window door roof wall floor cellar kitchen"
    " table chair lamp clock mirror picture carpet curtain bottle glass plate spoon knife basket bag box barrel rope"
    " chain anchor sail mast deck cabin engine wheel brake pedal mountain forest meadow field orchard vineyard barn"
).split()
VERBS = (
    "opened closed repaired painted measured bought sold moved cleaned blocked flooded crossed reached left passed"
    " missed counted doubled halved replaced inspected heated cooled lifted lowered fenced planted cleared"
).split()
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where a sentence, its claim, its marker and who says so stand, and the number of the source that it cites."""

    place: Place
    claim: Place
    marker: Place
    cites: int
    who: Place | None = None
    cue: Place | None = None


@dataclass(slots=True)
class Article:
    """The text as it grows, and where its parts are."""

    number: int
    text: str = ""
    title: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    paragraphs: list[Place] = field(default_factory=list)
    lines: list[Place] = field(default_factory=list)  # of the list of sources, the heading first
    entries: Rows = field(default_factory=list)  # what each says
    held: dict[int, str] = field(default_factory=dict)  # texts of sources, by their number

    @property
    def article_id(self) -> str:
        """Its id; nine characters, so that ids sort as numbers do."""
        return f"a{self.number:08d}"

    @property
    def full(self) -> bool:
        """Whether more than the least was said of it."""
        return self.number % FULL == 0

    @property
    def year(self) -> int:
        """The year of its publication."""
        return 2010 + self.number % 15

    def add(self, words: str) -> Place:
        """Add words at the end; where they stand."""
        start = len(self.text)
        self.text += words
        return start, len(self.text)

    def at(self, place: Place) -> str:
        """The words at a place."""
        return self.text[slice(*place)]

    def row(self, **more: Any) -> Row:
        """A row about the article."""
        return {"article_id": self.article_id, **more}


def written(number: int) -> Article:
    """It will write the article of a number."""
    copied = number % 200 == COPY
    one = Article(number)
    chance = random.Random(number - copied)
    one.title = f"🌊 {'Once more' if copied else 'News'} of the {_nouns(chance, 1)[0]} in {one.year}"
    one.add(one.title)
    for nth in range(0, PER_ARTICLE, 4):
        start, _ = one.add("\n")
        for place in range(nth, nth + 4):
            one.sentences.append(_sentence(one, chance, place))
            one.add(" " if place < nth + 3 else "")
        one.paragraphs.append((start + 1, len(one.text)))
    one.add("\n")
    one.lines.append(one.add("Sources"))
    for nth in range(1, LISTED + 1):
        one.entries.append(_entry(one, chance, nth))
    one.held = {nth: " ".join(_words(chance) + "." for _ in range(5)) for nth in range(1, HELD + 1)}
    return one


def near(number: int) -> str | None:
    """The id of the article's group of near-duplicates; null where it stands alone."""
    return f"a{number - number % 200 + FIRST:08d}" if number % 200 in (FIRST, COPY) else None


def tables(one: Article, event: str | None) -> dict[str, Rows]:
    """It will give the rows that the text makes."""
    body = spans([(one.paragraphs[0][0], one.paragraphs[-1][1])])
    named = [_named(one, sentence) for sentence in one.sentences if sentence.who]
    return {
        "articles": [_article(one, event) | {"paragraphs": spans(one.paragraphs), "annotated_extent": body}],
        "sentences": [_sentence_row(one, nth, sentence) for nth, sentence in enumerate(one.sentences)],
        "citations": [_citation(one, sentence) for sentence in one.sentences],
        "sources": [*(_listed(one, nth, entry) for nth, entry in enumerate(one.entries, 1)), *named],
    }


def spans(places: list[Place]) -> list[dict[str, int]]:
    """Places as a table holds them."""
    return [{"start": start, "end": end} for start, end in places]


def sentence_id(one: Article, sentence: Sentence) -> str:
    """The id of a sentence."""
    return f"{one.article_id}.s{sentence.place[0]:06d}"


def listed_id(one: Article, nth: int) -> str:
    """The id of a listed source."""
    return f"{one.article_id}.r{nth:03d}"


def named_id(one: Article, who: Place) -> str:
    """The id of a source that the text names."""
    return f"{one.article_id}.t{who[0]:06d}"


def _sentence(one: Article, chance: random.Random, nth: int) -> Sentence:
    start, cites = len(one.text), nth % LISTED + 1
    who = cue = None
    if one.full and nth in NAMED:
        who = one.add(f"The {_nouns(chance, 1)[0]} office")
        one.add(" ")
        cue = one.add("said")
        one.add(" ")
    claim = one.add(_words(chance) if who is None else _words(chance).replace("The", "the", 1))
    one.add(" ")
    marker = one.add(f"[{cites}]")
    one.add(".")
    return Sentence((start, len(one.text)), claim, marker, cites, who, cue)


def _words(chance: random.Random) -> str:
    a, b, c, d, e, f = _nouns(chance, 6)
    verb, year = chance.choice(VERBS), chance.randint(1950, 2009)
    return f"The {a} of the {b} {verb} the {c} near the {d} after the {e} and the {f} in {year}"


def _nouns(chance: random.Random, count: int) -> list[str]:
    return chance.choices(NOUNS, k=count)


def _entry(one: Article, chance: random.Random, nth: int) -> Row:
    """An entry of the list, written and read."""
    a, b, c, d = _nouns(chance, 4)
    outlet, title = f"{a} {b}".title(), f"The {c} and the {d}, part {nth}"
    url = f"https://outlet.example/{one.number}/{nth}"
    one.add("\n")
    start, _ = one.add(f"[{nth}] ")
    place = one.add(f"{outlet} ({one.year}): {title}. {url}")
    one.lines.append((start, place[1]))
    return {"place": place, "publisher": outlet, "title": title, "url": url}


def _article(one: Article, event: str | None) -> Row:
    published = f"{one.year}-0{1 + one.number % 9}-1{one.number % 10}"
    outside = [(0, len(one.title), "title"), *((*place, "source_list") for place in one.lines)]
    return one.row(
        title=one.title,
        text=one.text,
        text_sha256=sha256(one.text),
        url=f"https://paper.example/{one.number}",
        publisher=f"Paper {one.number % 50}",
        author="Halda Brann",
        published=published,
        published_precision="day",
        published_raw=published,
        retrieved="2026-01-15",
        language="en",
        licence="CC0-1.0",
        redistributable=True,
        text_status="full",
        event=event,
        boilerplate=[{"start": start, "end": end, "kind": kind} for start, end, kind in outside],
    )


def _sentence_row(one: Article, nth: int, sentence: Sentence) -> Row:
    start, end = sentence.place
    more = {"paragraph": nth // 4, "start": start, "end": end, "text": one.at(sentence.place)}
    return one.row(sentence_id=sentence_id(one, sentence), verification_worthy=True, cited=True, **more)


def _citation(one: Article, sentence: Sentence) -> Row:
    start, end = sentence.marker
    return one.row(
        citation_id=f"{one.article_id}.m{start:06d}-1",
        sentence_id=sentence_id(one, sentence),
        source_id=listed_id(one, sentence.cites),
        marker=str(sentence.cites),
        marker_text=one.at(sentence.marker),
        start=start,
        end=end,
        marker_form="single",
        citation_status="ok",
    )


def _listed(one: Article, nth: int, entry: Row) -> Row:
    words = one.at(entry["place"])
    return _source(
        one,
        source_id=listed_id(one, nth),
        kind="listed",
        origin="parsed",
        marker=str(nth),
        raw_text=words,
        publisher=entry["publisher"],
        title=entry["title"],
        year=one.year,
        url=entry["url"],
        canonical_url=entry["url"],
        mentions=spans([entry["place"]]),
        mention_texts=[words],
        evidence_text=one.held.get(nth),
        evidence_sha256=sha256(one.held[nth]) if nth in one.held else None,
        evidence_redistributable=True if nth in one.held else None,
        evidence_basis="full_text" if nth in one.held else None,
        n_citations=sum(sentence.cites == nth for sentence in one.sentences),
        date_flag="ok",
    )


def _named(one: Article, sentence: Sentence) -> Row:
    who, cue = sentence.who or (0, 0), sentence.cue or (0, 0)
    return _source(
        one,
        source_id=named_id(one, who),
        kind="in_text",
        origin="annotated",
        raw_text=one.at(who),
        source_class="organization",
        mentions=spans([who]),
        mention_texts=[one.at(who)],
        cues=spans([cue]),
        cue_texts=[one.at(cue)],
        n_citations=0,
        date_flag="unknown",
    )


def _source(one: Article, **more: Any) -> Row:
    unknown = ("marker", "author", "publisher", "title", "year", "url", "canonical_url", "source_class")
    lists = ("cues", "cue_texts", "quotes", "quote_texts")
    held = ("evidence_text", "evidence_sha256", "evidence_redistributable", "evidence_basis")
    nothing = dict.fromkeys((*unknown, *held, "duplicate_of"))
    return one.row(**nothing, **{name: [] for name in lists}) | more
