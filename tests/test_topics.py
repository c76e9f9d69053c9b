"""Topics that nobody labelled: words that some articles say again, and that most do not have."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from claimstance.articles.topics import Said, words

FERRY = "The ferry left at noon. The ferry came back, said the harbour."
COURT = "The court sat for an hour. The court rose, and the judge with it."
OTHER = "The same as the day before."
RAIN = "The roof let the rain in, as the court had heard."
Articles = list[tuple[str, str]]


def topics(articles: Articles, at_once: int = 1000) -> list[str]:
    with TemporaryDirectory() as folder:
        said = Said(Path(folder))
        for start in range(0, len(articles), at_once):
            said.add(articles[start : start + at_once])
        return said.topics()


def news(*some: tuple[str, int]) -> Articles:
    """Articles in English: of each text so many."""
    return [("en", text) for text, times in some for _ in range(times)]


def test_an_article_has_the_topic_whose_word_it_repeats() -> None:
    articles = news((FERRY, 6), (COURT, 8), (RAIN, 66))

    found = topics(articles)

    assert found == ["en: ferry"] * 6 + ["en: other"] * 74  # more than a fifth of them have "court"


def test_a_word_that_is_said_once_is_no_topic() -> None:
    articles = news((FERRY, 6), ("The tide was out at the pier.", 6), (RAIN, 48))

    found = topics(articles)

    assert set(found[6:12]) == {"en: other"}


def test_a_topic_of_fewer_than_five_articles_is_none() -> None:
    articles = news((FERRY, 4), (COURT, 5), (OTHER, 41))

    found = topics(articles)

    assert (found[0], found[4]) == ("en: other", "en: court")


def test_a_topic_that_is_left_with_few_articles_does_not_end_the_list() -> None:
    storm, once = "A storm came. The storm went.", "There was no storm."
    articles = news((FERRY, 4), (f"{FERRY} {COURT}", 4), (COURT, 4), (storm, 6), (once, 6), (OTHER, 60))

    found = topics(articles)

    assert found[12:18] == ["en: storm"] * 6


def test_languages_have_topics_of_their_own() -> None:
    articles = [*news((FERRY, 5), (OTHER, 20)), ("ru", "Суд заседал час. Суд удалился."), ("und", FERRY)]

    found = topics(articles)

    assert (found[0], found[-2:]) == ("en: ferry", ["ru: other", "und: other"])


def test_scripts_without_spaces_have_pairs_of_letters_for_words() -> None:
    assert list(words("渡船は正午に Ferry 出た。")) == ["渡船", "船は", "は正", "正午", "午に", "ferry", "出た"]


def test_a_topic_in_japanese_is_a_pair_of_letters() -> None:
    articles = [("ja", "渡船が出た。渡船が戻った。")] * 5 + [("ja", "雨が降る。")] * 20

    found = topics(articles)

    assert found[0] in ("ja: 渡船", "ja: 船が")


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(1, 90))
def test_neither_the_order_of_the_articles_nor_how_many_come_at_once_matters(dice: random.Random, at_once: int) -> None:
    articles = news((FERRY, 7), (COURT, 7), (RAIN, 9), ("Nothing new. Nothing at all.", 60))
    order = list(range(len(articles)))
    dice.shuffle(order)

    found = topics([articles[nth] for nth in order], at_once)

    told = topics(articles)
    assert found == [told[nth] for nth in order]
