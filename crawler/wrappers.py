"""Wrappers: addresses that stand for another address, at web archives, caches, AMP hosts and redirectors.

A wrapper is opened only where its host is on the lists below. A `?url=` on any other host says nothing: a page of
a fake that names its victim there would be filed under the victim. Where the address alone does not tell the
target (shorteners), `must_fetch` says so, and only a request can. Change `VERSION` with every change to the lists.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from crawler.urls import Parts, absolute, split

VERSION = "2026-11-23"

MAX_NESTED = 5  # wrappers around wrappers; people nest two, attackers as many as we follow

Opener = Callable[[Parts], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A wrapper: on these hosts (`*.x` is any label before x), `target` reads the address inside.

    The names of web archives begin with `archive`: a link to a copy there is told from a link through a redirector.
    """

    name: str
    hosts: tuple[str, ...]
    target: Opener = field(repr=False)


def unwrap(url: str, archives: frozenset[str] = frozenset()) -> tuple[str, str] | None:
    """The address inside a known wrapper, and the wrapper's name; None where there is none. Never raises.

    Wrappers around wrappers are opened too, up to `MAX_NESTED`. The name is then the archive's, if one of them is
    an archive, and else the outermost's. `archives` are more hosts whose addresses look like web.archive.org's.
    """
    name = None
    for _ in range(MAX_NESTED):
        opened = _open(url, archives)
        if opened is None:
            break
        url, rule = opened
        if name is None or (rule.startswith("archive") and not name.startswith("archive")):
            name = rule
    return (url, name) if name else None


def must_fetch(url: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether this is an address of a shortener or redirector, whose target only a request can tell.

    `extra` are more hosts of shorteners, in lower case, without `www.`. A shortener's home page is none.
    """
    parts = split(url)
    if parts is None or parts.tail == "/" or not may_shorten(parts.host.key, extra):
        return False
    opaque = OPAQUE.get(parts.host.key)
    return opaque is None or opaque.match(parts.tail) is not None


def may_shorten(host: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether any address on this host (lower case, without `www.`) can be one that must be fetched: quick to ask."""
    return host in SHORTENERS or host in extra or host in OPAQUE or host.partition(".")[2] in SHORTENER_DOMAINS


def _open(url: str, archives: frozenset[str]) -> tuple[str, str] | None:
    """One wrapper opened: the target and the name of the rule."""
    parts = split(url)
    if parts is None:
        return None
    key = parts.host.key
    rules = BY_HOST.get(key, ()) + BY_HOST.get(f"*.{key.partition('.')[2]}", ())
    for rule in (CASE_ARCHIVE,) if key in archives else rules:
        target = rule.target(parts)
        if target:
            return target, rule.name
    return None


# ── how a target is written ────────────────────────────────────────────────────────────────────────────────────

_ENCODED = re.compile(r"https?%3A", re.IGNORECASE)
_SCHEME = re.compile(r"(https?):/{0,3}(?=[^/])", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:xn--[a-z0-9-]+|[^\W\d_]{2,63})\.?(?::\d+)?(?=[/?#]|$)", re.I)


def _with_scheme(text: str) -> str | None:
    """A usable URL from text that states its scheme; `http:/x`, as some servers write it, is mended."""
    if _ENCODED.match(text):
        text = unquote(text)
    found = _SCHEME.match(text)
    if found is None:
        return None
    url = f"{found[1]}://{text[found.end() :]}"
    return absolute(url, url)


def _with_or_without(text: str, scheme: str = "http") -> str | None:
    """A usable URL from text that may leave its scheme out, if it then begins with the name of a domain."""
    url = f"{scheme}://{text}" if _DOMAIN.match(text) else None
    return absolute(url, url) if url else _with_scheme(text)


def _parameters(parts: Parts) -> dict[str, str]:
    """The parameters of the query, decoded as a form's; of equal names the first."""
    found: dict[str, str] = {}
    for pair in parts.tail.partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        found.setdefault(unquote_plus(name), unquote_plus(value))
    return found


def _without(url: str | None, *names: str) -> str | None:
    """The URL without the parameters that the wrapper has added; a name ending in `*` is a beginning."""
    if url is None or "?" not in url:
        return url
    address, _, query = url.partition("?")
    beginnings = tuple(name[:-1] for name in names if name.endswith("*")) or ("\0",)
    kept = [
        pair for pair in query.split("&") if pair.partition("=")[0] not in names and not pair.startswith(beginnings)
    ]
    return f"{address}?{'&'.join(kept)}" if kept else address


# ── the kinds of wrapper ───────────────────────────────────────────────────────────────────────────────────────


def _parameter(path: str, *names: str, bare: bool = False) -> Opener:
    """The target is a parameter of this path; with `bare` it may be written without its scheme."""
    there = re.compile(path)

    def target(parts: Parts) -> str | None:
        if not there.fullmatch(parts.tail.partition("?")[0]):
            return None
        values = _parameters(parts)
        for name in names:
            if value := values.get(name, "").strip():
                return _with_or_without(value) if bare else _with_scheme(value)
        return None

    return target


def _path(pattern: str) -> Opener:
    """The target is what follows in the path: the group `url` has its scheme, the group `any` may be without."""
    there = re.compile(pattern, re.IGNORECASE)

    def target(parts: Parts) -> str | None:
        match = there.fullmatch(parts.tail)
        if match is None:
            return None
        groups = match.groupdict()
        if groups.get("url"):
            return _with_scheme(groups["url"].rstrip("*"))
        return _with_or_without(groups["any"].rstrip("*")) if groups.get("any") else None

    return target


_WHOLE_QUERY = _path(r"/(?:redirect/?)?\?(?:url=)?(?P<url>https?.+)")

# /web/20170302id_/http://…, /web/2017*/…, /web/http:/…, and at other archives after up to three folders, which
# may be numbers too: what follows the date must begin with a scheme or with a name that has a letter and a dot.
_SCHEMED = r"https?(?::/|%3A).+"
_REPLAY = _path(
    rf"/(?:[\w.-]+/){{0,3}}?(?:(?:\d{{1,14}}\*?|\*)(?:[a-z]{{2}}_)?/(?P<any>{_SCHEMED}|[^/]*[^\W\d_][^/]*\..+)"
    rf"|(?P<url>{_SCHEMED}))"
)


def _google_cache(parts: Parts) -> str | None:
    """`cache:CODE:http://…`, with the words searched for behind it."""
    found = re.match(r"cache:(?:[\w-]{10,14}:)?(\S+)", _parameters(parts).get("q", ""))
    return _with_or_without(found[1]) if found and parts.tail.startswith("/search?") else None


def _amp(folder: str) -> Opener:
    """`/amp/s/host/path`, `/c/s/host/path`: the `s` says https. What the cache adds to the query goes."""
    there = re.compile(rf"/(?:{folder})/(s/)?(.+)")

    def target(parts: Parts) -> str | None:
        found = there.fullmatch(parts.tail)
        if found is None:
            return None
        return _without(_with_or_without(found[2], "https" if found[1] else "http"), "amp_js_v", "amp_gsa", "usqp")

    return target


def _turbo(parts: Parts) -> str | None:
    """`/lenta.ru/s/news/…` of Yandex's turbo pages: the host, `s` for https, the path."""
    found = re.fullmatch(r"/(?:turbo/)?([\w.-]+\.[\w-]+)/([sh])(/.*)?", parts.tail)
    if found is None:
        return None
    return _with_or_without(found[1] + (found[3] or ""), "https" if found[2] == "s" else "http")


def _translate_goog(parts: Parts) -> str | None:
    """`www-some--name-com.translate.goog/path?_x_tr_sl=…`: a hyphen is a dot, two are a hyphen."""
    values = _parameters(parts)
    if "_x_tr_enc" in values:  # a second encoding, which is not documented: better no target than a wrong one
        return None
    label = values.get("_x_tr_hp", "") + parts.host.name.removesuffix(".translate.goog")
    name = ".".join(part.replace("\0", "-") for part in label.replace("--", "\0").split("-"))
    scheme = "http" if values.get("_x_tr_sch") == "http" else "https"
    return _without(_with_or_without(name + parts.tail, scheme), "_x_tr_*")


def _bing(parts: Parts) -> str | None:
    """`/ck/a?…&u=a1BASE64`."""
    code = _parameters(parts).get("u", "")
    if not parts.tail.startswith("/ck/a?") or not code.startswith("a1"):
        return None
    try:
        text = base64.urlsafe_b64decode(code[2:] + "=" * (-len(code[2:]) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    return _with_scheme(text)


def _proofpoint(parts: Parts) -> str | None:
    """`/v2/url?u=https-3A__host_path`: a hyphen is a per cent sign, an underscore a slash."""
    text = _parameters(parts).get("u", "")
    if not parts.tail.startswith("/v2/url?"):
        return None
    return _with_scheme(unquote(text.replace("-", "%").replace("_", "/")))


def _disqus(parts: Parts) -> str | None:
    """`/url?url=http://…:CHECKSUM`."""
    text = _parameters(parts).get("url", "")
    return _with_scheme(re.sub(r":[\w-]{20,}$", "", text)) if parts.tail.startswith("/url?") else None


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# ── the lists ──────────────────────────────────────────────────────────────────────────────────────────────────

# The country domains of Google's search (its own list of supported domains, without the leading dot).
GOOGLE = _hosts(
    """
    google.com google.ad google.ae google.al google.am google.as google.at google.az google.ba google.be google.bf
    google.bg google.bi google.bj google.bs google.bt google.by google.ca google.cat google.cd google.cf google.cg
    google.ch google.ci google.cl google.cm google.cn google.co.ao google.co.bw google.co.ck google.co.cr
    google.co.id google.co.il google.co.in google.co.jp google.co.ke google.co.kr google.co.ls google.co.ma
    google.co.mz google.co.nz google.co.th google.co.tz google.co.ug google.co.uk google.co.uz google.co.ve
    google.co.vi google.co.za google.co.zm google.co.zw google.com.af google.com.ag google.com.ar google.com.au
    google.com.bd google.com.bh google.com.bn google.com.bo google.com.br google.com.bz google.com.co google.com.cu
    google.com.cy google.com.do google.com.ec google.com.eg google.com.et google.com.fj google.com.gh google.com.gi
    google.com.gt google.com.hk google.com.jm google.com.kh google.com.kw google.com.lb google.com.ly google.com.mm
    google.com.mt google.com.mx google.com.my google.com.na google.com.ng google.com.ni google.com.np google.com.om
    google.com.pa google.com.pe google.com.pg google.com.ph google.com.pk google.com.pr google.com.py google.com.qa
    google.com.sa google.com.sb google.com.sg google.com.sl google.com.sv google.com.tj google.com.tr google.com.tw
    google.com.ua google.com.uy google.com.vc google.com.vn google.cv google.cz google.de google.dj google.dk
    google.dm google.dz google.ee google.es google.fi google.fm google.fr google.ga google.ge google.gg google.gl
    google.gm google.gr google.gy google.hn google.hr google.ht google.hu google.ie google.im google.iq google.is
    google.it google.je google.jo google.kg google.ki google.kz google.la google.li google.lk google.lt google.lu
    google.lv google.md google.me google.mg google.mk google.ml google.mn google.mu google.mv google.mw google.ne
    google.nl google.no google.nr google.nu google.pl google.pn google.ps google.pt google.ro google.rs google.ru
    google.rw google.sc google.se google.sh google.si google.sk google.sm google.sn google.so google.sr google.st
    google.td google.tg google.tl google.tm google.tn google.to google.tt google.vu google.ws
    """
)

GOOGLE_ANYWHERE = GOOGLE + tuple(f"*.{host}" for host in GOOGLE)

ARCHIVE_TODAY = _hosts("archive.today archive.is archive.ph archive.li archive.vn archive.fo archive.md")

CASE_ARCHIVE = Rule("archive", (), _REPLAY)

RULES = (
    # Web archives
    Rule(
        "archive.org",
        _hosts("web.archive.org wayback.archive.org replay.web.archive.org web-beta.archive.org archive.org"),
        _path(
            r"/(?:web|save)/(?:_embed/)?(?:(?:\d{1,14}\*?|\*)(?:[a-z]{2}_)?/(?P<any>.+)|(?P<url>https?(?::/|%3A).+))"
        ),
    ),
    Rule("archive.org", _hosts("liveweb.archive.org"), _path(r"/(?P<url>https?:/.+)")),
    Rule("archive.org", _hosts("archive.org"), _parameter("/wayback/available", "url", bare=True)),
    Rule(
        "archive.today",
        ARCHIVE_TODAY,
        _path(
            r"/(?:o/\w+/|(?:newest|oldest|timegate|timemap)/)?(?P<url>https?(?::/|%3A).+)"
            r"|/(?:\d{4}[\d.:-]{0,16}\*?|\*|newest|oldest)/(?P<any>.+)"
        ),
    ),
    Rule("archive.today", ARCHIVE_TODAY, _parameter("/(?:submit/?)?", "url", bare=True)),
    Rule(
        "archive_other",
        _hosts(
            "arquivo.pt wayback.archive-it.org web.archive.bibalex.org webarchive.loc.gov wayback.vefsafn.is "
            "webarchive.nationalarchives.gov.uk webarchive.org.uk webarchive.parliament.uk swap.stanford.edu "
            "timetravel.mementoweb.org webarchive.library.unt.edu digital.library.yorku.ca eot.us.archive.org "
            "perma-archives.org webarchive.proni.gov.uk wayback.webarchiv.cz webarchiv.cz wayback.nli.org.il"
        ),
        _REPLAY,
    ),
    Rule("archive_megalodon", _hosts("megalodon.jp"), _path(r"/(?:pc/get_simple/)?\d{4}(?:-\d+){2,4}/(?P<any>.+)")),
    Rule("archive_webcitation", _hosts("webcitation.org"), _parameter("/query(?:.php)?", "url", bare=True)),
    # Caches and reading services that show a copy
    Rule("google_cache", ("webcache.googleusercontent.com", *GOOGLE), _google_cache),
    Rule("yandex_cache", _hosts("hghltd.yandex.net yandexwebcache.net"), _parameter("/.*", "url", bare=True)),
    Rule("outline", _hosts("outline.com 12ft.io unvis.it r.jina.ai"), _path(rf"/(?P<url>{_SCHEMED})")),
    Rule("hypothesis", _hosts("via.hypothes.is"), _path(r"/(?P<any>.+)")),
    Rule("printfriendly", _hosts("printfriendly.com"), _parameter("/print/?|/p/g/.*", "url", "source")),
    # AMP
    Rule("google_amp", GOOGLE, _amp("amp")),
    Rule(
        "amp_cache", _hosts("cdn.ampproject.org *.cdn.ampproject.org bing-amp.com *.bing-amp.com"), _amp("[a-z]{1,2}")
    ),
    Rule("yandex_turbo", _hosts("*.turbopages.org yandex.ru yandex.com yandex.com.tr"), _turbo),
    Rule("yandex_turbo", _hosts("yandex.ru"), _parameter("/turbo/?", "text", bare=True)),
    # Translators
    Rule(
        "google_translate",
        tuple(f"translate.{host}" for host in GOOGLE),
        _parameter("/(?:translate)?", "u", bare=True),
    ),
    Rule(
        "google_translate",
        _hosts("translate.googleusercontent.com"),
        _parameter("/translate(?:_[a-z])?", "u", bare=True),
    ),
    Rule("google_translate", _hosts("*.translate.goog"), _translate_goog),
    Rule(
        "yandex_translate",
        _hosts("translate.yandex.ru translate.yandex.com translate.yandex.net"),
        _parameter("/(?:translate|tr-url/.*)?", "url", bare=True),
    ),
    Rule("bing_translate", _hosts("translatetheweb.com microsofttranslator.com"), _parameter("/.*", "a", bare=True)),
    # Redirectors of search engines
    Rule("google_url", GOOGLE_ANYWHERE, _parameter("/url", "q", "url")),
    Rule("google_url", _hosts("plus.url.google.com news.url.google.com"), _parameter("/url", "q", "url")),
    Rule("google_images", GOOGLE_ANYWHERE, _parameter("/imgres", "imgrefurl")),
    Rule("google_weblight", _hosts("googleweblight.com"), _parameter("/i?|/", "u", "lite_url")),
    Rule(
        "google_docs_viewer",
        _hosts("docs.google.com drive.google.com"),
        _parameter("/g?view(?:er|erng/viewer)?", "url"),
    ),
    Rule("bing", _hosts("bing.com cn.bing.com"), _bing),
    Rule("bing", _hosts("bing.com cn.bing.com"), _parameter("/news/apiclick.aspx|/fd/ls/GLinkPing.aspx", "url")),
    Rule("duckduckgo", _hosts("duckduckgo.com html.duckduckgo.com lite.duckduckgo.com"), _parameter("/l/", "uddg")),
    Rule("yandex_redirect", _hosts("yandex.ru yandex.com"), _parameter("/(?:clck/.*|redir)", "url")),
    Rule("yahoo_redirect", _hosts("r.search.yahoo.com"), _path(r"/.*/RU=(?P<url>https?[^/]+)/.*")),
    # Redirectors of networks
    Rule("facebook", _hosts("l.facebook.com lm.facebook.com facebook.com m.facebook.com"), _parameter("/l.php", "u")),
    Rule("facebook", _hosts("facebook.com m.facebook.com"), _parameter("/flx/warn/?", "u")),
    Rule("instagram", _hosts("l.instagram.com"), _parameter("/.*", "u")),
    Rule("threads", _hosts("l.threads.net l.threads.com"), _parameter("/.*", "u")),
    Rule("messenger", _hosts("l.messenger.com l.workplace.com"), _parameter("/l.php", "u")),
    Rule("whatsapp", _hosts("l.wl.co"), _parameter("/l", "u")),
    Rule("telegram", _hosts("t.me telegram.me"), _parameter("/iv", "url")),
    Rule("tumblr", _hosts("t.umblr.com"), _parameter("/redirect", "z")),
    Rule(
        "vk", _hosts("vk.com m.vk.com away.vk.com vkontakte.ru vk.ru"), _parameter("/away(?:.php)?", "to", bare=True)
    ),
    Rule("odnoklassniki", _hosts("ok.ru m.ok.ru odnoklassniki.ru"), _parameter("/dk", "st.link")),
    Rule("youtube", _hosts("youtube.com m.youtube.com"), _parameter("/redirect", "q")),
    Rule("twitter", _hosts("twitter.com x.com"), _parameter("/i/redirect", "url")),
    Rule("reddit", _hosts("out.reddit.com"), _parameter("/.*", "url")),
    Rule("linkedin", _hosts("linkedin.com"), _parameter("/redir/redirect|/safety/go/?", "url")),
    Rule("pinterest", _hosts("pinterest.com"), _parameter("/offsite/?", "url")),
    Rule("steam", _hosts("steamcommunity.com"), _parameter("/linkfilter/?", "url", "u")),
    Rule("disqus", _hosts("disq.us"), _disqus),
    Rule("slack", _hosts("slack-redir.net"), _parameter("/link", "url")),
    Rule("soundcloud", _hosts("exit.sc gate.sc"), _parameter("/", "url")),
    Rule("deviantart", _hosts("deviantart.com"), _path(r"/users/outgoing\?(?P<url>https?.+)")),
    Rule("pocket", _hosts("getpocket.com"), _parameter("/redirect", "url")),
    Rule("weibo", _hosts("weibo.cn"), _parameter("/sinaurl", "u")),
    Rule("zhihu", _hosts("link.zhihu.com"), _parameter("/", "target")),
    Rule("csdn", _hosts("link.csdn.net"), _parameter("/", "target")),
    Rule("mail.ru", _hosts("click.mail.ru checklink.mail.ru"), _parameter("/(?:redir|proxy)", "u", "url")),
    # Mail filters, affiliates, and hosts that hide the referrer
    Rule("safelinks", _hosts("*.safelinks.protection.outlook.com"), _parameter("/(?:ap/.*)?", "url")),
    Rule("proofpoint", _hosts("urldefense.proofpoint.com urldefense.com"), _proofpoint),
    Rule("proofpoint", _hosts("urldefense.proofpoint.com urldefense.com"), _parameter("/v1/url", "u")),
    Rule("proofpoint", _hosts("urldefense.com urldefense.us"), _path(r"/v3/__(?P<url>https?:/[^*]+?)__;.*")),
    Rule("skimlinks", _hosts("go.redirectingat.com go.skimresources.com"), _parameter("/", "url")),
    Rule("viglink", _hosts("redirect.viglink.com"), _parameter("/", "u")),
    Rule(
        "hide_referrer",
        _hosts("href.li nullrefer.com anonym.to anon.to dereferer.org blankrefer.com hiderefer.com dereferer.me"),
        _WHOLE_QUERY,
    ),
)

SHORTENERS = frozenset(
    _hosts(
        """
        0rz.tw 1url.com 7.ly a.co abcn.ws adf.ly aje.io amzn.to apne.ws b23.tv bbc.in bit.do bit.ly
        bitly.com bitly.is bitly.ws bl.ink bloom.bg budurl.com buff.ly cbsn.ws chilp.it cl.ly cli.gs clck.ru
        cnb.cx cnn.it cutt.ly cutt.us dai.ly db.tt dld.bz dlvr.it econ.st fb.me ff.im flip.it fxn.ws
        flic.kr geni.us gg.gg git.io goo.gl goo.su gu.com huff.to hubs.ly hyperurl.co ht.ly ibit.ly ift.tt
        inx.lv is.gd ity.im j.mp kutt.it l.ead.me lat.ms ln.is lnk.to lnkd.in mf.tt moourl.com
        nbcnews.to n.pr nyp.st nyti.ms on.cnn.com on.ft.com on.mktw.net on.msnbc.com on.rt.com on.wsj.com
        ouo.io ow.ly owl.li pin.it po.st politi.co post.ly prn.to ptv.io qr.ae qr.net rb.gy
        rebrand.ly redd.it reut.rs rviv.ly s.id s2r.co safe.mn sco.lt shar.es short.gy shorte.st
        shorturl.at shrtco.de smarturl.it snip.ly snipurl.com snurl.com soc.fm soo.gd spoti.fi spr.ly sptnkne.ws
        su.pr surl.li swll.to t.cn t.co t.ly t2m.io tcrn.ch theatln.tc thebea.st thedai.ly ti.me tiny.cc
        tiny.pl tinyurl.com tmblr.co tny.im to.pbs.org tr.im tr.ee trib.al tru.am turl.ca u.nu u.to
        ulvis.net url.cn urlz.fr urlzs.com v.gd v.ht vk.cc vm.tiktok.com vt.tiktok.com wapo.st wp.me
        x.co xurl.es y2u.be yhoo.it zpr.io zws.im
        """
    )
)

# Services that hand out a sub-domain to each of their users.
SHORTENER_DOMAINS = frozenset(_hosts("app.link page.link onelink.me smart.link sng.link"))

# Addresses whose target only the answer tells, on hosts that serve other pages too.
OPAQUE = {
    host: re.compile(pattern)
    for hosts, pattern in (
        (ARCHIVE_TODAY, r"/(?:wip/)?\w{4,6}(?=[/?]|$)"),
        (_hosts("perma.cc"), r"/(?:warc/)?[0-9A-Z]{4}-[0-9A-Z]{4}(?=[/?]|$)"),
        (_hosts("webcitation.org"), r"/(?!query)\w{5,12}(?=[/?]|$)"),
        (_hosts("ghostarchive.org"), r"/(?:archive|varchive)/[\w-]+"),
        (_hosts("news.google.com"), r"/(?:rss/|__i/rss/rd/|read/)?(?:articles|read)/"),
        (_hosts("feedproxy.google.com feeds.feedburner.com rss.feedsportal.com"), r"/~r/|/c/"),
        (_hosts("baidu.com m.baidu.com"), r"/(?:link|baidu\.php)\?"),
        (_hosts("sogou.com"), r"/link\?"),
    )
    for host in hosts
}

BY_HOST: dict[str, tuple[Rule, ...]] = {
    host: tuple(rule for rule in RULES if host in rule.hosts)
    for host in sorted({host for rule in RULES for host in rule.hosts})
}
