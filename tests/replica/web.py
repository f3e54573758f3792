"""The replica's web while it is built: its sites, stories, captures, and what is true of every address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from tests.replica import plan
from tests.replica.dice import Dice
from tests.replica.model import Capture, Mention, Site, Truth, Version, key
from tests.replica.stored import gzip_stored
from tests.replica.writer import LANGUAGES, Writer, tokens

NOW = datetime(2018, 11, 5, 6, 0, 0, tzinfo=UTC)  # when the captures begin; one every half minute
BLOCKS = ("203.0.113", "198.51.100", "192.0.2")  # set aside for documentation (RFC 5737)
PATHS = {
    "wp": "/{day:%Y/%m}/{slug}-{n}/",
    "num": "/news/{n}.html",
    "query": "/index.php?option=com_content&view=article&id={n}",
    "p": "/?p={n}",
    "slug": "/{slug}-{n}",
    "arch": "/archives/{n}",
    "percent": "/{day:%Y}/{words}-{n}",
}
LISTS = {  # the first page of a list of articles, and the others
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
}


class Web:
    """What has been made so far. Everything is made in one fixed order, so that it is always the same."""

    def __init__(self) -> None:
        self.writers = {language: Writer(language) for language in LANGUAGES}
        self.sites: dict[str, Site] = {}
        self.versions: list[Version] = []
        self.captures: list[Capture] = []
        self.truths: list[Truth] = []
        self.hops: dict[str, str] = {}  # where a shortener's address leads
        self._numbers: dict[str, int] = {}
        self._made = 0
        taken = (plan.SHARED_IP[0], plan.CDN_IP)
        self._ips = iter([ip for block in BLOCKS for n in range(1, 250) if (ip := f"{block}.{n}") not in taken])

    def ip(self) -> str:
        """An address that nobody has yet."""
        return next(self._ips)

    def address(self, site: Site, title: str, language: str, day: date, host: str | None = None) -> str:
        """Where the site would put a new article."""
        first = Dice(plan.SEED, "number", site.site).between(90, 4000)
        n = self._numbers[site.site] = self._numbers.get(site.site, first) + 7
        slug = plan.latin(title)[:50].strip("-") or f"post-{n}"
        words = quote("-".join(tokens(language, title)[:6]))
        return f"http://{host or site.host}{PATHS[site.scheme].format(day=day, slug=slug, n=n, words=words)}"

    def list_address(self, site: Site, number: int) -> str:
        """The `number`th page of the site's list of articles."""
        first, rest = LISTS[site.scheme]
        return f"http://{site.host}{first if number == 1 else rest.format(number)}"

    def capture(
        self, site: Site | None, url: str, body: str | bytes, status: int = 200, mime: str = "text/html",
        when: datetime | None = None, location: str | None = None, charset: str | None = None, ip: str | None = None,
    ) -> None:  # fmt: skip
        """Add a response, with the headers that a server of the time would send; None is a site of no interest."""
        charset = charset or (site.charset if site else "utf-8")
        payload = body if isinstance(body, bytes) else body.encode(charset, "xmlcharrefreplace")
        if when is None:
            when = NOW + timedelta(seconds=31 * self._made)
            self._made += 1
        declared = mime if isinstance(body, bytes) else f"{mime}; charset={charset}"
        headers = [("Date", f"{when:%a, %d %b %Y %H:%M:%S} GMT"), ("Server", "nginx"), ("Content-Type", declared)]
        if location:
            headers.append(("Location", location))
        if site and site.compressed and mime == "text/html" and status == 200:
            payload = gzip_stored(payload)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(payload))))
        ip = ip or (site.ip if site else "192.0.2.250")
        self.captures.append(Capture(url, when, ip, status, tuple(headers), payload))

    def true(
        self, site: Site, url: str, category: str, language: str = "", mentions: Sequence[Mention] = (), page: str = "",
        why: str = "",
    ) -> None:  # fmt: skip
        """State what is true of a URL: its mentions, or why it has none."""
        facts = (url, key(url), site.site, site.role, category, language, page or key(url))
        if not mentions:
            self.truths.append(Truth(*facts, why=why))
        for each in mentions:
            kinds = " ".join(sorted(each.kinds))
            self.truths.append(Truth(*facts, each.story, kinds, each.zone, int(each.counted), each.why))
