"""Writes what MANIFEST.json says; claimstance.gate.manifests reads it, and tells its form."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from claimstance.dataset import Dataset
from claimstance.gate import manifests
from claimstance.gate.folder import MANIFEST, Folder
from claimstance.table import Schemas


def manifest(
    folder: Path,
    schemas: Schemas,
    settings: Dataset,
    *,
    inputs: Mapping[str, str] | None = None,
    versions: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """It will describe every file of a release but the manifest itself, and count rows and labels of every table.

    `inputs` are digests of what it was made of, by path, `versions` those of the tools that made it.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    said = manifests.Manifest(
        format=1,
        name=settings.name,
        title=settings.title,
        version=settings.version,
        files={path.relative_to(folder).as_posix(): _file(path) for path in paths},
        counts={name: manifests.counts(Folder(folder, schemas), name) for name in schemas},
        inputs=dict(inputs or {}),
        versions=dict(versions or {}),
    )
    plain: dict[str, Any] = msgspec.to_builtins(said)
    return plain


def written(folder: Path, said: Mapping[str, Any]) -> Path:
    """It will write the manifest into the folder, keys in order, and give its path."""
    path = folder / MANIFEST
    path.write_bytes(msgspec.json.format(msgspec.json.encode(said, order="sorted"), indent=1) + b"\n")
    return path


def _file(path: Path) -> manifests.File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if path.suffix != ".parquet":
        return manifests.File(digest, path.stat().st_size)
    import pyarrow.parquet as pq

    return manifests.File(digest, path.stat().st_size, pq.read_metadata(path).num_rows, manifests.logical(path))
