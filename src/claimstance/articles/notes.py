"""The notes of a page: raised citations become "[1]" in their place, lists of sources lines "[1] entry address".

Works on a parsed page (lxml), before anything looks for its main text, which would lose both.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from claimstance.articles.layout import SOURCE_HEADING
from claimstance.articles.metadata import ADDRESS

_LABEL = re.compile(r"\[?\s*(\d{1,3}(?:\s?[-–,]\s?\d{1,3})*|[a-z]|(?:note|nb|n)\.?\s?\d{1,3})\s*\]?", re.IGNORECASE)
_BRACKETED = re.compile(r"(?:\[\s*\d{1,3}(?:\s?[-–,]\s?\d{1,3})*\s*\]\s?)+")
_SEVERAL = re.compile(r"[1-9][0-9]{0,2}(?:\s?[,;]\s?[1-9][0-9]{0,2})+")  # no figure has a superscript comma
_FIGURES = re.compile(r"[0-9+\-−]{1,4}")
_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_NOTE_ID = re.compile(
    r"(?:fn|ftn|edn|footnote|endnote|note|cite|ref|reference|source)[-_:.]?\d.*|cite_note.*", re.IGNORECASE
)
_LIST_CLASS = re.compile(
    r"(?:^|[\s_-])(?:references|reflist|footnotes?|endnotes?|citations|bibliography)(?:$|[\s_-])", re.IGNORECASE
)
_REF_CLASS = re.compile(r"(?:^|[\s_-])(?:footnote|fn|noteref|reference|cite|citation|ref)(?:$|[\s_-])", re.IGNORECASE)
_BACK_CLASS = re.compile(r"backlink|backref|footnote-back|reversefootnote", re.IGNORECASE)
_BACK_TEXT = re.compile(r"[\^↑↩⏎⤴\ufe0e\ufe0f\s]*")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "strong", "b", "dt"})
_ENTRY = re.compile(r"https?://|(?<![0-9])(?:1[5-9]|20)[0-9]{2}(?![0-9])")  # an address, or a year
_EDIT = re.compile(r"\s*\[\s*edit\s*\]")
_MARK = "claimstance-mark"
HEADING_CHARS = 200


def take_sources(tree: Any, base: str | None) -> Iterator[str]:
    """Take the lists of sources out of the tree; give their entries as lines."""
    labels = _labels(tree)
    for found in list(_source_lists(tree)):
        number = _number(found.get("start"), 1)
        for item in _items(found):
            number = _number(item.get("value"), number)
            label = next((labels[one.get("id")] for one in item.iter() if one.get("id") in labels), str(number))
            if entry := _entry(item, label, base):
                yield f"[{label}] {entry}"
                number += 1
        _replace(found, None)


def _labels(tree: Any) -> dict[str, str]:
    """What the text calls the note with some id: the mark of the first link to it."""
    labels: dict[str, str] = {}
    for link in tree.iter("a"):
        href = link.get("href") or ""
        label = _LABEL.fullmatch(_text(link)) if href.startswith("#") and len(href) > 1 else None
        if label:
            labels.setdefault(href[1:], label[1])
    return labels


def _source_lists(tree: Any) -> Iterator[Any]:
    """Every element that is a list of sources by its class, its heading, or the ids of its items; outermost first."""
    taken: set[Any] = set()
    for element in tree.iter("ol", "ul", "dl", "section", "div", "aside"):
        if any(parent in taken for parent in element.iterancestors()):
            continue
        named = _LIST_CLASS.search(element.get("class") or "") is not None
        is_list = element.tag in ("ol", "ul", "dl")
        if (named and (is_list or _holds_notes(element))) or (is_list and _has_notes(element)):
            _take_heading(element)
        elif not (is_list and _take_heading(element)):
            continue
        taken.add(element)
        yield element
    if not taken:
        yield from _unnamed_list(tree)


def _unnamed_list(tree: Any) -> Iterator[Any]:
    """The last numbered list, where its entries are dated or addressed and the raised numbers of the text fit it."""
    last = next(reversed(list(tree.iter("ol"))), None)
    items = [child for child in last if child.tag == "li"] if last is not None else []
    raised = [int(number) for mark in tree.iter("sup") for number in re.findall(r"[0-9]{1,3}", _text(mark)[:20])]
    if items and raised and 0 < max(raised) <= len(items) and all(_ENTRY.search(_text(item)) for item in items):
        yield last


def _has_notes(element: Any) -> bool:
    items = [child for child in element if child.tag == "li"]
    return bool(items) and all(_NOTE_ID.fullmatch(item.get("id") or "") for item in items)


def _holds_notes(element: Any) -> bool:
    """Whether a block that calls itself footnotes holds entries and no article."""
    return next(element.iter("li", "p", "dd"), None) is not None and next(element.iter("article", "main"), None) is None


def _take_heading(element: Any) -> bool:
    """Whether the element before the list is a heading like "Sources", which then goes with its list."""
    before, parent = element.getprevious(), element.getparent()
    if before is None and parent is not None and parent.tag in ("div", "section"):
        before = parent.getprevious()
    if before is None or before.tag not in _HEADINGS or (before.tail or "").strip():
        return False
    if not SOURCE_HEADING.fullmatch(_EDIT.sub("", _text(before)[:HEADING_CHARS])):
        return False
    _replace(before, None)
    return True


def _items(found: Any) -> list[Any]:
    """The entries of a list: its outermost items; where it has none, its paragraphs."""
    items: dict[Any, None] = {}
    for item in list(found.iter("li")) or list(found.iter("p", "dd")):
        if not any(parent in items for parent in item.iterancestors()):
            items[item] = None
    return list(items)


def _entry(item: Any, label: str, base: str | None) -> str:
    """One entry in a line: its words without the way back to the text, and its address where the words lack it."""
    for element in list(item.iter("a", "span", "sup")):
        to_text = (element.get("href") or "").startswith("#") and _BACK_TEXT.fullmatch(_text(element))
        if to_text or _BACK_CLASS.search(f"{element.get('class') or ''} {element.get('role') or ''}"):
            _replace(element, None)
    words = re.sub(rf"(?:\^\s*)?(?:\[{re.escape(label)}\]|{re.escape(label)}[.)](?=\s))?\s*", "", _text(item), count=1)
    for link in item.iter("a"):
        address = _address(link.get("href") or "", base)
        if address:
            return words if address in words else f"{words} {address}".strip()
    return words


def _address(href: str, base: str | None) -> str | None:
    """The address that a link leads to, where that is another page."""
    try:
        address = urljoin(base or "", f"https:{href}" if href.startswith("//") else href.strip())
    except ValueError:
        return None
    return address if not href.startswith("#") and ADDRESS.fullmatch(address) else None


def rewrite_marks(tree: Any) -> None:
    """Turn raised citations into "[1]" in their place, and raised figures into superscripts."""
    from lxml import etree

    inside: set[Any] = set()  # what stands in a <sup>: raised text inside of raised text is no second mark
    for element in list(tree.iter("sup", "a")):
        if element in inside:
            continue
        if element.tag == "sup":
            inside.update(element.iter("sup", "a"))
        mark = _raised(element) if element.tag == "sup" else _linked(element)
        if mark:
            _replace(element, mark)
    etree.strip_tags(tree, _MARK)


def _raised(element: Any) -> str | None:
    """What a <sup> becomes: [1], [1,2], [1][2] where it is a citation, ² where it is a figure; null: leave it."""
    words = _text(element)
    if _BRACKETED.fullmatch(words):
        return re.sub(r"\s", "", words)
    links = [link for link in element.iter("a") if link.get("href")]
    if links and all(_text(link).isdecimal() for link in links) and "".join(map(_text, links)) == words:
        return "".join(f"[{_text(link)}]" for link in links)
    label = _LABEL.fullmatch(words)
    if label and links and (words[:1].isdigit() or all(link.get("href").startswith("#") for link in links)):
        return f"[{label[1]}]"
    if _SEVERAL.fullmatch(words):
        return f"[{', '.join(re.findall(r'[0-9]+', words))}]"
    return words.translate(_SUPERSCRIPT) if _FIGURES.fullmatch(words) else None


def _linked(element: Any) -> str | None:
    """What a link outside <sup> becomes: [1] where it calls itself a reference to a note; null: leave it."""
    says = f"{element.get('class') or ''} {(element.get('role') or '').replace('doc-', '')}"
    if not (element.get("href") or "").startswith("#") or not _REF_CLASS.search(says):
        return None
    label = _LABEL.fullmatch(_text(element))
    return f"[{label[1]}]" if label else None


def _replace(element: Any, mark: str | None) -> None:
    """Put `mark` in the place of the element. The tag goes when all are in place: one by one is quadratic."""
    del element[:]
    element.text, element.tag = mark, _MARK


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _number(said: str | None, otherwise: int) -> int:
    return int(said) if said and re.fullmatch(r"[0-9]{1,4}", said) else otherwise
