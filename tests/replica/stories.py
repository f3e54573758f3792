"""The stories, the lookalikes that carry them, and the outlets that these imitate."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import escape
from urllib.parse import quote

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import LAYOUTS, link, teaser
from tests.replica.model import Mention, Site, Truth, Version, key, unique
from tests.replica.render import furniture, written_day
from tests.replica.texts import around, first_words, laid, own
from tests.replica.web import Web
from tests.replica.writer import say, tokens

NOT_FOUND = "<html><head><title>404</title></head><body><h1>Not Found</h1></body></html>"


def make_stories(web: Web) -> None:
    day = date(2016, 9, 6)
    for story, label, languages, state, known in plan.STORIES:
        dice = Dice(plan.SEED, "story", story)
        outlet = next(outlet for other, outlet, _ in plan.LOOKALIKES if other == label)
        lookalike, site = web.sites[plan.domain(label)], web.sites[plan.domain(outlet)]
        day += timedelta(days=dice.between(14, 30))
        for place, language in enumerate(languages):
            writer = web.writers[language]
            headline = writer.headline(dice)
            slug = plan.latin(headline)[:60].strip("-") if language in ("en", "fr", "es", "de", "sh") else ""
            number = dice.between(10000, 99999)
            prefix = f"/{language}" if place else ""
            path = f"{prefix}/{day:%Y/%m/%d}/{slug}-{number}" if slug else f"{prefix}/news/{number}.html"
            if language in ("ar", "ru") and dice.chance(0.4):
                path = f"{prefix}/{day:%Y}/{quote('-'.join(tokens(language, headline)[:5]))}"
            url = f"http://{lookalike.site}{path}"
            copy = f"http://{plan.ARCHIVE}/web/{day:%Y%m%d}101500/{url}" if state == "archived" else None
            web.versions.append(
                Version(
                    story, language, url, lookalike.site, site.site, site.name, headline,
                    tuple(writer.article(dice, dice.between(4, 5))), day, state, known, copy,
                )
            )  # fmt: skip


def render_lookalike(web: Web, site: Site) -> None:
    mine = [version for version in web.versions if version.lookalike == site.site]
    outlet = web.sites[mine[0].outlet]
    site.layout = outlet.layout
    redirecting = any(version.state.startswith("redirect") for version in mine)
    if all(version.state == "gone" for version in mine):
        pass  # the name no longer resolves
    elif redirecting:
        web.capture(site, site.home, "", 302, location=outlet.home)
        web.true(site, site.home, "lookalike", site.language, why="redirects to the outlet it imitates")
    else:
        view = furniture(web, site, None, site.language, site.name)
        view.kind = "home"
        view.teasers = [
            teaser(
                site.layout,
                v.headline,
                v.url,
                written_day(v.day, v.language),
                first_words(v.language, v.paragraphs[0]),
                "»",
            )
            for v in mine
        ]
        why = "the lookalike itself"
        web.capture(site, site.home, LAYOUTS[site.layout](view))
        mentions = [Mention(v.story, frozenset({"link"}), "body", False, why) for v in mine]
        web.true(site, site.home, "lookalike", site.language, unique(mentions))
    for version in mine:
        render_story(web, site, outlet, version)


def render_story(web: Web, site: Site, outlet: Site, version: Version) -> None:
    first = datetime(version.day.year, version.day.month, version.day.day, 14, 20, tzinfo=UTC)
    state, url = version.state, version.url
    if state in ("alive", "then404", "then410", "redirect_same", "redirect_home"):
        web.capture(site, url, story_page(web, site, version, site.host), when=first)
    if state == "alive":
        web.capture(site, url, story_page(web, site, version, site.host))
    elif state in ("then404", "dead", "archived"):
        web.capture(site, url, NOT_FOUND, 404)
    elif state == "then410":
        web.capture(site, url, "<html><head><title>410</title></head><body><h1>Gone</h1></body></html>", 410)
    elif state == "redirect_same":
        web.capture(site, url, "", 301, when=first + timedelta(days=5), location=url.replace(site.site, outlet.host))
        web.capture(site, url, NOT_FOUND, 404)
    elif state == "redirect_home":
        web.capture(site, url, "", 302, when=first + timedelta(days=9), location=outlet.home)
        web.capture(site, url, "", 302, location=outlet.home)
    elif state == "parked":
        words = (
            f"The domain {site.site} may be for sale by its owner. This page was made by the owner of the domain with "
            "a parking programme. The provider of the programme has nothing to do with the advertisers, and names "
            "shown here belong to those who registered them."
        )
        web.capture(
            site,
            url,
            f"<html><head><title>{site.site}</title></head><body><h1>{site.site}</h1><p>{words}</p></body></html>",
        )
    if state != "gone":
        web.true(site, url, f"story: {state}", version.language, why=f"an address of {version.story}")
    if version.archive_url:
        body = story_page(web, site, version, site.host)
        frame = '<div id="archive-toolbar" class="nav">archiv.example</div>'
        web.capture(
            None, version.archive_url, body.replace("<body", "<body data-copy=1", 1).replace("</body>", frame + "</body>"),
            ip="203.0.113.254",
        )  # fmt: skip
        web.truths.append(
            Truth(
                version.archive_url, key(version.archive_url), plan.ARCHIVE, "", "story: archived copy",
                version.language, key(version.archive_url), why=f"an archived copy of {version.story}",
            )
        )  # fmt: skip


def story_page(web: Web, site: Site, version: Version, host: str) -> str:
    view = furniture(web, site, None, version.language, version.headline)
    view.kind, view.nav = (
        "single",
        [(word, f"http://{version.outlet}/{n}") for n, word in enumerate(("News", "World", "Opinion"))],
    )
    view.blocks = laid(site.layout, [escape(text, quote=False) for text in version.paragraphs])
    dice = Dice(plan.SEED, "byline", version.url)
    view.byline = f"{say(version.language, 'by')} {web.writers[version.language].expand('PERSON', dice)}"
    view.day, view.iso = written_day(version.day, version.language), version.day.isoformat()
    view.head += (
        f'<link rel="canonical" href="{escape(version.url.replace(host, version.outlet))}">'  # a clone's claim
    )
    view.extra["doctitle"] = f"{version.headline} | {version.outlet_name}"
    return LAYOUTS[site.layout](view)


def render_outlet(web: Web, site: Site) -> None:
    dice = Dice(plan.SEED, "outlet", site.site)
    view = furniture(web, site, None, site.language, site.name)
    view.kind = "home"
    web.capture(site, site.home, LAYOUTS[site.layout](view))
    web.true(site, site.home, "outlet", site.language, why="not crawled: an outlet that was imitated")
    victims = [v for v in web.versions if v.outlet == site.site]
    for version in victims[:2]:  # the genuine article at the same path, and a page that exposes the fake
        url = version.url.replace(version.lookalike, site.host)
        view = furniture(web, site, None, site.language, web.writers[site.language].headline(dice))
        texts = own(web, site.language, dice, 2)
        if version is victims[0]:
            texts.append(around(web, site.language, dice, link(version.headline, version.url)))
        view.blocks = laid(site.layout, texts)
        view.byline, view.day = site.name, written_day(version.day, site.language)
        web.capture(site, url, LAYOUTS[site.layout](view))
        why = "an outlet that was imitated; not crawled"
        mentions = [Mention(version.story, frozenset({"link"}), "body", False, why)] if version is victims[0] else []
        web.true(site, url, "outlet", site.language, mentions, why=why)
