"""What Great Expectations judged, in its own words and without a value of the data. With run.py its only importer.

Its pages want eight other hosts and print what failed. So each result is stripped to counts and keys first; then its
own renderer says what was expected and observed, and the page around that is ours (report/docs.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from claimstance.gate.run import Suite

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

COUNTS = (
    "element_count",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
    "missing_count",
    "missing_percent",
    "observed_value",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One expectation: the check that it belongs to, whether it is met (None: not judged), both sides as HTML, the keys
    of the first failing rows as they were found.
    """

    check: str
    column: str
    met: bool | None
    expectation: str
    observed: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A suite, its expectations in the order of their checks, those not met first."""

    name: str
    lines: tuple[Line, ...]


def pages(suites: Iterable[Suite]) -> Iterator[Page]:
    """It will be a page for each suite that was judged."""
    for suite in suites:
        lines = [_line(one) for one in suite.raw.results]
        yield Page(suite.name, tuple(sorted(lines, key=lambda line: (line.met is True, line.check, line.column))))


def stripped(judged: Any) -> "ExpectationValidationResult":
    """It will be a result without values, tracebacks, batches and clocks: what was expected, and numbers."""
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    asked = judged.expectation_config
    kwargs = {name: value for name, value in asked.kwargs.items() if name != "batch_id"}
    return ExpectationValidationResult(
        success=bool(judged.success),
        expectation_config=ExpectationConfiguration(type=asked.type, kwargs=kwargs, severity=asked.severity),
        result={name: number for name in COUNTS if (number := _number(judged.result.get(name))) is not None},
    )


def _line(judged: Any) -> Line:
    asked, safe = judged.expectation_config, stripped(judged)
    expectation, observed = _rendered(safe)
    return Line(
        check=str(asked.meta.get("check", "")),
        column=str(asked.kwargs.get("column", "")),
        met=None if not judged.result or judged.result.get("observed_value", 0) is None else safe.success,
        expectation=expectation,
        observed=observed,
        keys=tuple(_keys(judged.result)),
    )


def _rendered(safe: "ExpectationValidationResult") -> tuple[str, str]:
    """What was expected and what was observed, as the library's own page has it; values in it are escaped."""
    from great_expectations.render.renderer.column_section_renderer import ValidationResultsColumnSectionRenderer

    section = ValidationResultsColumnSectionRenderer().render([safe]).to_json_dict()
    rows = [row for block in section["content_blocks"] for row in block.get("table", ())]
    if not rows:  # it has no words for this one
        return escape(safe.expectation_config.type), "--"
    _, expectation, observed = rows[0]
    return _cell().render(cell=expectation), _cell().render(cell=observed)


@cache
def _cell() -> Any:
    """The library's template of a cell."""
    from great_expectations.render.view import DefaultJinjaPageView

    plain = "{% autoescape false %}{{ cell | render_content_block }}{% endautoescape %}"
    return DefaultJinjaPageView().env.from_string(plain)


def _keys(result: dict[str, Any]) -> Iterator[str]:
    """The keys of the first failing rows. The value that failed stands beside them, and is left."""
    names = result.get("unexpected_index_column_names") or ()
    for row in result.get("partial_unexpected_index_list") or ():
        yield " ".join(str(row[name]) for name in names if name in row)


def _number(value: Any) -> float | int | None:
    """A plain number; whatever else was observed may be a value of the data."""
    plain = value.item() if hasattr(value, "item") else value
    return plain if isinstance(plain, int | float) and not isinstance(plain, bool) else None
