from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claimstance.articles import attribution
from claimstance.articles.attribution import mentions, quotes
from claimstance.articles.sentences import split
from claimstance.spans import Span

DIGEST = Path(__file__).parents[2] / "shared" / "data" / "seed" / "voice-calls-digest.txt"
PIECES = [
    *' \n,.:"“”«»„()\ud800é😀',
    *(
        "said",
        "told",
        "claims",
        "the",
        "The",
        "of",
        "in",
        "and",
        "by",
        "was",
        "has",
        "not",
        "also",
        "who",
        "He",
        "that",
    ),
    *("police", "report", "Tarn", "Oland", "Dr.", "U.S.", "it's"),
    *("according to ", " laut ", "по данным ", "sources ", "critics ", " say ", " quoted as saying "),
]
TANGLED = st.lists(st.sampled_from(PIECES)).map(" ".join) | st.lists(st.sampled_from(PIECES)).map("".join)
ANY = st.text(st.characters(codec=None, exclude_categories=())) | TANGLED  # surrogates too


def found_in(text: str) -> list[tuple[str, str, str]]:
    """(source, cue, class) of each mention."""
    return [
        (text[slice(*mention.source)], text[slice(*mention.cue)] if mention.cue else "", mention.source_class)
        for mention in mentions(text, split(text, 0, len(text)))
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Critics accuse the board of neglect.", ("Critics", "accuse", "group")),
        ("A recent Tarn Watch report warns that it leaks.", ("recent Tarn Watch report", "warns", "artifact")),
        ("The gate fell, according to the Estuary Board.", ("Estuary Board", "according to", "organization")),
        ("Moscow has labeled it a threat.", ("Moscow", "has labeled", "organization")),
        ("Reuters reporters have confirmed the outage.", ("Reuters reporters", "have confirmed", "writer")),
        ("Lawmakers in Veldt have warned of floods.", ("Lawmakers in Veldt", "have warned", "group")),
        ("Meanwhile, critics fear that it leaks.", ("critics", "fear", "group")),
        ('"It leaks," said Mira Oland, the mayor.', ("Mira Oland", "said", "person")),
        ("The gate, said the harbour master’s lawyer, was old.", ("harbour master’s lawyer", "said", "person")),
        ("Mira Oland, who runs the lock, said it was old.", ("Mira Oland", "said", "person")),
        ("The minister, Tove Halvarn, said it was old.", ("Tove Halvarn", "said", "person")),
        ("The mayor was accused by residents of neglect.", ("residents", "accused by", "group")),
        ("Rune Askel was quoted as saying it leaked.", ("Rune Askel", "was quoted", "person")),
        ("Tarn's report says that it leaked.", ("Tarn's report", "says", "artifact")),
        ("Two sources told the paper it leaked.", ("sources", "told", "unnamed")),
        ("Officials, who asked not to be named, said so.", ("Officials", "said", "unnamed")),
        ("WhatsApp has not responded to requests.", ("WhatsApp", "has not responded", "organization")),
        ("Police on Tuesday announced an arrest.", ("Police", "announced", "organization")),
        ("„Es leckt“, sagte die Ärztin Mirjam Tolk.", ("Ärztin Mirjam Tolk", "sagte", "person")),
        ("По словам Егора Тальцева, лёд держит.", ("Егора Тальцева", "По словам", "person")),
    ],
)
def test_a_source_is_named_on_the_side_where_its_cue_puts_it(text: str, wanted: tuple[str, str, str]) -> None:
    given_text = text

    found = found_in(given_text)

    assert found == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "She said that it leaked, and they denied it.",
        "The two claims were never tested, and reports of leaks grew.",
        "The mayor was told of it, and the clerk was accused of neglect.",
        "It is hard to say who signed.",
        "The land claimed by both was flooded.",
        "A man called Oland lives here.",
        "The criticism in Veldt said to be mild grew.",
        "The tide rose and the gate fell.",
        "市長は水漏れを認めた。",
        "",
    ],
)
def test_a_pronoun_a_noun_or_a_hidden_speaker_gives_no_candidate(text: str) -> None:
    given_text = text

    found = found_in(given_text)

    assert found == []


def test_a_quote_goes_with_the_cue_in_its_sentence_that_is_nearest() -> None:
    text = '"We left," said Mira Oland, but Rune Askel told reporters: “Nobody left.” Tarn Veldt said nothing.'

    found = mentions(text, split(text, 0, len(text)))

    assert [text[slice(*mention.quote)] if mention.quote else None for mention in found] == [
        '"We left,"',
        "“Nobody left.”",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('The “first” and the "second" one', ["“first”", '"second"']),
        ("«Да», — сказал он. „Nein“, 「はい」", ["«Да»", "„Nein“", "「はい」"]),
        ('You can only ask it," said Orme, "again and again.', ['You can only ask it,"', '"again and again.']),
        ("It's the dogs' day", []),
    ],
)
def test_quotes_are_found_with_their_marks_even_when_they_go_on_elsewhere(text: str, wanted: list[str]) -> None:
    sentence = (0, len(text))

    found = [text[start:end] for start, end in quotes(text, sentence)]

    assert found == wanted


@pytest.mark.skipif(not DIGEST.exists(), reason="the seed article is not beside this repository")
def test_the_seed_digest_gives_each_of_its_sources() -> None:
    text = "\n\n".join(DIGEST.read_text(encoding="utf-8").split("\n")[1:9])

    found = [source for source, _, _ in found_in(text)]

    assert found == [
        "WhatsApp",
        "Reuters reporters",
        "Critics",
        "Moscow",
        "recent Human Rights Watch report",
        "Analysts",
        "Lawmakers in Russia",
        "critics",
    ]


@given(ANY)
@example("(said (said\ud800 said .")
@example('Tarn\'s "said" said "')
def test_each_span_is_trimmed_not_empty_and_inside_its_sentence(text: str) -> None:
    sentences = split(text, 0, len(text))

    found = mentions(text, sentences)

    assert all(
        any(start <= span[0] < span[1] <= end for start, end in sentences)
        and text[slice(*span)].strip() == text[slice(*span)]
        for mention in found
        for span in (mention.source, mention.cue, mention.quote)
        if span
    ) and all(
        mention.cue is not None and (mention.source[1] <= mention.cue[0] or mention.cue[1] <= mention.source[0])
        for mention in found
    )


@given(ANY)
def test_quotes_are_in_order_disjoint_and_inside_their_sentence(text: str) -> None:
    sentences = split(text, 0, len(text))

    found = [(sentence, quotes(text, sentence)) for sentence in sentences]

    for sentence, spans in found:
        edges = [sentence[0], *(edge for span in spans for edge in span), sentence[1]]
        assert edges == sorted(edges) and all(start < end for start, end in spans)


def test_a_cue_outside_the_sentences_that_were_asked_for_gives_nothing() -> None:
    text = "Critics say it leaks. Police said so. Residents say it stinks."

    found = mentions(text, [(22, 37)])

    assert [text[slice(*mention.source)] for mention in found] == ["Police"]


@pytest.mark.parametrize(
    "unit", ["said ", "Tarn said ", ", said ", '"a" Tarn said ', "according to ", "Tarn's ", "x, "]
)
def test_a_sentence_twice_as_long_takes_at_most_twice_the_looks(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    tokens, nearest, part = attribution._tokens, attribution._nearest, attribution._part

    def counted_tokens(text: str, low: int, high: int, reach: int) -> list[Span]:
        found = tokens(text, low, high, reach)
        looks.append(len(found))
        return found

    def counted_nearest(quoted: list[Span], cue: Span) -> Span | None:
        looks.append(len(quoted))
        return nearest(quoted, cue)

    def counted_part(word: str) -> str:
        looks.append(1)
        return part(word)

    monkeypatch.setattr(attribution, "_tokens", counted_tokens)
    monkeypatch.setattr(attribution, "_nearest", counted_nearest)
    monkeypatch.setattr(attribution, "_part", counted_part)
    counts = []
    for times in (200, 400):
        looks.clear()
        text = (unit * times).strip()
        mentions(text, [(0, len(text))])
        counts.append(sum(looks))

    assert counts[1] <= 2.2 * counts[0] + 500  # the first windows are short; squared would be four times
