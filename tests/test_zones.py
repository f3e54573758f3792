"""A zone says where on the page something stands; words of class and id are whole words, and do not swallow articles."""

from __future__ import annotations

import pytest

from crawler.page import Page
from crawler.zones import zone_of_words

PROSE = (
    "<p>"
    + "The harbour committee met on Tuesday to discuss the plan for the new breakwater, which divides the town. " * 3
    + "</p>"
)
LINK = "<a id=here href='http://far.example/x'>the wreck of the northern shore</a>"


def zone(html: str, url: str = "http://news.example/a") -> str:
    page = Page(url, 200, (("Content-Type", "text/html"),), html.encode(), "2020-01-01T00:00:00Z")
    return next(page.zone(element) for element in page.elements if element.get("id") == "here")


def among(box: str) -> str:
    """The zone of a link in a box beside an article."""
    return zone(f"<html><body><div class=page><h1>Harbour</h1>{PROSE * 4}{box}</div></body></html>")


@pytest.mark.parametrize(
    "box, expected",
    [
        (f"<p>They spoke of {LINK} again.</p>", "body"),
        (f"<nav>{LINK}</nav>", "nav"),
        (f"<footer><p>{LINK}</p></footer>", "footer"),
        (f"<aside>{LINK}</aside>", "aside"),
        (f"<div role=navigation>{LINK}</div>", "nav"),
        (f"<div role=contentinfo>{LINK}</div>", "footer"),
        (f"<div role=complementary>{LINK}</div>", "aside"),
        (f"<div role=banner>{LINK}</div>", "nav"),
        (f"<header>{LINK}</header>", "nav"),
        (f"<div class='main-menu'>{LINK}</div>", "nav"),
        (f"<ul id=topNav><li>{LINK}</ul>", "nav"),
        (f"<div id=breadcrumbs>{LINK}</div>", "nav"),
        (f"<div class='site-footer'>{LINK}</div>", "footer"),
        (f"<p class=copyright>{LINK}</p>", "footer"),
        (f"<div class='related-posts'>{LINK}</div>", "aside"),
        (f"<div id=sidebar>{LINK}</div>", "aside"),
        (f"<div class=sidebarRight>{LINK}</div>", "aside"),
        (f"<div class='widget widget_links'>{LINK}</div>", "aside"),
        (f"<div class='recommended'>{LINK}</div>", "aside"),
        (f"<div class='popular_stories'>{LINK}</div>", "aside"),
        (f"<div class='you-may-like'>{LINK}</div>", "aside"),
        (f"<div class='youMayAlsoLike'>{LINK}</div>", "aside"),
        (f"<div class='share-buttons'>{LINK}</div>", "aside"),
        (f"<div class=most-read>{LINK}</div>", "aside"),
        (f"<div class=trending>{LINK}</div>", "aside"),
        (f"<div class=promo>{LINK}</div>", "aside"),
        (f"<ol class=comment-list><li>{LINK} says me</ol>", "comments"),
        (f"<div id=respond>{LINK}</div>", "comments"),
        (f"<div id=disqus_thread>{LINK}</div>", "comments"),
        (f"<div hidden>{LINK}</div>", "aside"),
        (f"<div style='display: none'>{LINK}</div>", "aside"),
        # words that only look alike, and tags that mean nothing
        (f"<div class=commentary><p>On {LINK} we think.</p></div>", "body"),
        (f"<div class=unshared><p>On {LINK} we think.</p></div>", "body"),
        (f"<div class=navy><p>On {LINK} we think.</p></div>", "body"),
        (f"<div class=widgetry><p>On {LINK} we think.</p></div>", "body"),
        (f"<div class=article-header><p>On {LINK} we think.</p></div>", "body"),
        (f"<div class=footnotes><p>On {LINK} we think.</p></div>", "body"),
        (f"<article><header><p>On {LINK} we think.</p></header></article>", "body"),
        (f"<section><p>On {LINK} we think.</p></section>", "body"),
        (f"<table><tr><td><p>On {LINK} we think.</p></table>", "body"),
        (f"<div class='elementor-widget elementor-widget-text-editor'><p>On {LINK} we think.</p></div>", "body"),
    ],
)
def test_a_box_beside_an_article(box, expected):
    assert among(box) == expected


@pytest.mark.parametrize(
    "opening, closing",
    [
        ("<body class='has-sidebar no-comments menu-open'>", ""),
        ("<body class='sidebar-right'>", ""),
        ("<main class=sidebar>", "</main>"),
        ("<div class='widget-area-right'>", "</div>"),
        ("<div class='content-sidebar-wrap'>", "</div>"),
        ("<div id=menu>", "</div>"),
        ("<article class='post comments-open'>", "</article>"),
        ("<div class='page comments-closed'>", "</div>"),
        ("<aside>", "</aside>"),
        ("<div class='header-footer-layout'>", "</div>"),
        ("<form class=comments>", "</form>"),
        ("<div class='related'>", "</div>"),
        ("<div class=subscription>", "</div>"),
        ("<header>", "</header>"),
        ("<table class=sidebar><tr><td>", "</table>"),
    ],
)
def test_no_word_takes_away_the_whole_article(opening, closing):
    html = f"<html>{opening}<h1>Harbour</h1>{PROSE * 3}<p>They spoke of {LINK} again.</p>{PROSE}{closing}</html>"
    assert zone(html) == "body"


def test_a_layout_that_names_every_cell_alike_is_no_sidebar():
    cells = "".join(f"<div class='sidebar-grid__container'>{PROSE}</div>" for _ in range(8))
    html = f"<html><body><h1>Harbour</h1>{cells}<div class='sidebar-grid__container'>{PROSE}<p>On {LINK}.</p></div>{PROSE}</body></html>"
    assert zone(html) == "body"


LINKS = "".join(f"<li><a href='http://x{number}.example/'>Partner number {number}</a>" for number in range(5))


@pytest.mark.parametrize(
    "html, expected",
    [
        (f"<ul>{LINKS}<li>{LINK}</ul>{PROSE * 3}", "nav"),
        (f"{PROSE * 3}<div><ul>{LINKS}<li>{LINK}</ul></div>", "aside"),
        (f"{PROSE * 3}<ul>{LINKS}<li>{LINK}</ul>", "aside"),
        (f"<table><tr><td>{LINKS}{LINK}</td><td>{PROSE * 3}</table>", "nav"),
        (f"{PROSE * 3}<ul>{LINKS}<li>{LINK}</ul>{PROSE}", "body"),
        (f"{PROSE * 3}<h3>Sources:</h3><ul>{LINKS}<li>{LINK}</ul>", "body"),
        (f"{PROSE * 3}<p>Источники:</p><ul>{LINKS}<li>{LINK}</ul>", "body"),
        (f"<ul>{LINKS}<li>{LINK}</ul>", "body"),
    ],
)
def test_a_block_of_links_is_a_menu_unless_it_stands_in_the_article(html, expected):
    assert zone(f"<html><body>{html}</body></html>") == expected


def test_in_a_forum_a_comment_is_a_post():
    html = f"<html><body><h1>Thread</h1><div class=comment><p>See {LINK} there.</p></div><p>x</p></body></html>"
    assert zone(html) == "comments"
    assert zone(html, "http://board.example/forum/thread-12") == "body"


@pytest.mark.parametrize(
    "words, expected",
    [
        ("nav", "nav"),
        ("mainNav", "nav"),
        ("NAV_BAR", "nav"),
        ("navigate", None),
        ("post-share", "aside"),
        ("shareholder", None),
        ("widget Blog", None),
        ("no-sidebar", None),
        ("comment-12", "comments"),
        ("page-header", None),
        ("site-header", "nav"),
        ("", None),
    ],
)
def test_words_of_a_class(words, expected):
    assert zone_of_words(words) == expected


def test_blocks_are_the_text_in_order_with_its_links():
    html = "<div>One <b>bold</b><p>Two <a href='/x'> linked  text </a>, three</p>four<br><br>five</div><ul><li>six<li>seven</ul>"
    page = Page("http://news.example/a", 200, (), html.encode(), "2020-01-01T00:00:00Z")
    assert [block.text for block in page.blocks] == [
        "One bold",
        "Two linked text , three",
        "four",
        "five",
        "six",
        "seven",
    ]
    block = page.blocks[1]
    assert [block.text[start:end] for start, end, _ in block.links] == ["linked text"]
