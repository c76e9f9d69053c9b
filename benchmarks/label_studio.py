"""How fast and how lean tasks go to Label Studio and come back, beside the server's own import of them in one request.

    LABEL_STUDIO_URL=… LABEL_STUDIO_API_KEY=… .venv/bin/python benchmarks/label_studio.py [--tasks 10000] [--rounds 3]

It makes projects of its own and deletes them. Each run is a process of its own, so that its peak of memory is its own;
a round is one import in one request into a fresh project, then one push into another, and the ratio is of their times.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from claimstance.annotation import signed
from claimstance.annotation.batches import Annotator, Batch, Plan
from claimstance.annotation.studio import outbox, pulls
from claimstance.annotation.studio.server import Server, connect, connection

HERE = Path(__file__).resolve()
FORM = HERE.parent.parent / "schemas" / "labeling" / "spans.xml"
WORDS = (
    "harbour board gate tide council letter winter ferry crossing price report engineer school market water storm"
    " village bridge meeting figure паром кран שער 🙂 quarter union driver station garden paper clinic season budget"
).split()
BATCH = "benchmark"


def tasks(count: int) -> Iterator[dict[str, Any]]:
    """Invented tasks of about 2 kB of text with six spans found beforehand; the same for the same number."""
    for number in range(count):
        chance = random.Random(number)
        text = " ".join(chance.choices(WORDS, k=300))
        yield {
            "data": {
                "annotators": "|ada|bo|",
                "article_id": f"a{number:08d}",
                "batch": BATCH,
                "start": 0,
                "task_id": f"a{number:08d}",
                "text": text,
                "text_sha256": f"{number:064x}",
                "title": f"Article {number}",
            },
            "predictions": [{"model_version": "claimstance", "result": [span(text, nth) for nth in range(6)]}],
        }


def span(text: str, nth: int) -> dict[str, Any]:
    """The nth of a text's spans."""
    start, end = 200 * nth, 200 * nth + 40
    value = {"start": start, "end": end, "text": text[start:end], "labels": ["Claim"]}
    return {"id": f"r{nth}", "from_name": "span", "to_name": "text", "type": "labels", "value": value}


def one_import(server: Server, project: int, count: int) -> float:
    """The server's own way: all tasks in one request, by plain HTTP."""
    body = json.dumps(list(tasks(count)), ensure_ascii=False).encode()
    headers = {"content-type": "application/json"}
    options = {"timeout_in_seconds": 3600, "max_retries": 0}
    began = time.perf_counter()
    answer = server.wire.http.request(
        f"api/projects/{project}/import", method="POST", content=body, headers=headers, request_options=options
    )
    assert answer.json()["task_count"] == count
    return time.perf_counter() - began


def push(server: Server, project: int, count: int) -> float:
    """Ours: what is there is asked, tasks are sent in parts, counted, and read back."""
    began = time.perf_counter()
    assert server.push(project, BATCH, tasks(count)).sent == count
    return time.perf_counter() - began


def push_again(server: Server, project: int, count: int) -> float:
    """A push of what is there already: all of it is read and compared."""
    began = time.perf_counter()
    assert server.push(project, BATCH, tasks(count)).already == count
    return time.perf_counter() - began


def export(server: Server, project: int, count: int) -> float:
    """All tasks of a project, through a snapshot."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        assert sum(1 for _ in server.export(project, Path(folder))) == count
    return time.perf_counter() - began


def pull(server: Server, project: int, count: int) -> float:
    """The same into the file that a corpus keeps: compared with what was sent, sorted, signed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / BATCH
        folder.mkdir()
        outbox.write(folder / "tasks.jsonl.part", tasks(count))
        signed.put(folder / "tasks.jsonl.part")
        people = {name: Annotator(name, "person") for name in ("ada", "bo")}
        plan = Plan(people, {BATCH: Batch(BATCH, "spans", "main", "1.0", annotators=tuple(people))})
        began = time.perf_counter()
        assert pulls.pull(folder, plan, server.export(project, Path(place)), {}, "2026-03-02").tasks == count
        return time.perf_counter() - began


JOBS = {"one import": one_import, "push": push, "push again": push_again, "export": export, "pull": pull}


def measure(job: str, project: int, count: int) -> tuple[float, float]:
    """Seconds, and the peak of our memory in MB."""
    line = [sys.executable, str(HERE), "--job", job, "--project", str(project), "--tasks", str(count)]
    seconds, peak = subprocess.run(line, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(peak)


def main() -> None:
    """Measure side by side and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--project", type=int, help=argparse.SUPPRESS)
    said = parser.parse_args()
    server = connect(*connection(os.environ))
    if said.job:
        seconds = JOBS[said.job](server, said.project, said.tasks)
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    print(f"{'run':>12} {'s':>7} {'tasks/s':>8} {'of one import':>14} {'our peak MB':>12}")
    for turn in range(said.rounds):
        projects = [server.project(f"benchmark {turn} {kind}", FORM.read_text(encoding="utf-8"), "") for kind in "ab"]
        took: dict[str, float] = {}
        try:
            for job, project in zip(JOBS, [projects[0], *[projects[1]] * 4], strict=True):
                took[job], peak = measure(job, project, said.tasks)
                ratio = took[job] / took["one import"]
                print(f"{job:>12} {took[job]:>7.1f} {said.tasks / took[job]:>8.0f} {ratio:>14.2f} {peak:>12.0f}")
        finally:
            for project in projects:
                server.wire.ask("delete a project", "DELETE", f"api/projects/{project}/", patience=3600)


if __name__ == "__main__":
    main()
