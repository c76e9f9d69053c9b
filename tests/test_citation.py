"""CITATION.cff, and the settings that it is made of."""

from pathlib import Path

import pytest
import yaml

from claimstance import dataset
from claimstance.dataset import Author, Dataset
from claimstance.errors import SchemaError
from claimstance.release.papers.citation import bibtex, citation
from claimstance.release.papers.spdx import licence

SETTINGS = Dataset(
    "valley",
    "The Valley Corpus",
    "Claims of a valley.",
    "1.2.0",
    {},
    authors=(Author("The valley project"), Author("", "Runa", "Feld", "0000-0002-1825-0097")),
    licence="CC-BY-4.0",
    homepage="https://valley.example/corpus",
    repository="https://hub.example/valley/corpus",
    released="2026-12-01",
    cite="Please name the version.",
)
DUE = """\
cff-version: 1.2.0
type: dataset
message: Please name the version.
title: The Valley Corpus
abstract: Claims of a valley.
version: 1.2.0
date-released: '2026-12-01'
authors:
- name: The valley project
- family-names: Feld
  given-names: Runa
  orcid: https://orcid.org/0000-0002-1825-0097
license: CC-BY-4.0
url: https://valley.example/corpus
repository: https://hub.example/valley/corpus
keywords:
- claimstance
- stance-detection
- claim-detection
- attribution
"""


def test_a_citation_says_who_made_which_version_and_when() -> None:
    assert citation(SETTINGS, {"MIT"}) == DUE


def test_what_dataset_yaml_does_not_say_is_left_out_and_what_the_format_asks_for_is_there() -> None:
    said = yaml.safe_load(citation(Dataset("valley", "Valley", "", "1.0.0", {}), {"MIT", "CC0-1.0"}))

    assert {name: value for name, value in said.items() if name != "keywords"} == {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use this dataset, please cite it as it is described here, with its version.",
        "title": "Valley",
        "version": "1.0.0",
        "authors": [{"name": "The authors of Valley"}],
    }


@pytest.mark.parametrize(
    ("own", "articles", "told"),
    [
        ("", {"cc-by-4.0"}, "CC-BY-4.0"),
        ("", {"CC-BY-4.0", "MIT"}, None),  # a list would be a choice
        ("MIT", {"CC-BY-4.0"}, "MIT"),
        ("MIT OR Apache-2.0", set(), None),
        ("", {"LicenseRef-Ours"}, None),
        ("", set(), None),
    ],
)
def test_a_licence_is_told_where_it_is_one_that_spdx_lists(own: str, articles: set[str], told: str | None) -> None:
    said = yaml.safe_load(citation(Dataset("v", "V", "", "1.0.0", {}, licence=own), articles))

    assert said.get("license") == told


def test_words_that_are_yaml_or_tex_stay_words() -> None:
    title = "- {a: *b}\n# c & <script>\u202e 100 %_"
    settings = Dataset("v", title, "&x: |", "1.0.0", {})

    said = yaml.safe_load(citation(settings, ()))

    assert (said["title"], said["abstract"], bibtex(settings)) == (
        title,
        "&x: |",
        "@misc{v-1.0.0, author = {{The authors of - \\{a: *b\\} \\# c \\& <script>\u202e 100 \\%\\_}},"
        " title = {{- \\{a: *b\\} \\# c \\& <script>\u202e 100 \\%\\_}}, version = {1.0.0}}",
    )


def test_a_citation_in_bibtex_names_people_as_bibtex_does() -> None:
    assert bibtex(SETTINGS) == (
        "@misc{valley-1.2.0, author = {{The valley project} and Feld, Runa}, title = {{The Valley Corpus}},"
        " version = {1.2.0}, year = {2026}, url = {https://hub.example/valley/corpus}}"
    )


def test_the_pages_of_a_licence_are_those_of_its_parts() -> None:
    said = [licence(one).pages for one in ("mit or CC-BY-4.0", "LicenseRef-Ours", "none such", "")]

    page = "https://spdx.org/licenses/{}.html"
    assert said == [(page.format("MIT"), page.format("CC-BY-4.0")), (), (), ()]


YAML = """\
name: valley
title: The Valley Corpus
summary: Claims of a valley.
version: 1.2.0
splits: {train: 0.8, validation: 0.1, test: 0.1}
"""
MORE = """\
authors: [The valley project, {given: Runa, family: Feld, orcid: 0000-0002-1825-0097}]
licence: CC-BY-4.0
homepage: https://valley.example/corpus
repository: https://hub.example/valley/corpus
released: {1.0.0: 2026-01-01, 1.2.0: 2026-12-01}
cite: Please name the version.
"""


def test_the_settings_say_how_the_dataset_is_cited(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text(YAML + MORE, encoding="utf-8")

    said = dataset.read(tmp_path / "dataset.yaml")

    assert citation(said, ()) == DUE


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("authors: [runa@valley.example]", "an author has no name, or an e-mail address for one"),
        ("authors: ['']", "an author has no name, or an e-mail address for one"),
        ("authors: [{family: Feld, orcid: 1-2}]", "orcid is '1-2'"),
        ("authors: [{family: Feld, e-mail: x}]", "Object contains unknown field `e-mail`"),
        ("licence: free for all", "licence is 'free for all'"),
        ("homepage: javascript:alert(1)", "homepage is no address of a page"),
        ("homepage: https://", "homepage is no address of a page"),
        ("repository: https://me:secret@hub.example/x", "repository is no address of a page"),
        ("released: {1.2.0: 2026-02-30}", "released has 1.2.0: 2026-02-30"),
        ("released: {1.2: 2026-02-03}", "released has 1.2: 2026-02-03"),
        ("cite: Ask runa@valley.example", "cite has an @"),
    ],
)
def test_a_setting_that_cannot_be_published_is_refused_and_no_secret_repeated(
    tmp_path: Path, line: str, told: str
) -> None:
    (tmp_path / "dataset.yaml").write_text(f"{YAML}{line}\n", encoding="utf-8")

    with pytest.raises(SchemaError) as refused:
        dataset.read(tmp_path / "dataset.yaml")

    said = str(refused.value)
    assert (told in said, "secret" in said, "runa@" in said) == (True, False, False)
