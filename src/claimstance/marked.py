"""Words in Markdown that renders as what they say, whoever wrote them."""

import re


def code(text: str) -> str:
    """It will make a code span, between more backticks than the text has in a row."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def prose(text: str) -> str:
    """It will make words that format nothing and mention nobody."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&!])", r"\\\1", text).replace("@", "@\u200b")
