"""Fact `languages`: the language that an article is declared to be in, and the one that its words are in.

py3langid tells it: naive Bayes over byte sequences (Lui and Baldwin 2012), 139 languages.
"""

import hashlib
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from claimstance.gate.folder import Folder

SCHEMA = pa.schema(
    [
        ("article_id", pa.string()),
        ("declared", pa.string()),
        ("detected", pa.string()),  # null where the text is too short, or the declared language is none it can tell
        ("probability", pa.float64()),
    ]
)
MOST = 10_000  # articles that are looked at, drawn by a hash of their ids
LONGEST = 500  # characters of each. Of 535 English articles none was taken for another language; with 200, two were
SHORTEST = 100  # characters from which a language is told
# Languages of one name, and such as 500 characters do not tell apart. What is one of them counts as any other.
ALIKE = (
    frozenset({"ar", "ary", "arz"}),
    frozenset({"bs", "hr", "sh", "sr"}),
    frozenset({"da", "nb", "nn", "no"}),
    frozenset({"en", "pcm"}),
    frozenset({"id", "ms"}),
    frozenset({"wuu", "yue", "zh"}),
)


def languages(folder: Folder) -> pa.Table:
    """It will give a row an article, of at most MOST articles, see SCHEMA; `und` is declared of none of them."""
    identify, known = _identifier()
    rows: list[dict[str, Any]] = []
    for row in _sample(folder).to_pylist():
        said = str(row["declared"]).lower().partition("-")[0]
        found, probability = None, None
        if said in known and len(row["text"]) >= SHORTEST:
            found, probability = identify(row["text"])
            if any({said, found} <= alike for alike in ALIKE):
                found = said
        rows.append({**row, "detected": found, "probability": probability and round(float(probability), 3)})
    return pa.Table.from_pylist(rows, SCHEMA)


@cache
def _identifier() -> tuple[Any, set[str]]:
    """What tells a text's language and how likely that is, and the languages that it knows."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier.classify, {*identifier.labels}.union(*ALIKE)


def _sample(folder: Folder) -> pa.Table:
    """Ids, declared languages and the first words of the articles that are drawn."""
    ids = sorted(folder.read("articles", ["article_id"])["article_id"].to_pylist(), key=_chance)[:MOST]
    drawn, parts = pa.array(ids, pa.string()), []
    for rows in folder.batches("articles", ["article_id", "language", "text"]):
        there = pc.and_(pc.is_valid(rows["language"]), pc.is_valid(rows["text"]))
        own = rows.filter(pc.and_(there, pc.is_in(rows["article_id"], drawn)))
        texts = pc.utf8_slice_codeunits(own["text"], 0, LONGEST)
        parts.append(pa.table({"article_id": own["article_id"], "declared": own["language"], "text": texts}))
    return pa.concat_tables(parts) if parts else pa.table({name: [] for name in ("article_id", "declared", "text")})


def _chance(article_id: str) -> bytes:
    return hashlib.sha256(article_id.encode()).digest()
