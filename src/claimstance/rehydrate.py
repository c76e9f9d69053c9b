"""A release with the texts that it withholds put back, for whoever has them: `claimstance rehydrate`.

What comes of it is like the build that the release was made of, and is no release: it has no manifest, so nothing takes
it for one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from claimstance import schema
from claimstance.annotation.tables import wording
from claimstance.articles.given import Given, Texts, texts
from claimstance.digests import sha256
from claimstance.errors import BadInput, InputError, ReleaseError, UsageError
from claimstance.facts import SCHEMAS
from claimstance.folders import exchange, workplace
from claimstance.gate.folder import Folder
from claimstance.release.closed import restored, unsealed
from claimstance.release.closed.pieces import words
from claimstance.release.closed.standoff import STEP, checks, rewritten
from claimstance.release.closed.unsealed import Due
from claimstance.release.publishing.fetched import opened
from claimstance.validate import corpus_of

COMPUTED = {"claim_group": lambda row: wording(row["text"])}
LISTED = 10  # ids that are told


@dataclass(frozen=True, slots=True)
class Rehydrated:
    """Where it is, the articles and sources whose text is back, those whose text nobody gave, and articles whose title
    is neither in their text nor beside it.
    """

    out: Path
    articles: tuple[str, ...]
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    untitled: tuple[str, ...]


def rehydrate(release: str, given: Path, out: Path | None = None) -> Rehydrated:
    """It will make the folder `out` of a release, a folder or a revision on the Hub (org/name@v1.0.0), with the texts
    in `given`.

    `given` is a folder of <article_id>.md or .txt, or a file of lines {"article_id", "text"}; texts of sources are
    known by their digest, whatever they are called. `out` is by default <release>-rehydrated, beside it. What no text
    is given of stays as it is. Nothing is written where a text is not the one that the release was made of. Raises
    UsageError, ReleaseError, ArticleError, or BadInput with several.
    """
    target = _target(release, out)
    there = texts(given)
    home = corpus_of(Path(release))
    schemas = schema.load(home / "schemas" if home else SCHEMAS).of_build
    with opened(release) as origin, workplace(target, "rehydration") as place:
        made = Folder(place / "made", schemas)
        unsealed.copied(origin, made)
        sources = unsealed.sources(made)
        found = _matched(unsealed.articles(made), sources, there)
        if not (found.titles or found.sources):
            then = "Files are called <article_id>.md or .txt." if found.missing else "It is whole as it is."
            what = f"has the text of none of {len(found.missing)}" if found.missing else "withholds no text"
            raise ReleaseError(str(given) if found.missing else release, what, then)
        _restore(made, found, there)
        unsealed.carded(origin, made, _count(len(found.titles), len(found.sources)))
        exchange(made.path, target)
    return Rehydrated(
        target, tuple(found.titles), tuple(sorted(found.sources)), tuple(found.missing), tuple(found.untitled)
    )


def told(done: Rehydrated) -> str:
    """It will say what was made, in the lines that the command prints."""
    lines = [f"{done.out}: put back {_count(len(done.articles), len(done.sources))}."]
    for what, ids in (
        ("Still without text, because none was given", done.missing),
        ("Without the title, which is neither in the text nor given beside it", done.untitled),
    ):
        if ids:
            more = f", and {len(ids) - LISTED} more" if len(ids) > LISTED else ""
            lines.append(f"{what}: {', '.join(ids[:LISTED])}{more}.")
    return "\n".join([*lines, "It is no release. Keep it to yourself: these texts may not be passed on."])


@dataclass(slots=True)
class _Found:
    """Articles whose text is there, by id, with title and digest; sources, with the name of a text of their digest."""

    titles: dict[str, str | None] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    untitled: list[str] = field(default_factory=list)


def _target(release: str, out: Path | None) -> Path:
    """Where it goes: somewhere new."""
    origin = Path(release)
    beside = origin.resolve() if origin.exists() else Path(release.replace("/", "-")).resolve()
    target = out.resolve() if out else beside.with_name(f"{beside.name}-rehydrated")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target}: is there already. Choose another folder with --out, or delete it.")
    if origin.is_dir() and target.is_relative_to(origin.resolve()):
        raise UsageError(f"{target}: lies in the release. Choose another folder with --out.")
    return target


def _matched(due: Iterator[Due], sources: Mapping[str, str], there: Texts) -> _Found:
    """Which texts are there. Raises BadInput with those that are other texts, or one of them alone."""
    found, problems = _Found(), list[InputError]()
    for one in due:
        try:
            _match(one, there, found)
        except InputError as error:
            problems.append(error)
    if sources and not problems:
        wanted = set(sources.values())
        known = {digest: name for name, text in there.all() if (digest := sha256(text.text)) in wanted}
        found.digests |= sources
        found.sources = {one: known[digest] for one, digest in sorted(sources.items()) if digest in known}
        found.missing += sorted(sources.keys() - found.sources.keys())
    if problems:
        raise problems[0] if len(problems) == 1 else BadInput(problems)
    return found


def _match(due: Due, there: Texts, found: _Found) -> None:
    """Find the text of an article. Raises InputError where what is given is another one."""
    own = there.of(due.article_id)
    match = next((one for one in own if sha256(one.text) == due.sha256), None)
    if match is None and own:
        then = "Every character counts: find the text as it was when the release was made."
        raise ReleaseError(own[0].where, f"is not the text of {due.article_id}: {_differs(own[0].text, due)}", then)
    if match is None:
        found.missing.append(due.article_id)
        return
    found.digests[due.article_id] = due.sha256
    found.titles[due.article_id] = title = _title(due, match)
    if title is None and ("title" in due.said or "title_sha256" in due.said):
        found.untitled.append(due.article_id)


def _title(due: Due, match: Given) -> str | None:
    """The title: from the text, else the one beside it, if it is the right one."""
    if "title" in due.said:
        try:
            return words(due.said["title"], match.text)
        except ValueError:
            return None
    right = match.title is not None and sha256(match.title, match.text) == due.said.get("title_sha256")
    return match.title if right else None


def _differs(text: str, due: Due) -> str:
    """Where a text is first another than it should be, as far as the release tells: by digests of its beginnings."""
    said = due.said.get("checks")
    wanted, own = said if isinstance(said, list) else [], checks(text)
    same = next((nth for nth, (one, other) in enumerate(zip(own, wanted, strict=False)) if one != other), None)
    nth = same if same is not None else min(len(own), len(wanted))
    start, end = nth * STEP, min((nth + 1) * STEP, len(text))
    if len(own) < len(wanted) and nth == len(own):
        return f"it ends too early, or first differs behind character {start:,}, line {_line(text, start)}"
    return (
        f"it first differs between characters {start:,} and {end:,}, lines {_line(text, start)} to {_line(text, end)}"
    )


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _restore(made: Folder, found: _Found, there: Texts) -> None:
    """Put the words back, table by table."""

    @lru_cache(maxsize=8)  # rows of one article follow each other
    def text(one: str) -> str:
        for own in there.of(found.sources.get(one, one)):
            if sha256(own.text) == found.digests[one]:
                return own.text
        raise ReleaseError(one, "its text changed while it was read", "Try again.")

    given = restored.Given(frozenset(found.titles), frozenset(found.sources), text, found.titles)
    for name, table in made.schemas.items():
        for path in made.files(name) if not table.whole else ():
            rewritten(path, restored.Restoring(table, given, COMPUTED))


def _count(articles: int, sources: int) -> str:
    return f"the texts of {articles} article{'s'[: articles != 1]} and {sources} source{'s'[: sources != 1]}"
