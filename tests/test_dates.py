"""A date is what the page states, as precisely as it states it, and never an invented day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import read
from crawler.metadata import declared_language
from crawler.page import Page
from crawler.published import published

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, language, expected",
    [
        ("2017-03-02T23:30:00-08:00", None, "2017-03-02T23:30:00-08:00"),
        ("2017-03-02T23:30:00-0800", None, "2017-03-02T23:30:00-08:00"),
        ("2017-03-02T23:30:00.123Z", None, "2017-03-02T23:30:00Z"),
        ("2017-03-02 23:30:00 +01:00", None, "2017-03-02T23:30:00+01:00"),
        ("2017-03-02T23:30:00", None, "2017-03-02"),  # a time without a zone is no time
        ("Thu, 02 Mar 2017 23:30:00 GMT", None, "2017-03-02T23:30:00+00:00"),
        ("20170302", None, "2017-03-02"),
        ("2017/3/2", None, "2017-03-02"),
        ("2017", None, "2017"),
        ("2017-03", None, "2017-03"),
        ("March 2017", "en", "2017-03"),
        ("2 March 2017", "en", "2017-03-02"),
        ("March 2nd, 2017", "en", "2017-03-02"),
        ("Published on Thursday, 2 March 2017 at 10:00", "en", "2017-03-02"),
        ("2. März 2017", "de", "2017-03-02"),
        ("2 de marzo de 2017", "es", "2017-03-02"),
        ("1er mars 2017", "fr", "2017-03-01"),
        ("2 марта 2017", "ru", "2017-03-02"),
        ("2 Mart 2017", "tr", "2017-03-02"),
        ("٢ مارس ٢٠١٧", "ar", "2017-03-02"),
        ("۲ مارس ۲۰۱۷", "fa", "2017-03-02"),
        ("2 كانون الثاني 2017", "ar", "2017-01-02"),
        ("2017年3月2日", "ja", "2017-03-02"),
        ("2017년 3월 2일", "ko", "2017-03-02"),
        ("2017年3月", "zh", "2017-03"),
        ("02.03.2017", "en", "2017-03-02"),
        ("2 listopada 2017", "pl", "2017-11-02"),
        ("2 listopada 2017", "hr", "2017-10-02"),
        ("2 listopada 2017", None, None),  # two months by one name
    ],
)
def test_what_is_stated(text, language, expected):
    found = read(text, language, NOW)
    assert (found.text if found else None) == expected


@pytest.mark.parametrize(
    "language, expected",
    [
        ("de", "2017-04-03"),
        ("en-gb", "2017-04-03"),
        ("en-us", "2017-03-04"),
        ("en", "2017"),
        (None, "2017"),
    ],
)
def test_an_ambiguous_day_is_what_the_language_makes_of_it_or_only_a_year(language, expected):
    found = read("03/04/2017", language, NOW)
    assert found
    assert found.text == expected


@pytest.mark.parametrize("text", ["17/03/2017", "03/17/2017"])
def test_a_day_over_twelve_is_never_ambiguous(text):
    found = read(text, None, NOW)
    assert found
    assert found.text == "2017-03-17"


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2024",
        "2024-13-45",
        "2024-02-30T10:00:00Z",
        "31 February 2024",
        "February 31, 2024",
        "2099-01-01",
        "1970-01-01",
        "0001-01-01T00:00:00Z",
        "1396/01/15",
        "no date",
        "",
        "3.5",
        "2024-06-03T00:00:00Z",
        "12/2345678",
        "2017-03-02x" * 0 + "99999999",
    ],
)
def test_no_day_is_invented(text):
    assert read(text, "en-gb", NOW) is None


@pytest.mark.parametrize(
    "text, start, end",
    [
        ("2017-03-02T23:30:00-08:00", "2017-03-03T07:30:00Z", "2017-03-03T07:30:00Z"),
        (
            "2017-03-02",
            "2017-03-01T10:00:00Z",
            "2017-03-03T11:59:59Z",
        ),  # from Kiritimati's midnight to Baker Island's
        ("2017-03-02T12:00:00", "2017-03-01T22:00:00Z", "2017-03-03T00:00:00Z"),
        ("2016-02", "2016-01-31T10:00:00Z", "2016-03-01T11:59:59Z"),
        ("2017", "2016-12-31T10:00:00Z", "2018-01-01T11:59:59Z"),
    ],
)
def test_the_interval_that_is_left_open(text, start, end):
    found = read(text, None, NOW)
    assert found
    assert (found.start, found.end) == (start, end)


@given(st.text(max_size=300), st.sampled_from([None, "de", "en-us", "ar"]))
def test_any_text_is_a_date_or_none(text, language):
    found = read(text, language, NOW)
    assert found is None or (found.start <= found.end and 1990 <= int(found.text[:4]) <= 2024)


@given(st.datetimes(datetime(1990, 1, 3), datetime(2024, 5, 1)))  # noqa: DTZ001  (hypothesis wants them so)
def test_every_day_is_read_back_and_lies_in_its_interval(moment):
    found = read(moment.strftime("%Y-%m-%d"), None, NOW)
    assert found
    assert found.text == moment.strftime("%Y-%m-%d")
    assert found.start <= moment.strftime("%Y-%m-%dT%H:%M:%SZ") <= found.end


def of(html: str, url: str = "http://news.example/a", fetched_at: str = "2024-06-01T00:00:00Z") -> str | None:
    page = Page(url, 200, (("Content-Type", "text/html"),), html.encode(), fetched_at)
    found = published(page, declared_language(page))
    return found.text if found else None


LD = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2017-03-02T10:00:00+01:00", "dateModified": "2020-01-01"}</script>'
META = '<meta property="article:published_time" content="2017-03-05T10:00:00Z">'


@pytest.mark.parametrize(
    "html, url, expected",
    [
        (
            f"<head>{META}{LD}</head>",
            "http://news.example/a",
            "2017-03-02T10:00:00+01:00",
        ),  # the article's own data wins
        (f"<head>{META}</head>", "http://news.example/2017/03/01/a", "2017-03-05T10:00:00Z"),
        ("<p>x", "http://news.example/2017/03/01/a", "2017-03-01"),
        ("<p>x", "http://news.example/2017/03/a", "2017-03"),
        ("<p>x", "http://news.example/2017/02/31/a", "2017-02"),
        ("<p>x", "http://news.example/a", None),
        (
            "<article><h1>A</h1><time pubdate datetime='2017-03-04'>4 March</time><p>x</p></article>",
            "http://news.example/a",
            "2017-03-04",
        ),
        ("<div class='post-date'>4. März 2017</div><p>x", "http://news.example/a", "2017-03-04"),
        ("<div class='entry-date'>31/02/2024</div><p>x", "http://news.example/a", None),
        ("<div class='date'>2024-13-45</div><p>x", "http://news.example/a", None),
        ("<meta property='article:published_time' content='31/02/2024'><p>x", "http://news.example/a", None),
        (
            "<meta property='article:published_time' content='2099-01-01T00:00:00Z'><p>x",
            "http://news.example/a",
            None,
        ),
        ("<html lang='ar'><div class='date'>٢ مارس ٢٠١٧</div><p>x", "http://news.example/a", "2017-03-02"),
        ("<html lang='en'><div class='date'>03/04/2017</div><p>x", "http://news.example/a", None),
        ("<html lang='en'><div class='date'>03/04/2017</div><p>x", "http://news.uk/a", "2017-04-03"),
        ("<p>x</p><footer>© 2011-2019 News</footer>", "http://news.example/a", None),
    ],
)
def test_where_a_page_states_its_date(html, url, expected):
    assert of(html, url) == expected


def test_a_time_in_utc_is_on_the_day_that_the_address_names():
    html = "<head><meta property='article:published_time' content='2017-03-03T02:00:00Z'></head>"
    page = Page("http://news.example/2017/03/02/a", 200, (), html.encode(), "2024-06-01T00:00:00Z")
    found = published(page, None)
    assert found == ("2017-03-02", "2017-03-03T02:00:00Z", "2017-03-03T02:00:00Z")


def test_nothing_is_published_after_it_was_fetched():
    assert of(f"<head>{LD}</head>", fetched_at="2017-01-01T00:00:00Z") is None
