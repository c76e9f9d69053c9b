"""A stage that counts its calls and fails as it is told, by files beside the corpus, or in the folder ORDERS: whatever
process it runs in; a search and a finish that fail; and who counts what a build finds in its index.
"""

import errno
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from claimstance import finish
from claimstance.articles import tables
from claimstance.articles.read import Raw
from claimstance.articles.tables import Extent
from claimstance.splits import compared, decide
from claimstance.table import Rows


def articles(raw: Sequence[Raw], tasks: Sequence[Extent]) -> Rows:
    """The stage of that name, which writes the ids that it sees to `calls` and does what `orders` say: a line has a
    deed, or the number of a process that it kills, an article_id, and `once` or `always`.
    """
    root = next(one for one in Path(raw[0].where.partition(":")[0]).parents if one.name == "corpus").parent
    root = Path(os.environ.get("ORDERS", root))
    with (root / "calls").open("a", encoding="utf-8") as file:
        file.write(" ".join(one.article_id for one in raw) + "\n")
    orders = root / "orders"
    for line in orders.read_text(encoding="utf-8").splitlines() if orders.exists() else ():
        deed, article_id, often = line.split()
        if article_id in [one.article_id for one in raw]:
            if often == "once":
                orders.unlink()
            if deed.isdigit():
                os.kill(int(deed), signal.SIGKILL)
            else:
                DEEDS[deed]()
    return tables.articles(raw, tasks)


def search(signed: Path, *said: Any) -> Path:
    """The search for near-duplicates, which the first time ends its process in place of the first bands."""
    if said[-1].start == 0:
        _killed_once(signed.parents[1] / "begun")
    return decide.search(signed, *said)


def indexed(patch: pytest.MonkeyPatch) -> list[int]:
    """How many articles each build from now on finds in the index of near-duplicates."""
    seen, joined = list[int](), compared.joined

    def found(*said: Any) -> Any:
        came = joined(*said)
        seen.append(len(came))
        return came

    patch.setattr(compared, "joined", found)
    return seen


def finished(place: Path, *said: Any) -> Any:
    """What makes a table of a build, which the first time ends its process in place of the sentences."""
    if said[1].name == "sentences":
        _killed_once(place.with_name("begun"))
    return finish._finished(place, *said)


def unfinished(place: Path, *said: Any) -> Any:
    """The same, whenever it makes that table."""
    place.with_name("begun").unlink(missing_ok=True)
    return finished(place, *said)


def _killed_once(begun: Path) -> None:
    if not begun.exists():
        begun.touch()
        killed()


def killed() -> None:
    """This process ends as by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def too_large() -> None:
    """No memory is left."""
    raise MemoryError


def full() -> int:
    """No room is left on the disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def orphaned() -> None:
    """The build is killed, and what it began would never end."""
    if parent := multiprocessing.parent_process():
        os.kill(parent.pid or 0, signal.SIGKILL)
    threading.Event().wait()


DEEDS: dict[str, Callable[[], object]] = {"killed": killed, "too_large": too_large, "full": full, "orphaned": orphaned}
