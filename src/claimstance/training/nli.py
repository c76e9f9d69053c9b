"""Stances as natural language inference: what the source says is the premise, the claim the hypothesis."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from claimstance.table import Row, Rows
from claimstance.training.views import Data, each, known, mapped, needs, one_of, read

Names = Literal["fever", "mnli"]
# In the order in which each is commonly numbered: FEVER as its paper names them, MNLI as GLUE has it.
NAMES: Mapping[str, tuple[str, ...]] = {
    "fever": ("SUPPORTS", "REFUTES", "NOT ENOUGH INFO"),
    "mnli": ("entailment", "neutral", "contradiction"),
}
# As FEVER is read as inference in Nie et al. 2019, "Combining fact extraction and verification".
_MNLI = {"SUPPORTS": "entailment", "REFUTES": "contradiction", "NOT ENOUGH INFO": "neutral"}
_READ = ("stance_id", "article_id", "claim", "evidence_text", "stance")


def as_nli(
    data: Data,
    names: Names = "fever",
    *,
    others: Mapping[str, str] | None = None,
    contexts: Mapping[str, str] | None = None,
) -> Data:
    """It will give stance_id, article_id, premise, hypothesis and label, a ClassLabel, of the table `stances`.

    `label` has the names of FEVER or MNLI. Which stance is which class is the crosswalk of schemas/labels.yaml; a
    stance without an equal there (DISPUTED, DISCUSSES) is left out, unless `others` names a class for it:
    {"DISPUTED": "NOT ENOUGH INFO"}. So are pairs without a stance (ties), which are no class of their own. The premise
    is the source's own text; where the corpus holds none it is what `contexts` has for the stance_id (what the article
    says around the claim: see `contexts`), and else the pair is left out; so is one whose words a release may not carry
    (`claimstance rehydrate` puts them back). `left_out` counts them. Raises LoadError.
    """
    needs(data, "as_nli", *_READ)
    return each(data, lambda own: _of(own, _Rule(own, names, others, contexts)))


def left_out(
    data: Any,
    names: Names = "fever",
    *,
    others: Mapping[str, str] | None = None,
    contexts: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """It will count the pairs that `as_nli`, asked in the same way, leaves out, by reason: "tie", "withheld" (the
    release may not carry the claim), "no premise", or the stance that has no class. It reads the rows once.
    """
    needs(data, "left_out", *_READ)
    found: Counter[str] = Counter()
    for own in data.values() if isinstance(data, Mapping) else [data]:
        rule = _Rule(own, names, others, contexts)
        found.update(reason for row in read(own, *_READ) if (reason := rule.against(row)))
    return dict(sorted(found.items()))


class _Rule:
    """Which class each row is, and why it is none."""

    def __init__(
        self, data: Any, names: Names, others: Mapping[str, str] | None, contexts: Mapping[str, str] | None
    ) -> None:
        one_of("as_nli", "names", names, NAMES)
        self.names, self.contexts, self.stances = NAMES[names], contexts or {}, data.features["stance"].names
        crosswalk = {label.name: label.more.get("fever") for label in known().vocabularies["stance"].labels}
        equal = {name: _MNLI[own] if names == "mnli" else own for name, own in crosswalk.items() if own}
        for stance, name in (others or {}).items():
            one_of("as_nli", "a stance of `others`", stance, self.stances)
            one_of("as_nli", f"the class of {stance}", name, self.names)
        self.classes = {**(others or {}), **equal}

    def against(self, row: Row) -> str:
        """Why the row is left out; empty where it is not."""
        if row["stance"] is None:
            return "tie"
        stance = self.stances[row["stance"]]
        if stance not in self.classes:
            return str(stance)
        if row["claim"] is None:
            return "withheld"
        return "" if self.premise(row) else "no premise"

    def premise(self, row: Row) -> str:
        return row["evidence_text"] or self.contexts.get(row["stance_id"]) or ""

    def pairs(self, row: Row) -> Rows:
        if self.against(row):
            return []
        return [
            {
                "stance_id": row["stance_id"],
                "article_id": row["article_id"],
                "premise": self.premise(row),
                "hypothesis": row["claim"],
                "label": self.names.index(self.classes[self.stances[row["stance"]]]),
            }
        ]


def _of(data: Any, rule: _Rule) -> Any:
    from datasets import ClassLabel, Value

    features = {name: Value("string") for name in ("stance_id", "article_id", "premise", "hypothesis")}
    label = ClassLabel(names=list(rule.names))
    said = sorted(rule.classes.items()), sorted(rule.contexts.items())
    return mapped(data, "nli", rule.pairs, {**features, "label": label}, rule.names, said)
