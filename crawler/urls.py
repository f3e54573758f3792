"""URLs: what a link points at, under one key for joining and one name for who speaks there.

This is the only place where a URL is interpreted. One parser, Ada, which follows the WHATWG URL standard as
browsers do, decides which host a URL reaches; everything else here is text work on what Ada has written out.
Nothing here raises on hostile input: what is not a usable http or https URL is None.

urlkey    host/path?query without what does not tell pages apart: scheme, userinfo, fragment, leading `www.`,
          trailing `/`, default port, trackers and session ids. It never crosses a registrable domain.
site      who is speaking: the registrable domain, private suffixes counted, or an account on a platform that
          crawler/platforms.py names. Only there can two domains speak as one: twitter.com is x.com.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ada_url import idna_to_unicode, join_url, normalize_url

from crawler import platforms

if TYPE_CHECKING:
    import tldextract

MAX_URL = 2083  # characters; Heritrix's limit, and Internet Explorer's: longer ones are traps, and are not fetched
MAX_DEPTH = 20  # segments of a path, as Heritrix
MAX_RUN = 3  # the third time in a row, a path repeats itself
MAX_TEXT = 8192  # characters; no more than this is parsed at all (data: URLs, attacks)

DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that say how a reader came, not what is read.
TRACKERS = frozenset({"fbclid", "gclid", "yclid", "mc_cid", "mc_eid"})

# Parameters that number a visit. The second list is too common a name (`sid` is also a story's number) to go
# without looking at the value: only 32 hexadecimal digits, as PHP's sessions have, are taken for a session.
SESSIONS = frozenset({"phpsessid", "jsessionid", "oscsid", "zenid", "cfid", "cftoken"})
SESSIONS_IF_HEX = frozenset({"sid", "s", "sessid", "session", "sessionid", "session_id"})
NOISE_PREFIXES = ("utm_", "aspsessionid")
_HEX32 = re.compile(r"[0-9a-fA-F]{32}")
# `;jsessionid=…` of Java servers, and `/(S(…))` of ASP.NET without cookies
_PATH_SESSION = re.compile(r";jsessionid=[^/;]*|/\(S\([0-9a-z]{24}\)\)(?=/|$)", re.IGNORECASE)

# What is not yet normal in a path or query that Ada has written: an escape of an unreserved character, an
# escape in lower case, a `%` that escapes nothing, and characters that RFC 3986 does not allow bare.
_UNTIDY = re.compile(
    r"%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)|%(?![0-9A-F]{2})(?:[0-9A-Fa-f]{2})?|[\[\]\\^`{|}]"
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")  # what the names of the Web are made of
_LONGEST_NAME = 254  # characters, with the dot that ends a full name (RFC 1035)


class Host(NamedTuple):
    """What a host name alone decides."""

    name: str  # without the dot at its end
    key: str  # without www. too
    domain: str  # the registrable domain
    site: str
    platform: platforms.Platform | None  # where the path has a say in the site


class Parts(NamedTuple):
    """A usable http(s) URL, taken apart. (Its fragment and userinfo are nobody's business.)"""

    scheme: str
    host: Host
    port: str  # ":8080", or nothing
    tail: str  # "/path?query"


def urlkey(url: str) -> str | None:
    """The URL as joined and counted: `host/path?query`, normalised. None if it is not a usable http(s) URL."""
    found = identify(url)
    return found[0] if found else None


def site(url: str) -> str | None:
    """Who speaks at this URL: a registrable domain, an IP address, or an account (`t.me/channel`)."""
    found = identify(url)
    return found[1] if found else None


def identify(url: str) -> tuple[str, str] | None:
    """Both at once: (urlkey, site). None if `url` is not a usable absolute http(s) URL. Never raises."""
    return _identify(url) if len(url) <= MAX_URL else _identify.__wrapped__(url)


def absolute(base: str, href: str) -> str | None:
    """`href` as a browser resolves it on a page at `base`: an ASCII http(s) URL without fragment and userinfo.

    None where that is no URL to fetch: another scheme, no host, a host that cannot exist, or too long to be one.
    """
    parts = split(href, base)
    return _written(parts) if parts else None


def split(url: str, base: str | None = None) -> Parts | None:
    """The URL taken apart, after Ada has written it out: so that `/`, `@` and `:` can only mean one thing.

    None if it is not a usable http(s) URL. The tail is as Ada wrote it: no escape in it was touched.
    """
    if len(url) > MAX_TEXT:
        return None
    try:
        written = normalize_url(url) if base is None else join_url(base, url)
    except ValueError:
        well_formed = url.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return None if well_formed == url else split(well_formed, base)
    scheme, _, rest = written.partition("://")
    if (scheme != "http" and scheme != "https") or len(written) > MAX_TEXT:
        return None
    authority, _, tail = rest.partition("#")[0].partition("/")
    name = authority.rpartition("@")[2]
    port = ""
    if ":" in name and not name.endswith("]"):
        name, _, port = name.rpartition(":")
        port = f":{port}"
    where = _host(name.removesuffix(".")) if len(name) <= _LONGEST_NAME else None
    return Parts(scheme, where, port, f"/{tail}") if where else None


def host(url: str) -> str | None:
    """The host that the URL reaches, in lower-case punycode; an IPv6 address stays in its brackets."""
    parts = split(url)
    return parts.host.name if parts else None


def port(url: str) -> int | None:
    """The port that the URL reaches: the one it names, or its scheme's."""
    parts = split(url)
    if parts is None:
        return None
    return int(parts.port[1:]) if parts.port else DEFAULT_PORTS[parts.scheme]


def bare(url: str) -> str:
    """An http(s) URL as it is requested: without fragment, userinfo, trackers and session ids, so that what is asked
    for does not depend on where the URL was found. Raises ValueError for any other text."""
    parts = _usable(url)
    path, mark, query = parts.tail.partition("?")
    if mark and any(map(_is_noise, query.split("&"))):
        query = "&".join(pair for pair in query.split("&") if not _is_noise(pair))
        mark = "?" if query else ""
    if ";" in path or "(" in path:
        without = _PATH_SESSION.sub("", path)
        if without != path:
            return bare(_written(parts._replace(tail=without + mark + query)))  # the rest may now read differently
    return _written(parts._replace(tail=path + mark + query))


def without_login(url: str) -> str:
    """A URL without user name and password: what may be shown and written down of a proxy."""
    scheme, mark, rest = url.partition("://")
    authority, slash, tail = rest.partition("/")
    return f"{scheme}{mark}{authority.rpartition('@')[2]}{slash}{tail}"


def robots_url(url: str) -> str:
    """Where the robots.txt that governs this URL lies. Raises ValueError if `url` is not a usable http(s) URL."""
    return _written(_usable(url)._replace(tail="/robots.txt"))


def trap(url: str) -> str | None:
    """The name of the rule by which a URL is a crawler trap, or None. Pure: no other URL has a say in it.

    The rules and their limits are Heritrix's: `url_too_long`, `path_too_deep`, and `path_repeats` for a run of
    segments that comes three times in a row. (A number may: 11 November 2011 is `/11/11/11`.)
    """
    if len(url) > MAX_URL:
        return "url_too_long"
    parts = split(url)
    segments = _tail(parts.tail).partition("?")[0].split("/")[1:] if parts else []
    if len(segments) > MAX_DEPTH:
        return "path_too_deep"
    return "path_repeats" if _repeats(segments) else None


def registrable_domain(name: str) -> str:
    """The registrable domain of a host name by the Public Suffix List, private suffixes counted.

    An unknown suffix is one label (`a.b.example` gives `b.example`); an IP address, a single label and a name
    that is itself a suffix are themselves.
    """
    if name.startswith("[") or name.rpartition(".")[2].isdigit():
        return name
    found = _suffixes().extract_str(name)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else name
    return ".".join(name.split(".")[-2:])


def site_of_name(text: str) -> str | None:
    """The site that a person means by `theguardian.com`, `t.me/Channel` or a whole URL. None if it is none."""
    text = text.strip()
    found = identify(text if "://" in text else f"http://{text}")
    if found is None or not ("." in found[1] or found[1].startswith("[")):
        return None
    return found[1]


@lru_cache(maxsize=8192)  # a site's menu stands on each of its pages; at most MAX_URL long, or the cache would be big
def _identify(url: str) -> tuple[str, str] | None:
    parts = split(url)
    if parts is None:
        return None
    where = parts.host
    tail = _tail(parts.tail)
    # The key has no scheme, so port 80 can only be left out everywhere. (Nobody serves https on it.)
    key = where.key + (parts.port if parts.port != ":80" else "") + tail
    if ";" in tail or "(" in tail:
        path, mark, query = key.partition("?")
        bare = _PATH_SESSION.sub("", path)
        if bare != path:
            return _identify(f"http://{bare}{mark}{query}")  # the rest may now read differently: begin again
    if len(key) > MAX_TEXT - len("http://"):
        return None
    return key, where.platform.speaker(tail) if where.platform else where.site


def _written(parts: Parts) -> str:
    return f"{parts.scheme}://{parts.host.name}{parts.port}{parts.tail}"


def _usable(url: str) -> Parts:
    parts = split(url)
    if parts is None:
        raise ValueError(f"not a usable http(s) URL: {url[:100]!r}")
    return parts


@lru_cache(maxsize=16384)
def _host(name: str) -> Host | None:
    """What the host name decides, or None where no such name can exist."""
    if name.startswith("["):
        return Host(name, name, name, name, None)
    if not _NAME.fullmatch(name) or not all(map(_is_readable, name.split("."))):
        return None
    domain = registrable_domain(name)
    key = name
    while key.startswith("www.") and key != domain:
        key = key.removeprefix("www.")
    before = name.removesuffix(domain).rstrip(".")
    if domain in platforms.BY_SUBDOMAIN or domain.startswith(f"{platforms.BY_SUBDOMAIN_ANYWHERE}."):
        accounts = [label for label in before.split(".") if label and label not in platforms.NOBODY]
        if accounts:
            return Host(name, key, domain, f"{accounts[-1]}.{domain}", None)
    platform = platforms.BY_PATH.get(key)
    if platform is None and platforms.FRONT.fullmatch(before):
        platform = platforms.BY_PATH.get(domain)
    return Host(name, key, domain, domain, platform)


def _is_readable(label: str) -> bool:
    """False for a label that says it is punycode and is not: no browser would look it up."""
    return not label.startswith("xn--") or idna_to_unicode(label) != label


def _tail(tail: str) -> str:
    """The path and query, normalised; nothing for the root."""
    if _UNTIDY.search(tail):
        tail = _UNTIDY.sub(_tidy, tail)
    path, _, query = tail.partition("?")
    path = path.rstrip("/")
    if query:
        kept = [pair for pair in query.split("&") if pair and not _is_noise(pair)]
        if kept:
            kept.sort(key=_name)  # stable: the order among equal names can matter
            return f"{path or '/'}?{'&'.join(kept)}"
    return path


def _tidy(match: re.Match[str]) -> str:
    text = match[0]
    if len(text) == 1:
        return f"%{ord(text):02X}"
    character = chr(int(text[1:], 16))
    return character if character in _UNRESERVED else text.upper()


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _is_noise(pair: str) -> bool:
    """A tracker or a session id: it says how or when a page was read, not which."""
    name, _, value = pair.partition("=")
    name = name.lower()
    return (
        name in TRACKERS
        or name in SESSIONS
        or name.startswith(NOISE_PREFIXES)
        or (name in SESSIONS_IF_HEX and _HEX32.fullmatch(value) is not None)
    )


def _repeats(segments: list[str]) -> bool:
    if len(set(segments)) == len(segments):
        return False
    for size in range(1, len(segments) // MAX_RUN + 1):
        for start in range(len(segments) - MAX_RUN * size + 1):
            unit = segments[start : start + size]
            if unit * MAX_RUN == segments[start : start + MAX_RUN * size] and not "".join(unit).isdigit():
                return True
    return False


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The Public Suffix List as bundled with tldextract: neither the network nor a cache on disk is asked."""
    import tldextract  # here, because it loads requests: a fifth of a second that `mayfly --help` must not pay

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
