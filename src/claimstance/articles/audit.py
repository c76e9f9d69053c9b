"""The audit of citations: what in an article's sourcing does not hold, counted, with the first few places."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

from claimstance.table import Rows

EXAMPLE_CHARS = 60  # of the words at a place
EXAMPLES = 3  # places kept a finding; the tables have them all

FINDINGS = {
    "dangling": "Markers that resolve to nothing",
    "uncited": "Listed sources that nobody cites",
    "duplicate": "Sources listed before under the same number, address or title",
    "after_article": "Sources dated after the article that lists them",
    "future": "Sources dated after the day on which the article was added",
    "unsourced": "Sentences that assert and cite nothing, in articles that cite",
}


@dataclass(slots=True)
class Audit:
    """Counts and examples for each of FINDINGS, and of how many markers, listed sources and sentences."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FINDINGS, 0))
    examples: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FINDINGS})
    markers: int = 0
    listed: int = 0
    sentences: int = 0

    def add(self, sentences: Rows, citations: Rows, sources: Rows) -> None:
        """Count one shard. The smallest ids are kept as examples, so that the order of shards does not show."""
        self.markers += len(citations)
        self.sentences += len(sentences)
        listed = [row for row in sources if row["kind"] == "listed"]
        self.listed += len(listed)
        places: dict[str, list[tuple[str, str]]] = {name: [] for name in FINDINGS}
        for finding, key, words in _findings(sentences, citations, listed):
            places[finding].append((key, words))
        for finding, found in places.items():
            self.counts[finding] += len(found)
            first = [f"{key} {words}" for key, words in heapq.nsmallest(EXAMPLES, found)]
            self.examples[finding] = sorted(self.examples[finding] + first)[:EXAMPLES]

    def take(self, other: "Audit") -> None:
        """Count what another one counted, of other articles."""
        self.markers, self.listed = self.markers + other.markers, self.listed + other.listed
        self.sentences += other.sentences
        for finding in FINDINGS:
            self.counts[finding] += other.counts[finding]
            self.examples[finding] = sorted(self.examples[finding] + other.examples[finding])[:EXAMPLES]


def _findings(sentences: Rows, citations: Rows, listed: Rows) -> Iterator[tuple[str, str, str]]:
    """Each finding with the id of the row and its words."""
    for row in citations:
        if row["citation_status"] == "dangling":
            yield "dangling", row["citation_id"], _head(row["marker_text"])
    for row in listed:
        if not row["n_citations"]:
            yield "uncited", row["source_id"], _head(row["raw_text"])
        if row["duplicate_of"]:
            yield "duplicate", row["source_id"], f"{_head(row['raw_text'])} (of {row['duplicate_of']})"
        if row["date_flag"] in ("after_article", "future"):
            yield row["date_flag"], row["source_id"], _head(row["raw_text"])
    citing = {row["article_id"] for row in citations}
    for row in sentences:
        if row["verification_worthy"] and not row["cited"] and row["article_id"] in citing:
            yield "unsourced", row["sentence_id"], _head(row["text"])


def _head(words: str | None) -> str:
    """The first words; none in a release that has not the text."""
    return (words or "")[:EXAMPLE_CHARS]
