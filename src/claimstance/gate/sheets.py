"""Files of text that stand in a folder, read as if whoever wrote them meant harm: never through a link, never what
would block, never more than a page's worth.
"""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LARGEST = 8 << 20  # bytes of a page; the card of this project's corpus has 42 kB
DEEPEST = 40  # levels of a header; a card's has 9
CARD = "README.md"
DIGEST = re.compile(r" sha256:([0-9a-f]{64})$")
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it stands in a folder: the header, and each section by its heading; `problem` says why it is empty."""

    header: Mapping[str, Any] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def described(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """The entries of `configs` or `dataset_info` by table; what is no entry is left out."""
        entries = self.header.get(kind)
        return {
            one["config_name"]: one
            for one in (entries if isinstance(entries, list) else ())
            if isinstance(one, dict) and isinstance(one.get("config_name"), str)
        }

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each table's files, as far as the card has it."""
        said = {name: DIGEST.search(str(one.get("description"))) for name, one in self.described("configs").items()}
        return {name: match[1] for name, match in said.items() if match}


def card(folder: Path) -> Card:
    """It will read the card of a folder, whatever stands there."""
    text, problem = page(folder / CARD)
    if problem:
        return Card(problem=problem)
    end = text.find("\n---\n", 3)
    if not text.startswith("---\n") or end < 0:
        return Card(problem="has no header between two lines of ---")
    problem, said = _mapping(text[4:end])
    parts = _SECTION.split(text[end + 5 :])
    sections = {heading: text.strip("\n") for heading, text in zip(parts[1::2], parts[2::2], strict=True)}
    return Card(said, sections, problem)


def page(path: Path) -> tuple[str, str]:
    """It will give the text of a file, and else why there is none."""
    try:
        # What is a pipe or a device would block at being opened, or never end.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return "", "is not there"
    except OSError:
        return "", "is a link, or cannot be opened"
    about = os.fstat(number)
    if not stat.S_ISREG(about.st_mode):
        os.close(number)
        return "", "is no file"
    with open(number, "rb") as file:  # noqa: PTH123 - it is open already
        if about.st_size > LARGEST:
            return "", f"has {about.st_size} bytes, more than {LARGEST}"
        try:
            return file.read(LARGEST).decode("utf-8"), ""
        except UnicodeDecodeError:
            return "", "is not UTF-8"


def _mapping(header: str) -> tuple[str, dict[str, Any]]:
    """What the YAML says, or what is wrong with it.

    Aliases are refused: a few lines of them stand for more than any memory holds, and no card needs one.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C eight times as fast, where it was compiled in
    depth = 0
    try:
        for event in yaml.parse(header, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > DEEPEST:
                return "has a header with aliases, or one nested too deep", {}
        said = yaml.load(header, Loader=loader)  # noqa: S506 - a safe loader, of either make
    except (yaml.YAMLError, ValueError, RecursionError):
        return "has a header that is not YAML", {}
    return ("", said) if isinstance(said, dict) else ("has a header without entries", {})
