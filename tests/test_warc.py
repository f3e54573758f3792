"""WARC files: what is written is what was received, and what is read is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crawler.exchange import Exchange
from crawler.warc import Writer, members, original, payload_digest, read

TIME = datetime(2017, 3, 2, 10, 0, 0, tzinfo=UTC)


def answer(payload: bytes = b"<p>hello</p>", **changes: object) -> Exchange:
    fields: dict[str, object] = {
        "url": "http://news.example/a",
        "fetched_at": "2017-03-02T10:00:00Z",
        "status": 200,
        "reason": "OK",
        "headers": ((b"Content-Type", b"text/html"),),
        "payload": payload,
        "request": b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n",
        "ip": "192.0.2.1",
    }
    return Exchange(**{**fields, **changes})  # type: ignore[arg-type]


def writer(folder: Path, limit: int = 1_000_000_000) -> Writer:
    return Writer(folder, {"software": "mayfly/0"}, now=lambda: TIME, limit=limit)


def test_a_response_and_its_revisit_are_read_back(tmp_path):
    first = answer()
    digest = payload_digest(first.payload)
    with writer(tmp_path) as archive:
        at = archive.append(members(first, digest))
        again = archive.append(members(first, digest, original(tmp_path / at.filename, at.offset)))
    assert read(tmp_path / at.filename, at.offset, at.length).http.payload == first.payload
    assert read(tmp_path / again.filename, again.offset, again.length).type == "revisit"


def written(path: Path, *exchanges: Exchange) -> Path:
    """A WARC of these exchanges, as another crawl may have left it."""
    records = [member for exchange in exchanges for member in members(exchange, payload_digest(exchange.payload))]
    path.write_bytes(b"".join(records))
    return path
