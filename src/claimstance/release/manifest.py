"""Writes what MANIFEST.json says; claimstance.gate.manifests reads it, claimstance.manifest tells its form."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from claimstance.dataset import Dataset
from claimstance.digests import of_file
from claimstance.gate import manifests
from claimstance.gate.folder import MANIFEST, Folder
from claimstance.manifest import File, Manifest
from claimstance.table import Schemas


def manifest(
    folder: Path,
    schemas: Schemas,
    settings: Dataset,
    *,
    inputs: Mapping[str, str] | None = None,
    versions: Mapping[str, str] | None = None,
) -> Manifest:
    """It will describe every file of a release but the manifest itself, and count rows and labels of every table.

    `inputs` are digests of what it was made of, by path, `versions` those of the tools that made it.
    """
    return Manifest(
        format=1,
        name=settings.name,
        title=settings.title,
        version=settings.version,
        files=files(folder, (path for path in folder.rglob("*") if path != folder / MANIFEST)),
        counts={name: manifests.counts(Folder(folder, schemas), name) for name in schemas},
        inputs=dict(inputs or {}),
        versions=dict(versions or {}),
    )


def files(folder: Path, paths: Iterable[Path]) -> dict[str, File]:
    """It will describe files below the folder, by their paths there; what is no file is left out."""
    return {path.relative_to(folder).as_posix(): _file(path) for path in sorted(paths) if path.is_file()}


def written(folder: Path, said: Manifest) -> Path:
    """It will write the manifest into the folder, keys in order, and give its path."""
    path = folder / MANIFEST
    path.write_bytes(msgspec.json.format(msgspec.json.encode(said, order="sorted"), indent=1) + b"\n")
    return path


def _file(path: Path) -> File:
    plain = File(of_file(path), path.stat().st_size)
    if path.suffix != ".parquet":
        return plain
    import pyarrow.parquet as pq

    return File(plain.sha256, plain.bytes, pq.read_metadata(path).num_rows, manifests.logical(path))
