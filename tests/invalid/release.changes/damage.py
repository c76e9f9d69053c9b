from pathlib import Path

from damage import before

LESS = """
DELETE FROM sentences WHERE sentence_id = (SELECT max(sentence_id) FROM sentences
WHERE article_id = 'well' AND NOT cited AND sentence_id NOT IN (SELECT unnest(sentence_ids) FROM claims))
"""


def damage(folder: Path, corpus: Path) -> None:
    """A release with a sentence more than the last, and without a word of it."""
    before(folder, corpus, LESS)
