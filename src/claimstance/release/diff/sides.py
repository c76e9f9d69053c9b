"""One side of a comparison: a folder of tables, whoever wrote it, with the columns and labels that its own files have.

Schemas change between releases, and a label is the number that it was then; so what a file says of itself is believed,
and nothing else about it is: a link that leads away, a pipe or a broken file is an error, not a wait.
"""

import json
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance.command import printable
from claimstance.errors import ReleaseError
from claimstance.gate import manifests, parquet, sheets
from claimstance.table import Field, Label, Table, Vocabulary
from claimstance.version import VERSION

AGAIN = "Make it, or copy it, again."
_TABLE = re.compile(r"[a-z][a-z0-9_]*")
_NUMBERED = re.compile(r"(.+)-([0-9]{5})-of-([0-9]{5})\.parquet")


@dataclass(frozen=True, slots=True)
class Held:
    """A table as one side has it: its files, the type of each column, and the fields as those files describe them."""

    table: Table
    files: tuple[Path, ...]
    types: Mapping[str, pa.DataType]

    @property
    def fields(self) -> dict[str, Field]:
        """The columns by name."""
        return {field.name: field for field in self.table.fields}


@dataclass(frozen=True, slots=True)
class Side:
    """A folder: what it was called by whoever named it, its version, if it says one, and its tables by name."""

    name: str
    path: Path
    version: str
    tables: Mapping[str, Held]


def read(path: Path, name: str, keys: Mapping[str, str]) -> Side:
    """It will look at the tables of a folder, without reading a row.

    `keys` are the keys of the tables that are known; of others there is only the name. Files may be links as long as
    they stay in the folder. Raises ReleaseError where a table cannot be read, or a file of it is missing.
    """
    root = path.resolve()
    names = sorted(one.name for one in path.iterdir() if _TABLE.fullmatch(one.name) and any(one.glob("*.parquet")))
    if not names:
        raise ReleaseError(
            printable(path), "no table is there", "A build or a release has a folder of Parquet a table."
        )
    files = {one: [_regular(place, root) for place in sorted((path / one).glob("*.parquet"))] for one in names}
    tables = {one: _held(one, files[one], keys.get(one, "")) for one in names}
    said = manifests.read(path)
    if isinstance(said, manifests.Manifest):
        listed = {place for place in said.files if place.endswith(".parquet")}
        there = {f"{one}/{place.name}" for one in names for place in sorted((path / one).glob("*.parquet"))}
        for place in sorted(listed - there):
            raise ReleaseError(printable(path / place), "the manifest lists it, and it is not there", AGAIN)
    for one in names:
        _complete(path / one)
    return Side(name, root, said.version if isinstance(said, manifests.Manifest) else _version(path), tables)


def _version(path: Path) -> str:
    """The version that the card of a build or a copy has; empty where it has none."""
    said = [one.get("version") for one in sheets.card(path).described("configs").values()]
    return said[0] if said and isinstance(said[0], str) and re.fullmatch(VERSION, said[0]) else ""


def _regular(place: Path, root: Path) -> Path:
    """The file itself, if it is one that may be opened."""
    try:
        path = place.resolve(strict=True)
        mode = path.stat().st_mode
    except (OSError, RuntimeError):
        raise ReleaseError(printable(place), "a link that leads nowhere", AGAIN) from None
    if not path.is_relative_to(root):
        raise ReleaseError(printable(place), "a link that leads out of the folder", "Put the file itself there.")
    if not stat.S_ISREG(mode):
        raise ReleaseError(printable(place), "no file, but a folder, a pipe or a device", AGAIN)
    return path


def _complete(folder: Path) -> None:
    """Refuse a table of whose numbered files some are missing."""
    matches = [match for path in sorted(folder.glob("*.parquet")) if (match := _NUMBERED.fullmatch(path.name))]
    for split in sorted({match[1] for match in matches}):
        own = [match for match in matches if match[1] == split]
        if len(own) != int(own[0][3]) or len({match[3] for match in own}) > 1:
            what = f"has {len(own)} of the {int(own[0][3])} files of its split {printable(split)}"
            raise ReleaseError(printable(folder), what, AGAIN)


def _held(name: str, files: Sequence[Path], key: str) -> Held:
    """The table as its files describe it; all of them have to do so alike."""
    known = Table(name, "", key, (), (), ())
    found: pa.Schema | None = None
    for path in files:
        problems = parquet.read(path, known, contents=False).problems
        if problem := next((what for kind, what in problems if kind != "schema"), ""):
            raise ReleaseError(printable(path), problem, AGAIN)
        own = pq.read_schema(path)
        if found is not None and not own.equals(found, check_metadata=True):
            raise ReleaseError(printable(path), "has other columns than the file before it", AGAIN)
        found = own
    assert found is not None  # noqa: S101 - a table is a folder with a file
    names = [column.casefold() for column in found.names]
    if len(set(names)) < len(names):
        raise ReleaseError(printable(files[0]), "has two columns of one name", AGAIN)
    features = _features(found.metadata)
    fields = tuple(_field(column, features.get(column.name)) for column in found)
    if key and (key not in found.names or found.field(key).type != pa.string()):
        raise ReleaseError(printable(files[0]), f"has no column {key} of strings, which is its key", AGAIN)
    return Held(Table(name, "", key, fields, (), ()), tuple(files), {one.name: one.type for one in found})


def _field(column: pa.Field, feature: Any) -> Field:
    """The column as far as comparing asks: whether it is a label, spans of some kind, or a time."""
    names = list(_names(feature))
    labels = Vocabulary(column.name, "", tuple(Label(one, "", {}) for one in names)) if names else None
    if pa.types.is_integer(column.type):
        return Field(column.name, "string" if labels else "integer", "", vocabulary=labels)
    if pa.types.is_list(column.type):
        kinds = labels if pa.types.is_struct(column.type.value_type) else None
        return Field(column.name, "array", "", items="span" if kinds else "", vocabulary=kinds)
    return Field(column.name, "datetime" if pa.types.is_timestamp(column.type) else "", "")


def _names(feature: Any) -> Iterator[str]:
    """The labels of a column, or of the kinds of its spans."""
    if isinstance(feature, dict) and isinstance(member := feature.get("feature"), dict):
        feature = member.get("kind")
    names = feature.get("names") if isinstance(feature, dict) else None
    if isinstance(names, list) and all(isinstance(one, str) for one in names):
        yield from names


def _features(metadata: Mapping[bytes, bytes] | None) -> Mapping[str, Any]:
    """What the file says of its columns to the Hub's readers; nothing where that cannot be read."""
    try:
        said = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
