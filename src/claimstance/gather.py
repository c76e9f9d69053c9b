"""All ranges of a corpus made into shards, by one process or several, and the ids that stand in two of them."""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from claimstance import kept
from claimstance.articles.ranges import Expected, Range
from claimstance.articles.read import taken
from claimstance.crew import Crew
from claimstance.errors import ArticleError, UsageError
from claimstance.shard import Setting, Shard, places, said, shard, shard_apart
from claimstance.splits.values import numbers


def gathered(setting: Setting, ranges: Sequence[Range], crew: Crew) -> list[Shard]:
    """It will give the shard of each range, in order of the ranges. Of an id that is there twice, the later article is
    a problem of its shard, and in no table.
    """
    made: list[Shard | None] = [None] * len(ranges)
    for nth, one in _made(setting, [(part,) for part in ranges], ranges, crew):
        made[nth] = one
    shards = [one for one in made if one]
    for nth, errors in sorted(_twice(ranges, shards).items()):
        # Once more, without them: what else is wrong is what would be wrong if they were not there.
        without = frozenset(error.where for error in errors)
        ((_, shards[nth]),) = _made(setting, [(ranges[nth], without)], [ranges[nth]], Crew(1))
        shards[nth].problems.extend(errors)
    return shards


def _made(
    setting: Setting, tasks: Sequence[tuple[Any, ...]], ranges: Sequence[Range], crew: Crew
) -> Iterator[tuple[int, Shard]]:
    """The shards, as they come; on a terminal with a count, its rate and the time left, and silently elsewhere."""
    expected = Expected(ranges)
    how = "about" if expected.estimated else None
    with tqdm(total=expected.articles, desc=how, unit=" articles", disable=None, leave=False) as bar:
        for nth, one in _each(setting, tasks, ranges, crew, bar.update):
            expected.came(nth, one.articles)
            bar.total = expected.articles
            yield nth, one


def _each(
    setting: Setting,
    tasks: Sequence[tuple[Any, ...]],
    ranges: Sequence[Range],
    crew: Crew,
    told: Callable[[int], object],
) -> Iterator[tuple[int, Shard]]:
    """The shards, as they come, by this process or by others; `told` hears of articles that are done."""
    if crew.workers == 1 or len(tasks) == 1:
        yield from crew.each(partial(shard, setting, told=told), tasks, ranges)
        return
    pickled = _pickled(replace(setting, key="") if crew.apart else setting)
    # Named for what is in it, because a worker of a cluster remembers the setting of an earlier build by its path.
    path = setting.place.with_name(f"setting-{hashlib.sha256(pickled).hexdigest()}")
    path.write_bytes(pickled)
    work = partial(shard_apart, path, beside=setting.held.files if crew.apart else ())
    made = _apart(setting, work, tasks, ranges, crew) if crew.apart else crew.each(work, tasks, ranges)
    for nth, one in made:
        told(one.articles)
        yield nth, one


def _apart(
    setting: Setting, work: Callable[..., Shard], tasks: Sequence[tuple[Any, ...]], ranges: Sequence[Range], crew: Crew
) -> Iterator[tuple[int, Shard]]:
    """The shards by workers that see no file of this machine: what is kept is found, and gets its name, here."""
    names = [kept.name(setting.place, setting.key, part) for part in ranges]
    stamps = [kept.stamp(part) for part in ranges]
    said_of = partial(said, setting.held)
    left = []
    for nth, name in enumerate(names):
        if name and (found := kept.found(name, said_of)):
            yield nth, found
        else:
            left.append(nth)
    for nth, made in crew.each(work, [tasks[nth] for nth in left], [ranges[nth] for nth in left]):
        at = left[nth]
        if (name := names[at]) and not made.problems and kept.stamp(ranges[at]) == stamps[at]:
            kept.keep(made, name, said_of)
        yield at, made


def _pickled(setting: Setting) -> bytes:
    """The setting for other processes. Raises UsageError where they could not have a stage."""
    for stage in setting.stages:
        try:
            pickle.dumps(stage)
        except (pickle.PicklingError, AttributeError):
            what = f"the stage {stage.__name__} cannot be found by another process"
            raise UsageError(f"{what}. Define it at the top of a module, or say --workers 1.") from None
    return pickle.dumps(setting, protocol=5)


def _twice(ranges: Sequence[Range], shards: Sequence[Shard]) -> dict[int, list[ArticleError]]:
    """By number of the range, what to say of articles whose id is that of a file or of an earlier row."""
    files = {path.stem: path for one in ranges if not one.pooled for path in one.paths}
    pools = [nth for nth, one in enumerate(ranges) if one.pooled]
    doubles = _doubles(files, [path for nth in pools for path in shards[nth].places])
    if not doubles and not any(shards[nth].twice for nth in pools):
        return {}
    found: dict[int, list[ArticleError]] = {}
    seen = set(files)
    for nth in pools:
        for some in map(places, shards[nth].places):
            ids, where = some["article_id"].to_pylist(), some["where"].to_pylist()
            for number, article_id, place in zip(numbers(ids).tolist(), ids, where, strict=True):
                if number not in doubles:
                    continue
                if article_id in seen:
                    found.setdefault(nth, []).append(taken(article_id, place, files.get(article_id)))
                seen.add(article_id)
        again = [taken(article_id, where, files.get(article_id)) for article_id, where in shards[nth].twice]
        if again:
            found.setdefault(nth, []).extend(again)
    return found


def _doubles(files: Iterable[str], paths: Sequence[Path]) -> set[int]:
    """The numbers of ids that come twice, 8 bytes an article in memory; it may have that of two ids that came once."""
    parts = [numbers(places(path, [0])["article_id"].to_pylist()) for path in paths]
    held = np.sort(np.concatenate([numbers(files), *parts]))
    return set(held[1:][held[1:] == held[:-1]].tolist())
