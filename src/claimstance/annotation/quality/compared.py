"""What one annotator said, beside what is known and what the others said. Adjudication is left out.

Everything follows from what was shown and answered, so it needs no build: the offsets are those of the tasks.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from claimstance.annotation.batches import Batch
from claimstance.annotation.exports import Task
from claimstance.annotation.gold import ADJUDICATION, order
from claimstance.annotation.judgements import judgements
from claimstance.annotation.matching import Tokens, best, bounds, iou, tokens
from claimstance.spans import Span
from claimstance.table import Row, Rows

HURRIED = 0.25  # of the median time that a task of its batch takes; who is quicker can hardly have read it


@dataclass(frozen=True, slots=True)
class Said:
    """What one annotator answered to one task, the last word: its rows, and the seconds that it took, if known."""

    task: Task
    rows: Rows
    skipped: bool
    seconds: float | None

    def of(self, kind: str) -> Row | None:
        """The answer to one question of a pair."""
        return next((row for row in self.rows if row["item_kind"] == kind), None)


Mark = tuple[str, tuple[Span, ...], Tokens]  # label, pieces in the article, tokens


@dataclass(slots=True)
class Heard:
    """What one annotator answered, beside what the others did. Adjudication is left out, the last word counts.

    It is taken in a task at a time. Of the others only their times are kept, of the annotator's own tasks whether they
    were skipped (`done`, by batch and task) and how long they took; what they said where the answer is known (`known`).
    `tasks` are those on which somebody else had a say, too, training left out; `differing` the labels that met there
    and are not the same, the annotator's first. A mark that only one of two made meets "".
    """

    annotator: str
    batches: dict[str, Batch] = field(default_factory=dict, init=False)
    done: dict[str, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict), init=False)
    known: list[Said] = field(default_factory=list, init=False)
    tasks: int = field(default=0, init=False)
    differing: Counter[tuple[str, str]] = field(default_factory=Counter, init=False)
    _alike: int = field(default=0, init=False)
    _made: int = field(default=0, init=False)
    _timed: list[tuple[str, str, float]] = field(default_factory=list, init=False)
    _usual: "dict[str, array[float]]" = field(default_factory=lambda: defaultdict(lambda: array("d")), init=False)

    def add(self, task: Task) -> None:
        """Take one more task."""
        batch, task_id = task.batch.name, task.task_id
        self.batches[batch] = task.batch
        if task.purpose == ADJUDICATION:
            return
        said = answers(task)
        self._usual[batch].extend(one.seconds for one in said.values() if one.seconds is not None and not one.skipped)
        if (own := said.pop(self.annotator, None)) is None:
            return
        self.done[batch][task_id] = own.skipped
        if own.skipped:
            return
        if task.answer:
            self.known.append(replace(own, task=replace(task, annotations={})))  # without what all others said
        if own.seconds is not None:
            self._timed.append((batch, task_id, own.seconds))
        beside = [one for one in said.values() if not one.skipped]
        if beside and task.purpose != "training":
            self.tasks += 1
            for other in beside:
                self._compare(_met(own, other))

    def _compare(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Of a pair the stance; of a text twice the marks that are the same, by all that were made (F1)."""
        for pair in pairs:
            weight = 2 if "" not in pair else 1
            self._made += weight
            if pair[0] == pair[1]:
                self._alike += weight
            else:
                self.differing[pair] += 1

    @property
    def agreement(self) -> float | None:
        """How much of their answers and the others' are alike; null where nobody else answered."""
        return self._alike / self._made if self._made else None

    @property
    def timed(self) -> int:
        """Of how many tasks the time is known."""
        return len(self._timed)

    @property
    def seconds(self) -> float | None:
        """The median seconds a task."""
        return median(seconds for *_, seconds in self._timed) if self._timed else None

    @property
    def hurried(self) -> list[str]:
        """The tasks that took less than HURRIED of what is usual in their batch, in order."""
        usual = {name: median(self._usual[name]) for name in {batch for batch, *_ in self._timed}}
        return [task_id for batch, task_id, took in sorted(self._timed) if took < HURRIED * usual[batch]]


def answers(task: Task) -> dict[str, Said]:
    """It will give the last word of each annotator on a task."""
    rows: dict[str, dict[tuple[object, ...], Rows]] = defaultdict(lambda: defaultdict(list))
    for row in _judged(task):
        rows[row["annotator"]][not row["skipped"], *order(row)].append(row)
    lasts = {name: turns[max(turns)] for name, turns in rows.items()}
    return {name: Said(task, last, last[0]["skipped"], last[0]["lead_time"]) for name, last in lasts.items()}


def _judged(task: Task) -> Rows:
    """The judgements of one task, whatever became of its article since: against the text that it showed."""
    text = " " * task.start + str(task.data.get("text", ""))
    shown = {"article_id": task.article_id, "text": text, "text_sha256": task.data.get("text_sha256")}
    return judgements([shown], [task])


def known_label(one: Said) -> str:
    """The stance that is known of a pair."""
    return str(one.task.answer.label) if one.task.answer else ""


def hits(known: Sequence[Said]) -> tuple[int, int]:
    """How many known answers were given, and how many there are; of a text each known mark is one."""
    right = total = 0
    for one in known:
        if one.task.batch.kind == "pairs":
            stance = one.of("stance")
            right, total = right + (stance is not None and stance["label"] == known_label(one)), total + 1
        else:
            here, there = marks(one), known_marks(one)
            right, total = right + len(same_marks(here, there)), total + len(there)
    return right, total


def marks(one: Said) -> list[Mark]:
    """What was marked in a text, in order."""
    places = bounds(" " * one.task.start + one.task.data["text"])
    rows = sorted((row for row in one.rows if row["item_kind"] == "span"), key=lambda row: str(row["spans"]))
    return [
        (row["label"], tuple((span["start"], span["end"]) for span in row["spans"]), tokens(row["spans"], places))
        for row in rows
    ]


def known_marks(one: Said) -> list[Mark]:
    """What is known of a text, in order."""
    start, known = one.task.start, one.task.answer.spans if one.task.answer else ()
    places = bounds(" " * start + one.task.data["text"])
    moved = [(label, tuple((start + begin, start + end) for begin, end in pieces)) for label, pieces in known]
    return [
        (label, pieces, tokens([{"start": begin, "end": end} for begin, end in pieces], places))
        for label, pieces in moved
    ]


def same_marks(here: Sequence[Mark], there: Sequence[Mark]) -> dict[int, int]:
    """Which mark here is which there: one label, tokens that overlap by MATCH, one to one."""
    return best([[iou(one[2], other[2]) if one[0] == other[0] else 0.0 for other in there] for one in here])


def _met(one: Said, two: Said) -> Iterator[tuple[str, str]]:
    """The labels that two annotators gave the same pair or the same words; "" where only one marked them."""
    if one.task.batch.kind == "pairs":
        here, there = one.of("stance"), two.of("stance")
        if here and there:
            yield here["label"], there["label"]
        return
    mine, yours = marks(one), marks(two)
    same = same_marks(mine, yours)
    left = [mark for nth, mark in enumerate(mine) if nth not in same]
    right = [mark for nth, mark in enumerate(yours) if nth not in same.values()]
    other = best([[iou(mark[2], mate[2]) for mate in right] for mark in left])
    yield from ((mine[nth][0], mine[nth][0]) for nth in same)
    yield from ((mark[0], right[other[nth]][0] if nth in other else "") for nth, mark in enumerate(left))
    yield from (("", mark[0]) for nth, mark in enumerate(right) if nth not in other.values())
