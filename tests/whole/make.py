"""Write annotations/ of this corpus: three people who agree on everything. To be run after a change to corpus/.

PYTHONPATH=src:tests python tests/whole/make.py
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from annotating import Json, annotation, choice, pair_task, put, region, relation, span_task, written

HERE = Path(__file__).parent
PEOPLE = ("ada", "bo", "cy")
BATCHES = """\
annotators:
  ada: {kind: person}
  bo: {kind: person}
  cy: {kind: person}
batches:
  spans: {kind: spans, purpose: main, guideline_version: "1.1"}
  pairs: {kind: pairs, purpose: main, guideline_version: "1.1"}
"""
# Of the claim at each marker: its type, the stance of the source that is cited, how much that supports.
JUDGED = (
    ("event_property", "SUPPORTS", "complete"),
    ("numerical", "REFUTES", "none"),
    ("causal", "NOT_ENOUGH_INFO", "partial"),
    ("quote", "DISCUSSES", "none"),
    ("position", "DISPUTED", "partial"),  # which a speaker is named for, who supports it completely
)
# The five claims, each with the evidence in the source that it cites; then the third in words of its own, the speaker.
BRIDGE = """
The old bridge in Oskell opened to cars on Monday | From Monday, 2 March, cars may use the old bridge again
The repair cost 4.2 million crowns | The town paid 5.9 million crowns for the repair
Rust had weakened its two middle pillars | Both middle pillars had become weak. We could not find out why
On its new plate stands “A promise kept” | Several readers ask whether “A promise kept” stands on the plate
Oskell needs a second bridge | Four members said that there is need of one, five said that there is none
Rust had weakened the two middle pillars of the old bridge in Oskell | Runa Feld
"""
WELL = """
Since Friday a well behind the school gives water to nine farms | Our nine farms have had water from behind the school
The drill went 118 metres down | we met rock and stopped for good at 96 metres
Two dry summers had emptied the shallow wells | How the shallow wells fared was not measured
On its pump stands “Last cup of the valley” | People say that one of our pumps has the words “Last cup of the valley”
Nobody should wash a car in July | Half of the farmers would forbid to wash cars in July. The other half find that silly
Two dry summers had emptied the shallow wells of the hill farms | Ole Brink
"""
LIBRARY = """
Readers found the town library in the mill by the river last week | The first readers came to the mill on Tuesday
It took 31,000 books along | 24,500 books
Damp walls had spoiled every fifth book in the cellar | Whether the walls or an open window did it, nobody could tell
On its door stands “Come in and whisper” | Somebody told us that “Come in and whisper” stands on a door in Oskell
The mill should stay open on Sundays | 48 want the mill open on Sundays, 47 want it shut
Damp walls had spoiled every fifth book in the cellar of the town library | Jonna Weck
"""
SAID = {"bridge": BRIDGE, "bridge-again": BRIDGE, "library": LIBRARY, "well": WELL}


def main() -> None:
    """Write the batches, what was sent and what was pulled."""
    spans = [_spans(article_id) for article_id in SAID]
    pairs = [task for article_id in SAID for task in _pairs(article_id)]
    numbers = count(1)
    files: dict[str, list[Json]] = {}
    for batch, day, tasks in (("spans", "2026-06-01", spans), ("pairs", "2026-06-15", pairs)):
        files[f"{batch}/tasks.jsonl"] = [{"data": task["data"]} for task in tasks]
        files[f"{batch}/{day}.jsonl"] = [
            {"data": task["data"], "annotations": [_by(one, day, task, next(numbers)) for one in PEOPLE]}
            for task in tasks
        ]
    put(HERE / "annotations", files, BATCHES)


def _by(person: str, day: str, task: Json, number: int) -> Json:
    """What one of them answers: what everybody does."""
    return annotation(person, task["annotations"], number, created_at=f"{day}T08:30:00Z")


def _lines(article_id: str) -> list[list[str]]:
    return [line.split(" | ") for line in SAID[article_id].strip().splitlines()]


def _body(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("---\n", 2)[2].strip()


def _text(article_id: str) -> str:
    return _body(HERE / "corpus" / "articles" / "2026" / f"{article_id}.md")


def _spans(article_id: str) -> Json:
    """Round 1: the claims with their types, the speaker of the last one, the cue."""
    text = _text(article_id)
    *claims, (standing, speaker) = _lines(article_id)
    result: list[Json] = []
    for nth, ((words, _), (kind, _, _)) in enumerate(zip(claims, JUDGED, strict=True), 1):
        result += [region(text, words, "Claim", f"c{nth}"), choice("claim_type", kind, f"c{nth}")]
    result += [written(standing, "c3"), region(text, speaker, "Source", "s"), relation("c5", "s")]
    result += [region(text, "said", "Cue", "cue")]
    return span_task(text, result, article_id=article_id, task_id=article_id)


def _pairs(article_id: str) -> Iterator[Json]:
    """Round 2: each claim with the source that it cites, the last one with its speaker too."""
    text = _text(article_id)
    *claims, (_, speaker) = _lines(article_id)
    for nth, ((words, evidence), (_, stance, degree)) in enumerate(zip(claims, JUDGED, strict=True), 1):
        start = text.index(words)
        claim_id = f"{article_id}.c{start:06d}-{start + len(words):06d}"
        own = article_id.removesuffix("-again")  # the reprint lists the same addresses
        held = _body(HERE / "corpus" / "sources" / f"{own}.r{nth:03d}.md")
        result = [choice("stance", stance), choice("support_degree", degree), region(held, evidence, "Evidence", "e")]
        data = {"article_id": article_id, "evidence_text": held}
        yield pair_task(claim_id, f"{article_id}.r{nth:03d}", result, **data)
    result = [choice("stance", "SUPPORTS"), choice("support_degree", "complete")]
    data = {"article_id": article_id, "evidence_text": ""}
    yield pair_task(claim_id, f"{article_id}.t{text.index(speaker):06d}", result, **data)


if __name__ == "__main__":
    main()
