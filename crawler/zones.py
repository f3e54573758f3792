"""Zones: where on the page something stands, and the page's text in blocks.

`body`, `nav`, `footer`, `aside`, `comments` or `head`: only what stands in the body can count as amplification, so
a menu that links to a fake must not look like an article that does, nor the reverse. A zone comes from tags, ARIA
roles, whole words of class and id, and from blocks whose text is nearly all links; it holds for all that is inside.
`<td>` and `<section>` alone mean nothing.

Words lie: `<body class="has-sidebar">` holds the whole page, and so does many a `<div class="widget-area">`. So a
word never takes away the larger part of a page's text, nor its `<main>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.blocks import SKIPPED, Block, Collector, Outline, is_skipped
from crawler.words import wordset

PROSE = 100  # characters of running text that are not a link: no menu item is that long
LINKS = 3  # a block of at least so many links …
LINK_SHARE = 0.8  # … that are more than this share of its text is a menu
MOST = 0.5  # share of the page's text that no word takes away
INTRODUCTION = 60  # characters of a line that may introduce a list of sources


TAGS = {"nav": "nav", "footer": "footer", "aside": "aside", "head": "head", "menu": "nav"}
ROLES = {
    "navigation": "nav", "banner": "nav", "menu": "nav", "menubar": "nav", "search": "nav", "contentinfo": "footer",
    "complementary": "aside",
}  # fmt: skip
_NAV = wordset(
    "nav navi navbar navigation menu mainmenu topmenu submenu menubar sitenav topnav mainnav subnav sidenav "
    "breadcrumb breadcrumbs breadcrump header masthead topbar pagination pager toolbar skiplinks"
)
_FOOTER = wordset("footer foot copyright colophon bottombar subfooter")
_ASIDE = wordset(
    "related sidebar widget widgets recommend recommended recommendation recommendations popular share sharing "
    "sharebar sharebox sharedaddy addthis addtoany promo promos promoted trending outbrain taboola sponsored "
    "advert advertisement youmaylike mostread mostpopular blogroll sidecolumn rightcol relatedposts "
    "relatedarticles zergnet mgid revcontent authorbox bio"
)
# What lies over the page or begs; but whole articles are wrapped in such boxes too.
_OVERLAY = wordset(
    "newsletter cookie cookies gdpr consent banner modal popup subscribe subscription login signin signup"
)
OVERLAY = "overlay"  # a zone only until the box is known to hold no article; then it is `aside`
_COMMENTS = wordset("comment comments respond disqus commentlist commentform usercomments")
_PHRASE = re.compile(
    " (?:you may (?:also )?like|you might (?:also )?like|most (?:read|viewed|shared|popular)|read more|see also|"
    "author (?:box|info|description)|about author) "
)
# A header, footer or title of an article is no part of the site's frame.
_OF_ARTICLE = wordset("article post entry story content page title headline section main single")
_TITLES = wordset("header head title masthead banner")
_MARKS_STATE = wordset("has no with without open closed is enabled disabled hide hidden show")
_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")

# Words that stand before a list of sources, which belongs to the body though it is all links.
_SOURCES = re.compile(
    r"\b(?:sources?|references?|links?|via|quellen?|fuentes?|r[eé]f[eé]rences?|fonti|fontes|bronnen|źródł[ao]|kaynak\w*|"
    r"источник\w*|джерел\w*|izvor\w*|zdroje?|further reading)\W*\Z"
    r"|(?:مصادر|المصدر|المصادر|منابع|منبع|来源|參考|参考|出典|출처)\W*\Z",
    re.IGNORECASE,
)

_PARAGRAPHS = wordset("p blockquote pre")
_HEADINGS = wordset("h1 h2 h3 h4 h5 h6")
_DENSE = wordset("div ul ol dl table td section p center form menu fieldset")
_LISTS = wordset("ul ol dl p")
_ROOTS = wordset("html body main")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def zone_of_words(words: str) -> str | None:
    """The zone that a class or id attribute names, `overlay` included, or None. Each name is read by itself."""
    names = words.split()
    if "Blog" in names and "widget" in names:  # Blogger's own name for the column of posts
        return None
    for name in names:
        zone = _zone_of_name(name)
        if zone:
            return zone
    return None


@lru_cache(16384)
def _zone_of_name(name: str) -> str | None:
    tokens = [token.lower() for token in _TOKEN.findall(name[:200])]
    if not tokens or tokens[0] in _MARKS_STATE or tokens[-1] in _MARKS_STATE or tokens[0] == "elementor":
        return None
    if not _COMMENTS.isdisjoint(tokens):
        return "comments"
    if not _ASIDE.isdisjoint(tokens) or (len(tokens) > 1 and _PHRASE.search(f" {' '.join(tokens)} ")):
        return "aside"
    if not _OVERLAY.isdisjoint(tokens):
        return OVERLAY
    if not _OF_ARTICLE.isdisjoint(tokens) and not _TITLES.isdisjoint(tokens):
        return None
    if not _NAV.isdisjoint(tokens):
        return "nav"
    return "footer" if not _FOOTER.isdisjoint(tokens) else None


def _size(text: str | None) -> int:
    """Characters of a text node, those of scripts without spaces counted threefold."""
    if not text:
        return 0
    text = text.strip()
    if text.isascii():
        return len(text)
    return len(text) * 3 if len(text.encode("utf-8", "replace")) > 2 * len(text) else len(text)


class Box:
    """What an element holds, all that is inside it included."""

    __slots__ = ("element", "frames", "in_article", "link_text", "linked", "links", "prose", "skipped", "tag", "text",
                 "up", "zone")  # fmt: skip

    def __init__(self, element: HtmlElement, up: Box | None) -> None:
        tag = element.tag
        self.element = element
        self.tag = tag
        self.up = up
        self.text = 0  # characters outside links
        self.link_text = 0  # characters of links
        self.links = 0
        self.prose = 0  # characters of running text
        self.frames = tag in ("main", "h1")  # holds what only the box around an article holds
        self.zone = "body"
        self.skipped: bool = (up is not None and up.skipped) or (tag in SKIPPED and is_skipped(element))
        self.linked: bool = tag == "a" or (up is not None and up.linked)
        self.in_article: bool = tag in ("article", "main") or (up is not None and up.in_article)

    def add(self, text: str | None) -> None:
        size = _size(text)
        if self.linked:
            self.link_text += size
        else:
            self.text += size
            if size >= PROSE:
                self.prose += size

    def add_up(self) -> None:
        """Count what is in here for the box around it."""
        if self.tag in _PARAGRAPHS and self.text >= PROSE:
            self.prose = self.text
        up = self.up
        if up is not None:
            up.text += self.text
            up.link_text += self.link_text
            up.links += self.links
            up.prose += self.prose
            up.frames = up.frames or self.frames


@dataclass(slots=True)
class _Measures:
    """What holds for the whole page."""

    root: Box
    alike: dict[str, int]  # class -> characters in all boxes of that class: layouts name every cell alike
    forum: bool

    def share(self, box: Box) -> float:
        """The share of the page's text that a box takes away, with all those of the same class if it holds prose."""
        together = self.alike.get(box.element.get("class", ""), 0) if box.prose else 0
        return max(box.text, together) / max(self.root.text, 1)


def outline(elements: list[HtmlElement], forum: bool = False) -> Outline:
    """Zones and blocks of a document, given its elements in order.

    In a `forum` what is called a comment is a post, and so the body. Two passes over the tree: from the leaves up,
    to measure text, links and prose of every element, and from the root down, to give zones and collect blocks.
    """
    result = Outline()
    if not elements:
        return result
    boxes = _measured(elements)
    measures = _Measures(next(iter(boxes.values())), _alike(boxes.values()), forum)
    collector = Collector(result)
    stack: list[Box] = []
    seen_prose = False
    for element, box in boxes.items():
        while stack and stack[-1] is not box.up:
            _leave(collector, stack.pop())
        box.zone = _zone(box, measures, boxes, collector, seen_prose)
        result.zones[element] = box.zone
        seen_prose = seen_prose or (
            box.zone == "body" and bool(box.prose) and not box.skipped and box.text < MOST * measures.root.text
        )
        collector.enter(element, box.zone, box.skipped)
        stack.append(box)
    while stack:
        _leave(collector, stack.pop())
    collector.flush(None, "body")
    return result


def _measured(elements: list[HtmlElement]) -> dict[HtmlElement, Box]:
    boxes: dict[HtmlElement, Box] = {}
    for element in elements:
        up = boxes.get(element.getparent()) if boxes else None
        boxes[element] = box = Box(element, up)
        if not box.skipped:
            box.add(element.text)
            box.links = int(box.tag == "a")
        if up is not None and not up.skipped:
            up.add(element.tail)
    for box in reversed(boxes.values()):
        box.add_up()
    return boxes


def _alike(boxes: Iterable[Box]) -> dict[str, int]:
    found: dict[str, int] = {}
    for box in boxes:
        if box.prose and zone_of_words(words := box.element.get("class", "")):
            found[words] = found.get(words, 0) + box.text
    return found


def _leave(collector: Collector, box: Box) -> None:
    up = box.up
    if up is None:
        collector.leave(box.element, None, "body", True)
    else:
        collector.leave(box.element, up.element, up.zone, up.skipped)


def _zone(
    box: Box, measures: _Measures, boxes: dict[HtmlElement, Box], collector: Collector, seen_prose: bool
) -> str:
    """An element's zone: its parent's, unless it opens one of its own inside the body."""
    around = box.up.zone if box.up is not None else "body"
    if around == "aside" and not measures.forum and zone_of_words(box.element.get("class", "")) == "comments":
        return "comments"
    if around != "body" or box.tag in _ROOTS:
        return around
    share = measures.share(box)
    found = _by_tag(box, share) or _by_words(box, share, measures) or _by_style(box, share)
    if found:
        return found
    if _is_menu(box, measures) and not _lists_sources(box, boxes, collector):
        return "aside" if seen_prose else "nav"
    return "body"


def _by_tag(box: Box, share: float) -> str | None:
    found = TAGS.get(box.tag)
    if found and (share <= MOST or not box.prose):
        return found
    found = ROLES.get(box.element.get("role", "").strip().lower())
    if found and share <= MOST:
        return found
    return "nav" if box.tag == "header" and not box.in_article and not box.prose else None


def _by_words(box: Box, share: float, measures: _Measures) -> str | None:
    attributes = box.element.attrib
    found = zone_of_words(f"{attributes.get('class', '')} {attributes.get('id', '')}")
    if found == "comments":
        root = measures.root
        of_all = (box.text + box.link_text) / max(root.text + root.link_text, 1)
        return found if not measures.forum and not box.frames and of_all < 0.9 else None
    if not found or share > MOST:
        return None
    if found == OVERLAY:
        return "aside" if box.prose <= 0.3 * max(measures.root.prose, 1) else None
    if (box.tag == "article" and box.prose) or (box.frames and share > 0.1):
        return None
    if found == "nav" and (box.prose or (box.in_article and box.frames) or box.tag in _HEADINGS):
        return None  # a header with a headline, or with running text
    return found


def _by_style(box: Box, share: float) -> str | None:
    """What is hidden is no part of the body, unless it is much of it: pages hide what a script then shows."""
    attributes = box.element.attrib
    hidden = "hidden" in attributes or _HIDDEN.search(attributes.get("style", ""))
    return "aside" if hidden and share <= 0.3 else None


def _is_menu(box: Box, measures: _Measures) -> bool:
    """Whether a block's text is nearly all links, on a page that has running text elsewhere."""
    return (
        box.links >= LINKS
        and box.tag in _DENSE
        and not box.prose
        and box.link_text > LINK_SHARE * (box.text + box.link_text)
        and bool(measures.root.prose)
    )


def _lists_sources(box: Box, boxes: dict[HtmlElement, Box], collector: Collector) -> bool:
    """Whether a block of links stands among the paragraphs of an article: prose before and after it in the same
    parent, or a word such as "Sources" right before it."""
    blocks: list[Block] = collector.result.blocks
    said = collector.pending() or (blocks[-1].text if blocks and blocks[-1].zone == "body" else "")
    if said and len(said) < INTRODUCTION and _SOURCES.search(said):
        return True
    element = box.element
    return (
        box.tag in _LISTS
        and _have_prose(element.itersiblings(preceding=True), boxes)
        and _have_prose(element.itersiblings(), boxes)
    )


def _have_prose(siblings: Iterable[HtmlElement], boxes: dict[HtmlElement, Box]) -> bool:
    return any(sibling.tag in _PARAGRAPHS and boxes[sibling].prose for sibling in siblings)
