"""Artefacts: stances that half of the pair gives away are told, and such as take both are not.

Planted in 180 articles to train on and 120 to test: where three in four refuted claims say "never", the claim alone
tells the stance about 20 points better than the most frequent one does; where words say nothing, 3 to 8 points worse.
"""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from claimstance.gate.facts import artefacts as module
from claimstance.gate.facts.artefacts import artefacts
from claimstance.table import Row
from planting import CHECKS, failing, holding, planted

Chance = random.Random
WORDS = ["gate", "tide", "board", "pump", "valve", "ferry", "clerk", "depot", "winter", "storm", "bridge", "lamp"]
KANJI = [chr(place) for place in range(0x5000, 0x5040)]
Said = Callable[[Chance, str], str]


def words(dice: Chance, stance: str) -> str:
    return " ".join(dice.choices(WORDS, k=12))


def giving_away(dice: Chance, stance: str) -> str:
    """Three in four of what refutes say never."""
    return words(dice, stance) + (" never closed" if stance == "REFUTES" and dice.random() < 0.75 else "")


def in_han(dice: Chance, stance: str) -> str:
    told = "".join(dice.choices(KANJI, k=20))
    return told + ("未曾" if stance == "REFUTES" and dice.random() < 0.75 else "") + "。"


def dataset(claim: Said, evidence: Said, articles: int = 300, each: int = 5) -> dict[str, list[Row]]:
    """Three fifths of the articles to train on; three fifths of the stances support."""
    rows, homes = [], []
    for nth in range(articles):
        dice, name = Chance(nth), f"n{nth:04d}"
        split = "train" if nth % 5 < 3 else "validation" if nth % 5 == 3 else "test"
        homes.append({"article_id": name, "split": split})
        for number in range(each):
            stance = dice.choices(["SUPPORTS", "REFUTES", "DISCUSSES"], [0.6, 0.3, 0.1])[0]
            row = {"article_id": name, "stance_id": f"{name}.{number}", "stance": stance, "source": f"Office {number}"}
            rows.append(row | {"claim": claim(dice, stance), "evidence_text": evidence(dice, stance)})
    return {"articles": homes, "stances": rows}


@pytest.mark.parametrize(
    ("claim", "evidence", "told"),
    [
        (words, words, set()),
        (giving_away, words, {"stances.claim-only"}),
        (words, giving_away, {"stances.source-only"}),
        (in_han, words, {"stances.claim-only"}),
        (giving_away, giving_away, {"stances.claim-only", "stances.source-only"}),
    ],
)
def test_what_half_of_the_pair_gives_away_is_told_of_that_half(
    tmp_path: Path, claim: Said, evidence: Said, told: set[str]
) -> None:
    folder = planted(tmp_path / "now", dataset(claim, evidence))

    found = {check for check in ("stances.claim-only", "stances.source-only") if failing(folder, check)}

    assert found == told


def test_a_stance_that_only_claim_and_source_together_tell_is_no_artefact(tmp_path: Path) -> None:
    tables = dataset(words, words)
    for nth, row in enumerate(tables["stances"]):
        closed, said = nth % 2, (nth // 2) % 2
        row |= {"claim": f"{row['claim']} {('open', 'shut')[closed]}", "stance": ("SUPPORTS", "REFUTES")[closed ^ said]}
        row |= {"evidence_text": f"{row['evidence_text']} {('open', 'shut')[said]}"}
    folder = planted(tmp_path / "now", tables)

    found = {**failing(folder, "stances.claim-only"), **failing(folder, "stances.source-only")}

    assert found == {}


def test_whoever_guesses_as_often_as_in_train_is_held_against_the_most_frequent_stance_of_test(tmp_path: Path) -> None:
    tables = dataset(words, words)
    split_of = {row["article_id"]: row["split"] for row in tables["articles"]}
    for nth, row in enumerate(tables["stances"]):
        often = nth % 10 < (5 if split_of[row["article_id"]] == "train" else 9)
        row["stance"] = "SUPPORTS" if often else "REFUTES"
    folder = planted(tmp_path / "now", tables)

    found = artefacts(folder).to_pylist()[0]

    assert (found["majority"], found["gain"] < 0) == (0.9, True)


def test_one_long_article_is_not_enough_to_say_so(tmp_path: Path) -> None:
    tables = dataset(giving_away, words, articles=60)
    held = [row["article_id"] for row in tables["articles"] if row["split"] != "train"]
    for row in tables["stances"]:
        if row["article_id"] in held[1:]:
            row["claim"] = words(Chance(row["stance_id"]), "")
    tables["stances"] += dataset(giving_away, words, articles=4, each=60)["stances"][-60:]
    for row in tables["stances"][-60:]:
        row |= {"article_id": held[0], "stance_id": f"{held[0]}.{row['stance_id']}"}
    folder = planted(tmp_path / "now", tables)

    found = failing(folder, "stances.claim-only")

    assert found == {}


def test_of_a_few_rows_it_says_that_they_are_too_few(tmp_path: Path) -> None:
    folder = planted(tmp_path / "now", dataset(giving_away, words, articles=10))

    found = holding(folder, "stances.claim-only"), failing(folder, "stances.claim-only")

    assert found == ({"claim-only": "too few to tell: 30 rows to train on, 20 to test"}, {})


def test_a_dataset_without_stances_has_too_few(tmp_path: Path) -> None:
    folder = planted(tmp_path / "now", {"articles": [{"article_id": "a", "split": "train"}], "stances": []})

    found = holding(folder, "stances.source-only")

    assert found == {"source-only": "too few to tell: 0 rows to train on, 0 to test"}


def test_a_source_that_says_nothing_itself_is_read_by_its_name(tmp_path: Path) -> None:
    tables = dataset(words, words)
    for row in tables["stances"]:
        row |= {"evidence_text": None, "source": "The Daily No" if row["stance"] == "REFUTES" else "The Daily Yes"}
    folder = planted(tmp_path / "now", tables)

    found = failing(folder, "stances.source-only")

    assert set(found) == {"source-only"}


def test_of_very_many_rows_whole_articles_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 52)
    folder = planted(tmp_path / "now", dataset(giving_away, words, articles=100))

    found = [(row["n_train"], row["n_test"]) for row in artefacts(folder).to_pylist()]

    assert found == [(50, 50), (50, 50)]


def test_the_figures_are_the_same_in_every_process(tmp_path: Path) -> None:
    folder = planted(tmp_path / "now", dataset(giving_away, giving_away))
    code = f"""
from pathlib import Path
from claimstance.gate.facts.artefacts import artefacts
from planting import SCHEMAS
from claimstance.gate.folder import Folder
print(artefacts(Folder(Path({str(folder.path)!r}), SCHEMAS)).to_pylist())"""
    path = os.pathsep.join(sys.path)

    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert said == [f"{artefacts(folder).to_pylist()}\n"] * 2


def test_both_halves_are_judged_by_the_suite() -> None:
    judging = {check.id: check.limits["gain"] for check in CHECKS.values() if "artefacts" in check.facts}

    assert judging == {"stances.claim-only": 0.1, "stances.source-only": 0.1}
