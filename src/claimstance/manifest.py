"""What MANIFEST.json says, which makes a folder a release: every file of it with its digest, and how much is in it.

    {"format": 1, "name": "halmere", "title": "…", "version": "1.2.0",
     "files": {"claims/train-00000-of-00001.parquet": {"sha256": "…", "bytes": 31237, "rows": 140, "logical": "…"},
               "README.md": {"sha256": "…", "bytes": 41975}},
     "counts": {"claims": {"train": {"rows": 140, "labels": {"claim_type": {"numerical": 31}}}}},
     "inputs": {"corpus/splits.csv": "<sha256>"}, "versions": {"claimstance": "0.1.0", "pyarrow": "26.0.1"}}

`logical` is the digest of the rows whatever wrote the file, see claimstance.gate.manifests. Rows without a label are
counted in none. `inputs` and `versions` say what it was made of and by what; both may be absent. The version of
"near-duplicates" names the rule by which articles that were new to the ledger were grouped.
"""

from typing import Annotated, Literal

import msgspec

from claimstance.version import VERSION

MANIFEST = "MANIFEST.json"

_Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class File(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One file; `rows` and `logical` are there for Parquet."""

    sha256: _Digest
    bytes: _Count
    rows: _Count | None = None
    logical: _Digest | None = None


class Counts(msgspec.Struct, forbid_unknown_fields=True):
    """How many rows one split of a table has, and how often each label stands in each column of labels."""

    rows: _Count
    labels: dict[str, dict[str, _Count]]


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What a release says of itself."""

    format: Literal[1]
    name: str
    title: str
    version: Annotated[str, msgspec.Meta(pattern=rf"\A{VERSION}\Z")]
    files: dict[str, File]
    counts: dict[str, dict[str, Counts]]
    inputs: dict[str, _Digest] = {}
    versions: dict[str, str] = {}


def understood(text: str | bytes) -> Manifest | str:
    """It will take a manifest from its JSON, or say why that is none."""
    try:
        return msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"is no manifest: {error}"
