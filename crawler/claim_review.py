"""ClaimReview: markup by which fact-checkers say which claim they reviewed, where it was made, and how it rates.

Read from JSON-LD (graphs, lists and nested objects; a broken script is skipped) and from microdata.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from crawler.page import Page
from crawler.records import ClaimReview

MAX_REVIEWS = 100
MAX_TEXT = 2000  # characters of each field


def detect(page: Page) -> Iterator[ClaimReview]:
    """Every ClaimReview of the page; `url` is where the claim was made, as the markup writes it."""
    for node in page.json_ld:
        if _is_review(node):
            yield _review(node)
    if page.kind == "html" and page.tree is not None:
        for element in page.tree.iter("*"):
            if "claimreview" in (element.get("itemtype") or "").lower():
                yield _review(_microdata(element))


def _is_review(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        str(kind).rpartition("/")[2].rpartition(":")[2] == "ClaimReview"
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _review(node: dict[str, Any]) -> ClaimReview:
    item = _first(node.get("itemReviewed"))
    rating = _first(node.get("reviewRating"))
    return ClaimReview(
        url=_url(item),
        claim=_text(node.get("claimReviewed")) or _field(item, "name") or _field(item, "headline"),
        rating=_field(rating, "alternateName") or _field(rating, "ratingValue") or _text(node.get("reviewRating")),
        author=_field(_first(node.get("author")), "name") or _text(node.get("author")),
    )


def _url(item: Any) -> str | None:
    """Where the claim was made: its own address, that of an appearance, or that of who made it."""
    if isinstance(item, str):
        return _text(item) if item.startswith(("http://", "https://")) else None
    if not isinstance(item, dict):
        return None
    for key in ("url", "firstAppearance", "appearance", "sameAs", "author"):
        value = item.get(key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                one = one.get("url") or _first(one.get("sameAs"))
            if isinstance(one, str) and one.strip().startswith(("http://", "https://")):
                return _text(one)
    return None


def _first(value: Any) -> Any:
    return (value[0] if value else None) if isinstance(value, list) else value


def _field(node: Any, key: str) -> str | None:
    return _text(node.get(key)) if isinstance(node, dict) else None


def _text(value: Any) -> str | None:
    value = _first(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return " ".join(str(value).split())[:MAX_TEXT] or None


def _microdata(root: HtmlElement) -> dict[str, Any]:
    """An itemscope as the object that JSON-LD would write: property to text, address or object."""
    found: dict[str, Any] = {}
    inner = {root: found}
    for element in root.iterdescendants("*"):
        name = element.get("itemprop")
        scope = element.get("itemscope") is not None
        if not name and not scope:
            continue
        owner = next((inner[up] for up in element.iterancestors() if up in inner), None)
        if owner is None:
            continue
        value: Any = (
            {}
            if scope
            else (element.get("content") or element.get("href") or element.get("src") or "".join(element.itertext()))
        )
        if scope:
            inner[element] = value
        if name:
            owner.setdefault(name.split()[0], value)
    return found
