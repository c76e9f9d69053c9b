"""One job in a process of its own: what it took, by the system's accounting of it and of all that it started (Linux).

CPU seconds and the peak of the biggest process are the kernel's; what all processes held together is looked at twice a
second, with pages that several share counted once.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
EVERY = 0.5  # seconds from one look at the memory to the next


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of the process that leads and of all that it started, wall seconds; peak memory in MB of the biggest
    process, and of all together.
    """

    leads: float
    others: float
    wall: float
    peak: float
    together: float

    @property
    def cpu(self) -> float:
        """CPU seconds of all."""
        return self.leads + self.others


class Failed(Exception):
    """A job ended badly; the last line that it said."""


def measure(job: str, root: Path, workers: int = 1, *, imports: bool = False) -> Measured:
    """It will run a job of benchmarks/scale/jobs on the corpus at `root`, or only what it imports. Raises Failed.

    What the job leaves behind becomes ours, so that its CPU seconds are counted.
    """
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    paths = [str(ROOT), str(ROOT / "src"), str(ROOT / "scripts"), *filter(None, [os.environ.get("PYTHONPATH")])]
    line = [sys.executable, "-m", "benchmarks.scale.job", job, str(root), str(workers), *["--imports"] * imports]
    with tempfile.TemporaryFile() as said:
        began = time.monotonic()
        process = subprocess.Popen(
            line,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        with _all_ended(process.pid), _looked_at(process.pid) as together:
            _, status, usage = os.wait4(process.pid, 0)
            wall, others, peak = time.monotonic() - began, 0.0, usage.ru_maxrss
            process.returncode = os.waitstatus_to_exitcode(status)
            if status:
                raise Failed(_last_line(said) or f"exit code {process.returncode}")
            with contextlib.suppress(ChildProcessError):
                while True:
                    _, _, more = os.wait4(-process.pid, 0)  # of its group
                    others, peak = others + more.ru_utime + more.ru_stime, max(peak, more.ru_maxrss)
    biggest = peak / 1024
    return Measured(usage.ru_utime + usage.ru_stime, others, wall, biggest, max(biggest, *together))


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    return "".join(said.read().decode(errors="replace").strip().splitlines()[-1:])


@contextlib.contextmanager
def _all_ended(session: int) -> Iterator[None]:
    """Whatever happens here, nothing of the job goes on."""
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(session, signal.SIGKILL)


@contextlib.contextmanager
def _looked_at(session: int) -> Iterator[list[float]]:
    """What the processes of a session hold together, in MB, as often as somebody looked."""
    ended, found = threading.Event(), [0.0]

    def look() -> None:
        while not ended.wait(EVERY):
            found.append(sum(map(_held, _members(session))) / 1024)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _members(session: int) -> Iterator[Path]:
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            after = (place / "stat").read_text().rpartition(")")[2].split()  # state, parent, group, session, …
            if int(after[3]) == session:
                yield place


def _held(place: Path) -> int:
    """Memory of a process in kB; of pages that several share, its share."""
    with contextlib.suppress(OSError):
        for line in (place / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
