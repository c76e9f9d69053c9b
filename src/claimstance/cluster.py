"""Workers of a Dask cluster that share the work of a build: a crew whose processes are on other machines.

They see the corpus and the workplace of the build at the same paths as the process that leads, in a file system that
all share, and have the same code and packages: each worker is asked before the work starts, and looks again before each
task, because workers come and go. One task at a time goes to each of them. What a task comes to is small; what it makes
lies in files.

A worker that dies takes its task with it, and Dask gives that to another. It gives up when more workers died over a
task than the scheduler's `allowed-failures`; then the task is named.

Whoever reaches a scheduler may run anything on its workers, see docs/cluster.md. An edge: nothing else imports Dask.
"""

import contextlib
import hashlib
import importlib
import logging
import pickle
import platform
import secrets
import threading
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from claimstance import kept
from claimstance.crew import Crew, Task, ended
from claimstance.digests import of_file
from claimstance.errors import ClusterError, UsageError
from claimstance.stages import Stage

T = TypeVar("T")
SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
REACH = 10.0  # seconds for a scheduler, and its first worker, to answer
LEFT = 60.0  # seconds without any worker, and for what runs when a build ends

_AT_A_TIME = threading.Lock()  # one task a process: threads do no Python side by side, and each shard takes memory


def engine(said: str) -> str:
    """It will read what shares the work from the command line: the address of a scheduler, or nothing for `local`.
    Raises ValueError.
    """
    if said == "local":
        return ""
    parts = urlsplit(said)
    address = f"{parts.scheme}://{parts.netloc}"
    if said != address or parts.scheme not in SCHEMES or "@" in said or not (parts.hostname and parts.port):
        raise ValueError(said)
    return f"{SCHEMES[parts.scheme]}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Same:
    """What a worker must have as the process that leads has it: versions by package, digests of code by module, digests
    of files by path.
    """

    versions: Mapping[str, str]
    code: Mapping[str, str]
    files: Mapping[Path, str]


class Cluster(Crew):
    """The workers behind the scheduler at `address`; those of now and those that join."""

    def __init__(self, address: str, root: Path, place: Path, stages: Sequence[Stage]) -> None:
        super().__init__(2)  # at least one beside the process that leads
        self.address, self._running = address, dict[Any, int]()
        self._same = _same(root, place, stages)

    def __enter__(self) -> "Cluster":
        """Itself, when the scheduler answers and all workers are as this process is. Raises ClusterError."""
        self._client = _connected(self.address)
        try:
            self._asked()
        except BaseException:
            self._client.close()
            raise
        return self

    def _asked(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=REACH)
        except TimeoutError:
            raise ClusterError(self.address, "no worker has joined this scheduler", "Start some.") from None
        for worker, said in sorted(self._client.run(_differs, self._same, on_error="return").items()):
            if isinstance(said, OSError):  # it went away meanwhile
                continue
            if isinstance(said, Exception):  # it cannot even be asked
                said = (f"has no claimstance like this one ({type(said).__name__}: {said})", _ALIKE)
            if said:
                raise ClusterError(worker, *said)

    def _shared(
        self, work: Callable[..., T], tasks: Sequence[Task], names: Sequence[object]
    ) -> Iterator[tuple[int, T]]:
        from distributed import KilledWorker

        waiting, deaths = deque(range(len(tasks))), Counter[int]()
        while waiting or self._running:
            while waiting and len(self._running) < max(1, len(self._client.nthreads())):
                nth = waiting.popleft()
                said = pickle.dumps((work, tasks[nth]), protocol=5)
                self._running[self._client.submit(_done, self._same, said, pure=False)] = nth
            for future in self._some_done():
                nth, error = self._running.pop(future), future.exception()
                if not isinstance(error, KilledWorker | MemoryError):
                    yield nth, future.result()
                    continue
                deaths[nth] += 1 if isinstance(error, MemoryError) else error.allowed_failures + 1
                if deaths[nth] > 1:
                    raise ended(names[nth], "twice, the process that worked on it was killed or ran out of memory")
                waiting.appendleft(nth)

    def _some_done(self) -> list[Any]:
        """Tasks that came to an end, one at least, in order. Raises ClusterError when there is nobody to do them."""
        from distributed import wait

        last = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError), self._lost(), self._client.as_current():
                done = wait(list(self._running), timeout=REACH, return_when="FIRST_COMPLETED").done
                return sorted(done, key=self._running.__getitem__)
            with self._lost():
                last = time.monotonic() if self._client.nthreads() else last
            if time.monotonic() - last > LEFT:
                raise ClusterError(self.address, "no worker is left", _AGAIN)

    @contextlib.contextmanager
    def _lost(self) -> Iterator[None]:
        """Say in our words that the scheduler went away."""
        from distributed import CancelledError

        try:
            yield
        except TimeoutError:
            raise
        except (CancelledError, OSError):
            raise ClusterError(self.address, "the scheduler went away", _AGAIN) from None

    def _end(self) -> None:
        """Let the workers finish what they are at, so that nobody writes to a workplace that is no more."""
        from distributed import wait

        with contextlib.suppress(Exception), self._client.as_current():  # there is an error already, or all is done
            wait(list(self._running), timeout=LEFT)
        self._running.clear()
        self._client.close()


_AGAIN = "The last build stays as it was. See to the cluster, and run it again: what is finished is kept."
_ALIKE = "Give all machines the same packages and code, and start the workers anew."
_FILES = "The corpus and the folder of the build have to be in a file system that all machines share, at one path."


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        what = "--engine dask://HOST:PORT needs distributed, which is not installed"
        raise UsageError(f"{what}. Say: pip install 'claimstance[dask]'") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told by us
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions of what the scheduler has, which does no work
            return Client(address, timeout=REACH, set_as_default=False, name="claimstance")
    except (OSError, ImportError, ValueError, TypeError) as error:
        what = f"no scheduler of Dask's answers there ({' '.join(str(error).split()) or type(error).__name__})"
        raise ClusterError(address, what, "Start it, or see that it can be reached from here.") from None


def _same(root: Path, place: Path, stages: Sequence[Stage]) -> Same:
    """What workers must have, with a file in the workplace that is there only now. Raises UsageError."""
    for stage in stages:
        if stage.__module__ == "__main__":
            what = f"the stage {stage.__name__} cannot be found by another process"
            raise UsageError(f"{what}. Define it at the top of a module, or leave out --engine.")
    probe = place / "probe"
    probe.write_text(secrets.token_hex(), encoding="utf-8")
    files = {path: of_file(path) for path in (probe, root / "corpus" / "dataset.yaml")}
    return Same(
        _versions(), {name: _code(name) for name in ("claimstance", *{one.__module__ for one in stages})}, files
    )


def _differs(same: Same) -> tuple[str, str] | None:
    """What is not so in this process, as a clause, and what next; asked on a worker."""
    versions = _versions()
    for name, wanted in same.versions.items():
        if versions.get(name) != wanted:
            return f"has {name} {versions.get(name, 'not at all')}, and the process that leads has {wanted}", _ALIKE
    for name, wanted in same.code.items():
        if _code(name) != wanted:
            return f"has other code of {name} than the process that leads", _ALIKE
    for path, wanted in same.files.items():
        try:
            if of_file(path) != wanted:
                return f"sees another {path} than the process that leads", _FILES
        except OSError as error:
            return f"cannot read {path} ({error.strerror})", _FILES
    return None


def _done(same: Same, said: bytes) -> Any:
    """Do a task; on a worker."""
    with _AT_A_TIME:
        if differs := _differs(same):
            from distributed import get_worker

            raise ClusterError(get_worker().address, *differs)
        work, task = pickle.loads(said)  # noqa: S301 - whoever can send it runs code here anyway
        return work(*task)


def _versions() -> dict[str, str]:
    return {"Python": platform.python_version(), **dict(line.split(" ", 1) for line in kept.versions())}


@cache
def _code(module: str) -> str:
    """The digest of a module, or of all of a package, as it was when this process first took part; none where the
    module is not there.
    """
    try:
        file = importlib.import_module(module).__file__
    except ImportError:
        return ""
    if not file:
        return ""
    paths = sorted(Path(file).parent.rglob("*.py")) if Path(file).name == "__init__.py" else [Path(file)]
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(Path(file).parent).as_posix()}\0{of_file(path)}\n".encode())
    return found.hexdigest()
