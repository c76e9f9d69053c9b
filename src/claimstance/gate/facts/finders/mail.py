"""E-mail addresses, also those that were written for people only: name (at) host (dot) org."""

import re
from collections.abc import Iterator

from claimstance.gate.facts.finders.text import GLUE, Found

# A text without any of these has none.
HINT = r"[@＠﹫]|(?i:%40|&#(?:64|x40);|[(\[{<]\s{0,3}(?:at|ät|arroba|собака)\s{0,3}[)\]}>]|\sat\s+[\w-]+\s+dot\s)"

_LATIN = "A-Za-z0-9\u00c0-\u024f"
# Letters of other scripts, their marks included; no space, no punctuation of any script, no picture.
_OTHER = "\u0250-\u1fff\u2c00-\u2dff\u3041-\ud7ff\uf900-\ufdff\ufe70-\ufefc"
_AT = re.compile(
    r"@|%40|&#(?:64|x40);|\s{0,3}[(\[{<]\s{0,3}(?:at|ät|arroba|собака|@)\s{0,3}[)\]}>]\s{0,3}|(?P<word>\s{1,3}at\s{1,3})",
    re.IGNORECASE,
)
_LABEL = rf"(?:[{_LATIN}](?:[{_LATIN}-]{{0,61}}[{_LATIN}])?|[{_OTHER}][{_OTHER}0-9-]{{0,62}})"
_DOT = r"(?:\.|\s{0,3}[(\[{<]\s{0,3}(?:dot|punkt|punto|point|точка|\.)\s{0,3}[)\]}>]\s{0,3}|\s{1,3}dot\s{1,3})"
_TOP = rf"(?:xn--[a-z0-9-]{{2,59}}|[A-Za-z]{{2,24}}(?![A-Za-z0-9_])|[{_OTHER}]{{2,63}})"
_HOST = re.compile(rf"(?:{_LABEL}{_DOT}){{1,8}}?(?={_TOP}(?!{_DOT}{_LABEL}))({_TOP})", re.IGNORECASE)
# Between bare words it takes a domain that is no word, and a dot that is spelt out.
_SPELT = re.compile(
    r"[\w-]{1,63}(?:\s{1,3}dot\s{1,3}[\w-]{1,63}){0,3}?\s{1,3}dot\s{1,3}"
    r"(com|org|net|edu|gov|info|biz|eu|uk|de|fr|es|pl|ru|jp|cn|ch|nl|io)"
    rf"(?![{GLUE}])",
    re.IGNORECASE,
)
_LOCAL = re.compile(rf"[{_LATIN}_](?:[.+'’-]{{0,2}}[{_LATIN}_]){{0,63}}|[{_OTHER}](?:[._+-]?[{_OTHER}0-9]){{0,63}}")
_FILE = re.compile(r"png|jpe?g|gif|svg|webp|bmp|ico|js|css|html?|php|json|xml|pdf|mp3|txt|csv", re.IGNORECASE)
_SIGNS = re.compile(_DOT, re.IGNORECASE)


def e_mails(text: str) -> Iterator[Found]:
    """It will give the addresses in a folded text. A handle (@name, @name@host) is none, nor is %s@host.org."""
    for at in _AT.finditer(text):
        host = (_SPELT if at["word"] else _HOST).match(text, at.end())
        local = _LOCAL.match(text[max(0, at.start() - 64) : at.start()][::-1]) if host else None
        if not host or not local or _FILE.fullmatch(host[1]):
            continue
        start = at.start() - local.end()
        if start and text[start - 1] in "%@":
            continue
        domain = ".".join(_SIGNS.split(host[0]))
        yield Found("e-mail", start, host.end(), f"{local[0][::-1]}@{domain}".lower())
