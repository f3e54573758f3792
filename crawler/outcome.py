"""What came of an attempt: the outcome of a response, and of an error."""

from __future__ import annotations

import re

from crawler.exchange import Exchange

REDIRECTS = frozenset({301, 302, 303, 307, 308})

# Headers that name a protection service as the author of the answer.
CHALLENGE_HEADERS = {
    b"cf-mitigated": re.compile(rb"challenge"),
    b"x-amzn-waf-action": re.compile(rb"challenge|captcha"),
}

# Pages that ask the visitor to prove something, and pages that turn him away. Read in the first 64 kB, and only
# where the status says that something is wrong, so that an article about them is an article.
CHALLENGE = re.compile(
    rb"cf-browser-verification|cf_chl_|challenge-platform|<title>Just a moment\.\.\.|ddos-guard|sucuri_cloudproxy_js"
    rb"|g-recaptcha|h-captcha|hcaptcha\.com|px-captcha|captcha-delivery\.com|_Incapsula_Resource",
    re.IGNORECASE,
)
BLOCK = re.compile(
    rb"Access Denied|You have been blocked|Request blocked|Attention Required! \| Cloudflare|mod_security"
    rb"|Web Application Firewall|has been blocked|Error 1020",
    re.IGNORECASE,
)


def outcome(exchange: Exchange) -> str:
    """The outcome of a response (see table `capture`).

    A refusal is never taken for the absence of the page: 429 is `blocked`, and so is a 401, 403 or 503 whose page
    says that it turns the visitor away; `challenged` where it asks for a proof. What the payload means is not known
    here: `bad_encoding` comes from the extraction.
    """
    status = exchange.status
    if any(
        (pattern := CHALLENGE_HEADERS.get(name.lower())) and pattern.search(value) for name, value in exchange.headers
    ):
        return "challenged"
    if status in REDIRECTS and exchange.header("location"):
        return "redirect"
    if status in (401, 403, 405, 406, 429, 503):
        start = exchange.payload[:65536]
        if CHALLENGE.search(start):
            return "challenged"
        if status == 429 or BLOCK.search(start):
            return "blocked"
    if exchange.truncated == "length":
        return "too_large"
    return "ok" if 200 <= status < 300 else "http_error"


def transient(result: str, status: int | None) -> bool:
    """May another attempt, some time later, come out differently?"""
    if result in ("dns_error", "connect_error", "timeout", "tls_error", "robots_unreachable", "blocked"):
        return True
    return result == "http_error" and status in (408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524)
