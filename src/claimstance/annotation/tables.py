"""The stages that make the tables of gold: sources, claims, stances.

They read what the articles' own stages found (references, citations, mentions) and what annotators' marks and
judgements come to.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from claimstance.annotation.anchoring import LOST
from claimstance.annotation.dawid_skene import Weighed
from claimstance.annotation.gold import (
    NO_RELATION,
    alike,
    counts,
    deciding,
    in_earnest,
    last_words,
    leader,
    shared_evidence,
    verdict,
)
from claimstance.digests import sha256
from claimstance.spans import Span, copy_of, overlaps, piece, trim, within
from claimstance.table import Row, Rows, by_article


class Evidence(Protocol):
    """What the corpus holds of a source: its text, and how much of the source that is."""

    text: str
    basis: str


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
    rows = [_listed(row, cited[row["source_id"]], evidence) for row in references]
    marked, found, within_article = by_article(marks), by_article(mentions), by_article(sentences) if marks else {}
    for article in articles:
        article_id, text = article["article_id"], article["text"]
        judged = [(span["start"], span["end"]) for span in article["annotated_extent"]]
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
        there = [row for row in named.values() if any(one["start"] == start for one in row["mentions"])]
        named[key] = there[0] if there else _unlisted(article_id, start, words, origin)
    row = named[key]
    row["source_class"] = row["source_class"] or (near and near["source_class"])
    quotes = [near["quote"]] if near and near["quote"] else []
    for column, copies, found in (
        ("mentions", "mention_texts", spans),
        ("cues", "cue_texts", cues),
        ("quotes", "quote_texts", quotes),
    ):
        row[column].extend(piece(span) for span in found)
        row[copies].extend(text[start:end] for start, end in found)


def _unlisted(article_id: str, start: int, words: str, origin: str) -> Row:
    empty = dict.fromkeys(("marker", "author", "publisher", "title", "year", "url", "canonical_url", "source_class"))
    lists: Row = {name: [] for kind in ("mention", "cue", "quote") for name in (f"{kind}s", f"{kind}_texts")}
    return {
        "source_id": f"{article_id}.t{start:06d}",
        "article_id": article_id,
        "kind": "in_text",
        "origin": origin,
        "raw_text": words,
        **empty,
        **lists,
        "evidence_text": None,
        "evidence_basis": None,
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


def claims(articles: Rows, sentences: Rows, marks: Rows, judgements: Rows) -> Rows:
    """One row a gold claim."""
    texts = {article["article_id"]: article["text"] for article in articles}
    own_sentences = by_article(sentences)
    said: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in judgements:
        if row["item_kind"] in ("claim_type", "normalized_claim"):
            said[row["item_kind"], row["item_id"]].append(row)
    rows: Rows = []
    for mark in marks:
        if mark["label"] != "Claim":
            continue
        article_id, spans = mark["article_id"], mark["spans"]
        touched = [
            one
            for one in own_sentences[article_id]
            if any(overlaps((one["start"], one["end"]), span) for span in spans)
        ]
        words = copy_of(texts[article_id], spans)
        votes = {
            kind: deciding(row for one in mark["judgement_ids"] for row in said[kind, one])
            for kind in ("claim_type", "normalized_claim")
        }
        rows.append(
            {
                "claim_id": f"{article_id}.c{spans[0][0]:06d}-{spans[-1][1]:06d}",
                "article_id": article_id,
                "sentence_ids": [one["sentence_id"] for one in touched],
                "spans": [piece(span) for span in spans],
                "text": words,
                "normalized_claim": leader(votes["normalized_claim"]),
                "claim_type": leader(votes["claim_type"]),
                "verification_worthy": any(one["verification_worthy"] for one in touched),
                "claim_group": _wording(words),
                "n_annotators": mark["n_annotators"],
                "n_marked": mark["n_marked"],
                "aggregation": mark["aggregation"],
                "agreement": mark["agreement"],
                "judgement_ids": mark["judgement_ids"],
            }
        )
    return rows


def _wording(words: str) -> str:
    """The same for two claims that differ in case, punctuation and white space only."""
    key = " ".join(re.findall(r"\w+", words.casefold())) or words
    return f"g{sha256(key)[:16]}"


def stances(
    articles: Rows,
    sentences: Rows,
    citations: Rows,
    marks: Rows,
    sources: Rows,
    claims: Rows,
    judgements: Rows,
    weighed: Mapping[str, Weighed],
) -> Rows:
    """One row a judged pair of gold claim and source; no row for a pair that the judges found unrelated.

    `weighed` says what the votes on a pair come to where they are not just counted.
    """
    pairs: dict[str, dict[str, Rows]] = defaultdict(lambda: defaultdict(list))
    for row in judgements:
        if row["round"] == 2 and row["item_kind"] != "task" and counts(row):
            pairs[row["item_id"]][row["item_kind"]].append(row)
    if not pairs:
        return []
    titles = {article["article_id"]: article for article in articles}
    claim_of = {claim["claim_id"]: claim for claim in claims}
    source_of = {source["source_id"]: source for source in sources}
    linked = links(sentences, citations, marks, sources, claims)
    rows: Rows = []
    for item_id, said in sorted(pairs.items()):
        claim_id, _, source_id = item_id.partition("|")
        claim, source = claim_of.get(claim_id), source_of.get(source_id)
        if claim and source and said["stance"]:
            link = linked.get((claim_id, source_id), Link())
            last = defaultdict(list, {kind: last_words(judged) for kind, judged in said.items()})
            rows.extend(_stance(titles[claim["article_id"]], claim, source, last, link, weighed.get(item_id)))
    return rows


@dataclass(frozen=True, slots=True)
class Link:
    """How the article links a claim and a source; the default is a pair that it does not link."""

    kind: str | None = None
    cues: tuple[Span, ...] = ()
    via: str | None = None


def links(sentences: Rows, citations: Rows, marks: Rows, sources: Rows, claims: Rows) -> dict[tuple[str, str], Link]:
    """It will say how claims and sources, by their ids, are linked: those that the article links.

    Cited: a marker in a sentence of the claim names the source. Attributed: a gold relation leads to it.

    An attributed claim whose sentences cite exactly one source is known through that source (`via`).
    """
    cited: dict[str, set[str]] = defaultdict(set)
    for citation in citations:
        if citation["source_id"]:
            cited[citation["sentence_id"]].add(citation["source_id"])
    at = {
        (row["article_id"], span["start"]): row
        for row in sources
        if row["kind"] == "in_text"
        for span in row["mentions"]
    }
    marked = {judgement_id: mark for mark in marks for judgement_id in mark["judgement_ids"]}
    within_sentence = {one["sentence_id"]: (one["start"], one["end"]) for one in sentences}
    found: dict[tuple[str, str], Link] = {}
    for claim in claims:
        named = {source_id for sentence_id in claim["sentence_ids"] for source_id in cited[sentence_id]}
        for source_id in named:
            found[claim["claim_id"], source_id] = Link("cited")
        for judgement_id in marked[claim["judgement_ids"][0]]["attributed_to"]:
            source = at.get((claim["article_id"], marked[judgement_id]["spans"][0][0]))
            if source:
                homes = [within_sentence[sentence_id] for sentence_id in claim["sentence_ids"]]
                cues = [(cue["start"], cue["end"]) for cue in source["cues"]]
                via = next(iter(named)) if len(named) == 1 else None
                near = tuple(cue for cue in cues if within(cue, homes))
                found[claim["claim_id"], source["source_id"]] = Link("attributed", near, via)
    return found


def _stance(
    article: Row, claim: Row, source: Row, said: Mapping[str, Rows], link: Link, weighed: Weighed | None
) -> Rows:
    """The row of one judged pair; none where the verdict is that there is no relation."""
    decided = verdict(said["stance"])
    if weighed and decided.aggregation != "adjudicated":
        rule = "dawid_skene" if weighed.label else "tie_unresolved"
        decided = replace(decided, label=weighed.label, aggregation=rule)
    if decided.label == NO_RELATION:
        return []
    total = sum(decided.votes.values())
    held = source["evidence_text"]
    judges = len({row["annotator"] for row in said["stance"]})
    shared = [trim(held, span) for span in shared_evidence(said["evidence"], judges)] if held else []
    evidence = [span for span in shared if span[0] < span[1]]
    row = {
        "stance_id": f"{claim['claim_id']}|{source['source_id']}",
        "article_id": claim["article_id"],
        "claim_id": claim["claim_id"],
        "source_id": source["source_id"],
        "title": article["title"],
        "claim": claim["text"],
        "source": source["raw_text"],
        "evidence_text": held,
        "stance": decided.label,
        "link": link.kind,
        "cues": [piece(span) for span in link.cues],
        "cue_text": copy_of(article["text"], link.cues) or None,
        "via": link.via,
        "support_degree": leader(deciding(said["support_degree"])),
        "evidence": [piece(span) for span in evidence],
        "evidence_quote": copy_of(held, evidence) or None if held else None,
        "basis": "in_text" if source["kind"] == "in_text" else source["evidence_basis"] or "title_only",
        "soft_label": {label: count / total for label, count in decided.votes.items() if label != NO_RELATION},
        "entropy": decided.entropy,
        "n_judgements": total,
        "agreement": alike(decided.votes.values(), total),
        "aggregation": decided.aggregation,
        "tie": decided.tie,
        "judgement_ids": decided.judgement_ids,
    }
    return [row]


def orphans(judgements: Rows, claims: Rows, sources: Rows) -> list[str]:
    """Judged pairs that are no row for another reason than their verdict: claim or source is not gold any more."""
    known = {claim["claim_id"] for claim in claims}, {source["source_id"] for source in sources}
    items = {
        row["item_id"]
        for row in judgements
        if row["item_kind"] == "stance"
        and in_earnest(row)
        and (row["anchor"] == LOST or not all(map(set.__contains__, known, row["item_id"].split("|", 1))))
    }
    return sorted(items)
