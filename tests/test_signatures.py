"""Near-duplicates are told from unrelated texts, whatever else is signed beside them."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.splits import groups
from claimstance.splits.groups import LEAST, WITHIN, near_duplicates
from claimstance.splits.signatures import BANDS, BINS, TOGETHER, VERSION, WIDTH, bands, signatures, similarity, within

_WORDS = (
    "barrier bell board bridge budget captain clerk coast council crew debt depot diver dock engineer ferry fire "
    "flood fog gauge geese gravel harbour herald island jetty kitchen ledger lighthouse mayor mill north notice "
    "office orchard oyster parish pier pilot pipeline plank pump quay rain road roof rope sail salt school shed "
    "signal sluice south storm stove tide tower tram valve water well wharf winter yard "
    "asks blames brings builds buys calls carries closes costs counts denies drops fears finds floods gives holds "
    "keeps leaks lends loses makes moves needs opens owes pays plans promises pulls reports rises sells sends shuts "
    "signs sinks stops takes tells tests warns waits wants above after again against along also because before "
    "behind beside between every four from nine over seven since six than their three through twelve under until "
    "while without мост паром причал вода дорога мэр закрыт открыт вечером утром"
)
WORDS = _WORDS.split()
PARAGRAPHS = 8
TEXTS = 240


def prose(seed: int) -> list[list[str]]:
    """An invented article: paragraphs of words, about 400 words in all."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    return [[dice.choice(WORDS) for _ in range(dice.randint(40, 60))] for _ in range(PARAGRAPHS)]


def text(paragraphs: list[list[str]]) -> str:
    return "\n\n".join(" ".join(words).capitalize() + "." for words in paragraphs)


def edited(paragraphs: list[list[str]], seed: int, share: float) -> list[list[str]]:
    """The same article with a share of its words replaced."""
    dice = random.Random(seed)  # noqa: S311
    return [[dice.choice(WORDS) if dice.random() < share else word for word in words] for words in paragraphs]


def found(ones: list[str], others: list[str]) -> float:
    """The share of pairs that grouping finds; nothing else may be found."""
    links = set(map(tuple, near_duplicates(signatures([*ones, *others]))[0].tolist()))
    wanted = {(nth, nth + len(ones)) for nth in range(len(ones))}
    assert links <= wanted
    return len(links) / len(wanted)


ORIGINALS = [prose(seed) for seed in range(TEXTS)]


def test_every_copy_with_two_words_in_a_hundred_edited_is_found() -> None:
    copies = [edited(one, TEXTS + seed, 0.02) for seed, one in enumerate(ORIGINALS)]

    recall = found([text(one) for one in ORIGINALS], [text(one) for one in copies])

    assert recall == 1.0


def test_nine_in_ten_copies_without_one_of_eight_paragraphs_are_found() -> None:
    copies = [one[: seed % PARAGRAPHS] + one[seed % PARAGRAPHS + 1 :] for seed, one in enumerate(ORIGINALS)]

    recall = found([text(one) for one in ORIGINALS], [text(one) for one in copies])

    assert recall >= 0.9


def test_nine_in_ten_copies_with_a_paragraph_of_their_own_are_found() -> None:
    copies = [[*one, prose(TEXTS + seed)[0]] for seed, one in enumerate(ORIGINALS)]

    recall = found([text(one) for one in ORIGINALS], [text(one) for one in copies])

    assert recall >= 0.9


def test_nine_in_ten_copies_without_half_of_their_paragraphs_are_found() -> None:
    copies = [one[: PARAGRAPHS // 2] for one in ORIGINALS]

    recall = found([text(one) for one in ORIGINALS], [text(one) for one in copies])

    assert recall >= 0.9


def test_texts_of_one_length_of_which_half_is_the_same_are_not_near() -> None:
    others = [one[: PARAGRAPHS // 2] + prose(TEXTS + seed)[: PARAGRAPHS // 2] for seed, one in enumerate(ORIGINALS)]

    recall = found([text(one) for one in ORIGINALS], [text(one) for one in others])

    assert recall <= 0.01


def test_a_text_that_stands_in_one_of_five_times_its_length_is_not_near() -> None:
    longer = [sum((prose(TEXTS * nth + seed) for nth in range(1, 5)), one) for seed, one in enumerate(ORIGINALS)]

    recall = found([text(one) for one in ORIGINALS], [text(one) for one in longer])

    assert recall == 0.0


def test_a_signature_ends_with_the_number_of_its_shingles_each_counted_once() -> None:
    twelve = "one two three four five six seven eight nine ten eleven twelve"

    sizes = signatures([twelve, f"{twelve} {twelve} {twelve}"])[:, BINS]

    assert sizes.tolist() == [10, 12]


def test_unrelated_texts_are_never_near() -> None:
    signed = signatures([text(one) for one in ORIGINALS])
    one, other = np.triu_indices(TEXTS, 1)

    closest = similarity(signed[one], signed[other]).max()

    assert closest < LEAST


def test_case_punctuation_and_white_space_do_not_count() -> None:
    plain = text(ORIGINALS[0])
    noisy = plain.upper().replace(" ", " ,\t").replace("\n\n", "\n***\n")

    alike = similarity(signatures([plain]), signatures([noisy]))

    assert alike.tolist() == [1.0]


def test_scripts_without_spaces_are_told_apart_too() -> None:
    harbour = "港口今天早晨关闭，因为大雾笼罩着整个海湾，渡轮要等到下午才能重新开航。船长说，没有人受伤。"
    school = "学校的食堂从下个星期开始为所有学生提供免费早餐，市议会昨天晚上批准了这笔预算，但是有人反对。"

    signed = signatures([harbour, harbour.replace("今天", "昨天"), school])

    alike = similarity(signed[[0, 0]], signed[[1, 2]])
    near = within(signed[[0, 0]], signed[[1, 2]], alike) >= WITHIN
    assert near.tolist() == [True, False]


@pytest.mark.parametrize("short", ["", " \n", "?!", "Fog.", "one two three four five six seven eight nine"])
def test_a_text_that_is_too_short_to_tell_is_nobodys_copy(short: str) -> None:
    signed = signatures([short, short])

    numbers = bands(signed)

    assert (numbers == 0).all()


def test_ten_words_are_enough_to_be_told_by() -> None:
    ten = "one two three four five six seven eight nine ten"

    numbers = bands(signatures([ten]))

    assert (numbers != 0).all()


def test_no_texts_give_no_signatures() -> None:
    texts: list[str] = []

    signed = signatures(texts)

    assert (signed.shape, bands(signed).shape) == ((0, WIDTH), (0, BANDS))


def test_a_signature_does_not_depend_on_what_is_signed_beside_it() -> None:
    texts = ["", *(text(one) for one in ORIGINALS[: TOGETHER + 3]), "\ud800 fog", "Fog."]

    together = signatures(texts)

    assert (together == np.concatenate([signatures([one]) for one in texts])).all()


@settings(deadline=None)
@given(st.lists(st.text() | st.text(st.sampled_from("ab 港é\ud800"), min_size=30), max_size=TOGETHER + 2))
def test_any_texts_can_be_signed_alone_or_together(texts: list[str]) -> None:
    alone = [signatures([one]).tolist()[0] for one in texts]

    together = signatures(texts)

    assert together.tolist() == alone


# Articles that the ledger knows stay where they are; but which new ones join them, these numbers decide: whoever
# changes one changes the name in the same commit, and says so in the change log.
def test_what_near_duplicates_are_has_a_name_that_changes_with_it() -> None:
    sentence = "The ferry waits below the lighthouse while паром keeps close to 港口, and nobody asks the captain why."

    signed = signatures([sentence])

    assert (groups.VERSION, WITHIN, LEAST, int(signed[0, BINS]), bands(signed)[0, [32, 63]].tolist()) == (
        "within64-3/words3-oph128-1",
        0.64,
        0.3,
        17,
        [17540668769791177879, 8808476462071726981],
    )


# A change of these numbers moves splits: whoever changes them changes VERSION in the same commit.
def test_the_numbers_of_this_version_do_not_change() -> None:
    sentence = "The ferry waits below the lighthouse while паром keeps close to 港口, and nobody asks the captain why."

    signed = signatures([sentence])

    assert (VERSION, signed[0, :4].tolist(), bands(signed)[0, :4].tolist()) == (
        "words3-oph128-1",
        [1968853332, 1333978888, 699104445, 64230002],
        [3149187382924746556, 266758234969990949, 17610514863807340273, 10076842673227309534],
    )


def test_signs_between_words_and_characters_of_four_bytes_give_the_same_numbers_as_ever() -> None:
    sentence = (
        "“Ferry — now!” the captain said… 船が、港口。 It waits 😀 below—the lighthouse… while паром ’keeps‘ close„to "
        "港口, and nobody asks."
    )

    signed = signatures([sentence])

    assert (signed[0, :4].tolist(), int(signed[0, BINS]), bands(signed)[0, [0, 40]].tolist()) == (
        [1511147965, 876273522, 241399079, 3901491932],
        23,
        [9904073374359000693, 7526961151449009014],
    )
