"""Dates: what a text says of a day, as precisely as it says it, and never more so.

A date is `2017`, `2017-03`, `2017-03-02`, or a time with its offset (`2017-03-02T23:30:00-08:00`). Beside it stands
the interval of UTC that it leaves open. A day is a different stretch of time in every zone, so a day without one runs
from its first second on Kiritimati (UTC+14) to its last on Baker Island (UTC-12); a time without a zone is stated to
the day, with the 26 hours around it.

What is no date (31 February), what lies in the future of the fetch, and what is older than the Web is not stated at
all. Where `03/04/2017` may be March or April, the page's language decides, or nothing does: then it is `2017`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from crawler.words import wordset

FIRST_YEAR = 1990
EAST, WEST = timedelta(hours=14), timedelta(hours=-12)  # the zones furthest ahead of UTC, and behind it
AHEAD = timedelta(days=1)  # clocks of servers are wrong, and it is tomorrow already in the east
MAX_TEXT = 400  # characters of a text in which a date is looked for


class Stated(NamedTuple):
    """A date as stated, and the interval of UTC that it may mean, both ends included."""

    text: str
    start: str
    end: str


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
_DAY_FIRST = wordset(
    "de fr es it pt nl ru uk bg sr hr pl cs sk ro tr da no nb nn fi el id sq ar he hi vi th be mk sl bs et lv ca gl "
    "eu is ga en-gb en-au en-nz en-ie en-in en-za"
)
_MONTH_FIRST = frozenset(("en-us", "en-ph", "fil"))

_TIME = (
    r"(?:(?:T|\s*,?\s+(?:at\s+|um\s+|à\s+)?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(Z\b|UTC|GMT|[+-]\d{2}:?\d{2}\b|[+-]\d{2}\b)?)?"
)  # hour, minute, second, zone
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)" + _TIME)
_EAST_ASIAN = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?")
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?![\d/-])")
_DAY_MONTH = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:st|nd|rd|th|er|re|\.|º|ª|-a)?[\s\-./]{0,2}(?:de\s|of\s|di\s)?\s?([^\W\d]{2,16})\.?[,\s\-./]{1,3}"
    r"(?:de\s|del\s)?\s?(\d{4})(?!\d)" + _TIME
)
_MONTH_DAY = re.compile(r"(?<!\w)([^\W\d]{3,16})\.?\s{1,2}(\d{1,2})(?:st|nd|rd|th)?\s?,?\s{1,2}(\d{4})(?!\d)" + _TIME)
_MONTH_ONLY = re.compile(r"(?<![\w])([^\W\d]{3,16})\.?,?\s(?:de\s)?(\d{4})(?!\d)")
_MONTH_AS_NUMBER = re.compile(r"\A\s*(\d{4})-(\d{1,2})\s*\Z")
_YEAR_ONLY = re.compile(r"\A\s*(\d{4})\s*\Z")
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
    text = western(text[:MAX_TEXT])
    language = (language or "").lower()
    found = list(_stated(_DAYS, text, language, latest))
    if not found and not re.search(r"\d[-/.]\d", text):
        found = list(_stated(_MONTHS, text, language, latest))
    found += _stated(_WHOLE, text, language, latest)
    return min(found, key=lambda pair: pair[0])[1] if found else None


Reader = Callable[[re.Match[str], str, datetime], "Stated | None"]


def _stated(
    readers: list[tuple[re.Pattern[str], Reader]], text: str, language: str, latest: datetime
) -> Iterator[tuple[int, Stated]]:
    """(place, date) of all that the readers find."""
    for pattern, reader in readers:
        for found in pattern.finditer(text):
            stated = reader(found, language, latest)
            if stated:
                yield found.start(), stated


def _year_first(found: re.Match[str], _language: str, latest: datetime) -> Stated | None:
    year, _, number, day, *clock = found.groups()
    return state(int(year), int(number), int(day), latest, *clock)


def _east_asian(found: re.Match[str], _language: str, latest: datetime) -> Stated | None:
    return state(int(found[1]), int(found[2]), int(found[3]) if found[3] else None, latest)


def _numeric(found: re.Match[str], language: str, latest: datetime) -> Stated | None:
    """12.3.2017 is in March wherever dots are used; 3/4/2017 is what the language makes of it, else only 2017."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first == second or found[2] == "." or second > 12:
        day, number = (first, second) if second <= 12 else (second, first)
        return state(year, number, day, latest)
    if first > 12 or day_first(language):
        return state(year, second, first, latest)
    return state(year, first, second, latest) if language in _MONTH_FIRST else state(year, None, None, latest)


def day_first(language: str) -> bool:
    """Whether 3/4 is in April where this language is written."""
    return language in _DAY_FIRST or (language.split("-")[0] in _DAY_FIRST and language not in _MONTH_FIRST)


def month_first(language: str) -> bool:
    """Whether 3/4 is in March where this language is written. Of plain English neither is known."""
    return language in _MONTH_FIRST


def _day_month(found: re.Match[str], language: str, latest: datetime) -> Stated | None:
    number = month(found[2], language)
    return state(int(found[3]), number, int(found[1]), latest, *found.groups()[3:]) if number else None


def _month_day(found: re.Match[str], language: str, latest: datetime) -> Stated | None:
    number = month(found[1], language)
    return state(int(found[3]), number, int(found[2]), latest, *found.groups()[3:]) if number else None


def _compact(found: re.Match[str], _language: str, latest: datetime) -> Stated | None:
    return state(int(found[1]), int(found[2]), int(found[3]), latest, *found.groups()[3:])


def _month_only(found: re.Match[str], language: str, latest: datetime) -> Stated | None:
    number = month(found[1], language)
    if number and not re.search(r"\d\W{0,3}\Z", found.string[: found.start()]):  # 31 February is no February
        return state(int(found[2]), number, None, latest)
    return None


def _as_number(found: re.Match[str], _language: str, latest: datetime) -> Stated | None:
    return state(int(found[1]), int(found[2]) if found.re.groups > 1 else None, None, latest)


_DAYS: list[tuple[re.Pattern[str], Reader]] = [
    (_YEAR_FIRST, _year_first), (_EAST_ASIAN, _east_asian), (_NUMERIC, _numeric), (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day), (_COMPACT, _compact),
]  # fmt: skip
_MONTHS: list[tuple[re.Pattern[str], Reader]] = [(_MONTH_ONLY, _month_only)]
_WHOLE: list[tuple[re.Pattern[str], Reader]] = [(_MONTH_AS_NUMBER, _as_number), (_YEAR_ONLY, _as_number)]


def state(
    year: int, number: int | None, day: int | None, latest: datetime, hour: str | None = None,
    minute: str | None = None, second: str | None = None, zone: str | None = None,
) -> Stated | None:  # fmt: skip
    """A date made of its parts, or None if there is no such day, or it cannot be a day of publication."""
    try:
        first = date(year, number or 1, day or 1)
    except ValueError:
        return None
    if not FIRST_YEAR <= year <= latest.year + 1:
        return None
    if day is None:
        last = date(year, number or 12, calendar.monthrange(year, number or 12)[1])
        return _between(first.isoformat()[: 7 if number else 4], _start(first), _end(last), latest)
    if hour is not None:
        try:
            clock = time(int(hour), int(minute or 0), int(second or 0))
        except ValueError:
            return _between(first.isoformat(), _start(first), _end(first), latest)
        return _moment(datetime.combine(first, clock, UTC), zone, latest)
    return _between(first.isoformat(), _start(first), _end(first), latest)


def _moment(moment: datetime, zone: str | None, latest: datetime) -> Stated | None:
    """A time of day, given as if it were UTC, in the zone as written."""
    offset = _offset(zone)
    if offset is None:
        return _between(moment.date().isoformat(), moment - EAST, moment - WEST, latest)
    there = moment.replace(tzinfo=offset)
    written = there.isoformat().removesuffix("+00:00") + "Z" if zone == "Z" else there.isoformat()
    return _between(written, there.astimezone(UTC), there.astimezone(UTC), latest)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - EAST


def _end(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), UTC) - WEST


def _between(text: str, start: datetime, end: datetime, latest: datetime) -> Stated | None:
    return Stated(text, _utc(start), _utc(end)) if start <= latest + AHEAD else None


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


def western(text: str) -> str:
    """Text with its digits in ASCII and Levantine month names in one word."""
    if text.isascii():
        return text
    text = "".join(str(int(c)) if c.isdecimal() and c > "\x7f" else c for c in text)
    text = re.sub(r"(كانون|تشرين)\s+(ال[\w]+)", r"\1_\2", text)
    return text.replace("\u200e", "").replace("\u200f", "").replace("\xa0", " ")
