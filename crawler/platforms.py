"""Platforms: hosts where the speaker is not the domain, but an account on it.

Two lists, kept by hand. Whoever is not named here is simply a registrable domain. A platform enters the list
when the account can be read off the address alone; where it cannot (a YouTube video, a Telegram invitation),
the platform itself is the site. Change `VERSION` with every change to the lists: a case's sites depend on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

VERSION = "2026-11-23"

# Sub-domains under which a platform shows the same accounts: its mobile and old faces, and its languages.
FRONT = re.compile(r"www|m|mobile|mbasic|touch|amp|web|old|new|np|zero|[a-z]{2}|[a-z]{2}-[a-z]{2}")

# Sub-domains that are nobody's account where the account is the sub-domain.
NOBODY = frozenset({"www", "m", "mobile", "amp", "zero"})

# The account is the label before the domain: en.wikipedia.org, somebody.tumblr.com. Hosts that the Public Suffix
# List counts as suffixes (blogspot.com, github.io, wixsite.com, …) need no entry, but may have one.
BY_SUBDOMAIN = frozenset({
    "wikibooks.org", "wikinews.org", "wikipedia.org", "wikiquote.org", "wikisource.org", "wiktionary.org",
    "bandcamp.com", "beehiiv.com", "blog.hu", "blog.ir", "blogfa.com", "blogsky.com", "blox.pl", "buttondown.email",
    "canalblog.com", "centerblog.net", "deviantart.com", "dreamwidth.org", "eklablog.com", "exblog.jp", "fandom.com",
    "free.fr", "ghost.io", "hashnode.dev", "insanejournal.com", "jimdo.com", "jimdofree.com", "joomla.com",
    "libsyn.com", "livejournal.com", "loxblog.com", "medium.com", "mihanblog.com", "narod.ru", "neocities.org",
    "over-blog.com", "over-blog.net", "parsiblog.com", "persianblog.ir", "pixnet.net", "podbean.com",
    "proboards.com", "rozblog.com", "seesaa.net", "skyrock.com", "squarespace.com", "strikingly.com",
    "substack.com", "tistory.com", "tripod.com", "tumblr.com", "typepad.com", "ucoz.com", "ucoz.net", "ucoz.ru",
    "webnode.com", "webs.com", "webself.net", "weebly.com", "wikidot.com", "wordpress.com", "yolasite.com",
})  # fmt: skip

# Blogger shows each blog under the reader's country too: somebody.blogspot.co.uk.
BY_SUBDOMAIN_ANYWHERE = "blogspot"


@dataclass(frozen=True, slots=True)
class Platform:
    """Accounts in the path. `account` is matched on `/path?query`; its groups, joined by `/`, fill `site`.

    A group called `exact` is kept as it is, since such identifiers tell upper case from lower; other names are
    lower-cased. Any other named group is a number, and its name goes before it (`club` and `1` give `club1`).
    """

    site: str
    hosts: tuple[str, ...]
    account: re.Pattern[str] = field(repr=False)

    def speaker(self, tail: str) -> str:
        """The account that the path and query of a URL name, or the platform itself where they name none."""
        match = self.account.match(tail)
        if match is None:
            return self.hosts[0]
        names = {index: name for name, index in self.account.groupindex.items()}
        parts = []
        for index, text in enumerate(match.groups(), 1):
            if text:
                name = names.get(index)
                parts.append(text if name == "exact" or "%" in text else f"{name or ''}{text.lower()}")
        return self.site.format("/".join(parts))


_END = r"(?=[/?]|$)"
_FILE = r"[^/?]*\.(?:aspx?|css|html?|ico|js|json|php|txt|xml)"  # robots.txt is nobody


def _first(reserved: str = "", name: str = r"[\w.@%~-]+", before: str = "/") -> str:
    """A pattern: the first part of the path is the account, unless it is one of the platform's own pages."""
    nobody = "|".join([*reserved.split(), _FILE])
    return f"{before}(?!(?:{nobody}){_END})({name}){_END}"


def _platform(site: str, hosts: str, *patterns: str) -> Platform:
    return Platform(site, tuple(hosts.split()), re.compile("|".join(patterns), re.IGNORECASE))


_PLATFORMS = (
    _platform(
        "t.me/{}",
        "t.me telegram.me telegram.dog",  # one network, and the same names on each
        _first(
            "addemoji addlist addstickers addtheme bg boost c confirmphone contact giftcode "
            "invoice iv joinchat login proxy s setlanguage share socks",
            name=r"[a-z]\w{2,31}",
            before=r"/(?:s/)?",
        ),
    ),
    _platform(
        "x.com/{}",
        "x.com twitter.com",  # renamed in 2023; the same names on both
        _first(
            "account compose download explore hashtag home i intent login logout messages "
            "notifications oauth privacy search settings share signup tos widgets who_to_follow",
            name=r"\w{1,15}",
            before=r"/@?",
        ),
    ),
    _platform(
        "facebook.com/{}",
        "facebook.com fb.com",
        r"/(?:profile|permalink|story|photo|video|media/set)(?:\.php)?/?\?(?:[^#]*&)?id=(\d+)(?=&|$)",
        r"/(?:people|pages(?:/category)?/[^/?]+|pages)/[^/?]+/(\d+)" + _END,
        r"/p/[^/?]+-(\d+)" + _END,
        r"/(groups)/([^/?]+)" + _END,
        _first(
            "ads business dialog events groups hashtag help home legal login marketplace "
            "messages notes p pages people pg photo photos plugins policies privacy "
            "public reel reels reg search settings share sharer stories story video "
            "videos watch tr v[0-9.]+ media gaming games live l flx",
            before=r"/(?:pg/)?",
        ),
    ),
    _platform(
        "youtube.com/{}",
        "youtube.com youtu.be youtube-nocookie.com",
        r"/(channel)/(?P<exact>UC[\w-]{22})" + _END,
        r"/(user|c)/([^/?]+)" + _END,
        _first(name=r"@[^/?]+"),
    ),
    _platform(
        "medium.com/{}",
        "medium.com",
        _first(
            "_ about browse creators feed explore-topics jobs-at-medium m me membership new-story "
            "p plans policy r search sitemap tag topic topics",
            before=r"/(?:feed/)?",
        ),
    ),
    _platform(
        "vk.com/{}",
        "vk.com vkontakte.ru vk.ru",
        r"/(?:(?:wall|photo|video|topic|album)-|club|public|event)(?P<club>\d+)(?=_|[/?]|$)",
        r"/(?:wall|photo|video|album|id)(?P<id>\d+)(?=_|[/?]|$)",
        _first(
            "about apps away audio doc.* fave feed groups im join login market.* music "
            "photo.* search share support terms topic.* video video-.* videos",
        ),
    ),
    _platform(
        "instagram.com/{}",
        "instagram.com",
        _first(
            "about accounts ar challenge developer direct explore graphql legal p reel "
            "reels static stories tv web share",
            name=r"[\w.]+",
            before=r"/(?:stories/)?",
        ),
    ),
    _platform("tiktok.com/{}", "tiktok.com", _first(name=r"@[\w.]+")),
    _platform("threads.net/{}", "threads.net threads.com", _first(name=r"@[\w.]+")),
    _platform("bsky.app/{}", "bsky.app", r"/(profile)/([^/?]+)" + _END),
    _platform("reddit.com/{}", "reddit.com redd.it", r"/(r)/(\w+)" + _END, r"/(u)(?:ser)?/([\w-]+)" + _END),
    _platform("linkedin.com/{}", "linkedin.com", r"/(in|company|school|showcase|groups)/([^/?]+)" + _END),
    _platform("ok.ru/{}", "ok.ru odnoklassniki.ru", r"/(group|profile)/(\d+)" + _END),
    _platform("rumble.com/{}", "rumble.com", r"/(c|user)/([^/?]+)" + _END),
    _platform("bitchute.com/{}", "bitchute.com", r"/(channel)/(?P<exact>[^/?]+)" + _END),
    _platform("odysee.com/{}", "odysee.com", _first(name=r"@[^/?:]+(?::[0-9a-f]+)?")),
    _platform("gettr.com/{}", "gettr.com", r"/(user)/([^/?]+)" + _END),
    _platform("gab.com/{}", "gab.com", r"/(groups)/(\d+)" + _END, _first("groups about auth explore search")),
    _platform("minds.com/{}", "minds.com", _first("about discovery groups login newsfeed search")),
    _platform("steemit.com/{}", "steemit.com", r"(?:/[^/?]+)?/(@[^/?]+)" + _END),
    _platform("weibo.com/{}", "weibo.com", r"/(u)/(\d+)" + _END, _first("login signup tv u hot search")),
    _platform("soundcloud.com/{}", "soundcloud.com", _first("discover search stream upload you charts pages")),
    _platform("patreon.com/{}", "patreon.com", _first("explore login posts search signup user policy")),
    _platform(
        "vimeo.com/{}",
        "vimeo.com",
        _first(
            "about blog categories channels features groups help jobs ondemand search upload watch",
            name=r"[a-z][\w-]*",
        ),
    ),
    _platform("dailymotion.com/{}", "dailymotion.com", _first("embed playlist search tag topic video")),
    _platform("pinterest.com/{}", "pinterest.com", _first("about pin ideas search explore today login")),
    _platform(
        "github.com/{}",
        "github.com",
        _first(
            "about apps collections enterprise explore features login marketplace orgs pricing search security site "
            "sponsors topics trending"
        ),
    ),
    _platform("angelfire.com/{}", "angelfire.com", r"/([^/?]+)/([^/?]+)" + _END),
    _platform("aparat.com/{}", "aparat.com", _first("about etc live login result search tag v video")),
    _platform("eitaa.com/{}", "eitaa.com", _first("joinchat")),
    _platform("ble.ir/{}", "ble.ir", _first("join")),
    _platform("rubika.ir/{}", "rubika.ir", _first("joing joinc post")),
    _platform("dzen.ru/{}", "dzen.ru", r"/(id)/([0-9a-f]{24})" + _END, _first("a articles b media news topic video")),
    _platform("rutube.ru/{}", "rutube.ru", r"/(channel)/(\d+)" + _END, r"/(u)/([^/?]+)" + _END),
    _platform("truthsocial.com/{}", "truthsocial.com", _first(name=r"@\w+")),
    _platform("mastodon.social/{}", "mastodon.social", _first(name=r"@\w+(?:@[\w.-]+)?")),
    _platform("flickr.com/photos/{}", "flickr.com", r"/(?:photos|people)/(?!tags/)([^/?]+)" + _END),
    _platform("twitch.tv/{}", "twitch.tv", _first("directory downloads jobs p search videos", name=r"\w+")),
    _platform("quora.com/{}", "quora.com", r"/(profile)/([^/?]+)" + _END),
    _platform("note.com/{}", "note.com note.mu", _first("hashtag info login search topic", name=r"\w+")),
    _platform("sites.google.com/{}", "sites.google.com", r"/(site|view|a)/([^/?]+)" + _END),
    _platform("plus.google.com/{}", "plus.google.com", _first(name=r"\+[^/?]+|\d{15,}", before=r"(?:/u/\d+)?/")),
    _platform("blog.naver.com/{}", "blog.naver.com", _first(name=r"[a-z][\w-]+(?!\.)")),
    _platform("ameblo.jp/{}", "ameblo.jp", _first()),
    _platform("blogs.mediapart.fr/{}", "blogs.mediapart.fr", _first("blog edition participer")),
    # The same account by path where its usual address is a sub-domain.
    _platform(
        "{}.tumblr.com",
        "tumblr.com",
        _first(
            "about blog communities dashboard explore login privacy register search share tagged widgets",
            name=r"[a-z0-9][a-z0-9-]*",
            before="/(?:blog/view/|blog/)?",
        ),
    ),
    _platform("{}.livejournal.com", "livejournal.com", r"/(?:(?:users|community)/|~)([a-z0-9_-]+)" + _END),
    _platform("substack.com/{}", "substack.com", _first(name=r"@[^/?]+")),
)

BY_PATH = {host: platform for platform in _PLATFORMS for host in platform.hosts}
