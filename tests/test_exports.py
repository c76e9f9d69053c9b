"""Reading annotations/: who said what, whether the files are the ones that were pulled, and what is no task."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from annotating import BATCHES, Json, annotation, only, pair_task, put, read, region, span_task, tasks
from claimstance.annotation.answers import Answer, line
from claimstance.annotation.exports import Annotation, held
from claimstance.errors import AnnotationError, BadInput, InputError, SchemaError

TEXT = "The dam will hold, Orme said."
CLAIM = region(TEXT, "The dam will hold", "Claim", "c1")


def refused(folder: Path, *, hidden: str = "") -> list[tuple[str, str]]:
    """Where and what of each error, the folder left out of the places."""
    with pytest.raises(InputError) as refusal:
        tasks(folder)
    assert not hidden or hidden not in str(refusal.value)
    errors = refusal.value.errors if isinstance(refusal.value, BadInput) else [refusal.value]
    assert {type(error) for error in errors} == {AnnotationError}
    return [(error.where.replace(f"{folder}/", ""), error.what.replace(f"{folder}/", "")) for error in errors]


def test_a_corpus_without_annotations_has_no_tasks(tmp_path: Path) -> None:
    folder = tmp_path / "annotations"

    found = tasks(folder)

    assert found == []


@pytest.mark.parametrize(
    ("by", "pseudonym", "kind"),
    [
        ("ada", "ada", "person"),
        ("cy", "cy", "model"),
        (2, "bo", "person"),
        ("2", "bo", "person"),
        ({"id": 1, "email": "orme@kesterfold.example", "first_name": "Dagny"}, "ada", "person"),
    ],
)
def test_an_annotator_is_known_by_pseudonym_or_by_number(tmp_path: Path, by: Any, pseudonym: str, kind: str) -> None:
    said = span_task(TEXT, [annotation(by, [CLAIM])])

    found = read(tmp_path, said)

    assert found[0].annotations == {
        "00000000-0000-4000-8000-000000000001": Annotation(
            where=f"{tmp_path}/annotations/spans/2026-03-02.jsonl:1",
            unique_id="00000000-0000-4000-8000-000000000001",
            annotator=pseudonym,
            annotator_kind=kind,
            result=[CLAIM],
            skipped=False,
            ground_truth=False,
            created="2026-03-02T08:30:00.123456Z",
            lead_time=12.5,
        )
    }


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        (9, "9"),
        ({"id": 9, "email": "orme@kesterfold.example"}, "9"),
        ({"email": "orme@kesterfold.example"}, "None"),
        ({"id": {"email": "orme@kesterfold.example"}}, "somebody's e-mail address"),
        ("orme@kesterfold.example", "somebody's e-mail address"),
    ],
)
def test_an_annotator_whom_nobody_named_is_refused_without_an_address(tmp_path: Path, by: Any, shown: str) -> None:
    folder = put(
        tmp_path / "annotations", {"spans/1.jsonl": [span_task(TEXT, [annotation(by, [])])]}, batches=only("spans")
    )

    found = refused(folder, hidden="orme@")

    assert found == [("spans/1.jsonl:1", f"an annotation by {shown}, whom batches.yaml does not name")]


def test_a_file_that_changed_since_it_was_pulled_is_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [span_task(TEXT, [])]}, batches=only("spans"))
    path = folder / "spans" / "1.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")

    found = refused(folder)

    assert found == [("spans/1.jsonl", "changed since SHA256SUMS was written")]


def test_a_file_that_is_not_listed_and_one_that_is_gone_are_both_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [span_task(TEXT, [])]}, batches=only("spans"))
    (folder / "spans" / "1.jsonl").rename(folder / "spans" / "2.jsonl")

    found = refused(folder)

    assert found == [
        ("spans/1.jsonl", "SHA256SUMS lists it, but it is gone"),
        ("spans/2.jsonl", "SHA256SUMS does not list it"),
    ]


def test_a_batch_without_sums_is_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [span_task(TEXT, [])]}, batches=only("spans"))
    (folder / "spans" / "SHA256SUMS").unlink()

    found = refused(folder)

    assert found == [("spans/1.jsonl", "SHA256SUMS does not list it")]


def test_sums_that_are_no_text_list_nothing(tmp_path: Path) -> None:
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [span_task(TEXT, [])]}, batches=only("spans"))
    (folder / "spans" / "SHA256SUMS").write_bytes(b"\xff\xfe")

    found = refused(folder)

    assert ("spans/1.jsonl", "SHA256SUMS does not list it") in found


def test_a_folder_that_no_batch_names_is_refused(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "annotations",
        {"spans/1.jsonl": [span_task(TEXT, [])], "extra/1.jsonl": []},
        batches=only("spans"),
    )

    found = refused(folder)

    assert found == [("extra", "a folder that batches.yaml does not name")]


def test_a_batch_without_a_folder_is_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "annotations", {}, batches=only("spans"))

    found = refused(folder)

    assert found == [("spans", "neither tasks nor a pull is there")]


def test_a_batch_that_was_pushed_and_not_yet_pulled_has_no_tasks(tmp_path: Path) -> None:
    folder = put(tmp_path / "annotations", {"spans/tasks.jsonl": [span_task(TEXT, [])]}, batches=only("spans"))

    found = tasks(folder)

    assert found == []


def test_a_later_pull_replaces_an_annotation_and_keeps_one_that_vanished(tmp_path: Path) -> None:
    early = span_task(TEXT, [annotation("ada", [], 1), annotation("bo", [CLAIM], 2)])
    late = span_task(TEXT, [annotation("ada", [CLAIM], 1), annotation("cy", [], 3)])
    folder = put(
        tmp_path / "annotations",
        {"spans/2026-03-02.jsonl": [early], "spans/2026-03-09.jsonl": [late]},
        batches=only("spans"),
    )

    found = tasks(folder)

    said = [(one.annotator, one.result, one.where[-18:]) for task in found for one in task.annotations.values()]
    assert said == [
        ("ada", [CLAIM], "2026-03-09.jsonl:1"),
        ("bo", [CLAIM], "2026-03-02.jsonl:1"),
        ("cy", [], "2026-03-09.jsonl:1"),
    ]


def test_one_task_on_two_lines_is_one_task_with_all_annotations(tmp_path: Path) -> None:
    lines = [span_task(TEXT, [annotation("ada", [], 1)]), span_task(TEXT, [annotation("bo", [], 2)])]

    found = read(tmp_path, *lines)

    assert [(task.task_id, len(task.annotations)) for task in found] == [("dam-0", 2)]


def test_tasks_come_in_order_of_batch_and_id(tmp_path: Path) -> None:
    spans = [span_task(TEXT, [annotation("ada", [], 1)], task_id=name) for name in ("z", "a")]
    pairs = [pair_task("dam.c1", "dam.r001", [annotation("ada", [], 2)])]
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": spans, "pairs/1.jsonl": pairs})

    found = tasks(folder)

    assert [(task.batch.name, task.batch.round, task.task_id) for task in found] == [
        ("pairs", 2, "dam.c1|dam.r001"),
        ("spans", 1, "a"),
        ("spans", 1, "z"),
    ]


def test_the_tasks_of_an_article_are_the_same_asked_for_alone_by_another_process_or_with_all_others(
    tmp_path: Path,
) -> None:
    said = [annotation("ada", [CLAIM], 1)]
    early = [span_task(TEXT, said, task_id=name, article_id=name[0]) for name in ("z2", "a1")]
    late = [span_task(TEXT, [annotation("bo", [], 2)], task_id="z1", article_id="z"), early[0]]
    pairs = [pair_task("z.c1", "z.r001", [annotation("ada", [], 3)], article_id="z")]
    files = {"spans/1.jsonl": early, "spans/2.jsonl": late, "pairs/1.jsonl": pairs}
    folder = put(tmp_path / "annotations", files)

    found = held(folder)

    every = tasks(folder)
    elsewhere = pickle.loads(pickle.dumps(found))  # noqa: S301
    alone = [[one for one in every if one.article_id == name] for name in "az"]
    assert [found["a"], found["z"], elsewhere["a"], elsewhere["z"]] == [*alone, *alone]


def test_what_is_held_of_tasks_is_as_much_however_much_was_said_of_them(tmp_path: Path) -> None:
    sizes = []
    for regions in (1, 1000):
        said = [span_task(TEXT, [annotation("ada", [CLAIM] * regions)])]
        folder = put(tmp_path / str(regions), {"spans/1.jsonl": said}, only("spans"))
        sizes.append(len(pickle.dumps(held(folder))))

    assert sizes[1] - sizes[0] < 10


@pytest.mark.parametrize("gone", [True, False])
def test_a_line_that_was_changed_since_all_were_read_is_refused(tmp_path: Path, gone: bool) -> None:
    said = [span_task(TEXT, [annotation("ada", [CLAIM])])]
    path = put(tmp_path / "annotations", {"spans/1.jsonl": said}, only("spans")) / "spans" / "1.jsonl"
    found = held(path.parent.parent)
    path.unlink() if gone else path.write_bytes(path.read_bytes().replace(b"Claim", b"Cloim"))

    with pytest.raises(AnnotationError) as refusal:
        found["dam"]

    assert (refusal.value.where, refusal.value.what) == (f"{path}:1", "is not as it was when the reading began")


def test_a_task_of_another_text_than_was_shown_is_refused(tmp_path: Path) -> None:
    pushed, pulled = span_task(TEXT, []), span_task(TEXT + " ", [annotation("ada", [])])
    folder = put(
        tmp_path / "annotations",
        {"spans/tasks.jsonl": [pushed], "spans/1.jsonl": [pulled]},
        batches=only("spans"),
    )

    found = refused(folder)

    assert found == [("spans/1.jsonl:1", "task dam-0 is not the one that was shown")]


def test_a_task_that_was_never_shown_is_refused(tmp_path: Path) -> None:
    pushed, pulled = span_task(TEXT, [], task_id="other"), span_task(TEXT, [annotation("ada", [])])
    folder = put(
        tmp_path / "annotations",
        {"spans/tasks.jsonl": [pushed], "spans/1.jsonl": [pulled]},
        batches=only("spans"),
    )

    found = refused(folder)

    assert found == [("spans/1.jsonl:1", "task dam-0 is not the one that was shown")]


def test_a_task_whose_text_differs_between_two_pulls_is_refused(tmp_path: Path) -> None:
    early, late = span_task(TEXT, [annotation("ada", [], 1)]), span_task(TEXT + "!", [annotation("bo", [], 2)])
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [early], "spans/2.jsonl": [late]}, batches=only("spans"))

    found = refused(folder)

    assert found == [("spans/2.jsonl:1", "task dam-0 is not the one that was shown")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not a task in Label Studio's full JSON (Input data was truncated)"),
        (
            '{"data": {"text": ' + "[" * 100_000,
            "not a task in Label Studio's full JSON (maximum recursion depth exceeded",
        ),
        ("[]", "not a task in Label Studio's full JSON (Expected `object`, got `array`)"),
        ("{}", "not a task in Label Studio's full JSON (Object missing required field `data`)"),
        (annotation("ada", []), "missing required field `data`"),
        (span_task(TEXT, [annotation(None, [])]), "got `null` - at `$.annotations[0].completed_by`"),
        (span_task(TEXT, [annotation(1.5, [])]), "got `float` - at `$.annotations[0].completed_by`"),
        (span_task(TEXT, [annotation("ada", []) | {"result": "none"}]), "at `$.annotations[0].result`"),
        (span_task(TEXT, [annotation("ada", []) | {"result": ["c1"]}]), "at `$.annotations[0].result[0]`"),
        (span_task(TEXT, [annotation("ada", []) | {"was_cancelled": None}]), "`$.annotations[0].was_cancelled`"),
        (span_task(TEXT, [annotation("ada", []) | {"id": None, "unique_id": None}]), "an annotation by ada without"),
        (span_task(TEXT, [annotation("ada", [])], task_id=7), "the task's data has no task_id"),
        (span_task(TEXT, [annotation("ada", [])], text=None), "the task's data has no text"),
        (pair_task("dam.c1", "dam.r001", []), "the task's data has no text, text_sha256"),
        (span_task(TEXT, [annotation("ada", [])], start=-1), "start is -1"),
        (span_task(TEXT, [annotation("ada", [])], start=True), "start is True"),
        (span_task(TEXT, [annotation("ada", [])], start=0.0), "start is 0.0"),
    ],
)
def test_a_line_that_is_no_task_is_one_error_at_its_line(tmp_path: Path, line: Any, told: str) -> None:
    good = span_task(TEXT, [annotation("bo", [], 2)], task_id="good")
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [good, line]}, batches=only("spans"))

    found = refused(folder)

    assert [(where, told in what) for where, what in found] == [("spans/1.jsonl:2", True)]


def test_a_line_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    line = json.dumps(span_task(TEXT, [annotation("ada", [])])).encode().replace(b"Orme", b"\xff\xfe")
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [line.decode("latin-1")]}, batches=only("spans"))
    (folder / "spans" / "1.jsonl").write_bytes(line + b"\n")

    found = refused(folder)

    assert [where for where, _ in found] == ["spans/1.jsonl", "spans/1.jsonl:1"]


@pytest.mark.parametrize(("name", "value"), [("claim_id", None), ("source_id", 3), ("evidence_text", ["words"])])
def test_a_pair_that_does_not_say_what_it_speaks_of_is_refused(tmp_path: Path, name: str, value: Any) -> None:
    said = pair_task("dam.c1", "dam.r001", [annotation("ada", [])], **{name: value, "task_id": "pair"})
    folder = put(tmp_path / "annotations", {"pairs/1.jsonl": [said]}, batches=only("pairs"))

    found = refused(folder)

    assert [(where, name in what) for where, what in found] == [("pairs/1.jsonl:1", True)]


def test_everything_that_is_wrong_is_listed_at_once(tmp_path: Path) -> None:
    lines: list[Json | str] = [
        "{",
        span_task(TEXT, [annotation("nobody", [])]),
        span_task(TEXT, [annotation("ada", [])]),
    ]
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": lines, "extra/1.jsonl": []}, batches=only("spans"))

    found = refused(folder)

    assert [where for where, _ in found] == ["extra", "spans/1.jsonl:1", "spans/1.jsonl:2"]


@pytest.mark.parametrize(
    ("old", "new", "where", "told"),
    [
        (BATCHES, "", "batches.yaml", "names no batches"),
        (BATCHES, "[spans]", "batches.yaml", "names no batches"),
        (BATCHES, "batches: [spans]", "batches.yaml: batches", "not a name and what it means on each line"),
        (BATCHES, "annotators: ada", "batches.yaml: annotators", "not a name and what it means on each line"),
        ("kind: person", "kind: robot", "batches.yaml: annotator ada", "kind is 'robot'"),
        ("{kind: person}", "person", "batches.yaml: annotator dee", "no kind"),
        ("ada:", "Ada Orme:", "batches.yaml: annotator Ada Orme", "no pseudonym"),
        ("ada:", "orme@kesterfold.example:", "batches.yaml: annotator somebody's e-mail address", "no pseudonym"),
        ('"1"', "orme@kesterfold.example", "batches.yaml: annotator ada", "label_studio_id is no number"),
        ('"1"', "[1]", "batches.yaml: annotator ada", "label_studio_id is no number"),
        ('"2"', "1", "batches.yaml: annotator bo", "label_studio_id 1 is taken"),
        ("kind: spans", "kind: words", "batches.yaml: batch spans", "kind is 'words'"),
        ("kind: spans, purpose: main", "kind: spans, purpose: fun", "batches.yaml: batch spans", "purpose is 'fun'"),
        ('kind: pairs, purpose: main, guideline_version: "1.0"', "kind: pairs, purpose: main", "batch pairs", "no g"),
        (
            'pairs, purpose: main, guideline_version: "1.0"',
            "pairs, purpose: main, guideline_version: [1]",
            "",
            "no guideline_version",
        ),
    ],
)
def test_batches_that_are_described_wrongly_are_told_how(
    tmp_path: Path, old: str, new: str, where: str, told: str
) -> None:
    folder = put(tmp_path / "annotations", {}, batches=BATCHES.replace(old, new, 1))

    found = refused(folder, hidden="orme@")

    assert [(where in place, told in what) for place, what in found] == [(True, True)]


def test_batches_that_are_no_yaml_are_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "annotations", {}, batches="batches: {")

    with pytest.raises(SchemaError) as refusal:
        tasks(folder)

    assert "not YAML" in refusal.value.what


@pytest.mark.parametrize(
    ("purpose", "skipped", "judged"),
    [("main", False, True), ("main", True, False), ("overlap", False, True), ("training", False, False)],
)
def test_a_task_counts_as_judged_when_somebody_did_not_skip_it_in_earnest(
    tmp_path: Path, purpose: str, skipped: bool, judged: bool
) -> None:
    said = span_task(TEXT, [annotation("ada", [], was_cancelled=skipped)])
    batches = only("spans").replace("purpose: main", f"purpose: {purpose}")
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [said]}, batches=batches)

    found = tasks(folder)

    assert [(task.judged, task.start, task.end) for task in found] == [(judged, 0, len(TEXT))]


def test_a_known_answer_is_read_beside_its_task_and_never_taken_for_a_pull(tmp_path: Path) -> None:
    told = {"task_id": "dam-0", "spans": [{"label": "Claim", "start": 0, "end": 17}]}
    pieces = [{"label": "Claim", "start": 0, "end": 7}, {"label": "Claim", "start": 8, "end": 17, "continues": True}]
    sent = [span_task(TEXT, []), span_task(TEXT, [], (4, len(TEXT)))]
    files = {
        "spans/tasks.jsonl": [{"data": one["data"]} for one in sent],
        "spans/answers.jsonl": [told, {"task_id": "dam-4", "spans": pieces}],
        "spans/2026-03-02.jsonl": [one | {"annotations": [annotation("ada", [], n)]} for n, one in enumerate(sent)],
    }

    found = tasks(put(tmp_path / "annotations", files, only("spans")))

    assert [(task.task_id, task.answer, task.purpose, task.judged) for task in found] == [
        ("dam-0", Answer(spans=(("Claim", ((0, 17),)),)), "control", False),
        ("dam-4", Answer(spans=(("Claim", ((0, 7), (8, 17))),)), "control", False),
    ]


def test_an_answer_is_written_as_it_is_read(tmp_path: Path) -> None:
    known = Answer(spans=(("Claim", ((0, 7), (8, 17))), ("Source", ((19, 23),))))
    files = {
        "spans/tasks.jsonl": [{"data": span_task(TEXT, [])["data"]}],
        "spans/answers.jsonl": [line("dam-0", known)],
        "spans/2026-03-02.jsonl": [span_task(TEXT, [annotation("ada", [])])],
    }

    found = tasks(put(tmp_path / "annotations", files, only("spans")))

    assert [task.answer for task in found] == [known]
