"""LICENSE.md: which licences the articles and the texts of sources have, how to name where they are from, and which
articles the release has without their text. Counted from the tables; no licence is copied, each is linked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from claimstance.dataset import Dataset
from claimstance.gate.folder import Folder
from claimstance.release.cards import markdown
from claimstance.release.papers import spdx
from claimstance.table import Row

LICENSE = "LICENSE.md"
NAMED = 100  # outlets that are named a licence, those with most articles first; the rows of `articles` name all
AUTHORS = 20  # authors that are named an outlet
FULL = "full"


class Held(Protocol):
    """The text of a source, as corpus/sources has it."""

    @property
    def source_id(self) -> str:
        """The name of its file."""

    @property
    def licence(self) -> str:
        """Its licence."""

    @property
    def publisher(self) -> str | None:
        """Who published it."""


@dataclass(slots=True)
class Counted:
    """What one licence covers: `here` articles with their text, `elsewhere` those without, `texts` of sources.

    `outlets` counts articles and texts by publisher, `authors` articles by publisher and author.
    """

    here: int = 0
    elsewhere: int = 0
    texts: int = 0
    outlets: Counter[str] = field(default_factory=Counter)
    authors: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def counted(folder: Folder, texts: Mapping[str, Held]) -> dict[str, Counted]:
    """It will count what each licence covers, a row group at a time. `texts` are those of sources, by id and address.

    An article counts as here where the row has its text and says that it may be passed on. A text of a source counts
    once, however many articles list it; without its file nobody knows its licence, which is then ''.
    """
    found: defaultdict[str, Counted] = defaultdict(Counted)
    status = next(one for one in folder.schemas["articles"].fields if one.name == "text_status").vocabulary
    full = status.names.index(FULL) if status else 0
    columns = ("licence", "publisher", "author", "redistributable", "text_status")
    for rows in folder.batches("articles", columns):
        for one, count in _grouped(rows, columns):
            own = found[spdx.licence(one["licence"] or "").said]
            if one["redistributable"] and one["text_status"] == full:
                own.here += count
            else:
                own.elsewhere += count
            own.outlets[one["publisher"] or ""] += count
            if one["author"]:
                own.authors[one["publisher"] or ""][one["author"]] += count
    for text in _shipped(folder, texts):
        own = found[spdx.licence(text.licence).said if text else ""]
        own.texts += 1
        own.outlets[(text.publisher if text else "") or ""] += 1
    return dict(sorted(found.items(), key=lambda one: (-one[1].here - one[1].elsewhere - one[1].texts, one[0])))


def licences(settings: Dataset, found: Mapping[str, Counted]) -> str:
    """It will be the page, of what was `counted`."""
    parts = [f"# Licences of {markdown.words(settings.title)} {settings.version}", *_whole(settings)]
    rows = [("licence", "articles", "of these without text here", "texts of sources")]
    rows += [
        (_linked(name), str(own.here + own.elsewhere), str(own.elsewhere), str(own.texts))
        for name, own in found.items()
    ]
    parts.append(markdown.grid(rows))
    if without := sum(own.elsewhere for own in found.values()):
        parts.append(
            f"Articles that may not be passed on: {without}. The release has their offsets and the digest of their text"
            " (`text_sha256`), and none of the text. Whoever holds a text puts it back with `claimstance rehydrate`."
        )
    parts += ["## How to attribute", ATTRIBUTE]
    for name, own in found.items():
        if spdx.licence(name).attributing and name and own.outlets:
            parts += [f"### {markdown.words(name)}", *_outlets(own)]
    return "\n\n".join(parts) + "\n"


ATTRIBUTE = (
    "Who passes on an article, or a part of it, under a licence that asks for attribution names its title, author,"
    " publisher and address, as the row of `articles` has them, links the licence, and says what was changed. The same"
    " holds for the text of a source, by its row of `sources`. Offsets, labels and figures are none of their work."
)


def _whole(settings: Dataset) -> Iterator[str]:
    if settings.licence:
        yield (
            f"What this dataset adds (annotations, offsets, a choice of articles) is under {_linked(settings.licence)}."
            " Articles and the texts of sources keep the licences under which they were published:"
        )
    else:
        yield "Articles and the texts of sources keep the licences under which they were published:"


def _linked(name: str) -> str:
    """A licence with links to its text; as its rows have it where SPDX does not list it."""
    one = spdx.licence(name)
    if not one.ids:
        return f"{markdown.words(name)} (no id of SPDX: see its publisher)" if name else "not known"
    pages = dict(zip(one.ids, one.pages, strict=True))
    return " ".join(f"[{word}]({pages[word]})" if word in pages else markdown.words(word) for word in _words(one.said))


def _words(said: str) -> list[str]:
    return said.replace("(", "( ").replace(")", " )").split()


def _outlets(own: Counted) -> Iterator[str]:
    """The outlets of one licence, with the authors that articles name."""
    ordered = sorted(own.outlets.items(), key=lambda one: (not one[0], -one[1], one[0]))
    rows = [("publisher", "articles and texts", "authors")]
    for outlet, count in ordered[:NAMED]:
        names = sorted(own.authors[outlet].items(), key=lambda one: (-one[1], one[0])) if outlet in own.authors else []
        more = f" and {len(names) - AUTHORS} more" if len(names) > AUTHORS else ""
        told = ", ".join(markdown.words(author) for author, _ in names[:AUTHORS]) + more
        rows.append((markdown.words(outlet) or "not named", str(count), told))
    yield markdown.grid(rows)
    if len(ordered) > NAMED:
        yield f"And {len(ordered) - NAMED} more: the columns `publisher` and `author` of `articles` have all."


def _grouped(rows: pa.Table, columns: tuple[str, ...]) -> Iterator[tuple[Row, int]]:
    groups = rows.group_by(list(columns)).aggregate([([], "count_all")]).to_pylist()
    for one in groups:
        yield {name: one[name] for name in columns}, one["count_all"]


def _shipped(folder: Folder, texts: Mapping[str, Held]) -> Iterator[Held | None]:
    """The texts of sources that rows have, each once; null for one that nobody holds any more."""
    seen: set[str] = set()
    for rows in folder.batches("sources", ("source_id", "canonical_url", "evidence_basis")):
        for one in rows.filter(rows["evidence_basis"].is_valid()).to_pylist():
            text = texts.get(one["source_id"]) or texts.get(one["canonical_url"] or "")
            key = text.source_id if text else one["canonical_url"] or one["source_id"]
            if key not in seen:
                seen.add(key)
                yield text
