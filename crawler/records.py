"""Records: a frozen dataclass for each table that a page fills, fields named as the columns."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Article:
    """The main text of a page, with what the page says of itself (table `article`)."""

    page_type: str
    title: str | None
    author: str | None
    published_at: str | None
    published_from: str | None
    published_to: str | None
    language: str | None
    site_name: str | None
    canonical_url: str | None
    canonical_urlkey: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The page points at something outside its own site (table `reference`)."""

    detector: str
    zone: str
    url: str
    urlkey: str
    site: str
    anchor: str
    context: str
    wrapper: str | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A trace of who runs the page (table `indicator`)."""

    detector: str
    value: str


@dataclass(frozen=True, slots=True)
class ClaimReview:
    """The page reviews a claim, and says so in markup (table `claim_review`)."""

    url: str | None
    claim: str | None
    rating: str | None
    author: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a spider may follow: inside the page's own site, or a known shortener's anywhere.

    `rel` says where it stands: `link` (an anchor), `feed` (an alternate link to a feed), `item` (an entry
    of a feed or sitemap), `sitemap` (a sitemap named by another), `refresh` (a meta refresh).
    """

    url: str
    urlkey: str
    site: str
    rel: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one page says: what `extract(page)` returns."""

    article: Article | None = None
    references: tuple[Reference, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    claim_reviews: tuple[ClaimReview, ...] = ()
    links: tuple[Link, ...] = ()
    truncated: str | None = None  # `encoding`: the compressed payload ends before its end
    extraction: str = "ok"  # or why there are no facts: mime, parse, timeout, crash, bad_encoding
    detail: str | None = field(default=None)  # limits that were reached, in words
