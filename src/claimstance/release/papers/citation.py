"""CITATION.cff: how the dataset is cited, in the Citation File Format 1.2.0, from corpus/dataset.yaml."""

from collections.abc import Collection

import yaml

from claimstance.dataset import Author, Dataset
from claimstance.release.cards.header import TAGS
from claimstance.release.papers.spdx import licence

CITATION = "CITATION.cff"
CITE = "If you use this dataset, please cite it as it is described here, with its version."


def citation(settings: Dataset, licences: Collection[str]) -> str:
    """It will be the citation file of a version. `licences` are those of the articles.

    The day is told where dataset.yaml has one for the version. Several licences would read as a choice of one there,
    so a licence is told only where the corpus as a whole has one, or all articles have the same.
    """
    alike = set(licences) if len(set(licences)) == 1 else {""}
    own = licence(settings.licence or alike.pop())
    said = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": settings.cite or CITE,
        "title": settings.title,
        "abstract": settings.summary,
        "version": settings.version,
        "date-released": settings.released,
        "authors": [_author(one) for one in authors(settings)],
        "license": own.said if own.ids == (own.said,) else "",
        "url": settings.homepage,
        "repository": settings.repository,
        "keywords": list(TAGS),
    }
    given = {name: value for name, value in said.items() if value}
    text: str = yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=1000)
    return text


def authors(settings: Dataset) -> tuple[Author, ...]:
    """It will name who made the dataset; where dataset.yaml names nobody, its authors as a whole."""
    return settings.authors or (Author(f"The authors of {settings.title}"),)


def bibtex(settings: Dataset) -> str:
    """It will be the same as an entry of BibTeX, in one line."""
    names = " and ".join(
        f"{{{_tex(one.name)}}}" if one.name else _tex(f"{one.family}, {one.given}") for one in authors(settings)
    )
    said = {
        "author": names,
        "title": f"{{{_tex(settings.title)}}}",
        "version": settings.version,
        "year": settings.released[:4],
        "url": settings.repository or settings.homepage,
    }
    parts = "".join(f", {name} = {{{value}}}" for name, value in said.items() if value)
    return f"@misc{{{settings.name}-{settings.version}{parts}}}"


def _author(one: Author) -> dict[str, str]:
    said = {
        "name": one.name,
        "family-names": one.family,
        "given-names": one.given,
        "orcid": one.orcid and f"https://orcid.org/{one.orcid}",
    }
    return {name: value for name, value in said.items() if value}


def _tex(text: str) -> str:
    """Words as TeX prints them."""
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(one, f"\\{one}" if one in "&%$#_{}" else one) for one in " ".join(text.split()))
