"""The papers of a release: LICENSE.md, CITATION.cff, plots/, the plots in the card, croissant.json.

They are made when tables, card and datasheet lie in the folder as they will be released, and before its manifest, which
lists them. All of it is computed; the same folder gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from claimstance.dataset import Dataset
from claimstance.datasheet import DATASHEET
from claimstance.errors import ReleaseError
from claimstance.gate import manifests, sheets
from claimstance.gate.folder import Folder
from claimstance.release.cards import markdown
from claimstance.release.cards.readback import read_back
from claimstance.release.papers.citation import CITATION, citation
from claimstance.release.papers.croissant import croissant, written
from claimstance.release.papers.licences import LICENSE, Held, counted, licences
from claimstance.release.papers.plots import PLACE, Plot, plots
from claimstance.release.papers.responsible import responsible
from claimstance.table import Schemas

HEADING = "Plots"
TOLD = 4000  # characters of a plot in words; ours have up to 560
BEFORE = "\n## Tables\n"  # the section of the card that they stand before


def write(folder: Path, schemas: Schemas, settings: Dataset, texts: Mapping[str, Held]) -> None:
    """It will write the papers of the release that is being made in `folder`, and put the plots into its card.

    `texts` are those of sources, by id and address (claimstance.stages.evidence_of). Raises ReleaseError where a table
    or the card cannot be read.
    """
    release = Folder(folder, schemas)
    report, broken = read_back(release, settings)
    if broken:
        raise ReleaseError(str(folder), f"{', '.join(sorted(broken))} cannot be read", "Build again.")
    counts = {name: manifests.counts(release, name) for name in schemas}
    drawn = plots(release, counts, report.agreement)
    (folder / PLACE).mkdir(exist_ok=True)
    for plot in drawn:
        _put(folder / PLACE / plot.name, plot.drawn)
    _put(folder / LICENSE, licences(settings, counted(release, texts)))
    _put(folder / CITATION, citation(settings, report.licences))
    _put(folder / sheets.CARD, with_plots(_page(folder / sheets.CARD), drawn))
    agreed = next((plot.said for plot in drawn if plot.name == "agreement.svg"), "")
    sheet = _page(folder / DATASHEET) if (folder / DATASHEET).exists() else ""
    said = croissant(
        release,
        settings,
        languages=report.languages,
        licences=report.licences,
        responsible=responsible(release, counts, agreed, sheet),
    )
    written(folder, said)


def with_plots(card: str, drawn: Sequence[Plot]) -> str:
    """It will be the card with the plots in a section of their own, in place of any that it had."""
    head, mark, rest = card.partition(f"\n## {HEADING}\n")
    if mark:
        card = head + rest[rest.index(BEFORE) :] if BEFORE in rest else head
    shown = "\n\n".join(f"![{markdown.words(plot.said, TOLD)}]({PLACE}/{plot.name})" for plot in drawn)
    section = f"\n## {HEADING}\n\n{shown}\n" if drawn else ""
    before, mark, after = card.partition(BEFORE)
    return f"{before}{section}{mark}{after}"


def _page(path: Path) -> str:
    text, problem = sheets.page(path)
    if problem:
        raise ReleaseError(str(path), problem, "Build again.")
    return text


def _put(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
