"""Personal data in what was written: e-mails, phone numbers, internet addresses, numbers of cards and of persons.

Every string is looked at once: columns that repeat a part of another one are left out by what their schema says, and
what two columns of an article have in common is told of the first. One expression over a whole column finds the few
texts that may hold any, so that libraries see only these.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from claimstance.gate.facts.allowed import Allowed
from claimstance.gate.facts.finders import digits, ip, kinds, mail
from claimstance.gate.facts.finders.card import cards
from claimstance.gate.facts.finders.ip import ips
from claimstance.gate.facts.finders.mail import e_mails
from claimstance.gate.facts.finders.national import lettered_ids, national_ids
from claimstance.gate.facts.finders.phone import phones
from claimstance.gate.facts.finders.text import Found, folded, without_addresses
from claimstance.gate.folder import Folder
from claimstance.table import Field, Schemas, Table

PERSONAL = pa.schema(
    [
        ("table", pa.string()),
        ("id", pa.string()),
        ("column", pa.string()),
        ("kind", pa.string()),
        ("form", pa.string()),
        ("start", pa.int64()),
    ]
)
MOST = 100  # of a kind and a text; who has as many to mend knows enough

AT_ONCE = 32_000_000  # bytes of a column; to make the expression ready takes as long as to read 1 MB

_FIRST = ("articles", "sources", "claims")  # where others have their words from
_ADDRESS = r"(?i)\b(?:https?://|www\.)\S+"


def personal(folder: Folder, allowed: Allowed) -> pa.Table:
    """It will give, in the columns of PERSONAL, each place with personal data that is not allowed.

    `form` says which national id it looks like. `start` counts code points, in a list of strings from the beginning of
    the one that it is in. What stands in several columns of one article is told of the first of them.
    """
    rows: list[dict[str, Any]] = []
    told: dict[tuple[str, str, str], tuple[str, str]] = {}
    for table in _in_order(folder.schemas):
        for field in columns(table):
            place = (table.name, field.name)
            for owner, key, found in _suspects(folder, table, field):
                for one in found:
                    if not allowed.allows(one) and told.setdefault((owner, one.kind, one.value), place) == place:
                        row = (table.name, key, field.name, one.kind, one.form, one.start)
                        rows.append(dict(zip(PERSONAL.names, row, strict=True)))
    return pa.Table.from_pylist(rows, PERSONAL)


def columns(table: Table) -> list[Field]:
    """It will be the columns in which a string may hold anything: no label, id, digest, or copy of a span's text."""
    copies = {rule.copy for rule in table.spans}
    ids = {table.key, "article_id", "task", *(column for column, _ in table.references)}
    return [
        field
        for field in table.fields
        if (field.type == "string" or field.items == "string")
        and not (field.vocabulary or field.pattern or field.decided)
        and field.name not in copies | ids
        and not field.name.endswith(("_id", "_ids"))
    ]


def find(text: str, *, address: bool = False) -> list[Found]:
    """It will give what looks like personal data in a text, in order, no two at one place, at most MOST of each kind.

    Of a web `address` only e-mails and hosts count: the numbers in it are ids of pages.
    """
    return _find(text, _FINDERS[:2] if address else _FINDERS)


class _Finder(NamedTuple):
    """What finds some kinds in a folded text, or in one without web addresses, and what a text has that holds any."""

    hint: str
    finds: Callable[[str], Iterator[Found]]
    plain: bool = False


def _numbers(text: str) -> Iterator[Found]:
    """Numbers of all kinds; of two kinds at one place, the first is the one that is harder to hit by chance."""
    for start, stop in digits.stretches(text):
        yield from cards(text, start, stop)
        yield from national_ids(text, start, stop)
        yield from phones(text, start, stop)


_FINDERS = (
    _Finder(mail.HINT, e_mails),
    _Finder(ip.HINT, ips),
    _Finder(kinds.HINT, lettered_ids, plain=True),
    _Finder(digits.HINT, _numbers, plain=True),
)


def _find(text: str, finders: Sequence[_Finder]) -> list[Found]:
    seen = folded(text)
    plain = without_addresses(seen.text) if any(finder.plain for finder in finders) else ""
    taken: list[Found] = []
    for finder in finders:
        for one in islice(finder.finds(plain if finder.plain else seen.text), MOST):
            if all(one.end <= other.start or other.end <= one.start for other in taken):
                taken.append(one)
    placed = [one._replace(start=seen.place(one.start), end=seen.place(one.end - 1) + 1) for one in taken]
    return sorted(placed, key=lambda one: one.start)


def _in_order(schemas: Schemas) -> list[Table]:
    rank = {name: place for place, name in enumerate(_FIRST)}
    return sorted(schemas.values(), key=lambda table: (rank.get(table.name, len(rank)), table.name))


def _suspects(folder: Folder, table: Table, field: Field) -> Iterator[tuple[str, str, list[Found]]]:
    """What is found in a column, by row: whose article, the row's key, what."""
    finders = _FINDERS[:2] if field.name.endswith("url") else _FINDERS
    for path in folder.files(table.name):
        repeats = [field.name] if field.type == "string" and field.name in pq.read_schema(path).names else []
        with pq.ParquetFile(path, read_dictionary=repeats) as file:
            for groups in _groups(file.metadata, field.name):
                found = list(_rows(file.read_row_groups(groups, columns=[field.name]).column(0), finders))
                if found:
                    ids = file.read_row_groups(groups, columns=list({table.keys[0], table.key}))
                    for row, what in found:
                        yield ids[table.keys[0]][row].as_py(), ids[table.key][row].as_py(), what


def _groups(file: pq.FileMetaData, column: str) -> Iterator[list[int]]:
    """Row groups to read together: as many as hold AT_ONCE bytes of a column. None where it is not there."""
    names = [file.schema.column(nth).path.partition(".")[0] for nth in range(file.num_columns)]
    nth = names.index(column) if column in names else None
    waiting: list[int] = []
    size = 0
    for group in range(file.num_row_groups if nth is not None else 0):
        waiting.append(group)
        size += file.row_group(group).column(nth).total_uncompressed_size
        if size > AT_ONCE:
            yield waiting
            waiting, size = [], 0
    if waiting:
        yield waiting


def _rows(values: pa.ChunkedArray, finders: Sequence[_Finder]) -> Iterator[tuple[int, list[Found]]]:
    """Rows of a column in which something was found; a list has one for each of its strings. Of values that repeat
    within a row group, one is looked at.
    """
    is_list = pa.types.is_list(values.type)
    chunks = [pc.list_flatten(chunk) if is_list else chunk for chunk in values.chunks]
    held = [chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode() for chunk in chunks]
    if not held or not pa.types.is_string(held[0].type.value_type):
        return
    found = _values(pa.concat_arrays([chunk.dictionary for chunk in held]), finders)
    seen = before = 0
    for chunk, whole in zip(held if found else (), values.chunks, strict=False):
        rows = pc.list_parent_indices(whole) if is_list else range(len(whole))
        own = {place - seen: what for place, what in found.items() if 0 <= place - seen < len(chunk.dictionary)}
        for at in pc.indices_nonzero(pc.is_in(chunk.indices, pa.array(sorted(own), chunk.indices.type))).to_pylist():
            yield before + int(rows[at]), own[chunk.indices[at].as_py()]
        seen += len(chunk.dictionary)
        before += len(whole)


def _values(strings: pa.Array, finders: Sequence[_Finder]) -> dict[int, list[Found]]:
    """What is found in which of the strings: one pass over all, then a few over those that may hold any."""
    any_of = pc.match_substring_regex(strings, "|".join(finder.hint for finder in finders))
    at = pc.indices_nonzero(pc.fill_null(any_of, False))
    suspects = strings.take(at)
    plain = pc.replace_substring_regex(suspects, _ADDRESS, "")
    masks = [pc.match_substring_regex(plain if one.plain else suspects, one.hint).to_pylist() for one in finders]
    found = {}
    for place, text, *due in zip(at.to_pylist(), suspects.to_pylist(), *masks, strict=True):
        if any(due) and (what := _find(text, [finder for finder, is_due in zip(finders, due, strict=True) if is_due])):
            found[place] = what
    return found
