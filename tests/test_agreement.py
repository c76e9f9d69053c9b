"""Agreement: figures over ballots, held to the textbook, to another library, and to a bootstrap done by hand."""

import errno
import io
import os
import random
import re
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from claimstance import build as way
from claimstance import merge, schema
from claimstance.annotation.agreement import figures
from claimstance.annotation.agreement.ballots import SCHEMA
from claimstance.annotation.agreement.bootstrap import ROUNDS, SEED, Sums, estimates
from claimstance.annotation.agreement.figures import agreement
from claimstance.release.cards import agreement as told
from claimstance.release.cards import documents
from claimstance.table import Row, Rows
from conftest import REPOSITORY, corpus

SCHEMAS = schema.load(REPOSITORY / "schemas")
Said = Mapping[str, str]  # annotator -> label
Scripts = Callable[[str], ModuleType]


def ballot(article: str, said: Said, **changed: Any) -> Row:
    """One row of ballots: what annotators said of one pair."""
    row = {
        "article_id": article,
        "batch": "pairs",
        "guideline_version": "1.0",
        "task": "stance",
        "unit": "pair",
        "label": "",
        "wave": 1,
        "annotators": sorted(said),
        "values": [said[name] for name in sorted(said)],
        "times": 1,
        "exact": 0,
        "overlap": 0,
    }
    return row | changed


def table(rows: Iterable[Row]) -> Rows:
    """The agreement table of ballots; a table that conforms."""
    found = agreement(pa.Table.from_pylist(list(rows), SCHEMA))
    SCHEMAS["agreement"].conform(found)
    return found


def figure(rows: Rows, agreement_id: str) -> Row:
    return next(row for row in rows if row["agreement_id"] == agreement_id)


def value(rows: Rows, agreement_id: str) -> float | None:
    found: float | None = figure(rows, agreement_id)["value"]
    return found


# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", C: four observers, twelve units, values missing.
OBSERVERS = {
    "a": "123321412...",
    "b": "1233224125.3",
    "c": ".3332342251.",
    "d": "12332441251.",
}


def test_alpha_of_the_textbooks_example_is_743_thousandths() -> None:
    units = [{name: said[nth] for name, said in OBSERVERS.items() if said[nth] != "."} for nth in range(12)]
    rows = [ballot(f"a{nth}", said) for nth, said in enumerate(units) if len(said) > 1]

    found = table(rows)

    row = figure(found, "stance/pair/alpha")
    assert (round(row["value"], 3), row["n_items"], row["n_annotators"]) == (0.743, 11, 4)


UNITS = st.lists(
    st.dictionaries(st.sampled_from(["ada", "bo", "cy", "dee"]), st.sampled_from("xyz"), min_size=2), min_size=1
)


def library(units: Sequence[Said]) -> float | None:
    """Alpha as nltk has it; null where all values are the same, which it calls 1."""
    triples = [(name, nth, label) for nth, said in enumerate(units) for name, label in said.items()]
    if len({label for _, _, label in triples}) < 2:
        return None
    return float(AnnotationTask(triples).alpha())


@settings(max_examples=150)
@given(UNITS)
def test_alpha_is_what_the_library_computes_of_all_of_each_two_and_without_each(units: list[Said]) -> None:
    rows = [ballot(f"a{nth % 3}", said) for nth, said in enumerate(units)]

    found = table(rows)

    wrong = []
    for row in found:
        if row["metric"] == "alpha" and row["label"] is None:
            own = row["annotators"] or ["ada", "bo", "cy", "dee"]
        elif row["metric"] == "alpha_of_others":
            own = [name for name in ("ada", "bo", "cy", "dee") if name not in row["annotators"]]
        else:
            continue
        kept = [{name: label for name, label in said.items() if name in own} for said in units]
        wanted = library([said for said in kept if len(said) > 1])
        if row["value"] != (wanted if wanted is None else pytest.approx(wanted, abs=1e-6)):
            wrong.append((row["agreement_id"], row["value"], wanted))
    assert wrong == []


@settings(max_examples=80)
@given(UNITS, st.sampled_from("xyz"))
def test_alpha_of_a_label_is_that_of_saying_it_or_not(units: list[Said], label: str) -> None:
    binary = [{name: str(said == label) for name, said in one.items()} for one in units]

    found = table(ballot("a", said) for said in units)

    rows = [row["value"] for row in found if row["agreement_id"] == f"stance/pair/alpha/label={label}"]
    wanted = [library(binary)] if any(label in one.values() for one in units) else []
    assert rows == [one if one is None else pytest.approx(one, abs=1e-6) for one in wanted]


@settings(max_examples=80)
@given(UNITS)
def test_alpha_against_the_others_is_that_of_their_pairs_as_units(units: list[Said]) -> None:
    pairs = [
        {"ada": said["ada"], name: label}
        for said in units
        if "ada" in said
        for name, label in said.items()
        if name != "ada"
    ]

    found = table(ballot("a", said) for said in units)

    rows = [row for row in found if row["agreement_id"] == "stance/pair/alpha_against_others/annotators=ada"]
    wanted = library(pairs)
    assert [row["value"] for row in rows] == [wanted if wanted is None else pytest.approx(wanted, abs=1e-6)] * len(rows)


def drawn(seed: int, articles: int = 8, items: int = 6) -> list[tuple[str, Said]]:
    """Items of several articles that three annotators judged, alike more often than not."""
    chance = random.Random(seed)  # noqa: S311
    found: list[tuple[str, Said]] = []
    for nth in range(articles):
        for _ in range(chance.randint(1, items)):
            truth = chance.choice("xyz")
            found.append(
                (f"a{nth}", {name: chance.choice([truth, truth, truth, *"xyz"]) for name in ("ada", "bo", "cy")})
            )
    return found


def test_the_interval_is_that_of_a_bootstrap_over_articles_done_by_hand() -> None:
    items = drawn(3)
    articles = sorted({article for article, _ in items})
    stream = np.random.RandomState(SEED)

    found = table(ballot(article, said) for article, said in items)

    rounds = []
    for _ in range(ROUNDS):
        chosen = [articles[one] for one in stream.randint(0, len(articles), len(articles), np.int32)]
        alpha = library([said for article in chosen for own, said in items if own == article])
        rounds.append(alpha if alpha is not None else float("nan"))
    rounds.sort()
    row = figure(found, "stance/pair/alpha")
    limits = [row["ci_low"], row["ci_high"]]
    assert limits == pytest.approx([rounds[25], rounds[-26]], abs=1e-6)


def test_the_draws_are_pinned_so_that_no_machine_and_no_version_moves_an_interval() -> None:
    found = table(ballot(article, said) for article, said in drawn(5))

    row = figure(found, "stance/pair/alpha")
    assert [row["value"], row["ci_low"], row["ci_high"]] == [0.302352, 0.190249, 0.464928]


def mixed() -> list[Row]:
    """Ballots of all kinds, of items that two, three or four annotators judged."""
    found = [ballot(article, said) for article, said in drawn(4)]
    found += [ballot(article, {**said, "dee": "x"}, batch="more", wave=2) for article, said in drawn(9, 3)]
    found += [ballot(article, {"ada": "x", "dee": "z"}, task="claim_type", unit="claim") for article, _ in drawn(8)]
    for article, said in drawn(7):
        votes = {name: "Claim" if label == "x" else "" for name, label in said.items()}
        found.append(ballot(article, votes, task="span", unit="token", label="Claim", times=3))
        found.append(spans(article, ("ada", "bo"), 5, 1, 2))
    return found


@pytest.mark.parametrize("part", [1, 3, 7])
def test_the_order_of_ballots_and_how_they_come_in_parts_change_nothing(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = mixed()
    whole = table(rows)
    random.Random(part).shuffle(rows)  # noqa: S311
    monkeypatch.setattr("claimstance.annotation.agreement.kinds.PORTION", part)

    parts = [pa.Table.from_pylist(rows[first : first + part], SCHEMA) for first in range(0, len(rows), part)]
    found = agreement(pa.concat_tables(parts))

    assert sorted(found, key=lambda row: row["agreement_id"]) == sorted(whole, key=lambda row: row["agreement_id"])


def test_more_figures_at_once_than_memory_may_hold_are_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [ballot(article, said) for article, said in drawn(4)]
    whole = table(rows)
    monkeypatch.setattr("claimstance.annotation.agreement.bootstrap.HELD", 50)

    found = table(rows)

    assert sorted(found, key=lambda row: row["agreement_id"]) == sorted(whole, key=lambda row: row["agreement_id"])


POOLS = [pa.default_memory_pool()]  # they have to be there as long as anything that came from them


@pytest.fixture
def pool() -> Iterator[pa.MemoryPool]:
    """A pool that counts what a test allocates, and nothing that earlier tests left and that is let go meanwhile. One
    thread computes and one reads files: each lets go of what it held before it begins with what comes next.
    """
    threads = pa.cpu_count(), pa.io_thread_count()
    POOLS.append(pa.proxy_memory_pool(POOLS[0]))
    pa.set_memory_pool(POOLS[-1])
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    yield POOLS[-1]
    pa.set_cpu_count(threads[0])
    pa.set_io_thread_count(threads[1])
    pa.set_memory_pool(POOLS[0])


class Held:
    """Ballots that come in parts, each made when it is asked for; `most` are the bytes that Arrow held meanwhile."""

    def __init__(self, part: pa.RecordBatch, parts: int, pool: pa.MemoryPool) -> None:
        self.part, self.parts, self.most, self.pool = part, parts, 0, pool

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        before = self.pool.bytes_allocated()
        for _ in range(self.parts):
            yield self.part.take(pa.array(np.arange(len(self.part))))
            pa.table({"next": [1]}).filter(pc.field("next") == 1)  # the thread may still hold the part before
            self.most = max(self.most, self.pool.bytes_allocated() - before)


def test_four_times_the_ballots_of_the_same_articles_take_no_more_memory(
    pool: pa.MemoryPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (part,) = pa.Table.from_pylist(mixed() * 100, SCHEMA).to_batches()
    monkeypatch.setattr("claimstance.annotation.agreement.kinds.PORTION", len(part) // 10)
    monkeypatch.setattr("claimstance.annotation.agreement.bootstrap.ROUNDS", 20)
    agreement(Held(part, 1, pool))  # what is imported and kept once

    took = []
    for parts in (5, 20):
        held = Held(part, parts, pool)
        tracemalloc.start()
        agreement(held)
        took.append((held.most, tracemalloc.get_traced_memory()[1]))  # numpy's arrays are in the second
        tracemalloc.stop()

    (arrow, arrays), (more_arrow, more_arrays) = took
    assert (more_arrow < 1.2 * arrow, more_arrays < 1.2 * arrays) == (True, True)


def test_ballots_that_shards_set_aside_are_read_a_shard_at_a_time_and_none_is_kept(
    pool: pa.MemoryPool, tmp_path: Path
) -> None:
    ballots = pa.Table.from_pylist(mixed() * 100, SCHEMA)
    shards = [merge.set_aside(tmp_path, nth, {"ballots": ballots}, parts=10)["ballots"] for nth in range(3)]
    rows = len(ballots)
    del ballots
    before = pool.bytes_allocated()

    # A file that is mapped takes nothing here, but its pages stay.
    held = [pool.bytes_allocated() - before for _ in merge.AllRows(shards).to_batches()]
    # The thread may still hold the last footer. Whatever it reads next, it begins without.
    pa.set_memory_pool(POOLS[0])
    assert sum(map(len, merge.AllRows(shards).to_batches())) == 3 * rows

    size = shards[0].path.stat().st_size
    assert (len(held), min(held) > 0, max(held) < 2 * size, pool.bytes_allocated()) == (3, True, True, before)


class Full(io.BytesIO):
    """A file on a disk without room."""

    def write(self, data: object, /) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_temporary_folder_that_is_full_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", Full)

    with pytest.raises(OSError, match="No space left") as refused:
        table(mixed())

    assert refused.value.filename == tempfile.gettempdir()


def test_ten_times_the_items_of_the_same_articles_make_no_interval_narrower() -> None:
    items = drawn(6)

    few, many = (table(ballot(article, said, times=times) for article, said in items) for times in (1, 10))

    rows = [figure(found, "stance/pair/raw") for found in (few, many)]
    limits = [[row["value"], row["ci_low"], row["ci_high"]] for row in rows]
    assert (limits[0] == limits[1], [row["n_items"] for row in rows]) == (True, [len(items), 10 * len(items)])


def test_alpha_of_one_and_the_same_label_is_undefined_and_not_1() -> None:
    found = table(ballot(f"a{nth}", {"ada": "x", "bo": "x"}) for nth in range(9))

    rows = {name: figure(found, f"stance/pair/{name}") for name in ("alpha", "raw")}
    assert {name: (row["value"], row["ci_low"], row["ci_high"]) for name, row in rows.items()} == {
        "alpha": (None, None, None),
        "raw": (1.0, None, None),
    }


def test_one_article_gives_a_figure_and_no_interval() -> None:
    said = [{"ada": "x", "bo": "x"}, {"ada": "y", "bo": "y"}, {"ada": "x", "bo": "y"}]

    found = table(ballot("a", one) for one in said)

    row = figure(found, "stance/pair/raw")
    assert (row["value"], row["ci_low"], row["n_articles"]) == (0.666667, None, 1)


def test_a_figure_that_most_draws_cannot_give_has_no_interval() -> None:
    rare = [ballot("a0", {"ada": "x", "bo": "y"}), *(ballot(f"a{nth}", {"ada": "x", "bo": "x"}) for nth in range(1, 4))]

    found = table(rare)

    row = figure(found, "stance/pair/alpha")
    assert (row["value"], row["ci_low"]) == (0.0, None)


def test_each_batch_and_wave_has_figures_of_its_own() -> None:
    alike, apart = {"ada": "x", "bo": "x"}, {"ada": "x", "bo": "y"}
    first = [ballot(f"a{nth}", apart if nth else alike) for nth in range(4)]
    second = [
        ballot(f"a{nth}", alike, batch=batch, wave=2, guideline_version="1.1") for nth in range(4) for batch in "bc"
    ]

    found = table([*first, *second])

    rows = [row for row in found if row["metric"] == "raw" and not row["label"] and not row["annotators"]]
    said = [(row["wave"], row["batch"], row["value"], row["n_items"], row["guideline_version"]) for row in rows]
    assert sorted(said, key=str) == [
        (1, "pairs", 0.25, 4, "1.0"),
        (1, None, 0.25, 4, "1.0"),
        (2, "b", 1.0, 4, "1.1"),
        (2, "c", 1.0, 4, "1.1"),
        (2, None, 1.0, 8, "1.1"),
        (None, None, 0.75, 12, None),
    ]


def test_confusion_counts_the_pairs_of_annotators_who_said_two_labels() -> None:
    said = [{"ada": "x", "bo": "x", "cy": "y"}, {"ada": "y", "bo": "x"}, {"ada": "z", "bo": "z"}]

    found = table(ballot("a", one, times=2) for one in said)

    rows = [row for row in found if row["metric"] == "confusion"]
    assert [(row["label"], row["other_label"], row["value"], row["n_items"]) for row in rows] == [
        ("x", "x", 2, 2),
        ("x", "y", 6, 4),
        ("z", "z", 2, 2),
    ]


def spans(article: str, both: tuple[str, str], times: int, exact: int, overlap: int) -> Row:
    said = dict.fromkeys(both, "")
    return ballot(article, said, task="span", unit="span", label="Claim", times=times, exact=exact, overlap=overlap)


def test_f1_is_twice_the_spans_that_are_the_same_by_all_that_both_marked() -> None:
    rows = [spans("a", ("ada", "bo"), 9, 2, 3), spans("b", ("ada", "bo"), 3, 1, 1), spans("b", ("ada", "cy"), 4, 0, 2)]

    found = table(rows)

    said = {row["agreement_id"].removeprefix("span/span/"): (row["value"], row["n_items"]) for row in found}
    assert {name: one for name, one in said.items() if "wave" not in name and "batch" not in name} == {
        "f1/label=Claim": (0.375, 16),
        "f1_overlap/label=Claim": (0.75, 16),
        "f1/label=Claim/annotators=ada+bo": (0.5, 12),
        "f1_overlap/label=Claim/annotators=ada+bo": (0.666667, 12),
        "f1/label=Claim/annotators=ada+cy": (0.0, 4),
        "f1_overlap/label=Claim/annotators=ada+cy": (1.0, 4),
    }


def test_a_label_that_nobody_marked_has_no_figures() -> None:
    said = {"ada": "", "bo": ""}

    found = table([ballot("a", said, task="span", unit="token", label="Citation", times=90)])

    assert found == []


def test_no_ballots_are_no_figures() -> None:
    found = table([])

    assert (found, told.figures(found), told.notes(found)) == ([], [], [])


def crew(seed: int, careless: str = "", judges: int = 4, articles: int = 15) -> list[Row]:
    """Items that annotators of the same care judged, 85 % of them right; `careless` chooses by chance."""
    chance = random.Random(seed)  # noqa: S311
    rows = []
    for nth in range(articles):
        for _ in range(chance.randint(2, 6)):
            truth = chance.choice("vwxyz")
            said = {}
            for name in (f"ann-{one}" for one in range(judges)):
                knows = name != careless and chance.random() < 0.85
                said[name] = truth if knows else chance.choice("vwxyz")
            rows.append(ballot(f"a{nth:02d}", said))
    return rows


def flagged(found: Rows) -> list[tuple[str, ...]]:
    return [tuple(row["annotators"]) for row in found if row["flag"]]


@pytest.mark.parametrize("seed", range(6))
def test_a_careless_annotator_is_named_and_nobody_else(seed: int) -> None:
    rows = crew(seed, careless="ann-2")

    found = table(rows)

    assert flagged(found) == [("ann-2",)]


@pytest.mark.parametrize("judges", [3, 6])
@pytest.mark.parametrize("seed", range(5))
def test_annotators_of_the_same_care_are_never_named(seed: int, judges: int) -> None:
    rows = crew(seed, judges=judges)

    found = table(rows)

    assert flagged(found) == []


def test_nobody_is_named_of_two_annotators_or_few_items_or_few_articles() -> None:
    two = crew(1, careless="ann-1", judges=2)
    few_items = crew(1, careless="ann-1", articles=15)[:19]
    few_articles = [row for row in crew(1, careless="ann-1", articles=40) if row["article_id"] < "a04"]
    few_articles = [*few_articles, *few_articles]

    found = [flagged(table(rows)) for rows in (two, few_items, few_articles)]

    assert (found, len(few_articles) >= figures.FEWEST_ITEMS) == ([[], [], []], True)


def test_the_rule_that_people_read_has_the_numbers_that_are_used() -> None:
    flag = next(field for field in SCHEMAS["agreement"].fields if field.name == "flag")

    numbers = re.findall(r"\d+(?:\.\d+)?", flag.description)

    used = {figures.FAR, float(figures.FEWEST_ITEMS), float(figures.FEWEST_ARTICLES), 95.0}
    assert ({float(one) for one in numbers}, "three or more" in flag.description) == (used, True)


def test_what_is_told_names_the_careless_by_pseudonym_and_how_many_items_it_stands_on() -> None:
    rows = table(crew(2, careless="ann-2"))

    said = told.notes(rows)

    own = figure(rows, "stance/pair/alpha_against_others/annotators=ann-2")
    others = figure(rows, "stance/pair/alpha_of_others/annotators=ann-2")
    assert said == [
        "Far off the others in stance (the rule is beside `flag` in schemas/tables/agreement.yaml): ann-2, alpha"
        f" {own['value']:.3f} with them, {others['value']:.3f} among them (n={own['n_items']})"
    ]


def test_what_is_told_follows_alpha_from_wave_to_wave_in_order() -> None:
    alike, apart = {"ada": "x", "bo": "x"}, {"ada": "x", "bo": "y"}
    waves = {1: [apart, alike], 2: [alike, {"ada": "y", "bo": "y"}], 10: [apart, apart]}

    rows = table(
        ballot(f"a{nth}", said, wave=wave, batch=f"b{wave}")
        for wave, own in waves.items()
        for nth, said in enumerate(own)
    )

    assert told.notes(rows) == [
        "Alpha of stance by wave: 1 0.000 (n=2), 2 1.000 (n=2), 10 -0.500 (n=2)",
        "Alpha of stance by batch: b1 0.000 (n=2), b2 1.000 (n=2), b10 -0.500 (n=2)",
        "Too few annotators to say who is far off: it takes three",
    ]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, script: Scripts) -> tuple[Rows, str]:
    """The agreement of this repository's corpus, and what a build of it says."""
    root = corpus(REPOSITORY, tmp_path_factory.mktemp("ours"))
    report = way.build(root, root / "build", script("build").STAGES)
    return pq.read_table(report.out / "agreement").to_pylist(), documents.summary(report)


def test_the_summary_and_the_card_show_the_main_figures_with_how_many_items(ours: tuple[Rows, str]) -> None:
    rows, said = ours

    lines = [" ".join(line.split()) for line in said.splitlines()]

    alpha = figure(rows, "stance/pair/alpha")
    wanted = (
        f"stance, alpha {alpha['value']:.3f} {alpha['ci_low']:.3f} to {alpha['ci_high']:.3f}"
        f" {alpha['n_items']} pairs, {alpha['n_annotators']} annotators, {alpha['n_articles']} articles"
    )
    assert wanted in lines


def test_a_corpus_nobody_annotated_has_no_agreement_and_says_nothing_of_it(tmp_path: Path, script: Scripts) -> None:
    root = corpus(REPOSITORY / "tests" / "mini", tmp_path / "plain")
    (root / "annotations" / "batches.yaml").unlink()

    report = way.build(root, root / "build", script("build").STAGES)

    card = (report.out / "README.md").read_text(encoding="utf-8")
    told_of = ["alpha" in documents.summary(report), "## Agreement" in card, (report.out / "agreement").exists()]
    assert (report.counts["agreement"], told_of) == ({"release": 0}, [False, False, False])


def test_figures_of_sums_that_are_undefined_are_null() -> None:
    nothing = Sums(np.zeros((3, 1)), lambda totals: np.full((len(totals), 1), np.nan))

    found = [one for _, estimate in estimates([("nothing", nothing)]) for one in estimate]

    assert [(one.value, one.low, one.high) for one in found] == [(None, None, None)]
