"""The facts about a release among the others: what is not as it was in the last one, and what was recorded of it."""

from collections.abc import Iterator

import pyarrow as pa

from claimstance import tombstones
from claimstance.errors import ReleaseError
from claimstance.gate import manifests, views
from claimstance.gate.folder import MANIFEST, Folder
from claimstance.release import record
from claimstance.release.diff import changes, compare, demanded, sides, smallest
from claimstance.shown import plain
from claimstance.version import numbers

RELEASES = "releases"
SCHEMA = pa.schema([("place", pa.string()), ("kind", pa.string()), ("problem", pa.string())])
NOTHING = pa.schema([("place", pa.string()), ("problem", pa.string())]).empty_table()  # nothing is recorded otherwise
_UNLIKE = """
    SELECT coalesce(due.change_id, said.change_id) AS place, 'changes' AS kind, CASE
        WHEN said.change_id IS NULL THEN 'is not told' WHEN due.change_id IS NULL THEN 'is told, and is not so'
        ELSE 'is told otherwise' END AS problem
    FROM due FULL JOIN said ON due.change_id = said.change_id WHERE {} ORDER BY place"""


def compared(folder: Folder) -> pa.Table:
    """place, kind (number, changes), problem: what a release says of itself that comparing it with the last one does
    not give. A build that is compared with, and one of no earlier version, is no release before it: then it is empty.

    Raises ReleaseError where a side cannot be compared.
    """
    before, own = (manifests.read(one) if one else "" for one in (folder.last, folder.path))
    if folder.last is None or isinstance(before, str) or isinstance(own, str):
        return SCHEMA.empty_table()
    if numbers(own.version) <= numbers(before.version):
        return SCHEMA.empty_table()  # the fact `manifest` tells it
    keys = {name: table.key for name, table in folder.schemas.items()}
    old, new = sides.read(folder.last, before.version, keys), sides.read(folder.path, own.version, keys)
    found = compare(old, new, folder.schemas, tombstones.reasons(folder.corpus))
    table = folder.schemas["changes"]
    said = folder.read(table.name, table.arrow_schema.names) if folder.files(table.name) else None
    untold = _unlike(changes(found, table), said if said is not None else table.arrow_schema.empty_table())
    due = demanded(found)
    least = smallest(before.version, due.part)
    if numbers(own.version) >= numbers(least):
        return untold
    problem = f"demands {least}, and this is {own.version}"
    rows = [{"place": plain(one.says), "kind": "number", "problem": problem} for one in due.demanding]
    return pa.concat_tables([untold, pa.Table.from_pylist(rows, SCHEMA)])


def recorded(folder: Folder) -> pa.Table:
    """place, problem: how a release is not the one that the corpus has recorded by its number; empty where none is.

    Raises ReleaseError where the record cannot be read.
    """
    return pa.Table.from_pylist([{"place": MANIFEST, "problem": one} for one in _recorded(folder)], NOTHING.schema)


def _recorded(folder: Folder) -> Iterator[str]:
    own = manifests.read(folder.path)
    said = (
        record.recorded(folder.corpus / RELEASES, own.version) if folder.corpus and not isinstance(own, str) else None
    )
    if said:
        try:
            record.verify(folder.path, said)
        except ReleaseError as error:
            yield plain(error.what, 500)


def _unlike(due: pa.Table, said: pa.Table) -> pa.Table:
    """Where two tables of changes differ."""
    due, said = due.replace_schema_metadata(None), said.replace_schema_metadata(None)
    if due.equals(said):
        return SCHEMA.empty_table()
    names = [views.name(one) for one in due.column_names]
    with views.connected() as database:
        database.register("due", due)
        database.register("said", said)
        where = " OR ".join(f"due.{name} IS DISTINCT FROM said.{name}" for name in names)
        return database.sql(_UNLIKE.format(where)).to_arrow_table().cast(SCHEMA)
