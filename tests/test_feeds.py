"""Feeds and sitemaps: what they list, whatever their dialect."""

from __future__ import annotations

import gzip

import pytest

from crawler.extract import extract
from crawler.feeds import MAX_SITEMAP
from crawler.page import Page
from crawler.records import Facts


def read(body: str | bytes, mime: str = "application/xml", url: str = "http://news.example/feed") -> Facts:
    data = body if isinstance(body, bytes) else body.encode()
    return extract(Page(url, 200, (("Content-Type", mime),), data, "2020-01-01T00:00:00Z"))


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Harbour News</title>
<link>http://news.example/</link>
<item><title>One &amp; only</title><link>http://news.example/one</link>
<description>&lt;p&gt;Short.&lt;/p&gt;</description><content:encoded><![CDATA[<p>It says so at <a href="http://fake.example/x">a site</a>.</p>]]></content:encoded></item>
<item><title>Two</title><guid>http://news.example/two</guid></item><item><title>Three</title><guid isPermaLink="false">3</guid></item>
<item><title>Elsewhere</title><link>http://other.example/four</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour News</title><link rel="self" href="/feed"/>
<entry><title>One</title><link rel="edit" href="/edit"/><link rel="alternate" href="/one"/><summary type="html">&lt;b&gt;Bold&lt;/b&gt; words</summary></entry>
<entry><title>Two</title><link href="/two"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Whole <a href="http://fake.example/x">text</a></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>Harbour News</title></channel>
<item rdf:about="x"><title>One</title><link>http://news.example/one</link></item></rdf:RDF>"""


@pytest.mark.parametrize(
    "feed, keys",
    [
        (RSS, ["news.example/one", "news.example/two"]),
        (ATOM, ["news.example/one", "news.example/two"]),
        (RDF, ["news.example/one"]),
    ],
)
def test_the_entries_of_a_feed_are_links(feed, keys):
    assert [link.urlkey for link in read(feed).links if link.rel == "item"] == keys


def test_a_feed_is_read_like_the_page_that_a_reader_makes_of_it():
    facts = read(RSS)
    assert facts.article
    assert (facts.article.page_type, facts.article.title) == ("feed", "Harbour News")
    assert facts.article.text.split("\n") == ["One & only", "It says so at a site.", "Two", "Three", "Elsewhere"]
    assert [(one.urlkey, one.zone, one.anchor) for one in facts.references] == [
        ("fake.example/x", "body", "a site"),
        ("other.example/four", "body", "Elsewhere"),
    ]


def test_xhtml_in_atom_is_content():
    facts = read(ATOM)
    assert facts.article
    assert "Whole text" in facts.article.text
    assert "Bold words" in facts.article.text
    assert [one.urlkey for one in facts.references] == ["fake.example/x"]


def test_broken_xml_is_mended():
    assert (
        next(
            link.urlkey
            for link in read(RSS.replace("&amp;", "&").replace("</channel></rss>", "")).links
            if link.rel == "item"
        )
        == "news.example/one"
    )


SITEMAP = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>%s</urlset>"


def test_a_sitemap_lists_pages_of_its_own_site_only():
    urls = [
        "http://news.example/a",
        " http://news.example/b \n",
        "http://other.example/c",
        "file:///etc/passwd",
        "http://[bad",
        "http://news.example/a",
    ]
    facts = read(SITEMAP % "".join(f"<url><loc>{url}</loc></url>" for url in urls))
    assert [(link.urlkey, link.rel) for link in facts.links] == [
        ("news.example/a", "item"),
        ("news.example/b", "item"),
    ]
    assert (facts.article, facts.references, facts.extraction) == (None, (), "ok")


def test_a_sitemap_index_lists_sitemaps():
    index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>http://news.example/s1.xml.gz</loc></sitemap></sitemapindex>"
    assert [(link.urlkey, link.rel) for link in read(index).links] == [("news.example/s1.xml.gz", "sitemap")]


def test_a_sitemap_in_a_gzip_file_is_read():
    facts = read(
        gzip.compress((SITEMAP % "<url><loc>http://news.example/a</loc></url>").encode()),
        "application/gzip",
        "http://news.example/s.xml.gz",
    )
    assert [link.urlkey for link in facts.links] == ["news.example/a"]


def test_a_sitemap_is_read_up_to_the_limit_of_its_protocol():
    facts = read(SITEMAP % "".join(f"<url><loc>http://news.example/{n}</loc></url>" for n in range(MAX_SITEMAP + 10)))
    assert len(facts.links) == MAX_SITEMAP
    assert facts.detail
    assert str(MAX_SITEMAP) in facts.detail


def test_plain_text_is_a_document_with_its_addresses():
    facts = read("The harbour.\n\nSee http://fake.example/x for more.\n", "text/plain", "http://news.example/a.txt")
    assert facts.article
    assert (facts.article.page_type, facts.article.text) == (
        "document",
        "The harbour.\nSee http://fake.example/x for more.",
    )
    assert [one.urlkey for one in facts.references] == ["fake.example/x"]
