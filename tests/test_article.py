"""The main text of a page, in every kind of layout, and what the page says of itself."""

from __future__ import annotations

import json

import pytest

from crawler import words
from crawler.article import restored
from crawler.extract import extract
from crawler.page import Page
from crawler.records import Article, ClaimReview, Facts

PARAGRAPHS = """\
The harbour committee met on Tuesday evening to discuss the plan for the new breakwater, which has divided the town since it was first \
shown to residents in the spring of last year.
Members of the public filled the hall and many of them spoke against the project, saying that the costs had not been explained and that \
the fishing boats would lose their moorings.
The committee will vote again in October, after an engineer from the county has examined the drawings and reported on the depth of the \
seabed along the northern shore of the bay.""".splitlines()
QUOTE = "We were promised a quay, and we got a brochure."
LIST = ["Moorings for forty boats", "A walkway with lamps", "Repairs to the old slip"]
HEADING = "What the engineer will examine"
CLOSING = "The minutes of the meeting are kept at the town hall."
LONG_QUOTE = (
    "Nobody in this town has seen the figures, nobody has been asked, and the first that any of us will hear of the bill is when it "
    "arrives with the rates in the new year."
)
ALL = [*PARAGRAPHS, QUOTE, *LIST, HEADING, CLOSING, LONG_QUOTE]
ITEMS = "".join(f"<li>{item}</li>" for item in LIST)
MENU = "<a href=/1>Town</a> <a href=/2>Harbour</a> <a href=/3>Weather</a><br><a href=/4>Classifieds</a>"


def body(tag: str = "p") -> str:
    one, two, three = (f"<{tag}>{paragraph}</{tag}>" for paragraph in PARAGRAPHS)
    return (
        f"<h1>Harbour plan divides the town</h1>{one}<blockquote>{QUOTE}</blockquote>{two}<ul>{ITEMS}</ul><h3>{HEADING}</h3>{three}"
        f"<blockquote><p>{LONG_QUOTE}</p></blockquote><div>{CLOSING}</div>"
    )


PIECES = [
    *(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS),
    f"<blockquote>{QUOTE}</blockquote>",
    f"<ul>{ITEMS}</ul>",
    f"<h3>{HEADING}</h3>",
    f"<blockquote>{LONG_QUOTE}</blockquote>",
    f"<div>{CLOSING}</div>",
]
LAYOUTS = {
    "no wrapper": body(),
    "article": f"<article>{body()}</article>",
    "section": f"<section>{body()}</section>",
    "main": f"<main>{body()}</main>",
    "soup of divs": f"<div><div><div>{body()}</div></div></div>",
    "divs for paragraphs": f"<div id=x>{body('div')}</div>",
    "table": f"<table><tr><td>{MENU}</td><td>{body()}</td></tr></table>",
    "nested tables": f"<table><tr><td><table><tr><td>{MENU}</td></tr></table></td><td><table><tr><td><table><tr><td>{body()}"
    "</td></tr></table></td></tr></table></td></tr></table>",
    "table with headings": f"<table><tr><th>Menu</th><th>News</th></tr><tr><td>{MENU}</td><td>{body()}</td></tr></table>",
    "a row a paragraph": "<table>" + "".join(f"<tr><td>{piece}</td></tr>" for piece in PIECES) + "</table>",
    "font": f"<font face=Arial size=2>{body()}</font>",
    "center": f"<center><table width=600><tr><td><font>{body()}</font></td></tr></table></center>",
    "sidebar in the class of the body": f"<div class='content-sidebar-wrap'><div class=entry-content>{body()}</div><div class=sidebar>{MENU}</div></div>",
    "list": f"<ul><li>{body()}</li></ul>",
    "definition": f"<dl><dd>{body()}</dd></dl>",
    "form": f"<form>{body()}</form>",
    "fieldset": f"<fieldset>{body()}</fieldset>",
    "line breaks": f"<div><h1>Harbour plan divides the town</h1>{PARAGRAPHS[0]}<br><br><blockquote>{QUOTE}</blockquote>{PARAGRAPHS[1]}<br><br>"
    f"{'<br>'.join(LIST)}<br><br><b>{HEADING}</b><br><br>{PARAGRAPHS[2]}<br><br><blockquote>{LONG_QUOTE}</blockquote>{CLOSING}</div>",
    "300 levels": "<div>" * 300 + body() + "</div>" * 300,
    "3,000 levels": "<div>" * 3000 + body() + "</div>" * 3000,
    "unclosed button": f"<button>Menu<main>{body()}</main>",
    "noscript": f"<noscript>{body()}</noscript>",
}


def read(html: str, url: str = "http://news.example/a") -> Facts:
    facts = extract(Page(url, 200, (("Content-Type", "text/html"),), html.encode(), "2024-06-01T00:00:00Z"))
    assert facts.extraction == "ok", facts.detail
    return facts


def article(html: str, url: str = "http://news.example/a") -> Article:
    found = read(html, url).article
    assert found
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_everything_in_the_body_survives_in_every_layout(layout):
    text = article(
        f"<html><head><title>Harbour plan</title></head><body><div class=menu>{MENU}</div>{LAYOUTS[layout]}"
        f"<div id=footer>Copyright {MENU}</div></body></html>"
    ).text
    assert [passage for passage in ALL if passage not in text] == []
    assert "Copyright" not in text
    assert "Classifieds" not in text


def test_a_passage_in_a_box_of_its_own_goes_back_to_its_place():
    html = f"<div class=a><p>{PARAGRAPHS[0]}</p></div><div class=b><div><p>{LONG_QUOTE}</p></div></div><div class=c><p>{PARAGRAPHS[1]}</p></div>"
    lines = article(f"<html><body>{html}</body></html>").text.split("\n")
    assert lines.index(PARAGRAPHS[0]) < lines.index(LONG_QUOTE) < lines.index(PARAGRAPHS[1])


def test_what_stands_outside_the_body_is_not_in_the_text():
    boxes = "".join(
        f"<{tag}><p>{LONG_QUOTE.replace('town', name)}</p></{tag.split()[0]}>"
        for name, tag in [
            ("nav", "nav"),
            ("footer", "footer"),
            ("aside", "aside"),
            ("related", "div class=related"),
            ("comments", "ol class=comment-list"),
        ]
    )
    text = article(f"<html><body><article>{body()}</article>{boxes}</body></html>").text
    assert [name for name in ("nav", "footer", "aside", "related", "comments") if f"in this {name}" in text] == []


def test_a_data_table_stays_a_table():
    rows = "".join(f"<tr><td>Pier {n}</td><td>{n * 7} boats</td></tr>" for n in range(1, 5))
    text = article(
        f"<html><body><article><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><table>{rows}</table><p>{PARAGRAPHS[2]}</p></article>"
    ).text
    assert "Pier 3" in text
    assert "21 boats" in text


def test_restoring_nothing_changes_nothing():
    page = Page(
        "http://news.example/a", 200, (), f"<html><body>{body()}</body></html>".encode(), "2024-06-01T00:00:00Z"
    )
    lines = [block.text for block in page.blocks]
    assert restored(lines, page.blocks) == lines


@pytest.mark.parametrize(
    "text, count",
    [("one two three", 3), ("", 0), ("港湾委員会は会合を開き", 6), ("été à la plage", 4), ("ประชุมคณะกรรมการ", 9)],
)
def test_words_are_counted_in_every_script(text, count):
    assert words.count(text) == count


TEXT = f"<article><h1>Harbour plan</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></article>"
LD = '<script type="application/ld+json">%s</script>'


@pytest.mark.parametrize(
    "head, expected",
    [
        (
            "<title>Harbour plan divides | Bay News</title><meta property='og:site_name' content='Bay News'>",
            "Harbour plan",
        ),
        (LD % json.dumps({"@type": "NewsArticle", "headline": "As the data says"}), "As the data says"),
        (
            "<meta property='og:title' content='As they share it - Bay News'><meta property='og:site_name' content='Bay News'>",
            "As they share it",
        ),
        ("", "Harbour plan"),
    ],
)
def test_title(head, expected):
    assert article(f"<html><head>{head}</head><body>{TEXT}</body></html>").title == expected


@pytest.mark.parametrize(
    "html, expected",
    [
        (
            LD
            % json.dumps(
                {"@type": "NewsArticle", "author": [{"@type": "Person", "name": "Ada Quill"}, {"name": "Ben Rush"}]}
            ),
            "Ada Quill; Ben Rush",
        ),
        (LD % json.dumps({"@graph": [{"@type": "Article", "author": "Ada Quill"}]}), "Ada Quill"),
        ("<meta name=author content='By Ada Quill'>", "Ada Quill"),
        ("<meta property='article:author' content='https://social.example/ada'>", None),
        ("<p class=byline>By <a rel=author href=/ada>Ada Quill</a></p>", "Ada Quill"),
        ("<span itemprop=author>Von Ada Quill</span>", "Ada Quill"),
        ("", None),
    ],
)
def test_author(html, expected):
    assert article(f"<html><body>{html}{TEXT}</body></html>").author == expected


def test_site_name_canonical_address_and_language():
    head = (
        "<meta property='og:site_name' content='Bay News'><link rel=canonical href='/a?utm_source=x'>"
        "<meta property='og:url' content='http://victim.example/'>"
    )
    found = article(f"<html lang=fr><head>{head}</head><body>{TEXT}</body></html>")
    assert (found.site_name, found.canonical_url, found.canonical_urlkey, found.language) == (
        "Bay News",
        "http://news.example/a?utm_source=x",
        "news.example/a",
        "en",  # the text's language, not the one declared
    )


@pytest.mark.parametrize(
    "html, url, expected",
    [
        (TEXT, "http://news.example/", "home"),
        (TEXT, "http://news.example", "home"),
        (TEXT, "http://news.example/?p=12", "article"),
        (TEXT, "http://news.example/2017/03/a", "article"),
        (TEXT, "http://news.example/category/harbour/", "listing"),
        (TEXT, "http://news.example/page/3/", "listing"),
        (LD % json.dumps({"@type": "CollectionPage"}) + TEXT, "http://news.example/x", "listing"),
        (TEXT, "http://board.example/forum/viewtopic.php?t=1", "forum"),
        ("<meta name=generator content='MediaWiki 1.35'>" + TEXT, "http://w.example/wiki/X", "wiki"),
        (TEXT, "https://t.me/harbour/12", "social"),
        ("<meta property='og:type' content='article'>" + TEXT, "http://news.example/tag/x", "article"),
        (TEXT, "http://news.example/index.html", "article"),
    ],
)
def test_page_type(html, url, expected):
    assert article(f"<html><body>{html}</body></html>", url).page_type == expected


def test_metadata_of_a_hostile_page_is_clean_and_bounded():
    head = (
        "<title>a&#1;b\x1b]0;x</title>"
        + LD % '{"@type":"NewsArticle","headline":"x\\ud800y","author":{"name":"'
        + "A" * 5000
        + '"}}</script>'
    )
    found = article(f"<html><head>{head}</head><body>{TEXT}</body></html>")
    json.dumps([found.title, found.author, found.text]).encode()
    (found.title or "").encode() and found.text.encode()
    assert len(found.title or "") <= 500
    assert len(found.author or "") <= 200


REVIEW = {
    "@type": "ClaimReview",
    "claimReviewed": "The pier is free",
    "url": "http://check.example/a",
    "author": {"name": "Bay Check"},
    "reviewRating": {"ratingValue": 1, "alternateName": "False"},
    "itemReviewed": {"@type": "Claim", "appearance": [{"url": "http://fake.example/x"}]},
}
FOUND = ClaimReview("http://fake.example/x", "The pier is free", "False", "Bay Check")
MICRODATA = """<div itemscope itemtype="http://schema.org/ClaimReview"><span itemprop="claimReviewed">The pier is free</span>
<div itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating"><meta itemprop="ratingValue" content="1"><span itemprop="alternateName">False</span></div>
<div itemprop="itemReviewed" itemscope itemtype="http://schema.org/CreativeWork"><a itemprop="url" href="http://fake.example/x">x</a></div>
<div itemprop="author" itemscope itemtype="http://schema.org/Organization"><b itemprop="name">Bay Check</b></div></div>"""


@pytest.mark.parametrize(
    "html, expected",
    [
        (LD % json.dumps(REVIEW), (FOUND,)),
        (LD % json.dumps([{"@type": "Person"}, REVIEW]), (FOUND,)),
        (LD % json.dumps({"@graph": [{"x": {"y": REVIEW}}]}), (FOUND,)),
        (LD % json.dumps(REVIEW)[:-9] + LD % json.dumps(REVIEW), (FOUND,)),
        (MICRODATA, (FOUND,)),
        (
            LD
            % json.dumps(
                {
                    **REVIEW,
                    "@type": ["ClaimReview"],
                    "itemReviewed": {"url": "http://fake.example/x"},
                    "reviewRating": {"ratingValue": 1},
                }
            ),
            (ClaimReview("http://fake.example/x", "The pier is free", "1", "Bay Check"),),
        ),
        (
            LD % json.dumps({**REVIEW, "itemReviewed": {"author": {"url": "http://fake.example/"}}}),
            (ClaimReview("http://fake.example/", *("The pier is free", "False", "Bay Check")),),
        ),
        (LD % json.dumps({"@type": "ClaimReview"}), (ClaimReview(None, None, None, None),)),
        (LD % json.dumps({"@type": "Review", "name": "ClaimReview"}), ()),
        ("<p>We wrote a ClaimReview of it.</p>", ()),
        (
            LD % json.dumps({"@type": "ClaimReview", "itemReviewed": 3, "author": [], "reviewRating": [None]}),
            (ClaimReview(None, None, None, None),),
        ),
    ],
)
def test_claim_review(html, expected):
    assert read(f"<html><body>{html}{TEXT}</body></html>").claim_reviews == expected


def test_a_page_too_large_for_trafilatura_is_read_by_its_zones_and_says_so():
    facts = read(f"<html><body><nav>{MENU}</nav>{body()}" + "<b>x</b>" * 40_000)
    assert facts.detail
    assert "too large" in facts.detail
    assert facts.article
    assert [passage for passage in ALL if passage not in facts.article.text] == []
    assert "Classifieds" not in facts.article.text
