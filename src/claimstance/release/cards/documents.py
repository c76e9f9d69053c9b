"""What people read of a build: the card (README.md of the folder) and the summary on the terminal. All of it is
computed.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml

from claimstance.articles.audit import FINDINGS
from claimstance.manifest import Manifest
from claimstance.marked import prose
from claimstance.release.cards import agreement, baselines, dictionary, markdown
from claimstance.release.cards.header import DEFAULT, header
from claimstance.report import Report
from claimstance.shown import aligned
from claimstance.table import SPLITS, WHOLE, Schemas

LISTED = 20  # of what people have to look at; the tables hold the rest


def write(folder: Path, schemas: Schemas, report: Report) -> None:
    """It will write the card of the tables in `folder`."""
    head = yaml.safe_dump(header(schemas, report), sort_keys=False, allow_unicode=True, width=1000)
    body = "\n\n".join(
        [*_opening(report), *(f"## {name}\n\n{text}" for name, text in sections(schemas, report).items())]
    )
    (folder / "README.md").write_text(f"---\n{head}---\n\n{body}\n", encoding="utf-8")


def sections(schemas: Schemas, report: Report) -> dict[str, str]:
    """It will give the card's sections by their headings; those about nothing are left out.

    A table that only releases have is told of where it has rows.
    """
    schemas = schemas.only(name for name in schemas if report.total(name) or not schemas[name].released)
    audit, notes = _audit(report, quoting=False), _notes(report)
    found = {
        "Rows": _rows(schemas, report),
        "Agreement": "\n\n".join(_agreement(report)) if report.agreement else "",
        "Baselines": baselines.section(report.scores) if report.scores else "",
        "Citation audit": "\n".join(f"- {line}" for line in audit),
        "Notes": "\n".join(f"- {line}" for line in notes),
        "Tables": "\n\n".join(dictionary.columns(table) for table in schemas.values()),
        "Labels": "\n\n".join(dictionary.labels(schemas)),
    }
    return {heading: text for heading, text in found.items() if text}


def summary(report: Report) -> str:
    """It will say what a build made, in the lines that `make build` prints."""
    lines = [f"{report.dataset.title} {report.dataset.version}, made in {report.out}", ""]
    lines += aligned([("rows", *_splits(report)), *((name, *_cells(report, name)) for name in _divided(report))])
    if report.stances:
        labels = ", ".join(f"{count} {label}" for label, count in report.stances.most_common())
        lines += ["", f"stances by label: {labels}"]
    if report.corrected:
        lines += ["", f"corrections of annotations applied: {report.corrected}"]
    if report.agreement:
        lines += ["", *aligned(agreement.figures(report.agreement)), *agreement.notes(report.agreement)]
    if report.new_in_ledger:
        lines += ["", f"New in corpus/splits.csv, so commit it: {report.new_in_ledger}"]
    lines += ["", *_audit(report, quoting=True), *_notes(report), *_lost(report)]
    lines += ["", "Load it:", f"  {_line(str(report.out), report)}"]
    return "\n".join(lines)


def first(said: Manifest) -> str:
    """It will say in words what the first release has, of which there is nothing to compare with."""
    splits = [one for one in (*SPLITS, WHOLE) if any(one in own for own in said.counts.values())]
    cells = [
        (name, *(str(own[split].rows) if split in own else "" for split in splits))
        for name, own in said.counts.items()
        if own
    ]
    rows = markdown.table([("table", *splits), *cells])
    return f"# {prose(said.title)} {said.version}\n\nThe first release.\n\n## Rows\n\n{rows}\n"


def checked(report: Report) -> str:
    """It will say in one line that a build would go well, and what it would add to the ledger."""
    rows = sum(map(report.total, report.counts))
    what = f"{report.dataset.title} {report.dataset.version}"
    line = f"{what} is sound: {report.total('articles')} articles, {rows} rows."
    if report.new_in_ledger:
        line += f" Not in corpus/splits.csv yet: {report.new_in_ledger}; build, and commit it."
    if report.unscored:
        line += f" No scores of baselines: {report.unscored}."
    return line + " Nothing was written."


def _opening(report: Report) -> list[str]:
    return [
        f"# {report.dataset.title}",
        report.dataset.summary,
        f"Version {report.dataset.version}. Claims, their sources, and the stance of each source; made by claimstance.",
        f"```python\nfrom datasets import load_dataset\n\n{_line('path/or/repository', report)}\n```",
    ]


def _rows(schemas: Schemas, report: Report) -> str:
    """How many rows each split of each table has."""
    rows = [("table", *_splits(report)), *((name, *_cells(report, name)) for name in _divided(report))]
    empty = [name for name in schemas if not report.total(name)]
    left_out = "A split without rows is left out of its table, because readers cannot open one."
    if empty:
        left_out += f" No rows at all yet, so not to be loaded: {', '.join(empty)}."
    return f"{markdown.table(rows)}\n\n{left_out}"


def _agreement(report: Report) -> Iterator[str]:
    """How alike annotators judged, and where the rest of it is."""
    yield (
        "Krippendorff's alpha for nominal values, and F1 of spans, of every two annotators. Intervals are from 1,000"
        " bootstrap rounds over articles, because the items of one article are not independent. `agreement` has"
        f" {report.total('agreement')} rows: by label, batch, wave and annotators, and which labels are confused."
        f" It is about the whole corpus, so it has one split, `{WHOLE}`."
    )
    yield markdown.table(agreement.figures(report.agreement))
    yield "\n".join(f"- {line}" for line in agreement.notes(report.agreement))


def _audit(report: Report, *, quoting: bool) -> list[str]:
    """A line a finding, with the first few places: with their words on a terminal, without on a page that renders."""
    audit = report.audit
    lines = [f"Citations: {audit.markers}; listed sources: {audit.listed}; sentences: {audit.sentences}"]
    for finding, meaning in FINDINGS.items():
        if audit.counts[finding]:
            places = [" ".join(place.split()) if quoting else place.split()[0] for place in audit.examples[finding]]
            more = " …" if audit.counts[finding] > len(places) else ""
            lines.append(f"{meaning}: {audit.counts[finding]} ({'; '.join(places)}{more})")
    return lines


def _notes(report: Report) -> list[str]:
    lines = []
    for group, held in report.torn.items():
        shares = ", ".join(f"{count} in {split}" for split, count in held.items())
        lines.append(f"Torn group {group}: {shares}. Its articles grew together after they were split; they may leak.")
    if report.anchored:
        hows = ", ".join(f"{count} {how}" for how, count in sorted(report.anchored.items()))
        lines.append(f"Judgements of texts that changed since, by how they were anchored again: {hows}")
    for what, found in (
        ("Addresses that so many articles cite that they link none", report.hubs),
        ("Judged pairs without a gold claim or source", sorted(report.orphans)),
    ):
        if found:
            lines.append(f"{what}: {len(found)} ({'; '.join(found[:3])}{' …' if len(found) > 3 else ''})")
    if report.unscored:
        lines.append(f"No scores of baselines: {report.unscored}")
    return lines


def _lost(report: Report) -> list[str]:
    """What could not be anchored again, for people to look at."""
    rest = len(report.lost) - LISTED
    more = [f"  … and {rest} more: the rows of judgements whose anchor is lost."] if rest > 0 else []
    return [*(f"  lost: {' '.join(line.split())}" for line in sorted(report.lost)[:LISTED]), *more]


def _line(where: str, report: Report) -> str:
    """How to load the default table, and another that has rows."""
    default, other = (DEFAULT, "claims") if report.total(DEFAULT) else ("articles", "sentences")
    return f'{default} = load_dataset("{where}")          # or load_dataset("{where}", "{other}"), …'


def _splits(report: Report) -> list[str]:
    return list(report.dataset.shares)


def _divided(report: Report) -> list[str]:
    """The tables that are divided into splits: all but those about the whole corpus."""
    return [name for name, counts in report.counts.items() if WHOLE not in counts]


def _cells(report: Report, name: str) -> list[str]:
    return [str(report.counts[name][split]) for split in report.dataset.shares]
