"""HTML to text: the main text by trafilatura, with the citations and source lists that it would lose.

1. parse: no network, no entities of the page's own, no more than 256 levels
2. metadata from the head: nothing is guessed from the prose
3. lists of sources are taken out and become lines "[1] entry address"
4. citation marks become "[1]" in their place, other raised figures superscripts ("m²")
5. trafilatura finds the main text; where it finds none, the text of <article>, <main> or <body>
6. title off the front (it goes to `title`), sources on at the end
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from claimstance.articles.metadata import PageMetadata, page_metadata
from claimstance.articles.notes import rewrite_marks, take_sources

_NEVER_TEXT = ("script", "style", "noscript", "template", "svg", "object", "embed", "iframe", "head", "nav", "footer")
_BLOCKS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "tr", "section", "blockquote", "pre", "dt", "dd")

ATTRIBUTES_MAX = 1_000  # of one tag; the parser takes time by their square: 2 s for 20,000, 200 s for 200,000
_ATTRIBUTE = r"[\s/]++[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+"
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE}){{0,{ATTRIBUTES_MAX}}}+(?P<more>{_ATTRIBUTE})?+")

_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # "&#1;" gives what no tree takes when it is set again


class HtmlError(ValueError):
    """A page that cannot be taken; the message says why in one clause."""


@dataclass(frozen=True, slots=True)
class HtmlArticle:
    """The text of a page and what its head says of it; null where it says nothing."""

    title: str | None
    text: str
    url: str | None
    published: str | None
    author: str | None
    publisher: str | None
    language: str | None


def from_html(markup: str) -> HtmlArticle:
    """It will give the main text of a page, one paragraph a block, its citations as [1] and its sources at the end.

    Nothing is fetched and nothing runs. The text may be empty. Raises HtmlError where the page cannot be parsed.
    """
    from lxml import etree

    tree = _parsed(markup)
    said = page_metadata(tree)
    etree.strip_elements(tree, "script", "style", with_tail=False)
    entries = list(take_sources(tree, said.url))
    rewrite_marks(tree)
    text = _without_title(_main_text(tree), said.title)
    if entries:
        text = "\n".join([*([text, ""] if text else []), "Sources:", *entries])
    return _article(said, text)


def _article(said: PageMetadata, text: str) -> HtmlArticle:
    return HtmlArticle(said.title, text, said.url, said.published, said.author, said.publisher, said.language)


def _parsed(markup: str) -> Any:
    """The tree of the page. Raises HtmlError."""
    from lxml import etree, html

    if any(tag["more"] for tag in _TAG.finditer(markup)):
        raise HtmlError(f"a tag with more than {ATTRIBUTES_MAX:,} attributes")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = html.document_fromstring(markup.encode(errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError) as error:
        raise HtmlError(f"no HTML ({' '.join(str(error).split())[:80]})") from None
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise HtmlError("nested more than 256 levels deep, or with a piece of more than 10 MB")
    for element in tree.iter():
        for name in ("text", "tail"):
            if (value := getattr(element, name)) and _UNSAFE.search(value):
                setattr(element, name, _UNSAFE.sub("", value))
    return tree


def _main_text(tree: Any) -> str:
    """The main text by trafilatura; where it finds none, that of the innermost element that is surely the article."""
    from lxml import etree
    from trafilatura import bare_extraction

    etree.strip_elements(tree, *_NEVER_TEXT, with_tail=False)
    found = bare_extraction(deepcopy(tree), include_comments=False, include_tables=True)
    text = (getattr(found, "text", None) or "").strip()
    return _spaced(text if text else _all_text(tree))


def _all_text(tree: Any) -> str:
    body = next((one for tag in ("article", "main", "body") for one in tree.iter(tag)), tree)
    for element in body.iter(*_BLOCKS):
        element.tail = f"\n{element.tail or ''}"
        if element.tag != "br":
            element.text = f"\n{element.text or ''}"
    return "\n".join(line for line in (" ".join(line.split()) for line in body.text_content().split("\n")) if line)


def _spaced(text: str) -> str:
    """A blank line between paragraphs, so that none is taken for the wrapped rest of the one above; none in lists."""
    lines = text.split("\n")
    return "\n".join(
        line if not at or (line.startswith("- ") and lines[at - 1].startswith("- ")) else f"\n{line}"
        for at, line in enumerate(lines)
    )


def _without_title(text: str, title: str | None) -> str:
    """The text without a first line that repeats the title."""
    first, _, rest = text.partition("\n")
    return rest.lstrip("\n") if title and " ".join(first.split()) == " ".join(title.split()) else text
