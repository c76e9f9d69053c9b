"""The stage that makes sources: those that articles list, and those that their sentences name."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Protocol

from claimstance.digests import sha256
from claimstance.spans import Span, copy_of, overlaps, piece, within
from claimstance.table import Row, Rows, by_article


class Evidence(Protocol):
    """What the corpus holds of a source: its text, how much of the source that is, and whether it may be passed on."""

    text: str
    basis: str
    redistributable: bool


def sources(
    articles: Rows,
    sentences: Rows,
    references: Rows,
    citations: Rows,
    mentions: Rows,
    marks: Rows,
    evidence: Mapping[str, Evidence],
) -> Rows:
    """One row a source: listed ones, and those that sentences name: gold where annotators judged, else candidates."""
    cited = Counter(citation["source_id"] for citation in citations)
    rows: Rows = []
    listed, marked, found = by_article(references), by_article(marks), by_article(mentions)
    within_article = by_article(sentences) if marks else {}
    for article in articles:
        article_id, text = article["article_id"], article["text"]
        judged = [(span["start"], span["end"]) for span in article["annotated_extent"]]
        rows.extend(_listed(row, cited[row["source_id"]], evidence) for row in listed.get(article_id, []))
        candidates = found.get(article_id, [])
        named: dict[str, Row] = {}
        own = sorted(marked.get(article_id, []), key=lambda mark: mark["spans"])
        cues = _cues(own, within_article.get(article_id, [])) if own else {}
        for mark in own:
            if mark["label"] == "Source":
                near = next((one for one in candidates if overlaps(one["source"], mark["spans"][0])), None)
                _named(named, article_id, text, mark["spans"], "annotated", near, cues.get(mark["spans"][0][0], []))
        for one in candidates:
            if not within(one["source"], judged):
                _named(named, article_id, text, [one["source"]], "parsed", one, [one["cue"]] if one["cue"] else [])
        rows.extend({row["source_id"]: row for row in named.values()}.values())
    return rows


def _listed(reference: Row, n_citations: int, evidence: Mapping[str, Evidence]) -> Row:
    held = evidence.get(reference["source_id"]) or evidence.get(reference["canonical_url"] or "")
    row = reference | {
        "kind": "listed",
        "origin": "parsed",
        "source_class": None,
        "mentions": [piece(reference["span"])],
        "mention_texts": [reference["raw_text"]],
        "cues": [],
        "cue_texts": [],
        "quotes": [],
        "quote_texts": [],
        "evidence_text": held.text if held else None,
        "evidence_basis": held.basis if held else None,
        "evidence_sha256": sha256(held.text) if held else None,
        "evidence_redistributable": held.redistributable if held else None,
        "n_citations": n_citations,
    }
    del row["span"]
    return row


def _named(
    named: dict[str, Row],
    article_id: str,
    text: str,
    spans: list[Span],
    origin: str,
    near: Row | None,
    cues: list[Span],
) -> None:
    """Add a source that the text names; the same words again, or others that begin there, are a mention of it."""
    words, start = copy_of(text, spans), spans[0][0]
    key = " ".join(words.casefold().split())
    if key not in named:
        there = [row for row in named.values() for one in row["mentions"] if one["start"] == start]
        named[key] = there[0] if there else _unlisted(article_id, start, words, origin)
    row = named[key]
    row["source_class"] = row["source_class"] or (near and near["source_class"])
    quotes = [near["quote"]] if near and near["quote"] else []
    for column, copies, found in (
        ("mentions", "mention_texts", spans),
        ("cues", "cue_texts", cues),
        ("quotes", "quote_texts", quotes),
    ):
        for span in found:
            row[column].append(piece(span))
            row[copies].append(text[span[0] : span[1]])


def _unlisted(article_id: str, start: int, words: str, origin: str) -> Row:
    return {
        "source_id": f"{article_id}.t{start:06d}",
        "article_id": article_id,
        "kind": "in_text",
        "origin": origin,
        "raw_text": words,
        "marker": None,
        "author": None,
        "publisher": None,
        "title": None,
        "year": None,
        "url": None,
        "canonical_url": None,
        "source_class": None,
        "mentions": [],
        "mention_texts": [],
        "cues": [],
        "cue_texts": [],
        "quotes": [],
        "quote_texts": [],
        "evidence_text": None,
        "evidence_basis": None,
        "evidence_sha256": None,
        "evidence_redistributable": None,
        "n_citations": 0,
        "duplicate_of": None,
        "date_flag": "unknown",
    }


def _cues(marks: Rows, sentences: Rows) -> dict[int, list[Span]]:
    """Each gold cue goes to the nearest gold source of its sentence; by the start of that source's first piece."""
    found: dict[int, list[Span]] = defaultdict(list)
    for cue in (mark for mark in marks if mark["label"] == "Cue"):
        first = cue["spans"][0]
        home = next((one for one in sentences if one["start"] <= first[0] < one["end"]), None)
        near = [
            (abs(mark["spans"][0][0] - first[0]), mark["spans"][0][0])
            for mark in marks
            if mark["label"] == "Source" and home and home["start"] <= mark["spans"][0][0] < home["end"]
        ]
        if near:
            found[min(near)[1]].extend(cue["spans"])
    return found
