"""schemas/allowed.yaml: what looks like personal data and may stay, each entry with its reason.

An entry has a kind and either a `value` (an address, a number without what stands between its digits, an IP network)
or a `pattern`, a regular expression that such a value matches from end to end.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from claimstance.errors import SchemaError
from claimstance.gate.facts.finders.text import Found, Kind
from claimstance.schema import described

FILE = "allowed.yaml"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class _SaidEntry(msgspec.Struct, forbid_unknown_fields=True):
    kind: Kind
    reason: str
    value: str = ""
    pattern: str = ""


class _SaidAllowed(msgspec.Struct, forbid_unknown_fields=True):
    allowed: list[_SaidEntry] = []


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may stay: values of each kind, expressions for them, and networks of IP addresses."""

    values: frozenset[tuple[str, str]] = frozenset()
    patterns: tuple[tuple[str, re.Pattern[str]], ...] = ()
    networks: tuple[Network, ...] = ()

    def allows(self, found: Found) -> bool:
        """Whether what was found is on the list."""
        if (found.kind, found.value.lower()) in self.values:
            return True
        if found.kind == "ip":
            address = ipaddress.ip_address(found.value)
            if any(address in network for network in self.networks):
                return True
        return any(kind == found.kind and pattern.fullmatch(found.value) for kind, pattern in self.patterns)


def load(home: Path) -> Allowed:
    """It will read the list of a corpus; `home` is schemas/. Without the file nothing may stay. Raises SchemaError."""
    path = home / FILE
    if not path.exists():
        return Allowed()
    entries = described(path, _SaidAllowed).allowed
    for nth, entry in enumerate(entries, 1):
        if bool(entry.value) == bool(entry.pattern) or not entry.reason.strip():
            raise SchemaError(f"{path}: entry {nth}", "not one of value and pattern, with a reason", "Give these two.")
    return Allowed(
        frozenset((one.kind, one.value.lower()) for one in entries if one.value and one.kind != "ip"),
        tuple(_patterns(path, entries)),
        tuple(_networks(path, entries)),
    )


def _patterns(path: Path, entries: Iterable[_SaidEntry]) -> Iterable[tuple[str, re.Pattern[str]]]:
    for nth, entry in enumerate(entries, 1):
        if entry.pattern:
            try:
                yield entry.kind, re.compile(entry.pattern)
            except re.error as error:
                raise SchemaError(f"{path}: entry {nth}", f"pattern: {error}", "A regular expression is due.") from None


def _networks(path: Path, entries: Iterable[_SaidEntry]) -> Iterable[Network]:
    for nth, entry in enumerate(entries, 1):
        if entry.value and entry.kind == "ip":
            try:
                yield ipaddress.ip_network(entry.value)
            except ValueError:
                then = "Write an address, or a network such as 192.0.2.0/24."
                raise SchemaError(f"{path}: entry {nth}", "no address and no network", then) from None
