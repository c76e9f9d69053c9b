"""Which answers are known, and which tasks become controls or training: such as nobody disputes, and few have seen."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from annotating import relation, tasks
from claimstance import push
from claimstance.annotation.answers import Answer
from claimstance.annotation.batches import Batch
from claimstance.annotation.exports import Task
from claimstance.annotation.quality.known import Candidate, candidates, controls, training
from claimstance.annotation.studio import outbox
from claimstance.errors import UsageError
from claimstance.table import Row, Rows
from test_gold import CLAIM, PAIR, SPANS, TEXT, claim, pair, source, stance, tables, task

MORE = Batch("more", "pairs", "main", "1.0", wave=2, annotators=("ada", "bo", "cy"), overlap=1, controls=0.2)


def pair_task(item: str = PAIR) -> Row:
    """A task of round 2 as it would be sent."""
    claim_id, source_id = item.split("|")
    data = {"task_id": item, "batch": "more", "article_id": "dam", "claim_id": claim_id, "source_id": source_id}
    return {"data": data, "predictions": []}


def span_task(part: tuple[int, int] = (0, len(TEXT))) -> Row:
    """A task of round 1 as it would be sent."""
    data = {"task_id": f"dam@{part[0]}", "batch": "more", "article_id": "dam", "text": TEXT[slice(*part)]}
    return {"data": data | {"start": part[0]}, "predictions": []}


def known(made: Row, *read: Task) -> list[tuple[Answer, list[str]]]:
    """The answer that is known of a task, and who has seen it."""
    found = tables(*read)
    return [(one.answer, sorted(one.seen_by)) for one in candidates([made], read, found["marks"], found["judgements"])]


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ({"ada": "SUPPORTS", "bo": "SUPPORTS"}, "SUPPORTS"),
        ({"ada": "NO_RELATION", "bo": "NO_RELATION"}, "NO_RELATION"),
        ({"ada": "SUPPORTS"}, None),
        ({"ada": "SUPPORTS", "bo": "REFUTES"}, None),
        ({"ada": "SUPPORTS", "bo": "SUPPORTS", "cy": "REFUTES"}, None),
    ],
)
def test_the_answer_to_a_pair_is_known_where_at_least_two_say_the_same(
    said: Mapping[str, str], label: str | None
) -> None:
    read = pair({name: stance(one) for name, one in said.items()})

    found = known(pair_task(), SPANS, read)

    assert found == ([(Answer(label), sorted(said))] if label else [])


def test_the_answer_to_a_pair_is_known_where_an_adjudicator_decided() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")})
    settled = pair({"cy": stance("DISCUSSES")}, batch="third", purpose="adjudication")

    found = known(pair_task(), SPANS, read, settled)

    assert found == [(Answer("DISCUSSES"), ["ada", "bo", "cy"])]


def test_who_saw_a_pair_as_a_control_has_seen_it() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("SUPPORTS")})
    control = pair({"dee": stance("REFUTES")}, batch="b2")
    control.answer = Answer("SUPPORTS")

    found = known(pair_task(), SPANS, read, control)

    assert found == [(Answer("SUPPORTS"), ["ada", "bo", "dee"])]


BOARD = (TEXT.index("the Board"), TEXT.index("the Board") + 9)


def test_the_answer_to_a_text_is_known_where_two_marked_the_same_in_it() -> None:
    pieces = [claim("The old dam", "1"), claim("until Monday", "2"), relation("1", "2", "continues")]
    read = task({"ada": [*pieces, source("the Board")], "bo": [*pieces, source("the Board")]})

    found = known(span_task(), read)

    end = TEXT.index("until Monday") + len("until Monday")
    answer = Answer(spans=(("Claim", ((0, 11), (end - 12, end))), ("Source", (BOARD,))))
    assert found == [(answer, ["ada", "bo"])]


@pytest.mark.parametrize(
    "read",
    [
        [task({"ada": [claim(CLAIM)], "bo": []})],
        [task({"ada": [claim(CLAIM)], "bo": [claim(CLAIM)], "cy": []})],
        [task({"ada": [claim(CLAIM)], "bo": [claim(CLAIM)], "cy": [claim(CLAIM), source("Orme")]})],
        [task({"ada": [claim(CLAIM)]})],
        [task({"ada": [], "bo": []})],
    ],
)
def test_a_text_that_somebody_disputes_one_saw_or_nobody_marked_is_not_known(read: list[Task]) -> None:
    made = span_task()

    found = known(made, *read)

    assert found == []


def test_the_answer_to_a_text_that_was_adjudicated_is_known_with_offsets_of_the_part() -> None:
    cut = TEXT.index("Orme")
    first = task({"ada": [source("Orme")], "bo": []}, part=(0, len(TEXT)))
    settled = task({"cy": [source("Orme", text=TEXT[cut:])]}, part=(cut, len(TEXT)), batch="t", purpose="adjudication")

    found = known(span_task((cut, len(TEXT))), first, settled)

    assert found == [(Answer(spans=(("Source", ((0, 4),)),)), ["ada", "bo", "cy"])]


def drawn(count: int, seen_by: Sequence[str] = (), labels: Sequence[str] = ("SUPPORTS",)) -> list[Candidate]:
    items = [f"dam.c{nth:06d}|dam.r001" for nth in range(count)]
    return [
        Candidate(pair_task(item), Answer(labels[nth % len(labels)]), frozenset(seen_by))
        for nth, item in enumerate(items)
    ]


PLANNED = {f"t{nth}": ("|ada|", "|bo|", "|ada|bo|cy|")[nth % 3] for nth in range(48)}  # ada and bo 32 each, cy 16


def does(sent: Rows) -> Counter[str]:
    return Counter(name for one in sent for name in one["data"]["annotators"].strip("|").split("|"))


def test_of_what_each_annotator_does_the_stated_share_are_controls() -> None:
    found = drawn(40)

    sent, lines = controls(MORE, PLANNED, found)

    assert (does(sent), len(lines)) == ({"ada": 8, "bo": 8, "cy": 4}, 8)


def test_a_control_looks_like_every_other_task_and_its_answer_stands_apart() -> None:
    found = drawn(1)

    sent, lines = controls(MORE, PLANNED, found)

    task = pair_task("dam.c000000|dam.r001")
    assert (sent, lines) == (
        [task | {"data": task["data"] | {"annotators": "|ada|bo|cy|"}}],
        [{"task_id": "dam.c000000|dam.r001", "label": "SUPPORTS"}],
    )


def test_an_annotator_gets_as_controls_first_what_they_have_not_seen() -> None:
    old, new = drawn(20, ["ada"])[:10], drawn(20, ["bo", "cy"])[10:]

    sent, _ = controls(MORE, PLANNED, [*old, *new])

    seen = {one.task_id: one.seen_by for one in [*old, *new]}
    again = [name for one in sent for name in does([one]) if name in seen[one["data"]["task_id"]]]
    assert (again, does(sent)) == ([], {"ada": 8, "bo": 8, "cy": 4})


def test_what_all_have_seen_is_a_control_all_the_same() -> None:
    found = drawn(40, ["ada", "bo", "cy"])

    sent, _ = controls(MORE, PLANNED, found)

    assert does(sent) == {"ada": 8, "bo": 8, "cy": 4}


def test_controls_are_of_every_answer_about_as_many() -> None:
    found = [*drawn(30, labels=["SUPPORTS"]), *drawn(40, labels=["REFUTES", "DISCUSSES"])[30:]]

    _, lines = controls(MORE, PLANNED, found)

    assert sorted(Counter(line["label"] for line in lines).values()) == [2, 3, 3]


def test_controls_are_the_same_whatever_the_order_and_others_in_another_batch() -> None:
    found = drawn(40)

    sent = controls(MORE, PLANNED, found)

    other = controls(replace(MORE, name="other"), PLANNED, found)
    assert (controls(MORE, dict(reversed(PLANNED.items())), found[::-1]) == sent, other[1] == sent[1]) == (True, False)


def test_what_is_asked_anyway_is_no_control_and_without_a_share_there_are_none() -> None:
    found = drawn(2)
    planned = {one.task_id: "|ada|" for one in found} | PLANNED

    sent = controls(MORE, planned, found), controls(replace(MORE, controls=0), PLANNED, found)

    assert sent == (([], []), ([], []))


def test_a_training_batch_is_for_everybody_and_no_longer_than_an_hour() -> None:
    found = [*drawn(30, ["ada"]), *drawn(45)[30:]]

    sent, lines = training(replace(MORE, purpose="training"), found)

    unseen = sum(line["task_id"] >= "dam.c000030" for line in lines)
    assert (does(sent), len(lines), unseen) == ({"ada": 20, "bo": 20, "cy": 20}, 20, 15)


Scripts = Callable[[str], ModuleType]


def pushed(root: Path, script: Scripts, order: push.Order) -> tuple[list[Row], list[Row]]:
    """The tasks of a batch as they would be sent, and the answers that stay at home."""
    with push.prepared(root, order, script("build").STAGES) as made:
        sent = [*made.tasks()]
    path = root / "annotations" / order.batch / "answers.jsonl"
    return sent, [line for _, line in outbox.read(path)] if path.exists() else []


def test_a_training_batch_is_made_of_pairs_whose_answer_is_known_and_sends_no_answer(
    mini: Path, script: Scripts
) -> None:
    order = push.Order("learn", "training", "pairs")

    sent, lines = pushed(mini, script, order)

    again = pushed(mini, script, order), tasks(mini / "annotations") != []
    assert (
        sorted(one["data"]["task_id"] for one in sent) == [line["task_id"] for line in lines] != [],
        {tuple(sorted(line)) for line in lines},
        [one for one in sent if "answer" in json.dumps(one) or '"label"' in json.dumps(one)],
        again,
    ) == (True, {("label", "task_id")}, [], ((sent, lines), True))


def test_controls_stand_among_the_other_tasks_of_a_batch_and_look_like_them(mini: Path, script: Scripts) -> None:
    version = re.sub("# Guideline ", "", (mini / "schemas" / "guidelines.md").read_text("utf-8").split("\n")[0])
    entry = f'  more: {{kind: pairs, purpose: main, wave: 2, guideline_version: "{version}", controls: 0.5}}\n'
    with (mini / "annotations" / "batches.yaml").open("a", encoding="utf-8") as file:
        file.write(entry)
    order = push.Order("more", articles=("most",))

    sent, lines = pushed(mini, script, order)

    hidden = {line["task_id"] for line in lines}
    shapes = {(tuple(sorted(one)), tuple(sorted(one["data"])), one["data"]["annotators"]) for one in sent}
    assert (
        len(shapes),
        len(hidden) > 0,
        {one["data"]["article_id"] for one in sent if one["data"]["task_id"] in hidden},
    ) == (
        1,
        True,
        {"ferry"},
    )


def test_controls_are_spread_among_the_other_tasks() -> None:
    plain, hidden = [pair_task(f"p{nth}|r") for nth in range(50)], [pair_task(f"h{nth}|r") for nth in range(20)]

    found = [one["data"]["task_id"] for one in push._mixed(MORE, plain, 50, hidden)]

    places = [nth for nth, one in enumerate(found) if one.startswith("h")]
    assert (len(found), [one for one in found if one.startswith("p")], places[0] < 15, places[-1] > 55) == (
        70,
        [one["data"]["task_id"] for one in plain],
        True,
        True,
    )


def test_a_training_batch_without_a_known_answer_says_what_has_to_come_first(mini: Path, script: Scripts) -> None:
    order = push.Order("learn", "training", "spans", ("most",))

    with pytest.raises(UsageError) as refusal:
        pushed(mini, script, order)

    assert "there is no task whose answer is known" in str(refusal.value)
