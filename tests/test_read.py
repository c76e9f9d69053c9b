"""Reading raw articles: from outside, and from a corpus."""

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimstance.articles import frontmatter, streams
from claimstance.articles.columns import Row
from claimstance.articles.formats import mapping_of, rows
from claimstance.articles.read import Raw, article, corpus_articles, source_texts
from claimstance.digests import sha256
from claimstance.errors import ArticleError, InputError, UsageError

FRENCH = "Le président a déclaré mardi que la forêt brûlée serait replantée d'ici l'été, près de l'hôtel de Besançon."
RUSSIAN = "Мэр города заявил во вторник, что мост через реку будет закрыт на двенадцать месяцев. Разрушений нет."
POLISH = (
    "Burmistrz oświadczył we wtorek, że most na rzece zostanie zamknięty na dwanaście miesięcy. Wielkich szkód brak."
)


def told(path: Path, **mapping: str) -> list[str]:
    """Each row as its place and text, each refusal as "place: reason", the folder left out."""
    found = [
        f"{one.where} -> {one.text}" if isinstance(one, Row) else f"{one.where}: {one.what}"
        for one in rows(path, mapping)
    ]
    return [line.replace(f"{path.parent}/", "") for line in found]


def written(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def zst(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def plain(data: bytes) -> bytes:
    return data


def parquet(**columns: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


@pytest.mark.parametrize(("end", "pack"), [("", plain), (".gz", gzip.compress), (".zst", zst)])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "Café.\r\n".encode()),
        ("a.md", b"---\ntitle: T\ntags: [a]\n---\nCaf\xc3\xa9.\n"),
        ("a.markdown", "Café.".encode()),
        ("a.html", "<p>Café.</p>".encode()),
        ("a.htm", b"<meta charset=windows-1252><p>Caf\xe9.</p>"),
        ("a.jsonl", '\ufeff{"text": "Cafe\\u0301."}\n\n'.encode()),
        ("a.ndjson", '{"text": "Café."}'.encode("utf-16")),
        ("a.json", '{\n  "text": "Café."\n}\n'.encode()),
        ("a.csv", '"Text";title\r\n"Café.";T\r\n'.encode()),
        ("a.tsv", "title\ttext\nT\tCafé.\n".encode("utf-16")),
        ("A.PARQUET", parquet(text=["Café."])),
    ],
)
def test_every_format_is_read_packed_or_not(
    tmp_path: Path, name: str, data: bytes, end: str, pack: Callable[[bytes], bytes]
) -> None:
    path = written(tmp_path / f"{name}{end}", pack(data))

    texts = [one.text if isinstance(one, Row) else str(one) for one in rows(path, {})]

    assert texts in (["Café."], ["---\ntitle: T\ntags: [a]\n---\nCafé."])


def test_the_columns_of_a_row_become_fields_under_their_usual_names(tmp_path: Path) -> None:
    said = {
        "text": "Words.",
        "title": " A  title\n",
        "url": "https://a.example/x",
        "date": 2020,
        "outlet": "The Bell",
        "author": None,
        "language": "pt_BR",
        "license": "CC0-1.0",
        "event": "flood",
        "id": "a-1",
        "other": [1],
        "retrieved": "2021-01-01",
        "redistributable": False,
    }
    path = written(tmp_path / "a.jsonl", json.dumps(said))

    found = list(rows(path, {}))

    assert found == [
        Row(
            where=f"{path}:1",
            text="Words.",
            title="A title",
            url="https://a.example/x",
            published="2020",
            publisher="The Bell",
            author=None,
            language="pt-BR",
            licence="CC0-1.0",
            redistributable=False,
            event="flood",
            article_id="a-1",
            retrieved="2021-01-01",
            encoding="utf-8",
        )
    ]


def test_a_mapped_column_goes_before_the_usual_name_and_serves_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,title,body\nshort,T,long\n")

    (row,) = rows(path, mapping_of(["text=body", "author=title"]))

    assert isinstance(row, Row) and (row.text, row.author, row.title) == ("long", "T", None)


def test_a_column_of_references_becomes_the_list_below_the_text(tmp_path: Path) -> None:
    lines = [
        '{"text": "So it is [2].\\n", "references": ["One", "[2] Two\\n https://a.example", "3. Three"]}',
        '{"text": "None.", "references": []}',
        '{"text": "Bad.", "references": [["a"]]}',
        '{"text": " ", "references": ["One"]}',
    ]
    path = written(tmp_path / "a.jsonl", "\n".join(lines))

    found = told(path)

    assert found == [
        "a.jsonl:1 -> So it is [2].\n\nSources:\n[1] One\n[2] Two https://a.example\n3. Three",
        "a.jsonl:2 -> None.",
        "a.jsonl:3: references is no list of texts",
        "a.jsonl:4: has no text",
    ]


def test_dates_of_parquet_are_dates(tmp_path: Path) -> None:
    noon = datetime(2020, 5, 1, 12, tzinfo=UTC)
    path = written(
        tmp_path / "a.parquet", parquet(text=["a", "b"], date=[noon, None], retrieved=[date(2020, 5, 2), None])
    )

    found = [(row.published, row.retrieved) for row in rows(path, {}) if isinstance(row, Row)]

    assert found == [("2020-05-01T12:00:00+00:00", "2020-05-02"), (None, None)]


def test_one_bad_line_of_json_does_not_stop_the_rest(tmp_path: Path) -> None:
    lines = [
        '{"text": "one"}',
        '{"text": 5}',
        '{"title": "no text"}',
        '{"text": " \\n "}',
        "[1]",
        "{bad",
        '{"text": "a", "author": ["A", "B"]}',
        '{"text": "a", "url": "javascript:alert(1)"}',
        '{"text": "a", "language": "english please"}',
        '{"text": "a", "redistributable": "perhaps"}',
        '{"text": ' + "[" * 100_000,
        '{"text": "' + "a" * 1_000_000 + '"}',
        '{"text": "half \\ud83d, whole \\ud83d\\ude00, \\\\ud83d"}',
    ]
    path = written(tmp_path / "a.jsonl", "\n".join(lines).encode() + b'\n{"text": "caf\xe9"}\n{"text": "end"}')

    found = told(path)

    assert found == [
        "a.jsonl:1 -> one",
        "a.jsonl:2: text is a number, not text",
        "a.jsonl:3: has no column for the text",
        "a.jsonl:4: has no text",
        "a.jsonl:5: is no JSON object",
        "a.jsonl:6: is not JSON (JSON is malformed: object keys must be strings (byte 1))",
        "a.jsonl:7: author is a list, not text",
        "a.jsonl:8: url is 'javascript:alert(1)', no http(s) address",
        "a.jsonl:9: language is 'english please', no language tag",
        "a.jsonl:10: redistributable is 'perhaps'",
        "a.jsonl:11: is not JSON (maximum recursion depth exceeded while deserializing an object)",
        "a.jsonl:12: has a text of 1,000,000 characters, 999,999 is the most",
        "a.jsonl:13 -> half \ufffd, whole 😀, \\ud83d",
        "a.jsonl:14: holds bytes that are not utf-8",
        "a.jsonl:15 -> end",
    ]


def test_one_bad_row_of_csv_does_not_stop_the_rest(tmp_path: Path) -> None:
    data = (
        b'title,text\na,"one\ntwo"\nb,more,cells\nc\n\nd,nul\0\ne,caf\xe9\nf,"a "quote" inside"\ng,"end, ""quoted"""\n'
    )
    path = written(tmp_path / "a.csv", data)

    found = told(path)

    assert found == [
        "a.csv:2 -> one\ntwo",
        "a.csv:4: has 3 cells where the header has 2",
        "a.csv:5: has 1 cells where the header has 2",
        "a.csv:7: holds NUL characters",
        "a.csv:8: holds bytes that are not utf-8",
        "a.csv:9: is not CSV (',' expected after '\"')",
        'a.csv:10 -> end, "quoted"',
    ]


def test_reading_long_cells_leaves_the_limit_of_others_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", f"text\n{'a' * 200_000}\n")
    before = csv.field_size_limit()

    lengths = [(len(one.text), csv.field_size_limit()) for one in rows(path, {}) if isinstance(one, Row)]

    assert lengths == [(200_000, before)]


def test_one_bad_row_of_parquet_does_not_stop_the_rest(tmp_path: Path) -> None:
    broken = pa.StringArray.from_buffers(
        3, pa.array(["one", "x\x7f", "two"]).buffers()[1], pa.py_buffer(b"onex\xfftwo")
    )
    path = written(tmp_path / "a.parquet", parquet(text=broken))

    found = told(path)

    assert found == [
        "a.parquet, row 1 -> one",
        "a.parquet, row 2: holds a value that cannot be read ('utf-8' codec can't decode byte 0xff in position 1: "
        "invalid start byte)",
        "a.parquet, row 3 -> two",
    ]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF", "a.pdf: is of no known kind"),
        ("a", b"text", "a: is of no known kind"),
        ("a.txt", b"", "a.txt: has no text"),
        ("a.txt", b"\x89PNG\0\0", "a.txt: holds NUL bytes, so it is no text"),
        ("a.txt", bytes(range(128, 256)) * 9, "a.txt: not UTF-8, and its encoding cannot be told"),
        ("a.txt", POLISH.encode("iso8859-2"), "a.txt: not UTF-8, and its encoding cannot be told"),
        ("a.txt", FRENCH.encode() + b" caf\xe9 x", "a.txt: not UTF-8, and its encoding cannot be told"),
        ("a.html", b"<div>" * 1000, "a.html: nested more than 256 levels deep, or with a piece of more than 10 MB"),
        ("a.json", b"[{}]", "a.json: a JSON array, which cannot be read row by row"),
        (
            "a.json",
            b'{\n"text": "a",\n}',
            "a.json:1: is not JSON (JSON is malformed: trailing comma in object (byte 15))",
        ),
        ("a.csv", b"title,body\na,b\n", "a.csv: has no column for the text"),
        ("a.csv", b"text,title,title\na,b,c\n", "a.csv: has two columns title"),
        ("a.csv", b"text\n", "a.csv: holds no article"),
        ("a.jsonl", b"", "a.jsonl: holds no article"),
        ("a.parquet", parquet(text=[1]), "a.parquet, row 1: text is a number, not text"),
        ("a.parquet", parquet(text=[[["a"]]]), "a.parquet, row 1: text is a list, not text"),
        ("a.parquet", parquet(text=[b"a"]), "a.parquet, row 1: text is bytes, not text"),
        ("a.gz", gzip.compress(b"a", mtime=0), "a.gz: is of no known kind"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = written(tmp_path / name, data)

    found = told(path)

    assert found == [said]


LINES = "".join(f'{{"text": "line {number} {zlib.crc32(bytes(number))}"}}\n' for number in range(20_000)).encode()


@pytest.mark.parametrize(("end", "pack"), [(".gz", gzip.compress), (".zst", zst)])
def test_a_cut_off_archive_gives_what_came_before_the_cut(
    tmp_path: Path, end: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(LINES)
    path = written(tmp_path / f"a.jsonl{end}", packed[: len(packed) // 2])

    *good, last = rows(path, {})

    assert (
        len(good) > 1_000
        and all(isinstance(row, Row) for row in good)
        and isinstance(last, ArticleError)
        and last.what.startswith("cannot be read from here on")
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system; Linux has it")
def test_a_disk_that_is_full_where_parquet_is_unpacked_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pa.table({"text": ["The quay is open."], "licence": ["CC0-1.0"]}), tmp_path / "a.parquet")
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress((tmp_path / "a.parquet").read_bytes()))
    monkeypatch.setattr("claimstance.articles.tabular.tempfile.TemporaryFile", partial(Path("/dev/full").open, "r+b"))

    with pytest.raises(OSError, match="No space left"):
        list(rows(tmp_path / "a.parquet.gz", {}))


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.zst", "a.html.zst", "a.parquet", "a.parquet.gz"])
def test_what_is_no_archive_or_no_parquet_is_refused(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, b"this is neither")

    found = list(rows(path, {}))

    assert [type(one) for one in found] == [ArticleError] and "read" in str(found[0])


def test_a_bomb_is_defused(tmp_path: Path) -> None:
    size = streams.ARTICLE_BYTES + 1
    nulls, spaces = gzip.compress(b"a" * size), gzip.compress(b" " * size + b'\n{"text": "after"}')
    written(tmp_path / "bomb" / "a.txt.gz", nulls)
    written(tmp_path / "bomb" / "b.jsonl.gz", spaces)
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 100), pa.array(["x" * 17_000_000]))
    written(tmp_path / "bomb" / "c.parquet", parquet(text=repeated))
    long = pa.table({"text": ["x" * 70_000_000]})
    pq.write_table(long, tmp_path / "bomb" / "d.parquet", compression="zstd", use_dictionary=False)

    found = told(tmp_path / "bomb")

    assert found == [
        "bomb/a.txt.gz: more than 16,777,216 bytes in one article",
        "bomb/b.jsonl.gz:1: a line of more than 16,777,216 characters",
        "bomb/b.jsonl.gz:2 -> after",
        "bomb/c.parquet: column text has a dictionary of 17,000,004 bytes",
        "bomb/d.parquet: column text unpacks to 70,000,035 bytes",
    ]


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (FRENCH, "cp1252", "cp1252"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8_r"),
        (RUSSIAN, "utf-16", "utf-16"),
        (RUSSIAN, "utf-8-sig", "utf-8-sig"),
        (POLISH, "cp1250", "cp1250"),
    ],
)
def test_an_encoding_that_can_be_told_is_told(tmp_path: Path, text: str, encoding: str, named: str) -> None:
    path = written(tmp_path / "a.txt", text.encode(encoding))

    (row,) = rows(path, {})

    assert isinstance(row, Row) and (row.text, row.encoding) == (text, named)


@pytest.mark.parametrize("name", ["iso-8859-12", "windows-99999"])
def test_a_page_in_an_encoding_that_there_is_not_is_read_as_if_it_said_none(tmp_path: Path, name: str) -> None:
    markup = f"<html><head><meta charset='{name}'></head><body><p>{POLISH}</p></body></html>"
    path = written(tmp_path / "a.html", markup.encode("cp1250"))

    (row,) = rows(path, {})

    assert isinstance(row, Row) and (row.text, row.encoding) == (POLISH, "cp1250")


def test_a_folder_is_read_in_order_and_never_left(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in ("b.txt", "a/z.txt", "a/y.md", ".hidden.txt", ".git/x.txt"):
        written(folder / name, name)
    written(tmp_path / "secret.txt", "secret")
    (folder / "c.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "d").symlink_to(tmp_path)
    (folder / "e.txt").symlink_to(folder / "b.txt")

    found = told(folder)

    assert found == [
        "in/a/y.md -> a/y.md",
        "in/a/z.txt -> a/z.txt",
        "in/b.txt -> b.txt",
        "in/c.txt: is a link to a folder or out of it",
        "in/d: is a link to a folder or out of it",
        "in/e.txt -> b.txt",
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'\xef\xbb\xbf {"text": "a"}\n{"text": "b"}', ["standard input:1 -> a", "standard input:2 -> b"]),
        (b"<p>a</p>", ["standard input -> a"]),
        (b"plain\nwords", ["standard input -> plain\nwords"]),
        (
            b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 9\r\n\r\nplain",
            ["standard input: cannot be read to its end (it ends in the middle of a record)"],
        ),
        (b"", ["standard input: has no text"]),
    ],
)
def test_standard_input_is_told_by_its_first_character(
    monkeypatch: pytest.MonkeyPatch, data: bytes, found: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    lines = told(Path("-"))

    assert lines == found


@pytest.mark.parametrize("pairs", [["foo=bar"], ["text"], ["text="], ["date=a", "published=b"]])
def test_a_mapping_of_no_field_is_a_mistake_of_the_command(pairs: list[str]) -> None:
    with pytest.raises(UsageError) as refused:
        mapping_of(pairs)

    assert "text" in str(refused.value) or "published" in str(refused.value)


def test_a_message_holds_nothing_that_a_terminal_would_act_on(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", '{"\\u001b[2Jbody": "a"}')

    (refused,) = rows(path, {})

    assert str(refused).removeprefix(f"{path}:1: ") == (
        "has no column for the text. Columns there: [2Jbody. Say which with --map text=COLUMN."
    )


@pytest.mark.parametrize(("name", "data"), [("a.csv", "text,date\na,b\n"), ("a.jsonl", '{"text": "a", "date": "b"}')])
def test_a_mapped_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path, name: str, data: str) -> None:
    path = written(tmp_path / name, data)

    last = list(rows(path, {"author": "byline"}))[-1]

    assert str(last) == f"{path}: has no column byline, which --map gives to author. Columns there: text, date."


HEAD = "licence: CC-BY-4.0\n"


def corpus_file(tmp_path: Path, front: str, text: str = "Words.\n", name: str = "a-1.md") -> Path:
    return written(tmp_path / "corpus" / "articles" / "2020" / name, f"---\n{front}---\n{text}")


def test_a_corpus_file_is_read_as_strings(tmp_path: Path) -> None:
    front = (
        'title: no\nauthor: 007\nevent: "12:30"\npublished: May 1, 2020\nredistributable: no\nlanguage: de\nnote: x\n'
    )
    path = corpus_file(tmp_path, f"{front}{HEAD}".replace("\n", "\r\n"), "Caf\u0065\u0301.\r\n---\r\nMore.\r\n\r\n")

    read = article(path)

    assert read == Raw(
        article_id="a-1",
        title="no",
        text="Café.\n---\nMore.",
        text_sha256=sha256("Café.\n---\nMore."),
        url=None,
        publisher=None,
        author="007",
        published="2020-05-01",
        published_precision="day",
        published_raw="May 1, 2020",
        retrieved=None,
        language="de",
        licence="CC-BY-4.0",
        redistributable=False,
        event="12:30",
        where=str(path),
    )


@pytest.mark.parametrize(
    ("front", "text", "said"),
    [
        ("title: x\n", "a", ": no licence."),
        (HEAD, " \n", ": no text."),
        (HEAD + HEAD, "a", ":3: the key licence stands there twice."),
        (HEAD + "colour: red\n", "a", ": unknown key colour in the front matter. Known: title, url, publisher,"),
        (HEAD + "title: [a]\n", "a", ":3: the front matter is not plain lines"),
        (HEAD + "title: &a x\nauthor: *a\n", "a", ":3: the front matter is not plain lines"),
        (HEAD + "title: !!python/name:os.system x\n", "a", ":3: the front matter is not plain lines"),
        (HEAD + "title: a: b\n", "a", ":3: the front matter is not YAML"),
        ("- a\n", "a", ":2: the front matter is not plain lines"),
        (HEAD + "redistributable: maybe\n", "a", ": redistributable is 'maybe'."),
        (HEAD + "url: file:///etc\n", "a", ": url is 'file:///etc', no http(s) address."),
        (HEAD + "language: german please\n", "a", ": language is 'german please'."),
        (HEAD + f"text_sha256: {'0' * 64}\n", "a", ": the text differs from its text_sha256. Restore the text."),
        (HEAD, "a" * 1_000_000, ": a text of more than 999,999 characters."),
        (HEAD + f"note: {'x' * 70_000}\n", "a", ":1: the front matter has no end."),
    ],
)
def test_a_corpus_file_that_is_wrong_says_where_and_what_next(tmp_path: Path, front: str, text: str, said: str) -> None:
    path = corpus_file(tmp_path, front, text)

    with pytest.raises(ArticleError) as refused:
        article(path)

    assert str(refused.value).startswith(f"{path}{said}")


@pytest.mark.parametrize("name", ["A.md", "a--b.md", "a_b.md", "é.md", f"{'a' * 101}.md", "-a.md"])
def test_a_file_name_that_cannot_be_an_id_is_refused(tmp_path: Path, name: str) -> None:
    path = corpus_file(tmp_path, HEAD, name=name)

    with pytest.raises(ArticleError, match="cannot be an id") as refused:
        article(path)

    assert refused.value.where == str(path)


def test_a_corpus_is_read_by_id_then_its_pool_and_what_is_wrong_is_listed(tmp_path: Path) -> None:
    for year, name, front in [("2021", "a-0", HEAD), ("2020", "b-1", HEAD), ("2020", "c-2", ""), ("2021", "b-1", HEAD)]:
        written(tmp_path / "corpus" / "articles" / year / f"{name}.md", f"---\n{front}---\n{name}")
    pool = '{"id": "p-1", "text": "p", "licence": "X"}\n{"id": "b-1", "text": "q", "licence": "X"}\n{"text": "r"}\n5\n'
    written(tmp_path / "corpus" / "pool" / "x" / "p.jsonl.gz", gzip.compress(pool.encode()))
    written(tmp_path / "corpus" / "pool" / "README.md", "What is here.")
    (tmp_path / "corpus" / "articles" / "z.md").symlink_to("/etc/hostname")
    problems: list[InputError] = []

    found = [one.article_id for one in corpus_articles(tmp_path, problems)]

    assert (found, [f"{Path(error.where).name}: {error.what.split(' by ')[0]}" for error in problems]) == (
        ["a-0", "b-1", "p-1"],
        [
            "b-1.md: the id is taken",
            "c-2.md: no licence",
            "z.md: is a link, which may lead anywhere",
            "p.jsonl.gz:2: the id is taken",
            "p.jsonl.gz:3: no licence",
            "p.jsonl.gz:4: is no JSON object",
        ],
    )


def test_a_pool_row_without_id_and_licence_gets_both(tmp_path: Path) -> None:
    written(tmp_path / "corpus" / "pool" / "a.jsonl", '{"text": "Ça va!\\nYes.", "date": "2020-05"}')

    (one,) = corpus_articles(tmp_path, [], licence="CC0-1.0")

    assert (one.article_id, one.licence, one.published) == (
        f"2020-05-ca-va-{one.text_sha256[:6]}",
        "CC0-1.0",
        "2020-05",
    )


def test_the_texts_of_sources_are_read_by_id(tmp_path: Path) -> None:
    folder = tmp_path / "corpus" / "sources"
    written(folder / "a-1.r002.md", "---\nurl: https://a.example\nyear: 2020\nlicence: X\n---\nWhole.\n")
    written(folder / "a-1.r001.md", "---\nbasis: excerpt\nlicence: X\n---\nPart.\n")
    written(folder / "a-1.r003.md", "---\nbasis: rumour\nlicence: X\n---\nPart.\n")
    problems: list[InputError] = []

    found = [(one.source_id, one.url, one.text, one.basis) for one in source_texts(tmp_path, problems)]

    assert (found, [error.what for error in problems]) == (
        [("a-1.r001", None, "Part.", "excerpt"), ("a-1.r002", "https://a.example", "Whole.", "full_text")],
        ["basis is 'rumour'"],
    )


@given(
    st.dictionaries(st.sampled_from("abc"), st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"])))
)
def test_front_matter_is_read_back_as_it_was_written(values: dict[str, str]) -> None:
    known = {key: value.replace("\ufeff", "") for key, value in values.items()}

    parts = frontmatter.split(f"{frontmatter.write(known)}text", "x")

    assert parts is not None and (frontmatter.parse(parts[0], "x"), parts[1]) == (known, "text")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["a.jsonl", "a.csv", "a.md", "a.html", "a.txt", "a.json", "a.jsonl.gz", "a.txt.zst", "a.warc"]
    ),
    data=st.binary(max_size=300) | st.text(st.sampled_from('{}[]":,text\n\\u-d8<>'), max_size=200).map(str.encode),
)
def test_whatever_a_file_holds_reading_it_never_fails(tmp_path: Path, name: str, data: bytes) -> None:
    path = written(tmp_path / name, data)

    kinds = {type(one) for one in rows(path, {})}

    assert kinds and kinds <= {Row, ArticleError}
