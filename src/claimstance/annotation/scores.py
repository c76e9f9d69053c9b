"""A file of scores: how much somebody's model would learn from each article, as CSV with article_id and score.

What a score is, is theirs to say (entropy, margin, disagreement of a committee); here a higher one is wanted more.
"""

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claimstance.errors import AnnotationError

COLUMNS = ("article_id", "score")


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a file, by article."""

    path: Path
    by_id: dict[str, float]

    @classmethod
    def read(cls, path: Path) -> "Scores":
        """It will read the file. Raises AnnotationError, with the line, where a score is none or comes twice."""
        by_id: dict[str, float] = {}
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                for where, article_id, said in _lines(path, csv.reader(file, strict=True)):
                    if article_id in by_id:
                        raise AnnotationError(where, f"{article_id} has a score already", "Leave one of the two.")
                    by_id[article_id] = _number(where, said)
        except UnicodeDecodeError:
            raise AnnotationError(str(path), "not UTF-8", "Write it as UTF-8.") from None
        except csv.Error as error:
            raise AnnotationError(str(path), f"not CSV ({error})", "Two columns are due: article_id,score.") from None
        return cls(path, by_id)

    def of(self, article_ids: Iterable[str]) -> npt.NDArray[np.float64]:
        """It will give the score of each article, -inf where it has none. Scores of others are passed over."""
        return np.fromiter((self.by_id.get(one, -math.inf) for one in article_ids), np.float64)


def _lines(path: Path, rows: Iterator[list[str]]) -> Iterator[tuple[str, str, str]]:
    """Place, article and score of each line below the header, whichever order its columns have."""
    header = [one.strip() for one in next(rows, [])]
    if not set(COLUMNS) <= set(header):
        what = f"the first line has no {' and no '.join(one for one in COLUMNS if one not in header)}"
        raise AnnotationError(f"{path}:1", what, "Begin with article_id,score.")
    places = [header.index(one) for one in COLUMNS]
    for number, row in enumerate(rows, 2):
        if row:
            where = f"{path}:{number}"
            if len(row) != len(header):
                raise AnnotationError(where, f"has {len(row)} cells where the header has {len(header)}", "Mend it.")
            yield where, row[places[0]].strip(), row[places[1]].strip()


def _number(where: str, said: str) -> float:
    try:
        score = float(said)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise AnnotationError(where, f"score is {said[:40]!r}, no number", "Write one, or leave the line out.")
    return score
