"""The gate, asked about builds that were damaged, so that each costs no more than it must."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml

import damage
from claimstance import schema
from claimstance.facts import FACTS
from claimstance.gate import judge, run, suites
from claimstance.gate.check import Check
from claimstance.gate.crosscheck import LAST, VOCABULARIES, Ran, Views
from claimstance.gate.facts import loaded, personal
from claimstance.gate.folder import MANIFEST, Folder
from claimstance.gate.judge import Fact
from claimstance.gate.outcomes import Outcome, Verdict
from claimstance.gate.run import Result
from claimstance.table import Field, Table
from claimstance.validate import validate
from conftest import REPOSITORY, Good, copied
from damage import apply, described

INVALID = REPOSITORY / "tests" / "invalid"
SCHEMAS = REPOSITORY / "schemas"
CHECKS: Mapping[str, Check] = {check.id: check for check in (*suites.load(SCHEMAS, schema.load(SCHEMAS)), *judge.OWN)}
# Facts that take a second or so, and the tables that they are made from.
DEAR: Mapping[str, tuple[str, ...]] = {"artefacts": ("stances",), "languages": ("articles",)}
_connect = duckdb.connect
_KNOWN: dict[str, pa.Table] = {}
_RAN: dict[tuple[Any, ...], Ran] = {}
_FOUND: dict[tuple[Any, ...], list[Any]] = {}
_JUDGED: dict[str, list[Result]] = {}
_COUNTED: dict[tuple[str, int | None], Result] = {}


def damaged(name: str, good: Good, place: Path) -> Verdict:
    """What the gate says of a copy of the good build, in `place`, to which was done what tests/invalid/<name>/ says."""
    own, check = copied(good, place), CHECKS[name]
    apply(INVALID / name, own.folder, own.corpus)
    if "release" in check.needs and not (own.folder / MANIFEST).exists():
        released(own)
    last = next(own.corpus.glob("dist/*"), good.folder) if "last" in check.needs else None
    return asked(own, last=last, files_too=not (INVALID / name / "damage.sql").exists())


def asked(good: Good, *, last: Path | None = None, files_too: bool = True) -> Verdict:
    """What the gate says of a build; its paths are as everybody has them. Without `files_too` the files are as a build
    writes them, so they load.
    """
    dear = DEAR if files_too else {**DEAR, "loaded": ()}
    facts = {name: _remembered(name, fact, dear[name]) if name in dear else fact for name, fact in FACTS.items()}
    with pytest.MonkeyPatch.context() as patch:
        if not files_too:
            patch.setattr(duckdb, "connect", lambda config: InMemory(_connect(config=config)))
        patch.setattr(judge, "Judge", Remembering)
        patch.setattr(judge, "Views", Asking)
        patch.setattr(loaded, "_compared", _once(loaded._compared, "README.md"))
        patch.setattr(personal, "_suspects", _once(personal._suspects))
        patch.setattr(schema, "load", described)
        # The card's header takes the Hub's client 0.15 s, as it parses YAML without libyaml.
        patch.setattr(yaml, "safe_load", partial(yaml.load, Loader=yaml.CSafeLoader))
        verdict = validate(good.folder, corpus=good.corpus, last=last, facts=facts).verdict
    return replace(verdict, folder="build", against="last" if last else None)


def released(good: Good) -> None:
    """Make a release of a build: its papers, and the manifest that lists what is there."""
    damage.released(good.folder, good.corpus)


def against(verdict: Verdict, *, notes: bool = False) -> dict[str, Outcome]:
    """The checks that did not hold, by id: of those that block or warn, or with `notes` of all.

    What is blocked waits for a table that another check cannot read.
    """
    return {
        one.check.id: one
        for one in verdict.outcomes
        if one.status in ("failed", "not_run") and (notes or one.check.severity != "info")
    }


class InMemory:
    """A database in which views are tables, so that files as small as ours are not opened anew by every check."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database

    def execute(self, query: str, *more: Any) -> duckdb.DuckDBPyConnection:
        return self.database.execute(query.replace("CREATE VIEW", "CREATE TABLE"), *more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)


class Asking(Views):
    """The SQL of a check, asked once about the same: tables, facts and views that it names, or might name."""

    def __init__(self, folder: Folder, facts: Mapping[str, pa.Table], without: Iterable[str] = ()) -> None:
        super().__init__(folder, facts, without)
        last = Folder(folder.last, folder.schemas) if folder.last else None
        self.relations = {name: _rows_of(rows) for name, rows in facts.items()}
        self.relations[VOCABULARIES] = repr(
            sorted((name, one.names) for name, one in folder.schemas.vocabularies.items())
        )
        for name in set(folder.schemas) - set(without):
            about = repr((folder.schemas[name].features, last and last.columns(name)))
            self.relations[name] = _digest(folder, [name], about)
            if last:
                self.relations[LAST + name] = _digest(last, [name], about)

    def run(self, check: Check) -> Ran:
        said = " ".join((check.rows, *check.used.values(), *check.facts, check.of))
        read = sorted((name, of) for name, of in self.relations.items() if re.search(rf"\b{name}\b", said))
        key = (check.id, said, repr(check.limits), tuple(read))
        if key not in _RAN:
            _RAN[key] = super().run(check)
        return _RAN[key]


class Remembering(run.Judge):
    """Great Expectations, which takes a second for tables as small as ours, asked once about the same."""

    def tables(self, folder: Folder, checks: Sequence[Check], names: Iterable[str]) -> Iterator[Result]:
        for name in names:
            due = [(check.id, one) for check in checks if check.of == name for one in check.expects]
            key = _digest(folder, [name], repr(due))
            if key not in _JUDGED:
                _JUDGED[key] = list(super().tables(folder, checks, [name]))
            yield from _JUDGED[key]

    def audit(self, failing: Mapping[str, int | None], checks: Sequence[Check]) -> Iterator[Result]:
        new = [check for check in checks if (check.id, failing[check.id]) not in _COUNTED]
        for one in super().audit({check.id: failing[check.id] for check in new}, new) if new else ():
            _COUNTED[one.check, failing[one.check]] = one
        yield from (_COUNTED[check.id, failing[check.id]] for check in checks)


def _remembered(name: str, fact: Fact, tables: Iterable[str]) -> Fact:
    """The fact, found out once for the same files of these tables."""

    def known(folder: Folder) -> pa.Table:
        key = _digest(folder, tables, name)
        if key not in _KNOWN:
            _KNOWN[key] = fact(folder)
        return _KNOWN[key]

    return known


def _once(find: Callable[..., Iterator[Any]], *beside: str) -> Callable[..., Iterator[Any]]:
    """What is found in the files of one table of a folder, and in those `beside` them, looked for once."""

    def found(folder: Folder, table: Table, *more: Any, **said: Any) -> Iterator[Any]:
        about = repr((find.__qualname__, table, said, [one for one in more if isinstance(one, Field)]))
        key = (_digest(folder, [table.name], about), *((folder.path / name).read_bytes() for name in beside))
        if key not in _FOUND:
            _FOUND[key] = list(find(folder, table, *more, **said))
        yield from _FOUND[key]

    return found


def _rows_of(rows: pa.Table) -> str:
    """A digest of a table that is no file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _digest(folder: Folder, tables: Iterable[str], about: str) -> str:
    digest = hashlib.sha256(about.encode())
    for path in (path for table in tables for path in folder.files(table)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
