"""Pools of invented articles, the same for the same number, and a corpus around one."""

import contextlib
import json
import multiprocessing
import os
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from claimstance import template
from claimstance.crew import cores
from claimstance.digests import of_file

WORDS = (
    "harbour board gate tide council letter winter ferry crossing price report engineer school market water storm"
    " village bridge meeting figure quarter union driver station garden paper clinic season budget timber island signal"
).split()
ATTRIBUTED = 0.15  # of the sentences; 295 real news articles have 3 attributions in 3 kB
SHARED = 0.3  # of the articles list an address that their neighbours may list, too
REPRINT, BEFORE = 20, 7  # every so manieth article is a reprint of the one so many before it
VERBS = ["said", "confirmed", "denied", "warned", "reported", "noted", "announced"]
NAMES = ("Halda Brann", "Emrik Sool", "Tove Halvarn", "Dagny Orme", "Bertil Anq", "Sigrun Maal", "Rune Askel")
PART = 5000  # articles that one process writes at a time
POOL = Path("corpus") / "pool" / "articles.jsonl"  # in a corpus
COLUMNS = ("id", "url", "publisher", "published", "language", "licence", "text")  # all of them strings


def article(number: int) -> dict[str, str]:
    """One invented article of 2-4 kB: about 21 sentences, 8 markers, 4 listed sources; the same for the same number."""
    chance = random.Random(number)
    if number % REPRINT == REPRINT - 1:
        headline, _, body = article(number - BEFORE)["text"].partition("\n")
        return _row(chance, number, f"{headline}, says {chance.choice(NAMES)}\n{body}")
    sources = chance.randint(3, 6)
    paragraphs = [" ".join(_sentence(chance, sources) for _ in range(3)) for _ in range(chance.randint(5, 9))]
    places = [f"{number}/{nth}" for nth in range(1, sources + 1)]
    if chance.random() < SHARED:
        places[0] = f"shared/{number // 4}"
    listed = " ".join(
        f"[{nth}] Outlet {chance.randint(1, 400)} ({chance.randint(2015, 2026)}):"
        f" {' '.join(chance.choices(WORDS, k=6))}. https://outlet.example/{place}"
        for nth, place in enumerate(places, 1)
    )
    return _row(chance, number, "\n".join([f"The {_words(chance, 6)}", *paragraphs, f"Sources: {listed}"]))


def _sentence(chance: random.Random, sources: int) -> str:
    words = _words(chance, chance.randint(9, 17))
    said = f"{chance.choice(NAMES)} {chance.choice(VERBS)} that the {words}"
    marker = f" [{chance.randint(1, sources)}]" if chance.random() < 0.4 else ""
    told = said if chance.random() < ATTRIBUTED else f"The {words}"
    return f"{told} in {chance.randint(1990, 2026)}{marker}."


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def _row(chance: random.Random, number: int, text: str) -> dict[str, str]:
    return {
        "id": f"a{number:08d}",
        "url": f"https://paper.example/{number}",
        "publisher": f"Paper {chance.randint(1, 50)}",
        "published": f"20{chance.randint(10, 25)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
        "language": "en",
        "licence": "CC0-1.0",
        "text": text,
    }


def pool(folder: Path, count: int) -> Path:
    """It will write `count` articles to a file below `folder`, or find the one that it wrote by the same recipe."""
    path = folder / f"{count}-articles-{of_file(Path(__file__))[:8]}.jsonl"
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    starts, partial = range(0, count, PART), path.with_suffix(".partial")
    with partial.open("wb") as file, contextlib.ExitStack() as stack:
        made: Iterator[bytes] = map(_lines, starts, [count] * len(starts))
        if len(starts) > 1:
            context = multiprocessing.get_context("spawn")
            made = stack.enter_context(ProcessPoolExecutor(cores(), context)).map(_lines, starts, [count] * len(starts))
        file.writelines(made)
    return partial.replace(path)


def _lines(start: int, count: int) -> bytes:
    """The lines of one part of a pool of `count` articles."""
    numbers = range(start, min(start + PART, count))
    return "".join(json.dumps(article(number), ensure_ascii=False) + "\n" for number in numbers).encode()


@contextlib.contextmanager
def corpus(pool: Path) -> Iterator[Path]:
    """A corpus that has this pool, and no ledger yet; gone afterwards."""
    with tempfile.TemporaryDirectory(dir=pool.parent, prefix=".") as place:
        root = Path(place) / "corpus"
        template.new(root)
        (root / POOL).parent.mkdir()
        os.link(pool, root / POOL)
        yield root
