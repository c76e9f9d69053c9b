"""The stages of this wing: each makes one table, named for it, from the tables that its parameters name.

articles -> references (listed sources) -> markers -> sentences -> citations -> mentions (candidates named in the text)

references and mentions are candidates for the table of sources, which is made when annotators have spoken.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from claimstance.articles import attribution
from claimstance.articles.layout import layout
from claimstance.articles.markers import Marker, author_year, numbered
from claimstance.articles.read import Raw
from claimstance.articles.references import Reference, canonical_url, entries
from claimstance.articles.sentences import split
from claimstance.spans import Span, piece
from claimstance.table import Row, Rows, by_article

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
ASSERTS_WORDS = 4  # words of the shortest sentence that counts as an assertion
ASSERTS_LETTERS = 8  # the same in a script without spaces


class Extent(Protocol):
    """Parts of an article that an annotator was shown."""

    article_id: str
    judged: bool

    @property
    def extents(self) -> list[Span]:
        """Its stretches of the article's text."""


def articles(raw: Sequence[Raw], tasks: Sequence[Extent]) -> Rows:
    """One row an article: its text, where title, paragraphs and boilerplate stand, what annotators judged."""
    seen: dict[str, set[Span]] = defaultdict(set)
    for task in tasks:
        if task.judged:
            seen[task.article_id].update(task.extents)
    return [_article(one, sorted(seen[one.article_id])) for one in raw]


def _article(one: Raw, seen: list[Span]) -> Row:
    found = layout(one.text, one.title)
    return {
        "article_id": one.article_id,
        "title": one.title or (one.text[slice(*found.title)] if found.title else None),
        "text": one.text,
        "text_sha256": one.text_sha256,
        "url": one.url,
        "publisher": one.publisher,
        "author": one.author,
        "published": one.published,
        "published_precision": one.published_precision,
        "published_raw": one.published_raw,
        "retrieved": one.retrieved,
        "language": one.language,
        "licence": one.licence,
        "redistributable": one.redistributable,
        "text_status": "full",
        "event": one.event,
        "boilerplate": [{"start": start, "end": end, "kind": kind} for start, end, kind in found.boilerplate],
        "paragraphs": [piece(span) for span in found.paragraphs],
        "annotated_extent": [piece(span) for span in seen],
    }


def references(articles: Rows) -> Rows:
    """One row a listed source, with the columns of `sources` that its entry and its article decide."""
    rows: Rows = []
    for article in articles:
        blocks = [(span["start"], span["end"]) for span in article["boilerplate"] if span["kind"] == "source_list"]
        rows.extend(_references(article, list(entries(article["text"], blocks))) if blocks else ())
    return rows


def _references(article: Row, found: list[Reference]) -> Iterator[Row]:
    """The rows of one article; an entry whose number, address or title was there before is a duplicate."""
    first: dict[tuple[str, str], str] = {}
    taken: dict[str, int] = {}
    for place, entry in enumerate(found, 1):
        source_id = _source_id(article["article_id"], entry.marker, place, taken)
        address = canonical_url(entry.url)
        title = entry.title and " ".join(entry.title.casefold().split())
        named = (("marker", entry.marker), ("url", address), ("title", title))
        keys = [(kind, value) for kind, value in named if value]
        yield {
            "source_id": source_id,
            "article_id": article["article_id"],
            "marker": entry.marker,
            "span": entry.span,
            "raw_text": article["text"][slice(*entry.span)],
            "author": entry.author,
            "publisher": entry.publisher,
            "title": entry.title,
            "year": entry.year,
            "url": entry.url,
            "canonical_url": address,
            "duplicate_of": next(filter(None, map(first.get, keys)), None),
            "date_flag": _date_flag(entry.year, article),
        }
        for key in keys:
            first.setdefault(key, source_id)


def _source_id(article_id: str, marker: str | None, place: int, taken: dict[str, int]) -> str:
    """<article>.r<number>; for an entry without a number, or with one that is taken, its place in the list."""
    name = f"r{int(marker):03d}" if marker and marker.isdecimal() else f"r{place:03d}"
    taken[name] = nth = taken.get(name, 0) + 1
    again = "" if nth == 1 else "x" if nth == 2 else f"x{nth}"
    return f"{article_id}.{name}{again}"


def _date_flag(year: int | None, article: Row) -> str:
    """Whether a source of that year can have been known. The corpus's own dates judge, never the clock."""
    if year is None:
        return "unknown"
    if article["retrieved"] and year > int(article["retrieved"][:4]):
        return "future"
    if article["published"]:
        return "after_article" if year > int(article["published"][:4]) else "ok"
    return "ok" if article["retrieved"] else "unknown"


def markers(articles: Rows, references: Rows) -> Rows:
    """One row an article that has any: its citation markers in order, also those outside of sentences."""
    rows: Rows = []
    listed = by_article(references)
    for article in articles:
        article_id, text = article["article_id"], article["text"]
        named = _named(text, listed.get(article_id, []))
        found = list(numbered(text, named.__contains__))
        surnames = {name.partition(" ")[0] for name in named if " " in name}
        if surnames:
            found += author_year(text, surnames.__contains__)
            found.sort(key=lambda marker: marker.start)
        if found:
            rows.append({"article_id": article_id, "markers": found, "named": named})
    return rows


def sentences(articles: Rows, markers: Rows) -> Rows:
    """One row a sentence of the body."""
    rows: Rows = []
    marked = {row["article_id"]: [marker.start for marker in row["markers"]] for row in markers}
    for article in articles:
        article_id, text = article["article_id"], article["text"]
        starts = marked.get(article_id, [])
        for index, paragraph in enumerate(article["paragraphs"]):
            for start, end in split(text, paragraph["start"], paragraph["end"]):
                words = text[start:end]
                rows.append(
                    {
                        "sentence_id": f"{article_id}.s{start:06d}",
                        "article_id": article_id,
                        "paragraph": index,
                        "start": start,
                        "end": end,
                        "text": words,
                        "verification_worthy": _asserts(words),
                        "cited": bisect_left(starts, start) < bisect_left(starts, end),
                    }
                )
    return rows


def _keys(row: Row, text: str) -> list[str]:
    """ "Okonel 2024" for an entry of an author-year list: the first word of the entry, and its year."""
    word = _WORD.search(text, *row["span"])
    suffix = re.match(rf"[^()]*\({row['year']}([a-z])\)", text[slice(*row["span"])])
    years = [str(row["year"])] + ([f"{row['year']}{suffix[1]}"] if suffix else [])
    return [f"{word[0]} {year}" for year in years] if word else []


def _asserts(words: str) -> bool:
    """Whether a sentence states something: no question, and long enough once its markers and asides are gone."""
    end = words[-4:]
    if "?" in end or "？" in end or "؟" in end:
        return False
    if words.count(" ") >= 2 * ASSERTS_WORDS:
        return True
    words = _ASIDE.sub(" ", words)
    if _UNSPACED.search(words):
        return sum(character.isalpha() for character in words) >= ASSERTS_LETTERS
    return len(_WORD.findall(words)) >= ASSERTS_WORDS


def citations(articles: Rows, sentences: Rows, markers: Rows) -> Rows:
    """One row a marker in a sentence and source that it names: [1, 2] makes two."""
    rows: Rows = []
    texts = {article["article_id"]: article["text"] for article in articles}
    cited = by_article(sentence for sentence in sentences if sentence["cited"])
    for row in markers:
        article_id, own = row["article_id"], cited.get(row["article_id"], [])
        starts = [sentence["start"] for sentence in own]
        for marker in row["markers"]:
            place = bisect_right(starts, marker.start) - 1
            if place >= 0 and marker.start < own[place]["end"]:
                for nth in range(len(marker.names)):
                    rows.append(_citation(texts[article_id], own[place], marker, nth, row["named"]))
    return rows


def _citation(text: str, sentence: Row, marker: Marker, nth: int, named: Mapping[str, Row]) -> Row:
    """The row for the source that a marker names at place `nth`."""
    source = named.get(marker.names[nth])
    return {
        "citation_id": f"{sentence['article_id']}.m{marker.start:06d}-{nth + 1}",
        "article_id": sentence["article_id"],
        "sentence_id": sentence["sentence_id"],
        "source_id": source and source["source_id"],
        "marker": marker.names[nth],
        "marker_text": text[marker.start : marker.end],
        "start": marker.start,
        "end": marker.end,
        "marker_form": marker.form,
        "citation_status": _status(source),
    }


def _named(text: str, references: Rows) -> dict[str, Row]:
    """The listed sources by the number or key that a marker names them by; the first of two with one number."""
    named: dict[str, Row] = {}
    for place, row in enumerate(references, 1):
        names = [row["marker"]] if row["marker"] else [str(place), *_keys(row, text)]
        for name in names:
            named.setdefault(name, row)
    return named


def _status(source: Row | None) -> str:
    if source is None:
        return "dangling"
    return "duplicate_reference" if source["duplicate_of"] else "ok"


def mentions(articles: Rows, sentences: Rows) -> Rows:
    """One row a source that a sentence names, with its cue and quote: a candidate for annotators, not yet a source."""
    rows: Rows = []
    texts = {article["article_id"]: article["text"] for article in articles}
    for article_id, own in by_article(sentences).items():
        spans = [(sentence["start"], sentence["end"]) for sentence in own]
        rows.extend(
            {
                "article_id": article_id,
                "text": texts[article_id][slice(*found.source)],
                "source": found.source,
                "cue": found.cue,
                "quote": found.quote,
                "source_class": found.source_class,
            }
            for found in attribution.mentions(texts[article_id], spans)
        )
    return rows
