"""What `hf_xet` uploads, read as the service behind the Hub reads it: shards say of which chunks a file is made.

A shard lists files; a file is terms; a term is a run of chunks of one xorb; a xorb is chunks, one behind the other,
each behind eight bytes that say how it is packed. Numbers are little-endian.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

_HEAD = 48  # bytes of a shard's header, and of each entry below it
_LAST = b"\xff" * 32  # in place of a hash, it ends a section
_TERMS_ARE_VERIFIED, _SHA256_IS_GIVEN = 1 << 31, 1 << 30  # flags of a file: more entries follow its terms


@dataclass(frozen=True)
class Term:
    """Chunks `first` to `end` (not included) of a xorb."""

    xorb: str
    first: int
    end: int


@dataclass(frozen=True)
class File:
    """What a shard says of a file."""

    name: str  # the Xet hash
    sha256: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Chunk:
    """A chunk, and which bytes of its xorb it takes, its own eight included."""

    number: int
    start: int
    end: int
    packing: int
    size: int


def files(shard: bytes) -> Iterator[File]:
    """Each file of a shard. It will raise ValueError for one that comes without its SHA-256."""
    at = _HEAD
    while shard[at : at + 32] != _LAST:
        name = _hash(shard[at : at + 32])
        flags, count = struct.unpack_from("<II", shard, at + 32)
        if not flags & _SHA256_IS_GIVEN:
            raise ValueError(f"{name} comes without its SHA-256")
        terms = tuple(_term(shard, at + _HEAD * n) for n in range(1, count + 1))
        at += _HEAD * (1 + count * (2 if flags & _TERMS_ARE_VERIFIED else 1))
        yield File(name, _hash(shard[at : at + 32]), terms)
        at += _HEAD


def chunks(xorb: bytes) -> Iterator[Chunk]:
    """Each chunk of a xorb."""
    at = number = 0
    while at < len(xorb) and xorb[at] == 0:  # the version; a footer, if there is one, begins with a letter
        packed, packing, size = _number(xorb[at + 1 : at + 4]), xorb[at + 4], _number(xorb[at + 5 : at + 8])
        yield Chunk(number, at, at + 8 + packed, packing, size)
        at, number = at + 8 + packed, number + 1


def content(file: File, xorb: Callable[[str], bytes]) -> bytes:
    """A file's bytes. It will raise ValueError where they are not those of its SHA-256."""
    made = b"".join(_unpacked(packed, chunk) for packed, chunk in _pieces(file, xorb))
    if hashlib.sha256(made).hexdigest() != file.sha256:
        raise ValueError(f"{file.name} has another SHA-256 than its shard says")
    return made


def reconstruction(file: File, xorb: Callable[[str], bytes], start: int, end: int, url: str) -> dict[str, Any] | None:
    """How a client makes the bytes `start` to `end` of a file; nothing if the file is shorter.

    `url` is where xorbs are; a client asks for a range of one.
    """
    position, wanted = 0, []
    for name, chunk in ((term.xorb, chunk) for term in file.terms for chunk in _of(term, xorb(term.xorb))):
        if position < end and position + chunk.size > start:
            wanted.append((position, name, chunk))
        position += chunk.size
    terms: list[dict[str, Any]] = []
    fetched: dict[str, list[dict[str, Any]]] = {}
    runs = groupby(enumerate(wanted), key=lambda one: (one[1][1], one[1][2].number - one[0]))
    for (name, _), run in runs:
        of = [chunk for _, (_, _, chunk) in run]
        numbers = {"start": of[0].number, "end": of[-1].number + 1}
        terms.append({"hash": name, "unpacked_length": sum(chunk.size for chunk in of), "range": numbers})
        place = {"start": of[0].start, "end": of[-1].end - 1}
        fetched.setdefault(name, []).append({"range": numbers, "url": f"{url}/{name}", "url_range": place})
    if not wanted:
        return None
    return {"offset_into_first_range": start - wanted[0][0], "terms": terms, "fetch_info": fetched}


def _pieces(file: File, xorb: Callable[[str], bytes]) -> Iterator[tuple[bytes, Chunk]]:
    for term in file.terms:
        packed = xorb(term.xorb)
        for chunk in _of(term, packed):
            yield packed[chunk.start + 8 : chunk.end], chunk


def _of(term: Term, xorb: bytes) -> list[Chunk]:
    return [chunk for chunk in chunks(xorb) if term.first <= chunk.number < term.end]


def _unpacked(packed: bytes, chunk: Chunk) -> bytes:
    if chunk.packing == 0:
        return packed
    plain = lz4(packed)
    if chunk.packing == 1:
        return plain
    together = bytearray(len(plain))  # every fourth byte stands together
    at = 0
    for place in range(4):
        count = len(range(place, len(plain), 4))
        together[place::4] = plain[at : at + count]
        at += count
    return bytes(together)


def lz4(frame: bytes) -> bytes:
    """An LZ4 frame, unpacked. It is slow; the standard library has none, and few chunks are packed."""
    flags = frame[4]
    at = 7 + (8 if flags & 8 else 0)  # magic, flags, block size, perhaps the content's size, a checksum
    made = bytearray()
    while size := struct.unpack_from("<I", frame, at)[0]:
        length = size & 0x7FFFFFFF
        block = frame[at + 4 : at + 4 + length]
        if size >> 31:
            made += block
        else:
            _unpack(block, made)
        at += 4 + length + (4 if flags & 16 else 0)
    return bytes(made)


def _unpack(block: bytes, made: bytearray) -> None:
    """Add a block's bytes to what was made of the blocks before it, to which it may point back."""
    at = 0
    while at < len(block):
        token = block[at]
        literals, at = _length(token >> 4, block, at + 1)
        made += block[at : at + literals]
        at += literals
        if at == len(block):  # the last sequence has literals only
            return
        back = _number(block[at : at + 2])
        again, at = _length(token & 15, block, at + 2)
        again += 4
        made += (made[len(made) - back :] * (again // back + 1))[:again]  # it may reach into what it makes


def _length(nibble: int, block: bytes, at: int) -> tuple[int, int]:
    """A length that goes on in further bytes where its four bits are full, and where the next thing stands."""
    if nibble == 15:
        while block[at] == 255:
            nibble, at = nibble + 255, at + 1
        nibble, at = nibble + block[at], at + 1
    return nibble, at


def _term(shard: bytes, at: int) -> Term:
    return Term(_hash(shard[at : at + 32]), *struct.unpack_from("<II", shard, at + 40))


def _hash(raw: bytes) -> str:
    """A hash as Xet writes it: four numbers of 64 bits."""
    return "".join(f"{part:016x}" for part in struct.unpack("<4Q", raw))


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
