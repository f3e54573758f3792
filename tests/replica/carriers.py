"""The pages that carry a story, and count: each made by a recipe, one for each way to pass a story on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import escape

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import paragraph
from tests.replica.model import Mention, Page, Site, Version, counted
from tests.replica.texts import anchor, around, edited, first_words, laid, own, passage, shortened, written
from tests.replica.web import Web


@dataclass
class Draft:
    """What is to be said on a page, where, and of which story."""

    web: Web
    site: Site
    version: Version
    language: str
    dice: Dice

    def texts(self) -> list[str]:
        return own(self.web, self.language, self.dice, self.dice.between(2, 3))

    def around(self, html: str) -> str:
        return around(self.web, self.language, self.dice, html)

    def anchor(self, url: str | None = None, attributes: str = "") -> str:
        return anchor(self.version, self.language, self.dice, url, attributes)

    def laid(self, texts: list[str]) -> list[str]:
        return laid(self.site.layout, texts)

    def among(self, texts: list[str], html: str) -> list[str]:
        """The page's own blocks, with `html` in one of its sentences somewhere after the first paragraph."""
        texts.insert(self.dice.between(1, len(texts)), self.around(html))
        return self.laid(texts)


Made = tuple[list[str], list[Mention]]  # the blocks of a page, as HTML, and what it has to do with stories


# ── by its text ──────────────────────────────────────────────────────────────────────────────────────────────────


def copy(draft: Draft) -> Made:
    texts = [escape(text, quote=False) for text in draft.version.paragraphs]
    blocks = draft.laid(texts)
    if draft.dice.chance(0.3):  # an editor's heading in the middle
        heading = escape(draft.web.writers[draft.language].headline(draft.dice))
        blocks.insert(len(blocks) // 2, f"<h3>{heading}</h3>")
    return blocks, [counted(draft.version, "copy", "carries the whole text")]


def introduced(draft: Draft) -> Made:
    texts = own(draft.web, draft.language, draft.dice, 1)
    texts += [escape(text, quote=False) for text in draft.version.paragraphs]
    return draft.laid(texts), [counted(draft.version, "copy", "carries the whole text after some words of its own")]


def reworded(draft: Draft) -> Made:
    texts = edited(draft.web, draft.version, draft.dice)
    return draft.laid(texts), [counted(draft.version, "copy", "carries the text, slightly reworded")]


def copy_and_link(draft: Draft) -> Made:
    texts = [escape(text, quote=False) for text in draft.version.paragraphs]
    texts.append(draft.around(draft.anchor()))
    return draft.laid(texts), [counted(draft.version, "copy link", "carries the whole text and links to the story")]


def excerpt(draft: Draft) -> Made:
    texts, dice = draft.texts(), draft.dice
    words = passage(draft.version, dice)
    if dice.chance(0.3) and words.count(" ") > 4:  # marked up inside
        before, word, after = words.split(" ", 2)
        words = f"{before} <b>{word}</b> {after}"
    quoted = (
        f"<blockquote><p>{words}</p></blockquote>" if dice.chance(0.6) else paragraph(draft.site.layout, words, 1)
    )
    place = dice.between(1, len(texts))
    kinds, why = "excerpt", "quotes a passage at length"
    if dice.chance(0.25):
        texts.append(draft.around(draft.anchor()))
        kinds, why = "excerpt link", "quotes a passage at length and links to the story"
    blocks = draft.laid(texts)
    blocks.insert(place, quoted)
    return blocks, [counted(draft.version, kinds, why)]


# ── by leading there ─────────────────────────────────────────────────────────────────────────────────────────────


def link(draft: Draft) -> Made:
    url, dice, why = draft.version.url, draft.dice, "links to the story"
    host = url.split("/")[2]
    if "xn--" in host and dice.chance(0.6):
        url, why = url.replace(host, host.encode().decode("idna")), "links to the story, the host in Unicode"
    elif dice.chance(0.15):
        url, why = url.replace("http://", "//"), "links to the story, without a scheme"
    elif dice.chance(0.1):
        url, why = url.replace("http://", "HTTPS://www."), "links to the story, by another scheme and www"
    html = draft.anchor(url, dice.pick(("", ' rel="nofollow"', ' target="_blank"')))
    return draft.among(draft.texts(), html), [counted(draft.version, "link", why)]


def tracked(draft: Draft) -> Made:
    mark = "&" if "?" in draft.version.url else "?"
    added = draft.dice.pick(("utm_source=tw&utm_campaign=r", "fbclid=IwAR3replica", "utm_medium=social#top"))
    html = draft.anchor(draft.version.url + mark + added)
    return draft.among(draft.texts(), html), [
        counted(draft.version, "link", "links to the story, with tracking parameters")
    ]


def item(draft: Draft) -> Made:
    points = own(draft.web, draft.language, draft.dice, 3)
    points[1] = draft.around(draft.anchor())
    blocks = [*draft.laid(draft.texts()), "<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>"]
    return blocks, [counted(draft.version, "link", "links to the story in a list of the text")]


def two(draft: Draft) -> Made:
    other = draft.dice.pick([v for v in draft.web.versions if v.story != draft.version.story])
    texts = draft.texts()
    for version in (draft.version, other):
        texts.append(draft.around(anchor(version, draft.language, draft.dice)))
    return draft.laid(texts), [counted(v, "link", "links to two stories") for v in (draft.version, other)]


def address(draft: Draft) -> Made:
    words, how = written(draft.version, draft.dice)
    why = f"writes the address out, {how}"
    return draft.among(draft.texts(), escape(words)), [counted(draft.version, "text_url", why)]


def archived(draft: Draft) -> Made:
    version = draft.version
    url = version.archive_url or f"http://{plan.ARCHIVE}/web/{version.day:%Y%m%d}184200/{version.url}"
    return draft.among(draft.texts(), draft.anchor(url)), [
        counted(version, "archive_link", "links to an archived copy")
    ]


def wrapped(draft: Draft) -> Made:
    hops = draft.dice.pick((1, 1, 2, 3))
    html = draft.anchor(shortened(draft.web, draft.version, draft.dice, hops))
    why = f"links through a shortener, hops: {hops}"
    return draft.among(draft.texts(), html), [counted(draft.version, "wrapped_link", why)]


def embed(draft: Draft) -> Made:
    blocks = draft.laid(draft.texts())
    frame = f'<iframe src="{escape(draft.version.url)}" width="600" height="400"></iframe>'
    blocks.insert(draft.dice.between(1, len(blocks)), frame)
    return blocks, [counted(draft.version, "embed", "shows the story in a frame")]


Recipe = Callable[[Draft], Made]
WHOLE: tuple[Recipe, ...] = (copy, introduced, reworded, copy_and_link)  # a site carries each text once
TEXTUAL = (*WHOLE, excerpt)  # only where a text of the story is known
WEIGHTS: dict[Recipe, int] = {
    link: 24, tracked: 6, copy: 14, introduced: 8, reworded: 6, copy_and_link: 7, excerpt: 13, address: 8, archived: 6,
    wrapped: 9, embed: 4, two: 4, item: 5,
}  # fmt: skip


# ── the pages ────────────────────────────────────────────────────────────────────────────────────────────────────


def make_carriers(web: Web) -> None:
    """Give each amplifier as many pages as it is to have."""
    for amplifier in plan.amplifiers():
        site = web.sites[amplifier.site]
        for n in range(amplifier.pages):
            dice = Dice(plan.SEED, "carrier", site.site, n)
            language = site.language if n == 0 or dice.chance(0.75) else dice.pick(amplifier.languages)
            site.pages.append(carrier(web, site, language, dice))


def carrier(web: Web, site: Site, language: str, dice: Dice) -> Page:
    recipe = dice.pick([recipe for recipe, weight in WEIGHTS.items() for _ in range(weight)])
    same = [v for v in web.versions if v.language == language]
    texts = [v for v in same if v.has_text and (v.story, v.language) not in site.copied]
    if recipe in TEXTUAL and not texts:
        recipe = link
    version = dice.pick(texts if recipe in TEXTUAL else same if dice.chance(0.7) else web.versions)
    blocks, mentions = recipe(Draft(web, site, version, language, dice))
    title = web.writers[language].headline(dice)
    if recipe in WHOLE:
        site.copied.add((version.story, version.language))
        title = version.headline if dice.chance(0.6) else title
    day = version.day + timedelta(days=dice.between(0, 24))
    host = f"fr.{site.site}" if site.site == "awdnews.example" and language == "fr" else None
    page = Page(
        site, web.address(site, title, language, day, host), language, title, blocks, day, "carrier",
        first_words(language, blocks[0]), web.writers[language].expand("PERSON", dice), mentions,
    )  # fmt: skip
    if site.feed and dice.chance(0.06):
        page.via = "feed"
    elif site.sitemap and dice.chance(0.06):
        page.via = "sitemap"
    if dice.chance(0.1):
        page.track = dice.pick(("utm_source=home&utm_medium=web", "fbclid=IwAR0replica", "PHPSESSID=0a1b2c3d4e5f"))
    return page
