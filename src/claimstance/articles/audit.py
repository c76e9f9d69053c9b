"""The audit of citations: what in an article's sourcing does not hold, counted, with the first few places."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from claimstance.table import Rows

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
        for finding, place in _findings(sentences, citations, listed):
            self.counts[finding] += 1
            self.examples[finding].append(place)
        for finding, places in self.examples.items():
            self.examples[finding] = sorted(places)[:EXAMPLES]


def _findings(sentences: Rows, citations: Rows, listed: Rows) -> Iterator[tuple[str, str]]:
    for row in citations:
        if row["citation_status"] == "dangling":
            yield "dangling", f"{row['citation_id']} {row['marker_text']}"
    for row in listed:
        named = f"{row['source_id']} {row['raw_text'][:60]}"
        if not row["n_citations"]:
            yield "uncited", named
        if row["duplicate_of"]:
            yield "duplicate", f"{named} (of {row['duplicate_of']})"
        if row["date_flag"] in ("after_article", "future"):
            yield row["date_flag"], named
    citing = {row["article_id"] for row in citations}
    for row in sentences:
        if row["verification_worthy"] and not row["cited"] and row["article_id"] in citing:
            yield "unsourced", f"{row['sentence_id']} {row['text'][:60]}"
