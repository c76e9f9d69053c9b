"""A release or a build in a folder of this machine."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from claimstance.errors import LoadError
from claimstance.manifest import MANIFEST, Manifest, understood
from claimstance.training.source import checked


@dataclass(frozen=True)
class Folder:
    """A folder; a release if it has a manifest. `version` is the one that is asked for, None if any will do."""

    path: Path
    version: str | None

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    @cached_property
    def manifest(self) -> Manifest | None:
        """The manifest, of the version that is asked for; None for a build. Raises LoadError."""
        path = self.path / MANIFEST
        if not path.exists():
            if self.version is not None:
                what = f"has no {MANIFEST}, so it is a build and no version"
                raise LoadError(
                    self.name, what, "Leave `version` out to load a build, or name the folder of a release."
                )
            return None
        said = understood(path.read_bytes()) if path.is_file() else "is no file"
        if isinstance(said, str):
            raise LoadError(str(path), said, "Fetch the release again.")
        if self.version not in (None, said.version):
            what = f"is version {said.version}, not {self.version}"
            raise LoadError(self.name, what, "Name the folder of that version, or ask for this one.")
        return said

    @cached_property
    def listed(self) -> Collection[str]:
        """What the manifest lists; of a build what lies there."""
        if self.manifest:
            return list(self.manifest.files)
        return [path.relative_to(self.path).as_posix() for path in sorted(self.path.glob("*/*.parquet"))]

    def files(self, paths: Collection[str], *, streaming: bool) -> Mapping[str, Path | str]:
        """The files, each as it was released; those of a build as they are. Raises LoadError."""
        if self.manifest:
            for path in paths:
                checked(self.name, self.manifest, path, self.path / path, "Fetch the release again.")
        return {path: self.path / path for path in paths}
