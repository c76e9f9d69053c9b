"""Pairs with a source that only the article's own words stand for: a share of them is asked and made, all are known."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from annotating import region, relation
from claimstance import dataset
from claimstance.annotation.quality.adjudication import pair_adjudications
from claimstance.annotation.tables import due
from claimstance.digests import share
from claimstance.errors import SchemaError
from claimstance.gate.folder import Folder
from claimstance.push import Order, prepared
from claimstance.stages import run
from claimstance.table import Rows
from conftest import Good, built, copied
from damage import changed
from planting import SCHEMAS, failing
from test_adjudication import BATCH
from test_gold import CLAIM, PAIR, claim, pair, source, stance, tables, task
from test_tasks import pair_tables, pairs_of

SETTINGS = 'name: a\ntitle: A\nsummary: s\nversion: "0.1.0"\nsplits: {train: 0.6, validation: 0.2, test: 0.2}\n'
NAMED = "dam.c000004-000034|dam.t000036"
PLACE = share("in_text", *NAMED.split("|"))
SPANS = task({"ada": [claim(CLAIM), source("the Board"), relation("c1", "s1")]})
# The in-text pairs of tests/whole, by the number that decides whether they are in the share.
BRIDGE_AGAIN = "bridge-again.c000228-000256|bridge-again.t000265"  # 0.06
WELL = "well.c000238-000270|well.t000280"  # 0.36
BRIDGE = "bridge.c000218-000246|bridge.t000255"  # 0.52
LIBRARY = "library.c000247-000283|library.t000296"  # 0.65


# What dataset.yaml says


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("", 1.0), ("gold: {stance: vote}\n", 1.0), *((f"gold: {{in_text: {one}}}\n", one) for one in (0.0, 0.3, 1.0))],
)
def test_all_pairs_are_wanted_unless_a_share_is_said(tmp_path: Path, said: str, wanted: float) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text(SETTINGS + said, encoding="utf-8")

    found = dataset.read(path)

    assert (found.stance, found.in_text) == ("vote", wanted)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("-0.1", "gold has in_text: -0.1. A share from 0 to 1 is due, such as 0.3; 1 makes all."),
        ("30", "gold has in_text: 30. A share from 0 to 1 is due, such as 0.3; 1 makes all."),
        ("nan", "gold has in_text: nan. A share from 0 to 1 is due, such as 0.3; 1 makes all."),
        ("some", "Expected `float`, got `str` - at `$.gold.in_text`. The files beside it show what is due there."),
    ],
)
def test_what_is_no_share_is_refused(tmp_path: Path, said: str, problem: str) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text(f"{SETTINGS}gold: {{in_text: {said}}}\n", encoding="utf-8")

    with pytest.raises(SchemaError) as refusal:
        dataset.read(path)

    assert str(refusal.value) == f"{path}: {problem}"


# Which pairs are in the share


def test_the_number_of_a_pair_follows_from_its_ids_and_sql_comes_to_the_same() -> None:
    sql = """SELECT ('0x' || left(sha256(concat_ws(chr(31), 'in_text', ?, ?)), 12))::BIGINT / 16 ** 12"""

    found = duckdb.execute(sql, NAMED.split("|")).fetchall()

    assert (found, round(PLACE, 6)) == ([(PLACE,)], 0.01113)


def test_about_the_share_is_in_it_and_who_is_in_a_smaller_one_is_in_a_larger_one() -> None:
    named = {"source_id": "a.t000001", "kind": "in_text"}

    inside = [{n for n in range(2000) if due({"claim_id": f"a.c{n}"}, named, part)} for part in (0, 0.2, 0.3, 1)]

    sizes = [len(one) for one in inside]
    assert (sizes[0], abs(sizes[1] - 400) < 60, abs(sizes[2] - 600) < 60, sizes[3]) == (0, True, True, 2000)
    assert inside[1] < inside[2]


@pytest.mark.parametrize(("in_text", "rows"), [(0, []), (PLACE, []), (PLACE + 1e-9, [NAMED]), (1, [NAMED])])
def test_a_judged_pair_is_a_row_within_the_share_and_judgements_beyond_it(in_text: float, rows: list[str]) -> None:
    read = pair({"ada": stance("REFUTES"), "bo": stance("SUPPORTS")}, NAMED)

    made = tables(SPANS, read, in_text=in_text)

    said = [row["label"] for row in made["judgements"] if row["item_kind"] == "stance"]
    assert ([row["stance_id"] for row in made["stances"]], sorted(said)) == (rows, ["REFUTES", "SUPPORTS"])


@pytest.mark.parametrize("held", ["The dam will hold.", None])
def test_a_pair_with_a_listed_source_is_never_left_out(held: str | None) -> None:
    made = tables(SPANS, pair({"ada": stance("SUPPORTS")}), evidence=held, in_text=0)

    assert [row["stance_id"] for row in made["stances"]] == [PAIR]


@pytest.mark.parametrize("in_text", [0, 1])
def test_a_pair_beyond_the_share_is_not_asked_about(in_text: float) -> None:
    asked = {one["data"]["task_id"] for one in pairs_of(pair_tables(in_text=in_text))}
    all_of_them = {one["data"]["task_id"] for one in pairs_of(pair_tables())}

    assert asked == all_of_them - ({"a.c42|a.t0"} if in_text == 0 else set())


@pytest.mark.parametrize(("in_text", "sent"), [(0, [PAIR]), (1, [PAIR, NAMED])])
def test_no_adjudicator_is_asked_about_a_pair_beyond_the_share(in_text: float, sent: list[str]) -> None:
    read = [pair({"ada": stance("REFUTES"), "bo": stance("SUPPORTS")}, one, batch=one[-4:]) for one in (PAIR, NAMED)]
    made = tables(SPANS, *read)

    given = {"batch": replace(BATCH, kind="pairs"), "tasks": [SPANS, *read], "in_text": in_text, **made}
    found: Rows = run([pair_adjudications], given)["pair_adjudications"]

    assert [one["data"]["task_id"] for one in found] == sent


# To whom a claim is attributed


def test_a_claim_says_whom_its_arrows_lead_to_whether_that_was_judged_or_not() -> None:
    marks = [claim(CLAIM), source("the Board"), source("Orme", "s2"), region("", (0, 3), "Source", "s3")]
    marks[3]["value"]["text"] = "The"
    read = task({"ada": [*marks, relation("c1", "s2"), relation("c1", "s1")]})

    made = tables(read, in_text=0)

    named = {row["raw_text"]: row["source_id"] for row in made["sources"] if row["kind"] == "in_text"}
    assert ([row["attributed_to"] for row in made["claims"]], len(named)) == (
        [sorted([named["the Board"], named["Orme"]])],
        3,
    )


def test_an_arrow_that_fewer_than_half_drew_attributes_nothing() -> None:
    plain = [claim(CLAIM), source("the Board")]
    read = task({"ada": [*plain, relation("c1", "s1")], "bo": plain, "cy": plain})

    made = tables(read)

    assert [row["attributed_to"] for row in made["claims"]] == [[]]


# The way through, and the gate


def said(good: Good, in_text: float) -> None:
    path = good.corpus / "corpus" / "dataset.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}gold: {{in_text: {in_text}}}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Iterator[Good]:
    """tests/whole, built with a share of 0.6."""
    made = built(tmp_path_factory.mktemp("shared"), script)
    said(made, 0.6)
    script("build").main(["--corpus", str(made.corpus)])
    yield made


def query(good: Good, sql: str) -> Any:
    with duckdb.connect() as database:
        for name in ("claims", "stances", "judgements"):
            database.read_parquet(str(good.folder / name / "*.parquet")).create_view(name)
        return database.execute(sql).fetchall()


def judged(good: Good, *checks: str, statements: str = "", corpus: bool = True) -> dict[str, dict[str, str]]:
    """What these checks say of a build, once something was done to it."""
    changed(good.folder, SCHEMAS, statements)
    folder = Folder(good.folder, SCHEMAS, good.corpus if corpus else None)
    return {one: failing(folder, one) for one in checks if failing(folder, one)}


CHECKS = ("claims.attributed", "stances.link", "stances.missing", "stances.rule", "stances.weighed")


def test_a_build_makes_the_share_and_keeps_every_word_and_every_attribution(shared: Good, good: Good) -> None:
    rows = "SELECT stance_id FROM stances WHERE source_id LIKE '%.t%' ORDER BY ALL"
    kept = "SELECT count(*) FROM judgements"
    named = "SELECT claim_id, attributed_to FROM claims WHERE len(attributed_to) > 0 ORDER BY ALL"

    found = [one for (one,) in query(shared, rows)]

    assert (found, query(shared, kept), query(shared, named)) == (
        [BRIDGE_AGAIN, BRIDGE, WELL],
        query(good, kept),
        [(pair.split("|")[0], [pair.split("|")[1]]) for pair in (BRIDGE_AGAIN, BRIDGE, LIBRARY, WELL)],
    )


@pytest.mark.parametrize("corpus", [True, False])
def test_of_such_a_build_every_check_holds(shared: Good, corpus: bool) -> None:
    assert judged(shared, *(CHECKS if corpus else set(CHECKS) - {"stances.rule"}), corpus=corpus) == {}


def test_a_push_asks_about_the_share(shared: Good, script: Callable[[str], ModuleType]) -> None:
    order = Order("more", "overlap", "pairs")

    with prepared(shared.corpus, order, script("build").STAGES, dry=True) as outbox:
        asked = sorted(one for one in outbox.ids if ".t" in one)

    assert asked == [BRIDGE_AGAIN, BRIDGE, WELL]


def test_a_row_beyond_the_share_is_told(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    said(own, 0.3)

    found = judged(own, *CHECKS)

    why = "an in-text source, beyond the share of 0.3 that dataset.yaml says"
    assert found == {"stances.rule": dict.fromkeys((BRIDGE, LIBRARY, WELL), why)}


@pytest.mark.parametrize("corpus", [True, False])
def test_a_pair_within_the_share_that_is_no_row_is_told(shared: Good, tmp_path: Path, corpus: bool) -> None:
    own = copied(shared, tmp_path)

    checks = set(CHECKS) - (set() if corpus else {"stances.rule"})
    found = judged(
        own,
        *checks,
        statements="DELETE FROM stances WHERE stance_id = 'well.c000238-000270|well.t000280'",
        corpus=corpus,
    )

    assert found == {"stances.missing": {WELL: "SUPPORTS, and no row"}}


CITING = "well.c000032-000095"
SPEAKER, QUOTED = WELL.split("|")[1], WELL.split("|")[0]


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        (
            "UPDATE claims SET attributed_to = ['well.t000280'] WHERE claim_id = 'well.c000032-000095'",
            {"claims.attributed": {CITING: f"{SPEAKER}, and no arrow leads there"}},
        ),
        (
            "UPDATE claims SET attributed_to = ['well.r001'] WHERE claim_id = 'well.c000032-000095'",
            {
                "claims.attributed": {CITING: "well.r001, which its article does not name"},
                "stances.link": {f"{CITING}|well.r001": "cited, and the claim is attributed to it"},
            },
        ),
        (
            "UPDATE claims SET attributed_to = ['well.t000280', 'well.t000280'] WHERE claim_id = 'well.c000238-000270'",
            {"claims.attributed": {QUOTED: "out of order, or one twice"}},
        ),
        (
            "UPDATE claims SET attributed_to = [] WHERE claim_id = 'library.c000247-000283'",
            {
                "claims.attributed": {
                    LIBRARY.split("|")[0]: f"not {LIBRARY.split('|')[1]}, and arrows of 3 of 3 lead there"
                }
            },
        ),
        (
            "UPDATE claims SET attributed_to = NULL WHERE claim_id = 'well.c000238-000270'",
            {
                "claims.attributed": {QUOTED: f"not {SPEAKER}, and arrows of 3 of 3 lead there"},
                "stances.link": {WELL: "attributed, and the claim is not attributed to it"},
            },
        ),
        (
            "UPDATE stances SET link = NULL WHERE stance_id = 'well.c000238-000270|well.t000280'",
            {"stances.link": {WELL: "not linked, and the claim is attributed to it"}},
        ),
        (
            """UPDATE judgements SET label = NULL WHERE item_kind = (
                SELECT any_value(item_kind) FROM judgements WHERE item_id LIKE 'well.j%>%') AND article_id = 'well'
                AND annotator <> 'ada'""",
            {"claims.attributed": {QUOTED: f"{SPEAKER}, and arrows of 1 of 3 lead there"}},
        ),
    ],
)
def test_an_attribution_that_is_not_what_the_arrows_say_is_told(
    shared: Good, tmp_path: Path, statements: str, wanted: dict[str, dict[str, str]]
) -> None:
    own = copied(shared, tmp_path)

    found = judged(own, *CHECKS, statements=statements)

    assert found == wanted
