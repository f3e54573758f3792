"""The replica's web: every site, every page, every capture, and what is true of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import escape
from urllib.parse import parse_qsl, quote, urlencode

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import LAYOUTS, Link, View, link, paragraph, teaser
from tests.replica.stored import gzip_stored
from tests.replica.writer import LANGUAGES, Writer, say, tokens

NOW = datetime(2018, 11, 5, 6, 0, 0)  # when the captures begin; one every half minute
TRACKING = ("utm_source", "utm_medium", "utm_campaign", "fbclid", "PHPSESSID")
SHOWN_AT_HOME, SHOWN_IN_LIST = 8, 10
EXCERPT, SHORT = (28, 58), 18  # words of a passage that counts, and of one that does not
CHARACTERS = {"excerpt": (75, 110), "short": 30}  # the same of Chinese


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


REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 410: "Gone", 500: "Internal Server Error"}
RECIPES = (
    ("link", 24), ("tracked", 6), ("copy", 14), ("intro", 8), ("edited", 6), ("both", 7), ("excerpt", 13),
    ("text_url", 8), ("archive", 6), ("wrapped", 9), ("embed", 4), ("two", 4), ("item", 5),
)  # fmt: skip


class Web:
    """Builds the whole web, in one fixed order."""

    def __init__(self) -> None:
        self.writers = {language: Writer(language) for language in LANGUAGES}
        self.sites: dict[str, Site] = {}
        self.versions: list[Version] = []
        self.captures: list[Capture] = []
        self.truths: list[Truth] = []
        self.hops: dict[str, str] = {}  # shortener's address -> where it leads
        self.numbers: dict[str, int] = {}
        self.tick = 0
        self.ips = iter([f"{net}.{last}" for net in ("203.0.113", "198.51.100", "192.0.2") for last in range(1, 255)])
        self.special: list[str] = []  # urlkeys of single pages that tests name
        self.make_sites()
        self.make_stories()
        self.dress_sites()
        self.make_carriers()
        self.make_others()
        self.render()

    # ── who there is ─────────────────────────────────────────────────────────────────────────────────────────────

    def ip(self) -> str:
        taken = (plan.SHARED_IP[0], plan.CDN_IP)
        return next(ip for ip in self.ips if ip not in taken)

    def make_sites(self) -> None:
        amplifiers = plan.amplifiers()
        for place, amplifier in enumerate(amplifiers):
            self.add_site(amplifier.site, amplifier.name, "amplifier", amplifier.languages[0], place < len(plan.TEN))
        for label, name, language, note in plan.CLEAN:
            self.add_site(plan.domain(label), name, "amplifier", language).note = note
        for label, outlet, note in plan.LOOKALIKES:
            name, language = next((name, lang) for other, name, lang in plan.OUTLETS if other == outlet)
            self.add_site(plan.domain(label), name, "lookalike", language).note = note
        for label, name, language in plan.OUTLETS:
            self.add_site(plan.domain(label), name, "outlet", language)
        for role, group in (
            ("factchecker", plan.FACTCHECKERS), ("control", plan.CONTROLS), ("source", (plan.SOURCE,)),
            ("platform", plan.PLATFORMS), ("ignore", plan.IGNORED),
        ):  # fmt: skip
            for label, name, language in group:
                self.add_site(plan.domain(label), name, role, language)
        by_label = {site.site.removesuffix(".example"): site for site in self.sites.values()}
        address, sharing = plan.SHARED_IP
        for label in sharing:
            by_label[label].ip = address
        for number, (property_, sharing) in enumerate(plan.SHARED_IDS):
            for place, label in enumerate(sharing):
                by_label[label].ids = [f"{property_}-{place + 1 + number}"]
        small = [self.sites[amplifier.site] for amplifier in amplifiers[len(plan.TEN) :]]
        controls = [site for site in self.sites.values() if site.role == "control"]
        for site in [*controls[:4], *Dice(plan.SEED, "cdn").some(small, plan.CDN_SITES - 4)]:
            site.ip = plan.CDN_IP
        for label, outlet, _ in plan.LOOKALIKES:  # a cloned page carries its victim's own property
            self.sites[plan.domain(label)].ids = list(self.sites[plan.domain(outlet)].ids)

    def add_site(self, site: str, name: str, role: str, language: str, large: bool = False) -> Site:
        dice = Dice(plan.SEED, "site", site)
        www = dice.chance(0.4) and role in ("amplifier", "factchecker", "control")
        found = Site(
            site, name, role, language, f"www.{site}" if www else site,
            layout=dice.pick(tuple(LAYOUTS)),
            scheme=dice.pick(("wp", "wp", "num", "query", "p", "slug", "arch")),
            ip=self.ip(),
        )  # fmt: skip
        if language in ("ar", "ru", "fa") and found.scheme == "slug":
            found.scheme = "percent"
        if role == "outlet" or dice.chance(0.5):
            found.ids = [f"UA-0000{dice.between(1000, 9999)}-{dice.between(1, 3)}"]
        if large or dice.chance(0.45):
            found.feed = "/feed/" if found.scheme in ("wp", "p") else dice.pick(("/rss.xml", "/feed.xml", "/rss"))
        if large or dice.chance(0.3):
            found.sitemap = dice.pick(("plain", "plain", "index", "gzip"))
        found.robots = found.sitemap is not None or dice.chance(0.6)
        found.compressed = dice.chance(0.1)
        if role == "amplifier" and not large and dice.chance(0.3):
            found.charset = {"ru": "windows-1251", "ar": "windows-1256", "fr": "iso-8859-1", "es": "iso-8859-1"}.get(
                language, "utf-8"
            )
        self.sites[site] = found
        return found

    def make_stories(self) -> None:
        day = date(2016, 9, 6)
        for story, label, languages, state, known in plan.STORIES:
            dice = Dice(plan.SEED, "story", story)
            outlet = next(outlet for other, outlet, _ in plan.LOOKALIKES if other == label)
            lookalike, site = self.sites[plan.domain(label)], self.sites[plan.domain(outlet)]
            day += timedelta(days=dice.between(14, 30))
            for place, language in enumerate(languages):
                writer = self.writers[language]
                headline = writer.headline(dice)
                slug = plan.latin(headline)[:60].strip("-") if language in ("en", "fr", "es", "de", "sh") else ""
                number = dice.between(10000, 99999)
                prefix = f"/{language}" if place else ""
                path = f"{prefix}/{day:%Y/%m/%d}/{slug}-{number}" if slug else f"{prefix}/news/{number}.html"
                if language in ("ar", "ru") and dice.chance(0.4):
                    path = f"{prefix}/{day:%Y}/{quote('-'.join(tokens(language, headline)[:5]))}"
                url = f"http://{lookalike.site}{path}"
                copy = f"http://{plan.ARCHIVE}/web/{day:%Y%m%d}101500/{url}" if state == "archived" else None
                self.versions.append(
                    Version(
                        story, language, url, lookalike.site, site.site, site.name, headline,
                        tuple(writer.article(dice, dice.between(4, 5))), day, state, known, copy,
                    )
                )  # fmt: skip

    def dress_sites(self) -> None:
        """What stands on every page of a site: menus, boxes and footers, some of which link to a story."""
        small = [s for s in self.sites.values() if s.role == "amplifier" and s.site not in {t[1] for t in plan.TEN}]
        counted = [site for site in small if not site.note]
        dice = Dice(plan.SEED, "dress")
        chosen = dice.some(counted, 9)
        for place, site in enumerate([*chosen, *(site for site in small if site.note in ("menu", "sidebar", "footer"))]):
            kind = site.note or ("menu", "sidebar", "footer")[place % 3]
            version = dice.pick([v for v in self.versions if v.language == site.language] or self.versions)
            shown = (version, (version.headline, version.url))
            {"menu": site.nav, "sidebar": site.sidebar, "footer": site.footer}[kind].append(shown)
        for site in self.sites.values():
            if site.role in ("amplifier", "control"):
                others = [other for other in counted if other is not site]
                site.partners = [(other.name, other.home) for other in dice.some(others, dice.below(4))]
            if site.role == "amplifier" and dice.chance(0.04):
                lookalike = dice.pick([other for other in self.sites.values() if other.role == "lookalike"])
                site.partners.append((lookalike.name, lookalike.home))

    # ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, site: Site) -> int:
        self.numbers[site.site] = self.numbers.get(site.site, Dice(plan.SEED, "number", site.site).between(90, 4000)) + 7
        return self.numbers[site.site]

    def address(self, site: Site, title: str, language: str, day: date, host: str | None = None) -> str:
        n = self.number(site)
        slug = plan.latin(title)[:50].strip("-") or f"post-{n}"
        path = {
            "wp": f"/{day:%Y/%m}/{slug}-{n}/",
            "num": f"/news/{n}.html",
            "query": f"/index.php?option=com_content&view=article&id={n}",
            "p": f"/?p={n}",
            "slug": f"/{slug}-{n}",
            "arch": f"/archives/{n}",
            "percent": f"/{day:%Y}/{quote('-'.join(tokens(language, title)[:6]))}-{n}",
        }[site.scheme]
        return f"http://{host or site.host}{path}"

    def list_address(self, site: Site, number: int) -> str:
        first, rest = {
            "wp": ("/category/news/", "/category/news/page/{}/"),
            "num": ("/news/", "/news/?page={}"),
            "query": (
                "/index.php?option=com_content&view=category&id=8",
                "/index.php?option=com_content&view=category&id=8&start={}0",
            ),
            "p": ("/?cat=3", "/?cat=3&paged={}"),
            "slug": ("/section/news", "/section/news?page={}"),
            "arch": ("/archives/", "/archives/page/{}"),
            "percent": ("/category/news/", "/category/news/page/{}/"),
        }[site.scheme]
        return f"http://{site.host}{first if number == 1 else rest.format(number)}"

    # ── the texts of pages ───────────────────────────────────────────────────────────────────────────────────────

    def own(self, language: str, dice: Dice, paragraphs: int) -> list[str]:
        return [escape(text, quote=False) for text in self.writers[language].article(dice, paragraphs)]

    def around(self, language: str, dice: Dice, html: str) -> str:
        """A sentence of the page's own that has `html` in it."""
        sentence = escape(self.writers[language].sentence(dice, [], "LINK"), quote=False)
        return sentence.replace("@@", html)

    def first_words(self, language: str, html: str, count: int = 14) -> str:
        text = re.sub(r"<[^>]+>", "", html)
        return text[: count * 2] + "…" if language == "zh" else " ".join(text.split()[:count]) + "…"

    def passage(self, version: Version, dice: Dice, kind: str, paragraphs: Sequence[str] | None = None) -> str:
        """Consecutive words of the story, as many as count (`excerpt`) or fewer (`short`)."""
        texts = sorted(paragraphs or version.listed, key=len, reverse=True)[:2]
        text = dice.pick(texts)
        if version.language == "zh":
            length = dice.between(*CHARACTERS["excerpt"]) if kind == "excerpt" else CHARACTERS["short"]  # type: ignore
            start = dice.below(max(1, len(text) - length))
            return text[start : start + length]
        words = text.split()
        length = min(len(words), dice.between(*EXCERPT) if kind == "excerpt" else SHORT)
        start = dice.below(len(words) - length + 1)
        found = " ".join(words[start : start + length])
        count = len(tokens(version.language, found))
        assert count >= 26 if kind == "excerpt" else count < 24, found
        return found

    def anchor(self, version: Version, language: str, dice: Dice, url: str, attributes: str = "") -> str:
        words = dice.pick((version.headline, version.outlet_name, say(language, "here")))
        return f'<a href="{escape(url)}"{attributes}>{escape(words)}</a>'

    def shortened(self, version: Version, dice: Dice, hops: int) -> str:
        """An address of a shortener that leads to the story by so many hops."""
        target = version.url + ("?utm_source=short" if "?" not in version.url and dice.chance(0.5) else "")
        for hop in range(hops):
            host = plan.SHORTENERS[(hop + dice.below(2)) % len(plan.SHORTENERS)]
            n = len(self.hops)
            if host.startswith("weiter"):
                address = f"http://{host}/l?u={quote(target, safe='')}&n={n}"
            else:
                address = f"http://{host}/{'abcdefghij'[n % 10]}{n}{dice.pick('xyzkqw')}"
            self.hops[address] = target
            target = address
        return target

    def written(self, version: Version, dice: Dice) -> tuple[str, str]:
        """The story's address as text, and how it is written."""
        rest = version.url.split("://", 1)[1]
        host, _, path = rest.partition("/")
        return dice.pick(
            (
                (version.url, "with its scheme"),
                (rest, "without a scheme"),
                (f"hxxp://{host.replace('.', '[.]')}/{path}", "defanged"),
                (f"hxxp://{rest}", "defanged"),
                (f"({version.url})", "in brackets"),
            )
        )

    # ── pages that carry a story ─────────────────────────────────────────────────────────────────────────────────

    def make_carriers(self) -> None:
        for amplifier in plan.amplifiers():
            site = self.sites[amplifier.site]
            for n in range(amplifier.pages):
                dice = Dice(plan.SEED, "carrier", site.site, n)
                language = site.language if n == 0 or dice.chance(0.75) else dice.pick(amplifier.languages)
                site.pages.append(self.carrier(site, language, dice))
        self.make_particular_carriers()

    def carrier(self, site: Site, language: str, dice: Dice, recipe: str | None = None) -> Page:
        recipe = recipe or dice.pick([name for name, weight in RECIPES for _ in range(weight)])
        same = [v for v in self.versions if v.language == language]
        texts = [v for v in same if v.has_text and (v.story, v.language) not in site.copied]
        if recipe in ("copy", "intro", "edited", "both", "excerpt") and not texts:
            recipe = "link"
        if recipe == "archive":
            version = dice.pick(self.versions)
        elif recipe in ("copy", "intro", "edited", "both", "excerpt"):
            version = dice.pick(texts)
        else:
            version = dice.pick(same if dice.chance(0.7) else self.versions)
        blocks, mentions, title, plain = self.compose(recipe, site, version, language, dice)
        day = version.day + timedelta(days=dice.between(0, 24))
        host = f"fr.{site.site}" if site.site == "awdnews.example" and language == "fr" else None
        page = Page(
            site, self.address(site, title, language, day, host), language, title, blocks, day, "carrier", plain,
            author=self.writers[language].expand("PERSON", dice), mentions=mentions,
        )  # fmt: skip
        if dice.chance(0.06) and site.feed:
            page.via = "feed"
        elif dice.chance(0.06) and site.sitemap:
            page.via = "sitemap"
        if dice.chance(0.1):
            page.track = dice.pick(("utm_source=home&utm_medium=web", "fbclid=IwAR0replica", "PHPSESSID=0a1b2c3d4e5f"))
        return page

    def compose(
        self, recipe: str, site: Site, version: Version, language: str, dice: Dice
    ) -> tuple[list[str], list[Mention], str, str]:
        """Blocks, mentions, title and first words of a page that carries a story."""
        layout = site.layout
        title = self.writers[language].headline(dice)
        kinds: set[str]

        def laid(texts: Iterable[str]) -> list[str]:
            return [paragraph(layout, text, place) for place, text in enumerate(texts)]

        if recipe in ("copy", "intro", "edited", "both"):
            site.copied.add((version.story, version.language))
            texts = [escape(text, quote=False) for text in version.paragraphs]
            why, kinds = "carries the whole text", {"copy"}
            if recipe == "edited":
                texts, why = self.edited(version, dice), "carries the text, slightly reworded"
            if recipe in ("intro", "both"):
                texts = [*self.own(language, dice, 1), *texts]
            if recipe == "both":
                texts.append(self.around(language, dice, self.anchor(version, language, dice, version.url)))
                why, kinds = "carries the whole text and links to the story", {"copy", "link"}
            if dice.chance(0.6):
                title = version.headline
            blocks = laid(texts)
            if recipe == "copy" and dice.chance(0.3):  # an editor's heading in the middle
                blocks.insert(len(blocks) // 2, f"<h3>{escape(self.writers[language].headline(dice))}</h3>")
            return blocks, [mention(version, kinds, why)], title, self.first_words(language, texts[0])

        texts = self.own(language, dice, dice.between(2, 3))
        plain = self.first_words(language, texts[0])
        place = dice.between(1, len(texts))
        if recipe == "excerpt":
            passage = escape(self.passage(version, dice, "excerpt"), quote=False)
            if dice.chance(0.3) and " " in passage:  # marked up inside
                words = passage.split(" ")
                words[4] = f"<b>{words[4]}</b>"
                passage = " ".join(words)
            blocks = laid(texts)
            quoted = f"<blockquote><p>{passage}</p></blockquote>" if dice.chance(0.6) else paragraph(layout, passage, 1)
            blocks.insert(place, quoted)
            kinds, why = {"excerpt"}, "quotes a passage at length"
            if dice.chance(0.25):
                blocks.append(
                    paragraph(layout, self.around(language, dice, self.anchor(version, language, dice, version.url)), 0)
                )
                kinds, why = {"excerpt", "link"}, "quotes a passage at length and links to the story"
            return blocks, [mention(version, kinds, why)], title, plain
        if recipe == "embed":
            blocks = laid(texts)
            blocks.insert(place, f'<iframe src="{escape(version.url)}" width="600" height="400"></iframe>')
            return blocks, [mention(version, {"embed"}, "shows the story in a frame")], title, plain
        if recipe == "two":
            other = dice.pick([v for v in self.versions if v.story != version.story])
            found = []
            for each in (version, other):
                texts.insert(place, self.around(language, dice, self.anchor(each, language, dice, each.url)))
                found.append(mention(each, {"link"}, "links to two stories"))
            return laid(texts), found, title, plain
        if recipe == "item":
            points = self.own(language, dice, 3)
            points[1] = self.around(language, dice, self.anchor(version, language, dice, version.url))
            blocks = [*laid(texts), "<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>"]
            return blocks, [mention(version, {"link"}, "links to the story in a list of the text")], title, plain
        html, kinds, why = self.pointer(recipe, version, language, dice)
        texts.insert(place, self.around(language, dice, html))
        return laid(texts), [mention(version, kinds, why)], title, plain

    def pointer(self, recipe: str, version: Version, language: str, dice: Dice) -> tuple[str, set[str], str]:
        """HTML that leads to the story, the kind of mention that it makes, and why."""
        if recipe == "text_url":
            words, how = self.written(version, dice)
            return escape(words), {"text_url"}, f"writes the address out, {how}"
        if recipe == "archive":
            url = version.archive_url or f"http://{plan.ARCHIVE}/web/{version.day:%Y%m%d}184200/{version.url}"
            return self.anchor(version, language, dice, url), {"archive_link"}, "links to an archived copy"
        if recipe == "wrapped":
            hops = dice.pick((1, 1, 2, 3))
            return (
                self.anchor(version, language, dice, self.shortened(version, dice, hops)),
                {"wrapped_link"},
                f"links through a shortener, hops: {hops}",
            )
        url, why = version.url, "links to the story"
        if recipe == "tracked":
            mark = "&" if "?" in url else "?"
            url += mark + dice.pick(("utm_source=tw&utm_campaign=r", "fbclid=IwAR3replica", "utm_medium=social#top"))
            why = "links to the story, with tracking parameters"
        elif "xn--" in url and dice.chance(0.6):
            host = url.split("/")[2]
            url, why = url.replace(host, host.encode().decode("idna")), "links to the story, the host in Unicode"
        elif dice.chance(0.15):
            url, why = url.replace("http://", "//"), "links to the story, without a scheme"
        elif dice.chance(0.1):
            url, why = url.replace("http://", "HTTPS://www."), "links to the story, by another scheme and www"
        return self.anchor(version, language, dice, url, dice.pick(("", ' rel="nofollow"', ' target="_blank"'))), {"link"}, why

    def edited(self, version: Version, dice: Dice) -> list[str]:
        """The story with two sentences replaced by others."""
        texts = list(version.paragraphs)
        end = "。" if version.language == "zh" else ". "
        for place in dice.some(range(len(texts)), 2):
            sentences = texts[place].split(end)
            new = self.writers[version.language].sentence(dice, []).rstrip(".。 ")
            sentences[dice.below(len(sentences) - 1) if len(sentences) > 1 else 0] = new
            texts[place] = end.join(sentences)
        return [escape(text, quote=False) for text in texts]

    # ── carriers built to be hard ────────────────────────────────────────────────────────────────────────────────

    def make_particular_carriers(self) -> None:
        """Twins, deep nesting, broken links, a list that alone carries a story: done to pages made already."""
        ten = [self.sites[site] for _, site, _, _ in plan.TEN]
        counted = [page for site in self.sites.values() for page in site.pages]
        dice = Dice(plan.SEED, "particular")
        plain = [page for page in counted if page.via == "list"]
        copies = [page for page in plain if page.mentions[0].kinds == {"copy"}]
        links = [page for page in plain if page.mentions[0].kinds == {"link"}]
        twinned = dice.some(copies, 12) + dice.some(links, 14)
        for place, page in enumerate(twinned):
            self.twin(page, ("print", "amp", "mobile", "print", "amp")[place % 5])
        rest = [page for page in copies if page not in twinned]
        for page in dice.some(rest, 3):
            self.second_part(page)
        rest = [page for page in links if page not in twinned]
        deep, malformed, closed, based = dice.some(rest, 4)
        deep.blocks = ["<div>" * 300 + "\n".join(deep.blocks) + "</div>" * 300]
        self.particular(deep, "inside 300 nested divs")
        malformed.blocks.insert(0, '<p><a href="http://[::1">x</a> <a href="http://:/">y</a> <a href="ht!tp://">z</a></p>')
        self.particular(malformed, "beside malformed links")
        closed.blocks = [f"</p></div-none>{block}<b><i>" for block in closed.blocks]
        self.particular(closed, "in HTML whose tags do not close")
        based.head += '<base href="http://cdn.linkfarm.example/static/">'
        self.particular(based, "on a page whose base address is another site's")
        for page in dice.some([page for page in plain if page not in (*twinned, deep, malformed, closed, based)], 8):
            page.via = "next"
            later = [other for other in page.site.pages if other is not page and other.via == "list"]
            if later:
                later[0].next.append(page)
            else:
                page.via = "list"
        for site in dice.some([site for site in ten if site.feed], 2):
            site.full_feed = True
        small = [site for site in self.sites.values() if site.role == "amplifier" and site not in ten]
        alone = [site for site in small if len(site.pages) == 1 and site.pages[0] in links and site.pages[0] not in twinned]
        odd = dice.some([site for site in alone if site.pages[0] not in (deep, malformed, closed, based)], 1)
        for site in odd:
            page = site.pages.pop()
            plain.remove(page)
            site.reviewed = [next(v for v in self.versions if v.story == page.mentions[0].story)]
            site.other = [("+", f"http://{site.host}/press-review/")]
        kinds = ("calendar?month=2018-01", "old/index.asp", "admin/list", "gone/away", "report.pdf")
        for place, site in enumerate(dice.some([site for site in small if site not in odd and site.robots], 10)):
            site.other = [("+", f"http://{site.host}/{kinds[place % 5]}")]
        repeats = [page for page in plain if page.long_teaser == "" and page.via == "list" and page not in twinned]
        for page in dice.some([page for page in repeats if page.mentions[0].kinds in ({"copy"}, {"link"})], 14):
            told = [escape(text, quote=False) for v in self.versions for text in v.paragraphs if v.language == page.language]
            copied = "copy" in page.mentions[0].kinds
            text = next(b for b in page.blocks if (any(each in b for each in told) if copied else "<a " in b))
            words = re.sub(r"</?(p|div|li|ul|blockquote|br)\b[^>]*>", " ", text, flags=re.I).split()
            page.long_teaser = " ".join(words[:40] if copied else words)

    def particular(self, page: Page, why: str) -> None:
        page.mentions = [Mention(m.story, m.kinds, m.zone, m.counted, f"{m.why}, {why}") for m in page.mentions]

    def twin(self, page: Page, kind: str) -> None:
        """A second address of an article: its print, AMP or mobile version, which declares the first."""
        mark = "&" if "?" in page.url else "?"
        bare = page.url.rstrip("/")
        if kind == "print":
            url = page.url + f"{mark}print=1" if "?" in page.url else f"{bare}/print/"
        elif kind == "amp":
            url = page.url + f"{mark}amp=1" if "?" in page.url else f"{bare}/amp/"
        else:
            host = page.url.split("/")[2]
            url = page.url.replace(host, "m." + host.removeprefix("www."))
        layout = {"print": "minimal", "amp": "minimal", "mobile": "soup"}[kind]
        found = Page(
            page.site, url, page.language, page.title, page.blocks, page.day, f"twin: {kind}", page.plain, page.author,
            mentions=page.mentions, via="none", main=page, layout=layout,
            head=f'<link rel="canonical" href="{escape(page.url)}">',
        )  # fmt: skip
        label = say(page.language, "print") if kind == "print" else kind.upper() if kind == "amp" else "m"
        page.tools.append((label, url))
        page.head += f'<link rel="canonical" href="{escape(page.url)}">'
        if kind == "amp":
            page.head += f'<link rel="amphtml" href="{escape(url)}">'
        page.site.pages.append(found)

    def second_part(self, page: Page) -> None:
        """An article over two addresses: the second declares the first, which has the longer part."""
        cut = len(page.blocks) - 1
        url = page.url + "&page=2" if "?" in page.url else page.url.rstrip("/") + "/2"
        rest = page.blocks[cut:]
        words = tokens(page.language, re.sub(r"<[^>]+>", " ", " ".join(rest)))
        if len(words) < 30:
            return
        found = Page(
            page.site, url, page.language, page.title, rest, page.day, "twin: part 2", page.plain, page.author,
            mentions=[Mention(m.story, frozenset({"excerpt"}), m.zone, True, "the rest of the text") for m in page.mentions],
            via="none", main=page, head=f'<link rel="canonical" href="{escape(page.url)}">',
        )  # fmt: skip
        page.blocks = page.blocks[:cut]
        page.head += f'<link rel="canonical" href="{escape(page.url)}"><link rel="next" href="{escape(url)}">'
        page.tools.append(("2", url))
        page.site.pages.append(found)

    # ── pages that do not count ──────────────────────────────────────────────────────────────────────────────────

    def make_others(self) -> None:
        crawled = [s for s in self.sites.values() if s.role in ("amplifier", "control", "factchecker", "source")]
        amplifiers = [site for site in crawled if site.role == "amplifier"]
        ten = {site for _, site, _, _ in plan.TEN}
        for site in crawled:
            dice = Dice(plan.SEED, "own", site.site)
            for n in range(dice.between(5, 8) if site.site in ten else dice.between(1, 2)):
                self.other(site, dice, "bystander", n)
        dice = Dice(plan.SEED, "others")
        for category, count in (
            ("headline", 7), ("short_quote", 10), ("front_page", 7), ("genuine", 7), ("comment_link", 10),
            ("comment_quote", 7), ("aside_quote", 5), ("aside_link", 6),
        ):  # fmt: skip
            special = {"comment_link": "comments", "short_quote": "near", "headline": "near"}.get(category)
            chosen = dice.some([site for site in amplifiers if not site.note], count)
            chosen += [site for site in amplifiers if site.note and site.note == special]
            for site in chosen:
                self.other(site, dice, category)
        for site in [s for s in amplifiers if s.note == "claimreview"] * 2 + dice.some(amplifiers[:40], 3):
            self.other(site, dice, "claimreview")
        for site in crawled:
            if site.role == "factchecker":
                for category in ("debunk_link", "debunk_quote", "debunk_quote", "debunk_copy"):
                    self.other(site, dice, category)
            if site.role == "control" and dice.chance(0.6):
                self.other(site, dice, "control_link")
        self.syndicate(amplifiers, dice)
        self.orphans(amplifiers, dice)

    def other(self, site: Site, dice: Dice, category: str, n: int = 0) -> Page:
        language = site.language
        writer = self.writers[language]
        same = [v for v in self.versions if v.language == language]
        version = dice.pick([v for v in same if v.has_text] or same)
        texts = self.own(language, dice, dice.between(1, 2) if category == "bystander" else 2)
        title = writer.headline(dice)
        day = version.day + timedelta(days=dice.between(1, 40))
        blocks, mentions, comments, aside, head = list(texts), [], [], [], ""
        anchor = self.anchor(version, language, dice, version.url)

        def nothing(kinds: set[str], zone: str, why: str) -> None:
            mentions.append(Mention(version.story, frozenset(kinds), zone, False, why))

        if category == "headline":
            title = version.headline
        elif category == "short_quote":
            blocks.insert(1, escape(self.passage(version, dice, "short"), quote=False))
        elif category == "front_page":
            blocks.append(self.around(language, dice, link(version.outlet_name, f"http://{version.lookalike}/")))
        elif category == "genuine":
            path = version.url.split("/", 3)[3]
            blocks.append(self.around(language, dice, link(version.outlet_name, f"http://{version.outlet}/{path}")))
        elif category == "comment_link":
            comments.append(self.around(language, dice, anchor))
            nothing({"link"}, "comments", "a reader's comment links to the story")
        elif category == "comment_quote":
            comments.append(escape(self.passage(version, dice, "excerpt"), quote=False))
            nothing({"excerpt"}, "comments", "a reader's comment quotes the story")
        elif category == "aside_quote":
            aside.append(f"<b>{escape(version.headline)}</b> " + escape(self.passage(version, dice, "excerpt"), quote=False))
            nothing({"excerpt"}, "aside", "a box of other articles quotes the story")
        elif category == "aside_link":
            aside.append(link(version.headline, version.url))
            nothing({"link"}, "aside", "a box of other articles links to the story")
        elif category == "claimreview":
            blocks.append(self.around(language, dice, anchor))
            blocks.append(escape(self.passage(version, dice, "excerpt"), quote=False))
            nothing({"link", "excerpt"}, "body", "the page marks up a ClaimReview: it disputes the story")
            head = claim_review(version, site.name)
        elif category in ("debunk_link", "control_link"):
            blocks.append(self.around(language, dice, anchor))
            who = "a fact-checker disputes" if category == "debunk_link" else "a control site mentions"
            nothing({"link"}, "body", f"{who} the story")
        elif category == "debunk_quote":
            blocks.insert(1, escape(self.passage(version, dice, "excerpt"), quote=False))
            blocks.append(self.around(language, dice, anchor))
            nothing({"link", "excerpt"}, "body", "a fact-checker disputes the story")
            head = claim_review(version, site.name) if dice.chance(0.5) else ""
        elif category == "debunk_copy":
            if (version.story, language) in site.copied:
                return self.other(site, dice, "debunk_link")
            site.copied.add((version.story, language))
            blocks += [escape(text, quote=False) for text in version.paragraphs]
            nothing({"copy"}, "body", "a fact-checker shows the whole story and disputes it")
        if dice.chance(0.25):
            comments.append(escape(writer.sentence(dice, []), quote=False))
        page = Page(
            site, self.address(site, title, language, day), language, title,
            [paragraph(site.layout, text, place) for place, text in enumerate(blocks)], day, category,
            self.first_words(language, texts[0]), writer.expand("PERSON", dice), mentions, comments=comments,
            aside=aside, head=head,
        )  # fmt: skip
        site.pages.append(page)
        return page

    def syndicate(self, amplifiers: Sequence[Site], dice: Dice) -> None:
        """Agency news that many sites carry word for word, and that has nothing to do with any story."""
        source = self.sites[plan.domain(plan.SOURCE[0])]
        english = [site for site in amplifiers if site.language == "en"]
        for n in range(2):
            writer = self.writers["en"]
            title, texts = writer.headline(dice), self.own("en", dice, 3)
            day = date(2018, 3 + n * 4, 9)
            for site in [source, *dice.some(english, 24), self.sites[plan.domain("gardenweekly")]]:
                blocks = [paragraph(site.layout, text, place) for place, text in enumerate(texts)]
                if dice.chance(0.5):
                    blocks.append(paragraph(site.layout, f"({source.name})", 0))
                site.pages.append(
                    Page(
                        site, self.address(site, title, "en", day), "en", title, blocks, day, "syndicated",
                        self.first_words("en", texts[0]), source.name,
                    )
                )  # fmt: skip

    def orphans(self, amplifiers: Sequence[Site], dice: Dice) -> None:
        """Pages that no page of their own site links to, only one of another site. They carry nothing."""
        for site in dice.some(amplifiers, 4):
            page = self.other(site, dice, "bystander")
            page.category, page.via = "orphan", "none"
            linking = dice.pick([other for other in amplifiers if other is not site])
            carrier = self.other(linking, dice, "bystander")
            carrier.blocks.append(
                paragraph(linking.layout, self.around(carrier.language, dice, link(page.title, page.url)), 0)
            )

    # ── captures ─────────────────────────────────────────────────────────────────────────────────────────────────

    def render(self) -> None:
        for site in self.sites.values():
            if site.role == "lookalike":
                self.render_lookalike(site)
            elif site.role == "outlet":
                self.render_outlet(site)
            elif site.role in ("platform", "ignore"):
                self.render_elsewhere(site)
            else:
                self.render_site(site)
        self.render_hops()
        self.render_oddities()

    def capture(
        self, site: Site | None, url: str, body: str | bytes, status: int = 200, mime: str = "text/html",
        when: datetime | None = None, location: str | None = None, charset: str | None = None, ip: str | None = None,
    ) -> None:  # fmt: skip
        """Add a response; its headers are what a server of the time would send."""
        charset = charset or (site.charset if site else "utf-8")
        payload = body if isinstance(body, bytes) else body.encode(charset, "xmlcharrefreplace")
        if when is None:
            when = NOW + timedelta(seconds=31 * self.tick)
            self.tick += 1
        declared = mime if isinstance(body, bytes) else f"{mime}; charset={charset}"
        headers = [("Date", f"{when:%a, %d %b %Y %H:%M:%S} GMT"), ("Server", "nginx"), ("Content-Type", declared)]
        if location:
            headers.append(("Location", location))
        if site and site.compressed and mime == "text/html" and status == 200:
            payload = gzip_stored(payload)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(payload))))
        self.captures.append(Capture(url, when, ip or (site.ip if site else "192.0.2.1"), status, tuple(headers), payload))

    def true(
        self, site: Site, url: str, category: str, language: str = "", mentions: Sequence[Mention] = (), page: str = "",
        why: str = "",
    ) -> None:  # fmt: skip
        facts = (url, key(url), site.site, site.role, category, language, page or key(url))
        if not mentions:
            self.truths.append(Truth(*facts, why=why))
        for each in mentions:
            self.truths.append(
                Truth(*facts, each.story, " ".join(sorted(each.kinds)), each.zone, int(each.counted), each.why)
            )

    def everywhere(self, site: Site, mentions: Sequence[Mention]) -> list[Mention]:
        """A page's mentions with those of its site's menus and boxes; the body wins over other zones."""
        found = list(mentions)
        said = {(m.story, kind) for m in mentions for kind in m.kinds}
        for zone, shown in (("nav", site.nav), ("aside", site.sidebar), ("footer", site.footer)):
            for version, _ in shown:
                if (version.story, "link") not in said:
                    where = {"nav": "the menu", "aside": "a box", "footer": "the footer"}[zone]
                    found.append(
                        Mention(version.story, frozenset({"link"}), zone, False, f"{where} of every page links to the story")
                    )
        return found

    def view(self, site: Site, page: Page | None, language: str, title: str) -> View:
        dice = Dice(plan.SEED, "view", site.site, page.url if page else title)
        words = {word: say(language, word) for word in ("home", "news", "world", "about", "contact")}
        nav: list[Link] = [(words["home"], site.home), (words["news"], self.list_address(site, 1))]
        nav += [shown for _, shown in site.nav] + [(words["about"], f"http://{site.host}/about")]
        if site.site == "awdnews.example":
            nav.append(("Français", f"http://fr.{site.site}/"))
        listed = [other for other in site.pages if other.via == "list" and other is not page]
        related = [link(other.title, self.linked(other)) for other in dice.some(listed, 3)]
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

    def linked(self, page: Page) -> str:
        """The address of a page as its own site links to it."""
        return page.url + (("&" if "?" in page.url else "?") + page.track if page.track else "")

    def day(self, day: date, language: str) -> str:
        month = say(language, "months").split()[day.month - 1]
        if language == "zh":
            return f"{day.year}年{month}{day.day}日"
        return f"{month} {day.day}, {day.year}" if language == "en" else f"{day.day} {month} {day.year}"

    def render_site(self, site: Site) -> None:
        for page in site.pages:
            self.render_article(site, page)
        listed = sorted((page for page in site.pages if page.via == "list"), key=lambda page: (page.day, page.url), reverse=True)
        main = [page for page in listed if page.url.split("/")[2] == site.host]
        self.render_list(site, site.home, site.language, site.name, main[:SHOWN_AT_HOME], "home", [])
        chunks = [main[n : n + SHOWN_IN_LIST] for n in range(0, len(main), SHOWN_IN_LIST)]
        for n, chunk in enumerate(chunks, 1):
            pager = [(say(site.language, "prev"), self.list_address(site, n - 1))] if n > 1 else []
            pager += [(say(site.language, "next"), self.list_address(site, n + 1))] if n < len(chunks) else []
            title = say(site.language, "news") + (f" – {n}" if n > 1 else "")
            self.render_list(site, self.list_address(site, n), site.language, title, chunk, "archive", pager)
        french = [page for page in listed if page.url.split("/")[2] != site.host]
        if french:
            self.render_list(site, f"http://fr.{site.site}/", "fr", f"{site.name} FR", french, "home", [])
        self.render_about(site)
        self.render_robots(site)
        if site.feed:
            self.render_feed(site)
        if site.sitemap:
            self.render_sitemaps(site)

    def render_article(self, site: Site, page: Page) -> None:
        view = self.view(site, page, page.language, page.title)
        view.blocks = [*page.blocks]
        if page.next:
            later = ", ".join(link(other.title, self.linked(other)) for other in page.next)
            view.blocks.append(paragraph(page.layout or site.layout, self.around(page.language, Dice(page.url), later), 0))
        view.byline = f"{say(page.language, 'by')} {page.author}"
        view.day, view.iso = self.day(page.day, page.language), page.day.isoformat()
        view.comments, view.tools = page.comments, page.tools
        view.tags = [say(page.language, "section")]
        view.extra["doctitle"] = f"{page.title} - {site.name}" if Dice(page.url, "t").chance(0.6) else page.title
        self.capture(site, page.url, LAYOUTS[page.layout or site.layout](view))
        main = page.main or page
        found = self.everywhere(site, page.mentions)
        self.true(site, page.url, page.category, page.language, found, key(main.url), why=REASON.get(page.category, ""))

    def render_list(
        self, site: Site, url: str, language: str, title: str, pages: Sequence[Page], kind: str, pager: list[Link]
    ) -> None:
        view = self.view(site, None, language, title)
        view.kind, view.pager = kind, pager
        mentions: list[Mention] = []
        teasers = []
        for page in pages:
            shown = teaser(
                site.layout, page.title, self.linked(page), self.day(page.day, page.language), page.plain,
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
        self.capture(site, url, LAYOUTS[site.layout](view))
        self.true(site, url, "home" if kind == "home" else "listing", language, self.everywhere(site, unique(mentions)))

    def render_about(self, site: Site) -> None:
        view = self.view(site, None, site.language, say(site.language, "about"))
        dice = Dice(plan.SEED, "about", site.site)
        texts = self.own(site.language, dice, 1)
        view.blocks = [paragraph(site.layout, text, n) for n, text in enumerate(texts)]
        if site.other:
            view.blocks.append(paragraph(site.layout, " ".join(link(*each) for each in site.other), 0))
        url = f"http://{site.host}/about"
        self.capture(site, url, LAYOUTS[site.layout](view))
        self.true(site, url, "about", site.language, self.everywhere(site, []))

    def render_robots(self, site: Site) -> None:
        url = f"http://{site.host}/robots.txt"
        if site.robots:
            lines = ["User-agent: *", "Disallow: /admin/"]
            if site.sitemap:
                ending = {"plain": "sitemap.xml", "index": "sitemap_index.xml", "gzip": "sitemap.xml.gz"}[site.sitemap]
                lines.append(f"Sitemap: http://{site.host}/{ending}")
            self.capture(site, url, "\n".join(lines) + "\n", mime="text/plain", charset="utf-8")
        else:
            self.capture(site, url, "<h1>404</h1>", 404)
        self.true(site, url, "robots")

    def render_feed(self, site: Site) -> None:
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
                f"<guid isPermaLink=\"false\">{escape(page.url)}</guid><pubDate>{page.day:%a, %d %b %Y} 09:00:00 +0000</pubDate>"
                f"<description>{escape(page.plain)}</description>{full}</item>\n"
            )
        url = f"http://{site.host}{site.feed}"
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
            f"<channel><title>{escape(site.name)}</title><link>{site.home}</link><description>{escape(site.name)}</description>\n"
            f"{entries}</channel></rss>\n"
        )
        self.capture(site, url, body, mime="application/rss+xml", charset="utf-8")
        self.true(site, url, "feed", mentions=unique(mentions))

    def render_sitemaps(self, site: Site) -> None:
        pages = [page for page in site.pages if page.via in ("list", "sitemap", "feed") and not page.main]
        entries = "".join(f"<url><loc>{escape(page.url)}</loc><lastmod>{page.day}</lastmod></url>\n" for page in pages)
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {space}>\n{entries}</urlset>\n'
        root = f"http://{site.host}/"
        if site.sitemap == "gzip":
            self.capture(site, root + "sitemap.xml.gz", gzip_stored(body.encode()), mime="application/x-gzip")
            self.true(site, root + "sitemap.xml.gz", "sitemap")
            return
        if site.sitemap == "index":
            inner = root + "sitemap-posts.xml"
            index = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {space}><sitemap><loc>{inner}</loc></sitemap></sitemapindex>\n'
            self.capture(site, root + "sitemap_index.xml", index, mime="text/xml", charset="utf-8")
            self.true(site, root + "sitemap_index.xml", "sitemap")
            self.capture(site, inner, body, mime="text/xml", charset="utf-8")
            self.true(site, inner, "sitemap")
            return
        self.capture(site, root + "sitemap.xml", body, mime="application/xml", charset="utf-8")
        self.true(site, root + "sitemap.xml", "sitemap")

    # ── lookalikes and what they imitate ─────────────────────────────────────────────────────────────────────────

    def render_lookalike(self, site: Site) -> None:
        mine = [version for version in self.versions if version.lookalike == site.site]
        outlet = self.sites[mine[0].outlet]
        site.layout = outlet.layout
        redirecting = any(version.state.startswith("redirect") for version in mine)
        if all(version.state == "gone" for version in mine):
            pass  # the name no longer resolves
        elif redirecting:
            self.capture(site, site.home, "", 302, location=outlet.home)
            self.true(site, site.home, "lookalike", site.language, why="redirects to the outlet it imitates")
        else:
            view = self.view(site, None, site.language, site.name)
            view.kind = "home"
            view.teasers = [
                teaser(site.layout, v.headline, v.url, self.day(v.day, v.language), self.first_words(v.language, v.paragraphs[0]), "»")
                for v in mine
            ]
            why = "the lookalike itself"
            self.capture(site, site.home, LAYOUTS[site.layout](view))
            mentions = [Mention(v.story, frozenset({"link"}), "body", False, why) for v in mine]
            self.true(site, site.home, "lookalike", site.language, unique(mentions))
        for version in mine:
            self.render_story(site, outlet, version)

    def render_story(self, site: Site, outlet: Site, version: Version) -> None:
        first = datetime(version.day.year, version.day.month, version.day.day, 14, 20)
        state, url = version.state, version.url
        if state in ("alive", "then404", "then410", "redirect_same", "redirect_home"):
            self.capture(site, url, self.story_page(site, version, site.host), when=first)
        if state == "alive":
            self.capture(site, url, self.story_page(site, version, site.host))
        elif state in ("then404", "dead", "archived"):
            self.capture(site, url, "<html><head><title>404</title></head><body><h1>Not Found</h1></body></html>", 404)
        elif state == "then410":
            self.capture(site, url, "<html><head><title>410</title></head><body><h1>Gone</h1></body></html>", 410)
        elif state == "redirect_same":
            self.capture(site, url, "", 301, when=first + timedelta(days=5), location=url.replace(site.site, outlet.host))
            self.capture(site, url, "<html><head><title>404</title></head><body><h1>Not Found</h1></body></html>", 404)
        elif state == "redirect_home":
            self.capture(site, url, "", 302, when=first + timedelta(days=9), location=outlet.home)
            self.capture(site, url, "", 302, location=outlet.home)
        elif state == "parked":
            words = (
                f"The domain {site.site} may be for sale by its owner. This page was made by the owner of the domain with "
                "a parking programme. The provider of the programme has nothing to do with the advertisers, and names "
                "shown here belong to those who registered them."
            )
            self.capture(site, url, f"<html><head><title>{site.site}</title></head><body><h1>{site.site}</h1><p>{words}</p></body></html>")
        if state != "gone":
            self.true(site, url, f"story: {state}", version.language, why=f"an address of {version.story}")
        if version.archive_url:
            body = self.story_page(site, version, site.host)
            frame = '<div id="archive-toolbar" class="nav">archiv.example</div>'
            self.capture(
                None, version.archive_url, body.replace("<body", "<body data-copy=1", 1).replace("</body>", frame + "</body>"),
                ip="203.0.113.254",
            )  # fmt: skip
            self.truths.append(
                Truth(
                    version.archive_url, key(version.archive_url), plan.ARCHIVE, "", "story: archived copy",
                    version.language, key(version.archive_url), why=f"an archived copy of {version.story}",
                )
            )  # fmt: skip

    def story_page(self, site: Site, version: Version, host: str) -> str:
        view = self.view(site, None, version.language, version.headline)
        view.kind, view.nav = "single", [(word, f"http://{version.outlet}/{n}") for n, word in enumerate(("News", "World", "Opinion"))]
        view.blocks = [paragraph(site.layout, escape(text, quote=False), n) for n, text in enumerate(version.paragraphs)]
        dice = Dice(plan.SEED, "byline", version.url)
        view.byline = f"{say(version.language, 'by')} {self.writers[version.language].expand('PERSON', dice)}"
        view.day, view.iso = self.day(version.day, version.language), version.day.isoformat()
        view.head += f'<link rel="canonical" href="{escape(version.url.replace(host, version.outlet))}">'  # a clone's claim
        view.extra["doctitle"] = f"{version.headline} | {version.outlet_name}"
        return LAYOUTS[site.layout](view)

    def render_outlet(self, site: Site) -> None:
        dice = Dice(plan.SEED, "outlet", site.site)
        view = self.view(site, None, site.language, site.name)
        view.kind = "home"
        self.capture(site, site.home, LAYOUTS[site.layout](view))
        self.true(site, site.home, "outlet", site.language, why="not crawled: an outlet that was imitated")
        victims = [v for v in self.versions if v.outlet == site.site]
        for version in victims[:2]:  # the genuine article at the same path, and a page that exposes the fake
            url = version.url.replace(version.lookalike, site.host)
            view = self.view(site, None, site.language, self.writers[site.language].headline(dice))
            texts = self.own(site.language, dice, 2)
            if version is victims[0]:
                texts.append(self.around(site.language, dice, link(version.headline, version.url)))
            view.blocks = [paragraph(site.layout, text, n) for n, text in enumerate(texts)]
            view.byline, view.day = site.name, self.day(version.day, site.language)
            self.capture(site, url, LAYOUTS[site.layout](view))
            why = "an outlet that was imitated; not crawled"
            mentions = [Mention(version.story, frozenset({"link"}), "body", False, why)] if version is victims[0] else []
            self.true(site, url, "outlet", site.language, mentions, why=why)

    def render_elsewhere(self, site: Site) -> None:
        """A platform and a site to be ignored: they mention stories, and are neither crawled nor counted."""
        dice = Dice(plan.SEED, "elsewhere", site.site)
        for n in range(3):
            version = dice.pick([v for v in self.versions if v.language == "en"])
            url = f"{site.home}u/{n}"
            view = self.view(site, None, site.language, self.writers["en"].headline(dice))
            view.blocks = [paragraph(site.layout, self.around("en", dice, link(version.headline, version.url)), 0)]
            self.capture(site, url, LAYOUTS[site.layout](view))
            mentions = [Mention(version.story, frozenset({"link"}), "body", False, f"role {site.role}; not crawled")]
            self.true(site, url, site.role, site.language, mentions)

    # ── what else stands on the web ──────────────────────────────────────────────────────────────────────────────

    def render_hops(self) -> None:
        for address, target in self.hops.items():
            code = 301 if address.startswith("http://kurz") else 302
            self.capture(None, address, "", code, location=target, ip="203.0.113.250")
            self.truths.append(Truth(address, key(address), site_of(address), "", "shortener", "", key(address), why=f"leads to {target}"))

    def render_oddities(self) -> None:
        """What a crawler meets on the way: a calendar without end, errors, an area closed to robots, a file."""
        sites = [site for site in self.sites.values() if site.other]
        for site in sites:
            for _, url in site.other:
                kind = url.split("/")[3].partition("?")[0]
                if kind == "calendar":
                    self.render_calendar(site)
                elif kind == "old":
                    self.capture(site, url, "<h1>Internal Server Error</h1>", 500)
                    self.true(site, url, "error", why="answers with an error")
                elif kind == "admin":
                    self.capture(site, url, self.plain_page(site, "admin"))
                    self.true(site, url, "closed", site.language, why="robots.txt closes the area; nothing in it carries a story")
                elif kind == "gone":
                    self.capture(site, url, "<h1>404</h1>", 404)
                    self.true(site, url, "error", why="answers with an error")
                elif kind == "report.pdf":
                    self.capture(site, url, b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n", mime="application/pdf")
                    self.true(site, url, "file")
                elif kind == "press-review":
                    self.render_press_review(site, url)

    def plain_page(self, site: Site, title: str) -> str:
        view = self.view(site, None, site.language, title)
        view.blocks = [paragraph(site.layout, text, 0) for text in self.own(site.language, Dice(site.site, title), 1)]
        return LAYOUTS[site.layout](view)

    def render_calendar(self, site: Site) -> None:
        """Each month links to the next; the archive holds a year of them."""
        for n in range(12):
            url = f"http://{site.host}/calendar?month=2018-{n + 1:02}"
            later = f"http://{site.host}/calendar?month=" + (f"2018-{n + 2:02}" if n < 11 else "2019-01")
            body = f"<html><head><title>2018-{n + 1:02}</title></head><body><table><tr><td>1<td>2<td>3</table>{link('»', later)}</body></html>"
            self.capture(site, url, body)
            self.true(site, url, "calendar", why="a calendar that never ends")
        beyond = f"http://{site.host}/calendar?month=2019-01"
        self.capture(site, beyond, "<h1>404</h1>", 404)
        self.true(site, beyond, "calendar", why="a calendar that never ends")

    def render_press_review(self, site: Site, url: str) -> None:
        """A list that alone carries what no article of its site does: it counts."""
        (version,) = site.reviewed
        view = self.view(site, None, site.language, say(site.language, "section"))
        view.kind = "archive"
        dice = Dice(plan.SEED, "review", site.site)
        for page in [page for page in site.pages if page.via == "list"][:3]:
            day = self.day(page.day, page.language)
            view.teasers = [*view.teasers, teaser(site.layout, page.title, page.url, day, page.plain, say(site.language, "more"))]
        words = self.around(site.language, dice, self.anchor(version, site.language, dice, version.url))
        title = self.writers[site.language].headline(dice)
        shown = teaser(site.layout, title, url + "#1", self.day(version.day, site.language), "@@", say(site.language, "more"))
        view.teasers = [*view.teasers, shown.replace("@@", words)]
        self.capture(site, url, LAYOUTS[site.layout](view))
        why = "a list links to the story, and no article of the site does"
        found = self.everywhere(site, [mention(version, {"link"}, why)])
        self.true(site, url, "listing alone", site.language, found)


REASON = {
    "bystander": "the same matters, no story",
    "headline": "a story's headline over another text",
    "short_quote": "quotes fewer words than an excerpt has",
    "front_page": "links to a lookalike's front page, not to a story",
    "genuine": "links to the genuine outlet, at a story's path",
    "syndicated": "agency news that many sites carry",
    "orphan": "no page of its own site links to it",
}


def mention(version: Version, kinds: set[str], why: str) -> Mention:
    return Mention(version.story, frozenset(kinds), "body", True, why)


def unique(mentions: Iterable[Mention]) -> list[Mention]:
    """One mention a story, its kinds together."""
    found: dict[str, Mention] = {}
    for each in mentions:
        before = found.get(each.story)
        kinds = each.kinds | (before.kinds if before else frozenset())
        found[each.story] = Mention(each.story, kinds, each.zone, each.counted, each.why)
    return list(found.values())


def claim_review(version: Version, author: str) -> str:
    markup = {
        "@context": "http://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": version.headline,
        "itemReviewed": {"@type": "CreativeWork", "url": version.url},
        "author": {"@type": "Organization", "name": author},
        "reviewRating": {"@type": "Rating", "ratingValue": "1", "bestRating": "5", "alternateName": "False"},
    }
    return f'<script type="application/ld+json">{json.dumps(markup, ensure_ascii=False)}</script>'
