"""A revision of a dataset on the Hub as a folder of files: downloaded once, and found again in the Hub's own cache."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from claimstance.errors import ReleaseError

NAMED = re.compile(r"([\w.-]+/[\w.-]+)@([\w./-]+)")  # org/name@v1.0.0
FILES = ["README.md", "MANIFEST.json", "*/*.parquet"]  # of which a comparison reads


@contextlib.contextmanager
def opened(said: str) -> Iterator[Path]:
    """It will be the folder that is meant: of a revision, org/name@v1.0.0, its files, until this ends; else the folder
    of that name.

    The token is that of HF_TOKEN, or none. Raises ReleaseError where the Hub does not give it; without a network, what
    was downloaded before is taken.
    """
    hub = NAMED.fullmatch(said)
    if not hub or Path(said).exists():
        yield Path(said)
        return
    place = _snapshot(hub[1], hub[2])
    # The cache has links, to where differs between versions of its client; a folder of ours has none. It lies beside,
    # so that its files are the cache's, and not copied.
    with tempfile.TemporaryDirectory(prefix="claimstance-", dir=place.parents[2]) as folder:
        for path in (path for path in place.rglob("*") if path.is_file()):
            own = Path(folder) / path.relative_to(place)
            own.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path.resolve(), own)
            except OSError:  # a file system without them
                shutil.copyfile(path, own)
        yield Path(folder)


def _snapshot(repository: str, revision: str) -> Path:
    import httpx2
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    said = f"{repository}@{revision}"
    try:
        token = os.environ.get("HF_TOKEN") or False
        place = snapshot_download(repository, repo_type="dataset", revision=revision, allow_patterns=FILES, token=token)
    except HFValidationError:
        raise ReleaseError(said, "not the name of a repository", "One looks like org/name@v1.0.0.") from None
    except (LocalEntryNotFoundError, httpx2.HTTPError, OSError) as error:
        response = getattr(error, "response", None) if isinstance(error, HfHubHTTPError) else None
        what = f"the Hub answers {response.status_code}" if response is not None else "the Hub cannot be reached"
        then = "Is the name right, and the revision there? A private one needs a token in HF_TOKEN."
        raise ReleaseError(said, f"{what} ({type(error).__name__})", then) from None
    return Path(place)
