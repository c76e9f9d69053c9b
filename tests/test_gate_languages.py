"""The language that an article is declared to be in is held against its words."""

from pathlib import Path

import pytest

from claimstance.gate.facts import languages as module
from claimstance.gate.facts.languages import SHORTEST, languages
from claimstance.gate.folder import Folder
from claimstance.table import Row
from conftest import REPOSITORY
from planting import failing, planted

CHECK = "articles.language-declared"
TOLD = {
    "de": "Am Montag hat die Stadt die alte Brücke wieder für Autos freigegeben. Die Arbeiten dauerten länger als "
    "geplant, weil zwei Pfeiler vom Rost geschwächt waren, und kosteten mehr als vier Millionen Kronen.",
    "en": "On Monday the town opened its old bridge to cars again. The work took longer than planned because rust "
    "had weakened two of the pillars, and it cost more than four million crowns.",
    "es": "El lunes la ciudad volvió a abrir el puente viejo a los coches. Las obras duraron más de lo previsto porque "
    "el óxido había debilitado dos de los pilares, y costaron más de cuatro millones de coronas.",
    "fr": "Lundi, la ville a rouvert le vieux pont aux voitures. Les travaux ont duré plus longtemps que prévu, parce "
    "que la rouille avait affaibli deux des piles, et ont coûté plus de quatre millions de couronnes.",
    "ru": "В понедельник город снова открыл старый мост для машин. Работы шли дольше, чем ожидалось, потому что "
    "ржавчина ослабила две опоры, и стоили больше четырёх миллионов крон.",
    "ja": "月曜日、町は古い橋を再び車に開放した。二本の橋脚がさびで弱っていたため、工事は予定より長くかかり、"
    "費用は四百万クローネを超えた。町長は、もう一本の橋が必要だと話した。反対する議員もいて、来月また話し合うことになった。子どもたちは歌を歌った。",
    "ar": "أعادت المدينة يوم الاثنين فتح الجسر القديم أمام السيارات. استمرت الأعمال أطول مما كان مقررا لأن الصدأ أضعف "
    "اثنتين من الدعامات، وبلغت كلفتها أكثر من أربعة ملايين كرونة.",
    "no": "På mandag åpnet byen den gamle brua for biler igjen. Arbeidet tok lengre tid enn planlagt fordi rust hadde "
    "svekket to av pilarene, og det kostet mer enn fire millioner kroner.",
}


def told(place: Path, declared: dict[str, str | None]) -> Folder:
    """An article in each of these languages, declared to be in that or another."""
    articles: list[Row] = [
        {"article_id": name, "split": "train", "text": TOLD[name], "language": said} for name, said in declared.items()
    ]
    return planted(place, {"articles": articles})


def test_articles_are_in_the_languages_that_they_are_declared_to_be_in(tmp_path: Path) -> None:
    folder = told(tmp_path / "now", {name: name for name in TOLD})

    found = failing(folder, CHECK)

    assert found == {}


def test_an_article_in_another_language_is_told_whatever_the_two_are(tmp_path: Path) -> None:
    others = [*list(TOLD)[1:], "de"]
    folder = told(tmp_path / "now", dict(zip(TOLD, others, strict=True)))

    found = {name: said.rpartition(" (")[0] for name, said in failing(folder, CHECK).items()}

    wanted = dict(zip(TOLD, others, strict=True))
    assert found == {name: f"declared {said}, looks like {name}" for name, said in wanted.items()}


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("en", "en-GB"),
        ("en", "EN"),
        ("no", "nb"),
        ("no", "da"),  # too close to be sure
        ("en", "und"),
        ("en", "mul"),
        ("en", "tlh"),  # a language that the machine does not know
        ("en", None),
    ],
)
def test_what_a_machine_cannot_say_is_not_said(tmp_path: Path, name: str, declared: str | None) -> None:
    folder = told(tmp_path / "now", {name: declared})

    found = failing(folder, CHECK)

    assert found == {}


def test_a_few_words_are_too_few_to_tell(tmp_path: Path) -> None:
    text = TOLD["en"][: SHORTEST - 1]
    article = {"article_id": "a", "split": "train", "text": text, "language": "de"}
    folder = planted(tmp_path / "now", {"articles": [article, {"article_id": "b", "split": "train", "language": "de"}]})

    found = languages(folder).to_pylist()

    assert found == [{"article_id": "a", "declared": "de", "detected": None, "probability": None}]


def test_of_very_many_articles_some_are_drawn_by_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    folder = told(tmp_path / "now", {name: name for name in TOLD})

    found = languages(folder).to_pylist(), languages(folder).to_pylist()

    assert (len(found[0]), found[0] == found[1]) == (3, True)


def test_no_real_news_is_taken_for_another_language(tmp_path: Path, news: list[str]) -> None:
    articles: list[Row] = [
        {"article_id": f"n{nth:03d}", "split": "train", "text": text, "language": "en"} for nth, text in enumerate(news)
    ]
    folder = planted(tmp_path / "news", {"articles": articles})

    found = failing(folder, CHECK)

    assert (len(news), found) == (295, {})


def test_the_repositorys_own_articles_are_in_seven_languages_as_declared(tmp_path: Path) -> None:
    articles: list[Row] = []
    for path in sorted((REPOSITORY / "corpus" / "articles").rglob("*.md")):
        front, _, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
        (declared,) = [line.partition(": ")[2] for line in front.splitlines() if line.startswith("language: ")]
        articles.append({"article_id": path.stem, "split": "train", "text": text, "language": declared})
    folder = planted(tmp_path / "own", {"articles": articles})

    found = {(row["declared"], row["detected"]) for row in languages(folder).to_pylist()}

    assert found == {(name, name) for name in ("ar", "de", "en", "he", "ja", "ru", "zh")}
