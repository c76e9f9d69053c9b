"""The fact `card`: where the card of a folder (README.md) does not say what its tables and schemas/ give."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from claimstance import dataset
from claimstance.command import printable
from claimstance.gate import sheets
from claimstance.gate.folder import Folder
from claimstance.release.cards import documents
from claimstance.release.cards.header import header
from claimstance.release.cards.readback import read_back
from claimstance.report import Report
from claimstance.table import SPLITS

COMPUTED = ("Rows", "Agreement")  # sections that follow from the tables
WRITTEN = ("Tables", "Labels")  # those that follow from schemas/
KEYED = {"configs": "config_name", "dataset_info": "config_name", "features": "name", "splits": "name"}
SHOWN = (bool, int, float)  # values that may be told; a text may say anything
_ROW = re.compile(r"\| (?:[0-9]+ \| )?`?([\w-]+)`? \|.*")


def card(folder: Folder) -> pa.Table:
    """place, problem: every part of the card, below header, Rows, Agreement, Tables, Labels; or README.md as a whole.

    Tables that cannot be read are the matter of the fact `files`, and so is whether the digests are right. What else
    the header says is left alone: the Hub knows more words than a build writes.
    """
    said = sheets.card(folder.path)
    found: list[tuple[str, str | None]] = [(sheets.CARD, said.problem)] if said.problem else _compared(folder, said)
    columns = list(zip(*found, strict=True))
    return pa.table({"place": pa.array(columns[0], pa.string()), "problem": pa.array(columns[1], pa.string())})


def _compared(folder: Folder, said: sheets.Card) -> list[tuple[str, str | None]]:
    """Every part of the card with what is wrong in it; a part that is right comes without."""
    report, broken = read_back(folder, _settings(folder, said))
    for name in broken:
        _believe(report, name, said)
    head, due = header(folder.schemas, report), documents.sections(folder.schemas, report)
    parts = [f"header/{kind}/{one['config_name']}" for kind in ("configs", "dataset_info") for one in head[kind]]
    wrong = list(_header(said, head, broken))
    for heading in (*COMPUTED, *WRITTEN):
        if heading.lower() in broken:
            continue
        parts += ["/".join(filter(None, (heading, part))) for part in _parts(due.get(heading, ""))]
        wrong += _section(heading, said.sections.get(heading, ""), due.get(heading, ""), broken)
    told = {place for place, _ in wrong}
    right = [one for one in parts if not any(place == one or place.startswith(f"{one}/") for place in told)]
    return [*wrong, *((one, None) for one in right)]


def _settings(folder: Folder, said: sheets.Card) -> dataset.Dataset:
    """Title and version: those of the corpus it was just built from, else what the card says itself."""
    if folder.corpus and not folder.is_release:
        return dataset.read(folder.corpus / "corpus" / "dataset.yaml")
    versions = [str(one.get("version")) for one in said.described("configs").values()] or [""]
    return dataset.Dataset("", str(said.header.get("pretty_name")), "", versions[0], dict.fromkeys(SPLITS, 0.0))


def _believe(report: Report, name: str, said: sheets.Card) -> None:
    """Of a table that cannot be read, take the card's word for which splits it has."""
    entries = said.described("configs").get(name, {}).get("data_files")
    splits = [one.get("split") for one in (entries if isinstance(entries, list) else ()) if isinstance(one, dict)]
    report.counts[name] = {split: int(split in splits) for split in report.counts[name]}


def _header(said: sheets.Card, due: Mapping[str, Any], broken: set[str]) -> Iterator[tuple[str, str]]:
    names = [name for name, one in said.described("configs").items() if one.get("default")]
    wanted = [one["config_name"] for one in due["configs"] if one.get("default")]
    if names != wanted:
        yield "header/configs", f"{len(names)} tables are the default, and {' '.join(wanted) or 'none'} should be"
    own, found = (
        {
            **one,
            "configs": [_unsigned(config) for config in _list(one.get("configs"))],
            "dataset_info": [info for info in _list(one.get("dataset_info")) if _config(info) not in broken],
        }
        for one in (due, said.header)
    )
    unknown = {"language", "license"} if "articles" in broken else set()
    yield from _differences("header", {name: own[name] for name in own if name not in unknown}, found)


def _config(entry: Any) -> str:
    return str(entry.get("config_name")) if isinstance(entry, dict) else ""


def _unsigned(config: Any) -> Any:
    """A config without the digest in its description, which is left to the fact `files`, and without `default`."""
    if not isinstance(config, dict):
        return config
    rest = {name: value for name, value in config.items() if name != "default"}
    if "description" in rest:
        rest["description"] = sheets.DIGEST.sub(" sha256:", str(rest["description"]))
    return rest


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _differences(place: str, due: Any, found: Any) -> Iterator[tuple[str, str]]:
    """Where `found` lacks something of `due`, or has it otherwise. More is a difference in a list, not in a mapping."""
    key = KEYED.get(place.rsplit("/", 1)[-1], "")
    if isinstance(due, dict) and isinstance(found, dict):
        for name, value in due.items():
            if name in found:
                yield from _differences(f"{place}/{name}", value, found[name])
            else:
                yield f"{place}/{name}", "is missing"
    elif key and isinstance(due, list) and isinstance(found, list):
        yield from _entries(place, key, due, found)
    elif due != found or isinstance(due, bool) != isinstance(found, bool):
        told = f"is {found}, and {due} is due" if isinstance(due, SHOWN) and isinstance(found, SHOWN) else ""
        yield place, told or "is not what the tables and schemas/ give"


def _entries(place: str, key: str, due: list[Any], found: list[Any]) -> Iterator[tuple[str, str]]:
    """The same of lists whose entries have names."""
    names = [one.get(key) if isinstance(one, dict) else None for one in found]
    for one in due:
        if one[key] in names:
            yield from _differences(f"{place}/{one[key]}", one, found[names.index(one[key])])
        else:
            yield f"{place}/{one[key]}", "is missing"
    wanted = [one[key] for one in due]
    if len(names) > len(set(map(str, names))) or set(map(str, names)) - set(wanted):
        yield place, "has an entry twice, or one that is not due"
    elif place.endswith("features") and len(names) == len(wanted) and names != wanted:
        yield place, "has its columns in another order"


def _section(heading: str, said: str, due: str, broken: set[str]) -> Iterator[tuple[str, str]]:
    """Where a section differs, by the first line of each part that does."""
    own, wanted = _parts(said), _parts(due)
    for part in dict.fromkeys((*wanted, *own)):
        place = "/".join(filter(None, (heading, part)))
        if part not in own or part not in wanted:
            yield printable(place), "is missing" if part not in own else "is not due"
            continue
        lines, others = wanted[part].splitlines(), own[part].splitlines()
        differing = [line for line in [*lines, *others] if (line in lines) != (line in others)]
        rows = dict.fromkeys(match[1] if (match := _ROW.fullmatch(line)) else "" for line in differing)
        for row in [row for row in rows if not (heading == "Rows" and row in broken)]:
            yield printable("/".join(filter(None, (place, row)))), "is not what the tables and schemas/ give"
        if not differing and lines != others:
            yield printable(place), "has its lines in another order"


def _parts(section: str) -> dict[str, str]:
    """The parts of a section below their headings; what stands before the first is called ''."""
    opening, *rest = re.split(r"^### ", section, flags=re.MULTILINE)
    named = dict(part.split("\n", 1) for part in rest if "\n" in part)
    return {name: text.strip() for name, text in {"": opening, **named}.items() if text.strip()}
