"""Views for training, on rows in memory and as a stream: the same rows, the same labels, each by a rule one can say."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, DatasetDict, Features
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from claimstance import load, schema
from claimstance.errors import LoadError
from claimstance.training import (
    Stance,
    as_nli,
    as_spans,
    by_annotator,
    contexts,
    left_out,
    rows,
    soft_labels,
    soft_names,
    span_tags,
)
from conftest import REPOSITORY, Good

SCHEMAS = schema.load(REPOSITORY / "schemas")
STANCES = SCHEMAS.vocabularies["stance"].names
SPECIAL = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}
FRAME = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
TEXT = "Мэр said the 🌊🌊 dam held, 市長は否定した."


def table(name: str, *given: Mapping[str, Any]) -> Dataset:
    """Rows of a table; columns that a test does not care about are empty."""
    features = Features.from_dict(SCHEMAS[name].features)
    encoded = [features.encode_example({**dict.fromkeys(features), **row}) for row in given]
    return Dataset.from_dict({column: [row[column] for row in encoded] for column in features}, features)


def streamed(data: Any, streaming: bool) -> Any:
    return data.to_iterable_dataset() if streaming else data


def pair(nth: int, stance: str | None, evidence: str | None = "It held.") -> dict[str, Any]:
    return {
        "stance_id": f"a|{nth}",
        "article_id": "a",
        "claim": f"claim {nth}",
        "evidence_text": evidence,
        "stance": stance,
    }


def word(nth: int, label: str, **more: Any) -> dict[str, Any]:
    return {
        "judgement_id": f"a.j{nth}",
        "article_id": "a",
        "item_kind": "stance",
        "item_id": "a.c1|a.r1",
        "annotator": "ada",
        "annotator_kind": "person",
        "label": label,
        "anchor": "same",
        "purpose": "main",
        "wave": 1,
        "skipped": False,
        **more,
    }


def spans(*pieces: tuple[int, int]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in pieces]


def article(text: str, *extent: tuple[int, int]) -> dict[str, Any]:
    return {"article_id": "a", "text": text, "annotated_extent": spans(*(extent or [(0, len(text))]))}


def claim(*pieces: tuple[int, int]) -> dict[str, Any]:
    return {"article_id": "a", "claim_id": f"a.c{pieces[0][0]}", "spans": spans(*pieces)}


def source(
    mentions: Sequence[tuple[int, int]], cues: Sequence[tuple[int, int]] = (), origin: str = "annotated"
) -> dict[str, Any]:
    own = {"mentions": spans(*mentions), "cues": spans(*cues), "origin": origin}
    return {"article_id": "a", "source_id": "a.t1", **own}


def words() -> Tokenizer:
    """A token a word or sign, as BERT cuts them."""
    tokenizer = Tokenizer(models.WordLevel(SPECIAL, "[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = FRAME
    return tokenizer


def characters() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(SPECIAL, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = FRAME
    return tokenizer


def byte_level() -> Tokenizer:
    """A token a byte, as GPT-2's without its merges."""
    tokenizer = Tokenizer(models.BPE({one: nth for nth, one in enumerate(pre_tokenizers.ByteLevel.alphabet())}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return tokenizer


def sentence_piece() -> Tokenizer:
    """A token a word with the space before it."""
    tokenizer = Tokenizer(models.WordLevel(SPECIAL, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = FRAME
    return tokenizer


def tagged(windows: Any, text: str, column: str = "labels") -> list[list[str]]:
    """Of each window, what each token that is not ignored says of which words."""
    tags = span_tags("" if column == "labels" else column)
    return [
        [
            f"{text[start:end].strip()}/{tags[label]}"
            for label, start, end in zip(row[column], row["starts"], row["ends"], strict=True)
            if label >= 0
        ]
        for row in windows
    ]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(LoadError) as caught:
        call()
    return str(caught.value)


# Inference


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize(
    ("names", "labels"),
    [
        ("fever", ["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"]),
        ("mnli", ["entailment", "contradiction", "neutral"]),
    ],
)
def test_a_stance_is_the_class_that_means_the_same_and_ties_are_none(
    names: Any, labels: list[str], streaming: bool
) -> None:
    data = streamed(table("stances", *(pair(nth, one) for nth, one in enumerate([*STANCES, None]))), streaming)

    pairs = as_nli(data, names)

    got = [(row["premise"], row["hypothesis"], pairs.features["label"].int2str(row["label"])) for row in pairs]
    wanted = [("It held.", f"claim {nth}", label) for nth, label in enumerate(labels)]
    assert (got, left_out(data, names)) == (wanted, {"DISCUSSES": 1, "DISPUTED": 1, "tie": 1})


def test_a_stance_without_an_equal_is_the_class_that_one_names_for_it() -> None:
    data = table("stances", pair(0, "DISPUTED"), pair(1, "DISCUSSES"))

    pairs = as_nli(data, "mnli", others={"DISPUTED": "neutral"})

    assert (pairs["stance_id"][:], pairs["label"][:]) == (["a|0"], [1])


def test_without_text_of_the_source_the_premise_is_the_context_that_is_given() -> None:
    data = table("stances", pair(0, "SUPPORTS", None), pair(1, "SUPPORTS", None))
    around = {"a|1": "The mayor said that it held."}

    got = as_nli(data, contexts=around)["premise"][:], left_out(data, contexts=around)

    assert got == (["The mayor said that it held."], {"no premise": 1})


@pytest.mark.parametrize("streaming", [False, True])
def test_the_context_of_a_pair_reaches_from_the_claim_to_where_its_source_is_named(streaming: bool) -> None:
    text = "Rain fell. Orme spoke. The dam held. It was late."
    ends = [0, 10, 22, 36, 49]
    said = {"claim_id": "a.c1", "source_id": "a.t1"}
    tables = {
        "stances": table(
            "stances",
            {**pair(1, "SUPPORTS", None), **said, "basis": "in_text"},
            {**pair(2, "SUPPORTS", None), **said, "basis": "title_only"},
        ),
        "articles": table("articles", article(text)),
        "sentences": table(
            "sentences",
            *(
                {"article_id": "a", "sentence_id": f"a.s{nth}", "start": start + (nth > 0), "end": end}
                for nth, (start, end) in enumerate(pairwise(ends))
            ),
        ),
        "claims": table("claims", {**claim((23, 35)), "claim_id": "a.c1", "sentence_ids": ["a.s2"]}),
        "sources": table("sources", source([(11, 15)])),
    }

    got = contexts(**{name: streamed(data, streaming) for name, data in tables.items()})

    assert got == {"a|1": "Orme spoke. The dam held."}


def test_a_view_of_which_nothing_is_left_has_its_columns_all_the_same() -> None:
    views = [as_nli(table("stances", *given)) for given in ([pair(0, None)], [])]

    assert [(len(one), one.column_names) for one in views] == [
        (0, ["stance_id", "article_id", "premise", "hypothesis", "label"])
    ] * 2


def test_names_and_classes_that_do_not_exist_are_refused() -> None:
    data: Any = table("stances", pair(0, "SUPPORTS"))

    said = [
        refused(lambda: as_nli(data, "snli")),  # type: ignore[arg-type]
        refused(lambda: as_nli(data, others={"DISPUTED": "neutral"})),
        refused(lambda: as_nli(data, others={"UNRELATED": "REFUTES"})),
        refused(lambda: as_nli(table("claims"))),
    ]

    assert said == [
        "as_nli: names is 'snli'. Due: fever, mnli.",
        "as_nli: the class of DISPUTED is 'neutral'. Due: SUPPORTS, REFUTES, NOT ENOUGH INFO.",
        f"as_nli: a stance of `others` is 'UNRELATED'. Due: {', '.join(STANCES)}.",
        "as_nli: no column claim, evidence_text, stance, stance_id is there. Is it the table that is meant?",
    ]


# Tags


@pytest.mark.parametrize("streaming", [False, True])
def test_tokens_are_tagged_by_offsets_in_code_points_of_any_script(streaming: bool) -> None:
    own = streamed(table("articles", article(TEXT)), streaming)
    claims = streamed(table("claims", claim((9, 24)), claim((29, 33))), streaming)

    windows = as_spans(own, claims, table("sources", source([(0, 3), (26, 28)], [(4, 8)])), words())

    said = "Мэр/B-SOURCE said/B-CUE the/B-CLAIM 🌊🌊/I-CLAIM dam/I-CLAIM held/I-CLAIM ,/O 市/B-SOURCE 長/I-SOURCE は/O"
    said += " 否/B-CLAIM 定/I-CLAIM した/I-CLAIM ./O"
    assert tagged(windows, TEXT) == [said.split()]


def test_bytes_of_one_character_are_one_beginning() -> None:
    claims = table("claims", claim((0, 2)), claim((2, 3)))

    windows = as_spans(table("articles", article("🌊é市.")), claims, table("sources"), byte_level())

    assert tagged(windows, "🌊é市.") == [
        ["🌊/B-CLAIM", *["🌊/I-CLAIM"] * 3, *["é/I-CLAIM"] * 2, "市/B-CLAIM", *["市/I-CLAIM"] * 2, "./O"]
    ]


def test_a_token_with_the_space_before_it_is_no_word_of_what_lies_there() -> None:
    text = "dam held firm"

    windows = as_spans(
        table("articles", article(text)), table("claims", claim((4, 8))), table("sources"), sentence_piece()
    )

    assert tagged(windows, text) == [["dam/O", "held/B-CLAIM", "firm/O"]]


def test_a_claim_of_several_pieces_begins_once() -> None:
    text = "The dam, she said, will hold"

    windows = as_spans(
        table("articles", article(text)), table("claims", claim((0, 7), (19, 28))), table("sources"), words()
    )

    said = "The/B-CLAIM dam/I-CLAIM ,/O she/O said/O ,/O will/I-CLAIM hold/I-CLAIM"
    assert tagged(windows, text) == [said.split()]


def test_of_two_claims_that_overlap_the_one_that_begins_first_stays_whole() -> None:
    text = "The dam will hold for years"
    claims = table("claims", claim((8, 27)), claim((0, 17)), claim((0, 7)), claim((18, 21)))

    windows = as_spans(table("articles", article(text)), claims, table("sources"), words())

    said = "The/B-CLAIM dam/I-CLAIM will/I-CLAIM hold/I-CLAIM for/B-CLAIM years/O"
    assert tagged(windows, text) == [said.split()]


def test_where_kinds_overlap_the_shortest_is_seen_and_layers_have_each_by_itself() -> None:
    text = "The mayor of Orme resigned"
    claims, sources = table("claims", claim((0, 26))), table("sources", source([(0, 17)], [(10, 12)]))

    windows = as_spans(table("articles", article(text)), claims, sources, words(), layers=True)

    got = {column: tagged(windows, text, column)[0] for column in ("labels", "claim", "source", "cue")}
    assert got == {
        "labels": ["The/B-SOURCE", "mayor/I-SOURCE", "of/B-CUE", "Orme/I-SOURCE", "resigned/B-CLAIM"],
        "claim": ["The/B-CLAIM", "mayor/I-CLAIM", "of/I-CLAIM", "Orme/I-CLAIM", "resigned/I-CLAIM"],
        "source": ["The/B-SOURCE", "mayor/I-SOURCE", "of/I-SOURCE", "Orme/I-SOURCE", "resigned/O"],
        "cue": ["The/O", "mayor/O", "of/B-CUE", "Orme/O", "resigned/O"],
    }


def test_what_annotators_were_not_shown_is_ignored_and_an_article_they_never_saw_left_out() -> None:
    seen, unseen = article("Title\nIt held. More", (6, 14)), {**article("It held."), "annotated_extent": []}

    windows = as_spans(table("articles", seen, unseen), table("claims"), table("sources"), words())

    assert windows["labels"][:] == [[-100, -100, 0, 0, 0, -100, -100]]


def test_sources_that_a_machine_found_are_no_gold_unless_one_says_so() -> None:
    articles, sources = table("articles", article("Orme said")), table("sources", source([(0, 4)], origin="parsed"))

    got = [
        as_spans(articles, table("claims"), sources, words(), **more)["labels"][0]  # type: ignore[arg-type]
        for more in ({}, {"origins": ("annotated", "parsed")})
    ]

    assert got == [[-100, 0, 0, -100], [-100, 3, 0, -100]]


def test_windows_share_tokens_and_miss_none() -> None:
    text = "a b c d e f g"

    windows = as_spans(
        table("articles", article(text)),
        table("claims", claim((4, 9))),
        table("sources"),
        words(),
        max_length=6,
        stride=2,
    )

    assert tagged(windows, text) == [
        ["a/O", "b/O", "c/B-CLAIM", "d/I-CLAIM"],
        ["c/B-CLAIM", "d/I-CLAIM", "e/I-CLAIM", "f/O"],
        ["e/I-CLAIM", "f/O", "g/O"],
    ]


def test_the_tokenizer_stays_as_it_was() -> None:
    tokenizer = words()
    tokenizer.enable_padding(length=9)
    before = tokenizer.to_str()

    windows = as_spans(table("articles", article("It held")), table("claims"), table("sources"), tokenizer)

    assert (tokenizer.to_str(), windows["attention_mask"][:]) == (before, [[1, 1, 1, 1]])


def test_a_tokenizer_that_tells_no_offsets_and_windows_that_do_not_move_are_refused() -> None:
    tables = table("articles", article("It held")), table("claims"), table("sources")

    said = [
        refused(lambda: as_spans(*tables, str.split)),
        refused(lambda: as_spans(*tables, words(), max_length=10, stride=8)),
    ]

    then = "Use one of tokenizers, or of transformers with is_fast: only these tell where a token stands."
    assert said == [
        f"as_spans: the tokenizer is not a fast one. {then}",
        "as_spans: windows of 10 tokens, 2 of them special, cannot share 8."
        " Give a smaller stride or a larger max_length.",
    ]


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text of any characters, and claims in it that do not overlap."""
    text = draw(st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), min_size=1, max_size=30))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return text, list(zip(places[::2], places[1::2], strict=False))


@pytest.mark.parametrize("made", [characters, byte_level])
@settings(max_examples=25)  # each makes three tables
@given(given=marked())
def test_the_tags_of_fine_tokens_give_back_every_span(
    made: Callable[[], Tokenizer], given: tuple[str, list[tuple[int, int]]]
) -> None:
    text, claims = given
    windows = as_spans(
        table("articles", article(text)).to_iterable_dataset(),
        table("claims", *map(claim, claims)),
        table("sources"),
        made(),
    )

    found: list[tuple[int, int]] = []
    for row in windows:
        for label, start, end in zip(row["labels"], row["starts"], row["ends"], strict=True):
            if label == 1:
                found.append((start, end))
            elif label == 2:
                found[-1] = (found[-1][0], end)

    assert found == claims


# Votes


@pytest.mark.parametrize("streaming", [False, True])
def test_votes_are_a_vector_in_the_order_of_the_labels_with_what_no_relation_leaves(streaming: bool) -> None:
    shares = [{"SUPPORTS": 0.5, "REFUTES": 0.5}, {"DISCUSSES": 0.75}, {}]
    data = streamed(
        table("stances", *({**pair(nth, None), "soft_label": one} for nth, one in enumerate(shares))), streaming
    )

    got = [[row["target"] for row in soft_labels(data, no_relation=one)] for one in (True, False)]

    assert (got, soft_names(data)) == (
        [
            [[0.5, 0.5, 0, 0, 0, 0], [0, 0, 0, 0, 0.75, 0.25]],
            [[0.5, 0.5, 0, 0, 0], [0, 0, 0, 0, 1]],
        ],
        [*STANCES, "NO_RELATION"],
    )


@pytest.mark.parametrize("streaming", [False, True])
def test_of_each_annotator_the_last_word_on_a_pair_is_kept_if_it_has_a_say(streaming: bool) -> None:
    judgements = table(
        "judgements",
        word(1, "SUPPORTS"),
        word(2, "REFUTES", wave=2),
        word(3, "NO_RELATION", annotator="bo"),
        word(4, "DISPUTED", purpose="adjudication"),
        word(5, "DISCUSSES", annotator="cy", purpose="training"),
        word(6, "DISCUSSES", annotator="cy", purpose="control"),
        word(7, "DISCUSSES", annotator="cy", anchor="lost"),
        word(8, "DISCUSSES", annotator="cy", skipped=True),
        word(9, "complete", annotator="cy", item_kind="support_degree"),
        word(10, "SUPPORTS", annotator="cy", item_id="a.c2|a.r1"),
    )
    claims = table("claims", {**claim((0, 4)), "claim_id": "a.c1", "text": "It held"})
    sources = table("sources", {"source_id": "a.r1", "article_id": "a", "raw_text": "Orme", "evidence_text": "It did."})

    bare, full = (by_annotator(streamed(judgements, streaming), *more) for more in ((), (claims, sources)))

    name = bare.features["label"].int2str
    said = [(row["annotator"], row["claim_id"], row["adjudicates"], name(row["label"])) for row in bare]
    texts = [(row["annotator"], row["claim"], row["source"], row["evidence_text"]) for row in full]
    assert (said, texts) == (
        [
            ("ada", "a.c1", False, "REFUTES"),
            ("bo", "a.c1", False, "NO_RELATION"),
            ("ada", "a.c1", True, "DISPUTED"),
            ("cy", "a.c2", False, "SUPPORTS"),
        ],
        [(one, "It held", "Orme", "It did.") for one in ("ada", "bo", "ada")],
    )


def test_a_label_of_another_corpus_has_to_be_named() -> None:
    judgements = table("judgements", word(1, "ECHOES"))

    said = refused(lambda: by_annotator(judgements))

    named = by_annotator(judgements, labels=["ECHOES"])["label"][:]
    known = ", ".join([*STANCES, "NO_RELATION"])
    then = f"Known: {known}. Give `labels` where the corpus has others."
    assert (said, named) == (f"by_annotator, a.j1: the label is 'ECHOES'. {then}", [0])


# Rows


@pytest.mark.parametrize("streaming", [False, True])
def test_rows_come_with_names_and_types(streaming: bool) -> None:
    given = {
        **pair(1, "REFUTES"),
        "support_degree": "none",
        "basis": "excerpt",
        "evidence": spans((0, 2), (3, 8)),
        "soft_label": {"REFUTES": 1.0},
        "aggregation": "unanimous",
        "tie": False,
    }
    data = streamed(table("stances", given, {**given, "stance": None}), streaming)

    first, second = rows(data)

    shares = {**dict.fromkeys(Stance, 0.0), Stance.REFUTES: 1.0}
    assert (first.stance, first.support_degree, first.basis, first.evidence, first.soft_label, second.stance) == (
        Stance.REFUTES,
        "none",
        "excerpt",
        ((0, 2), (3, 8)),
        shares,
        None,
    )


def test_the_enum_has_the_stances_of_the_schemas() -> None:
    assert [stance.value for stance in Stance] == STANCES


# On a corpus


def test_views_of_a_stream_are_those_of_memory_and_the_same_each_time(good: Good, tmp_path: Path) -> None:
    def views(streaming: bool) -> dict[str, dict[str, list[Any]]]:
        tables: dict[str, Any] = {
            name: load(good.folder, name, streaming=streaming, cache=tmp_path / "cache")
            for name in ("articles", "claims", "judgements", "sources", "stances")
        }
        made = {
            "nli": as_nli(tables["stances"]),
            "soft": soft_labels(tables["stances"]),
            "spans": as_spans(
                tables["articles"], tables["claims"], tables["sources"], words(), max_length=64, stride=16
            ),
            "words": by_annotator(tables["judgements"], tables["claims"], tables["sources"]),
        }
        return {
            name: {split: sorted(map(repr, map(sort, own))) for split, own in one.items()} for name, one in made.items()
        }

    memory, again, stream = views(False), views(False), views(True)

    assert (again, stream, all(own["train"] for own in memory.values())) == (memory, memory, True)


def sort(row: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(row.items()))


def test_what_an_older_version_made_of_the_same_rows_is_never_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table("stances", pair(0, "SUPPORTS")).save_to_disk(str(tmp_path / "stances"))
    data = DatasetDict({"train": Dataset.load_from_disk(str(tmp_path / "stances"))})
    before = as_nli(data)["train"]["premise"][:]
    monkeypatch.setattr("claimstance.training.nli._Rule.premise", lambda self, row: "other")

    after = as_nli(data)["train"]["premise"][:]

    assert (before, after) == (["It held."], ["other"])
