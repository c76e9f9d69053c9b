"""A revision of a dataset on the Hub as a folder: downloaded once, and found again in the Hub's own cache."""

import os
import re
from pathlib import Path

from claimstance.errors import ReleaseError

NAMED = re.compile(r"([\w.-]+/[\w.-]+)@([\w./-]+)")  # org/name@v1.0.0
FILES = ["README.md", "MANIFEST.json", "*/*.parquet"]  # of which a comparison reads


def fetched(repository: str, revision: str) -> tuple[Path, Path]:
    """It will download what a comparison reads, and give the folder, and the folder that its links stay in.

    The token is that of HF_TOKEN, or none. Raises ReleaseError where the Hub does not give it; without a network, what
    was downloaded before is taken.
    """
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
    return Path(place), Path(place).parents[1]
