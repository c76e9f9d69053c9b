"""Addresses of machines on the internet, which a version number and a time look like."""

import ipaddress
import re
from collections.abc import Iterator

from claimstance.gate.facts.finders.text import BETWEEN, GLUE, Found, words_before

# A text without any of these has none.
HINT = rf"\p{{Nd}}{{1,3}}(?:{BETWEEN}{{1,3}}\p{{Nd}}{{1,3}}){{3}}|[23][0-9A-Fa-f]{{3}}:[0-9A-Fa-f]{{0,4}}:"

_FOUR = re.compile(rf"(?<![{GLUE}.])(?<!\d[,:/-])\d{{1,3}}(?:(?:\.|\[\.\])\d{{1,3}}){{3}}(?![{GLUE}-])(?!\.\d)")
# Of all addresses that machines have on the internet, the first group is 2000 to 3fff.
_SIX = re.compile(rf"(?<![{GLUE}:.])[23][0-9A-Fa-f]{{3}}:[0-9A-Fa-f:]{{1,34}}(?:[0-9A-Fa-f]|::)(?![{GLUE}:])")
_SAID = re.compile(
    rf"(?<![{GLUE}])(?:ips?|ipv4|hosts?|servers?|ping)(?![{GLUE}])|адрес|アドレス|地址|(?:://|@|\[)\Z", re.IGNORECASE
)
_VERSION = re.compile(
    rf"(?<![{GLUE}])(?:version|versión|versione|верси|releas|updat|upgrad|patch|firmware|build|oid|section|chapter|clause)"
    rf"|バージョン|版本|(?:(?<![{GLUE}])v|(?<![{GLUE}])ver|§)[\s.:#/]{{0,3}}\Z",
    re.IGNORECASE,
)


def ips(text: str) -> Iterator[Found]:
    """It will give the addresses in a folded text.

    Four small numbers are a version unless the text says that they are an address: of real addresses one in forty has
    no number of three digits.
    """
    for found in _FOUR.finditer(text):
        value = _address(found[0].replace("[.]", "."))
        if value and _is_meant(value, words_before(text, found.start()), text[found.end() : found.end() + 6]):
            yield Found("ip", found.start(), found.end(), value)
    for found in _SIX.finditer(text):
        if value := _address(found[0]):
            yield Found("ip", found.start(), found.end(), value)


def _address(written: str) -> str:
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        return ""


def _is_meant(value: str, before: str, after: str) -> bool:
    if _SAID.search(before) or re.match(r":\d{2,5}|/\d{1,2}(?!\d)", after):
        return True
    parts = value.split(".")
    return not _VERSION.search(before) and parts[0] != "0" and parts[1:3] != ["0", "0"] and max(map(len, parts)) == 3
