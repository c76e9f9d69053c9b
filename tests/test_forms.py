"""The annotators' forms: what they offer is written once, and a form in use never loses the question to an answer."""

import builtins
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from claimstance import schema
from claimstance.annotation import judgements
from claimstance.annotation.studio import forms
from claimstance.errors import SchemaError, UsageError
from claimstance.table import Label, Vocabulary
from conftest import REPOSITORY, corpus

CORPUS, SCHEMAS = REPOSITORY / "corpus", REPOSITORY / "schemas"
GUIDELINE = (SCHEMAS / "guidelines.md").read_text(encoding="utf-8")
VOCABULARIES = schema.load(SCHEMAS).vocabularies

PAIRS = """<View>
  <Text name="claim" value="$claim"/>
  <Choices name="stance" toName="claim" choice="single-radio">
    <Choice value="YES"/>
    <Choice value="NO" alias="nay"/>
  </Choices>
  <Text name="text" value="$text"/>
  <Labels name="span" toName="text"><View><Label value="Claim"/></View></Labels>
  <TextArea name="why" toName="text" perRegion="true"/>
  <Relations><Relation value="continues"/></Relations>
  <Text name="title" value="$title"/>
</View>"""


def test_the_forms_that_are_kept_are_those_that_the_labels_and_the_guideline_make() -> None:
    made = forms.made(SCHEMAS)

    kept = {path: path.read_text(encoding="utf-8") for path in sorted((SCHEMAS / "labeling").glob("*.xml"))}

    assert kept == made, "run `make forms`, then `make template`"


def test_a_label_that_is_new_in_labels_yaml_reaches_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = corpus(REPOSITORY / "tests" / "mini", tmp_path)
    labels = folder / "schemas" / "labels.yaml"
    old = "      NO_RELATION:"
    new = '      UNREADABLE: {meaning: "It is <torn> & wet.", hotkey: u}\n'
    labels.write_text(labels.read_text(encoding="utf-8").replace(old, new + old), encoding="utf-8")
    monkeypatch.chdir(folder)

    forms.main()

    choice = (
        '<Choice value="UNREADABLE" hotkey="u" html="UNREADABLE &lt;small&gt;It is &amp;lt;torn&amp;gt; &amp;amp; wet'
    )
    having = [path.name for path in sorted(Path("schemas/labeling").iterdir()) if choice in path.read_text("utf-8")]
    assert having == ["pairs-adjudication.xml", "pairs.xml"]


def test_what_is_written_by_hand_in_a_form_stays() -> None:
    xml = (
        '<View a="1">\n  <!-- by hand, guideline 0.9 -->\n  <Style>a > b { c: "d" }</Style>\n'
        '  <Labels name="evidence" toName="t">\n    <Label value="Old"/>\n  </Labels>\n'
        '  <Text name="t" value="$t"/>\n</View>'
    )
    vocabularies = {"evidence_label": Vocabulary("evidence_label", "", (Label("New", "Newer.", {"hotkey": "n"}),))}

    written = forms.filled(xml, vocabularies, "1.1")

    assert written == (
        '<View a="1">\n  <!-- by hand, guideline 1.1 -->\n  <Style>a &gt; b { c: "d" }</Style>\n'
        '  <Labels name="evidence" toName="t">\n    <Label value="New" hotkey="n" hint="Newer"/>\n  </Labels>\n'
        '  <Text name="t" value="$t"/>\n</View>\n'
    )


def test_filling_a_filled_form_changes_nothing_and_an_empty_one_is_filled_alike() -> None:
    full = (SCHEMAS / "labeling" / "spans.xml").read_text(encoding="utf-8")
    empty = re.sub(r"<(Label|Choice|Relation) .*/>", "", full)

    written = [forms.filled(xml, VOCABULARIES, forms.guideline_version(GUIDELINE)) for xml in (full, empty)]

    assert ["".join(one.split()) for one in written] == ["".join(full.split())] * 2


def test_no_key_means_two_things_in_one_form() -> None:
    keys = {
        path.name: Counter(one.get("hotkey") for one in etree.parse(path).iter("Label", "Choice"))
        for path in sorted((SCHEMAS / "labeling").glob("*.xml"))
    }

    assert {name: [key for key, count in found.items() if count > 1] for name, found in keys.items()} == {
        "pairs-adjudication.xml": [],
        "pairs.xml": [],
        "spans-adjudication.xml": [],
        "spans.xml": [],
    }


def test_the_forms_ask_what_the_build_understands() -> None:
    known = {
        "span": (judgements.SPAN_LABELS, "labels"),
        "relations": ((judgements.ATTRIBUTED, judgements.CONTINUES), "labels"),
        "asked": tuple(name for kind in judgements.ASKED.values() for names in kind.values() for name in names),
    }

    asked = {one.get("name") for name in forms.FORMS for one in form(name).iter("Choices", "TextArea")}

    assert known == {
        "span": (tuple(VOCABULARIES["span_label"].names), "labels"),
        "relations": (tuple(VOCABULARIES["relation_label"].names), "labels"),
        "asked": ("claim_type", "normalized_claim", "stance", "support_degree"),
    } and asked == set(known["asked"])


def form(name: str) -> Any:
    return etree.parse(SCHEMAS / "labeling" / f"{name}.xml")


@pytest.mark.parametrize("name", forms.FORMS)
def test_an_adjudicator_answers_the_same_form_below_what_was_answered(name: str) -> None:
    base = (SCHEMAS / "labeling" / f"{name}.xml").read_text(encoding="utf-8")
    adjudicated = (SCHEMAS / "labeling" / f"{name}-adjudication.xml").read_text(encoding="utf-8")

    texts = [one.get("value") for one in form(f"{name}-adjudication").iter("Text")]

    assert (texts[0], forms.orphaned(base, adjudicated)) == ("$judgements", [])


CHANGES = [
    ("a label more", '<Choice value="YES"/>', '<Choice value="YES"/><Choice value="MAYBE"/>', []),
    ("a label gone", '<Choice value="YES"/>', "", ["'stance': 'YES' is gone"]),
    ("a label renamed", 'value="YES"', 'value="Yes"', ["'stance': 'YES' is gone"]),
    ("another text for a label", 'value="YES"', 'value="YES" html="yes!" hotkey="1"', []),
    ("another name behind an alias", 'value="NO" alias', 'value="Never" alias', []),
    ("another alias", 'alias="nay"', "", ["'stance': 'nay' is gone"]),
    ("a label gone from within a view", '<Label value="Claim"/>', "", ["'span': 'Claim' is gone"]),
    ("a relation gone", '<Relation value="continues"/>', "", ["'Relations': 'continues' is gone"]),
    ("no relations", '<Relations><Relation value="continues"/></Relations>', "", ["'Relations' is gone"]),
    ("a control renamed", 'name="stance"', 'name="position"', ["'stance' is gone"]),
    ("a control of another object", 'name="stance" toName="claim"', 'name="stance" toName="text"',
     ["'stance' no longer belongs to 'claim'"]),
    ("a control of one object more", 'name="stance" toName="claim"', 'name="stance" toName="claim, text"', []),
    ("an object that shows something else", 'value="$claim"', 'value="$text"',
     ["'stance' belongs to 'claim', which shows something else"]),
    ("an object of another kind", '<Text name="text"', '<HyperText name="text"',
     ["'span' belongs to 'text', which shows something else", "'why' belongs to 'text', which shows something else"]),
    ("an object gone", '<Text name="claim" value="$claim"/>', "",
     ["'stance' belongs to 'claim', which shows something else"]),
    ("an object that nothing hangs on", '<Text name="title" value="$title"/>', "", []),
    ("a control of another kind", "<TextArea ", "<Number ", ["'why' was 'TextArea' and is 'Number'"]),
    ("several answers for one", 'choice="single-radio"', 'choice="multiple"',
     ["'stance' took one answer and takes several answers"]),
    ("one answer in another way", 'choice="single-radio"', 'choice="single"', []),
    ("one relation for several", "<Relations>", '<Relations choice="single">',
     ["'Relations' took several answers and takes one answer"]),
    ("no longer of a region", ' perRegion="true"', "",
     ["'why' was asked of each region and is asked of the whole task"]),
    ("a question more", "<Relations>", '<Choices name="new" toName="text" required="true"/><Relations>', []),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "lost"), [change[1:] for change in CHANGES], ids=[one[0] for one in CHANGES])
def test_a_form_in_use_may_gain_and_never_lose(old: str, new: str, lost: list[str]) -> None:
    changed = PAIRS.replace(old, new)

    assert forms.orphaned(PAIRS, changed) == lost


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "<View>",
        "no form",
        "<View>&nbsp;</View>",
        "<View>\x00</View>",
        "<View>\ud800</View>",
        '<View a="1" a="2"/>',
        '<!DOCTYPE v [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><View name="&b;"/>',
        '<!DOCTYPE v [<!ENTITY f SYSTEM "file:///etc/passwd">]><View>&f;</View>',
        '<!DOCTYPE v SYSTEM "http://127.0.0.1:1/x.dtd"><View/>',
        "<View>" * 5000 + "</View>" * 5000,
    ],
)
def test_a_form_from_a_server_that_is_broken_or_hostile_is_refused(bad: str) -> None:
    with pytest.raises(SchemaError, match="the form in use"):
        forms.orphaned(bad, PAIRS)


def test_a_declared_encoding_does_not_change_how_a_form_is_read() -> None:
    declared = '<?xml version="1.0" encoding="utf-7"?>' + PAIRS.replace("YES", "+ACI-é")

    assert forms.orphaned(declared, PAIRS) == ["'stance': '+ACI-é' is gone"]


def test_orders_to_a_terminal_in_a_form_from_a_server_are_shown_and_not_obeyed() -> None:
    rude = PAIRS.replace("YES", "\x9b2J\u202e")

    assert forms.orphaned(rude, PAIRS) == [r"'stance': '\x9b2J\u202e' is gone"]


def test_orders_to_a_terminal_in_a_broken_form_are_shown_and_not_obeyed() -> None:
    with pytest.raises(SchemaError, match=r"'\\x9b2J' is not a valid URI"):
        forms.orphaned('<View xmlns="\x9b2J" <', PAIRS)


@pytest.mark.parametrize(
    ("control", "said"),
    [
        ('<Choices name="mood" toName="t"/>', "Choices 'mood' has no vocabulary. Name it after what it offers"),
        ('<Labels name="evidence" toName="t"/>', "'evidence' offers evidence_label, of which labels.yaml has no label"),
    ],
)
def test_a_control_that_no_vocabulary_fills_is_an_error(control: str, said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        forms.filled(f"<View>{control}</View>", {}, "1.1")


def test_the_guideline_is_shown_as_html_and_html_in_it_as_text() -> None:
    shown = forms.instruction(
        "# G\n\n| a | b |\n|---|---|\n| *c* | <b onclick='x'> |\n\n<script>x</script> [y](javascript:z)"
    )

    assert shown == (
        f'{forms.LOOK}<div class="guideline">\n'
        "<h1>G</h1>\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
        "<td><em>c</em></td>\n<td>&lt;b onclick='x'&gt;</td>\n</tr>\n</tbody>\n</table>\n"
        "<p>&lt;script&gt;x&lt;/script&gt; [y](javascript:z)</p>\n</div>\n"
    )


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("markdown_it"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(UsageError, match=re.escape("pip install 'claimstance[label-studio]'")):
        forms.instruction("# G")


@pytest.mark.parametrize(
    ("text", "version"),
    [("# Guideline 1.1\n\nx", "1.1"), ("# Guideline 12.30\r\nx", "12.30"), ("# Guideline 0.9", "0.9")],
)
def test_the_first_line_of_a_guideline_says_its_version(text: str, version: str) -> None:
    assert forms.guideline_version(text) == version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Guideline 1.1",
        "## Guideline 1.1",
        "# Guideline 1",
        "# Guideline 1.1 draft",
        "\n# Guideline 1.1",
        "# Guideline ١.١",
    ],
)
def test_a_guideline_without_a_version_is_refused(text: str) -> None:
    with pytest.raises(SchemaError, match=r"guidelines.md:1: does not say its version. The first line has to be like"):
        forms.guideline_version(text)


QUOTES = [tuple(found) for found in re.findall(r"(?m)^> `([^`]+)`: (.+?)(?: \\)?$", GUIDELINE)]


@pytest.mark.parametrize(("where", "words"), QUOTES)
def test_what_the_guideline_quotes_stands_there(where: str, words: str) -> None:
    year = where[:4]
    article, source = CORPUS / "articles" / year / f"{where}.md", CORPUS / "sources" / f"{where}.md"

    quoted = article if article.exists() else source

    assert words in quoted.read_text(encoding="utf-8")


def test_the_guideline_explains_both_rounds_with_examples_from_articles_in_several_languages() -> None:
    examples = [int(number) for number in re.findall(r"(?m)^\*\*(\d+)\.", GUIDELINE)]

    in_two = [part.count("> `") for part in GUIDELINE.split("## Round 2")]
    scripts = [bool(re.search(f"> `.*[{one}]", GUIDELINE)) for one in ("а-я", "ぁ-ん", "ا-ي", "äöüß")]

    assert (examples, min(in_two) >= 6, scripts) == (list(range(1, len(examples) + 1)), True, [True] * 4)


def test_every_label_that_annotators_can_choose_is_in_the_guideline() -> None:
    chosen = {label for names in forms.OFFERED.values() for name in names for label in VOCABULARIES[name].names}

    assert sorted(one for one in chosen if not re.search(rf"\b{one}\b", GUIDELINE)) == []


def test_every_form_names_the_guideline_in_force() -> None:
    named = {
        path.name: set(re.findall(r"guideline (\d+\.\d+)", path.read_text(encoding="utf-8")))
        for path in (SCHEMAS / "labeling").glob("*.xml")
    }

    version = forms.guideline_version(GUIDELINE)
    assert named == {f"{one}{more}.xml": {version} for one in forms.FORMS for more in ("", "-adjudication")}


@pytest.mark.parametrize("page", ["annotations/README.md", "src/claimstance/template/annotations/README.md"])
def test_the_batch_that_a_page_shows_is_of_the_guideline_in_force(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")

    assert set(re.findall(r'guideline_version: "([^"]+)"', text)) == {forms.guideline_version(GUIDELINE)}
