"""What one annotator said, beside what is known and what the others said. Adjudication is left out.

Everything follows from what was shown and answered, so it needs no build: the offsets are those of the tasks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

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
Answers = Mapping[str, list[Said]]  # by annotator


def answers(tasks: Sequence[Task]) -> dict[str, list[Said]]:
    """What each annotator answered, a task at a time, without adjudication; tasks in order."""
    found: dict[str, list[Said]] = defaultdict(list)
    for task in tasks:
        if task.purpose == ADJUDICATION:
            continue
        rows: dict[str, dict[tuple[object, ...], Rows]] = defaultdict(lambda: defaultdict(list))
        for row in _judged(task):
            rows[row["annotator"]][not row["skipped"], *order(row)].append(row)
        for name, turns in sorted(rows.items()):
            last = turns[max(turns)]
            found[name].append(Said(task, last, last[0]["skipped"], last[0]["lead_time"]))
    return found


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


def agreement(own: Sequence[Said], others: Answers) -> tuple[float | None, int, Counter[tuple[str, str]]]:
    """How much of their answers and yours are alike, over how many tasks, and which labels met: yours, theirs.

    Of a pair the stance; of a text the marks, twice those that are the same by all that were made (F1). Training is
    left out. A mark that only one of two made meets "".
    """
    theirs = defaultdict(list)
    for said in others.values():
        for one in said:
            theirs[one.task.batch.name, one.task.task_id].append(one)
    alike = total = n = 0
    met: Counter[tuple[str, str]] = Counter()
    for one in own:
        beside = [two for two in theirs[one.task.batch.name, one.task.task_id] if not two.skipped]
        if one.skipped or not beside or one.task.purpose == "training":
            continue
        n += 1
        for two in beside:
            pairs = [*_met(one, two)]
            alike += sum((2 if "" not in pair else 1) for pair in pairs if pair[0] == pair[1])
            total += sum((2 if "" not in pair else 1) for pair in pairs)
            met.update(pair for pair in pairs if pair[0] != pair[1])
    return (alike / total if total else None), n, met


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


def times(own: Sequence[Said], everybody: Answers) -> tuple[float | None, list[Said], int]:
    """Your median seconds a task, the tasks that were hurried, and of how many the time is known."""
    usual: dict[str, list[float]] = defaultdict(list)
    for said in everybody.values():
        for one in said:
            if one.seconds is not None and not one.skipped:
                usual[one.task.batch.name].append(one.seconds)
    timed = [(one, one.seconds) for one in own if one.seconds is not None and not one.skipped]
    hurried = [one for one, seconds in timed if seconds < HURRIED * median(usual[one.task.batch.name])]
    return (median(seconds for _, seconds in timed) if timed else None), hurried, len(timed)
