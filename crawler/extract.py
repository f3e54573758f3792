"""extract(page): one page in, all the facts it states out. Pure: no clock, no network, no memory of other pages."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import TypeVar

from crawler import (
    article,
    claim_review,
    defanged,
    feeds,
    indicators,
    links,
    metadata,
    payload,
    published,
    references,
    tree,
    urls,
    wrappers,
)
from crawler.page import Page
from crawler.payload import clean
from crawler.records import Article, ClaimReview, Facts, Indicator, Link, Reference

MAX_REFERENCES = 5000
MAX_ANCHOR = 300  # characters
MAX_CONTEXT = 400
MAX_URL = 2083  # characters of a reference's URL as written

T = TypeVar("T")


@cache
def detectors(package: ModuleType) -> list[tuple[str, ModuleType]]:
    """The plug-ins in a folder, (name, module), by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    return [(name, import_module(f"{package.__name__}.{name}")) for name in names]


def extract(page: Page, archives: frozenset[str] = frozenset()) -> Facts:
    """All that one page says. `archives` are hosts of web archives that the case names, beside those known to mayfly.

    Never raises on what a page holds. `extraction` tells why there are no facts: `mime` (nothing that can be read),
    `bad_encoding` (the declared compression is a lie; where the bytes are plain markup all the same, the facts are
    there too), `parse` (no tree, not all of it, or a part of extraction failed). `detail` names what failed and the
    limits reached.
    """
    try:
        kind = page.kind
    except payload.BadEncoding as error:
        if not payload.looks_like_markup(page.payload):
            return Facts(extraction="bad_encoding", detail=clean(str(error)))
        headers = tuple((name, value) for name, value in page.headers if name.lower() != "content-encoding")
        facts = extract(Page(page.url, page.status, headers, page.payload, page.fetched_at), archives)
        return Facts(
            facts.article,
            facts.references,
            facts.indicators,
            facts.claim_reviews,
            facts.links,
            facts.truncated,
            "bad_encoding",
            "; ".join(filter(None, (clean(str(error)), facts.detail))),
        )
    if kind is None:
        return Facts(truncated=page.truncated, extraction="mime")
    notes: list[str] = []
    if kind == "sitemap":
        listed = feeds.sitemap(page.xml)
        followed = _tried("sitemap", partial(links.follow, listed, page, feeds.MAX_SITEMAP, notes), notes)
        return _facts(page, notes, followed=followed)
    if page.tree is None:
        state = ("parse", "no markup") if page.body.strip() else ("ok", "empty")
        return Facts(truncated=page.truncated, extraction=state[0], detail=state[1])
    if page.parse_note:
        notes.append(page.parse_note)
    followed = _tried("links", partial(links.follow, links.written(page), page, links.MAX_LINKS, notes), notes)
    found: list[Reference] = []
    for name, module in detectors(references):
        some = partial(islice, _references(name, module, page, archives), MAX_REFERENCES + 1)
        found += _tried(name, some, notes)
    if len(found) > MAX_REFERENCES:
        notes.append(f"more than {MAX_REFERENCES} references")
    signals: list[Indicator] = []
    for name, module in detectors(indicators):
        signals += _tried(name, partial(_indicators, name, module, page), notes)
    reviews = _tried("claim_review", lambda: _reviews(page), notes)
    if article.too_large(page):
        notes.append("too large for trafilatura: all text of the body")
    articles = _tried("article", lambda: [_article(page)], notes)  # the last: it takes the tree apart
    return _facts(page, notes, articles, found[:MAX_REFERENCES], signals, reviews, followed)


def _tried(name: str, work: Callable[[], Iterable[T]], notes: list[str]) -> list[T]:
    """What a part of extraction finds, up to where it fails; a failure is told, and costs only that part."""
    found: list[T] = []
    try:
        found.extend(work())  # keeps what came before a failure
    except Exception as error:  # noqa: BLE001  (a page may break anything; it is told, never lost)
        notes.append(f"{FAILED}{name}: {type(error).__name__}: {clean(str(error))[:200]}")
    return found


FAILED = "failed in "


def _facts(
    page: Page,
    notes: list[str],
    articles: Iterable[Article] = (),
    found: Iterable[Reference] = (),
    signals: Iterable[Indicator] = (),
    reviews: Iterable[ClaimReview] = (),
    followed: Iterable[Link] = (),
) -> Facts:
    failed = any(note.startswith((FAILED, tree.LOST)) for note in notes)
    return Facts(
        next(iter(articles), None),
        tuple(found),
        tuple(signals),
        tuple(reviews),
        tuple(followed),
        page.truncated,
        "parse" if failed else "ok",
        "; ".join(notes) or None,
    )


# --- The article ---------------------------------------------------------------------------------------------------


def _article(page: Page) -> Article:
    """The article row. Metadata first: reading the text takes the tree apart."""
    kind = metadata.page_type(page)
    name = metadata.site_name(page)
    title, author, canonical = metadata.title(page, name), metadata.author(page), metadata.canonical_url(page)
    declared = metadata.declared_language(page)
    stated = published.published(page, declared) if page.kind == "html" else None
    text = clean(article.main_text(page))
    return Article(
        page_type=kind,
        title=_clean(title),
        author=_clean(author),
        published_at=stated.text if stated else None,
        published_from=stated.start if stated else None,
        published_to=stated.end if stated else None,
        language=metadata.language(declared, text),
        site_name=_clean(name),
        canonical_url=_clean(canonical),
        canonical_urlkey=urls.urlkey(canonical) if canonical else None,
        text=text,
    )


def _clean(text: str | None) -> str | None:
    return clean(text) if text else None


# --- References -----------------------------------------------------------------------------------------------------


def _references(name: str, module: ModuleType, page: Page, archives: frozenset[str]) -> Iterator[Reference]:
    """What one detector finds that lies outside the page's own site. An archived copy lies outside, whatever it is
    a copy of."""
    in_text: bool = getattr(module, "IN_TEXT", False)
    resolved: dict[str, tuple[str, str, str | None] | None] = {}
    for written, zone, anchor, context in module.detect(page):
        if written not in resolved:
            resolved[written] = _outside(defanged.address(written) if in_text else written, page, archives)
        target = resolved[written]
        if target:
            yield Reference(
                name,
                zone,
                clean(written.strip())[:MAX_URL],
                target[0],
                target[1],
                _cut(anchor, MAX_ANCHOR),
                _cut(context, MAX_CONTEXT),
                target[2],
            )


def _outside(href: str, page: Page, archives: frozenset[str]) -> tuple[str, str, str | None] | None:
    """(urlkey, site, wrapper) of what an address means, unwrapped; None if it is none, or on the page's site."""
    if page.stays_here(href):
        return None
    found = page.resolve(href)
    assert found
    unwrapped = wrappers.unwrap(found[0], archives)
    identity = urls.identify(unwrapped[0]) if unwrapped else None
    if unwrapped and identity:
        return identity[0], identity[1], unwrapped[1]
    return (found[1], found[2], None) if found[2] != page.site else None


def _cut(text: str, length: int) -> str:
    text = clean(text)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


# --- The rest ------------------------------------------------------------------------------------------------------


def _indicators(name: str, module: ModuleType, page: Page) -> Iterator[Indicator]:
    for value in sorted(set(module.detect(page))):
        yield Indicator(name, clean(value))


def _reviews(page: Page) -> Iterator[ClaimReview]:
    for count, review in enumerate(claim_review.detect(page)):
        if count >= claim_review.MAX_REVIEWS:
            return
        yield ClaimReview(_clean(review.url), _clean(review.claim), _clean(review.rating), _clean(review.author))
