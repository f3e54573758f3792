"""extract(page): one page in, all the facts it states out. Pure: no clock, no network, no memory of other pages."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from crawler import article, feeds, indicators, payload, references, urls, wrappers
from crawler.page import Page
from crawler.payload import clean
from crawler.records import Article, Facts, Indicator, Link, Reference

MAX_LINKS = 5000
MAX_REFERENCES = 5000
MAX_ANCHOR = 300  # characters
MAX_CONTEXT = 400


@cache
def detectors(package: ModuleType) -> list[tuple[str, ModuleType]]:
    """The plug-ins in a folder, (name, module), by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    return [(name, import_module(f"{package.__name__}.{name}")) for name in names]


def extract(page: Page) -> Facts:
    """All that one page says. Never raises on what a page holds: what goes wrong is told in `extraction`
    and `detail`."""
    try:
        kind = page.kind
    except payload.BadEncoding as error:
        return Facts(extraction="bad_encoding", detail=clean(str(error)))
    if kind is None:
        return Facts(truncated=page.truncated, extraction="mime")
    if kind == "sitemap":
        return Facts(links=tuple(_links(feeds.sitemap(page.xml), page, [])), truncated=page.truncated)
    notes: list[str] = []
    links = tuple(_links(_hrefs(page), page, notes))
    found = tuple(_references(page, notes))
    signals = tuple(_indicators(page))
    text = clean(article.main_text(page))
    return Facts(
        article=Article("article", None, None, None, None, None, None, None, None, None, text),
        references=found, indicators=signals, links=links, truncated=page.truncated,
        detail="; ".join(notes) or None,
    )


def _hrefs(page: Page) -> Iterator[tuple[str, str]]:
    if page.kind == "feed":
        yield from ((url, "item") for url in feeds.entries(page.xml))
    if page.tree is None:
        return
    for element in page.tree.iter("a", "area", "link", "iframe", "frame"):
        tag = element.tag
        if tag in ("iframe", "frame"):
            if element.get("src"):
                yield element.get("src"), "link"
        elif element.get("href"):
            if tag != "link":
                yield element.get("href"), "link"
            elif "alternate" in (element.get("rel") or "").lower() and any(
                word in (element.get("type") or "").lower() for word in ("rss", "atom")
            ):
                yield element.get("href"), "feed"


def _links(hrefs: Iterator[tuple[str, str]], page: Page, notes: list[str]) -> Iterator[Link]:
    seen: set[str] = set()
    for href, rel in hrefs:
        url = urls.absolute(page.base, href)
        identity = urls.identify(url) if url else None
        if url is None or identity is None or identity[0] in seen:
            continue
        if identity[1] == page.site or wrappers.must_fetch(url):
            if len(seen) >= MAX_LINKS and page.kind != "sitemap":
                notes.append(f"more than {MAX_LINKS} links")
                return
            seen.add(identity[0])
            yield Link(url, identity[0], identity[1], rel)


def _references(page: Page, notes: list[str]) -> Iterator[Reference]:
    count = 0
    for name, module in detectors(references):
        for written, zone, anchor, context in module.detect(page):
            url = urls.absolute(page.base, written)
            unwrapped = wrappers.unwrap(url) if url else None
            target, wrapper = unwrapped if unwrapped else (url, None)
            identity = urls.identify(target) if target else None
            if identity is None or (identity[1] == page.site and wrapper is None):
                continue
            if count >= MAX_REFERENCES:
                notes.append(f"more than {MAX_REFERENCES} references")
                return
            count += 1
            yield Reference(
                name, zone, clean(written.strip()), identity[0], identity[1], clean(anchor)[:MAX_ANCHOR],
                clean(context)[:MAX_CONTEXT], wrapper,
            )


def _indicators(page: Page) -> Iterator[Indicator]:
    for name, module in detectors(indicators):
        for value in sorted(set(module.detect(page))):
            yield Indicator(name, clean(value))
