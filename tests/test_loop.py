"""The loop as people go it: pushed, annotated in a real browser on a real server, pulled, built; nothing lost or moved.

CLAIMSTANCE_SCREENSHOTS names a folder for pictures of what the annotators see.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from annotator import Annotator
from claimstance import schema
from claimstance.annotation.studio import local
from claimstance.annotation.studio.keys import password
from claimstance.annotation.studio.local import Local
from claimstance.table import Rows
from conftest import GUIDELINE, REPOSITORY, corpus
from serving import LabelStudio

# What Label Studio could count wrongly stands before the words that are marked.
ARTICLE = """\
---
url: https://bend.example/sluice
publisher: The Bend
published: 2026-03-02
retrieved: 2026-03-03
language: en
licence: CC0-1.0
event: sluice
note: Invented, for the tests.
---
The sluice at Marrow Bend

Привет, Мария! 🌊🌊 The gauge read\t4.2 m\tat noon 👩‍🔧, and שלום עולם stood on the wall.

"The gate held through the whole night," said Dagny Orme. The flood cost the town 3 million crowns [1]. The pumps \
failed twice, מירה לוי added.

References
[1] Marrow Gazette (2026): What the flood cost. https://gazette.example/flood
"""
SOURCE = """\
---
url: https://gazette.example/flood
title: What the flood cost
publisher: Marrow Gazette
year: 2026
licence: CC0-1.0
basis: full_text
---
Привет 🌊 The town counts 2 million crowns so far.
"""
HELD, COST, ADDED = "The gate held", "The flood cost the town 3 million crowns", "מירה לוי"


@dataclass(frozen=True)
class Loop:
    """A corpus that has been through the loop, and what was seen on the way."""

    root: Path
    server: Local
    guideline: str
    answers: str

    def rows(self, table: str, build: str = "build") -> Rows:
        """All rows of a built table, labels by name; `settled` is the build after adjudication."""
        paths = sorted((self.root / build / table).glob("*.parquet"))
        found: Rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
        for column in schema.load(self.root / "schemas")[table].fields:
            if column.vocabulary and column.type == "string":
                names = dict(enumerate(column.vocabulary.names))
                for row in found:
                    row[column.name] = names.get(row[column.name])
        return found


@pytest.fixture(scope="module")
def loop(
    label_studio: LabelStudio,
    browsers: Callable[[], Any],
    script: Callable[[str], ModuleType],
    tmp_path_factory: pytest.TempPathFactory,
) -> Loop:
    """Two annotators, an article, both rounds; then what they differed on is decided."""
    root = started(tmp_path_factory.mktemp("loop"))
    server = label_studio.start_copy(root / ".label-studio")
    passwords = local.add_people(server, ["ada", "bo"])

    def run(recipe: str, *arguments: str) -> None:
        assert script(recipe).main([*arguments, "--corpus", str(root)]) == 0

    ada, bo = (Annotator(browsers(), server.url, account, passwords[account]) for account in sorted(passwords))

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LABEL_STUDIO_URL", raising=False)
        patch.delenv("LABEL_STUDIO_API_KEY", raising=False)
        run("push_tasks", "--batch", "spans-1", "--purpose", "main")
        guideline = marks(ada)
        passes(bo)
        run("pull_annotations", "--batch", "spans-1", "--date", "2026-03-04")
        run("push_tasks", "--batch", "pairs-1", "--purpose", "main", "--kind", "pairs")
        judges(ada, "ada", {COST: "1"})
        judges(bo, "bo", {COST: "2"})
        run("pull_annotations", "--batch", "pairs-1", "--date", "2026-03-05")
        run("build")
        run("push_tasks", "--batch", "tied-1", "--purpose", "adjudication", "--kind", "pairs")
        answers = settles(root, {"ada": ada, "bo": bo})
        run("pull_annotations", "--batch", "tied-1", "--date", "2026-03-06")
        run("build", "--out", str(root / "settled"))
    return Loop(root, server, guideline, answers)


def started(root: Path) -> Path:
    """A corpus with one article and no annotations."""
    corpus(REPOSITORY / "tests" / "nothing", root)
    files = {
        "corpus/dataset.yaml": "name: bend\ntitle: Bend\nsummary: One article.\nversion: 0.1.0\n"
        "splits: {train: 0.8, validation: 0.1, test: 0.1}\n",
        "corpus/articles/2026/sluice.md": ARTICLE,
        "corpus/sources/sluice.r001.md": SOURCE,
        "annotations/batches.yaml": "annotators:\n  ada: {kind: person}\n  bo: {kind: person}\nbatches:\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def marks(ada: Annotator) -> str:
    """Ada shortens the claim that was marked beforehand, adds another one and a source, and links."""
    guideline = ada.begin(f"bend spans {GUIDELINE}", "ada · spans-1")
    text = ada.words()
    ada.picture("spans 1 as sent")
    ada.delete(text.index("The gate"))
    for words, key in ((HELD, "1"), (COST, "1"), (ADDED, "2")):
        ada.mark(text.index(words), text.index(words) + len(words), key)
    ada.picture("spans 2 marked")
    ada.link(text.index(HELD), text.index("Dagny"))
    ada.picture("spans 3 linked")
    ada.submit()
    return guideline


def passes(bo: Annotator) -> None:
    """Bo leaves the article to others."""
    bo.begin(f"bend spans {GUIDELINE}", "bo · spans-1")
    bo.skip()
    bo.picture("spans 4 skipped")


def judges(who: Annotator, name: str, keys: dict[str, str]) -> None:
    """Somebody says what a source says of a claim, by key, for the claims named; of all others that it says so."""
    who.begin(f"bend pairs {GUIDELINE}", f"{name} · pairs-1")
    while not who.finished():
        claim = who.words(2)
        who.choose(keys.get(claim, "1"))
        if claim == COST:
            start = who.words().index("2 million crowns")
            who.mark(start, start + len("2 million crowns"), "e")
        who.picture(f"pairs {name} {claim}")
        who.submit()
    who.picture(f"pairs {name} finished")


def settles(root: Path, people: Mapping[str, Annotator]) -> str:
    """Whoever is dealt the one pair that is disputed decides it, and tells what was to be seen of the answers to it."""
    (task,) = (root / "annotations" / "tied-1" / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    name = json.loads(task)["data"]["annotators"].strip("|")
    who = people[name]
    who.begin(f"bend pairs adjudication {GUIDELINE}", f"{name} · tied-1")
    answers = who.words(0)
    who.choose("2")
    who.picture("adjudication")
    who.submit()
    return answers


def test_the_spans_that_were_selected_are_those_that_are_built_whatever_stands_before_them(loop: Loop) -> None:
    judgements = [one for one in loop.rows("judgements") if one["annotator"] == "ada" and one["item_kind"] == "span"]
    marked = {(one["label"], one["text"]) for one in judgements}
    text = loop.rows("articles")[0]["text"]
    claims = {one["text"]: [text[span["start"] : span["end"]] for span in one["spans"]] for one in loop.rows("claims")}

    wanted = {("Claim", HELD), ("Claim", COST), ("Source", "Dagny Orme"), ("Source", ADDED), ("Cue", "said")}
    assert (marked, claims) == (wanted | {("Citation", "[1]")}, {HELD: [HELD], COST: [COST]})


def test_what_was_linked_is_attributed_and_what_was_cited_is_cited(loop: Loop) -> None:
    sources = {one["source_id"]: one["raw_text"] for one in loop.rows("sources")}
    pairs = {(one["claim"], sources[one["source_id"]], one["link"]) for one in loop.rows("stances")}

    cited = next(name for name in sources.values() if "Marrow Gazette" in name)
    assert pairs >= {(HELD, "Dagny Orme", "attributed"), (COST, cited, "cited")}


def test_a_disagreement_is_kept_word_for_word_and_its_stance_is_a_tie(loop: Loop) -> None:
    pair = next(one for one in loop.rows("stances") if one["claim"] == COST and one["link"] == "cited")
    item = f"{pair['claim_id']}|{pair['source_id']}"
    said = [one for one in loop.rows("judgements") if one["item_id"] == item]

    stances = {(one["annotator"], one["label"]) for one in said if one["item_kind"] == "stance"}
    evidence = {(one["annotator"], one["evidence_text"]) for one in said if one["item_kind"] == "evidence"}
    words = "2 million crowns"
    assert (stances, evidence, pair["stance"], pair["aggregation"]) == (
        {("ada", "SUPPORTS"), ("bo", "REFUTES")},
        {("ada", words), ("bo", words)},
        None,
        "tie_unresolved",
    )


def test_an_adjudicator_sees_the_answers_without_names_and_decides(loop: Loop) -> None:
    pair = next(one for one in loop.rows("stances", "settled") if one["claim"] == COST and one["link"] == "cited")
    labels = {one["judgement_id"]: one["label"] for one in loop.rows("judgements", "settled")}

    seen = set(re.findall(r"\w+", loop.answers))
    said = sorted(labels[one] for one in pair["judgement_ids"])
    assert ({"SUPPORTS", "REFUTES"} <= seen, seen & {"ada", "bo"}, pair["stance"], pair["aggregation"], said) == (
        True,
        set(),
        "REFUTES",
        "adjudicated",
        ["REFUTES", "REFUTES", "SUPPORTS"],
    )


def test_a_skip_is_kept_as_a_skip_and_what_was_marked_beforehand_is_not_taken_for_its_word(loop: Loop) -> None:
    by_bo = [one for one in loop.rows("judgements") if one["annotator"] == "bo" and one["round"] == 1]

    said = {(one["item_kind"], one["skipped"]) for one in by_bo}
    gold = {one["text"] for one in loop.rows("claims")}
    assert (("task", True) in said, {skipped for _, skipped in said}, gold) == (True, {True}, {HELD, COST})


def test_the_guideline_in_force_is_shown_before_the_first_task(loop: Loop) -> None:
    first = (REPOSITORY / "schemas" / "guidelines.md").read_text(encoding="utf-8").splitlines()[0]

    assert loop.guideline.splitlines()[0] == first.removeprefix("# ")


def test_neither_address_nor_token_nor_password_is_in_what_the_loop_wrote(loop: Loop) -> None:
    names = ("ada@claimstance.invalid", "bo@claimstance.invalid", local.OWNER)
    secret = [*names, loop.server.token, *(password(loop.server.folder, name) for name in names)]
    written = [path for part in ("annotations", "build", "corpus", "settled") for path in (loop.root / part).rglob("*")]

    found = {path.name for path in written if path.is_file() for one in secret if one.encode() in path.read_bytes()}

    assert found == set()
