"""The plots of a card: what the tables of a folder hold, as pictures that say the same in words. All of it is counted;
nothing of what a text says is in them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from claimstance.gate.folder import Folder
from claimstance.gate.manifests import Counts
from claimstance.release.cards import agreement
from claimstance.release.papers import svg
from claimstance.shown import plain
from claimstance.table import SPLITS, Row, Rows

PLACE = "plots"
LEFT = 190  # where bars begin: names of labels and figures stand before
NAME = 27  # characters of such a name
LOOKS = dict(zip(SPLITS, ((svg.BLUE, ""), (svg.ORANGE, "lines"), (svg.GREEN, "dots")), strict=True))
LENGTHS = (("articles", "text"), ("claims", "text"), ("sources", "evidence_text"))


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture: the name of its file, its heading, what it says in words, the SVG."""

    name: str
    title: str
    said: str
    drawn: str


def plots(folder: Folder, counts: Mapping[str, Mapping[str, Counts]], agreed: Rows) -> tuple[Plot, ...]:
    """It will draw those for which there is something to draw. `counts` are rows and labels by table and split,
    `agreed` the rows of the table agreement, labels by name.
    """
    stances = next(one for one in folder.schemas["stances"].fields if one.name == "stance").vocabulary
    labels = stances.names if stances else []
    found = (
        classes(counts.get("stances", {}), labels),
        sizes({name: own for name, own in counts.items() if not folder.schemas[name].whole}),
        lengths({f"{table}.{column}": _lengths(folder, table, column) for table, column in LENGTHS}),
        intervals(agreement.main(agreed)),
    )
    return tuple(one for one in found if one)


def classes(stances: Mapping[str, Counts], labels: list[str]) -> Plot | None:
    """It will draw how many stances of each split have which label; what has none is a tie."""
    splits = [split for split in SPLITS if split in stances and stances[split].rows]
    if not splits:
        return None
    found = {split: [*(stances[split].labels["stance"].get(one, 0) for one in labels)] for split in splits}
    names = [*labels, "tie, no label"]
    held = {split: [*own, stances[split].rows - sum(own)] for split, own in found.items()}
    width = (svg.WIDTH - LEFT - 8) / len(splits)
    parts = [svg.words(LEFT + n * width, 56, f"{split}, {stances[split].rows:,}") for n, split in enumerate(splits)]
    for row, name in enumerate(names):
        y = 68 + row * 26
        parts.append(svg.words(LEFT - 10, y + 14, plain(name, NAME), anchor="end"))
        for n, split in enumerate(splits):
            share = held[split][row] / stances[split].rows
            x, long = LEFT + n * width, max(share * (width - 112), 1) if share else 0.0
            parts.append(svg.bar(x, y, long, 18, svg.BLUE))
            parts.append(svg.words(x + long + 5, y + 14, f"{held[split][row]:,} ({share:.0%})"))
    told = "; ".join(
        f"{split}: " + ", ".join(f"{count:,} {name}" for name, count in zip(names, held[split], strict=True))
        for split in splits
    )
    return _plot("classes", "Stances by label and split", told, 68 + len(names) * 26 + 10, parts)


def sizes(counts: Mapping[str, Mapping[str, Counts]]) -> Plot | None:
    """It will draw how the rows of each table are divided into splits."""
    rows = {name: [own[split].rows if split in own else 0 for split in SPLITS] for name, own in counts.items()}
    rows = {name: own for name, own in rows.items() if sum(own)}
    if not rows:
        return None
    parts, full = [], svg.WIDTH - LEFT - 250
    for n, (split, (fill, over)) in enumerate(LOOKS.items()):
        parts += [svg.bar(LEFT + n * 110, 44, 14, 14, fill, over=over), svg.words(LEFT + n * 110 + 20, 56, split)]
    for row, (name, own) in enumerate(rows.items()):
        x, y = float(LEFT), 68 + row * 26
        parts.append(svg.words(LEFT - 10, y + 14, plain(name, NAME), anchor="end"))
        for count, (fill, over) in zip(own, LOOKS.values(), strict=True):
            long = full * count / sum(own)
            if count:
                parts.append(svg.bar(x, y, max(long - 1, 0.5), 18, fill, over=over))  # a gap between two of them
            x += long
        parts.append(svg.words(x + 8, y + 14, " · ".join(f"{count:,}" for count in own)))
    told = "; ".join(f"{name}: {_by_split(own)}" for name, own in rows.items())
    return _plot("sizes", "Rows of each table by split", told, 68 + len(rows) * 26 + 10, parts)


def lengths(found: Mapping[str, Counter[int]]) -> Plot | None:
    """It will draw how long texts are, by powers of two of their characters."""
    found = {name: own for name, own in found.items() if own}
    if not found:
        return None
    width, base, high = (svg.WIDTH - 32) / len(found), 200, 110
    parts, told = [], []
    for n, (name, own) in enumerate(found.items()):
        bins = _bins(own)
        left, step = 16 + n * width, (width - 24) / len(bins)
        most, total = max(bins.values()), sum(own.values())
        parts.append(svg.words(left, 56, f"{name}, {total:,}"))
        parts.append(svg.line(left, base, left + width - 24, base))
        for m, (start, count) in enumerate(bins.items()):
            tall, x = high * count / most, left + m * step
            if count:
                parts.append(svg.bar(x + 1, base - tall, step - 2, tall, svg.BLUE))
                parts.append(svg.words(x + step / 2, base - tall - 4, _short(count), anchor="middle", size=11))
            if m % (1 + len(bins) // 7) == 0:
                parts.append(svg.words(x + 1, base + 15, _short(start), size=11))
        middle = _median(own)
        parts.append(svg.words(left, base + 36, f"median {middle:,}, longest {max(own):,}"))
        told.append(f"{name}: {total:,} from {min(own):,} to {max(own):,}, median {middle:,}")
    return _plot("lengths", "Lengths of texts in characters", "; ".join(told), base + 50, parts)


def intervals(rows: Rows) -> Plot | None:
    """It will draw figures of agreement with their 95 % intervals."""
    rows = [row for row in rows if row["value"] is not None]
    if not rows:
        return None
    least = min(min(row["value"], row["ci_low"] if row["ci_low"] is not None else 1.0) for row in rows)
    low = 0.0 if least >= 0 else -1.0
    left, right, bottom = LEFT + 20.0, svg.WIDTH - 170.0, 64 + len(rows) * 24

    def at(value: float) -> float:
        return left + (right - left) * (value - low) / (1 - low)

    parts = []
    for tenth in range(round(low * 10), 11, 2):
        parts.append(svg.line(at(tenth / 10), 62, at(tenth / 10), bottom))
        parts.append(svg.words(at(tenth / 10), 56, f"{tenth / 10:g}", anchor="middle", size=11))
    for n, row in enumerate(rows):
        y = 78 + n * 24
        parts.append(svg.words(LEFT + 4, y + 4, plain(agreement.named(row), NAME), anchor="end"))
        if row["ci_low"] is not None:
            parts.append(svg.line(at(row["ci_low"]), y, at(row["ci_high"]), y, svg.BLUE, 2))
            parts += [svg.line(at(row[end]), y - 5, at(row[end]), y + 5, svg.BLUE, 2) for end in ("ci_low", "ci_high")]
        parts += [svg.dot(at(row["value"]), y), svg.words(right + 16, y + 4, _figure(row))]
    told = "; ".join(f"{agreement.named(row)} {_figure(row)}" for row in rows)
    return _plot("agreement", "Agreement of annotators, with 95 % intervals", told, bottom + 16, parts)


def _plot(name: str, title: str, told: str, height: float, parts: list[str]) -> Plot:
    said = plain(f"{title}. {told}.", svg.LONGEST)
    return Plot(f"{name}.svg", title, said, svg.picture(title, said, height, parts))


def _by_split(own: list[int]) -> str:
    return ", ".join(f"{count:,} {split}" for count, split in zip(own, SPLITS, strict=True))


def _figure(row: Row) -> str:
    told = f"{row['value']:.2f}"
    return told if row["ci_low"] is None else f"{told} [{row['ci_low']:.2f}, {row['ci_high']:.2f}]"


def _lengths(folder: Folder, table: str, column: str) -> Counter[int]:
    """How many texts have which length, a row group at a time; what is not there has none."""
    found: Counter[int] = Counter()
    for rows in folder.batches(table, (column,)):
        for one in pc.value_counts(pc.utf8_length(rows[column])).to_pylist():
            if one["values"]:
                found[one["values"]] += one["counts"]
    return found


def _bins(own: Counter[int]) -> dict[int, int]:
    """The lengths by the power of two at which each bin begins, without gaps."""
    powers: Counter[int] = Counter()
    for length, count in own.items():
        powers[length.bit_length() - 1] += count
    return {2**power: powers[power] for power in range(min(powers), max(powers) + 1)}


def _median(own: Counter[int]) -> int:
    """The length of which half of the texts are no longer."""
    seen, half = 0, (sum(own.values()) + 1) // 2
    for length in sorted(own):
        seen += own[length]
        if seen >= half:
            return length
    return 0


def _short(count: int) -> str:
    """A number of at most four signs: 950, 9.5k, 95k, 950k, 9.5M."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + sign if count < 10 * size else f"{count // size}{sign}"
    return str(count)
