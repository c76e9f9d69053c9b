"""The header of the card (README.md of a build), which `load_dataset` goes by.

Each table's description there ends in a digest of its files: readers key their cache of a local folder by this header,
and without the digest edited files would give the old rows.
"""

from typing import Any

from claimstance.digests import of_files
from claimstance.report import Report
from claimstance.table import WHOLE, Schemas, Table

TAG = "- claimstance"
TAGS = ("claimstance", "stance-detection", "claim-detection", "attribution")
DEFAULT = "stances"  # the table that load_dataset gives when none is named; articles where it has no rows


def header(schemas: Schemas, report: Report) -> dict[str, Any]:
    """It will give what stands between the two lines `---` of the card, as `load_dataset` wants it."""
    with_rows = [name for name in schemas if report.total(name)]
    default = DEFAULT if DEFAULT in with_rows else "articles"
    return {
        "pretty_name": report.dataset.title,
        "language": sorted(report.languages),
        "license": [licence.lower() for licence in sorted(report.licences)],
        "task_categories": ["text-classification", "token-classification"],
        "task_ids": ["fact-checking", "natural-language-inference"],
        "tags": list(TAGS),
        "configs": [
            {
                "config_name": name,
                **({"default": True} if name == default else {}),
                "version": report.dataset.version,
                "description": described(schemas[name], report),
                "data_files": [
                    {"split": split, "path": f"{name}/{split}-*.parquet"} for split, count in _filled(report, name)
                ],
            }
            for name in sorted(with_rows, key=lambda name: name != default)
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
            for name in with_rows
        ],
    }


def described(table: Table, report: Report) -> str:
    """It will give what a table is, and the digest of its files."""
    own = {path: digest for path, digest in report.sha256.items() if path.startswith(f"{table.name}/")}
    return f"{table.description} sha256:{of_files(own)}"


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


def _filled(report: Report, name: str) -> list[tuple[str, int]]:
    """The splits of a table that have rows, and how many."""
    counts = report.counts[name]
    return [(split, counts[split]) for split in (*report.dataset.shares, WHOLE) if counts.get(split)]
