"""What a URL is called, and who speaks there."""

from __future__ import annotations

import pytest

from crawler.urls import site, urlkey


@pytest.mark.parametrize(
    "url, expected",
    [
        ("https://news.example.co.uk/a", "example.co.uk"),
        ("https://somebody.blogspot.com/", "somebody.blogspot.com"),
        ("https://t.me/s/Channel?before=5", "t.me/channel"),
    ],
)
def test_site(url, expected):
    assert site(url) == expected


def test_the_key_leaves_out_what_does_not_tell_pages_apart():
    assert urlkey("http://user@www.Example.com:80/A/?utm_source=x&b=2&a=1#f") == "example.com/A?a=1&b=2"
