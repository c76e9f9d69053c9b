"""Text that may not be passed on, planted in a release: where it is found, and what is not found."""

import html
import json
import random
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from claimstance.gate.facts.runs import STEP, WINDOW, Runs, squeezed
from claimstance.gate.facts.withheld import QUOTED, RUN, withheld
from claimstance.gate.folder import Folder
from claimstance.table import Row
from planting import planted

Chance = random.Random

LINES = (
    "The harbour master of Ostrell kept a second book, in which he wrote “what the first had no column for”.",
    "Nobody asked for it until the winter in which three boats came back and four had gone out, at 02:40 🌊.",
    "Das Buch lag über dem Ofen, und wer es aufschlug, fand Sätze wie diese: Ölspur, Südkante, niemand gefragt.",
    "В книге было сорок страниц, и на каждой стояло имя лодки, которой больше нет в гавани.",
    "港の記録係は二冊目の帳面を持っていて、一冊目に書く欄のないことをそこに書き、だれにも見せずに炉の上に置いていたという話である。",
)
BODY = "\n".join(LINES)
LONG = " ".join(f"On day {nth} boat {nth * 7919 % 997} lay at quay {nth * 31 % 89}." for nth in range(200))
OPEN = "The ferry from Ostrell runs again. It had stood still since the ice came, the company said on Friday."


def release(place: Path, **more: Row) -> Folder:
    """A release with an open article, and one whose text is kept back; `more` is what its first rows say besides."""
    rows: dict[str, list[Row]] = {
        "articles": [
            {"article_id": "ferry", "split": "train", "redistributable": True, "text": OPEN},
            {"article_id": "book", "split": "train", "redistributable": False},
        ],
        "sources": [{"source_id": "ferry.r001", "article_id": "ferry"}],
        "claims": [{"claim_id": "ferry.c000000-000033", "article_id": "ferry", "text": OPEN[:33]}],
    }
    for name, said in more.items():
        rows[name][0] |= said
    return planted(place, rows)


def found(folder: Folder, *others: str) -> set[tuple[str, str]]:
    rows = withheld(folder, {"book": BODY}, [OPEN, *others]).to_pylist()
    return {(row["path"], row["place"]) for row in rows if row["article_id"] == "book"}


def in_file(table: str, place: str) -> tuple[str, str]:
    return f"{table}/train-00000-of-00001.parquet", place


def test_a_release_without_the_text_holds_none_of_it(tmp_path: Path) -> None:
    folder = release(tmp_path / "release", sources={"evidence_text": "The company said so.", "title": "The log"})

    assert found(folder) == set()


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    ("table", "column"),
    [("articles", "text"), ("articles", "event"), ("sources", "raw_text"), ("claims", "normalized_claim")],
)
def test_a_line_of_it_is_found_in_any_column_and_in_its_statistics(
    tmp_path: Path, table: str, column: str, line: str
) -> None:
    folder = release(tmp_path / "release", **{table: {column: line}})

    assert found(folder) == {in_file(table, f"column {column}"), in_file(table, "bytes")}


def test_it_is_found_in_lists_of_strings_and_in_columns_that_no_schema_has(tmp_path: Path) -> None:
    folder = release(tmp_path / "release", sources={"mention_texts": ["The log", LINES[0]]})
    (folder.path / "more").mkdir()
    rows = pa.table({"note": [[{"said": line}] for line in LINES]})
    pq.write_table(rows, folder.path / "more" / "notes.parquet", write_statistics=False, compression="zstd")

    wanted = {in_file("sources", "column mention_texts"), ("more/notes.parquet", "a column")}
    assert found(folder) - {in_file("sources", "bytes")} == wanted


def test_it_is_found_where_only_a_footer_has_it(tmp_path: Path) -> None:
    folder = release(tmp_path / "release")
    path = folder.files("claims")[0]
    told = pq.read_table(path, partitioning=None).replace_schema_metadata({"example": BODY})
    pq.write_table(told, path)

    assert found(folder) == {in_file("claims", "bytes"), in_file("claims", "metadata")}


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("README.md", LINES[2]),
        ("README.md", "> " + LINES[2].replace(" ", "\n")),
        ("card.html", html.escape(LINES[2]).replace("ü", "&uuml;").replace("ö", "&#246;")),
        ("croissant.json", json.dumps({"example": BODY})),
        ("report/validation.json", json.dumps({"found": [LINES[3]]})),
        ("notes.txt", unicodedata.normalize("NFD", LINES[2])),
        ("strange", f"\x00\x01{LINES[0]}\x02"),
    ],
)
def test_it_is_found_in_pages_however_they_escape_it(tmp_path: Path, name: str, page: str) -> None:
    folder = release(tmp_path / "release")
    (folder.path / name).parent.mkdir(exist_ok=True)
    (folder.path / name).write_text(page, encoding="utf-8")

    assert found(folder) == {(name, "bytes")}


def test_it_is_found_across_the_pieces_that_a_large_file_is_read_in(tmp_path: Path) -> None:
    folder = release(tmp_path / "release")
    (folder.path / "log.txt").write_text("x" * ((1 << 22) - 30) + LINES[0], encoding="utf-8")

    assert found(folder) == {("log.txt", "bytes")}


def test_links_and_what_git_keeps_are_not_opened(tmp_path: Path) -> None:
    folder = release(tmp_path / "release")
    (tmp_path / "outside.txt").write_text(BODY, encoding="utf-8")
    (folder.path / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder.path / ".git").mkdir()
    (folder.path / ".git" / "packed").write_text(BODY, encoding="utf-8")

    assert found(folder) == set()


def test_what_an_open_article_says_too_may_stand_anywhere(tmp_path: Path) -> None:
    folder = release(tmp_path / "release", articles={"text": f"{OPEN}\n{LINES[0]}"}, claims={"text": LINES[0]})
    (folder.path / "README.md").write_text(f"An example: {LINES[0]}", encoding="utf-8")

    assert (found(folder, f"It is told again: {LINES[0]}"), len(found(folder))) == (set(), 5)


def test_a_quotation_in_evidence_is_no_matter_there_and_elsewhere(tmp_path: Path) -> None:
    quoted = {"evidence_text": f"We keep a book. {LINES[0]} That is all.", "title": LINES[1]}
    folder = release(tmp_path / "release", sources=quoted, claims={"normalized_claim": LINES[0]})

    assert found(folder) == set()


@pytest.mark.parametrize(("body", "said"), [(BODY, BODY[:-20]), (LONG, LONG[-2 * QUOTED :])])
def test_evidence_that_is_half_the_text_or_very_long_is_found(tmp_path: Path, body: str, said: str) -> None:
    folder = release(tmp_path / "release", sources={"evidence_text": f"Once more. {said}"})

    rows = withheld(folder, {"book": body}, [OPEN]).to_pylist()

    assert [row["place"] for row in rows] == ["bytes", "column evidence_text"]


def test_no_address_and_nothing_short_is_text(tmp_path: Path) -> None:
    address = "https://port.example/archive/the-second-book-of-the-harbour-master/page/0001?lang=en"
    folder = release(tmp_path / "release", sources={"url": address, "raw_text": LINES[0][:30]})

    rows = withheld(folder, {"book": f"It is at {address} since May. {BODY}"}, [OPEN])

    assert rows.num_rows == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_run_is_met_wherever_it_lies_in_both(seed: int) -> None:
    dice = Chance(seed)
    letters = "aăбγ漢 "
    texts = ["".join(dice.choices(letters, k=400)) for _ in range(5)]
    runs = Runs([squeezed(text.encode()) for text in texts])

    text = squeezed(dice.choice(texts).encode())
    length = WINDOW + STEP * STEP - 1
    start = dice.randrange(len(text) - length)
    other = squeezed(("z" * dice.randrange(64)).encode() + text[start : start + length].tobytes() + b"zzz")

    assert any(run.end - run.start == length for run in runs.shared(other))


def test_what_a_run_says_is_counted_in_characters(tmp_path: Path) -> None:
    words = "за лодками никто не смотрел с самого начала этой зимы, и"
    folder = release(tmp_path / "short", claims={"normalized_claim": "".join(words.split())[: RUN - 1]})
    longer = release(tmp_path / "longer", claims={"normalized_claim": "".join(words.split())[:RUN]})

    told = [withheld(one, {"book": f"{BODY} {words}"}, [OPEN]).num_rows for one in (folder, longer)]

    assert told == [0, 2]


def test_nothing_is_told_but_paths_ids_and_places(tmp_path: Path) -> None:
    folder = release(tmp_path / "release", claims={"normalized_claim": BODY})
    rows = pq.read_table(folder.files("claims")[0], partitioning=None)
    path = folder.path / "claims" / "train-00001-of-00002.parquet"
    pq.write_table(rows.append_column(LINES[0], pa.array([BODY] * len(rows))), path)

    told = withheld(folder, {"book": BODY}, [OPEN]).to_pylist()

    assert {word for row in told for word in row.values()} == {
        "book",
        "claims/train-00000-of-00001.parquet",
        "claims/train-00001-of-00002.parquet",
        "a column",
        "bytes",
        "column normalized_claim",
    }
