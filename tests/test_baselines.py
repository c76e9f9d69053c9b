"""Baselines: scores that anybody gets again, of what they say, and in a card only with the rows they are of."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import pytest
from benchmarks.baselines import __main__ as recipe
from benchmarks.baselines import claims, stance, words
from benchmarks.baselines.data import Pair, Text, read, tokenizer
from benchmarks.baselines.measure import ACCURACY, EXACT, MACRO, TOKENS, claims_of, of_claims, of_stances
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from build import STAGES
from claimstance import dataset, releasing, scores
from claimstance.annotation.matching import bounds
from claimstance.digests import of_file, of_files
from claimstance.errors import LoadError, ReleaseError, SchemaError
from claimstance.release.cards.baselines import held, section
from conftest import REPOSITORY, Good, copied

LABELS = ("SUPPORTS", "REFUTES", "DISCUSSES")
SAID = {
    "SUPPORTS": "We counted them, and the figure is right.",
    "REFUTES": "That is false, the register has no such boat.",
    "DISCUSSES": "People ask about it in every letter.",
}
THINGS = ("ferry", "dam", "bell", "lynx", "school", "tide")
NAMED = "corpus/baselines.yaml"


@pytest.fixture(scope="module", autouse=True)
def small_model() -> None:
    """Skip where it is not; where nothing may be skipped, that is a failure."""
    pytest.importorskip("wordllama", reason="wordllama is not installed; it has no wheel for this machine")


def pairs(split: str, number: int, telling: str = "text") -> list[Pair]:
    """Pairs of which half are SUPPORTS; `telling` is the half, claim or text, whose words follow from the label."""
    made = []
    for nth in range(number):
        label = ("SUPPORTS", "REFUTES", "SUPPORTS", "DISCUSSES")[nth % 4]
        plain = f"The {THINGS[nth // 4 % 6]} came {nth * 7 % 31} times in spring."
        halves = {"claim": plain, "text": "It was in the paper. Nothing else was."}
        halves[telling] = f"{plain} {SAID[label]}"
        made.append(Pair(f"{split}{nth // 5}", halves["claim"], halves["text"], label, in_text=False))
    return made


@cache
def told(telling: str) -> dict[str, dict[str, float | None]]:
    """The figures of each baseline on such pairs, by metric."""
    train, validation, test = pairs("a", 80, telling), pairs("b", 24, telling), pairs("c", 40, telling)
    found: dict[str, dict[str, float | None]] = {}
    for one in of_stances(LABELS, test, stance.answers(train, validation, test, LABELS)):
        found.setdefault(one.baseline, {})[one.metric] = one.value
    return found


@pytest.fixture(scope="module")
def measured(good: Good) -> scores.Scores:
    """The scores of the good corpus."""
    return recipe.measured(good.folder)


@pytest.fixture
def scored(good: Good, measured: scores.Scores, tmp_path: Path) -> Good:
    """A copy of it that names them, without a build."""
    own = copied(good, tmp_path)
    shutil.rmtree(own.folder)
    scores.write(own.corpus / NAMED, measured)
    with (own.corpus / "corpus" / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write(f"baselines: {NAMED}\n")
    return own


def card(own: Good, script: Callable[[str], ModuleType]) -> str:
    """The card of its build."""
    script("build").main(["--corpus", str(own.corpus)])
    return (own.folder / "README.md").read_text(encoding="utf-8")


# What is measured


def test_the_majority_is_the_commonest_label_of_train_whatever_is_asked() -> None:
    test = pairs("c", 40)

    said = stance.answers(pairs("a", 80), [], test, LABELS)[stance.MAJORITY]

    share = next(one for one in of_stances(LABELS, test, {"": said}) if one.metric == ACCURACY)
    assert (set(said), share.value) == ({"SUPPORTS"}, 0.5)


def test_a_label_that_the_source_tells_is_found_by_those_who_read_it_and_by_no_other() -> None:
    found = told("text")

    high = {name for name, own in found.items() if (own[MACRO] or 0) > 0.9}
    assert high == {stance.SOURCE, stance.TFIDF, stance.SMALL, stance.MATCHING}


def test_a_label_that_leaks_into_the_claim_shows_in_the_baseline_that_reads_nothing_else() -> None:
    assert told("claim")[stance.CLAIM][MACRO] == 1.0


def test_with_shuffled_labels_nothing_is_learned_that_the_majority_does_not_have() -> None:
    found = told("text")

    assert (found[stance.SHUFFLED][ACCURACY] or 0) <= (found[stance.MAJORITY][ACCURACY] or 0)


def test_figures_are_those_of_the_textbook() -> None:
    test = [replace(pair, stance=label) for pair, label in zip(pairs("c", 6), "AAABBC", strict=True)]

    found = {one.metric: one.value for one in of_stances("ABCD", test, {"": list("AABBAA")})}

    # A: 2 of 4 that were said, of 3 that are; B: 1 of 2, of 2; C: none; D is neither said nor there.
    assert found == {
        MACRO: round((4 / 7 + 1 / 2 + 0) / 3, 3),
        "F1 of A": round(4 / 7, 3),
        "F1 of B": 0.5,
        "F1 of C": 0.0,
        "F1 of D": None,
        ACCURACY: 0.5,
    }


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=20))
def test_an_interval_is_in_order_and_between_none_and_all(rows: list[tuple[str, str, str]]) -> None:
    test = [replace(pairs(article, 1)[0], article_id=article, stance=gold) for article, gold, _ in rows]

    found = list(of_stances(LABELS, test, {"": [guess for _, _, guess in rows]}))

    intervals = [(one.low, one.high) for one in found if one.low is not None and one.high is not None]
    assert all(0 <= low <= high <= 1 for low, high in intervals)


def test_an_interval_holds_its_figure_and_is_of_articles_not_of_pairs() -> None:
    test, torn = pairs("c", 40), pairs("d", 40)
    right = [pair.stance if nth % 10 < 5 else "" for nth, pair in enumerate(test)]  # whole articles, or nothing of them
    alone = [replace(pair, article_id=f"d{nth}") for nth, pair in enumerate(torn)]

    together, apart = (
        next(one for one in of_stances(LABELS, own, {"": right}) if one.metric == ACCURACY) for own in (test, alone)
    )

    assert together.low is not None
    assert apart.low is not None
    assert together.low < apart.low < together.value == apart.value == 0.5  # type: ignore[operator]


# Claims


def text(sentence: Sequence[int], tags: Sequence[int], tokens: str = "") -> Text:
    return Text("a", tuple(tokens or "x" * len(tags)), tuple(sentence), tuple(tags))


def test_a_claim_goes_on_behind_a_gap_and_ends_where_another_begins() -> None:
    assert claims_of([0, 1, 2, 0, 2, 1, 1]) == {(1, 2, 4), (5,), (6,)}


def test_tokens_count_wherever_they_are_and_claims_only_as_wholes() -> None:
    gold = text([1] * 8, [1, 2, 2, 0, 1, 2, 0, 0])

    found = {one.metric: one.value for one in of_claims([gold], {"": [[1, 2, 0, 0, 1, 2, 0, 1]]})}

    assert found == {TOKENS: 0.8, EXACT: 0.4}  # 4 hits, 1 missed, 1 too many; 1 claim of 2, and 3 that were said


def test_each_sentence_is_a_claim_without_the_marks_around_it() -> None:
    one = text([1, 1, 1, 2, 2], [0] * 5, '"ab.c')

    said = claims.answers([one], [], [one])[claims.SENTENCES]

    assert said == [[0, 1, 2, 0, 1]]


@given(arrays(np.float64, st.tuples(st.integers(0, 12), st.just(3)), elements=st.floats(-9, 0)))
def test_no_claim_goes_on_before_it_began_and_no_better_tags_are_there(likely: Any) -> None:
    tags = list(claims.best(likely))

    assert len(tags) == len(likely)
    assert all(tag != 2 or before in (1, 2) for before, tag in zip([0, *tags], tags, strict=False))
    greedy = [int(own.argmax()) for own in likely]
    if all(tag != 2 or before in (1, 2) for before, tag in zip([0, *greedy], greedy, strict=False)):
        total = sum(likely[place, tag] for place, tag in enumerate(tags))
        assert total == pytest.approx(sum(likely.max(1)) if len(likely) else 0)


def test_tokens_are_those_of_the_annotators_agreement() -> None:
    words = 'He said: "It\'s 3,5 m²." Плотина… 市長は否定した。 قالَ لن، שָׁלוֹם! cafe\u0301 🌊🌊 snake_case don’t'

    assert tokenizer().encode(words).offsets == bounds(words)


# The recipe


def test_the_same_rows_give_the_same_bytes(good: Good, measured: scores.Scores, tmp_path: Path) -> None:
    recipe.main([str(good.folder), "--out", str(tmp_path)])
    scores.write(tmp_path / "again.yaml", measured)

    assert (tmp_path / "scores.yaml").read_bytes() == (tmp_path / "again.yaml").read_bytes()


def test_models_are_fitted_by_one_thread_also_by_libraries_that_nobody_had_imported() -> None:
    asked = (
        "from benchmarks.baselines.learning import learned, one_thread\n"
        "from threadpoolctl import threadpool_info\n"
        "with one_thread():\n"
        "    learned(([[0.0], [1.0]], [0, 1]), None, balanced=True)\n"
        "    print({one['num_threads'] for one in threadpool_info()})\n"
    )
    own = {**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}

    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=REPOSITORY, env=own, capture_output=True, text=True, check=False
    )

    assert (ran.stdout, ran.stderr) == ("{1}\n", "")


def test_what_is_written_is_read_again_and_shown(
    good: Good, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe.main([str(good.folder), "--out", str(tmp_path)])

    said, shown = scores.read(tmp_path / "scores.yaml"), capsys.readouterr()
    tasks = [task.name for task in said.tasks]
    page = (tmp_path / "scores.md").read_text(encoding="utf-8")
    assert (shown.err, [name in shown.out and f"### {name}" in page for name in tasks]) == ("", [True] * 3)


def test_pairs_that_have_a_text_stand_apart_from_all_and_ties_are_counted(good: Good) -> None:
    data = read(good.folder)

    counts = {split: (len(own), sum(not pair.in_text for pair in own)) for split, own in data.pairs.items()}
    assert (counts, data.ties) == (
        {"train": (12, 10), "validation": (6, 5), "test": (6, 5)},
        {"train": 0, "validation": 0, "test": 0},
    )


def test_a_folder_without_anything_to_score_is_refused(good: Good, tmp_path: Path) -> None:
    own = copied(good, tmp_path)
    for path in (own.folder / "stances").glob("test-*.parquet"):
        path.unlink()

    with pytest.raises(LoadError) as caught:
        recipe.measured(own.folder)

    assert str(caught.value) == f"{own.folder}: stances has no test. There is nothing to measure yet."


def test_the_small_model_is_of_its_package_and_asks_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def blocked(*_given: object, **_more: object) -> None:
        raise AssertionError("no network here")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, blocked)
    monkeypatch.setattr(socket, "getaddrinfo", blocked)
    monkeypatch.setenv("HOME", str(tmp_path))
    words._model.cache_clear()

    found = words.vectors(["The dam holds.", "The dam will hold.", "Strawberries are sweet.", "堰堤", ""])

    near, far = found[0] @ found[1], found[0] @ found[2]
    lengths = np.linalg.norm(found, axis=1).round(6).tolist()
    assert (found.shape, near > far, lengths, list(tmp_path.iterdir())) == ((5, 256), True, [1, 1, 1, 1, 0], [])


# The card


def test_the_card_shows_the_scores_of_its_rows(
    scored: Good, measured: scores.Scores, script: Callable[[str], ModuleType]
) -> None:
    said = card(scored, script)

    values = [f"{one.value:.3f}" for task in measured.tasks for one in task.scores if one.value is not None]
    _, _, section = said.partition("\n## Baselines\n")
    assert [one for one in values if one not in section.partition("\n## ")[0]] == []


@pytest.mark.parametrize(
    "line",
    [
        f"tables: {{../../nothing: {'0' * 64}}}",
        f"tables: {{<img src=x>: {'0' * 64}}}",
        'command: "a\\n# b"',
        'baselines: {"a\\n": b}',
        "tasks: [{name: a, about: b, scores: [{metric: m, baseline: a, value: .nan}]}]",
        "tasks: [{name: a, about: b, scores: [{metric: m, baseline: a, low: .inf}]}]",
        'notes: ["\\e[31m"]',
    ],
)
def test_scores_that_nobody_measured_are_refused(tmp_path: Path, line: str) -> None:
    said = {"command": "command: c", "tables": f"tables: {{claims: {'0' * 64}}}", "versions": "versions: {}"}
    said |= {"baselines": "baselines: {a: b}", "tasks": "tasks: []", line.partition(":")[0]: line}
    path = tmp_path / "scores.yaml"
    path.write_text("\n".join(said.values()), encoding="utf-8")

    with pytest.raises(SchemaError):
        scores.read(path)


def test_scores_of_a_table_that_has_no_file_are_not_those_of_this_folder(tmp_path: Path) -> None:
    nothing = scores.Scores("c", {"nothing": of_files({})}, {}, {"a": "b"}, [])
    scores.write(tmp_path / "scores.yaml", nothing)

    assert held(tmp_path / "scores.yaml", tmp_path) == (None, "was measured on nothing, of which no row is here")


def test_what_names_scores_is_shown_as_it_stands() -> None:
    one = scores.Score("![i](http://a.example)", "[x](javascript:1)", 0.5)

    said = section(
        scores.Scores("c", {"claims": "0" * 64}, {}, {"[x](javascript:1)": "b"}, [scores.Task("t", "u", [one])])
    )

    assert ("![i](" in said, "[x](" in said, "\\[x\\](javascript:1)" in said) == (False, False, True)


@pytest.mark.parametrize("change", ["other rows", "gone"])
def test_scores_of_other_rows_are_left_out_of_a_build_which_says_so(
    scored: Good, script: Callable[[str], ModuleType], change: str
) -> None:
    if change == "gone":
        (scored.corpus / NAMED).unlink()
    else:
        article = next((scored.corpus / "corpus" / "articles").rglob("*.md"))
        article.write_text(article.read_text("utf-8").replace("publisher: ", "publisher: New "), encoding="utf-8")

    said = card(scored, script)

    why = "is not there" if change == "gone" else "was measured on other rows of articles"
    assert ("## Baselines" in said, f"- No scores of baselines: {NAMED} {why}" in said) == (False, True)


def test_a_release_with_scores_of_other_rows_is_refused(scored: Good, measured: scores.Scores) -> None:
    other = msgspec.structs.replace(measured, tables=measured.tables | {"stances": "0" * 64})
    scores.write(scored.corpus / NAMED, other)

    with pytest.raises(ReleaseError) as caught:
        releasing.release(scored.corpus, "0.1.0", STAGES)

    then = "Build, measure them again, and commit them; or take `baselines` out of corpus/dataset.yaml."
    assert str(caught.value) == f"{scored.corpus / NAMED}: was measured on other rows of stances. {then}"


def test_scores_are_an_input_of_the_release_that_shows_them(scored: Good) -> None:
    place = scored.corpus / "kept" / "scores.yaml"
    place.parent.mkdir()
    (scored.corpus / NAMED).rename(place)
    settings = replace(dataset.read(scored.corpus / "corpus" / "dataset.yaml"), baselines="kept/scores.yaml")

    inputs = releasing._inputs(scored.corpus, settings)

    assert inputs["kept/scores.yaml"] == of_file(place)
