"""What each story of a case can be traced by, and what is missing in the case's files."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from itertools import combinations

from crawler.case import CRAWLED, PERIOD_COLUMNS, SITE_COLUMNS, STORY_COLUMNS, Case, SiteRow, StoryRow, addresses
from crawler.wrappers import unwrap


@dataclass(frozen=True, slots=True)
class Finding:
    """What the case's files allow for a story, a site or the case; lists are joined by `, ` or `; `."""

    about: str  # `story X`, `site X`, or a file
    traced_by: str  # what its pages can be found by
    not_traced_by: str  # what is known of it and kept for people to read: pages are not found by it
    missing: str  # what would help, and what contradicts itself

    @staticmethod
    def columns() -> list[str]:
        return [column.name for column in fields(Finding)]

    def cells(self) -> tuple[str, ...]:
        return astuple(self)


def check(case: Case) -> Iterator[Finding]:
    """Story by story, then site by site, then the files: what can be traced, and what is missing."""
    stories: dict[str, list[StoryRow]] = {}
    for row in case.stories:
        stories.setdefault(row.story, []).append(row)
    roles: dict[str, list[SiteRow]] = {}
    for site in case.sites:
        roles.setdefault(site.site, []).append(site)
    for story in sorted(stories):
        yield _story(story, stories[story], roles)
    for name in sorted(roles):
        if missing := "; ".join(_site(roles[name], roles)):
            yield Finding(f"site {name}", "", "", missing)
    for file, missing in _files(case, stories):
        yield Finding(file, "", "", missing)


def _story(story: str, rows: list[StoryRow], roles: dict[str, list[SiteRow]]) -> Finding:
    known = {address.urlkey: address for row in rows for address in addresses(row)}.values()
    own = sum(address.kind == "original" for address in known)
    copies = sum(address.kind == "archive" for address in known)
    texts = [row for row in rows if row.words]
    complete, partial = sum(row.complete for row in texts), sum(not row.complete for row in texts)
    titles = len({row.title for row in rows if row.title})
    claims = len({row.claim for row in rows if row.claim})
    quotes = len({quote for row in rows for quote in row.quotes})
    missing = [] if known or texts else ["CANNOT BE TRACED: it needs an address, an archived copy or a text"]
    if known and not own:
        missing.append("no address")
    if own and not copies:
        missing.append("no archived copy")
    if known and not texts:
        missing.append(
            "no text" + (", unless the crawl captures its address under its headline" if own and titles else "")
        )
    if partial and not complete:
        missing.append("no complete text")
    if not titles:
        missing.append("no headline")
    missing += _around(rows, {address.site for address in known if address.kind == "original"}, roles)
    return Finding(
        f"story {story}",
        _counted(
            (own, "address", "addresses"),
            (copies, "archived copy", "archived copies"),
            (complete, "text", "texts"),
            (partial, "part of the text", "parts of the text"),
        ),
        _counted((titles, "headline", "headlines"), (quotes, "quote", "quotes"), (claims, "claim", "claims")),
        "; ".join(missing),
    )


def _around(rows: list[StoryRow], sites: set[str], roles: dict[str, list[SiteRow]]) -> Iterator[str]:
    """What sites.csv does not say of the sites around a story, or says against it."""
    for site in sorted(sites):
        held = {row.role for row in roles.get(site, ())}
        if "outlet" in held and "lookalike" not in held:
            yield f"its address is on {site}, which is said to be an outlet: an imitation's address is meant"
        elif not held & {"lookalike", "platform"}:
            yield f"no row with role lookalike for {site}, where its address is"
    for outlet in sorted({row.impersonates for row in rows if row.impersonates}):
        if "outlet" not in {row.role for row in roles.get(outlet, ())}:
            yield f"no row with role outlet for {outlet}, which it impersonates"
    for row in rows:
        if row.archive_url and not unwrap(row.archive_url):
            yield f"{row.archive_url} is in no archive that mayfly knows: the address inside it is unknown"


def _site(rows: list[SiteRow], roles: dict[str, list[SiteRow]]) -> Iterator[str]:
    """What is missing or contradictory in a site's rows."""
    for a, b in combinations(rows, 2):
        if (a.since or "") <= (b.until or "9999") and (b.since or "") <= (a.until or "9999"):
            yield f"is {a.role} in line {a.line} and {b.role} in line {b.line} at one time; use from and until"
    for row in rows:
        if row.role == "lookalike" and not row.impersonates:
            yield f"lookalike of nobody (line {row.line}): impersonates is empty"
        elif row.impersonates and row.role == "lookalike" and row.impersonates not in roles:
            yield f"no row with role outlet for {row.impersonates}, which it impersonates"
        if row.robots == "ignore":
            yield f"robots.txt will be ignored: {row.note}"


def _files(case: Case, stories: dict[str, list[StoryRow]]) -> Iterator[tuple[str, str]]:
    """What is to be said of the files as a whole."""
    if not stories:
        yield "stories.csv", "no story: there is nothing to trace"
    crawled = sorted({row.site for row in case.sites if row.role in CRAWLED})
    if not crawled:
        yield "sites.csv", f"no site with a role that is crawled ({', '.join(CRAWLED)})"
    home = sorted({row.site for row in case.sites if row.role in CRAWLED and not row.start})
    if home:
        shown = ", ".join(home[:5]) + (", ..." if len(home) > 5 else "")
        yield "sites.csv", f"{len(home)} of {len(crawled)} crawled sites have no start: from the home page ({shown})"
    known = {"stories.csv": STORY_COLUMNS, "sites.csv": (*SITE_COLUMNS, *PERIOD_COLUMNS)}
    for file, columns in sorted(case.unknown_columns.items()):
        for column in columns:
            close = difflib.get_close_matches(column, known[file], 1, 0.75)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield file, f"column {column!r} is kept (in extra), and mayfly makes no use of it{hint}"
    if not case.egress:
        yield "case.toml", 'no egress: enough for archives; a live crawl needs egress = "direct" or a proxy\'s URL'


def _counted(*counts: tuple[int, str, str]) -> str:
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)
