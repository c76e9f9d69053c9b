"""From the columns of somebody's rows to the fields of ours. Pure: no I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from claimstance.articles.metadata import ADDRESS, LANGUAGE
from claimstance.articles.normalise import normalise, one_line
from claimstance.errors import ArticleError

FIELDS: dict[str, tuple[str, ...]] = {  # field -> the names that its column goes by, the first one found counts
    "text": ("text",),
    "title": ("title",),
    "url": ("url",),
    "published": ("published", "date"),
    "publisher": ("publisher", "source", "outlet"),
    "author": ("author",),
    "language": ("language",),
    "licence": ("licence", "license"),
    "redistributable": ("redistributable",),
    "event": ("event",),
    "article_id": ("article_id", "id"),
    "retrieved": ("retrieved",),
    "references": ("references",),
}
TEXT_CHARS = 999_999  # a novel; ids number the characters of an article with six digits
VALUE_CHARS = 2_000  # the longest address that servers take; the longest of 295 headlines has 133
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_KINDS = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", bytes: "bytes"}


@dataclass(frozen=True, slots=True)
class Row:
    """One article as it came in: text and values normalised, null where the source says nothing."""

    where: str
    text: str
    title: str | None
    url: str | None
    published: str | None
    publisher: str | None
    author: str | None
    language: str | None
    licence: str | None
    redistributable: bool | None
    event: str | None
    article_id: str | None
    retrieved: str | None
    encoding: str


class Columns:
    """Which column each field is read from, for rows that may each have other columns."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self.missing = dict(mapping)  # what no row has had so far
        self._mapping = dict(mapping)
        self._plans: dict[tuple[str, ...], dict[str, str]] = {}

    def plan(self, columns: tuple[str, ...]) -> dict[str, str]:
        """Field -> column, of those that `columns` has. A mapped column serves no other field."""
        if columns in self._plans:
            return self._plans[columns]
        folded = {column.strip().casefold(): column for column in reversed(columns)}
        plan: dict[str, str] = {}
        for field, names in FIELDS.items():
            if field in self._mapping:
                if self._mapping[field] in columns:
                    plan[field] = self._mapping[field]
                    self.missing.pop(field, None)
                continue
            found = next((folded[name] for name in names if name in folded), None)
            if found is not None and found not in self._mapping.values():
                plan[field] = found
        if len(self._plans) < 1_000:  # rows of untrusted JSON may each have keys of their own
            self._plans[columns] = plan
        return plan

    def without_text(self, where: str, columns: tuple[str, ...]) -> ArticleError | None:
        """What to say where no column holds the text."""
        if "text" in self.plan(columns):
            return None
        said = self._mapping.get("text")
        what = f"has no column {said}, which --map gives to text" if said else "has no column for the text"
        return ArticleError(where, what, f"Columns there: {_listed(columns)}. Say which with --map text=COLUMN.")

    def absent(self, where: str, columns: tuple[str, ...]) -> ArticleError | None:
        """What to say where a mapped column was in no row so far; `columns` are those of some row."""
        said = [f"{column}, which --map gives to {field}" for field, column in self.missing.items() if field != "text"]
        what = f"has no column {' and no column '.join(said)}"
        return ArticleError(where, what, f"Columns there: {_listed(columns)}.") if said else None


def _listed(columns: tuple[str, ...]) -> str:
    """The names of columns for a message: untrusted, so without what a terminal would act on."""
    return one_line(", ".join(columns)[:VALUE_CHARS])


def row(values: Mapping[str, object], where: str, encoding: str) -> Row:
    """It will make one row of values by field; a field that is absent is null. Raises ArticleError."""
    text = values.get("text")
    text = normalise(text) if isinstance(text, str) else _text(text, "text", where)
    if not text:
        raise ArticleError(where, "has no text", "Give it one, or leave it out.")
    if below := _listed_below(values.get("references"), where):
        text = normalise(text + below)
    if len(text) > TEXT_CHARS:
        raise ArticleError(where, f"has a text of {len(text):,} characters, {TEXT_CHARS:,} is the most", "Cut it.")
    said = {field: _value(values.get(field), field, where) for field in _VALUES}
    if (url := said["url"]) and not ADDRESS.fullmatch(url):
        raise ArticleError(where, f"url is {url[:80]!r}, no http(s) address", "Mend it, or leave it empty.")
    if language := said["language"]:
        language = language.replace("_", "-")
        if not LANGUAGE.fullmatch(language):
            raise ArticleError(where, f"language is {language[:80]!r}, no language tag", "Write one such as pt-BR.")
    return Row(
        where=where,
        text=text,
        title=said["title"],
        url=url,
        published=said["published"],
        publisher=said["publisher"],
        author=said["author"],
        language=language,
        licence=said["licence"],
        redistributable=_truth(values.get("redistributable"), where),
        event=said["event"],
        article_id=said["article_id"],
        retrieved=said["retrieved"],
        encoding=encoding,
    )


_VALUES = tuple(field for field in FIELDS if field not in ("text", "redistributable", "references"))
_NUMBERED = re.compile(r"[\[［【]\^?\w+[\]］】]|\d{1,3}[.)]\s")


def _listed_below(value: object, where: str) -> str:
    """A column of references as the source list that stands below a text: an entry a line, numbered where it is not."""
    entries = [value] if isinstance(value, str) and value.strip() else value
    if not entries or isinstance(entries, str):
        return ""
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise ArticleError(where, "references is no list of texts", "Give one text an entry.")
    lines = [one_line(entry) for entry in entries]
    numbered = [line if _NUMBERED.match(line) else f"[{nth}] {line}" for nth, line in enumerate(lines, 1)]
    return "\n\nSources:\n" + "\n".join(numbered)


def _value(value: object, field: str, where: str) -> str | None:
    """One value on one line; null where there is none."""
    if value is None:
        return None
    line = one_line(value) if isinstance(value, str) else one_line(_text(value, field, where))
    if len(line) > VALUE_CHARS:
        raise ArticleError(where, f"{field} has {len(line):,} characters, {VALUE_CHARS:,} is the most", "Shorten it.")
    return line or None


def _text(value: object, field: str, where: str) -> str:
    """What is no text already, as text where that is no guess: a year that came as a number, a date of Parquet."""
    if value is None:
        return ""
    if field in ("published", "retrieved"):
        if isinstance(value, (datetime, date)):
            return value.isoformat()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    raise ArticleError(where, f"{field} is {_KINDS.get(type(value), type(value).__name__)}, not text", "Give text.")


def _truth(value: object, where: str) -> bool | None:
    if value is None or value == "" or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    if isinstance(value, str) and value.strip().lower() in _TRUTH:
        return _TRUTH[value.strip().lower()]
    raise ArticleError(where, f"redistributable is {str(value)[:80]!r}", "Write yes or no.")
