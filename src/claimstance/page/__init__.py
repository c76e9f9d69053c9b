"""What pages for people are made of: one look, and a policy of their own that lets them fetch, run and send nothing.

A page is a template that extends base.html.j2; whatever is put into one is escaped.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

HERE = Path(__file__).parent
STYLE = HERE / "style.css"


def templates(folder: Path) -> "jinja2.Environment":
    """It will read the templates of a folder, which may extend and include what is here."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, HERE]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
