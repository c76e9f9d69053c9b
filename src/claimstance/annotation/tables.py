"""The stages that make the tables of gold: claims, and stances of sources towards them.

They read what the articles' own stages found (sentences, citations) and what annotators' marks and judgements come to.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from claimstance.digests import sha256, share
from claimstance.spans import Span, copy_of, overlaps, piece, trim, within
from claimstance.table import Row, Rows, by_article

IN_TEXT = "in_text"  # a source that only the article's own words stand for


def claims(articles: Rows, sentences: Rows, marks: Rows, sources: Rows, judgements: Rows) -> Rows:
    """One row a gold claim."""
    if not marks:
        return []
    texts = {article["article_id"]: article["text"] for article in articles}
    named = _named(marks, sources)
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
                "attributed_to": sorted({named[one] for one in mark["attributed_to"] if one in named}),
                "spans": [piece(span) for span in spans],
                "text": words,
                "normalized_claim": leader(votes["normalized_claim"]),
                "claim_type": leader(votes["claim_type"]),
                "verification_worthy": any(one["verification_worthy"] for one in touched),
                "claim_group": wording(words),
                "n_annotators": mark["n_annotators"],
                "n_marked": mark["n_marked"],
                "aggregation": mark["aggregation"],
                "agreement": mark["agreement"],
                "judgement_ids": mark["judgement_ids"],
            }
        )
    return rows


def _named(marks: Rows, sources: Rows) -> dict[str, str]:
    """The source that each gold mark of one names, by the judgements of the mark."""
    at = {
        (row["article_id"], span["start"]): row["source_id"]
        for row in sources
        if row["kind"] == IN_TEXT
        for span in row["mentions"]
    }
    places = ((mark, at.get((mark["article_id"], mark["spans"][0][0]))) for mark in marks if mark["label"] == "Source")
    return {one: source_id for mark, source_id in places if source_id for one in mark["judgement_ids"]}


def wording(words: str) -> str:
    """It will be the claim_group of a text: the same where only case, punctuation and white space differ."""
    key = " ".join(re.findall(r"\w+", words.casefold())) or words
    return f"g{sha256(key)[:16]}"


def stances(
    articles: Rows,
    sentences: Rows,
    citations: Rows,
    sources: Rows,
    claims: Rows,
    judgements: Rows,
    weighed: Mapping[str, Weighed],
    in_text: float,
) -> Rows:
    """One row a judged pair of gold claim and source; no row for a pair that the judges found unrelated, or that is not
    `due`.

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
    linked = links(sentences, citations, sources, claims)
    rows: Rows = []
    for item_id, said in sorted(pairs.items()):
        claim_id, _, source_id = item_id.partition("|")
        claim, source = claim_of.get(claim_id), source_of.get(source_id)
        if claim and source and said["stance"] and due(claim, source, in_text):
            link = linked.get((claim_id, source_id), Link())
            last = defaultdict(list, {kind: last_words(judged) for kind, judged in said.items()})
            rows.extend(_stance(titles[claim["article_id"]], claim, source, last, link, weighed.get(item_id)))
    return rows


def due(claim: Row, source: Row, in_text: float) -> bool:
    """Whether a pair is asked and made: of those whose source has no text of its own this share, by a hash of the ids;
    all others. The article attributes the claim to such a source, which nearly always is that the source says so.
    """
    return source["kind"] != IN_TEXT or share(IN_TEXT, claim["claim_id"], source["source_id"]) < in_text


@dataclass(frozen=True, slots=True)
class Link:
    """How the article links a claim and a source; the default is a pair that it does not link."""

    kind: str | None = None
    cues: tuple[Span, ...] = ()
    via: str | None = None


def links(sentences: Rows, citations: Rows, sources: Rows, claims: Rows) -> dict[tuple[str, str], Link]:
    """It will say how claims and sources, by their ids, are linked: those that the article links.

    Cited: a marker in a sentence of the claim names the source. Attributed: a gold relation leads to it.

    An attributed claim whose sentences cite exactly one source is known through that source (`via`).
    """
    cited: dict[str, set[str]] = defaultdict(set)
    for citation in citations:
        if citation["source_id"]:
            cited[citation["sentence_id"]].add(citation["source_id"])
    cues_of = {row["source_id"]: [(cue["start"], cue["end"]) for cue in row["cues"]] for row in sources}
    within_sentence = {one["sentence_id"]: (one["start"], one["end"]) for one in sentences}
    found: dict[tuple[str, str], Link] = {}
    for claim in claims:
        named = {source_id for sentence_id in claim["sentence_ids"] for source_id in cited[sentence_id]}
        for source_id in named:
            found[claim["claim_id"], source_id] = Link("cited")
        homes = [within_sentence[sentence_id] for sentence_id in claim["sentence_ids"]]
        via = next(iter(named)) if len(named) == 1 else None
        for source_id in claim["attributed_to"]:
            near = tuple(cue for cue in cues_of[source_id] if within(cue, homes))
            found[claim["claim_id"], source_id] = Link("attributed", near, via)
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
        "basis": IN_TEXT if source["kind"] == IN_TEXT else source["evidence_basis"] or "title_only",
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
    """Judged pairs that are no row whatever their verdict, because claim or source is not gold any more."""
    known = {claim["claim_id"] for claim in claims}, {source["source_id"] for source in sources}
    items = {
        row["item_id"]
        for row in judgements
        if row["item_kind"] == "stance"
        and in_earnest(row)
        and (row["anchor"] == LOST or not all(map(set.__contains__, known, row["item_id"].split("|", 1))))
    }
    return sorted(items)
