"""annotations/<batch>/corrections.yaml: what was put right in the work of annotators after it was pulled, and why.

- {annotation: <unique_id>, change: relabel, region: c1, expect: Claim, to: Source, reason: "…"}    # a region's label
- {annotation: <unique_id>, change: relabel, region: c1, control: claim_type, expect: quote, to: causal, reason: "…"}
- {annotation: <unique_id>, change: relabel, control: stance, expect: SUPPORTS, to: REFUTES, reason: "…"}
- {annotation: <unique_id>, change: move, region: c1, expect: 10-20, to: 12-20, reason: "…"}    # offsets in the task
- {annotation: <unique_id>, change: drop, region: c1, expect: Claim 10-20, reason: "…"}    # with all that is said of it
- {annotation: <unique_id>, change: reverse, expect: s1>c1, reason: "…"}    # from the region at the arrow's end
- {annotation: <unique_id>, change: attribute, expect: bo, to: ada, reason: "…"}

`expect` is what stands there before. Where something else does, the correction is refused, so none outlives its cause.
Pulls are never edited; a correction is applied whenever they are read.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance.errors import AnnotationError, InputError
from claimstance.schema import strings

Json = dict[str, Any]

ALWAYS = ("annotation", "change", "expect", "reason")
MORE = {  # what a change needs beyond that, and what it may have
    "relabel": (("to",), ("region", "control")),
    "move": (("region", "to"), ()),
    "drop": (("region",), ()),
    "reverse": ((), ()),
    "attribute": (("to",), ()),
}
_ANSWERS = {"labels": "labels", "choices": "choices", "textarea": "text"}  # where each type of result keeps its answer

_FORMS = {  # what some changes expect, and an example
    "move": ("[0-9]{1,9}-[0-9]{1,9}", "start-end, such as 10-20"),
    "reverse": ("[^>]+>[^>]+", "from>to, such as c1>s1"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction; `where` is its place in the file."""

    where: str
    annotation: str
    change: str
    expect: str
    to: str = ""
    region: str | None = None
    control: str | None = None

    def applied(self, result: list[Json]) -> list[Json]:
        """It will return the annotation's results, put right. Raises AnnotationError where `expect` does not hold."""
        return {"relabel": self._relabel, "move": self._move, "drop": self._drop, "reverse": self._reverse}[
            self.change
        ](result)

    def exchanged(self, stands: str, known: Collection[str]) -> str:
        """It will return the annotator who takes the place of the one who stands there."""
        if self.to not in known:
            raise AnnotationError(self.where, f"nobody is called {self.to}", "Name them in batches.yaml first.")
        self._one([stands])
        return self.to

    def _relabel(self, result: list[Json]) -> list[Json]:
        there = [
            index
            for index, one in enumerate(result)
            if one.get("type") in _ANSWERS
            and self.region in (None, one.get("id"))
            and (one.get("from_name") == self.control if self.control else one["type"] == "labels")
        ]
        index = there[self._one([_answer(result[at]) for at in there])]
        kind = _ANSWERS[result[index]["type"]]
        return _with(result, index, {kind: [self.to]})

    def _move(self, result: list[Json]) -> list[Json]:
        there = self._regions(result)
        index = there[self._one([_extent(result[at]) for at in there])]
        start, end = self.to.split("-")
        # Without Label Studio's copy of the words: it is of those that were selected before.
        kept = {key: one for key, one in result[index]["value"].items() if key != "text"}
        moved = [*result]
        moved[index] = {**result[index], "value": {**kept, "start": int(start), "end": int(end)}}
        return moved

    def _drop(self, result: list[Json]) -> list[Json]:
        there = self._regions(result)
        said = [f"{_answer(result[at])} {_extent(result[at])}" for at in there]
        self._one(sorted(set(said)))
        gone = {at for at, one in zip(there, said, strict=True) if one == self.expect}
        left = [one for at, one in enumerate(result) if at not in gone]
        if self._regions(left):
            return left  # another region with the same id, to which answers and relations belong
        return [one for one in left if self.region not in (one.get("id"), one.get("from_id"), one.get("to_id"))]

    def _reverse(self, result: list[Json]) -> list[Json]:
        there = [index for index, one in enumerate(result) if one.get("type") == "relation"]
        index = there[self._one([_arrow(result[at]) for at in there])]
        source, target = self.expect.split(">")
        turned = [*result]
        turned[index] = {**result[index], "from_id": target, "to_id": source, "direction": "right"}
        return turned

    def _regions(self, result: list[Json]) -> list[int]:
        return [
            index for index, one in enumerate(result) if one.get("type") == "labels" and one.get("id") == self.region
        ]

    def _one(self, stands: list[str]) -> int:
        """Which of what stands there is expected; it has to be one."""
        found = [index for index, one in enumerate(stands) if one == self.expect]
        if len(found) == 1:
            return found[0]
        if found:
            what, then = f"{self.expect} stands there {len(found)} times", "Say which one: name the region."
        elif self.to and self.to in stands:
            what, then = f"{self.to} stands there already", "The correction is no longer needed: remove it."
        elif self.change == "reverse" and ">".join(reversed(self.expect.split(">"))) in stands:
            what, then = f"no arrow {self.expect}, only the other way", "It is no longer needed: remove it."
        else:
            shown = ", ".join(one[:60] for one in stands[:5]) or "nothing"
            what, then = f"{self.expect} is expected, but {shown} stands there", "Look at it again."
        raise AnnotationError(self.where, what, then)


def read(path: Path, problems: list[InputError]) -> Iterator[Correction]:
    """It will yield the corrections of a batch, none where the file is not there; what is none goes to `problems`."""
    if not path.exists():
        return
    listed = strings(path)
    if not isinstance(listed, list):
        problems.append(AnnotationError(str(path), "no list of corrections", "Begin each with a hyphen."))
        return
    for number, said in enumerate(listed, 1):
        try:
            yield _correction(f"{path}: correction {number}", said)
        except AnnotationError as problem:
            problems.append(problem)


def _correction(where: str, said: Any) -> Correction:
    change = said.get("change") if isinstance(said, dict) else None
    if not isinstance(change, str) or change not in MORE:
        raise AnnotationError(where, f"change is {change!r}", f"One of {', '.join(MORE)} is due.")
    needed, allowed = MORE[change]
    for key in (*ALWAYS, *needed, *(one for one in allowed if one in said)):
        if not isinstance(said.get(key), str) or not said[key].strip():
            raise AnnotationError(where, f"no {key}", f"A change of the kind {change} says it.")
    unknown = sorted(set(said) - {*ALWAYS, *needed, *allowed})
    if unknown:
        then = f"Keys of the kind {change}: {', '.join((*ALWAYS, *needed, *allowed))}."
        raise AnnotationError(where, f"{', '.join(unknown)} means nothing here", then)
    if change == "relabel" and not (said.get("region") or said.get("control")):
        raise AnnotationError(where, "neither region nor control", "Say what is to be relabelled.")
    for key in ("expect", "to") if change == "move" else ("expect",):
        if change in _FORMS and not re.fullmatch(_FORMS[change][0], said[key]):
            raise AnnotationError(where, f"{key} is {said[key]!r}", f"Say {_FORMS[change][1]}.")
    return Correction(where, **{key: one for key, one in said.items() if key != "reason"})


def _answer(said: Json) -> str:
    """The answer of a result as text; a result that cannot be read has none."""
    value = said.get("value")
    answers = value.get(_ANSWERS[said["type"]]) if isinstance(value, dict) else None
    return "|".join(map(str, answers)) if isinstance(answers, list) else ""


def _extent(said: Json) -> str:
    value = said.get("value")
    return f"{value.get('start')}-{value.get('end')}" if isinstance(value, dict) else ""


def _arrow(said: Json) -> str:
    ends = [str(said.get("from_id")), str(said.get("to_id"))]
    return ">".join(reversed(ends) if said.get("direction") == "left" else ends)


def _with(result: list[Json], index: int, more: Json) -> list[Json]:
    """The results with another value at one place."""
    changed = [*result]
    changed[index] = {**result[index], "value": {**result[index]["value"], **more}}
    return changed
