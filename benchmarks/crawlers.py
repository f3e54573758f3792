"""The programs that a crawl is set beside: each fetches a list of pages, in a process of its own.

    python -m benchmarks.crawlers NAME FOLDER COUNT OUT PORT

FOLDER holds the pages (benchmarks.web.keep), of which the first COUNT are fetched from the server on PORT; results go
to the folder OUT. The last line printed is the number of pages that it got.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.web import kept

CONCURRENT = 32  # requests of Scrapy at a time


def reading(folder: Path, count: int, out: Path, port: int) -> int:  # noqa: ARG001
    """trafilatura with metadata, in the mode that crawler/article.py chose, on pages in memory."""
    pages = kept(folder, count)
    for page in pages:
        text(page.body, page.url)
    return len(pages)


def text(body: bytes, url: str) -> dict[str, Any]:
    """The article on a page."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(body, url=url, fast=True, include_comments=False, with_metadata=True)
    return {"title": found.title, "date": found.date, "author": found.author, "text": found.text} if found else {}


def scrapy_alone(folder: Path, count: int, out: Path, port: int) -> int:
    """Bare Scrapy: links by its LinkExtractor, found and not followed, and a WARC by warcio."""
    return _scrapy(folder, count, out, port, None)


def scrapy_and_trafilatura(folder: Path, count: int, out: Path, port: int) -> int:
    """The same, with trafilatura in the callback and its results as lines of JSON."""
    with (out / "articles.jsonl").open("w", encoding="utf-8") as file:

        def read(body: bytes, url: str) -> None:
            file.write(json.dumps(text(body, url)) + "\n")

        return _scrapy(folder, count, out, port, read)


def _scrapy(folder: Path, count: int, out: Path, port: int, read: Callable[[bytes, str], None] | None) -> int:
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.linkextractors import LinkExtractor
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    urls = [page.url for page in kept(folder, count)]
    done: list[str] = []
    archive = (out / "bare.warc.gz").open("wb")
    writer = WARCWriter(archive, gzip=True)
    links = LinkExtractor()

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self) -> Any:
            for url in urls:
                yield scrapy.Request(url, meta={"proxy": f"http://127.0.0.1:{port}"})

        def parse(self, response: Any) -> Iterator[Any]:
            headers = [(name.decode(), value.decode()) for name, found in response.headers.items() for value in found]
            record = writer.create_warc_record(
                response.url, "response", payload=BytesIO(response.body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )  # fmt: skip
            writer.write_record(record)
            if hasattr(response, "selector"):
                links.extract_links(response)
            if read:
                read(response.body, response.url)
            done.append(response.url)
            return iter(())

    process = AsyncCrawlerProcess(
        {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS": CONCURRENT}
    )
    process.crawl(Bare)
    process.start()
    archive.close()
    return len(done)


def trafilatura_alone(folder: Path, count: int, out: Path, port: int) -> int:
    """trafilatura's own command on a list of addresses: it downloads in threads, keeps the pages, and extracts.

    Its `--crawl` follows the links of a single site and keeps no text, so no links are looked for here. It knows no
    HTTP proxies: every name stands for the server. It rewrites some addresses, and misses those pages.
    """
    from unittest.mock import patch

    import trafilatura.cli

    from benchmarks.web import to_loopback

    (out / "urls.txt").write_text("".join(f"{page.url}\n" for page in kept(folder, count)), encoding="utf-8")
    settings = Path(trafilatura.__file__).with_name("settings.cfg").read_text(encoding="utf-8")
    settings = settings.replace("SLEEP_TIME = 5.0", "SLEEP_TIME = 0")
    settings = settings.replace("SSRF_PROTECTION = on", "SSRF_PROTECTION = off")
    (out / "settings.cfg").write_text(settings, encoding="utf-8")
    to_loopback(port)
    arguments = ["--fast", "--with-metadata", "--no-comments", "--json", "--parallel", "8"]
    places = ["-i", "urls.txt", "-o", "articles", "--backup-dir", "pages", "--config-file", "settings.cfg"]
    with patch.object(sys, "argv", ["trafilatura", *arguments, *places]), suppress(SystemExit):
        trafilatura.cli.main()  # exits with 1 where it missed a page
    return sum(1 for _ in (out / "pages").rglob("*.html.gz"))


PROGRAMS = {
    "reading": reading,
    "scrapy": scrapy_alone,
    "scrapy_trafilatura": scrapy_and_trafilatura,
    "trafilatura": trafilatura_alone,
}


def main() -> None:
    name, folder, count, out, port = sys.argv[1:]
    os.chdir(out)
    print(PROGRAMS[name](Path(folder), int(count), Path(out), int(port)))


if __name__ == "__main__":
    main()
