"""What annotations cost: exports of 10,000 and 40,000 tasks of 50 regions each, read, and built with their articles.

    .venv/bin/python benchmarks/annotations.py [--tasks 10000] [--times 4] [--jobs floor read …]

Each article of benchmarks/scale (3 kB) is a task that five of 24 annotators did, ten regions each, with the types of
claims and an arrow from a claim to who says it; every tenth article also has a pair that five judged. The floor is
msgspec, which makes plain dicts of one line after the other and looks at nothing. The peers read what Label Studio
itself exports, one array: `json`, which holds all of it, and ijson, a task at a time. Each job is a process of its own.
"""

import argparse
import hashlib
import importlib
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent.parent), str(HERE.parent.parent / "scripts")]  # for benchmarks and scripts/build.py

Json = dict[str, Any]
ANNOTATORS = [f"ann-{nth:02d}" for nth in range(24)]
JUDGES, CLAIMS = 5, 10  # annotators a task, and what each marks where nobody is quoted
PAIRS = 10  # every so manieth article has a judged pair
TYPES = ("event_property", "numerical", "quote", "causal", "position")
STANCES = ("SUPPORTS", "REFUTES", "NOT_ENOUGH_INFO", "DISPUTED", "DISCUSSES")
SAID = re.compile(r"(?:([A-Z]\w+ [A-Z]\w+) (\w+) that )?([Tt]he [a-z ]+ in \d{4})")
ENTRY = re.compile(r"\[1\] (.*?)(?= \[2\]|$)")
BEGUN = datetime(2026, 2, 1, tzinfo=UTC)


def corpus(folder: Path, count: int) -> Path:
    """A corpus of `count` articles with what annotators said of each."""
    from benchmarks.scale.pools import POOL, article, pool

    from claimstance import template

    template.new(folder)
    (folder / POOL).parent.mkdir()
    pool(folder.parent, count).rename(folder / POOL)
    lines = {"spans": span_task, "pairs": pair_task}
    people = "".join(f"  {name}: {{kind: person}}\n" for name in ANNOTATORS)
    plan = "".join(f'  {one}: {{kind: {one}, purpose: main, guideline_version: "1.0"}}\n' for one in lines)
    (folder / "annotations" / "batches.yaml").write_text(f"annotators:\n{people}batches:\n{plan}", encoding="utf-8")
    for batch, line in lines.items():
        (folder / "annotations" / batch).mkdir()
        step = PAIRS if batch == "pairs" else 1
        _write(folder / "annotations" / batch, (line(article(number), number) for number in range(0, count, step)))
    return folder


def _write(folder: Path, tasks: Iterator[Json]) -> None:
    """What was sent and what was pulled, with their digests."""
    names = ("tasks.jsonl", "2026-03-02.jsonl")
    sums = [hashlib.sha256() for _ in names]
    with (folder / names[0]).open("wb") as sent, (folder / names[1]).open("wb") as pulled:
        for task in tasks:
            for file, found, said in zip((sent, pulled), sums, ({"data": task["data"]}, task), strict=True):
                line = json.dumps(said, ensure_ascii=False, sort_keys=True).encode() + b"\n"
                file.write(line)
                found.update(line)
    listed = sorted((name, one.hexdigest()) for name, one in zip(names, sums, strict=True))
    (folder / "SHA256SUMS").write_text("".join(f"{found}  {name}\n" for name, found in listed), encoding="utf-8")


def span_task(article: Json, number: int) -> Json:
    """What five annotators marked in an article: nine times in ten the same words."""
    chance, text = random.Random(-1 - number), article["text"]
    data = {
        "annotators": f"|{'|'.join(ANNOTATORS)}|",
        "article_id": article["id"],
        "batch": "spans",
        "start": 0,
        "task_id": article["id"],
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "title": text.partition("\n")[0],
    }
    found = list(SAID.finditer(text, len(data["title"])))
    quoted = [one for one in found if one[1]][:1]
    plain = [one for one in found if one not in quoted]
    wanted = [*quoted, *plain[: CLAIMS - 3 * len(quoted)]]
    return _task(data, number, chance, [_marked(text, wanted, plain, chance) for _ in range(JUDGES)])


def _marked(text: str, wanted: list[re.Match[str]], others: list[re.Match[str]], chance: random.Random) -> list[Json]:
    """One annotator's regions, the type of each second claim, and who said the one that is quoted."""
    result = []
    for nth, one in enumerate(wanted):
        place = (chance.choice(others) if nth and chance.random() < 0.05 else one).span(3)
        place = (place[0], place[1] - len(" in 2014")) if nth and chance.random() < 0.05 else place
        result.append(_region(f"c{nth}", "Claim", place, text))
        if nth % 2:
            said = {"choices": [TYPES[nth % 5] if chance.random() < 0.8 else chance.choice(TYPES)]}
            result.append(_result("choices", "claim_type", f"c{nth}", result[-1]["value"] | said))
            result[-1]["value"].pop("labels")
        if one[1] and not nth:
            result += [_region("s0", "Source", one.span(1), text), _region("q0", "Cue", one.span(2), text)]
            arrow = {"direction": "right", "from_id": f"c{nth}", "to_id": "s0", "labels": ["attributed_to"]}
            result.append({"type": "relation", **arrow})
    return sorted(result, key=lambda one: json.dumps(one, sort_keys=True))


def pair_task(article: Json, number: int) -> Json:
    """What five annotators judged of the first claim that all marked, and the first source of the list."""
    chance, text = random.Random(-1 - number), article["text"]
    found = list(SAID.finditer(text, text.index("\n")))
    start, end = next((one for one in found if one[1]), found[0]).span(3)
    claim_id, source_id = f"{article['id']}.c{start:06d}-{end:06d}", f"{article['id']}.r001"
    entry = ENTRY.search(text)
    data = {
        "annotators": f"|{'|'.join(ANNOTATORS)}|",
        "article_id": article["id"],
        "batch": "pairs",
        "claim": text[start:end],
        "claim_id": claim_id,
        "context": text[start - 20 : end + 1],
        "evidence_text": "",
        "source_id": source_id,
        "source_name": entry[1] if entry else "",
        "task_id": f"{claim_id}|{source_id}",
    }
    truth = chance.choice(STANCES)
    said = [truth if chance.random() < 0.8 else chance.choice(STANCES) for _ in range(JUDGES)]
    return _task(data, number, chance, [[_answer("stance", label)] for label in said])


def _task(data: Json, number: int, chance: random.Random, said: list[list[Json]]) -> Json:
    """A line of a pull: what each of five annotators said."""
    who = [ANNOTATORS[(number + JUDGES * nth) % len(ANNOTATORS)] for nth in range(JUDGES)]
    made = [_annotation(one, number, chance, result) for one, result in zip(who, said, strict=True)]
    return {"annotations": sorted(made, key=lambda one: str(one["unique_id"])), "data": data, "id": number}


def _annotation(by: str, number: int, chance: random.Random, result: list[Json]) -> Json:
    key = f"{chance.getrandbits(128):032x}"
    moment = (BEGUN + timedelta(seconds=number, microseconds=1)).isoformat().replace("+00:00", "Z")
    return {
        "completed_by": by,
        "created_at": moment,
        "ground_truth": False,
        "id": chance.getrandbits(31),
        "lead_time": 30.0,
        "result": result,
        "unique_id": f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}",
        "updated_at": moment,
        "was_cancelled": False,
    }


def _region(region_id: str, label: str, place: tuple[int, int], text: str) -> Json:
    value = {"end": place[1], "labels": [label], "start": place[0], "text": text[slice(*place)]}
    return _result("labels", "span", region_id, value)


def _answer(name: str, label: str) -> Json:
    return _result("choices", name, "st", {"choices": [label]}) | {"to_name": "claim"}


def _result(kind: str, name: str, region_id: str, value: Json) -> Json:
    return {"from_name": name, "id": region_id, "origin": "manual", "to_name": "text", "type": kind, "value": value}


def pulls(folder: Path) -> list[Path]:
    """The files that were pulled."""
    return sorted((folder / "annotations").glob("*/2026-*.jsonl"))


def array(folder: Path) -> Path:
    """The same tasks of round 1 as Label Studio exports them: one array in one file."""
    path = folder / "export.json"
    if not path.exists():
        with path.open("wb") as file, (folder / "annotations" / "spans" / "2026-03-02.jsonl").open("rb") as lines:
            for nth, line in enumerate(lines):
                file.write((b"," if nth else b"[") + line)
            file.write(b"]")
    return path


def floor(folder: Path) -> int:
    """Each line of the pulls as plain dicts, looked at by nobody."""
    import msgspec

    decode, count = msgspec.json.Decoder().decode, 0
    for path in pulls(folder):
        with path.open("rb") as file:
            for line in file:
                decode(line)
                count += 1
    return count


def checked(folder: Path) -> int:
    """Our first reading: digests, who said it, what was shown; then it is known where each task stands."""
    from claimstance.annotation import exports

    found = exports.held(folder / "annotations")
    return len(found) + len(found.articles("pairs"))  # one task an article and kind


def read(folder: Path) -> int:
    """The same, and then every task of every article as the stages get it."""
    from claimstance.annotation import exports

    return sum(map(len, exports.held(folder / "annotations").values()))


def whole(folder: Path) -> int:
    """The array as the standard library reads it."""
    with array(folder).open("rb") as file:
        return len(json.load(file))


def streamed(folder: Path) -> int:
    """The array as ijson reads it, a task at a time."""
    import ijson

    with array(folder).open("rb") as file:
        return sum(1 for _ in ijson.items(file, "item"))


def built(folder: Path) -> int:
    """The whole build, by one process."""
    from build import STAGES
    from claimstance.build import build

    build(folder, folder / "build", STAGES)
    return sum(_lines(path) for path in pulls(folder))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def nothing(folder: Path) -> int:
    """The imports alone."""
    import build  # noqa: F401

    return 0


# What each job does, and what it imports before its time is taken.
JOBS: dict[str, tuple[Callable[[Path], int], str]] = {
    "start-up": (nothing, "build"),
    "floor": (floor, "msgspec"),
    "checked": (checked, "claimstance.annotation.exports"),
    "read": (read, "claimstance.annotation.exports"),
    "json": (whole, "json"),
    "ijson": (streamed, "ijson"),
    "build": (built, "build"),
}


def main() -> None:
    """Measure side by side and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=4, help="how many times as many the second corpus has")
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=[*JOBS], metavar="JOB", help=", ".join(JOBS))
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.job:
        work, imports = JOBS[said.job]
        importlib.import_module(imports)
        began = time.process_time()
        print(work(said.folder), time.process_time() - began)
        return
    print(f"{'job':>10} {'tasks':>8} {'MB':>6} {'CPU s':>8} {'tasks/CPU s':>12} {'peak MB':>8}")
    peaks: dict[str, list[float]] = {}
    for count in (said.tasks, said.tasks * said.times) if said.times > 1 else (said.tasks,):
        with tempfile.TemporaryDirectory() as place:
            for job, peak in _measured(corpus(Path(place) / "corpus", count), said.jobs):
                peaks.setdefault(job, []).append(peak)
    for job, (few, *many) in peaks.items():
        if many:
            print(f"{job}: {said.times} times the tasks take {many[0] / few:.2f} times the memory")


def _measured(folder: Path, jobs: list[str]) -> Iterator[tuple[str, float]]:
    """Each job's peak memory, once its line is printed; CPU seconds are without the imports."""
    from benchmarks.validate import measure

    size = sum(path.stat().st_size for path in pulls(folder)) / 1e6
    if {"json", "ijson"} & {*jobs}:
        array(folder)
    for job in jobs:
        took = measure([str(HERE), "--job", job, "--folder", str(folder)], os.sched_getaffinity(0))
        count, cpu = (float(one) for one in took.said.split()[-2:])
        print(f"{job:>10} {count:>8.0f} {size:>6.0f} {cpu:>8.2f} {count / cpu:>12.0f} {took.peak:>8.0f}", flush=True)
        yield job, took.peak


if __name__ == "__main__":
    main()
