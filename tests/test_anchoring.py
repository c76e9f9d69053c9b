"""Texts that changed after they were annotated: what was said follows its words, or is listed; never elsewhere."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotating import annotation, article, choice, judged, only, pair_task, put, region, relation, span_task, tasks
from claimstance.annotation.anchoring import anchors
from claimstance.annotation.judgements import judgements
from claimstance.annotation.marks import marks
from claimstance.annotation.placing import placed
from claimstance.errors import BadInput
from claimstance.release.cards.documents import summary
from claimstance.table import Rows

OLD = (
    "The harbour opens again 🌊\n\n"
    "The mayor said the dam will hold until spring. Nobody in Orm believes it at all.\n\n"
    "Engineers measured the wall on Monday and found eleven cracks. The mayor said the ferry will wait."
)
TEXTS = st.text(st.sampled_from("ab ё🌊.\n"), max_size=60)
WORDS = st.lists(st.sampled_from(["the", "dam", "holds", "Орм", "🌊", "said.", "no", "\n"]), max_size=40).map(" ".join)


def now(new: str, words: str, old: str = OLD) -> tuple[str | None, str]:
    """What stands where `words` went, and how that is known."""
    start = old.index(words)
    found = anchors(old, new).span(start, start + len(words))
    return found.span and new[slice(*found.span)], found.how


CRACKS = "Engineers measured the wall on Monday and found eleven cracks"
HOLD = "the dam will hold until spring"
DOUBT = " Nobody in Orm believes it at all."
END = OLD[OLD.index("Engineers") :]
AROUND = "Ships with guns fought back hard, but luckily, found {} cracks by chance; ships fully lost. Guns up."
CHANGES: dict[str, tuple[str, str, str | None, str]] = {
    "nothing changed": (OLD, HOLD, HOLD, "same"),
    "a sentence came before it": (f"🌊🌊 New. {OLD}", HOLD, HOLD, "context"),
    "another sentence went": (OLD.replace(DOUBT, ""), CRACKS, CRACKS, "context"),
    "a word beside it changed": (OLD.replace("mayor said the dam", "mayor says the dam"), HOLD, HOLD, "context"),
    "a word of it changed": (OLD.replace("eleven", "twelve"), CRACKS, CRACKS.replace("eleven", "twelve"), "fuzzy"),
    "its first word changed": (OLD.replace("Engi", "Pio"), CRACKS, CRACKS.replace("Engi", "Pio"), "fuzzy"),
    "its last word changed": (OLD.replace("cracks", "holes"), CRACKS, CRACKS.replace("cracks", "holes"), "fuzzy"),
    "most of it changed": (OLD.replace(HOLD, "a storm broke"), HOLD, None, "lost"),
    "a third of it changed": (
        OLD.replace("measured the wall on Monday", "looked at gates in spring"),
        CRACKS,
        None,
        "lost",
    ),
    "all around it changed": (OLD.replace(END, AROUND.format("eleven")), "found eleven cracks", None, "lost"),
    "it and all around it changed": (OLD.replace(END, AROUND.format("twelve")), "found eleven cracks", None, "lost"),
    "a part of a word in a word that is spelt otherwise": (OLD.replace("measured", "mexsured"), "easure", None, "lost"),
    "its first word and the one before changed": (
        OLD.replace("Engineers measured", "Builders checked"),
        CRACKS.removeprefix("Engineers "),
        CRACKS.removeprefix("Engineers ").replace("measured", "checked"),
        "fuzzy",
    ),
    "a few words of it stand elsewhere in another sentence": (
        OLD.replace(DOUBT, "") + " Later, as was told, Nobody in Orm looked.",
        "Nobody in Orm",
        None,
        "lost",
    ),
    "it went": (OLD.replace(" The mayor said the ferry will wait.", ""), "the ferry will wait", None, "lost"),
    "its paragraph moved": ("\n\n".join(reversed(OLD.split("\n\n"))), "eleven cracks", "eleven cracks", "context"),
    "its sentence moved": (f"{DOUBT[1:]} {OLD.replace(DOUBT, '')}", "Nobody in Orm", "Nobody in Orm", "context"),
    "all is new": ("Мост закрыт.", CRACKS, None, "lost"),
    "a part of a word in a word that changed": (OLD.replace("measured", "mended"), "easure", None, "lost"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_words_are_found_again_or_lost(change: str) -> None:
    new, words, found, how = CHANGES[change]

    assert now(new, words) == (found, how)


def test_equal_phrases_do_not_jump_to_each_other() -> None:
    first, second = OLD.index("The mayor said"), OLD.rindex("The mayor said")
    without = anchors(OLD, OLD.replace("The mayor said the dam will hold until spring. ", ""))
    before = anchors(OLD, "The mayor said no. " + OLD)

    found = [way.span(start, start + 14).span for way in (without, before) for start in (first, second)]

    assert found == [None, (second - 47, second - 33), (first + 19, first + 33), (second + 19, second + 33)]


def test_a_phrase_that_stands_there_twice_with_nothing_to_tell_them_apart_is_lost() -> None:
    refrain = "It is so.\n" * 12

    found = anchors(refrain, refrain[10:]).span(50, 59)

    assert found.how == "lost"


def test_words_that_moved_to_two_places_that_are_alike_are_lost() -> None:
    sentence = "People of the old town tell that the dam will hold, whatever the engineers may say of it. "
    old, end = sentence + "A ferry waits.", "A ferry waits. "
    start = old.index("the dam will hold")

    found = [anchors(old, end + sentence * times).span(start, start + 17).how for times in (1, 2)]

    assert found == ["context", "lost"]


def test_words_do_not_move_into_the_middle_of_a_word() -> None:
    old = "They say: old dam will hold until the spring. A ferry waits."
    new = "A ferry waits. It is no {} dam will hold until the spring."
    start = old.index("old dam")

    found = [anchors(old, new.format(word)).span(start, start + 34).how for word in ("old", "bold")]

    assert found == ["context", "lost"]


def test_words_do_not_move_to_where_others_stand_that_are_known_to_be_others() -> None:
    said = "On {} the old mayor of the town said the dam will hold for many years, so nobody has to leave."
    old, new = f"{said.format('Monday')} {said.format('Sunday')}", said.format("Sunday")
    places = [(start, start + 17) for start in (old.index("the dam will"), old.rindex("the dam will"))]

    found = [anchors(old, new).span(*place).span for place in places]

    start = new.index("the dam will")
    assert found == [None, (start, start + 17)]


@pytest.mark.parametrize(
    ("put_in", "seen"),
    [
        ("Two words. ", lambda start, new: [(0, len(new))]),
        ("Nobody who read it then can know of this. ", lambda start, new: [(0, start - 2), (start + 42, len(new))]),
    ],
)
def test_annotators_saw_what_stood_there_and_not_a_sentence_that_was_put_in(
    put_in: str, seen: Callable[[int, str], list[tuple[int, int]]]
) -> None:
    start = OLD.index("Engineers")
    new = OLD[:start] + put_in + OLD[start:]

    found = anchors(OLD, new).extents(0, len(OLD))

    assert found == seen(start, new)


def test_a_few_words_here_and_there_are_no_text_that_annotators_saw() -> None:
    old, new = "Ebb flow tide wave reef surf.", "Ebb of a flow or no tide but so wave in my reef to go surf he is."

    found = anchors(old, new).extents(0, len(old))

    assert found == []


@given(old=TEXTS | WORDS, new=TEXTS | WORDS, data=st.data())
def test_no_place_is_out_of_the_text_and_surely_known_words_are_the_same_ones(
    old: str, new: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, max(0, len(old) - 1)))
    end = data.draw(st.integers(min(start + 1, len(old)), len(old)))

    way = anchors(old, new)
    found, extents = way.span(start, end), way.extents(0, len(old))

    words = old[start:end], old[start:end].strip()
    spans = [*extents, *([found.span] if found.span else [])]
    assert all(0 <= one[0] < one[1] <= len(new) for one in spans if old != new)
    assert (found.span is None) == (found.how == "lost")
    assert found.how not in ("same", "context") or (found.span and new[slice(*found.span)] in words)


@given(text=WORDS, before=WORDS)
def test_what_is_put_before_a_text_moves_everything_by_its_length_or_loses_it(text: str, before: str) -> None:
    way = anchors(text, before + "\n" + text)
    places = [(start, start + len(word)) for start, word in _words(text)]

    found = [(place, way.span(*place).span) for place in places]

    by = len(before) + 1
    assert all(span is None or before or span == (place[0] + by, place[1] + by) for place, span in found)


@given(
    words=st.lists(st.text("abcdefgh", min_size=3, max_size=9), min_size=8, max_size=30, unique=True), data=st.data()
)
def test_words_that_stand_once_move_exactly_and_are_lost_when_they_go(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    old, new = " ".join(words), " ".join(["NEW", "🌊", *words])
    start = len(" ".join([*words[:at], ""])) if at else 0
    place = (start, start + len(words[at]))

    kept = anchors(old, new).span(*place).span
    gone = anchors(old, " ".join(words[:at] + words[at + 1 :])).span(*place).span

    assert (kept, gone) == ((place[0] + 6, place[1] + 6), None)


def _words(text: str) -> list[tuple[int, str]]:
    found, place = [], 0
    for word in text.split(" "):
        if word.strip():
            found.append((place, word))
        place += len(word) + 1
    return found


def test_a_long_text_is_compared_in_bounded_memory() -> None:
    old, new = "a b " * 40_000, "b c " * 40_000

    found = anchors(old, new).span(0, 3)

    assert found.how == "lost"


def test_parts_of_one_text_are_put_together_before_it_is_compared(tmp_path: Path) -> None:
    cut = OLD.index("Engineers")
    said = [
        annotation("ada", [region(part, "The mayor said", "Source", "s1")], nth)
        for nth, part in ((1, OLD), (2, OLD[cut:]))
    ]
    shown = [span_task(OLD, [said[0]], part=(0, cut)), span_task(OLD, [said[1]], part=(cut, len(OLD)))]
    new = "A word. " + OLD.replace("The mayor said the dam will hold until spring. ", "")

    rows = judged(tmp_path, new, *shown)

    spans = [(row["anchor"], row["text"], row["original"]) for row in rows if row["item_kind"] == "span"]
    assert spans == [("lost", None, "The mayor said"), ("context", "The mayor said", None)]


def test_an_interrupted_span_is_lost_as_a_whole_when_a_piece_is(tmp_path: Path) -> None:
    one, other = region(OLD, "the dam", "Claim", "c1"), region(OLD, "until spring", "Claim", "c2")
    task = span_task(OLD, [annotation("ada", [one, other, relation("c1", "c2", "continues")])])

    rows = judged(tmp_path, OLD.replace(" until spring", ""), task)

    assert [(row["anchor"], row["spans"], row["original"]) for row in rows[1:]] == [
        ("lost", [], "the dam … until spring")
    ]


def test_an_interrupted_span_whose_pieces_changed_places_is_lost(tmp_path: Path) -> None:
    one, other = region(OLD, "Nobody in Orm believes it", "Claim", "c1"), region(OLD, CRACKS, "Claim", "c2")
    task = span_task(OLD, [annotation("ada", [one, other, relation("c1", "c2", "continues")])])

    rows = judged(tmp_path, "\n\n".join(reversed(OLD.split("\n\n"))), task)

    assert [(row["anchor"], row["spans"]) for row in rows[1:]] == [("lost", [])]


def test_parts_that_do_not_agree_on_the_text_are_refused(tmp_path: Path) -> None:
    one = span_task(OLD, [annotation("ada", [])], task_id="a")
    other = span_task(OLD, [annotation("ada", [], 2)], task_id="b", start=3)

    with pytest.raises(BadInput) as refusal:
        judged(tmp_path, OLD.upper(), one, other)

    assert "is not what the task showed. Its start or its text_sha256 is wrong" in str(refusal.value)


def test_who_saw_a_text_counts_for_gold_in_its_new_place_and_not_for_what_was_put_in_since(tmp_path: Path) -> None:
    claim = "the dam will hold until spring"
    own, none = annotation("ada", [region(OLD, claim, "Claim", "c1")], 1), annotation("bo", [], 2)
    folder = put(tmp_path / "annotations", {"spans/1.jsonl": [span_task(OLD, [own, none])]}, only("spans"))
    added = "A sentence of which neither of the two has ever heard a single word until now. "
    new = added + OLD
    held = placed(tasks(folder), {"dam": new})

    found = marks([article(new)], held, judgements([article(new)], held))

    start = new.index(claim)
    assert [(row["spans"], row["n_annotators"], row["n_marked"]) for row in found] == [
        ([(start, start + len(claim))], 2, 1)
    ]
    assert held[0].extents == [(len(added), len(new))]


def test_a_pair_goes_with_the_words_around_its_claim_where_no_task_shows_the_article(tmp_path: Path) -> None:
    start = OLD.index("the ferry will wait")
    said = {"claim": "the ferry will wait", "context": "The mayor said the ferry will wait.", "evidence_text": ""}
    claim_id = f"dam.c{start:06d}-{start + 19:06d}"
    task = pair_task(claim_id, "dam.r001", [annotation("ada", [choice("stance", "REFUTES")])], **said)

    moved = judged(tmp_path / "a", "Yes. " + OLD, task, batch="pairs")
    gone = judged(tmp_path / "b", OLD[: start - 15], task, batch="pairs")

    assert [(row["item_id"], row["anchor"], row["original"]) for row in (moved[1], gone[1])] == [
        (f"dam.c{start + 5:06d}-{start + 24:06d}|dam.r001", "context", f"{claim_id}|dam.r001"),
        (f"{claim_id}|dam.r001", "lost", f"{claim_id}|dam.r001"),
    ]


def test_a_pair_whose_sentence_stands_there_twice_is_lost(tmp_path: Path) -> None:
    start, sentence = OLD.index("the ferry will wait"), "The mayor said the ferry will wait."
    said = {"claim": "the ferry will wait", "context": sentence, "evidence_text": ""}
    task = pair_task(
        f"dam.c{start:06d}-{start + 19:06d}", "dam.r001", [annotation("ada", [choice("stance", "REFUTES")])], **said
    )

    rows = judged(tmp_path, f"Yes. {OLD} No. {sentence}", task, batch="pairs")

    assert [row["anchor"] for row in rows] == [None, "lost"]


def test_a_pair_whose_claim_is_lost_is_called_what_it_was_wherever_its_source_is(tmp_path: Path) -> None:
    start, source = OLD.index(HOLD), f"dam.t{OLD.rindex('The mayor'):06d}"
    item = f"dam.c{start:06d}-{start + len(HOLD):06d}"
    asked = pair_task(item, source, [annotation("ada", [])], claim=HOLD, source_name="The mayor")
    files = {"spans/2026-03-02.jsonl": [span_task(OLD, [annotation("ada", [])])], "pairs/2026-03-02.jsonl": [asked]}
    held = tasks(put(tmp_path / "annotations", files))

    found = [one.moved for one in placed(held, {"dam": OLD.replace(HOLD, "a storm broke")})]

    assert found == [(f"{item}|{source}", "lost"), None]


def test_a_pair_whose_words_stand_in_its_sentence_twice_is_lost(tmp_path: Path) -> None:
    said = {"claim": "it will hold", "context": "Orme says that it will hold, and that it will hold for years."}
    task = pair_task(
        "dam.c000015-000027", "dam.r001", [annotation("ada", [choice("stance", "REFUTES")])], evidence_text="", **said
    )

    rows = judged(tmp_path, f"Yes. {said['context']}", task, batch="pairs")

    assert [row["anchor"] for row in rows] == [None, "lost"]


def test_a_pair_goes_with_the_place_where_the_text_names_its_source(tmp_path: Path) -> None:
    start = OLD.rindex("The mayor")
    shown = span_task(OLD, [annotation("ada", [])])
    asked = [
        pair_task("dam.c1", f"dam.t{start:06d}", [annotation("ada", [choice("stance", "REFUTES")])], source_name=name)
        for name in ("The mayor", "")
    ]
    asked[1]["data"]["task_id"] = "again"
    files = {"spans/2026-03-02.jsonl": [shown], "pairs/2026-03-02.jsonl": asked}
    held = tasks(put(tmp_path / "annotations", files))

    found = [one.moved for one in placed(held, {"dam": "Yes. " + OLD}) if one.batch.kind == "pairs"]

    assert found == [(f"dam.c1|dam.t{start + 5:06d}", "context")] * 2


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()


def edited(root: Path, **changes: dict[str, str]) -> Path:
    """A corpus in whose files words were exchanged, each once."""
    for name, said in changes.items():
        path = next((root / "corpus").rglob(f"{name.replace('_', '.')}.md"))
        text = path.read_text(encoding="utf-8")
        for old, new in said.items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return root


def table(build: Path, name: str) -> Rows:
    return [row for path in sorted((build / name).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def test_a_build_of_an_edited_corpus_follows_the_words_and_lists_what_it_cannot_find(
    mini: Path, script: Callable[[str], ModuleType]
) -> None:
    edited(
        mini,
        ferry={"The ferry to Orm": "🌊 The wind fell.\nThe ferry to Orm", "since Monday": "since Sunday"},
        most={"Мост в Орме закрыт до весны": "Ничего нового"},
    )

    report = script("build").build(mini, mini / "build", script("build").STAGES)

    claims = {str(row["claim_id"]): row["text"] for row in table(report.out, "claims")}
    stances = sorted((str(row["claim_id"]), row["claim"], row["source"]) for row in table(report.out, "stances"))
    lost = sorted(str(row["original"]) for row in table(report.out, "judgements") if row["anchor"] == 3)
    assert claims == {
        "ferry.c000040-000085": "ferry to Orm crosses twice a day since Sunday",
        "ferry.c000133-000148": "the ice is gone",
    }
    assert [(claim_id, claim) for claim_id, claim, _ in stances] == [
        ("ferry.c000040-000085", "ferry to Orm crosses twice a day since Sunday"),
        ("ferry.c000133-000148", "the ice is gone"),
        ("ferry.c000133-000148", "the ice is gone"),
    ]
    assert lost == [*["most.c000021-000048|most.r001"] * 2, "Мост в Орме закрыт до весны"]
    assert "lost: most: 'Мост в Орме закрыт до весны' (Claim, by ann-1 in spans, j" in summary(report)
    assert report.orphans == ["most.c000021-000048|most.r001"]


def test_evidence_follows_its_words_in_a_source_whose_text_changed(
    mini: Path, script: Callable[[str], ModuleType]
) -> None:
    edited(mini, ferry_r001={"From Monday": "Note: from Monday"})

    report = script("build").build(mini, mini / "build", script("build").STAGES)

    said = [(row["evidence_text"], row["anchor"]) for row in table(report.out, "judgements") if row["evidence"]]
    assert said == [("at 8:00 and 17:00, every day", 1)] * 2


def test_evidence_whose_words_are_gone_from_the_source_is_listed(
    mini: Path, script: Callable[[str], ModuleType]
) -> None:
    edited(mini, ferry_r001={"at 8:00 and 17:00, every day of the week": "often"})

    report = script("build").build(mini, mini / "build", script("build").STAGES)

    assert [line.partition(" (")[0] for line in report.lost] == ["ferry: 'at 8:00 and 17:00, every day'"] * 2


def test_where_nothing_changed_every_word_is_where_it_was(mini: Path, script: Callable[[str], ModuleType]) -> None:
    report = script("build").build(mini, mini / "build", script("build").STAGES)

    hows = {row["anchor"] for row in table(report.out, "judgements")}
    assert (hows, report.anchored, report.lost) == ({0, None}, {}, [])
