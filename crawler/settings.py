"""How we crawl. Each value says what Scrapy's default is, and why ours differs."""

from crawler import __version__

BOT_NAME = "mayfly"
SPIDER_MODULES = ["crawler.spiders"]
USER_AGENT = (
    f"mayfly/{__version__}"  # default Scrapy/x.y: who asks is said, and how to reach him (`contact` of case.toml)
)

# ── the queue and the components ──
SCHEDULER = "crawler.scheduler.Scheduler"  # default keeps the queue in memory, or loses it on kill -9
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # default RFPDupeFilter: the frontier knows what is known
DOWNLOADER_MIDDLEWARES_BASE = {  # default: fourteen, of which redirect, retry, cookies, compression… hide evidence
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.guard.Guard": 50,  # outermost: refused before anything else is asked
    "crawler.robots.Robots": 100,
    "crawler.archive.Archive": 950,  # innermost: redirects, errors and robots.txt are captured as received
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}  # default: five, which drop errors (httperror) and send Referer headers
EXTENSIONS_BASE = {  # default adds a telnet console and a remote control that run code
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
    "crawler.progress.Progress": 10,
}
DOWNLOAD_HANDLERS = {"file": None, "data": None, "ftp": None, "s3": None}  # default reads files and more

# ── politeness: we are guests ──
ROBOTSTXT_OBEY = False  # crawler.robots does it, by RFC 9309: an unreadable robots.txt forbids
DOWNLOAD_DELAY = 1  # default 0; seconds between two requests to a site
DOWNLOAD_DELAY_JITTER = 0.25  # default 0.5
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8; a download slot is a site, not a host
CONCURRENT_REQUESTS = 128  # default 16; many sites at once, each slowly
AUTOTHROTTLE_ENABLED = True  # default False: a slow site is asked more slowly
AUTOTHROTTLE_START_DELAY = 1  # default 5
AUTOTHROTTLE_MAX_DELAY = 30  # default 60

# ── safety: the sites are hostile ──
DOWNLOAD_TIMEOUT = 30  # default 180: two drip-feeding hosts must not hold the crawl
DOWNLOAD_MAXSIZE = 0  # default 1 GiB, and what came is lost: crawler.archive cuts at 16 MB and keeps it
DOWNLOAD_WARNSIZE = 0  # default 32 MiB
DOWNLOAD_FAIL_ON_DATALOSS = False  # default True, and what came is lost: it is kept, and marked as truncated
DOWNLOAD_VERIFY_CERTIFICATES = False  # default too: bad sites have bad certificates, and are the subject
DEFAULT_REQUEST_HEADERS = {  # default asks for HTML only, in English
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate, br",
}
COOKIES_ENABLED = False  # default True: no visit is tied to the one before; nor is a suffix list downloaded
TELNETCONSOLE_ENABLED = False  # default True: runs code
REMOTE_CONTROL_ENABLED = False  # default True: runs code
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"  # default knows no IPv6; crawler.guard vets it
DNS_TIMEOUT = 10  # default 60
REACTOR_THREADPOOL_MAXSIZE = 32  # default 10: names that hang must not hold the others
MAYFLY_ALLOW_PRIVATE: list[str] = []  # networks that the guard lets through (tests)

# ── quiet ──
LOG_LEVEL = "WARNING"  # default DEBUG
LOG_FORMATTER = "scrapy.logformatter.LogFormatter"
STATS_DUMP = False  # default True
