"""A corpus of any size that keeps every promise, made without annotators: the folder of a build, and what is beside it.

Rows come from invented.py and go through the doors that a build's go through: conform, the check of offsets, the merge,
the card. The same number of claims gives the same bytes.
"""

import gc
import shutil
from pathlib import Path

import pyarrow as pa
from benchmarks import invented, said
from benchmarks.invented import PER_ARTICLE
from benchmarks.said import ANNOTATORS, Said, Tally

from claimstance import dataset, decided, schema, template
from claimstance.digests import sha256
from claimstance.folders import exchange, workplace
from claimstance.merge import Aside, finish, finish_whole, set_aside
from claimstance.release.cards import documents
from claimstance.report import Report
from claimstance.splits import ledger
from claimstance.table import Rows
from claimstance.verify import spans_hold

SHIPPED = Path(template.__file__).parent / "schemas"
CHUNK = 1000  # articles made at once
BLOCK = 10  # articles in a row that are of one event, in every other block, and go into one split


def corpus(folder: Path, claims: int) -> Path:
    """It will make a corpus of about `claims` claims below `folder`, its build in build/, or find the one it made.

    It is made anew when its recipe or the tables changed; the suites are those of now in any case.
    """
    recipe = [Path(str(path)) for path in (__file__, invented.__file__, said.__file__)]
    made_of = [*recipe, SHIPPED / "labels.yaml", *sorted(SHIPPED.glob("tables/*.yaml"))]
    digest = sha256("".join(path.read_text(encoding="utf-8") for path in made_of))
    root = folder / f"{claims}-claims-{digest[:8]}"
    if not root.is_dir():
        with workplace(root, "corpus") as place:
            gc.disable()  # rows have no cycles, and looking for some takes a fifth of the time
            template.new(place / "made")
            _settings(place / "made", claims)
            _build(place / "made", place / "shards", claims // PER_ARTICLE)
            exchange(place / "made", root)
    shutil.rmtree(root / "schemas")
    shutil.copytree(SHIPPED, root / "schemas")
    return root


def _settings(root: Path, claims: int) -> None:
    """What stands beside the build: settings and people."""
    (root / "corpus" / "dataset.yaml").write_text(
        f"name: invented\ntitle: Invented\nsummary: {claims} invented claims.\nversion: 0.1.0\n"
        "splits: {train: 0.8, validation: 0.1, test: 0.1}\n",
        encoding="utf-8",
    )
    people = "".join(f"  {name}: {{kind: person}}\n" for name in ANNOTATORS)
    batches = "".join(
        f'  {kind}: {{kind: {kind}, purpose: main, guideline_version: "1.0", annotators: [{", ".join(ANNOTATORS)}]}}\n'
        for kind in ("pairs", "spans")
    )
    plan = f"annotators:\n{people}batches:\n{batches}"
    (root / "annotations" / "batches.yaml").write_text(plan, encoding="utf-8")


def _build(root: Path, shards: Path, articles: int) -> None:
    """The tables, written as a build writes them, and the ledger."""
    schemas = schema.load(root / "schemas").of_build
    report = Report(dataset.read(root / "corpus" / "dataset.yaml"), root / "build")
    shards.mkdir()
    aside: dict[str, list[Aside]] = {}
    entries: list[ledger.Entry] = []
    dup_groups: list[str | None] = []
    tally = Tally()
    for first in range(0, articles, CHUNK):
        made: dict[str, Rows] = {name: [] for name, one in schemas.items() if not one.whole}
        for number in range(first, min(first + CHUNK, articles)):
            own = _tables(number)
            for name, rows in own.items():
                made[name] += rows
            tally.add(own["judgements"], own["stances"])
            dup_groups.append(invented.near(number))
            entries.append(_entry(number, own["articles"][0]["event"]))
        spans_hold(schemas, made)
        conformed = {name: schemas[name].conform(rows) for name, rows in made.items()}
        for name, part in set_aside(shards, first, conformed).items():
            aside.setdefault(name, []).append(part)
        report.audit.add(made["sentences"], made["citations"], made["sources"])
    rows = [one._asdict() | {"dup_group": group} for one, group in zip(entries, dup_groups, strict=True)]
    known = decided.written(shards / "decided.arrow", [pa.Table.from_pylist(rows, decided.COLUMNS)])
    for name, parts in aside.items():
        finish(root / "build", schemas[name], parts, known, report)
    whole = list(tally.rows())
    finish_whole(root / "build", schemas["agreement"], schemas["agreement"].conform(whole), report)
    report.tally_whole("agreement", whole)
    documents.write(root / "build", schemas, report)
    ledger.append(root / "corpus" / "splits.csv", entries)


def _tables(number: int) -> dict[str, Rows]:
    """The rows of one article."""
    one = invented.written(number)
    words = Said(one)
    claims = [words.claim(sentence) for sentence in one.sentences]
    pairs = enumerate(zip(one.sentences, claims, strict=True))
    stances = [words.stance(nth, sentence, claim) for nth, (sentence, claim) in pairs]
    block = number // BLOCK
    own = invented.tables(one, f"event-{block}" if block % 2 == 0 else None)
    return own | {"claims": claims, "stances": stances, "judgements": words.rows}


def _entry(number: int, event: str | None) -> ledger.Entry:
    """The line of an article: eight blocks in ten are for training, one each for validation and test."""
    block = number // BLOCK
    split = {8: "validation", 9: "test"}.get(block % 10, "train")
    own, first = (f"a{one:08d}" for one in (number, block * BLOCK))
    return ledger.Entry(own, first if event else own, split, "0.1.0")
