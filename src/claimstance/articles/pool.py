"""corpus/pool/pool.yaml: what is true of a whole file of the pool, where its rows do not say it.

crawl-2026.warc.gz:                a file below corpus/pool/, by its path there
  licence: LicenseRef-proprietary  SPDX id of the rows that name none
  redistributable: no              whether a release may carry the texts of rows that do not say it (yes, no)
  leave_out: [12, 57]              rows that are not taken, by the numbers that messages give them
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from claimstance.errors import SchemaError
from claimstance.schema import strings

TERMS = "pool.yaml"
_DUE = "Write what there is to say: FILE: {licence: ID, redistributable: no, leave_out: [12]}."


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts for the rows of a file that are silent; `leave_out` has the numbers of rows, in order."""

    licence: str | None = None
    redistributable: bool = True
    leave_out: tuple[int, ...] = ()


SILENT = Terms()


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    licence: str | None = None
    redistributable: Literal["yes", "no"] = "yes"
    leave_out: list[int] = []


def terms(folder: Path) -> dict[Path, Terms]:
    """It will read what is said of files of the pool in `folder`, by their paths; empty where nothing is. Raises
    SchemaError.
    """
    path = folder / TERMS
    said = strings(path) if path.exists() else {}
    if not isinstance(said, dict):
        raise SchemaError(str(path), "names no files", _DUE)
    return {folder / str(name): _terms(path, name, own) for name, own in said.items()}


def unknown(folder: Path, path: Path) -> SchemaError:
    """What to say of a path that is no file of the pool."""
    what = f"no file of the pool is called {path.relative_to(folder).as_posix()}"
    return SchemaError(str(folder / TERMS), what, "Name it by its path below corpus/pool/, or remove it there.")


def _terms(path: Path, name: object, own: object) -> Terms:
    try:
        said = msgspec.convert(own, _Said, strict=False)
    except msgspec.ValidationError as error:
        raise SchemaError(str(path), f"{name}: {error}", _DUE) from None
    return Terms(said.licence or None, said.redistributable == "yes", tuple(sorted(set(said.leave_out))))
