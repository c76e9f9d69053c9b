"""What croissant.json says of how the data was made, by the keys of RAI 1.0: counted from the tables, and the answers
of the release's datasheet.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from claimstance import datasheet
from claimstance.gate.folder import Folder
from claimstance.gate.manifests import Counts
from claimstance.table import SPLITS

# Keys whose texts are answers of the datasheet: section and names.
ANSWERED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "rai:dataCollection": ("Collection process", ("Acquisition", "Mechanism", "Sampling", "Collectors")),
    "rai:dataCollectionRawData": ("Preprocessing, cleaning, labelling", ("Raw data",)),
    "rai:dataPreprocessingProtocol": ("Preprocessing, cleaning, labelling", ("Preprocessing",)),
    "rai:dataUseCases": ("Uses", ("Used so far", "Suitable for")),
    "rai:dataLimitations": ("Uses", ("Not for",)),
    "rai:dataSocialImpact": ("Uses", ("Risks",)),
    "rai:dataReleaseMaintenancePlan": ("Maintenance", ("Maintainer", "Errata", "Updates", "Older versions")),
    "rai:personalSensitiveInformation": ("Composition", ("Groups", "Identification", "Sensitivity")),
}
SINGLE = ("rai:dataCollection", "rai:dataCollectionRawData", "rai:dataReleaseMaintenancePlan", "rai:dataSocialImpact")
RULES = "claimstance: sentences, citation markers, source lists and candidates for sources are found by rules."


@dataclass(slots=True)
class _Made:
    """What the tables tell of how they were made."""

    retrieved: set[str] = field(default_factory=set)
    undated: int = 0
    annotators: dict[str, set[str]] = field(default_factory=dict)
    guidelines: set[str] = field(default_factory=set)
    judged: Counter[int] = field(default_factory=Counter)
    untold: int = 0
    listed: int = 0


def responsible(
    folder: Folder, counts: Mapping[str, Mapping[str, Counts]], agreed: str, sheet: str
) -> dict[str, str | list[str]]:
    """It will say what is known. `agreed` are the figures of agreement in words, `sheet` the datasheet; either may be
    empty.
    """
    made, found = _made(folder), dict[str, str | list[str]]()
    found["rai:dataCollectionMissingData"] = _missing(made, counts)
    if days := sorted(made.retrieved):
        found["rai:dataCollectionTimeframe"] = sorted({days[0], days[-1]})
    if made.annotators:
        found |= _annotated(made, agreed)
    if biases := list(_biases(counts.get("stances", {}))):
        found["rai:dataBiases"] = biases
    found["rai:machineAnnotationTools"] = [RULES]
    return found | dict(_answered(sheet))


def _answered(sheet: str) -> Iterator[tuple[str, str | list[str]]]:
    own = {heading: datasheet.answers(said) for heading, said in datasheet.sections(sheet)}
    for key, (heading, names) in ANSWERED.items():
        told = [" ".join(own[heading][name].split()) for name in names if own.get(heading, {}).get(name)]
        if told:
            yield key, " ".join(told) if key in SINGLE else told


def _annotated(made: _Made, agreed: str) -> Iterator[tuple[str, str | list[str]]]:
    who = ", ".join(f"{kind} {len(names)}" for kind, names in sorted(made.annotators.items()))
    guidelines = ", ".join(sorted(made.guidelines))
    protocol = (
        "Round 1 marks claims, sources and cues in articles; round 2 judges the stance of a source on a claim. The"
        f" rules that make gold of judgements stand in the columns `aggregation`; guideline {guidelines or 'unknown'}."
    )
    yield "rai:dataAnnotationProtocol", protocol
    yield "rai:dataAnnotationPlatform", ["Label Studio"]
    yield "rai:annotatorDemographics", [f"Annotators by kind: {who}."]
    if agreed:
        yield (
            "rai:dataAnnotationAnalysis",
            [agreed, "Each judgement is a row of the table judgements; a tie stays one."],
        )
    if made.judged:
        spread = ", ".join(f"{count:,} pairs have {n}" for n, count in sorted(made.judged.items()))
        yield "rai:annotationsPerItem", f"Judgements a pair of claim and source: {spread}."


def _missing(made: _Made, counts: Mapping[str, Mapping[str, Counts]]) -> str:
    rows = sum(own.rows for own in counts.get("stances", {}).values())
    ties = rows - sum(sum(own.labels["stance"].values()) for own in counts.get("stances", {}).values())
    articles = sum(own.rows for own in counts.get("articles", {}).values())
    return (
        f"Articles without a known date: {made.undated:,} of {articles:,}. Listed sources whose text is not held:"
        f" {made.untold:,} of {made.listed:,}. Pairs without a stance, because judges tied: {ties:,} of {rows:,}."
    )


def _biases(stances: Mapping[str, Counts]) -> Iterator[str]:
    for split in SPLITS:
        if split in stances and (labels := stances[split].labels["stance"]):
            most = max(sorted(labels), key=lambda label: labels[label])
            share = labels[most] / stances[split].rows
            yield f"{most} is the stance of {share:.0%} of the {stances[split].rows:,} pairs in {split}."


def _made(folder: Folder) -> _Made:
    """Read a few narrow columns, a row group at a time."""
    found = _Made()
    for rows in folder.batches("articles", ("retrieved", "published")):
        found.retrieved.update(one for one in pc.unique(rows["retrieved"]).to_pylist() if one)
        found.undated += rows["published"].null_count
    kinds = _names(folder, "judgements", "annotator_kind")
    for rows in folder.batches("judgements", ("annotator", "annotator_kind", "guideline_version")):
        for one in rows.group_by(["annotator", "annotator_kind"]).aggregate([]).to_pylist():
            found.annotators.setdefault(kinds[one["annotator_kind"]], set()).add(one["annotator"])
        found.guidelines.update(one for one in pc.unique(rows["guideline_version"]).to_pylist() if one)
    for rows in folder.batches("stances", ("n_judgements",)):
        for one in pc.value_counts(rows["n_judgements"]).to_pylist():
            found.judged[one["values"]] += one["counts"]
    listed = _names(folder, "sources", "kind").index("listed")
    for rows in folder.batches("sources", ("kind", "evidence_basis")):
        own: pa.Table = rows.filter(pc.equal(rows["kind"], listed))
        found.listed += len(own)
        found.untold += own["evidence_basis"].null_count
    return found


def _names(folder: Folder, table: str, column: str) -> list[str]:
    vocabulary: Any = next(one for one in folder.schemas[table].fields if one.name == column).vocabulary
    names: list[str] = vocabulary.names
    return names
