"""A link that a reader can click: `<a href>` and `<area href>`."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.page import Page


def detect(page: Page) -> Iterator[tuple[str, str, str, str]]:
    """Yields (URL as written, zone, anchor text or the image's alt, the sentence around it)."""
    if page.tree is None:
        return
    for element in page.tree.iter("a", "area"):
        href = element.get("href")
        if href and not page.stays_here(href):
            anchor, context = page.words_of(element)
            yield href, page.zone(element), anchor, context
