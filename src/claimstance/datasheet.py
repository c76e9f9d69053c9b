"""DATASHEET.md: the questions of "Datasheets for Datasets" (Gebru et al., 2021), each with a name that its answer
begins with, and what a page answers.

    ## Motivation

    **Purpose.** To see how well newspapers quote.
"""

import re
from collections.abc import Iterator

DATASHEET = "DATASHEET.md"
QUESTIONS: dict[str, dict[str, str]] = {
    "Motivation": {
        "Purpose": "For what was it made: which task, which gap?",
        "Makers": "Who made it, and for whom?",
        "Funding": "Who paid for it?",
    },
    "Composition": {
        "Instances": "What is a row, and are there several kinds?",
        "Counts": "How many rows of each kind are there?",
        "Sample": "Is it all that there is, or a sample, and of what?",
        "Contents": "What does a row hold: raw text, features?",
        "Labels": "Which labels does it have, and how often?",
        "Missing": "What is missing in rows, and why?",
        "Relations": "How do rows relate to each other, and where does it stand?",
        "Splits": "Which splits are recommended, and why these?",
        "Errors": "Which errors, noise and repetitions are known?",
        "Dependencies": "Does it hold all it needs, or link to what may vanish or change?",
        "Confidentiality": "Is anything in it confidential?",
        "Offence": "Is anything in it that may offend, threaten or frighten?",
        "Groups": "Does it tell groups of people apart: age, sex, origin?",
        "Identification": "Can people be identified by it, alone or with other data?",
        "Sensitivity": "Is anything in it sensitive: beliefs, health, money, crimes?",
    },
    "Collection process": {
        "Acquisition": "How was each row's data got: seen, reported, derived, and was it verified?",
        "Mechanism": "With what was it collected: software, people, an interface, and how was that checked?",
        "Sampling": "By which strategy was the sample drawn?",
        "Collectors": "Who collected it, and how were they paid?",
        "Period": "Over what time was it collected, and is that the time that it tells of?",
        "Ethics": "Who reviewed its ethics, with what outcome?",
        "Origin": "Was it got from the people concerned, or through others?",
        "Notice": "Were these people told, and how?",
        "Consent": "Did they agree, to what, and how?",
        "Revocation": "How can they take their consent back?",
        "Impact": "Was it studied what its use may do to them?",
    },
    "Preprocessing, cleaning, labelling": {
        "Preprocessing": "What was done to the data: cut, normalised, left out?",
        "Raw data": "Is the raw data kept, and where?",
        "Software": "Which software did it, and can others have it?",
        "Annotators": "Who labelled it, people or models, by which guideline, for what pay?",
        "Agreement": "How far do they agree, and what became of disagreement?",
    },
    "Uses": {
        "Used so far": "What has it been used for?",
        "Record of uses": "Where are papers and systems listed that use it?",
        "Suitable for": "What else can it be used for?",
        "Risks": "What in its making may make a use unfair or wrong, and how is that lessened?",
        "Not for": "What should nobody use it for?",
    },
    "Distribution": {
        "Recipients": "Who gets it, beyond those who made it?",
        "Means": "How is it passed on, and has it a DOI?",
        "Date": "When is it passed on?",
        "Licence": "Under which licence or terms?",
        "Third parties": "Which rights of others limit it?",
        "Regulation": "Do export controls or other rules apply?",
    },
    "Maintenance": {
        "Maintainer": "Who hosts and maintains it?",
        "Contact": "How are they reached?",
        "Errata": "Where are errors listed?",
        "Updates": "How often is it updated, by whom, and how is that told?",
        "Retention": "Are there limits to how long data of people is kept, and how are they kept to?",
        "Older versions": "Are older versions kept and maintained?",
        "Contributions": "How can others add to it, and who checks that?",
    },
}
_HEADING = re.compile(r"^## +(.*)$", re.MULTILINE)
_NAME = re.compile(r"(?:\A|\n[ \t]*\n)\*\*([^*\n]+?)[.?:]?\*\*")
_MARK = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_HTML = r"a|abbr|b|blockquote|br|code|dd|details|div|dl|dt|em|hr|i|img|kbd|li|ol|p|pre|span|strong|sub|summary|sup"
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|TBA|FIXME|XXX+)\b|\b[Ll]orem ipsum\b|_{4,}|\[(?:fill in|insert|your)\b[^][\n]*\]"
    rf"|<(?!https?://|(?:{_HTML}|t(?:able|body|d|h|head|r)|ul)\b)[\w…][^<>\n]*(?:\n[^<>\n]+)*>"
)


def sections(text: str) -> list[tuple[str, str]]:
    """It will be the sections of a page by their headings, in order, without the marks around figures."""
    parts = _HEADING.split(_unmarked(text))
    return [(name.strip(), said.strip()) for name, said in zip(parts[1::2], parts[2::2], strict=True)]


def answers(section: str) -> dict[str, str]:
    """It will be what a section answers, by the names that its paragraphs begin with."""
    parts = _NAME.split(section)
    return {
        name.strip(): said.strip().removeprefix(":").strip()
        for name, said in zip(parts[1::2], parts[2::2], strict=True)
    }


def faults(text: str) -> Iterator[tuple[str, str, str]]:
    """It will tell what keeps a page from being a datasheet: place, kind (missing, empty, order, placeholder), problem.

    What a placeholder says is not repeated.
    """
    found = sections(text)
    headings = [name for name, _ in found if name in QUESTIONS]
    if headings != sorted(headings, key=list(QUESTIONS).index):
        yield "", "order", f"its sections are in another order than {'; '.join(QUESTIONS)}"
    for heading, questions in QUESTIONS.items():
        if headings.count(heading) != 1:
            yield heading, "missing", "there is no such section" if heading not in headings else "is there twice"
            continue
        own = answers(dict(found)[heading])
        for name in questions:
            if name not in own:
                yield f"{heading}/{name}", "missing", f"no paragraph begins with **{name}.**"
            elif not re.search(r"\w", own[name]):
                yield f"{heading}/{name}", "empty", "nothing is said"
    yield from placeholders(text)


def placeholders(text: str) -> Iterator[tuple[str, str, str]]:
    """It will tell the lines of a page that wait for somebody to fill them in, as `faults` does."""
    said = _CODE.sub("", _unmarked(text))
    lines = [said.count("\n", 0, one.start()) + 1 for one in _PLACEHOLDER.finditer(said)]
    dots = [
        n for n, line in enumerate(said.split("\n"), 1) if re.search(r"…|\.\.\.", line) and not re.search(r"\w", line)
    ]
    for line in sorted({*lines, *dots}):
        yield f"line {line}", "placeholder", "waits to be filled in"


def _unmarked(text: str) -> str:
    """The page without comments, its lines where they were. Behind the last that ends none is looked for: each would be
    looked for to the end.
    """
    head, end, tail = text.rpartition("-->")
    return _MARK.sub(lambda one: "\n" * one[0].count("\n"), head + end) + tail
