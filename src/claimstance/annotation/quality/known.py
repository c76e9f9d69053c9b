"""Tasks whose answer is known: to learn the guideline with, and hidden among the tasks of a batch as controls.

Known is what nobody disputes: gold that at least two people judged, and all alike or as an adjudicator decided. A
control is made and shown like every other task; that its answer is known stands in answers.jsonl only, which is never
sent. What annotators say of it counts neither in gold nor in agreement.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claimstance.annotation import answers
from claimstance.annotation.answers import Answer
from claimstance.annotation.batches import Batch, barred
from claimstance.annotation.exports import Task
from claimstance.annotation.gold import pairs_of, verdict
from claimstance.annotation.marks import Look, looks, standing
from claimstance.annotation.matching import outer
from claimstance.annotation.quality.disputed import judged_pairs
from claimstance.digests import sha256
from claimstance.spans import Span, overlaps, within
from claimstance.table import Row, Rows, by_article

JUDGES = 2  # people who judged an item, at least, for its answer to be known
TRAINING = 20  # tasks of a training batch, at most: an hour's work
WHOLE = (0, 1)  # of a pair there are no parts
UNDISPUTED = ("unanimous", "adjudicated")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task as it would be sent, its known answer, and who has seen it before."""

    task: Row
    answer: Answer
    seen_by: frozenset[str]

    @property
    def task_id(self) -> str:
        """The id of the task."""
        return str(self.task["data"]["task_id"])


def candidates(made: Rows, tasks: Sequence[Task], marks: Rows, judgements: Rows) -> list[Candidate]:
    """Those of the tasks that could be sent, `made`, whose answer is known; in their order.

    `tasks`, `marks` and `judgements` are what there is of the same articles.
    """
    pairs = _known_pairs(judgements)
    shown, gold, said = looks(tasks, judgements), by_article(marks), by_article(judgements)
    seen = _shown(tasks, pairs_of(judgements))
    found = []
    for task in made:
        data, item, extent = task["data"], _item(task["data"], task["data"]["article_id"]), WHOLE
        if "claim_id" in data:
            answer = Answer(pairs[item]) if item in pairs else None
        else:
            extent = (data["start"], data["start"] + len(data["text"]))
            answer = _known_spans(extent, shown.get(item, []), gold.get(item, []), said.get(item, []))
        if answer:
            names = {name for part, own in seen.get(item, ()) if overlaps(part, extent) for name in own}
            found.append(Candidate(task, answer, frozenset(names)))
    return found


def _known_pairs(judgements: Rows) -> dict[str, str]:
    """The label of each pair that nobody disputes."""
    known = {}
    for item, own in judged_pairs(judgements).items():
        decided = verdict(own)
        if len({row["annotator"] for row in own}) >= JUDGES and decided.aggregation in UNDISPUTED and decided.label:
            known[item] = decided.label
    return known


def _known_spans(extent: Span, looks: Sequence[Look], marks: Rows, judgements: Rows) -> Answer | None:
    """All gold marks in a part of an article, if nobody disputes any; null if somebody does, or there are none."""
    judges = {look.annotator for look in looks if within(extent, [look.extent])}
    own = [mark for mark in marks if overlaps(extent, (mark["spans"][0][0], mark["spans"][-1][1]))]
    settled = {one for mark in own for one in mark["judgement_ids"]}
    decided = any(look.adjudicates and within(extent, [look.extent]) for look in looks)
    left = [row for row in standing(looks, judgements) if overlaps(extent, outer(row))]
    if (
        len(judges) < JUDGES
        or not own
        or any(mark["aggregation"] not in UNDISPUTED for mark in own)
        or any(look.lost for look in looks if overlaps(look.extent, extent))
        or any(not within(span, [extent]) for mark in own for span in mark["spans"])
        or (not decided and any(row["judgement_id"] not in settled for row in left))
    ):
        return None
    found = [
        (mark["label"], tuple((start - extent[0], end - extent[0]) for start, end in mark["spans"])) for mark in own
    ]
    return Answer(spans=tuple(sorted(found, key=lambda one: (one[1], one[0]))))


def _shown(tasks: Sequence[Task], pairs: Mapping[tuple[str, str], str]) -> dict[str, list[tuple[Span, set[str]]]]:
    """Who was shown each pair, or each part of an article, for whatever purpose."""
    found: dict[str, list[tuple[Span, set[str]]]] = defaultdict(list)
    for task in tasks:
        item = pairs.get((task.batch.name, task.task_id)) or _item(task.data, task.article_id)
        names = {one.annotator for one in task.annotations.values()}
        found[item].extend((extent, names) for extent in (task.extents if task.batch.kind == "spans" else [WHOLE]))
    return found


def _item(data: Row, article_id: str) -> str:
    """The pair that a task is about, or the article."""
    return f"{data['claim_id']}|{data['source_id']}" if "claim_id" in data else article_id


def controls(batch: Batch, planned: Mapping[str, str], found: Sequence[Candidate]) -> tuple[Rows, Rows]:
    """It will choose the controls of a batch: the tasks to send besides, and the lines of answers.jsonl.

    `planned` says who does each of its tasks, as "|ada|bo|". Of all that an annotator does, a share `batch.controls`
    are controls, as far as there are enough; first such as they have not seen before, and of every answer about
    as many. No task is both planned and a control.
    """
    free = [one for one in found if one.task_id not in planned]
    rank = _ranks(batch, free)
    does: dict[str, list[str]] = defaultdict(list)
    for name in batch.annotators:
        load = sum(barred([name]) in said for said in planned.values())
        wanted = int(batch.controls * load / (1 - batch.controls) + 0.5)
        for one in _unseen_first(free, name, rank)[:wanted]:
            does[one.task_id].append(name)
    return _sent([one for one in free if one.task_id in does], does)


def training(batch: Batch, found: Sequence[Candidate]) -> tuple[Rows, Rows]:
    """It will choose the tasks of a training batch, all for everybody, and the lines of answers.jsonl.

    At most TRAINING of them; first such as few of them have seen before, and of every answer about as many.
    """
    rank = _ranks(batch, found)
    seen = {one.task_id: len(one.seen_by & set(batch.annotators)) for one in found}
    chosen = sorted(found, key=lambda one: (seen[one.task_id], rank[one.task_id]))[:TRAINING]
    return _sent(chosen, {one.task_id: list(batch.annotators) for one in chosen})


def _unseen_first(found: Sequence[Candidate], annotator: str, rank: Mapping[str, tuple[int, str]]) -> list[Candidate]:
    return sorted(found, key=lambda one: (annotator in one.seen_by, rank[one.task_id]))


def _ranks(batch: Batch, found: Sequence[Candidate]) -> dict[str, tuple[int, str]]:
    """The order in which candidates are taken: by turns one of each answer, those of one answer by a hash."""
    groups: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
    for one in found:
        groups[one.answer.label].append((sha256(batch.name, one.task_id), one.task_id))
    return {
        task_id: (turn, digest) for group in groups.values() for turn, (digest, task_id) in enumerate(sorted(group))
    }


def _sent(chosen: Sequence[Candidate], does: Mapping[str, Sequence[str]]) -> tuple[Rows, Rows]:
    chosen = sorted(chosen, key=lambda one: one.task_id)
    tasks = [
        one.task | {"data": one.task["data"] | {"annotators": barred(sorted(does[one.task_id]))}} for one in chosen
    ]
    return tasks, [answers.line(one.task_id, one.answer) for one in chosen]
