"""Dates: when a page says it was published, as precisely as it says it, and never more so.

`published_at` is `2017`, `2017-03`, `2017-03-02`, or a time with its offset (`2017-03-02T23:30:00-08:00`). Beside it
stands the interval of UTC that it leaves open. A day is a different stretch of time in every zone, so a day without one
runs from its first second on Kiritimati (UTC+14) to its last on Baker Island (UTC-12); a time without a zone is
stated to the day, with the 26 hours around it.

What is no date (31 February), what lies in the future of the fetch, and what is older than the Web is not stated at
all. Where `03/04/2017` may be March or April, the page's language decides, or nothing does: then it is `2017`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from htmldate import find_date

from crawler.page import Page

FIRST_YEAR = 1990
EAST, WEST = timedelta(hours=14), timedelta(hours=-12)  # the zones furthest ahead of UTC, and behind it
AHEAD = timedelta(days=1)  # clocks of servers are wrong, and it is tomorrow already in the east


class Stated(NamedTuple):
    """A date as stated, and the interval of UTC that it may mean, both ends included."""

    text: str
    start: str
    end: str


# --- What a text says ----------------------------------------------------------------------------------------------

_NAMES = {
    "en": "january february march april may june july august september october november december",
    "en-short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "en-sept": "- - - - - - - - sept - - -",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "de-short": "jän febr mrz apr mai jun jul aug sept okt nov dez",
    "de-at": "jänner feber maerz - - - - - - - - -",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr-short": "janv févr mars avr mai juin juil août sept oct nov déc",
    "fr-plain": "- fevrier - - - - - aout - - - decembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "es-short": "ene feb mar abr may jun jul ago set oct nov dic",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "it-short": "gen feb mar apr mag giu lug ago sett ott nov dic",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt-short": "jan fev mar abr mai jun jul ago set out nov dez",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "nl-short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ru-short": "янв фев мар апр май июн июл авг сен окт ноя дек",
    "ru-name": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "sr": "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "sr-latin": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "sr-genitive": "januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra",
    "hr": "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "pl-name": "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "sk": "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta "
          "lokakuuta marraskuuta joulukuuta",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου "
          "νοεμβρίου δεκεμβρίου",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "sq": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar-plain": "- - - ابريل - - - اغسطس - اكتوبر - -",
    "ar-west": "جانفي فيفري - أفريل ماي جوان جويلية أوت - - - -",
    "ar-east": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "he": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "he-name": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
}
_DAY_FIRST = frozenset(
    "de fr es it pt nl ru uk bg sr hr pl cs sk ro tr da no nb nn fi el id sq ar he hi vi th be mk sl bs et lv ca gl eu "
    "is ga en-gb en-au en-nz en-ie en-in en-za".split()
)
_MONTH_FIRST = frozenset(("en-us", "en-ph", "fil"))

_TIME = r"(?:(?:T|\s*,?\s+(?:at\s+|um\s+|à\s+)?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z\b|UTC|GMT|[+-]\d{2}:?\d{2}\b|[+-]\d{2}\b)?)?"
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)" + _TIME)
_EAST_ASIAN = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?")
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?![\d/-])")
_DAY_MONTH = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:st|nd|rd|th|er|re|\.|º|ª|-a)?[\s\-./]{0,2}(?:de\s|of\s|di\s)?\s?([^\W\d]{2,16})\.?[,\s\-./]{1,3}"
    r"(?:de\s|del\s)?\s?(\d{4})(?!\d)" + _TIME
)
_MONTH_DAY = re.compile(r"(?<!\w)([^\W\d]{3,16})\.?\s{1,2}(\d{1,2})(?:st|nd|rd|th)?\s?,?\s{1,2}(\d{4})(?!\d)" + _TIME)
_MONTH_ONLY = re.compile(r"(?<![\w])([^\W\d]{3,16})\.?,?\s(?:de\s)?(\d{4})(?!\d)")
_MONTH_AS_NUMBER = re.compile(r"\s*(\d{4})-(\d{1,2})\s*\Z")
_YEAR_ONLY = re.compile(r"\s*(\d{4})\s*\Z")
_COMPACT = re.compile(r"(?<![\d.])(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?(?![\d.])")


@lru_cache(1)
def _months() -> dict[str, dict[str, int]]:
    """Month names by language: `""` holds those on which all languages agree."""
    by_language: dict[str, dict[str, int]] = {"": {}}
    for key, names in _NAMES.items():
        language = by_language.setdefault(key.split("-")[0], {})
        for number, name in enumerate(names.split(), start=1):
            if name != "-":
                language.setdefault(name, number)
                common = by_language[""]
                common[name] = number if common.get(name, number) == number else 0
    return by_language


def month(name: str, language: str | None) -> int | None:
    """The number of a month by its name, in the page's language or any; None where languages disagree."""
    name = name.casefold()
    own = _months().get((language or "").split("-")[0], {})
    return own.get(name) or _months()[""].get(name) or None


def read(text: str, language: str | None, latest: datetime) -> Stated | None:
    """The first date that a text states, or None. `language` is the page's (`de`, `en-GB`); `latest` the time after
    which nothing can have been published."""
    text = _western(text[:400])
    for found in _candidates(text, (language or "").lower(), latest):
        return found
    return None


def _western(text: str) -> str:
    """Text with its digits in ASCII and Levantine month names in one word."""
    if text.isascii():
        return text
    text = "".join(str(int(c)) if c.isdecimal() and c > "\x7f" else c for c in text)
    text = re.sub(r"(كانون|تشرين)\s+(ال[\w]+)", r"\1_\2", text)
    return text.replace("\u200e", "").replace("\u200f", "").replace("\xa0", " ")


def _candidates(text: str, language: str, latest: datetime) -> Iterator[Stated]:
    found: list[tuple[int, Stated]] = []

    def add(at: int, stated: Stated | None) -> None:
        if stated:
            found.append((at, stated))

    for match in _YEAR_FIRST.finditer(text):
        year, _, mon, day, *clock = match.groups()
        add(match.start(), state(int(year), int(mon), int(day), clock, latest))
    for match in _EAST_ASIAN.finditer(text):
        add(match.start(), state(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, None, latest))
    for match in _NUMERIC.finditer(text):
        add(match.start(), _numeric(int(match[1]), int(match[3]), int(match[4]), match[2], language, latest))
    for match in _DAY_MONTH.finditer(text):
        number = month(match[2], language)
        if number:
            add(match.start(), state(int(match[3]), number, int(match[1]), match.groups()[3:], latest))
    for match in _MONTH_DAY.finditer(text):
        number = month(match[1], language)
        if number:
            add(match.start(), state(int(match[3]), number, int(match[2]), match.groups()[3:], latest))
    for match in _COMPACT.finditer(text):
        add(match.start(), state(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:], latest))
    if not found and not re.search(r"\d[-/.]\d", text):
        for match in _MONTH_ONLY.finditer(text):
            number = month(match[1], language)
            if number and not re.search(r"\d\W{0,3}\Z", text[: match.start()]):  # 31 February is no February
                add(match.start(), state(int(match[2]), number, None, None, latest))
    match = _MONTH_AS_NUMBER.match(text)
    if match:
        add(0, state(int(match[1]), int(match[2]), None, None, latest))
    match = _YEAR_ONLY.match(text)
    if match:
        add(0, state(int(match[1]), None, None, None, latest))
    for _, stated in sorted(found, key=lambda pair: pair[0]):
        yield stated


def _numeric(first: int, second: int, year: int, mark: str, language: str, latest: datetime) -> Stated | None:
    """12.3.2017 is in March wherever dots are used; 3/4/2017 is what the language makes of it, else only 2017."""
    if first == second or mark == "." or second > 12:
        day, number = (first, second) if second <= 12 else (second, first)
        return state(year, number, day, None, latest)
    base = language.split("-")[0]
    if first > 12 or language in _DAY_FIRST or (base in _DAY_FIRST and language not in _MONTH_FIRST):
        return state(year, second, first, None, latest)
    if language in _MONTH_FIRST:
        return state(year, first, second, None, latest)
    return state(year, None, None, None, latest)


def state(
    year: int, number: int | None, day: int | None, clock: object, latest: datetime
) -> Stated | None:
    """A date made of its parts, or None if there is no such day, or it cannot be a day of publication.

    `clock` is hour, minute, second, zone as written, or nothing.
    """
    hour, minute, second, zone = (*clock, None, None, None, None)[:4] if clock else (None, None, None, None)  # type: ignore[misc]
    try:
        first = date(year, number or 1, day or 1)
    except ValueError:
        return None
    if not FIRST_YEAR <= year <= latest.year + 1:
        return None
    if hour is not None and day is not None:
        try:
            moment = datetime(year, first.month, day, int(hour), int(minute or 0), int(second or 0))
        except ValueError:
            moment = None
        if moment is not None:
            offset = _offset(zone)
            if offset is not None:
                aware = moment.replace(tzinfo=offset)
                if aware > latest + AHEAD:
                    return None
                written = moment.isoformat() + ("Z" if zone == "Z" else aware.strftime("%z")[:3] + ":" + aware.strftime("%z")[3:])
                return Stated(written, _utc(aware.astimezone(UTC)), _utc(aware.astimezone(UTC)))
            if moment.replace(tzinfo=UTC) - EAST > latest + AHEAD:
                return None
            return Stated(first.isoformat(), _utc(moment - EAST), _utc(moment - WEST))
    if day is not None:
        text, last = first.isoformat(), first
    elif number is not None:
        text, last = f"{year:04}-{number:02}", date(year, number, calendar.monthrange(year, number)[1])
    else:
        text, last = f"{year:04}", date(year, 12, 31)
    start = datetime(first.year, first.month, first.day) - EAST
    end = datetime(last.year, last.month, last.day, 23, 59, 59) - WEST
    if start.replace(tzinfo=UTC) > latest + AHEAD:
        return None
    return Stated(text, _utc(start), _utc(end))


def _offset(zone: str | None) -> timezone | None:
    if not zone:
        return None
    if zone in ("Z", "UTC", "GMT"):
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)) if minutes <= 14 * 60 else None


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# --- What a page says ------------------------------------------------------------------------------------------------

_META = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "article.published", "published-date", "publish-date", "publishdate",
    "pubdate", "publication_date", "date.issued", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "citation_publication_date", "citation_date", "article_date_original", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "originalpublicationdate", "datecreated", "date_published", "article:post_date", "bt:pubdate", "rnews:datepublished", "shareaholic:article_published_time",
    "date", "release_date", "og:pubdate", "last-published", "vr:published_time", "iso-8601-publish-date",
)
_URL_DAY = re.compile(r"/(?:[a-z-]{0,20}/)?((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|\Z)")
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
            return _on_the_site_s_calendar(found, in_url)
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


def _on_the_site_s_calendar(stated: Stated, in_url: Stated | None) -> Stated:
    """A time in UTC is on another day than the site's own calendar says, if the path names the day beside it.

    Then the day is the path's, and the interval stays exact.
    """
    if in_url and stated.text.endswith(("Z", "+00:00")) and stated.text[:10] != in_url.text:
        if in_url.start <= stated.start <= in_url.end:
            return Stated(in_url.text, stated.start, stated.end)
    return stated


def _from_url(url: str, limit: datetime) -> Stated | None:
    for pattern in (_URL_DAY, _URL_COMPACT):
        found = pattern.search(url)
        if found:
            return state(int(found[1]), int(found[2]), int(found[3]), None, limit)
    return None


_DATE_WORDS = re.compile(
    r"(?:\A|[\s_-])(?:date|datum|fecha|data|time|timestamp|published|publish|posted|pubdate|created|entry-date|post-date|"
    r"postdate|meta|byline|dateline|submitted|info)(?:\Z|[\s_-])|[a-z](?:Date|Time)\b|(?:publish|post|article|news|entry)_?(?:date|time)",
    re.IGNORECASE,
)


def _shown(page: Page, language: str | None, limit: datetime) -> Stated | None:
    """The first date that stands in an element made for it, outside what the frame of the site holds."""
    assert page.tree is not None
    for element in page.tree.iter("time", "span", "div", "p", "li", "td", "abbr", "small", "em", "i", "b", "a", "h3", "h4", "h5"):
        if element.tag != "time" and not _DATE_WORDS.search(f"{element.get('class', '')} {element.get('id', '')}"):
            continue
        if page.zone(element) not in ("body", "nav"):
            continue
        for text in (element.get("datetime") or element.get("title") or "", "".join(element.itertext())):
            if 6 <= len(text) <= 200:
                found = read(text, language, limit)
                if found and len(found.text) >= 10:
                    return found
    for block in page.blocks:  # a short line of the body, or a line of the margin that is a date and no more
        if 8 <= len(block.text) <= {"body": 100, "aside": 25, "nav": 25}.get(block.zone, 0):
            found = read(block.text, language, limit)
            if found and len(found.text) >= 10:
                return found
    return None


def _month_in_url(url: str, limit: datetime) -> Stated | None:
    found = _URL_MONTH.search(url)
    return state(int(found[1]), int(found[2]), None, None, limit) if found else None


def _searched(page: Page, language: str | None, limit: datetime) -> Stated | None:
    """What htmldate finds in the page, if the page really says so: it makes up days where there are none."""
    day = find_date(page.tree, original_date=True, extensive_search=False, url=page.url,
                    min_date=f"{FIRST_YEAR}-01-01", max_date=(limit + AHEAD).strftime("%Y-%m-%d"))
    if not day:
        return None
    year, number, dom = (int(part) for part in day.split("-"))
    if _stands(year, number, dom, page.url + "\n" + page.source, (language or "").lower()):
        return state(year, number, dom, None, limit)
    return None


def _stands(year: int, number: int, day: int, text: str, language: str) -> bool:
    """Whether a day is written out in a text, in a way that can mean no other day."""
    if re.search("[٠-٩۰-۹]", text):
        text = _western(text)
    numeric = [rf"0?{day}\.\s?0?{number}\.\s?(?:{year}|{year % 100:02})"]
    base = language.split("-")[0]
    if day > 12 or day == number or language in _DAY_FIRST or base in _DAY_FIRST:
        numeric.append(rf"0?{day}([/-])0?{number}\1(?:{year}|{year % 100:02})")
    if day > 12 or day == number or base not in _DAY_FIRST and language in _MONTH_FIRST:
        numeric.append(rf"0?{number}/0?{day}/(?:{year}|{year % 100:02})")
    forms = [
        rf"{year}\s?[-/.年년]\s?0?{number}\s?[-/.月월]\s?0?{day}(?!\d)", rf"{year}{number:02}{day:02}(?!\d)",
        *(form + r"(?!\d)" for form in numeric),
    ]
    if re.search("(?<![0-9])(?:" + "|".join(forms) + ")", text):
        return True
    for found in re.finditer(
        rf"(?<!\d)0?{day}(?:st|nd|rd|th|er)?[\s.,/º-]{{0,3}}(?:de\s|of\s)?([^\W\d]{{2,16}})[\s.,/-]{{1,3}}(?:de\s|del\s)?{year}(?!\d)"
        rf"|([^\W\d]{{3,16}})\.?\s{{1,2}}0?{day}(?:st|nd|rd|th)?\s?,?\s{{1,2}}{year}(?!\d)", text
    ):
        if month(found[1] or found[2], language) == number:
            return True
    return False
