"""The fact `croissant`: where croissant.json does not say what the files, tables and labels of a release give.

mlcroissant takes a description with a wrong column or a misspelt key, and of a wrong digest it says nothing before it
reads. So the part that follows from the folder is made anew and held against what is written, and keys are held against
the vocabulary.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from claimstance.command import printable
from claimstance.gate import manifests, sheets
from claimstance.gate.folder import Folder
from claimstance.release.papers.croissant import CROISSANT, structure
from claimstance.release.papers.jsonld import CONFORMS, CONTEXT, KEYS, WORDS

Found = tuple[str, str, str | None]


def described(folder: Folder) -> pa.Table:
    """place, kind (tables, columns, files, keys), problem: each thing that was compared; right ones have no problem."""
    found = list(_compared(folder))
    columns = list(zip(*found, strict=True))
    names = ("place", "kind", "problem")
    return pa.table({name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)})


def _compared(folder: Folder) -> Iterator[Found]:
    text, problem = sheets.page(folder.path / CROISSANT)
    try:
        said = json.loads(text) if not problem else {}
    except (ValueError, RecursionError):
        problem = "is not JSON"
    if problem or not isinstance(said, dict):
        yield CROISSANT, "tables", problem or "is no object"
        return
    listed = manifests.read(folder.path)
    digests = {path: one.sha256 for path, one in listed.files.items()} if isinstance(listed, manifests.Manifest) else {}
    due = structure(folder, digests)
    yield from _entries("files", due["distribution"], said.get("distribution"))
    for kind, one, other in _pairs(due["recordSet"], said.get("recordSet")):
        if other is None or one is None:
            yield printable(kind), "tables", "is missing" if one else "is not due"
            continue
        yield kind, "tables", None
        yield from _entries("columns", one["field"], other.get("field"))
        rest = {name: value for name, value in one.items() if name != "field"}
        yield kind, "columns", _differing(rest, other)
    yield from _keys(said)


def _keys(said: Mapping[str, Any]) -> Iterator[Found]:
    """Keys that Croissant and RAI do not know, and whether it says what it follows and by which words."""
    for key in sorted(said):
        yield printable(key), "keys", None if key in WORDS or key in KEYS else "is no key of Croissant 1.1 or RAI 1.0"
    yield "conformsTo", "keys", None if said.get("conformsTo") == CONFORMS else f"is not {' and '.join(CONFORMS)}"
    yield "@context", "keys", None if said.get("@context") == CONTEXT else "is not that of Croissant 1.1"


def _entries(kind: str, due: list[Any], found: Any) -> Iterator[Found]:
    for name, one, other in _pairs(due, found):
        missing = "is missing" if other is None else "is not due" if one is None else None
        yield printable(name), kind, missing or _differing(one, other)


def _pairs(due: list[Any], found: Any) -> Iterator[tuple[str, Any, Any]]:
    """Entries by their ids: what is due, and what is there; a second one of an id is not due."""
    there: dict[str, list[Any]] = {}
    for one in found if isinstance(found, list) else ():
        there.setdefault(str(one.get("@id")) if isinstance(one, dict) else "", []).append(one)
    for one in due:
        own = there.get(one["@id"], [])
        yield one["@id"], one, own.pop(0) if own else None
    for name, own in there.items():
        for one in own:
            yield name or "an entry without an id", None, one


def _differing(due: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """Which words of an entry are other than they should be."""
    names = [name for name in {**due, **found} if name != "field" and due.get(name) != found.get(name)]
    return f"has another {', '.join(map(printable, names[:3]))}" if names else None
