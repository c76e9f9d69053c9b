"""Texts that were withdrawn, known again: by the id, by the text, or by nearly the same text under another id.

Nearly the same is an estimated Jaccard similarity of word triples of at least NEAR. (Near-duplicates, in groups.py, may
be less alike where one lacks paragraphs of the other; that takes their lengths, which tombstones do not hold.) Of each
bin of a signature (signatures.py) a tombstone keeps 2 bits, as b-bit minwise hashing has it (Li & König 2010): by
chance a quarter of the bins agree, so the estimate takes that quarter off. Its standard error at 0.5 is 0.057 (whole
bins: 0.044); two texts that share nothing come to 0.5 once in 10^17. With all 32 bits, a patient reader could try words
until they fit, one after the other; 2 bits are too few to tell a right word from the next likely one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from claimstance import tombstones
from claimstance.digests import sha256
from claimstance.errors import ArticleError, LedgerError
from claimstance.splits.signatures import ABSENT, BINS, VERSION, signatures
from claimstance.tombstones import Tombstone

NEAR = 0.5  # of 281 real articles no two come to more than .39; light edits leave .63 and more
BITS = 2  # of a bin; part of what stands in every tombstone
_CHANCE = 1 / 2**BITS

Stones = Mapping[str, Tombstone]
Text = tuple[str, str, str]  # the place to name in messages, the id, the text
U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Return:
    """The text at `place` of those that were given is back: by its id, as the same text, or as nearly the same."""

    place: int
    stone: Tombstone
    how: Literal["id", "same", "near"]


def signature(text: str) -> str:
    """It will be what a tombstone keeps of the signature of a text; empty where the text is too short for one."""
    bits, there = _short([text])
    shifts = np.arange(0, 8, BITS, dtype=np.uint8)
    packed = (bits.reshape(-1, 8 // BITS) << shifts).sum(axis=1, dtype=np.uint8)
    return f"{VERSION}:{packed.tobytes().hex()}" if there[0] else ""


def returning(stones: Stones, ids: Sequence[str], digests: Sequence[str], texts: Sequence[str]) -> Iterator[Return]:
    """It will give those of the texts that were withdrawn, each once. `digests` are their SHA-256, also of one that is
    not there and comes as ""; ids that a tombstone keeps are let through.
    """
    if not stones:
        return
    alike = _alike(stones, texts)
    for index, (one, digest) in enumerate(zip(ids, digests, strict=True)):
        if one in stones:
            yield Return(index, stones[one], "id")
            continue
        others = [stone for stone in stones.values() if one not in stone.kept]
        same = [stone for stone in others if stone.text_sha256 == digest]
        near = [stone for stone in others if stone.article_id in alike and alike[stone.article_id][index] >= NEAR]
        if same or near:
            yield Return(index, (same or near)[0], "same" if same else "near")


def refusals(root: Path, stones: Stones, texts: Sequence[Text]) -> Iterator[ArticleError]:
    """It will say of each text that was withdrawn that it may not be there."""
    ids, said = [one for _, one, _ in texts], [text for *_, text in texts]
    for back in returning(stones, ids, [sha256(text) for text in said] if stones else [], said):
        yield refusal(root, *texts[back.place][:2], back)


def refusal(root: Path, where: str, one: str, back: Return) -> ArticleError:
    """It will be the one error about a text that is back."""
    stone, why = back.stone, f"{tombstones.of(root)} says why"
    if back.how == "id":
        then = f"It never comes back; {why}. Leave it out; what is left in a corpus, scripts/withdraw.py {one} removes."
        return ArticleError(where, f"the article {one} was withdrawn", then)
    what = f"{one} has {'the same' if back.how == 'same' else 'nearly the same'} text as {stone.article_id}"
    keep = f"scripts/withdraw.py {stone.article_id} --keep {one}"
    then = f"{why}. Leave it out, or withdraw it too. Another text, which may stay: {keep}."
    return ArticleError(where, f"{what}, which was withdrawn", then)


def watch(root: Path) -> Callable[[Text], None]:
    """It will be what refuses a text that was withdrawn from the corpus at `root`. Raises ArticleError."""
    stones = tombstones.read(root)

    def refuse(text: Text) -> None:
        for error in refusals(root, stones, [text]):
            raise error

    return refuse


def _short(texts: Sequence[str]) -> tuple[U8, npt.NDArray[np.bool_]]:
    """BITS of each bin, shape (n, BINS), and which texts have a signature at all."""
    found = signatures(texts)
    return (found[:, :BINS] & np.uint32(2**BITS - 1)).astype(np.uint8), ~(found == ABSENT).all(axis=1)


def _alike(stones: Stones, texts: Sequence[str]) -> Mapping[str, npt.NDArray[np.float64]]:
    """For each tombstone that has a signature, how alike each of the texts is. Raises LedgerError."""
    known = [stone for stone in stones.values() if stone.signature]
    if not known:
        return {}
    bits, there = _short(texts)
    found = {}
    for stone in known:
        version, _, said = stone.signature.partition(":")
        if version != VERSION:
            what = f"the signature of {stone.article_id} is {version}, and this tool makes {VERSION}"
            raise LedgerError("corpus/withdrawn.csv", what, "Use the version of the tool that wrote it.")
        own = (np.frombuffer(bytes.fromhex(said), np.uint8)[:, None] >> np.arange(0, 8, BITS, dtype=np.uint8)) & 3
        agree = (bits == own.reshape(BINS)).mean(axis=1)
        found[stone.article_id] = np.where(there, (agree - _CHANCE) / (1 - _CHANCE), 0.0)
    return found
