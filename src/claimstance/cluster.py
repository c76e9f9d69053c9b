"""Workers of a Dask cluster that share the work of a build: a crew whose processes are on other machines.

They see the corpus and the workplace of the build at the same paths as the process that leads, in a file system that
all share, or get what they need through a store (`share`); and they have the same code and packages (`alike`): each is
asked before the work starts, and looks again before each task, because workers come and go. One task at a time goes to
each of them. What a task comes to is small; what it makes lies in files.

A worker that dies takes its task with it, and Dask gives that to another. It gives up when more workers died over a
task than the scheduler's `allowed-failures`; then the task is named.

Whoever reaches a scheduler may run anything on its workers, see docs/cluster.md. An edge: nothing else imports Dask.
"""

import contextlib
import logging
import pickle
import threading
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from claimstance.alike import ALIKE, Same, differs, same_as_here
from claimstance.crew import Crew, Task, ended
from claimstance.errors import ClusterError, UsageError
from claimstance.share import begun, came, done, sent
from claimstance.stages import Stage

T = TypeVar("T")
SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
REACH = 10.0  # seconds for a scheduler to answer
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


class Cluster(Crew):
    """The workers behind the scheduler at `address`; those of now and those that join."""

    def __init__(self, address: str, root: Path, place: Path, stages: Sequence[Stage], share: str = "") -> None:
        super().__init__(2)  # at least one beside the process that leads
        self.address, self.apart = address, bool(share)
        self._client: Any = None
        self._running: dict[Any, int] = {}
        self._store = begun(share) if share else None
        self._same = same_as_here(root, place, stages, self._store)

    def __enter__(self) -> "Cluster":
        """Itself, when the scheduler answers and all workers are as this process is. Raises ClusterError."""
        try:
            self._client = _connected(self.address)
            self._asked()
        except BaseException:
            self._end()
            raise
        return self

    def each(self, work: Callable[..., T], tasks: Sequence[Task], names: Sequence[object]) -> Iterator[tuple[int, T]]:
        """As a crew does; but a task that is alone goes to a worker too, because it may be the one that kills."""
        return self._shared(work, tasks, names) if self.workers > 1 else super().each(work, tasks, names)

    def _asked(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=LEFT)
        except TimeoutError:
            raise ClusterError(self.address, "no worker has joined this scheduler", "Start some.") from None
        with self._lost():
            answers = self._client.run(differs, self._same, on_error="return")
        for worker, said in sorted(answers.items()):
            if isinstance(said, OSError):  # it went away meanwhile
                continue
            if isinstance(said, Exception):  # it cannot even be asked
                said = (f"has no claimstance like this one ({type(said).__name__}: {said})", ALIKE)
            if said:
                raise ClusterError(worker, *said)

    def _shared(
        self, work: Callable[..., T], tasks: Sequence[Task], names: Sequence[object]
    ) -> Iterator[tuple[int, T]]:
        from distributed import KilledWorker

        call = self._store and sent(self._store, work)
        waiting, deaths = deque(range(len(tasks))), Counter[int]()
        while waiting or self._running:
            while waiting and len(self._running) < self._workers():
                nth = waiting.popleft()
                said: tuple[Any, ...] = (_done, self._same, pickle.dumps((work, tasks[nth]), protocol=5))
                if self._store:
                    said = (_done_apart, self._same, self._store.url, call, sent(self._store, tasks[nth]))
                self._running[self._client.submit(*said, pure=False)] = nth
            for future in self._some_done():
                nth = self._running.pop(future)
                with self._lost():
                    error = future.exception()
                    result: Any = None if error else future.result()
                if not error:
                    yield nth, came(self._store, result) if self._store else result
                    continue
                if isinstance(error, ImportError):  # a worker that joined after the others were asked
                    raise ClusterError(self.address, f"a worker has no claimstance like this one ({error})", ALIKE)
                if not isinstance(error, KilledWorker | MemoryError):
                    raise error
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
                ready = wait(list(self._running), timeout=REACH, return_when="FIRST_COMPLETED").done
                return sorted(ready, key=self._running.__getitem__)
            last = time.monotonic() if self._workers(0) else last
            if time.monotonic() - last > LEFT:
                self._running.clear()
                raise ClusterError(self.address, "no worker is left", _AGAIN)

    def _workers(self, least: int = 1) -> int:
        """How many are there, or so many."""
        with self._lost():
            return max(least, len(self._client.nthreads()))

    @contextlib.contextmanager
    def _lost(self) -> Iterator[None]:
        """Say in our words that the scheduler went away."""
        from distributed import CancelledError

        try:
            yield
        except TimeoutError:
            raise
        except (CancelledError, OSError):
            self._running.clear()
            raise ClusterError(self.address, "the scheduler went away", _AGAIN) from None

    def _end(self) -> None:
        """Let the workers finish what they are at, so that nobody writes to a workplace that is no more."""
        if self._client:
            from distributed import wait

            with contextlib.suppress(Exception), self._client.as_current():  # there is an error already, or all is done
                wait(list(self._running), timeout=LEFT)
            self._client.close()
        self._running.clear()
        if self._store:
            self._store.clear()


_AGAIN = "The last build stays as it was. See to the cluster, and run it again: what is finished is kept."


def _connected(address: str) -> Any:
    try:
        from distributed import Client, Security
    except ImportError:
        what = "--engine dask://HOST:PORT needs distributed, which is not installed"
        raise UsageError(f"{what}. Say: pip install 'claimstance[dask]'") from None
    for name in ("distributed", "distributed.client", "tornado", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is told by us
    if address.startswith("tls:") and not Security().get_connection_args("client").get("ssl_context"):
        then = "Name one in Dask's configuration, see docs/cluster.md."
        raise ClusterError(address, "this takes a certificate, and none is configured here", then)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions of what the scheduler has, which does no work
            return Client(address, timeout=REACH, set_as_default=False, name="claimstance")
    except (OSError, ImportError, ValueError, TypeError) as error:
        what = f"no scheduler of Dask's answers there ({' '.join(str(error).split()) or type(error).__name__})"
        raise ClusterError(address, what, "Start it, or see that it can be reached from here.") from None


def _done_apart(same: Same, *said: Any) -> Any:
    """Do a task on a worker that sees no file of the process that leads."""
    from distributed import get_worker

    worker = get_worker()
    with _AT_A_TIME:
        if other := differs(same):
            raise ClusterError(worker.address, *other)
        url, work, task = said
        return done(url, Path(worker.local_directory), work, task)


def _done(same: Same, said: bytes) -> Any:
    """Do a task; on a worker."""
    with _AT_A_TIME:
        if other := differs(same):
            from distributed import get_worker

            raise ClusterError(get_worker().address, *other)
        work, task = pickle.loads(said)  # noqa: S301 - whoever can send it runs code here anyway
        return work(*task)
