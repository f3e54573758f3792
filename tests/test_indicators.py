"""Each indicator: where it fires, and what looks alike and is none."""

from __future__ import annotations

import pytest

from crawler import indicators
from crawler.extract import detectors, extract
from crawler.page import Page


def values(html: str) -> dict[str, list[str]]:
    facts = extract(
        Page("http://news.example/a", 200, (("Content-Type", "text/html"),), html.encode(), "2020-01-01T00:00:00Z")
    )
    assert facts.extraction == "ok", facts.detail
    found: dict[str, list[str]] = {}
    for one in facts.indicators:
        found.setdefault(one.detector, []).append(one.value)
    return found


def script(code: str) -> str:
    return f"<head><script>{code}</script></head><body><p>x</p></body>"


def meta(name: str, content: str, attribute: str = "name") -> str:
    return f'<head><meta {attribute}="{name}" content="{content}"></head><body><p>x</p></body>'


FIRES = {
    "google_analytics": [
        (script("ga('create', 'UA-12345678-1', 'auto');"), ["UA-12345678-1"]),
        (script("_gaq.push(['_setAccount','UA-1234567-12'])"), ["UA-1234567-12"]),
        ("<script async src='https://www.googletagmanager.com/gtag/js?id=G-ABCDE12345'></script>", ["G-ABCDE12345"]),
        (script('gtag("config","G-ABCDE12345");gtag("config","UA-12345678-1")'), ["G-ABCDE12345", "UA-12345678-1"]),
    ],
    "google_tag_manager": [
        (script("(function(w,d,s,l,i){})(window,document,'script','dataLayer','GTM-ABC123');"), ["GTM-ABC123"]),
        (
            "<noscript><iframe src='https://www.googletagmanager.com/ns.html?id=GTM-XYZ9876' height=0 width=0></iframe></noscript>",
            ["GTM-XYZ9876"],
        ),
    ],
    "google_ads": [(script("gtag('config', 'AW-123456789');"), ["AW-123456789"])],
    "adsense": [
        ("<ins class=adsbygoogle data-ad-client='ca-pub-1234567890123456'></ins>", ["pub-1234567890123456"]),
        (
            "<script src='https://pagead2.example/js/adsbygoogle.js?client=ca-pub-1234567890123456'></script>",
            ["pub-1234567890123456"],
        ),
        (script("google_ad_client = 'pub-1234567890123456';"), ["pub-1234567890123456"]),
        (meta("google-adsense-account", "ca-pub-1234567890123456"), ["pub-1234567890123456"]),
    ],
    "meta_pixel": [
        (script("fbq('init', '123456789012345');"), ["123456789012345"]),
        (script('fbq( "init" , 123456789012345 )'), ["123456789012345"]),
        (
            "<noscript><img src='https://www.facebook.com/tr?id=123456789012345&ev=PageView'></noscript>",
            ["123456789012345"],
        ),
    ],
    "facebook_app": [
        (meta("fb:app_id", "1234567890", "property"), ["app_id:1234567890"]),
        (meta("fb:admins", "11111111,22222222", "property"), ["admins:11111111", "admins:22222222"]),
    ],
    "tiktok_pixel": [(script("ttq.load('C4ABCDEFGHIJKLMNOPQR');"), ["C4ABCDEFGHIJKLMNOPQR"])],
    "yandex_metrica": [
        (script('ym(12345678, "init", {clickmap:true});'), ["12345678"]),
        (script("w.yaCounter1234567 = new Ya.Metrika({id:1234567, webvisor:true});"), ["1234567"]),
        ("<noscript><img src='https://mc.yandex.ru/watch/12345678'></noscript>", ["12345678"]),
    ],
    "top_mail_ru": [("<img src='https://top-fwz1.mail.ru/counter?id=1234567;js=na'>", ["1234567"])],
    "statcounter": [
        (script("var sc_project=1234567; var sc_security='x';"), ["1234567"]),
        ("<img src='https://c.statcounter.com/1234567/0/x/1/'>", ["1234567"]),
    ],
    "histats": [(script("_Hasync.push(['Histats.start', '1,1234567,4,0,0,0,00010000']);"), ["1234567"])],
    "clarity": [
        (script('(function(c,l,a,r,i,t,y){})(window, document, "clarity", "script", "abcde12345");'), ["abcde12345"])
    ],
    "hotjar": [(script("h._hjSettings={hjid:1234567,hjsv:6};"), ["1234567"])],
    "matomo": [
        (
            script(
                "var _paq=[]; (function(){var u='//stats.example/matomo/'; _paq.push(['setTrackerUrl', u+'matomo.php']); _paq.push(['setSiteId', '3']);})();"
            ),
            ["stats.example:3"],
        ),
        (
            script(
                "var _paq=_paq||[]; var u=(('https:' == document.location.protocol) ? 'https' : 'http') + '://stats.example/'; _paq.push(['setSiteId', 12]);"
            ),
            ["stats.example:12"],
        ),
        ("<noscript><img src='https://stats.example/piwik.php?idsite=7&rec=1'></noscript>", ["stats.example:7"]),
    ],
    "amazon_associates": [("<a href='https://www.amazon.com/dp/B000?tag=harbour-20&x=1'>book</a>", ["harbour-20"])],
    "google_verification": [
        (
            meta("google-site-verification", "abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE"),
            ["abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE"],
        )
    ],
    "yandex_verification": [(meta("yandex-verification", "0123456789abcdef"), ["0123456789abcdef"])],
    "bing_verification": [
        (meta("msvalidate.01", "0123456789ABCDEF0123456789ABCDEF"), ["0123456789ABCDEF0123456789ABCDEF"])
    ],
    "facebook_verification": [
        (meta("facebook-domain-verification", "abc123abc123abc123abc123abc123"), ["abc123abc123abc123abc123abc123"])
    ],
    "pinterest_verification": [
        (meta("p:domain_verify", "0123456789abcdef0123456789abcdef"), ["0123456789abcdef0123456789abcdef"])
    ],
}
ALIKE = {
    "google_analytics": [
        "<p>The property UA-12345678-1 was found by researchers, and so was 'G-ABCDE12345'.</p>",
        script("x='UA-12'; y='G-abc'; z='SOUA-12345678-1'; w='G-FORCES'"),
    ],
    "google_tag_manager": ["<p>The container GTM-ABC123</p>", script("x='gtm-start'; y='AGTM-ABC123'")],
    "google_ads": [script("x='AW-12'; y='LAW-123456789'")],
    "adsense": ["<p>ca-pub-1234567890123456</p>", script("x='pub-12'; y='pub-2017-03-02'")],
    "meta_pixel": [
        script("fbq('track', 'PageView'); fbq('init', pixel)"),
        "<a href='https://www.facebook.com/page?id=123456789012345'>x</a>",
    ],
    "facebook_app": [meta("fb:app_id", "YOUR_APP_ID", "property")],
    "tiktok_pixel": [script("ttq.load(code)")],
    "yandex_metrica": [
        script("ym(id, 'init'); gym(12345678, 1); yandex_ads()"),
        "<a href='https://yandex.ru/maps/12345678'>x</a>",
    ],
    "top_mail_ru": ["<a href='https://mail.ru/inbox?id=1234567'>x</a>"],
    "statcounter": [script("var statcounter = 1234567")],
    "histats": [script("Histats.load(1234567)")],
    "clarity": [script("clarity('set', 'abcde12345')")],
    "hotjar": [script("hotjar(1234567)")],
    "matomo": [
        script("var u='//stats.example/'; x.push(['setSiteId', '3'])"),
        script("_paq.push(['trackPageView'])"),
    ],
    "amazon_associates": [
        "<a href='https://shop.example/?u=amazon.com/x&tag=harbour-20'>x</a>",
        "<a href='https://www.amazon.com/dp/B000?tag=harbour'>x</a>",
    ],
    "google_verification": [meta("google-site-verification", "")],
    "yandex_verification": [meta("yandex-verification", "your code here")],
    "bing_verification": [meta("msvalidate", "0123456789ABCDEF0123456789ABCDEF")],
    "facebook_verification": [meta("facebook-domain-verification", "{{ token }}")],
    "pinterest_verification": [meta("pinterest", "nopin")],
}


@pytest.mark.parametrize(
    "name, html, expected", [(name, html, expected) for name in FIRES for html, expected in FIRES[name]]
)
def test_where_it_fires(name, html, expected):
    assert values(html).get(name) == expected


@pytest.mark.parametrize("name, html", [(name, html) for name in ALIKE for html in ALIKE[name]])
def test_what_looks_alike(name, html):
    assert name not in values(html)


def test_every_indicator_has_its_promise_here():
    promised_elsewhere = {"google_analytics_account"}
    assert {name for name, _ in detectors(indicators)} - promised_elsewhere == set(FIRES) == set(ALIKE)
    assert all(module.__doc__ for _, module in detectors(indicators))


def test_an_identifier_is_told_once_a_page():
    assert values(script("ga('UA-12345678-1');" * 50))["google_analytics"] == ["UA-12345678-1"]


@pytest.mark.parametrize(
    "code",
    [
        "ym(" * 300_000,
        "fbq('init'," * 90_000,
        "_paq var u=" * 90_000,
        "//a.a/" * 160_000 + "_paq",
        "u=('" * 250_000 + "_paq",
        "amazon.com/" * 90_000,
        "G-" * 500_000,
        "Ya.Metrika({" * 80_000,
        "facebook.com/tr?" * 60_000,
    ],
)
def test_a_megabyte_made_to_confuse_ends(code):
    page = Page(
        "http://news.example/a",
        200,
        (),
        f"<html><head><script>{code}</script><body><a href='{code[:9000]}'>x</a>".encode(),
        "2020-01-01T00:00:00Z",
    )
    for _, module in detectors(indicators):
        assert len(list(module.detect(page))) < 10
