"""What is said of a comparison, on a terminal, in Markdown, as JSON and as a page."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from claimstance import cli
from claimstance.between import between, told
from claimstance.release.diff import Found, machine, markdown, page, terminal
from conftest import Good, copied
from differing import after, compared
from verdicts import HOSTILE

STATEMENTS = """
UPDATE stances SET stance = 1 WHERE stance_id LIKE 'well%r001' OR stance_id LIKE 'library%r001';
UPDATE stances SET stance = NULL WHERE stance_id LIKE 'well%r002';
UPDATE sources SET publisher = 'Tarn Press' WHERE source_id = 'well.r001';
DELETE FROM citations WHERE citation_id = 'well.m000096-1';
UPDATE articles SET redistributable = false, title = 'A new well' WHERE article_id = 'bridge';
UPDATE agreement SET value = 0.5 WHERE agreement_id = 'span/token/alpha/label=Claim';
"""
TOLD = """\
0.1.0 → 0.1.0
This takes a major number: after 0.1.0, 1.0.0 or later.

table      rows  rows now  removed  relabelled  edited
agreement   235       235        –           –       1
articles      4         4        –           –       1
citations    20        19        1           –       –
sources      24        24        –           –       1
stances      24        24        –           3       –
As they were: claims, judgements, sentences.

The test split: stances 1 relabelled. Results on it are not to be compared with results on that of 0.1.0.

stances.stance, from the label at the left to the one above
          REFUTES  no label
REFUTES         –         1
SUPPORTS        2         –

agreement: 1 row edited
    span/token/alpha/label=Claim  value: 1.0 → 0.5

articles: 1 row edited
    bridge  redistributable: true → false; title: words that may not be told

citations: 1 row removed
    well.m000096-1

sources: 1 row edited
    well.r001  publisher: Hill Farmers → Tarn Press

stances: 3 rows relabelled
    library.c000038-000103|library.r001  stance: SUPPORTS → REFUTES
    well.c000032-000095|well.r001  stance: SUPPORTS → REFUTES
    well.c000101-000131|well.r002  stance: REFUTES → nothing
"""
WRITTEN = """\
# 0.1.0 → 0.1.0

This takes a major number: after 0.1.0, 1.0.0 or later.

The test split: stances 1 relabelled. Results on it are not to be compared with results on that of 0.1.0.

## Rows

| table | rows | rows now | removed | relabelled | edited |
| --- | --- | --- | --- | --- | --- |
| agreement | 235 | 235 | – | – | 1 |
| articles | 4 | 4 | – | – | 1 |
| citations | 20 | 19 | 1 | – | – |
| sources | 24 | 24 | – | – | 1 |
| stances | 24 | 24 | – | 3 | – |

As they were: claims, judgements, sentences.

## Why it takes this number

- articles: 1 row edited
- citations: 1 row removed
- sources: 1 row edited
- stances: 3 rows relabelled

## Labels of stances.stance

Rows that had the label at the left and have the one above now.

|  | REFUTES | no label |
| --- | --- | --- |
| REFUTES | – | 1 |
| SUPPORTS | 2 | – |

## The rows

### agreement: 1 row edited

- `span/token/alpha/label=Claim` (release) `value`

### articles: 1 row edited

- `bridge` (train) `redistributable; title`

### citations: 1 row removed

- `well.m000096-1` (validation)

### sources: 1 row edited

- `well.r001` (validation) `publisher`

### stances: 3 rows relabelled

- `library.c000038-000103|library.r001` (test) `stance: SUPPORTS → REFUTES`
- `well.c000032-000095|well.r001` (validation) `stance: SUPPORTS → REFUTES`
- `well.c000101-000131|well.r002` (validation) `stance: REFUTES → nothing`
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, good: Good) -> Path:
    """A build in which something of most kinds changed."""
    return after(good, tmp_path_factory.mktemp("forms"), STATEMENTS)


@pytest.fixture(scope="module")
def found(folder: Path, good: Good) -> Found:
    return compared(good.folder, folder)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, good: Good) -> Found:
    """A comparison all of whose values, and an id, are hostile."""
    values = [one.replace("\ud800", "").replace("'", "''") for one in HOSTILE]
    ids = (
        "bridge.r001",
        "bridge.r002",
        "bridge.r003",
        "bridge.r004",
        "bridge.r005",
        "well.r001",
        "well.r002",
        "well.r003",
    )
    said = "".join(
        f"UPDATE sources SET publisher = '{value}' WHERE source_id = '{key}';"  # noqa: S608
        for key, value in zip(ids, values, strict=False)
    )
    said += "".join(
        f"INSERT INTO sources BY NAME SELECT * REPLACE ('{nth}{value}' AS source_id) FROM sources"  # noqa: S608
        " WHERE source_id = 'library.r001';"
        for nth, value in enumerate(values)
    )
    old = copied(good, tmp_path_factory.mktemp("old")).folder
    return compared(old, after(good, tmp_path_factory.mktemp("new"), said), {"bridge-again": HOSTILE[2]})


def test_a_terminal_is_told_numbers_first_and_then_rows(found: Found) -> None:
    assert "".join(f"{line}\n" for line in terminal.lines(found)) == TOLD


def test_what_is_committed_quotes_no_word(found: Found) -> None:
    assert markdown.document(found, quoting=False) == WRITTEN


def test_a_comment_quotes_values(found: Found) -> None:
    quoted = markdown.document(found)

    added = [line for line in quoted.splitlines() if line not in WRITTEN.splitlines()]
    assert added == [
        "- `span/token/alpha/label=Claim` (release) `value: 1.0 → 0.5`",
        "- `bridge` (train) `redistributable: true → false; title: words that may not be told`",
        "- `well.r001` (validation) `publisher: Hill Farmers → Tarn Press`",
    ]


def test_machines_are_told_everything(found: Found) -> None:
    said = json.loads("".join(machine.document(found)))

    stance = {"field": "stance", "label": None}
    assert (said["format"], said["old"], said["demanded"]["part"], said["tables"]["stances"], said["changes"][-1]) == (
        "claimstance-diff/1",
        {"name": "old", "version": "0.1.0"},
        "major",
        {
            "old": 24,
            "new": 24,
            "known": True,
            "columns": [],
            "counts": {"relabelled": {"test": 1, "validation": 2}},
            "labels": [
                {"field": "stance", "old": "REFUTES", "new": None, "rows": 1, "test": 0},
                {"field": "stance", "old": "SUPPORTS", "new": "REFUTES", "rows": 2, "test": 1},
            ],
            "came": [],
        },
        {
            "table": "stances",
            "id": "well.c000101-000131|well.r002",
            "change": "relabelled",
            "field": "stance",
            "old": "REFUTES",
            "new": None,
            "hidden": False,
            "was": "validation",
            "now": "validation",
        },
    ), stance


def test_the_module_describes_every_key_that_machines_are_told(found: Found) -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(keys, value))
        return set(value) | set().union(*map(keys, value.values())) if isinstance(value, dict) else set()

    said = json.loads("".join(machine.document(found)))
    said["tables"] = list(said["tables"].values())
    for table in said["tables"]:
        table["counts"] = {}

    assert [key for key in sorted(keys(said)) if not re.search(rf"\b{key}\b", machine.__doc__ or "")] == []


def test_the_same_two_sides_are_told_in_the_same_bytes(found: Found, folder: Path, good: Good) -> None:
    again = compared(good.folder, folder)

    forms = ("terminal", "markdown", "json", "html")
    assert [list(told(again, form)) for form in forms] == [list(told(found, form)) for form in forms]


def test_a_page_has_every_row_and_fetches_and_runs_nothing(found: Found) -> None:
    tree = html.fromstring(page.document(found))

    ids = {one.text_content() for one in tree.xpath("//details//code")}
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    asks = [one for one in tree.xpath("//@*") if one.attrname in ("src", "href", "action") and not one.startswith("#")]
    assert (ids, policy[0].split(";")[0], asks, tree.xpath("//script | //img | //link")) == (
        {
            "span/token/alpha/label=Claim",
            "bridge",
            "well.m000096-1",
            "well.r001",
            "library.c000038-000103|library.r001",
            "well.c000032-000095|well.r001",
            "well.c000101-000131|well.r002",
        },
        "default-src 'none'",
        [],
        [],
    )


def test_hostile_values_are_shown_and_nothing_else_comes_of_them(hostile: Found) -> None:
    tree = html.fromstring(page.document(hostile))
    said = "\n".join(terminal.lines(hostile))
    written = markdown.document(hostile)

    elements = {one.tag for one in tree.xpath("//main//*")}
    allowed = {"section", "h2", "h3", "p", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    allowed |= {"bdi", "code", "em", "details", "summary"}
    orders = [one for one in said + written if one != "\n" and (ord(one) < 32 or one in "\u202e\u2066\x7f")]
    bare = re.sub(r"(`+)[^`].*?\1", "", written)
    assert (elements - allowed, orders, [one for one in ("<script", "@someone", "](d)") if one in bare]) == (
        set(),
        [],
        [],
    )


def test_a_release_that_is_as_it_was_is_told_in_two_lines(good: Good) -> None:
    found = compared(good.folder, good.folder)

    assert (terminal.lines(found), markdown.document(found)) == (
        ["0.1.0 → 0.1.0", "Nothing changed."],
        "# 0.1.0 → 0.1.0\n\nNothing changed.\n",
    )


def test_the_console_command_prints_and_writes(
    good: Good, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "diff.json"

    ended = [
        cli._main(["diff", str(good.folder), str(folder)]),
        cli._main(["diff", str(good.folder), str(folder), "--as", "json", "--out", str(out)]),
    ]

    printed = capsys.readouterr().out
    assert (ended, printed, json.loads(out.read_text())["format"]) == (
        [0, 0],
        f"{TOLD}Written to {out}.\n",
        "claimstance-diff/1",
    )


def test_bad_input_is_a_line_and_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from claimstance.cli import main; main()", "diff", "0.1.0", str(tmp_path)]

    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    line = "Which folder? A version, or none, is looked for in a corpus, and none is here.\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", line)


def test_a_version_is_looked_for_in_the_corpus(good: Good, tmp_path: Path, folder: Path) -> None:
    own = copied(good, tmp_path)
    (own.corpus / "dist").mkdir()
    own.folder.rename(own.corpus / "dist" / "0.1.0")
    (own.corpus / "corpus" / "withdrawn.csv").write_text(
        "article_id,date,reason,text_sha256,signature,kept\nwell,2026-01-01,Asked.,,,\n", "utf-8"
    )

    found = between("0.1.0", str(folder), own.corpus)

    assert (found.old.name, found.tables["stances"].total("relabelled"), found.reasons) == (
        "0.1.0",
        3,
        {"well": "Asked."},
    )
