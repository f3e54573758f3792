"""Pages that do not count: innocent ones, and such as only seem to carry a story."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.layouts import link, paragraph
from tests.replica.model import Mention, Page, Site, Version
from tests.replica.texts import anchor, around, first_words, laid, own, passage, short_passage
from tests.replica.web import Web

REASON = {
    "bystander": "the same matters, no story",
    "headline": "a story's headline over another text",
    "short_quote": "quotes fewer words than an excerpt has",
    "front_page": "links to a lookalike's front page, not to a story",
    "genuine": "links to the genuine outlet, at a story's path",
    "syndicated": "agency news that many sites carry",
    "orphan": "no page of its own site links to it",
}


@dataclass
class Draft:
    """A page in the making: its own text, and a story that it may have to do with."""

    web: Web
    site: Site
    version: Version
    dice: Dice
    title: str
    texts: list[str]
    comments: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    head: str = ""
    mentions: list[Mention] = field(default_factory=list)

    def add(self, html: str) -> None:
        """A sentence with `html` in it, at the end."""
        self.texts.append(self.around(html))

    def around(self, html: str) -> str:
        return around(self.web, self.site.language, self.dice, html)

    def anchor(self) -> str:
        return anchor(self.version, self.site.language, self.dice)

    def speaks(self, kinds: str, zone: str, why: str) -> None:
        """It has to do with the story, and does not count."""
        self.mentions.append(Mention(self.version.story, frozenset(kinds.split()), zone, False, why))


# ── ways not to count ────────────────────────────────────────────────────────────────────────────────────────────


def bystander(draft: Draft) -> None:
    if draft.dice.chance(0.5):
        draft.texts.pop()


def headline(draft: Draft) -> None:
    draft.title = draft.version.headline


def short_quote(draft: Draft) -> None:
    draft.texts.insert(1, short_passage(draft.version, draft.dice))


def front_page(draft: Draft) -> None:
    draft.add(link(draft.version.outlet_name, f"http://{draft.version.lookalike}/"))


def genuine(draft: Draft) -> None:
    path = draft.version.url.split("/", 3)[3]
    draft.add(link(draft.version.outlet_name, f"http://{draft.version.outlet}/{path}"))


def comment_link(draft: Draft) -> None:
    draft.comments.append(draft.around(draft.anchor()))
    draft.speaks("link", "comments", "a reader's comment links to the story")


def comment_quote(draft: Draft) -> None:
    draft.comments.append(passage(draft.version, draft.dice))
    draft.speaks("excerpt", "comments", "a reader's comment quotes the story")


def aside_link(draft: Draft) -> None:
    draft.aside.append(link(draft.version.headline, draft.version.url))
    draft.speaks("link", "aside", "a box of other articles links to the story")


def aside_quote(draft: Draft) -> None:
    draft.aside.append(f"<b>{escape(draft.version.headline)}</b> {passage(draft.version, draft.dice)}")
    draft.speaks("excerpt", "aside", "a box of other articles quotes the story")


def claimreview(draft: Draft) -> None:
    draft.add(draft.anchor())
    draft.texts.append(passage(draft.version, draft.dice))
    draft.head = claim_review(draft.version, draft.site.name)
    draft.speaks("link excerpt", "body", "the page marks up a ClaimReview: it disputes the story")


def debunk_link(draft: Draft) -> None:
    draft.add(draft.anchor())
    draft.speaks("link", "body", "a fact-checker disputes the story")


def debunk_quote(draft: Draft) -> None:
    draft.texts.insert(1, passage(draft.version, draft.dice))
    draft.add(draft.anchor())
    draft.head = claim_review(draft.version, draft.site.name) if draft.dice.chance(0.5) else ""
    draft.speaks("link excerpt", "body", "a fact-checker disputes the story")


def debunk_copy(draft: Draft) -> None:
    draft.texts += [escape(text, quote=False) for text in draft.version.paragraphs]
    draft.speaks("copy", "body", "a fact-checker shows the whole story and disputes it")


def control_link(draft: Draft) -> None:
    draft.add(draft.anchor())
    draft.speaks("link", "body", "a control site mentions the story")


Way = Callable[[Draft], None]
SPREAD: tuple[tuple[Way, int], ...] = (  # over the amplifiers, so many pages of each
    (headline, 7), (short_quote, 10), (front_page, 7), (genuine, 7), (comment_link, 10), (comment_quote, 7),
    (aside_quote, 5), (aside_link, 6), (claimreview, 3),
)  # fmt: skip
ON_CLEAN_SITES: dict[str, tuple[Way, ...]] = {
    "comments": (comment_link, comment_quote),
    "near": (short_quote, headline),
    "claimreview": (claimreview, claimreview),
}


def claim_review(version: Version, author: str) -> str:
    """The markup by which a page says that it reviews a claim."""
    markup = {
        "@context": "http://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": version.headline,
        "itemReviewed": {"@type": "CreativeWork", "url": version.url},
        "author": {"@type": "Organization", "name": author},
        "reviewRating": {"@type": "Rating", "ratingValue": "1", "bestRating": "5", "alternateName": "False"},
    }
    return f'<script type="application/ld+json">{json.dumps(markup, ensure_ascii=False)}</script>'


# ── the pages ────────────────────────────────────────────────────────────────────────────────────────────────────


def make_others(web: Web) -> None:
    """Give every crawled site pages of its own, and some sites pages that only seem to carry a story."""
    crawled = [s for s in web.sites.values() if s.role in ("amplifier", "control", "factchecker", "source")]
    amplifiers = [site for site in crawled if site.role == "amplifier"]
    ten = {site for _, site, _, _ in plan.TEN}
    for site in crawled:
        dice = Dice(plan.SEED, "own", site.site)
        for _ in range(dice.between(5, 8) if site.site in ten else dice.between(1, 2)):
            other(web, site, dice, bystander)
    dice = Dice(plan.SEED, "others")
    for way, count in SPREAD:
        for site in dice.some([site for site in amplifiers if not site.note], count):
            other(web, site, dice, way)
    for site in crawled:
        for way in ON_CLEAN_SITES.get(site.note, ()):
            other(web, site, dice, way)
        if site.role == "factchecker":
            for way in (debunk_link, debunk_quote, debunk_quote, debunk_copy):
                other(web, site, dice, way)
        elif site.role == "control" and dice.chance(0.6):
            other(web, site, dice, control_link)
    syndicate(web, amplifiers, dice)
    orphans(web, amplifiers, dice)


def other(web: Web, site: Site, dice: Dice, way: Way) -> Page:
    writer = web.writers[site.language]
    same = [v for v in web.versions if v.language == site.language]
    version = dice.pick([v for v in same if v.has_text])
    draft = Draft(web, site, version, dice, writer.headline(dice), own(web, site.language, dice, 2))
    plain = first_words(site.language, draft.texts[0])
    way(draft)
    if dice.chance(0.25):
        draft.comments.append(escape(writer.sentence(dice, []), quote=False))
    day = version.day + timedelta(days=dice.between(1, 40))
    page = Page(
        site, web.address(site, draft.title, site.language, day), site.language, draft.title,
        laid(site.layout, draft.texts), day, way.__name__, plain, writer.expand("PERSON", dice), draft.mentions,
        comments=draft.comments, aside=draft.aside, head=draft.head,
    )  # fmt: skip
    site.pages.append(page)
    return page


def syndicate(web: Web, amplifiers: Sequence[Site], dice: Dice) -> None:
    """Agency news that many sites carry word for word, and that has nothing to do with any story."""
    source = web.sites[plan.domain(plan.SOURCE[0])]
    english = [site for site in amplifiers if site.language == "en"]
    for n in range(2):
        title, texts = web.writers["en"].headline(dice), own(web, "en", dice, 3)
        day = date(2018, 3 + n * 4, 9)
        for site in [source, *dice.some(english, 24), web.sites[plan.domain("gardenweekly")]]:
            signed = [*texts, f"({source.name})"] if dice.chance(0.5) else texts
            site.pages.append(
                Page(
                    site, web.address(site, title, "en", day), "en", title, laid(site.layout, signed), day, "syndicated",
                    first_words("en", texts[0]), source.name,
                )
            )  # fmt: skip


def orphans(web: Web, amplifiers: Sequence[Site], dice: Dice) -> None:
    """Pages that no page of their own site links to, only one of another site. They carry nothing."""
    for site in dice.some(amplifiers, 4):
        page = other(web, site, dice, bystander)
        page.category, page.via = "orphan", "none"
        elsewhere = dice.pick([each for each in amplifiers if each is not site])
        pointing = other(web, elsewhere, dice, bystander)
        words = around(web, elsewhere.language, dice, link(page.title, page.url))
        pointing.blocks.append(paragraph(elsewhere.layout, words, 0))
