"""The build, as scripts/build.py does it."""

from pathlib import Path

from build import STAGES
from claimstance.build import build


def run(root: Path, out: Path, workers: int) -> None:
    """Build."""
    build(root, out, STAGES, workers=workers)
