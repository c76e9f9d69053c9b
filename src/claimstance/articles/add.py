"""Raw articles into a corpus: one file an article, written once and never overwritten. An edge: it writes.

1. lock the folder of articles, so that two runs at once take turns
2. read what is there: texts by their hash, ids
3. each row: refuse, what was withdrawn first of all, report as there already, or write beside the others and move into
   place
4. what was refused goes to rejects.jsonl
"""

import contextlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from claimstance.articles import frontmatter
from claimstance.articles.columns import Row
from claimstance.articles.read import ARTICLE_KEYS, Raw, article, raw_of
from claimstance.errors import ArticleError, UsageError

REJECTS = "rejects.jsonl"
_UNREAD = "The date above could not be read for certain; write it as 2026-01-31, 2026-01 or 2026."
_PARTIAL = ".partial"

Watch = Callable[[tuple[str, str, str]], None]  # of place, id and text


@dataclass(frozen=True, slots=True)
class AddReport:
    """What a run did: ids that were added, (place, id) of texts there already, what was refused and why.

    `encodings` counts the articles that were read in an encoding other than UTF-8.
    """

    added: tuple[str, ...]
    already: tuple[tuple[str, str], ...]
    rejected: tuple[ArticleError, ...]
    encodings: Mapping[str, int]

    def __str__(self) -> str:
        """One line for whoever ran the command."""
        count = len(self.added)
        line = f"added {count:,} article{'' if count == 1 else 's'} to corpus/articles"
        line += f", {len(self.already):,} already there" if self.already else ""
        line += f", {len(self.rejected):,} rejected: see {REJECTS}" if self.rejected else ""
        return line + "".join(f"; {count:,} read as {name}" for name, count in sorted(self.encodings.items()))


@dataclass(slots=True)
class _Corpus:
    """What a corpus holds, by what may clash."""

    texts: dict[str, str] = field(default_factory=dict)  # SHA-256 of a text -> id
    ids: dict[str, Path] = field(default_factory=dict)


def add(
    rows: Iterable[Row | ArticleError],
    root: Path,
    *,
    licence: str | None,
    retrieved: str,
    watch: Callable[[Path], Watch],
) -> AddReport:
    """It will write every row as corpus/articles/<year>/<id>.md below `root`, and the refused ones to rejects.jsonl.

    `licence` is that of rows that name none, `retrieved` the day (ISO 8601) of rows that name none. A text that is
    there already is not added twice; doing it all again adds nothing. `watch` gives for `root` what raises ArticleError
    for an article that was withdrawn; it is asked for once nobody else can withdraw any. Raises UsageError where `root`
    is no corpus.
    """
    if not (root / "corpus").is_dir():
        raise UsageError(f"{root} has no folder corpus/. Is it the root of a corpus? Name one with --corpus DIR.")
    home = root / "corpus" / "articles"
    home.mkdir(exist_ok=True)
    added: list[str] = []
    already: list[tuple[str, str]] = []
    rejected: list[ArticleError] = []
    encodings: Counter[str] = Counter()
    with _locked(home):
        there, refuse = _corpus(root), watch(root)
        for row in rows:
            try:
                if isinstance(row, ArticleError):
                    raise row
                one = raw_of(row, licence=licence, retrieved=retrieved)
                refuse((one.where, one.article_id, one.text))
                if (known := there.texts.get(one.text_sha256)) is not None:
                    already.append((one.where, known))
                    continue
                _add(one, home, there)
                added.append(one.article_id)
                encodings[row.encoding] += not row.encoding.startswith("utf-8")
            except ArticleError as error:
                rejected.append(error)
        _write_rejects(root, rejected)
    return AddReport(tuple(added), tuple(already), tuple(rejected), +encodings)


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Hold the lock on a folder; another run waits until it is free, also where the one that holds it dies."""
    import fcntl

    handle = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _corpus(root: Path) -> _Corpus:
    """What the corpus holds. Remains of a run that died are cleared away."""
    there = _Corpus()
    home = root / "corpus" / "articles"
    for left in home.rglob(f".*{_PARTIAL}"):
        left.unlink()
    for path in sorted(home.rglob("*.md")):
        there.ids.setdefault(path.stem, path)
        with contextlib.suppress(ArticleError):  # a broken file keeps its id; the build will say what is wrong with it
            there.texts.setdefault(article(path).text_sha256, path.stem)
    return there


def _add(one: Raw, home: Path, there: _Corpus) -> None:
    """Write one article that is new. Raises ArticleError."""
    if (path := there.ids.get(one.article_id)) is not None:
        then = "Give it another id; an article that was added is not replaced, since annotations count its characters."
        raise ArticleError(one.where, f"the id {one.article_id} is taken by {path}, which has another text", then)
    path = home / (one.published[:4] if one.published else "undated") / f"{one.article_id}.md"
    path.parent.mkdir(exist_ok=True)
    _write(path, markdown(one))
    there.ids[one.article_id] = path
    there.texts[one.text_sha256] = one.article_id


def markdown(one: Raw) -> str:
    """The file of an article: `article` reads the same values back from it."""
    note = _UNREAD if one.published_raw and not one.published else None
    values = {
        "title": one.title,
        "url": one.url,
        "publisher": one.publisher,
        "author": one.author,
        "published": one.published_raw,
        "retrieved": one.retrieved,
        "language": one.language,
        "licence": one.licence,
        "redistributable": "yes" if one.redistributable else "no",
        "event": one.event,
        "text_sha256": one.text_sha256,
        "note": note,
    }
    return f"{frontmatter.write({key: values[key] for key in ARTICLE_KEYS})}{one.text}\n"


def _write(path: Path, content: str) -> None:
    """Write a file whole or not at all, on the disk when this returns."""
    partial = path.with_name(f".{path.name}{_PARTIAL}")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _write_rejects(root: Path, rejected: list[ArticleError]) -> None:
    """One object a line; no file where nothing was refused."""
    path = root / REJECTS
    if not rejected:
        path.unlink(missing_ok=True)
        return
    said = ({"where": error.where, "reason": error.what, "then": error.then} for error in rejected)
    _write(path, "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in said))
