"""Something of another site shown on the page: a frame, a film, a sound, an object; or the source of a quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.page import Page

_SOURCE = {
    "iframe": ("src", "data-src", "data-lazy-src"),
    "frame": ("src",),
    "video": ("src",),
    "audio": ("src",),
    "source": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "blockquote": ("cite",),
    "q": ("cite",),
    "amp-iframe": ("src",),
    "amp-video": ("src",),
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def detect(page: Page) -> Iterator[tuple[str, str, str, str]]:
    """Yields (address as written, zone, the frame's title or the quotation, the sentence before it)."""
    if page.tree is None:
        return
    for element in page.tree.iter(*_SOURCE):
        if element.tag == "source" and _parent(element) not in ("video", "audio"):
            continue
        for name in _SOURCE[element.tag]:
            written = (element.get(name) or "").strip()
            if written and not written.startswith(("about:", "javascript:", "data:", "blob:")):
                if not _is_pixel(element):
                    yield written, page.zone(element), *_words(page, element)
                break


def _words(page: Page, element: HtmlElement) -> tuple[str, str]:
    if element.tag in ("blockquote", "q"):
        text = " ".join("".join(element.itertext()).split())
        return text, text
    return " ".join((element.get("title") or "").split()), page.before(element)


def _parent(element: HtmlElement) -> str:
    parent = element.getparent()
    return str(parent.tag) if parent is not None else ""


def _is_pixel(element: HtmlElement) -> bool:
    """Whether a frame is there to count visits, not to be seen."""
    sizes = {(element.get(name) or "").strip().removesuffix("px") for name in ("width", "height")}
    return bool(sizes & {"0", "1"}) or bool(_HIDDEN.search(element.get("style") or ""))
