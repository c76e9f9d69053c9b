"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own that may be killed."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
PATIENCE = 120  # seconds for a cluster to come up on a busy machine


@dataclass(frozen=True)
class Worker:
    """What a worker is started with besides what all are."""

    arguments: Sequence[str] = ("--nthreads", "1")
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def cluster(folder: Path, *workers: Worker) -> Iterator[str]:
    """The address of a scheduler with these workers. What they say goes to files in `folder`."""
    from distributed import Client

    folder.mkdir(parents=True, exist_ok=True)
    port = str(free_port())
    quiet = ["--host", "127.0.0.1", "--no-dashboard"]
    with ExitStack() as running:
        running.enter_context(_process(folder / "scheduler.log", ["scheduler", "--port", port, *quiet], {}))
        for nth, one in enumerate(workers):
            line = ["worker", f"tcp://127.0.0.1:{port}", "--local-directory", str(folder / str(nth)), *quiet]
            log = folder / f"worker-{nth}.log"
            running.enter_context(_process(log, [*line, *one.arguments], one.environment))
        with Client(f"tcp://127.0.0.1:{port}", timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(max(1, len(workers)), timeout=PATIENCE)
        yield f"tcp://127.0.0.1:{port}"


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _process(log: Path, line: Sequence[str], more: Mapping[str, str]) -> Iterator[None]:
    """A process with a clean end: a nanny ends its worker, too."""
    path = os.pathsep.join([more.get("PYTHONPATH", ""), *sys.path])
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{line[0]}", *line[1:]],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **SETTINGS, **more, "PYTHONPATH": path},
            cwd=log.parent,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()
