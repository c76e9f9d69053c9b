"""The plots of a card: what they say, to eyes and ears, and that nothing in them runs."""

import re
from collections import Counter

import pytest
from lxml import etree

from claimstance import dataset, schema
from claimstance.gate import manifests
from claimstance.gate.folder import Folder
from claimstance.gate.manifests import Counts
from claimstance.release.cards.readback import read_back
from claimstance.release.papers.papers import BEFORE, with_plots
from claimstance.release.papers.plots import Plot, classes, intervals, lengths, plots, sizes
from claimstance.table import Row
from conftest import REPOSITORY, Good

SCHEMAS = schema.load(REPOSITORY / "schemas").of_build
SVG = "{http://www.w3.org/2000/svg}"
LABELS = ["SUPPORTS", "REFUTES"]
# Those of Okabe and Ito that we use, and the grey and white of ground, grid and letters.
COLOURS = {"#0072b2", "#e69f00", "#009e73", "#1f2328", "#d0d7de", "#ffffff"}


def drawn(good: Good) -> tuple[Plot, ...]:
    folder = Folder(good.folder, SCHEMAS)
    report, _ = read_back(folder, dataset.read(good.corpus / "corpus" / "dataset.yaml"))
    return plots(folder, {name: manifests.counts(folder, name) for name in SCHEMAS}, report.agreement)


def stances(rows: int, **labels: int) -> Counts:
    return Counts(rows, {"stance": labels})


def row(value: float | None, low: float | None, high: float | None, label: str | None = None) -> Row:
    task, unit = ("span", "token") if label else ("stance", "pair")
    ends = {"ci_low": low, "ci_high": high, "n_items": 9, "n_annotators": 2, "n_articles": 3, "round": 2, "wave": None}
    return {"task": task, "unit": unit, "metric": "alpha", "label": label, "annotators": [], "value": value, **ends}


def letters(plot: Plot | None) -> list[str]:
    """What is written in the picture."""
    assert plot
    return [one.text or "" for one in etree.fromstring(plot.drawn).iter(f"{SVG}text")]


def test_classes_are_told_with_count_and_share_of_each_split() -> None:
    plot = classes({"train": stances(10, SUPPORTS=6, REFUTES=3), "test": stances(4, SUPPORTS=4)}, LABELS)

    assert (plot and plot.said, letters(plot)) == (
        "Stances by label and split. train: 6 SUPPORTS, 3 REFUTES, 1 tie, no label;"
        " test: 4 SUPPORTS, 0 REFUTES, 0 tie, no label.",
        [
            *("Stances by label and split", "train, 10", "test, 4"),
            *("SUPPORTS", "6 (60%)", "4 (100%)", "REFUTES", "3 (30%)", "0 (0%)", "tie, no label", "1 (10%)", "0 (0%)"),
        ],
    )


def test_sizes_are_told_by_table_and_split() -> None:
    plot = sizes({"claims": {"train": Counts(1200, {}), "test": Counts(30, {})}, "stances": {"train": Counts(0, {})}})

    assert (plot and plot.said, letters(plot)[1:]) == (
        "Rows of each table by split. claims: 1,200 train, 0 validation, 30 test.",
        ["train", "validation", "test", "claims", "1,200 · 0 · 30"],
    )


def test_lengths_are_told_by_powers_of_two_and_their_median() -> None:
    plot = lengths({"claims.text": Counter({5: 2, 9: 1, 40: 12000}), "sources.evidence_text": Counter()})

    assert (plot and plot.said, letters(plot)[1:]) == (
        "Lengths of texts in characters. claims.text: 12,003 from 5 to 40, median 40.",
        ["claims.text, 12,003", "2", "4", "1", "8", "16", "12k", "32", "median 40, longest 40"],
    )


def test_agreement_is_told_with_its_intervals_and_what_is_undefined_is_left_out() -> None:
    plot = intervals([row(0.9, 0.8, 0.95), row(-0.2, None, None, "Claim"), row(None, None, None, "Cue")])

    assert (plot and plot.said, letters(plot)[-4:]) == (
        "Agreement of annotators, with 95 % intervals. stance, alpha 0.90 [0.80, 0.95]; Claim tokens, alpha -0.20.",
        ["stance, alpha", "0.90 [0.80, 0.95]", "Claim tokens, alpha", "-0.20"],
    )


def test_a_figure_below_nothing_still_lies_inside_the_picture() -> None:
    plot = intervals([row(-0.9, -1.0, -0.5)])

    assert plot
    places = [float(one) for one in re.findall(r' (?:x|x1|x2|cx)="([-0-9.]+)"', plot.drawn)]
    assert (min(places) >= 0, max(places) <= 760) == (True, True)


def test_of_nothing_there_is_no_picture() -> None:
    assert [classes({}, LABELS), sizes({}), lengths({"claims.text": Counter()}), intervals([])] == [None] * 4


def test_a_picture_has_a_title_a_description_and_nothing_that_runs_or_is_fetched(good: Good) -> None:
    for plot in drawn(good):
        root = etree.fromstring(plot.drawn)
        kinds = {one.tag.removeprefix(SVG) for one in root.iter()}
        names = {name for one in root.iter() for name in one.attrib}

        assert (
            [(one.tag, one.text) for one in list(root)[:2]],
            root.attrib["aria-labelledby"],
            kinds - {"svg", "title", "desc", "defs", "pattern", "rect", "circle", "line", "text"},
            {name for name in names if name.startswith("on") or "href" in name or name == "style"},
            set(re.findall(r"#[0-9a-f]{6}", plot.drawn)) - COLOURS,
        ) == ([(f"{SVG}title", plot.title), (f"{SVG}desc", plot.said)], "title said", set(), set(), set())


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "a|b\n\u202e]]>&", "\x1b[31m\x00\ufffe"])
def test_a_label_of_whatever_words_is_shown_as_it_stands_and_runs_nothing(label: str) -> None:
    found = [classes({"train": stances(2, **{label: 2})}, [label]), intervals([row(0.5, 0.4, 0.6, label)])]

    kinds = {one.tag for plot in found if plot for one in etree.fromstring(plot.drawn).iter()}
    assert f"{SVG}script" not in kinds


def test_the_same_tables_give_the_same_bytes(good: Good) -> None:
    assert drawn(good) == drawn(good)


def test_a_card_shows_each_plot_with_its_figures_in_words_and_once(good: Good) -> None:
    card = (good.folder / "README.md").read_text(encoding="utf-8")

    shown = with_plots(card, drawn(good))

    head, _, rest = shown.partition("\n## Plots\n")
    section, _, tail = rest.partition(BEFORE)
    assert (
        "## Plots" in card,
        with_plots(shown, drawn(good)) == shown,
        with_plots(shown, ()) == card == f"{head}{BEFORE}{tail}",
        re.findall(r"\]\((.*)\)$", section, re.MULTILINE),
        "!\\[" not in section and "Rows of each table by split. articles: 2 train" in section,
    ) == (False, True, True, [f"plots/{name}.svg" for name in ("classes", "sizes", "lengths", "agreement")], True)
