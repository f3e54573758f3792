"""What came of an attempt has one name, and a refusal is never taken for the absence of a page."""

from __future__ import annotations

import pytest

from crawler.exchange import Exchange
from crawler.outcome import outcome, transient


def answer(status: int, payload: bytes = b"", truncated: str | None = None, **headers: str) -> Exchange:
    pairs = tuple((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())
    return Exchange("https://a.example/", "2017-03-02T12:00:00Z", status, "", pairs, payload, truncated=truncated)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (answer(200, b"<p>News.</p>"), "ok"),
        (answer(204), "ok"),
        (answer(301, Location="https://b.example/"), "redirect"),
        (answer(308, Location="/x"), "redirect"),
        (answer(302), "http_error"),  # leads nowhere
        (answer(304, Location="/x"), "http_error"),
        (answer(404), "http_error"),
        (answer(410, b"Gone"), "http_error"),
        (answer(500), "http_error"),
        (answer(403, b"<h1>Forbidden</h1>"), "http_error"),  # nobody says that we are the reason
        (answer(403, b"<title>Attention Required! | Cloudflare</title>"), "blocked"),
        (answer(429), "blocked"),
        (answer(503, b"<title>Just a moment...</title>"), "challenged"),
        (answer(200, b"<p>Prove it.</p>", cf_mitigated="challenge"), "challenged"),
        (answer(405, b"", x_amzn_waf_action="captcha"), "challenged"),
        (answer(200, b"<p>How g-recaptcha works, and why Access Denied pages exist.</p>"), "ok"),  # about them
        (answer(200, b"x" * 100, truncated="length"), "too_large"),
        (answer(200, b"x" * 100, truncated="disconnect"), "ok"),
    ],
)
def test_outcome(exchange: Exchange, expected: str) -> None:
    assert outcome(exchange) == expected


@pytest.mark.parametrize(
    ("result", "status", "expected"),
    [
        ("timeout", None, True),
        ("dns_error", None, True),
        ("blocked", 429, True),
        ("http_error", 503, True),
        ("http_error", 404, False),
        ("http_error", 410, False),
        ("ok", 200, False),
        ("robots", None, False),
    ],
)
def test_only_what_may_pass_is_tried_again(result: str, status: int | None, expected: bool) -> None:
    assert transient(result, status) is expected
