"""Published: when a page says it was published, and where it says so.

Markup that names an article's date is trusted first, then a day in the path of the address, then `<time>`, then
what htmldate finds, if the page really says it: htmldate makes up days where there are none (31/02/2024 becomes
1 February).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from htmldate import find_date

from crawler.dates import AHEAD, FIRST_YEAR, Stated, day_first, month, month_first, read, state, western
from crawler.page import Page
from crawler.words import wordset

_META = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "article.published", "published-date", "publish-date", "publishdate",
    "pubdate", "publication_date", "date.issued", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dc.date", "dcterms.date", "citation_publication_date", "citation_date",
    "article_date_original", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "originalpublicationdate",
    "datecreated", "date_published", "article:post_date", "bt:pubdate", "rnews:datepublished",
    "shareaholic:article_published_time", "date", "release_date", "og:pubdate", "last-published",
    "vr:published_time", "iso-8601-publish-date",
)  # fmt: skip
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|\Z)")
_URL_COMPACT = re.compile(r"[/_-]((?:199|20[0-3])\d)([01]\d)([0-3]\d)(?=[/_.-]|\Z)")
_URL_MONTH = re.compile(r"/((?:199|20[0-3])\d)/(0[1-9]|1[0-2])/[^/]")


def latest(page: Page) -> datetime:
    """The time at which the page was fetched: it cannot have been published later."""
    try:
        return datetime.fromisoformat(page.fetched_at).astimezone(UTC)
    except ValueError:
        return datetime(2100, 1, 1, tzinfo=UTC)


def published(page: Page, language: str | None) -> Stated | None:
    """When the page says it was published, by the most trustworthy place that says so.

    Markup that names an article's date comes first, then a date in the path of the address, then `<time>`, then what
    htmldate finds in the text.
    """
    limit = latest(page)
    in_url = _from_url(page.url, limit)
    for text in _of_article(page):
        found = read(text, language, limit)
        if found:
            return _by_the_sites_calendar(found, in_url)
    if in_url:
        return in_url
    for text in _of_page(page):
        found = read(text, language, limit)
        if found:
            return found
    return _searched(page, language, limit) or _shown(page, language, limit) or _month_in_url(page.url, limit)


def _of_article(page: Page) -> Iterator[str]:
    for node in page.json_ld:
        kind = str(node.get("@type", ""))
        if any(word in kind for word in ("Article", "Posting", "Review", "Report")):
            yield from _strings(node.get("datePublished"))
    for name in _META:
        if name in page.meta:
            yield page.meta[name]


def _of_page(page: Page) -> Iterator[str]:
    for node in page.json_ld:
        if "Page" in str(node.get("@type", "")):
            yield from _strings(node.get("datePublished"))
    assert page.tree is not None
    for element in page.tree.iter("time"):
        if page.zone(element) in ("body", "nav"):
            said = element.get("pubdate") is not None or element.get("itemprop") == "datePublished"
            if said or "published" in (element.get("class") or ""):
                yield element.get("datetime") or "".join(element.itertext())
            return  # only the first: the others are those of other articles


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value


def _by_the_sites_calendar(stated: Stated, in_url: Stated | None) -> Stated:
    """A time in UTC is on another day than the site's own calendar says, if the path names the day beside it.

    Then the day is the path's, and the interval stays exact.
    """
    in_utc = stated.text.endswith(("Z", "+00:00"))
    if in_url and in_utc and stated.text[:10] != in_url.text and in_url.start <= stated.start <= in_url.end:
        return Stated(in_url.text, stated.start, stated.end)
    return stated


def _from_url(url: str, limit: datetime) -> Stated | None:
    for pattern in (_URL_DAY, _URL_COMPACT):
        found = pattern.search(url)
        if found:
            return state(int(found[1]), int(found[2]), int(found[3]), limit)
    return None


_DATE_WORDS = re.compile(
    r"(?:\A|[\s_-])(?:date|datum|fecha|data|time|timestamp|published|publish|posted|pubdate|created|entry-date|"
    r"post-date|postdate|meta|byline|dateline|submitted|info)(?:\Z|[\s_-])"
    r"|[a-z](?:Date|Time)\b|(?:publish|post|article|news|entry)_?(?:date|time)",
    re.IGNORECASE,
)
_MAY_SHOW = wordset("time span div p li td abbr small em i b a h3 h4 h5")
_DATED = 200  # characters of an element made for a date
_LINE = {"body": 100, "aside": 25, "nav": 25}  # characters of a line that may be one; in the margin it is a date only


def _shown(page: Page, language: str | None, limit: datetime) -> Stated | None:
    """The first day that stands in an element made for it, or on a short line by itself."""
    for text in _shown_texts(page):
        found = read(text, language, limit)
        if found and len(found.text) >= len("2017-03-02"):
            return found
    return None


def _shown_texts(page: Page) -> Iterator[str]:
    for element in page.elements:
        if element.tag not in _MAY_SHOW:
            continue
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if (element.tag == "time" or _DATE_WORDS.search(names)) and page.zone(element) in ("body", "nav"):
            said = element.get("datetime") or element.get("title") or ""
            yield from (text for text in (said, "".join(element.itertext())) if 6 <= len(text) <= _DATED)
    for block in page.blocks:
        if 8 <= len(block.text) <= _LINE.get(block.zone, 0):
            yield block.text


def _month_in_url(url: str, limit: datetime) -> Stated | None:
    found = _URL_MONTH.search(url)
    return state(int(found[1]), int(found[2]), None, limit) if found else None


def _searched(page: Page, language: str | None, limit: datetime) -> Stated | None:
    """What htmldate finds in the page, if the page really says so: it makes up days where there are none."""
    day = find_date(
        page.tree, original_date=True, extensive_search=False, url=page.url,
        min_date=f"{FIRST_YEAR}-01-01", max_date=(limit + AHEAD).strftime("%Y-%m-%d"),
    )  # fmt: skip
    if not day:
        return None
    year, number, dom = (int(part) for part in day.split("-"))
    stands = _stands(year, number, dom, f"{page.url}\n{page.source}", (language or "").lower())
    return state(year, number, dom, limit) if stands else None


def _stands(year: int, number: int, day: int, text: str, language: str) -> bool:
    """Whether a day is written out in a text, in a way that can mean no other day."""
    if re.search("[٠-٩۰-۹]", text):
        text = western(text)
    years = rf"(?:{year}|{year % 100:02})"
    clear = day > 12 or day == number
    forms = [
        rf"{year}\s?[-/.年년]\s?0?{number}\s?[-/.月월]\s?0?{day}", f"{year}{number:02}{day:02}",
        rf"0?{day}\.\s?0?{number}\.\s?{years}",
    ]  # fmt: skip
    if clear or day_first(language):
        forms += [rf"0?{day}/0?{number}/{years}", rf"0?{day}-0?{number}-{years}"]
    if clear or month_first(language):
        forms.append(rf"0?{number}/0?{day}/{years}")
    if re.search(rf"(?<![0-9])(?:{'|'.join(forms)})(?!\d)", text):
        return True
    named = re.compile(
        rf"(?<!\d)0?{day}(?:st|nd|rd|th|er)?[\s.,/º-]{{0,3}}(?:de\s|of\s)?([^\W\d]{{2,16}})[\s.,/-]{{1,3}}"
        rf"(?:de\s|del\s)?{year}(?!\d)"
        rf"|([^\W\d]{{3,16}})\.?\s{{1,2}}0?{day}(?:st|nd|rd|th)?\s?,?\s{{1,2}}{year}(?!\d)"
    )
    return any(month(found[1] or found[2], language) == number for found in named.finditer(text))
