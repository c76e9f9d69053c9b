"""A report to one annotator, in Markdown, that an owner can send as it is. It names no other annotator."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from claimstance.annotation.batches import barred
from claimstance.annotation.exports import Task
from claimstance.annotation.judgements import SPAN_LABELS
from claimstance.annotation.quality.compared import (
    HURRIED,
    Heard,
    Said,
    hits,
    known_label,
    known_marks,
    marks,
    same_marks,
)
from claimstance.annotation.quality.guide import passages
from claimstance.spans import copy_of
from claimstance.table import Row

GOOD = 0.8  # share of known answers, or of agreement, from which it is praised
ENOUGH = 5  # answers from which a share says something
SHOWN = 600  # characters of a source's text that are shown again
CONFUSED = 3  # pairs of labels that are named, at most


def report(annotator: str, sent: Mapping[str, Iterable[Row]], tasks: Iterable[Task], guideline: str) -> str:
    """It will say how far somebody is, what they had right, where they differ from the others, and what is good.

    `sent` are the data of the tasks of each batch that the report is about, `tasks` what was answered in these batches,
    `guideline` the text of schemas/guidelines.md.
    """
    heard = Heard(annotator)
    for task in tasks:
        heard.add(task)
    known = sorted(heard.known, key=lambda one: (one.task.batch.name, one.task.task_id))
    misses = [*_missed_pairs(known, guideline), *_missed_spans(known, guideline)]
    right, total = hits(known)
    good = [*_praise_known(known), *_praise(right, total, heard)]
    lines = [f"# Report for {annotator}", "", "Thank you for your work. This is how it looks so far.", ""]
    lines += ["## What you did", "", *_progress(heard, sent), ""]
    if good:
        lines += ["## What is good", "", *(f"- {one}" for one in good), ""]
    lines += ["## Answers that are known", "", *_known_lines(right, total, bool(misses)), "", *misses]
    lines += ["## You and the others", "", *_agreement_lines(heard), ""]
    lines += ["## Time", "", *_time_lines(heard)]
    return "\n".join(lines) + "\n"


def _progress(heard: Heard, sent: Mapping[str, Iterable[Row]]) -> Iterator[str]:
    yield "| batch | for you | done | skipped | left |"
    yield "|---|---:|---:|---:|---:|"
    for name, rows in sorted(sent.items()):
        everybody = name not in heard.batches or heard.annotator in heard.batches[name].annotators
        answered = heard.done.get(name, {})
        yours = {
            str(data["task_id"])
            for data in rows
            if (barred([heard.annotator]) in data["annotators"] if "annotators" in data else everybody)
        } | set(answered)
        skipped = sum(answered.values())
        done = len(answered) - skipped
        if yours:
            yield f"| {name} | {len(yours)} | {done} | {skipped} | {len(yours) - len(answered)} |"


def _known_lines(right: int, total: int, missed: bool) -> list[str]:
    if not total:
        return ["There were none among your tasks."]
    head = f"Of some tasks the answer is known. You gave {right} of {total} of these answers."
    more = "Please read the ones below again. If you still think you are right, tell us: the guideline may be unclear."
    return [f"{head} {more}" if missed else head]


def _missed_pairs(known: Sequence[Said], guideline: str) -> Iterator[str]:
    """Each pair that was answered otherwise: what was shown, both answers, and what the guideline says of them."""
    for one in known:
        stance = one.of("stance")
        if one.task.batch.kind != "pairs" or stance is None or stance["label"] == known_label(one):
            continue
        data, evidence = one.task.data, one.of("evidence")
        marked = f" You marked {_quoted(evidence['evidence_text'])}." if evidence else ""
        yield from (f"### {_flat(data.get('claim') or one.task.task_id)}", "")
        yield from (f"Source: {_flat(data.get('source_name') or data['source_id'])}", "")
        yield from (f"> {_flat(data.get('evidence_text') or '')}", "")
        yield from (f"You answered **{stance['label']}**; the known answer is **{known_label(one)}**.{marked}", "")
        yield from _guided(guideline, [(stance["label"], known_label(one))])


def _missed_spans(known: Sequence[Said], guideline: str) -> Iterator[str]:
    """For each text what was not marked, what was marked besides, and what the guideline says of these labels."""
    for one in known:
        if one.task.batch.kind != "spans":
            continue
        here, there = marks(one), known_marks(one)
        same = same_marks(here, there)
        missing = [mark for nth, mark in enumerate(there) if nth not in same.values()]
        more = [mark for nth, mark in enumerate(here) if nth not in same]
        if missing or more:
            text = " " * one.task.start + one.task.data["text"]
            yield from (f"### {_flat(one.task.data.get('title') or one.task.task_id)}", "")
            yield from (f"- not marked: {label} {_quoted(copy_of(text, spans))}" for label, spans, _ in missing)
            yield from (f"- marked besides: {label} {_quoted(copy_of(text, spans))}" for label, spans, _ in more)
            yield ""
            yield from _guided(guideline, [(label, label) for label in sorted({mark[0] for mark in [*missing, *more]})])


def _guided(guideline: str, labels: Iterable[tuple[str, str]]) -> Iterator[str]:
    for one, other in labels:
        for heading, words in passages(guideline, one, other):
            place = heading if heading.startswith("Guideline") else f"Guideline, *{heading}*"
            yield from (f"{place}: {words}", "")


def _agreement_lines(heard: Heard) -> Iterator[str]:
    share, differing = heard.agreement, heard.differing
    if share is None:
        yield "Nobody else has answered the same tasks yet."
        return
    n = heard.tasks
    yield f"{share:.0%} of your answers and the others' are alike (n = {n} tasks that you and somebody else did)."
    confused = [(pair, times) for pair, times in differing.items() if "" not in pair]
    confused.sort(key=lambda one: (-one[1], one[0]))
    if confused:
        yield from ("", "Where you differ, it is most often here:", "")
    yield from (f"- you {one}, others {other}: {times} ×" for (one, other), times in confused[:CONFUSED])
    alone = [(label, differing[label, ""], differing["", label]) for label in SPAN_LABELS]
    if any(mine or theirs for _, mine, theirs in alone):
        yield from ("", "| label | only you marked it | only others did |", "|---|---:|---:|")
        yield from (f"| {label} | {mine} | {theirs} |" for label, mine, theirs in alone if mine or theirs)


def _time_lines(heard: Heard) -> Iterator[str]:
    if (seconds := heard.seconds) is None:
        yield "Label Studio says nothing of how long your tasks took."
        return
    half = f"{seconds:.0f} seconds (n = {heard.timed})"
    yield f"Half of your tasks took you less than {half}, as Label Studio measures it."
    if hurried := heard.hurried:
        rule = f"less than {HURRIED:.0%} of the median time of their batch"
        named = ", ".join(f"`{one}`" for one in hurried)
        yield from ("", f"These took {rule}. Please look at them once more: {named}.")


def _praise_known(known: Sequence[Said]) -> Iterator[str]:
    """Labels of which every known answer was given, at least ENOUGH."""
    of: dict[str, list[bool]] = defaultdict(list)
    for one in known:
        if one.task.batch.kind == "pairs" and (stance := one.of("stance")):
            of[known_label(one)].append(stance["label"] == known_label(one))
    for label, given in sorted(of.items()):
        if len(given) >= ENOUGH and all(given):
            yield f"You knew every {label} among the known answers ({len(given)} of {len(given)})."


def _praise(right: int, total: int, heard: Heard) -> Iterator[str]:
    if total >= ENOUGH and right >= GOOD * total:
        yield f"You gave {right} of {total} known answers."
    share = heard.agreement
    if share is not None and heard.tasks >= ENOUGH and share >= GOOD:
        yield f"You and the others agree on {share:.0%}."
    if heard.timed >= ENOUGH and not heard.hurried:
        yield "You took your time over every task."


def _flat(words: str) -> str:
    """On one line, not endless, and no orders to Markdown at its beginning."""
    shown = " ".join(words.split())
    shown = shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"
    return re.sub(r"([\\`*_<>#|\[\]])", r"\\\1", shown)


def _quoted(words: str) -> str:
    return f"“{_flat(words)}”"
