"""Votes weighed by the judges' habits: better than counting where one judge is biased, and as honest at a tie."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from claimstance import dataset
from claimstance.annotation.dawid_skene import dawid_skene
from claimstance.annotation.gold import verdict
from claimstance.errors import SchemaError, UsageError
from claimstance.table import Row, Rows
from test_gold import CLAIM, PAIR, SPANS, claim, pair, stance, tables, task

LABELS = ("SUPPORTS", "REFUTES", "DISCUSSES")


def row(item: str, annotator: str, label: str, purpose: str = "main") -> Row:
    return {
        "item_kind": "stance",
        "item_id": item,
        "annotator": annotator,
        "label": label,
        "purpose": purpose,
        "skipped": False,
        "anchor": "same",
        "wave": 1,
        "created": None,
        "judgement_id": f"{item}.{annotator}",
    }


def planted() -> tuple[dict[str, str], Rows]:
    """60 pairs with what is true; ada and bo err each in one of ten, cy and dee call every DISCUSSES a SUPPORTS."""
    truth = {f"c{nth:03d}|r": LABELS[nth % 3] for nth in range(60)}
    rows: Rows = []
    for nth, (item, label) in enumerate(truth.items()):
        wrong = LABELS[(nth + 1) % 3]
        rows.append(row(item, "ada", wrong if nth % 10 == 3 else label))
        rows.append(row(item, "bo", wrong if nth % 10 == 7 else label))
        rows += [row(item, name, "SUPPORTS" if label == "DISCUSSES" else label) for name in ("cy", "dee")]
    return truth, rows


def right(truth: Mapping[str, str], said: Mapping[str, str | None]) -> int:
    return sum(said[item] == label for item, label in truth.items())


def test_it_is_mostly_right_where_two_biased_judges_tie_the_vote() -> None:
    truth, rows = planted()

    found = {item: one.label for item, one in dawid_skene(rows).items()}

    counted = {item: verdict([one for one in rows if one["item_id"] == item]).label for item in truth}
    assert (right(truth, found), right(truth, counted)) == (56, 40)


def test_it_gives_the_same_whatever_the_order_of_the_judgements() -> None:
    _, rows = planted()

    found = dawid_skene(rows)

    assert repr(found) == repr(dawid_skene(rows[::-1]))


def test_two_judges_who_differ_for_no_reason_tie() -> None:
    rows = [row("a|r", "ada", "SUPPORTS"), row("a|r", "bo", "REFUTES")]

    found = dawid_skene(rows)

    assert [(item, one.label, sorted(one.probabilities)) for item, one in found.items()] == [
        ("a|r", None, ["REFUTES", "SUPPORTS"])
    ]


def test_adjudicators_training_and_controls_are_no_judges() -> None:
    _, rows = planted()
    more = [row("c000|r", "eve", "REFUTES", purpose) for purpose in ("adjudication", "training", "control")]

    found = dawid_skene([*rows, *more])

    assert found == dawid_skene(rows)


def test_nobody_judged_and_nothing_is_weighed() -> None:
    read = tables(task({"ada": [claim(CLAIM)]}))["judgements"]

    found = dawid_skene(read)

    assert found == {}


def test_a_stance_that_was_weighed_says_so_and_one_that_was_adjudicated_stays() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")})
    settled = pair({"cy": stance("DISCUSSES")}, batch="third", purpose="adjudication")
    habits = dawid_skene([*planted()[1], row(PAIR, "ada", "SUPPORTS"), row(PAIR, "cy", "REFUTES")])

    made = tables(SPANS, read, weighed=habits), tables(SPANS, read, settled, weighed=habits)

    rows = [one["stances"][0] for one in made]
    assert [(one["stance"], one["aggregation"], one["tie"], one["soft_label"]) for one in rows] == [
        (habits[PAIR].label, "dawid_skene", True, {"REFUTES": 0.5, "SUPPORTS": 0.5}),
        ("DISCUSSES", "adjudicated", True, {"REFUTES": 0.5, "SUPPORTS": 0.5}),
    ]


def test_a_tie_that_weighing_leaves_is_a_tie() -> None:
    read = pair({"ada": stance("SUPPORTS"), "bo": stance("REFUTES")})

    made = tables(SPANS, read, weighed=dawid_skene(tables(SPANS, read)["judgements"]))

    assert [(one["stance"], one["aggregation"]) for one in made["stances"]] == [(None, "tie_unresolved")]


def test_without_crowd_kit_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "crowdkit.aggregation", None)

    with pytest.raises(UsageError) as refusal:
        dawid_skene([row("a|r", "ada", "SUPPORTS")])

    assert str(refusal.value).endswith("pip install 'claimstance[dawid-skene]'")


SETTINGS = 'name: a\ntitle: A\nsummary: s\nversion: "0.1.0"\nsplits: {train: 0.6, validation: 0.2, test: 0.2}\n'


@pytest.mark.parametrize(("said", "rule"), [("", "vote"), ("gold: {stance: dawid_skene}\n", "dawid_skene")])
def test_the_rule_is_chosen_in_the_settings_and_votes_are_counted_unless_it_is(
    tmp_path: Path, said: str, rule: str
) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text(SETTINGS + said, encoding="utf-8")

    found = dataset.read(path)

    assert found.stance == rule


def test_a_rule_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text(SETTINGS + "gold: {stance: dice}\n", encoding="utf-8")

    with pytest.raises(SchemaError) as refusal:
        dataset.read(path)

    assert "dice" in str(refusal.value)
