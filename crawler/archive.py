"""The archive component: keeps every response as received, before any other component sees it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import StopDownload

from crawler.clock import iso, now
from crawler.exchange import Exchange, Headers

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_BYTES = 16 * 2**20  # a body is cut here; compressed or not
MAX_SECONDS = 25  # and here: less than DOWNLOAD_TIMEOUT, so that what a slow server gave is kept


class Archive:
    """Innermost downloader middleware: turns each response, redirects, errors and robots.txt included, into an
    `Exchange`, and stops bodies that are too long or too slow, keeping what came."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Archive:
        archive = cls()
        crawler.signals.connect(archive.bytes_received, signal=signals.bytes_received)
        return archive

    def process_request(self, request: Request) -> None:
        request.meta.pop("exchange", None)

    def bytes_received(self, data: bytes, request: Request) -> None:
        received, since = request.meta.get("received") or (0, monotonic())
        received += len(data)
        request.meta["received"] = received, since
        if received > MAX_BYTES:
            request.meta["cut"] = "length"
            raise StopDownload(fail=False)
        if monotonic() - since > MAX_SECONDS:
            request.meta["cut"] = "time"
            raise StopDownload(fail=False)

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta["exchange"] = request.meta.pop("held", None) or exchange(request, response)
        return response


def exchange(request: Request, response: Response) -> Exchange:
    """What went over the wire. Header names are title-cased and grouped: Scrapy's parser keeps no more."""
    truncated = request.meta.pop("cut", None)
    if not truncated and "dataloss" in response.flags:
        truncated = "disconnect"
    request.meta.pop("received", None)
    # Behind a proxy the peer is the proxy: its address says nothing of the site, and would tie all sites together.
    ip = None if request.meta.get("proxy") else response.ip_address
    return Exchange(
        url=response.url,
        fetched_at=iso(now()),
        status=response.status,
        reason=http_reason(response.status),
        headers=pairs(response.headers.items()),
        payload=response.body[:MAX_BYTES],
        request=request_head(request),
        protocol=response.protocol or "HTTP/1.1",
        ip=str(ip) if ip else None,
        truncated=truncated,
    )


def request_head(request: Request) -> bytes:
    """The request line and headers as sent; a proxy's credentials are nobody's business."""
    host, _, path = request.url.partition("://")[2].partition("/")
    lines = [
        f"{request.method} /{path} HTTP/1.1".encode("ascii", "replace"),
        b"Host: " + host.encode("ascii", "replace"),
    ]
    for name, value in pairs(request.headers.items()):
        if name.lower() not in (b"host", b"proxy-authorization"):
            lines.append(name + b": " + value)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def pairs(items: object) -> Headers:
    """Scrapy's headers, which hold a list of values for each name, as pairs."""
    return tuple((name, value) for name, values in items for value in values)  # type: ignore[attr-defined]


def http_reason(status: int) -> str:
    """The standard phrase of a status; Twisted does not keep the one received."""
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
