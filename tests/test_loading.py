"""What training code gets: the real `datasets` on a build, each table, streaming or not, with labels by name."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from datasets import ClassLabel, load_dataset

from claimstance import build as way
from claimstance import load, schema
from claimstance.training import Stance, rows
from conftest import REPOSITORY, corpus

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Path:
    """A build of this repository's corpus."""
    root = corpus(REPOSITORY, tmp_path_factory.mktemp("ours"))
    return way.build(root, root / "build", script("build").STAGES).out


@pytest.mark.parametrize("table", sorted(SCHEMAS))
@pytest.mark.parametrize("streaming", [False, True])
def test_every_table_loads_with_the_schemas_features_and_rows_in_every_split(
    ours: Path, tmp_path: Path, table: str, streaming: bool
) -> None:
    loaded = load_dataset(str(ours), table, cache_dir=str(tmp_path), streaming=streaming)

    own = SCHEMAS[table]
    splits = ("release",) if own.whole else ("train", "validation", "test")
    got = {split: (rows.features.to_dict(), next(iter(rows))[own.key] != "") for split, rows in loaded.items()}
    assert got == dict.fromkeys(splits, (own.features, True))


def test_without_a_name_the_joined_stances_come(ours: Path, tmp_path: Path) -> None:
    loaded = load_dataset(str(ours), cache_dir=str(tmp_path), split="train")

    label = loaded.features["stance"]
    assert (
        isinstance(label, ClassLabel),
        label.names[:2],
        {"claim", "source", "title"} <= set(loaded.column_names),
    ) == (
        True,
        ["SUPPORTS", "REFUTES"],
        True,
    )


def test_a_table_without_rows_in_a_split_loads_without_that_split(
    mini: Path, script: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    build = way.build(mini, mini / "build", script("build").STAGES).out

    loaded = load_dataset(str(build), "claims", cache_dir=str(tmp_path / "cache"))

    assert sorted(loaded) == ["test", "train"]


def test_a_corpus_nobody_annotated_loads_its_articles_by_default(
    tmp_path: Path, script: Callable[[str], ModuleType]
) -> None:
    root = corpus(REPOSITORY / "tests" / "mini", tmp_path / "plain")
    (root / "annotations" / "batches.yaml").unlink()

    build = way.build(root, root / "build", script("build").STAGES).out

    assert "title" in load_dataset(str(build), cache_dir=str(tmp_path / "cache"), split="train").column_names


def test_edited_rows_never_come_back_from_the_readers_cache(
    mini: Path, script: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    article = mini / "corpus" / "articles" / "2026" / "ferry.md"
    cache = str(tmp_path / "cache")
    stages = script("build").STAGES
    load_dataset(str(way.build(mini, mini / "build", stages).out), "articles", cache_dir=cache)
    article.write_text(
        article.read_text(encoding="utf-8").replace("publisher: The Gull", "publisher: The Tern"), encoding="utf-8"
    )

    again = load_dataset(str(way.build(mini, mini / "build", stages).out), "articles", cache_dir=cache)

    publishers = {row["publisher"] for rows in again.values() for row in rows}
    assert "The Tern" in publishers


MOST = 0.55  # of the pairs, whatever kind they are
FEWEST = {"train": 40, "test": 20}  # pairs of each stance, to learn from and to test on: DISPUTED has 42 and 21


def test_no_stance_is_that_of_most_pairs_and_each_can_be_learned_and_tested(ours: Path) -> None:
    found = {split: Counter(row.stance for row in rows(own)) for split, own in load(ours).items()}

    whole = sum(found.values(), Counter[Stance | None]())
    few = {split for split, least in FEWEST.items() if min(found[split].values()) < least}
    assert (max(whole.values()) / whole.total() <= MOST, set(whole), few) == (True, set(Stance), set())
