"""Known wrappers are opened; what only looks like one is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.urls import absolute, host, identify, urlkey
from crawler.wrappers import MAX_NESTED, OPAQUE, RULES, SHORTENERS, must_fetch, unwrap

A = "http://fake.example/a"
S = "https://fake.example/a"

OPENED = [  # name of the rule, wrapper, target
    ("archive.org", "https://web.archive.org/web/20170302120000/http://fake.example/a", A),
    ("archive.org", "https://web.archive.org/web/20170302id_/https://fake.example/a", S),
    ("archive.org", "http://web.archive.org/web/2017im_/http://fake.example/a.png", "http://fake.example/a.png"),
    ("archive.org", "https://web.archive.org/web/2017*/http://fake.example/a", A),
    ("archive.org", "https://web.archive.org/web/*/http://fake.example/a*", A),
    ("archive.org", "https://web.archive.org/web/*/fake.example/a", A),
    ("archive.org", "https://web.archive.org/web/http://fake.example/a", A),
    ("archive.org", "https://web.archive.org/web/2/http://fake.example/a?b=1&c=2", "http://fake.example/a?b=1&c=2"),
    ("archive.org", "https://web.archive.org/web/20170302/http:/fake.example/a", A),  # a server has folded the //
    ("archive.org", "https://web.archive.org/web/20170302/https:/fake.example/a", S),
    ("archive.org", "https://web.archive.org/web/20170302/fake.example/a", A),
    ("archive.org", "https://web.archive.org/web/20170302/http%3A%2F%2Ffake.example%2Fa%3Fb%3D1", "http://fake.example/a?b=1"),
    ("archive.org", "https://web.archive.org/web/20170302/http://fake.example:80/a", A),
    ("archive.org", "https://WEB.archive.org/web/20170302/HTTP://FAKE.example/a", A),
    ("archive.org", "https://web.archive.org/web/20170302/http://fаke.example/", "http://xn--fke-6cd.example/"),
    ("archive.org", "https://web.archive.org/save/http://fake.example/a", A),
    ("archive.org", "https://web.archive.org/save/_embed/http://fake.example/a", A),
    ("archive.org", "https://archive.org/web/20170302/http://fake.example/a", A),
    ("archive.org", "http://wayback.archive.org/web/20170302/http://fake.example/a", A),
    ("archive.org", "http://liveweb.archive.org/http://fake.example/a", A),
    ("archive.org", "https://archive.org/wayback/available?url=fake.example/a", A),
    ("archive.today", "https://archive.is/20170302123456/http://fake.example/a", A),
    ("archive.today", "https://archive.ph/2017.03.02-123456/https://fake.example/a", S),
    ("archive.today", "https://archive.today/2017/fake.example/a", A),
    ("archive.today", "https://archive.li/o/aBcDe/http://fake.example/a", A),
    ("archive.today", "https://archive.fo/newest/http://fake.example/a", A),
    ("archive.today", "https://archive.vn/http://fake.example/a", A),
    ("archive.today", "https://archive.md/https%3A%2F%2Ffake.example%2Fa", S),
    ("archive.today", "https://archive.ph/?run=1&url=https%3A%2F%2Ffake.example%2Fa", S),
    ("archive.today", "https://archive.is/submit/?url=http://fake.example/a", A),
    ("archive_other", "https://arquivo.pt/wayback/20170302120000/http://fake.example/a", A),
    ("archive_other", "https://arquivo.pt/noFrame/replay/20170302120000/http://fake.example/a", A),
    ("archive_other", "https://wayback.archive-it.org/1234/20170302120000/http://fake.example/a", A),
    ("archive_other", "https://webarchive.nationalarchives.gov.uk/ukgwa/20170302/http://fake.example/a", A),
    ("archive_other", "http://timetravel.mementoweb.org/memento/2017/http://fake.example/a", A),
    ("archive_megalodon", "http://megalodon.jp/2017-0302-1234-56/fake.example/a", A),
    ("archive_webcitation", "http://www.webcitation.org/query?url=http%3A%2F%2Ffake.example%2Fa&date=2017-03-02", A),
    ("google_cache", "https://webcache.googleusercontent.com/search?q=cache:aBcDeFgHiJkL:http://fake.example/a+its+words&hl=en", A),
    ("google_cache", "https://webcache.googleusercontent.com/search?q=cache%3Ahttps%3A%2F%2Ffake.example%2Fa", S),
    ("google_cache", "http://webcache.googleusercontent.com/search?q=cache:fake.example/a", A),
    ("google_cache", "https://www.google.com/search?q=cache:aBcDeFgHiJkL:fake.example/a", A),
    ("yandex_cache", "https://hghltd.yandex.net/yandbtm?fmode=inject&url=http%3A%2F%2Ffake.example%2Fa", A),
    ("outline", "https://12ft.io/https://fake.example/a", S),
    ("hypothesis", "https://via.hypothes.is/http://fake.example/a", A),
    ("hypothesis", "https://via.hypothes.is/fake.example/a", A),
    ("printfriendly", "https://www.printfriendly.com/print?url=http%3A%2F%2Ffake.example%2Fa", A),
    ("google_amp", "https://www.google.com/amp/s/fake.example/a", S),
    ("google_amp", "https://www.google.de/amp/fake.example/a?usqp=mq331AQ", A),
    ("amp_cache", "https://fake-example.cdn.ampproject.org/c/s/fake.example/a", S),
    ("amp_cache", "https://cdn.ampproject.org/v/fake.example/a?amp_js_v=0.1&x=1", "http://fake.example/a?x=1"),
    ("amp_cache", "https://fake-example.bing-amp.com/c/s/fake.example/a", S),
    ("yandex_turbo", "https://fake-example.turbopages.org/fake.example/s/a", S),
    ("yandex_turbo", "https://yandex.ru/turbo/fake.example/h/a", A),
    ("yandex_turbo", "https://yandex.ru/turbo?text=https%3A%2F%2Ffake.example%2Fa", S),
    ("google_translate", "https://translate.google.com/translate?sl=fa&tl=en&u=http%3A%2F%2Ffake.example%2Fa", A),
    ("google_translate", "https://translate.google.co.uk/translate?u=fake.example/a&tl=en", A),
    ("google_translate", "http://translate.googleusercontent.com/translate_c?depth=1&u=http://fake.example/a", A),
    ("google_translate", "https://fake-example.translate.goog/a?_x_tr_sl=fa&_x_tr_tl=en", S),
    ("google_translate", "https://www-a--b-example.translate.goog/a?x=1&_x_tr_sch=http&_x_tr_sl=fa", "http://www.a-b.example/a?x=1"),
    ("yandex_translate", "https://translate.yandex.ru/translate?url=fake.example%2Fa&lang=en-ru", A),
    ("bing_translate", "http://www.microsofttranslator.com/bv.aspx?from=&to=en&a=http%3A%2F%2Ffake.example%2Fa", A),
    ("google_url", "https://www.google.com/url?sa=t&rct=j&q=&esrc=s&url=https%3A%2F%2Ffake.example%2Fa&usg=x", S),
    ("google_url", "https://www.google.com.br/url?q=http://fake.example/a&sa=D", A),
    ("google_url", "https://news.google.com/url?url=http://fake.example/a", A),
    ("google_url", "https://plus.url.google.com/url?q=http://fake.example/a", A),
    ("google_images", "https://images.google.fr/imgres?imgurl=http://o.example/i.png&imgrefurl=http://fake.example/a", A),
    ("google_weblight", "http://googleweblight.com/?lite_url=http://fake.example/a&ei=x", A),
    ("google_weblight", "http://googleweblight.com/i?u=http://fake.example/a", A),
    ("google_docs_viewer", "https://docs.google.com/viewer?url=http%3A%2F%2Ffake.example%2Fa&embedded=true", A),
    ("bing", "https://www.bing.com/ck/a?!&&p=1&u=a1aHR0cDovL2Zha2UuZXhhbXBsZS9h&ntb=1", A),
    ("bing", "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=http%3a%2f%2ffake.example%2fa&c=1", A),
    ("duckduckgo", "https://duckduckgo.com/l/?uddg=https%3A%2F%2Ffake.example%2Fa&rut=x", S),
    ("yandex_redirect", "https://yandex.ru/clck/jsredir?from=x&url=http%3A%2F%2Ffake.example%2Fa", A),
    ("yahoo_redirect", "https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU=http%3a%2f%2ffake.example%2fa/RK=2/RS=x", A),
    ("facebook", "https://l.facebook.com/l.php?u=http%3A%2F%2Ffake.example%2Fa&h=AT0x", A),
    ("facebook", "http://lm.facebook.com/l.php?h=AT0x&u=https%3A%2F%2Ffake.example%2Fa", S),
    ("facebook", "https://www.facebook.com/l.php?u=http%3A%2F%2Ffake.example%2Fa", A),
    ("facebook", "https://www.facebook.com/flx/warn/?u=http%3A%2F%2Ffake.example%2Fa", A),
    ("instagram", "https://l.instagram.com/?u=http%3A%2F%2Ffake.example%2Fa&e=x", A),
    ("threads", "https://l.threads.com/?u=http%3A%2F%2Ffake.example%2Fa", A),
    ("messenger", "https://l.messenger.com/l.php?u=http%3A%2F%2Ffake.example%2Fa", A),
    ("whatsapp", "https://l.wl.co/l?u=http%3A%2F%2Ffake.example%2Fa", A),
    ("telegram", "https://t.me/iv?url=http%3A%2F%2Ffake.example%2Fa&rhash=x", A),
    ("tumblr", "https://t.umblr.com/redirect?z=http%3A%2F%2Ffake.example%2Fa&t=x", A),
    ("vk", "https://vk.com/away.php?to=http%3A%2F%2Ffake.example%2Fa&cc_key=", A),
    ("vk", "https://m.vk.com/away?to=fake.example%2Fa", A),
    ("odnoklassniki", "https://ok.ru/dk?cmd=logExternal&st.cmd=x&st.link=http%3A%2F%2Ffake.example%2Fa", A),
    ("youtube", "https://www.youtube.com/redirect?event=x&q=http%3A%2F%2Ffake.example%2Fa", A),
    ("twitter", "https://twitter.com/i/redirect?url=http%3A%2F%2Ffake.example%2Fa", A),
    ("reddit", "https://out.reddit.com/t3_abc?url=http%3A%2F%2Ffake.example%2Fa&token=x", A),
    ("linkedin", "https://www.linkedin.com/redir/redirect?url=http%3A%2F%2Ffake.example%2Fa&urlhash=x", A),
    ("pinterest", "https://www.pinterest.com/offsite/?token=1&url=http%3A%2F%2Ffake.example%2Fa", A),
    ("steam", "https://steamcommunity.com/linkfilter/?url=http://fake.example/a", A),
    ("steam", "https://steamcommunity.com/linkfilter/?u=http%3A%2F%2Ffake.example%2Fa", A),
    ("disqus", "http://disq.us/url?url=http%3A%2F%2Ffake.example%2Fa%3A4kQz-3gQvO0Y1Xz9aBcDeFgHiJk&cuid=1", A),
    ("slack", "https://slack-redir.net/link?url=http%3A%2F%2Ffake.example%2Fa", A),
    ("soundcloud", "https://exit.sc/?url=http%3A%2F%2Ffake.example%2Fa", A),
    ("deviantart", "https://www.deviantart.com/users/outgoing?http://fake.example/a", A),
    ("pocket", "https://getpocket.com/redirect?url=http%3A%2F%2Ffake.example%2Fa", A),
    ("weibo", "http://weibo.cn/sinaurl?u=http%3A%2F%2Ffake.example%2Fa", A),
    ("zhihu", "https://link.zhihu.com/?target=http%3A//fake.example/a", A),
    ("csdn", "https://link.csdn.net/?target=http%3A%2F%2Ffake.example%2Fa", A),
    ("mail.ru", "https://checklink.mail.ru/proxy?es=x&u=http%3A%2F%2Ffake.example%2Fa", A),
    ("safelinks", "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Ffake.example%2Fa&data=x", A),
    ("proofpoint", "https://urldefense.proofpoint.com/v2/url?u=http-3A__fake.example_a&d=x", A),
    ("proofpoint", "https://urldefense.proofpoint.com/v1/url?u=http://fake.example/a&k=x", A),
    ("proofpoint", "https://urldefense.com/v3/__http://fake.example/a__;!!x!y", A),
    ("skimlinks", "https://go.skimresources.com/?id=1&url=http%3A%2F%2Ffake.example%2Fa", A),
    ("viglink", "https://redirect.viglink.com/?key=x&u=http%3A%2F%2Ffake.example%2Fa", A),
    ("hide_referrer", "https://href.li/?http://fake.example/a?b=1", "http://fake.example/a?b=1"),
    ("hide_referrer", "http://anonym.to/?http%3A%2F%2Ffake.example%2Fa", A),
]  # fmt: skip

CLOSED = [
    # any host's parameter may name any other: a fake would be filed under its victim
    "http://fake.example/?url=https://victim.example/a",
    "http://fake.example/url?q=https://victim.example/a",
    "http://fake.example/web/20170302/https://victim.example/a",
    "http://fake.example/l.php?u=https://victim.example/a",
    "http://google.example/url?q=https://victim.example/a",
    "http://google.com.example/amp/s/victim.example/a",
    "http://www.google.zz/url?q=https://victim.example/a",
    "http://web-archive.org/web/2017/https://victim.example/a",
    "http://fake.translate.goog.example/a",
    # pages of the same hosts that are no wrappers
    "https://web.archive.org/",
    "https://web.archive.org/web/",
    "https://web.archive.org/web/20170302/",
    "https://web.archive.org/web/2017/2018/",
    "https://web.archive.org/web/20170302/mailto:a@fake.example",
    "https://web.archive.org/web/*/*.fake.example",
    "https://web.archive.org/details/fake.example",
    "https://archive.org/details/http-fake.example",
    "https://archive.is/aBcDe",
    "https://archive.is/",
    "https://archive.is/fake.example",
    "https://arquivo.pt/page/search?q=http://fake.example",
    "https://webcache.googleusercontent.com/search?q=fake.example",
    "https://www.google.com/search?q=http://fake.example/a",
    "https://www.google.com/a/fake.example/ServiceLogin",
    "https://www.google.com/url?q=/search",
    "https://www.google.com/url?q=javascript:alert(1)",
    "https://www.google.com/url?q=",
    "https://www.google.com/url",
    "https://www.google.com/amp/",
    "https://www.google.com/maps?q=http://fake.example/a",
    "https://cdn.ampproject.org/v0.js",
    "https://cdn.ampproject.org/v0/amp-ad-0.1.js",
    "https://yandex.ru/search/?text=http://fake.example/a",
    "https://translate.google.com/?text=http://fake.example",
    "https://fake-example.translate.goog/a?_x_tr_enc=0",
    "https://www.facebook.com/sharer/sharer.php?u=http://fake.example/a",  # a button: it says nothing of the page
    "https://www.facebook.com/name?u=http://fake.example/a",
    "https://twitter.com/intent/tweet?url=http://fake.example/a",
    "https://t.me/share/url?url=http://fake.example/a",
    "https://t.me/channel/1?url=http://fake.example/a",
    "https://vk.com/share.php?url=http://fake.example/a",
    "https://vk.com/name?to=http://fake.example/a",
    "https://www.youtube.com/watch?v=abc&q=http://fake.example/a",
    "https://www.bing.com/ck/a?u=a1%%%",
    "https://www.bing.com/ck/a?u=aHR0cDovL2Zha2UuZXhhbXBsZS9h",
    "https://www.bing.com/search?q=http://fake.example/a",
    "https://duckduckgo.com/?q=http://fake.example/a",
    "https://www.reddit.com/submit?url=http://fake.example/a",
    "https://www.linkedin.com/shareArticle?url=http://fake.example/a",
    "https://urldefense.com/v3/__http://fake.example/*a__;Kw!!x",
    "https://outlook.com/?url=http://fake.example/a",
    "https://href.li/",
    "ftp://web.archive.org/web/2017/http://fake.example/",
    "web.archive.org/web/2017/http://fake.example/",
    "",
]


@pytest.mark.parametrize("name, url, target", OPENED)
def test_a_known_wrapper_is_opened(name, url, target):
    assert unwrap(url) == (target, name)


@pytest.mark.parametrize("url", CLOSED)
def test_what_only_looks_like_a_wrapper_stays_closed(url):
    assert unwrap(url) is None


@pytest.mark.parametrize("name, url, target", OPENED)
def test_a_wrapper_of_another_host_stays_closed(name, url, target):
    there = host(url)
    scheme, _, rest = url.partition("://")
    tail = rest[rest.index("/") :]
    labels = there.split(".")
    near = ".".join([*labels[:-2], f"not{labels[-2]}", labels[-1]])
    for elsewhere in (near, f"{there}.fake.example", f"{there}@fake.example", f"fake.example/{there}"):
        assert unwrap(f"{scheme}://{elsewhere}{tail}") is None


def test_every_rule_has_its_row():
    assert {rule.name for rule in RULES} == {name for name, _, _ in OPENED}


def test_every_host_of_the_lists_is_written_as_a_key():
    listed = {host.removeprefix("*.") for rule in RULES for host in rule.hosts} | SHORTENERS | set(OPAQUE)
    assert [host for host in sorted(listed) if urlkey(f"http://{host}/") != host] == []


def test_nested_wrappers_are_opened_and_the_archive_is_named():
    url = "https://l.facebook.com/l.php?u=https%3A%2F%2Fweb.archive.org%2Fweb%2F2017%2Fhttp%3A%2F%2Ffake.example%2Fa"
    assert unwrap(url) == (A, "archive.org")


def test_a_shortener_inside_a_wrapper_is_the_target():
    url = "https://www.google.com/url?q=https%3A%2F%2Fbit.ly%2F2abc"
    assert unwrap(url) == ("https://bit.ly/2abc", "google_url")
    assert must_fetch("https://bit.ly/2abc")


def test_nesting_ends():
    url = "http://fake.example/"
    for _ in range(MAX_NESTED + 3):
        url = f"https://web.archive.org/web/2017/{url}"
    target, name = unwrap(url)
    assert name == "archive.org"
    assert target.count("web.archive.org") == 3


def test_the_archives_of_a_case_are_read_as_the_wayback_machine_is():
    url = "http://www.copies.example/web/20170302120000/http://fake.example/a"
    assert unwrap(url) is None
    assert unwrap(url, frozenset({"copies.example"})) == (A, "archive")


@pytest.mark.parametrize(
    "url",
    [
        "https://bit.ly/2abc",
        "http://www.bit.ly/2abc",
        "https://t.co/AbC",
        "https://goo.gl/AbC",
        "https://tinyurl.com/abc",
        "http://ptv.io/1AbC",
        "https://some.page.link/abc",
        "https://archive.is/aBcDe",
        "https://archive.ph/wip/aBcDe",
        "https://perma.cc/AB12-CD34",
        "https://www.webcitation.org/6abcdefgh",
        "https://news.google.com/rss/articles/CBMiAbC",
        "http://feedproxy.google.com/~r/name/~3/abc/",
        "https://www.baidu.com/link?url=abc",
    ],
)
def test_only_a_request_tells_where_a_shortener_leads(url):
    assert must_fetch(url)
    assert unwrap(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://bit.ly/",
        "https://bit.ly",
        "https://bit.ly.example/abc",
        "https://notbit.ly/abc",
        "https://fake.example/bit.ly/abc",
        "https://user:t.co@fake.example/abc",
        "https://page.link.example/abc",
        "https://archive.is/20170302/http://fake.example/a",
        "https://archive.is/",
        "https://perma.cc/about",
        "https://www.webcitation.org/query?url=http://fake.example",
        "https://news.google.com/topstories",
        "https://www.baidu.com/s?wd=abc",
        "ftp://bit.ly/abc",
        "bit.ly/abc",
        "",
    ],
)
def test_other_pages_need_no_request_to_be_known(url):
    assert not must_fetch(url)


def test_a_case_names_shorteners_of_its_own():
    assert not must_fetch("https://short.example/abc")
    assert must_fetch("https://www.short.example/abc", frozenset({"short.example"}))
    assert not must_fetch("https://long.example/abc", frozenset({"short.example"}))


PATIENT = settings(deadline=None, max_examples=300)  # the first call reads the suffix list

prefixes = st.sampled_from(sorted({url[: url.index("fake")] for _, url, _ in OPENED if "fake" in url}))


@PATIENT
@given(prefixes, st.text())
def test_whatever_a_wrapper_holds_its_target_is_a_usable_address_or_none(prefix, text):
    found = unwrap(prefix + text)
    if found is not None:
        target, _ = found
        assert identify(target) is not None
        assert absolute(target, target) == target


@PATIENT
@given(st.text())
def test_no_text_breaks_it(text):
    unwrap(text)
    must_fetch(text)
