"""The way through: what a build writes, the same bytes however it gets there, and nothing half-made left behind."""

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from claimstance import build as way
from claimstance import template
from claimstance.alone import alone
from claimstance.annotation.exports import held
from claimstance.articles.read import corpus_articles
from claimstance.errors import BadInput, ClaimstanceError, UsageError
from claimstance.folders import workplace
from claimstance.release.cards import documents
from claimstance.report import Report
from claimstance.stages import SHARD, Beside, portions
from claimstance.table import Rows, Table
from conftest import REPOSITORY, corpus

Scripts = Callable[[str], ModuleType]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows(build: Path, table: str) -> list[dict[str, object]]:
    """All rows of a table, over its splits."""
    return [row for path in sorted((build / table).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def made(root: Path, script: Scripts, *, shard: int = SHARD, out: str = "build") -> Path:
    """A build of the corpus at `root`."""
    return way.build(root, root / out, script("build").STAGES, shard=shard).out


def command(root: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """scripts/build.py as a person runs it."""
    line = [sys.executable, str(REPOSITORY / "scripts" / "build.py"), "--corpus", str(root), *more]
    return subprocess.run(line, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


def test_every_table_of_the_smallest_corpus_has_rows(mini: Path, script: Scripts) -> None:
    build = made(mini, script)

    counts = {folder.name: len(rows(build, folder.name)) for folder in sorted(build.iterdir()) if folder.is_dir()}

    assert counts == {
        "agreement": 127,
        "articles": 2,
        "citations": 4,
        "claims": 3,
        "judgements": 42,
        "sentences": 5,
        "sources": 4,
        "stances": 4,
    }


def test_the_joined_table_says_who_takes_which_stance(mini: Path, script: Scripts) -> None:
    build = made(mini, script)

    names = yaml.safe_load((REPOSITORY / "schemas" / "labels.yaml").read_text(encoding="utf-8"))["vocabularies"][
        "stance"
    ]
    labels = [*names["labels"]]
    said = sorted(
        (str(row["claim"]), str(row["source"])[:11], None if row["stance"] is None else labels[int(str(row["stance"]))])
        for row in rows(build, "stances")
    )

    assert said == [
        ("ferry to Orm crosses twice a day since Monday", "Port of Orm", "SUPPORTS"),
        ("the ice is gone", "Ice Watch (", None),
        ("the ice is gone", "Ilse Brandt", "SUPPORTS"),
        ("Мост в Орме закрыт до весны", "Управа Орма", "REFUTES"),
    ]


@pytest.mark.parametrize("shard", [1, 2, 5, 2000])
def test_the_size_of_shards_changes_no_byte(tmp_path: Path, script: Scripts, shard: int) -> None:
    ours = corpus(REPOSITORY, tmp_path / "ours")
    whole = tree(made(ours, script))

    cut = tree(made(ours, script, shard=shard, out="cut"))

    assert cut == whole


def test_articles_of_which_much_was_said_go_through_a_few_at_once_and_change_no_byte(
    mini: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tree(made(mini, script))
    said = held(mini / "annotations")
    raw = [*corpus_articles(mini, [])]
    monkeypatch.setattr("claimstance.stages.TASKS", 1)

    cut = tree(made(mini, script))

    parts = [[one.article_id for one in part] for part in portions(raw, Beside(said), 2)]
    followed = [one for part in parts for one in part[:-1] if one in said]
    assert (cut == whole, len(said) > 1, followed, sum(map(len, parts))) == (True, True, [], len(raw))


def test_hash_seed_and_order_of_files_change_no_byte(tmp_path: Path) -> None:
    builds = []
    for seed in ("0", "1", "77"):
        root = corpus(REPOSITORY, tmp_path / seed)
        articles = sorted((root / "corpus" / "articles").rglob("*.md"))
        random.Random(seed).shuffle(articles)  # noqa: S311
        for path in articles:  # written anew in another order, and moved to other folders
            text = path.read_bytes()
            path.unlink()
            (path.parent.parent / seed).mkdir(exist_ok=True)
            (path.parent.parent / seed / path.name).write_bytes(text)
        said = command(root, "--out", str(root / "out"), PYTHONHASHSEED=seed)
        assert said.returncode == 0, said.stderr
        builds.append(tree(root / "out"))

    assert builds[0] == builds[1] == builds[2]


@pytest.mark.parametrize("at_once", [1, 20])
def test_many_shards_whose_articles_are_mixed_are_merged_as_one_would_be(
    tmp_path: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("claimstance.merge.AT_ONCE", at_once)
    monkeypatch.setattr("claimstance.decided.RANGE", 3)
    template.new(tmp_path)
    (tmp_path / "corpus" / "pool").mkdir()
    lines = [json.dumps({"id": f"a{nth:02d}", "licence": "X", "text": f"Gate {nth} is shut."}) for nth in range(60)]
    random.Random(1).shuffle(lines)  # noqa: S311
    packed = gzip.compress("\n".join(lines[:30]).encode())
    (tmp_path / "corpus" / "pool" / "a.jsonl.gz").write_bytes(packed)
    (tmp_path / "corpus" / "pool" / "b.jsonl").write_text("\n".join(lines[30:]), encoding="utf-8")

    whole, mixed = tree(made(tmp_path, script)), tree(made(tmp_path, script, shard=2, out="mixed"))

    assert mixed == {path: data.replace(b"/build", b"/mixed") for path, data in whole.items()}


def test_rows_are_merged_in_one_piece_in_however_many_parts_a_shard_is(
    tmp_path: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimstance.merge.PARTS", 50)
    pieces: dict[str, set[int]] = {}
    tally = Report.tally

    def counted(report: Report, table: Table, merged: pa.Table) -> None:
        pieces.setdefault(table.name, set()).add(merged["article_id"].num_chunks)
        tally(report, table, merged)

    monkeypatch.setattr(Report, "tally", counted)

    made(corpus(REPOSITORY, tmp_path), script)

    tables = {path.name for path in (tmp_path / "build").iterdir() if path.is_dir()} - {"agreement"}
    assert pieces == {name: {1} for name in tables}


def test_there_may_be_more_shards_than_files_that_a_process_has_open(tmp_path: Path) -> None:
    template.new(tmp_path)
    (tmp_path / "corpus" / "pool").mkdir()
    lines = [json.dumps({"id": f"a{nth:02d}", "licence": "X", "text": f"Gate {nth} is shut."}) for nth in range(100)]
    far = [line for pair in zip(lines[:50], lines[50:], strict=True) for line in pair]  # all shards begun, none done
    (tmp_path / "corpus" / "pool" / "a.jsonl").write_text("\n".join(far), encoding="utf-8")
    code = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (40, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
sys.path.insert(0, {str(REPOSITORY / "scripts")!r})
from pathlib import Path
from build import STAGES, build
from claimstance import decided
decided.RANGE = 5
build(Path({str(tmp_path)!r}), Path({str(tmp_path / "build")!r}), STAGES, shard=2)
"""

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")


def test_a_second_build_changes_nothing_not_even_the_ledger(mini: Path, script: Scripts) -> None:
    first = tree(made(mini, script)) | tree(mini / "corpus")

    second = tree(made(mini, script)) | tree(mini / "corpus")

    assert second == first


def test_row_groups_and_files_have_the_same_rows_however_many_articles_a_shard_has(
    tmp_path: Path, script: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimstance.merge.ROW_GROUP", 7)
    monkeypatch.setattr("claimstance.merge.FILE", 14)
    monkeypatch.setattr("claimstance.decided.RANGE", 2)
    ours = corpus(REPOSITORY, tmp_path / "ours")

    one, other = made(ours, script, shard=3, out="one"), made(ours, script, shard=4, out="other")

    files = sorted((one / "sentences").glob("train-*"))
    groups = [pq.ParquetFile(path).metadata.row_group(0).num_rows for path in files]
    assert (tree(one) == tree(other), len(files) > 2, set(groups[:-1])) == (True, True, {7})


def test_all_that_is_wrong_is_listed_and_the_last_good_build_stays(mini: Path, script: Scripts) -> None:
    good = tree(made(mini, script))
    for name in ("one", "two"):
        (mini / "corpus" / "articles" / f"{name}.md").write_text("no front matter", encoding="utf-8")

    with pytest.raises(BadInput) as refused:
        made(mini, script)

    named = [Path(error.where.partition(":")[0]).name for error in refused.value.errors]
    assert (named, tree(mini / "build")) == (["one.md", "two.md"], good)


@pytest.mark.parametrize("moment", ["finish", "write", "append", "exchange"])
def test_a_kill_at_any_moment_leaves_the_last_good_build(mini: Path, script: Scripts, moment: str) -> None:
    good = tree(made(mini, script))
    article = mini / "corpus" / "articles" / "2026" / "new.md"
    article.write_text("---\nlicence: CC0-1.0\n---\nNew\nThe quay is open again.\n", encoding="utf-8")
    killed = f"""
import os, signal, sys
sys.path.insert(0, {str(REPOSITORY / "scripts")!r})
import build as recipe
from claimstance import build as way, finish
from claimstance.folders import workplace
from claimstance.release.cards import documents
from claimstance.splits import ledger
from claimstance.stages import SHARD
from claimstance.table import Rows
owner = {{"finish": finish, "write": documents, "append": ledger, "exchange": way}}[{moment!r}]
setattr(owner, {moment!r}, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
recipe.main(["--corpus", {str(mini)!r}])
"""

    ended = subprocess.run([sys.executable, "-c", killed], capture_output=True, check=False).returncode
    left = tree(mini / "build")
    made(mini, script)

    after = len(rows(mini / "build", "articles")), [path.name for path in mini.glob(".*")]
    assert (ended, left == good, after) == (-signal.SIGKILL, True, (3, []))


def test_a_folder_that_is_no_build_is_never_replaced(mini: Path, script: Scripts) -> None:
    (mini / "letters").mkdir()
    (mini / "letters" / "README.md").write_text("My letters.", encoding="utf-8")

    with pytest.raises(UsageError, match="is no build"):
        made(mini, script, out="letters")

    assert tree(mini / "letters") == {"README.md": b"My letters."}


def test_two_builds_of_one_corpus_at_a_time_are_one_too_many(mini: Path, script: Scripts) -> None:
    with alone(mini, "build of this corpus"), pytest.raises(ClaimstanceError, match="another build"):
        made(mini, script)


def test_the_command_says_what_it_made_and_how_to_load_it(mini: Path) -> None:
    said = command(mini)

    wanted = ["Mini 0.1.0, made in", "stances by label: 2 SUPPORTS", "Citations: 4;", "load_dataset("]
    assert (said.returncode, said.stderr, [one for one in wanted if one not in said.stdout]) == (0, "", [])


def test_the_command_exits_1_on_bad_input_and_2_on_a_wrong_call_without_a_traceback(mini: Path) -> None:
    (mini / "corpus" / "articles" / "bad.md").write_text("no front matter", encoding="utf-8")

    ended = [command(mini), command(mini, "--nonsense"), command(mini / "nowhere")]

    told = [(one.returncode, "Traceback" in one.stderr, bool(one.stderr.strip())) for one in ended]
    assert told == [(1, False, True), (2, False, True), (1, False, True)]


def test_an_article_keeps_its_split_when_its_group_would_go_elsewhere_today(mini: Path, script: Scripts) -> None:
    (mini / "corpus" / "splits.csv").write_text(
        "article_id,group,split,since\nferry,ferry,validation,0.0.9\n", encoding="utf-8"
    )

    build = made(mini, script)

    split = {row["article_id"]: row["split"] for row in rows(build, "articles")}
    assert split["ferry"] == "validation"


def test_groups_that_grew_together_keep_their_splits_and_the_summary_says_what_it_costs(
    mini: Path, script: Scripts
) -> None:
    (mini / "corpus" / "splits.csv").write_text(
        "article_id,group,split,since\nferry,ferry,train,0.0.9\nmost,most,test,0.0.9\n", encoding="utf-8"
    )
    ferry = mini / "corpus" / "articles" / "2026" / "ferry.md"
    ferry.write_text(ferry.read_text(encoding="utf-8").replace("event: ferry", "event: most"), encoding="utf-8")

    report = way.build(mini, mini / "build", script("build").STAGES)

    assert (report.torn, "Torn group ferry: 1 in test, 1 in train" in documents.summary(report)) == (
        {"ferry": {"test": 1, "train": 1}},
        True,
    )


def test_no_group_lies_in_two_splits(tmp_path: Path, script: Scripts) -> None:
    build = made(corpus(REPOSITORY, tmp_path / "ours"), script)

    split_of = {str(row["article_id"]): str(row["split"]) for row in rows(build, "articles")}
    held: dict[tuple[str, object], set[str]] = {}
    for table, column in (
        ("articles", "event"),
        ("articles", "dup_group"),
        ("claims", "claim_group"),
        ("sources", "canonical_url"),
    ):
        for row in rows(build, table):
            if row[column]:
                held.setdefault((column, row[column]), set()).add(split_of[str(row["article_id"])])

    assert [value for value, splits in held.items() if len(splits) > 1] == []


def test_the_parquet_has_no_pandas_metadata_and_the_hubs_features(mini: Path, script: Scripts) -> None:
    build = made(mini, script)

    schema = pq.read_schema(next((build / "stances").glob("*.parquet")))

    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert (sorted(schema.metadata), features["stance"]["_type"]) == ([b"huggingface"], "ClassLabel")


def test_an_empty_corpus_is_refused_with_what_comes_next(tmp_path: Path, script: Scripts) -> None:
    root = corpus(REPOSITORY / "tests" / "mini", tmp_path / "empty")
    shutil.rmtree(root / "corpus" / "articles")
    shutil.rmtree(root / "corpus" / "sources")
    shutil.rmtree(root / "annotations")

    with pytest.raises(BadInput, match=r"no article is there\. Add some"):
        made(root, script)


def test_the_card_shows_what_would_be_markup_as_it_stands(mini: Path, script: Scripts) -> None:
    card = (made(mini, script) / "README.md").read_text(encoding="utf-8")

    body = card.partition("\n---\n")[2]

    assert ("<" in body, "&lt;article_id&gt;.s&lt;start&gt;" in body) == (False, True)


def test_the_order_of_rows_in_a_pool_and_the_size_of_shards_change_no_byte(tmp_path: Path, script: Scripts) -> None:
    rows = [
        {
            "id": f"a{nth}",
            "licence": "CC0-1.0",
            "text": f"Gate {nth}\nGate {nth} of the harbour shut at noon [1].\n[1] Gull",
        }
        for nth in range(12)
    ]
    builds = []
    for seed, shard in ((0, 5), (1, 3), (2, 100)):
        root = tmp_path / str(seed)
        template.new(root)
        (root / "corpus" / "dataset.yaml").write_bytes((REPOSITORY / "tests/mini/corpus/dataset.yaml").read_bytes())
        random.Random(seed).shuffle(rows)  # noqa: S311
        (root / "corpus" / "pool").mkdir()
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (root / "corpus" / "pool" / "rows.jsonl").write_text(lines, encoding="utf-8")
        builds.append(tree(made(root, script, shard=shard)))

    assert builds[0] == builds[1] == builds[2]


def test_a_build_refuses_its_own_rows_where_an_offset_is_off_by_one(mini: Path, script: Scripts) -> None:
    stages = script("build").STAGES

    def sentences(articles: Rows, markers: Rows) -> Rows:
        made = next(stage for stage in stages if stage.__name__ == "sentences")(articles, markers)
        return [{**row, "start": row["start"] + 1} for row in made]

    wrong = [sentences if stage.__name__ == "sentences" else stage for stage in stages]

    with pytest.raises(BadInput, match="not what stands at its offsets"):
        way.build(mini, mini / "build", wrong)

    assert not (mini / "build").exists()


def test_a_build_with_something_else_in_it_is_not_replaced(mini: Path, script: Scripts) -> None:
    build = made(mini, script)
    (build / ".git").mkdir()
    (build / ".git" / "HEAD").write_text("ref: refs/heads/main", encoding="utf-8")

    with pytest.raises(UsageError, match="no build made this"):
        made(mini, script)

    assert (build / ".git" / "HEAD").exists()


def test_two_corpora_are_not_built_into_one_folder_at_a_time(mini: Path, script: Scripts) -> None:
    out = mini / "build"

    with workplace(out, "build"), pytest.raises(ClaimstanceError, match="another build of build"):
        made(mini, script)

    assert not out.exists()


def test_a_link_to_a_build_stays_a_link(mini: Path, script: Scripts) -> None:
    build = made(mini, script)
    (mini / "latest").symlink_to(build)

    made(mini, script, out="latest")

    assert ((mini / "latest").is_symlink(), (build / "README.md").exists()) == (True, True)


def test_an_article_that_cites_another_by_its_address_goes_where_that_one_goes(mini: Path, script: Scripts) -> None:
    most = mini / "corpus" / "articles" / "2026" / "most.md"
    text = most.read_text(encoding="utf-8")
    most.write_text(text.replace("https://uprava.example/most", "https://gull.example/ferry"), encoding="utf-8")
    for batch in ("spans", "pairs"):
        shutil.rmtree(mini / "annotations" / batch)
    (mini / "annotations" / "batches.yaml").unlink()

    made(mini, script)

    ledger = (mini / "corpus" / "splits.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in ledger[1:]] == ["ferry", "ferry"]


def test_a_corpus_nobody_annotated_is_told_how_to_load_what_it_has(mini: Path) -> None:
    for batch in ("spans", "pairs"):
        shutil.rmtree(mini / "annotations" / batch)
    (mini / "annotations" / "batches.yaml").unlink()

    said = command(mini)

    assert ('articles = load_dataset("' in said.stdout, '"claims"' in said.stdout) == (True, False)


def test_names_of_files_give_a_terminal_no_orders(mini: Path) -> None:
    (mini / "corpus" / "articles" / "a\x1b[31m.foo").write_text("x", encoding="utf-8")

    said = command(mini)

    assert (said.returncode, "\x1b" in said.stderr, "a\ufffd[31m.foo" in said.stderr) == (1, False, True)
