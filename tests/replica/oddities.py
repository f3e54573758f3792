"""What else stands on the web: shorteners, errors, traps, a press review, a platform."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import LAYOUTS, link, teaser
from tests.replica.model import Mention, Site, Truth, counted, key, site_of
from tests.replica.render import everywhere, furniture, written_day
from tests.replica.texts import anchor, around, laid, own
from tests.replica.web import Web
from tests.replica.writer import say


def render_oddities(web: Web) -> None:
    """Everything that is no site's ordinary page."""
    for address, target in web.hops.items():
        code = 301 if address.startswith("http://kurz") else 302
        web.capture(None, address, "", code, location=target, ip="203.0.113.250")
        facts = (address, key(address), site_of(address), "", "shortener", "", key(address))
        web.truths.append(Truth(*facts, why=f"leads to {target}"))
    for site in web.sites.values():
        for _, url in site.other:
            ODD[url.split("/")[3].partition("?")[0]](web, site, url)


def failing(web: Web, site: Site, url: str) -> None:
    code = 500 if "/old/" in url else 404
    web.capture(site, url, f"<h1>{code}</h1>", code)
    web.true(site, url, "error", why="answers with an error")


def closed(web: Web, site: Site, url: str) -> None:
    """A page in an area that robots.txt closes."""
    view = furniture(web, site, None, site.language, "admin")
    view.blocks = laid(site.layout, own(web, site.language, Dice(plan.SEED, "closed", site.site), 1))
    web.capture(site, url, LAYOUTS[site.layout](view))
    web.true(site, url, "closed", site.language, why="robots.txt closes the area; nothing in it carries a story")


def document(web: Web, site: Site, url: str) -> None:
    web.capture(site, url, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", mime="application/pdf")
    web.true(site, url, "file", why="no web page")


def calendar(web: Web, site: Site, url: str) -> None:
    """Each month links to the next; the archive holds a year of them."""
    months = [f"2018-{n:02}" for n in range(1, 13)] + ["2019-01"]
    base = url.partition("=")[0]
    for month, later in pairwise(months):
        days = f"<table><tr><td>1<td>2<td>3</table>{link('»', f'{base}={later}')}"
        web.capture(site, f"{base}={month}", f"<html><head><title>{month}</title></head><body>{days}</body></html>")
        web.true(site, f"{base}={month}", "calendar", why="a calendar that never ends")
    web.capture(site, f"{base}={months[-1]}", "<h1>404</h1>", 404)
    web.true(site, f"{base}={months[-1]}", "calendar", why="a calendar that never ends")


def press_review(web: Web, site: Site, url: str) -> None:
    """A list that alone carries what no article of its site does: it counts."""
    (version,) = site.reviewed
    language, layout, more = site.language, site.layout, say(site.language, "more")
    view = furniture(web, site, None, language, say(language, "section"))
    view.kind = "archive"
    dice = Dice(plan.SEED, "review", site.site)
    shown = [(page.title, page.url, page.day, page.plain) for page in site.pages if page.via == "list"][:3]
    title = web.writers[language].headline(dice)
    shown.append((title, f"{url}#1", version.day, around(web, language, dice, anchor(version, language, dice))))
    view.teasers = [
        teaser(layout, title, address, written_day(day, language), words, more)
        for title, address, day, words in shown
    ]
    web.capture(site, url, LAYOUTS[layout](view))
    found = counted(version, "link", "a list links to the story, and no article of the site does")
    web.true(site, url, "listing alone", language, everywhere(site, [found]))


ODD: dict[str, Callable[[Web, Site, str], None]] = {
    "calendar": calendar,
    "old": failing,
    "gone": failing,
    "admin": closed,
    "report.pdf": document,
    "press-review": press_review,
}


def render_elsewhere(web: Web, site: Site) -> None:
    """A platform and a site to be ignored: they mention stories, and are neither crawled nor counted."""
    dice = Dice(plan.SEED, "elsewhere", site.site)
    for n in range(3):
        version = dice.pick([v for v in web.versions if v.language == "en"])
        url = f"{site.home}u/{n}"
        view = furniture(web, site, None, site.language, web.writers["en"].headline(dice))
        view.blocks = laid(site.layout, [around(web, "en", dice, link(version.headline, version.url))])
        web.capture(site, url, LAYOUTS[site.layout](view))
        mentions = [Mention(version.story, frozenset({"link"}), "body", False, f"role {site.role}; not crawled")]
        web.true(site, url, site.role, site.language, mentions)
