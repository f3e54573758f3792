"""The pool gives what extract() gives, and a page that hangs or kills its worker costs only itself."""

from __future__ import annotations

import pytest

from crawler.extract import extract
from crawler.page import Page
from crawler.pool import Pool

WHEN = "2020-01-01T00:00:00Z"


def page(body: bytes, url: str = "http://news.example/a") -> Page:
    return Page(url, 200, (("Content-Type", "text/html"),), body, WHEN)


HONEST = page(b"<html><body><p>A paragraph with <a href='http://other.example/x'>a link</a>.</p></body></html>")


@pytest.fixture(scope="module")
def pool():
    pool = Pool(workers=1, seconds=10)
    yield pool
    pool.close()


def test_the_pool_gives_what_extract_gives(pool):
    assert pool.submit(HONEST).result(30) == extract(HONEST)


def test_a_page_that_takes_too_long_costs_only_itself():
    pool = Pool(workers=1, seconds=1)
    slow = page(b"<html><body>" + b"<br>" * 1_000_000 + b"</body></html>")
    results = [pool.submit(given) for given in (HONEST, slow, HONEST)]
    assert [future.result(60).extraction for future in results] == ["ok", "timeout", "ok"]
    pool.close()
