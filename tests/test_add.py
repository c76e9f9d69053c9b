"""Adding raw articles to a corpus."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimstance.articles.add import AddReport, add, markdown
from claimstance.articles.columns import FIELDS, Row, row
from claimstance.articles.formats import rows
from claimstance.articles.read import Raw, article, corpus_articles, raw_of
from claimstance.errors import ArticleError, UsageError
from claimstance.splits.returning import watch

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "add_articles.py"
WIKINEWS = ROOT.parent / "shared" / "data" / "wikinews"
DAY = "2026-11-24"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path


def a_row(text: str = "Words.", **values: object) -> Row:
    return row({"licence": "CC0-1.0", **values, "text": text}, "in.jsonl:1", "utf-8")


def put(corpus: Path, *given_rows: Row | ArticleError, licence: str | None = None) -> AddReport:
    return add(given_rows, corpus, licence=licence, retrieved=DAY, watch=watch)


def there(corpus: Path) -> dict[str, bytes]:
    return {str(path.relative_to(corpus)): path.read_bytes() for path in sorted(corpus.rglob("*")) if path.is_file()}


def command(corpus: Path, *arguments: str, given_input: str = "") -> tuple[int, str, str]:
    call = [sys.executable, "-W", "error", str(SCRIPT), "--corpus", str(corpus), *arguments]
    done = subprocess.run(call, input=given_input.encode(), capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_an_article_is_written_so_that_people_can_read_it(corpus: Path) -> None:
    one = a_row(
        "Line.\n\nMore.",
        title='"No": a #1 title',
        url="https://a.example/x#y",
        published="9-9-2020",
        redistributable="no",
    )

    put(corpus, one)

    assert list(there(corpus).values()) == [
        b'---\ntitle: "\\"No\\": a #1 title"\nurl: https://a.example/x#y\npublished: 9-9-2020\nretrieved: 2026-11-24\n'
        b"language: und\nlicence: CC0-1.0\nredistributable: no\n"
        b"text_sha256: " + raw_of(one).text_sha256.encode() + b"\n"
        b"note: The date above could not be read for certain; write it as 2026-01-31, 2026-01 or 2026.\n"
        b"---\nLine.\n\nMore.\n"
    ]


VALUE = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(
    [
        "no",
        "007",
        "12:30",
        "a: b",
        "a #b",
        "'",
        '"',
        "- a",
        "---",
        "null",
        "~",
        "a\nb",
        "[x]",
        "{x}",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "a:",
    ]
)
ROWS = st.fixed_dictionaries(
    {"text": st.text(st.characters(codec=None)).map(lambda text: f"{text}.") | st.just("---\nlicence: no\n---\nx")},
    optional={
        **dict.fromkeys(("title", "publisher", "author", "published", "licence", "event"), VALUE),
        "url": st.just("https://a.example/?a=b&c: #d"),
        "language": st.sampled_from(["no", "pt-BR"]),
        "redistributable": st.booleans(),
        "retrieved": st.sampled_from(["2020-01-01", "2020"]),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_what_was_written_is_read_back_the_same(tmp_path: Path, values: dict[str, object]) -> None:
    try:
        one = raw_of(row(values, "in", "utf-8"), licence="CC0-1.0", retrieved=DAY)
    except ArticleError:
        return
    path = tmp_path / f"{one.article_id}.md"
    path.write_text(markdown(one), encoding="utf-8", newline="")

    read = article(path)

    assert read == Raw(**{**{name: getattr(one, name) for name in Raw.__slots__}, "where": str(path)})


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"title": "Über den Fluß: a Study", "published": "2020-05-01"}, "2020/2020-05-01-uber-den-flu-a-study-"),
        ({"title": "Ледовая переправа", "published": "May 2020"}, "2020/2020-05-"),
        ({"published": "2020-05-01T12:00:00Z"}, "2020/2020-05-01-first-line-"),
        ({"title": f"word {'x' * 80} end"}, "undated/undated-word-"),
        ({"article_id": "my-id", "published": "1999"}, "1999/my-id.md"),
    ],
)
def test_the_id_says_when_and_what_and_is_unique(corpus: Path, values: dict[str, object], place: str) -> None:
    one = a_row("First line\nSecond.", **values)

    put(corpus, one)

    name = f"corpus/articles/{place if place.endswith('.md') else place + raw_of(one).text_sha256[:6] + '.md'}"
    assert list(there(corpus)) == [name]


def test_adding_again_adds_nothing(corpus: Path) -> None:
    given_rows = [a_row("One."), a_row("Two."), a_row("One.", title="The same text")]
    first = put(corpus, *given_rows)
    before = there(corpus)

    again = put(corpus, *given_rows)

    assert (len(first.added), len(first.already), str(again), there(corpus)) == (
        2,
        1,
        "added 0 articles to corpus/articles, 3 already there",
        before,
    )


def test_an_article_is_never_replaced(corpus: Path) -> None:
    put(corpus, a_row("One.", article_id="a-1", published="2020"))

    report = put(corpus, a_row("Another text.", article_id="a-1", published="2021"))

    assert [(str(error).split(" is taken")[0], error.then[:19]) for error in report.rejected] == [
        ("in.jsonl:1: the id a-1", "Give it another id;")
    ]


def test_what_was_withdrawn_does_not_come_back(corpus: Path) -> None:
    one = a_row("One.")
    gone = raw_of(one).article_id
    (corpus / "corpus" / "withdrawn.csv").write_text(
        f"article_id,date,reason,text_sha256,signature,kept\n{gone},2026-01-01,asked for,,,\n"
    )

    report = put(corpus, one)

    assert [error.what for error in report.rejected] == [f"the article {gone} was withdrawn"]


def test_rejects_are_listed_in_a_file_that_goes_when_there_are_none(corpus: Path) -> None:
    refused = ArticleError("in.csv:3", "has no text", "Write one.")
    put(
        corpus,
        refused,
        a_row("One."),
        row({"text": "Two."}, "in.csv:4", "utf-8"),
        a_row("Three.", article_id="Not an id"),
    )
    listed = [json.loads(line) for line in (corpus / "rejects.jsonl").read_text().splitlines()]

    put(corpus)

    assert (listed[0], [one["reason"] for one in listed[1:]], (corpus / "rejects.jsonl").exists()) == (
        {"where": "in.csv:3", "reason": "has no text", "then": "Write one."},
        ["no licence", "the id 'Not an id' cannot be one"],
        False,
    )


def test_a_run_that_died_leaves_only_whole_articles(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying() -> Iterator[Row]:
        yield a_row("One.")
        monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(KeyboardInterrupt))
        yield a_row("Two.")

    with pytest.raises(KeyboardInterrupt):
        add(dying(), corpus, licence=None, retrieved=DAY, watch=watch)
    monkeypatch.undo()
    problems: list[object] = []
    after = [one.text for one in corpus_articles(corpus, problems)]  # type: ignore[arg-type]

    report = put(corpus, a_row("One."), a_row("Two."))

    assert (after, problems, str(report), [name for name in there(corpus) if "partial" in name]) == (
        ["One."],
        [],
        "added 1 article to corpus/articles, 1 already there",
        [],
    )


def test_two_runs_at_once_add_each_article_once(corpus: Path) -> None:
    lines = "".join(json.dumps({"text": f"Text {number}.", "id": f"a-{number}"}) + "\n" for number in range(150))
    (corpus / "in.jsonl").write_text(lines)
    call = [sys.executable, str(SCRIPT), "--corpus", str(corpus), "--licence", "X", str(corpus / "in.jsonl")]

    runs = [subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    said = sorted(run.communicate()[0].decode() for run in runs)

    assert (said, [run.returncode for run in runs], len(list(corpus_articles(corpus, [])))) == (
        [
            "added 0 articles to corpus/articles, 150 already there\n",
            "added 150 articles to corpus/articles\n",
        ],
        [0, 0],
        150,
    )


def test_a_folder_that_is_no_corpus_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Is it the root of a corpus"):
        put(tmp_path, a_row())

    assert there(tmp_path) == {}


def test_the_command_adds_and_says_so(corpus: Path) -> None:
    (corpus / "in.csv").write_text("Text;Headline;date\nWords.;A title;1.5.2020\n", encoding="utf-8")

    said = command(corpus, "--map", "title=Headline", "--licence", "CC0-1.0", str(corpus / "in.csv"))

    assert (said, [(one.title, one.published) for one in corpus_articles(corpus, [])]) == (
        (0, "added 1 article to corpus/articles\n", ""),
        [("A title", "2020-05-01")],
    )


def test_the_command_lists_every_reject_and_fails(corpus: Path) -> None:
    lines = '{"text": "One."}\n{"text": 1}\n{"text": "Two.", "licence": "X"}\n'

    said = command(corpus, "-", "missing.txt", given_input=lines)

    assert said == (
        1,
        "added 1 article to corpus/articles, 3 rejected: see rejects.jsonl\n",
        "standard input:1: no licence. Give the row one in a column `licence`; or all, by add_articles --licence ID or "
        "corpus/pool/pool.yaml.\n"
        "standard input:2: text is a number, not text. Give text.\n"
        "missing.txt: cannot be read (No such file or directory).\n",
    )


def test_the_command_says_which_encoding_it_found(corpus: Path) -> None:
    (corpus / "in.txt").write_bytes(
        "Мэр города заявил, что мост через реку будет закрыт на двенадцать месяцев.".encode("cp1251")
    )

    said = command(corpus, "--licence", "X", str(corpus / "in.txt"))

    assert said == (0, "added 1 article to corpus/articles; 1 read as cp1251\n", "")


@pytest.mark.parametrize("wrong", [["--map", "colour=red", "x"], ["--map", "text", "x"], [], ["--nonsense", "x"]])
def test_the_command_called_wrongly_exits_2_and_writes_nothing(corpus: Path, wrong: list[str]) -> None:
    code, out, err = command(corpus, *wrong)

    assert (code, out, "Traceback" in err, there(corpus)) == (2, "", False, {})


@pytest.mark.skipif(not WIKINEWS.is_dir(), reason="the Wikinews articles are not beside this checkout")
def test_every_wikinews_article_goes_in_and_comes_out_as_it_was(corpus: Path) -> None:
    found = [one for one in rows(WIKINEWS, {}) if isinstance(one, Row)]
    problems: list[object] = []

    report = add(rows(WIKINEWS, {}), corpus, licence="CC-BY-2.5", retrieved=DAY, watch=watch)

    raws = {one.text: (one.title, one.url, one.published) for one in corpus_articles(corpus, problems)}  # type: ignore[arg-type]
    assert (len(report.added), report.already, report.rejected, problems, raws) == (
        295,
        (),
        (),
        [],
        {one.text: (one.title, one.url, one.published) for one in found},
    )


@pytest.mark.skipif(not WIKINEWS.is_dir(), reason="the Wikinews articles are not beside this checkout")
def test_no_word_of_wikinews_is_lost_on_the_way_in() -> None:
    given_words = []
    for path in sorted(WIKINEWS.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            given_words += [line["text"].split() for line in csv.DictReader(file)]

    words = [one.text.split() for one in rows(WIKINEWS, {}) if isinstance(one, Row)]

    assert words == given_words


def test_every_field_has_a_name_that_a_column_may_have() -> None:
    names = [name for names in FIELDS.values() for name in names]

    assert len(names) == len(set(names))
