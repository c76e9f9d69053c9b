"""report/: written whole or not at all, in place of the report before it."""

from collections.abc import Sequence
from pathlib import Path

from claimstance.errors import UsageError
from claimstance.folders import exchange, workplace
from claimstance.gate.docs import pages as judged
from claimstance.gate.outcomes import Verdict
from claimstance.gate.report import docs, junit, machine, markdown, pages
from claimstance.gate.run import Suite

FILES = {
    "index.html": pages.document,
    "junit.xml": junit.document,
    "summary.md": markdown.document,
    "validation.json": machine.document,
}
DOCS = "data-docs"


def write(verdict: Verdict, suites: Sequence[Suite], out: Path) -> None:
    """It will write the report into the folder `out`, in place of an older one, in one step.

    Raises UsageError where `out` is something else than a report, or holds more than one.
    """
    out = out.resolve()
    _replaceable(out)
    with workplace(out, "report") as place:
        made = place / "made"
        (made / DOCS).mkdir(parents=True)
        for name, document in FILES.items():
            (made / name).write_text(document(verdict), encoding="utf-8", newline="\n")
        for name, text in docs.documents(verdict, judged(suites)):
            (made / DOCS / name).write_text(text, encoding="utf-8", newline="\n")
        exchange(made, out)


def _replaceable(out: Path) -> None:
    """Refuse to replace what is no report, or holds what no report has."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    told = out / "validation.json"
    if not told.is_file() or f'"{machine.FORMAT}"' not in told.read_text(encoding="utf-8", errors="replace")[:200]:
        raise UsageError(f"{out}: is there already, and is no report. Choose another folder.")
    for path in sorted(out.rglob("*")):
        inside = path.relative_to(out)
        ours = (
            str(inside) in FILES or inside == Path(DOCS) or (inside.parent == Path(DOCS) and inside.suffix == ".html")
        )
        if not ours:
            raise UsageError(f"{path}: no report has this. Move it away, or choose another folder.")
