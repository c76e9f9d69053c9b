"""What the judges of a pair were shown of the article, where the corpus holds no text of the source."""

from collections import defaultdict
from typing import Any

from claimstance.spans import Span, around
from claimstance.table import Row
from claimstance.training.views import needs, one_split, read


def contexts(stances: Any, articles: Any, sentences: Any, claims: Any, sources: Any) -> dict[str, str]:
    """It will give, by stance_id, what the article says around the claim of each pair whose source is named in the text
    alone (basis in_text): from the claim's sentences to where the source is named, by the rule of round 2.

    For `as_nli(stances, contexts=…)`. Such a premise holds the claim itself: a model may learn to look for its words.
    The five are the tables of these names, each read once. A pair whose article has no text is left out. Raises
    LoadError.
    """
    needs(stances, "contexts", "stance_id", "article_id", "claim_id", "source_id", "basis")
    in_text = one_split(stances).features["basis"].str2int("in_text")
    pairs = [
        row
        for row in read(stances, "stance_id", "article_id", "claim_id", "source_id", "basis")
        if row["basis"] == in_text
    ]
    due = {row["article_id"] for row in pairs}
    claim_of = _held(claims, due, "claim_id", "sentence_ids", "spans")
    source_of = _held(sources, due, "source_id", "mentions")
    lines: dict[str, dict[str, Span]] = defaultdict(dict)
    for row in _held(sentences, due, "sentence_id", "start", "end").values():
        lines[row["article_id"]][row["sentence_id"]] = row["start"], row["end"]
    texts = _held(articles, due, "article_id", "text")
    found = {}
    for pair in pairs:
        text = texts.get(pair["article_id"], {}).get("text")
        claim, source = claim_of.get(pair["claim_id"]), source_of.get(pair["source_id"])
        if text and claim and source:
            own = lines[pair["article_id"]]
            homes = [own[one] for one in claim["sentence_ids"]] or _spans(claim["spans"])
            found[pair["stance_id"]] = text[slice(*around(homes, _spans(source["mentions"]), own.values()))]
    return found


def _held(data: Any, due: set[str], key: str, *columns: str) -> dict[str, Row]:
    """Rows of these articles by their key."""
    names = dict.fromkeys((key, "article_id", *columns))
    needs(data, "contexts", *names)
    return {row[key]: row for row in read(data, *names) if row["article_id"] in due}


def _spans(pieces: list[dict[str, int]]) -> list[Span]:
    return [(one["start"], one["end"]) for one in pieces]
