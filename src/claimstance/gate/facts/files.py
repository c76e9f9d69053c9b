"""The fact `files`: every file of a folder, whether it can be read to its end, and whether it is what it should be.

One row a file, and one more for each further thing that is wrong; `rows` is given once a file, so that it can be
summed. Row groups are read one at a time and forgotten, and each file is hashed: 7 CPU seconds for 1,000,000 claims
(8,000,000 rows of all tables, 617 MB), with 280 MB of memory. A digest alone would cost half a second, but says nothing
of files whose digest was made anew.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from claimstance.command import printable
from claimstance.digests import of_file, of_files
from claimstance.gate import manifests, parquet, sheets
from claimstance.gate.folder import MANIFEST, Folder, irregular, unfit
from claimstance.table import Table

SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("table", pa.string()),
        ("split", pa.string()),
        ("rows", pa.int64()),
        ("kind", pa.string()),
        ("problem", pa.string()),
    ]
)
# What git, the Hub and its client put beside a dataset.
BESIDE = (".cache", ".git", ".gitattributes", ".huggingface")
_NAME = re.compile(r"([a-z]+)-([0-9]{5})-of-([0-9]{5})\.parquet")


@dataclass(frozen=True, slots=True)
class _Found:
    """One row of the fact; `kind` is empty where all is well."""

    path: str
    table: str | None = None
    split: str | None = None
    rows: int | None = None
    kind: str = ""
    problem: str = ""


def files(folder: Folder) -> pa.Table:
    """It will look at every file. Kinds: unreadable, schema, utf8, name, digest, missing, empty, strange; and none
    of a build's table without rows, of which the card speaks as little as the folder.

    Nothing that stands in the folder makes it raise, follow a link or wait.
    """
    said = manifests.read(folder.path) if folder.is_release else None
    listed = said.files if isinstance(said, manifests.Manifest) else {}
    card = sheets.card(folder.path)
    found = [] if isinstance(said, str) else list(_strangers(folder, set(listed)))
    for table in folder.schemas.values():
        own, hashes = _files(folder, table)
        found += own or _absent(folder, table, card)
        if own and not any(one.kind for one in own):
            found += _digests(table, hashes, card.digests, {path: one.sha256 for path, one in listed.items()})
    found.sort(key=lambda one: (one.path, one.rows is None, one.kind, one.problem))
    columns = [[getattr(one, name) for one in found] for name in SCHEMA.names]
    columns[SCHEMA.names.index("kind")] = [one.kind or None for one in found]
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)], SCHEMA)


def _files(folder: Folder, table: Table) -> tuple[list[_Found], dict[str, str]]:
    """The files of one table, and the SHA-256 of each that can be read."""
    place = folder.path / table.name
    if place.is_symlink():
        return [_Found(f"{table.name}/", table.name, kind="unreadable", problem="a link; the folder is due")], {}
    found: list[_Found] = []
    hashes: dict[str, str] = {}
    for path in folder.entries(table.name):
        name = _shown(f"{table.name}/{path.name}")
        match = _NAME.fullmatch(path.name)
        split = match[1] if match and match[1] in table.splits else None
        problem = unfit(path)
        read = parquet.Read(None, (("unreadable", problem),)) if problem else parquet.read(path, table)
        kinds = [*read.problems, *((("empty", "holds no row"),) if read.rows == 0 else ())]
        if not split:
            due = " or ".join(f"{one}-NNNNN-of-NNNNN.parquet" for one in table.splits)
            kinds.append(("name", f"is not called {due}"))
        first, *more = kinds or [("", "")]
        found.append(_Found(name, table.name, split, read.rows, *first))
        found += [_Found(name, table.name, split, None, *one) for one in more]
        if not any(kind == "unreadable" for kind, _ in kinds):
            hashes[f"{table.name}/{path.name}"] = of_file(path)
    return [*found, *(_numbering(folder, table) if found else ())], hashes


def _absent(folder: Folder, table: Table, card: sheets.Card) -> Iterator[_Found]:
    """What a table without any file comes to."""
    if table.released:  # the first release has nothing to tell in it
        return
    if folder.is_release or card.problem or table.name == "articles" or table.name in card.described("configs"):
        yield _Found(f"{table.name}/", table.name, kind="missing", problem="the table has no file")
    else:
        yield _Found(f"{table.name}/", table.name, kind="none", problem="the table has no row")


def _numbering(folder: Folder, table: Table) -> Iterator[_Found]:
    """Splits without a file, and files that their names say there should be."""
    for split in table.splits:
        names = [_NAME.fullmatch(path.name) for path in folder.entries(table.name)]
        own = [(int(one[2]), int(one[3])) for one in names if one and one[1] == split]
        place = f"{table.name}/{split}-*.parquet"
        if not own:
            yield _Found(place, table.name, split, kind="empty", problem="the split has no file")
        elif [number for number, _ in sorted(own)] != list(range(own[0][1])) or len({of for _, of in own}) > 1:
            told = ", ".join(f"{number} of {of}" for number, of in sorted(own)[:5])
            yield _Found(place, table.name, split, kind="name", problem=f"the numbers of the files have gaps: {told}")


def _digests(
    table: Table, hashes: Mapping[str, str], card: Mapping[str, str], listed: Mapping[str, str]
) -> Iterator[_Found]:
    """Files that are not those that the card or the manifest speaks of."""
    if table.name in card and card[table.name] != of_files(hashes):
        what = f"the digest of its files is not that of {sheets.CARD}"
        yield _Found(f"{table.name}/", table.name, kind="digest", problem=what)
    for path, digest in hashes.items() if listed else ():
        if path not in listed:
            yield _Found(path, table.name, kind="strange", problem=f"{MANIFEST} does not list it")
        elif listed[path] != digest:
            yield _Found(path, table.name, kind="digest", problem=f"its digest is not that of {MANIFEST}")


def _strangers(folder: Folder, listed: set[str]) -> Iterator[_Found]:
    """What stands in the folder and should not. A folder in which nothing is due is named, and not entered."""
    waiting = [folder.path]
    while waiting:
        for entry in sorted(waiting.pop().iterdir()):
            path = entry.relative_to(folder.path).as_posix()
            table, _, name = path.partition("/")
            if path in BESIDE or (table in folder.schemas and (name.endswith(".parquet") or entry.is_symlink())):
                continue  # nobody's concern, or told with the files of its table
            if entry.is_dir() and not entry.is_symlink():
                if path in folder.schemas or any(one.startswith(f"{path}/") for one in listed):
                    waiting.append(entry)
                else:
                    yield _Found(_shown(f"{path}/"), kind="strange", problem="a folder in which no file is due")
            elif path not in listed and path not in (sheets.CARD, MANIFEST):
                yield _Found(_shown(path), kind="strange", problem="no file of this name is due")
            elif problem := irregular(entry):
                yield _Found(_shown(path), kind="strange", problem=problem)


def _shown(path: str) -> str:
    """A path in one line, whatever its name is made of."""
    return printable(re.sub(r"[\n\t]", "\ufffd", path))
