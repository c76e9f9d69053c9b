"""Pictures of a few bars, dots and words, as SVG.

A picture brings its own white ground, since it cannot know that of the page; it has a title and a description for
whoever listens to it, and nothing in it moves, links or is fetched. Colours are of Okabe and Ito, which people of all
kinds of colour vision tell apart; none says anything that words beside it do not say, too.
"""

from collections.abc import Iterable
from html import escape

from claimstance.shown import plain

WIDTH = 760  # a card is about as wide
INK, FAINT, GROUND = "#1f2328", "#d0d7de", "#ffffff"
BLUE, ORANGE, GREEN = "#0072b2", "#e69f00", "#009e73"
SIZE = 13  # of letters
LONGEST = 4000  # characters of a description; ours have up to 560


def picture(title: str, said: str, height: float, parts: Iterable[str]) -> str:
    """It will put parts into a picture of WIDTH x `height` with a title on top; `said` tells it in words."""
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {number(height)}" width="{WIDTH}"'
        f' height="{number(height)}" role="img" aria-labelledby="title said"'
        f' font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="{SIZE}">\n'
        f'<title id="title">{_shown(title)}</title>\n<desc id="said">{_shown(said)}</desc>\n{PATTERNS}\n'
        f'<rect width="{WIDTH}" height="{number(height)}" rx="6" fill="{GROUND}"/>\n'
        f"{words(16, 26, title, weight='bold', size=15)}\n{body}\n</svg>\n"
    )


def words(
    x: float, y: float, text: str, *, anchor: str = "start", weight: str = "", size: int = 0, fill: str = INK
) -> str:
    """Words whose baseline is at `y`."""
    more = f' font-weight="{weight}"' if weight else ""
    more += f' font-size="{size}"' if size else ""
    return f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" fill="{fill}"{more}>{_shown(text)}</text>'


def bar(x: float, y: float, width: float, height: float, fill: str, *, over: str = "") -> str:
    """A bar; `over` is a pattern of PATTERNS that lies over its colour."""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    more = f'<rect {place} fill="url(#{over})"/>' if over else ""
    return f'<rect {place} fill="{fill}"/>{more}'


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = FAINT, width: float = 1) -> str:
    """A line."""
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{number(width)}"/>'


def dot(x: float, y: float, fill: str = BLUE) -> str:
    """A dot."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="5" fill="{fill}"/>'


def number(value: float) -> str:
    """A coordinate, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")


def _shown(text: str) -> str:
    """Words as XML bears them."""
    return escape(plain(text, LONGEST))


PATTERNS = (
    '<defs><pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="2" height="6" fill="{GROUND}" fill-opacity="0.7"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    f'<circle cx="3" cy="3" r="1.4" fill="{GROUND}" fill-opacity="0.9"/></pattern></defs>'
)
