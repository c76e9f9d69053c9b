"""The gate, asked: what is beside a folder, the facts that wings find out, the verdict and its report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from claimstance import dataset, schema, template
from claimstance.errors import UsageError
from claimstance.gate import exceptions, suites
from claimstance.gate.folder import Folder
from claimstance.gate.judge import Fact, Judged, Rules, judge
from claimstance.gate.outcomes import Verdict
from claimstance.splits import ledger

SCHEMAS = Path(template.__file__).parent / "schemas"  # of a folder that no corpus is beside


@dataclass(frozen=True, slots=True)
class Validated:
    """The verdict on a folder, and what its report is made of."""

    verdict: Verdict
    judged: Judged


def validate(
    path: Path, *, corpus: Path | None = None, last: Path | None = None, facts: Mapping[str, Fact] | None = None
) -> Validated:
    """It will judge the build, release or copy of a published dataset at `path`.

    `corpus` is the corpus that it was made from, `last` the folder of the release before it; without them the checks
    that need them do not apply, and without a corpus the tool's own schemas and suites are used. `facts` are what
    Python finds out (FACTS). Raises UsageError where there is no such folder, SchemaError where the suites are wrong.
    """
    for one in (path, *([last] if last else [])):
        if not one.is_dir():
            raise UsageError(f"{one}: no such folder. Make one first: scripts/build.py.")
    home = corpus / "schemas" if corpus else SCHEMAS
    schemas = schema.load(home)
    folder = Folder(path.resolve(), schemas, corpus, last.resolve() if last else None)
    judged = judge(folder, _rules(home, folder), facts or FACTS)
    settings = dataset.read(corpus / "corpus" / "dataset.yaml") if corpus else None
    title, version = (settings.title, settings.version) if settings else (path.name, "")
    verdict = Verdict(title, version, str(path), str(last) if last else None, judged.outcomes)
    return Validated(verdict, judged)


def record(corpus: Path) -> Path:
    """It will write the ledger of checks anew, from the suites as they are, and give its path."""
    home = corpus / "schemas"
    path = home / suites.LEDGER
    checks = suites.load(home, schema.load(home))
    path.write_text(suites.lines((*checks,)), encoding="utf-8")
    return path


def _rules(home: Path, folder: Folder) -> Rules:
    checks = suites.load(home, folder.schemas)
    known = suites.recorded(home)
    since = {one.article_id: one.since for one in _ledger(folder).values()}
    unrecorded = [(check.id, "") for check in checks if check.id not in known]
    return Rules(checks, exceptions.load(home, checks), suites.shrunk(checks, known), unrecorded, since)


def _ledger(folder: Folder) -> dict[str, ledger.Entry]:
    return ledger.read(folder.corpus / "corpus" / "splits.csv") if folder.corpus else {}


def _ledger_fact(folder: Folder) -> pa.Table:
    rows = [(one.article_id, one.group, one.split, one.since) for one in _ledger(folder).values()]
    return _strings(("article_id", "grp", "split", "since"), rows)


def _strings(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)})


FACTS: Mapping[str, Callable[[Folder], pa.Table]] = {"ledger": _ledger_fact}
