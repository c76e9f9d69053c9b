"""The facts about a release: `manifest`, what MANIFEST.json says against what is there, and `told`, what it says of
rows that are no longer as they were in the last one.
"""

from collections.abc import Iterator

import pyarrow as pa

from claimstance import tombstones
from claimstance.command import printable
from claimstance.digests import of_file
from claimstance.gate import manifests, sheets
from claimstance.gate.folder import MANIFEST, Folder
from claimstance.version import numbers

CHANGES = ("table", "id", "change")


def manifest(folder: Folder) -> pa.Table:
    """place, kind (form, files, counts, version), problem: each thing that was compared; none where nothing is."""
    found = sorted(_compared(folder), key=lambda one: one[:2]) if folder.is_release else []
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    names = ("place", "kind", "problem")
    return pa.table({name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)})


def told(folder: Folder) -> pa.Table:
    """table, id, change: what the table `changes` of a release says of rows that are no longer as they were.

    Articles that are withdrawn in the corpus, where that is there, are among them.
    """
    schema = pa.schema([(name, pa.string()) for name in CHANGES])
    gone = sorted(tombstones.read(folder.corpus)) if folder.corpus else []
    withdrawn = pa.table([["articles"] * len(gone), gone, ["withdrawn"] * len(gone)], schema=schema)
    names = pa.array(folder.schemas.vocabularies["change"].names)
    read = [folder.read("changes", CHANGES)] if folder.files("changes") else []
    named = (rows.set_column(2, "change", names.take(rows["change"])) for rows in read)
    return pa.concat_tables([withdrawn, *(rows.cast(schema) for rows in named)])


def _compared(folder: Folder) -> Iterator[tuple[str, str, str | None]]:
    said = manifests.read(folder.path)
    if isinstance(said, str):
        yield MANIFEST, "form", said
        return
    for path, one in said.files.items():
        yield printable(path), "files", _file(folder, path, one)
    for name in folder.schemas:
        yield from _counts(folder, name, said)
    for name, config in sheets.card(folder.path).described("configs").items():
        other = config.get("version") != said.version
        yield f"{sheets.CARD}/{name}", "version", f"its version is not {said.version}" if other else None
    before = manifests.read(folder.last) if folder.last else ""
    if isinstance(before, manifests.Manifest):
        late = numbers(before.version) < numbers(said.version)
        yield MANIFEST, "version", None if late else f"{said.version} comes after {before.version}, the last release"


def _file(folder: Folder, path: str, said: manifests.File) -> str | None:
    """What is wrong with a file that the manifest lists; the digests of tables are compared with `files`."""
    place = folder.path / path
    if not place.resolve().is_relative_to(folder.path.resolve()) or not place.is_file():
        return "is not there"
    if path.endswith(".parquet") and path.rpartition("/")[0] in folder.schemas:
        return None
    return None if of_file(place) == said.sha256 else "its digest is another"


def _counts(folder: Folder, name: str, said: manifests.Manifest) -> Iterator[tuple[str, str, str | None]]:
    """Where the counts of one table are not those of its files. What cannot be read is the matter of `files`."""
    if not folder.is_open(name):
        return
    try:
        held = _flat(manifests.counts(folder, name))
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return
    claimed = _flat(said.counts.get(name, {}))
    if held == claimed:
        yield name, "counts", None
    for place in sorted(held.keys() | claimed.keys()):
        if held.get(place, 0) != claimed.get(place, 0):
            what = f"the manifest has {claimed.get(place, 0)}, and the files {held.get(place, 0)}"
            yield printable(f"{name}/{place}"), "counts", what


def _flat(counts: dict[str, manifests.Counts]) -> dict[str, int]:
    """The counts of a table by split, or by split, column and label."""
    rows = {split: own.rows for split, own in counts.items()}
    labels = {
        f"{split}/{column}/{label}": count
        for split, own in counts.items()
        for column, known in own.labels.items()
        for label, count in known.items()
    }
    return rows | labels
