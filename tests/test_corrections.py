"""Corrections: what was put right after it was pulled, with a reason, as long as what was wrong still stands there."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from annotating import (
    Json,
    annotation,
    article,
    choice,
    only,
    pair_task,
    put,
    region,
    relation,
    span_task,
    tasks,
    written,
)
from claimstance.annotation.corrections import ALWAYS, MORE
from claimstance.annotation.judgements import judgements
from claimstance.errors import BadInput
from claimstance.table import Rows

TEXT = "🌊 The dam, she said, will hold until Monday."
DAM, HOLD, SHE = (
    region(TEXT, "The dam", "Claim", "c1"),
    region(TEXT, "will hold", "Claim", "c2"),
    region(TEXT, "she", "Source", "s1"),
)
ADA, BO = (f"00000000-0000-4000-8000-{number:012d}" for number in (1, 2))
HELD = "The dam will hold."


def said(change: str, /, **more: Any) -> str:
    """An entry of corrections.yaml about Ada's annotation, with a reason."""
    entry = {"annotation": ADA, "change": change, "reason": "she meant it so"} | more
    return "- {" + ", ".join(f'{key}: "{one}"' for key, one in entry.items() if one is not None) + "}\n"


def laid(folder: Path, entries: str, *result: Json, batch: str = "spans") -> Path:
    """annotations/ with one task that Ada did, and these corrections of it."""
    task = span_task(TEXT, [annotation("ada", result)])
    if batch == "pairs":
        task = pair_task("dam.c1", "dam.r001", [annotation("ada", result)], evidence_text=HELD)
    root = put(folder / "annotations", {f"{batch}/2026-03-02.jsonl": [task]}, only(batch))
    (root / batch / "corrections.yaml").write_text(entries, encoding="utf-8")
    return root


def corrected(folder: Path, entries: str, *result: Json, batch: str = "spans") -> Rows:
    """What the annotation comes to, the task itself left out."""
    root = laid(folder, entries, *result, batch=batch)
    return [row for row in judgements([article(TEXT)], tasks(root)) if row["item_kind"] != "task"]


def refused(folder: Path, entries: str, *result: Json) -> str:
    """The one error that these corrections come to."""
    root = laid(folder, entries, *result)
    with pytest.raises(BadInput) as refusal:
        tasks(root)
    assert len(refusal.value.errors) == 1
    return str(refusal.value).replace(f"{root}/spans/corrections.yaml", "corrections.yaml")


def test_a_region_gets_another_label(tmp_path: Path) -> None:
    rows = corrected(tmp_path, said("relabel", region="s1", expect="Source", to="Cue"), DAM, SHE)

    assert {(row["text"], row["label"]) for row in rows} == {("The dam", "Claim"), ("she", "Cue")}


def test_an_answer_about_a_region_is_another_one(tmp_path: Path) -> None:
    entry = said("relabel", region="c1", control="claim_type", expect="quote", to="causal")
    answers = choice("claim_type", "quote", "c1"), choice("claim_type", "quote", "c2")

    rows = corrected(tmp_path, entry, DAM, HOLD, *answers)

    assert sorted(row["label"] for row in rows) == ["Claim", "Claim", "causal", "quote"]


def test_an_answer_about_a_pair_is_another_one(tmp_path: Path) -> None:
    entry = said("relabel", control="stance", expect="SUPPORTS", to="REFUTES")

    rows = corrected(tmp_path, entry, choice("stance", "SUPPORTS"), batch="pairs")

    assert [(row["item_kind"], row["label"]) for row in rows] == [("stance", "REFUTES")]


def test_a_span_is_moved_and_measured_against_the_text_alone(tmp_path: Path) -> None:
    rows = corrected(tmp_path, said("move", region="c1", expect="2-9", to="0-9"), DAM)

    assert [(row["spans"], row["text"]) for row in rows] == [([{"start": 0, "end": 9}], "🌊 The dam")]


def test_a_region_is_dropped_with_all_that_was_said_of_it(tmp_path: Path) -> None:
    entry = said("drop", region="c1", expect="Claim 2-9")
    more = choice("claim_type", "causal", "c1"), written("It holds.", "c1"), relation("c1", "s1")

    rows = corrected(tmp_path, entry, DAM, HOLD, SHE, *more, relation("c2", "s1"))

    kinds = sorted((row["item_kind"], row["text"]) for row in rows if row["text"] or row["item_kind"] != "span")
    assert kinds == [("relation", None), ("span", "she"), ("span", "will hold")]


def test_of_two_regions_with_one_id_the_one_that_is_not_dropped_keeps_what_was_said(tmp_path: Path) -> None:
    entry = said("drop", region="c1", expect="Claim 21-30")
    more = choice("claim_type", "causal", "c1"), relation("c1", "s1")

    rows = corrected(tmp_path, entry, DAM, HOLD | {"id": "c1"}, SHE, *more)

    assert sorted((row["item_kind"], str(row["text"])) for row in rows) == [
        ("claim_type", "None"),
        ("relation", "None"),
        ("span", "The dam"),
        ("span", "she"),
    ]


@pytest.mark.parametrize(("drawn", "expect"), [(("s1", "c1", "right"), "s1>c1"), (("c1", "s1", "left"), "s1>c1")])
def test_an_arrow_is_turned_round_whichever_way_it_was_drawn(
    tmp_path: Path, drawn: tuple[str, str, str], expect: str
) -> None:
    arrow = relation(*drawn[:2], direction=drawn[2])

    rows = corrected(tmp_path, said("reverse", expect=expect), DAM, SHE, arrow)

    ids = {row["label"]: row["judgement_id"] for row in rows if row["item_kind"] == "span"}
    drawn_now = [row["item_id"] for row in rows if row["item_kind"] == "relation"]
    assert drawn_now == [f"{ids['Claim']}>{ids['Source']}"]


def test_an_annotation_is_somebody_elses(tmp_path: Path) -> None:
    rows = corrected(tmp_path, said("attribute", expect="ada", to="cy"), DAM)

    assert [(row["annotator"], row["annotator_kind"]) for row in rows] == [("cy", "model")]


def test_corrections_are_applied_one_after_the_other_counted_and_leave_the_pull_as_it_is(tmp_path: Path) -> None:
    first = said("relabel", region="c1", expect="Claim", to="Cue")
    root = laid(tmp_path, first + said("relabel", region="c1", expect="Cue", to="Source"), DAM)
    before = (root / "spans" / "2026-03-02.jsonl").read_bytes()

    found = tasks(root)

    told = [(task.corrected, one.result[0]["value"]["labels"]) for task in found for one in task.annotations.values()]
    assert (told, (root / "spans" / "2026-03-02.jsonl").read_bytes()) == ([(2, ["Source"])], before)


WRONG = {
    "an annotation that is nowhere": (
        said("drop", annotation=BO, region="c1", expect="Claim 2-9"),
        f"no pull has the annotation {BO}. Is its id right?",
    ),
    "another label": (
        said("relabel", region="c1", expect="Cue", to="Source"),
        "Cue is expected, but Claim stands there. Look at it again.",
    ),
    "no such region": (
        said("relabel", region="c9", expect="Cue", to="Source"),
        "Cue is expected, but nothing stands there. Look at it again.",
    ),
    "a label that is right by now": (
        said("relabel", region="c1", expect="Source", to="Claim"),
        "Claim stands there already. The correction is no longer needed: remove it.",
    ),
    "a span that is right by now": (
        said("move", region="c1", expect="2-8", to="2-9"),
        "2-9 stands there already. The correction is no longer needed: remove it.",
    ),
    "an arrow that is right by now": (
        said("reverse", expect="s1>c1"),
        "no arrow s1>c1, only the other way. It is no longer needed: remove it.",
    ),
    "an arrow that is nowhere": (
        said("reverse", expect="c2>s1"),
        "c2>s1 is expected, but c1>s1 stands there. Look at it again.",
    ),
    "a region that is elsewhere": (
        said("drop", region="c1", expect="Claim 0-9"),
        "Claim 0-9 is expected, but Claim 2-9 stands there. Look at it again.",
    ),
    "somebody else": (
        said("attribute", expect="bo", to="cy"),
        "bo is expected, but ada stands there. Look at it again.",
    ),
    "somebody who has it already": (
        said("attribute", expect="bo", to="ada"),
        "ada stands there already. The correction is no longer needed: remove it.",
    ),
    "somebody unknown": (
        said("attribute", expect="ada", to="zoe"),
        "nobody is called zoe. Name them in batches.yaml first.",
    ),
    "two that it could mean": (
        said("relabel", control="span", expect="Claim", to="Cue"),
        "Claim stands there 2 times. Say which one: name the region.",
    ),
    "nothing to relabel": (
        said("relabel", expect="Claim", to="Cue"),
        "neither region nor control. Say what is to be relabelled.",
    ),
    "a span that is none": (
        said("move", region="c1", expect="2-9", to="9"),
        "to is '9'. Say start-end, such as 10-20.",
    ),
    "an arrow that is none": (said("reverse", expect="s1"), "expect is 's1'. Say from>to, such as c1>s1."),
    "an unknown key": (
        said("drop", region="c1", expect="Claim 2-9", label="Claim"),
        "label means nothing here. Keys of the kind drop: annotation, change, expect, reason, region.",
    ),
    "a line that is no entry": ("- Claim\n", f"change is None. One of {', '.join(MORE)} is due."),
    "a region that is a list": (
        "- {annotation: a, change: relabel, region: [c1], expect: Claim, to: Cue, reason: why}\n",
        "no region. A change of the kind relabel says it.",
    ),
    "an unknown change": (said("forget"), f"change is 'forget'. One of {', '.join(MORE)} is due."),
    "a change that is a list": ("- {change: [drop]}\n", f"change is ['drop']. One of {', '.join(MORE)} is due."),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_correction_that_does_not_fit_is_refused_at_its_place(tmp_path: Path, case: str) -> None:
    entries, what = WRONG[case]

    told = refused(tmp_path, entries, DAM, HOLD, SHE, relation("c1", "s1"))

    assert told == f"corrections.yaml: correction 1: {what}"


@pytest.mark.parametrize(("change", "key"), [(one, key) for one in MORE for key in (*ALWAYS, *MORE[one][0])])
def test_a_correction_without_what_it_needs_is_refused(tmp_path: Path, change: str, key: str) -> None:
    whole = {"region": "c1", "expect": "1-2" if change == "move" else "a>b", "to": "2-3", "control": None}
    needed = {name: one for name, one in whole.items() if name in (*ALWAYS, *MORE[change][0])}

    told = refused(tmp_path, said(change, **needed | {key: " "}), DAM)

    what = "change is ' '" if key == "change" else f"no {key}"
    assert told.startswith(f"corrections.yaml: correction 1: {what}. ")


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "corrections: none\n", DAM)

    assert told == "corrections.yaml: no list of corrections. Begin each with a hyphen."


def test_a_build_says_how_many_corrections_it_applied(
    mini: Path, script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    entry = said("relabel", region="a3", expect="Source", to="Cue")
    (mini / "annotations" / "spans" / "corrections.yaml").write_text(entry, encoding="utf-8")

    script("build").main(["--corpus", str(mini)])

    assert "corrections of annotations applied: 1" in capsys.readouterr().out.splitlines()
