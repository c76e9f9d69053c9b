"""Whether a build or a release may be trusted: suites of checks, run over the Parquet files as they were written."""
