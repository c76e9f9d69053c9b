"""Web pages as bytes to rows: which encoding they are in, what they say of themselves, and their text."""

import codecs
import re
from collections.abc import Mapping

from claimstance.articles.columns import Row, row
from claimstance.articles.html import HtmlError, from_html
from claimstance.articles.streams import decoded
from claimstance.errors import ArticleError

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,20})", re.IGNORECASE)
_PAGE_ENCODINGS = re.compile(
    r"(?:windows|cp)-?\d+|iso-?8859-\d+|koi8-[ru]|gb2312|gbk|gb18030|big5|shift[_-]jis|euc-(?:jp|kr)", re.IGNORECASE
)


def page(data: bytes, where: str, charset: str = "", known: Mapping[str, str | None] | None = None) -> Row:
    """It will make a row of a page. `charset` is what its server said, which counts before what the page says; `known`
    are values by field that count before the page's, where there are any. Raises ArticleError.
    """
    meta = _CHARSET.search(data, 0, 4096)
    markup, encoding = decoded(data, where, declared(charset) or declared(meta[1].decode("ascii") if meta else ""))
    try:
        said = from_html(markup)
    except HtmlError as error:
        raise ArticleError(where, str(error), "Save the article as plain text.") from None
    values = {name: getattr(said, name) for name in said.__slots__}
    return row(values | {name: value for name, value in (known or {}).items() if value}, where, encoding)


def declared(charset: str) -> str | None:
    """The encoding that a page or its server means by a name; null where it is none that pages come in."""
    # Pages that say iso-8859-1 mean windows-1252: so the standard for HTML has it.
    name = "cp1252" if charset.lower() in ("iso-8859-1", "iso8859-1") else charset
    if not _PAGE_ENCODINGS.fullmatch(name):
        return None
    try:
        codecs.lookup(name)
    except LookupError:  # iso-8859-12 looks like one
        return None
    return name
