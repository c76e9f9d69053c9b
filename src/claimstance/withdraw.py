"""An article out of the corpus, for good. An edge: it writes, and removes.

1. read all there is, and refuse what is wrong before anything is done
2. the tombstone: from here on every build, push, pull and import refuses the article
3. annotations: corrections, known answers, pulls, tasks
4. texts of sources that no other article lists, or that are the article's own text
5. the article itself, by which 3 and 4 are found again by a run after one that was killed

Each step leaves a file as it was or as it will be. Running it again goes on from there.
"""

import codecs
import contextlib
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from claimstance import tombstones
from claimstance.alone import alone
from claimstance.annotation import struck
from claimstance.annotation.struck import Gone
from claimstance.articles.read import ID, SOURCE_ID, Raw, SourceText, corpus_articles
from claimstance.articles.tables import articles, references
from claimstance.digests import sha256
from claimstance.errors import ArticleError, BadInput, InputError, UsageError
from claimstance.splits.returning import Stones, returning, signature
from claimstance.stages import Beside, evidence_of, shards
from claimstance.tombstones import Tombstone

REASON = 500  # characters
_RUNNING = "build, import, push, pull or withdrawal"


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants withdrawn, when (ISO 8601) and why, and what may stay though it has nearly the same text.

    The reason is published, and may be empty where the articles were withdrawn already.
    """

    article_ids: tuple[str, ...]
    day: str
    reason: str = ""
    keep: tuple[str, ...] = ()


@dataclass(slots=True)
class Withdrawal:
    """What a run did: the tombstones, new lines among them, what went, tasks by batch, and rows to remove by hand."""

    stones: list[Tombstone]
    new: list[Tombstone]
    removed: list[str] = field(default_factory=list)
    tasks: dict[str, int] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether all was done already."""
        return not (self.new or self.removed or self.tasks or self.by_hand)


def withdraw(root: Path, order: Order) -> Withdrawal:
    """It will withdraw the articles from the corpus at `root`, or finish it where a run before was interrupted.

    Raises UsageError for what cannot be meant, BadInput with all that has to be put right first; then nothing was done.
    """
    _sound(root, order)
    home, annotations = root / "corpus" / "articles", root / "annotations"
    home.mkdir(exist_ok=True)
    with contextlib.ExitStack() as held:
        for folder in (root, home, *([annotations] if annotations.is_dir() else [])):
            held.enter_context(alone(folder, _RUNNING))
        there, stones, new = _planned(root, order)
        done = Withdrawal([stones[one] for one in order.article_ids], new)
        sources, gone = _sources(root, there, stones)
        batches = struck.folders(annotations)
        if problems := [one for folder in batches for one in struck.unfit(folder)]:
            raise BadInput(problems)
        for folder in batches:
            struck.found(folder, gone)  # a line that cannot be read is said before anything is done
        if new:
            tombstones.add(root, new)
        done.tasks = {folder.name: count for folder in batches if (count := struck.strike(folder, gone))}
        for path in (*sources, *_left(root)):
            path.unlink()
            done.removed.append(path.relative_to(root).as_posix())
        for one in there.values():
            _remove(root, one, done)
    return done


def _sound(root: Path, order: Order) -> None:
    """Refuse what cannot be meant."""
    if not (root / "corpus").is_dir():
        raise UsageError(f"{root} has no folder corpus/. Is it the root of a corpus? Name one with --corpus DIR.")
    for one in order.article_ids:
        if not ID.fullmatch(one):
            raise UsageError(f"{one[:100]!r} is no id of an article. Name it as its file is named, without .md.")
    for one in order.keep:
        if not (ID.fullmatch(one) or SOURCE_ID.fullmatch(one)) or one in order.article_ids:
            raise UsageError(f"--keep {one[:100]!r}: the id of another article, or of a source's text, is due.")
    if len(order.reason) > REASON or not order.reason.isprintable():
        raise UsageError(f"--reason: one line of at most {REASON} characters is due.")
    if re.search(r"\S@\S", order.reason):
        raise UsageError("--reason: it is published, so it may hold no address. Say it without.")


def _planned(root: Path, order: Order) -> tuple[dict[str, Raw], dict[str, Tombstone], list[Tombstone]]:
    """The articles that are there, all tombstones by article, and the lines that are new. Refuses an unknown article,
    and near copies of which nothing is said.
    """
    stones, problems = tombstones.read(root), list[InputError]()
    there = {one.article_id: one for one in corpus_articles(root, problems) if one.article_id in order.article_ids}
    if problems:
        raise BadInput(problems)
    for one in order.article_ids:
        if one not in stones and one not in there:
            raise UsageError(f"{one}: no article of the corpus is called that, and none was withdrawn. Is it misspelt?")
        if one not in stones and not order.reason:
            raise UsageError(f"{one}: why is it withdrawn? Say it with --reason; it is published.")
    new = [_stone(one, stones, there, order) for one in dict.fromkeys(order.article_ids)]
    new = [one for one in new if one.article_id not in stones or set(one.kept) - set(stones[one.article_id].kept)]
    fresh = {one.article_id: one for one in new if one.article_id not in stones}
    if copies := list(_copies(root, fresh, order.article_ids)):
        raise BadInput(copies)
    return there, stones | {one.article_id: stones.get(one.article_id, one) for one in new}, new


def _stone(one: str, stones: Stones, there: Mapping[str, Raw], order: Order) -> Tombstone:
    """The line of an article; of one that was withdrawn already, a later one with what is kept now."""
    kept = tuple(sorted(set(order.keep)))
    if old := stones.get(one):
        return Tombstone(one, order.day, order.reason or old.reason, old.text_sha256, old.signature, kept)
    raw = there[one]
    return Tombstone(one, order.day, order.reason, raw.text_sha256, signature(raw.text), kept)


def _copies(root: Path, stones: Stones, withdrawn: Sequence[str]) -> Iterator[ArticleError]:
    """Articles of the corpus, not withdrawn with them, that have nearly the same text: the build would refuse them."""
    for raw in corpus_articles(root, []) if stones else ():
        for back in returning(stones, [raw.article_id], [raw.text_sha256], [raw.text]):
            if raw.article_id not in withdrawn:
                both, one = (
                    f"{back.stone.article_id} {raw.article_id}",
                    f"{back.stone.article_id} --keep {raw.article_id}",
                )
                then = f"Withdraw both (scripts/withdraw.py {both}), or let it stay (scripts/withdraw.py {one})."
                what = f"{raw.article_id} has the same text as {back.stone.article_id}, or nearly so"
                yield ArticleError(raw.where, what, then)


def _sources(root: Path, there: Mapping[str, Raw], stones: Stones) -> tuple[list[Path], Gone]:
    """The files of texts that no article lists any more, or that are a withdrawn text; and what no task may show."""
    problems: list[InputError] = []
    held = evidence_of(root, problems)
    users: dict[str, set[str]] = defaultdict(set)
    if held:
        for made in shards(root, Beside(), (articles, references), problems):
            for row in made["references"]:
                if text := held.get(row["source_id"]) or held.get(row["canonical_url"] or ""):
                    users[text.source_id].add(row["article_id"])
    if problems:
        raise BadInput(problems)
    texts = {one.source_id: one for one in held.values()}
    copies = _own_text(texts, stones)
    out = {one for one, own in users.items() if own <= stones.keys()} | copies.keys()
    out |= {one for one in texts if not users[one] and one.rpartition(".")[0] in stones}
    paths = sorted(path for path in (root / "corpus" / "sources").rglob("*.md") if path.stem in out)
    return paths, Gone(frozenset(stones), frozenset(sha256(one.text) for one in copies.values()))


def _own_text(texts: Mapping[str, SourceText], stones: Stones) -> dict[str, SourceText]:
    """Those texts of sources that are the text of a withdrawn article, or nearly so."""
    ids = sorted(texts)
    said = [texts[one].text for one in ids]
    backs = returning(stones, ids, [sha256(text) for text in said], said)
    return {ids[back.place]: texts[ids[back.place]] for back in backs}


def _left(root: Path) -> list[Path]:
    """What a writer that was killed left in corpus/: parts of files, which may hold the text."""
    return sorted((root / "corpus").rglob(".*.partial"))


def _remove(root: Path, raw: Raw, done: Withdrawal) -> None:
    """Remove an article: its file, or its line in a file of the pool, if that is a plain one of JSON Lines."""
    path, number = Path(raw.where), 0
    if not path.is_file() and (place := re.fullmatch(r"(.+)(?::|, row )(\d+)", raw.where, re.DOTALL)):
        path, number = Path(place[1]), int(place[2])
    said = path.relative_to(root).as_posix() + (f":{number}" if number else "")
    if not number:
        path.unlink()
    elif path.suffix.lower() not in (".jsonl", ".ndjson") or _is_wide(path):
        done.by_hand.append(said)
        return
    else:
        _cut(path, number)
    done.removed.append(said)


def _cut(path: Path, number: int) -> None:
    """Take one line out of a file, counted as the reader of articles counts, in one step."""
    partial = path.with_name(f".{path.name}.partial")
    said = {"encoding": "utf-8", "errors": "surrogateescape", "newline": ""}
    with path.open(**said) as old, partial.open("w", **said) as new:  # type: ignore[call-overload]
        new.writelines(line for nth, line in enumerate(old, 1) if nth != number)
        new.flush()
        os.fsync(new.fileno())
    partial.replace(path)


def _is_wide(path: Path) -> bool:
    """Whether a file is UTF-16, whose lines are not told by bytes."""
    with path.open("rb") as file:
        return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
