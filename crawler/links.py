"""Links: what a spider may follow from a page. Whether it does is the spider's decision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler import feeds, wrappers
from crawler.page import Page
from crawler.records import Link

MAX_LINKS = 5000  # of a page; a sitemap may hold feeds.MAX_SITEMAP


def written(page: Page) -> Iterator[tuple[str, str]]:
    """(address as written, rel) of all that a page links to, in document order. `nofollow` is no reason to leave a
    link out: it speaks to search engines."""
    if page.kind == "feed":
        yield from ((url, "item") for url in feeds.entries(page.xml))
    for element in page.elements:
        tag = element.tag
        if tag in ("a", "area"):
            href, rel = element.get("href"), "link"
        elif tag in ("iframe", "frame"):
            href, rel = element.get("src"), "link"
        elif tag == "link":
            href, rel = element.get("href"), _rel(element)
        elif tag == "meta" and element.get("http-equiv", "").strip().lower() == "refresh":
            href, rel = refresh_target(element.get("content", "")), "refresh"
        else:
            continue
        if href and rel:
            yield href, rel


def _rel(element: HtmlElement) -> str:
    """What a `<link>` is to a spider; empty: nothing."""
    rel, kind = element.get("rel", "").lower().split(), element.get("type", "").lower()
    if "alternate" in rel and ("rss" in kind or "atom" in kind):
        return "feed"
    if "sitemap" in rel:
        return "sitemap"
    return "link" if {"next", "prev", "amphtml"}.intersection(rel) else ""


def follow(hrefs: Iterable[tuple[str, str]], page: Page, limit: int, notes: list[str]) -> Iterator[Link]:
    """Links of the page's own site, those of shorteners anywhere, and wherever a refresh sends the reader.

    Each urlkey once, at most `limit`; a cut is told in `notes`.
    """
    seen: set[str] = set()
    for href, rel in hrefs:
        found = page.resolve(href)
        if found is None or found[1] in seen:
            continue
        if found[2] == page.site or rel == "refresh" or wrappers.must_fetch(found[0]):
            if len(seen) >= limit:
                notes.append(f"more than {limit} links")
                return
            seen.add(found[1])
            yield Link(*found, rel)


_REFRESH = re.compile(r"""\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?(?:"([^"]*)"|'([^']*)'|([^"'\s]\S*))""", re.IGNORECASE)


def refresh_target(content: str) -> str | None:
    """Where a `<meta http-equiv=refresh>` sends the reader, as written; None if it only reloads the page."""
    found = _REFRESH.match(content[:4000])
    target = (found[1] or found[2] or found[3] or "").strip() if found else ""
    return target if target and not re.fullmatch(r"[\d.;,]+", target) else None
