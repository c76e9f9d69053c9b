"""What several judges said, for training that does not begin with one label a pair: as a vector, or one by one."""

from collections.abc import Sequence
from typing import Any

from claimstance.errors import LoadError
from claimstance.table import Row, Rows
from claimstance.training.views import Data, columns, each, known, mapped, needs, one_split, read

NO_RELATION = "NO_RELATION"
_NO_SAY = ("training", "control")  # purposes that have no say in gold either
_JUDGED = (
    "judgement_id",
    "article_id",
    "item_kind",
    "item_id",
    "annotator",
    "annotator_kind",
    "label",
    "anchor",
    "created",
    "purpose",
    "wave",
    "skipped",
)
_WORDS = ("judgement_id", "article_id", "claim_id", "source_id", "annotator", "annotator_kind")


def soft_names(data: Any, *, no_relation: bool = True) -> list[str]:
    """It will name the places of the vector that `soft_labels` gives: the stances in order of their numbers, and
    NO_RELATION behind them.
    """
    return [*one_split(data).features["soft_label"], *([NO_RELATION] if no_relation else [])]


def soft_labels(data: Data, *, no_relation: bool = True) -> Data:
    """It will add to each row of `stances` a column `target`, a list of float32 that sums to 1: see `soft_names`.

    The last place is the share of the judgements that said NO_RELATION, which `soft_label` leaves. Without
    `no_relation` the others are scaled to sum to 1. Ties stay in: a tie is [0.5, 0.5, …]. A row of which nothing was
    said is left out. Raises LoadError.
    """
    needs(data, "soft_labels", "soft_label")
    return each(data, lambda own: _soft(own, no_relation))


def by_annotator(
    judgements: Data, claims: Any = None, sources: Any = None, *, labels: Sequence[str] | None = None
) -> Data:
    """It will give one row for each annotator and pair, of the table `judgements`: what they said of it last.

    Columns: judgement_id, article_id, claim_id, source_id, annotator, annotator_kind, adjudicates, and label, a
    ClassLabel of the stances and NO_RELATION. With `claims` and `sources`, those tables, also claim, source and
    evidence_text; pairs whose claim or source is no longer gold, or withheld, are then left out. What has no say in
    gold has none here: training and control tasks, what was skipped, what lost its place. `labels` are the names, if
    the corpus has others than this version of claimstance. Raises LoadError.
    """
    needs(judgements, "by_annotator", *_JUDGED)
    if (claims is None) != (sources is None):
        raise LoadError("by_annotator", "claims and sources go together", "Give both, or neither.")
    vocabularies = known().vocabularies
    names = list(labels or [*vocabularies["stance"].names, *vocabularies["no_stance"].names])
    texts = None if claims is None else (_texts(claims, "claim_id", "text"), _sources(sources))
    return each(judgements, lambda own: _words(own, names, texts))


def _soft(data: Any, no_relation: bool) -> Any:
    from datasets import List, Value

    labels = list(data.features["soft_label"])
    size = len(labels) + no_relation

    def targets(row: Row) -> Rows:
        shares = [(row["soft_label"] or {}).get(label) or 0.0 for label in labels]
        total = sum(shares)
        if total <= 0:
            return []
        if not no_relation:
            return [{**row, "target": [share / total for share in shares]}]
        rest = 1 - total
        return [{**row, "target": [*shares, rest if rest > 1e-9 else 0.0]}]

    features = {name: data.features[name] for name in columns(data) if name != "target"}
    return mapped(data, "soft", targets, {**features, "target": List(Value("float32"), length=size)}, no_relation)


def _words(data: Any, names: list[str], texts: tuple[dict[str, Any], dict[str, Any]] | None) -> Any:
    from datasets import ClassLabel, Value

    kinds, purposes = data.features["item_kind"], data.features["purpose"]
    last = _last(data)

    def words(row: Row) -> Rows:
        if row["judgement_id"] not in last:
            return []
        claim_id, _, source_id = row["item_id"].partition("|")
        if row["label"] not in names:
            then = f"Known: {', '.join(names)}. Give `labels` where the corpus has others."
            raise LoadError(f"by_annotator, {row['judgement_id']}", f"the label is {row['label']!r}", then)
        adjudicates = purposes.names[row["purpose"]] == "adjudication"
        own = {**row, "claim_id": claim_id, "source_id": source_id, "adjudicates": adjudicates}
        own["label"] = names.index(row["label"])
        if texts:
            if texts[0].get(claim_id) is None or source_id not in texts[1]:
                return []
            own["claim"], (own["source"], own["evidence_text"]) = texts[0][claim_id], texts[1][source_id]
        return [own]

    joined = ("claim", "source", "evidence_text") if texts else ()
    features = {
        **{name: Value("string") for name in _WORDS if name != "annotator_kind"},
        "annotator_kind": data.features["annotator_kind"],
        "adjudicates": Value("bool"),
        "label": ClassLabel(names=names),
        **{name: Value("string") for name in joined},
    }
    return mapped(data, "annotators", words, features, kinds.names, names, texts)


def _last(data: Any) -> set[str]:
    """The judgements that are an annotator's last word on a pair, as gold takes them; one more who adjudicates."""
    kinds, anchors, purposes = (data.features[name].names for name in ("item_kind", "anchor", "purpose"))
    last: dict[tuple[str, str, bool], tuple[int, str, str]] = {}
    for row in read(data, *_JUDGED):
        purpose = purposes[row["purpose"]]
        lost = row["anchor"] is not None and anchors[row["anchor"]] == "lost"
        if kinds[row["item_kind"]] != "stance" or row["skipped"] or purpose in _NO_SAY or lost:
            continue
        key = row["item_id"], row["annotator"], purpose == "adjudication"
        said = row["wave"], str(row["created"] or ""), row["judgement_id"]
        last[key] = max(last.get(key, said), said)
    return {judgement_id for _, _, judgement_id in last.values()}


def _texts(data: Any, key: str, column: str) -> dict[str, Any]:
    needs(data, "by_annotator", key, column)
    return {row[key]: row[column] for row in read(data, key, column)}


def _sources(data: Any) -> dict[str, Any]:
    needs(data, "by_annotator", "source_id", "raw_text", "evidence_text")
    return {
        row["source_id"]: (row["raw_text"], row["evidence_text"])
        for row in read(data, "source_id", "raw_text", "evidence_text")
    }
