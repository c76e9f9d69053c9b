"""What is left to do by people when an article was withdrawn: builds, the server, releases that are out, the history.

Nothing here does any of it: what is published or shared belongs to others, too, who should hear of it first.
"""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from claimstance import dataset, tombstones
from claimstance.annotation import batches
from claimstance.manifest import Manifest, understood
from claimstance.splits import ledger
from claimstance.version import numbers
from claimstance.withdraw import Withdrawal

PAGE = "CONTRIBUTING.md"
DERIVED = ("build", ".build.partial", "report")

# What nothing points at any more stays in the Hub's store until it is deleted there: the last four lines.
PURGE_HUB = """\
from huggingface_hub import HfApi
hub, repo = HfApi(), dict(repo_id="ORG/NAME", repo_type="dataset")
hub.super_squash_history(**repo)
tags = [one.name for one in hub.list_repo_refs(**repo).tags]
trees = [hub.list_repo_tree(**repo, revision=one, recursive=True) for one in ["main", *tags]]
kept = {one.lfs.sha256 for tree in trees for one in tree if getattr(one, "lfs", None)}
hub.permanently_delete_lfs_files(lfs_files=[one for one in hub.list_lfs_files(**repo) if one.oid not in kept], **repo)
"""
_CALLBACK = """\
marks = [{marks}]
lines = blob.data.splitlines(True)
blob.data = b"".join(line for line in lines if not any(one in line for one in marks))"""


def told(root: Path, done: Withdrawal) -> str:
    """It will say what was done, and what people still have to do, with the commands."""
    ids = [one.article_id for one in done.stones]
    todo = [
        *_rows(done),
        *_derived(root),
        *_server(root, ids),
        *_releases(root, ids),
        *_history(ids, done.removed),
    ]
    steps = [f"{nth}. {step}" for nth, step in enumerate(todo, 1)]
    return "\n".join([*_done(root, done), "", f"What is left to do ({PAGE} says more):", *steps])


def held(root: Path, ids: Sequence[str]) -> list[str]:
    """It will give the versions whose manifest in releases/ says that they were made of any of the articles, in order.

    A manifest that names no articles counts if the ledger has one of them since that version or an earlier one; what
    cannot be read counts, too.
    """
    recorded = ledger.read(root / "corpus" / "splits.csv")
    since = recorded.filter(pc.is_in(recorded["article_id"], pa.array(ids, pa.string())))["since"].to_pylist()
    found = []
    for path in sorted((root / "releases").glob("*.json")):
        said = understood(path.read_bytes())
        if not isinstance(said, Manifest) or _holds(said, ids, since):
            found.append(said.version if isinstance(said, Manifest) else path.stem)
    return sorted(found, key=numbers)


def _holds(said: Manifest, ids: Sequence[str], since: Sequence[str]) -> bool:
    files = {Path(path).stem for path in said.inputs if path.startswith("corpus/articles/")}
    pooled = any(path.startswith("corpus/pool/") for path in said.inputs)
    late = any(numbers(one) <= numbers(said.version) for one in since)
    return bool(files & set(ids)) or (late and (pooled or not files))


def _done(root: Path, done: Withdrawal) -> Iterator[str]:
    new, path = {one.article_id for one in done.new}, tombstones.of(root)
    for one in done.stones:
        if one.article_id in new:
            yield f"{one.article_id} is withdrawn; its tombstone is in {path}."
        else:
            again = "nothing of it was left here" if done.nothing else "this run removed what was left"
            yield f"{one.article_id} was withdrawn already, on {one.date}; {again}."
    yield from (f"  removed {one}" for one in done.removed)
    for batch, count in sorted(done.tasks.items()):
        yield f"  removed {count} {'task' if count == 1 else 'tasks'} of the batch {batch}, with what was said of them"


def _rows(done: Withdrawal) -> Iterator[str]:
    for one in done.by_hand:
        yield f"Take the row out of {one} by hand, then run this again. Until then no build takes the corpus."


def _derived(root: Path) -> Iterator[str]:
    """The gate wants the figures of the datasheet renewed, which count the article still."""
    there = [path for path in (root / name for name in DERIVED) if path.is_dir()]
    first = f"rm -r {shlex.join(map(str, there))}; " if there else ""
    yield f"Make anew what was made of it: {first}scripts/build.py; scripts/validate.py --figures"


def _server(root: Path, ids: Sequence[str]) -> Iterator[str]:
    """The projects where tasks of it may stand; a batch is shown in the project of its form and guideline."""
    listed = root / "annotations" / "batches.yaml"
    if not listed.exists() or not (plan := batches.read(listed)).batches:
        return
    name = dataset.read(root / "corpus" / "dataset.yaml").name
    titles = {batches.title(name, one.form, one.guideline_version) for one in plan.batches.values()}
    where = f"article_id equal to {' or '.join(ids)}"
    yield (
        f"In Label Studio, projects {', '.join(sorted(titles))}: filter by {where}, select all, Delete Tasks. "
        "Until then a pull leaves them out, and a push of their batch is refused."
    )


def _releases(root: Path, ids: Sequence[str]) -> Iterator[str]:
    if not (versions := held(root, ids)):
        return
    kept = [path for path in (root / "dist" / version for version in versions) if path.is_dir()]
    then = f" It is compared with the last; after it: rm -r {shlex.join(map(str, kept))}" if kept else ""
    yield f"Release without it, and publish: it is in {', '.join(versions)}, and whoever loads the newest has it.{then}"
    tags = [f"hf repos tag delete ORG/NAME v{one} --type dataset --yes" for one in versions]
    more = "# likewise the tags after these, whose history holds it; then, in Python:"
    lines = "\n".join(f"   {line}" for line in [*tags, more, *PURGE_HUB.splitlines()])
    yield f"On the Hub, in each repository, once the new release is there; then publish that again:\n{lines}"


def _history(ids: Sequence[str], removed: Sequence[str]) -> Iterator[str]:
    """Commands of git filter-repo: files by path, tasks by the line."""
    named = tuple(f"corpus/{one}" for name in ids for one in (f"articles/*/{name}.md", f"sources/{name}.*.md"))
    sources = [one for one in removed if one.startswith("corpus/sources/")]
    others = [one for one in sources if Path(one).stem.rpartition(".")[0] not in ids]
    paths = " ".join([*(f"--path-glob '{one}'" for one in named), *(f"--path {shlex.quote(one)}" for one in others)])
    marks = ", ".join(rf'b"\"article_id\": \"{one}\""' for one in ids)
    yield (
        "Commit. The history of the repository holds it until it is rewritten, in a fresh clone:\n"
        f"   git filter-repo --invert-paths {paths} --blob-callback '\n{_CALLBACK.format(marks=marks)}'"
    )
