"""What baselines see of a build or a release, through `claimstance.load` and the views of claimstance.training."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimstance import load
from claimstance.errors import LoadError
from claimstance.training import as_spans, contexts, rows

TABLES = ("articles", "claims", "sentences", "sources", "stances")
SPLITS = ("train", "validation", "test")
# What agreement counts as a token (claimstance.annotation.matching): words, but single characters in scripts without
# spaces, and single marks. So scores are of the same tokens as the annotators' agreement on them. What Python calls \w
# is spelled out, because to this engine accents that stand by themselves are of a word too.
WORD = r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]"
NO_END = 1 << 30  # tokens: an article is one window

Tables = Mapping[str, Any]  # datasets by split, by the name of the table


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and what a source says: `text` is the source's own, where there is one. Else it is what the judges had:
    the article around the claim (`in_text`), or the source's title.
    """

    article_id: str
    claim: str
    text: str
    stance: str
    in_text: bool


@dataclass(frozen=True, slots=True)
class Text:
    """An article as tokens; `sentence` numbers the sentence of each, `tags` has 0 outside of claims, 1 where one begins
    and 2 where it goes on.
    """

    article_id: str
    tokens: tuple[str, ...]
    sentence: tuple[int, ...]
    tags: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """A corpus by split. `stances` are all labels, `ties` counts the pairs without one, which are left out, and
    `languages` the articles of each.
    """

    pairs: Mapping[str, tuple[Pair, ...]]
    texts: Mapping[str, tuple[Text, ...]]
    stances: tuple[str, ...]
    ties: Mapping[str, int]
    languages: Mapping[str, Mapping[str, int]]


def read(where: Path) -> Data:
    """It will read a folder. Raises LoadError, also where train or test has no row to learn from or to be scored on."""
    tables = {name: load(where, name) for name in TABLES}
    for name in ("stances", "claims"):
        if lacks := [split for split in ("train", "test") if split not in tables[name]]:
            raise LoadError(str(where), f"{name} has no {' and no '.join(lacks)}", "There is nothing to measure yet.")
    there = [split for split in SPLITS if split in tables["articles"]]
    stances = tables["stances"]
    around = contexts(stances, *(tables[name] for name in ("articles", "sentences", "claims", "sources")))
    return Data(
        pairs={split: tuple(_pairs(stances[split], around)) if split in stances else () for split in there},
        texts={split: tuple(_texts(tables, split)) for split in there},
        stances=tuple(stances["train"].features["stance"].names),
        ties={split: sum(one is None for one in own["stance"]) for split, own in stances.items()},
        languages={split: Counter(tables["articles"][split]["language"]) for split in there},
    )


def _pairs(stances: Any, around: Mapping[str, str]) -> Iterator[Pair]:
    for row in rows(stances):
        if row.stance is not None:
            text = row.evidence_text or around.get(row.stance_id) or row.source
            yield Pair(row.article_id, row.claim, text, str(row.stance), row.basis == "in_text")


def _texts(tables: Tables, split: str) -> Iterator[Text]:
    """The articles that annotators saw, as far as they saw them."""
    articles = tables["articles"][split]
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    begins: dict[str, list[int]] = defaultdict(list)
    for row in tables["sentences"].get(split, ()):
        begins[row["article_id"]].append(row["start"])
    claims, sources = tables["claims"], tables["sources"]
    for own in as_spans(articles, claims, sources, tokenizer(), max_length=NO_END, stride=0, layers=True):
        text, starts = texts[own["article_id"]], sorted(begins[own["article_id"]])
        held = [one for one in zip(own["starts"], own["ends"], own["claim"], strict=True) if one[2] >= 0]
        yield Text(
            own["article_id"],
            tuple(text[start:end] for start, end, _ in held),
            tuple(bisect_right(starts, start) for start, _, _ in held),
            tuple(tag for _, _, tag in held),
        )


def tokenizer() -> Any:
    """A tokenizer for `as_spans` that only cuts: offsets are all that is wanted of it."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    cuts = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))  # noqa: S106 - every word is this one
    cuts.pre_tokenizer = pre_tokenizers.Split(Regex(WORD), "removed", invert=True)
    return cuts
