"""The gate, asked: what is beside a folder, the facts that other wings find out, the verdict."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from claimstance import dataset, schema
from claimstance.errors import InputError, UsageError
from claimstance.facts import FACTS, SCHEMAS, entries, figuring
from claimstance.gate import exceptions, manifests, suites
from claimstance.gate.facts import figures
from claimstance.gate.folder import MANIFEST, Folder
from claimstance.gate.judge import Fact, Judged, Rules, judge
from claimstance.gate.outcomes import Verdict
from claimstance.gate.report import lines, write
from claimstance.table import Schemas
from claimstance.version import VERSION

SETTINGS = Path("corpus") / "dataset.yaml"


@dataclass(frozen=True, slots=True)
class Validated:
    """The verdict on a folder, and what its report is made of."""

    verdict: Verdict
    judged: Judged


def validate(
    path: Path, *, corpus: Path | None = None, last: Path | None = None, facts: Mapping[str, Fact] = FACTS
) -> Validated:
    """It will judge the build, release or copy of a published dataset at `path`.

    `corpus` is the corpus that it was made from, `last` the folder of the release before it. Without them the checks
    that need them do not apply, and without a corpus the tool's own schemas and suites are used. `facts` are what takes
    Python to find out, by name. Raises UsageError where there is no such folder or `last` has no articles,
    SchemaError where the suites are wrong; what is wrong with the folder is in the verdict.
    """
    for one in (path, *([last] if last else [])):
        if not one.is_dir():
            raise UsageError(f"{one}: no such folder. {_making(one)}")
    if last and not any((last / "articles").glob("*.parquet")):
        raise UsageError(f"{last}: is no build or release, so nothing can be compared with it: it has no articles.")
    home = corpus / "schemas" if corpus else SCHEMAS
    schemas = schema.load(home)
    own = schemas if (path / MANIFEST).is_file() else schemas.of_build
    folder = Folder(path.resolve(), own, corpus, last.resolve() if last else None)
    judged = judge(folder, _rules(home, schemas, folder.corpus), facts)
    settings = dataset.read(corpus / SETTINGS) if corpus else None
    own_words = settings or manifests.read(path)
    title, version = (own_words.title, own_words.version) if not isinstance(own_words, str) else (folder.path.name, "")
    return Validated(Verdict(title, version, str(path), str(last) if last else None, judged.outcomes), judged)


def tell(found: Validated, report: Path | None) -> str:
    """It will be the summary for a terminal, once the report is written to the folder `report`, if one is named."""
    said = lines(found.verdict)
    if report:
        write(found.verdict, found.judged.suites, report)
        said.append(f"Report: {report / 'index.html'}")
    return "\n".join(said)


def named(said: str | None, corpus: Path | None) -> Path:
    """It will be the folder that is meant: a release by its version, or a folder; by default the build of the corpus.

    Raises UsageError for a version without a corpus.
    """
    said = said.removeprefix("v") if said and re.fullmatch(f"v{VERSION}", said) else said  # as tags are called
    if said is None or re.fullmatch(VERSION, said):
        if corpus is None:
            raise UsageError("Which folder? A version, or none, is looked for in a corpus, and none is here.")
        return corpus / "dist" / said if said else corpus / "build"
    return Path(said)


def corpus_of(path: Path) -> Path | None:
    """It will be the corpus whose build or release stands at `path`; none where it stands alone."""
    return next((one for one in path.resolve().parents if (one / SETTINGS).is_file()), None)


def record(corpus: Path) -> Path:
    """It will write the ledger of checks anew from the suites as they are, and give its path."""
    home = corpus / "schemas"
    path = home / suites.LEDGER
    path.write_text(suites.lines(suites.load(home, schema.load(home))), encoding="utf-8")
    return path


def renew(path: Path, corpus: Path) -> Path:
    """It will write the figures of the corpus's DATASHEET.md as the build or release at `path` gives them.

    Raises InputError for a query that gives no value; then nothing is written.
    """
    folder = Folder(path.resolve(), schema.load(corpus / "schemas").of_build, corpus)
    page = corpus / figures.DATASHEET
    try:
        with figuring(folder) as compute:
            text = figures.renewed(page.read_text(encoding="utf-8"), compute)
    except ValueError as error:
        raise InputError(str(page), f"a figure cannot be computed ({error})", "Mend its query.") from None
    page.write_text(text, encoding="utf-8")
    return page


def _making(folder: Path) -> str:
    """How a folder that is not there comes to be."""
    if re.fullmatch(VERSION, folder.name):
        return f"Make the release first, scripts/release.py {folder.name}, or fetch it with hf download."
    return "Make one first: scripts/build.py."


def _rules(home: Path, schemas: Schemas, corpus: Path | None) -> Rules:
    checks = suites.load(home, schemas)
    known = suites.recorded(home)
    recorded = entries(corpus)
    since = dict(zip(recorded["article_id"].to_pylist(), recorded["since"].to_pylist(), strict=True))
    unrecorded = [(check.id, "") for check in checks if check.id not in known]
    shrunk = suites.shrunk(checks, known) if known else [(f"schemas/{suites.LEDGER}", "is not there")]
    return Rules(checks, exceptions.load(home, checks), shrunk, unrecorded, since)
