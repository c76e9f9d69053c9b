"""Texts that changed since: what becomes of gold, agreement, known answers and adjudication, beside the anchors."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotating import Json, annotation, article, choice, pair_task, region, relation, sha256
from claimstance import schema
from claimstance.annotation.agreement.ballots import ballots
from claimstance.annotation.anchoring import Anchors
from claimstance.annotation.batches import Batch
from claimstance.annotation.exports import Task
from claimstance.annotation.judgements import judgements
from claimstance.annotation.marks import marks
from claimstance.annotation.placing import placed
from claimstance.annotation.quality.adjudication import pair_adjudications, span_adjudications
from claimstance.annotation.quality.known import candidates
from claimstance.annotation.sources import sources
from claimstance.annotation.tables import claims, orphans, stances
from claimstance.stages import Beside, Stage, beside, run
from claimstance.table import Row, Rows
from claimstance.verify import spans_hold
from conftest import REPOSITORY, sign
from test_anchoring import edited
from test_build import command, tree
from test_gold import HELD, TEXT, Held, claim, pair, source, stance, task
from test_properties import PLAIN

Scripts = Callable[[str], ModuleType]

LINE = "🌊 News.\n"
MOVED = LINE + TEXT
BY = len(LINE)
HOLD = "old dam will hold"
LONGER = "old dam will hold until Monday"
SHORTER = TEXT.replace(" until Monday", "")  # in which LONGER is lost, and HOLD is not


def entry(source_id: str, words: str) -> Row:
    """A listed source, as references has it."""
    return {"source_id": f"dam.{source_id}", "article_id": "dam", "raw_text": words, "canonical_url": None}


def now(text: str, *read: Task, references: Rows | None = None, evidence: dict[str, Held] | None = None) -> Any:
    """Tasks placed in a text, and what the stages of annotation make of them."""
    own, listed = [article(text)], references or []
    tasks = placed(read, {"dam": text})
    rows = judgements(own, tasks, references, evidence)
    found = marks(own, tasks, rows)
    lines = [{"sentence_id": "dam.s0", "article_id": "dam", "start": 0, "end": len(text), "verification_worthy": True}]
    shown = [one | {"span": (0, 1)} for one in listed]
    named = sources(own, lines, shown, [], [], found, evidence or {})
    made = claims(own, lines, found, named, rows)
    judged = stances(own, lines, [], named, made, rows, {}, 1)
    return {
        "articles": own,
        "tasks": tasks,
        "judgements": rows,
        "marks": found,
        "sources": named,
        "claims": made,
        "stances": judged,
    }


def gold(made: Any) -> list[tuple[str, int, int, str]]:
    """The words of each gold claim, by how many it was marked, how many could say, and the rule."""
    return [(row["text"], row["n_marked"], row["n_annotators"], row["aggregation"]) for row in made["claims"]]


def test_who_marked_words_that_are_lost_is_not_one_who_left_them_out() -> None:
    read = task({"ada": [claim(LONGER)], "bo": [claim(HOLD)], "cy": []})

    before, after = now(TEXT, read), now(SHORTER, read)

    assert (gold(before), gold(after)) == ([(HOLD, 2, 3, "majority")], [(HOLD, 1, 2, "half")])


def test_who_sees_the_new_text_and_marks_nothing_left_it_out_whatever_was_lost_before() -> None:
    read = [
        task({"ada": [claim(LONGER)], "bo": [claim(HOLD)]}),
        task({"ada": []}, SHORTER, batch="again", wave=2),
    ]

    found = now(SHORTER, *read)

    assert gold(found) == [(HOLD, 1, 2, "half")]


def test_other_words_that_are_lost_excuse_nobody() -> None:
    read = task({"ada": [claim("the Board said [1]")], "bo": [claim(HOLD)], "cy": []})

    found = now(TEXT.replace("the Board said [1]", "they tell"), read)

    assert gold(found) == []


def test_what_an_adjudicator_said_of_words_that_are_lost_overrules_nobody_there() -> None:
    read = [
        task({"ada": [claim(HOLD)], "bo": [claim(HOLD), claim("it will hold at all", "c2")]}),
        task({"eve": [claim(LONGER)]}, batch="settle", purpose="adjudication"),
    ]

    found = now(SHORTER, *read)

    assert gold(found) == [(HOLD, 2, 2, "unanimous")]


def test_two_adjudicators_of_a_changed_text_are_held_to_the_rule_among_themselves() -> None:
    read = [
        task({"ada": [claim(HOLD)], "bo": []}),
        task(
            {"eve": [claim(HOLD)], "fay": [claim(HOLD), source("Orme")], "gil": []},
            batch="settle",
            purpose="adjudication",
        ),
    ]

    found = now(MOVED, *read)

    said = [(row["label"], row["spans"], row["aggregation"], row["n_deciding"]) for row in found["marks"]]
    start = MOVED.index(HOLD)
    assert said == [("Claim", [(start, start + len(HOLD))], "adjudicated", 3)]


def test_agreement_says_nothing_of_a_label_of_which_somebodys_mark_is_lost() -> None:
    read = task({"ada": [claim(LONGER), source("Orme")], "bo": [claim(HOLD), source("Orme")]})

    made = now(SHORTER, read)

    rows = ballots([article(SHORTER)], made["tasks"], made["marks"], made["judgements"])
    found = sorted({(row["unit"], row["label"]) for row in rows})
    assert found == [("span", "Source"), *(("token", label) for label in ("Citation", "Cue", "Source"))]


def test_agreement_on_a_text_that_moved_is_that_on_the_text_that_was_shown() -> None:
    read = task({"ada": [claim(LONGER)], "bo": [claim(HOLD), source("Orme")]})

    rows = []
    for text in (TEXT, MOVED):
        made = now(text, read)
        rows.append(ballots([article(text)], made["tasks"], made["marks"], made["judgements"]))

    assert rows[1] == rows[0]


def test_a_long_text_that_changed_is_voted_on_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    real = Anchors.extents

    def extents(way: Anchors, start: int, end: int) -> list[tuple[int, int]]:
        asked.append((start, end))
        return real(way, start, end)

    monkeypatch.setattr(Anchors, "extents", extents)
    read = task({"ada": [claim(HOLD)], "bo": []})
    made = now(MOVED, read)
    asked.clear()

    ballots([article(MOVED)], made["tasks"], made["marks"], made["judgements"])

    assert asked == [(0, len(TEXT))]


def test_the_answer_to_a_text_is_known_where_it_is_now_and_not_where_a_mark_is_lost() -> None:
    read = task({"ada": [claim(HOLD)], "bo": [claim(HOLD)]})
    doubt = task({"ada": [claim(HOLD)], "bo": [claim(HOLD), source("until Monday")]})

    answers = []
    for text, start, said in ((MOVED, BY, read), (MOVED, BY, doubt), (SHORTER, 0, read), (SHORTER, 0, doubt)):
        made = now(text, said)
        sent: Rows = [{"data": {"task_id": "dam", "article_id": "dam", "start": start, "text": text[start:]}}]
        found = candidates(sent, made["tasks"], made["marks"], made["judgements"])
        answers.append([(one.answer.spans, sorted(one.seen_by)) for one in found])

    start = TEXT.index(HOLD)
    known = [((("Claim", ((start, start + len(HOLD)),)),), ["ada", "bo"])]
    assert answers == [known, [], known, []]


BATCH = Batch("settle", "spans", "adjudication", "1.0", annotators=("eve",), overlap=1)


def test_an_adjudicator_of_spans_reads_the_text_of_now_with_the_marks_where_they_are_now() -> None:
    read = task({"ada": [claim(HOLD)], "bo": []})
    made = now(MOVED, read)

    sent = span_adjudications(BATCH, made["articles"], made["tasks"], made["marks"], made["claims"], made["judgements"])

    shown = [(one["data"]["start"], one["data"]["text"]) for one in sent]
    drafts = [one["value"] for one in sent[0]["predictions"][0]["result"]]
    start = TEXT.index(HOLD)
    assert (shown, [(one["start"], one["text"]) for one in drafts]) == ([(BY, TEXT)], [(start, HOLD)])


def test_a_part_of_a_long_article_is_adjudicated_where_it_is_now_and_the_other_part_is_left_to_the_votes() -> None:
    cut = TEXT.index("Orme")
    read = [
        task({"ada": [claim(HOLD)], "bo": []}, part=(0, cut)),
        task({"ada": [region(TEXT[cut:], "it will hold", "Claim", "c1")], "bo": []}, part=(cut, len(TEXT))),
        task({"eve": []}, part=(0, cut), batch="settle", purpose="adjudication"),
    ]

    found = now(MOVED, *read)

    assert gold(found) == [("it will hold", 1, 2, "half")]


FIRST, SECOND = "Port of Orm (2026): Timetable.", "Ice Watch (2026): Chart."


def judged(name: str, said: dict[str, list[Json]], source_id: str = "dam.r001", **more: Any) -> Task:
    """A pair of the claim HOLD and a listed source, as it was shown under a name."""
    start = TEXT.index(HOLD)
    made = pair(said, f"dam.c{start:06d}-{start + len(HOLD):06d}|{source_id}", **more)
    shown = {"claim": HOLD, "source_name": name, "context": TEXT}
    return replace(made, data=made.data | shown)


MARKED = task({"ada": [claim(HOLD)], "bo": [claim(HOLD)]})
SAID = {"ada": stance("SUPPORTS"), "bo": stance("REFUTES")}
LISTS: dict[str, tuple[list[Row], str, str]] = {
    "the same": ([entry("r001", FIRST), entry("r002", SECOND)], "r001", "same"),
    "one was put before": ([entry("r001", SECOND), entry("r002", FIRST)], "r002", "context"),
    "it changed a little": ([entry("r001", FIRST.replace("table", "tables")), entry("r002", SECOND)], "r001", "fuzzy"),
    "it changed and moved": ([entry("r001", SECOND), entry("r002", FIRST + " 2")], "r002", "fuzzy"),
    "it went": ([entry("r001", SECOND)], "r001", "lost"),
    "two are like it": ([entry("r001", FIRST + " A"), entry("r002", FIRST + " B")], "r001", "lost"),
    "it is there twice, elsewhere": ([entry("r002", FIRST), entry("r003", FIRST)], "r001", "lost"),
    "it is there twice": ([entry("r001", FIRST), entry("r002", FIRST)], "r001", "same"),
    "there is no list any more": ([], "r001", "lost"),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_pair_goes_with_the_entry_that_was_shown_and_not_with_its_number(case: str) -> None:
    listed, source_id, how = LISTS[case]

    made = now(TEXT, MARKED, judged(FIRST, SAID), references=listed)

    said = {(row["item_id"].partition("|")[2], row["anchor"]) for row in made["judgements"] if row["round"] == 2}
    assert said == {(f"dam.{source_id}", how), ("", None)}


def test_a_pair_whose_source_is_lost_makes_no_stance_of_the_one_that_has_its_number_now() -> None:
    listed = [entry("r001", SECOND)]

    made = now(TEXT, MARKED, judged(FIRST, SAID), references=listed)

    assert (made["stances"], orphans(made["judgements"], made["claims"], made["sources"])) == (
        [],
        [f"{made['claims'][0]['claim_id']}|dam.r001"],
    )


def test_a_pair_whose_source_has_another_number_now_is_a_stance_of_it_with_its_evidence() -> None:
    listed = [entry("r001", SECOND), entry("r002", FIRST)]
    words = region(HELD, "The dam will hold", "Evidence", "e1")
    held = {"dam.r001": Held("Nothing of it.", "excerpt"), "dam.r002": Held("So: " + HELD, "excerpt")}
    read = judged(FIRST, {"ada": stance("SUPPORTS", words)})

    made = now(TEXT, MARKED, read, references=listed, evidence=held)

    found = [(row["source"], row["stance"], row["evidence"], row["evidence_quote"]) for row in made["stances"]]
    assert found == [(FIRST, "SUPPORTS", [{"start": 4, "end": 21}], "The dam will hold")]


def test_who_saw_a_pair_is_known_by_what_it_is_called_now() -> None:
    listed = [entry("r001", SECOND), entry("r002", FIRST)]
    read = judged(FIRST, {"ada": stance("SUPPORTS"), "bo": stance("SUPPORTS")})
    made = now(MOVED, MARKED, read, references=listed)
    claim_id = made["claims"][0]["claim_id"]
    sent: Rows = [{"data": {"task_id": "p", "article_id": "dam", "claim_id": claim_id, "source_id": "dam.r002"}}]

    found = candidates(sent, made["tasks"], made["marks"], made["judgements"])

    assert [(one.answer.label, sorted(one.seen_by)) for one in found] == [("SUPPORTS", ["ada", "bo"])]


def test_evidence_of_a_source_that_the_article_does_not_list_any_more_is_lost() -> None:
    words = region(HELD, "The dam will hold", "Evidence", "e1")
    read = judged("", {"ada": stance("SUPPORTS", words)})

    made = now(TEXT, MARKED, read, references=[entry("r002", SECOND)], evidence={"dam.r001": Held(HELD, "excerpt")})

    found = [
        (row["evidence"], row["original"], row["anchor"]) for row in made["judgements"] if row["label"] == "Evidence"
    ]
    assert found == [([], "The dam will hold", "lost")]


def test_an_adjudicator_is_shown_the_pair_as_it_is_known_now() -> None:
    listed = [entry("r001", SECOND), entry("r002", FIRST)]
    made = now(MOVED, MARKED, judged(FIRST, SAID), references=listed)

    shown = {name: made[name] for name in ("tasks", "sources", "claims", "judgements")}
    sent = pair_adjudications(replace(BATCH, kind="pairs"), **shown, in_text=1)

    claim_id = f"dam.c{MOVED.index(HOLD):06d}-{MOVED.index(HOLD) + len(HOLD):06d}"
    keys = ("task_id", "claim_id", "source_id", "claim", "source_name")
    assert [tuple(one["data"][key] for key in keys) for one in sent] == [
        (f"{claim_id}|dam.r002", claim_id, "dam.r002", HOLD, FIRST)
    ]


def test_what_was_said_of_a_pair_before_and_after_a_change_is_of_one_pair_and_its_last_word_counts() -> None:
    start = MOVED.index(HOLD)
    item = f"dam.c{start:06d}-{start + len(HOLD):06d}|dam.r001"
    again = pair({"ada": stance("REFUTES"), "bo": stance("REFUTES")}, item, batch="again", wave=2)
    again = replace(again, data=again.data | {"claim": HOLD, "source_name": FIRST})

    made = now(MOVED, MARKED, judged(FIRST, SAID), again, references=[entry("r001", FIRST)])

    assert [(row["stance_id"], row["stance"], row["n_judgements"]) for row in made["stances"]] == [(item, "REFUTES", 2)]


def test_a_lost_pair_is_not_that_of_a_claim_that_took_its_place() -> None:
    new = TEXT.replace(HOLD, "big top can slip.")
    assert len(new) == len(TEXT)
    again = task({"ada": [claim("big top can slip.", text=new)]}, new, batch="again", wave=2)

    made = now(new, MARKED, again, judged(FIRST, SAID), references=[entry("r001", FIRST)])

    start = TEXT.index(HOLD)
    taken = f"dam.c{start:06d}-{start + len(HOLD):06d}"
    assert ([row["claim_id"] for row in made["claims"]], made["stances"]) == ([taken], [])


def test_equal_words_that_came_to_stand_where_a_claim_stood_are_not_it() -> None:
    rest = "Nobody else in town believes it. "
    refrain = f"The old dam will hold until Monday. {rest}"
    new = f"The old dam will hold, a boy says. {rest}The old dam will hold until Monday."
    start = refrain.index(HOLD)
    item = f"dam.c{start:06d}-{start + len(HOLD):06d}|dam.r001"
    first = task({"ada": [claim(HOLD, text=refrain)]}, refrain)
    said = pair({"ada": stance("SUPPORTS")}, item)

    made = now(new, first, replace(said, data=said.data | {"claim": HOLD}))

    found = [(row["item_kind"], row["anchor"], row["spans"]) for row in made["judgements"] if row["anchor"]]
    end = len(new) - len(" until Monday.")
    assert found == [
        ("span", "context", [{"start": end - len(HOLD), "end": end}]),
        ("stance", "lost", []),
    ]


def test_a_pair_of_a_claim_in_pieces_follows_its_pieces() -> None:
    pieces = [claim("The old dam", "1"), claim("until Monday", "2"), relation("1", "2", "continues")]
    start, end = TEXT.index("The old dam"), TEXT.index("until Monday") + len("until Monday")
    said = pair({"ada": stance("SUPPORTS")}, f"dam.c{start:06d}-{end:06d}|dam.r001")
    said = replace(said, data=said.data | {"claim": "The old dam … until Monday"})

    made = now(MOVED.replace("will hold until", "will surely hold until"), task({"ada": pieces}), said)

    wanted = f"dam.c{start + BY:06d}-{end + BY + 7:06d}"
    items = [row["item_id"] for row in made["judgements"] if row["item_kind"] == "stance"]
    assert ([row["claim_id"] for row in made["claims"]], items) == ([wanted], [f"{wanted}|dam.r001"])


def test_an_adjudicators_degree_of_support_wins_with_the_stance() -> None:
    degree = [choice("support_degree", one, "x2") for one in ("none", "partial")]
    said = judged(FIRST, {"ada": stance("REFUTES", degree[0]), "bo": stance("REFUTES", degree[0])})
    settled = judged(FIRST, {"eve": stance("SUPPORTS", degree[1])}, batch="settle", purpose="adjudication")

    made = now(MOVED, MARKED, said, settled, references=[entry("r001", FIRST)])

    assert [(row["stance"], row["support_degree"]) for row in made["stances"]] == [("SUPPORTS", "partial")]


@pytest.fixture
def weighing(mini: Path) -> Path:
    """The smallest corpus, whose votes are weighed, judged again after its text changed."""
    path = mini / "corpus" / "dataset.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "gold: {stance: dawid_skene}\n", encoding="utf-8")
    plan = mini / "annotations" / "batches.yaml"
    again = '  again: {kind: pairs, purpose: main, guideline_version: "1.0", wave: 2}\n'
    plan.write_text(plan.read_text(encoding="utf-8") + again, encoding="utf-8")
    (mini / "annotations" / "again").mkdir()
    words, said = "ferry to Orm crosses twice a day since Monday", [choice("stance", "DISPUTED")]
    shown = {"article_id": "ferry", "claim": words, "evidence_text": ""}
    line = pair_task(
        "ferry.c000031-000076", "ferry.r001", [annotation(f"ann-{nth}", said, nth) for nth in (1, 2)], **shown
    )
    (mini / "annotations" / "again" / "2026-02-20.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    sign(mini / "annotations")
    return edited(mini, ferry={"Ferry runs again 🚢": f"{LINE}Ferry runs again 🚢"})


def test_votes_are_weighed_by_pairs_as_they_are_now_whatever_they_were_called_when_they_were_asked(
    weighing: Path,
) -> None:
    held = beside(weighing, [], stance="dawid_skene")

    found = {item: one.label for item, one in held.weighed.items() if item.startswith("ferry.c000031")}

    assert found == {"ferry.c000031-000076|ferry.r001": "DISPUTED"}


def test_stances_that_were_weighed_are_those_of_the_text_of_now(weighing: Path, script: Scripts) -> None:
    stages = script("build").STAGES
    made: list[Row] = []

    def stances_seen(stances: Rows) -> Rows:
        made.extend(stances)
        return []

    script("build").build(weighing, weighing / "build", (*stages, stances_seen))

    found = sorted((row["stance_id"], row["stance"], row["aggregation"]) for row in made)
    assert found[0] == ("ferry.c000031-000076|ferry.r001", "DISPUTED", "dawid_skene")


@pytest.fixture(scope="session")
def stages(script: Scripts) -> tuple[Stage, ...]:
    found: tuple[Stage, ...] = script("build").STAGES
    return found


def test_neither_hash_seed_nor_shards_nor_the_order_of_files_change_a_byte_of_a_corpus_that_changed(
    weighing: Path, script: Scripts
) -> None:
    annotations, plan = weighing / "annotations", weighing / "annotations" / "batches.yaml"
    for kind, pull in (("spans", "2026-02-10"), ("pairs", "2026-02-12")):
        (annotations / f"settle-{kind}").mkdir()
        said = (annotations / kind / f"{pull}.jsonl").read_text(encoding="utf-8").replace("00000000-0000", kind)
        (annotations / f"settle-{kind}" / "2026-02-21.jsonl").write_text(said, encoding="utf-8")
        line = f'  settle-{kind}: {{kind: {kind}, purpose: adjudication, guideline_version: "1.0"}}\n'
        plan.write_text(plan.read_text(encoding="utf-8") + line, encoding="utf-8")
    sign(annotations)

    builds = []
    for shard in (1, 3, 2000):
        out = weighing / f"shard-{shard}"
        script("build").build(weighing, out, script("build").STAGES, shard=shard)
        builds.append(tree(out))
    for seed in ("1", "77"):
        for path in sorted((weighing / "corpus" / "articles").rglob("*.md"), reverse=seed == "1"):
            text = path.read_bytes()
            path.unlink()
            (path.parent.parent / seed).mkdir(exist_ok=True)
            (path.parent.parent / seed / path.name).write_bytes(text)
        assert command(weighing, "--out", str(weighing / seed), PYTHONHASHSEED=seed).returncode == 0
        builds.append(tree(weighing / seed))

    assert all(one == builds[0] for one in builds)


FRAGMENTS = ["The dam will hold", "Orme said ", "no", ". ", "\n\n", "🌊", "Плотина ", "إن", "[1]", "Sources: [1] A. "]
OLD = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=12).map("".join).filter(lambda text: bool(text.strip()))


@st.composite
def annotated(draw: st.DrawFn) -> tuple[list[Task], str, str]:
    """Tasks over parts of one text with any spans and arrows, some adjudicated, some again, and another text."""
    old, new = draw(OLD).strip(), draw(OLD).strip()
    if draw(st.booleans()):
        cut = draw(st.integers(0, len(old)))
        new = (old[:cut] + new + old[cut + draw(st.integers(0, 9)) :]).strip() or new
    cut = draw(st.integers(1, max(1, len(old) - 1)))
    read = []
    for nth, part in enumerate(draw(st.sampled_from([[(0, len(old))], [(0, cut), (cut, len(old))]]))):
        text = old[slice(*part)]
        if not text:
            continue
        for batch, purpose, wave, names in (
            ("spans", "main", 1, ("ada", "bo", "cy")),
            ("again", "main", 2, ("bo",)),
            ("settle", "adjudication", 2, ("eve", "fay")),
        ):
            said = {}
            for name in draw(st.lists(st.sampled_from(names), unique=True)):
                spans = draw(
                    st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 20)), max_size=4, unique=True)
                )
                result = [
                    region(
                        text,
                        (start, min(start + size, len(text))),
                        draw(st.sampled_from(["Claim", "Source"])),
                        f"{nth}-{place}",
                    )
                    for place, (start, size) in enumerate(spans)
                ]
                arrows = [relation(one["id"], other["id"], None) for one, other in pairwise(result)]
                said[name] = [*result, *arrows]
            made = task(said, old, part, batch=batch, purpose=purpose, wave=wave)
            made.data["text_sha256"] = sha256(old)
            read.append(made)
    return read, old, new


@settings(max_examples=150)
@given(annotated())
def test_whatever_was_marked_and_however_a_text_changed_every_span_is_its_text_and_no_word_is_lost(
    stages: tuple[Stage, ...], given_tasks: tuple[list[Task], str, str]
) -> None:
    read, old, new = given_tasks

    tables = []
    for text in (old, new):
        raw = replace(PLAIN, article_id="dam", text=text, text_sha256=sha256(text))
        tables.append(run(stages, {"raw": [raw], "tasks": placed(read, {"dam": text}), **Beside().given}))

    schemas = schema.load(REPOSITORY / "schemas")
    for made in tables:
        spans_hold(schemas, made)
        for name, one in schemas.items():
            if not one.whole:
                one.conform(made[name])
    said = [sorted((row["judgement_id"], row["label"] or "") for row in made["judgements"]) for made in tables]
    lost = {row["judgement_id"] for row in tables[1]["judgements"] if row["anchor"] == "lost"}
    used = {one for mark in tables[1]["marks"] for one in mark["judgement_ids"]}
    assert (said[0] == said[1], lost & used) == (True, set())


@settings(max_examples=150)
@given(OLD, OLD, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), min_size=1, max_size=3))
def test_however_a_sources_text_changed_evidence_is_its_text_or_lost_with_the_words_that_were_marked(
    old: str, new: str, spans: list[tuple[int, int]]
) -> None:
    inside = [(start % len(old), min(start % len(old) + size, len(old))) for start, size in spans]
    result = [region(old, span, "Evidence", f"e{nth}") for nth, span in enumerate(inside)]
    read = judged(FIRST, {"ada": stance("SUPPORTS", *result)})
    read = replace(read, data=read.data | {"evidence_text": old})
    held = {"dam.r001": Held(new, "excerpt")}

    made = now(TEXT, MARKED, read, references=[entry("r001", FIRST)], evidence=held)

    row = next(row for row in made["judgements"] if row["item_kind"] == "evidence")
    there = [new[span["start"] : span["end"]] for span in row["evidence"]]
    shown = " … ".join(old[slice(*span)] for span in sorted(set(inside)))
    assert (row["evidence_text"], row["original"], row["anchor"] == "lost") == (
        " … ".join(there) or None,
        None if row["evidence_text"] == shown else shown,
        not there,
    )
