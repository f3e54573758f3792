"""extract() states what a page states, the same each time, and never raises, whatever the page holds."""

from __future__ import annotations

import random
import types
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import references
from crawler.extract import detectors, extract
from crawler.page import Page
from crawler.records import Facts

ARTICLE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Harbour plan | Bay News</title>
<link rel="canonical" href="http://victim.example/a"><link rel="alternate" type="application/rss+xml" href="/feed">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Harbour plan", "datePublished": "2017-03-02T10:00:00+01:00",
"author": [{"name": "Ada Quill"}]}, {"@type": "ClaimReview", "claimReviewed": "x", "itemReviewed": {"url": "http://fake.example/x"}}]}</script>
<script>ga('create', 'UA-12345678-1'); fbq('init', '123456789012345'); var _paq=[]; var u='//stats.example/'; _paq.push(['setSiteId', '3'])</script></head>
<body class="has-sidebar"><nav class="menu"><ul><li><a href="/">Home</a><li><a href="/b">Town</a><li><a href="http://x.example/">X</a></ul></nav>
<article><h1>Harbour plan</h1><time datetime="2017-03-02">2 March 2017</time>
<p>The harbour committee met on Tuesday evening to discuss the plan for the new breakwater, which divides the town, says
<a href="http://fake.example/x?utm_source=y">a report</a> (see also hxxp://fake[.]example/z and www.other.example/w). Café, été — 港湾.</p>
<blockquote cite="http://quoted.example/q">We were promised a quay, and we got a brochure.</blockquote>
<table><tr><td><p>Members of the public filled the hall.</p></td><td>12</td></tr></table><iframe src="https://tube.example/e/1"></iframe></article>
<div id="comments" class="comments"><p>Look at <a href='http://[bad'>this</a> and <a href="https://web.archive.org/web/2017/http://y.example/">that</a>.</p></div>
<footer>&copy; 2017 &#x1; &nbsp; <a href="javascript:void(0)">x</a></footer></body></html>""".encode()
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Bay</title><item><title>One</title><link>http://news.example/one</link>
<description>&lt;p&gt;Words &lt;a href="http://fake.example/x"&gt;x&lt;/a&gt;&lt;/p&gt;</description></item></channel></rss>"""
SITEMAP = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://news.example/a</loc></url></urlset>"
TRICKS = [
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"<",
    b">",
    b"&#xD800;",
    b"&#0;",
    b"<!--",
    b"]]>",
    b"</script>",
    b"<script>",
    b"<table>",
    b"</body>",
    b"<svg><p>",
    b"<a href='http://[::1'>",
    b"<base href='http://x.example/'>",
    b"<meta charset=utf-7>",
    b"<![CDATA[",
    b"<?xml?>",
    b"<plaintext>",
    b"<frameset>",
    b"http://",
    b"\xe2\x80\xae",
    b"<math><mi>",
    b"<noscript>",
    b"<template>",
    b'"',
    b"'",
    b"\r",
    b"<p" + b" a" * 500 + b">",
    b"<li>" * 300,
    b"31/02/2024",
]


def page(body: bytes, mime: str = "text/html", url: str = "http://news.example/a") -> Page:
    return Page(url, 200, (("Content-Type", mime),), body, "2024-06-01T00:00:00Z")


def mutated(seed: int) -> Page:
    """A page with a few things broken in it, always the same for a seed."""
    dice = random.Random(seed)
    body = bytearray(dice.choice([ARTICLE, ARTICLE, ARTICLE, RSS, SITEMAP]))
    for _ in range(dice.randint(1, 12)):
        at, length = dice.randrange(len(body)), dice.choice([1, 2, 10, 200])
        what = dice.randrange(4)
        if what == 0:
            del body[at : at + length]
        elif what == 1:
            body[at:at] = dice.choice(TRICKS)
        elif what == 2:
            body[at : at + length] = dice.randbytes(length)
        else:
            body[at:at] = body[at : at + length * 5] * dice.randint(1, 20)
    return page(
        bytes(body),
        dice.choice(["text/html", "text/html; charset=koi8-r", "application/xml", "text/plain", "", "image/png"]),
    )


@pytest.mark.parametrize("first", range(0, 150, 25))
def test_a_broken_page_is_read_as_far_as_it_goes(first):
    for seed in range(first, first + 25):
        facts = extract(mutated(seed))
        assert facts.extraction in ("ok", "mime") or facts.detail == "no markup", (seed, facts.detail)
        for text in (facts.article.text if facts.article else "", *(one.context for one in facts.references)):
            text.encode("utf-8")
            assert "\0" not in text


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["text/html", "application/rss+xml", "text/plain", ""]))
def test_any_bytes_are_read_or_refused(body, mime):
    assert extract(page(body, mime)).extraction in ("ok", "mime", "parse")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=40))
def test_any_text_href_and_class_are_read(text, href, words):
    import html

    markup = f'<body class="{html.escape(words)}"><p>{html.escape(text)} <a href="{html.escape(href)}">x</a></p><div id="{html.escape(words)}">y</div>'
    facts = extract(page(markup.encode("utf-8", "surrogatepass")))
    assert facts.extraction == "ok", facts.detail


def test_the_same_page_gives_equal_facts():
    assert extract(page(ARTICLE)) == extract(page(ARTICLE))


def test_all_that_an_ordinary_page_states():
    facts = extract(page(ARTICLE))
    assert facts.extraction == "ok"
    assert facts.detail is None
    assert facts.article
    assert (facts.article.title, facts.article.author, facts.article.published_at, facts.article.language) == (
        "Harbour plan",
        "Ada Quill",
        "2017-03-02T10:00:00+01:00",
        "en",
    )
    assert facts.article.canonical_urlkey == "victim.example/a"
    assert [(one.detector, one.zone, one.urlkey) for one in facts.references] == [
        ("embed", "body", "quoted.example/q"),
        ("embed", "body", "tube.example/e/1"),
        ("hyperlink", "nav", "x.example"),
        ("hyperlink", "body", "fake.example/x"),
        ("hyperlink", "comments", "y.example"),
        ("text_url", "body", "fake.example/z"),
        ("text_url", "body", "other.example/w"),
    ]
    assert {"google_analytics", "meta_pixel", "matomo"} <= {one.detector for one in facts.indicators}
    assert [review.url for review in facts.claim_reviews] == ["http://fake.example/x"]
    assert [(link.urlkey, link.rel) for link in facts.links] == [
        ("news.example/feed", "feed"),
        ("news.example", "link"),
        ("news.example/b", "link"),
    ]


@pytest.mark.parametrize(
    "body, mime, extraction",
    [
        (b"", "text/html", "ok"),
        (b"   \n", "text/html", "ok"),
        (b"%PDF-1.7", "application/pdf", "mime"),
        (b"\x00\x01\x02\x03" * 100, "text/html", "mime"),
        (b"{}", "application/json", "mime"),
        (b"<!-- only a comment -->", "text/html", "parse"),
    ],
)
def test_pages_without_facts_say_why(body, mime, extraction):
    facts = extract(page(body, mime))
    assert (facts.extraction, facts.references) == (extraction, ())


def test_a_detector_that_fails_is_told_and_costs_only_itself(monkeypatch):
    def detect(page: Page) -> Iterator[tuple[str, str, str, str]]:
        yield "http://kept.example/", "body", "", ""
        raise RuntimeError("no such luck")

    broken = types.ModuleType("broken")
    broken.detect = detect  # type: ignore[attr-defined]
    known = detectors(references)
    monkeypatch.setattr(
        "crawler.extract.detectors", lambda package: [("broken", broken), *known] if package is references else []
    )
    facts = extract(page(ARTICLE))
    assert facts.extraction == "parse"
    assert facts.detail == "failed in broken: RuntimeError: no such luck"
    assert facts.article
    assert {one.detector for one in facts.references} == {"broken", "embed", "hyperlink", "text_url"}


def test_every_detector_is_documented():
    assert [name for name, _ in detectors(references)] == ["embed", "hyperlink", "text_url"]
    assert all(module.__doc__ and module.detect.__doc__ for _, module in detectors(references))


def test_an_address_that_is_no_http_url_is_read_all_the_same():
    facts: Facts = extract(page(ARTICLE, url="urn:uuid:1"))
    assert facts.extraction == "ok"
    assert facts.references
