"""croissant.json: the release for machines, in Croissant 1.1 with its vocabulary for responsible AI (RAI 1.0).

Files with their digests, tables with their columns, labels with their meanings, all of it from the folder and schemas/.
A record set is a table, a field a column; the split is in the name of a row's file (`file_split`). Labels are numbers
in the files, and the record set `labels/<vocabulary>` says what each means. What is said of how the data was made is
counted (claimstance.release.papers.responsible) or taken from the folder's datasheet.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from claimstance.dataset import Author, Dataset
from claimstance.digests import of_file
from claimstance.gate.folder import Folder
from claimstance.release.cards.header import TAGS
from claimstance.release.papers import citation, spdx
from claimstance.release.papers.jsonld import CONFORMS, CONTEXT
from claimstance.table import SPLITS, Field, Table, Vocabulary

CROISSANT = "croissant.json"
PARQUET = "application/x-parquet"
TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "datetime": "sc:DateTime",
}


def croissant(
    folder: Folder, settings: Dataset, *, languages: set[str], licences: set[str], responsible: Mapping[str, Any]
) -> dict[str, Any]:
    """It will describe the release. `languages` and `licences` are those of its articles, `responsible` what is said
    of how it was made, by keys of RAI.
    """
    page = settings.homepage or settings.repository
    said = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS,
        "name": settings.title,
        "description": settings.summary,
        "version": settings.version,
        "license": sorted(set(_pages(settings.licence, licences))),
        "url": page,
        "sameAs": settings.repository if settings.repository != page else "",
        "creator": [_creator(one) for one in citation.authors(settings)],
        "citeAs": citation.bibtex(settings),
        "datePublished": settings.released,
        "inLanguage": sorted(languages),
        "keywords": list(TAGS),
        **dict(sorted(responsible.items())),
        **structure(folder),
    }
    return {name: value for name, value in said.items() if value}


def structure(folder: Folder, digests: Mapping[str, str] | None = None) -> dict[str, Any]:
    """It will describe files, tables and labels: what follows from the folder alone. `digests` are the SHA-256 of
    files by path; those that are not among them are read.
    """
    tables = [table for table in folder.schemas.values() if folder.files(table.name)]
    known = digests or {}
    return {
        "distribution": [one for table in tables for one in _files(folder, table, known)],
        "recordSet": [*_splits(tables), *_labels(tables), *(_record_set(table) for table in tables)],
    }


def written(folder: Path, said: Mapping[str, Any]) -> Path:
    """It will write it into the folder, and give its path."""
    path = folder / CROISSANT
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _pages(whole: str, licences: set[str]) -> Iterator[str]:
    """The pages of all licences, and the words of those that have none."""
    for one in map(spdx.licence, filter(None, (whole, *licences))):
        yield from one.pages or (one.said,)


def _creator(one: Author) -> dict[str, str]:
    if one.name:
        return {"@type": "sc:Organization", "name": one.name}
    said = {"@type": "sc:Person", "name": one.whole, "givenName": one.given, "familyName": one.family}
    return {name: value for name, value in said.items() if value}


def _files(folder: Folder, table: Table, known: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Each file of a table, and all of them as the set that the table is read from."""
    for path in folder.files(table.name):
        place = f"{table.name}/{path.name}"
        yield {
            "@type": "cr:FileObject",
            "@id": place,
            "name": path.name,
            "contentUrl": place,
            "contentSize": f"{path.stat().st_size} B",
            "encodingFormat": PARQUET,
            "sha256": known.get(place) or of_file(path),
        }
    yield {
        "@type": "cr:FileSet",
        "@id": _set(table.name),
        "name": table.name,
        "encodingFormat": PARQUET,
        "includes": f"{table.name}/*.parquet",
    }


def _record_set(table: Table) -> dict[str, Any]:
    fields = [_field(table, field) for field in table.fields]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": {"@id": f"{table.name}/{table.key}"},
        "field": fields if table.whole else [_split(table), *fields],
    }


def _split(table: Table) -> dict[str, Any]:
    """The split that a row's file is of. It refers to nothing, because mlcroissant then reads no row at all."""
    source = {
        "fileSet": {"@id": _set(table.name)},
        "extract": {"fileProperty": "filename"},
        "transform": {"regex": f"({'|'.join(SPLITS)})-.*"},
    }
    return _column(f"{table.name}/file_split", "The split that the row is in.", "sc:Text", source)


def _field(table: Table, field: Field) -> dict[str, Any]:
    """One column. Its members, if it has any, are fields of their own."""
    place = f"{table.name}/{field.name}"
    source = {"fileSet": {"@id": _set(table.name)}, "extract": {"column": field.name}}
    if members := _members(field):
        parts = [
            _column(f"{place}/{name}", said, kind, source | {"transform": {"jsonPath": name}})
            for name, said, kind in members
        ]
        whole = {"@type": "cr:Field", "@id": place, "name": field.name, "description": field.description}
        return whole | (ARRAY if field.type == "array" else {}) | {"subField": parts}
    if field.type == "array":
        return _column(place, field.description, "sc:Text", source) | ARRAY
    if field.vocabulary:
        labels = f"labels/{field.vocabulary.name}"
        column = _column(place, f"{field.description} A number: see {labels}.", "sc:Integer", source)
        return column | {"references": {"field": {"@id": f"{labels}/id"}}}
    # Keys of other tables are told in words: mlcroissant joins the tables for a reference, and of some gives no row.
    refers = "".join(f" Refers to {other}." for name, other in table.references if name == field.name)
    return _column(place, field.description + refers, TYPES[field.type], source)


ARRAY = {"isArray": True, "arrayShape": "-1"}


def _members(field: Field) -> list[tuple[str, str, str]]:
    """The members of a column: name, description, type."""
    if field.keys:
        return [(label.name, label.meaning, "sc:Float") for label in field.keys.labels]
    if field.items != "span":
        return []
    ends = [("start", "First code point.", "sc:Integer"), ("end", "The code point behind the last.", "sc:Integer")]
    if field.vocabulary:
        ends.append(("kind", f"A number: see labels/{field.vocabulary.name}.", "sc:Integer"))
    return ends


def _column(place: str, said: str, kind: str, source: Mapping[str, Any]) -> dict[str, Any]:
    return {**_held(place, said, kind), "source": source}


def _splits(tables: list[Table]) -> Iterator[dict[str, Any]]:
    """The splits, as far as tables have files of them."""
    if any(not table.whole for table in tables):
        fields = [_held("splits/name", "Its name.", "sc:Text"), _held("splits/url", "What it is for.", "sc:URL")]
        rows = [{"splits/name": split, "splits/url": f"cr:{USES[split]}Split"} for split in SPLITS]
        yield _enumeration("splits", "The splits.", "cr:Split", "name", fields, rows)


USES = {"train": "Training", "validation": "Validation", "test": "Test"}


def _labels(tables: list[Table]) -> Iterator[dict[str, Any]]:
    """The vocabularies of the columns."""
    used = {field.vocabulary.name: field.vocabulary for table in tables for field in table.fields if field.vocabulary}
    for _, vocabulary in sorted(used.items()):
        yield _vocabulary(vocabulary)


def _vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    place = f"labels/{vocabulary.name}"
    fields = [
        _held(f"{place}/id", "The number in the files.", "sc:Integer"),
        _held(f"{place}/name", "The label.", "sc:Text"),
        _held(f"{place}/description", "What it means.", "sc:Text"),
    ]
    rows = [
        {f"{place}/id": nth, f"{place}/name": label.name, f"{place}/description": label.meaning}
        for nth, label in enumerate(vocabulary.labels)
    ]
    return _enumeration(place, vocabulary.description, "sc:Enumeration", "id", fields, rows)


def _enumeration(
    place: str, said: str, kind: str, key: str, fields: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": place,
        "name": place.rsplit("/", 1)[-1],
        "description": said,
        "dataType": kind,
        "key": {"@id": f"{place}/{key}"},
        "field": fields,
        "data": rows,
    }


def _held(place: str, said: str, kind: str) -> dict[str, Any]:
    """A field whose values stand beside it."""
    name = place.rsplit("/", 1)[-1]
    return {"@type": "cr:Field", "@id": place, "name": name, "description": said, "dataType": kind}


def _set(table: str) -> str:
    """The id of the files of a table, which must not be that of the table."""
    return f"files/{table}"
