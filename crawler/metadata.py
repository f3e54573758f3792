"""What a page says of itself: title, author, site name, canonical address, language, and what kind of page it is.

Markup made for machines is asked first (JSON-LD, `<meta>`), then what a reader sees. All of it is a claim: a cloned
page names its victim, so nothing here ever becomes the page's identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import py3langid

from crawler import urls
from crawler.page import Page
from crawler.words import wordset

MAX_TITLE, MAX_NAME = 500, 200  # characters
SHORTEST_HEADLINE, SHORTEST_PARAGRAPH = 15, 120  # characters
SAMPLE = 2000  # characters of text by which the language is told
_ARTICLE = ("Article", "Posting", "Report", "Review")

_LISTING_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ItemList", "Blog"))
_WIKI_GENERATOR = re.compile(r"mediawiki|dokuwiki|twiki|foswiki|moinmoin|xwiki|tiddlywiki|pmwiki", re.IGNORECASE)
_LISTING_PATH = re.compile(  # `/archives/1130` is an article of WordPress
    r"/(?:categor(?:y|ies|ie|ia|ias)|tags?|kategorie|etiqueta|archives?|authors?|autor|search|suche|page)/(?!\d+/?\Z)[^/]*/?\Z"
    r"|/page/\d+/?\Z|[?&](?:s|q|search|paged|cat|tag)=[^&]*\Z",
    re.IGNORECASE,
)
_LISTING_CLASS = wordset("archive category tag search blog author-archive tax")


def kinds(node: dict[str, Any]) -> set[str]:
    """The schema.org types of a JSON-LD object, without their prefix."""
    said = node.get("@type")
    return {str(kind).rpartition("/")[2] for kind in (said if isinstance(said, list) else [said]) if kind}


def page_type(page: Page) -> str:
    """article, listing, home, feed, forum, wiki, social or document; in doubt an article."""
    if page.kind == "feed":
        return "feed"
    if page.kind == "text":
        return "document"
    if "/" not in page.urlkey and "?" not in page.urlkey:
        return "home"
    parts = urls.split(page.url)
    if parts and parts.host.platform:  # where accounts speak
        return "social"
    if _WIKI_GENERATOR.search(page.meta.get("generator", "")):
        return "wiki"
    if page.forum:
        return "forum"
    types = set().union(*(kinds(node) for node in page.json_ld[:20])) if page.json_ld else set()
    if any(word in kind for kind in types for word in _ARTICLE) or page.meta.get("og:type", "").lower() == "article":
        return "article"
    if types & _LISTING_TYPES or _LISTING_PATH.search(page.url):
        return "listing"
    body = page.tree.find("body") if page.tree is not None else None
    classes = set((body.get("class") or "").split()) if body is not None else set()
    if classes & _LISTING_CLASS and "single" not in classes:
        return "listing"
    return "listing" if _lists(page) else "article"


def _lists(page: Page) -> bool:
    """Whether the body is a list of the site's own pages: at least five of them announced, each by a headline that is
    a link and opens a block; no paragraph before the first of them, and no more paragraphs than announcements."""
    announced: set[str] = set()
    paragraphs = 0
    for block in page.blocks:
        if block.zone != "body":
            continue
        start, end, element = block.links[0] if block.links else (1, 0, None)
        found = page.resolve(element.get("href") or "") if element is not None else None
        if start == 0 and end >= SHORTEST_HEADLINE and found and found[2] == page.site and found[1] != page.urlkey:
            announced.add(found[1])
        elif len(block.text) >= SHORTEST_PARAGRAPH:
            paragraphs += 1
            if not announced:
                return False
    return len(announced) >= 5 and paragraphs <= len(announced)


def title(page: Page, name: str | None) -> str | None:
    """The headline: of JSON-LD, of `og:title`, of the only `<h1>`, of `<title>`; without the site's `name`."""
    for node in page.json_ld:
        if any(word in kind for kind in kinds(node) for word in _ARTICLE):
            found = _words(node.get("headline"))
            if found:
                return found[:MAX_TITLE]
    assert page.tree is not None
    headings = list(_headings(page))
    said = _words(page.meta.get("og:title")) or _words(page.meta.get("twitter:title"))
    element = page.tree.find(".//title")
    in_head = _words("".join(element.itertext())) if element is not None else None
    for found in (said, in_head):
        if found:
            for heading in headings:  # the heading that the title repeats, without what the site adds to it
                if len(heading) >= 8 and found.startswith(heading):
                    return heading[:MAX_TITLE]
    if said:
        return _without(said, name)[:MAX_TITLE]
    if len(headings) == 1 and len(headings[0]) < 300:
        return headings[0]
    if in_head:
        return _without(in_head, name)[:MAX_TITLE]
    return headings[0][:MAX_TITLE] if headings else None


def _headings(page: Page) -> Iterator[str]:
    """The `<h1>` of the page, without the logo: that stands outside the body, or links to the home page."""
    assert page.tree is not None
    for element in page.tree.iter("h1"):
        links = [page.key(link.get("href") or "") for link in element.iter("a")]
        home = any(key and "/" not in key for key in links) and "/" in page.urlkey
        if (found := _words("".join(element.itertext()))) and not home and page.zone(element) == "body":
            yield found


_SEPARATOR = re.compile(r"\s+[|\-–—·•»:]+\s+")


def _without(text: str, name: str | None) -> str:
    """A title without the site's name before or after it."""
    if name:
        for pattern in (rf"\s*[|\-–—·•»:]+\s*{re.escape(name)}\s*\Z", rf"\A{re.escape(name)}\s*[|\-–—·•»:]+\s*"):
            shorter = re.sub(pattern, "", text, flags=re.IGNORECASE)
            if shorter and shorter != text:
                return shorter
    return text


_META_AUTHOR = (
    "author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
)  # fmt: skip


def author(page: Page) -> str | None:
    """Who wrote it, as named: `A; B` where they are several."""
    for node in page.json_ld:
        if any(word in kind for kind in kinds(node) for word in _ARTICLE):
            names = _names(node.get("author"))
            if names:
                return "; ".join(names)[:MAX_NAME]
    for key in _META_AUTHOR:
        found = _person(page.meta.get(key))
        if found:
            return found
    assert page.tree is not None
    for element in page.tree.iter("a", "span", "div", "p", "address", "li", "cite", "b", "strong"):
        if (
            element.get("itemprop") == "author"
            or "author" in (element.get("rel") or "").split()
            or _BYLINE.search(element.get("class") or "")
        ):
            found = _person("".join(element.itertext()))
            if found and page.zone(element) in ("body", "nav"):
                return found
    return None


_BYLINE = re.compile(r"(?:\A|[\s_-])(?:author|byline|autor|auteur)(?:[_-]?name)?(?:\Z|\s)", re.IGNORECASE)
_BY = re.compile(
    r"\A(?:written by|posted by|by|von|por|par|di|door|av|af|yazan|автор|текст|بقلم|کاتب)\s*:?\s+", re.IGNORECASE
)


def _names(value: Any) -> list[str]:
    names = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            one = one.get("name")
        if isinstance(one, list):
            one = one[0] if one else None
        found = _person(one)
        if found and found not in names:
            names.append(found)
    return names


def _person(value: Any) -> str | None:
    text = _words(value)
    if not text or "://" in text or text.startswith(("www.", "@", "{", "/")):
        return None
    text = _BY.sub("", text).strip(" ,;|-–")
    return text if 2 < len(text) <= 100 and any(character.isalpha() for character in text) else None


def site_name(page: Page) -> str | None:
    """What the site calls itself."""
    found = _words(page.meta.get("og:site_name"))
    if found:
        return found[:MAX_NAME]
    for node in page.json_ld:
        publisher = node.get("publisher")
        if isinstance(publisher, dict) and _words(publisher.get("name")):
            return str(_words(publisher.get("name")))[:MAX_NAME]
    for node in page.json_ld:
        if kinds(node) & {"WebSite", "NewsMediaOrganization"} and _words(node.get("name")):
            return str(_words(node.get("name")))[:MAX_NAME]
    found = _words(page.meta.get("application-name"))
    if found:
        return found[:MAX_NAME]
    element = page.tree.find(".//title") if page.tree is not None else None
    if element is not None:
        parts = _SEPARATOR.split(" ".join("".join(element.itertext()).split()))
        if len(parts) > 1 and 2 < len(parts[-1]) <= 40:
            return parts[-1]
    return None


def canonical_url(page: Page) -> str | None:
    """The address that the page declares as its own, made absolute: `rel=canonical`, else `og:url`."""
    if page.kind != "html" or page.tree is None:
        return None
    for element in page.tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split() and element.get("href"):
            found = urls.absolute(page.base, element.get("href"))
            if found:
                return found
    said = page.meta.get("og:url")
    return urls.absolute(page.base, said) if said else None


# Which English a country's domain speaks.
_ENGLISH = {"uk": "gb", "au": "au", "nz": "nz", "ie": "ie", "in": "in", "za": "za", "us": "us", "gov": "us"}


def declared_language(page: Page) -> str | None:
    """The language that the page declares, with its region where it tells it: `de`, `en-gb`.

    Where English is declared without a region, the domain of a country may tell which English it is.
    """
    said = (page.tree.get("lang") or "") if page.tree is not None else ""
    said = said or page.meta.get("content-language", "")
    locale = page.meta.get("og:locale", "")
    said = re.sub(r"[^a-z-].*", "", (said or locale).strip().lower().replace("_", "-"))
    if not re.match(r"[a-z]{2,3}(-|\Z)", said):
        return None
    if "-" not in said and locale.lower().startswith(said + "_"):
        said = locale.lower().replace("_", "-")[:5]
    if said == "en":
        region = _ENGLISH.get(page.urlkey.split("/")[0].rpartition(".")[2])
        said = f"en-{region}" if region else said
    return said[:10]


def language(declared: str | None, text: str) -> str | None:
    """The language of the text, ISO 639-1; of a text too short to tell, the one declared."""
    if len(text) >= 60:
        return str(py3langid.classify(text[:SAMPLE])[0])
    return declared.split("-")[0][:3] if declared else None


def _words(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return " ".join(value.split()) or None
