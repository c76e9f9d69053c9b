"""Licences by their SPDX ids: how an id is spelled, and where its text stands."""

from dataclasses import dataclass

ATTRIBUTING = ("CC-BY", "ODC-By", "ODbL", "OGL", "GFDL", "MIT", "BSD-", "Apache-")  # as their ids begin
PAGE = "https://spdx.org/licenses/{}.html"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as an article names it: spelled as SPDX does where SPDX has it, and the ids that it is made of."""

    said: str
    ids: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[str, ...]:
        """Where the text of each part stands; none for a licence that SPDX does not list."""
        return tuple(PAGE.format(one.removesuffix("+")) for one in self.ids)

    @property
    def attributing(self) -> bool:
        """Whether whoever passes texts on has to name where they are from, as far as is known."""
        return not self.ids or any(one.startswith(ATTRIBUTING) for one in self.ids)


def licence(said: str) -> Licence:
    """It will take a licence by its id, or several with AND, OR and WITH. What SPDX does not list keeps its words."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        known = str(canonicalize_license_expression(said))
    except (InvalidLicenseExpression, ValueError):
        return Licence(said)
    words = [one for one in known.replace("(", " ").replace(")", " ").split() if one not in ("AND", "OR", "WITH")]
    return Licence(known, tuple(one for one in dict.fromkeys(words) if not one.startswith("LicenseRef-")))
