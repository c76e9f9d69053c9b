"""schemas/ -> tables.

A column is written once, in schemas/tables/<table>.yaml, in the words of Table Schema (name, type, description,
constraints, primaryKey, foreignKeys) and nine of ours:

whole        of a table: about no article, made once after all of them
released     of a whole table: about two releases, so that a build has none of it
vocabulary   the closed set in schemas/labels.yaml that the values come from (a ClassLabel for the reader)
items        what an array holds: string, or span ({start, end}; with a vocabulary also {kind})
keys         the vocabulary that names the members of an object of numbers
decided      filled in after all articles were seen (split, dup_group), or by a release (withheld)
sparse       may be null in every row of a corpus; a column that is not may not
spans        which columns are offsets, into what, and which column copies the text
words        whose words a column of strings holds, so that a release can leave out those that it may not ship
"""

import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml

from claimstance.errors import SchemaError
from claimstance.table import Field, Label, Schemas, SpanRule, Table, Vocabulary

DEEPEST = 50  # levels of a file of ours; the deepest has six


def load(folder: Path) -> Schemas:
    """It will read schemas/labels.yaml and schemas/tables/*.yaml below `folder`, or say which line of thought is off.

    Raises SchemaError.
    """
    vocabularies = _vocabularies(folder / "labels.yaml")
    paths = sorted((folder / "tables").glob("*.yaml"))
    if not paths:
        raise SchemaError(str(folder / "tables"), "no table is described there", "Is this the root of a corpus?")
    tables = {path.stem: _table(path, vocabularies) for path in paths}
    for path in paths:
        for column, name in tables[path.stem].references:
            if name not in tables:
                raise SchemaError(str(path), f"{column} refers to {name}, which is no table", "Describe it, or rename.")
    return Schemas(tables, vocabularies)


def strings(path: Path) -> Any:
    """The YAML file with every scalar as the string that stands there ("no" stays "no", 007 stays "007").

    Raises SchemaError.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if _depth(text) > DEEPEST:
            raise SchemaError(str(path), f"lists or mappings in more than {DEEPEST} others", "Write it flatter.")
        return yaml.load(text, Loader=_Strings)  # noqa: S506 - builds strings only
    except OSError as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise SchemaError(str(path), what, "Is this the root of a corpus?") from None
    except UnicodeDecodeError:
        raise SchemaError(str(path), "not UTF-8", "Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = " ".join(str(getattr(error, "problem", None) or error).split())
        raise SchemaError(f"{path}:{mark.line + 1}" if mark else str(path), f"not YAML ({what})", "Mend it.") from None


def _depth(text: str) -> int:
    """How deep it is nested; the parser in C, which goes down by recursion, dies of some thousand levels."""
    depth = deepest = 0
    for event in yaml.parse(text, Loader=_Strings):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        deepest = max(deepest, depth)
    return deepest


class _Strings(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc] # in C ten times as fast
    """Every scalar a string, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; a key that comes twice is an error where it comes again."""
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} stands there twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


class _SaidVocabulary(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    labels: dict[str, dict[str, str]]


class _SaidLabels(msgspec.Struct, forbid_unknown_fields=True):
    vocabularies: dict[str, _SaidVocabulary]


class _SaidLimits(msgspec.Struct, forbid_unknown_fields=True):
    required: bool = False
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None


class _SaidField(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    type: Literal["string", "integer", "number", "boolean", "datetime", "array", "object"]
    description: str
    constraints: _SaidLimits = msgspec.field(default_factory=_SaidLimits)
    vocabulary: str = ""
    items: Literal["", "string", "span"] = ""
    keys: str = ""
    decided: bool = False
    sparse: bool = False
    words: Literal["", "article", "title", "shown", "annotator", "evidence", "none"] = ""


class _SaidTarget(msgspec.Struct, forbid_unknown_fields=True):
    resource: str
    fields: str


class _SaidReference(msgspec.Struct, forbid_unknown_fields=True):
    fields: str
    reference: _SaidTarget


class _SaidTable(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    primary_key: str = msgspec.field(name="primaryKey")
    fields: list[_SaidField]
    foreign_keys: list[_SaidReference] = msgspec.field(name="foreignKeys", default_factory=list)
    spans: list[SpanRule] = []
    whole: bool = False
    released: bool = False


_Said = TypeVar("_Said")


def described(path: Path, kind: type[_Said]) -> _Said:
    """It will read the YAML file at `path` as `kind`, a msgspec struct, describes it. Raises SchemaError."""
    try:
        return msgspec.convert(strings(path), kind, strict=False)
    except msgspec.ValidationError as error:
        raise SchemaError(str(path), str(error), "The files beside it show what is due there.") from None


def _vocabularies(path: Path) -> dict[str, Vocabulary]:
    found = {}
    for name, entry in described(path, _SaidLabels).vocabularies.items():
        labels = []
        for label, more in entry.labels.items():
            if not more.get("meaning"):
                raise SchemaError(str(path), f"{name}.{label} has no meaning", "Say in a line what the label means.")
            rest = {key: value for key, value in more.items() if key != "meaning" and value != "null"}
            labels.append(Label(label, more["meaning"], rest))
        found[name] = Vocabulary(name, entry.description, tuple(labels))
    return found


def _table(path: Path, vocabularies: Mapping[str, Vocabulary]) -> Table:
    said = described(path, _SaidTable)
    fields = tuple(_field(path, field, vocabularies) for field in said.fields)
    references = tuple((key.fields, key.reference.resource) for key in said.foreign_keys)
    names = {field.name for field in fields}
    if len(names) < len(fields):
        raise SchemaError(str(path), "two fields have one name", "Rename one of them.")
    if said.released and not said.whole:
        raise SchemaError(str(path), "a table that only releases have is whole", "Say whole: true.")
    used = {*(() if said.whole else ("article_id",)), said.primary_key, *(column for column, _ in references)}
    for rule in said.spans:
        if not rule.pieces and not (rule.start and rule.end and rule.copy):
            raise SchemaError(str(path), "a rule of spans names no columns", "Say pieces, or start, end and copy.")
        used |= {column for column in (rule.start, rule.end, rule.pieces, rule.copy) if column}
    if used - names:
        raise SchemaError(str(path), f"no field is called {', '.join(sorted(used - names))}", "Add it, or rename.")
    return Table(
        path.stem,
        said.description,
        said.primary_key,
        tuple(replace(one, words=_words(path, field, said)) for one, field in zip(fields, said.fields, strict=True)),
        tuple(said.spans),
        references,
        said.whole,
        said.released,
    )


def _words(path: Path, field: _SaidField, table: _SaidTable) -> str:
    """Whose words the column holds, empty where they are nobody's: as it says, or the rule that makes it a copy.

    Ids, labels and what has a pattern hold none, nor does a table that is about no article.
    """
    copied = [rule.of.partition(".")[2] for rule in table.spans if rule.copy == field.name]
    if copied:
        return {"text": "article", "evidence_text": "evidence"}[copied[0]]
    ids = {"article_id", table.primary_key, *(key.fields for key in table.foreign_keys)}
    free = (field.type == "string" or field.items == "string") and not (field.vocabulary or field.constraints.pattern)
    if free and not (field.words or field.decided or table.whole or field.name in ids):
        then = "Say words: article, title, shown, annotator, evidence or none; see schemas/README.md."
        raise SchemaError(str(path), f"{field.name} does not say whose words it holds", then)
    return field.words.replace("none", "")


def _field(path: Path, said: _SaidField, vocabularies: Mapping[str, Vocabulary]) -> Field:
    for name in (said.vocabulary, said.keys):
        if name and name not in vocabularies:
            raise SchemaError(str(path), f"{said.name}: labels.yaml has no vocabulary {name}", "Add it there.")
    for kind, word, given in (("array", "items", said.items), ("object", "keys", said.keys)):
        if (said.type == kind) != bool(given):
            raise SchemaError(str(path), f"{said.name}: {kind} and {word} go together", "Give both, or neither.")
    if said.vocabulary and said.type != "string" and said.items != "span":
        raise SchemaError(str(path), f"{said.name}: a label is a string, or the kind of a span", "Change the type.")
    limits = said.constraints
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # a pattern that will mean something else some day
            re.compile(limits.pattern)
    except (re.error, FutureWarning) as error:
        raise SchemaError(str(path), f"{said.name}: pattern: {error}", "A regular expression is due.") from None
    return Field(
        name=said.name,
        type=said.type,
        description=said.description,
        required=limits.required,
        decided=said.decided,
        sparse=said.sparse,
        items=said.items,
        pattern=limits.pattern,
        minimum=limits.minimum,
        maximum=limits.maximum,
        vocabulary=vocabularies[said.vocabulary] if said.vocabulary else None,
        keys=vocabularies[said.keys] if said.keys else None,
    )
