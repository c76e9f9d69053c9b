"""The ledger: an article never changes split, a group never lies in two, lines are only ever added."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimstance.errors import LedgerError
from claimstance.splits import ledger as ledgers
from claimstance.splits.ledger import HEADER, SPLITS, Entry, append, read
from deciding import Told, decide, plainly

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
OLD = "article_id,group,split,since\nbell,bell,test,1.0.0\n"


def ledger(**split_of: str) -> dict[str, Entry]:
    return {name: Entry(name, name, split, "1.0.0") for name, split in split_of.items()}


def entries(path: Path) -> list[Entry]:
    return [Entry(**row) for row in read(path).to_pylist()]


def test_a_ledger_that_is_not_there_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "splits.csv"

    found = entries(path)

    assert found == []


def test_lines_that_were_appended_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "splits.csv"
    new = [Entry("a", "a", "train", "1.0.0"), Entry('b,"c', "a", "test", "1.0.0")]

    append(path, new)

    assert entries(path) == new


@pytest.mark.parametrize("old", [OLD, OLD.rstrip(), OLD.replace("\n", "\r\n"), OLD.replace("bell", '"bell"')])
def test_old_lines_keep_their_bytes_when_new_ones_come(tmp_path: Path, old: str) -> None:
    path = tmp_path / "splits.csv"
    path.write_bytes(old.encode())

    append(path, [Entry("fog", "bell", "test", "1.1.0")])

    assert path.read_bytes() == (old if old.endswith("\n") else old + "\n").encode() + b"fog,bell,test,1.1.0\n"


@settings(deadline=None)
@given(
    names=st.lists(st.text(st.sampled_from('ab-0",é\n'), min_size=1), unique=True, max_size=6),
    cut=st.integers(0, 6),
)
def test_what_is_appended_in_two_steps_is_read_as_one(
    names: list[str], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "splits.csv"
    new = [Entry(name, name, "train", "1.0.0") for name in names]

    for part in (new[:cut], new[cut:]):
        append(path, part)

    assert entries(path) == new


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (b"", 1, "the first line is not article_id,group,split,since"),
        (b"\n", 1, "the first line is not"),
        (b"article_id,split\na,train\n", 1, "the first line is not"),
        (b"a,a,train,1.0.0\n", 1, "the first line is not"),
        (OLD.encode() + b"fog,fog,dev,1.0.0\n", 3, "not an entry: fog,fog,dev,1.0.0"),
        (OLD.encode() + b"fog,fog,train\n", 3, "not an entry: fog,fog,train"),
        (OLD.encode() + b"\n", 3, "an empty line"),
        (OLD.encode() + b"<<<<<<< HEAD\n", 3, "not an entry: <<<<<<< HEAD"),
        (OLD.encode() + b"bell,fog,train,1.1.0\n", 3, "bell stands there twice"),
        (OLD.encode() + b'"fog,fog,train,1.0.0\n', 3, "not an entry"),
        (OLD.encode() + b'"fo\ng",fog,train,1.0.0\nx\n', 5, "not an entry: x"),
        (OLD.encode() + b"\xff\xfe,fog,train,1.0.0\n", 3, "not UTF-8"),
        (OLD.encode() + b"f" * 200_000 + b",fog,train,1.0.0\n", 3, "not CSV"),
    ],
)
def test_a_ledger_that_cannot_be_trusted_is_refused_by_line(
    tmp_path: Path, content: bytes, line: int, told: str
) -> None:
    path = tmp_path / "splits.csv"
    path.write_bytes(content)

    with pytest.raises(LedgerError) as refusal:
        read(path)

    assert (refusal.value.where, told in refusal.value.what) == (f"{path}:{line}", True)


LINE = st.sampled_from(
    (
        *(
            "bell,bell,test,1.0.0\n",
            "fog,bell,test,1.0.0\r\n",
            "ferry,fog,train,10.0.12\n",
            "fog-2,a_b,validation,0.1.0\n",
        ),
        *('"gull",gull,train,1.0.0\n', '"pi\ner",gull,train,1.0.0\n', "é,é,train,1.0.0\n", "most,most,train,1.0.0\r"),
        *(
            "\n",
            "x,y\n",
            "tram,tram,dev,1.0.0\n",
            "tram,tram,train,01.0.0\n",
            'a"b,c,train,1.0.0\n',
            " quay,quay,test,1.0.0\n",
        ),
        *("pier,pier,train,1.0.0", "\x00,a,train,1.0.0\n"),
    )
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=8), size=st.integers(1, 60))
def test_plain_lines_are_read_as_the_reader_of_all_csv_reads_them(
    lines: list[str], size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "splits.csv"
    path.write_text(",".join(HEADER) + "\n" + "".join(lines), encoding="utf-8", newline="")
    monkeypatch.setattr(ledgers, "BLOCK", size)

    found = said(path)

    with monkeypatch.context() as patched:
        patched.setattr(ledgers, "_PLAIN", re.compile(b"no line"))
        assert found == said(path)


def said(path: Path) -> list[Entry] | str:
    """The lines, or why there are none."""
    try:
        return entries(path)
    except LedgerError as error:
        return str(error)


def test_an_article_of_the_ledger_keeps_its_split_whatever_its_hash_says() -> None:
    recorded = ledger(bell="test", fog="validation", ferry="train")

    decision = decide(["bell", "ferry", "fog"], ["bell", "ferry", "fog"], recorded, SHARES, "1.1.0")

    assert decision == Told({"bell": "test", "ferry": "train", "fog": "validation"}, [], {})


def test_a_new_article_follows_the_older_ones_of_its_group() -> None:
    recorded = ledger(bell="test", fog="validation")
    groups = {"ant": "ant", "bell": "ant", "fog": "fog", "gull": "fog"}

    decision = decide(list(groups), [*groups.values()], recorded, SHARES, "1.1.0")

    assert decision == Told(
        {"ant": "test", "bell": "test", "fog": "validation", "gull": "validation"},
        [Entry("ant", "ant", "test", "1.1.0"), Entry("gull", "fog", "validation", "1.1.0")],
        {},
    )


def test_a_torn_group_is_reported_and_its_new_articles_go_where_most_of_it_is() -> None:
    recorded = ledger(bell="test", fog="test", ferry="train")

    decision = decide(["ant", "bell", "ferry", "fog"], ["ant"] * 4, recorded, SHARES, "1.1.0")

    assert decision == Told(
        {"ant": "test", "bell": "test", "ferry": "train", "fog": "test"},
        [Entry("ant", "ant", "test", "1.1.0")],
        {"ant": {"test": 3, "train": 1}},
    )


def test_a_group_torn_in_equal_halves_goes_on_in_the_first_of_the_splits() -> None:
    recorded = ledger(bell="test", fog="validation")

    decision = decide(["ant", "bell", "fog"], ["ant"] * 3, recorded, SHARES, "1.1.0")

    assert (decision.split_of["ant"], decision.torn) == ("validation", {"ant": {"test": 1, "validation": 2}})


def test_an_article_that_is_gone_keeps_its_line_and_decides_nothing() -> None:
    recorded = ledger(bell="test")

    decision = decide(["fog"], ["fog"], recorded, {"train": 1.0, "validation": 0.0, "test": 0.0}, "1.1.0")

    assert decision == Told({"fog": "train"}, [Entry("fog", "fog", "train", "1.1.0")], {})


def test_two_thousand_groups_fall_on_the_splits_as_the_shares_say() -> None:
    groups = [f"group-{number}" for number in range(2000)]

    decision = decide(groups, groups, {}, SHARES, "1.0.0")

    counts = Counter(decision.split_of.values())
    off = {name: abs(counts[name] - 2000 * share) for name, share in SHARES.items()}
    assert max(off.values()) <= 60  # more than four standard deviations of the 0.1 shares, three of the 0.8


@pytest.mark.parametrize("only", SPLITS)
def test_a_share_of_one_takes_every_group(only: str) -> None:
    groups = [f"group-{number}" for number in range(200)]

    decision = decide(groups, groups, {}, dict.fromkeys(SPLITS, 0.0) | {only: 1.0}, "1.0.0")

    assert set(decision.split_of.values()) == {only}


def test_these_groups_fall_where_they_always_fell() -> None:
    groups = ["bell", "ferry", "fog", "gull", "most", "oysters", "pier", "tram"]

    decision = decide(groups, groups, {}, dict.fromkeys(SPLITS, 1 / 3), "1.0.0")

    assert decision.split_of == {
        "bell": "test",
        "ferry": "test",
        "fog": "test",
        "gull": "validation",
        "most": "train",
        "oysters": "validation",
        "pier": "train",
        "tram": "test",
    }


ARTICLES = st.dictionaries(st.sampled_from([f"a{number:02d}" for number in range(30)]), st.sampled_from("ghij"))
LEDGERS = st.dictionaries(st.sampled_from([f"a{number:02d}" for number in range(30)]), st.sampled_from(SPLITS))


@settings(deadline=None)
@given(group_of=ARTICLES, recorded=LEDGERS)
def test_the_decision_is_what_the_rule_says_of_each_article(group_of: dict[str, str], recorded: dict[str, str]) -> None:
    given_to_both = (list(group_of), [*group_of.values()], ledger(**recorded), SHARES, "1.1.0")

    decision = decide(*given_to_both)

    assert decision == plainly(*given_to_both)


@settings(deadline=None)
@given(group_of=ARTICLES)
def test_no_group_lies_in_two_splits_when_the_ledger_was_empty(group_of: dict[str, str]) -> None:
    article_ids = sorted(group_of)

    decision = decide(article_ids, [group_of[one] for one in article_ids], {}, SHARES, "1.0.0")

    places = {(group_of[one], split) for one, split in decision.split_of.items()}
    assert (len(places), decision.torn) == (len(set(group_of.values())), {})


@settings(deadline=None)
@given(group_of=ARTICLES, later=ARTICLES, recorded=LEDGERS)
def test_nothing_that_was_decided_once_is_ever_decided_otherwise(
    group_of: dict[str, str], later: dict[str, str], recorded: dict[str, str]
) -> None:
    first = decide(list(group_of), [*group_of.values()], ledger(**recorded), SHARES, "1.0.0")
    known = ledger(**recorded) | {entry.article_id: entry for entry in first.new}

    second = decide(list(later), [*later.values()], known, SHARES, "1.1.0")

    assert {one: second.split_of[one] for one in later if one in known} == {
        one: known[one].split for one in later if one in known
    }


@settings(deadline=None)
@given(group_of=ARTICLES, recorded=LEDGERS, data=st.data())
def test_the_order_of_the_articles_changes_no_decision(
    group_of: dict[str, str], recorded: dict[str, str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(sorted(group_of)))
    straight = decide(sorted(group_of), [group_of[one] for one in sorted(group_of)], ledger(**recorded), SHARES, "1")

    mixed = decide(order, [group_of[one] for one in order], ledger(**recorded), SHARES, "1")

    assert (mixed.split_of, mixed.torn, sorted(mixed.new, key=lambda entry: entry.article_id)) == (
        straight.split_of,
        straight.torn,
        straight.new,
    )
