"""What people should look at once more: pairs and claims on which annotators differ."""

from collections import defaultdict

from claimstance.annotation.gold import alike, counts, last_words, leader, verdict
from claimstance.table import Rows

THRESHOLD = 0.5  # share of pairs of judges that agree; 2 against 1 is below it (1/3), 3 against 1 is not (3/6)


def pairs_below(judgements: Rows, threshold: float = THRESHOLD) -> dict[str, str]:
    """It will give the pairs (<claim_id>|<source_id>) that are worth an adjudicator's time, and why.

    Those whose votes are tied, or of whose judges a smaller share than `threshold` agree, two by two. What was
    adjudicated is settled.
    """
    found = {}
    for item_id, said in judged_pairs(judgements).items():
        decided = verdict(said)
        share = alike(decided.votes.values(), sum(decided.votes.values()))
        if decided.aggregation == "adjudicated":
            continue
        if decided.tie or (share is not None and share < threshold):
            found[item_id] = "the votes are tied" if decided.tie else f"{share:.2f} of its judges agree, two by two"
    return found


def judged_pairs(judgements: Rows) -> dict[str, Rows]:
    """It will give the last word of everybody on the stance of each pair, where it counts, by pair."""
    pairs: dict[str, Rows] = defaultdict(list)
    for row in judgements:
        if row["item_kind"] == "stance" and counts(row):
            pairs[row["item_id"]].append(row)
    return {item_id: last_words(said) for item_id, said in sorted(pairs.items())}


def claims_below(claims: Rows, judgements: Rows) -> dict[str, str]:
    """It will give the claims that are worth an adjudicator's time, and why.

    Those that exactly half marked, whose boundaries differ, or whose types are tied. What was adjudicated is settled.
    """
    found = {}
    spans = {row["judgement_id"]: row["spans"] for row in judgements if row["item_kind"] == "span"}
    types: dict[str, list[str]] = defaultdict(list)
    for row in judgements:
        if row["item_kind"] == "claim_type":
            types[row["item_id"]].append(row["label"])
    for claim in claims:
        ids = claim["judgement_ids"]
        voted = [label for one in ids for label in types[one]]
        reasons = (
            ("exactly half marked it", claim["aggregation"] == "half"),
            ("its boundaries differ", any(spans[one] != spans[ids[0]] for one in ids)),
            ("its types are tied", bool(voted) and leader(voted) is None),
        )
        why = [reason for reason, holds in reasons if holds]
        if why and claim["aggregation"] != "adjudicated":
            found[claim["claim_id"]] = ", ".join(why)
    return found
