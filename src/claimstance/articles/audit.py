"""The audit of citations: what in an article's sourcing does not hold, counted, with the first few places."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from claimstance.table import Row, Rows

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

_PLACES = {  # the columns of a row that tell its id and its words
    "dangling": ("citation_id", "marker_text"),
    **dict.fromkeys(("uncited", "duplicate", "after_article", "future"), ("source_id", "raw_text")),
    "unsourced": ("sentence_id", "text"),
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
        for finding, found in _findings(sentences, citations, listed):
            self.counts[finding] += len(found)
            first = heapq.nsmallest(EXAMPLES, found, key=itemgetter(_PLACES[finding][0]))
            shown = [_shown(finding, row) for row in first]
            self.examples[finding] = sorted(self.examples[finding] + shown)[:EXAMPLES]

    def take(self, other: "Audit") -> None:
        """Count what another one counted, of other articles."""
        self.markers, self.listed = self.markers + other.markers, self.listed + other.listed
        self.sentences += other.sentences
        for finding in FINDINGS:
            self.counts[finding] += other.counts[finding]
            self.examples[finding] = sorted(self.examples[finding] + other.examples[finding])[:EXAMPLES]


def _findings(sentences: Rows, citations: Rows, listed: Rows) -> Iterator[tuple[str, Rows]]:
    """The rows that each finding is about."""
    yield "dangling", [row for row in citations if row["citation_status"] == "dangling"]
    yield "uncited", [row for row in listed if not row["n_citations"]]
    yield "duplicate", [row for row in listed if row["duplicate_of"]]
    for flag in ("after_article", "future"):
        yield flag, [row for row in listed if row["date_flag"] == flag]
    citing = {row["article_id"] for row in citations}
    asserting = (row for row in sentences if row["verification_worthy"] and not row["cited"])
    yield "unsourced", [row for row in asserting if row["article_id"] in citing]


def _shown(finding: str, row: Row) -> str:
    """The id of a row and its first words; none in a release that has not the text."""
    key, words = _PLACES[finding]
    of = f" (of {row['duplicate_of']})" if finding == "duplicate" else ""
    return f"{row[key]} {(row[words] or '')[:EXAMPLE_CHARS]}{of}"
