"""The annotators' forms and their guideline, as Label Studio shows them.

Of a form (schemas/labeling/*.xml) the layout is written by hand. What it offers to choose from comes from
schemas/labels.yaml, the number of the guideline from schemas/guidelines.md, and the forms of the adjudicators are those
of the annotators below what was answered. After a change there, `python -m claimstance.annotation.studio.forms` writes
the forms anew.
"""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from claimstance import schema
from claimstance.errors import SchemaError, UsageError
from claimstance.table import Label, Vocabulary

FORMS = ("spans", "pairs")
ADJUDICATED = "adjudication"  # spans-adjudication.xml is made from spans.xml

# Which vocabularies fill a control, by its name; <Relations> is the one that Label Studio gives no name.
OFFERED = {
    "span": ("span_label",),
    "Relations": ("relation_label",),
    "claim_type": ("claim_type",),
    "stance": ("stance", "no_stance"),
    "support_degree": ("support_degree",),
    "evidence": ("evidence_label",),
}
OFFERS = {"Labels": "Label", "Choices": "Choice", "Relations": "Relation"}  # a control, and what it offers

PANEL = """<View className="answered">
    <Style>
      .answered { max-width: 56em; padding: 0 14px 4px; margin-bottom: 8px; border-left: 4px solid #7a4fc0; }
      .answered .lsf-htx-richtext { max-height: 16em; overflow-y: auto; white-space: pre-wrap; }
    </Style>
    <Header size="5" value="What was answered (names withheld)"/>
    <Text name="judgements" value="$judgements"/>
  </View>"""


# Label Studio takes all style from what it shows as instruction, and `style=` too, but leaves <style> alone; its dialog
# is 600 pixels wide unless we ask for more.
LOOK = """<style>
.lsf-modal-ls__content:has(.guideline) { width: min(56em, 92vw) !important; }
.guideline { line-height: 1.5; }
.guideline h2 { margin: 1.6em 0 0.5em; }
.guideline h3 { margin: 1.2em 0 0.4em; }
.guideline p, .guideline ul, .guideline ol, .guideline table { margin: 0 0 0.7em; }
.guideline ul { list-style: disc; padding-left: 1.4em; }
.guideline ol { list-style: decimal; padding-left: 1.4em; }
.guideline td, .guideline th { padding: 3px 8px; border: 1px solid #8886; text-align: left; vertical-align: top; }
.guideline blockquote { margin: 1em 0 0.3em; padding-left: 12px; border-left: 4px solid #2f6fde; }
.guideline code { padding: 0 4px; border-radius: 3px; background: #8882; }
</style>
"""


def filled(xml: str, vocabularies: Mapping[str, Vocabulary], version: str, where: str = "the form") -> str:
    """It will write into each control of the form the labels that it offers, and the guideline's version into its text.

    Everything else stays as it is. Raises SchemaError where the form is no XML, or a control has no vocabulary.
    """
    form = _parsed(xml, where)
    for control in list(form.iter(*OFFERS)):
        labels = _labels(control, vocabularies, where)
        before, after = _indents(control)
        control[:] = [_offer(str(control.tag), label) for label in labels]
        control.text = before
        for one in control:
            one.tail = before
        control[-1].tail = after
    written: str = etree.tostring(form, encoding="unicode") + "\n"
    return re.sub(r"(?<=\bguideline )\d+\.\d+\b", version, written)


def adjudication(xml: str, origin: str, where: str = "the form") -> str:
    """It will be the form with what was answered at its top; `origin` is the name of the form's file."""
    form = _parsed(xml, where)
    note = etree.Comment(f" Made from {origin}: change that one. ")
    panel = etree.fromstring(PANEL)
    note.tail = panel.tail = form.text
    form.insert(0, note)
    form.insert(next((nth + 1 for nth, one in enumerate(form) if one.tag == "Style"), 1), panel)
    written: str = etree.tostring(form, encoding="unicode") + "\n"
    return written


def orphaned(old_xml: str, new_xml: str) -> list[str]:
    """It will say, a line each, what the old form asked that the new one would leave without its question.

    Answers hang on the name, the kind and the object of a control, and on the names of what it offers. More of these is
    fine; an empty list means that no answer given in the old form is lost. Raises SchemaError where one is no XML.
    """
    old, new = _controls(old_xml, "the form in use"), _controls(new_xml, "the new form")
    return [line for name, before in sorted(old.items()) for line in _lost(name, before, new.get(name))]


def instruction(markdown: str) -> str:
    """It will be the guideline as HTML, for Label Studio to show; HTML that stands in the guideline shows as text."""
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise UsageError("markdown-it-py is not installed. Say: pip install 'claimstance[label-studio]'") from None
    # Label Studio stores <br> where it gets <br />; with the latter, each comparison would find a change.
    shown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table").render(markdown)
    return f'{LOOK}<div class="guideline">\n{shown}</div>\n'


def guideline_version(text: str, where: str = "schemas/guidelines.md") -> str:
    """It will be the number in the guideline's first line, "# Guideline 1.1". Raises SchemaError."""
    first = text.split("\n", 1)[0].rstrip("\r")
    found = re.fullmatch(r"# Guideline ([0-9]+\.[0-9]+)", first)
    if not found:
        raise SchemaError(f"{where}:1", "does not say its version", 'The first line has to be like "# Guideline 1.1".')
    return found[1]


def made(folder: Path) -> dict[Path, str]:
    """It will be each form below `folder`, a corpus's schemas/, as it has to stand there. Raises SchemaError."""
    vocabularies = schema.load(folder).vocabularies
    guideline = folder / "guidelines.md"
    version = guideline_version(read(guideline), str(guideline))
    forms = {}
    for name in FORMS:
        path = folder / "labeling" / f"{name}.xml"
        forms[path] = filled(read(path), vocabularies, version, str(path))
        forms[path.with_stem(f"{name}-{ADJUDICATED}")] = adjudication(forms[path], path.name, str(path))
    return forms


def kept(folder: Path, name: str) -> str:
    """It will be one form of a corpus's schemas/. Raises SchemaError where it is not what labels and guideline make."""
    path = folder / "labeling" / f"{name}.xml"
    if read(path) != made(folder).get(path):
        what = "not what labels.yaml, guidelines.md and the form that it is made from say now"
        then = "Say: make forms (or, beside schemas/: python -m claimstance.annotation.studio.forms)."
        raise SchemaError(str(path), what, then)
    return read(path)


def read(path: Path) -> str:
    """It will read a form or the guideline. Raises SchemaError where it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(str(path), f"cannot be read ({type(error).__name__})", "A file in UTF-8 is due.") from None


def _parsed(xml: str, where: str) -> Any:
    """The root of the form. It may come from a server: no DTD, so no entities, and nothing is fetched."""
    if "<!DOCTYPE" in xml:
        raise SchemaError(where, "declares a document type", "A form needs none: take it out.")
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        what = ascii(getattr(error, "msg", None) or "a lone surrogate")
        raise SchemaError(where, f"not XML ({what[1:-1]})", "Mend it.") from None


def _labels(control: Any, vocabularies: Mapping[str, Vocabulary], where: str) -> list[Label]:
    """What the control has to offer, in the order of labels.yaml."""
    name = control.get("name", str(control.tag))
    if name not in OFFERED:
        what = f"{control.tag} {name!r} has no vocabulary"
        raise SchemaError(where, what, f"Name it after what it offers: {', '.join(OFFERED)}.")
    missing = [one for one in OFFERED[name] if one not in vocabularies or not vocabularies[one].labels]
    if missing:
        what = f"{name!r} offers {', '.join(missing)}, of which labels.yaml has no label"
        raise SchemaError(where, what, "Write it there, or take the control out.")
    return [label for one in OFFERED[name] for label in vocabularies[one].labels]


def _indents(control: Any) -> tuple[str, str]:
    """The blanks before what a control offers, and before its end: of what is there, or of the control's own place."""
    if len(control):
        return control.text or "", control[-1].tail or ""
    before = control.getprevious()
    own = (control.getparent().text if before is None else before.tail) or ""
    return own + "  ", own


def _offer(control: str, label: Label) -> Any:
    """One label as its control offers it: with its key, its colour, and in short what it means."""
    said = {"value": label.name, "hotkey": label.more.get("hotkey"), "background": label.more.get("colour")}
    more = {key: value for key, value in said.items() if value}
    short = label.more.get("hint", label.meaning.removesuffix("."))
    if control == "Labels":
        more["hint"] = short
    if control == "Choices":
        more["html"] = f"{html.escape(label.name)} <small>{html.escape(short, quote=False)}</small>"
    return etree.Element(OFFERS[control], more)


def _controls(xml: str, where: str) -> dict[str, dict[str, Any]]:
    """What answers hang on, control by control: its kind, its object, and what it offers."""
    form = _parsed(xml, where)
    named = {one.get("name"): one for one in form.iter("*") if one.get("name")}
    found: dict[str, dict[str, Any]] = {}
    for one in form.iter("*"):
        if one.get("toName") is None and one.tag != "Relations":
            continue
        objects = [name.strip() for name in one.get("toName", "").split(",") if name.strip()]
        shown = {name: named[name] for name in objects if name in named}
        found[one.get("name", str(one.tag))] = {
            "kind": one.tag,
            "several": one.get("choice", "multiple" if one.tag == "Relations" else "single") == "multiple",
            "a region": one.get("perRegion", "false").lower() == "true",
            "objects": {name: (shown[name].tag, shown[name].get("value")) if name in shown else () for name in objects},
            "offers": [each.get("alias") or each.get("value") for each in one.iter(*OFFERS.values())],
        }
    return found


def _lost(name: str, old: Mapping[str, Any], new: Mapping[str, Any] | None) -> Iterator[str]:
    """What the control in use has and the new one has not. Names are quoted: they may come from a server."""
    if new is None:
        yield f"{name!r} is gone"
        return
    if new["kind"] != old["kind"]:
        yield f"{name!r} was {old['kind']!r} and is {new['kind']!r}"
    if new["several"] != old["several"]:
        yield f"{name!r} took {_number(old['several'])} and takes {_number(new['several'])}"
    if new["a region"] != old["a region"]:
        yield f"{name!r} was asked of {_unit(old['a region'])} and is asked of {_unit(new['a region'])}"
    for thing, shown in old["objects"].items():
        if thing not in new["objects"]:
            yield f"{name!r} no longer belongs to {thing!r}"
        elif new["objects"][thing] != shown:
            yield f"{name!r} belongs to {thing!r}, which shows something else"
    yield from (f"{name!r}: {one!r} is gone" for one in old["offers"] if one not in new["offers"])


def _number(several: bool) -> str:
    return "several answers" if several else "one answer"


def _unit(region: bool) -> str:
    return "each region" if region else "the whole task"


def main() -> None:
    """It will write the forms of the corpus around this folder anew, and name those that changed."""
    for path, text in made(Path("schemas")).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(path)


if __name__ == "__main__":
    main()
