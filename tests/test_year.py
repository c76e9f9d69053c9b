"""A year of a corpus: every number, split, change and tombstone is right, and nothing that was released is lost."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from annotating import annotation, choice, put, region, span_task
from build import STAGES
from claimstance import load, releasing
from claimstance.between import between
from claimstance.build import build
from claimstance.errors import ClaimstanceError
from claimstance.release.diff import demanded
from claimstance.release.publishing.publish import Wish, publish
from claimstance.release.publishing.sealed import sealed
from claimstance.stages import Stage
from claimstance.table import Rows
from conftest import REPOSITORY, corpus
from hub import Hub
from hub.clients import LFS_WARNS

pytestmark = pytest.mark.filterwarnings(LFS_WARNS)

VERSIONS = ("1.0.0", "1.1.0", "1.2.0", "2.0.0")
REPO = "valley/whole"
FRONT = """---
url: https://gazette.example/{id}
publisher: The Tarn Gazette
published: 2026-07-0{day}
retrieved: 2026-07-10
language: en
licence: CC-BY-4.0
event: {id}
note: Invented, for the tests.
---
"""
FERRY = """The ferry to Oskell has a new captain

Since May the ferry to Oskell has a new captain [1]. She counted 212 bicycles on her first day.

Sources:
[1] Ferry Office (2026): Who steers. https://ferry.example/steers
"""
MARKET = """Stall owners want the market to open at dawn

The market of Tarn opens at eight, and eleven stall owners want it to open at five [1]. Bakers were asleep.

Sources:
[1] Stall Owners (2026): Before the sun. https://stalls.example/dawn
"""
TOWER = """The tower clock runs again after nine years

The clock of the round tower struck noon on Sunday [1]. A jackdaw had nested in its wheels, the smith said.

Sources:
[1] Tower Smith (2026): What was in the clock. https://smith.example/clock
"""
CLAIM = "The clock of the round tower struck noon on Sunday"
PEOPLE = ("ada", "bo", "cy")


def add(root: Path, article_id: str, text: str, day: int) -> None:
    front = FRONT.format(id=article_id, day=day)
    (root / "corpus" / "articles" / "2026" / f"{article_id}.md").write_text(front + text, encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def with_desk(stages: Sequence[Stage]) -> list[Stage]:
    """The stages, of which the one of articles gives one column more."""
    first = next(stage for stage in stages if stage.__name__ == "articles")

    def articles(raw: Any, tasks: Any) -> Rows:
        return [{**row, "desk": "valley" if row["event"] else None} for row in first(raw, tasks)]

    return [articles if stage is first else stage for stage in stages]


class Year:
    """A corpus through its releases, and what was seen of each."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stages: Sequence[Stage] = STAGES
        self.refused: dict[str, str] = {}
        self.ledgers: dict[str, str] = {}

    def release(self, version: str, *small: str) -> None:
        """Try the numbers that are too small, then make the release."""
        for number in (*small, version):
            edit(self.dataset, f"version: {self.version}", f"version: {number}")
            build(self.root, self.root / "build", self.stages)
            try:
                releasing.release(self.root, number, self.stages)
            except ClaimstanceError as error:
                self.refused[number] = str(error)
        self.ledgers[version] = (self.root / "corpus" / "splits.csv").read_text()

    @property
    def dataset(self) -> Path:
        return self.root / "corpus" / "dataset.yaml"

    @property
    def version(self) -> str:
        (said,) = re.findall(r"^version: (.*)$", self.dataset.read_text(), re.MULTILINE)
        return str(said)

    def folder(self, version: str) -> Path:
        return self.root / "dist" / version

    def rows(self, version: str, table: str) -> Rows:
        paths = sorted((self.folder(version) / table).glob("*.parquet"))
        return [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]

    def changes(self, version: str) -> Counter[tuple[str, str]]:
        """How many rows of each table changed in which way, by the table of changes."""
        names = load(self.folder(version), "changes", split="release").features["change"].names
        return Counter((row["table"], names[row["change"]]) for row in self.rows(version, "changes"))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Year:
    """The year as it went."""
    root = corpus(REPOSITORY / "tests" / "whole", tmp_path_factory.mktemp("year") / "whole")
    one = Year(root)
    one.release("1.0.0")

    add(root, "ferry", FERRY, 1)  # articles are added
    add(root, "market", MARKET, 2)
    one.release("1.1.0", "1.0.1")

    edit(root / "schemas" / "guidelines.md", "# Guideline 1.2", "# Guideline 1.3")  # a batch is done by it
    add(root, "tower", TOWER, 4)
    told = [annotation(person, _marked(), number, created_at="2026-08-01T08:30:00Z") for number, person in _numbered()]
    task = span_task(TOWER.strip(), told, article_id="tower", task_id="tower")
    batches = (root / "annotations" / "batches.yaml").read_text(encoding="utf-8")
    batches += '  later: {kind: spans, purpose: main, guideline_version: "1.3"}\n'
    lines = {"later/tasks.jsonl": [{"data": task["data"]}], "later/2026-08-02.jsonl": [task]}
    put(root / "annotations", lines, batches)
    desk = '  - {name: desk, type: string, words: none, description: "Who edited it."}\n'  # and there is a column more
    edit(root / "schemas" / "tables" / "articles.yaml", "  - {name: split,", f"{desk}  - {{name: split,")
    one.stages = with_desk(one.stages)
    one.release("1.2.0", "1.1.1")

    library = (root / "corpus" / "articles" / "2026" / "library.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    add(root, "reprint", library.replace("Nobody complained", "Few complained"), 3)  # nearly an article of test
    pulled = next((root / "annotations" / "pairs").glob("2026-*.jsonl"))
    pair = next(json.loads(line) for line in pulled.read_text().splitlines() if '"library.r001"' in line)
    fixes = "".join(map(_corrected, pair["annotations"]))
    (root / "annotations" / "pairs" / "corrections.yaml").write_text(fixes, encoding="utf-8")
    reason = ["--reason", "The stall owners asked for it.", "--date", "2026-12-01"]
    script("withdraw").main(["market", *reason, "--corpus", str(root)])
    one.release("2.0.0", "1.3.0")
    return one


def _numbered() -> list[tuple[int, str]]:
    return list(enumerate(PEOPLE, 9001))


def _marked() -> list[Any]:
    return [region(TOWER.strip(), CLAIM, "Claim", "c1"), choice("claim_type", "event_property", "c1")]


def _corrected(said: Any) -> str:
    """An entry of corrections.yaml: the library was asked, and says something else."""
    return (
        f"- {{annotation: {said['unique_id']}, change: relabel, control: stance, expect: SUPPORTS, to: DISPUTED, "
        'reason: "The friends of the library took it back."}\n'
    )


def test_each_release_has_its_number_and_smaller_ones_were_refused(year: Year) -> None:
    refused = {number: said.splitlines()[0].partition(" after ")[2] for number, said in year.refused.items()}

    assert (sorted(path.name for path in (year.root / "dist").iterdir()), refused) == (
        list(VERSIONS),
        {
            "1.0.1": "1.0.0: what follows demands 1.1.0. Say so, or leave as it was:",
            "1.1.1": "1.1.0: what follows demands 1.2.0. Say so, or leave as it was:",
            "1.3.0": "1.2.0: what follows demands 2.0.0. Say so, or leave as it was:",
        },
    )


def test_the_ledger_only_grew_and_what_is_nearly_an_article_of_test_went_there_too(year: Year) -> None:
    ledgers = [year.ledgers[version] for version in VERSIONS]

    grown = all(later.startswith(earlier) for earlier, later in pairwise(ledgers))

    splits = {line.split(",")[0]: line.split(",")[2:] for line in ledgers[-1].splitlines()[1:]}
    assert (grown, splits["library"], splits["reprint"]) == (True, ["test", "0.1.0"], ["test", "1.3.0"])


def test_each_release_tells_what_changed_since_the_one_before(year: Year) -> None:
    told = {version: dict(year.changes(version)) for version in VERSIONS[1:]}

    assert told == {
        "1.1.0": {
            ("articles", "added"): 2,
            ("citations", "added"): 2,
            ("sentences", "added"): 4,
            ("sources", "added"): 2,
        },
        "1.2.0": {
            ("agreement", "added"): 12,
            ("agreement", "edited"): 286,  # one task more, so all that counts tasks
            ("articles", "added"): 2,  # a row and a column
            ("citations", "added"): 1,
            ("claims", "added"): 1,
            ("judgements", "added"): 9,
            ("sentences", "added"): 2,
            ("sources", "added"): 1,
        },
        "2.0.0": {
            ("agreement", "edited"): 4,
            ("articles", "added"): 1,
            ("articles", "edited"): 1,  # the library has a near copy now
            ("articles", "withdrawn"): 1,
            ("citations", "added"): 5,
            ("citations", "withdrawn"): 1,
            ("judgements", "edited"): 3,
            ("sentences", "added"): 6,
            ("sentences", "withdrawn"): 2,
            ("sources", "added"): 6,
            ("sources", "withdrawn"): 1,
            ("stances", "edited"): 1,
            ("stances", "relabelled"): 1,
        },
    }


def test_what_was_withdrawn_is_in_no_later_release_and_in_those_that_had_it(year: Year) -> None:
    words = b"eleven stall owners want it to open at five"
    tombstones = (year.root / "corpus" / "withdrawn.csv").read_text(encoding="utf-8")

    ids = {version: {row["article_id"] for row in year.rows(version, "articles")} for version in VERSIONS}
    held = [version for version in VERSIONS if "market" in ids[version]]

    now = [year.root / part for part in ("corpus", "annotations", "build", "dist/2.0.0")]
    left = [path for part in now for path in part.rglob("*") if path.is_file() and words in path.read_bytes()]
    reasons = {row["reason"] for row in year.rows("2.0.0", "changes") if row["change"] is not None} - {None}
    assert (held, left, "market" in tombstones, reasons) == (
        ["1.1.0", "1.2.0"],
        [],
        True,
        {"The stall owners asked for it."},
    )


def test_the_difference_over_the_year_is_a_major_one(year: Year) -> None:
    found = between(str(year.folder("1.0.0")), str(year.folder("2.0.0")), year.root)

    due = demanded(found)

    columns = [one.says for one in due.reasons if not one.rows]
    assert (due.part, columns) == ("major", ["articles.desk: the column was added"])


def test_every_release_still_verifies_loads_and_is_published_in_its_turn(year: Year, hub: Hub) -> None:
    for version in VERSIONS:
        publish(sealed(year.folder(version)), REPO, os.environ, Wish())

    counts = {}
    for version in VERSIONS:
        ours = load(REPO, "stances", version=version)
        theirs = load_dataset(REPO, "stances", revision=f"v{version}")
        counts[version] = {split: (len(rows), len(theirs[split])) for split, rows in ours.items()}

    records = {one: json.loads((year.root / "releases" / f"{one}.json").read_text()) for one in VERSIONS}
    assert counts == {
        one: {split: (own["rows"], own["rows"]) for split, own in said["counts"]["stances"].items()}
        for one, said in records.items()
    }
