"""Collections: what WARC and WACZ files hold of an address, oldest first, and read whole or not at all."""

from __future__ import annotations

from crawler.collection import Collection
from tests.test_warc import answer, written


def test_every_capture_of_an_address_oldest_first(tmp_path):
    late = answer(b"late", fetched_at="2018-01-01T00:00:00Z")
    early = answer(b"early", fetched_at="2017-01-01T00:00:00Z")
    other = answer(b"other", url="http://other.example/")
    file = written(tmp_path / "one.warc.gz", late, early, other)
    with Collection([file], tmp_path) as collection:
        found = [collection.exchange(held) for held in collection.captures("news.example/a")]
    assert [exchange.payload for exchange in found] == [b"early", b"late"]
    assert found[0].request == early.request
