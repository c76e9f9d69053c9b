"""What the suite of splits says of articles that belong together and lie apart, of the ledger, and of shares."""

from dataclasses import replace
from pathlib import Path

import pytest

from claimstance.articles.references import canonical_url
from claimstance.splits.groups import HUB
from claimstance.table import Row
from planting import CHECKS, SCHEMAS, failing, holding, planted

LONG = "The gate at the fourth pier was closed for eleven days while divers looked for the cause of the leak."
NEARLY = LONG.replace("eleven", "twelve")
Tables = dict[str, list[Row]]


def two(one: Row | None = None, other: Row | None = None, **tables: list[Row]) -> Tables:
    """An article of train and one of test, and what is said of them."""
    articles = [
        {"article_id": "a", "split": "train", **(one or {})},
        {"article_id": "b", "split": "test", **(other or {})},
    ]
    return {"articles": articles, **tables}


def claims(*said: tuple[str, str]) -> list[Row]:
    """A claim of each of the two, by its group and words."""
    return [
        {"article_id": one, "claim_id": f"{one}.c1", "claim_group": group, "text": words}
        for one, (group, words) in zip("ab", said, strict=True)
    ]


def sources(*said: tuple[str | None, str | None]) -> list[Row]:
    """A source of each of the two, by its address and words."""
    return [
        {"article_id": one, "source_id": f"{one}.r001", "canonical_url": address, "evidence_text": words}
        for one, (address, words) in zip("ab", said, strict=True)
    ]


HERE, THERE = "https://a.example/1", "https://b.example/2"
LEAKS: dict[str, tuple[str, Tables, dict[str, str]]] = {
    "near-duplicates that the build knew of": (
        "splits.duplicate-group",
        two({"dup_group": "a"}, {"dup_group": "a"}),
        {"b": "in test; a of its group is in train"},
    ),
    "near-duplicates that the build knew of are told once": (
        "splits.near",
        two({"dup_group": "a", "text": LONG}, {"dup_group": "a", "text": NEARLY}),
        {},
    ),
    "reports of one event": (
        "splits.event",
        two({"event": "flood"}, {"event": "flood"}),
        {"b": "in test; a of the same event is in train"},
    ),
    "reports of no event have none in common": ("splits.event", two({"event": ""}, {"event": ""}), {}),
    "claims of one group": (
        "splits.claim",
        two(claims=claims(("g1", "It rained."), ("g1", "It poured."))),
        {"b.c1": "in test; a.c1 says the same in train"},
    ),
    "claims of the same words, whatever their groups say": (
        "splits.claim",
        two(claims=claims(("g1", "It rained"), ("g2", "“it rained …”"))),
        {"b.c1": "in test; a.c1 says the same in train"},
    ),
    "two articles that cite one address": (
        "splits.url",
        two(sources=sources((HERE, None), (HERE, None))),
        {"b": "in test; a shares an address with it and is in train"},
    ),
    "an article that cites the other": (
        "splits.url",
        two({"url": "http://www.A.example:80/1/"}, sources=sources((THERE, None), (HERE, None))),
        {"b": "in test; a shares an address with it and is in train"},
    ),
    "evidence of another address": (
        "splits.evidence",
        two(sources=sources((HERE, LONG), (THERE, LONG))),
        {"b.r001": "in test; a.r001 says the same in train"},
    ),
    "evidence that differs in case and signs": (
        "splits.evidence",
        two(sources=sources((HERE, LONG), (THERE, f"“{LONG.upper()}”"))),
        {"b.r001": "similarity 1.00: a.r001 in train, b.r001 in test"},
    ),
    "evidence that is nearly the same": (
        "splits.evidence",
        two(sources=sources((None, LONG), (THERE, NEARLY))),
        {"b.r001": "similarity 0.84: a.r001 in train, b.r001 in test"},
    ),
    "evidence of one address is told by that": (
        "splits.evidence",
        two(sources=sources((HERE, LONG), (HERE, LONG))),
        {},
    ),
    "evidence of a few words is no leak": (
        "splits.evidence",
        two(sources=sources((None, "No comment."), (None, "No comment."))),
        {},
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_what_two_splits_have_in_common_is_told_by_one_check(tmp_path: Path, leak: str) -> None:
    check, tables, wanted = LEAKS[leak]
    folder = planted(tmp_path / "leak", tables)

    found = failing(folder, check)

    assert found == wanted


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/1",
        "HTTP://www.A.Example/1/",
        "https://user@a.example:443/1#top",
        "https://a.example/1?utm_source=letter",
        "https://a.example/1?utm_source=letter&page=2&fbclid=x",
        "https://a.example/1?page=2&UTM_medium=x&order=up",
        "https://a.example",
        "https://a.example/?q=ice",
        "ftp://a.example/1",
        "no address",
        None,
    ],
)
def test_the_address_of_an_article_is_known_in_the_form_that_sources_have(tmp_path: Path, address: str | None) -> None:
    canonical = canonical_url(address)
    folder = planted(tmp_path / "urls", two({"url": address}, sources=sources((THERE, None), (canonical, None))))

    found = failing(folder, "splits.url")

    assert bool(found) == bool(canonical)


@pytest.mark.parametrize(("rule", "column"), [("splits.url", "canonical_url"), ("splits.evidence", "evidence_text")])
@pytest.mark.parametrize(("citing", "told"), [(HUB, HUB // 2), (HUB + 1, 0)])
def test_what_very_many_articles_cite_links_none_of_them(
    tmp_path: Path, rule: str, column: str, citing: int, told: int
) -> None:
    names = [f"n{nth:02d}" for nth in range(citing)]
    folder = planted(
        tmp_path / "hub",
        {
            "articles": [{"article_id": name, "split": ("train", "test")[nth % 2]} for nth, name in enumerate(names)],
            "sources": [{"article_id": name, "source_id": f"{name}.r001", column: LONG} for name in names],
        },
    )

    found = failing(folder, rule)

    assert (len(found), CHECKS[rule].limits["hub"]) == (told, HUB)


def test_a_hub_does_not_hide_evidence_that_two_articles_share(tmp_path: Path) -> None:
    cited: list[Row] = [{"article_id": f"n{nth:02d}", "canonical_url": HERE} for nth in range(HUB + 1)]
    cited[0]["evidence_text"] = cited[1]["evidence_text"] = LONG
    articles = [{"article_id": one["article_id"], "split": "test" if one == cited[1] else "train"} for one in cited]
    listed = [{"source_id": f"{one['article_id']}.r001", **one} for one in cited]
    folder = planted(tmp_path / "hub", {"articles": articles, "sources": listed})

    found = failing(folder, "splits.evidence")

    assert found == {"n01.r001": "in test; n00.r001 says the same in train"}


def test_of_what_lies_in_three_splits_the_rows_outside_train_are_told(tmp_path: Path) -> None:
    splits = {"a": "test", "b": "validation", "c": "train", "d": "train"}
    articles = [{"article_id": name, "split": split, "event": "flood"} for name, split in splits.items()]
    folder = planted(tmp_path / "three", {"articles": articles})

    found = failing(folder, "splits.event")

    said = "c of the same event is in train"
    assert found == {"a": f"in test; {said}", "b": f"in validation; {said}"}


def test_the_ledger_and_the_last_release_are_what_articles_are_held_to(tmp_path: Path) -> None:
    articles: list[Row] = [{"article_id": name, "split": "train"} for name in "abc"]
    last = planted(tmp_path / "last", {"articles": [{**articles[0], "split": "test"}, articles[1]]})
    corpus = beside(tmp_path / "corpus", {"a": "train", "b": "test"})
    folder = replace(planted(tmp_path / "now", {"articles": articles}), corpus=corpus, last=last.path)

    found = failing(folder, "splits.ledger"), failing(folder, "splits.moved")

    recorded = {"b": "in train, recorded in test", "c": "not recorded"}
    assert found == (recorded, {"a": "in train, was in test"})


def test_a_row_in_the_file_of_another_split_is_told_whatever_table_it_is_of() -> None:
    tables = {name for name, table in SCHEMAS.items() if not table.whole}

    named = {name for name in tables if f"FROM {name}" in CHECKS["splits.file"].rows}

    assert named == tables


@pytest.mark.parametrize(
    ("sizes", "warned"),
    [
        ({"train": [1] * 10, "test": [5]}, False),  # one large group went to test; the next may go to train
        ({"train": [1] * 30, "validation": [1] * 6, "test": [1] * 4}, False),
        ({"train": [1] * 300, "validation": [1] * 100, "test": [1] * 100}, False),  # four points off
        ({"train": [1] * 800, "validation": [1] * 100, "test": [1] * 600}, True),
        ({"train": [10] * 80, "validation": [10] * 10, "test": [10] * 60}, True),
        ({"train": [10] * 8, "validation": [10], "test": [10] * 6}, False),  # the same of too few groups
    ],
)
def test_shares_are_judged_by_groups_and_where_chance_does_not_explain_them(
    tmp_path: Path, sizes: dict[str, list[int]], warned: bool
) -> None:
    recorded: dict[str, str] = {}
    groups: dict[str, str] = {}
    for split, own in sizes.items():
        for nth, size in enumerate(own):
            for member in range(size):
                recorded[f"{split}-{nth:03d}-{member}"] = split
                groups[f"{split}-{nth:03d}-{member}"] = f"{split}-{nth:03d}-0"
    articles = [{"article_id": name, "split": split} for name, split in recorded.items()]
    folder = replace(
        planted(tmp_path / "now", {"articles": articles}), corpus=beside(tmp_path / "corpus", recorded, groups)
    )

    found = failing(folder, "splits.shares"), holding(folder, "splits.shares")

    assert (bool(found[0]), set(found[0]) | set(found[1])) == (warned, {"train", "validation", "test"})


def beside(root: Path, recorded: dict[str, str], groups: dict[str, str] | None = None) -> Path:
    """A corpus that has a ledger and settings, and nothing else."""
    lines = [f"{name},{(groups or {}).get(name, name)},{split},0.1.0" for name, split in sorted(recorded.items())]
    (root / "corpus").mkdir(parents=True)
    (root / "corpus" / "splits.csv").write_text("\n".join(["article_id,group,split,since", *lines, ""]))
    settings = "name: n\ntitle: T\nsummary: S\nversion: 0.1.0\nsplits: {train: 0.64, validation: 0.18, test: 0.18}\n"
    (root / "corpus" / "dataset.yaml").write_text(settings)
    return root
