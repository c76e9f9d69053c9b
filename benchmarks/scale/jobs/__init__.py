"""The jobs, in the order of the table: a module each, whose `run(root, out, workers)` makes `out` from the pool of the
corpus at `root`.
"""

from dataclasses import dataclass

PEERS = "pip install -e '.[peers]'"


@dataclass(frozen=True, slots=True)
class Job:
    """A job: how the table names it, its module, with how many processes it works, what it needs to be there and how
    that is installed; and in what it is not the same as a build.
    """

    shown: str
    module: str
    workers: int = 1
    needs: tuple[str, ...] = ()
    install: str = PEERS
    differs: str = ""


FLOOR = Job("floor: pyarrow, JSON Lines to Parquet", "floor", differs="moves the rows; makes nothing of the text")
ONE = Job("ours, 1 worker", "ours")
TWO = Job("ours, 2 workers", "ours", 2)
DASK = Job(
    *("ours on Dask, 2 workers", "dask_workers", 2),
    needs=("distributed", "claimstance.cluster"),
    install="pip install -e '.[dask]'",
    differs="the same build; starting the cluster and ending it is counted, the import of distributed is not",
)
PANDAS = Job(
    "plain pandas",
    "plain_pandas",
    differs="our functions an article at a time (apply), one process; its own checks of whole columns against schemas",
)
DATASETS = Job(
    *("datasets.map", "datasets_map", 2),
    differs="our functions and schemas a thousand articles at a time, two processes for them; files are written by"
    " pyarrow, because its own writer knows Snappy alone",
)
POLARS = Job(
    *("Polars", "polars_frames", 2),
    needs=("polars",),
    differs="our functions and schemas 2,000 articles at a time in one process, its own work in two threads;"
    " files without page index and content-defined chunks",
)
DATATROVE = Job(
    *("datatrove with its MinHash", "datatrove_steps", 2),
    needs=("datatrove", "orjson", "spacy", "tokenizers", "xxhash"),
    differs="our functions an article at a time, two processes; its own MinHash with its defaults (runs of five words"
    " that spaCy cuts, 14 buckets of 8, about 72 % alike) instead of our signatures, and it leaves near-duplicates out;"
    " no groups by address, splits by a hash of the id, rows as they come, with their types and nothing else held"
    " against schemas; zstd at pyarrow's level 1",
)
GROWING = (FLOOR, ONE, TWO)
OTHERS = (PANDAS, DATASETS, POLARS, DATATROVE)
JOBS = (*GROWING, DASK, *OTHERS)
