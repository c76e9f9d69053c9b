"""Gold claims and sources to tasks of round 2: which pairs are asked, and what annotators are shown of each.

Nothing is marked and nothing chosen beforehand: whoever sees an answer first tends to keep it. Asked are the pairs that
the article links (of those whose source has no text of its own the share that dataset.yaml says), a sample of all
others, and, where the batch says `near`, for each claim the source that writes of
the same things without being linked to it. Those are the hard ones: a link tells that a source was meant to bear the
claim out, and most do, so that a corpus of links alone teaches to say SUPPORTS.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log

from claimstance.annotation.batches import Batch
from claimstance.annotation.exports import Task
from claimstance.annotation.judgements import NONE_HELD
from claimstance.annotation.matching import bounds
from claimstance.annotation.tables import due, links
from claimstance.digests import share
from claimstance.spans import Span, around
from claimstance.table import Row, Rows, by_article

UNLINKED = 0.1  # pairs that the article does not link, for each that it does, so that "no relation" is measured too

Pair = tuple[Row, Row]  # a claim and a source of one article


def pair_tasks(
    batch: Batch, articles: Rows, sentences: Rows, citations: Rows, sources: Rows, claims: Rows, in_text: float
) -> Rows:
    """One task a gold claim and source that it cites or is attributed to, and some pairs that are not linked."""
    linked = links(sentences, citations, sources, claims)
    claims_of, sources_of, own = by_article(claims), by_article(sources), by_article(sentences)
    tasks: Rows = []
    for article in articles:
        article_id = article["article_id"]
        pairs = [
            (claim, source) for claim in claims_of.get(article_id, ()) for source in sources_of.get(article_id, ())
        ]
        tied = [pair for pair in pairs if _key(*pair) in linked]
        free = [pair for pair in pairs if _key(*pair) not in linked and _listed(pair[1])]
        asked = {
            _key(*pair): pair
            for pair in [*tied, *_sampled(free, tied), *_near(free, batch.near)]
            if due(*pair, in_text)
        }
        lines = {one["sentence_id"]: (one["start"], one["end"]) for one in own.get(article_id, ())}
        tasks.extend(_pair_task(batch, article, *asked[key], lines) for key in sorted(asked))
    return tasks


def unasked(batch: Batch, planned: Rows, tasks: Collection[Task]) -> Rows:
    """The planned tasks of a main batch of pairs without those that another main batch of its wave, or of a later one,
    asks already, answered or not; of any other batch all of them, because it asks again on purpose.
    """
    if batch.form != "pairs" or batch.purpose != "main":
        return planned
    known = {
        task.moved[0] if task.moved else task.task_id
        for task in tasks
        if task.batch.kind == "pairs" and task.purpose == "main" and task.batch.wave >= batch.wave
    }
    return [task for task in planned if task["data"]["task_id"] not in known]


def _listed(source: Row) -> bool:
    """Whether it can be asked about where no link leads to it: not what is only named elsewhere in the article, because
    what it says cannot be seen at the claim.
    """
    return source["kind"] == "listed" and not source["duplicate_of"]


def _sampled(free: Sequence[Pair], tied: Sequence[Pair]) -> list[Pair]:
    """About UNLINKED pairs for each that is tied, by a hash of their ids: the same ones whatever batch asks."""
    return [pair for pair in free if share("unlinked", *_key(*pair)) * len(free) < UNLINKED * len(tied)]


def _near(free: Sequence[Pair], least: float) -> Iterator[Pair]:
    """For each claim the source whose text holds most of its words, if that is a share of at least `least` (0: none).

    A word weighs what it tells, its inverse document frequency (Sparck Jones 1972) among the claims and texts here, and
    one that stands in all of them a little.
    """
    if not least:
        return
    said = {claim["claim_id"]: _words(claim["text"]) for claim, _ in free}
    held = {source["source_id"]: _words(source["evidence_text"] or "") for _, source in free}
    documents = [*said.values(), *held.values()]
    spread = Counter(word for words in documents for word in words)
    weight = {word: log((len(documents) + 1) / count) for word, count in spread.items()}
    best: dict[str, tuple[float, Pair]] = {}
    for claim, source in sorted(free, key=lambda pair: _key(*pair)):
        words = said[claim["claim_id"]]
        total = sum(weight[word] for word in sorted(words))
        shared = sum(weight[word] for word in sorted(words & held[source["source_id"]]))
        part = shared / total if total else 0.0
        if part >= least and part > best.get(claim["claim_id"], (0.0,))[0]:
            best[claim["claim_id"]] = part, (claim, source)
    yield from (pair for _, pair in best.values())


def _words(text: str) -> set[str]:
    return {text[start:end].casefold() for start, end in bounds(text)}


def _key(claim: Row, source: Row) -> tuple[str, str]:
    return claim["claim_id"], source["source_id"]


def _pair_task(batch: Batch, article: Row, claim: Row, source: Row, lines: Mapping[str, Span]) -> Row:
    data = {
        "task_id": f"{claim['claim_id']}|{source['source_id']}",
        "batch": batch.name,
        "article_id": article["article_id"],
        "title": article["title"] or article["article_id"],
        "context": article["text"][slice(*_context(claim, source, lines))],
        "claim": claim["text"],
        "claim_id": claim["claim_id"],
        "source_name": source["raw_text"],
        "source_id": source["source_id"],
        "evidence_text": source["evidence_text"] or NONE_HELD,
    }
    return {"data": data, "predictions": []}


def _context(claim: Row, source: Row, lines: Mapping[str, Span]) -> Span:
    """From the first sentence of the claim to its last, and on to where the text names the source, if that is near."""
    homes = [lines[one] for one in claim["sentence_ids"]] or [(one["start"], one["end"]) for one in claim["spans"]]
    named = [] if source["kind"] == "listed" else [(one["start"], one["end"]) for one in source["mentions"]]
    return around(homes, named, lines.values())
