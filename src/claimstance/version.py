"""Versions of a corpus: three numbers, and the order that they come in."""

VERSION = r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}"


def numbers(version: str) -> tuple[int, ...]:
    """It will be the parts of a version as numbers, to be compared; what is no number is left out."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
