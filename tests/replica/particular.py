"""Carriers that are hard to count right: twins, pages that changed or vanished, broken HTML, lists, odd ways to be found.

They are made of pages that exist already, so that the totals stay what they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.model import Page, key
from tests.replica.texts import laid, own
from tests.replica.web import Web
from tests.replica.writer import say, tokens

TWINS = ("print", "amp", "mobile", "print", "amp")


def make_particular(web: Web) -> None:
    """Take pages one by one from those made, each for one difficulty."""
    dice = Dice(plan.SEED, "particular")
    pages = [page for site in web.sites.values() for page in site.pages if page.via == "list"]
    copies = dice.shuffled([page for page in pages if page.mentions[0].kinds == {"copy"}])
    links = dice.shuffled([page for page in pages if [m.kinds for m in page.mentions] == [{"link"}]])
    for place in range(26):
        twin((copies if place % 2 else links).pop(), TWINS[place % 5])
    for page in [page for page in copies if page.mentions[0].why == "carries the whole text"][:3]:
        copies.remove(page)
        second_part(page)
    for page in [copies.pop(), links.pop(), copies.pop()]:
        undeclared(page)
    press_review(web, links)
    broken(links)
    for page in [links.pop(), copies.pop(), links.pop()]:
        page.gone = True
        note(page, "deleted since")
    for page in [links.pop(), links.pop()]:
        page.before = page.blocks
        page.blocks = laid(page.site.layout, own(web, page.language, dice, 2))
        note(page, "taken out since")
    for page in [copies.pop() if place % 2 else links.pop() for place in range(8)]:
        only_from_another(page)
    for page in [copies.pop() if place % 2 else links.pop() for place in range(14)]:
        repeated_in_lists(web, page)
    for site in dice.some([web.sites[site] for _, site, _, _ in plan.TEN if web.sites[site].feed], 2):
        site.full_feed = True
    odd_addresses(web, dice)


def note(page: Page, why: str) -> None:
    page.mentions = [replace(mention, why=f"{mention.why}, {why}") for mention in page.mentions]


# ── one page, several addresses ──────────────────────────────────────────────────────────────────────────────────


def twin(page: Page, kind: str) -> None:
    """A second address of an article: its print, AMP or mobile version, which declares the first."""
    if kind == "mobile":
        host = page.url.split("/")[2]
        url = page.url.replace(host, "m." + host.removeprefix("www."))
    elif "?" in page.url:
        url = f"{page.url}&{kind}=1"
    else:
        url = f"{page.url.rstrip('/')}/{kind}/"
    declares = f'<link rel="canonical" href="{escape(page.url)}">'
    layout = "soup" if kind == "mobile" else "minimal"
    second = replace(
        page, url=url, category=f"twin: {kind}", via="none", main=page, layout=layout, head=declares, tools=[]
    )
    words = {"print": say(page.language, "print"), "amp": "AMP", "mobile": "m"}[kind]
    page.tools.append((words, url))
    page.head += declares + (f'<link rel="amphtml" href="{escape(url)}">' if kind == "amp" else "")
    page.site.pages.append(second)


def second_part(page: Page) -> None:
    """An article over two addresses: the second declares the first, which has the longer part."""
    first, rest = page.blocks[:-1], page.blocks[-1:]
    assert len(tokens(page.language, re.sub(r"<[^>]+>", " ", rest[0]))) > (60 if page.language == "zh" else 30)
    url = page.url + "&page=2" if "?" in page.url else page.url.rstrip("/") + "/2"
    declares = f'<link rel="canonical" href="{escape(page.url)}">'
    mentions = [replace(m, kinds=frozenset({"excerpt"}), why="the rest of the text") for m in page.mentions]
    page.site.pages.append(
        replace(
            page, url=url, category="twin: part 2", blocks=rest, mentions=mentions, via="none", main=page, head=declares,
            tools=[],
        )
    )  # fmt: skip
    page.blocks = first
    page.head += f'{declares}<link rel="next" href="{escape(url)}">'
    page.tools.append(("2", url))


def undeclared(page: Page) -> None:
    """The same article at a second, longer address, which nothing declares: the texts are equal."""
    url = page.url + "&Itemid=101" if "?" in page.url else page.url.rstrip("/") + "/from-archive"
    assert len(key(url)) > len(key(page.url))
    page.site.pages.append(replace(page, url=url, category="twin: equal text", main=page, tools=[], track=""))


# ── where it stands and how it is found ──────────────────────────────────────────────────────────────────────────


def press_review(web: Web, links: list[Page]) -> None:
    """A list that alone carries a story counts: it takes the place of a site's only page."""
    small = {page.site.site for page in links if len(page.site.pages) == 1 and page.site.role == "amplifier"}
    page = next(page for page in links if page.site.site in small and len(page.mentions) == 1)
    links.remove(page)
    site = page.site
    site.pages.remove(page)
    site.reviewed = [next(v for v in web.versions if v.story == page.mentions[0].story)]
    site.other = [("+", f"http://{site.host}/press-review/")]


def broken(links: list[Page]) -> None:
    """HTML as no standard wants it; a browser shows the link all the same."""
    deep, malformed, unclosed, based = [links.pop() for _ in range(4)]
    deep.blocks = ["<div>" * 300 + "\n".join(deep.blocks) + "</div>" * 300]
    note(deep, "inside 300 nested divs")
    malformed.blocks.insert(
        0, '<p><a href="http://[::1">x</a> <a href="http://:/">y</a> <a href="ht!tp://">z</a></p>'
    )
    note(malformed, "beside malformed links")
    unclosed.blocks = [f"</p></div-none>{block}<b><i>" for block in unclosed.blocks]
    note(unclosed, "in HTML whose tags do not close")
    based.head += '<base href="http://cdn.linkfarm.example/static/">'
    note(based, "on a page whose base address is another site's")


def only_from_another(page: Page) -> None:
    """A page that no list shows: one article of the site links to it."""
    others = [other for other in page.site.pages if other.via == "list" and other is not page and not other.main]
    mains = [other.main for other in page.site.pages if other.main]  # these must stay equal to their twins
    others = [each for each in others if not (each.gone or each.before or each.next or each in mains)]
    if others:
        page.via = "next"
        others[0].next.append(page)


def repeated_in_lists(web: Web, page: Page) -> None:
    """A page of which the site's lists show so much that they repeat its link or a passage."""
    if "link" in page.mentions[0].kinds:
        block = next(block for block in page.blocks if "<a " in block)
        page.long_teaser = " ".join(bare(block).split())
        return
    told = [escape(p, quote=False) for v in web.versions for p in v.paragraphs if v.language == page.language]
    block = next(block for block in page.blocks if any(text in block for text in told))
    page.long_teaser = " ".join(bare(block).split()[:40])


def bare(block: str) -> str:
    """A block without the tags that would end a paragraph."""
    return re.sub(r"</?(p|div|li|ul|blockquote|br)\b[^>]*>", " ", block, flags=re.I)


def odd_addresses(web: Web, dice: Dice) -> None:
    """What a crawler meets on the way: a calendar without end, errors, an area closed to robots, a file."""
    kinds = ("calendar?month=2018-01", "old/index.asp", "admin/list", "gone/away", "report.pdf")
    ten = {site for _, site, _, _ in plan.TEN}
    sites = [
        s for s in web.sites.values() if s.role == "amplifier" and s.site not in ten and s.robots and not s.other
    ]
    for place, site in enumerate(dice.some(sites, 10)):
        site.other = [("+", f"http://{site.host}/{kinds[place % 5]}")]
