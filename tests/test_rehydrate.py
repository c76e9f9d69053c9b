"""Texts put back into a release that withholds them: what comes of it, and what is refused."""

import json
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance import cli, schema, template
from claimstance.annotation.tables import wording
from claimstance.articles.given import texts
from claimstance.articles.normalise import normalise
from claimstance.digests import sha256
from claimstance.errors import BadInput, ClaimstanceError, PublishError, ReleaseError
from claimstance.parquet import PARQUET, ROW_GROUP
from claimstance.rehydrate import rehydrate, told
from claimstance.release.closed import standoff
from claimstance.release.closed.pieces import pieces, words
from claimstance.release.publishing.sealed import sealed
from claimstance.spans import GAP
from claimstance.table import Row
from closing import close, closed, release
from conftest import REPOSITORY, Good, copied, files
from gating import asked
from planting import planted

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build
TEXTS = ("articles/2026/well.md", "articles/2026/library.md", "sources/bridge.r001.md", "sources/well.r002.md")


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory, script: Callable[[str], ModuleType]) -> Good:
    """tests/whole with two articles and the texts of two sources that may not be passed on."""
    return closed(tmp_path_factory.mktemp("closed"), script, *TEXTS)


@pytest.fixture(scope="session")
def given_out(held: Good, tmp_path_factory: pytest.TempPathFactory) -> Good:
    """The release of it."""
    return release(held, tmp_path_factory.mktemp("release"))[0]


def tables(folder: Path) -> dict[str, bytes]:
    return {path: data for path, data in files(folder).items() if path.endswith(".parquet")}


def refused(done: Callable[[], object]) -> str:
    """What is said of it."""
    with pytest.raises(ClaimstanceError) as error:
        done()
    return str(error.value)


def lay(folder: Path, held: Good, *names: str) -> Path:
    """Some of the corpus's files, all in one folder."""
    folder.mkdir()
    for name in names:
        shutil.copy(held.corpus / "corpus" / name, folder)
    return folder


def test_the_tables_are_those_of_the_build_to_the_byte(held: Good, given_out: Good, tmp_path: Path) -> None:
    done = rehydrate(str(given_out.folder), lay(tmp_path / "texts", held, *TEXTS), tmp_path / "out")

    assert (tables(tmp_path / "out"), done.missing, done.untitled) == (tables(held.folder), (), ())
    assert (done.articles, done.sources) == (
        ("library", "well"),
        ("bridge-again.r001", "bridge.r001", "well.r002"),
    )


def test_lines_of_json_do_as_well_as_files(held: Good, given_out: Good, tmp_path: Path) -> None:
    lines = []
    for path in (held.corpus / "corpus" / name for name in TEXTS):
        body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
        key = "article_id" if "articles" in str(path) else "source_id"
        lines.append(json.dumps({"more": 1, key: path.stem, "text": body.replace("\n", "\r\n")}))
    (tmp_path / "texts.jsonl").write_text("\n\n".join(lines), encoding="utf-8")

    rehydrate(str(given_out.folder), tmp_path / "texts.jsonl", tmp_path / "out")

    assert tables(tmp_path / "out") == tables(held.folder)


def test_what_comes_of_it_passes_as_a_build_and_says_that_it_is_no_release(
    held: Good, given_out: Good, tmp_path: Path
) -> None:
    own = copied(held, tmp_path / "own")
    shutil.rmtree(own.folder)

    rehydrate(str(given_out.folder), held.corpus / "corpus", own.folder)

    card = (own.folder / "README.md").read_text(encoding="utf-8")
    verdict = asked(own)
    assert ("This is no release" in card, [one.check.id for one in verdict.blocking]) == (True, [])
    assert set(files(own.folder)) == {"README.md", *tables(held.folder)}


def test_half_a_release_is_refused(given_out: Good, held: Good, tmp_path: Path) -> None:
    half = shutil.copytree(given_out.folder, tmp_path / "half")
    shutil.rmtree(half / "stances")

    with pytest.raises(ReleaseError, match=r"stances/.*: MANIFEST\.json lists it, and it is not there"):
        rehydrate(str(half), held.corpus / "corpus", tmp_path / "out")


def test_it_cannot_be_published(held: Good, given_out: Good, tmp_path: Path) -> None:
    rehydrate(str(given_out.folder), held.corpus / "corpus", tmp_path / "out")

    with pytest.raises(PublishError, match=r"MANIFEST\.json"):
        sealed(tmp_path / "out")


def test_an_article_whose_text_nobody_gave_stays_as_it_is(held: Good, given_out: Good, tmp_path: Path) -> None:
    done = rehydrate(str(given_out.folder), lay(tmp_path / "texts", held, TEXTS[0]), tmp_path / "out")

    rows = [
        row
        for path in sorted((tmp_path / "out" / "articles").glob("*.parquet"))
        for row in pq.read_table(path, partitioning=None).to_pylist()
    ]
    there = {row["article_id"] for row in rows if row["text"]}
    assert (done.articles, there) == (("well",), {"bridge", "bridge-again", "well"})
    assert "none was given: library, bridge-again.r001, bridge.r001, well.r002." in told(done)


def test_another_text_is_refused_with_the_place_and_nothing_is_written(
    held: Good, given_out: Good, tmp_path: Path
) -> None:
    place = lay(tmp_path / "texts", held, *TEXTS)
    for name, old, new in (("well", "farmer Ole Brink", "farmer Ole Brinck"), ("library", "31,000", "32,000")):
        text = (place / f"{name}.md").read_text(encoding="utf-8")
        (place / f"{name}.md").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadInput) as error:
        rehydrate(str(given_out.folder), place, tmp_path / "out")

    assert str(error.value).replace(str(place), "texts").splitlines() == [
        f"texts/{name}.md: is not the text of {name}: it first differs between characters {where}. Every character"
        " counts: find the text as it was when the release was made."
        for name, where in (("library", LIBRARY), ("well", WELL))
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["texts"]


LIBRARY = "0 and 200, lines 1 to 3"
WELL = "200 and 400, lines 3 to 5"


@pytest.mark.parametrize(
    ("cut", "where"),
    [
        (150, "it ends too early, or first differs behind character 0, line 1"),
        (450, "it ends too early, or first differs behind character 400, line "),
    ],
)
def test_a_text_that_breaks_off_is_told_as_such(
    held: Good, given_out: Good, tmp_path: Path, cut: int, where: str
) -> None:
    body = (held.corpus / "corpus" / TEXTS[0]).read_text(encoding="utf-8").split("---\n", 2)[2]
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "well.txt").write_text(body[:cut], encoding="utf-8")

    said = refused(lambda: rehydrate(str(given_out.folder), tmp_path / "texts", tmp_path / "out"))

    assert where in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("well.md", b"\xff\xfe", "well.md: not UTF-8"),
        ("other.md", b"Something else.", "has the text of none of 5"),
    ],
)
def test_what_is_no_text_of_it_is_refused(
    given_out: Good, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / name).write_bytes(content)

    found = refused(lambda: rehydrate(str(given_out.folder), tmp_path / "texts", tmp_path / "out"))

    assert (said in found, (tmp_path / "out").exists()) == (True, False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"article_id": "well"}', "missing required field `text`"),
        ('{"text": "A well."}', "no article_id"),
        ("[1]", "Expected `object`"),
        ("{", "truncated"),
    ],
)
def test_a_line_that_is_no_text_is_told_by_its_number(given_out: Good, tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "texts.jsonl").write_text(f"\n{line}\n", encoding="utf-8")

    found = refused(lambda: rehydrate(str(given_out.folder), tmp_path / "texts.jsonl", tmp_path / "out"))

    assert ("texts.jsonl:2: " in found, said in found) == (True, True)


def test_a_folder_that_is_taken_lies_in_the_release_or_is_not_there_is_refused(
    held: Good, given_out: Good, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("Mine.", encoding="utf-8")
    origin, own = str(given_out.folder), held.corpus / "corpus"

    found = [
        refused(lambda: rehydrate(origin, own, tmp_path / "taken")),
        refused(lambda: rehydrate(origin, own, given_out.folder / "more")),
        refused(lambda: rehydrate(origin, tmp_path / "nowhere", tmp_path / "out")),
        refused(lambda: rehydrate(str(tmp_path / "nowhere"), own, tmp_path / "out")),
        refused(lambda: rehydrate(str(held.folder), own, tmp_path / "out")),
    ]

    wanted = ["is there already", "lies in the release", "no such folder or file", "no table articles", "no text"]
    assert [said for said, due in zip(found, wanted, strict=True) if due not in said] == []
    assert not (tmp_path / "out").exists()


def test_a_release_that_was_changed_is_refused(held: Good, given_out: Good, tmp_path: Path) -> None:
    own = copied(given_out, tmp_path / "own")
    path = sorted((own.folder / "claims").glob("*.parquet"))[0]
    pq.write_table(pq.read_table(path, partitioning=None), path)

    said = refused(lambda: rehydrate(str(own.folder), held.corpus / "corpus", tmp_path / "out"))

    assert "is not the file that MANIFEST.json lists" in said


@pytest.mark.parametrize(
    "said", ['{"raw_text": [[0, 9999999]]}', '{"raw_text": 3}', '["raw_text"]', "{", "[" * 100_000]
)
def test_places_that_are_none_are_refused(held: Good, given_out: Good, tmp_path: Path, said: str) -> None:
    own = copied(given_out, tmp_path / "own")
    (own.folder / "MANIFEST.json").unlink()
    for path in sorted((own.folder / "sources").glob("*.parquet")):
        table = pq.read_table(path, partitioning=None)
        nth = table.column_names.index("withheld")
        column = pa.array([said] * len(table), pa.string())
        table = table.set_column(nth, table.schema.field(nth), column)
        pq.write_table(table, path, row_group_size=ROW_GROUP, **PARQUET)

    with pytest.raises(ReleaseError, match="cannot be restored"):
        rehydrate(str(own.folder), held.corpus / "corpus", tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_title_that_is_not_in_the_text_comes_from_beside_it_if_it_is_the_right_one(tmp_path: Path) -> None:
    text = "The ferry runs again."
    rows: list[Row] = [
        {
            "article_id": name,
            "title": "Zwölf Boxer",
            "text": text,
            "text_sha256": sha256(text),
            "redistributable": False,
            "text_status": "full",
            "split": "train",
        }
        for name in ("one", "two", "three")
    ]
    folder = planted(tmp_path / "build", {"articles": rows}).path
    standoff.withhold(folder, SCHEMAS)
    lines = [
        {"article_id": "one", "text": text, "title": "Zwölf Boxer"},
        {"article_id": "two", "text": text, "title": "Zwölf"},
        {"article_id": "three", "text": text},
    ]
    (tmp_path / "texts.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    done = rehydrate(str(folder), tmp_path / "texts.jsonl", tmp_path / "out")

    (path,) = (tmp_path / "out" / "articles").glob("*.parquet")
    titles = pq.read_table(path, partitioning=None)["title"].to_pylist()
    assert (done.untitled, titles) == (("three", "two"), ["Zwölf Boxer", None, None])


def test_a_second_corpus_withholds_and_restores_as_the_first(
    tmp_path: Path, script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "second"
    template.new(root)
    path = root / "corpus" / "articles" / "hares.md"
    body = "Hares 🐇 on it\n\nThe dike holds [1]. “It does,” said Ada.\n\nSources:\n[1] Dike House (2024): Log."
    path.write_text(f"---\nlicence: CC-BY-4.0\n---\n{body}\n", encoding="utf-8")
    close(path)
    script("build").main(["--corpus", str(root)])
    before = tables(root / "build")
    ids = standoff.withhold(root / "build", schema.load(root / "schemas").of_build)
    capsys.readouterr()

    with pytest.raises(SystemExit) as left, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["claimstance", "rehydrate", str(root / "build"), "--texts", str(path.parent)])
        cli.main()

    said = capsys.readouterr().out
    assert (ids, left.value.code, tables(root / "build-rehydrated") == before) == (["hares"], 0, True)
    assert "build-rehydrated: put back the texts of 1 article and 0 sources." in said


SIGNS = st.sampled_from(
    [*"aAb é.\n", "\r\n", "e\u0301", "👩\u200d🚒", "\u200b", "\u202e", "ж", "港", "\ufeff", "\t", "the dam "]
)
LONG = st.lists(SIGNS, min_size=1, max_size=60).map("".join)


@given(said=LONG, text=LONG, own=st.booleans())
def test_words_come_back_from_their_places(said: str, text: str, own: bool) -> None:
    found = pieces(said, text, own=own)

    literal = "".join(one for one in found or () if isinstance(one, str))
    assert found is None or words(found, text) == said
    assert own or found is None or not any(sign.isalnum() for sign in literal)
    assert not own or found is not None


@given(text=LONG, form=st.sampled_from(["NFC", "NFD"]), line=st.booleans())
@settings(max_examples=60)
def test_a_text_is_known_however_it_is_composed_and_its_lines_end(
    tmp_path_factory: pytest.TempPathFactory, text: str, form: str, line: bool
) -> None:
    place = tmp_path_factory.mktemp("texts")
    said = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    if line:
        (place / "x.jsonl").write_text(json.dumps({"article_id": "x", "text": said}), encoding="utf-8")
    else:
        (place / "x.txt").write_bytes(said.encode())

    found = texts(place / "x.jsonl" if line else place).of("x")

    assert normalise(text) in [one.text for one in found]


@given(bodies=st.lists(LONG.map(normalise).filter(bool), min_size=1, max_size=3), data=st.data())
@settings(max_examples=25)
def test_any_text_is_withheld_and_put_back(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str], data: st.DataObject
) -> None:
    place = tmp_path_factory.mktemp("any")
    rows: dict[str, list[Row]] = {"articles": [], "sentences": [], "claims": []}
    for nth, text in enumerate(bodies):
        own = {"article_id": f"a{nth}", "split": "train"}
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        closed_ = {"redistributable": nth > 0 and data.draw(st.booleans()), "text_status": "full"}
        rows["articles"].append({**own, **closed_, "text": text, "text_sha256": sha256(text)})
        piece = {"start": start, "end": end, "text": text[start:end]}
        rows["sentences"].append({"article_id": own["article_id"], "sentence_id": f"a{nth}.s", **piece})
        spans = [{"start": start, "end": end}, *([{"start": end, "end": len(text)}] if end < len(text) else [])]
        words_ = GAP.join(text[one["start"] : one["end"]] for one in spans)
        claim = {"claim_id": f"a{nth}.c", "spans": spans, "text": words_, "claim_group": wording(words_)}
        rows["claims"].append({"article_id": own["article_id"], **claim, "normalized_claim": f"Z {text[:start]}!"})
    folder = planted(place / "build", rows).path
    before = [pq.read_table(path, partitioning=None) for path in sorted(folder.rglob("*.parquet"))]
    lines = [json.dumps({"article_id": f"a{nth}", "text": text}) for nth, text in enumerate(bodies)]
    (place / "texts.jsonl").write_text("\n".join(lines), encoding="utf-8")

    standoff.withhold(folder, SCHEMAS)
    rehydrate(str(folder), place / "texts.jsonl", place / "out")

    after = [pq.read_table(path, partitioning=None) for path in sorted((place / "out").rglob("*.parquet"))]
    assert after == before
