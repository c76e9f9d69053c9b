"""What the head of a page says of its article: Open Graph, JSON-LD, and the elements of HTML made for it.

Nothing is taken from the prose: a date in a sentence may be any date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_ARTICLES = frozenset({"Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "Report"})
_JSON_LD_BYTES = 2**18  # a description of an article has a few kB; a longer one is passed over

_DATE_NAMES = (
    *("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dcterms.date"),
    *("dc.date.issued", "pubdate", "citation_publication_date", "parsely-pub-date", "sailthru.date"),
)
_TITLE_NAMES = ("og:title", "citation_title", "dc.title", "twitter:title")
_AUTHOR_NAMES = ("author", "article:author", "citation_author", "dc.creator", "parsely-author")
_PUBLISHER_NAMES = ("og:site_name", "citation_publisher", "dc.publisher", "application-name")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page says of itself; null where it says nothing. `published` is as it stands there."""

    title: str | None
    url: str | None
    published: str | None
    author: str | None
    publisher: str | None
    language: str | None


def page_metadata(tree: Any) -> PageMetadata:
    """It will read the metadata of a parsed page (lxml). An address that is not http(s) is none."""
    named = _named(tree)
    linked = next(_linked(tree), {})

    def first(names: tuple[str, ...], *others: object) -> str | None:
        found = [*(named.get(name) for name in names), *others]
        return next((value.strip() for value in found if isinstance(value, str) and value.strip()), None)

    links = (one for one in tree.iter("link") if (one.get("rel") or "").lower() == "canonical")
    canonical = next((one.get("href") for one in links), None)
    heading = next(tree.iter("h1"), None)
    title = next((one for one in tree.iter("title")), None)
    moment = next((one.get("datetime") for one in tree.iter("time") if _marks_publication(one)), None)
    language = (tree.get("lang") or "").strip().replace("_", "-")
    url = first((), canonical, named.get("og:url"), linked.get("url"))
    author = first(_AUTHOR_NAMES, _name(linked.get("author")))
    return PageMetadata(
        title=first(_TITLE_NAMES, linked.get("headline"), _words(heading), _words(title)),
        url=url if url and ADDRESS.fullmatch(url) else None,
        published=first(_DATE_NAMES, linked.get("datePublished"), moment),
        author=None if author and ADDRESS.match(author) else author,
        publisher=first(_PUBLISHER_NAMES, _name(linked.get("publisher"))),
        language=language if LANGUAGE.fullmatch(language) else None,
    )


def _named(tree: Any) -> dict[str, str]:
    """The content of each <meta>, by its name in lower case; the first of a name counts."""
    named: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        if name and meta.get("content"):
            named.setdefault(name, meta.get("content"))
    return named


def _linked(tree: Any) -> Iterator[dict[str, Any]]:
    """The articles that the page describes in JSON-LD, in order."""
    for script in tree.iter("script"):
        text = script.text or ""
        if (script.get("type") or "").strip().lower() != "application/ld+json" or len(text) > _JSON_LD_BYTES:
            continue
        try:
            said = msgspec.json.decode(text.encode(errors="replace"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        graph = said.get("@graph", said) if isinstance(said, dict) else said
        for entry in graph if isinstance(graph, list) else [graph]:
            if isinstance(entry, dict) and _ARTICLES.intersection(_listed(entry.get("@type"))):
                yield entry


def _listed(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _name(value: object) -> str | None:
    """The name of a person or an organisation in JSON-LD, the names of several joined."""
    values = value if isinstance(value, list) else [value]
    names = [one.get("name") if isinstance(one, dict) else one for one in values]
    return ", ".join(name for name in names if isinstance(name, str) and name.strip()) or None


def _words(element: Any) -> str | None:
    return None if element is None else " ".join(element.text_content().split())


def _marks_publication(element: Any) -> bool:
    said = (element.get("itemprop") or "").lower()
    return bool(element.get("datetime")) and (said == "datepublished" or element.get("pubdate") is not None)
