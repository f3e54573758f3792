"""What the report says: rows of the database, as the page shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from sqlite3 import Connection
from typing import Any

from analysis.clean import one_line
from analysis.query import ask

PLACES = 25  # of the ranking; all are in ranking.csv
PAGES = 200  # of a story; all are in case.db
STORIES = 150  # shown with their pages
PASSAGE = 400  # characters of a passage that proves a mention
RULES = ("linked", "standard", "wide")  # from the strictest
ADDRESS = 300  # characters of an address as it is shown
WEB_ADDRESS = re.compile(r"https?://[!-~]{1,1990}", re.IGNORECASE)  # what may become a link: printable ASCII

KINDS = {
    "link": "links to it",
    "text_url": "writes out its address",
    "archive_link": "links to an archived copy",
    "wrapped_link": "links through a redirector",
    "embed": "embeds it",
    "copy": "copies its text",
    "excerpt": "carries a passage",
    "attribution": "names it as source",
    "retelling": "retells it",
    "translation": "translates it",
}

OUTCOMES = {
    "ok": "received",
    "redirect": "sent on elsewhere",
    "http_error": "the server answered with an error",
    "dns_error": "the name did not resolve",
    "connect_error": "no connection",
    "timeout": "no answer in time",
    "tls_error": "no secure connection",
    "robots": "robots.txt asks not to",
    "robots_unreachable": "robots.txt could not be read",
    "too_large": "too large; the beginning was kept",
    "bad_encoding": "the transfer was broken; what could be read was kept",
    "not_archived": "the archive given does not hold it, which says nothing of the page",
    "blocked_private": "led into a private network",
    "blocked": "we were blocked, which is no deletion",
    "challenged": "a challenge for humans was shown, which is no deletion",
    "internal_error": "an error of ours",
}

REASONS = {
    "zone_nav": "stands in a menu",
    "zone_footer": "stands in a footer",
    "zone_aside": "stands beside the text: related articles, widgets, share buttons",
    "zone_comments": "stands in readers' comments",
    "zone_head": "stands in the page's metadata only",
    "stance_disputes": "disputes the story",
    "stance_corrects": "corrects the story",
    "page_disputes": "stands on a page that disputes or corrects the story",
    "kind_redirect": "a redirect, which is no statement of the page",
    "kind_retelling": "retells without naming a source (counted by the rule wide)",
    "kind_translation": "translates (counted by the rule wide)",
    "second_hand": "has it from another page, and says so (counted by the rule wide)",
    "role_lookalike": "the site is a lookalike of the case",
    "role_platform": "the site is a platform",
    "role_control": "the site is a control",
    "role_ignore": "the case says to leave this site aside",
    "story_address": "the page is an address of a story itself",
    "imitated_outlet": "the outlet that the story imitates speaks of it",
    "listing_page": "a listing, beside an article of the same site that counts",
    "home_page": "a home page, beside an article of the same site that counts",
    "feed_page": "a feed, beside an article of the same site that counts",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A site's place in the ranking, as the page shows it."""

    rank: int
    site: str
    name: str | None
    role: str | None
    pages: int
    stories: int
    amplifies: int
    unclear: int
    confirmed: int
    links: int
    copies: int
    low: int
    high: int
    captured: int
    left: int
    found_by: str  # in words
    ranks: tuple[int | None, ...]  # under each of RULES; None where it carries nothing by that rule


@dataclass(frozen=True, slots=True)
class Proof:
    """What a page does with a story, and the passage that shows it."""

    does: str
    twin: str | None  # the print, AMP or mobile twin that does so, where it is not the page itself
    passage: str  # or the sentence around the link
    why: str  # where the passage stands, and why this stance
    share: float | None  # of the story's text that stands on the page, 0 to 1
    record: str | None  # where the capture's WARC record is: file and offset
    captured_at: str | None


@dataclass(frozen=True, slots=True)
class Carriage:
    """A page that carries a story."""

    address: str
    href: str | None  # only where a link is safe to offer
    site: str
    name: str | None
    rank: int | None
    title: str | None
    language: str | None
    published_at: str | None
    first_seen: str
    stance: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A story and the pages that carry it."""

    story: str
    title: str
    claim: str
    published_at: str | None
    impersonates: str | None
    addresses: tuple[str, ...]  # defanged
    pages: int
    sites: int
    carriages: tuple[Carriage, ...]
    left_out: tuple[tuple[str, int], ...]  # why pages that speak of it do not count, and how many

    @property
    def more(self) -> int:
        """Pages that are not shown."""
        return self.pages - len(self.carriages)


def content(db: Connection) -> dict[str, Any]:
    """All that the template shows, but for the picture."""
    stories = sorted(told(db), key=lambda story: (-story.pages, -story.sites, story.story))
    return {
        "figures": figures(db),
        "runs": rows(db, RUNS),
        "outcomes": [(OUTCOMES.get(one, one), one, urls) for one, urls in db.execute(CAPTURES)],
        "waiting": db.execute(WAITING).fetchall(),
        "places": ranking(db),
        "ranked": db.execute("SELECT count(*) FROM ranking").fetchone()[0],
        "stories": [story for story in stories if story.pages],
        "silent": [story for story in stories if not story.pages],
        "left_out": left_out(db),
        "rules": RULES,
        "detailed": STORIES,
    }


def rows(db: Connection, sql: str) -> list[dict[str, Any]]:
    """The answer, by column."""
    answer = db.execute(sql)
    columns = [column for column, *_ in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer]


RUNS = """
    SELECT id, spider, source, version, started_at, finished_at, reason,
           (SELECT count(*) FROM capture WHERE capture.crawl = crawl.id) AS captures
    FROM crawl ORDER BY started_at, id
"""

CAPTURES = """
    SELECT outcome, count(DISTINCT urlkey) AS urls FROM capture
    GROUP BY outcome ORDER BY outcome <> 'ok', urls DESC, outcome
"""

WAITING = """
    SELECT state, ifnull(reason, '') AS reason, count(*) AS urls FROM frontier
    WHERE state <> 'done' GROUP BY state, reason ORDER BY state, urls DESC, reason
"""

FIGURES = """
    SELECT (SELECT count(DISTINCT page) FROM amplification) AS pages,
           (SELECT count(*) FROM ranking) AS sites,
           (SELECT count(DISTINCT story) FROM amplification) AS carried,
           (SELECT count(*) FROM story) AS stories,
           (SELECT ifnull(sum(pages_amplifies), 0) FROM ranking) AS amplifies,
           (SELECT ifnull(sum(pages_unclear), 0) FROM ranking) AS unclear,
           (SELECT ifnull(sum(pages_confirmed), 0) FROM ranking) AS confirmed,
           (SELECT count(DISTINCT urlkey) FROM capture) AS addresses,
           (SELECT min(fetched_at) FROM capture WHERE status IS NOT NULL) AS first_capture,
           (SELECT max(fetched_at) FROM capture WHERE status IS NOT NULL) AS last_capture
"""


def figures(db: Connection) -> dict[str, Any]:
    """The figures that open the page."""
    return rows(db, FIGURES)[0]


RANKING = """
    SELECT rank, site, name, role, pages, stories, pages_amplifies, pages_unclear, pages_confirmed, links, copies,
           rank_low, rank_high, articles_captured, frontier_left, found_by
    FROM ranking ORDER BY rank LIMIT ?
"""


def ranking(db: Connection) -> list[Place]:
    """The first places, each with its rank under every rule."""
    places = []
    for *columns, found_by in db.execute(RANKING, [PLACES]).fetchall():
        ranks = dict(db.execute("SELECT rule, rank FROM ranking_by_rule WHERE site = ?", [columns[1]]))
        does = "; ".join(KINDS.get(kind, kind) for kind in found_by.split())
        places.append(Place(*(*columns, does, tuple(ranks.get(rule) for rule in RULES))))
    return places


STORY = """
    SELECT story, title, titles, claim, published_at, impersonates FROM story ORDER BY story
"""

CARRIED = """
    SELECT amplification.story, amplification.page, amplification.kind, amplification.url, amplification.urlkey,
           amplification.site, amplification.stance, amplification.containment, amplification.evidence,
           amplification.published_at, amplification.first_seen,
           ranking.rank, site_now.name, article.title, article.language,
           capture.warc_filename, capture.warc_offset, capture.fetched_at
    FROM amplification
    LEFT JOIN ranking ON ranking.site = amplification.site
    LEFT JOIN site_now ON site_now.site = amplification.site
    LEFT JOIN capture ON capture.id = amplification.capture
    LEFT JOIN article ON article.capture = amplification.capture
    ORDER BY amplification.story, ranking.rank IS NULL, ranking.rank, amplification.site,
             ifnull(amplification.published_at, '~'), amplification.page, amplification.urlkey <> amplification.page,
             amplification.urlkey, amplification.kind
"""

LEFT_OUT = """
    SELECT mention.story, exclusion.rule, count(DISTINCT mention.page) AS pages
    FROM exclusion JOIN mention USING (story, urlkey, kind)
    GROUP BY mention.story, exclusion.rule ORDER BY mention.story, pages DESC, exclusion.rule
"""


def told(db: Connection) -> Iterable[Story]:
    """Every story of the case, with the pages that carry it."""
    addresses: dict[str, list[str]] = {}
    for story, url in db.execute("SELECT story, url FROM story_url ORDER BY story, kind DESC, urlkey"):
        addresses.setdefault(story, []).append(defanged(url))
    reasons: dict[str, list[tuple[str, int]]] = {}
    for story, rule, pages in db.execute(LEFT_OUT):
        reasons.setdefault(story, []).append((REASONS.get(rule, rule), pages))
    never = {site for (site,) in db.execute("SELECT site FROM site WHERE role = 'lookalike'")}
    never |= {site for (site,) in db.execute("SELECT site FROM story_url WHERE kind = 'original'")}
    carried = {story: carriages(mentions, never) for story, mentions in groupby(db.execute(CARRIED), itemgetter(0))}
    for story, title, titles, claim, published_at, impersonates in db.execute(STORY).fetchall():
        shown, pages, sites = carried.get(story, ([], 0, 0))
        yield Story(
            story, headline(title, titles), claim, published_at, impersonates, tuple(addresses.get(story, ())),
            pages, sites, tuple(shown), tuple(reasons.get(story, ())),
        )  # fmt: skip


def headline(title: str, titles: str) -> str:
    """The first headline known."""
    return title or next(iter(json.loads(titles)), "")


def carriages(mentions: Iterable[tuple[Any, ...]], never: set[str]) -> tuple[list[Carriage], int, int]:
    """The first pages of one story, how many there are, and on how many sites. `never` are sites not to link to."""
    pages: set[str] = set()
    sites: set[str] = set()
    by_page: dict[str, list[tuple[Any, ...]]] = {}
    for mention in mentions:
        page = mention[1]
        pages.add(page)
        sites.add(mention[5])
        if page in by_page or len(by_page) < PAGES:
            by_page.setdefault(page, []).append(mention)
    shown = [carriage(of_page, never) for of_page in by_page.values()]
    return shown, len(pages), len(sites)


def carriage(mentions: list[tuple[Any, ...]], never: set[str]) -> Carriage:
    """One page that carries a story: what it does, and what proves it."""
    _, _, _, url, _, site, _, _, _, published_at, first_seen, rank, name, title, language, *_ = mentions[0]
    proofs = []
    for _, page, kind, _, urlkey, _, _, share, evidence, *_, file, offset, captured_at in mentions:
        record = None if file is None or offset is None else f"{file} : {offset}"
        twin = None if urlkey == page else one_line(urlkey, ADDRESS)
        passage, _, why = evidence.partition("\n")
        proofs.append(
            Proof(
                KINDS.get(kind, kind), twin, one_line(passage, PASSAGE), one_line(why.replace("\n", "; "), PASSAGE),
                share, record, captured_at,
            )
        )  # fmt: skip
    stances = {mention[6] for mention in mentions}
    return Carriage(
        address=one_line(url, ADDRESS), href=href(url, site, never), site=site, name=name, rank=rank,
        title=one_line(title, PASSAGE) if title else None,
        language=language if language and re.fullmatch(r"[a-z]{2,3}", language) else None,
        published_at=published_at, first_seen=min(first_seen, *(mention[10] for mention in mentions)),
        stance="amplifies" if "amplifies" in stances else "unclear", proofs=tuple(proofs),
    )  # fmt: skip


def href(url: str, site: str, never: set[str]) -> str | None:
    """The address, where a link to it is safe to offer: plain http or https, and not the story's own ground."""
    return url if site not in never and WEB_ADDRESS.fullmatch(url) else None


def defanged(url: str) -> str:
    """An address that nobody follows by accident: hxxps://fake[.]example/path."""
    scheme, slashes, rest = url.partition("://")
    if not slashes:
        scheme, rest = "", url
    host, slash, path = rest.partition("/")
    return one_line(scheme.replace("http", "hxxp") + slashes + host.replace(".", "[.]") + slash + path, ADDRESS)


def left_out(db: Connection) -> list[dict[str, Any]]:
    """What speaks of a story and does not count, by reason: the answer to the question left-out."""
    columns, answer = ask(db, "left-out")
    found = [dict(zip(columns, row, strict=True)) for row in answer]
    return [
        {**one, "why": REASONS.get(one["rule"], one["rule"]), "example": defanged(one["example"])} for one in found
    ]
