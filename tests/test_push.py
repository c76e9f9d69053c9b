"""Pushing a batch: the outbox before anything is sent, the same one ever after, and what a real server makes of it."""

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Self

import pytest

from annotating import tasks
from claimstance import build as way
from claimstance import push, stages
from claimstance.annotation import batches, signed
from claimstance.annotation.studio import outbox
from claimstance.annotation.studio.forms import made
from claimstance.annotation.studio.sending import Pushed
from claimstance.annotation.studio.server import TOKEN, URL, Server, connect
from claimstance.errors import AnnotationError, BadInput, ClaimstanceError, SchemaError, ServerError, UsageError
from conftest import GUIDELINE, REPOSITORY, sign
from serving import LabelStudio
from test_refusals import PREDICTIONS, spans_task

Scripts = Callable[[str], ModuleType]
ENTRY = '  more: {{kind: spans, purpose: main, guideline_version: "{version}"}}\n'
FLOW = [f'{name}: {{kind: {name}, purpose: main, guideline_version: "1.0"}}' for name in ("spans", "pairs")]


class StandIn:
    """A server that keeps in memory what it is sent."""

    def __init__(self) -> None:
        self.wire = SimpleNamespace(where="http://127.0.0.1:1")
        self.projects: dict[str, int] = {}
        self.shown: dict[str, str] = {}
        self.there: dict[str, Any] = {}
        self.tabs: set[tuple[int, str, str]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to hang up."""

    def project(self, title: str, form: str, instruction: str) -> int:
        assert form.startswith("<View")
        assert "<h1>Guideline" in instruction
        self.shown[title] = instruction
        return self.projects.setdefault(title, len(self.projects) + 1)

    def find(self, title: str) -> int:
        return self.projects[title]

    def push(
        self, project: int, batch: str, said: Iterable[Any], progress: Callable[[int], object], ids: Any
    ) -> Pushed:
        listed = list(said)
        assert ids == {task["data"]["task_id"] for task in listed}
        new = [task for task in listed if task["data"]["task_id"] not in self.there]
        self.there.update((task["data"]["task_id"], task) for task in new)
        progress(len(new))
        return Pushed(len(new), len(listed) - len(new), 0, len(listed))

    def views(self, project: int, batch: str, annotators: Iterable[str]) -> None:
        self.tabs |= {(project, batch, name) for name in annotators}


class Pusher:
    """scripts/push_tasks.py for one corpus and one server."""

    def __init__(self, recipe: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.recipe, self.root, self.server = recipe, root, StandIn()
        monkeypatch.setattr(recipe, "connection", lambda environ, folder: ("http://127.0.0.1:1", "token"))
        monkeypatch.setattr(recipe, "connect", lambda url, token: self.server)

    def __call__(self, *more: str, batch: str = "more") -> int:
        return int(self.recipe.main(["--corpus", str(self.root), "--batch", batch, *more]))

    @property
    def folder(self) -> Path:
        return self.root / "annotations" / "more"

    @property
    def files(self) -> dict[str, bytes]:
        """Everything below annotations/."""
        folder = self.root / "annotations"
        return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


@pytest.fixture
def pusher(mini: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch) -> Pusher:
    path = mini / "annotations" / "batches.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: model", "kind: person"), encoding="utf-8")
    return Pusher(script("push_tasks"), mini, monkeypatch)


def listed(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_push_writes_the_outbox_and_its_sums_names_the_batch_and_sends_all(
    pusher: Pusher, capsys: pytest.CaptureFixture[str]
) -> None:
    before = pusher.files

    ended = pusher("--purpose", "main")

    sent = list(pusher.server.there.values())
    changed = {name: data for name, data in pusher.files.items() if before.get(name) != data}
    assert (
        ended,
        capsys.readouterr().out,
        list(changed),
        listed(pusher.folder / "tasks.jsonl"),
        pusher.server.tabs,
    ) == (
        0,
        "more: 2 tasks on http://127.0.0.1:1/projects/1, 2 sent now, 0 were there.\n",
        ["batches.yaml", "more/SHA256SUMS", "more/tasks.jsonl"],
        sent,
        {(1, "more", "ann-1"), (1, "more", "ann-2")},
    )


def test_a_new_batch_is_for_the_people_and_not_for_the_models(pusher: Pusher) -> None:
    path = pusher.root / "annotations" / "batches.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("\nbatches:", "\n  robot: {kind: model}\nbatches:"), "utf-8"
    )

    pusher("--purpose", "main")

    names = {one["data"]["annotators"] for one in pusher.server.there.values()}
    entry = ENTRY.format(version=GUIDELINE).replace("}", ", annotators: [ann-1, ann-2]}")
    assert (names, path.read_text(encoding="utf-8").endswith(entry)) == ({"|ann-1|ann-2|"}, True)


def test_a_form_that_names_an_older_guideline_is_refused_before_anything_is_sent(pusher: Pusher) -> None:
    guideline = pusher.root / "schemas" / "guidelines.md"
    guideline.write_text(guideline.read_text(encoding="utf-8").replace(GUIDELINE, "99.0", 1), encoding="utf-8")

    with pytest.raises(SchemaError, match=r"spans\.xml: not what labels\.yaml, guidelines\.md .*Say: make forms"):
        pusher("--purpose", "main")

    assert (pusher.server.projects, pusher.server.there) == ({}, {})


def test_the_outbox_is_canonical_and_says_who_does_what(pusher: Pusher) -> None:
    pusher("--purpose", "main")

    text = (pusher.folder / "tasks.jsonl").read_text(encoding="utf-8")
    canonical = "".join(
        json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in map(json.loads, text.splitlines())
    )
    said = [(one["data"]["task_id"], one["data"]["annotators"]) for one in listed(pusher.folder / "tasks.jsonl")]
    assert (text, said) == (canonical, [("ferry", "|ann-1|ann-2|"), ("most", "|ann-1|ann-2|")])


def test_the_same_push_again_sends_nothing_and_changes_nothing(
    pusher: Pusher, capsys: pytest.CaptureFixture[str]
) -> None:
    pusher("--purpose", "main")
    before = pusher.files
    capsys.readouterr()

    pusher("--purpose", "main", "--articles", "ferry", "m*")

    told = "more: 2 tasks on http://127.0.0.1:1/projects/1, 0 sent now, 2 were there.\n"
    assert (capsys.readouterr().out, pusher.files == before) == (told, True)


def test_articles_are_named_in_a_file_too_an_id_a_line(pusher: Pusher) -> None:
    path = pusher.root / "annotations" / "more.txt"
    path.write_text("\ufeffmost\r\n\n", encoding="utf-8")

    pusher("--purpose", "main", "--articles", f"@{path}")

    assert list(pusher.server.there) == ["most"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00", "is not UTF-8. It has to hold an id a line."),
        (b" \n", "is empty. It has to hold an id a line."),
        (None, "cannot be read (No such file or directory)."),
    ],
)
def test_a_file_that_names_no_articles_is_refused(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "ids.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UsageError) as refusal:
        push.named([f"@{path}"])

    assert str(refusal.value) == f"--articles @{path}: {told}"


def test_what_a_file_of_ids_says_is_an_id_and_never_an_option_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_text(f"@{path}\n--purpose=main\n", encoding="utf-8")

    assert push.named(["bell", f"@{path}"]) == ("bell", f"@{path}", "--purpose=main")


def test_a_dry_run_says_what_would_be_sent_and_leaves_no_trace(
    pusher: Pusher, capsys: pytest.CaptureFixture[str]
) -> None:
    before = pusher.files

    pusher("--purpose", "main", "--dry-run")

    told = f"more: 2 tasks for ann-1, ann-2 would go to the project 'mini spans {GUIDELINE}'.\n"
    assert (capsys.readouterr().out, pusher.files == before, pusher.server.there) == (told, True, {})


def test_two_corpora_on_one_server_have_projects_of_their_own(pusher: Pusher, tmp_path: Path) -> None:
    other = shutil.copytree(pusher.root, tmp_path / "other")
    settings = other / "corpus" / "dataset.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("name: mini", "name: other"), encoding="utf-8")

    pusher("--purpose", "main")
    pusher.root = other
    pusher("--purpose", "main")

    assert (pusher.server.projects, len(pusher.server.tabs)) == (
        {f"mini spans {GUIDELINE}": 1, f"other spans {GUIDELINE}": 2},
        4,
    )


def test_a_batch_goes_on_under_the_guideline_that_it_began_with(pusher: Pusher) -> None:
    pusher("--purpose", "main")
    first = dict(pusher.server.shown)
    guideline = pusher.root / "schemas" / "guidelines.md"
    text = guideline.read_text(encoding="utf-8")
    guideline.write_text(text.replace(f"# Guideline {GUIDELINE}", "# Guideline 9.0", 1), encoding="utf-8")
    for path, form in made(pusher.root / "schemas").items():
        path.write_text(form, encoding="utf-8")

    pusher()
    pusher("--purpose", "main", batch="next")

    assert (pusher.server.shown.items() >= first.items(), sorted(pusher.server.shown)) == (
        True,
        [f"mini spans {GUIDELINE}", "mini spans 9.0"],
    )


def test_pairs_are_made_of_gold_spans_and_go_to_their_own_project(pusher: Pusher) -> None:
    pusher("--purpose", "overlap", "--kind", "pairs", "--articles", "most")

    said = [(one["data"]["claim"], one["data"]["source_name"][:11]) for one in pusher.server.there.values()]
    wanted = [("Мост в Орме закрыт до весны", "Управа Орма")]
    assert (said, pusher.server.projects) == (wanted, {f"mini pairs {GUIDELINE}": 1})


def test_pairs_that_another_batch_asks_already_are_not_asked_again(pusher: Pusher) -> None:
    with pytest.raises(UsageError, match="no gold claim with a source that was not asked about"):
        pusher("--purpose", "main", "--kind", "pairs", "--articles", "most")

    assert (pusher.server.there, pusher.folder.exists()) == ({}, False)


def planned(pusher: Pusher, more: str) -> None:
    path = pusher.root / "annotations" / "batches.yaml"
    entry = ENTRY.format(version=GUIDELINE).replace("}", f", {more}}}").replace("kind: spans", "kind: pairs")
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")


def test_hidden_controls_come_from_the_other_articles_and_their_answers_stay_here(pusher: Pusher) -> None:
    planned(pusher, "controls: 0.5, wave: 2")

    pusher("--articles", "most")

    names = [one.name for one in sorted(pusher.folder.iterdir())]
    said = {one["task_id"] for one in listed(pusher.folder / "answers.jsonl")}
    sent = set(pusher.server.there)
    others = {one for one in sent if not one.startswith("most")}
    assert (names, said == others, len(others), len(sent)) == (
        ["SHA256SUMS", "answers.jsonl", "tasks.jsonl"],
        True,
        1,
        2,
    )
    assert not any("SUPPORTS" in json.dumps(one) for one in pusher.server.there.values())
    assert pusher("--articles", "most") == 0


def test_a_push_says_how_many_controls_it_hides_or_that_it_hides_none(
    pusher: Pusher, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(pusher, "controls: 0.5, wave: 2")

    pusher("--articles", "most", "--dry-run")
    pusher("--dry-run")
    pusher("--articles", "most")
    pusher()

    none = (
        " None is a hidden control, though controls: 0.5: it takes a main or overlap batch of some --articles, others "
        "whose answers nobody disputes, and enough tasks an annotator for that share to be one."
    )
    one = " 1 of them is a hidden control."
    said = [line.partition("'.")[2] if "would" in line else line.partition("there.")[2] for line in _lines(capsys)]
    assert said == [one, none, one, one]


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_training_batch_is_of_tasks_whose_answer_is_known(pusher: Pusher) -> None:
    pusher("--purpose", "training", "--kind", "pairs")

    said = [one["task_id"] for one in listed(pusher.folder / "answers.jsonl")]
    names = {one["data"]["annotators"] for one in pusher.server.there.values()}
    assert (said, names) == ([*pusher.server.there], {"|ann-1|ann-2|"})


def test_what_judges_do_not_agree_on_goes_to_one_adjudicator_with_their_answers(pusher: Pusher) -> None:
    pusher("--purpose", "adjudication", "--kind", "pairs")

    said = [one["data"] for one in pusher.server.there.values()]
    told = [(one["judgements"].count("\n"), one["annotators"].count("|") - 1) for one in said]
    assert (told, pusher.server.projects) == ([(1, 1)], {f"mini pairs adjudication {GUIDELINE}": 1})


@pytest.mark.parametrize(
    ("owner", "moment"),
    [
        (push, "assigned"),
        (outbox, "announce"),
        (shutil, "copyfileobj"),
        (signed, "put"),
        (Path, "replace"),
        (StandIn, "project"),
        (StandIn, "push"),
        (StandIn, "views"),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_a_push_that_was_cut_off_anywhere_ends_the_same_when_it_is_repeated(
    pusher: Pusher, monkeypatch: pytest.MonkeyPatch, owner: Any, moment: str, after: bool
) -> None:
    real = getattr(owner, moment)

    def cut(*given: Any, **named: Any) -> Any:
        if after:
            real(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, moment, cut)
        with pytest.raises(KeyboardInterrupt):
            pusher("--purpose", "main")
    pusher("--purpose", "main")

    whole = listed(pusher.folder / "tasks.jsonl")
    left = [name for name in pusher.files if name.endswith(".part")]
    entries = pusher.files["batches.yaml"].decode().count("more:")
    assert (list(pusher.server.there.values()), left, entries) == (whole, [], 1)
    assert way.build(pusher.root, pusher.root / "build", pusher.recipe.STAGES)


def test_what_was_made_once_is_sent_even_when_the_article_is_another_one_now(pusher: Pusher) -> None:
    pusher("--purpose", "main")
    first, pusher.server = list(pusher.server.there.values()), StandIn()
    path = next((pusher.root / "corpus" / "articles").rglob("ferry.md"))
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")

    pusher()

    assert list(pusher.server.there.values()) == first


def test_other_articles_than_those_that_are_out_are_refused(pusher: Pusher) -> None:
    pusher("--purpose", "main")

    with pytest.raises(AnnotationError, match="other tasks than --articles gives now: 0 are new, 1 gone"):
        pusher("--articles", "ferry")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--batch", "spans", "--kind", "pairs"], "spans: batches.yaml says kind spans, --kind says pairs"),
        (["--batch", "spans", "--purpose", "training"], "batches.yaml says purpose main, --purpose says training"),
        (["--batch", "new"], "new: a new batch. Say its --purpose: training, main, overlap, adjudication"),
        (["--batch", "../new", "--purpose", "main"], "../new: no name of a folder"),
        (["--batch", "new", "--purpose", "main", "--articles", "f*", "barge"], "--articles barge: no article"),
        (
            ["--batch", "new", "--purpose", "main", "--kind", "pairs", "--articles", "new"],
            "no gold claim with a source",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_and_leaves_no_trace(pusher: Pusher, given: list[str], told: str) -> None:
    text = "---\nlicence: CC0-1.0\n---\nNew\nThe quay is open again.\n"
    (pusher.root / "corpus" / "articles" / "2026" / "new.md").write_text(text, encoding="utf-8")
    before = pusher.files

    with pytest.raises(UsageError, match=re.escape(told)):
        pusher(*given)

    assert (pusher.files == before, pusher.server.there) == (True, {})


@pytest.mark.parametrize("name", ["guidelines.md", "labeling/spans.xml"])
def test_a_form_or_a_guideline_that_is_no_text_is_named(pusher: Pusher, name: str) -> None:
    path = pusher.root / "schemas" / name
    path.write_bytes(path.read_bytes() + b"\xff")

    with pytest.raises(SchemaError, match=re.escape(f"{path}: cannot be read (UnicodeDecodeError)")):
        pusher("--purpose", "main")


def test_a_batch_that_was_planned_in_batches_yaml_is_made_as_planned(pusher: Pusher) -> None:
    path = pusher.root / "annotations" / "batches.yaml"
    entry = f'  more: {{kind: spans, purpose: main, guideline_version: "{GUIDELINE}", annotators: [ann-2]}}\n'
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    planned = path.read_bytes()

    pusher()

    said = {one["data"]["annotators"] for one in pusher.server.there.values()}
    assert (said, path.read_bytes()) == ({"|ann-2|"}, planned)


def test_a_batch_that_was_planned_under_another_guideline_is_refused(pusher: Pusher) -> None:
    path = pusher.root / "annotations" / "batches.yaml"
    entry = ENTRY.format(version="0.9")
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")

    with pytest.raises(AnnotationError, match=f"is under guideline 0.9, and annotators would be shown {GUIDELINE}"):
        pusher()


def test_tasks_that_were_changed_are_not_sent(pusher: Pusher) -> None:
    pusher("--purpose", "main")
    path, pusher.server = pusher.folder / "tasks.jsonl", StandIn()
    path.write_bytes(path.read_bytes().replace(b'"start": 0', b'"start": 1'))

    with pytest.raises(BadInput, match="changed since SHA256SUMS was written"):
        pusher()

    assert pusher.server.there == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"task_id": "most"', b'"task_id": "ferry"', "it comes twice"),
        (b'"start": 0,', b'"start": true,', "task: data.start is True"),
        (b'"to_name": "text"', b'"to_name": "none"', "it leads from 'span' to 'none'"),
        (b"}\n", b"\n", "no JSON"),
    ],
)
def test_one_bad_task_keeps_all_of_them_here(pusher: Pusher, old: bytes, new: bytes, told: str) -> None:
    pusher("--purpose", "main")
    path, pusher.server = pusher.folder / "tasks.jsonl", StandIn()
    path.write_bytes(path.read_bytes().replace(old, new))
    sign(pusher.root / "annotations")

    with pytest.raises(ClaimstanceError, match=told.removeprefix("task: ")):
        pusher()

    assert pusher.server.there == {}


def test_the_size_of_shards_changes_no_task(pusher: Pusher, monkeypatch: pytest.MonkeyPatch) -> None:
    pusher("--purpose", "main")
    whole = (pusher.folder / "tasks.jsonl").read_bytes()
    shutil.rmtree(pusher.folder)

    monkeypatch.setattr(push, "shards", partial(stages.shards, size=1))
    pusher("--purpose", "main")

    assert (pusher.folder / "tasks.jsonl").read_bytes() == whole


def test_a_corpus_builds_while_a_batch_is_out(pusher: Pusher) -> None:
    before = way.build(pusher.root, pusher.root / "build", pusher.recipe.STAGES).counts

    pusher("--purpose", "main")

    after = way.build(pusher.root, pusher.root / "build", pusher.recipe.STAGES).counts
    assert (after, [one.batch.name for one in tasks(pusher.root / "annotations") if one.batch.name == "more"]) == (
        before,
        [],
    )


@pytest.mark.parametrize("tail", ["", "\n", "\n# The end.\n"])
def test_a_new_batch_is_one_more_line_of_batches_yaml_and_all_else_stays(pusher: Pusher, tail: str) -> None:
    path = pusher.root / "annotations" / "batches.yaml"
    before = "# Who.\n" + path.read_text(encoding="utf-8").rstrip("\n") + "  # the last one" + tail
    path.write_text(before, encoding="utf-8")

    pusher("--purpose", "main")

    gap = "" if before.endswith("\n") else "\n"
    assert path.read_text(encoding="utf-8") == before + gap + ENTRY.format(version=GUIDELINE)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "batches:" + text.partition("batches:")[2] + text.partition("batches:")[0],
        lambda text: text.partition("batches:")[0] + "batches: {" + ", ".join(FLOW) + "}\n",
    ],
)
def test_where_a_line_cannot_be_added_the_line_to_add_is_shown(pusher: Pusher, change: Callable[[str], str]) -> None:
    path = pusher.root / "annotations" / "batches.yaml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    before = pusher.files

    with pytest.raises(AnnotationError, match=re.escape(ENTRY.format(version=GUIDELINE).strip())):
        pusher("--purpose", "main")

    assert pusher.files == before


@pytest.mark.parametrize("nothing", ["batches:\n", "batches: {}\n", "batches: {}  # none so far\n"])
def test_a_corpus_without_any_batch_gets_its_first(pusher: Pusher, nothing: str) -> None:
    for name in ("spans", "pairs"):
        shutil.rmtree(pusher.root / "annotations" / name)
    path = pusher.root / "annotations" / "batches.yaml"
    path.write_text("annotators:\n  ada: {kind: person}\n" + nothing, encoding="utf-8")

    pusher("--purpose", "main")

    assert path.read_text(encoding="utf-8").splitlines()[-1] + "\n" == ENTRY.format(version=GUIDELINE)


# On a real server


@pytest.fixture
def there(label_studio: LabelStudio, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv(URL, label_studio.url)
    monkeypatch.setenv(TOKEN, label_studio.token)
    with connect(label_studio.url, label_studio.token) as server:
        yield server


def test_a_real_server_has_the_tasks_of_the_outbox_each_once_with_their_marks(
    mini: Path, script: Scripts, there: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(batches, "title", lambda corpus, form, version: "pushed by a test")

    for _ in range(2):
        script("push_tasks").main(["--corpus", str(mini), "--batch", "more", "--purpose", "main"])

    number = next(one["id"] for one in there._projects() if one["title"] == "pushed by a test")
    marks = there.wire.get("list marks", "api/predictions/", {"project": number}, list)
    made = {one["task"]: one["result"] for one in marks}
    found = [(one["data"], made[one["id"]]) for one in there.export(number, tmp_path)]
    sent = listed(mini / "annotations" / "more" / "tasks.jsonl")
    assert found == [(one["data"], one["predictions"][0]["result"]) for one in sent]


def test_the_server_itself_takes_nearly_every_malformed_prediction(there: Server) -> None:
    form = (REPOSITORY / "schemas" / "labeling" / "spans.xml").read_text(encoding="utf-8")
    project = there.project("malformed", form, "")

    taken = set()
    for name, (change, _) in PREDICTIONS.items():
        task = spans_task()
        change(task)
        with contextlib.suppress(ServerError, ValueError):  # a score that is no number is no JSON
            there.wire.ask("take a task", "POST", f"api/projects/{project}/import", {}, [task], 60)
            taken.add(name)

    left = {"no list", "no object", "no result", "result of words", "score no number"}
    assert set(PREDICTIONS) - taken == left
