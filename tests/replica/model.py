"""What the replica is made of: stories, sites, pages, captures, and what is true of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from tests.replica.layouts import Link

TRACKING = ("utm_source", "utm_medium", "utm_campaign", "fbclid", "PHPSESSID")


def key(url: str) -> str:
    """The urlkey of an address of this web: plain enough for a few lines, apart from the code under test."""
    rest = url.split("://", 1)[1].partition("#")[0]
    place, _, query = rest.partition("?")
    kept = sorted((a, b) for a, b in parse_qsl(query, keep_blank_values=True) if a not in TRACKING)
    place = place.removeprefix("www.").rstrip("/")
    return place + (("" if "/" in place else "/") + "?" + urlencode(kept) if kept else "")


def site_of(url: str) -> str:
    """The site of an address of this web: the label before `.example`."""
    return ".".join(url.split("://", 1)[1].split("/")[0].split(".")[-2:])


@dataclass(frozen=True)
class Version:
    """A story in one language: an address on a lookalike, a text."""

    story: str
    language: str
    url: str
    lookalike: str
    outlet: str
    outlet_name: str
    headline: str
    paragraphs: tuple[str, ...]
    day: date
    state: str
    known: str  # where the case knows the text from
    archive_url: str | None

    @property
    def has_text(self) -> bool:
        return self.known != "none"

    @property
    def listed(self) -> tuple[str, ...]:
        """The paragraphs that the case's file holds."""
        return self.paragraphs[:3] if self.known == "partial" else self.paragraphs


@dataclass(frozen=True)
class Mention:
    """What a page has to do with a story."""

    story: str
    kinds: frozenset[str]
    zone: str
    counted: bool
    why: str


@dataclass
class Page:
    """An article of a site, before it is laid out."""

    site: Site
    url: str
    language: str
    title: str
    blocks: list[str]
    day: date
    category: str
    plain: str  # its first words, for lists
    author: str = ""
    mentions: list[Mention] = field(default_factory=list)
    via: str = "list"  # how it is found: list, feed, sitemap, next (from another article), none
    comments: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # HTML for the box of related articles
    head: str = ""
    tools: list[Link] = field(default_factory=list)
    next: list[Page] = field(default_factory=list)  # articles that only this one links to
    long_teaser: str = ""  # HTML that stands for it in lists
    main: Page | None = None  # of a twin
    track: str = ""  # added to its address wherever the site itself links to it
    layout: str = ""  # where it differs from its site's
    before: list[str] = field(default_factory=list)  # blocks of an earlier capture, where the page was changed since
    gone: bool = False  # the last capture says that it is not there


@dataclass
class Site:
    """A site and how it is built."""

    site: str
    name: str
    role: str
    language: str
    host: str
    layout: str
    scheme: str
    ip: str
    charset: str = "utf-8"
    ids: list[str] = field(default_factory=list)
    feed: str | None = None
    full_feed: bool = False
    sitemap: str | None = None  # plain, index, gzip
    robots: bool = True
    compressed: bool = False
    nav: list[tuple[Version, Link]] = field(default_factory=list)
    sidebar: list[tuple[Version, Link]] = field(default_factory=list)
    footer: list[tuple[Version, Link]] = field(default_factory=list)
    partners: list[Link] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    other: list[tuple[str, str]] = field(default_factory=list)  # words and addresses of odd own pages
    copied: set[tuple[str, str]] = field(default_factory=set)
    reviewed: list[Version] = field(default_factory=list)  # linked from a list, and from nowhere else
    note: str = ""

    @property
    def home(self) -> str:
        return f"http://{self.host}/"


@dataclass(frozen=True)
class Capture:
    """A response as it was received, once."""

    url: str
    when: datetime
    ip: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Truth:
    """What is true of a URL and a story (or of a URL that has to do with none)."""

    url: str
    urlkey: str
    site: str
    role: str
    category: str
    language: str
    page: str
    story: str = ""
    kinds: str = ""
    zone: str = ""
    counted: int = 0
    why: str = ""


REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    404: "Not Found",
    410: "Gone",
    500: "Internal Server Error",
}


def counted(version: Version, kinds: str, why: str) -> Mention:
    """A mention in the body of a page, which counts."""
    return Mention(version.story, frozenset(kinds.split()), "body", True, why)


def unique(mentions: Iterable[Mention]) -> list[Mention]:
    """One mention a story, its kinds together."""
    found: dict[str, Mention] = {}
    for each in mentions:
        before = found.get(each.story)
        kinds = each.kinds | (before.kinds if before else frozenset())
        found[each.story] = Mention(each.story, kinds, each.zone, each.counted, each.why)
    return list(found.values())
