"""Two releases, asked for by whoever wants to know what is not as it was: which folders are meant, what stands beside.

claimstance.release.diff compares them.
"""

from collections.abc import Iterable
from pathlib import Path

from claimstance import schema, tombstones
from claimstance.errors import UsageError
from claimstance.facts import SCHEMAS
from claimstance.release.diff import Found, compare, sides
from claimstance.release.publishing.fetched import NAMED, fetched
from claimstance.table import Schemas
from claimstance.validate import corpus_of, named


def between(old: str, new: str, corpus: Path | None = None) -> Found:
    """It will compare two releases, builds or copies: folders, versions of the corpus, or revisions as org/name@v1.0.0.

    `corpus` is by default the one around this folder, or around the new side; its schemas and tombstones are taken, and
    without one the tool's own schemas. Raises UsageError where there is no such folder, ReleaseError where a side
    cannot be read or had.
    """
    home = corpus or corpus_of(Path("here")) or corpus_of(Path(new))
    schemas = schema.load(home / "schemas" if home else SCHEMAS)
    return compare(side(old, home, schemas), side(new, home, schemas), schemas, tombstones.reasons(home))


def side(said: str, corpus: Path | None, schemas: Schemas) -> sides.Side:
    """It will look at one of them, whatever it is called."""
    keys = {name: table.key for name, table in schemas.items()}
    hub = NAMED.fullmatch(said)
    if hub and not Path(said).exists():
        path, within = fetched(hub[1], hub[2])
        return sides.read(path, said, keys, within)
    path = named(said, corpus)
    if not path.is_dir():
        raise UsageError(f"{path}: no such folder. Make it first, or name a revision on the Hub: org/name@v1.0.0.")
    return sides.read(path, said, keys)


def told(found: Found, form: str) -> Iterable[str]:
    """It will be the text of a comparison as terminal, markdown, json or html, in parts."""
    from claimstance.release.diff import machine, markdown, page, terminal

    if form == "json":
        return machine.document(found)
    if form == "html":
        return [page.document(found)]
    return [markdown.document(found) if form == "markdown" else "".join(f"{one}\n" for one in terminal.lines(found))]
