"""From a corpus to the tasks that are sent: stages -> tasks -> who does which -> the outbox, looked through.

All of it is there before the first task is sent. What stands in the outbox of a batch is sent and nothing else, however
often a push is repeated and whatever became of the corpus meanwhile.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

from claimstance import dataset, schema, tombstones
from claimstance.alone import alone
from claimstance.annotation import batches, signed
from claimstance.annotation.batches import Batch, Plan, barred, unbarred
from claimstance.annotation.exports import ANSWERS, TASKS
from claimstance.annotation.quality.adjudication import pair_adjudications, span_adjudications
from claimstance.annotation.quality.known import Candidate, candidates, controls, training
from claimstance.annotation.studio import forms, outbox
from claimstance.annotation.studio.pairs import pair_tasks, unasked
from claimstance.annotation.studio.refusals import Labels, refused
from claimstance.annotation.studio.tasks import assigned, span_tasks
from claimstance.digests import sha256
from claimstance.errors import AnnotationError, BadInput, InputError, UsageError
from claimstance.stages import Stage, beside, run, shards
from claimstance.table import Row

MAKERS: dict[str, Stage] = {  # by the form that shows what they make
    "spans": span_tasks,
    "pairs": pair_tasks,
    "spans-adjudication": span_adjudications,
    "pairs-adjudication": pair_adjudications,
}
NOTHING = {
    "spans": "no article with a sentence: add articles first",
    "pairs": "no gold claim with a source that was not asked about: mark and pull spans first",
    "spans-adjudication": "no claim below agreement: nothing is to be decided",
    "pairs-adjudication": "no pair below agreement: nothing is to be decided",
}

_NO_CONTROL = (
    "it takes a main or overlap batch of some --articles, others whose answers nobody disputes, "
    "and enough tasks an annotator for that share to be one."
)


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants sent: the batch, and of a new one its purpose and kind; `articles` are ids or patterns."""

    batch: str
    purpose: str | None = None
    kind: str | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbox:
    """The tasks of one batch, in a file: which they are, who does them, and how many are hidden controls."""

    batch: Batch
    path: Path
    ids: frozenset[str]
    annotators: tuple[str, ...]
    hidden: int = 0

    @property
    def count(self) -> int:
        """How many tasks it holds."""
        return len(self.ids)

    @property
    def controls(self) -> str:
        """What became of the `controls:` of batches.yaml, as a sentence; nothing where there are none to be."""
        if not self.batch.controls:
            return ""
        if self.hidden:
            return f" {self.hidden} of them {'is a hidden control' if self.hidden == 1 else 'are hidden controls'}."
        return f" None is a hidden control, though controls: {self.batch.controls:g}: {_NO_CONTROL}"

    def tasks(self) -> Iterator[Row]:
        """One task after the other, as it is sent."""
        return (task for _, task in outbox.read(self.path))


def named(said: Iterable[str]) -> tuple[str, ...]:
    """It will be the ids and patterns that were said, and for @FILE those in it, one a line. Raises UsageError."""
    found: list[str] = []
    for one in said:
        if not one.startswith("@"):
            found.append(one)
            continue
        try:
            lines = Path(one[1:]).read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise UsageError(f"--articles {one}: is not UTF-8. It has to hold an id a line.") from None
        except OSError as error:
            raise UsageError(f"--articles {one}: cannot be read ({error.strerror}).") from None
        found += [line.strip() for line in lines if line.strip()]
        if not found:
            raise UsageError(f"--articles {one}: is empty. It has to hold an id a line.")
    return tuple(found)


@contextlib.contextmanager
def prepared(root: Path, order: Order, stages: Sequence[Stage], *, dry: bool = False) -> Iterator[Outbox]:
    """It will give the outbox of a batch, made now if it was not there, and keep other pushes away until it is sent.

    If `dry`, nothing of it stays. Raises BadInput with all that is wrong with the corpus and with the tasks.
    """
    listed = root / "annotations" / "batches.yaml"
    plan = batches.read(listed)
    guideline = root / "schemas" / "guidelines.md"
    version = forms.guideline_version(forms.read(guideline), str(guideline))
    batch = _batch(plan, order, version)
    path = listed.parent / batch.name / TASKS
    with alone(listed.parent, "push or pull"), TemporaryDirectory() as scratch:
        labels = _labels(root)
        if path.parent.exists() and not dry:
            signed.mended(path.parent)
        there = path.exists()
        if not there and batch.guideline_version != version:
            what = f"is under guideline {batch.guideline_version}, and annotators would be shown {version}"
            raise AnnotationError(f"{listed}: batch {batch.name}", what, f'Say guideline_version: "{version}".')
        made = Path(scratch) / TASKS
        if order.articles or not there:
            asked = _made(root, batch, order.articles, stages, labels, Path(scratch))
            if there:
                _same(path, asked)
        if there:
            _unchanged(path.parent)
        ready = _looked_through(path if there else made, batch, plan, labels, tombstones.read(root))
        ready = replace(ready, hidden=len(_answered(ready.path)) if batch.purpose != "training" else 0)
        if not dry:
            if batch.name not in plan.batches:
                outbox.announce(listed, batch)
            for name in (ANSWERS, TASKS) if not there else ():  # once the tasks are there, all is
                if made.with_name(name).exists():
                    _put(made.with_name(name), path.with_name(name))
            ready = replace(ready, path=path)
        yield ready


def _batch(plan: Plan, order: Order, version: str) -> Batch:
    """The batch as batches.yaml has it; else a new one under the guideline in force, for every person (models have no
    account, so they get one only by name; where nobody else is, it is for them)."""
    known = plan.batches.get(order.batch)
    if known:
        for option, said, stands in (("kind", order.kind, known.kind), ("purpose", order.purpose, known.purpose)):
            if said not in (None, stands):
                raise UsageError(f"{order.batch}: batches.yaml says {option} {stands}, --{option} says {said}.")
    elif not order.purpose:
        raise UsageError(f"{order.batch}: a new batch. Say its --purpose: {', '.join(batches.PURPOSES)}.")
    elif not re.fullmatch(r"\w[\w.-]*", order.batch):
        raise UsageError(f"{order.batch}: no name of a folder. Use letters, digits, dots and hyphens.")
    if not plan.annotators or (known and not known.annotators):
        raise AnnotationError("annotations/batches.yaml", f"nobody works on {order.batch}", "Name annotators there.")
    people = sorted(one.name for one in plan.annotators.values() if one.kind == "person") or sorted(plan.annotators)
    overlap = 1 if order.purpose == "adjudication" else len(people)
    new = Batch(order.batch, order.kind or "spans", order.purpose or "", version, 1, tuple(people), overlap)
    return known or new


def _labels(root: Path) -> Labels:
    """What may be marked, from the corpus's own vocabularies."""
    vocabularies = schema.load(root / "schemas").vocabularies
    return {"span": vocabularies["span_label"].names, "relation": vocabularies["relation_label"].names}


def _made(
    root: Path, batch: Batch, articles: Sequence[str], stages: Sequence[Stage], labels: Labels, scratch: Path
) -> set[str]:
    """Make tasks and known answers in `scratch`, shard by shard, and return the ids of those that were asked for."""
    problems: list[InputError] = []
    wrong: list[InputError] = []
    planned: list[str] = []
    known: list[Candidate] = []
    asked, maker = _Asked(articles), MAKERS[batch.form]
    hides = batch.controls > 0 and batch.purpose in ("main", "overlap")  # controls are of articles not asked for
    said = dataset.read(root / "corpus" / "dataset.yaml")
    with (scratch / "planned.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        held = beside(root, problems, begun=batch.name, in_text=said.in_text)
        for made in shards(root, held, stages, problems, wanted=lambda one: asked(one) or hides):
            texts = {article["article_id"]: article["text"] for article in made["articles"]}
            tasks = run([maker], made | {"batch": batch})[maker.__name__]
            if hides or batch.purpose == "training":
                known += candidates(tasks, made["tasks"], made["marks"], made["judgements"])
            tasks = unasked(batch, [one for one in tasks if asked(one["data"]["article_id"])], made["tasks"])
            for task in tasks:
                task["data"]["annotators"] = barred(batch.annotators)
                faults = refused(task, batch, labels, texts[task["data"]["article_id"]])
                planned.append(task["data"]["task_id"])
                wrong.extend(_fault(f"batch {batch.name}", planned[-1], fault) for fault in faults)
                if not wrong:
                    file.write(outbox.line(task))
    if problems or wrong:
        raise BadInput([*problems, *wrong])
    if asked.left:
        raise UsageError(f"--articles {sorted(asked.left)[0]}: no article of the corpus is called that. Leave it out.")
    if not planned:
        raise UsageError(f"{batch.name}: the corpus has {NOTHING[batch.form]}.")
    return _dealt(batch, planned, known, scratch)


class _Asked:
    """Whether an article was asked for; `left` are the patterns that none has matched."""

    def __init__(self, said: Sequence[str]) -> None:
        self._all, self.left = not said, set(said)
        self._ids = frozenset(one for one in said if not set(one) & set("*?["))  # hundreds, of a million articles
        self._patterns = self.left - self._ids

    def __call__(self, article_id: str) -> bool:
        matched = {one for one in self._patterns if fnmatchcase(article_id, one)} | (self._ids & {article_id})
        self.left -= matched
        return bool(matched) or self._all


def _dealt(batch: Batch, planned: Sequence[str], known: Sequence[Candidate], scratch: Path) -> set[str]:
    """Write the tasks with who does each, controls among them; of a training batch those whose answer is known."""
    if batch.purpose == "training":
        tasks, lines = training(batch, known)
        if not tasks:
            then = "Two people or more have to agree on some, in a batch that is pulled."
            raise UsageError(f"{batch.name}: there is no task whose answer is known. {then}")
        planned = [task["data"]["task_id"] for task in tasks]
        outbox.write(scratch / TASKS, tasks)
    else:
        does = assigned(batch, planned)
        hidden, lines = controls(batch, does, known)
        plain = (task for _, task in outbox.read(scratch / "planned.jsonl"))
        dealt = (task | {"data": task["data"] | {"annotators": does[task["data"]["task_id"]]}} for task in plain)
        outbox.write(scratch / TASKS, _mixed(batch, dealt, len(planned), hidden))
    if lines:
        outbox.write(scratch / ANSWERS, lines)
    return set(planned)


def _mixed(batch: Batch, plain: Iterable[Row], count: int, hidden: Iterable[Row]) -> Iterator[Row]:
    """The `count` plain tasks, with the hidden ones among them by a hash: their place must not tell what they are."""
    places: dict[int, list[Row]] = {}
    for task in hidden:
        place = int(sha256(batch.name, task["data"]["task_id"])[:16], 16) % (count + 1)
        places.setdefault(place, []).append(task)
    yield from places.get(0, ())
    for nth, task in enumerate(plain, 1):
        yield task
        yield from places.get(nth, ())


def _same(path: Path, made: set[str]) -> None:
    """Refuse where the articles that were asked for give other tasks than those that may be out already."""
    known = _answered(path)
    stands = {str(task["data"]["task_id"]) for _, task in outbox.read(path)} - known
    made = made - known
    if stands != made:
        what = f"holds other tasks than --articles gives now: {len(made - stands)} are new, {len(stands - made)} gone"
        then = "Leave out --articles to send what stands there, or choose another name for a new batch."
        raise AnnotationError(str(path), what, then)


def _answered(path: Path) -> set[str]:
    """The ids of tasks whose answer is known, as it stands beside them."""
    answered = path.with_name(ANSWERS)
    return {one["task_id"] for _, one in outbox.read(answered)} if answered.exists() else set()


def _put(made: Path, path: Path) -> None:
    """Put the tasks where they stay, with their digest, in one step."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(path.name + signed.PART)
    with made.open("rb") as origin, part.open("wb") as copy:
        shutil.copyfileobj(origin, copy)
        copy.flush()
        os.fsync(copy.fileno())
    signed.put(part)


def _unchanged(folder: Path) -> None:
    """Refuse where files of the batch are not those that were signed."""
    if problems := list(signed.changed(folder, sorted(folder.glob("*.jsonl")))):
        raise BadInput(problems)


def _looked_through(path: Path, batch: Batch, plan: Plan, labels: Labels, gone: Collection[str]) -> Outbox:
    """The outbox, once each of its tasks has been found fit to be sent; none is of an article that is `gone`."""
    problems: list[InputError] = []
    anybody = replace(batch, annotators=tuple(plan.annotators))  # whoever was to do a task may have left the batch
    ids: set[str] = set()
    names: set[str] = set()
    for number, task in outbox.read(path):
        if isinstance(task, dict) and "id" in task:
            then = "What is out stays out: choose another name for a new batch."
            raise AnnotationError(str(path), "holds tasks that do not name their batch, as once they did not", then)
        faults = refused(task, anybody, labels)
        task_id = "" if faults else task["data"]["task_id"]
        if not faults and task_id in ids:
            faults = ["it comes twice"]
        problems.extend(_fault(f"{path}:{number}", task_id, fault) for fault in faults)
        if not faults and (article_id := task["data"]["article_id"]) in gone:
            then = f"Finish that first: scripts/withdraw.py {article_id}."
            problems.append(AnnotationError(f"{path}:{number}", f"the article {article_id} was withdrawn", then))
        ids.add(task_id)
        names.update(() if faults else unbarred(task["data"]["annotators"]))
    if problems:
        raise BadInput(problems)
    return Outbox(batch, path, frozenset(ids), tuple(sorted(names)))


def _fault(where: str, task_id: str, fault: str) -> AnnotationError:
    place = f"{where}, task {task_id}" if task_id else where
    return AnnotationError(place, fault, "Label Studio would take it, and show a wrong page.")
