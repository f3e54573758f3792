"""The web of the benchmarks: what is measured must be what is said."""

import re
import urllib.error
import urllib.request
from statistics import median

import pytest

from benchmarks import web


def fetched(server, url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": server.url}))
    with opener.open(url, timeout=10) as answer:
        return answer.read()


def test_a_generated_page_is_as_large_and_as_linked_as_a_real_one_and_always_the_same():
    pages = [web.generated(number) for number in range(20)]
    links = [len(re.findall(rb"<a ", page.body)) for page in pages]
    assert all(150 <= count <= 300 for count in links), links
    assert 90_000 < median(len(page.body) for page in pages) < 110_000
    assert pages == [web.generated(number) for number in range(20)]
    assert len({page.url for page in pages}) == 20


def test_pages_are_served_as_they_were_kept(tmp_path):
    pages = [web.generated(number) for number in range(3)]
    web.keep(pages, tmp_path)
    assert web.kept(tmp_path) == pages
    with web.served(tmp_path) as server:
        assert [fetched(server, page.url) for page in pages] == [page.body for page in pages]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetched(server, f"{pages[0].url}/robots.txt")


def test_the_endless_web_links_on_from_every_page():
    home = web.endless("http://site3.example/")
    assert home
    for link in re.findall(rb'href="(/\d+)"', home):
        assert web.endless(f"http://site3.example{link.decode()}")
    assert web.endless("http://site3.example/robots.txt") is None
