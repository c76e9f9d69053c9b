"""LICENSE.md: what is counted, and that what somebody wrote stays words."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from claimstance import schema
from claimstance.dataset import Dataset
from claimstance.gate.folder import Folder
from claimstance.release.papers.licences import ATTRIBUTE, AUTHORS, NAMED, Counted, counted, licences
from claimstance.stages import evidence_of
from conftest import REPOSITORY, Good, copied
from damage import changed

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build
SETTINGS = Dataset("valley", "The Valley Corpus", "", "1.2.0", {}, licence="CC0-1.0")


def by(**outlets: dict[str, int]) -> defaultdict[str, Counter[str]]:
    return defaultdict(Counter, {name: Counter(own) for name, own in outlets.items()})


def test_the_page_has_a_row_a_licence_and_who_is_to_be_named() -> None:
    found = {
        "CC-BY-4.0": Counted(3, 0, 2, Counter({"Gazette": 3, "": 2}), by(Gazette={"Runa Feld": 2, "Ole Brink": 1})),
        "LicenseRef-Press": Counted(0, 4, 0, Counter({"Press": 4})),
        "CC0-1.0": Counted(1, 0, 0, Counter({"Anybody": 1})),
    }

    page = licences(SETTINGS, found)

    spdx = "https://spdx.org/licenses"
    assert page == (
        "# Licences of The Valley Corpus 1.2.0\n\n"
        f"What this dataset adds (annotations, offsets, a choice of articles) is under [CC0-1.0]({spdx}/CC0-1.0.html)."
        " Articles and the texts of sources keep the licences under which they were published:\n\n"
        "| licence | articles | of these without text here | texts of sources |\n| --- | --- | --- | --- |\n"
        f"| [CC-BY-4.0]({spdx}/CC-BY-4.0.html) | 3 | 0 | 2 |\n"
        "| LicenseRef-Press (no id of SPDX: see its publisher) | 4 | 4 | 0 |\n"
        f"| [CC0-1.0]({spdx}/CC0-1.0.html) | 1 | 0 | 0 |\n\n"
        "Articles that may not be passed on: 4. The release has their offsets and the digest of their text"
        " (`text_sha256`), and none of the text. Whoever holds a text puts it back with `claimstance rehydrate`.\n\n"
        f"## How to attribute\n\n{ATTRIBUTE}\n\n"
        "### CC-BY-4.0\n\n"
        "| publisher | articles and texts | authors |\n| --- | --- | --- |\n"
        "| Gazette | 3 | Runa Feld, Ole Brink |\n| not named | 2 |  |\n\n"
        "### LicenseRef-Press\n\n"
        "| publisher | articles and texts | authors |\n| --- | --- | --- |\n| Press | 4 |  |\n"
    )


def test_of_many_outlets_and_authors_the_first_are_named_and_the_rest_counted() -> None:
    outlets = Counter({f"outlet {n:03}": 1 for n in range(NAMED + 5)})
    authors = defaultdict(Counter, {"outlet 000": Counter({f"author {n:02}": 1 for n in range(AUTHORS + 3)})})

    page = licences(SETTINGS, {"MIT": Counted(NAMED + 5, 0, 0, outlets, authors)})

    assert (page.count("| outlet "), "author 19 and 3 more |" in page, "And 5 more: the columns" in page) == (
        NAMED,
        True,
        True,
    )


def test_articles_and_texts_are_counted_by_licence_and_texts_once(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    changed(
        own.folder,
        SCHEMAS,
        "UPDATE articles SET redistributable = false, text_status = 1, licence = 'mit' WHERE article_id = 'well'",
    )

    found = counted(Folder(own.folder, SCHEMAS), evidence_of(own.corpus, []))

    told = {name: (one.here, one.elsewhere, one.texts) for name, one in found.items()}
    held = len(list((own.corpus / "corpus" / "sources").glob("*.md")))
    assert told == {"CC-BY-4.0": (3, 0, held), "MIT": (0, 1, 0)}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("Gazette | 7 |\n| x", "Gazette \\| 7 \\| \\| x"),
        ("[Gazette](javascript:x)", "\\[Gazette\\](javascript:x)"),
        ("\u202eettezaG\u200f", "\\\\u202eettezaG\\\\u200f"),
        ("ask runa@valley.example", "ask (e-mail)"),
        ("`*_Gazette_*` ![x](y)", "\\`\\*\\_Gazette\\_\\*\\` \\!\\[x\\](y)"),
    ],
)
def test_what_an_outlet_calls_itself_stays_words(good: Good, tmp_path: Path, written: str, shown: str) -> None:
    own = copied(good, tmp_path)
    statement = "UPDATE articles SET publisher = '?', licence = 'MIT' WHERE article_id = 'well'"
    changed(own.folder, SCHEMAS, statement.replace("?", written))

    page = licences(SETTINGS, counted(Folder(own.folder, SCHEMAS), evidence_of(own.corpus, [])))

    (row,) = [line for line in page.partition("### MIT")[2].splitlines() if line.startswith("| ")][2:]
    assert row.startswith(f"| {shown} | 1 |")
