"""Processes that share the work of a build.

Tasks are handed out one at a time, and what they come to arrives in whatever order, with the task's number. A process
that is killed, or runs out of memory, takes its task with it: that task, and those that the pool lost with it, are done
again, each in a fresh process and alone. One that ends twice is an error that names the task.

Processes come from a fork server, where there is one: it has imported the code and has no threads, so that a fork of it
is safe and quick. Threads of Arrow's and of numpy's libraries are one a process.
"""

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import Any, TypeVar

from claimstance.errors import ClaimstanceError

T = TypeVar("T")
Task = tuple[Any, ...]
_ENDED = (BrokenProcessPool, MemoryError)
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def cores() -> int:
    """It will be how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def trim() -> None:
    """It will give back memory that nobody holds and glibc keeps: after deciding, before tables are merged, that was 49
    of 122 MB for a million articles, and 19 of 84 for 100,000.
    """
    found = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if found:
        found(0)


def workers(said: str) -> int:
    """It will read a number of processes from the command line. Raises ValueError."""
    if (count := int(said)) < 1:
        raise ValueError(said)
    return count


class Crew:
    """`workers` processes, started when there is something to share; one worker is this process itself."""

    apart = False  # whether they see no file of this process

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Crew":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes: what they are at is finished, what waits is not begun."""
        self._end()

    def each(self, work: Callable[..., T], tasks: Sequence[Task], names: Sequence[object]) -> Iterator[tuple[int, T]]:
        """It will call `work` with each task and give what that comes to, with the task's number. Raises what `work`
        raises, and ClaimstanceError with the name of a task that ended its process twice.
        """
        if self.workers > 1 and len(tasks) > 1:
            yield from self._shared(work, tasks, names)
            return
        for nth, task in enumerate(tasks):
            try:
                came = work(*task)
            except MemoryError:
                raise ended(names[nth], "memory ran out") from None
            yield nth, came

    def _shared(
        self, work: Callable[..., T], tasks: Sequence[Task], names: Sequence[object]
    ) -> Iterator[tuple[int, T]]:
        waiting = deque(range(len(tasks)))
        running: dict[Future[T], int] = {}
        while waiting or running:
            while waiting and len(running) < self.workers:
                nth = waiting.popleft()
                running[self._submitted(work, tasks[nth])] = nth
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            if any(isinstance(one.exception(), _ENDED) for one in done):
                done, _ = wait(running)  # a pool that lost one process gives up the others' tasks as well
            ended = []
            for future in sorted(done, key=running.__getitem__):
                nth = running.pop(future)
                if isinstance(future.exception(), _ENDED):
                    ended.append(nth)
                else:
                    yield nth, future.result()
            if ended:
                self._end()
                for nth in ended:
                    yield nth, _again(work, tasks[nth], names[nth])

    def _submitted(self, work: Callable[..., T], task: Task) -> Future[T]:
        """The task, on its way to a process; to one of a new pool, where the old one broke meanwhile."""
        self._pool = self._pool or _pool(self.workers)
        try:
            return self._pool.submit(work, *task)
        except BrokenProcessPool:
            self._end()
            self._pool = _pool(self.workers)
            return self._pool.submit(work, *task)

    def _end(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
        self._pool = None


def _again(work: Callable[..., T], task: Task, name: object) -> T:
    """Do a task once more, alone."""
    with _pool(1) as alone:
        try:
            return alone.submit(work, *task).result()
        except _ENDED:
            raise ended(name, "twice, the process that worked on it was killed or ran out of memory") from None


def ended(name: object, what: str) -> ClaimstanceError:
    """It will be what to say of a task that nobody could end."""
    then = "See what is special there, free memory or take fewer --workers, and run it again: what is finished is kept."
    return ClaimstanceError(f"{name}: {what}. The last build stays as it was. {then}")


def _pool(workers: int) -> ProcessPoolExecutor:
    """Processes that start when they are needed."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin)
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    # pyarrow imports pandas for the first array that it makes, which takes each process 0.3 s unless it is there.
    context.set_forkserver_preload(["__main__", "claimstance.build", "pandas"])
    with _environment(dict.fromkeys(_THREADS, "1")):
        forkserver.ensure_running()
    import pandas  # noqa: F401 - this process will want it, too, and would wait for the server now

    return ProcessPoolExecutor(workers, context, _begin)


def _begin() -> None:
    """What a process does first. An interrupt ends it at once, and so does the end of the one that it works for."""
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    gc.freeze()
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    if parent := multiprocessing.parent_process():
        connection.wait([parent.sentinel])
        os._exit(1)


@contextlib.contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    """Variables for a process that is started meanwhile."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
