"""annotations/batches.yaml: who annotates, under which pseudonym, and what each batch of tasks is for.

annotators:
  ada: {kind: person}                       # known in Label Studio by the account ada@claimstance.invalid
  bo: {kind: person, label_studio_id: "7"}  # or by the number that somebody else's server gave
batches:
  2026-12-spans:
    kind: spans                             # or pairs
    purpose: main                           # training, main, overlap, adjudication
    guideline_version: "1.1"
    wave: 2                                 # judged for the second time, under a better guideline (default 1)
    annotators: [ada, bo]                   # who works on it (default: everybody)
    overlap: 2                              # annotators a shared task (default: all of them)
    shared: 0.2                             # share of its tasks that are shared; the others have one (default 1)
    controls: 0.05                          # hidden items whose answer is known, a share of its tasks (default 0)
    near: 0.4                               # pairs: also the unlinked source with that share of a claim's words (none)
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance.errors import AnnotationError
from claimstance.schema import strings

KINDS = {"spans": 1, "pairs": 2}  # what a batch asks for, and the round that it belongs to
PURPOSES = ("training", "main", "overlap", "adjudication")
TITLE = 50  # characters of a project's title
SHARE = r"0(\.\d+)?|1(\.0+)?"
PSEUDONYM = "[a-z][a-z0-9-]*"
DOMAIN = "claimstance.invalid"  # of the accounts that are called as their annotator; no post ever arrives (RFC 2606)


@dataclass(frozen=True, slots=True)
class Annotator:
    """One annotator: pseudonym, kind (person or model), and the number that Label Studio knows them by, if any."""

    name: str
    kind: str
    label_studio_id: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: what it asks for (spans or pairs), why, under which guideline, and who does how much of it.

    `overlap` annotators judge each of a share `shared` of its tasks, one annotator each of the others; `controls` is
    the share of hidden items whose answer is known. `near` is the share of a claim's words, weighed, from which on a
    batch of pairs also asks about a source that the article does not link with it; 0 asks about none.
    """

    name: str
    kind: str
    purpose: str
    guideline_version: str
    wave: int = 1
    annotators: tuple[str, ...] = ()
    overlap: int = 0
    shared: float = 1.0
    controls: float = 0.0
    near: float = 0.0

    @property
    def round(self) -> int:
        """1 marks spans, 2 judges pairs."""
        return KINDS[self.kind]

    @property
    def form(self) -> str:
        """The form that shows its tasks, by the name of its file in schemas/labeling/; adjudicators have their own."""
        return f"{self.kind}-adjudication" if self.purpose == "adjudication" else self.kind


@dataclass(frozen=True, slots=True)
class Plan:
    """All of batches.yaml: annotators and batches by name, the batches sorted."""

    annotators: Mapping[str, Annotator]
    batches: Mapping[str, Batch]

    def known_as(self, key: str) -> Annotator | None:
        """The annotator with that pseudonym, or with that number in Label Studio."""
        numbered = (one for one in self.annotators.values() if one.label_studio_id == key)
        return self.annotators.get(key) or next(numbered, None)


def title(corpus: str, form: str, guideline_version: str) -> str:
    """It will be the title of the project that shows a form: of each corpus, by its name, one a form and guideline.

    A project shows one guideline, so only thus is the one that a batch is stamped with the one that was shown. Raises
    AnnotationError where Label Studio would refuse it.
    """
    said = f"{corpus} {form.replace('-', ' ')} {guideline_version}"
    if len(said) > TITLE:
        what = f"no project can be called {said!r}, which has more than {TITLE} characters"
        raise AnnotationError("corpus/dataset.yaml", what, "Give the corpus a shorter name.")
    return said


def barred(names: Iterable[str]) -> str:
    """It will be who does a task as its data says it, "|ada|bo|": so each name can be looked for with its bars."""
    return f"|{'|'.join(names)}|"


def unbarred(said: str) -> tuple[str, ...]:
    """It will be the names between the bars."""
    return tuple(one for one in said.split("|") if one)


def read(path: Path) -> Plan:
    """It will read annotations/batches.yaml. Raises AnnotationError, or SchemaError where it is no YAML."""
    said = strings(path)
    if not isinstance(said, dict):
        raise AnnotationError(str(path), "names no batches", "Say `annotators:` and `batches:`.")
    people = _people(path, said)
    return Plan(people, _batches(path, said, people))


def _people(path: Path, said: Mapping[str, Any]) -> dict[str, Annotator]:
    people: dict[str, Annotator] = {}
    taken: set[str] = set()
    for name, more in _named(path, said, "annotators").items():
        if not re.fullmatch(PSEUDONYM, name):
            shown = "somebody's e-mail address" if "@" in name else name
            raise AnnotationError(f"{path}: annotator {shown}", "no pseudonym", f"It has to match {PSEUDONYM}.")
        where = f"{path}: annotator {name}"
        _one_of(where, more, "kind", ("person", "model"))
        known_as = more.get("label_studio_id")
        if known_as is not None and not (isinstance(known_as, str) and known_as.isdecimal()):
            raise AnnotationError(
                where, "label_studio_id is no number", "It is the number in Label Studio, no address."
            )
        if known_as in taken:
            raise AnnotationError(where, f"label_studio_id {known_as} is taken", "Each annotator has one of their own.")
        if known_as is not None:
            taken.add(known_as)
        people[name] = Annotator(name, more["kind"], known_as)
    return people


def _named(path: Path, said: Mapping[str, Any], word: str) -> dict[str, Any]:
    """What stands below `word`, by name; nothing where it is not there."""
    found = said.get(word) or {}
    if not isinstance(found, dict):
        raise AnnotationError(f"{path}: {word}", "not a name and what it means on each line", "Say `name: {…}`.")
    return found


def _one_of(where: str, more: Any, word: str, allowed: Collection[str]) -> None:
    """Refuse an entry whose `word` is not one of those allowed."""
    said = more.get(word) if isinstance(more, dict) else None
    if not isinstance(said, str) or said not in allowed:
        what = f"{word} is {said!r}" if said else f"no {word}"
        raise AnnotationError(where, what, f"Say `{word}:` and one of {', '.join(allowed)}.")


def _batches(path: Path, said: Mapping[str, Any], people: Mapping[str, Annotator]) -> dict[str, Batch]:
    batches = {}
    for name, more in sorted(_named(path, said, "batches").items()):
        where = f"{path}: batch {name}"
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise AnnotationError(where, "its name is no name of a folder", "Use letters, digits, dots and hyphens.")
        _one_of(where, more, "kind", KINDS)
        _one_of(where, more, "purpose", PURPOSES)
        if not isinstance(more.get("guideline_version"), str) or not more["guideline_version"]:
            raise AnnotationError(where, "no guideline_version", "Say which guideline was in force, such as 1.0.")
        annotators = _annotators(where, more, people)
        batches[name] = Batch(
            name,
            more["kind"],
            more["purpose"],
            more["guideline_version"],
            wave=int(_number(where, more, "wave", r"[1-9]\d{0,3}", "1")),
            annotators=annotators,
            overlap=min(int(_number(where, more, "overlap", r"[1-9]\d{0,3}", str(len(annotators)))), len(annotators)),
            shared=float(_number(where, more, "shared", SHARE, "1")),
            controls=float(_number(where, more, "controls", r"0(\.\d+)?", "0")),
            near=float(_number(where, more, "near", SHARE, "0")),
        )
    return batches


def _annotators(where: str, more: Mapping[str, Any], people: Mapping[str, Annotator]) -> tuple[str, ...]:
    """Who works on the batch, sorted; everybody where it does not say."""
    said = more.get("annotators", list(people))
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise AnnotationError(where, "annotators is no list", "Say `annotators: [ada, bo]`.")
    unknown = sorted(set(said) - set(people))
    if unknown:
        shown = ", ".join("somebody's e-mail address" if "@" in one else one for one in unknown)
        raise AnnotationError(where, f"nobody is called {shown}", "Name them below `annotators:` first.")
    return tuple(sorted(set(said)))


def _number(where: str, more: Mapping[str, Any], word: str, form: str, default: str) -> str:
    said = more.get(word, default)
    if not isinstance(said, str) or not re.fullmatch(form, said):
        if word in ("shared", "controls", "near"):
            raise AnnotationError(where, f"{word} is {said!r}", "A share from 0 to 1 is due.")
        raise AnnotationError(where, f"{word} is {said!r}", "A whole number from 1 is due.")
    return said
