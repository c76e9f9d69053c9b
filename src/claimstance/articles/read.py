"""Corpus files to raw articles and sources. An edge: with `streams`, `formats` and `tabular` it does all the reading.

The ground of the tables: what is read here is normalised and hashed once, and never changes again.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from claimstance.articles import frontmatter
from claimstance.articles.columns import TEXT_CHARS, Row
from claimstance.articles.formats import lines_between, rows, rows_between
from claimstance.articles.metadata import ADDRESS, LANGUAGE
from claimstance.articles.normalise import Published, normalise, one_line, published
from claimstance.articles.ranges import Range, a_link, planned
from claimstance.articles.streams import ARTICLE_BYTES, Begun
from claimstance.digests import sha256
from claimstance.errors import ArticleError, InputError

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_CHARS = 100
SLUG_CHARS = 60
SOURCE_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
ARTICLE_KEYS = (
    *("title", "url", "publisher", "author", "published", "retrieved", "language", "licence"),
    *("redistributable", "event", "text_sha256", "note"),
)
SOURCE_KEYS = ("url", "title", "publisher", "year", "licence", "redistributable", "basis", "note")
RANGE = 2000  # articles of which a stream of all looks at the places together; nothing depends on it
BASES = ("full_text", "excerpt")
FROZEN = "Restore the text. If the change is meant, remove the line: annotations are then anchored to the new text."
WARC_LICENCE = "Write it into corpus/pool/pool.yaml, with whether a release may carry the texts; see corpus/README.md."
UNKNOWN_DATE = Published(None, "unknown", "")


@dataclass(frozen=True, slots=True)
class Raw:
    """One raw article. `title` is the one that its metadata has beside the text; values are null where unknown.

    `published` is ISO 8601 as far as `published_precision` says (year, month, day, time, unknown), `published_raw` the
    date as it was given. `where` is the place to name in messages.
    """

    article_id: str
    title: str | None
    text: str
    text_sha256: str
    url: str | None
    publisher: str | None
    author: str | None
    published: str | None
    published_precision: str
    published_raw: str | None
    retrieved: str | None
    language: str
    licence: str
    redistributable: bool
    event: str | None
    where: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a listed source, where the corpus holds it. `basis`: full_text or excerpt; `licence`: of the text;
    `redistributable`: whether a release may carry it.
    """

    source_id: str
    url: str | None
    text: str
    basis: str
    licence: str = ""
    publisher: str | None = None
    redistributable: bool = True


def article(path: Path) -> Raw:
    """It will read one article of a corpus: front matter and text. The file name is its id.

    Raises ArticleError: where, what, what next.
    """
    where = str(path)
    if not ID.fullmatch(path.stem) or len(path.stem) > ID_CHARS:
        then = f"Name the file with a-z, 0-9 and single hyphens, at most {ID_CHARS} characters, and .md."
        raise ArticleError(where, "the file's name cannot be an id", then)
    said, text = _file(path, ARTICLE_KEYS)
    if not (licence := said["licence"]):
        raise ArticleError(where, "no licence", "Add a line `licence:` with its SPDX id.")
    digest = sha256(text)
    if said["text_sha256"] not in (None, digest):
        raise ArticleError(where, "the text differs from its text_sha256", FROZEN)
    redistributable = _redistributable(said, where)
    if said["language"] and not LANGUAGE.fullmatch(said["language"]):
        raise ArticleError(where, f"language is {said['language']!r}", "Write a tag such as en or pt-BR.")
    day = published(said["published"]) if said["published"] else UNKNOWN_DATE
    return Raw(
        article_id=path.stem,
        title=said["title"],
        text=text,
        text_sha256=digest,
        url=said["url"],
        publisher=said["publisher"],
        author=said["author"],
        published=day.value,
        published_precision=day.precision,
        published_raw=said["published"],
        retrieved=_retrieved(said["retrieved"], where),
        language=said["language"] or "und",
        licence=licence,
        redistributable=redistributable,
        event=said["event"],
        where=where,
    )


def _redistributable(said: Mapping[str, str | None], where: str) -> bool:
    """Whether the text may be passed on, which it may unless somebody says no. Raises ArticleError."""
    if said["redistributable"] not in (None, "yes", "no"):
        raise ArticleError(where, f"redistributable is {said['redistributable']!r}", "Write yes or no.")
    return said["redistributable"] != "no"


def corpus_articles(root: Path, problems: list[InputError], *, licence: str | None = None) -> Iterator[Raw]:
    """It will give every article of a corpus: corpus/articles/ by id, then corpus/pool/ file by file, as a stream.

    What cannot be read goes to `problems`, and the rest goes on. `licence` is that of pool rows that name none.
    """
    ranges, wrong = planned(root, RANGE)
    problems.extend(wrong)
    seen = {path.stem: path for one in ranges if not one.pooled for path in one.paths}
    pooled: set[str] = set()
    for part in ranges:
        for one in articles_of(part, problems, licence=licence):
            if part.pooled and (one.article_id in seen or one.article_id in pooled):
                problems.append(taken(one.article_id, one.where, seen.get(one.article_id)))
                continue
            if part.pooled:
                pooled.add(one.article_id)
            yield one


def articles_of(part: Range, problems: list[InputError], *, licence: str | None = None) -> Iterator[Raw]:
    """It will give the articles of one range of a corpus; ids that are taken by others are not looked for."""
    licence, allowed = part.terms.licence or licence, part.terms.redistributable
    if part.is_warc and not licence:
        problems.append(ArticleError(str(part.paths[0]), "no licence", WARC_LICENCE))
        return
    for one in _rows(part) if part.pooled else part.paths:
        try:
            if isinstance(one, ArticleError):
                raise one
            yield article(one) if isinstance(one, Path) else raw_of(one, licence=licence, redistributable=allowed)
        except ArticleError as error:
            problems.append(error)


def taken(article_id: str, where: str, path: Path | None) -> ArticleError:
    """What to say of a row of the pool whose id is that of the file at `path`, or of an earlier row."""
    if path:
        return ArticleError(where, f"the id is taken by {path}", "Give the row another id.")
    return ArticleError(where, f"the id {article_id} is taken", "Give one of the two another id.")


def _rows(part: Range) -> Iterator[Row | ArticleError]:
    """The rows of a file of the pool, or of a part of it, without those that are to be left out."""
    (path,) = part.paths
    out = {f"{path}{sign}{number}" for number in part.terms.leave_out for sign in (":", ", row ")}
    return (one for one in _all(part, path) if one.where not in out)


def _all(part: Range, path: Path) -> Iterator[Row | ArticleError]:
    if part.stop is None:
        return rows(path, {})
    if part.is_parquet:
        return rows_between(path, range(part.start, part.stop), part.line - 1)
    return lines_between(path, part.start, part.stop, Begun("utf-8", part.line))


def raw_of(row: Row, *, licence: str | None = None, retrieved: str | None = None, redistributable: bool = True) -> Raw:
    """The raw article that a row is. `licence`, `retrieved` and `redistributable` count where the row is silent.

    Raises ArticleError.
    """
    if not (row.licence or licence):
        raise ArticleError(
            row.where,
            "no licence",
            "Give the row one in a column `licence`; or all, by add_articles --licence ID or corpus/pool/pool.yaml.",
        )
    day = published(row.published) if row.published else UNKNOWN_DATE
    digest = sha256(row.text)
    return Raw(
        article_id=_id(row, day, digest),
        title=row.title,
        text=row.text,
        text_sha256=digest,
        url=row.url,
        publisher=row.publisher,
        author=row.author,
        published=day.value,
        published_precision=day.precision,
        published_raw=row.published,
        retrieved=_retrieved(row.retrieved, row.where) or retrieved,
        language=row.language or "und",
        licence=row.licence or licence or "",
        redistributable=redistributable if row.redistributable is None else row.redistributable,
        event=row.event,
        where=row.where,
    )


def _retrieved(said: str | None, where: str) -> str | None:
    """The day on which an article was added, where it says one. Raises ArticleError."""
    if not said:
        return None
    if not (day := published(said).value):
        raise ArticleError(where, f"retrieved is {said!r}, no date", "Write it as 2026-01-31.")
    return day


def source_texts(root: Path, problems: list[InputError]) -> Iterator[SourceText]:
    """It will give the texts in corpus/sources/, by id. What cannot be read goes to `problems`."""
    for path in sorted((root / "corpus" / "sources").rglob("*.md"), key=lambda path: path.stem):
        if path.name.startswith("."):
            continue
        try:
            if not SOURCE_ID.fullmatch(path.stem):
                raise ArticleError(str(path), "the file's name cannot be an id", "It is the id of the source, and .md.")
            said, text = _file(path, SOURCE_KEYS)
            if not said["licence"]:
                raise ArticleError(str(path), "no licence", "Add a line `licence:` with its SPDX id.")
            if (basis := said["basis"] or BASES[0]) not in BASES:
                raise ArticleError(str(path), f"basis is {basis!r}", f"Write one of {', '.join(BASES)}.")
            allowed = _redistributable(said, str(path))
            yield SourceText(path.stem, said["url"], text, basis, said["licence"], said["publisher"], allowed)
        except ArticleError as error:
            problems.append(error)


def _file(path: Path, keys: tuple[str, ...]) -> tuple[Mapping[str, str | None], str]:
    """The front matter of a corpus file, null for what it does not say, and its text, normalised."""
    where = str(path)
    if path.is_symlink():
        raise a_link(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(ARTICLE_BYTES + 1)
        content = data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ArticleError(where, f"cannot be read ({error.strerror})", "") from None
    except UnicodeDecodeError:
        raise ArticleError(where, "not UTF-8", "Add it with scripts/add_articles.py, which converts it.") from None
    parts = frontmatter.split(content, where)
    if parts is None:
        raise ArticleError(where, "no front matter", "Begin with a line `---`, lines `key: value`, and a line `---`.")
    said = frontmatter.parse(parts[0], where)
    frontmatter.known(said, keys, where)
    values: dict[str, str | None] = dict.fromkeys(keys)
    values.update((key, one_line(value) or None) for key, value in said.items())
    if values["url"] and not ADDRESS.fullmatch(values["url"]):
        raise ArticleError(where, f"url is {values['url'][:80]!r}, no http(s) address", "Mend it, or remove the line.")
    if not (text := normalise(parts[1])):
        raise ArticleError(where, "no text", "Put it below the front matter.")
    if len(text) > TEXT_CHARS or len(data) > ARTICLE_BYTES:
        raise ArticleError(where, f"a text of more than {TEXT_CHARS:,} characters", "Cut it into articles.")
    return values, text


def _id(row: Row, day: Published, digest: str) -> str:
    """The id that a row brings, or date, words of title or first line, and head of the hash. Raises ArticleError."""
    if row.article_id:
        if not ID.fullmatch(row.article_id) or len(row.article_id) > ID_CHARS:
            then = f"Use a-z, 0-9 and single hyphens, at most {ID_CHARS} characters; or leave it out."
            raise ArticleError(row.where, f"the id {row.article_id[:ID_CHARS]!r} cannot be one", then)
        return row.article_id
    line = (row.title or row.text.partition("\n")[0])[: 4 * SLUG_CHARS]
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", line).encode("ascii", "ignore").decode().lower())
    slug = ""
    for word in words:
        if len(slug) + len(word) >= SLUG_CHARS:
            break
        slug = f"{slug}-{word}" if slug else word
    date = (day.value or "undated")[:10]
    return "-".join(part for part in (date, slug, digest[:6]) if part)
