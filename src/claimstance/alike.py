"""Whether a worker of a cluster is as the process that leads: the same code, the same packages, the same files.

Else the bytes that it makes might be others. Code is known by digest, as it was when a process first took part, because
a process goes on with what it imported, whatever was installed since.
"""

import hashlib
import importlib
import platform
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from claimstance import kept
from claimstance.digests import of_file
from claimstance.errors import ClusterError, UsageError
from claimstance.share import Store
from claimstance.stages import Stage

ALIKE = "Give all machines the same packages and code, and start the workers anew."
_FILES = "The corpus and the folder of the build have to be in a file system that all machines share, at one path."


@dataclass(frozen=True, slots=True)
class Same:
    """What a worker must have as the process that leads has it: versions by package, digests of code by module, digests
    of files by path; and what it must be able to read in a store.
    """

    versions: Mapping[str, str]
    code: Mapping[str, str]
    files: Mapping[Path, str]
    store: str = ""
    probe: str = ""


def same_as_here(root: Path, place: Path, stages: Sequence[Stage], store: Store | None) -> Same:
    """It will be what workers must have, with a file in the workplace, or in the store, that is there only now.

    Raises UsageError for a stage that no other process finds, ClusterError where the store cannot be written to.
    """
    for stage in stages:
        if stage.__module__ == "__main__":
            what = f"the stage {stage.__name__} cannot be found by another process"
            raise UsageError(f"{what}. Define it at the top of a module, or leave out --engine.")
    probe = place / "probe"
    probe.write_text(secrets.token_hex(), encoding="utf-8")
    modules = {"claimstance", *(stage.__module__.partition(".")[0] for stage in stages)}
    code = {name: _code(name) for name in sorted(modules)}
    if store:
        return Same(_versions(), code, {}, store.url, store.brought(probe))
    return Same(_versions(), code, {path: of_file(path) for path in (probe, root / "corpus" / "dataset.yaml")})


def differs(same: Same) -> tuple[str, str] | None:
    """It will be what is not so in this process, as a clause, and what next; asked on a worker."""
    versions = _versions()
    for name, wanted in same.versions.items():
        if versions.get(name) != wanted:
            return f"has {name} {versions.get(name, 'not at all')}, and the process that leads has {wanted}", ALIKE
    for name, wanted in same.code.items():
        if _code(name) != wanted:
            return f"has other code of {name} than the process that leads", ALIKE
    for path, wanted in same.files.items():
        try:
            if of_file(path) != wanted:
                return f"sees another {path} than the process that leads", _FILES
        except OSError as error:
            return f"cannot read {path} ({error.strerror})", _FILES
    if same.store:
        with tempfile.TemporaryDirectory() as place:
            try:
                Store(same.store).get([(Path(place) / "probe", same.probe)])
            except ClusterError as error:
                return f"cannot read in {error.where} ({error.what})", error.then
    return None


@cache
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
