"""Pages to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstance.articles.html import HtmlArticle, HtmlError, from_html

WORDS = "The river rose on Monday and took the bridge with it, as people in the lower town had feared"
MORE = "Nobody knew who had the key to the sluice, and the keeper had gone to his sister in the hills"
PAGE = f"""<!DOCTYPE html><html lang="en_GB"><head><title>Flood hits town - The Paper</title>
<meta property="og:title" content="Flood hits town"><meta property="og:site_name" content="The Paper">
<meta name="author" content="Jo Doe"><link rel="canonical" href="https://paper.example/flood">
<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "2020-05-01T12:00:00+02:00"}}</script>
<style>p {{ color: red }}</style></head><body><nav><ul><li>Home<li>About</ul></nav><article><h1>Flood hits town</h1>
<p>{WORDS}<sup class="reference" id="cite_ref-1"><a href="#cite_note-1"><span>[</span>1<span>]</span></a></sup>.</p>
<p>The council will pay<sup><a href="#fn2">2</a></sup> for 30 m<sup>2</sup> of damage, it said.<sup>[3]</sup></p>
<!-- a comment --><script>alert("no")</script>
<h2>References<span class="mw-editsection">[edit]</span></h2>
<ol class="references">
<li id="cite_note-1"><span class="mw-cite-backlink"><b><a href="#cite_ref-1">^</a></b></span>
 <a href="https://a.example/x?a=1&amp;b=2">Board says so</a>. The Board.</li>
<li id="fn2"><p>Plain entry https://b.example/y <a href="#r">↩</a></p></li>
<li>Third, <a href="//c.example/z">here</a></li></ol></article><footer>Copyright 2019</footer></body></html>"""


def test_a_page_gives_its_text_its_citations_and_its_sources() -> None:
    page = from_html(PAGE)

    assert page == HtmlArticle(
        title="Flood hits town",
        text=f"{WORDS}[1].\n\n"
        "The council will pay[2] for 30 m² of damage, it said.[3]\n\n"
        "Sources:\n"
        "[1] Board says so. The Board. https://a.example/x?a=1&b=2\n"
        "[2] Plain entry https://b.example/y\n"
        "[3] Third, here https://c.example/z",
        url="https://paper.example/flood",
        published="2020-05-01T12:00:00+02:00",
        author="Jo Doe",
        publisher="The Paper",
        language="en-GB",
    )


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ('<sup><a href="#n1">1</a></sup>', "[1]"),
        ('<sup><a href="#n1">1</a><a href="#n2">2</a></sup>', "[1][2]"),
        ('<sup><a href="#n1">1</a>,<a href="#n2">2</a></sup>', "[1,2]"),
        ('<sup><a href="https://a.example">4</a></sup>', "[4]"),
        ("<sup>[ 7 ]</sup>", "[7]"),
        ('<sup class="reference"><a href="#cite_note-n">[note 1]</a></sup>', "[note 1]"),
        ('<a class="footnote-ref" href="#fn12">12</a>', "[12]"),
        ('<a role="doc-noteref" href="#fn3">3</a>', "[3]"),
        ("<sup>2</sup>", "²"),
        ("<sup>th</sup>", "th"),
        ("[1]", "[1]"),
    ],
)
def test_a_raised_citation_stays_in_its_place(raised: str, text: str) -> None:
    page = from_html(f"<article><p>{WORDS}, at the mark{raised} here.</p><p>{WORDS}.</p></article>")

    assert page.text == f"{WORDS}, at the mark{text} here.\n\n{WORDS}."


@pytest.mark.parametrize(
    "listed",
    [
        "<h2>Sources</h2><ol><li>One <a href='https://a.example'>a</a></li><li>Two</li></ol>",
        "<p><b>Quellen:</b></p><ul><li>[1] One <a href='https://a.example'>a</a></li><li>2. Two</li></ul>",
        "<section class='footnotes'><hr><ol><li id='fn1'><p>One <a href='https://a.example'>a</a> "
        "<a href='#fnref1' class='footnote-back'>back</a></p></li><li id='fn2'>Two</li></ol></section>",
        "<ol><li id='fn:1'>One <a href='https://a.example'>a</a></li><li id='fn:2'>Two</li></ol>",
        "<div class='mw-heading'><h2>References</h2></div><div class='reflist'><ol class='references'>"
        "<li>One <a href='https://a.example'>a</a></li><li>Two</li></ol></div>",
    ],
)
def test_a_list_of_sources_stays_at_the_end_one_a_line(listed: str) -> None:
    page = from_html(f"<article><p>{WORDS}.</p><p>{MORE}.</p>{listed}</article>")

    assert page.text == f"{WORDS}.\n\n{MORE}.\n\nSources:\n[1] One a https://a.example\n[2] Two"


def test_a_page_of_few_words_gives_them_all() -> None:
    page = from_html("<title>T</title><script>x()</script><p>Short.<div>More.</div>")

    assert (page.title, page.text) == ("T", "Short.\n\nMore.")


def test_control_characters_written_as_entities_vanish() -> None:
    page = from_html(f"<article><p>{WORDS}&#1;.</p><p>&#xFFFE;{MORE}&#x1b;.</p></article><p>&#2")

    assert page.text == f"{WORDS}.\n\n{MORE}."


def test_a_date_in_the_prose_is_not_taken_for_the_date_of_the_article() -> None:
    page = from_html(f"<article><p>On 3 March 2011 {WORDS}.</p><p>Copyright 2019</p></article>")

    assert page.published is None


def test_an_address_that_would_run_is_no_address() -> None:
    page = from_html("<link rel=canonical href='javascript:alert(1)'><p>A<sup><a href='#1'>1</a></sup></p>"
                     "<h2>Sources</h2><ol><li><a href='javascript:alert(1)'>One</a></ol>")  # fmt: skip

    assert (page.url, page.text) == (None, "A[1]\n\nSources:\n[1] One")


def test_entities_that_a_page_declares_are_never_filled_in() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b SYSTEM "file:///etc/hostname">]><p>See &a; and &b; there.</p>'

    page = from_html(bomb)

    assert "See &a; and &b; there." in page.text


MANY = " ".join(f"a{number}" for number in range(50_000))


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<!-- -->",
        "<div>" * 100_000,
        "<b>" * 300 + "x",
        f"<p {MANY}>x",
        f"<p b='>' c=d\"e {MANY.replace(' ', '=1 ')}>x",
    ],
)
def test_a_page_that_cannot_be_parsed_is_refused(markup: str) -> None:
    with pytest.raises(HtmlError) as refused:
        from_html(markup)

    assert str(refused.value).startswith(("no HTML", "nested more than 256 levels", "a tag with more than"))


def test_a_page_made_to_blow_up_stays_small() -> None:
    nested = f"<h2>Notes</h2>{'<ul><li>a' * 100}{'x' * 10_000}"

    page = from_html(nested)

    assert len(page.text) < 2 * len(nested)


@given(st.text(st.sampled_from("<>/=\"'&;#! abp1[]supolihref\n"), max_size=200))
def test_no_markup_breaks_the_reader(markup: str) -> None:
    try:
        text = from_html(f"<p>{markup}</p>").text
    except HtmlError:
        text = ""

    assert isinstance(text, str)


def test_raised_numbers_with_a_comma_are_one_marker_that_names_several() -> None:
    page = "<article><p>The dam held all night, both boards say.<sup>1,2</sup> It cost a lot of money.</p></article>"

    text = from_html(page).text

    assert "say.[1, 2] It cost" in text


def test_a_last_list_without_a_heading_is_the_sources_where_the_raised_numbers_fit_it() -> None:
    body = "".join(
        f"<p>Gate {nth} of the harbour was shut before the storm came in.<sup>{nth}</sup></p>" for nth in (1, 2)
    )
    listed = "<ol><li>Board (2024). Levels. https://q.example/1</li><li>Gull (2023): Gates.</li></ol>"
    menu = "<ol><li>Home</li><li>News</li></ol>"

    ends = [from_html(f"<article>{body}{last}</article>").text.split("\n")[-2:] for last in (listed, menu)]

    sources = ["[1] Board (2024). Levels. https://q.example/1", "[2] Gull (2023): Gates."]
    assert (ends[0], "Sources:" in ends[1]) == (sources, False)
