"""Damage at random: two hundred ways to make a good build one that nobody should trust, each following from a seed.

A kind of damage is a function `(choose, build) -> (table, row)`: it does something to the build and says where. Changed
rows are written back as a build writes them, and the card is made right again, so that no digest gives them away. Each
damage breaks a promise: something that the design, a schema or a check says of every build.
"""

import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from claimstance.parquet import PARQUET
from claimstance.splits.ledger import SPLITS
from claimstance.table import Row, Rows, Schemas, SpanRule
from conftest import Good
from damage import described, seal, tables_of, write

Kind = Callable[[random.Random, "Build"], tuple[str, str]]

REPRINT = {"bridge", "bridge-again"}  # near-duplicates of each other
# Labels that follow from other columns or from votes: another one of the set is wrong too, not only a number beyond it.
FOLLOW = {
    "agreement": ("task", "unit", "metric"),
    "articles": ("published_precision", "text_status"),
    "citations": ("citation_status", "marker_form"),
    "claims": ("aggregation", "claim_type"),
    "judgements": ("annotator_kind", "item_kind", "purpose"),
    "sources": ("date_flag", "evidence_basis", "kind", "origin"),
    "stances": ("aggregation", "basis", "link", "stance", "support_degree"),
}
WIDER = {pa.int32(): pa.int64(), pa.int64(): pa.int32(), pa.string(): pa.large_string(), pa.float64(): pa.float32()}


@dataclass
class Build:
    """A build, its tables as lists of rows. Those that were `changed` are written back; `sealed`: with a right card."""

    good: Good
    schemas: Schemas
    rows: Mapping[str, Rows]
    changed: set[str] = field(default_factory=set)
    sealed: bool = True

    def one(self, choose: random.Random, table: str, holds: Callable[[Row], Any] = lambda row: True) -> Row:
        """A row of the table, to be changed."""
        self.changed.add(table)
        return choose.choice([row for row in self.rows[table] if holds(row)])

    def file(self, choose: random.Random) -> Path:
        """A file, to be damaged; the card may be made right afterwards or not."""
        self.sealed = choose.random() < 0.5
        return choose.choice(sorted(self.good.folder.glob("*/*.parquet")))


@dataclass(frozen=True)
class Done:
    """What was done, in which table, at which row or file; `files_too`: to files themselves, not only to their rows."""

    what: str
    table: str
    row: str
    files_too: bool


def damage(seed: int, good: Good) -> Done:
    """It will do to a copy of the good build what the seed says."""
    kind, choose = KINDS[seed % len(KINDS)], random.Random(seed)  # noqa: S311 - nothing is secret
    schemas = described(good.corpus / "schemas").of_build
    before = tables_of(good.folder, schemas)
    build = Build(good, schemas, {name: rows.to_pylist() for name, rows in before.items()})
    table, row = kind(choose, build)
    for name in sorted(build.changed):
        write(good.folder, schemas[name], pa.Table.from_pylist(build.rows[name], before[name].schema))
    if build.sealed:
        seal(good.folder, good.corpus, schemas, before)
    what = kind.__name__.replace("_", " ").replace("utf8", "UTF-8")
    return Done(what if build.sealed else f"{what}, not sealed", table, row, not build.changed)


def shift_an_offset(choose: random.Random, build: Build) -> tuple[str, str]:
    """Offsets that are off by a few, so that other words stand there, or that leave the text."""
    rules = [(table, rule) for table in build.schemas.values() for rule in table.spans]
    while True:
        table, rule = choose.choice(rules)
        row = build.one(choose, table.name, lambda row, rule=rule: row[rule.pieces or rule.copy])  # type: ignore[misc]
        by, text = choose.choice([-3, -2, -1, 1, 2, 3]), _owner(build, rule, row)
        span = row if rule.start else choose.choice(row[rule.pieces])
        moved = {name: span[name] + by for name in (choose.choice([("start", "end"), ("start",), ("end",)]))}
        if not rule.copy:
            moved = {"end": len(text) + abs(by)}
        if text[slice(*({**span, **moved}[name] for name in ("start", "end")))] != text[span["start"] : span["end"]]:
            span.update(moved)
            return table.name, row[table.key]
        build.changed.discard(table.name)


def swap_a_label(choose: random.Random, build: Build) -> tuple[str, str]:
    """A label that is none, or another one where it follows from what else is known."""
    table = choose.choice(list(build.schemas.values()))
    labels = [one for one in table.fields if one.vocabulary and one.type == "string"]
    if not labels:
        table = build.schemas["stances"]
        labels = [one for one in table.fields if one.vocabulary and one.type == "string"]
    column = choose.choice(labels)
    row = build.one(choose, table.name, lambda row: row[column.name] is not None)
    size = len(column.vocabulary.labels) if column.vocabulary else 0
    beyond = choose.random() < 0.3 or column.name not in FOLLOW.get(table.name, ())
    others = [size, size + 90, -1] if beyond else [one for one in range(size) if one != row[column.name]]
    row[column.name] = choose.choice(others)
    return table.name, f"{row[table.key]} {column.name}"


def drop_a_row(choose: random.Random, build: Build) -> tuple[str, str]:
    """A row that is gone; of the figures of agreement one of those that people quote, since no other is promised."""
    table = choose.choice(list(build.schemas.values()))
    row = build.one(choose, table.name, _quoted if table.whole else lambda row: True)
    build.rows[table.name].remove(row)
    return table.name, row[table.key]


def duplicate_an_id(choose: random.Random, build: Build) -> tuple[str, str]:
    """A row that is there twice, or that has the key of another."""
    table = choose.choice(list(build.schemas.values()))
    row = build.one(choose, table.name)
    if choose.random() < 0.5:
        build.rows[table.name].append(dict(row))
    else:
        row[table.key] = build.one(choose, table.name, lambda other: other is not row)[table.key]
    return table.name, row[table.key]


def leak_a_near_duplicate_into_test(choose: random.Random, build: Build) -> tuple[str, str]:
    """An article that test has a near-duplicate of: moved there with all that is said of it, or told again in
    other words here and there.
    """
    if choose.random() < 0.5:
        article_id = choose.choice(sorted(REPRINT))
        _move(build, article_id, "test")
        return "all", article_id
    row = build.one(choose, "articles", lambda row: row["file_split"] != "test")
    words = row["text"].split(" ")
    for place in choose.sample(range(len(words)), 3):
        words[place] = "Meanwhile"
    text = " ".join(words)
    own = {
        "article_id": f"{row['article_id']}-told",
        "event": None,
        "url": "https://echo.example/told",
        "dup_group": None,
    }
    spans = {"boilerplate": [], "paragraphs": [{"start": 0, "end": len(text)}], "annotated_extent": []}
    told = {"text": text, "text_sha256": _sha256(text), "split": "test", "file_split": "test"}
    build.rows["articles"].append(row | own | spans | told)
    return "articles", own["article_id"] or ""


def edit_text_under_an_offset(choose: random.Random, build: Build) -> tuple[str, str]:
    """A letter that is another one, in words that something was said of."""
    if choose.random() < 0.5:
        claim = build.one(choose, choose.choice(["claims", "sentences"]))
        build.changed.clear()
        span = claim.get("spans", [claim])[0]
        row = build.one(choose, "articles", lambda row: row["article_id"] == claim["article_id"])
        row["text"] = _edited(choose, row["text"], span)
        row["text_sha256"] = _sha256(row["text"])
        return "articles", row["article_id"]
    stance = choose.choice([row for row in build.rows["stances"] if row["evidence"]])
    row = build.one(choose, "sources", lambda row: row["source_id"] == stance["source_id"])
    row["evidence_text"] = _edited(choose, row["evidence_text"], stance["evidence"][0])
    return "sources", row["source_id"]


def break_utf8(choose: random.Random, build: Build) -> tuple[str, str]:
    """A byte that UTF-8 does not know, in a value of a file."""
    path = build.file(choose)
    rows = pq.read_table(path, partitioning=None)
    texts = [name for name in rows.column_names if rows[name].type == pa.string() and rows[name].null_count < len(rows)]
    name = choose.choice(texts)
    values = [None if value is None else value.encode() for value in rows[name].to_pylist()]
    nth = choose.choice([nth for nth, value in enumerate(values) if value])
    values[nth] = (values[nth] or b"")[:-1] + b"\xff"
    broken = pa.array(values, pa.binary()).view(pa.string())
    _write_file(path, rows.set_column(rows.column_names.index(name), rows.schema.field(name), broken))
    return path.parent.name, f"{path.name} {name}"


def truncate_a_file(choose: random.Random, build: Build) -> tuple[str, str]:
    """A file of which the end is missing."""
    path = build.file(choose)
    content = path.read_bytes()
    path.write_bytes(
        content[: choose.choice([0, 4, len(content) // 2, len(content) - 1, choose.randrange(len(content))])]
    )
    return path.parent.name, path.name


def widen_a_type(choose: random.Random, build: Build) -> tuple[str, str]:
    """A column of another type in one file."""
    path = build.file(choose)
    rows = pq.read_table(path, partitioning=None)
    nth = choose.choice([nth for nth, kind in enumerate(rows.schema.types) if kind in WIDER])
    column = rows.schema.field(nth).with_type(WIDER[rows.schema.types[nth]])
    _write_file(path, rows.cast(rows.schema.set(nth, column)))
    return path.parent.name, f"{path.name} {column.name}"


def blank_a_licence(choose: random.Random, build: Build) -> tuple[str, str]:
    """An article that nobody knows the licence of."""
    row = build.one(choose, "articles")
    row["licence"] = choose.choice([None, "", " ", "unknown", "NONE", "-"])
    return "articles", row["article_id"]


def change_a_split(choose: random.Random, build: Build) -> tuple[str, str]:
    """An article in another split than it was, wholly, in name only, or by one row of those that speak of it."""
    article = build.one(choose, "articles")
    article_id, split = article["article_id"], choose.choice([one for one in SPLITS if one != article["split"]])
    how = choose.choice(["wholly", "in name", "a row"])
    if how == "wholly":
        _move(build, article_id, split)
        return "all", article_id
    if how == "in name":
        article["split"] = split
        return "articles", article_id
    build.changed.clear()
    table = choose.choice([table for table in build.schemas.values() if not table.whole])
    row = build.one(choose, table.name, lambda row: row["article_id"] == article_id)
    row["file_split"] = split
    return table.name, row[table.key]


def change_gold_against_its_votes(choose: random.Random, build: Build) -> tuple[str, str]:
    """A label that nobody voted for, alone or with the shares of the votes."""
    if choose.random() < 0.3:
        row = build.one(choose, "claims")
        row["claim_type"] = choose.choice([one for one in range(5) if one != row["claim_type"]])
        return "claims", row["claim_id"]
    row, names = build.one(choose, "stances"), build.schemas.vocabularies["stance"].names
    row["stance"] = choose.choice([one for one in range(len(names)) if one != row["stance"]])
    if choose.random() < 0.5:
        row["soft_label"] = {name: float(name == names[row["stance"]]) for name in names}
    return "stances", row["stance_id"]


def empty_a_suite(choose: random.Random, build: Build) -> tuple[str, str]:
    """A suite without its checks, without one of them, or gone."""
    path = choose.choice(sorted((build.good.corpus / "schemas" / "suites").glob("*.yaml")))
    text = path.read_text(encoding="utf-8")
    how = choose.choice(["gone", "emptied", "a check less"])
    if how == "gone":
        path.unlink()
    elif how == "emptied":
        path.write_text(text.partition("\nchecks:")[0] + "\nchecks: []\n", encoding="utf-8")
    else:
        path.write_text(text[: text.rindex("\n  - id: ")] + "\n", encoding="utf-8")
    return "suites", f"{path.name} {how}"


KINDS: tuple[Kind, ...] = (
    shift_an_offset,
    swap_a_label,
    drop_a_row,
    duplicate_an_id,
    leak_a_near_duplicate_into_test,
    edit_text_under_an_offset,
    break_utf8,
    truncate_a_file,
    widen_a_type,
    blank_a_licence,
    change_a_split,
    change_gold_against_its_votes,
    empty_a_suite,
)


def _quoted(row: Row) -> bool:
    """Whether it is a figure of agreement over all answers to a question."""
    main = row["annotators"] == [] and row["label"] is None and row["wave"] is None and row["batch"] is None
    return main and row["agreement_id"].split("/")[2] in ("alpha", "raw")


def _owner(build: Build, rule: SpanRule, row: Row) -> str:
    """The text that a row's offsets point into."""
    table, _, column = rule.of.partition(".")
    key = build.schemas[table].key
    owner = row.get(key) or row["item_id"].rpartition("|")[2]
    return next(str(one[column]) for one in build.rows[table] if one[key] == owner)


def _move(build: Build, article_id: str, split: str) -> None:
    """An article and all that is said of it, to another split."""
    for table in build.schemas.values():
        for row in build.rows[table.name] if not table.whole else ():
            if row["article_id"] == article_id:
                row["file_split"] = split
                build.changed.add(table.name)
                if table.name == "articles":
                    row["split"] = split


def _edited(choose: random.Random, text: str, span: Row) -> str:
    place = choose.choice([nth for nth in range(span["start"], span["end"]) if text[nth].isalpha()])
    return text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]


def _write_file(path: Path, rows: pa.Table) -> None:
    pq.write_table(rows, path, **PARQUET)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
