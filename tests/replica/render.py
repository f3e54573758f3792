"""Pages as HTML, feeds, sitemaps and robots.txt: what the servers of the sites answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from html import escape
from urllib.parse import quote

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import LAYOUTS, Link, View, link, paragraph, teaser
from tests.replica.model import Mention, Page, Site, key, unique
from tests.replica.others import REASON
from tests.replica.stored import gzip_stored
from tests.replica.texts import around, laid, own
from tests.replica.web import Web
from tests.replica.writer import say

SHOWN_AT_HOME, SHOWN_IN_LIST = 8, 10


def everywhere(site: Site, mentions: Sequence[Mention]) -> list[Mention]:
    """A page's mentions with those of its site's menus and boxes; the body wins over other zones."""
    found = list(mentions)
    said = {(m.story, kind) for m in mentions for kind in m.kinds}
    for zone, shown in (("nav", site.nav), ("aside", site.sidebar), ("footer", site.footer)):
        for version, _ in shown:
            if (version.story, "link") not in said:
                where = {"nav": "the menu", "aside": "a box", "footer": "the footer"}[zone]
                found.append(
                    Mention(
                        version.story, frozenset({"link"}), zone, False, f"{where} of every page links to the story"
                    )
                )
    return found


def furniture(web: Web, site: Site, page: Page | None, language: str, title: str) -> View:
    dice = Dice(plan.SEED, "view", site.site, page.url if page else title)
    words = {word: say(language, word) for word in ("home", "news", "world", "about", "contact")}
    nav: list[Link] = [(words["home"], site.home), (words["news"], web.list_address(site, 1))]
    nav += [shown for _, shown in site.nav] + [(words["about"], f"http://{site.host}/about")]
    if site.site == "awdnews.example":
        nav.append(("Français", f"http://fr.{site.site}/"))
    listed = [other for other in site.pages if other.via == "list" and other is not page]
    related = [link(other.title, linked(other)) for other in dice.some(listed, 3)]
    related += [link(*shown) for _, shown in site.sidebar] + (page.aside if page else [])
    head = "".join(
        f"<script>(function(i,s){{i.ga=i.ga||s}})(window,function(){{}});ga('create','{each}','auto');"
        "ga('send','pageview');</script>"
        for each in site.ids
    )
    if site.feed:
        head += f'<link rel="alternate" type="application/rss+xml" href="http://{site.host}{site.feed}">'
    if page:
        head += page.head
        if site.layout in ("wordpress", "magazine", "drupal"):
            head += (
                f'\n<meta property="og:type" content="article"><meta property="og:title" content="{escape(page.title)}">'
                f'<meta property="article:published_time" content="{page.day:%Y-%m-%d}T{8 + page.day.day % 9:02}:15:00+00:00">'
            )
    return View(
        name=site.name, home=site.home, language=language, title=title, head=head, nav=nav,
        related_title=say(language, "related" if dice.chance(0.5) else "popular"), related=related,
        comments_title=say(language, "comments"), share_title=say(language, "share"),
        share=f"http://plaza.example/share?u={quote(page.url, safe='')}" if page else "",
        footer=[*site.partners, *(shown for _, shown in site.footer), (words["contact"], f"http://{site.host}/about")],
        rights=say(language, "rights"),
        cookie=f'<div class="cookie-notice footer-bar" role="contentinfo">{say(language, "cookie")}</div>'
        if dice.chance(0.3)
        else "",
        extra={"charset": site.charset},
    )  # fmt: skip


def linked(page: Page) -> str:
    """The address of a page as its own site links to it."""
    return page.url + (("&" if "?" in page.url else "?") + page.track if page.track else "")


def written_day(day: date, language: str) -> str:
    month = say(language, "months").split()[day.month - 1]
    if language == "zh":
        return f"{day.year}年{month}{day.day}日"
    return f"{month} {day.day}, {day.year}" if language == "en" else f"{day.day} {month} {day.year}"


def render_site(web: Web, site: Site) -> None:
    """Every page of a crawled site, its lists, feed, sitemap and robots.txt."""
    for page in site.pages:
        render_article(web, site, page)
    listed = sorted(
        (page for page in site.pages if page.via == "list"), key=lambda page: (page.day, page.url), reverse=True
    )
    main = [page for page in listed if page.url.split("/")[2] == site.host]
    french = [page for page in listed if page not in main]
    render_list(web, site, site.home, site.language, site.name, main[:SHOWN_AT_HOME], "home", [])
    if french:
        render_list(web, site, f"http://fr.{site.site}/", "fr", f"{site.name} FR", french, "home", [])
    chunks = [main[n : n + SHOWN_IN_LIST] for n in range(0, len(main), SHOWN_IN_LIST)]
    for n, chunk in enumerate(chunks, 1):
        pager = [(say(site.language, "prev"), web.list_address(site, n - 1))] if n > 1 else []
        pager += [(say(site.language, "next"), web.list_address(site, n + 1))] if n < len(chunks) else []
        title = say(site.language, "news") + (f" – {n}" if n > 1 else "")
        render_list(web, site, web.list_address(site, n), site.language, title, chunk, "archive", pager)
    render_about(web, site)
    render_robots(web, site)
    if site.feed:
        render_feed(web, site)
    if site.sitemap:
        render_sitemaps(web, site)


def render_article(web: Web, site: Site, page: Page) -> None:
    layout = page.layout or site.layout
    view = furniture(web, site, page, page.language, page.title)
    view.byline = f"{say(page.language, 'by')} {page.author}"
    view.day, view.iso = written_day(page.day, page.language), page.day.isoformat()
    view.comments, view.tools = page.comments, page.tools
    view.tags = [say(page.language, "section")]
    dice = Dice(plan.SEED, "article", page.url)
    view.extra["doctitle"] = f"{page.title} - {site.name}" if dice.chance(0.6) else page.title
    blocks = [*page.blocks]
    if page.next:
        later = ", ".join(link(other.title, linked(other)) for other in page.next)
        blocks.append(paragraph(layout, around(web, page.language, dice, later), 0))
    earlier = datetime(page.day.year, page.day.month, page.day.day, 18, 40, tzinfo=UTC)
    if page.before or page.gone:
        view.blocks = page.before or blocks
        web.capture(site, page.url, LAYOUTS[layout](view), when=earlier)
    if page.gone:
        web.capture(site, page.url, "<h1>404</h1>", 404)
    else:
        view.blocks = blocks
        web.capture(site, page.url, LAYOUTS[layout](view))
    found = everywhere(site, page.mentions)
    counted_under = key((page.main or page).url)
    web.true(site, page.url, page.category, page.language, found, counted_under, REASON.get(page.category, ""))


def render_list(
    web: Web, site: Site, url: str, language: str, title: str, pages: Sequence[Page], kind: str, pager: list[Link]
) -> None:
    view = furniture(web, site, None, language, title)
    view.kind, view.pager = kind, pager
    mentions: list[Mention] = []
    teasers = []
    for page in pages:
        shown = teaser(
            site.layout, page.title, linked(page), written_day(page.day, page.language), page.plain,
            say(language, "more"),
        )  # fmt: skip
        if page.long_teaser:
            shown = shown.replace(page.plain, page.long_teaser, 1)
            for each in page.mentions:
                kinds = frozenset({"link"} if "<a" in page.long_teaser else {"excerpt"})
                mentions.append(
                    Mention(each.story, kinds, "body", False, "a list repeats what an article of the site carries")
                )
        teasers.append(shown)
    view.teasers = teasers
    view.extra["doctitle"] = site.name if kind == "home" else f"{title} - {site.name}"
    web.capture(site, url, LAYOUTS[site.layout](view))
    web.true(site, url, "home" if kind == "home" else "listing", language, everywhere(site, unique(mentions)))


def render_about(web: Web, site: Site) -> None:
    view = furniture(web, site, None, site.language, say(site.language, "about"))
    dice = Dice(plan.SEED, "about", site.site)
    texts = own(web, site.language, dice, 1)
    view.blocks = [*laid(site.layout, texts), *(link(*each) for each in site.other)]
    url = f"http://{site.host}/about"
    web.capture(site, url, LAYOUTS[site.layout](view))
    web.true(site, url, "about", site.language, everywhere(site, []))


def render_robots(web: Web, site: Site) -> None:
    url = f"http://{site.host}/robots.txt"
    if site.robots:
        lines = ["User-agent: *", "Disallow: /admin/"]
        if site.sitemap:
            ending = {"plain": "sitemap.xml", "index": "sitemap_index.xml", "gzip": "sitemap.xml.gz"}[site.sitemap]
            lines.append(f"Sitemap: http://{site.host}/{ending}")
        web.capture(site, url, "\n".join(lines) + "\n", mime="text/plain", charset="utf-8")
    else:
        web.capture(site, url, "<h1>404</h1>", 404)
    web.true(site, url, "robots")


def render_feed(web: Web, site: Site) -> None:
    pages = [page for page in site.pages if page.via in ("list", "feed") and not page.main]
    only = [page for page in pages if page.via == "feed"]
    newest = sorted((p for p in pages if p.via == "list"), key=lambda page: (page.day, page.url), reverse=True)
    entries = ""
    mentions: list[Mention] = []
    for page in [*only, *newest[:12]]:
        full = ""
        if site.full_feed:
            full = f"<content:encoded><![CDATA[{''.join(page.blocks)}]]></content:encoded>"
            why = "the feed repeats what an article of the site carries"
            mentions += [Mention(m.story, m.kinds, "body", False, why) for m in page.mentions if m.zone == "body"]
        mark = "&" if "?" in page.url else "?"
        entries += (
            f"<item><title>{escape(page.title)}</title><link>{escape(page.url + mark)}utm_source=rss</link>"
            f'<guid isPermaLink="false">{escape(page.url)}</guid><pubDate>{page.day:%a, %d %b %Y} 09:00:00 +0000</pubDate>'
            f"<description>{escape(page.plain)}</description>{full}</item>\n"
        )
    url = f"http://{site.host}{site.feed}"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{escape(site.name)}</title><link>{site.home}</link><description>{escape(site.name)}</description>\n"
        f"{entries}</channel></rss>\n"
    )
    web.capture(site, url, body, mime="application/rss+xml", charset="utf-8")
    web.true(site, url, "feed", mentions=unique(mentions))


def render_sitemaps(web: Web, site: Site) -> None:
    pages = [page for page in site.pages if page.via in ("list", "sitemap", "feed") and not page.main]
    entries = "".join(f"<url><loc>{escape(page.url)}</loc><lastmod>{page.day}</lastmod></url>\n" for page in pages)
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {space}>\n{entries}</urlset>\n'
    root = f"http://{site.host}/"
    if site.sitemap == "gzip":
        web.capture(site, root + "sitemap.xml.gz", gzip_stored(body.encode()), mime="application/x-gzip")
        web.true(site, root + "sitemap.xml.gz", "sitemap")
        return
    if site.sitemap == "index":
        inner = root + "sitemap-posts.xml"
        index = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {space}><sitemap><loc>{inner}</loc></sitemap></sitemapindex>\n'
        web.capture(site, root + "sitemap_index.xml", index, mime="text/xml", charset="utf-8")
        web.true(site, root + "sitemap_index.xml", "sitemap")
        web.capture(site, inner, body, mime="text/xml", charset="utf-8")
        web.true(site, inner, "sitemap")
        return
    web.capture(site, root + "sitemap.xml", body, mime="application/xml", charset="utf-8")
    web.true(site, root + "sitemap.xml", "sitemap")
