"""Words as the places of a text where they stand, which say nothing to whoever has not the text.

What is left in clear are the characters that the text has not: of "the dam broke", "the ", in a text that nowhere says
so, before 12 to 21. A piece is whole words, or at least LEAST characters: shorter ones would be a cipher of letters,
which counting breaks.
"""

from typing import Any

LEAST = 4  # characters of a piece that ends within a word, as most do where words are not spaced
SPARE = 10_000  # characters of words that repeat a short text more than twice

Pieces = list[list[int] | str]  # [start, end] in the text, or what is not in it


def pieces(words: str, text: str, *, own: bool = False) -> Pieces | None:
    """It will give words as places in a text; null where letters are left that the text has not, unless those are the
    speaker's `own` words.
    """
    found: Pieces = []
    at = 0
    while at < len(words):
        size = _longest(words, at, text)
        if size:
            start = text.find(words[at : at + size])
            found.append([start, start + size])
        else:
            size = 1
            if not own and _is_word(words[at]):
                return None
            if found and isinstance(found[-1], str):
                found[-1] += words[at]
            else:
                found.append(words[at])
        at += size
    return found


def words(said: Any, text: str) -> str:
    """It will give the words of which these are the places. Raises ValueError for what are none.

    A file may say anything, so the result is no longer than twice the text, SPARE, and what stands in clear.
    """
    if not isinstance(said, list):
        raise ValueError("no list of places")
    parts = []
    room = 2 * len(text) + SPARE
    for one in said:
        if isinstance(one, str):
            parts.append(one)
            continue
        if not (isinstance(one, list) and len(one) == 2 and all(type(place) is int for place in one)):
            raise ValueError("neither a place nor words")
        start, end = one
        room -= end - start
        if not 0 <= start < end <= len(text) or room < 0:
            raise ValueError(f"no place of a text of {len(text)} characters")
        parts.append(text[start:end])
    return "".join(parts)


def _longest(words: str, at: int, text: str) -> int:
    """How many characters from `at` on are a piece of the text; 0 where none is."""
    low, high = 0, len(words) - at
    while low < high:  # what the text has, it has the beginning of
        middle = (low + high + 1) // 2
        low, high = (middle, high) if words[at : at + middle] in text else (low, middle - 1)
    whole = next((size for size in range(low, 0, -1) if _is_between(words, at + size)), 0)
    if whole and _is_between(words, at) and any(map(_is_word, words[at : at + whole])):
        return whole
    return low if low >= LEAST else 0


def _is_between(words: str, place: int) -> bool:
    """Whether no word goes on there."""
    return not (0 < place < len(words) and _is_word(words[place - 1]) and _is_word(words[place]))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
