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
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

PROSE = 100  # characters of running text that are not a link: no menu item is that long
LINKS = 3  # a block of at least so many links …
LINK_SHARE = 0.8  # … that are more than this share of its text is a menu

TAGS = {"nav": "nav", "footer": "footer", "aside": "aside", "head": "head", "menu": "nav"}
ROLES = {
    "navigation": "nav", "banner": "nav", "menu": "nav", "menubar": "nav", "search": "nav", "contentinfo": "footer",
    "complementary": "aside",
}
_NAV = frozenset(
    "nav navi navbar navigation menu mainmenu topmenu submenu menubar sitenav topnav mainnav subnav sidenav "
    "breadcrumb breadcrumbs breadcrump header masthead topbar pagination pager toolbar skiplinks".split()
)
_FOOTER = frozenset("footer foot copyright colophon bottombar subfooter".split())
_ASIDE = frozenset(
    "related sidebar widget widgets recommend recommended recommendation recommendations popular share sharing "
    "sharebar sharebox sharedaddy addthis addtoany promo promos promoted trending outbrain taboola sponsored "
    "advert advertisement youmaylike mostread mostpopular blogroll sidecolumn rightcol relatedposts "
    "relatedarticles zergnet mgid revcontent authorbox bio".split()
)
# What lies over the page or begs; but whole articles are wrapped in such boxes too.
_OVERLAY = frozenset(
    "newsletter cookie cookies gdpr consent banner modal popup subscribe subscription login signin signup".split()
)
OVERLAY = "overlay"  # a zone only until the box is known to hold no article; then it is `aside`
_COMMENTS = frozenset("comment comments respond disqus commentlist commentform usercomments".split())
_PHRASE = re.compile(
    " (?:you may (?:also )?like|you might (?:also )?like|most (?:read|viewed|shared|popular)|read more|see also|"
    "author (?:box|info|description)|about author) "
)
# A header, footer or title of an article is no part of the site's frame.
_OF_ARTICLE = frozenset("article post entry story content page title headline section main single".split())
_TITLES = frozenset(("header", "head", "title", "masthead", "banner"))
_MARKS_STATE = frozenset("has no with without open closed is enabled disabled hide hidden show".split())
_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")

# Words that stand before a list of sources, which belongs to the body though it is all links.
_SOURCES = re.compile(
    r"\b(sources?|references?|links?|via|quellen?|fuentes?|r[eé]f[eé]rences?|fonti|fontes|bronnen|źródł[ao]|kaynak\w*|"
    r"источник\w*|джерел\w*|izvor\w*|zdroje?|further reading)\W*\Z|(مصادر|المصدر|المصادر|منابع|منبع|来源|參考|参考|出典|출처)\W*\Z",
    re.IGNORECASE,
)

SKIPPED = frozenset("script style template svg math noscript textarea select button object canvas datalist head".split())
BLOCKS = frozenset(
    "html body address article aside blockquote center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul iframe "
    "caption legend frameset noframes marquee".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FRAMES = frozenset("iframe video audio embed object".split())
_DENSE = frozenset("div ul ol dl table td section p center form menu fieldset".split())
_ROOTS = frozenset(("html", "body", "main"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """A run of text between two block-level boundaries: a paragraph, a heading, a list item, a cell."""

    text: str  # blanks collapsed
    zone: str
    element: HtmlElement  # the nearest block-level element
    links: list[tuple[int, int, HtmlElement]]  # from, to (offsets in text), the <a>


@dataclass(slots=True)
class Outline:
    """The zones and blocks of one page."""

    blocks: list[Block] = field(default_factory=list)
    zones: dict[HtmlElement, str] = field(default_factory=dict)
    places: dict[HtmlElement, int] = field(default_factory=dict)  # frames and films: how many blocks stand before
    link_block: dict[HtmlElement, tuple[int, int, int]] = field(default_factory=dict)  # <a>: block, from, to

    def zone(self, element: HtmlElement) -> str:
        return self.zones.get(element, "body")


def zone_of_words(words: str) -> str | None:
    """The zone that a class or id attribute names, or None. Each name in it is read by itself."""
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


def is_skipped(element: HtmlElement) -> bool:
    """Whether an element shows a reader no text of its own. Unclosed buttons, and pages that are all `<noscript>`,
    hold whole articles."""
    if element.tag not in SKIPPED:
        return False
    if element.tag not in ("noscript", "button", "object", "canvas", "select"):
        return True
    return not any(True for _ in element.iter("h1", "main", "article")) and sum(1 for _ in element.iter("p")) < 3


def _size(text: str | None) -> int:
    """Characters of a text node, those of scripts without spaces counted threefold."""
    if not text:
        return 0
    text = text.strip()
    if text.isascii():
        return len(text)
    return len(text) * 3 if len(text.encode("utf-8", "replace")) > 2 * len(text) else len(text)


def outline(elements: list[HtmlElement], forum: bool = False) -> Outline:
    """Zones and blocks of a document, given its elements in order. In a `forum` what is called a comment is a post, and so the body.

    Two passes over the tree: one from the leaves up, which measures text, links and prose of every element, one
    from the root down, which gives zones and collects blocks.
    """
    result = Outline()
    if not elements:
        return result
    index = {element: i for i, element in enumerate(elements)}
    count = len(elements)
    parents = [-1] * count
    skipped = [False] * count
    linked = [False] * count
    text = [0] * count  # characters outside links
    link_text = [0] * count
    links = [0] * count
    prose = [False] * count
    passages = [0] * count  # characters in prose
    anchors = [False] * count  # holds what only an article's frame holds: <main>, <h1>
    for i, element in enumerate(elements):
        parent = element.getparent()
        up = index.get(parent, -1) if i else -1
        parents[i] = up
        tag = element.tag
        skipped[i] = (up >= 0 and skipped[up]) or (tag in SKIPPED and is_skipped(element))
        linked[i] = tag == "a" or (up >= 0 and linked[up])
        if tag in ("main", "h1"):
            anchors[i] = True
        if not skipped[i]:
            size = _size(element.text)
            if linked[i]:
                link_text[i] += size
                if tag == "a":
                    links[i] += 1
            else:
                text[i] += size
                if size >= PROSE:
                    prose[i] = True
                    passages[i] += size
        if up >= 0 and not skipped[up]:
            size = _size(element.tail)
            if linked[up]:
                link_text[up] += size
            else:
                text[up] += size
                if size >= PROSE:
                    prose[up] = True
                    passages[up] += size
    for i in range(count - 1, 0, -1):
        up = parents[i]
        if up < 0:
            continue
        if elements[i].tag in ("p", "blockquote", "pre") and text[i] >= PROSE:
            prose[i] = True
            passages[i] = text[i]
        passages[up] += passages[i]
        text[up] += text[i]
        link_text[up] += link_text[i]
        links[up] += links[i]
        prose[up] = prose[up] or prose[i]
        anchors[up] = anchors[up] or anchors[i]

    whole = max(text[0], 1)
    same_words: dict[str, int] = {}  # class -> characters in all elements of that class: layouts name every cell alike
    for i, element in enumerate(elements):
        if prose[i] and zone_of_words(words := element.get("class", "")):
            same_words[words] = same_words.get(words, 0) + text[i]
    all_text = max(text[0] + link_text[0], 1)
    zones: list[str] = ["body"] * count
    in_article = [False] * count
    seen_prose = False
    collector = _Collector(result)
    stack: list[int] = []
    for i, element in enumerate(elements):
        up = parents[i]
        while stack and stack[-1] != up:
            closing = stack.pop()
            collector.leave(elements[closing], zones[parents[closing]] if parents[closing] >= 0 else "body",
                            parents[closing] < 0 or skipped[parents[closing]])
        tag = element.tag
        zone = zones[up] if up >= 0 else "body"
        in_article[i] = (up >= 0 and in_article[up]) or tag == "article" or tag == "main"
        if zone == "body":
            share = max(text[i], same_words.get(element.get("class", ""), 0) if prose[i] else 0) / whole
            found = None
            if tag not in _ROOTS:
                found = _zone(element, tag, i, share, (text[i] + link_text[i]) / all_text, in_article, anchors, prose,
                              passages, forum)
                if (
                    found is None
                    and links[i] >= LINKS
                    and tag in _DENSE
                    and not prose[i]
                    and link_text[i] > LINK_SHARE * (text[i] + link_text[i])
                    and prose[0]
                    and not _list_of_sources(result.blocks, collector, tag, i, parents, elements, index, prose)
                ):
                    found = "aside" if seen_prose else "nav"
            if found:
                zone = found
        elif zone == "aside" and not forum and zone_of_words(element.get("class", "")) == "comments":
            zone = "comments"
        zones[i] = zone
        result.zones[element] = zone
        if zone == "body" and prose[i] and not skipped[i] and text[i] < whole * 0.5:
            seen_prose = True
        collector.enter(element, zone, skipped[i])
        stack.append(i)
    while stack:
        closing = stack.pop()
        collector.leave(elements[closing], zones[parents[closing]] if parents[closing] >= 0 else "body",
                        parents[closing] < 0 or skipped[parents[closing]])
    collector.flush()
    return result


def _zone(
    element: HtmlElement, tag: str, i: int, share: float, share_of_all: float, in_article: list[bool],
    anchors: list[bool], prose: list[bool], passages: list[int], forum: bool,
) -> str | None:
    """The zone that an element's own tag, role, class and id open, or None."""
    found = TAGS.get(tag)
    if found and (share <= 0.5 or not prose[i]):
        return found
    attributes = element.attrib
    role = attributes.get("role")
    if role:
        found = ROLES.get(role.strip().lower())
        if found and share <= 0.5:
            return found
    if tag == "header" and not in_article[i] and not prose[i]:
        return "nav"
    words = attributes.get("class", "") + " " + attributes.get("id", "")
    if words != " ":
        found = zone_of_words(words)
        if found == "comments":
            if not forum and not anchors[i] and share_of_all < 0.9:
                return found
        elif found == OVERLAY:
            return "aside" if share <= 0.5 and passages[i] <= 0.3 * max(passages[0], 1) else None
        elif found and share <= 0.5 and not (tag == "article" and prose[i]) and not (anchors[i] and share > 0.1):
            if found == "nav" and (prose[i] or (in_article[i] and anchors[i]) or tag in _HEADINGS):
                return None  # a header with a headline, or with running text
            return found
    if "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")):
        return "aside" if share <= 0.3 else None
    return None


def _list_of_sources(
    blocks: list[Block], collector: _Collector, tag: str, i: int, parents: list[int], elements: list[HtmlElement],
    index: dict[HtmlElement, int], prose: list[bool],
) -> bool:
    """Whether a block of links stands among the paragraphs of an article: prose before and after it in the same
    parent, or a word such as "Sources" right before it."""
    said = collector.pending() or (blocks[-1].text if blocks and blocks[-1].zone == "body" else "")
    if said and len(said) < 60 and _SOURCES.search(said):
        return True
    element = elements[i]
    if tag not in ("ul", "ol", "dl", "p"):
        return False
    return _has_prose(element.itersiblings(preceding=True), index, prose) and _has_prose(
        element.itersiblings(), index, prose
    )


def _has_prose(siblings: object, index: dict[HtmlElement, int], prose: list[bool]) -> bool:
    return any(
        prose[index[sibling]] and sibling.tag in ("p", "blockquote", "pre")
        for sibling in siblings  # type: ignore[attr-defined]
        if sibling in index
    )


class _Collector:
    """Gathers text between block-level boundaries into blocks, with the links inside."""

    def __init__(self, result: Outline) -> None:
        self.result = result
        self.pieces: list[str] = []
        self.open_links: list[tuple[HtmlElement, int]] = []  # <a>, the piece it begins with
        self.links: list[tuple[int, int, HtmlElement]] = []  # from piece, to piece, <a>
        self.zone = "body"
        self.element: HtmlElement | None = None
        self.breaks = 0

    def pending(self) -> str:
        return " ".join("".join(self.pieces).split())

    def enter(self, element: HtmlElement, zone: str, skipped: bool) -> None:
        tag = element.tag
        if tag in BLOCKS:
            self.flush(element, zone)
        elif zone != self.zone:
            self.flush(self.element, zone)
        if tag in _FRAMES:
            self.result.places[element] = len(self.result.blocks) + bool(self.pending())
        if skipped:
            return
        if tag == "a":
            self.open_links.append((element, len(self.pieces)))
        elif tag == "br":
            self.breaks += 1
            if self.breaks > 1:
                self.flush(self.element, self.zone)
            else:
                self.pieces.append("\n")
        if element.text:
            self._add(element.text)

    def leave(self, element: HtmlElement, zone: str, skipped: bool) -> None:
        tag = element.tag
        if tag in BLOCKS:
            parent = element.getparent()
            self.flush(parent, zone)
        elif zone != self.zone:
            self.flush(self.element, zone)
        if tag == "a" and self.open_links and self.open_links[-1][0] is element:
            _, start = self.open_links.pop()
            self.links.append((start, len(self.pieces), element))
        if element.tail and not skipped:
            self._add(element.tail)

    def _add(self, text: str) -> None:
        if self.breaks and not text.isspace():
            self.breaks = 0
        self.pieces.append(text)

    def flush(self, element: HtmlElement | None = None, zone: str = "body") -> None:
        """End the block here; what follows belongs to `element`."""
        if self.pieces or self.links or self.open_links:
            for link, start in self.open_links:  # a block-level element inside a link: the link goes on after it
                self.links.append((start, len(self.pieces), link))
            self._store()
            self.pieces, self.links = [], []
            self.open_links = [(link, 0) for link, _ in self.open_links]
        self.breaks = 0
        self.element = element if element is not None else self.element
        self.zone = zone

    def _store(self) -> None:
        if not self.links:
            text = " ".join("".join(self.pieces).split())
            if text:
                self.result.blocks.append(Block(text, self.zone, self.element, []))
            return
        offsets = [0]
        parts: list[str] = []
        length, blank = 0, True  # nothing yet: leading blanks go
        for piece in self.pieces:
            words = piece.split()
            if not words:
                part = "" if blank or not piece else " "
            else:
                part = " ".join(words)
                if piece[0].isspace() and not blank:
                    part = " " + part
                if piece[-1].isspace():
                    part += " "
            if part:
                blank = part[-1] == " "
            parts.append(part)
            length += len(part)
            offsets.append(length)
        text = "".join(parts).rstrip()
        if not text and not self.links:
            return
        number = len(self.result.blocks)
        spans = []
        for first, last, link in self.links:
            start, end = min(offsets[first], len(text)), min(offsets[last], len(text))
            while start < end and text[start] == " ":
                start += 1
            while end > start and text[end - 1] == " ":
                end -= 1
            spans.append((start, end, link))
            if link not in self.result.link_block or end > start and self.result.link_block[link][1] == self.result.link_block[link][2]:
                self.result.link_block[link] = (number, start, end)
        self.result.blocks.append(Block(text, self.zone, self.element, spans))
