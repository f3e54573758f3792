"""The scope: which of the links found on a page are worth a request. The spiders' one decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler import urls, wrappers
from crawler.frontier import Due, Target
from crawler.records import Facts, Reference

# The higher, the sooner, within a site: what tells of new pages comes before the pages.
PRIORITY = {"seed": 40, "story": 50, "sitemap": 30, "feed": 30, "redirect": 20, "refresh": 20, "item": 10, "link": 0}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a crawl stays inside of: the crawled sites, the stories' addresses, and shorteners wherever they are."""

    sites: frozenset[str]
    stories: frozenset[str]  # urlkeys
    shorteners: frozenset[str] = frozenset()  # hosts, beside those that mayfly knows

    def holds(self, url: str, urlkey: str, site: str) -> bool:
        if not self.may_hold(urlkey, site):
            return False
        return site in self.sites or urlkey in self.stories or wrappers.must_fetch(url, self.shorteners)

    def may_hold(self, urlkey: str, site: str) -> bool:
        """Quick to ask, and False for nearly all links of a page."""
        if site in self.sites or urlkey in self.stories:
            return True
        return wrappers.may_shorten(urlkey.partition("/")[0], self.shorteners)

    def depth(self, row: Due, urlkey: str, site: str) -> int:
        """How many site boundaries lie between the crawled sites and a URL found at `row`."""
        if site in self.sites or urlkey in self.stories:
            return 0
        return row.depth if site == row.site else row.depth + 1


def follow(facts: Facts, row: Due, page: str, scope: Scope) -> Iterator[Target]:
    """What the page at `page`, fetched for `row`, points at and is to be fetched: links inside its site, and
    references to the other crawled sites, to stories and to shorteners."""
    for link in facts.links:
        if scope.holds(link.url, link.urlkey, link.site) and not urls.trap(link.url):
            depth = scope.depth(row, link.urlkey, link.site)
            yield Target(urls.bare(link.url), link.urlkey, link.site, depth, PRIORITY[link.rel], row.urlkey)
    for reference in facts.references:
        if not scope.may_hold(reference.urlkey, reference.site):
            continue
        address = referred(page, reference)
        if scope.holds(address, reference.urlkey, reference.site) and not urls.trap(address):
            depth = scope.depth(row, reference.urlkey, reference.site)
            yield Target(address, reference.urlkey, reference.site, depth, PRIORITY["link"], row.urlkey)


def referred(page: str, reference: Reference) -> str:
    """The address to ask for, for what a reference on `page` points at: as written, where that is the target; its
    urlkey, where it was written without a scheme or stood in a wrapper."""
    address = urls.absolute(page, reference.url) if reference.wrapper is None else None
    if address and urls.urlkey(address) == reference.urlkey:
        return urls.bare(address)
    return f"http://{reference.urlkey}"


def hop(url: str, row: Due, scope: Scope) -> Target | None:
    """Where a redirect leads, if that is to be fetched; a hop of at most ten."""
    found = urls.identify(url)
    if found is None or urls.trap(url):
        return None
    urlkey, site = found
    if urlkey != row.urlkey and not scope.holds(url, urlkey, site):
        return None
    depth = scope.depth(row, urlkey, site)
    return Target(url, urlkey, site, depth, PRIORITY["redirect"], row.urlkey, row.hops + 1)
