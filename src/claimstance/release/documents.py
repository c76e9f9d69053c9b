"""What people read of a build: the card (README.md of the folder) and the summary on the terminal. All of it is
computed.

The card's header is what `load_dataset` goes by. Each table's description there ends in a digest of its files: readers
key their cache of a local folder by this header, and without the digest edited files would give the old rows.
"""

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from claimstance.articles.audit import FINDINGS
from claimstance.digests import sha256
from claimstance.release import agreement
from claimstance.report import Report
from claimstance.table import WHOLE, Field, Schemas, Table

TAG = "- claimstance"
DEFAULT = "stances"  # the table that load_dataset gives when none is named; articles where it has no rows
LISTED = 20  # of what people have to look at; the tables hold the rest
CROSSWALK = {
    "fever": "FEVER",
    "fnc1": "FNC-1",
    "averitec": "AVeriTeC",
    "climate_fever": "Climate-FEVER",
    "wice": "WiCE",
}


def write(folder: Path, schemas: Schemas, report: Report) -> None:
    """It will write the card of the tables in `folder`."""
    header = yaml.safe_dump(_header(schemas, report), sort_keys=False, allow_unicode=True, width=1000)
    (folder / "README.md").write_text(f"---\n{header}---\n\n{_body(schemas, report)}", encoding="utf-8")


def summary(report: Report) -> str:
    """It will say what a build made, in the lines that `make build` prints."""
    lines = [f"{report.dataset.title} {report.dataset.version}, made in {report.out}", ""]
    lines += _aligned([("rows", *_splits(report)), *((name, *_cells(report, name)) for name in _divided(report))])
    if report.stances:
        labels = ", ".join(f"{count} {label}" for label, count in report.stances.most_common())
        lines += ["", f"stances by label: {labels}"]
    if report.corrected:
        lines += ["", f"corrections of annotations applied: {report.corrected}"]
    if report.agreement:
        lines += ["", *_aligned(agreement.figures(report.agreement)), *agreement.notes(report.agreement)]
    if report.new_in_ledger:
        lines += ["", f"New in corpus/splits.csv, so commit it: {report.new_in_ledger}"]
    lines += ["", *_audit(report, quoting=True), *_notes(report), *_lost(report)]
    lines += ["", "Load it:", f"  {_line(str(report.out), report)}"]
    return "\n".join(lines)


def checked(report: Report) -> str:
    """It will say in one line that a build would go well, and what it would add to the ledger."""
    rows = sum(map(report.total, report.counts))
    what = f"{report.dataset.title} {report.dataset.version}"
    line = f"{what} is sound: {report.total('articles')} articles, {rows} rows."
    if report.new_in_ledger:
        line += f" Not in corpus/splits.csv yet: {report.new_in_ledger}; build, and commit it."
    return line + " Nothing was written."


def _header(schemas: Schemas, report: Report) -> dict[str, Any]:
    filled = [name for name in schemas if report.total(name)]
    default = DEFAULT if DEFAULT in filled else "articles"
    return {
        "pretty_name": report.dataset.title,
        "language": sorted(report.languages),
        "license": [licence.lower() for licence in sorted(report.licences)],
        "task_categories": ["text-classification", "token-classification"],
        "task_ids": ["fact-checking", "natural-language-inference"],
        "tags": ["claimstance", "stance-detection", "claim-detection", "attribution"],
        "configs": [
            {
                "config_name": name,
                **({"default": True} if name == default else {}),
                "version": report.dataset.version,
                "description": f"{schemas[name].description} sha256:{_digest(report, name)}",
                "data_files": [
                    {"split": split, "path": f"{name}/{split}-*.parquet"} for split, count in _filled(report, name)
                ],
            }
            for name in sorted(filled, key=lambda name: name != default)
        ],
        "dataset_info": [
            {
                "config_name": name,
                "features": [_feature(field.name, field.feature) for field in schemas[name].fields],
                "splits": [
                    {"name": split, "num_bytes": report.sizes[name][split], "num_examples": count}
                    for split, count in _filled(report, name)
                ],
                "download_size": sum(report.sizes[name].values()),
                "dataset_size": sum(report.sizes[name].values()),
            }
            for name in filled
        ],
    }


def _digest(report: Report, name: str) -> str:
    """One digest over the table's files, by name and content."""
    files = sorted(f"{path} {digest}" for path, digest in report.sha256.items() if path.startswith(f"{name}/"))
    return sha256("\n".join(files))


def _feature(name: str, feature: Any) -> dict[str, Any]:
    """One column as the Hub writes it in a card; see `datasets.Features._to_yaml_list`."""
    kind, said = _kind(feature)
    return {"name": name, kind: said}


def _kind(feature: Any) -> tuple[str, Any]:
    if feature.get("_type") == "Value":
        return "dtype", feature["dtype"]
    if feature.get("_type") == "ClassLabel":
        return "dtype", {"class_label": {"names": {str(nth): name for nth, name in enumerate(feature["names"])}}}
    if feature.get("_type") == "List":
        return "list", _kind(feature["feature"])[1]
    return "struct", [_feature(name, member) for name, member in feature.items()]


def _body(schemas: Schemas, report: Report) -> str:
    empty = [name for name in schemas if not report.total(name)]
    parts = [
        f"# {report.dataset.title}",
        report.dataset.summary,
        f"Version {report.dataset.version}. Claims, their sources, and the stance of each source; made by claimstance.",
        f"```python\nfrom datasets import load_dataset\n\n{_line('path/or/repository', report)}\n```",
        "## Rows\n\n"
        + _table([("table", *_splits(report)), *((name, *_cells(report, name)) for name in _divided(report))]),
        "A split without rows is left out of its table, because readers cannot open one."
        + (f" No rows at all yet, so not to be loaded: {', '.join(empty)}." if empty else ""),
        *(_agreement(report) if report.agreement else []),
        "## Citation audit\n\n" + "\n".join(f"- {line}" for line in _audit(report, quoting=False)),
        *(["## Notes\n\n" + "\n".join(f"- {line}" for line in _notes(report))] if _notes(report) else []),
        "## Tables",
        *(_dictionary(table) for table in schemas.values()),
        "## Labels",
        *_vocabularies(schemas),
    ]
    return "\n\n".join(parts) + "\n"


def _agreement(report: Report) -> Iterator[str]:
    """How alike annotators judged, and where the rest of it is."""
    yield "## Agreement"
    yield (
        "Krippendorff's alpha for nominal values, and F1 of spans, of every two annotators. Intervals are from 1,000"
        " bootstrap rounds over articles, because the items of one article are not independent. `agreement` has"
        f" {report.total('agreement')} rows: by label, batch, wave and annotators, and which labels are confused."
        f" It is about the whole corpus, so it has one split, `{WHOLE}`."
    )
    yield _table(agreement.figures(report.agreement))
    yield "\n".join(f"- {line}" for line in agreement.notes(report.agreement))


def _dictionary(table: Table) -> str:
    rows = [
        ("column", "type", "meaning"),
        *((f"`{field.name}`", _type(field), field.description) for field in table.fields),
    ]
    return f"### {table.name}\n\n{table.description} Key: `{table.key}`.\n\n{_table(rows)}"


def _type(field: Field) -> str:
    if field.type == "array":
        return f"list of {field.items}s" + (f" with {field.vocabulary.name}" if field.vocabulary else "")
    if field.keys:
        return f"a number for each {field.keys.name}"
    return f"label: {field.vocabulary.name}" if field.vocabulary else field.type


def _vocabularies(schemas: Schemas) -> Iterator[str]:
    """Each vocabulary that a column uses, with the names that other datasets give its labels."""
    used = {
        one.name
        for table in schemas.values()
        for field in table.fields
        for one in (field.vocabulary, field.keys)
        if one
    }
    for name in sorted(used):
        vocabulary = schemas.vocabularies[name]
        others = [key for key in CROSSWALK if any(label.more.get(key) for label in vocabulary.labels)]
        rows = [("id", "label", "meaning", *(CROSSWALK[key] for key in others))]
        for nth, label in enumerate(vocabulary.labels):
            rows.append((str(nth), label.name, label.meaning, *(label.more.get(key) or "" for key in others)))
        yield f"### {name}\n\n{vocabulary.description}\n\n{_table(rows)}"


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


def _filled(report: Report, name: str) -> list[tuple[str, int]]:
    counts = report.counts[name]
    return [(split, counts[split]) for split in (*report.dataset.shares, WHOLE) if counts.get(split)]


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if not nth else cell.rjust(width)
            for nth, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; what would be markup in a cell is shown as it stands."""
    shown = [[html.escape(cell, quote=False).replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in shown]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
