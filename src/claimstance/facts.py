"""The facts that checks read besides the tables: what stands in the corpus beside a folder, and what takes Python to
find out. Each is a table with string columns unless its function says otherwise.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from claimstance import dataset, template, tombstones
from claimstance.annotation import batches
from claimstance.annotation.dawid_skene import Weighed, dawid_skene
from claimstance.articles.layout import layout
from claimstance.articles.read import corpus_articles, source_texts
from claimstance.errors import BadInput, InputError
from claimstance.gate import parquet
from claimstance.gate.crosscheck import Views
from claimstance.gate.facts import allowed, figures
from claimstance.gate.facts.answered import answered
from claimstance.gate.facts.artefacts import artefacts
from claimstance.gate.facts.drift import drift
from claimstance.gate.facts.files import files
from claimstance.gate.facts.languages import languages
from claimstance.gate.facts.loaded import loaded
from claimstance.gate.facts.personal import personal
from claimstance.gate.facts.released import manifest, told
from claimstance.gate.facts.withheld import withheld
from claimstance.gate.folder import Folder
from claimstance.gate.judge import Fact
from claimstance.gate.manifests import read as manifest_of
from claimstance.history import compared, recorded
from claimstance.release.cards.card import card
from claimstance.release.papers.described import described
from claimstance.splits import ledger
from claimstance.splits.leaks import near, near_evidence, returned

SCHEMAS = Path(template.__file__).parent / "schemas"  # what a folder without a corpus beside it is held to
SPLITS = Path("corpus") / "splits.csv"
VOTE = (  # what weighing reads of a judgement
    *("item_kind", "item_id", "annotator", "label", "purpose", "skipped", "anchor", "wave", "created", "judgement_id"),
)


def entries(corpus: Path | None) -> pa.Table:
    """It will give the lines of the corpus's ledger; none where no corpus is there."""
    return ledger.read(corpus / SPLITS) if corpus else ledger.LINES.empty_table()


def _ledger(folder: Folder) -> pa.Table:
    """article_id, grp, split, since: a line of corpus/splits.csv."""
    return entries(folder.corpus).rename_columns(["article_id", "grp", "split", "since"])


def _withdrawn(folder: Folder) -> pa.Table:
    """article_id, date: the tombstones of corpus/withdrawn.csv."""
    stones = tombstones.read(_beside(folder)).values()
    return _table(("article_id", "date"), [(stone.article_id, stone.date) for stone in stones])


def _returned(folder: Folder) -> pa.Table:
    """See claimstance.splits.leaks."""
    return returned(folder, tombstones.read(_beside(folder)))


def _settings(folder: Folder) -> pa.Table:
    """name, version, stance (the rule of stances), in_text (a number: the share of pairs with an in-text source),
    current (whether they are those of this folder, not of a later version than a release's): of corpus/dataset.yaml, in
    one row; none where no corpus is there.
    """
    said = [dataset.read(folder.corpus / "corpus" / "dataset.yaml")] if folder.corpus else []
    sealed = manifest_of(folder.path) if folder.is_release else ""
    own = None if isinstance(sealed, str) else sealed.version
    rows = _table(("name", "version", "stance"), [(one.name, one.version, one.stance) for one in said])
    rows = rows.append_column("in_text", pa.array([one.in_text for one in said], pa.float64()))
    return rows.append_column("current", pa.array([own in (None, one.version) for one in said], pa.bool_()))


def _likeliest(folder: Folder) -> pa.Table:
    """item_id, label (null at a tie): what weighing makes of all votes; empty where no stance says that it did.

    Raises UsageError where crowd-kit is not installed.
    """
    found: Mapping[str, Weighed] = {}
    if pc.any(pc.equal(_named(folder, "stances", ("aggregation",))["aggregation"], "dawid_skene")).as_py():
        said = _named(folder, "judgements", VOTE)
        found = dawid_skene(said.filter(pc.equal(said["item_kind"], "stance")).to_pylist())
    return _table(("item_id", "label"), [(item_id, one.label) for item_id, one in found.items()])


def _shares(folder: Folder) -> pa.Table:
    """split, share (a number): how corpus/dataset.yaml wants articles divided."""
    said = dataset.read(_beside(folder) / "corpus" / "dataset.yaml").shares
    return pa.table({"split": pa.array(list(said), pa.string()), "share": pa.array(list(said.values()), pa.float64())})


def _annotators(folder: Folder) -> pa.Table:
    """pseudonym, kind: who annotates, by annotations/batches.yaml."""
    known = _plan(folder)
    return _table(("pseudonym", "kind"), [(one.name, one.kind) for one in known.annotators.values()] if known else [])


def _batches(folder: Folder) -> pa.Table:
    """batch, purpose, guideline_version: what each batch was for."""
    known = _plan(folder)
    rows = [(one.name, one.purpose, one.guideline_version) for one in known.batches.values()] if known else []
    return _table(("batch", "purpose", "guideline_version"), rows)


def _personal(folder: Folder) -> pa.Table:
    """See claimstance.gate.facts.personal; what may stay is in schemas/allowed.yaml."""
    return personal(folder, allowed.load(folder.corpus / "schemas" if folder.corpus else SCHEMAS))


def _withheld(folder: Folder) -> pa.Table:
    """See claimstance.gate.facts.withheld; what may not be passed on has `redistributable: no`: bodies of articles,
    and texts of sources.
    """
    problems: list[InputError] = []
    bodies = {
        one.article_id: "\n".join(one.text[slice(*span)] for span in layout(one.text, one.title).paragraphs)
        for one in corpus_articles(_beside(folder), problems)
        if not one.redistributable
    }
    held = list(source_texts(_beside(folder), problems))
    if problems:
        raise BadInput(problems)
    bodies |= {one.source_id: one.text for one in held if not one.redistributable}
    others = (one.text for one in corpus_articles(_beside(folder), problems) if one.redistributable)
    return withheld(folder, bodies, others)


def _plan(folder: Folder) -> batches.Plan | None:
    path = _beside(folder) / "annotations" / "batches.yaml"
    return batches.read(path) if path.exists() else None


def _beside(folder: Folder) -> Path:
    """The corpus; checks that ask for these facts need one."""
    if folder.corpus is None:
        raise ValueError("no corpus is beside the folder")
    return folder.corpus


def _table(names: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)})


def _named(folder: Folder, table: str, columns: Sequence[str]) -> pa.Table:
    """Columns of a table with their labels by name."""
    rows = folder.read(table, columns)
    for field in folder.schemas[table].fields:
        if field.name in columns and field.vocabulary:
            names = pa.array(field.vocabulary.names).take(rows[field.name])
            rows = rows.set_column(rows.column_names.index(field.name), field.name, names)
    return rows


def _datasheet(folder: Folder) -> pa.Table:
    """See claimstance.gate.facts.figures."""
    with figuring(folder) as compute:
        return figures.datasheet(folder, compute, _broken(folder))


@contextlib.contextmanager
def figuring(folder: Folder) -> Iterator[figures.Compute]:
    """It will compute figures of a datasheet; besides the tables that can be read, their queries may read BESIDE."""
    views = Views(folder, {name: FACTS[name](folder) for name in BESIDE}, _broken(folder))
    try:
        yield views.figure
    finally:
        views.close()


def _broken(folder: Folder) -> set[str]:
    """Tables of which no query can be made."""
    return {
        name
        for name, table in folder.schemas.items()
        if not folder.is_open(name)
        or not folder.files(name)
        or any(parquet.read(path, table, contents=False).problems for path in folder.files(name))
    }


BESIDE = ("annotators", "batches", "ledger", "settings")
FACTS: Mapping[str, Fact] = {
    "annotators": _annotators,
    "answered": answered,
    "artefacts": artefacts,
    "batches": _batches,
    "card": card,
    "compared": compared,
    "croissant": described,
    "datasheet": _datasheet,
    "drift": drift,
    "files": files,
    "languages": languages,
    "ledger": _ledger,
    "likeliest": _likeliest,
    "loaded": loaded,
    "manifest": manifest,
    "near": near,
    "near_evidence": near_evidence,
    "personal": _personal,
    "recorded": recorded,
    "returned": _returned,
    "settings": _settings,
    "shares": _shares,
    "told": told,
    "withdrawn": _withdrawn,
    "withheld": _withheld,
}
