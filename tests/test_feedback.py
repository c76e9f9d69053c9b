"""The report to an annotator: what is known, where they differ, how long it took; in words that can be sent."""

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from annotating import Json, annotation, choice, pair_task, put, region
from claimstance.annotation.answers import Answer
from claimstance.annotation.exports import Task
from claimstance.annotation.quality.feedback import report
from claimstance.annotation.quality.guide import passages
from claimstance.errors import UsageError
from claimstance.table import Rows
from conftest import REPOSITORY
from test_gold import HELD, TEXT, claim, pair, source, stance, task

GUIDELINE = """# Guideline 9.9

## Round 1
| key | label | mark |
|---|---|---|
| `1` | Claim | what can be checked |
| `2` | Source | whoever says it |

## Round 2
| ask | stance |
|---|---|
| Does it say the claim? | SUPPORTS |
| Can the claim not be true? | REFUTES |

### Neighbours
- **NOT_ENOUGH_INFO or DISCUSSES?** Look for the clause
  itself.
- **DISPUTED or DISCUSSES?** Whose are the two sides?
"""


def told(annotator: str, *read: Task, sent: dict[str, Rows] | None = None) -> str:
    batches = {one.batch.name for one in read}
    shown = sent or {
        name: [one.data | {"task_id": one.task_id} for one in read if one.batch.name == name] for name in batches
    }
    return report(annotator, shown, read, GUIDELINE)


def section(text: str, heading: str) -> list[str]:
    """The lines below a heading that say something."""
    body = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [line for line in body.splitlines() if line]


def control(said: dict[str, Sequence[Json]], label: str, **more: str) -> Task:
    """A pair whose answer is known."""
    one = pair(said)
    one.answer = Answer(label)
    one.data.update(more)
    return one


def test_a_miss_is_told_with_what_was_shown_both_answers_and_what_the_guideline_says_of_them() -> None:
    words = region(HELD, "It was tested", "Evidence", "e1")
    shown = {"claim": "The dam holds", "source_name": "*Board*, 2025"}
    read = control({"ada": stance("NOT_ENOUGH_INFO", words), "bo": stance("DISCUSSES")}, "DISCUSSES", **shown)

    found = section(told("ada", read), "Answers that are known")

    assert found == [
        "Of some tasks the answer is known. You gave 0 of 1 of these answers. Please read the ones below again. If you "
        "still think you are right, tell us: the guideline may be unclear.",
        "### The dam holds",
        r"Source: \*Board\*, 2025",
        "> The dam will hold . It was tested.",
        r"You answered **NOT_ENOUGH_INFO**; the known answer is **DISCUSSES**. You marked “It was tested”.",
        "Guideline, *Neighbours*: **NOT_ENOUGH_INFO or DISCUSSES?** Look for the clause itself.",
    ]


def test_misses_in_a_text_are_what_was_not_marked_and_what_was_marked_besides() -> None:
    read = task({"ada": [claim("dam will hold"), source("Orme")]})
    board, held = TEXT.index("the Board"), TEXT.index("old dam will hold")
    read.answer = Answer(spans=(("Claim", ((held, held + 17),)), ("Source", ((board, board + 9),))))

    found = section(told("ada", read), "Answers that are known")

    assert found[1:] == [
        "### dam-0",
        "- not marked: Source “the Board”",
        "- marked besides: Source “Orme”",
        "Guideline, *Round 1*: **Source**, mark: whoever says it",
    ]


def test_a_part_that_begins_later_is_held_against_its_own_answer() -> None:
    cut = TEXT.index("Orme")
    read = task({"ada": [region(TEXT[cut:], "it will hold", "Claim", "c1")]}, part=(cut, len(TEXT)))
    at = TEXT[cut:].index("it will hold")
    read.answer = Answer(spans=(("Claim", ((at, at + 12),)),))

    found = section(told("ada", read), "Answers that are known")

    assert found == ["Of some tasks the answer is known. You gave 1 of 1 of these answers."]


def many(said: Sequence[tuple[str, str]], seconds: Sequence[float | None] = (), **more: str) -> list[Task]:
    """Pairs that ada and bo judged."""
    read = []
    for nth, (one, other) in enumerate(said):
        made = pair({"ada": stance(one), "bo": stance(other)}, f"dam.c{nth:06d}-000034|dam.r001")
        made.task_id = f"t{nth}"
        taken = seconds[nth] if seconds else None
        made.annotations = {
            f"{nth}{key}": replace(by, unique_id=f"{nth}{key}", lead_time=taken if by.annotator == "ada" else None)
            for key, by in made.annotations.items()
        }
        read.append(made)
    return read


def test_agreement_is_one_figure_and_names_the_labels_that_are_confused_and_nobody() -> None:
    read = many([("SUPPORTS", "SUPPORTS")] * 3 + [("SUPPORTS", "DISCUSSES")] * 2 + [("REFUTES", "SUPPORTS")])

    text = told("ada", *read)

    assert (section(text, "You and the others"), " bo" in text) == (
        [
            "50% of your answers and the others' are alike (n = 6 tasks that you and somebody else did).",
            "Where you differ, it is most often here:",
            "- you SUPPORTS, others DISCUSSES: 2 ×",
            "- you REFUTES, others SUPPORTS: 1 ×",
        ],
        False,
    )


def test_agreement_on_marks_counts_those_that_are_the_same_and_whose_the_others_are() -> None:
    ada = [claim("old dam will hold"), claim("the Board", "c2"), source("Orme", "s2")]
    read = task({"ada": ada, "bo": [claim("dam will hold"), source("the Board")]})

    found = section(told("ada", read), "You and the others")

    assert found == [
        "40% of your answers and the others' are alike (n = 1 tasks that you and somebody else did).",
        "Where you differ, it is most often here:",
        "- you Claim, others Source: 1 ×",
        "| label | only you marked it | only others did |",
        "|---|---:|---:|",
        "| Source | 1 | 0 |",
    ]


def test_an_adjudicator_is_none_of_the_others_and_training_is_no_agreement() -> None:
    read = pair({"ada": stance("SUPPORTS")}, batch="b1")
    settled = pair({"bo": stance("REFUTES")}, batch="b1", purpose="adjudication")
    learnt = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}, batch="b2", purpose="training")

    found = section(told("ada", read, settled, learnt), "You and the others")

    assert found == ["Nobody else has answered the same tasks yet."]


def test_the_time_is_the_median_and_what_was_hurried_is_named_by_a_stated_rule() -> None:
    read = many([("SUPPORTS", "SUPPORTS")] * 5, [40, 38, 42, 9, 60])

    found = section(told("ada", *read), "Time")

    assert found == [
        "Half of your tasks took you less than 40 seconds (n = 5), as Label Studio measures it.",
        "These took less than 25% of the median time of their batch. Please look at them once more: `t3`.",
    ]


def test_what_is_good_is_said() -> None:
    read = many([("SUPPORTS", "SUPPORTS")] * 5, [40, 38, 42, 39, 60])
    for one in read:
        one.answer = Answer("SUPPORTS")

    found = section(told("ada", *read), "What is good")

    assert found == [
        "- You knew every SUPPORTS among the known answers (5 of 5).",
        "- You gave 5 of 5 known answers.",
        "- You and the others agree on 100%.",
        "- You took your time over every task.",
    ]


def test_done_skipped_and_left_are_counted_a_batch_of_what_was_meant_for_them() -> None:
    done = pair({"ada": stance("SUPPORTS")}, batch="b1")
    skipped = pair({"ada": []}, "dam.c1|dam.r001", batch="b1", skipped=["ada"])
    skipped.task_id = "x1"
    sent = [
        {"task_id": name, "annotators": names}
        for name, names in (("dam-0", "|ada|"), ("x1", "|ada|bo|"), ("x2", "|ada|"), ("x3", "|bo|"))
    ]

    found = section(told("ada", done, skipped, sent={"b1": sent}), "What you did")

    assert found[2:] == ["| b1 | 3 | 1 | 1 | 1 |"]


def test_tasks_are_heard_one_after_the_other_and_not_kept() -> None:
    def read(count: int) -> Iterator[Task]:
        for nth in range(count):
            one = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}, batch="b1")
            one.task_id, one.data["evidence_text"] = f"t{nth}", f"{nth} " * 20_000
            yield one

    took = []
    for count in (20, 200):
        tracemalloc.start()
        report("ada", {}, read(count), GUIDELINE)
        took.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert took[1] < 1.5 * took[0]


def test_a_batch_that_was_not_meant_for_them_is_not_in_their_report() -> None:
    first, second = pair({"bo": stance("SUPPORTS")}), pair({"bo": stance("SUPPORTS")})
    sent = {
        "pairs": [first.data | {"task_id": first.task_id, "annotators": "|bo|"}],
        "more": [second.data | {"task_id": "t2", "annotators": "|ada|"}],
    }

    found = section(told("ada", first, second, sent=sent), "What you did")

    assert found == [
        "| batch | for you | done | skipped | left |",
        "|---|---:|---:|---:|---:|",
        "| more | 1 | 0 | 0 | 1 |",
    ]


def test_the_last_word_is_what_is_held_against_the_known_answer() -> None:
    read = control({"ada": stance("REFUTES")}, "SUPPORTS")
    first = read.annotations["pairs-0-ada"]
    read.annotations["later"] = replace(
        first, unique_id="later", result=stance("SUPPORTS"), created="2026-03-03T00:00:00Z"
    )
    read.annotations["pairs-0-ada"] = replace(first, created="2026-03-02T00:00:00Z")

    found = section(told("ada", read), "Answers that are known")

    assert found == ["Of some tasks the answer is known. You gave 1 of 1 of these answers."]


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (("DISPUTED", "DISCUSSES"), [("Neighbours", "**DISPUTED or DISCUSSES?** Whose are the two sides?")]),
        (
            ("SUPPORTS", "REFUTES"),
            [
                ("Round 2", "**SUPPORTS**, ask: Does it say the claim?"),
                ("Round 2", "**REFUTES**, ask: Can the claim not be true?"),
            ],
        ),
        (("Claim", "Claim"), [("Round 1", "**Claim**, mark: what can be checked")]),
        (("DISPUTED", "NO_RELATION"), []),
    ],
)
def test_the_guideline_is_quoted_where_it_tells_the_two_labels_apart(
    labels: tuple[str, str], found: list[tuple[str, str]]
) -> None:
    one, other = labels

    said = passages(GUIDELINE, one, other)

    assert said == found


def test_our_guideline_says_something_of_any_two_stances() -> None:
    guideline = (REPOSITORY / "schemas" / "guidelines.md").read_text(encoding="utf-8")
    labels = ("SUPPORTS", "REFUTES", "NOT_ENOUGH_INFO", "DISPUTED", "DISCUSSES", "NO_RELATION")

    silent = [(one, other) for one in labels for other in labels if not passages(guideline, one, other)]

    assert silent == []


Scripts = Callable[[str], ModuleType]


def corpus_of(folder: Path) -> Path:
    """A corpus with one control in it that ada missed."""
    said = [annotation("ada", [choice("stance", "REFUTES")]), annotation("bo", [choice("stance", "SUPPORTS")], 2)]
    one = pair_task("dam.c1", "dam.r1", said, annotators="|ada|bo|", claim="The dam holds")
    files: dict[str, Sequence[Json | str]] = {
        "pairs/tasks.jsonl": [{"data": one["data"]}],
        "pairs/answers.jsonl": [{"task_id": one["data"]["task_id"], "label": "SUPPORTS"}],
        "pairs/2026-03-02.jsonl": [one],
    }
    only_pairs = "annotators:\n  ada: {kind: person}\n  bo: {kind: person}\nbatches:\n"
    put(folder / "annotations", files, only_pairs + '  pairs: {kind: pairs, purpose: main, guideline_version: "1.0"}\n')
    (folder / "schemas").mkdir()
    (folder / "schemas" / "guidelines.md").write_text(GUIDELINE, encoding="utf-8")
    return folder


def test_the_recipe_prints_the_report_or_writes_it(
    tmp_path: Path, script: Scripts, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, out = corpus_of(tmp_path), tmp_path / "ada.md"

    script("report_annotator").main(["--corpus", str(corpus), "--annotator", "ada"])
    printed = capsys.readouterr().out
    script("report_annotator").main(["--corpus", str(corpus), "--annotator", "ada", "--out", str(out)])

    assert (printed, "the known answer is **SUPPORTS**" in printed) == (out.read_text(encoding="utf-8"), True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--annotator", "eve"], "--annotator eve: batches.yaml knows ada, bo."),
        (["--annotator", "ada", "--batch", "spans"], "--batch spans: batches.yaml knows pairs."),
    ],
)
def test_a_name_that_nobody_has_is_refused(tmp_path: Path, script: Scripts, arguments: list[str], message: str) -> None:
    corpus = corpus_of(tmp_path)

    with pytest.raises(UsageError) as refusal:
        script("report_annotator").main(["--corpus", str(corpus), *arguments])

    assert str(refusal.value) == message
