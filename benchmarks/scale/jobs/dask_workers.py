"""The build on a Dask cluster of this machine: a scheduler, and so many workers of one thread."""

from pathlib import Path

from distributed import LocalCluster

from build import STAGES
from claimstance.build import build


def run(root: Path, out: Path, workers: int) -> None:
    """Start the cluster, build, and end it."""
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as cluster:
        build(root, out, STAGES, engine=cluster.scheduler_address)
