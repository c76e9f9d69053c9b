"""The way to a release: a corpus to dist/<version>/, beside what is recorded of it in releases/.

1. build: as scripts/build.py does, but nothing may be new to the ledger
2. standoff: texts that may not be passed on are left out
3. diff: what changed since the last release, which decides how small the number may be; the table `changes`
4. card, datasheet, the papers of claimstance.release.papers.papers, and the manifest of all files
5. gate: judged as it would be published; the report becomes a part of it
6. releases/<version>.md and .json, then dist/<version>/, each in one step

Nothing is written before the gate has passed, but the report on why it did not. What is recorded is never changed: the
same version is made again, from the same corpus, to the same bytes, or refused.
"""

import importlib.metadata
import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from claimstance import dataset, schema, tombstones, validate
from claimstance.build import build
from claimstance.crew import cores
from claimstance.digests import of_file
from claimstance.errors import ReleaseError, UsageError
from claimstance.facts import FACTS
from claimstance.folders import exchange, is_hidden, workplace
from claimstance.gate.facts.figures import DATASHEET
from claimstance.gate.outcomes import Verdict
from claimstance.gate.report import lines
from claimstance.gate.report import write as report_on
from claimstance.history import NOTHING, RELEASES
from claimstance.manifest import MANIFEST, Manifest, understood
from claimstance.merge import finish_whole
from claimstance.release import record
from claimstance.release.cards import documents
from claimstance.release.cards.readback import measured
from claimstance.release.closed.standoff import withhold
from claimstance.release.diff import Found, allowed, changes, compare, demanded, markdown, sides
from claimstance.release.manifest import files, manifest, written
from claimstance.release.papers import papers
from claimstance.release.publishing.sealed import REPORT
from claimstance.report import Report
from claimstance.splits import groups
from claimstance.stages import Stage, evidence_of
from claimstance.table import Schemas

BUILD, DIST = "build", "dist"
INPUTS = ("corpus", "annotations", "schemas", "scripts", DATASHEET)  # what a release is made of, beside `baselines`
TOOLS = (  # what the bytes of a release depend on
    *("claimstance", "datasets", "duckdb", "great-expectations", "jinja2", "msgspec", "numpy", "phonenumbers"),
    *("py3langid", "pyarrow", "python-stdnum", "PyYAML", "rapidfuzz", "scikit-learn", "scipy"),
)


@dataclass(frozen=True, slots=True)
class Released:
    """A release in its folder: its verdict, what changed since `last`, and whether it was recorded before."""

    folder: Path
    version: str
    verdict: Verdict
    last: str | None
    found: Found | None
    again: bool


def release(root: Path, version: str, stages: Sequence[Stage]) -> Released:
    """It will make the release `version` of the corpus at `root`, by the stages of scripts/build.py.

    Raises UsageError where it is there already or corpus/dataset.yaml makes another version, ReleaseError where the
    number is too small, where the last release is not in dist/, where a critical check fails, or where a recorded
    version comes out otherwise; BadInput with what is wrong with the corpus. Then nothing was released.
    """
    settings = dataset.read(root / "corpus" / "dataset.yaml")
    if version != settings.version:
        what = f"corpus/dataset.yaml says that {settings.version} is being made, not {version}."
        raise UsageError(f"{what} Write `version: {version}` there, build, and commit it.")
    said, inputs = record.recorded(root / RELEASES, version), _inputs(root, settings)
    last, before = _last(root, version)
    out = root / DIST / version
    if out.exists():
        raise UsageError(f"{out}: is there already. Move it away to make it again.")
    with workplace(out, "release") as place:
        made = place / "made"
        found = _make(root, made, settings, stages, before, inputs)
        verdict = _judged(root, made, settings, before)
        own = _sealed(made)
        if _inputs(root, settings) != inputs:
            raise ReleaseError(version, "the corpus changed meanwhile, so nothing was released", "Run it again.")
        if said and (other := record.differences(own, said)):
            what = f"comes out otherwise than recorded: {', '.join(other[:5])}{' …' if len(other) > 5 else ''}"
            raise ReleaseError(version, what, "Check out the commit that it was made from, or choose a new number.")
        if not said:
            text = markdown.document(found, quoting=False) if found else documents.first(own)
            record.write(root / RELEASES, made, version, text)
        exchange(made, out)
    return Released(out, version, verdict, last, found, said is not None)


def told(one: Released) -> str:
    """It will say what was released, as judged, and what to do next."""
    said = lines(one.verdict)
    if one.found and one.last:
        due = demanded(one.found)
        why = "; ".join(map(str, due.demanding)) or "nothing changed"
        said.append(f"After {one.last} it takes a {due.part} number: {why}")
    said.append(f"Made {one.folder}" + (", the same bytes as recorded." if one.again else "."))
    if not one.again:
        said += [
            f"Commit {RELEASES}/{one.version}.json and .md beside it, and tag that commit v{one.version}.",
            f"Then publish it: scripts/publish.py {one.version} --repo ORG/NAME",
        ]
    return "\n".join(said)


def _last(root: Path, version: str) -> tuple[str | None, Path | None]:
    """The release before this one, and its folder, which holds what was recorded of it."""
    last = record.newest(root / RELEASES, version)
    if last is None:
        return None, None
    said = record.recorded(root / RELEASES, last)
    folder = root / DIST / last
    if not folder.is_dir():
        again = f"hf download ORG/NAME --repo-type dataset --revision v{last} --local-dir {DIST}/{last}"
        then = f"Get it: {again}; or make it again from the commit that is tagged v{last}."
        raise ReleaseError(str(folder), f"is not there, and {version} is compared with it", then)
    if said:
        record.verify(folder, said)
    return last, folder


def _make(
    root: Path,
    made: Path,
    settings: dataset.Dataset,
    stages: Sequence[Stage],
    before: Path | None,
    inputs: Mapping[str, str],
) -> Found | None:
    """Everything but the manifest and the report; gives what changed."""
    schemas = schema.load(root / "schemas")
    report = build(root, made, stages, settled=True, workers=cores(), after=root / BUILD)
    withhold(made, schemas.of_build)
    found = _changes(root, made, schemas, settings, before, report)
    measured(made, schemas, report)
    documents.write(made, schemas, report)
    if (root / DATASHEET).is_file():
        shutil.copyfile(root / DATASHEET, made / DATASHEET)
    papers.write(made, schemas, settings, evidence_of(root, []))  # the build told what is wrong with these
    written(made, manifest(made, schemas, settings, inputs=inputs, versions=_versions()))
    return found


def _changes(
    root: Path, made: Path, schemas: Schemas, settings: dataset.Dataset, before: Path | None, report: Report
) -> Found | None:
    """Compare with the last release, hold the number against what changed, and write the table `changes`."""
    if before is None:
        return None
    keys = {name: table.key for name, table in schemas.items()}
    old, new = sides.read(before, before.name, keys), sides.read(made, settings.version, keys)
    found = compare(old, new, schemas, tombstones.reasons(root))
    allowed(old.version, settings.version, demanded(found))
    rows = changes(found, schemas["changes"])
    if len(rows):
        finish_whole(made, schemas["changes"], rows, report)
    return found


def _judged(root: Path, made: Path, settings: dataset.Dataset, before: Path | None) -> Verdict:
    """What the gate says; a release that it refuses leaves its report in the corpus, and goes no further."""
    facts = {**FACTS, "recorded": lambda folder: NOTHING}  # held against the record as soon as it is whole
    found = validate.validate(made, corpus=root, last=before, facts=facts)
    folder, against = f"{DIST}/{settings.version}", f"{DIST}/{before.name}" if before else None
    verdict = replace(found.verdict, folder=folder, against=against)
    if not verdict.passed:
        report_on(verdict, found.judged.suites, root / REPORT)
        then = "\n".join((f"See {root / REPORT}/index.html.", *lines(verdict)))
        raise ReleaseError(settings.version, "fails its checks, and nothing was released", then)
    report_on(verdict, found.judged.suites, made / REPORT)
    return verdict


def _sealed(made: Path) -> Manifest:
    """The manifest, with the report in it."""
    said = understood((made / MANIFEST).read_bytes())
    assert isinstance(said, Manifest)  # noqa: S101 - we wrote it
    said = msgspec.structs.replace(said, files=said.files | files(made, (made / REPORT).rglob("*")))
    written(made, said)
    return said


def _inputs(root: Path, settings: dataset.Dataset) -> Mapping[str, str]:
    """Digests of all files that a release is made of, by path below the corpus."""
    names = (*INPUTS, settings.baselines) if settings.baselines else INPUTS
    return {path.relative_to(root).as_posix(): of_file(path) for name in names for path in _below(root / name)}


def _below(place: Path) -> Iterator[Path]:
    paths = sorted(place.rglob("*")) if place.is_dir() else [place]
    kept = (path for path in paths if path.is_file() and path.parent.name != "__pycache__")  # Python's, made by running
    return (path for path in kept if not is_hidden(path, place))


def _versions() -> Mapping[str, str]:
    tools = {name: importlib.metadata.version(name) for name in TOOLS}
    return tools | {"near-duplicates": groups.VERSION, "unicode": unicodedata.unidata_version}
