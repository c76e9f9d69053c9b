"""Great Expectations over the files as written and over what the audit found. Imported here and in docs.py only."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from claimstance.gate.check import Check, Expectation
from claimstance.gate.folder import Folder
from claimstance.gate.outcomes import SHOWN

if TYPE_CHECKING:
    import pandas as pd

BATCH = 500_000  # rows that Great Expectations sees at once, by whole files


@dataclass(frozen=True, slots=True)
class Result:
    """What one expectation of a check came to over one batch: failing rows, and the keys of the first few.

    `error` says why it was not judged.
    """

    check: str
    column: str
    rows: int
    keys: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite as Great Expectations judged it, for its pages; `raw` quotes values that failed, see docs.py."""

    name: str
    raw: Any


class Judge:
    """Great Expectations in memory: no folder, no network, no word on standard output."""

    def __init__(self) -> None:
        """Import the library, which takes some seconds."""
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import great_expectations as gx
            from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

            self._gx = gx
            # Its own defaults would make a temporary folder for pages, and leave it there.
            kept = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults())
            self._context = gx.get_context(mode="ephemeral", project_config=kept)
        self._context.variables.progress_bars = {"globally": False}
        self.suites: list[Suite] = []

    def tables(self, folder: Folder, checks: Sequence[Check], names: Iterable[str]) -> Iterator[Result]:
        """It will judge the narrow columns of each table named, as read back from its files, batch by batch."""
        for name in names:
            key = folder.schemas[name].key
            due = [(check, one) for check in checks if check.of == name for one in check.expects]
            columns = sorted({key, *(one.kwargs["column"] for _, one in due)})
            for nth, rows in enumerate(folder.portions(name, columns, BATCH)) if due else ():
                yield from self._judge(f"{name}-{nth}" if nth else name, rows.to_pandas(), due, key)

    def audit(self, failing: Mapping[str, int | None], checks: Sequence[Check]) -> Iterator[Result]:
        """It will judge the counts of failing rows that the audit has a check; null is a check that did not run."""
        import pandas as pd

        due = [
            (check, Expectation("expect_column_max_to_be_between", {"column": check.id, "max_value": 0}))
            for check in checks
        ]
        counts = pd.DataFrame({name: pd.array([count], dtype="Int64") for name, count in failing.items()})
        yield from self._judge("audit", counts, due, "")

    def _judge(
        self, name: str, rows: pd.DataFrame, due: Sequence[tuple[Check, Expectation]], key: str
    ) -> Iterator[Result]:
        source = self._context.data_sources.add_pandas(name)
        batch = (
            source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all").get_batch({"dataframe": rows})
        )
        suite = self._gx.ExpectationSuite(
            name=name,
            expectations=[
                {
                    "type": one.type,
                    "kwargs": dict(one.kwargs),
                    "meta": {"check": check.id, "nth": nth, "notes": {"format": "markdown", "content": [check.says]}},
                    "severity": check.severity,
                }
                for nth, (check, one) in enumerate(due)
            ],
        )
        wanted = {"result_format": "SUMMARY", "partial_unexpected_count": SHOWN}
        if key:
            wanted["unexpected_index_column_names"] = [key]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            judged = batch.validate(suite, result_format=wanted)
        self._context.data_sources.delete(name)  # it would hold on to the rows: 60 MB a batch
        self.suites.append(Suite(name, judged))
        # An unknown type is dropped with a line in a log, so what came back is held against what was asked for.
        by_place = {one.expectation_config.meta["nth"]: one for one in judged.results}
        for nth, (check, one) in enumerate(due):
            yield _result(check, one, by_place.get(nth), key)


def _result(check: Check, one: Expectation, judged: Any, key: str) -> Result:
    column = one.kwargs["column"]
    if judged is None:
        return Result(check.id, column, 0, error=f"{one.type} was not judged")
    found = judged.result
    if not found or (found.get("observed_value", 0) is None):
        return Result(check.id, column, 0, error=f"{one.type} of {column} gave no result")
    if judged.success:
        return Result(check.id, column, 0)
    if not key:
        return Result(check.id, column, int(found["observed_value"]))
    keys = tuple(str(row[key]) for row in found.get("partial_unexpected_index_list") or ())
    return Result(check.id, column, int(found["unexpected_count"]), keys)
