"""Who the page points at: what each detector finds, what looks alike and is none, and where it stands."""

from __future__ import annotations

import pytest

from crawler.extract import MAX_REFERENCES, extract
from crawler.links import MAX_LINKS
from crawler.page import Page
from crawler.records import Facts

PROSE = (
    "<p>"
    + "The harbour committee met on Tuesday to discuss the plan for the new breakwater, which divides the town. " * 3
    + "</p>"
)


def read(html: str, url: str = "http://news.example/a") -> Facts:
    facts = extract(Page(url, 200, (("Content-Type", "text/html"),), html.encode(), "2020-01-01T00:00:00Z"))
    assert facts.extraction == "ok", facts.detail
    return facts


def found(html: str, detector: str) -> list[tuple[str, str]]:
    return [(one.url, one.urlkey) for one in read(html).references if one.detector == detector]


def test_a_link_has_its_zone_its_words_and_its_sentence():
    html = f"<body>{PROSE}<p>It began so. A <a href='http://fake.example/story'>false  report</a> said this. It ended.</p></body>"
    (one,) = read(html).references
    assert (one.detector, one.zone, one.url, one.urlkey, one.site, one.anchor, one.context, one.wrapper) == (
        "hyperlink",
        "body",
        "http://fake.example/story",
        "fake.example/story",
        "fake.example",
        "false report",
        "A false report said this.",
        None,
    )


@pytest.mark.parametrize(
    "html, anchor",
    [
        ("<a href='http://x.example/'><img src=i.png alt='A photo'></a>", "A photo"),
        ("<a href='http://x.example/' title=Named></a>", "Named"),
        ("<a href='http://x.example/'><div><p>Over</p><p>blocks</p></div></a>", "Over"),
        ("<map><area href='http://x.example/' alt='On a map'></map>", "On a map"),
        ("<a href='http://x.example/'>" + "long " * 200 + "</a>", None),
    ],
)
def test_the_words_of_a_link(html, anchor):
    (one,) = read(html).references
    assert len(one.anchor) <= 300
    assert len(one.context) <= 400
    assert anchor is None or one.anchor == anchor


@pytest.mark.parametrize(
    "href",
    [
        "/b",
        "b.html",
        "#top",
        "?p=2",
        "//www.news.example/b",
        "https://sub.news.example/",
        "mailto:a@x.example",
        "javascript:void(0)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://x.example/",
        "http://",
        "http://[::1",
        "http:///",
        "tel:123",
        "",
        "  ",
    ],
)
def test_what_is_no_reference(href):
    assert (
        read(f"<p><a href='{href}'>x</a> and <a href='http://y.example/'>y</a></p>").references[0].site == "y.example"
    )
    assert len(read(f"<p><a href='{href}'>x</a></p>").references) == 0


def test_nofollow_speaks_to_search_engines_not_to_us():
    facts = read("<a rel=nofollow href='http://x.example/'>x</a><a rel='nofollow ugc' href='/b'>b</a>")
    assert (len(facts.references), len(facts.links)) == (1, 1)


def test_the_canonical_address_is_a_claim_and_no_reference():
    facts = read(
        "<head><link rel=canonical href='http://victim.example/a'><meta property='og:url' content='http://v2.example/'></head><p>x"
    )
    assert facts.references == ()
    assert facts.article
    assert (facts.article.canonical_url, facts.article.canonical_urlkey) == (
        "http://victim.example/a",
        "victim.example/a",
    )


def test_a_wrapper_is_opened_and_kept():
    facts = read(
        "<p><a href='https://www.google.com/url?q=http%3A%2F%2Ffake.example%2Fx&sa=D'>x</a>"
        "<a href='http://lookalike.example/x?url=https%3A%2F%2Freal.example%2Fy'>y</a>"
        "<a href='https://web.archive.org/web/2017/http://news.example/b'>own, archived</a></p>"
    )
    assert [(one.urlkey, one.wrapper is not None) for one in facts.references] == [
        ("fake.example/x", True),
        ("lookalike.example/x?url=https%3A%2F%2Freal.example%2Fy", False),
        ("news.example/b", True),
    ]


@pytest.mark.parametrize(
    "text, url, urlkey",
    [
        ("see http://fake.example/x.", "http://fake.example/x", "fake.example/x"),
        ("(https://fake.example/x_(1))", "https://fake.example/x_(1)", "fake.example/x_(1)"),
        ("see fake.example/a/b, now", "fake.example/a/b", "fake.example/a/b"),
        ("at www.fake.com today", "www.fake.com", "fake.com"),
        ("on bbc.co.uk: a report", "bbc.co.uk", "bbc.co.uk"),
        ("spiegel.de", "spiegel.de", "spiegel.de"),
        ("hxxp://fake.example/x", "hxxp://fake.example/x", "fake.example/x"),
        ("hxxps://fake[.]example/x", "hxxps://fake[.]example/x", "fake.example/x"),
        ("fake[.]example/x", "fake[.]example/x", "fake.example/x"),
        ("fake(dot)example", "fake(dot)example", "fake.example"),
        ("fake{.}example/x", "fake{.}example/x", "fake.example/x"),
        ("fake [dot] example", "fake [dot] example", "fake.example"),
        ("http[:]//fake.example/x", "http[:]//fake.example/x", "fake.example/x"),
        ("«http://fake.example/x»", "http://fake.example/x", "fake.example/x"),
        ("请看http://fake.example/x。好", "http://fake.example/x", "fake.example/x"),
        ("http://fake.example:8080/x", "http://fake.example:8080/x", "fake.example:8080/x"),
        ("HTTP://FAKE.EXAMPLE/X", "HTTP://FAKE.EXAMPLE/X", "fake.example/X"),
        ("<b>fake.example</b>/x", "fake.example/x", "fake.example/x"),
        ("t.me/channel", "t.me/channel", "t.me/channel"),
        ("http://bücher.example/x", "http://bücher.example/x", "xn--bcher-kva.example/x"),
        ("http://1.2.3.4/x", "http://1.2.3.4/x", "1.2.3.4/x"),
    ],
)
def test_an_address_written_out(text, url, urlkey):
    assert found(f"<p>{text}</p>", "text_url") == [(url, urlkey)]


@pytest.mark.parametrize(
    "text",
    [
        "write to editor@fake.com or to a.b@fake.example",
        "edit index.php and main.py",
        "it runs on node.js and ASP.NET",
        "the end.The next",
        "so it is.it was",
        "e.g. this, i.e. that, U.S. and p.m.",
        "version 3.5 of 10.000",
        "and/or either/or",
        "file.txt",
        "foo.bar.baz",
        "readme.md",
        "...",
        "news.example/own",
        "http://",
        "http://x",
        "1.2.3.4",
        "key=val.com/x"[:7],
        "A.B.",
        "Inc.The",
    ],
)
def test_what_only_looks_like_an_address(text):
    assert [one for one in found(f"<p>{text}</p>", "text_url") if one[1] != "x"] == []


@pytest.mark.parametrize(
    "html, count",
    [
        ("<a href='http://fake.example/x'>http://fake.example/x</a>", 0),
        ("<a href='http://fake.example/x'>fake.example/x</a>", 0),
        ("<a href='http://fake.example/x/long/way'>fake.example/x/lo…</a>", 0),
        ("<a href='http://other.example/'>http://fake.example/x</a>", 1),
        ("<script>var a='http://fake.example/x'</script>", 0),
        ("<p title='http://fake.example/x'>x</p>", 0),
    ],
)
def test_an_address_that_is_also_a_link_is_counted_once(html, count):
    assert len(found(f"<p>{html}</p>", "text_url")) == count


def test_an_address_written_out_has_its_zone_and_sentence():
    html = f"<body>{PROSE}<p>First. They cite fake.example/x as proof. Last.</p><div class=comments><p>Look at fake.example/y there</p></div></body>"
    assert [(one.zone, one.context) for one in read(html).references] == [
        ("body", "They cite fake.example/x as proof."),
        ("comments", "Look at fake.example/y there"),
    ]


@pytest.mark.parametrize(
    "html, url",
    [
        ("<iframe src='https://tube.example/embed/1' width=560></iframe>", "https://tube.example/embed/1"),
        ("<video src='//cdn.example/v.mp4'></video>", "//cdn.example/v.mp4"),
        ("<video><source src='http://cdn.example/v.mp4'></video>", "http://cdn.example/v.mp4"),
        ("<audio src='http://cdn.example/a.mp3'></audio>", "http://cdn.example/a.mp3"),
        ("<embed src='http://cdn.example/e.swf'>", "http://cdn.example/e.swf"),
        ("<object data='http://cdn.example/o.pdf'></object>", "http://cdn.example/o.pdf"),
        ("<blockquote cite='http://fake.example/x'>Said</blockquote>", "http://fake.example/x"),
        ("<iframe data-src='https://tube.example/lazy'></iframe>", "https://tube.example/lazy"),
    ],
)
def test_what_is_embedded(html, url):
    assert [one[0] for one in found(f"<body>{PROSE}{html}</body>", "embed")] == [url]


@pytest.mark.parametrize(
    "html",
    [
        "<iframe src='about:blank'></iframe>",
        "<iframe src='http://t.example/ns' height=0 width=0></iframe>",
        "<iframe src='/own'></iframe>",
        "<iframe src='http://t.example/p' style='display:none'></iframe>",
        "<img src='http://cdn.example/i.png'>",
        "<script src='http://cdn.example/s.js'></script>",
    ],
)
def test_what_is_not_embedded(html):
    assert found(f"<body>{PROSE}{html}</body>", "embed") == []


def test_links_that_a_spider_may_follow():
    facts = read(
        "<head><meta http-equiv=refresh content='5; url=/moved'><link rel=alternate type='application/rss+xml' href='/feed'>"
        "<link rel=stylesheet href='/s.css'></head><body><a href='/b#x'>b</a><a href='/b'>again</a><a href='https://bit.ly/3abc'>short</a>"
        "<a href='http://[bad'>bad</a><a href='http://x.example/'>x</a><area href='/map'><iframe src='/frame'></iframe></body>"
    )
    assert [(link.urlkey, link.rel) for link in facts.links] == [
        ("news.example/moved", "refresh"),
        ("news.example/feed", "feed"),
        ("news.example/b", "link"),
        ("bit.ly/3abc", "link"),
        ("news.example/map", "link"),
        ("news.example/frame", "link"),
    ]


@pytest.mark.parametrize(
    "content, target",
    [
        ("0;url=http://x.example/", "x.example"),
        ("5; URL='http://x.example/'", "x.example"),
        ("0;http://x.example/", "x.example"),
        ("30", None),
        ("0; url=javascript:alert(1)", None),
        ("0;url=file:///etc/passwd", None),
        ("", None),
        ("5;", None),
    ],
)
def test_a_refresh_is_a_link_wherever_it_leads(content, target):
    facts = read(f'<head><meta http-equiv="Refresh" content="{content}"></head><p>x')
    assert [link.urlkey for link in facts.links] == ([target] if target else [])


def test_limits_are_told():
    facts = read("<body>" + "".join(f"<a href='/{n}'>a</a><a href='http://x{n}.example/'>b</a>" for n in range(6000)))
    assert (len(facts.links), len(facts.references)) == (MAX_LINKS, MAX_REFERENCES)
    assert facts.detail
    assert str(MAX_LINKS) in facts.detail
    assert "references" in facts.detail


def test_one_malformed_link_among_a_thousand_costs_only_itself():
    facts = read(
        "<body>"
        + "".join(f"<a href='http://x{n}.example/'>b</a>" for n in range(500))
        + "<a href='http://[::1'>bad</a>"
        + "<a href='http://"
        + "a" * 100_000
        + "'>long</a>"
        + "".join(f"<a href='http://y{n}.example/'>b</a>" for n in range(499))
    )
    assert len(facts.references) == 999


@pytest.mark.parametrize(
    "text",
    [
        "http://" * 140_000,
        "a." * 500_000,
        "[.]" * 300_000,
        "x@" * 500_000,
        "a-" * 500_000,
        "http://a/" + "(" * 900_000,
    ],
)
def test_a_megabyte_made_to_confuse_is_read_in_the_time_of_a_page(text):
    from crawler.references import text_url

    page = Page(
        "http://news.example/a", 200, (), f"<html><body><p>{text}</p></body></html>".encode(), "2020-01-01T00:00:00Z"
    )
    assert len(list(text_url.detect(page))) < 200_000  # ends at all: the pool's limit is ten seconds
