"""Two releases, asked for by whoever wants to know what is not as it was: which folders are meant, what stands beside.

claimstance.release.diff compares them.
"""

from collections.abc import Iterable
from pathlib import Path

from claimstance import schema, tombstones
from claimstance.errors import UsageError
from claimstance.facts import SCHEMAS
from claimstance.release.diff import Found, compare, sides
from claimstance.release.publishing.fetched import NAMED, opened
from claimstance.validate import corpus_of, named


def between(old: str, new: str, corpus: Path | None = None) -> Found:
    """It will compare two releases, builds or copies: folders, versions of the corpus, or revisions as org/name@v1.0.0.

    `corpus` is by default the one around this folder, or around the new side; its schemas and tombstones are taken, and
    without one the tool's own schemas. Raises UsageError where there is no such folder, ReleaseError where a side
    cannot be read or had.
    """
    home = corpus or corpus_of(Path("here")) or corpus_of(Path(new))
    schemas = schema.load(home / "schemas" if home else SCHEMAS)
    keys = {name: table.key for name, table in schemas.items()}
    with opened(_named(old, home)) as one, opened(_named(new, home)) as other:
        both = sides.read(one, old, keys), sides.read(other, new, keys)
        return compare(*both, schemas, tombstones.reasons(home))


def _named(said: str, corpus: Path | None) -> str:
    """What is meant: a version by its folder, which is there; a revision on the Hub as it is called."""
    if NAMED.fullmatch(said) and not Path(said).exists():
        return said
    path = named(said, corpus)
    if not path.is_dir():
        raise UsageError(f"{path}: no such folder. Make it first, or name a revision on the Hub: org/name@v1.0.0.")
    return str(path)


def told(found: Found, form: str) -> Iterable[str]:
    """It will be the text of a comparison as terminal, markdown, json or html, in parts."""
    from claimstance.release.diff import machine, markdown, page, terminal

    if form == "json":
        return machine.document(found)
    if form == "html":
        return [page.document(found)]
    return [markdown.document(found) if form == "markdown" else "".join(f"{one}\n" for one in terminal.lines(found))]
