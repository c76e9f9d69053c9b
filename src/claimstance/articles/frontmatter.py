"""Front matter: the few lines between `---` at the head of a corpus file, as strings and nothing else.

A loader that gives types turns `no` into False, 12:30 into 750 and 007 into 7. Here every value is the string that
stands there; nesting, aliases and tags are refused, so a file of a few lines cannot unfold to gigabytes.
"""

import json
import re
from collections.abc import Mapping, Sequence

import yaml

from claimstance.errors import ArticleError

FRONT_MATTER_CHARS = 2**16  # a dozen lines; twelve values of the longest length that is taken have 24,000
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_BARE = re.compile(r"\w(?:[^\n\"]*[^\s:\"])?")
QUOTE = "Write one value a line, in quotes where it has a colon."
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def split(text: str, where: str) -> tuple[str, str] | None:
    """The front matter of a text and the rest of it; null where the text does not begin with a line `---`.

    Line breaks must be LF already. Raises ArticleError where the second `---` is missing.
    """
    opening = _FENCE.match(text)
    if not opening:
        return None
    closing = _FENCE.search(text, opening.end() + 1, opening.end() + FRONT_MATTER_CHARS)
    if not closing:
        raise ArticleError(f"{where}:1", "the front matter has no end", "Put a line `---` between it and the text.")
    return text[opening.end() + 1 : closing.start()], text[closing.end() + 1 :]


def parse(front: str, where: str) -> dict[str, str]:
    """The keys and values of a front matter, all strings; a key without a value is "". Raises ArticleError."""
    scalars: list[yaml.ScalarEvent] = []
    opened = False
    try:
        for event in yaml.parse(front, Loader=_LOADER):
            if isinstance(event, yaml.ScalarEvent) and opened and not event.anchor and not event.tag:
                scalars.append(event)
            elif isinstance(event, yaml.MappingStartEvent) and not opened and not event.anchor:
                opened = True
            elif isinstance(event, (yaml.NodeEvent, yaml.CollectionStartEvent)):
                raise ArticleError(
                    _place(where, event),
                    "the front matter is not plain lines `key: value`",
                    QUOTE,
                )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = " ".join(str(getattr(error, "problem", None) or error).split())
        place = f"{where}:{mark.line + 2}" if mark else where
        raise ArticleError(place, f"the front matter is not YAML ({what})", "Quote the value.") from None
    return _once(scalars, where)


def _once(scalars: Sequence[yaml.ScalarEvent], where: str) -> dict[str, str]:
    """Keys and values in turn, as a dict. Raises ArticleError for a key that comes twice."""
    said: dict[str, str] = {}
    for key, value in zip(scalars[::2], scalars[1::2], strict=True):
        if key.value in said:
            raise ArticleError(_place(where, key), f"the key {key.value} stands there twice", "Keep one of the two.")
        said[key.value] = value.value
    return said


def _place(where: str, event: yaml.Event) -> str:
    """The line of the file; the first of the front matter is its second."""
    return f"{where}:{event.start_mark.line + 2}" if event.start_mark else where


def known(said: Mapping[str, str], keys: Sequence[str], where: str) -> None:
    """It will refuse a key that is not one of `keys`. Raises ArticleError."""
    unknown = sorted(set(said) - set(keys))
    if unknown:
        raise ArticleError(where, f"unknown key {unknown[0]} in the front matter", f"Known: {', '.join(keys)}.")


def write(values: Mapping[str, str | None]) -> str:
    """The front matter with both fences; `parse` reads the same values back. Values are single lines; null ones go."""
    lines = [f"{key}: {_quoted(value)}\n" for key, value in values.items() if value is not None]
    return f"---\n{''.join(lines)}---\n"


def _quoted(value: str) -> str:
    """A value as it is where YAML takes it for one string, else in double quotes."""
    bare = _BARE.fullmatch(value) and ": " not in value and " #" not in value
    return value if bare else json.dumps(value, ensure_ascii=False)
