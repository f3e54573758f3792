"""What one page states: references, links and text."""

from __future__ import annotations

from crawler.extract import extract
from crawler.page import Page
from crawler.records import Facts


def read(html: str, url: str = "http://news.example/a") -> Facts:
    return extract(Page(url, 200, (("Content-Type", "text/html"),), html.encode(), "2020-01-01T00:00:00Z"))


def test_one_malformed_link_never_loses_the_others():
    facts = read("<p>See <a href='http://[bad'>this</a> and <a href='http://fake.example/x'>that</a>.")
    assert [(found.url, found.urlkey, found.anchor) for found in facts.references] == [
        ("http://fake.example/x", "fake.example/x", "that")
    ]


def test_links_of_the_own_site_are_for_the_crawl_and_all_others_are_references():
    facts = read("<p><a href='/b'>b</a> <a href='http://www.news.example/c'>c</a> <a href='http://x.example/'>x</a></p>")
    assert [link.urlkey for link in facts.links] == ["news.example/b", "news.example/c"]
    assert [found.site for found in facts.references] == ["x.example"]
